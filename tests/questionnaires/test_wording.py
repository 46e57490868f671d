"""The texts that a client reads, in a language and a register, with names and answers filled in."""

from __future__ import annotations

import pytest

from questionnaires.answers import Answer, Missing
from questionnaires.checks.definitions import assemble
from questionnaires.questionnaire import Questionnaire
from questionnaires.resolving import Assembly, resolve
from questionnaires.sources import read_sources
from questionnaires.texts import hash_text
from questionnaires.wording import find_wording, questionnaire_texts

LIBRARY = """\
format: "ceo-def/1"
kind: library
id: "nl.proef.bibliotheek"
source_language: "nl"
concepts: {"toegang.hulp": {domain: toegang, definition: "Hulp"}}
scales:
  hulp@1:
    type: nominal
    codes:
      - {code: huis, text: "Hulp in huis", text_easy: "Thuis", inline: "in huis"}
      - {code: easy, text: "Makkelijke hulp", inline: "die makkelijk is"}
    missing: [{code: weet_niet, text: "Weet ik niet bij {loket}", reason: dont_know}]
items:
  HUL01@1: {concept: "toegang.hulp", title: "Hulp", type: {scale: "hulp@1"}, reference_period: "now",
    text: {stem: "Welke hulp geeft {loket}?", stem_easy: "Hulp?"}, params: [loket]}
  WEK01@1: {concept: "toegang.hulp", title: "Weken", type: {integer: {min: 0, max: 9, unit: "weken"}}, reference_period: "now",
    text: {stem: "Hoe lang?", help: "Tel de weken.", help_easy: "Tel."},
    soft_checks: [{id: lang, when: true, ask: "Echt {weken} bij {loket}?", ask_easy: "Echt?"}], params: [loket],
    pipes: {weken: {answer: WEK01, fallback: "zo lang"}}}
  TER01@1: {concept: "toegang.hulp", title: "Terug", type: {scale: "hulp@1"}, reference_period: "now",
    text: {stem: "Is hulp {hulp} na {weken} weken goed?"}, params: [loket],
    pipes: {hulp: {answer: HUL01, fallback: "van {loket}", fallback_easy: "nu"}, weken: {answer: WEK01, fallback: "die"}}}
"""
MODULE = """\
format: "ceo-def/1"
kind: module
id: "nl.proef.kern"
version: 1
title: "Hulp van {loket}"
role: core
uses: {libraries: ["nl.proef.bibliotheek"]}
languages: [nl, ar]
registers: [standard, easy]
params: {loket: {type: noun_phrase, max_chars: 20, default: "de gemeente"}}
pages:
  - {id: hulp, title: "Over {loket}", items: [HUL01@1]}
  - {id: weken, items: [WEK01@1]}
  - {id: terug, items: [TER01@1]}
"""


@pytest.fixture(scope="module")
def asked() -> Questionnaire:
    """A questionnaire in Dutch, and in an Arabic in which every text is its key with the gaps that it must have."""
    dutch = resolved("entries: {}\n")
    lines = "".join(
        f'  "{key}": {{source_hash: "{hash_text(text)}", text: "{arabic(key, text)}"}}\n'
        for key, text in questionnaire_texts(dutch).items()
        if not key.startswith(("title", "page", "param"))
    )
    return resolved(f"entries:\n{lines}", questionnaire_texts(dutch))


def arabic(key: str, dutch: str) -> str:
    gaps = [part.partition("}")[0] for part in dutch.split("{")[1:]]
    return " ".join([key, *(f"{{{gap}}}" for gap in gaps)])


def resolved(entries: str, of_module: dict[str, str] | None = None) -> Questionnaire:
    head = 'format: "ceo-def/1"\nkind: texts\nlanguage: ar\nof: "{}"\nstatus: reviewed\n'
    own = "".join(
        f'  "{key}": {{source_hash: "{hash_text(text)}", text: "{arabic(key, text)}"}}\n'
        for key, text in (of_module or {}).items()
        if key.startswith(("title", "page", "param"))
    )
    definitions = read_sources(
        {
            "l.yaml": LIBRARY,
            "m.yaml": MODULE,
            "l-ar.yaml": head.format("nl.proef.bibliotheek") + entries,
            "m-ar.yaml": head.format("nl.proef.kern@1") + (f"entries:\n{own}" if own else "entries: {}\n"),
        }
    )
    assert definitions.problems == []
    assembly = assemble(definitions.modules["nl.proef.kern@1"], definitions)
    assert isinstance(assembly, Assembly)
    return resolve(assembly, definitions)


def test_local_names_stand_in_every_text(asked: Questionnaire) -> None:
    wording = asked.wording()
    assert wording.title == "Hulp van de gemeente"
    assert wording.page_title("hulp") == "Over de gemeente"
    assert wording.stem(asked.item("HUL01"), {}) == "Welke hulp geeft de gemeente?"
    assert wording.label(asked.scales[0], "weet_niet") == "Weet ik niet bij de gemeente"


def test_a_text_that_is_not_there_is_empty(asked: Questionnaire) -> None:
    wording = asked.wording()
    assert wording.page_title("weken") == ""
    assert wording.explanation(asked.item("HUL01"), {}) == ""
    assert wording.unit(asked.item("HUL01")) == ""


def test_units_and_explanations_are_texts(asked: Questionnaire) -> None:
    wording = asked.wording()
    assert wording.unit(asked.item("WEK01")) == "weken"
    assert wording.explanation(asked.item("WEK01"), {}) == "Tel de weken."


def test_easy_texts_stand_in_place_of_the_standard_ones_where_they_are(asked: Questionnaire) -> None:
    easy, scale = asked.wording("nl", "easy"), asked.scales[0]
    assert easy.stem(asked.item("HUL01"), {}) == "Hulp?"
    assert easy.explanation(asked.item("WEK01"), {}) == "Tel."
    assert easy.label(scale, "huis") == "Thuis"
    assert easy.question_about(asked.item("WEK01"), "lang", {}) == "Echt?"
    assert easy.title == "Hulp van de gemeente"
    assert easy.register == "easy"


def test_a_code_may_be_called_easy(asked: Questionnaire) -> None:
    for register in ("standard", "easy"):
        assert asked.wording("nl", register).label(asked.scales[0], "easy") == "Makkelijke hulp"


@pytest.mark.parametrize(
    ("help_given", "weeks", "stem"),
    [
        (None, None, "Is hulp van de gemeente na die weken goed?"),
        (Answer("HUL01", 1, value="huis"), Answer("WEK01", 1, value=3), "Is hulp in huis na 3 weken goed?"),
        (Answer("HUL01", 1, value="easy"), Answer("WEK01", 1, value=0), "Is hulp die makkelijk is na 0 weken goed?"),
        (
            Answer("HUL01", 1, missing=Missing.DONT_KNOW),
            Answer("WEK01", 1, missing=Missing.SKIPPED),
            "Is hulp van de gemeente na die weken goed?",
        ),
    ],
)
def test_an_earlier_answer_stands_in_a_text_and_else_its_fallback(
    asked: Questionnaire, help_given: Answer | None, weeks: Answer | None, stem: str
) -> None:
    environment = {answer.item: answer for answer in (help_given, weeks) if answer is not None}
    assert asked.wording().stem(asked.item("TER01"), environment) == stem


def test_the_fallback_is_easy_too(asked: Questionnaire) -> None:
    assert asked.wording("nl", "easy").stem(asked.item("TER01"), {}) == "Is hulp nu na die weken goed?"


def test_a_soft_check_repeats_the_answer(asked: Questionnaire) -> None:
    environment = {"WEK01": Answer("WEK01", 1, value=8)}
    question = asked.wording().question_about(asked.item("WEK01"), "lang", environment)
    assert question == "Echt 8 bij de gemeente?"


def test_an_answer_reads_in_the_language_of_the_text(asked: Questionnaire) -> None:
    wording = asked.wording("ar")
    assert (wording.language, wording.direction) == ("ar", "rtl")
    environment = {"HUL01": Answer("HUL01", 1, value="huis"), "WEK01": Answer("WEK01", 1, value=3)}
    assert wording.stem(asked.item("TER01"), environment) == "item.TER01@1.stem scale.hulp@1.huis.inline 3"
    assert wording.stem(asked.item("TER01"), {}) == (
        "item.TER01@1.stem item.TER01@1.pipe.hulp param.loket item.TER01@1.pipe.weken"
    )
    assert asked.wording("ar", "easy").label(asked.scales[0], "huis") == "scale.hulp@1.huis.easy"


def test_no_language_and_register_leaves_a_gap_open(asked: Questionnaire) -> None:
    for language in asked.languages:
        for register in asked.registers:
            wording = asked.wording(language, register)
            read = [wording.title, *(wording.page_title(page.id) for page in asked.pages)]
            read += [text for item in asked.items for text in (wording.stem(item, {}), wording.explanation(item, {}))]
            read += [wording.label(scale, option.code) for scale in asked.scales for option in scale.options]
            read += [wording.question_about(item, check.id, {}) for item in asked.items for check in item.soft_checks]
            assert not any("{" in text for text in read)


def test_every_shipped_text_is_there_in_every_language_and_register(wmo: Questionnaire) -> None:
    for language in wmo.languages:
        for register in wmo.registers:
            wording = find_wording(wmo, language, register)
            assert all(wording.stem(item, {}) for item in wmo.items)
            assert all(wording.label(scale, option.code) for scale in wmo.scales for option in scale.options)


def test_wordings_are_found_once(asked: Questionnaire) -> None:
    assert asked.wording("ar", "easy") is asked.wording("ar", "easy")
    assert asked.wording() is asked.wording("nl", "standard")
