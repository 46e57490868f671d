"""Replicates against linearisation, which is exact for totals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from analysis.results import Inference
from analysis.rows.linearising import means, totals
from analysis.rows.quantiles import weighted_quantiles
from analysis.rows.replicates import NoHalfSamplesError, bootstrap, hadamard, half_samples, jackknife, replicated
from analysis.rows.sample import Sample, Stage, one_stage

Y = np.array([3.0, 5.0, 8.0, 1.0, 9.0, 4.0, 2.0, 7.0])[:, None]
WEIGHTS = np.array([2.0, 3.0, 2.0, 4.0, 1.0, 2.0, 3.0, 1.0])


def in_strata(*strata: int, population: float = np.inf) -> Sample:
    code = np.array(strata)
    return one_stage(WEIGHTS[: code.size], code, np.full(code.max() + 1, population))


def of_pairs() -> Sample:
    """Two strata with two clusters of two people each."""
    stage = Stage(np.repeat(np.arange(4), 2), np.repeat([0, 1], 4), np.full(2, np.inf))
    return Sample(WEIGHTS, (stage,), np.ones(8, dtype=bool))


def total(sample: Sample) -> NDArray[np.float64]:
    return totals(Y[: sample.weights.size], sample).value


def mean(sample: Sample) -> NDArray[np.float64]:
    return means(Y[: sample.weights.size], sample).value


@given(st.lists(st.integers(0, 2), min_size=8, max_size=8), st.sampled_from([np.inf, 40.0]))
def test_the_jackknife_of_a_total_is_its_linearised_variance(strata: list[int], population: float) -> None:
    sample = in_strata(*strata, population=population)
    assume(1 not in np.bincount(strata))  # a lonely stratum gives no replicate
    found = replicated(total, sample, jackknife(sample)).covariance.variance
    assert found == pytest.approx(totals(Y, sample).covariance(sample).variance)


def test_a_stratum_with_one_cluster_gives_no_replicate() -> None:
    assert jackknife(in_strata(0, 0, 0, 1)).weights.shape == (4, 3)
    assert jackknife(in_strata(0)).weights.shape == (1, 0)


def test_replicates_come_in_the_order_of_the_rows() -> None:
    found = jackknife(in_strata(1, 1, 0, 0, 0))
    assert found.factors == pytest.approx([1 / 2, 1 / 2, 2 / 3, 2 / 3, 2 / 3])


def test_a_process_has_no_finite_population_correction() -> None:
    sample = in_strata(0, 0, 0, population=6.0)
    process = jackknife(sample, inference=Inference.PROCESS).factors
    assert process == pytest.approx(2 * jackknife(sample).factors)


def test_around_the_estimate_the_error_is_larger_than_around_the_mean_of_replicates() -> None:
    sample = in_strata(0, 0, 0, 1, 1, 1, 1, 1)
    own, around = (
        replicated(mean, sample, jackknife(sample, around_estimate=it)).covariance.variance for it in (False, True)
    )
    assert around > own


@pytest.mark.parametrize("fay", [0.0, 0.3, 0.5])
def test_half_samples_of_a_total_give_its_linearised_variance(fay: float) -> None:
    sample = of_pairs()
    found = replicated(total, sample, half_samples(sample, fay=fay, around_estimate=True)).covariance.variance
    assert found == pytest.approx(totals(Y, sample).covariance(sample).variance)


def test_half_samples_need_pairs() -> None:
    with pytest.raises(NoHalfSamplesError):
        half_samples(in_strata(0, 0, 1, 1, 1))


@pytest.mark.parametrize("least", [1, 4, 5, 9, 12, 13, 17, 21, 29, 33, 53])
def test_columns_of_a_hadamard_matrix_are_orthogonal(least: int) -> None:
    matrix = hadamard(least)
    assert least <= len(matrix) < least + 8
    assert np.array_equal(matrix.T @ matrix, len(matrix) * np.eye(len(matrix)))
    assert set(matrix[:, 0]) == {1}


def test_degrees_of_freedom_of_replicates_are_clusters_minus_strata() -> None:
    sample = in_strata(0, 0, 0, 1, 1, 1, 1, 1)
    everyone, part = np.ones(8, dtype=bool), np.arange(8) < 3
    assert jackknife(sample).degrees_of_freedom(everyone) == sample.degrees_of_freedom()
    assert half_samples(of_pairs()).degrees_of_freedom(everyone) == of_pairs().degrees_of_freedom()
    assert jackknife(sample).degrees_of_freedom(part & ~part) == 0


@pytest.mark.parametrize("inference", list(Inference))
def test_the_bootstrap_of_a_total_comes_near_its_linearised_variance(inference: Inference) -> None:
    sample = in_strata(0, 0, 0, 1, 1, 1, 1, 1, population=10.0)
    drawn = bootstrap(sample, "test", draws=20_000, inference=inference)
    expected = totals(Y, sample).covariance(sample, inference).variance
    assert replicated(total, sample, drawn).covariance.variance == pytest.approx(expected, rel=0.04)


def test_the_bootstrap_of_people_of_a_cluster_draws_them_together() -> None:
    drawn = bootstrap(of_pairs(), "test", draws=50).weights / WEIGHTS[:, None]
    assert np.array_equal(drawn[0::2], drawn[1::2])


def test_a_publication_always_has_the_same_draws_and_another_one_others() -> None:
    sample = in_strata(0, 0, 0, 1, 1)
    first, again, other = (bootstrap(sample, name, draws=20).weights for name in ("a", "a", "b"))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_draws_of_a_stratum_do_not_know_other_strata() -> None:
    alone, beside = in_strata(0, 0, 0), in_strata(0, 0, 0, 1, 1)
    assert np.array_equal(bootstrap(alone, "a").weights, bootstrap(beside, "a").weights[:3])


def test_a_stratum_with_one_cluster_is_drawn_as_it_is() -> None:
    assert set(bootstrap(in_strata(0, 0, 1), "a").weights[2]) == {WEIGHTS[2]}


def test_a_census_has_no_draws_to_differ() -> None:
    sample = in_strata(0, 0, 0, population=3.0)
    assert replicated(mean, sample, bootstrap(sample, "a")).covariance.variance == pytest.approx(0)


def test_weights_of_a_draw_are_fitted_again() -> None:
    found = bootstrap(in_strata(0, 0, 0, 0), "a", draws=30, refit=lambda weights: 10 * weights / weights.sum())
    assert found.weights.sum(axis=0) == pytest.approx(10)


def test_a_difference_of_medians_has_a_standard_error() -> None:
    days = np.random.default_rng(3).exponential(20, 60)
    group = np.arange(60) % 2 == 0
    sample = one_stage(np.ones(60))

    def difference(sample: Sample) -> NDArray[np.float64]:
        medians = [weighted_quantiles(days[it], sample.weights[it], np.array([0.5])) for it in (group, ~group)]
        return medians[0] - medians[1]

    found = replicated(difference, sample, bootstrap(sample, "a"))
    # Each median of 30 exponential numbers has a standard error of about 20/√30.
    assert np.sqrt(found.covariance.variance[0]) == pytest.approx(20 * np.sqrt(2 / 30), rel=0.5)
