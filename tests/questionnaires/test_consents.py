import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaires.answering import seal, skip_page
from questionnaires.answers import Answer, Missing
from questionnaires.consents import (
    CALL_BACK,
    SCOPES,
    StoryConsent,
    chosen_scopes,
    consents_from_json,
    consents_to_json,
    handed_in,
    requests_to_call,
    stories,
    take_back,
    undecided,
)
from questionnaires.loading import load_shipped
from questionnaires.questionnaire import Questionnaire
from questionnaires.routing import route

SCOPE_SETS = st.sets(st.sampled_from(SCOPES)).map(lambda chosen: tuple(one for one in SCOPES if one in chosen))
CONSENTS = st.builds(StoryConsent, SCOPE_SETS, SCOPE_SETS, st.sampled_from(["", "c2VhbGVk"]))
TOLD = {"VER01": Answer("VER01", 1, value="De hulp komt elke week.")}
SKIPPED = {"VER01": Answer("VER01", 1, missing=Missing.SKIPPED)}


@pytest.fixture(scope="module")
def wmo() -> Questionnaire:
    return load_shipped("wmo@1")


def test_only_a_told_story_is_decided_about(wmo: Questionnaire) -> None:
    told = {**skip_page(wmo, wmo.pages[0]), **TOLD}
    assert [item.id for item in stories(wmo, route(wmo, told))] == ["VER01"]
    assert stories(wmo, route(wmo, SKIPPED)) == ()


def test_a_story_is_undecided_until_there_is_a_choice_even_none(wmo: Questionnaire) -> None:
    path = route(wmo, TOLD)
    first = undecided(wmo, path, {})
    assert first is not None
    assert first.id == "VER01"
    assert undecided(wmo, path, {"VER01": StoryConsent()}) is None


def test_only_uses_that_are_asked_about_can_be_chosen(wmo: Questionnaire) -> None:
    story, grade = wmo.item("VER01"), wmo.item("LEV01")
    assert chosen_scopes(story, ["terugbellen", "verkopen", "leren_intern"]) == ("leren_intern", "terugbellen")
    assert chosen_scopes(grade, ["leren_intern"]) == ()


def test_the_consent_of_a_story_that_is_not_handed_in_goes_nowhere(wmo: Questionnaire) -> None:
    given_before = {"VER01": StoryConsent(("leren_intern", CALL_BACK), sealed_request="c2VhbGVk")}
    sealed = seal(wmo, SKIPPED).answers
    assert handed_in(wmo, sealed, given_before) == {}
    assert requests_to_call(wmo, sealed, given_before) == {}


def test_a_request_to_be_called_stands_apart_from_the_answers(wmo: Questionnaire) -> None:
    consents = {"VER01": StoryConsent(("leren_intern", CALL_BACK), sealed_request="c2VhbGVk")}
    sealed = seal(wmo, TOLD).answers
    assert handed_in(wmo, sealed, consents) == {"VER01": StoryConsent(("leren_intern",))}
    assert requests_to_call(wmo, sealed, consents) == {"VER01": "c2VhbGVk"}


def test_who_does_not_want_to_be_called_makes_no_request(wmo: Questionnaire) -> None:
    assert requests_to_call(wmo, seal(wmo, TOLD).answers, {"VER01": StoryConsent(("leren_intern",))}) == {}
    assert requests_to_call(wmo, seal(wmo, TOLD).answers, {}) == {}


@given(CONSENTS, SCOPE_SETS)
def test_taking_back_moves_what_was_given_and_loses_nothing(consent: StoryConsent, taken: tuple[str, ...]) -> None:
    after = take_back(consent, taken)
    assert set(after.given) == set(consent.given) - set(taken)
    assert set(after.withdrawn) == set(consent.withdrawn) | (set(consent.given) & set(taken))
    assert take_back(after, taken) == after


@given(st.dictionaries(st.sampled_from(["VER01", "VER02"]), CONSENTS))
def test_consents_come_back_from_their_stored_form(consents: dict[str, StoryConsent]) -> None:
    assert consents_from_json(consents_to_json(consents)) == consents
