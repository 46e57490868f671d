"""Case-mix adjustment: against a regression with a dummy for each unit, and what may be adjusted for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.results import NotEstimable
from analysis.units.casemix import Answers, CaseMix, CaseMixPlan, adjust_means, adjuster_problems, kendall_tau
from questionnaires.strict_yaml import YamlDocument, read_yaml, validate

SEEDS = st.integers(0, 10_000)


def drawn(seed: int, *, sizes: tuple[int, ...] = (9, 14, 6, 11), gaps: float = 0.0) -> Answers:
    """Answers that rise 2 points for each point of health, in units whose clients differ in health."""
    rng = np.random.default_rng(seed)
    unit = np.repeat(np.arange(len(sizes)), sizes)
    x = np.column_stack([rng.normal(3, 1, unit.size) + unit / 2, rng.normal(70, 10, unit.size)])
    y = 50 + 2 * x[:, 0] + 3 * (unit % 2) + rng.normal(0, 4, unit.size)
    x[rng.random(x.shape) < gaps] = np.nan
    y[rng.random(y.shape) < gaps] = np.nan
    return Answers(y, x, unit, rng.uniform(0.5, 3, unit.size))


def adjusted(answers: Answers, population: np.ndarray | None = None) -> CaseMix:
    found = adjust_means(answers, population)
    assert isinstance(found, CaseMix)
    return found


@given(SEEDS)
def test_deviations_from_unit_means_give_the_slopes_of_a_regression_with_dummies(seed: int) -> None:
    answers = drawn(seed)
    assert answers.weights is not None
    dummies = (answers.unit[:, None] == np.arange(4)).astype(float)
    centred = answers.x - np.average(answers.x, axis=0, weights=answers.weights)
    root = np.sqrt(answers.weights)[:, None]
    expected, *_ = np.linalg.lstsq(np.hstack([dummies, centred]) * root, answers.y * root[:, 0], rcond=None)
    found = adjusted(answers)
    np.testing.assert_allclose(found.adjusted, expected[:4], rtol=1e-9)
    np.testing.assert_allclose(found.slopes, expected[4:], rtol=1e-7)


def test_units_with_the_same_service_but_healthier_clients_become_equal() -> None:
    health = np.array([[1.0], [2.0], [3.0], [3.0], [4.0], [5.0]])
    noise = np.array([1.0, -2.0, 1.0, 1.0, -2.0, 1.0])
    found = adjusted(Answers(60 + 5 * health[:, 0] + noise, health, np.array([0, 0, 0, 1, 1, 1])))
    assert found.raw == pytest.approx([70, 80])
    assert found.adjusted == pytest.approx([75, 75])
    assert found.shift == pytest.approx([5, -5])
    assert found.against_average.side.tolist() == [0, 0]


@given(SEEDS, st.floats(-50, 50), st.floats(0.1, 20))
def test_the_scale_of_an_adjuster_changes_nothing(seed: int, shift: float, by: float) -> None:
    answers = drawn(seed, gaps=0.1)
    found, moved = adjusted(answers), adjusted(replace(answers, x=shift + by * answers.x))
    np.testing.assert_allclose(moved.adjusted, found.adjusted, rtol=1e-8)
    np.testing.assert_allclose(moved.variance, found.variance, rtol=1e-6)


@given(SEEDS, st.permutations(range(4)))
def test_the_order_of_units_changes_nothing(seed: int, order: list[int]) -> None:
    answers = drawn(seed, gaps=0.1)
    found, other = adjusted(answers), adjusted(replace(answers, unit=np.array(order)[answers.unit]))
    np.testing.assert_allclose(other.adjusted[order], found.adjusted, rtol=1e-9)
    assert other.test.f == pytest.approx(found.test.f, rel=1e-7)


@given(SEEDS, st.floats(0.01, 100))
def test_the_scale_of_weights_changes_nothing(seed: int, by: float) -> None:
    answers = drawn(seed)
    assert answers.weights is not None
    found, other = adjusted(answers), adjusted(replace(answers, weights=by * answers.weights))
    np.testing.assert_allclose(other.variance, found.variance, rtol=1e-8)


@given(SEEDS)
def test_without_adjusters_the_adjusted_mean_is_the_raw_one(seed: int) -> None:
    answers = drawn(seed)
    found = adjusted(replace(answers, x=np.empty((answers.y.size, 0))))
    np.testing.assert_allclose(found.shift, 0, atol=1e-12)
    assert found.agreement == 1


@given(SEEDS)
def test_differences_from_the_average_of_units_add_up_to_nothing(seed: int) -> None:
    found = adjusted(drawn(seed, gaps=0.1))
    assert found.against_average.difference.sum() == pytest.approx(0, abs=1e-9)
    assert found.average == pytest.approx(found.adjusted.mean())


def test_a_missing_adjuster_gets_the_mean_of_its_unit_and_else_of_everyone() -> None:
    answers = drawn(1)
    holes, filled = answers.x.copy(), answers.x.copy()
    holes[0, 0] = np.nan
    holes[answers.unit == 3, 1] = np.nan
    filled[0, 0] = answers.x[(answers.unit == 0), 0][1:].mean()
    filled[answers.unit == 3, 1] = answers.x[answers.unit != 3, 1].mean()
    expected = adjusted(replace(answers, x=filled))
    np.testing.assert_allclose(adjusted(replace(answers, x=holes)).adjusted, expected.adjusted, rtol=1e-12)


def test_a_finite_population_makes_adjusted_means_surer_and_a_census_certain() -> None:
    answers, sizes = drawn(2), np.array([9.0, 28.0, 6000.0, 22.0])
    endless, finite = adjusted(answers), adjusted(answers, sizes)
    np.testing.assert_allclose(finite.variance / endless.variance, [0, 0.5, 0.999, 0.5])
    assert finite.test.df[0] == 2


def test_a_unit_with_one_answer_takes_no_part() -> None:
    answers = drawn(3, sizes=(8, 1, 9, 7))
    found = adjusted(answers)
    assert found.units.tolist() == [0, 2, 3]
    kept = answers.unit != 1
    assert answers.weights is not None
    without = adjusted(Answers(answers.y[kept], answers.x[kept], answers.unit[kept], answers.weights[kept]))
    np.testing.assert_allclose(found.adjusted, without.adjusted)


def test_a_row_of_weight_nothing_takes_no_part() -> None:
    answers = drawn(4)
    assert answers.weights is not None
    weights = np.where(np.arange(answers.y.size) % 5 == 0, 0.0, answers.weights)
    kept = weights > 0
    found = adjusted(replace(answers, weights=weights))
    without = adjusted(Answers(answers.y[kept], answers.x[kept], answers.unit[kept], weights[kept]))
    np.testing.assert_allclose(found.variance, without.variance)
    assert found.n.sum() == kept.sum()


@pytest.mark.parametrize(
    ("y", "x", "unit", "reason"),
    [
        ([1.0, 2.0, 3.0], [[1.0], [2.0], [3.0]], [0, 0, 0], "too_few_units"),
        ([], np.empty((0, 1)), [], "too_few_units"),
        ([1.0, 2.0, 3.0, 5.0], [[1.0, 4.0], [2.0, 1.0], [3.0, 1.0], [2.0, 2.0]], [0, 0, 1, 1], "no_degrees_of_freedom"),
        ([1.0, 2.0, 3.0, 5.0], [[1.0], [1.0], [7.0], [7.0]], [0, 0, 1, 1], "adjuster_without_spread"),
        ([1.0, 2.0, 3.0, 5.0], [[np.nan]] * 4, [0, 0, 1, 1], "adjuster_without_spread"),
        ([1.0, 2.0, 4.0, 3.0, 5.0, 1.0], [[a, 2 * a] for a in (1.0, 2, 5, 3, 1, 9)], [0, 0, 0, 1, 1, 1], "adjuster_without_spread"),
        ([1.0, 1.0, 3.0, 3.0], [[1.0], [2.0], [3.0], [5.0]], [0, 0, 1, 1], "no_variation"),
    ],
)  # fmt: skip
def test_what_cannot_be_adjusted_has_a_reason(
    y: list[float], x: list[list[float]], unit: list[int], reason: str
) -> None:
    answers = Answers(np.array(y), np.array(x), np.array(unit, dtype=np.int64))
    assert adjust_means(answers) == NotEstimable(reason, len(y))


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=2, max_size=12))
def test_the_agreement_of_orders_is_that_of_scipy(pairs: list[tuple[int, int]]) -> None:
    from scipy.stats import kendalltau

    first, second = (np.array(column, dtype=float) for column in zip(*pairs, strict=True))
    found = kendall_tau(first, second)
    if len(set(first)) > 1 and len(set(second)) > 1:
        assert found == pytest.approx(kendalltau(first, second).statistic)
    else:
        assert found == float(len(set(first)) == len(set(second)))


def read(text: str) -> tuple[CaseMixPlan, YamlDocument]:
    document = read_yaml(text, "plan.yaml")
    assert isinstance(document, YamlDocument)
    plan = validate(CaseMixPlan, document)
    assert isinstance(plan, CaseMixPlan)
    return plan, document


def test_adjusters_with_a_reason_are_accepted() -> None:
    plan, document = read("adjusters: [LEE01]\nallowed:\n  LEE01: Niemand kan iets aan leeftijd veranderen.\n")
    assert list(adjuster_problems(plan, document)) == []


def test_an_adjuster_that_a_municipality_can_influence_is_refused_where_it_stands() -> None:
    plan, document = read(
        "adjusters:\n- LEE01\n- KWA03\n- LEE01\nallowed:\n  LEE01: Niemand kan iets aan leeftijd veranderen.\n"
    )
    refused, double = adjuster_problems(plan, document)
    assert (refused.code, refused.line, refused.place) == ("A85", 3, "adjusters[1]")
    assert "KWA03" in refused.cause
    assert (double.code, double.line) == ("A86", 4)
