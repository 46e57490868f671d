"""Bands: where a unit lies among all units, once chance and the ordinary spread between units are taken into account.

A band says how a unit lies in the distribution of units. Whether two figures differ is another question, with its own
test and its own p-values. Units are never ranked. Source: Spiegelhalter (2005), Quality and Safety in
Health Care 14, 347-351, and Statistics in Medicine 24, 1185-1202; Spiegelhalter et al. (2012), JRSS A 175, 1-47.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from analysis.results import NotEstimable
from analysis.units.area_model import fit_areas
from analysis.units.funnels import ALARM, WARNING, Limits


class Band(IntEnum):
    """Where a unit lies: beyond 1.96 (warning) or 3.09 (alarm) standard deviations of what is expected of a unit."""

    MUCH_WORSE = -2
    WORSE = -1
    AS_EXPECTED = 0
    BETTER = 1
    MUCH_BETTER = 2


class NotBanded(StrEnum):
    """Why a unit is drawn but gets no band."""

    FEW_RESPONDENTS = "few_respondents"
    UNRELIABLE = "unreliable"  # its figure says more about chance than about the unit
    NO_VARIATION = "no_variation"  # its figure has no variance


class Target(StrEnum):
    """What units are held against, when it follows from the units themselves."""

    UNIT_AVERAGE = "unit_average"  # mean of the figures of units
    PRECISION_WEIGHTED = "precision_weighted"  # mean weighted by 1/variance


class Dispersion(StrEnum):
    """How the spread between units that chance does not explain is taken into account."""

    ADDITIVE = "additive"  # units have true figures of their own, with variance τ²
    MULTIPLICATIVE = "multiplicative"  # every variance is φ times as large
    NONE = "none"


class BandingRule(BaseModel):
    """How bands are made. `target` is a number (in the unit of the figure) or follows from the units.

    `winsorised` is the part of the most extreme units on each side that is pulled in before the spread is estimated.
    With fewer than `fewest_units` units no spread is estimated, and only a target that is a number will do. Units with
    fewer than `smallest_unit` respondents or a reliability below `least_reliability` get no band.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    target: float | Target = Target.UNIT_AVERAGE
    dispersion: Dispersion = Dispersion.ADDITIVE
    winsorised: float = Field(default=0.1, ge=0, lt=0.5)
    fewest_units: int = Field(default=10, ge=3)
    smallest_unit: int = Field(default=30, ge=2)
    least_reliability: float = Field(default=0.6, ge=0, le=1)
    higher_is_better: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Overdispersion:
    """How much more units differ from a target than chance makes them; arrays by unit.

    `z` is (value − target)/√v, `limits` its winsorising limits, `phi` the mean square of the winsorised z (1: chance
    alone), `between` τ², the variance between units that is left, in the square of the unit of the figures.
    """

    z: NDArray[np.float64]
    limits: tuple[float, float]
    winsorised: NDArray[np.float64]
    phi: float
    between: float


@dataclass(frozen=True, slots=True)
class UnitBand:
    """One unit: its `z`, the range `expected` of a unit (95 %) and the `wide` one (99.8 %), and its band or why not.

    `reliability` 0-1 is 1 where nothing is known of the spread between units.
    """

    z: float
    expected: Limits
    wide: Limits
    reliability: float
    respondents: int
    band: Band | NotBanded


@dataclass(frozen=True, slots=True)
class Banding:
    """Bands of all units in their order, the `target`, and the spread that was reckoned with: `phi` and τ² `between`.

    `estimated` says whether that spread was estimated; otherwise φ = 1 and τ² = 0 stand for chance alone.
    """

    target: float
    phi: float
    between: float
    estimated: bool
    units: tuple[UnitBand, ...]


def band_units(
    value: NDArray[np.float64], variance: NDArray[np.float64], respondents: NDArray[np.int64], rule: BandingRule
) -> Banding | NotEstimable:
    """Return the band of every unit from its figure, the variance of that figure, and its respondents.

    z = (value − target)/√(v + τ²), or z/√max(φ, 1) for the multiplicative rule. Use variances of `process` inference: the
    service is judged, not this year's clients. Units without variance take no part in target or spread.
    Source: Spiegelhalter (2005), Statistics in Medicine 24, 1185-1202.

    >>> means, sizes = np.array([60.0] * 6 + [62.0] * 5 + [90.0]), np.full(12, 400)
    >>> found = band_units(means, np.full(12, 1.0), sizes, BandingRule())
    >>> found.units[0].band, found.units[-1].band
    (<Band.AS_EXPECTED: 0>, <Band.MUCH_BETTER: 2>)
    """
    known = (variance > 0) & (respondents > 1)
    estimated = int(known.sum()) >= rule.fewest_units
    if isinstance(rule.target, Target) and not estimated:
        return NotEstimable("too_few_units", int(respondents.sum()))
    target = target_of(value[known], variance[known], rule.target) if isinstance(rule.target, Target) else rule.target
    phi, between, reliability = 1.0, 0.0, np.ones(value.shape)
    if estimated:
        spread = overdispersion(value[known], variance[known], target, winsorised=rule.winsorised)
        phi, between = spread.phi, spread.between
        reliability[known] = _reliability(value[known], variance[known])
    scale = _scales(variance, phi, between, rule.dispersion)
    z = np.divide(value - target, scale, out=np.zeros(value.shape), where=known)
    reasons = _reasons(known, respondents, reliability, rule)
    side = 1 if rule.higher_is_better else -1
    columns = (column.tolist() for column in (z, scale, reliability, respondents))
    units = tuple(
        UnitBand(
            its_z, _range(target, WARNING * sd), _range(target, ALARM * sd), part, n, reason or band_of(side * its_z)
        )
        for its_z, sd, part, n, reason in zip(*columns, reasons, strict=True)
    )
    return Banding(target, phi, between, estimated, units)


def target_of(value: NDArray[np.float64], variance: NDArray[np.float64], target: Target) -> float:
    """Return the mean of the figures of units, each unit once or weighted by 1/v, in their unit.

    Source: Spiegelhalter (2005), Statistics in Medicine 24, 1185-1202, section 2.

    >>> two = np.array([60.0, 80.0]), np.array([1.0, 3.0])
    >>> target_of(*two, Target.UNIT_AVERAGE), target_of(*two, Target.PRECISION_WEIGHTED)
    (70.0, 65.0)
    """
    weight = np.ones_like(value) if target is Target.UNIT_AVERAGE else 1 / variance
    return float((weight * value).sum() / weight.sum())


def overdispersion(
    value: NDArray[np.float64], variance: NDArray[np.float64], target: float, *, winsorised: float = 0.1
) -> Overdispersion:
    """Return how far the spread of units goes beyond chance, not led by the most extreme ones.

    z is cut off at its `winsorised` and 1 − `winsorised` quantiles (type 7 of Hyndman & Fan 1996: linear between order
    statistics); φ = Σz²/I; τ² = max(0, (Iφ − (I − 1))/(Σw − Σw²/Σw)) with w = 1/v. Variances lie above 0. Cut off at 0.1, τ follows the
    most of the units: of normal ones that differ by far more than chance it is 0.82 times theirs, so that 10.6 % lie beyond limits
    that leave out 5 %, and 1.1 % beyond those of 0.2 %. By chance alone it is as stated.
    Source: Spiegelhalter et al. (2012), JRSS A 175, 1-47, section 4 (additive: DerSimonian & Laird 1986).

    >>> found = overdispersion(np.array([60.0, 70.0, 80.0]), np.full(3, 25.0), 70.0, winsorised=0.0)
    >>> round(found.phi, 4), round(found.between, 4)
    (2.6667, 75.0)
    """
    z = (value - target) / np.sqrt(variance)
    low, high = (float(side) for side in np.quantile(z, [winsorised, 1 - winsorised], method="linear"))
    cut = np.clip(z, low, high)
    phi, weight = float((cut**2).sum()) / z.size, 1 / variance
    beyond = z.size * phi - (z.size - 1)
    between = beyond / float(weight.sum() - (weight**2).sum() / weight.sum())
    return Overdispersion(z, (low, high), cut, phi, max(between, 0.0))


def additive_z(
    value: NDArray[np.float64], variance: NDArray[np.float64], target: float, between: float
) -> NDArray[np.float64]:
    """Return (value − target)/√(v + τ²), for variances above 0. Source: Spiegelhalter (2005), Stat. in Medicine 24.

    >>> additive_z(np.array([80.0]), np.array([9.0]), 70.0, 16.0)
    array([2.])
    """
    z: NDArray[np.float64] = (value - target) / _scales(variance, 1.0, between, Dispersion.ADDITIVE)
    return z


def multiplicative_z(
    value: NDArray[np.float64], variance: NDArray[np.float64], target: float, phi: float
) -> NDArray[np.float64]:
    """Return (value − target)/√(v·max(φ, 1)), for variances above 0. Source: Spiegelhalter (2005), Stat. in Medicine 24.

    >>> multiplicative_z(np.array([80.0]), np.array([25.0]), 70.0, 4.0)
    array([1.])
    """
    z: NDArray[np.float64] = (value - target) / _scales(variance, phi, 0.0, Dispersion.MULTIPLICATIVE)
    return z


def band_of(z: float) -> Band:
    """Return the band of a z for which higher is better: at 1.96 and at 3.09 on each side, these points included.

    Source: Spiegelhalter (2005), Quality and Safety in Health Care 14, 347-351 (limits of 95 % and 99.8 %).

    >>> band_of(-2.0).name, band_of(1.5).name, band_of(3.2).name
    ('WORSE', 'AS_EXPECTED', 'MUCH_BETTER')
    """
    steps = int(abs(z) >= WARNING) + int(abs(z) >= ALARM)
    return Band(steps if z > 0 else -steps)


def _scales(variance: NDArray[np.float64], phi: float, between: float, dispersion: Dispersion) -> NDArray[np.float64]:
    """Return the standard deviation that is expected of the figures of units."""
    whole = {
        Dispersion.ADDITIVE: variance + between,
        Dispersion.MULTIPLICATIVE: variance * max(phi, 1.0),
        Dispersion.NONE: variance,
    }
    scales: NDArray[np.float64] = np.sqrt(whole[dispersion])
    return scales


def _reliability(value: NDArray[np.float64], variance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the reliability of units, with the variance between them by REML: it is about all of it, not a part pulled in."""
    model = fit_areas(value, variance)
    assert not isinstance(model, NotEstimable)
    return model.weight


def _reasons(
    known: NDArray[np.bool_], respondents: NDArray[np.int64], reliability: NDArray[np.float64], rule: BandingRule
) -> list[NotBanded | None]:
    found: list[NotBanded | None] = []
    for has_variance, n, reliable in zip(known, respondents, reliability, strict=True):
        if n < rule.smallest_unit:
            found.append(NotBanded.FEW_RESPONDENTS)
        elif not has_variance:
            found.append(NotBanded.NO_VARIATION)
        else:
            found.append(NotBanded.UNRELIABLE if reliable < rule.least_reliability else None)
    return found


def _range(target: float, half: float) -> Limits:
    return Limits(target - half, target + half)
