"""Texts: their keys, their hashes and their gaps."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaires.sources import Definitions, read_sources
from questionnaires.strict_yaml import YamlDocument, read_yaml, validate
from questionnaires.texts import TextsFile, direction_of, fill_gaps, gaps_in, hash_text, is_language, source_texts

LIBRARY = """\
format: "ceo-def/1"
kind: library
id: "nl.proef.bibliotheek"
source_language: "nl"
concepts: {"toegang.hulp": {domain: toegang, definition: "Hulp"}}
scales:
  hulp@1:
    type: multi
    codes: [{code: ja, text: "Ja", text_easy: "Jawel", inline: "wel"}, {code: nee, text: "Nee"}]
    exclusive: [{code: geen, text: "Geen"}]
    missing: [{code: weet_niet, text: "Weet ik niet", text_easy: "?", reason: dont_know}]
items:
  HUL01@1:
    concept: "toegang.hulp"
    title: "Alleen voor tabellen"
    type: {integer: {min: 0, max: 9, unit: "weken"}}
    reference_period: "now"
    text: {stem: "Hulp van {loket} bij {hulp}?", stem_easy: "Hulp?", help: "Uitleg", help_easy: "Kort"}
    params: [loket]
    pipes: {hulp: {answer: HUL02, fallback: "alles", fallback_easy: "veel"}}
    soft_checks: [{id: lang, when: true, ask: "Echt?", ask_easy: "Klopt het?"}]
  HUL02@1: {concept: "toegang.hulp", title: "B", type: {scale: "hulp@1"}, reference_period: "now", text: {stem: "Welke?"}}
"""
MODULE = """\
format: "ceo-def/1"
kind: module
id: "nl.proef.kern"
version: 1
title: "Kern"
role: core
uses: {libraries: ["nl.proef.bibliotheek"]}
params: {loket: {type: noun_phrase, max_chars: 20, default: "de gemeente"}}
pages:
  - {id: a, title: "Over hulp", items: [HUL02@1]}
  - {id: b, items: [HUL01@1]}
  - slot: lokaal
"""
EXTENSION = """\
format: "ceo-def/1"
kind: extension
id: "gm0344.eigen"
owner: "gm0344"
version: 1
title: "Utrecht"
extends: "nl.proef.kern@1"
params: {loket: "het loket"}
scales: {gm0344.buurt@1: {type: nominal, codes: [{code: a, text: "A"}, {code: b, text: "B"}]}}
items:
  gm0344.BUU01@1: {concept: local, title: "B", type: {scale: "gm0344.buurt@1"}, reference_period: "now", text: {stem: "Waar?"}}
slots: {lokaal: [{id: buurt, title: "Uw buurt", items: [gm0344.BUU01@1]}]}
"""


def definitions() -> Definitions:
    found = read_sources({"l.yaml": LIBRARY, "m.yaml": MODULE, "e.yaml": EXTENSION})
    assert found.problems == []
    return found


def test_every_text_that_clients_read_has_a_key() -> None:
    assert source_texts(definitions().libraries["nl.proef.bibliotheek"].content) == {
        "item.HUL01@1.stem": "Hulp van {loket} bij {hulp}?",
        "item.HUL01@1.stem.easy": "Hulp?",
        "item.HUL01@1.help": "Uitleg",
        "item.HUL01@1.help.easy": "Kort",
        "item.HUL01@1.pipe.hulp": "alles",
        "item.HUL01@1.pipe.hulp.easy": "veel",
        "item.HUL01@1.soft.lang": "Echt?",
        "item.HUL01@1.soft.lang.easy": "Klopt het?",
        "item.HUL01@1.unit": "weken",
        "item.HUL02@1.stem": "Welke?",
        "scale.hulp@1.ja": "Ja",
        "scale.hulp@1.ja.easy": "Jawel",
        "scale.hulp@1.ja.inline": "wel",
        "scale.hulp@1.nee": "Nee",
        "scale.hulp@1.geen": "Geen",
        "scale.hulp@1.weet_niet": "Weet ik niet",
        "scale.hulp@1.weet_niet.easy": "?",
    }


def test_a_module_has_its_title_and_those_of_its_pages_and_its_words() -> None:
    assert source_texts(definitions().modules["nl.proef.kern@1"].content) == {
        "title": "Kern",
        "page.a.title": "Over hulp",
        "param.loket": "de gemeente",
    }


def test_an_extension_has_its_own_of_everything() -> None:
    assert source_texts(definitions().extensions["gm0344.eigen@1"].content) == {
        "title": "Utrecht",
        "page.buurt.title": "Uw buurt",
        "param.loket": "het loket",
        "item.gm0344.BUU01@1.stem": "Waar?",
        "scale.gm0344.buurt@1.a": "A",
        "scale.gm0344.buurt@1.b": "B",
    }


def texts_file(entries: str) -> TextsFile | tuple[str, ...]:
    text = f'format: "ceo-def/1"\nkind: texts\nlanguage: tr\nof: "nl.proef.kern@1"\nstatus: draft\nentries: {{{entries}}}\n'
    document = read_yaml(text, "t.yaml")
    assert isinstance(document, YamlDocument)
    found = validate(TextsFile, document)
    return found if isinstance(found, TextsFile) else tuple(problem.code for problem in found)


HASH = hash_text("Kern")


def test_an_entry_has_the_status_of_its_file_unless_it_has_its_own() -> None:
    entries = f'title: {{source_hash: "{HASH}", text: "A"}}, page.a.title: {{source_hash: "{HASH}", text: "B", status: reviewed}}'
    file = texts_file(entries)
    assert isinstance(file, TextsFile)
    assert (file.status_of("title"), file.status_of("page.a.title")) == ("draft", "reviewed")


@pytest.mark.parametrize("key", ["tittle", "item", "items.HUL01@1.stem", '"item.HUL01@1.stem "', '"page.a b.title"'])
def test_a_key_has_the_form_of_a_key(key: str) -> None:
    assert texts_file(f'{key}: {{source_hash: "{HASH}", text: "A"}}') == ("F05",)


def test_a_source_hash_has_the_form_of_one() -> None:
    assert texts_file('title: {source_hash: "sha256:1", text: "A"}') == ("F05",)


def test_the_hash_of_a_text_is_that_of_its_composed_form() -> None:
    decomposed = unicodedata.normalize("NFD", "cliënt")
    assert decomposed != "cliënt"
    assert hash_text(decomposed) == hash_text("cliënt") != hash_text("client")


@given(st.dictionaries(st.sampled_from(["a", "b", "c_d"]), st.text(st.characters(exclude_characters="{}"))))
def test_gaps_are_filled_once_and_what_is_not_known_stays(values: dict[str, str]) -> None:
    text = "{a} en {b}, {c_d}; {e}"
    filled = fill_gaps(text, values)
    assert gaps_in(filled) == tuple(name for name in gaps_in(text) if name not in values)
    assert filled.endswith("; {e}")
    assert fill_gaps(text, {name: f"{{{name}}}" for name in values}) == text


def test_a_filled_text_is_not_filled_again() -> None:
    assert fill_gaps("{a}", {"a": "{b}", "b": "niet"}) == "{b}"


def test_braces_inside_braces_are_one_gap() -> None:
    assert gaps_in("{{a}} {} {b") == ("a", "")


@pytest.mark.parametrize(("language", "direction"), [("nl", "ltr"), ("ar", "rtl"), ("fa", "rtl"), ("zh-Hant", "ltr")])
def test_a_language_has_a_direction(language: str, direction: str) -> None:
    assert direction_of(language) == direction
    assert is_language(language)


def test_a_code_that_is_no_language_is_known_as_such() -> None:
    assert not is_language("qq")
