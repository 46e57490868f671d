"""Planning: textbook numbers, laws, and simulated fieldwork."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.sampling import (
    Conditions,
    Fieldwork,
    Repetition,
    TwoWaves,
    allocate,
    detectable_change,
    invitations_for,
    margin_of_mean,
    margin_of_share,
    power_to_detect,
    respondents_for_change,
    respondents_for_mean,
    respondents_for_share,
)
from questionnaires.problems import Problem

MARGINS = st.floats(0.01, 0.2)
SHARES = st.floats(0.05, 0.95)
POPULATIONS = st.one_of(st.just(math.inf), st.integers(30, 100_000))
TWO_STANDARD_ERRORS = 0.9544997  # Cochran takes t = 2


def test_cochran_needs_356_islanders_for_a_blood_group() -> None:
    # Cochran (1977), section 4.4: p within 5 points of 50 %, 3,200 people; 400 before the finite population.
    endless, island = (Conditions(population=it, confidence=TWO_STANDARD_ERRORS) for it in (math.inf, 3200))
    assert respondents_for_share(0.05, conditions=endless) == 400
    assert respondents_for_share(0.05, conditions=island) == 356


def test_cochran_needs_78_seedlings() -> None:
    # Cochran (1977), section 4.6: variance 85.6, mean 19 within 10 %, 430 feet of bed.
    bed = Conditions(population=430, confidence=TWO_STANDARD_ERRORS)
    assert respondents_for_mean(1.9, 85.6, conditions=bed) == 78


@given(MARGINS, MARGINS, SHARES, POPULATIONS)
def test_a_smaller_margin_needs_at_least_as_many(one: float, other: float, share: float, population: float) -> None:
    conditions = Conditions(population)
    strict, loose = sorted((one, other))
    needed = respondents_for_share(strict, share=share, conditions=conditions)
    assert needed >= respondents_for_share(loose, share=share, conditions=conditions)
    assert needed <= population


@given(MARGINS, SHARES, POPULATIONS, st.floats(1, 2.5))
def test_the_size_for_a_margin_of_a_share_is_the_smallest_that_gives_it(
    margin: float, share: float, population: float, deff: float
) -> None:
    conditions = Conditions(population, deff)
    n = respondents_for_share(margin, share=share, conditions=conditions)
    assert margin_of_share(n, share=share, conditions=conditions) <= margin * (1 + 1e-6)
    assert n == 1 or margin_of_share(n - 1, share=share, conditions=conditions) > margin * (1 - 1e-6)


@given(st.floats(0.5, 10), st.floats(10, 1000), POPULATIONS)
def test_the_size_for_a_margin_of_a_mean_is_the_smallest_that_gives_it(
    margin: float, spread: float, population: float
) -> None:
    conditions = Conditions(population)
    n = respondents_for_mean(margin, spread, conditions=conditions)
    assert margin_of_mean(n, spread, conditions=conditions) <= margin * (1 + 1e-6)
    assert n == 1 or margin_of_mean(n - 1, spread, conditions=conditions) > margin * (1 - 1e-6)


def test_a_population_of_one_is_asked_completely() -> None:
    assert respondents_for_share(0.05, conditions=Conditions(population=1)) == 1
    assert margin_of_share(1, conditions=Conditions(population=1)) == 0


def test_the_expected_response_says_how_many_to_invite() -> None:
    assert invitations_for(100, 0.3) == Fieldwork(334, pytest.approx(100.2), enough=True)
    assert invitations_for(100, 1.0, population=100) == Fieldwork(100, 100.0, enough=True)
    assert not invitations_for(100, 0.3, population=300).enough


@st.composite
def strata(draw: st.DrawFn) -> tuple[int, np.ndarray, np.ndarray | None, int]:
    populations = np.array(draw(st.lists(st.integers(0, 400), min_size=1, max_size=8).filter(any)))
    spread = st.lists(st.floats(0, 30), min_size=populations.size, max_size=populations.size).map(np.array)
    spreads, minimum = draw(st.one_of(st.none(), spread)), draw(st.integers(0, 40))
    least = int(np.minimum(minimum, populations).sum())
    return draw(st.integers(least, int(populations.sum()))), populations, spreads, minimum


@given(strata())
def test_an_allocation_adds_up_within_what_strata_have(asked: tuple[int, np.ndarray, np.ndarray | None, int]) -> None:
    n, populations, spreads, minimum = asked
    found = allocate(n, populations, spreads=spreads, minimum=minimum)
    assert sum(found) == n
    assert all(isinstance(part, int) for part in found)
    for part, population in zip(found, populations, strict=True):
        assert min(minimum, population) <= part <= population


@given(strata())
def test_without_bounds_that_bind_parts_are_proportional_within_one(
    asked: tuple[int, np.ndarray, np.ndarray | None, int],
) -> None:
    n, populations, _, _ = asked
    found = allocate(n, populations)
    for part, population in zip(found, populations, strict=True):
        assert abs(part - n * population / populations.sum()) < 1


def test_neyman_s_allocation_has_the_smallest_variance_of_all() -> None:
    populations, spreads, n = np.array([40, 25, 60]), np.array([2.0, 9.0, 4.0]), 30

    def variance(parts: tuple[int, ...]) -> float:
        sizes = np.array(parts)
        return float((populations**2 * spreads**2 * (1 / sizes - 1 / populations)).sum())

    every = ((a, b, n - a - b) for a, b in itertools.product(range(1, 26), range(1, 26)) if 0 < n - a - b <= 60)
    best = min(variance(parts) for parts in every)
    assert variance(allocate(n, populations, spreads=spreads)) == pytest.approx(best, rel=1e-3)


def test_strata_in_which_all_answer_alike_are_drawn_from_when_the_others_are_full() -> None:
    populations = np.array([10, 20])
    assert allocate(8, populations, spreads=np.array([5.0, 0.0])) == (8, 0)
    assert allocate(15, populations, spreads=np.array([5.0, 0.0])) == (10, 5)
    assert allocate(15, populations, spreads=np.array([0.0, 0.0])) == (5, 10)


def test_a_sample_that_strata_cannot_give_is_told_with_everything_that_is_wrong() -> None:
    too_large, too_small = allocate(99, np.array([10, 20])), allocate(10, np.array([10, 20]), minimum=15)
    assert [(it.code, it.place) for it in too_large if isinstance(it, Problem)] == [("A87", "n")]
    assert [(it.code, it.place) for it in too_small if isinstance(it, Problem)] == [("A88", "minimum")]


@given(st.floats(0.5, 20), st.floats(10, 900), st.integers(10, 2000), st.integers(1, 500))
def test_power_rises_with_respondents_and_with_the_change(change: float, spread: float, n: int, more: int) -> None:
    power = power_to_detect(change, spread, TwoWaves(n, n))
    assert 0.05 <= power <= 1
    assert power_to_detect(change, spread, TwoWaves(n, n + more)) >= power
    assert power_to_detect(change * 1.1, spread, TwoWaves(n, n)) >= power


def test_without_a_change_one_in_twenty_is_significant() -> None:
    assert power_to_detect(0.0, 400.0, TwoWaves(50, 80)) == pytest.approx(0.05)


@given(st.floats(10, 900), st.integers(10, 2000), st.floats(0.5, 0.99))
def test_the_smallest_detectable_change_has_the_power_that_was_asked(spread: float, n: int, power: float) -> None:
    waves = TwoWaves(n, n, Repetition(part=0.5, correlation=0.4))
    change = detectable_change(spread, waves, power=power)
    assert power_to_detect(change, spread, waves) == pytest.approx(power, abs=1e-4)


@given(st.floats(1, 20), st.floats(50, 900), st.floats(0, 1), st.floats(0, 0.9))
def test_the_size_for_a_change_is_the_smallest_with_that_power(
    change: float, spread: float, part: float, correlation: float
) -> None:
    repetition = Repetition(part, correlation)
    n = respondents_for_change(change, spread, repetition=repetition)
    assert detectable_change(spread, TwoWaves(n, n, repetition)) <= change * (1 + 1e-6)
    if n > 1:
        assert detectable_change(spread, TwoWaves(n - 1, n - 1, repetition)) > change * (1 - 1e-6)


def test_cohen_needs_63_in_each_group_for_half_a_standard_deviation() -> None:
    # Cohen (1988), table 2.4.1 gives 64 with Student's t.
    assert respondents_for_change(0.5, 1.0) == 63


def test_asking_the_same_persons_again_shows_smaller_changes() -> None:
    separate, panel = TwoWaves(200, 200), TwoWaves(200, 200, Repetition(part=1.0, correlation=0.5))
    assert detectable_change(400.0, panel) == pytest.approx(math.sqrt(0.5) * detectable_change(400.0, separate))


@pytest.mark.parametrize("both", [0, 40, 80])
def test_power_is_that_of_simulated_measurements(both: int) -> None:
    rng, change, correlation, runs = np.random.default_rng(both), 5.0, 0.6, 4000
    waves = TwoWaves(80, 120, Repetition(both / 80, correlation))
    own = rng.normal(0, 20, (runs, 200 - both))  # one person a column; the first `both` answer twice
    later = correlation * own + math.sqrt(1 - correlation**2) * rng.normal(0, 20, own.shape)
    difference = change + later[:, :120].mean(axis=1) - own[:, :both].sum(axis=1) / 80
    others = rng.normal(0, 20, (runs, 80 - both)).sum(axis=1) / 80
    significant = np.abs(difference - others) > 1.959964 * waves.standard_error(400.0)
    assert significant.mean() == pytest.approx(power_to_detect(change, 400.0, waves), abs=0.025)


def test_the_margin_holds_in_simulated_samples() -> None:
    rng, clients = np.random.default_rng(1), np.repeat([0.0, 1.0], [240, 360])
    conditions = Conditions(population=600)
    n = respondents_for_share(0.06, share=0.6, conditions=conditions)
    shares = np.array([rng.choice(clients, n, replace=False).mean() for _ in range(3000)])
    assert (np.abs(shares - 0.6) <= 0.06).mean() == pytest.approx(0.95, abs=0.015)
