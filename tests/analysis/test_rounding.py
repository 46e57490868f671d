"""Rounded figures still add up, and tell nothing more when asked again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.disclosure.rounding import round_parts, round_results
from analysis.policy import DisclosurePolicy, Rounding
from analysis.results import (
    Cell,
    Comparison,
    Estimate,
    Inference,
    Interval,
    Measure,
    Method,
    NotEstimable,
    Pair,
    ProtectedComparison,
    ProtectedFigure,
    ProtectedResults,
    Suppressed,
)

HIDDEN = Suppressed("complement")


def share(value: float, respondents: int = 97) -> Estimate:
    interval = Interval(value - 0.031, value + 0.042)
    return Estimate(value, 0.0234, interval, respondents, 88.8, 523.0, 96.0, 1.1, Method.LOGIT, Inference.FINITE)


def results(
    figures: dict[Cell, ProtectedFigure],
    respondents: dict[str, int | Suppressed] | None = None,
    comparisons: dict[Pair, ProtectedComparison] | None = None,
) -> ProtectedResults:
    return round_results(
        ProtectedResults(figures, comparisons or {}, respondents or {}, {}, DisclosurePolicy()), Rounding()
    )


def answer(category: str) -> Cell:
    return Cell(Measure.CATEGORY, "TOE01", category)


@given(st.lists(st.integers(0, 500), min_size=1, max_size=8), st.sampled_from([1, 5, 10]))
def test_rounded_parts_add_up_to_their_rounded_total_and_stay_near(parts: list[int], base: int) -> None:
    found = round_parts(parts, base)
    assert sum(found) == (sum(parts) + base / 2) // base * base
    assert all(abs(part - rounded) < base for part, rounded in zip(parts, found, strict=True))
    assert round_parts(parts, base) == found


@given(st.lists(st.integers(1, 500), min_size=2, max_size=8))
def test_rounded_shares_add_up_to_one(counts: list[int]) -> None:
    total = sum(counts)
    assert sum(round_parts([n / total for n in counts], 0.01, total=1.0)) == pytest.approx(1.0)


def test_parts_meet_a_total_that_was_rounded_elsewhere() -> None:
    assert round_parts([12, 13], 5, total=20) == (10, 10)
    assert round_parts([10, 15], 5, total=20) == (10, 10)
    assert round_parts([], 5) == ()


def test_answers_of_one_question_add_up_to_a_hundred_percent() -> None:
    found = results({answer("a"): share(1 / 3), answer("b"): share(1 / 3), answer("c"): share(1 / 3)})
    assert [it.value for it in found.figures.values() if isinstance(it, Estimate)] == [0.34, 0.33, 0.33]


def test_options_of_which_one_may_choose_several_are_rounded_one_by_one() -> None:
    found = results({answer("a"): share(0.806), answer("b"): share(0.403)})
    assert [it.value for it in found.figures.values() if isinstance(it, Estimate)] == [0.81, 0.4]


def test_an_interval_is_rounded_outwards_and_nothing_tells_the_exact_count() -> None:
    rounded = results({answer("a"): share(0.806)}).figures[answer("a")]
    assert isinstance(rounded, Estimate)
    assert rounded.interval == Interval(0.77, 0.85)
    assert (rounded.respondents, rounded.effective_n, rounded.population, rounded.df) == (95, 90, 525, 95)
    assert rounded.se == 0.023


def test_a_score_keeps_its_value_and_what_is_hidden_stays_hidden() -> None:
    score, hidden, none = (Cell(Measure.SCORE, name) for name in "abc")
    found = results({score: share(0.806), hidden: HIDDEN, none: NotEstimable("no_variation", 13)}).figures
    assert found[hidden] == HIDDEN
    assert found[none] == NotEstimable("no_variation", 15)
    kept = found[score]
    assert isinstance(kept, Estimate)
    assert kept.value == 0.806


def test_units_add_up_to_all_together() -> None:
    found = results({}, {"": 36, "a": 12, "b": 12, "c": 12}).respondents
    assert found == {"": 35, "a": 15, "b": 10, "c": 10}


def test_units_next_to_a_hidden_one_are_rounded_by_themselves() -> None:
    found = results({}, {"": 60, "a": 12, "b": HIDDEN, "c": 33}).respondents
    assert found == {"": 60, "a": 10, "b": HIDDEN, "c": 35}
    assert results({}, {"": HIDDEN, "a": 12}).respondents == {"": HIDDEN, "a": 10}


def test_comparisons_tell_rounded_counts() -> None:
    known = Comparison(2.0, 1.0234, Interval(0.0, 4.0), 91.0, 0.05, 0.06, "f", True, 92, 748, Inference.PROCESS)
    pairs = [Pair(answer(name)) for name in "abc"]
    found = results({}, {}, dict(zip(pairs, (known, HIDDEN, NotEstimable("no_variation", 12)), strict=True)))
    rounded = found.comparisons[pairs[0]]
    assert isinstance(rounded, Comparison)
    assert (rounded.respondents, rounded.reference_respondents, rounded.df, rounded.se) == (90, 750, 90, 1.0)
    assert found.comparisons[pairs[1]] == HIDDEN
    assert found.comparisons[pairs[2]] == NotEstimable("no_variation", 10)
