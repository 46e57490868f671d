"""p-values of several questions at once: what an adjustment may and may not do."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.comparison.multiplicity import Adjustment, adjust_p

FAMILIES = st.lists(st.floats(0, 1), min_size=1, max_size=30).map(np.array)


@given(FAMILIES, st.sampled_from(list(Adjustment)))
def test_adjusted_p_values_lie_between_p_and_one(p: np.ndarray, method: Adjustment) -> None:
    adjusted = adjust_p(p, method)
    # p·k/k may be a last digit away from p.
    assert (adjusted >= p * (1 - 1e-12)).all()
    assert (adjusted <= 1).all()


@given(FAMILIES, st.sampled_from(list(Adjustment)))
def test_a_smaller_p_value_never_gets_a_larger_adjusted_one(p: np.ndarray, method: Adjustment) -> None:
    assert (np.diff(adjust_p(p, method)[np.argsort(p, kind="stable")]) >= 0).all()


@given(FAMILIES, st.sampled_from(list(Adjustment)), st.randoms(use_true_random=False))
def test_the_order_of_questions_does_not_matter(p: np.ndarray, method: Adjustment, random) -> None:  # noqa: ANN001
    order = list(range(p.size))
    random.shuffle(order)
    np.testing.assert_allclose(adjust_p(p[order], method), adjust_p(p, method)[order], rtol=1e-12)


@given(FAMILIES)
def test_holding_the_chance_of_any_error_is_stricter_than_holding_their_share(p: np.ndarray) -> None:
    strict_to_lenient = (Adjustment.BONFERRONI, Adjustment.HOLM, Adjustment.HOCHBERG, Adjustment.BH)
    adjusted = np.array([adjust_p(p, method) for method in strict_to_lenient])
    assert (np.diff(adjusted, axis=0) <= 1e-12).all()
    assert (adjust_p(p, Adjustment.BY) >= adjusted[-1] - 1e-12).all()


@pytest.mark.parametrize("method", list(Adjustment))
def test_one_question_needs_no_adjustment(method: Adjustment) -> None:
    assert adjust_p(np.array([0.03]), method) == pytest.approx([0.03])


@pytest.mark.parametrize("method", list(Adjustment))
def test_no_questions_give_no_p_values(method: Adjustment) -> None:
    assert adjust_p(np.array([]), method).size == 0


def test_what_was_not_tested_is_no_member_of_a_family() -> None:
    with pytest.raises(AssertionError, match="leave out"):
        adjust_p(np.array([0.01, np.nan]))


@pytest.mark.parametrize(
    ("method", "theirs"), [("bh", "fdr_bh"), ("by", "fdr_by"), ("holm", "holm"), ("bonferroni", "bonf")]
)
def test_adjusted_p_values_equal_those_of_pingouin(method: str, theirs: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pingouin
    p = np.random.default_rng(7).uniform(0, 0.2, 40)
    expected = pingouin.multicomp(p, method=theirs)[1]
    np.testing.assert_allclose(adjust_p(p, Adjustment(method)), expected, rtol=1e-12)
