"""Other people's programs as judges: pingouin for tests without a design, scipy for exact intervals."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from rowwise import number, simulated

from analysis.comparison.differences import compare_units, p_values
from analysis.comparison.multiplicity import adjust_p
from analysis.intervals import clopper_pearson_interval, wilson_interval
from analysis.tabulation.moments import numbers
from analysis.tabulation.tabulating import tabulate


@pytest.fixture(scope="module")
def pingouin():  # noqa: ANN201 - a module without types
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pingouin
    return pingouin


def test_two_units_of_equal_weight_compare_like_welch(pingouin) -> None:  # noqa: ANN001 - a module without types
    # Of two simple random samples the unit minus the total is a fixed part of the unit minus the other: the same test.
    dataset = simulated(6, [25, 0, 60, 0], [1000, 0, 1000, 0])
    found = compare_units(numbers(tabulate(dataset), (0,)), dataset.design())
    y, valid = number(dataset)
    first, second = (y[valid & np.isin(dataset.stratum, strata)] for strata in ([0, 1], [2, 3]))
    welch = pingouin.ttest(first, second, correction=True)
    t = found.difference[0, 0, 0] / np.sqrt(found.variance[0, 0, 0])
    # Item non-response makes the size of the answering part random, which the domain formula counts and Welch does not.
    assert t == pytest.approx(welch["T"].item(), rel=0.03)
    assert p_values(found)[0, 0, 0] == pytest.approx(welch["p_val"].item(), rel=0.1)
    assert found.df[0, 0, 0] == pytest.approx(welch["dof"].item(), rel=0.03)


def test_adjusted_p_values_equal_those_of_pingouin(pingouin) -> None:  # noqa: ANN001 - a module without types
    p = np.random.default_rng(1).uniform(0, 0.2, 40)
    np.testing.assert_allclose(adjust_p(p), pingouin.multicomp(p, method="fdr_bh")[1], rtol=1e-12)


@pytest.mark.parametrize(("events", "n"), [(0, 12), (12, 12), (3, 17), (1, 250)])
def test_intervals_of_counts_equal_those_of_scipy(events: int, n: int) -> None:
    from scipy.stats import binomtest

    share, size = np.array(events / n), np.array(float(n))
    for method, found in (("exact", clopper_pearson_interval(share, size)), ("wilson", wilson_interval(share, size))):
        expected = binomtest(events, n).proportion_ci(method=method)
        assert found == pytest.approx((expected.low, expected.high), rel=1e-9, abs=1e-12)


def test_no_p_values_give_no_adjusted_ones() -> None:
    assert adjust_p(np.array([])).size == 0
