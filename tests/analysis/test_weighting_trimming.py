"""Trimming: weights between bounds, with the same sum."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.weighting.scheme import Trimming
from analysis.weighting.trimming import caps, trim

weights = st.lists(st.floats(0.1, 50), min_size=5, max_size=40).map(np.array)
ONE_UNIT = np.zeros(10, dtype=np.int64)


@given(weights)
def test_trimmed_weights_keep_their_sum_and_stay_under_the_bound(before: np.ndarray) -> None:
    high = 1.5 * before.mean()
    after = trim(before, high=high)
    assert after.sum() == pytest.approx(before.sum())
    assert after.max() <= high + 1e-9


def test_what_is_added_to_small_weights_is_taken_from_the_others() -> None:
    assert trim(np.array([1.0, 5.0, 6.0]), low=2.0).tolist() == [2.0, 4.5, 5.5]


def test_what_is_cut_off_is_shared_evenly_once_when_one_round_is_asked_for() -> None:
    assert trim(np.array([1.0, 5.0, 12.0]), high=6.0, rounds=1).tolist() == [4.0, 8.0, 6.0]


def test_the_sum_is_not_kept_when_all_weights_are_out_of_bounds() -> None:
    assert trim(np.array([8.0, 9.0]), high=5.0).tolist() == [5.0, 5.0]


def test_the_cap_is_at_most_so_many_times_the_median() -> None:
    spread = np.array([1.0, 1.0, 2.0, 2.0, 4.0, 4.0, 9.0, 20.0, 20.0, 50.0])
    assert caps(spread, ONE_UNIT, Trimming(medians=3.0)) == [12.0]


def test_a_cap_follows_from_the_weights_of_its_own_unit() -> None:
    both = np.array([1.0, 2.0, 3.0, 4.0, 50.0, 2.0, 4.0, 6.0, 8.0, 100.0])
    unit = np.repeat([0, 1], 5)
    assert caps(both, unit, Trimming()).tolist() == [13.0, 26.0]


def test_the_range_says_nothing_where_the_middle_half_of_the_weights_is_equal() -> None:
    mostly_equal = np.array([2.0] * 9 + [7.0])
    assert caps(mostly_equal, ONE_UNIT, Trimming()) == [10.0]


def test_a_cap_is_never_below_one() -> None:
    assert caps(np.full(10, 0.1), ONE_UNIT, Trimming()) == [1.0]


def test_weights_of_zero_do_not_count_for_the_cap() -> None:
    assert caps(np.array([0.0] * 5 + [1.0, 2.0, 3.0, 4.0, 50.0]), ONE_UNIT, Trimming()) == [13.0]
