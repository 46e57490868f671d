from __future__ import annotations

import itertools
import re

import pytest

from questionnaires.answers import Answer, Missing
from questionnaires.definition import NarrativeAnswer, Theme
from questionnaires.loading import check_files, load_shipped
from questionnaires.names import id_of
from questionnaires.questionnaire import Questionnaire
from questionnaires.routing import route
from questionnaires.sources import shipped_definitions, shipped_sources
from questionnaires.texts import Status

ACTS = ("nl.ceo.wmo@1", "nl.ceo.wmo@2", "nl.ceo.jeugd-jongeren@1", "nl.ceo.jeugd-ouders@1", "nl.ceo.participatie@1")
OPTIONAL = (
    "nl.ceo.mantelzorg@1",
    "nl.ceo.wachten@1",
    "nl.ceo.onafhankelijke-ondersteuning@1",
    "nl.ceo.meedoen-en-eenzaamheid@1",
    "nl.ceo.kwaliteit-van-leven@1",
)
ALONE = ("nl.ceo.effect@1", "nl.ceo.verhaal@1")
TRANSLATED = ("nl.ceo.wmo@1", "nl.ceo.wmo@2", "nl.ceo.participatie@1", "gm0344.voorbeeld@1")


def test_the_shipped_definitions_have_no_problems() -> None:
    assert [str(problem) for problem in check_files(shipped_definitions())] == []


def test_everything_that_was_promised_is_shipped() -> None:
    assert set(shipped_sources().modules) == {*ACTS, *OPTIONAL, *ALONE}


@pytest.mark.parametrize("name", ACTS)
def test_a_core_covers_the_three_themes_in_12_to_18_items_one_a_page(name: str) -> None:
    questionnaire = load_shipped(name)
    assert 12 <= len(questionnaire.items) <= 18
    assert all(len(page.items) == 1 for page in questionnaire.pages)
    assert set(questionnaire.themes) == set(Theme)
    assert all(len(items) >= 3 for items in questionnaire.themes.values())
    assert {composite.theme for composite in questionnaire.composites} == set(Theme)


@pytest.mark.parametrize("name", OPTIONAL)
def test_an_optional_module_is_short_and_fits_every_core_that_offers_it(name: str) -> None:
    assert 3 <= len(load_shipped(name).items) <= 6
    offered = {
        module
        for source in shipped_sources().modules.values()
        for slot in source.content.slots.values()
        for module in slot.modules
    }
    assert id_of(name) in offered


@pytest.mark.parametrize("name", [*ACTS, *OPTIONAL, *ALONE])
def test_every_question_has_easy_words(name: str) -> None:
    questionnaire = load_shipped(name)
    assert "easy" in questionnaire.registers
    assert [item.id for item in questionnaire.items if item.text.stem_easy is None] == []
    assert [item.id for item in questionnaire.items if item.text.help and not item.text.help_easy] == []


@pytest.mark.parametrize("name", [*ACTS, *OPTIONAL, *ALONE])
def test_sentences_are_short(name: str) -> None:
    for item in load_shipped(name).items:
        for sentence in re.split(r"[.?!]", f"{item.text.stem} {item.text.help or ''}"):
            assert len(sentence.split()) <= 15, sentence


@pytest.mark.parametrize("name", TRANSLATED)
def test_the_translations_are_complete_drafts(name: str) -> None:
    questionnaire = load_shipped(name)
    assert questionnaire.languages == ("nl", "ar", "en", "pl", "tr", "uk")
    assert {translation.status for translation in questionnaire.translations.values()} == {Status.DRAFT}
    assert questionnaire.wording("ar").direction == "rtl"


@pytest.mark.parametrize("name", [*ACTS, "nl.ceo.verhaal@1"])
def test_nothing_that_is_told_may_be_used_by_default(name: str) -> None:
    told = [item for item in load_shipped(name).items if isinstance(item.type, NarrativeAnswer)]
    assert told
    assert {item.consent.default if item.consent else "" for item in told} == {"none"}


@pytest.mark.parametrize(
    ("answer", "questions"),
    [
        (Answer("GES01", 1, value="nee"), 14),
        (Answer("GES01", 1, value="ja"), 16),
        (Answer("GES01", 1, missing=Missing.SKIPPED), 16),
        (Answer("GES01", 1, missing=Missing.DONT_KNOW), 16),
    ],
)
def test_who_had_no_conversation_is_not_asked_about_it(wmo: Questionnaire, answer: Answer, questions: int) -> None:
    assert len(route(wmo, {"GES01": answer}).steps) == questions


@pytest.mark.parametrize("name", ACTS)
def test_the_profile_comes_after_all_measures_and_the_story_last(name: str) -> None:
    questionnaire = load_shipped(name)
    domains = {concept.id: concept.domain for concept in questionnaire.concepts}
    order = [domain for domain, _ in itertools.groupby(domains[item.concept] for item in questionnaire.items)]
    assert order[-2:] == ["profiel", "verhaal"]
    assert order.count("profiel") == 1


@pytest.mark.parametrize("name", ["nl.ceo.wmo@1", "nl.ceo.wmo@2"])
def test_a_client_without_a_conversation_can_still_have_every_theme_score(name: str) -> None:
    wmo = load_shipped(name)
    asked = {item for step in route(wmo, {"GES01": Answer("GES01", 1, value="nee")}).steps for item in step.page.items}
    for composite in wmo.composites:
        assert len(asked & set(map(id_of, composite.items))) >= composite.min_valid


def test_a_municipality_adds_its_own_questions_and_a_module_before_the_story() -> None:
    utrecht = load_shipped("gm0344.voorbeeld@1")
    added = [page.id for page in utrecht.pages if "." in page.id]
    assert utrecht.parts[0] == "nl.ceo.wmo@2"
    assert {page.partition(".")[0] for page in added} == {"mantelzorg", "gm0344"}
    assert utrecht.pages[-1].id == "verhaal"
