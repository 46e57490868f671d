"""Bands: where units lie, and when nothing may be said of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pydantic import ValidationError

from analysis.results import NotEstimable
from analysis.units.banding import (
    Band,
    Banding,
    BandingRule,
    Dispersion,
    NotBanded,
    Target,
    band_of,
    band_units,
    overdispersion,
    target_of,
)

UNITS = 14
VALUES = arrays(np.float64, UNITS, elements=st.floats(0, 100).map(lambda it: round(it, 3)))
VARIANCES = arrays(np.float64, UNITS, elements=st.floats(0.5, 60))
MANY = np.full(UNITS, 100)
NOT_CHECKED = {"least_reliability": 0.0}


def banded(value: np.ndarray, variance: np.ndarray, n: np.ndarray = MANY, **rule: object) -> Banding:
    found = band_units(value, variance, n, BandingRule(**rule))
    assert isinstance(found, Banding)
    return found


def bands(found: Banding) -> list[Band | NotBanded]:
    return [unit.band for unit in found.units]


@pytest.mark.parametrize(
    ("z", "band"),
    [
        (-3.1, Band.MUCH_WORSE),
        (-3.0, Band.WORSE),
        (-1.95, Band.AS_EXPECTED),
        (0.0, Band.AS_EXPECTED),
        (1.95, Band.AS_EXPECTED),
        (1.97, Band.BETTER),
        (3.1, Band.MUCH_BETTER),
    ],
)
def test_a_band_begins_at_1_96_and_at_3_09_standard_deviations(z: float, band: Band) -> None:
    assert band_of(z) is band


def test_one_unit_far_from_all_others_stands_out_though_units_differ() -> None:
    value = np.array([*np.linspace(66, 74, UNITS - 1), 95.0])
    found = banded(value, np.full(UNITS, 1.0))
    assert found.between > 1
    assert bands(found) == [*[Band.AS_EXPECTED] * (UNITS - 1), Band.MUCH_BETTER]


def test_where_lower_is_better_a_high_figure_is_worse() -> None:
    value = np.array([*np.linspace(66, 74, UNITS - 1), 95.0])
    found = banded(value, np.full(UNITS, 1.0), higher_is_better=False)
    assert found.units[-1].band is Band.MUCH_WORSE
    assert found.units[-1].z > 0


@given(VALUES, VARIANCES, st.floats(0.01, 100), st.floats(-50, 50), st.sampled_from(Dispersion))
def test_a_band_does_not_hang_on_the_scale_of_the_figures(
    value: np.ndarray, variance: np.ndarray, by: float, shift: float, dispersion: Dispersion
) -> None:
    found = banded(value, variance, dispersion=dispersion, **NOT_CHECKED)
    moved = banded(shift + by * value, by**2 * variance, dispersion=dispersion, **NOT_CHECKED)
    for one, other in zip(found.units, moved.units, strict=True):
        assert other.z == pytest.approx(one.z, rel=1e-5, abs=1e-5)
        assert other.band is one.band or abs(abs(one.z) - 1.96) < 1e-3 or abs(abs(one.z) - 3.09) < 1e-3


@given(VALUES, VARIANCES, st.permutations(range(UNITS)))
def test_the_order_of_units_changes_nothing(value: np.ndarray, variance: np.ndarray, order: list[int]) -> None:
    found, other = banded(value, variance), banded(value[order], variance[order])
    assert [it.z for it in other.units] == pytest.approx([found.units[place].z for place in order], abs=1e-9)


@given(VALUES, VARIANCES, st.sampled_from(Dispersion))
def test_a_unit_within_the_expected_range_is_as_expected(
    value: np.ndarray, variance: np.ndarray, dispersion: Dispersion
) -> None:
    found = banded(value, variance, dispersion=dispersion, **NOT_CHECKED)
    for figure, unit in zip(value, found.units, strict=True):
        inside = unit.expected.low < figure < unit.expected.high
        assert inside == (unit.band is Band.AS_EXPECTED)
        assert unit.wide.low < unit.expected.low < found.target < unit.expected.high < unit.wide.high


@given(VALUES, VARIANCES)
def test_taking_spread_into_account_never_makes_a_unit_stand_out_more(value: np.ndarray, variance: np.ndarray) -> None:
    plain = banded(value, variance, dispersion=Dispersion.NONE)
    for dispersion in (Dispersion.ADDITIVE, Dispersion.MULTIPLICATIVE):
        wider = banded(value, variance, dispersion=dispersion)
        assert all(abs(a.z) <= abs(b.z) + 1e-12 for a, b in zip(wider.units, plain.units, strict=True))


@given(VALUES, VARIANCES)
def test_additive_spread_without_winsorising_is_that_of_dersimonian_and_laird(
    value: np.ndarray, variance: np.ndarray
) -> None:
    target = target_of(value, variance, Target.PRECISION_WEIGHTED)
    found = overdispersion(value, variance, target, winsorised=0.0)
    weight = 1 / variance
    q = (weight * (value - target) ** 2).sum()
    expected = (q - (UNITS - 1)) / (weight.sum() - (weight**2).sum() / weight.sum())
    assert found.between == pytest.approx(max(expected, 0.0), rel=1e-6, abs=1e-9)
    assert found.phi == pytest.approx(q / UNITS, rel=1e-6, abs=1e-9)


def test_the_most_extreme_units_are_pulled_in_at_the_quantile_of_type_7() -> None:
    found = overdispersion(np.arange(11.0) ** 2, np.ones(11), 0.0, winsorised=0.1)
    assert found.limits == pytest.approx((1.0, 81.0))
    assert found.winsorised.max() == pytest.approx(81.0)
    half_way = overdispersion(np.arange(11.0), np.ones(11), 0.0, winsorised=0.25)
    assert half_way.limits == pytest.approx((2.5, 7.5))


def test_in_the_long_run_one_unit_in_twenty_lies_outside_when_all_differ_as_expected() -> None:
    rng = np.random.default_rng(8)
    variance, outside = rng.uniform(1, 10, 340), 0
    for _ in range(60):
        value = 70 + rng.normal(0, 3, 340) + rng.normal(0, np.sqrt(variance))
        found = banded(value, variance, np.full(340, 100), winsorised=0.0, **NOT_CHECKED)
        outside += sum(band is not Band.AS_EXPECTED for band in bands(found))
    assert outside / (60 * 340) == pytest.approx(0.05, abs=0.006)


def test_a_unit_of_fewer_than_thirty_is_drawn_but_gets_no_band() -> None:
    value, n = np.array([*np.linspace(66, 74, UNITS - 1), 95.0]), np.full(UNITS, 100)
    n[-1] = 29
    unit = banded(value, np.full(UNITS, 1.0), n).units[-1]
    assert unit.band is NotBanded.FEW_RESPONDENTS
    assert unit.z > 3


def test_a_unit_whose_figure_is_mostly_chance_gets_no_band() -> None:
    value, variance = np.linspace(66, 74, UNITS), np.full(UNITS, 1.0)
    variance[0] = 40.0
    found = banded(value, variance)
    assert found.units[0].reliability < 0.6 < found.units[1].reliability
    assert found.units[0].band is NotBanded.UNRELIABLE
    assert found.units[1].band is Band.AS_EXPECTED


def test_when_units_do_not_differ_none_gets_a_band() -> None:
    found = banded(np.linspace(69, 71, UNITS), np.full(UNITS, 100.0))
    assert set(bands(found)) == {NotBanded.UNRELIABLE}


def test_a_unit_in_which_all_answers_are_equal_takes_no_part() -> None:
    value, variance = np.array([*np.linspace(66, 74, UNITS - 1), 100.0]), np.full(UNITS, 1.0)
    variance[-1] = 0.0
    found = banded(value, variance)
    assert found.units[-1].band is NotBanded.NO_VARIATION
    assert found.target == pytest.approx(70.0)


def test_with_fewer_than_ten_units_no_spread_is_estimated_and_only_a_number_is_a_target() -> None:
    value, variance, n = np.array([60.0, 70.0, 80.0]), np.full(3, 4.0), np.full(3, 50)
    assert band_units(value, variance, n, BandingRule()) == NotEstimable("too_few_units", 150)
    found = banded(value, variance, n, target=70.0)
    assert (found.phi, found.between, found.estimated) == (1.0, 0.0, False)
    assert bands(found) == [Band.MUCH_WORSE, Band.AS_EXPECTED, Band.MUCH_BETTER]


@pytest.mark.parametrize(
    "wrong", [{"winsorised": 0.5}, {"fewest_units": 2}, {"least_reliability": 1.1}, {"rank": True}]
)
def test_a_rule_that_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        BandingRule(**wrong)
