from __future__ import annotations

import itertools

import pytest

from questionnaires.answers import Answer, Missing
from questionnaires.definition import Questionnaire
from questionnaires.loading import check_files, shipped_definitions
from questionnaires.routing import route


def test_the_shipped_definitions_have_no_problems() -> None:
    assert set(shipped_definitions()) == {"bibliotheek.yaml", "wmo-kern.yaml"}
    assert check_files(shipped_definitions()) == ()


def test_one_question_a_page(wmo: Questionnaire) -> None:
    assert (wmo.id, wmo.version, wmo.title) == ("nl.ceo.wmo-kern", 1, "Ervaringen met hulp van de gemeente (Wmo)")
    assert len(wmo.pages) == len(wmo.items) == 16
    assert all(len(page.items) == 1 for page in wmo.pages)


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


def test_content_comes_first_and_the_profile_last(wmo: Questionnaire) -> None:
    domains = {concept.id: concept.domain for concept in wmo.concepts}
    order = [domain for domain, _ in itertools.groupby(domains[item.concept] for item in wmo.items)]
    assert order == ["toegang", "kwaliteit", "effect", "leven", "verhaal", "profiel"]


def test_each_theme_of_the_law_has_its_score(wmo: Questionnaire) -> None:
    assert {composite.theme.value for composite in wmo.composites} == {"access", "quality", "effect"}


def test_a_client_without_a_conversation_can_still_have_every_theme_score(wmo: Questionnaire) -> None:
    asked = {item for step in route(wmo, {"GES01": Answer("GES01", 1, value="nee")}).steps for item in step.page.items}
    for composite in wmo.composites:
        assert len(asked & set(composite.items)) >= composite.min_valid


def test_the_kind_of_support_is_the_breakdown(wmo: Questionnaire) -> None:
    assert wmo.breakdowns == ("HUL01",)


def test_questions_are_short(wmo: Questionnaire) -> None:
    for item in wmo.items:
        for sentence in f"{item.text.stem} {item.text.help or ''}".replace("?", ".").split("."):
            assert len(sentence.split()) <= 15, sentence
