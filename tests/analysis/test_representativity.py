"""R-indicators: worked numbers, laws, and simulated response."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.representativity import AnsweringCell, Representativity, partial_r_indicators, r_indicator
from analysis.results import NotEstimable


@st.composite
def crossed(draw: st.DrawFn) -> list[AnsweringCell]:
    cells = []
    for sex in "mw":
        for age in draw(st.lists(st.sampled_from(["18-34", "35-64", "65+"]), min_size=1, unique=True)):
            population = draw(st.integers(0, 500))
            invited = draw(st.integers(0, population))
            cells.append(AnsweringCell((sex, age), population, invited, draw(st.integers(0, invited))))
    return cells


def found(cells: list[AnsweringCell]) -> Representativity:
    indicator = r_indicator(cells)
    assert isinstance(indicator, Representativity), indicator
    return indicator


def test_it_is_the_general_adjusted_form_when_the_model_is_the_cells() -> None:
    # Shlomo, Skinner & Schouten (2012), with the matrices written out: logistic link, x the dummies of three cells.
    cells = [AnsweringCell(("a",), 400, 40, 10), AnsweringCell(("b",), 300, 30, 15), AnsweringCell(("c",), 300, 30, 24)]
    x = np.repeat(np.eye(3), [40, 30, 30], axis=0)
    rho = x @ np.array([10 / 40, 15 / 30, 24 / 30])
    n, everybody = 100, 1000
    z = (rho * (1 - rho))[:, None] * x
    bias = np.einsum("ij,jk,ik->", z, np.linalg.inv(z.T @ x), z) / n
    variance = np.mean((rho - rho.mean()) ** 2)
    assert found(cells).indicator == pytest.approx(1 - 2 * math.sqrt(variance))
    assert found(cells).adjusted == pytest.approx(1 - 2 * math.sqrt((1 + 1 / n - 1 / everybody) * variance - bias))


@given(crossed(), st.randoms(use_true_random=False))
def test_it_lies_between_0_and_1_whatever_the_order(cells: list[AnsweringCell], chance: random.Random) -> None:
    indicator = r_indicator(cells)
    shuffled = cells.copy()
    chance.shuffle(shuffled)
    if isinstance(indicator, NotEstimable):
        assert r_indicator(shuffled) == indicator
        return
    other = found(shuffled)
    assert 0 <= indicator.indicator <= 1
    assert 0 <= indicator.adjusted <= 1
    assert other.indicator == pytest.approx(indicator.indicator)
    assert other.adjusted == pytest.approx(indicator.adjusted, abs=1e-6)


@given(crossed())
def test_traits_together_carry_all_the_unevenness(cells: list[AnsweringCell]) -> None:
    indicator = r_indicator(cells)
    if isinstance(indicator, NotEstimable):
        return
    partial = partial_r_indicators(cells, ["sex", "age"])
    variance = ((1 - indicator.indicator) / 2) ** 2
    # What one trait shows, and what is left within it, add up.
    assert partial["sex"].unconditional ** 2 + partial["age"].conditional ** 2 == pytest.approx(variance, abs=1e-9)
    assert partial["age"].unconditional ** 2 + partial["sex"].conditional ** 2 == pytest.approx(variance, abs=1e-9)
    for trait in partial.values():
        assert sum(it**2 for it in trait.categories.values()) == pytest.approx(trait.unconditional**2, abs=1e-12)


def test_a_trait_that_only_follows_another_one_carries_nothing_beside_it() -> None:
    cells = [
        AnsweringCell(("m", "young"), 300, 300, 60),
        AnsweringCell(("m", "old"), 100, 100, 60),
        AnsweringCell(("w", "young"), 100, 100, 20),
        AnsweringCell(("w", "old"), 300, 300, 180),
    ]
    partial = partial_r_indicators(cells, ["sex", "age"])
    assert partial["sex"].unconditional == pytest.approx(0.1)
    assert partial["sex"].conditional == pytest.approx(0, abs=1e-12)
    assert partial["age"].categories["young"] < 0 < partial["age"].categories["old"]


def test_an_even_response_is_1_and_the_most_uneven_one_0() -> None:
    even = [AnsweringCell(("a",), 50, 50, 20), AnsweringCell(("b",), 100, 100, 40)]
    assert found(even).indicator == found(even).adjusted == 1.0
    uneven = [AnsweringCell(("a",), 50, 50, 50), AnsweringCell(("b",), 50, 50, 0)]
    assert found(uneven).indicator == found(uneven).adjusted == 0.0


def test_nobody_asked_and_nobody_answered_are_no_number() -> None:
    assert r_indicator([]) == r_indicator([AnsweringCell(("a",), 9, 0, 0)]) == NotEstimable("no_cases", 0)
    assert r_indicator([AnsweringCell(("a",), 9, 5, 0)]) == NotEstimable("no_respondents", 0)
    assert partial_r_indicators([], ["sex"])["sex"].categories == {}


@pytest.mark.parametrize("spread", [0.0, 0.1])
def test_chance_in_small_cells_is_taken_away(spread: float) -> None:
    # 24 cells of 25 people; 400 surveys. The unadjusted S² is more than half chance, the adjusted one is right on average.
    rng, surveys = np.random.default_rng(3), 400
    answering = 0.4 + spread * np.tile([-1.0, 1.0], 12)
    variances, raw = [], []
    for _ in range(surveys):
        cells = [AnsweringCell((f"{it}",), 50, 25, int(rng.binomial(25, rho))) for it, rho in enumerate(answering)]
        variances.append(((1 - found(cells).adjusted) / 2) ** 2)
        raw.append(((1 - found(cells).indicator) / 2) ** 2)
    assert np.mean(raw) > spread**2 + 0.008
    assert np.mean(variances) == pytest.approx(spread**2, abs=0.0016)  # cut off at 0, so a little above it when even
