"""Lonely strata, degrees of freedom and effective numbers, by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from analysis.design import Design, Lonely
from analysis.results import Inference
from analysis.tabulation.estimates import design_effects, estimate_means
from analysis.tabulation.moments import Moments


def means(
    *cells: list[float], lonely: Lonely = Lonely.ADJUST, domain: bool = False, size: int | None = None
) -> tuple[float, bool]:
    """Return variance and failure of a mean: each cell is the answers of one stratum out of 1000 clients, weight 1."""
    stacked = [np.array(cell) for cell in cells]
    zero = np.zeros((1, len(cells), 1))
    n = zero.astype(np.int64) + [[len(cell)] for cell in stacked]
    middle = zero + [[cell.mean() if cell.size else 0.0] for cell in stacked]
    squares = zero + [[float(((cell - cell.mean()) ** 2).sum()) if cell.size else 0.0] for cell in stacked]
    moments = Moments(n, n + 0.0, middle, squares, n + 0.0, zero, squares)
    respondents = np.array([size or len(cell) for cell in cells])
    population = np.full(len(cells), math.inf)
    design = Design(respondents, population, ("",), np.array([0]), lonely, adjust_domain_lonely=domain)
    found = estimate_means(moments, design, Inference.PROCESS)
    return float(found.variance[0, 0, 0]), bool(found.failed[0, 0, 0])


LONELY = ([10.0], [2.0, 4.0, 6.0])  # mean 5.5; z = 1.125 and (-0.875, -0.375, 0.125)
OTHERS = 3 / 2 * 8 / 16


@pytest.mark.parametrize(
    ("lonely", "expected"),
    [
        (Lonely.ADJUST, OTHERS + 4.5**2 / 16),
        (Lonely.REMOVE, OTHERS),
        (Lonely.CERTAINTY, OTHERS),
        (Lonely.AVERAGE, OTHERS * 2),
    ],
)
def test_a_lonely_stratum_adds_what_the_choice_says(lonely: Lonely, expected: float) -> None:
    variance, failed = means(*LONELY, lonely=lonely)
    assert variance == pytest.approx(expected)
    assert not failed


def test_a_lonely_stratum_may_forbid_a_variance() -> None:
    assert means(*LONELY, lonely=Lonely.FAIL)[1]
    assert not means([2.0, 4.0], [1.0, 3.0], lonely=Lonely.FAIL)[1]


def test_a_lonely_stratum_outside_the_subgroup_forbids_nothing() -> None:
    assert not means([], [2.0, 4.0, 6.0], lonely=Lonely.FAIL, size=3)[1]


def test_nothing_but_lonely_strata_have_no_average() -> None:
    assert means([1.0], [2.0], lonely=Lonely.AVERAGE)[1]


def test_a_single_respondent_within_a_subgroup_can_count_as_lonely() -> None:
    plain, _ = means([10.0], [2.0, 4.0, 6.0], size=3)
    adjusted, _ = means([10.0], [2.0, 4.0, 6.0], size=3, domain=True)
    z = 4.5**2 / 16
    assert plain == pytest.approx(OTHERS + 3 / 2 * (z - z / 3))
    assert adjusted == pytest.approx(OTHERS + 3 / 2 * z)


@pytest.mark.parametrize("lonely", [Lonely.FAIL, Lonely.REMOVE, Lonely.CERTAINTY])
def test_a_single_respondent_within_a_subgroup_matters_to_adjusting_and_averaging_only(lonely: Lonely) -> None:
    within = [10.0], [2.0, 4.0, 6.0]
    assert means(*within, size=3, lonely=lonely, domain=True) == means(*within, size=3, lonely=lonely)


def test_a_stratum_without_respondents_adds_nothing() -> None:
    assert means([2.0, 4.0, 6.0], [])[0] == pytest.approx(3 / 2 * 8 / 9)


def test_a_simple_random_sample_has_a_design_effect_of_one() -> None:
    n = np.array([[[4]]])
    moments = Moments(n, n * 5.0, n * 0 + 2.5, n * 0 + 25.0, n * 25.0, n * 0.0, n * 0 + 125.0)
    design = Design(np.array([4]), np.array([20.0]), ("",), np.array([0]))
    finite = estimate_means(moments, design)
    assert design_effects(finite).item() == pytest.approx(1.0)
    assert design_effects(finite, Inference.PROCESS).item() == pytest.approx(1 - 4 / 20)
