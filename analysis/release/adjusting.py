"""Scores of a release as they would be if all units had the same clients: beside the raw ones, for the unit itself.

Adjusting shifts a score by (x̄_m − x̄)'b, and that follows from who answered in a unit. Four rules keep it from telling more of them than
the release does.

Only who is told of counts. Slopes and the average of units, each unit once, are of units that have an adjusted score themselves: an average
with a hidden unit of a few people in it would tell their answers to whoever knows the others.

The mix is public. A unit has adjusted scores only where the release shows the raw score, and how the answers to each adjuster are divided:
in whole percents, so to the person where fewer than 100 answered. What is not public then is who skipped a question or was led past it,
and of more people the shares below a percent.

Whole points. Scores of several questions with different slopes b are equations with x̄_m as the unknown. Slopes are not shown. Who knew
each of them and every raw score exactly could work out, from 15 questions with slopes of up to 10 points, how many of 100 people have an
age: with one decimal it lies within a width of 1 person, and in whole points of 9 (medians; of 3 and 22 where questions have much of
their slopes in common, as they do). Of those who skipped a question there is one equation.

One rounding. Differences are told of rounded scores and half-widths are rounded up: rounded apart they would be a second grid on the same
number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from math import ceil, floor
from types import MappingProxyType
from typing import Final, TypeAlias

import numpy as np

from analysis.comparison.multiplicity import adjust_p
from analysis.intervals import t_quantile
from analysis.plan import AnalysisPlan, ScaleItem
from analysis.pooling import Pooled
from analysis.results import Cell, Estimate, Measure, NotEstimable, ProtectedFigure
from analysis.units.casemix import CaseMix, CaseMixPlan, adjust_cells
from analysis.units.groups import FEWEST_UNITS
from analysis.units.mix_cells import ClientMix

# By concept, why no municipality can influence it. Kind and quality of the help are what a municipality does: they are not here.
ADJUSTERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "profiel.leeftijd": "Een gemeente verandert niets aan de leeftijd van haar inwoners.",
        "profiel.leeftijd_kind": "Een gemeente verandert niets aan de leeftijd van een kind.",
        "profiel.geslacht": "Een gemeente verandert niets aan het geslacht van haar inwoners.",
        "profiel.huishouden": "Met wie iemand woont, bepaalt de gemeente niet.",
    }
)
# As for bands: of fewer people a score is too unsure to be judged.
FEWEST_ANSWERS: Final = 30
_SIGNIFICANT: Final = 0.05
# Binary fractions miss a whole number by this much at most.
_EXACT: Final = 1e-9


class NotAdjusted(StrEnum):
    """Why a score that the release shows has no adjusted one beside it."""

    FEW_ANSWERS = "few_answers"  # of this unit, fewer than 30
    FEW_UNITS = "few_units"  # fewer than 5 with answers
    MIX_HIDDEN = "mix_hidden"  # the release does not show who answered
    NOT_ESTIMABLE = "not_estimable"  # adjusters do not vary within units, or follow from each other


@dataclass(frozen=True, slots=True)
class AdjustedScore:
    """An adjusted score of 0 to 100 and its distance from the average of units, in whole points, with half-widths of 95 % intervals.

    `side` is 1 or −1 where the distance is more than chance over all scores of the unit together, otherwise 0.
    """

    value: int
    margin: int
    difference: int
    difference_margin: int
    side: int


@dataclass(frozen=True, slots=True)
class AdjustedOutcome:
    """What is told of the adjusted scores of all units: their `average` in whole points, each unit once, and of how many `units`.

    `agreement` is Kendall's tau-b between the orders of units by raw and by adjusted scores, to 0.01: 1 when nothing moved.
    """

    average: int
    units: int
    agreement: float


Beside: TypeAlias = AdjustedScore | NotAdjusted


@dataclass(frozen=True, slots=True)
class AdjustedScores:
    """The adjusted scores of a release. `scores` are by unit and outcome, for each raw score that the release shows of the unit."""

    adjusters: tuple[str, ...]
    outcomes: Mapping[str, AdjustedOutcome]
    scores: Mapping[str, Mapping[str, Beside]]


def adjusters_of(pooled: Pooled, plan: AnalysisPlan) -> CaseMixPlan | None:
    """Return what the scores of a release are adjusted for: questions of an allowed concept that every questionnaire holds; None for none.

    Source: O'Malley et al. (2005), Health Services Research 40, 2162-2181: only for what a unit cannot influence.
    """
    found: dict[str, str] = {}
    for series in pooled.items:
        concept = series.newest.questionnaire.item(series.id).concept
        everywhere = series.versions >= pooled.codebooks.keys()
        if concept in ADJUSTERS and everywhere and isinstance(plan.items.get(series.name), ScaleItem):
            found.setdefault(concept, series.name)
    allowed = {name: ADJUSTERS[concept] for concept, name in found.items()}
    return CaseMixPlan(adjusters=tuple(allowed), allowed=allowed) if allowed else None


def adjust_release(mix: ClientMix, plan: AnalysisPlan, shown: Mapping[Cell, ProtectedFigure]) -> AdjustedScores | None:
    """Return the adjusted scores that may stand beside the raw ones which a release shows; None where there is none.

    The interval is ∓t_{n−1}·√V of the service behind this year's clients; which distances are more than chance is by the false
    discovery rate over the scores of a unit. Source: O'Malley et al. (2005), Health Services Research 40, 2162-2181; Benjamini &
    Hochberg (1995), JRSS B 57, 289-300.
    """
    public = {unit: _mix_is_public(unit, mix.adjusters, plan, shown) for unit in mix.units}
    counted = _counted(mix, public, shown)
    adjusted = {outcome: adjust_cells(counted.cells(outcome)) for outcome in mix.outcomes}
    outcomes = {
        outcome: AdjustedOutcome(_whole(found.average), found.units.size, round(found.agreement, 2))
        for outcome, found in adjusted.items()
        if isinstance(found, CaseMix) and found.units.size >= FEWEST_UNITS
    }
    scores: dict[str, Mapping[str, Beside]] = {}
    for number, unit in enumerate(mix.units):
        of_unit = {
            outcome: _in_unit(found, number) if public[unit] else NotAdjusted.MIX_HIDDEN
            for outcome, found in adjusted.items()
            if _is_shown(outcome, unit, shown)
        }
        if of_unit:
            scores[unit] = _told(of_unit)
    if not any(isinstance(one, AdjustedScore) for of_unit in scores.values() for one in of_unit.values()):
        return None
    return AdjustedScores(mix.adjusters, outcomes, scores)


@dataclass(frozen=True, slots=True)
class _Exact:
    """An adjusted score before it is rounded: half-widths of its interval and of its distance from the average, and the p of that."""

    value: float
    margin: float
    average: float
    difference_margin: float
    p_value: float


def _is_shown(outcome: str, unit: str, shown: Mapping[Cell, ProtectedFigure]) -> bool:
    return isinstance(shown.get(Cell(Measure.SCORE, outcome, "", unit)), Estimate)


def _counted(mix: ClientMix, public: Mapping[str, bool], shown: Mapping[Cell, ProtectedFigure]) -> ClientMix:
    """Return the cells with nobody in those of a unit of which a score is not told."""
    n = mix.n.copy()
    for of_outcome, outcome in zip(n, mix.outcomes, strict=True):
        answered = np.bincount(mix.unit, of_outcome, minlength=len(mix.units))
        told = [
            number >= FEWEST_ANSWERS and public[unit] and _is_shown(outcome, unit, shown)
            for unit, number in zip(mix.units, answered, strict=True)
        ]
        of_outcome[~np.array(told)[mix.unit]] = 0
    return replace(mix, n=n)


def _mix_is_public(
    unit: str, adjusters: tuple[str, ...], plan: AnalysisPlan, shown: Mapping[Cell, ProtectedFigure]
) -> bool:
    codes = {name: item.codes for name in adjusters if isinstance(item := plan.items[name], ScaleItem)}
    return all(
        isinstance(shown.get(Cell(Measure.CATEGORY, name, code, unit)), Estimate)
        for name, of_name in codes.items()
        for code in of_name
    )


def _in_unit(found: CaseMix | NotEstimable, unit: int) -> _Exact | NotAdjusted:
    """Return the adjusted score of a unit by its number."""
    if isinstance(found, NotEstimable):
        return NotAdjusted.FEW_UNITS if found.reason == "too_few_units" else NotAdjusted.NOT_ESTIMABLE
    if found.units.size < FEWEST_UNITS:
        return NotAdjusted.FEW_UNITS
    place = int(np.searchsorted(found.units, unit))
    if place == found.units.size or found.units[place] != unit:
        return NotAdjusted.FEW_ANSWERS
    if not found.variance[place] > 0:
        return NotAdjusted.NOT_ESTIMABLE
    beside = found.against_average
    t = float(t_quantile(beside.df[place].astype(np.float64)))
    return _Exact(
        value=float(found.adjusted[place]),
        margin=t * float(found.variance[place]) ** 0.5,
        average=found.average,
        difference_margin=t * float(beside.variance[place]) ** 0.5,
        p_value=float(beside.p_value[place]),
    )


def _told(of_unit: Mapping[str, _Exact | NotAdjusted]) -> dict[str, Beside]:
    """Return the scores of a unit in whole points; which distances are told as more than chance is decided over all of them."""
    exact = {outcome: one for outcome, one in of_unit.items() if isinstance(one, _Exact)}
    p_values = adjust_p(np.array([one.p_value for one in exact.values()])) if exact else np.empty(0)
    clear = {outcome: p < _SIGNIFICANT for outcome, p in zip(exact, p_values.tolist(), strict=True)}
    return {
        outcome: _rounded(one, clear=clear[outcome]) if isinstance(one, _Exact) else one
        for outcome, one in of_unit.items()
    }


def _rounded(exact: _Exact, *, clear: bool) -> AdjustedScore:
    value, average = _whole(exact.value), _whole(exact.average)
    difference, margin = value - average, _up(exact.difference_margin)
    # Nothing is told of a side that the rounded interval does not show.
    side = (difference > margin) - (difference < -margin) if clear else 0
    return AdjustedScore(value, _up(exact.margin), difference, margin, side)


def _whole(value: float) -> int:
    return floor(value + 0.5 + _EXACT)


def _up(half_width: float) -> int:
    return ceil(half_width - _EXACT)
