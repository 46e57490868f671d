"""The estimate of how long questions take."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaires.definition import Item
from questionnaires.minutes import ANSWER_SECONDS, estimate_minutes, seconds_to_answer, show_minutes
from questionnaires.questionnaire import Questionnaire


def minutes_of(worked: Questionnaire, *items: str) -> float:
    return estimate_minutes([worked.item(item) for item in items], worked.scales_by_reference)


def test_a_statement_takes_its_page_its_words_and_an_answer(worked: Questionnaire) -> None:
    # "Ik vond de goede plek." (5) and its options: 2 + 1 + 1 + 1 + 2 + 3 + 3 words.
    assert minutes_of(worked, "TOE01") == pytest.approx((2 + (5 + 13) * 0.4 + 3) / 60)


def test_in_a_multiple_choice_each_option_is_weighed(worked: Questionnaire) -> None:
    # "Welke hulp kreeg u?" (4) and 5 options of 8 words together.
    assert minutes_of(worked, "PRO01") == pytest.approx((2 + (4 + 8) * 0.4 + 3 + 5) / 60)


def test_a_story_takes_longest(worked: Questionnaire) -> None:
    assert minutes_of(worked, "VER01") > max(minutes_of(worked, item) for item in ("TOE01", "TOE02", "PRO01"))


def test_every_kind_of_answer_has_its_seconds() -> None:
    assert set(ANSWER_SECONDS) == {"scale", "integer", "date", "text", "narrative"}


def test_an_explanation_is_read_too(worked: Questionnaire) -> None:
    item = worked.item("TOE02")
    with_help = item.model_copy(update={"text": item.text.model_copy(update={"help": "Tel de weken bij elkaar op."})})
    difference = estimate_minutes([with_help], {}) - estimate_minutes([item], {})
    assert difference == pytest.approx(6 * 0.4 / 60)


def test_no_questions_take_no_time_and_a_scale_that_is_not_there_has_no_words(worked: Questionnaire) -> None:
    assert estimate_minutes([], {}) == 0
    assert estimate_minutes([worked.item("TOE01")], {}) == pytest.approx((2 + 5 * 0.4 + 3) / 60)


@given(st.data())
def test_the_order_makes_no_difference_and_parts_add_up(worked: Questionnaire, data: st.DataObject) -> None:
    items = data.draw(st.lists(st.sampled_from(worked.items), max_size=8))
    cut = data.draw(st.integers(0, len(items)))

    def minutes(part: list[Item]) -> float:
        return estimate_minutes(part, worked.scales_by_reference)

    assert minutes(items) == pytest.approx(minutes(items[:cut]) + minutes(items[cut:]))
    assert minutes(items) == pytest.approx(minutes(items[::-1]))


@given(st.sampled_from(sorted(ANSWER_SECONDS)), st.integers(0, 200), st.integers(0, 20))
def test_more_words_and_more_options_never_take_less(kind: str, words: int, weighed: int) -> None:
    seconds = seconds_to_answer(kind, words=words, weighed=weighed)
    assert seconds < seconds_to_answer(kind, words=words + 1, weighed=weighed)
    assert seconds < seconds_to_answer(kind, words=words, weighed=weighed + 1)


def test_minutes_are_rounded_up_so_that_a_limit_and_what_is_above_it_differ() -> None:
    assert [show_minutes(minutes) for minutes in (2, 2.0001, 0.3)] == ["2,0 minuten", "2,1 minuten", "0,3 minuten"]
