"""Agreement of raters: laws of intraclass correlations and concordance, and other programs as judges."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.results import NotEstimable
from analysis.scales.raters import IccForm, intraclass_correlations, kendall_w

SEEDS = st.integers(0, 2**32 - 1)


def ratings(seed: int, objects: int = 12, raters: int = 4) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.normal(size=(objects, 1)) + 0.5 * rng.normal(size=(1, raters)) + rng.normal(size=(objects, raters))


def by_form(table: np.ndarray, **options: float) -> dict[IccForm, float]:
    return {it.form: it.value for it in intraclass_correlations(table, **options)}


@given(SEEDS, st.floats(-50, 50), st.floats(0.1, 10))
def test_agreement_does_not_see_the_unit_of_all_ratings(seed: int, shift: float, factor: float) -> None:
    table = ratings(seed)
    one, other = by_form(table), by_form(shift + factor * table)
    assert list(one.values()) == pytest.approx(list(other.values()), abs=1e-8)


@given(SEEDS)
def test_a_severe_rater_matters_only_where_level_counts(seed: int) -> None:
    table = ratings(seed)
    severe = table - np.array([5.0, 0.0, 0.0, 0.0])
    one, other = by_form(table), by_form(severe)
    assert one[IccForm.TWO_WAY_FIXED] == pytest.approx(other[IccForm.TWO_WAY_FIXED])
    assert abs(one[IccForm.TWO_WAY_RANDOM]) > abs(other[IccForm.TWO_WAY_RANDOM])
    assert kendall_w(table) == kendall_w(severe)


@given(SEEDS, st.floats(0.5, 0.98))
def test_an_interval_holds_its_value_and_grows_with_confidence(seed: int, confidence: float) -> None:
    table = ratings(seed) + 2 * np.arange(12)[:, None]
    narrow, wide = (intraclass_correlations(table, confidence=it) for it in (confidence, 0.99))
    for small, large in zip(narrow, wide, strict=True):
        assert large.interval.low < small.interval.low < small.value < small.interval.high < large.interval.high < 1


@given(SEEDS)
def test_the_mean_of_two_like_raters_is_stepped_up_as_spearman_and_brown(seed: int) -> None:
    found = by_form(ratings(seed))
    for single, mean in zip(list(IccForm)[:3], list(IccForm)[3:], strict=True):
        assert found[mean] == pytest.approx(4 * found[single] / (1 + 3 * found[single]))


def test_intraclass_correlations_equal_those_of_pingouin() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pandas as pd
        import pingouin

        table = ratings(3)
        rows = [(it, rater, table[it, rater]) for it in range(12) for rater in range(4)]
        long = pd.DataFrame(rows, columns=["object", "rater", "score"])
        expected = pingouin.intraclass_corr(long, targets="object", raters="rater", ratings="score")
    found = intraclass_correlations(table)
    np.testing.assert_allclose([it.value for it in found], expected["ICC"], rtol=1e-9)
    np.testing.assert_allclose([it.f for it in found], expected["F"], rtol=1e-9)
    np.testing.assert_allclose([it.p_value for it in found], expected["pval"], rtol=1e-6)
    bounds = np.array([[it.interval.low, it.interval.high] for it in found])
    np.testing.assert_allclose(bounds, np.vstack(expected["CI95"]), atol=0.0051)  # rounded there


@given(SEEDS)
def test_concordance_lies_between_none_and_the_same_order(seed: int) -> None:
    table = np.round(2 * ratings(seed))
    assert 0 <= kendall_w(table).value <= 1 + 1e-12


def test_raters_with_the_same_order_agree_fully() -> None:
    column = np.array([3.0, 1.0, 2.0, 2.0, 5.0])
    assert kendall_w(np.column_stack([column, 10 * column, column**3])).value == pytest.approx(1.0)


def test_concordance_equals_the_test_of_friedman() -> None:
    from scipy.stats import friedmanchisquare

    table = np.round(2 * ratings(4))
    expected, found = friedmanchisquare(*table), kendall_w(table)
    assert found.chi_square == pytest.approx(expected.statistic)
    assert found.p_value == pytest.approx(expected.pvalue)
    assert found.value == pytest.approx(expected.statistic / (4 * 11))


def test_objects_that_a_rater_left_out_do_not_count() -> None:
    table = ratings(5)
    holes = table.copy()
    holes[3, 1] = np.nan
    kept = np.delete(table, 3, axis=0)
    assert intraclass_correlations(holes) == intraclass_correlations(kept)
    assert kendall_w(holes) == kendall_w(kept)


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ([[1.0, 2.0], [np.nan, 1.0]], "too_few_objects"),
        ([[1.0], [2.0], [4.0]], "too_few_raters"),
        ([[2.0, 2.0], [2.0, 2.0], [2.0, 2.0]], "no_variation"),
    ],
)
def test_ratings_that_tell_nothing_say_why(table: list[list[float]], reason: str) -> None:
    for found in (intraclass_correlations(np.array(table)), kendall_w(np.array(table))):
        assert isinstance(found, NotEstimable)
        assert found.reason == reason
