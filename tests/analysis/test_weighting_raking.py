"""Raking and post-stratification: margins are met, within each unit apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from analysis.weighting.raking import Margin, poststratify, rake
from analysis.weighting.sums import total_by


@dataclass(frozen=True)
class Survey:
    weights: NDArray[np.float64]
    unit: NDArray[np.int64]
    margins: tuple[Margin, ...]


@st.composite
def surveys(draw: st.DrawFn) -> Survey:
    """Up to five units with three margins, which some positive weights meet."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    units = draw(st.integers(1, 5))
    unit = np.repeat(np.arange(units), rng.integers(20, 60, units))
    margins = []
    hidden = rng.uniform(1, 4, unit.size)
    for levels in (2, 3, 4):
        code = unit * levels + rng.integers(0, levels, unit.size)
        present, part = np.unique(code, return_inverse=True)
        margins.append(Margin(part, total_by(hidden, part, present.size)))
    return Survey(rng.uniform(0.5, 3, unit.size), unit, tuple(margins))


def totals(margin: Margin, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    return total_by(weights, margin.part, margin.population.size)


@given(surveys())
def test_raked_margins_are_met_with_positive_weights(survey: Survey) -> None:
    raked = rake(survey.weights, survey.margins, unit=survey.unit, cycles=5000)
    assert (raked.weights > 0).all()
    assert (raked.misfit < 1e-6).all()
    for margin in survey.margins:
        assert totals(margin, raked.weights) == pytest.approx(margin.population, rel=1e-6)


@given(surveys())
def test_raking_the_table_equals_raking_the_rows(survey: Survey) -> None:
    by_row = survey.weights
    for _ in range(3):
        for margin in survey.margins:
            by_row = by_row * (margin.population / totals(margin, by_row))[margin.part]
    assert rake(survey.weights, survey.margins, cycles=3, tolerance=0.0).weights == pytest.approx(by_row, rel=1e-12)


@given(surveys())
def test_a_unit_has_the_same_weights_alone_as_among_all(survey: Survey) -> None:
    together = rake(survey.weights, survey.margins, unit=survey.unit)
    for unit in range(survey.unit.max() + 1):
        own = survey.unit == unit
        parts = [np.unique(margin.part[own], return_inverse=True) for margin in survey.margins]
        margins = [Margin(part, it.population[kept]) for it, (kept, part) in zip(survey.margins, parts, strict=True)]
        alone = rake(survey.weights[own], margins)
        assert np.array_equal(alone.weights, together.weights[own])
        assert alone.cycles[0] == together.cycles[unit]


@given(surveys(), st.floats(1e-6, 1e6))
def test_the_scale_of_the_weights_before_does_not_count(survey: Survey, scale: float) -> None:
    raked, scaled = (rake(survey.weights * c, survey.margins, unit=survey.unit) for c in (1.0, scale))
    assert scaled.weights == pytest.approx(raked.weights, rel=1e-9)


@given(surveys(), st.integers(0, 10**6))
def test_the_order_of_the_rows_does_not_count(survey: Survey, seed: int) -> None:
    order = np.random.default_rng(seed).permutation(survey.unit.size)
    mixed = [Margin(margin.part[order], margin.population) for margin in survey.margins]
    raked = rake(survey.weights, survey.margins, unit=survey.unit)
    again = rake(survey.weights[order], mixed, unit=survey.unit[order])
    assert again.weights == pytest.approx(raked.weights[order], rel=1e-9)


@given(surveys())
def test_post_stratified_totals_are_exact(survey: Survey) -> None:
    margin = survey.margins[0]
    assert totals(margin, poststratify(survey.weights, margin)) == pytest.approx(margin.population, rel=1e-14)


def test_a_unit_that_cannot_meet_its_margins_stops_after_all_cycles_and_tells_how_far_it_is() -> None:
    one, other = Margin(np.array([0, 1]), np.array([6.0, 4.0])), Margin(np.array([0, 1]), np.array([5.0, 5.0]))
    raked = rake(np.ones(2), [one, other], cycles=30)
    assert raked.cycles == [30]
    assert raked.misfit == [pytest.approx(0.25)]  # the second is met: 5 where the first asks 4


def test_a_part_without_respondents_stays_empty() -> None:
    margin = Margin(np.array([0, 0]), np.array([10.0, 5.0]))
    assert poststratify(np.ones(2), margin).tolist() == [5.0, 5.0]
