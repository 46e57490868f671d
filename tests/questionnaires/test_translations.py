"""Checks of languages, easy language and texts files."""

from __future__ import annotations

import pytest

from questionnaires.checks.definitions import Candidate, assemble
from questionnaires.checks.translations import check_texts, check_translations
from questionnaires.problems import Problem
from questionnaires.resolving import Assembly, resolve
from questionnaires.sources import Definitions, read_sources
from questionnaires.texts import hash_text

LIBRARY = """\
format: "ceo-def/1"
kind: library
id: "nl.proef.bibliotheek"
source_language: "nl"
concepts: {"toegang.hulp": {domain: toegang, definition: "Hulp"}}
scales:
  hulp@1: {type: nominal, codes: [{code: ja, text: "Ja"}, {code: nee, text: "Nee"}]}
items:
  HUL01@1: {concept: "toegang.hulp", title: "Hulp", type: {scale: "hulp@1"}, reference_period: "now",
    text: {stem: "Kreeg u hulp van {loket}?"}, params: [loket]}
"""
MODULE = """\
format: "ceo-def/1"
kind: module
id: "nl.proef.kern"
version: 1
title: "Kern"
role: core
uses: {libraries: ["nl.proef.bibliotheek"]}
languages: [nl, tr]
params: {loket: {type: noun_phrase, max_chars: 12, default: "de gemeente"}}
pages:
  - id: hulp
    items: [HUL01@1]
  - slot: lokaal
slots: {lokaal: {max_items: 2, max_minutes: 2, types: [scale]}}
"""
LOCAL = """\
format: "ceo-def/1"
kind: extension
id: "gm0344.eigen"
owner: "gm0344"
version: 1
title: "Utrecht"
extends: "nl.proef.kern@1"
params: {loket: "het loket"}
items:
  gm0344.BUU01@1: {concept: local, title: "Buurt", type: {scale: "hulp@1"}, reference_period: "now",
    text: {stem: "Is het hier fijn?"}, disclosure: {quasi_identifier: false}}
slots:
  lokaal:
    - id: buurt
      title: "Uw buurt"
      items: [gm0344.BUU01@1]
"""


def texts(of: str, entries: dict[str, tuple[str, str]], *, status: str = "reviewed", language: str = "tr") -> str:
    """Return a texts file; each entry is a key with the Dutch text that was translated, and the translation."""
    lines = "".join(
        f'  "{key}": {{source_hash: "{hash_text(dutch)}", text: "{text}"}}\n' for key, (dutch, text) in entries.items()
    )
    head = f'format: "ceo-def/1"\nkind: texts\nlanguage: {language}\nof: "{of}"\nstatus: {status}\n'
    return f"{head}entries:\n{lines}" if entries else f"{head}entries: {{}}\n"


OF_LIBRARY = {
    "item.HUL01@1.stem": ("Kreeg u hulp van {loket}?", "{loket} size yardım etti mi?"),
    "scale.hulp@1.ja": ("Ja", "Evet"),
    "scale.hulp@1.nee": ("Nee", "Hayır"),
}
OF_MODULE = {"title": ("Kern", "Deneme"), "param.loket": ("de gemeente", "belediye")}
OF_LOCAL = {
    "title": ("Utrecht", "Utrecht"),
    "param.loket": ("het loket", "gişe"),
    "page.buurt.title": ("Uw buurt", "Mahalleniz"),
    "item.gm0344.BUU01@1.stem": ("Is het hier fijn?", "Burası güzel mi?"),
}
FILES = {
    "bibliotheek.yaml": LIBRARY,
    "kern.yaml": MODULE,
    "bibliotheek-tr.yaml": texts("nl.proef.bibliotheek", OF_LIBRARY),
    "kern-tr.yaml": texts("nl.proef.kern@1", OF_MODULE),
}
WITH_LOCAL = {**FILES, "eigen.yaml": LOCAL, "eigen-tr.yaml": texts("gm0344.eigen@1", OF_LOCAL)}


def read(files: dict[str, str]) -> Definitions:
    definitions = read_sources(files)
    assert definitions.problems == []
    return definitions


def check(files: dict[str, str], name: str = "nl.proef.kern@1") -> list[Problem]:
    definitions = read(files)
    assembly = assemble({**definitions.modules, **definitions.extensions}[name], definitions)
    assert isinstance(assembly, Assembly)
    found = list(check_translations(Candidate(assembly, resolve(assembly, definitions), definitions)))
    assert all(problem.code == "D12" and problem.cause and problem.cure for problem in found)
    return found


def places(files: dict[str, str], name: str = "nl.proef.kern@1") -> list[tuple[str, str]]:
    return [(problem.file, problem.place) for problem in check(files, name)]


def test_a_language_with_every_text_is_no_problem() -> None:
    assert places(FILES) == []
    assert places(WITH_LOCAL, "gm0344.eigen@1") == []


def test_one_problem_a_language_says_how_much_is_missing_and_names_the_first() -> None:
    (problem,) = check({"bibliotheek.yaml": LIBRARY, "kern.yaml": MODULE})
    assert (problem.file, problem.place, problem.warning) == ("kern.yaml", "languages[1]", False)
    assert problem.cause == ("In de taal tr ontbreken 5 van de 5 teksten: title, param.loket, item.HUL01@1.stem ….")


def test_a_few_missing_texts_are_all_named() -> None:
    (problem,) = check({**FILES, "kern-tr.yaml": texts("nl.proef.kern@1", {})})
    assert problem.cause == "In de taal tr ontbreken 2 van de 5 teksten: title, param.loket."


def test_a_language_that_does_not_exist_is_told() -> None:
    (problem,) = check({**FILES, "kern.yaml": MODULE.replace("tr]", "tr, qq]")})
    assert (problem.place, problem.cause) == ("languages[2]", "De taal qq bestaat niet.")


def test_a_stale_text_is_told_where_it_is_translated_with_the_new_hash() -> None:
    (problem,) = check({**FILES, "kern.yaml": MODULE.replace('"Kern"', '"Nieuwe kern"')})
    assert (problem.file, problem.place) == ("kern-tr.yaml", "entries.title.source_hash")
    assert "“Nieuwe kern”" in problem.cause
    assert hash_text("Nieuwe kern") in problem.cure


@pytest.mark.parametrize("text", ["Yardım?", "{loket} {loket}?", "{lokt}?"])
def test_a_translation_has_the_gaps_of_the_dutch_text(text: str) -> None:
    entries = {**OF_LIBRARY, "item.HUL01@1.stem": ("Kreeg u hulp van {loket}?", text)}
    (problem,) = check({**FILES, "bibliotheek-tr.yaml": texts("nl.proef.bibliotheek", entries)})
    assert (problem.file, problem.place) == ("bibliotheek-tr.yaml", "entries.item.HUL01@1.stem.text")
    assert "{loket}" in problem.cause


def test_a_gap_that_the_dutch_text_does_not_have_is_told() -> None:
    (problem,) = check({**FILES, "kern-tr.yaml": texts("nl.proef.kern@1", {**OF_MODULE, "title": ("Kern", "{loket}")})})
    assert "anders dan in het Nederlands: geen." in problem.cause


def test_a_text_that_is_stale_and_has_other_gaps_is_told_once() -> None:
    entries = {**OF_LIBRARY, "item.HUL01@1.stem": ("Kreeg u hulp?", "Yardım?")}
    files = {**FILES, "bibliotheek-tr.yaml": texts("nl.proef.bibliotheek", entries)}
    assert places(files) == [("bibliotheek-tr.yaml", "entries.item.HUL01@1.stem.source_hash")]


@pytest.mark.parametrize(("status", "told"), [("machine", 1), ("draft", 1), ("reviewed", 0), ("back_translated", 0)])
def test_a_translation_that_nobody_reviewed_draws_a_warning(status: str, told: int) -> None:
    problems = check({**FILES, "kern-tr.yaml": texts("nl.proef.kern@1", OF_MODULE, status=status)})
    assert [(problem.place, problem.warning) for problem in problems] == [("languages[1]", True)] * told


def test_an_extension_translates_its_own_title_and_words_and_pages() -> None:
    without = {name: text for name, text in WITH_LOCAL.items() if name != "eigen-tr.yaml"}
    (problem,) = check(without, "gm0344.eigen@1")
    # It does not say languages itself: it takes those of the core.
    assert (problem.file, problem.place) == ("eigen.yaml", "languages")
    assert "ontbreken 4 van de 7 teksten" in problem.cause


def test_an_extension_chooses_its_languages() -> None:
    dutch = {**WITH_LOCAL, "eigen.yaml": LOCAL + "languages: [nl]\n"}
    assert places(dutch, "gm0344.eigen@1") == []
    more = {**WITH_LOCAL, "eigen.yaml": LOCAL + "languages: [nl, tr, pl]\n"}
    assert places(more, "gm0344.eigen@1") == [("eigen.yaml", "languages[2]")]


def test_a_stale_local_text_is_told_in_the_file_of_the_extension() -> None:
    changed = {**WITH_LOCAL, "eigen.yaml": LOCAL.replace("Uw buurt", "Uw straat")}
    assert places(changed, "gm0344.eigen@1") == [("eigen-tr.yaml", "entries.page.buurt.title.source_hash")]


EASY = ("languages: [nl, tr]", "registers: [standard, easy]")


@pytest.mark.parametrize(
    ("text", "lacking"),
    [
        ('stem: "A {loket}?"', "stem_easy"),
        ('stem: "A {loket}?", help: "B"', "stem_easy en geen help_easy"),
        ('stem: "A {loket}?", stem_easy: "A?", help: "B"', "help_easy"),
        ('stem: "A {loket}?", stem_easy: "A?", help: "B", help_easy: "b"', None),
        ('stem: "A {loket}?", stem_easy: "A?"', None),
    ],
)
def test_easy_language_that_is_promised_is_there(text: str, lacking: str | None) -> None:
    library = LIBRARY.replace('stem: "Kreeg u hulp van {loket}?"', text)
    found = check({"bibliotheek.yaml": library, "kern.yaml": MODULE.replace(*EASY)})
    expected = f"De vraag HUL01@1 heeft geen {lacking}, en de vragenlijst belooft makkelijke taal."
    assert [problem.cause for problem in found] == ([] if lacking is None else [expected])
    assert {problem.place for problem in found} <= {"pages[0].items[0]"}


def test_easy_language_is_asked_of_local_items_too() -> None:
    library = LIBRARY.replace("{loket}?", '{loket}?", stem_easy: "Kreeg u hulp?')
    files = {"bibliotheek.yaml": library, "kern.yaml": MODULE.replace(*EASY), "eigen.yaml": LOCAL}
    assert places(files, "gm0344.eigen@1") == [("eigen.yaml", "items.gm0344.BUU01@1.text")]


def texts_problems(files: dict[str, str]) -> list[tuple[str, str, str]]:
    found = list(check_texts(read_sources(files)))
    assert all(problem.cause and problem.cure for problem in found)
    return [(problem.file, problem.code, problem.place) for problem in found]


def test_texts_belong_to_a_definition() -> None:
    assert texts_problems(WITH_LOCAL) == []
    for of in ("nl.proef.bibliotheekje", "nl.proef.kern@2", "gm0345.eigen@1"):
        assert texts_problems({**WITH_LOCAL, "x.yaml": texts(of, OF_MODULE)}) == [("x.yaml", "D01", "of")]


def test_texts_of_a_definition_that_cannot_be_read_are_not_told_about() -> None:
    assert texts_problems({**FILES, "kern.yaml": MODULE.replace("title:", "titel:")}) == []


@pytest.mark.parametrize(
    ("of", "key", "cure"),
    [
        ("nl.proef.bibliotheek", "item.HUL01@1.stm", "Bedoelt u item.HUL01@1.stem?"),
        ("nl.proef.bibliotheek", "scale.hulp@1.nee.inline", "Bedoelt u scale.hulp@1.nee of scale.hulp@1.ja?"),
        ("nl.proef.bibliotheek", "item.HUL09@1.stem", "Haal dit weg."),
        ("nl.proef.kern@1", "page.hulp.title", "U kunt kiezen uit: param.loket, title."),
    ],
)
def test_a_key_that_belongs_to_nothing_gets_the_nearest_one(of: str, key: str, cure: str) -> None:
    (problem,) = check_texts(read({**FILES, "x.yaml": texts(of, {key: ("Ja", "Tak")}, language="pl")}))
    assert (problem.code, problem.place, problem.cure) == ("D01", f"entries.{key}", cure)


@pytest.mark.parametrize("language", ["nl", "qq"])
def test_texts_are_in_another_language_that_exists(language: str) -> None:
    file = texts("nl.proef.kern@1", OF_MODULE, language=language)
    assert texts_problems({**FILES, "x.yaml": file}) == [("x.yaml", "D12", "language")]
