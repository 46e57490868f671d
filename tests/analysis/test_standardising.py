"""Direct standardisation: groups as if they had the same make-up."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.rows.linearising import by_level, means
from analysis.rows.sample import one_stage
from analysis.weighting.raking import Margin, poststratify
from analysis.weighting.residuals import fitted_to_margins
from analysis.weighting.standardising import standardise

POPULATION = np.array([30.0, 70.0])


def test_a_level_that_a_group_lacks_is_divided_over_its_others_and_told() -> None:
    y, group = np.array([10.0, 20.0, 40.0, 50.0]), np.array([0, 0, 1, 1])
    found = standardise(
        y, one_stage(np.ones(4)), group=group, level=np.array([0, 1, 1, 1]), population=np.array([25.0, 75.0])
    )
    assert found.means.value.tolist() == [17.5, 45.0]
    assert found.absent.tolist() == [[False, False], [True, False]]


def test_rows_without_a_value_a_group_or_a_level_do_not_count() -> None:
    y, group, level = np.array([1.0, np.nan, 5.0, 5.0, 2.0]), np.array([0, 0, -1, 0, 0]), np.array([0, 0, 0, -1, 1])
    found = standardise(y, one_stage(np.ones(5)), group=group, level=level, population=POPULATION)
    assert found.means.value == pytest.approx([0.3 * 1 + 0.7 * 2])
    assert found.means.n.tolist() == [2]
    assert found.means.influence[[1, 2, 3]].ravel().tolist() == [0.0, 0.0, 0.0]


def test_a_group_without_any_answer_has_no_respondents() -> None:
    y, group = np.array([np.nan, np.nan]), np.array([0, 1])
    found = standardise(y, one_stage(np.ones(2)), group=group, level=np.array([0, 1]), population=POPULATION)
    assert found.means.n.tolist() == [0, 0]
    assert found.means.value.tolist() == [0.0, 0.0]
    assert found.absent.all()


@given(st.integers(0, 2**32 - 1), st.sampled_from([0.0, 1e9]))
def test_standardising_equals_post_stratifying_each_group_to_the_same_make_up(seed: int, offset: float) -> None:
    rng = np.random.default_rng(seed)
    group, level = np.repeat([0, 1], 30), np.tile([0, 1], 30)
    y, weights = offset + rng.normal(0, 10, 60), rng.uniform(1, 3, 60)
    sample = one_stage(weights, rng.integers(0, 2, 60), np.array([200.0, 300.0]))
    found = standardise(y, sample, group=group, level=level, population=POPULATION)
    margin = Margin(group * 2 + level, np.tile(POPULATION, 2))
    fitted = poststratify(weights, margin)
    calibration = fitted_to_margins(weights, fitted, [margin])
    other = replace(sample, weights=fitted, calibrations=(calibration,))
    expected = means(by_level(y, group, 2), other)
    assert found.means.value == pytest.approx(expected.value, rel=1e-12)
    variance = expected.covariance(other).matrix
    assert found.means.covariance(sample).matrix == pytest.approx(variance, abs=1e-6 * float(variance.max()))
