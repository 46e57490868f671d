"""Who answered beside who was asked: shares, intervals and tests against simulated fieldwork."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.response_composition import CategoryComparison, CategoryCount, Difference, compare_composition
from analysis.results import NotEstimable

SEXES = [
    CategoryCount("Hulp", "man", 400, 200, 60),
    CategoryCount("Hulp", "woman", 600, 300, 180),
    CategoryCount("Vervoer", "man", 50, 50, 20),
    CategoryCount("Vervoer", "woman", 50, 50, 30),
]


@st.composite
def counted(draw: st.DrawFn) -> list[CategoryCount]:
    rows = []
    for stratum in draw(st.lists(st.sampled_from("abc"), min_size=1, unique=True)):
        for category in draw(st.lists(st.sampled_from("klmn"), min_size=1, unique=True)):
            population = draw(st.integers(0, 300))
            invited = draw(st.integers(0, population))
            rows.append(CategoryCount(stratum, category, population, invited, draw(st.integers(0, invited))))
    return rows


def shift(compared: CategoryComparison) -> Difference:
    assert isinstance(compared.difference, Difference), compared
    return compared.difference


def test_shares_are_weighted_to_the_strata_of_the_frame() -> None:
    man, woman = compare_composition({"sex": SEXES})["sex"]
    assert man.in_frame == pytest.approx(450 / 1100)
    assert man.in_sample == pytest.approx(450 / 1100)  # drawn in proportion within strata
    assert man.in_response == pytest.approx((2 * 60 + 20) / (2 * 240 + 50))
    assert (man.population, man.invited, man.respondents) == (450, 250, 80)
    assert shift(man).value == pytest.approx(-shift(woman).value)
    assert shift(man).adjusted_p == shift(woman).adjusted_p


@given(counted())
def test_shares_add_up_to_one_and_differences_to_nothing(rows: list[CategoryCount]) -> None:
    compared = compare_composition({"trait": rows})["trait"]
    differences = [it.difference for it in compared if isinstance(it.difference, Difference)]
    assert len(differences) in {0, len(compared)}
    assert sum(it.value for it in differences) == pytest.approx(0, abs=1e-9)
    if sum(row.population for row in rows):
        assert sum(it.in_frame for it in compared) == pytest.approx(1)
    for it in differences:
        assert it.low <= it.value <= it.high
        assert 0 <= it.p <= it.adjusted_p + 1e-12 <= 1 + 1e-12


@given(counted(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows: list[CategoryCount], chance: random.Random) -> None:
    shuffled = rows.copy()
    chance.shuffle(shuffled)
    one, other = (compare_composition({"trait": its})["trait"] for its in (rows, shuffled))
    assert repr(one) == repr(other)


@given(counted())
def test_when_everybody_answers_there_is_no_difference(rows: list[CategoryCount]) -> None:
    everybody = [CategoryCount(it.stratum, it.category, it.population, it.population, it.population) for it in rows]
    for it in compare_composition({"trait": everybody})["trait"]:
        if isinstance(it.difference, Difference):
            assert it.difference.value == pytest.approx(0, abs=1e-12)
            assert it.difference.high == pytest.approx(it.difference.low, abs=1e-12)
            assert not it.difference.matters


def test_a_large_difference_matters_and_a_small_or_uncertain_one_does_not() -> None:
    def compared(men: int, women: int, invited: int = 1000) -> Difference:
        rows = [CategoryCount("a", "man", 5000, invited, men), CategoryCount("a", "woman", 5000, invited, women)]
        return shift(compare_composition({"sex": rows})["sex"][0])

    assert compared(200, 400).matters
    assert compared(380, 420).adjusted_p > 0.05
    assert not compared(380, 460).matters  # 4.8 points
    assert not compared(2, 4, invited=10).matters  # 17 points of six people
    assert compared(2, 4, invited=10).adjusted_p > 0.05


def test_every_question_that_is_asked_counts_in_the_correction() -> None:
    alone = shift(compare_composition({"sex": SEXES})["sex"][0])
    even = [CategoryCount("Hulp", f"{age}", 200, 100, 48) for age in range(5)]
    among = shift(compare_composition({"sex": SEXES, "age": even})["sex"][0])
    assert alone.p == among.p
    assert among.adjusted_p == pytest.approx(min(1, 6 * alone.adjusted_p))


def test_nobody_answered_yet() -> None:
    rows = [CategoryCount("a", "man", 10, 4, 0), CategoryCount("a", "woman", 10, 4, 0)]
    [man, _] = compare_composition({"sex": rows})["sex"]
    assert man.in_response == man.difference == NotEstimable("no_respondents", 0)
    assert man.in_sample == 0.5
    [nobody] = compare_composition({"sex": [CategoryCount("a", "man", 10, 0, 0)]})["sex"]
    assert nobody.in_sample == NotEstimable("no_cases", 0)
    assert compare_composition({}) == {}


def test_a_stratum_of_whom_nobody_was_asked_is_missing_for_certain() -> None:
    rows = [CategoryCount("a", "man", 10, 10, 10), CategoryCount("b", "woman", 10, 0, 0)]
    man, woman = compare_composition({"sex": rows})["sex"]
    assert (man.in_response, woman.in_response) == (1.0, 0.0)
    assert shift(man).matters


def test_a_category_of_whom_nobody_answered_keeps_an_interval() -> None:
    rows = [CategoryCount("a", "few", 30, 30, 0), CategoryCount("a", "rest", 970, 970, 400)]
    few = compare_composition({"trait": rows})["trait"][0]
    assert shift(few).high > shift(few).value > shift(few).low


@pytest.mark.parametrize("answering", [(0.4, 0.4), (0.3, 0.5), (0.6, 0.2)])
def test_intervals_hold_in_simulated_fieldwork(answering: tuple[float, float]) -> None:
    # Two strata, drawn unequally; categories answer as `answering` says. What the response shows when nothing is left to
    # chance is the truth. 2,000 runs: 95 % moves by 1.6 points once in a thousand times.
    rng, runs = np.random.default_rng(8), 2000
    population, drawn = np.array([[300, 700], [120, 80]]), np.array([250, 100])
    mean = population * np.array(answering)
    truth = mean[:, 0].sum() / mean.sum() - population[:, 0].sum() / population.sum()
    held = significant = 0
    for _ in range(runs):
        rows = []
        for stratum in range(2):
            first = int(rng.hypergeometric(*population[stratum], drawn[stratum]))
            invited = (first, int(drawn[stratum]) - first)
            answered = rng.binomial(invited, answering)
            rows += [
                CategoryCount(f"{stratum}", f"{it}", int(population[stratum, it]), invited[it], int(answered[it]))
                for it in range(2)
            ]
        found = shift(compare_composition({"trait": rows})["trait"][0])
        held += found.low <= truth <= found.high
        significant += found.p < 0.05
    assert held / runs == pytest.approx(0.95, abs=0.016)
    if answering[0] == answering[1]:
        assert significant / runs == pytest.approx(0.05, abs=0.016)
    else:
        assert significant / runs > 0.5
