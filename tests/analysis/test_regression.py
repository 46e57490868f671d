"""Regression on a sample: what the coefficients solve, what may not change them, and when there are none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from surveys import Answers, answers

from analysis.design import Lonely
from analysis.models.predictors import Predictors, groups, intercept, number, product, side_by_side
from analysis.models.regression import Family, Model, Regression, fit
from analysis.results import Inference, NotEstimable
from analysis.rows.sample import Sample, Stage, one_stage

SEEDS = st.integers(0, 2**32 - 1)
LEVELS = ("a", "b", "c")
FAMILIES = pytest.mark.parametrize("family", list(Family))


def predictors(data: Answers) -> Predictors:
    return side_by_side(
        intercept(data.y.size), groups("groep", data.group, LEVELS), number("leeftijd", data.number - 50)
    )


def model(data: Answers, family: Family = Family.GAUSSIAN) -> Model:
    return Model(data.y if family is Family.GAUSSIAN else data.yes, predictors(data), family)


def fitted(of: Model, sample: Sample, inference: Inference = Inference.FINITE) -> Regression:
    found = fit(of, sample, inference)
    assert isinstance(found, Regression), found
    return found


def expected(found: Regression, family: Family) -> np.ndarray:
    eta = found.predictors.columns @ found.coefficients.value
    return eta if family is Family.GAUSSIAN else 1 / (1 + np.exp(-eta))


def close(found: np.ndarray, wanted: np.ndarray, tolerance: float = 1e-8) -> bool:
    return bool((np.abs(found - wanted) <= tolerance * np.abs(wanted).max()).all())


@FAMILIES
@given(SEEDS)
def test_what_is_left_has_nothing_to_do_with_the_predictors(family: Family, seed: int) -> None:
    data = answers(seed)
    of = model(data, family)
    left = of.outcome - expected(fitted(of, data.sample), family)
    assert np.abs((data.sample.weights * left) @ of.predictors.columns).max() < 1e-6


@FAMILIES
@given(SEEDS, st.sampled_from([1e-6, 3.0, 1e6]))
def test_the_scale_of_weights_changes_nothing(family: Family, seed: int, factor: float) -> None:
    data = answers(seed)
    one = fitted(model(data, family), data.sample)
    other = fitted(model(data, family), replace(data.sample, weights=factor * data.sample.weights))
    assert close(one.coefficients.value, other.coefficients.value)
    assert close(one.covariance.matrix, other.covariance.matrix)
    assert close(one.naive, other.naive)
    assert one.deviance == pytest.approx(other.deviance)


@FAMILIES
@given(SEEDS)
def test_other_columns_for_the_same_space_expect_the_same(family: Family, seed: int) -> None:
    data = answers(seed)
    of = model(data, family)
    turn = np.random.default_rng(seed).normal(size=(4, 4)) + 4 * np.eye(4)
    turned = replace(of, predictors=replace(of.predictors, columns=of.predictors.columns @ turn))
    one, other = fitted(of, data.sample), fitted(turned, data.sample)
    assert close(turn @ other.coefficients.value, one.coefficients.value, 1e-7)
    assert close(turn @ other.covariance.matrix @ turn.T, one.covariance.matrix, 1e-6)


@FAMILIES
@given(SEEDS)
def test_rows_without_an_answer_count_as_outside_the_subgroup(family: Family, seed: int) -> None:
    data = answers(seed)
    known = np.random.default_rng(seed).random(data.y.size) < 0.8
    of = model(data, family)
    left_out = fitted(of, data.sample.within(known))
    missing = fitted(replace(of, outcome=np.where(known, of.outcome, np.nan)), data.sample)
    assert close(left_out.coefficients.value, missing.coefficients.value)
    assert close(left_out.covariance.matrix, missing.covariance.matrix)
    assert (left_out.df, left_out.respondents) == (missing.df, missing.respondents)


@FAMILIES
def test_asking_everyone_twice_tells_no_more(family: Family) -> None:
    data = answers(1, clusters_of=1)
    twice = np.repeat(np.arange(data.y.size), 2)
    (stage,) = data.sample.stages
    doubled = Sample(
        data.sample.weights[twice] / 2,
        (Stage(stage.cluster[twice], stage.stratum[twice], stage.population),),
        data.sample.inside[twice],
    )
    of = model(data, family)
    again = Model(of.outcome[twice], replace(of.predictors, columns=of.predictors.columns[twice]), family)
    one, other = fitted(of, data.sample), fitted(again, doubled)
    assert close(one.covariance.matrix, other.covariance.matrix)
    assert one.df == other.df


@FAMILIES
def test_a_known_population_makes_coefficients_surer(family: Family) -> None:
    data = answers(2)
    finite, process = (fitted(model(data, family), data.sample, it).covariance.variance for it in Inference)
    np.testing.assert_allclose(finite, 0.75 * process, rtol=1e-9)  # one in four was drawn


def test_equal_weights_give_least_squares_with_its_robust_covariance() -> None:
    data = answers(3)
    x, n = predictors(data).columns, data.y.size
    value, *_ = np.linalg.lstsq(x, data.y)
    inverse = np.linalg.inv(x.T @ x)
    left = (data.y - x @ value)[:, None] * x
    found = fitted(model(data), one_stage(np.ones(n)))
    np.testing.assert_allclose(found.coefficients.value, value, rtol=1e-9)
    np.testing.assert_allclose(found.covariance.matrix, n / (n - 1) * inverse @ left.T @ left @ inverse, rtol=1e-8)
    assert found.df == n - 4
    assert found.deviance == pytest.approx((left[:, 0] ** 2).sum())


def test_equal_weights_give_the_largest_likelihood() -> None:
    from scipy.optimize import minimize

    data = answers(4)
    x = predictors(data).columns
    sign = 2 * data.yes - 1
    best = minimize(lambda value: np.logaddexp(0, -sign * (x @ value)).sum(), np.zeros(4), method="BFGS", tol=1e-10)
    found = fitted(model(data, Family.BINOMIAL), one_stage(np.ones(data.y.size)))
    np.testing.assert_allclose(found.coefficients.value, best.x, atol=1e-5)
    assert found.deviance == pytest.approx(2 * best.fun)


def test_group_means_come_back_as_differences_from_the_first_group() -> None:
    y = np.array([4.0, 6.0, 7.0, 9.0, 3.0, 5.0])
    x = side_by_side(intercept(6), groups("groep", np.array([0, 0, 1, 1, 2, 2]), LEVELS))
    found = fitted(Model(y, x), one_stage(np.array([1.0, 1.0, 1.0, 3.0, 1.0, 1.0])))
    np.testing.assert_allclose(found.coefficients.value, [5.0, 3.5, -1.0])
    assert found.predictors.names == ("(intercept)", "groep: b", "groep: c")


def test_a_product_lets_the_slope_differ_between_groups() -> None:
    age, group = np.array([0.0, 1.0, 2.0, 0.0, 1.0, 2.0]), np.array([0, 0, 0, 1, 1, 1])
    y = np.where(group == 1, 3 + 5 * age, 1 + 2 * age) + np.array([0.1, -0.2, 0.1, 0.1, -0.2, 0.1])
    parts = groups("groep", group, LEVELS[:2]), number("leeftijd", age)
    found = fitted(Model(y, side_by_side(intercept(6), *parts, product(*parts))), one_stage(np.ones(6)))
    np.testing.assert_allclose(found.coefficients.value, [1.0, 2.0, 2.0, 3.0], atol=1e-9)
    assert found.predictors.terms[-1] == "groep × leeftijd"


def test_the_table_shows_every_coefficient_with_its_interval() -> None:
    data = answers(5)
    found = fitted(model(data), data.sample)
    table = found.table(confidence=0.9)
    assert not isinstance(table, NotEstimable)
    assert [it.name for it in table] == ["(intercept)", "groep: b", "groep: c", "leeftijd"]
    first = table[0]
    assert first.t == pytest.approx(first.value / first.se)
    assert first.interval.low < first.value < first.interval.high
    assert first.df == 60 - 2 + 1 - 4


def test_an_interval_at_one_minus_the_p_value_just_touches_zero() -> None:
    data = answers(6)
    found = fitted(model(data), data.sample)
    interval = found.table(confidence=1 - found.table()[-1].p_value)[-1].interval
    assert min(abs(interval.low), abs(interval.high)) == pytest.approx(0, abs=1e-9)


def test_fractions_are_outcomes_of_a_logistic_model() -> None:
    found = fitted(Model(np.array([0.2, 0.4, 0.9]), intercept(3), Family.BINOMIAL), one_stage(np.ones(3)))
    assert found.coefficients.value[0] == pytest.approx(0.0)
    assert found.deviance > 0


@pytest.mark.parametrize(
    ("outcome", "column", "reason"),
    [
        ([np.nan] * 4, [1.0, 2.0, 3.0, 4.0], "no_respondents"),
        ([0.0, 1.0, 1.0, 0.0], [2.0, 2.0, 2.0, 2.0], "collinear"),
        ([0.0, 0.0, 1.0, 1.0], [1.0, 2.0, 3.0, 4.0], "no_convergence"),  # the number tells the outcome
        ([0.0, 1.0, 1.0, 1.0], [0.0, 0.0, 1.0, 1.0], "no_convergence"),  # one number tells it
    ],
)
def test_a_model_that_cannot_be_fitted_says_why(outcome: list[float], column: list[float], reason: str) -> None:
    x = side_by_side(intercept(4), number("leeftijd", np.array(column)))
    found = fit(Model(np.array(outcome), x, Family.BINOMIAL), one_stage(np.ones(4)))
    assert isinstance(found, NotEstimable)
    assert found.reason == reason


def test_an_outlier_of_whom_the_outcome_is_certain_leaves_the_others_to_tell() -> None:
    x = np.array([1.0, 1641.0, 0.0, -2.0])
    found = fitted(
        Model(np.array([0.0, 1.0, 1.0, 0.0]), side_by_side(intercept(4), number("x", x)), Family.BINOMIAL),
        one_stage(np.ones(4)),
    )
    kept = np.array([0, 2, 3])
    others = fitted(
        Model(np.array([0.0, 1.0, 0.0]), side_by_side(intercept(3), number("x", x[kept])), Family.BINOMIAL),
        one_stage(np.ones(3)),
    )
    np.testing.assert_allclose(found.coefficients.value, others.coefficients.value, rtol=1e-6)


@pytest.mark.parametrize(
    ("rows", "lonely", "reason"),
    [(2, Lonely.ADJUST, "no_degrees_of_freedom"), (4, Lonely.FAIL, "lonely_stratum")],
)
def test_coefficients_without_a_covariance_have_no_tests(rows: int, lonely: Lonely, reason: str) -> None:
    alone = np.array([0] * (rows - 1) + [1])
    sample = one_stage(np.ones(rows), alone, lonely=lonely)
    x = side_by_side(intercept(rows), number("leeftijd", np.arange(rows) ** 2.0))
    table = fitted(Model(np.arange(rows) * 1.0, x), sample).table()
    assert table == NotEstimable(reason, rows)


def test_coefficients_that_fit_to_the_digit_have_no_tests() -> None:
    found = fitted(Model(np.full(5, 8.0), intercept(5)), one_stage(np.ones(5)))
    assert found.table() == NotEstimable("no_variation", 5)


def test_a_term_that_is_not_there_is_our_mistake() -> None:
    with pytest.raises(AssertionError, match="no such term"):
        intercept(3).of_terms("leeftijd")
