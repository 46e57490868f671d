"""Likeness: which units resemble a unit most on figures of registers, and on which figures they do and do not.

A group of alike units is a mirror to learn from, no judgement: whoever lives and works under the same circumstances. Figures are made
comparable with their median and median absolute deviation, so that a few large units do not set the scale, and sizes count by their
ratio. The nearest need not be alike: a unit that lies far from all others has nearest ones too, and resembles nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

# Make the deviations of a normal distribution equal to its standard deviation.
_OF_MEDIAN: Final = 1.4826
_OF_MEAN: Final = 1.2533
# Units are compared of which more than this part of the weight is known.
_LEAST_KNOWN: Final = 0.5
# How far two units that are alike may lie apart on a figure, in robust standard deviations of all units.
ALIKE_WITHIN: Final = 1.0
# Beyond this many decimals distances differ by rounding only.
_DECIMALS: Final = 9


@dataclass(frozen=True, slots=True, eq=False)
class UnitFigure:
    """A figure of a register: its `values` by unit (NaN where it is not known), and how heavily it counts.

    `size`: twice as much is as far everywhere, as with numbers of inhabitants; values of 0 and below are then not known.
    """

    name: str
    values: NDArray[np.float64]
    weight: float = 1.0
    size: bool = False


@dataclass(frozen=True, slots=True)
class Gap:
    """How far two units lie apart on a figure: `own` and `other` in the unit of the figure, `gap` in robust standard deviations.

    `typical` is the median gap between the unit itself and all others. `part`: what part of the distance between the two comes from
    this figure, of their squares, as a fraction; the parts of a neighbour add up to 1, or to 0 where there is no distance, and to less
    than 1 where a figure of the other unit is not known.
    """

    figure: str
    own: float
    other: float
    gap: float
    typical: float
    part: float

    @property
    def alike(self) -> bool:
        """Tell whether two units are alike on this figure: they lie one robust standard deviation apart at most (`ALIKE_WITHIN`).

        The bound is that of a caliper in standard deviations, as in matching people by several traits. It is the same for every unit
        and both ways, so an outlier has nobody that is alike, whoever is nearest to it.
        Source: Cochran & Rubin (1973), Controlling Bias in Observational Studies: A Review, Sankhyā A 35, 417-446, caliper matching.
        """
        return round(self.gap, _DECIMALS) <= ALIKE_WITHIN


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A unit that resembles another one. `distance` is in robust standard deviations; `gaps` stand in order, the smallest first."""

    unit: str
    distance: float
    gaps: tuple[Gap, ...]

    @property
    def alike(self) -> tuple[Gap, ...]:
        """What made them alike: the figures on which they are, the closest first; see `Gap.alike`."""
        return tuple(gap for gap in self.gaps if gap.alike)

    @property
    def different(self) -> tuple[Gap, ...]:
        """The other figures, on which they lie further apart, the furthest first."""
        return tuple(gap for gap in reversed(self.gaps) if not gap.alike)

    @property
    def resembles(self) -> bool:
        """Tell whether the two are alike: on every figure that is known of both, for one that differs is not made up for by others."""
        return bool(self.gaps) and not self.different


def likeness(
    units: Sequence[str], figures: Sequence[UnitFigure], unit: str, *, nearest: int = 10
) -> tuple[Neighbour, ...]:
    """Return the units nearest to a unit, the nearest first, with what makes them alike; `Neighbour.resembles` tells whether they are.

    d(i, j) = √(Σ_f w_f (z_if − z_jf)² / Σ_f w_f) over the figures that are known of the unit itself, z as in `robust_z`. A unit of which
    half of their weight or less is known is left out. A figure that is not known of another unit counts with the typical gap, the
    median of those that are known: without it whoever tells less would come nearer (with two figures, one of them unknown in one of
    ten units, 34 % of the 15 nearest had it unknown), and leaving such a unit out for one figure of many would be too much. Units
    of measurement do not matter. What a figure adds to the distance is its part w_f (z_if − z_jf)² of the first sum.
    Source: Everitt, Landau, Leese & Stahl (2011), Cluster Analysis, 5th edition, sections 3.3 and 3.7; the purpose is that of the
    nearest neighbours model of CIPFA for councils in England.

    >>> inhabitants = UnitFigure("inhabitants", np.array([20_000.0, 40_000.0, 22_000.0, 900_000.0]), size=True)
    >>> older = UnitFigure("aged 65 or over", np.array([24.0, 20.0, 23.0, 13.0]))
    >>> first, *_ = likeness(("a", "b", "c", "d"), (inhabitants, older), "a", nearest=2)
    >>> first.unit, round(first.distance, 2), [gap.figure for gap in first.alike]
    ('c', 0.27, ['inhabitants', 'aged 65 or over'])
    >>> [(gap.figure, round(gap.gap, 2), round(gap.part, 2)) for gap in first.gaps]
    [('inhabitants', 0.19, 0.23), ('aged 65 or over', 0.34, 0.77)]

    The city has a nearest one too, and it is not alike:

    >>> city = likeness(("a", "b", "c", "d"), (inhabitants, older), "d", nearest=1)[0]
    >>> city.unit, city.resembles, [(gap.figure, round(gap.gap, 2)) for gap in city.different]
    ('b', False, [('inhabitants', 6.06), ('aged 65 or over', 2.36)])
    """
    own = units.index(unit)
    known = [figure for figure in figures if figure.weight > 0 and _compares(figure, own)]
    if not known:
        return ()
    z = np.array([robust_z(figure.values, size=figure.size) for figure in known])
    weight = np.array([figure.weight for figure in known])
    gaps = abs(z - z[:, [own]])
    typical = np.nanmedian(np.delete(gaps, own, axis=1), axis=1)
    known_weight = np.where(np.isfinite(gaps), weight[:, None], 0.0).sum(axis=0)
    squares = weight[:, None] * np.where(np.isfinite(gaps), gaps, typical[:, None]) ** 2
    total = squares.sum(axis=0)
    parts = squares / np.where(total > 0, total, 1.0)
    distance = np.sqrt(total / weight.sum())
    others = [it for it in range(len(units)) if it != own and known_weight[it] > _LEAST_KNOWN * weight.sum()]
    ordered = sorted(others, key=lambda place: (round(float(distance[place]), _DECIMALS), units[place]))
    return tuple(
        Neighbour(units[place], float(distance[place]), _gaps(known, gaps, parts, typical, (own, place)))
        for place in ordered[:nearest]
    )


def robust_z(values: NDArray[np.float64], *, size: bool = False) -> NDArray[np.float64]:
    """Return how many robust standard deviations each value lies above the median; NaN where it is not known.

    z = (x − median(x))/(1.4826·MAD(x)), of log(x) for a `size`. Where more than half of the values are equal MAD is 0, and 1.2533 times
    the mean absolute deviation takes its place; where all are equal z is 0.
    Source: Iglewicz & Hoaglin (1993), How to Detect and Handle Outliers, ASQC Quality Press, chapter 3.

    >>> robust_z(np.array([1.0, 2.0, 3.0, 4.0, 100.0])).round(2)
    array([-1.35, -0.67,  0.  ,  0.67, 65.43])
    """
    scaled = _scaled(UnitFigure("", values, size=size))
    if not np.isfinite(scaled).any():
        return scaled
    deviation = scaled - np.nanmedian(scaled)
    spread = _spread(scaled)
    found: NDArray[np.float64] = deviation / spread if spread > 0 else deviation * 0.0
    return found


def reach_of(figure: UnitFigure) -> float:
    """Return how far units that are alike lie apart at most on a figure: in its own unit, and of a `size` as a ratio; NaN without values.

    r = 1.4826·MAD(x), and of a size exp(1.4826·MAD(log x)): one robust standard deviation (`ALIKE_WITHIN`), as in `robust_z`. Of the
    inhabitants of the 342 municipalities of 2026 that is a ratio of 1.88.
    Source: Cochran & Rubin (1973), Controlling Bias in Observational Studies: A Review, Sankhyā A 35, 417-446, caliper matching.

    >>> round(reach_of(UnitFigure("aged 65 or over", np.array([24.0, 20.0, 23.0, 13.0]))), 2)
    2.97
    >>> round(reach_of(UnitFigure("inhabitants", np.array([10_000.0, 20_000.0, 40_000.0]), size=True)), 2)
    2.79
    """
    scaled = _scaled(figure)
    if not np.isfinite(scaled).any():
        return float("nan")
    reach = ALIKE_WITHIN * _spread(scaled)
    return float(np.exp(reach)) if figure.size else reach


def _spread(scaled: NDArray[np.float64]) -> float:
    """Return the robust standard deviation of values of which one at least is known; 0 where all are equal."""
    deviation = abs(scaled - np.nanmedian(scaled))
    spread = _OF_MEDIAN * float(np.nanmedian(deviation))
    # What is left of equal values by rounding is no spread.
    floor = float(np.finfo(float).eps * np.nanmax(abs(scaled)))
    if spread <= floor:
        spread = _OF_MEAN * float(np.nanmean(deviation))
    return spread if spread > floor else 0.0


def _compares(figure: UnitFigure, own: int) -> bool:
    """Tell whether a figure is known of the unit itself and of another one."""
    known = np.isfinite(_scaled(figure))
    return bool(known[own]) and int(known.sum()) > 1


def _scaled(figure: UnitFigure) -> NDArray[np.float64]:
    """Return the values as they are compared: the logarithm of a size, from which any unit drops out."""
    values = np.asarray(figure.values, dtype=np.float64)
    if not figure.size:
        return np.where(np.isfinite(values), values, np.nan)
    known = np.isfinite(values) & (values > 0)
    logarithm: NDArray[np.float64] = np.log(values, out=np.full(values.shape, np.nan), where=known)
    return logarithm


def _gaps(
    figures: Sequence[UnitFigure],
    gaps: NDArray[np.float64],
    parts: NDArray[np.float64],
    typical: NDArray[np.float64],
    pair: tuple[int, int],
) -> tuple[Gap, ...]:
    own, other = pair
    found = (
        Gap(
            figure.name,
            float(figure.values[own]),
            float(figure.values[other]),
            float(gaps[row, other]),
            float(typical[row]),
            float(parts[row, other]),
        )
        for row, figure in enumerate(figures)
        if np.isfinite(gaps[row, other])
    )
    return tuple(sorted(found, key=lambda gap: (round(gap.gap, _DECIMALS), gap.figure)))
