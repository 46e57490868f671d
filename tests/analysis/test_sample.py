"""Variances of samples with clusters and stages, against all samples that could have been drawn and against plain sums."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from analysis.design import Lonely
from analysis.results import Inference
from analysis.rows.linearising import means, totals
from analysis.rows.sample import Sample, Stage, numbered, one_stage, sum_by, variance_of

PEOPLE = np.array([3.0, 5.0, 8.0, 1.0, 9.0, 4.0])


def column(*values: float) -> NDArray[np.float64]:
    return np.array(values)[:, None]


def in_clusters(*clusters: int, population: float = np.inf, weights: float = 1.0) -> Sample:
    """One stratum with these clusters."""
    stage = Stage(np.array(clusters), np.zeros(len(clusters), dtype=np.int64), np.array([population]))
    return Sample(np.full(len(clusters), weights), (stage,), np.ones(len(clusters), dtype=bool))


def test_over_all_simple_random_samples_the_variance_is_right_on_average() -> None:
    samples = [np.array(chosen) for chosen in combinations(PEOPLE, 3)]
    design = one_stage(np.full(3, 2.0), population=np.array([6.0]))
    estimated = [totals(y[:, None], design).covariance(design).variance[0] for y in samples]
    assert np.mean(estimated) == pytest.approx(np.var([2 * y.sum() for y in samples]))


def test_over_all_two_stage_samples_the_variance_is_right_on_average() -> None:
    households = np.array([[3.0, 5.0, 8.0], [1.0, 9.0, 4.0], [2.0, 2.0, 7.0]])
    first = Stage(np.array([0, 0, 1, 1]), np.zeros(4, dtype=np.int64), np.array([3.0]))
    second = Stage(np.arange(4), np.array([0, 0, 1, 1]), np.array([3.0, 3.0]))
    design = Sample(np.full(4, 1.5 * 1.5), (first, second), np.ones(4, dtype=bool))
    estimates, estimated = [], []
    for pair in combinations(households, 2):
        for people in product(*(combinations(household, 2) for household in pair)):
            found = totals(np.ravel(people)[:, None], design)
            estimates.append(found.value[0])
            estimated.append(found.covariance(design).variance[0])
    assert np.mean(estimated) == pytest.approx(np.var(estimates))


@given(st.lists(st.floats(-100, 100), min_size=2, max_size=20))
def test_clusters_of_one_person_are_no_clusters(values: list[float]) -> None:
    z = column(*values)
    alone, clustered = one_stage(np.ones(len(values))), in_clusters(*range(len(values)))
    assert variance_of(z, alone).matrix == pytest.approx(variance_of(z, clustered).matrix)


def test_people_of_a_cluster_count_as_one_sum() -> None:
    apart, together = one_stage(np.ones(2)), in_clusters(0, 0, 1)
    assert variance_of(column(1, 2, 7), together).variance == pytest.approx(variance_of(column(3, 7), apart).variance)


def test_a_stratum_that_is_known_adds_nothing() -> None:
    census = one_stage(np.ones(3), population=np.array([3.0]))
    assert variance_of(column(1, 5, 9), census).variance == 0


def test_without_the_population_a_process_has_more_variance() -> None:
    half = one_stage(np.full(3, 2.0), population=np.array([6.0]))
    finite = variance_of(column(1, 5, 9), half).variance
    assert variance_of(column(1, 5, 9), half, Inference.PROCESS).variance == pytest.approx(2 * finite)


def test_a_process_looks_at_the_first_stage_only() -> None:
    sample = in_clusters(0, 0, 1, 1, population=4.0)
    inner = Stage(np.arange(4), np.array([0, 0, 1, 1]), np.array([9.0, 9.0]))
    deeper = replace(sample, stages=(*sample.stages, inner))
    z = column(1, 2, 5, 9)
    assert variance_of(z, deeper).variance > variance_of(z, sample).variance
    process = [variance_of(z, it, Inference.PROCESS).variance for it in (sample, deeper)]
    assert process[0] == process[1]


def test_rows_outside_the_subgroup_stay_in_the_design() -> None:
    whole = one_stage(np.ones(4))
    part = whole.within(np.array([True, True, False, False]))
    assert variance_of(column(1, -1, 5, 5), part).variance == pytest.approx(
        variance_of(column(1, -1, 0, 0), whole).variance
    )


LONELY = np.array([0, 0, 1])  # the last respondent stands alone


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (Lonely.REMOVE, 2 * 2.0),
        (Lonely.CERTAINTY, 2 * 2.0),
        (Lonely.ADJUST, 2 * 2.0 + 9.0),  # its square around 0
        (Lonely.AVERAGE, 2 * (2 * 2.0)),  # what the other stratum adds, once more
    ],
)
def test_a_stratum_with_one_respondent_follows_the_rule(rule: Lonely, expected: float) -> None:
    found = variance_of(column(1, 3, 3), one_stage(np.ones(3), LONELY, np.full(2, np.inf), lonely=rule))
    assert (found.lonely, found.failed) == (True, False)
    assert found.variance == pytest.approx(expected)


def test_a_stratum_with_one_respondent_may_forbid_a_variance() -> None:
    sample = one_stage(np.ones(3), LONELY, np.full(2, np.inf), lonely=Lonely.FAIL)
    assert variance_of(column(1, 3, 3), sample).failed
    assert not variance_of(column(1, 3, 3), sample.within(LONELY == 0)).failed


def test_there_is_no_average_of_lonely_strata_only() -> None:
    sample = one_stage(np.ones(2), np.array([0, 1]), np.full(2, np.inf), lonely=Lonely.AVERAGE)
    assert variance_of(column(1, 3), sample).failed


def test_one_respondent_in_the_subgroup_is_lonely_when_that_is_asked() -> None:
    sample = one_stage(np.ones(3)).within(np.array([True, False, False]))
    centred = variance_of(column(3, 0, 0), sample).variance
    alone = variance_of(column(3, 0, 0), replace(sample, adjust_domain_lonely=True)).variance
    assert (centred, alone) == (pytest.approx(1.5 * 6), pytest.approx(1.5 * 9))


@dataclass(frozen=True)
class ToOneTotal:
    """Weights fitted to the number of people: what the mean explains of an influence is known."""

    weights: NDArray[np.float64]

    def residuals(self, influence: NDArray[np.float64]) -> NDArray[np.float64]:
        mean = influence.sum(axis=0) / self.weights.sum()
        return influence - self.weights[:, None] * mean


def test_fitted_weights_take_away_the_variance_that_they_explain() -> None:
    sample = one_stage(np.array([1.0, 2.0, 3.0]))
    fitted = replace(sample, calibrations=(ToOneTotal(sample.weights),))
    of_people = totals(np.ones((3, 1)), fitted)
    assert of_people.covariance(sample).variance > 0
    assert of_people.covariance(fitted).variance == pytest.approx(0)


def test_a_fitted_weight_ties_rows_outside_the_subgroup_to_its_estimates() -> None:
    fitted = replace(one_stage(np.ones(4)), calibrations=(ToOneTotal(np.ones(4)),))
    part = fitted.within(np.array([True, True, False, False]))
    residuals = column(2, 3, 0, 0) - 5 / 4
    assert variance_of(column(2, 3, 9, 9), part).variance == pytest.approx(
        variance_of(residuals, one_stage(np.ones(4))).variance
    )


@given(st.floats(1e-6, 1e6))
def test_the_variance_of_a_mean_does_not_know_the_scale_of_weights(scale: float) -> None:
    weights, y = np.array([1.0, 2.0, 3.0, 2.0]), column(4, 1, 7, 2)
    plain, scaled = one_stage(weights), one_stage(scale * weights)
    ours, theirs = (means(y, it).covariance(it).variance for it in (plain, scaled))
    assert ours == pytest.approx(theirs)


def test_degrees_of_freedom_are_clusters_minus_strata_of_the_rows_that_count() -> None:
    stage = Stage(np.array([0, 0, 1, 2, 3]), np.array([0, 0, 0, 1, 1]), np.full(2, np.inf))
    sample = Sample(np.array([1.0, 1.0, 1.0, 1.0, 0.0]), (stage,), np.ones(5, dtype=bool))
    assert sample.degrees_of_freedom() == 3 - 2
    assert sample.degrees_of_freedom(np.array([True, True, True, False, False])) == 2 - 1


def test_a_number_of_groups_follows_the_order_of_their_values() -> None:
    assert numbered([np.array([2, 1, 2]), np.array(["a", "b", "b"])]).tolist() == [1, 0, 2]


def test_sums_have_a_row_for_codes_that_do_not_occur() -> None:
    assert sum_by(column(1, 2), np.array([0, 2]), 4).ravel().tolist() == [1, 0, 2, 0]
