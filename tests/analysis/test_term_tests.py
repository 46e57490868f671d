"""Tests of terms: laws of Wald's test, of the likelihood ratio with its design, and of the tail it is compared with."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from surveys import Answers, answers

from analysis.design import Lonely
from analysis.models.predictors import groups, intercept, number, side_by_side
from analysis.models.regression import Family, Model, Regression, fit
from analysis.models.term_tests import LikelihoodRatioTest, likelihood_ratio_test, mixture_tail, wald_term_test
from analysis.models.wald import HypothesisTest, adjusted_wald_test, f_tail, t_test, wald_test
from analysis.results import NotEstimable
from analysis.rows.sample import Sample, one_stage

SEEDS = st.integers(0, 2**32 - 1)


def model(data: Answers, order: tuple[int, int, int] = (0, 1, 2), family: Family = Family.BINOMIAL) -> Model:
    member = np.array(order)[data.group]
    levels = tuple("abc"[order.index(place)] for place in range(3))
    parts = groups("groep", member, levels), number("leeftijd", data.number - 50)
    y = data.yes if family is Family.BINOMIAL else data.y
    return Model(y, side_by_side(intercept(y.size), *parts), family)


def wald(of: Model, sample: Sample, *terms: str) -> HypothesisTest:
    regression = fit(of, sample)
    assert isinstance(regression, Regression)
    found = wald_term_test(regression, *terms)
    assert isinstance(found, HypothesisTest)
    return found


def ratio(of: Model, sample: Sample, *terms: str) -> LikelihoodRatioTest:
    found = likelihood_ratio_test(of, sample, *terms)
    assert isinstance(found, LikelihoodRatioTest)
    return found


@given(SEEDS, st.permutations(range(3)))
def test_the_names_of_groups_do_not_matter(seed: int, order: list[int]) -> None:
    data = answers(seed)
    named, renamed = model(data), model(data, tuple(order))
    assert wald(named, data.sample, "groep").statistic == pytest.approx(
        wald(renamed, data.sample, "groep").statistic, rel=1e-6
    )
    one, other = ratio(named, data.sample, "groep"), ratio(renamed, data.sample, "groep")
    assert one.outcome.statistic == pytest.approx(other.outcome.statistic, abs=1e-6)
    assert one.design_effects == pytest.approx(other.design_effects, rel=1e-6)


@given(SEEDS)
def test_all_terms_together_are_tested_alike_in_every_parametrisation(seed: int) -> None:
    data = answers(seed)
    of = model(data, family=Family.GAUSSIAN)
    turn = np.random.default_rng(seed).normal(size=(3, 3)) + 4 * np.eye(3)
    columns = of.predictors.columns.copy()
    columns[:, 1:] = columns[:, 1:] @ turn
    turned = replace(of, predictors=replace(of.predictors, columns=columns))
    all_terms = "groep", "leeftijd"
    assert wald(of, data.sample, *all_terms).statistic == pytest.approx(
        wald(turned, data.sample, *all_terms).statistic, rel=1e-6
    )


@given(SEEDS)
def test_one_coefficient_has_the_test_of_its_t(seed: int) -> None:
    data = answers(seed)
    regression = fit(model(data), data.sample)
    assert isinstance(regression, Regression)
    found, last = wald_term_test(regression, "leeftijd"), regression.table()[-1]
    assert found.statistic == pytest.approx(last.t**2)
    assert found.p_value == pytest.approx(last.p_value)


def test_the_likelihood_ratio_and_wald_agree_in_a_large_sample() -> None:
    data = answers(8, rows=4000)
    found, tested = ratio(model(data), data.sample, "groep"), wald(model(data), data.sample, "groep")
    assert np.log(found.outcome.p_value) == pytest.approx(np.log(tested.p_value), rel=0.05)


def test_clusters_of_equal_answers_have_a_design_effect_of_their_size() -> None:
    data = answers(9, rows=600, clusters_of=1)
    times = np.repeat(np.arange(600), 3)
    (stage,) = data.sample.stages
    tripled = replace(
        data.sample,
        weights=np.ones(1800),
        stages=(
            replace(stage, cluster=stage.cluster[times], stratum=stage.stratum[times], population=np.full(2, np.inf)),
        ),
        inside=np.ones(1800, dtype=bool),
    )
    once = replace(data.sample, weights=np.ones(600), stages=(replace(stage, population=np.full(2, np.inf)),))
    of = model(data)
    again = Model(of.outcome[times], replace(of.predictors, columns=of.predictors.columns[times]), of.family)
    single, triple = ratio(of, once, "groep"), ratio(again, tripled, "groep")
    np.testing.assert_allclose(triple.design_effects, 3 * np.array(single.design_effects), rtol=1e-8)
    assert triple.outcome.p_value == pytest.approx(single.outcome.p_value, rel=1e-8)


def test_the_test_of_a_term_compares_the_same_rows() -> None:
    data = answers(10)
    known = np.arange(120) % 4 != 0
    of = model(data)
    missing = Model(
        of.outcome, replace(of.predictors, columns=np.where(known[:, None], of.predictors.columns, np.nan)), of.family
    )
    inside = ratio(of, data.sample.within(known), "groep")
    assert ratio(missing, data.sample, "groep").outcome.p_value == pytest.approx(inside.outcome.p_value)


@pytest.mark.parametrize(
    ("rows", "stratum", "lonely", "reason"),
    [
        (3, [0, 0, 1], Lonely.ADJUST, "no_degrees_of_freedom"),
        (5, [0, 0, 0, 0, 1], Lonely.FAIL, "lonely_stratum"),
    ],
)
def test_a_design_without_a_covariance_tests_no_terms(
    rows: int, stratum: list[int], lonely: Lonely, reason: str
) -> None:
    sample = one_stage(np.ones(rows), np.array(stratum), lonely=lonely)
    x = side_by_side(intercept(rows), number("weken", np.arange(rows) * 1.0))
    of = Model(np.array([0.0, 1.0, 0.0, 1.0, 1.0])[:rows], x, Family.BINOMIAL)
    assert likelihood_ratio_test(of, sample, "weken") == NotEstimable(reason, rows)
    assert wald_term_test(fit(of, sample), "weken") == NotEstimable(reason, rows)


def test_a_census_tests_no_terms() -> None:
    x = side_by_side(intercept(5), number("weken", np.arange(5.0)))
    of = Model(np.array([0.0, 1.0, 0.0, 1.0, 1.0]), x, Family.BINOMIAL)
    everyone = one_stage(np.ones(5), population=np.array([5.0]))
    assert likelihood_ratio_test(of, everyone, "weken") == NotEstimable("no_variation", 5)


def test_a_model_that_cannot_be_fitted_has_no_test() -> None:
    x = side_by_side(intercept(4), number("weken", np.arange(4.0)))
    of = Model(np.array([0.0, 0.0, 1.0, 1.0]), x, Family.BINOMIAL)
    assert likelihood_ratio_test(of, one_stage(np.ones(4)), "weken") == NotEstimable("no_convergence", 4)


@given(st.floats(0.01, 40), st.integers(1, 6), st.integers(5, 500), st.floats(0.2, 5))
def test_equal_design_effects_give_the_tail_of_f(statistic: float, k: int, ddf: int, effect: float) -> None:
    found = mixture_tail(statistic * effect, np.full(k, effect), ddf)
    assert found == pytest.approx(f_tail(statistic / k, k, ddf), rel=0.15)


def test_unequal_design_effects_give_the_tail_of_simulated_sums() -> None:
    rng = np.random.default_rng(11)
    weights, ddf = np.array([2.5, 1.0, 0.3]), 12
    sums = rng.chisquare(1, (400_000, 3)) @ weights / (rng.chisquare(ddf, 400_000) / ddf)
    for statistic in (1.0, 3.8, 8.0, 20.0):
        assert mixture_tail(statistic, weights, ddf) == pytest.approx((sums > statistic).mean(), rel=0.05)


@given(st.lists(st.floats(0.1, 5), min_size=1, max_size=5).map(np.array), st.integers(2, 200))
def test_a_tail_falls_smoothly_through_the_mean(weights: np.ndarray, ddf: int) -> None:
    mean = weights.sum()
    statistics = mean * np.array([0.0, 0.5, 1 - 1e-3, 1 - 1e-9, 1.0, 1 + 1e-9, 1 + 1e-3, 2.0, 9.0])
    tails = [mixture_tail(it, weights, ddf) for it in statistics]
    assert tails[0] == 1.0
    assert np.diff(tails).max() < 1e-4
    assert tails[3] == pytest.approx(tails[5], abs=1e-4)


def test_a_correction_for_few_clusters_makes_a_test_milder() -> None:
    from analysis.rows.linearising import means

    rng = np.random.default_rng(12)
    sample = one_stage(np.ones(12))
    found = means(rng.normal(0.5, 1, (12, 4)), sample)
    covariance = found.covariance(sample)
    plain, adjusted = wald_test(found, covariance, 11), adjusted_wald_test(found, covariance, 11)
    assert adjusted.statistic < plain.statistic
    assert adjusted.p_value > plain.p_value
    assert adjusted_wald_test(found, covariance, 3) == NotEstimable("no_degrees_of_freedom", 12)


def test_estimates_that_follow_from_each_other_have_no_joint_test() -> None:
    from analysis.rows.linearising import means

    sample = one_stage(np.ones(3))
    y = np.array([1.0, 2.0, 4.0])
    found = means(np.column_stack([y, 2 * y]), sample)
    assert wald_test(found, found.covariance(sample), 2) == NotEstimable("no_variation", 3)


def test_a_t_test_is_of_one_estimate() -> None:
    from analysis.rows.linearising import means

    sample = one_stage(np.ones(4))
    found = means(np.random.default_rng(13).normal(size=(4, 2)), sample)
    with pytest.raises(AssertionError, match="one estimate"):
        t_test(found, found.covariance(sample), 3)
