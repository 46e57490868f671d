"""Small areas: laws of shrinkage, and the area model against full matrices."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from rowwise import simulated

from analysis.results import Inference, NotEstimable
from analysis.tabulation.estimates import estimate_means
from analysis.tabulation.moments import numbers
from analysis.tabulation.tabulating import tabulate
from analysis.units.area_model import AreaModel, Estimator, fit_areas, prasad_rao
from analysis.units.small_areas import AreaSample, SmallArea, SmallAreas, area_sample, shrink_areas

FIGURES = arrays(np.float64, 7, elements=st.floats(1, 100))
VARIANCES = arrays(np.float64, 7, elements=st.floats(0.1, 50))


def fitted(direct: np.ndarray, variance: np.ndarray, **options: object) -> AreaModel:
    model = fit_areas(direct, variance, **options)
    assert isinstance(model, AreaModel)
    return model


def shrunken(sample: AreaSample, covariates: np.ndarray | None = None) -> SmallAreas:
    found = shrink_areas(sample, covariates)
    assert isinstance(found, SmallAreas)
    return found


def sample_of(
    direct: list[float], n: list[int], *, spread: float | list[float] = 400.0, drawn: float = 0.2
) -> AreaSample:
    sizes = np.array(n)
    spreads = np.broadcast_to(np.array(spread, dtype=float), sizes.shape)
    open_share = np.full(sizes.shape, 1 - drawn)
    return AreaSample(np.array(direct), spreads, sizes, sizes.astype(float), open_share, sizes / drawn)


def minus_log_likelihood(between: float, model: AreaModel, direct: np.ndarray, *, restricted: bool) -> float:
    v = np.diag(between + model.variance)
    inverse = np.linalg.inv(v)
    information = model.design.T @ inverse @ model.design
    residual = direct - model.design @ np.linalg.solve(information, model.design.T @ inverse @ direct)
    part = np.linalg.slogdet(information)[1] if restricted else 0.0
    return float(np.linalg.slogdet(v)[1] + part + residual @ inverse @ residual)


@pytest.mark.parametrize("estimator", [Estimator.REML, Estimator.ML])
@given(FIGURES, VARIANCES)
def test_no_variance_nearby_is_more_likely(estimator: Estimator, direct: np.ndarray, variance: np.ndarray) -> None:
    covariate = np.arange(7.0)[:, None] ** 2
    model = fitted(direct, variance, covariates=covariate, between=estimator)
    restricted = estimator is Estimator.REML
    best = minus_log_likelihood(model.between, model, direct, restricted=restricted)
    for beside in (model.between * 0.99, model.between * 1.01 + 1e-3 * variance.min()):
        assert minus_log_likelihood(beside, model, direct, restricted=restricted) >= best - 1e-9


@given(FIGURES, VARIANCES)
def test_the_estimate_of_paule_and_mandel_makes_q_equal_its_expectation(direct: np.ndarray, v: np.ndarray) -> None:
    model = fitted(direct, v, between=Estimator.PAULE_MANDEL)
    q = ((direct - model.fitted) ** 2 / (model.between + v)).sum()
    assert q == pytest.approx(6, rel=1e-9) if model.between else q <= 6 + 1e-9


@pytest.mark.parametrize("estimator", list(Estimator))
@given(FIGURES, st.floats(0.1, 50))
def test_with_equal_variances_all_estimators_but_ml_agree(estimator: Estimator, direct: np.ndarray, v: float) -> None:
    model = fitted(direct, np.full(7, v), between=estimator)
    squares = ((direct - direct.mean()) ** 2).sum()
    expected = squares / 7 - v if estimator is Estimator.ML else squares / 6 - v
    assert model.between == pytest.approx(max(expected, 0.0), rel=1e-6, abs=1e-7)


@given(FIGURES, VARIANCES)
def test_a_shrunken_figure_lies_between_the_direct_one_and_the_mean(direct: np.ndarray, variance: np.ndarray) -> None:
    model = fitted(direct, variance)
    low, high = np.minimum(direct, model.fitted), np.maximum(direct, model.fitted)
    assert (low - 1e-9 <= model.shrunken).all()
    assert (model.shrunken <= high + 1e-9).all()


@given(FIGURES, VARIANCES, st.permutations(range(7)))
def test_the_order_of_areas_changes_nothing(direct: np.ndarray, variance: np.ndarray, order: list[int]) -> None:
    model, other = fitted(direct, variance), fitted(direct[order], variance[order])
    np.testing.assert_allclose(other.shrunken, model.shrunken[order], rtol=1e-6)


@given(FIGURES, VARIANCES, st.floats(0.1, 10), st.floats(-50, 50))
def test_scaling_and_shifting_figures_scales_and_shifts_shrunken_ones(
    direct: np.ndarray, variance: np.ndarray, by: float, shift: float
) -> None:
    model, moved = fitted(direct, variance), fitted(shift + by * direct, by**2 * variance)
    np.testing.assert_allclose(moved.shrunken, shift + by * model.shrunken, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(moved.weight, model.weight, atol=1e-5)


def test_areas_that_differ_less_than_by_chance_all_become_the_mean() -> None:
    model = fitted(np.array([69.0, 70.0, 71.0]), np.full(3, 25.0))
    assert model.between == 0
    assert model.shrunken == pytest.approx([70, 70, 70])
    assert model.i2 == 0


def test_a_variance_between_areas_that_is_known_is_not_estimated() -> None:
    model = fitted(np.array([60.0, 80.0]), np.full(2, 30.0), between=10.0)
    assert model.weight.tolist() == [0.25, 0.25]
    assert model.shrunken == pytest.approx([67.5, 72.5])


def test_the_moments_of_statsmodels_give_the_same_variance_between_areas() -> None:
    from statsmodels.stats.meta_analysis import combine_effects

    direct, variance = np.array([60.0, 66.0, 71.0, 90.0]), np.array([20.0, 9.0, 30.0, 12.0])
    for estimator, method in ((Estimator.DERSIMONIAN_LAIRD, "chi2"), (Estimator.PAULE_MANDEL, "iterated")):
        expected = combine_effects(direct, variance, method_re=method)
        assert fitted(direct, variance, between=estimator).between == pytest.approx(expected.tau2, rel=1e-5)


def test_the_mean_squared_error_is_that_of_simulated_areas() -> None:
    rng, variance, between = np.random.default_rng(3), np.repeat([2.0, 8.0, 30.0], 10), 6.0
    errors, told = [], []
    for _ in range(500):
        truth = 70 + rng.normal(0, np.sqrt(between), 30)
        model = fitted(truth + rng.normal(0, np.sqrt(variance)), variance)
        errors.append((model.shrunken - truth) ** 2)
        told.append(prasad_rao(model).total)
    for group in (slice(0, 10), slice(10, 20), slice(20, 30)):
        assert np.mean(told, axis=0)[group].mean() == pytest.approx(np.mean(errors, axis=0)[group].mean(), rel=0.08)


def test_shrinking_is_nearer_to_the_truth_than_direct_figures_are() -> None:
    rng = np.random.default_rng(4)
    truth = 70 + rng.normal(0, 3, 60)
    direct = truth + rng.normal(0, 6, 60)
    model = fitted(direct, np.full(60, 36.0))
    assert ((model.shrunken - truth) ** 2).mean() < 0.5 * ((direct - truth) ** 2).mean()


@pytest.mark.parametrize(
    ("direct", "covariates", "reason"),
    [([70.0], None, "too_few_units"), ([70.0, 60.0, 50.0], [[1.0], [1.0], [1.0]], "collinear_covariates")],
)
def test_a_model_that_areas_cannot_carry_has_a_reason(direct: list[float], covariates: object, reason: str) -> None:
    given_ones = None if covariates is None else np.array(covariates)
    found = fit_areas(np.array(direct), np.ones(len(direct)), given_ones)
    assert found == NotEstimable(reason, 0)


def test_an_area_in_which_all_answers_are_equal_shrinks_too() -> None:
    found = shrunken(sample_of([100.0, 70.0, 60.0, 80.0], [2, 40, 40, 40], spread=[0.0, 400, 400, 400]))
    first = found.areas[0]
    assert isinstance(first, SmallArea)
    assert first.direct == 100
    assert 70 < first.shrunken < 92
    assert first.mse > 50


@given(
    st.lists(st.floats(1, 100), min_size=3, max_size=12),
    st.data(),
    st.sampled_from([0.0, -60.0]),  # with figures below 0 the difference is added
)
def test_shrunken_figures_add_up_to_the_direct_national_one(
    direct: list[float], data: st.DataObject, by: float
) -> None:
    n = data.draw(st.lists(st.integers(0, 60), min_size=len(direct), max_size=len(direct)))
    assume(sum(size > 0 for size in n) > 1 and max(n) > 1)
    sample = sample_of([figure + by for figure in direct], n)
    found = shrunken(sample)
    areas = zip(found.areas, sample.population, strict=True)
    known = [(area, size) for area, size in areas if isinstance(area, SmallArea)]
    whole = sum(size for _, size in known)
    assert sum(area.shrunken * size for area, size in known) / whole == pytest.approx(found.benchmarked)
    assert sum(area.direct * size for area, size in known) / whole == pytest.approx(found.benchmarked)


def test_an_area_where_everyone_answered_keeps_its_figure() -> None:
    sample = sample_of([90.0, 70.0, 60.0, 80.0], [30, 40, 40, 40])
    sample.open_share[0] = 0.0
    found = shrunken(sample)
    assert found.areas[0] == SmallArea(direct=90.0, shrunken=90.0, mse=0.0, weight=1.0, respondents=30)


def test_an_area_without_respondents_gets_no_figure() -> None:
    found = shrunken(sample_of([0.0, 70.0, 60.0, 80.0], [0, 40, 40, 40]))
    assert found.areas[0] == NotEstimable("no_respondents", 0)


def test_too_few_areas_are_told_with_all_respondents() -> None:
    assert shrink_areas(sample_of([70.0], [40])) == NotEstimable("too_few_units", 40)


@pytest.mark.parametrize(("n", "spread"), [([1, 1, 1], 400.0), ([9, 9, 9], 0.0)])
def test_without_any_spread_within_areas_nothing_says_how_certain_they_are(n: list[int], spread: float) -> None:
    assert shrink_areas(sample_of([60.0, 70.0, 80.0], n, spread=spread)) == NotEstimable("no_variation", sum(n))


def test_a_register_that_predicts_the_figures_leads_them() -> None:
    sample = sample_of([50.0, 60.0, 70.0, 80.0, 70.0], [60, 60, 60, 60, 2])
    covariate = np.array([[1.0], [2.0], [3.0], [4.0], [5.0]])
    without, with_register = (shrunken(sample, it).areas[-1] for it in (None, covariate))
    assert isinstance(without, SmallArea)
    assert isinstance(with_register, SmallArea)
    assert with_register.shrunken > 75
    assert without.shrunken < 70


@pytest.mark.parametrize("inference", list(Inference))
def test_estimates_bring_their_areas(inference: Inference) -> None:
    dataset = simulated(3, [25, 5, 60, 10], [100, 40, 500, 10])
    estimates = estimate_means(numbers(tabulate(dataset), (0,)), dataset.design(), inference)
    sample = area_sample(estimates, 0, inference)
    np.testing.assert_array_equal(sample.direct, estimates.value[0, :, 0])
    assert (sample.effective_n <= sample.n).all()
    expected = 1 - sample.n / sample.population if inference is Inference.FINITE else np.ones(2)
    np.testing.assert_allclose(sample.open_share, expected)
