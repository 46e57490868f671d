from __future__ import annotations

from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any

import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st
from made_definitions import TEXT
from openpyxl import Workbook, load_workbook

from questionnaires.exchange.translation.parts import languages_of
from questionnaires.exchange.translation.po import read_translation_po, write_translation_po
from questionnaires.exchange.translation.xlsx import read_translation_xlsx, write_translation_xlsx
from questionnaires.loading import load_shipped
from questionnaires.problems import Problem
from questionnaires.resolving import Part
from questionnaires.sources import Definitions, read_sources, shipped_sources
from questionnaires.texts import TextsFile, hash_text

LIBRARY = """\
format: "ceo-def/1"
kind: library
id: nl.proef.vragen
source_language: nl
concepts: {toegang.gesprek: {domain: toegang, definition: "Gesprek"}}
scales:
  ja_nee@1: {type: nominal, polarity: none, codes: [{code: ja, text: "Ja"}, {code: nee, text: "Nee"}]}
items:
  GES01@1: {concept: toegang.gesprek, title: "Gesprek", type: {scale: ja_nee@1}, reference_period: "P12M",
    text: {stem: "Sprak u met {loket}?", help: "Zeg \\"ja\\" als het zo was.\\nOok aan de telefoon."}, params: [loket]}
  GES02@1: {concept: toegang.gesprek, title: "Anders", type: {scale: ja_nee@1}, reference_period: "P12M",
    text: {stem: "Wordt niet gevraagd."}}
"""
MODULE = """\
format: "ceo-def/1"
kind: module
id: nl.proef.kern
version: 1
title: "Proef: 50% van u"
role: core
uses: {libraries: [nl.proef.vragen]}
languages: [nl]
params: {loket: {type: noun_phrase, max_chars: 40, default: "de gemeente"}}
pages: [{id: start, items: [GES01@1], title: "Het gesprek"}]
"""
STEM = "item.GES01@1.stem"
TEXTS = f"""\
format: "ceo-def/1"
kind: texts
language: LANGUAGE
of: nl.proef.vragen
status: machine
entries:
  {STEM}: {{source_hash: "{hash_text("Sprak u met {loket}?")}", text: "{{loket}} ile konuştunuz mu?", status: reviewed}}
  scale.ja_nee@1.ja: {{source_hash: "sha256:0123456789abcdef", text: "Evet", note: "kort houden"}}
  item.GES02@1.stem: {{source_hash: "{hash_text("Wordt niet gevraagd.")}", text: "Sorulmaz"}}
"""
Write = Callable[[Part, str, Definitions], bytes]
Read = Callable[[bytes, str, Part, Definitions], Any]
FORMATS: Mapping[str, tuple[Write, Read]] = {
    "xlsx": (write_translation_xlsx, read_translation_xlsx),
    "po": (write_translation_po, read_translation_po),
}


def known(language: str = "tr") -> Definitions:
    found = read_sources({"b.yaml": LIBRARY, "k.yaml": MODULE, "t.yaml": TEXTS.replace("LANGUAGE", language)})
    assert found.problems == []
    return found


def part(definitions: Definitions) -> Part:
    return definitions.modules["nl.proef.kern@1"]


def texts_in(files: Any, name: str) -> TextsFile:
    assert isinstance(files, dict), [str(problem) for problem in files]
    found = read_sources(files)
    assert found.problems == []
    return found.texts[name].content


def told(found: Any) -> list[tuple[int, str, str]]:
    assert isinstance(found, tuple)
    return [(problem.line, problem.place, problem.code) for problem in found]


@pytest.mark.parametrize("written", FORMATS)
@pytest.mark.parametrize("language", ["tr", "ar", "sr-Latn"])
def test_what_comes_back_unchanged_changes_nothing(written: str, language: str) -> None:
    write, read = FORMATS[written]
    before = known(language)
    files = read(write(part(before), language, before), "terug", part(before), before)
    name = f"nl.proef.vragen {language}"
    assert texts_in(files, name) == before.texts[name].content
    assert list(files) == [f"nl.proef.vragen.{language}.yaml"]


@pytest.mark.parametrize("written", FORMATS)
@pytest.mark.parametrize("language", ["tr", "ar"])
def test_the_shipped_translations_come_back_as_they_were(written: str, language: str) -> None:
    write, read = FORMATS[written]
    shipped = shipped_sources()
    one = shipped.modules["nl.ceo.participatie@1"]
    files = read(write(one, language, shipped), "terug", one, shipped)
    assert isinstance(files, dict)
    for texts in read_sources(files).texts.values():
        assert texts.content == shipped.texts[f"{texts.content.of} {language}"].content


@pytest.mark.parametrize("written", FORMATS)
def test_the_same_texts_give_the_same_bytes(written: str) -> None:
    write, _ = FORMATS[written]
    assert write(part(known()), "tr", known()) == write(part(known()), "tr", known())


# A translation of what stands in a module; {loket} is not in its title.
TRANSLATION = TEXT.map(str.strip).filter(bool).filter(lambda text: not {"{", "}"} & set(text))


@given(TRANSLATION, st.sampled_from(sorted(FORMATS)))
def test_every_translation_comes_back_as_it_was(text: str, written: str) -> None:
    write, read = FORMATS[written]
    before = known()
    entry = {"source_hash": hash_text("Proef: 50% van u"), "text": text, "note": "van de vertaler"}
    own = TextsFile.model_validate(
        {
            "format": "ceo-def/1",
            "kind": "texts",
            "language": "tr",
            "of": "nl.proef.kern@1",
            "status": "draft",
            "entries": {"title": entry},
        },
        strict=False,
    )
    before.texts["nl.proef.kern@1 tr"] = type(before.texts["nl.proef.vragen tr"])(own, part(before).document)
    files = read(write(part(before), "tr", before), "terug", part(before), before)
    assert texts_in(files, "nl.proef.kern@1 tr") == own


# --- what a translator does, in a spreadsheet


def filled(content: bytes, key: str, changes: Mapping[str, object]) -> bytes:
    book = load_workbook(BytesIO(content))
    sheet = book.worksheets[-1]
    columns = {cell.value: cell.column for cell in sheet[1]}
    row = next(row[1].row for row in sheet.iter_rows() if row[1].value == key)
    for header, value in changes.items():
        sheet.cell(row, columns[header]).value = value
    return saved(book)


def saved(book: Workbook) -> bytes:
    output = BytesIO()
    book.save(output)
    return output.getvalue()


def returned(key: str, **changes: object) -> Any:
    before = known()
    content = filled(write_translation_xlsx(part(before), "tr", before), key, changes)
    return read_translation_xlsx(content, "terug.xlsx", part(before), before)


def test_a_spreadsheet_shows_what_there_is_to_translate() -> None:
    book = load_workbook(BytesIO(write_translation_xlsx(part(known("ar")), "ar", known("ar"))))
    assert book.sheetnames == ["Toelichting", "Taal ar"]
    rows = [row[:5] for row in book["Taal ar"].iter_rows(min_row=2, values_only=True)]
    assert rows[0] == ("deze vragenlijst", "title", "Proef: 50% van u", None, None)
    assert ("nl.proef.vragen", STEM, "Sprak u met {loket}?", "{loket} ile konuştunuz mu?", "nagekeken") in rows
    assert not [row for row in rows if row[1] == "item.GES02@1.stem"]
    assert {row[3].alignment.readingOrder for row in book["Taal ar"].iter_rows(min_row=2) if row[3].value} == {2}


def test_a_new_translation_is_a_draft() -> None:
    texts = texts_in(returned("title", Vertaling="Deneme"), "nl.proef.kern@1 tr")
    assert (texts.entries["title"].text, texts.status_of("title")) == ("Deneme", "draft")
    assert texts.entries["title"].source_hash == hash_text("Proef: 50% van u")


def test_a_new_translation_has_the_status_that_the_translator_says() -> None:
    texts = texts_in(returned("title", Vertaling="Deneme", Status="nagekeken"), "nl.proef.kern@1 tr")
    assert texts.status_of("title") == "reviewed"


def test_a_changed_translation_is_a_draft_again() -> None:
    texts = texts_in(returned(STEM, Vertaling="Konuştunuz mu, {loket}?"), "nl.proef.vragen tr")
    assert texts.status_of(STEM) == "draft"


def test_a_changed_translation_has_a_status_that_was_changed_with_it() -> None:
    found = returned(STEM, Vertaling="Konuştunuz mu, {loket}?", Status="terugvertaald")
    assert texts_in(found, "nl.proef.vragen tr").status_of(STEM) == "back_translated"


def test_an_unchanged_translation_may_get_another_status() -> None:
    texts = texts_in(returned(STEM, Status="terugvertaald"), "nl.proef.vragen tr")
    assert texts.status_of(STEM) == "back_translated"


def test_a_stale_translation_is_current_once_its_remark_is_gone() -> None:
    entry = texts_in(returned("scale.ja_nee@1.ja", Verouderd=None), "nl.proef.vragen tr").entries["scale.ja_nee@1.ja"]
    assert entry.source_hash == hash_text("Ja")


def test_a_translation_that_is_taken_away_is_gone_and_the_rest_stays() -> None:
    texts = texts_in(returned(STEM, Vertaling=None), "nl.proef.vragen tr")
    assert set(texts.entries) == {"scale.ja_nee@1.ja", "item.GES02@1.stem"}


def test_a_spreadsheet_without_translations_gives_no_files() -> None:
    before = known()
    before.texts.clear()
    content = write_translation_xlsx(part(before), "tr", before)
    assert read_translation_xlsx(content, "terug.xlsx", part(before), before) == {}


def test_a_translation_of_older_dutch_is_stale() -> None:
    found = returned("title", Nederlands="Toets", Vertaling="Sınav")
    assert texts_in(found, "nl.proef.kern@1 tr").entries["title"].source_hash == hash_text("Toets")


def test_mistakes_in_a_spreadsheet_are_told_by_cell() -> None:
    assert told(returned(STEM, Vertaling="Konuştunuz mu?")) == [(5, "Taal tr!D5", "D12")]
    assert told(returned(STEM, Sleutel="item.GES01@2.stem")) == [(5, "Taal tr!B5", "W05")]
    assert told(returned("title", **{"Hoort bij": "nl.proef.kern@1"})) == [(2, "Taal tr!A2", "W05")]
    assert told(returned("title", Vertaling="x" * 501)) == [(2, "Taal tr!D2", "F05")]
    assert told(returned("title", Vertaling=12)) == [(2, "Taal tr!D2", "W04")]


def test_a_spreadsheet_of_no_language_is_told() -> None:
    before = known()
    for name, code in (("Taal nl", "D12"), ("Taal qq", "D12"), ("Turks", "W02")):
        book = load_workbook(BytesIO(filled(write_translation_xlsx(part(before), "tr", before), "title", {})))
        book.worksheets[-1].title = name
        found = read_translation_xlsx(saved(book), "terug.xlsx", part(before), before)
        assert {one for _, _, one in told(found)} == {code}


def test_what_is_no_spreadsheet_is_told() -> None:
    assert told(read_translation_xlsx(b"x", "terug.xlsx", part(known()), known())) == [(1, "", "W01")]


# --- what a translator does, in a PO file


def po(**changes: str) -> Any:
    """What is read of a PO file in which texts were changed; _ in a name stands for what is not a letter."""
    before = known()
    content = write_translation_po(part(before), "tr", before).decode()
    for old, new in changes.items():
        assert OLD[old] in content, content
        content = content.replace(OLD[old], new)
    return read_translation_po(content.encode(), "terug.po", part(before), before)


OLD = {
    "title": 'msgctxt "title"\nmsgid "Proef: 50% van u"\nmsgstr ""',
    "stem": 'msgstr "{loket} ile konuştunuz mu?"',
    "stale": "#, fuzzy\n",
    "yes": 'msgstr "Evet"',
    "key": 'msgctxt "item.GES01@1.stem"\n',
    "note": "# kort houden\n",
    "head": '"Language: tr\\n"\n',
}


def test_a_po_file_reads_as_translators_expect() -> None:
    content = write_translation_po(part(known()), "tr", known()).decode()
    assert content.startswith('msgid ""\nmsgstr ""\n"Project-Id-Version: nl.proef.kern@1\\n"\n"Language: tr\\n"\n')
    assert (
        '#. Status: nagekeken\n#, python-brace-format\nmsgctxt "item.GES01@1.stem"\n'
        'msgid "Sprak u met {loket}?"\nmsgstr "{loket} ile konuştunuz mu?"\n'
    ) in content
    assert (
        "# kort houden\n#. Status: machine\n#. Het Nederlands is veranderd na deze vertaling.\n"
        '#, fuzzy\nmsgctxt "scale.ja_nee@1.ja"\nmsgid "Ja"\nmsgstr "Evet"\n'
    ) in content
    assert OLD["title"] in content
    assert len(list(read_po(BytesIO(content.encode())))) == 1 + 7


def test_a_new_text_in_a_po_file_is_a_draft() -> None:
    texts = texts_in(po(title='msgctxt "title"\nmsgid "Proef: 50% van u"\nmsgstr "Deneme"'), "nl.proef.kern@1 tr")
    assert (texts.entries["title"].text, texts.status_of("title")) == ("Deneme", "draft")


def test_a_changed_text_in_a_po_file_is_a_draft_again() -> None:
    texts = texts_in(po(stem='msgstr "Konuştunuz mu, {loket}?"'), "nl.proef.vragen tr")
    assert texts.status_of(STEM) == "draft"


def test_what_is_no_longer_fuzzy_is_current() -> None:
    entry = texts_in(po(stale=""), "nl.proef.vragen tr").entries["scale.ja_nee@1.ja"]
    assert entry.source_hash == hash_text("Ja")


def test_a_text_that_is_emptied_in_a_po_file_is_gone() -> None:
    assert "scale.ja_nee@1.ja" not in texts_in(po(yes='msgstr ""'), "nl.proef.vragen tr").entries


def test_a_note_in_a_po_file_is_kept() -> None:
    entry = texts_in(po(note="# liever\n# iets langer\n"), "nl.proef.vragen tr").entries["scale.ja_nee@1.ja"]
    assert entry.note == "liever iets langer"


def test_a_country_behind_the_language_is_left_out() -> None:
    assert "nl.proef.vragen.tr.yaml" in po(head='"Language: tr_TR\\n"\n')


def test_windows_line_ends_and_a_mark_at_the_start_are_no_harm() -> None:
    before = known()
    content = write_translation_po(part(before), "tr", before)
    windows = b"\xef\xbb\xbf" + content.replace(b"\n", b"\r\n")
    assert read_translation_po(windows, "x.po", part(before), before) == read_translation_po(
        content, "x.po", part(before), before
    )


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"stem": 'msgstr "Konuştunuz mu?"'}, (24, STEM, "D12")),
        ({"key": 'msgctxt "item.GES01@2.stem"\n'}, (24, "item.GES01@2.stem", "W05")),
        ({"key": ""}, (23, "", "W05")),
        ({"key": 'msgctxt "title"\n'}, (24, "title", "W05")),
        ({"head": '"Language: nl\\n"\n'}, (1, "language", "D12")),
        ({"head": ""}, (1, "language", "F05")),
        ({"head": '"Language: ???\\n"\n'}, (1, "", "W01")),
        ({"yes": 'msgid_plural "Ja"\nmsgstr[0] "Evet"'}, (39, "", "W05")),
        ({"yes": "msgstt"}, (39, "", "W01")),
        ({"yes": f'msgstr "{"x" * 501}"'}, (38, "entries.scale.ja_nee@1.ja.text", "F05")),
    ],
)
def test_mistakes_in_a_po_file_are_told_by_line(changes: dict[str, str], expected: tuple[int, str, str]) -> None:
    assert told(po(**changes)) == [expected]


@pytest.mark.parametrize(
    "content",
    [b"\xff\xfe\xff", b'msgid "a"\nmsgstr "\xff"\n', b"x" * 10_000_001, b'"Content-Type: a; charset=none\\n"'],
)
def test_what_is_no_po_file_is_told(content: bytes) -> None:
    found = read_translation_po(content, "terug.po", part(known()), known())
    assert isinstance(found, tuple)
    assert [problem.code for problem in found] == ["W01"]


@given(st.binary(max_size=60))
def test_a_damaged_po_file_is_read_or_told(damage: bytes) -> None:
    before = known()
    content = write_translation_po(part(before), "tr", before)
    found = read_translation_po(content[:400] + damage + content[430:], "terug.po", part(before), before)
    assert isinstance(found, dict) or all(isinstance(problem, Problem) for problem in found)


def test_an_extension_follows_the_languages_of_its_core() -> None:
    shipped = shipped_sources()
    extension = shipped.extensions["gm0193.voorbeeld@1"].content.model_copy(update={"languages": None})
    assert languages_of(extension, shipped) == ("en", "tr", "ar", "pl", "uk")
    assert languages_of(extension, Definitions()) == ()


def test_the_example_municipality_can_be_translated() -> None:
    shipped = shipped_sources()
    one = shipped.extensions["gm0344.voorbeeld@1"]
    files = read_translation_po(write_translation_po(one, "tr", shipped), "x.po", one, shipped)
    assert isinstance(files, dict)
    assert set(files) == {"gm0344.voorbeeld-1.tr.yaml"}
    assert load_shipped("gm0344.voorbeeld@1").translations["tr"].texts
