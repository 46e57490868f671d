"""Reliability of scales: laws of alpha and omega, other programs as judges, and answers that tell nothing."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.results import NotEstimable
from analysis.scales.scales import Alpha, Omega, cronbach_alpha, omega_total, rank_correlations

SEEDS = st.integers(0, 2**32 - 1)


def scale(seed: int, items: int = 5, persons: int = 80) -> np.ndarray:
    """Return answers of 1 to 5 that share one opinion."""
    rng = np.random.default_rng(seed)
    opinion = rng.normal(size=(persons, 1))
    return np.clip(np.round(3 + opinion + rng.normal(0, 1, (persons, items))), 1, 5)


@given(SEEDS, st.floats(-100, 100))
def test_alpha_does_not_see_where_an_item_starts(seed: int, shift: float) -> None:
    answers = scale(seed)
    moved = answers + shift * np.arange(5)
    assert cronbach_alpha(moved).value == pytest.approx(cronbach_alpha(answers).value, abs=1e-9)


@given(SEEDS, st.floats(0.1, 10))
def test_reliability_does_not_see_the_unit_of_all_items(seed: int, factor: float) -> None:
    answers = scale(seed)
    assert cronbach_alpha(factor * answers).value == pytest.approx(cronbach_alpha(answers).value)
    one, other = omega_total(answers * np.arange(1, 6)), omega_total(answers)
    assert one.value == pytest.approx(other.value, abs=1e-5)


@given(SEEDS, st.permutations(range(5)))
def test_the_order_of_items_does_not_matter(seed: int, order: list[int]) -> None:
    answers = scale(seed)
    one, other = cronbach_alpha(answers), cronbach_alpha(answers[:, order])
    assert other.value == pytest.approx(one.value)
    assert other.item_rest == pytest.approx(tuple(np.array(one.item_rest)[order]))
    assert omega_total(answers[:, order]).value == pytest.approx(omega_total(answers).value, abs=1e-5)


@given(SEEDS, st.floats(0.5, 0.99))
def test_the_interval_of_alpha_holds_alpha_and_grows_with_confidence(seed: int, confidence: float) -> None:
    answers = scale(seed)
    narrow, wide = cronbach_alpha(answers, confidence=confidence), cronbach_alpha(answers, confidence=0.995)
    assert wide.interval.low < narrow.interval.low < narrow.value < narrow.interval.high < wide.interval.high < 1


def test_items_without_an_item_have_the_alpha_of_the_others() -> None:
    answers = scale(3)
    found = cronbach_alpha(answers)
    for item in range(5):
        assert found.if_dropped[item] == pytest.approx(cronbach_alpha(np.delete(answers, item, axis=1)).value)
        rest = np.delete(answers, item, axis=1).sum(axis=1)
        assert found.item_rest[item] == pytest.approx(np.corrcoef(answers[:, item], rest)[0, 1])


def test_items_that_say_the_same_have_an_alpha_of_one() -> None:
    found = cronbach_alpha(np.repeat(scale(4, items=1), 3, axis=1))
    assert found.value == pytest.approx(1.0)
    assert found.standardised == pytest.approx(1.0)


def test_persons_who_skipped_an_item_are_left_out() -> None:
    answers = scale(5)
    holes = answers.copy()
    holes[::4, 2] = np.nan
    kept = np.delete(answers, np.s_[::4], axis=0)
    assert cronbach_alpha(holes) == cronbach_alpha(kept)
    assert omega_total(holes) == omega_total(kept)
    assert rank_correlations(holes).respondents == 60


def test_alpha_equals_that_of_pingouin() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pingouin
    import pandas as pd

    answers = scale(6)
    value, interval = pingouin.cronbach_alpha(pd.DataFrame(answers))
    found = cronbach_alpha(answers)
    assert found.value == pytest.approx(value)
    assert (found.interval.low, found.interval.high) == pytest.approx(tuple(interval), abs=5e-4)  # rounded there


def test_rank_correlations_equal_those_of_scipy() -> None:
    from scipy.stats import spearmanr

    answers = scale(7)
    np.testing.assert_allclose(rank_correlations(answers).matrix, spearmanr(answers).statistic, rtol=1e-12)


@given(st.lists(st.floats(0.3, 0.9), min_size=3, max_size=7).map(np.array))
def test_one_factor_that_holds_exactly_is_found_back(loadings: np.ndarray) -> None:
    k, n = loadings.size, 40
    correlation = np.outer(loadings, loadings) + np.diag(1 - loadings**2)
    white = np.linalg.qr(np.column_stack([np.ones(n), np.random.default_rng(8).normal(size=(n, k))]))[0][:, 1:]
    found = omega_total(white @ np.linalg.cholesky(correlation).T)
    assert isinstance(found, Omega)
    np.testing.assert_allclose(found.loadings, loadings, atol=2e-4)
    assert found.value == pytest.approx(loadings.sum() ** 2 / correlation.sum(), abs=2e-4)


@given(SEEDS)
def test_omega_is_not_far_below_alpha_when_one_opinion_is_shared(seed: int) -> None:
    answers = scale(seed, persons=400)
    assert omega_total(answers).value > cronbach_alpha(answers).standardised - 0.02


@pytest.mark.parametrize(("items", "persons", "reportable"), [(3, 50, True), (2, 200, False), (5, 49, False)])
def test_few_items_or_persons_are_not_reported(items: int, persons: int, reportable: bool) -> None:  # noqa: FBT001
    found = cronbach_alpha(scale(9, items, persons))
    assert isinstance(found, Alpha)
    assert found.reportable is reportable
    assert len(found.if_dropped) == (items if items > 2 else 0)


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ([[1.0], [2.0]], "too_few_items"),
        ([[1.0, np.nan], [np.nan, 2.0]], "no_respondents"),
        ([[1.0, 2.0], [np.nan, 2.0]], "one_respondent"),
        ([[1.0, 2.0], [1.0, 3.0]], "no_variation"),
    ],
)
def test_answers_that_tell_nothing_say_why(answers: list[list[float]], reason: str) -> None:
    for found in (it(np.array(answers)) for it in (cronbach_alpha, omega_total, rank_correlations)):
        assert isinstance(found, NotEstimable)
        assert found.reason == reason


def test_items_that_mirror_each_other_have_no_alpha() -> None:
    answers = np.array([[1.0, 5.0], [2.0, 4.0], [4.0, 2.0]])
    assert cronbach_alpha(answers) == NotEstimable("no_variation", 3)


def test_a_factor_needs_three_items_that_do_not_follow_from_each_other() -> None:
    two = scale(10, items=2)
    assert omega_total(two) == NotEstimable("too_few_items", 80)
    assert omega_total(np.column_stack([two, two.sum(axis=1)])) == NotEstimable("collinear", 80)
