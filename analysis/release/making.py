"""Making what a release publishes: figures, areas, comparisons and bands in one pass of disclosure control, with the ledger after it.

What a municipality never asked is told as such, and is nothing that disclosure control would have to hide. All together are shown where at
least 5 municipalities answered; what is shown of all is no other name for one or two of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import Final

from analysis.disclosure import Publication, publish
from analysis.disclosure.ledger import Granted, Ledger
from analysis.disclosure.rounding import round_results
from analysis.engine import results_of
from analysis.origin import origin_of
from analysis.plan import AnalysisPlan, NumberItem, ScaleItem
from analysis.policy import DisclosurePolicy
from analysis.release.areas import Division, area_figures, of_few_units
from analysis.release.bands import bands_of
from analysis.release.combining import LIMITS
from analysis.release.parts import TabulatedRounds
from analysis.results import (
    TOTAL,
    Cell,
    Comparison,
    Estimate,
    Figure,
    Interval,
    Mark,
    Measure,
    NotEstimable,
    Pair,
    ProtectedComparison,
    ProtectedFigure,
    ProtectedResults,
    Results,
    Suppressed,
)
from analysis.units.banding import Band, NotBanded

_NOT_ASKED: Final = NotEstimable("not_asked", 0)
_FEW_UNITS: Final = "too_few_units"


@dataclass(frozen=True, slots=True)
class ReleaseResults:
    """Everything that a release publishes; all of it is protected. `areas` are figures by the code of the area (`Cell.unit`).

    `bands` are by the cell of a score. `ledger` is what readers have once this is out: it is as secret as the answers.
    """

    protected: ProtectedResults
    areas: ProtectedResults
    bands: Mapping[Cell, Band | NotBanded | NotEstimable]
    ledger: Ledger


@dataclass(frozen=True, slots=True)
class ReleasePlan:
    """How a release is made: what is asked, which areas are shown besides units, what may be shown, and as part of which series."""

    plan: AnalysisPlan
    policy: DisclosurePolicy
    divisions: tuple[Division, ...] = ()
    marks: tuple[Mark, ...] = ()
    release: str = ""
    series: str = ""


def make_release(tabulated: TabulatedRounds, how: ReleasePlan, ledger: Ledger) -> ReleaseResults:
    """Return what is published of the tables of all units, next to everything that the ledger knows of.

    Groups of units whose sums are published stand in the ledger afterwards, so that later questions are compared with them.
    """
    plan, tables = how.plan, tabulated.tables
    results = results_of(tables, plan, origin_of(tabulated.fingerprints, plan))
    results = replace(results, contributions=tabulated.contributions, marks=how.marks)
    asked = _Asked(tabulated.not_asked)
    publication = Publication(
        how.release, how.series, (how.series,), {division.name: division.groups for division in how.divisions}
    )
    published = publish(asked.only(results), how.policy, ledger, publication=publication)
    protected = asked.told(_without_few_units(published.results, of_few_units(results.figures)), results)
    grown, areas = published.ledger, dict[Cell, ProtectedFigure]()
    for division in how.divisions:
        figures = area_figures(tables, plan, division)
        shown = {item for item, divisions in published.groups.items() if division.name in divisions}
        of_division = {
            cell: _NOT_ASKED
            if all(asked.never(cell, unit) for unit in division.areas[cell.unit])
            else _area_figure(it, how.policy, known=cell.item in shown)
            for cell, it in figures.items()
        }
        grown = _with_areas(grown, division, of_division, how.series)
        areas |= of_division
    of_areas = replace(protected, figures=areas, comparisons={}, respondents={}, populations={})
    return ReleaseResults(
        protected=_within_limits(protected, plan),
        areas=_within_limits(round_results(of_areas, how.policy.rounding) if how.policy.rounding else of_areas, plan),
        bands=bands_of(tables, plan, protected.figures),
        ledger=grown,
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was asked where. `not_asked`: by municipality the questions and scores that none of its questionnaires held."""

    not_asked: Mapping[str, frozenset[str]]

    def never(self, cell: Cell, unit: str) -> bool:
        """Return whether the question of a cell, or that of its breakdown, was never asked in a municipality."""
        unasked = self.not_asked.get(unit, frozenset())
        return cell.item in unasked or cell.breakdown in unasked

    def only(self, results: Results) -> Results:
        """Return the results without the figures that nobody could have an answer to: readers know that these are nobody's."""
        figures = {cell: it for cell, it in results.figures.items() if not self.never(cell, cell.unit)}
        comparisons = {
            pair: it for pair, it in results.comparisons.items() if not self.never(pair.cell, pair.cell.unit)
        }
        return replace(results, figures=figures, comparisons=comparisons)

    def told(self, protected: ProtectedResults, results: Results) -> ProtectedResults:
        """Return protected results with the same cells as all results, and the reason where the question was never asked."""
        figures = {cell: protected.figures.get(cell, _NOT_ASKED) for cell in results.figures}
        comparisons = {pair: protected.comparisons.get(pair, _NOT_ASKED) for pair in results.comparisons}
        return replace(protected, figures=figures, comparisons=comparisons)


def _without_few_units(protected: ProtectedResults, few: frozenset[Cell]) -> ProtectedResults:
    """Return the results without the figures of all together that are those of a few units, and without what is compared with these.

    They were counted as shown by disclosure control, and stand so in the ledger: that hides rather too much than too little.
    """
    if not few:
        return protected

    def compared_with_few(pair: Pair) -> bool:
        return (pair.reference == TOTAL or not pair.cell.unit) and replace(pair.cell, unit="") in few

    figures: dict[Cell, ProtectedFigure] = {
        cell: NotEstimable(_FEW_UNITS, it.respondents) if cell in few and isinstance(it, Estimate) else it
        for cell, it in protected.figures.items()
    }
    comparisons: dict[Pair, ProtectedComparison] = {
        pair: NotEstimable(_FEW_UNITS, it.respondents) if isinstance(it, Comparison) and compared_with_few(pair) else it
        for pair, it in protected.comparisons.items()
    }
    return replace(protected, figures=figures, comparisons=comparisons)


def _within_limits(protected: ProtectedResults, plan: AnalysisPlan) -> ProtectedResults:
    """Return the results with no interval beyond what its measure can be: a score of 98 of few people does not reach up to 105."""
    return replace(
        protected, figures={cell: _limited(it, *_limits(cell, plan)) for cell, it in protected.figures.items()}
    )


def _limited(figure: ProtectedFigure, lowest: float, highest: float) -> ProtectedFigure:
    if not isinstance(figure, Estimate) or (lowest <= figure.interval.low and figure.interval.high <= highest):
        return figure
    return replace(figure, interval=Interval(max(lowest, figure.interval.low), min(highest, figure.interval.high)))


def _limits(cell: Cell, plan: AnalysisPlan) -> tuple[float, float]:
    """Return the lowest and the highest that a figure can be."""
    item = plan.items.get(cell.item)
    if cell.measure is Measure.MEAN and isinstance(item, ScaleItem):
        values = [code.value for code in item.codes.values() if code.value is not None]
        return min(values), max(values)
    if cell.measure is Measure.MEAN and isinstance(item, NumberItem):
        return -inf if item.minimum is None else item.minimum, inf if item.maximum is None else item.maximum
    return LIMITS.get(cell.measure) or (-inf, inf)


def _area_figure(figure: Figure, policy: DisclosurePolicy, *, known: bool) -> ProtectedFigure:
    few = figure.respondents < policy.floor
    # First what says nothing of how many people answered.
    if isinstance(figure, NotEstimable) and figure.reason == _FEW_UNITS:
        return NotEstimable(_FEW_UNITS, 0 if few else figure.respondents)
    if few:
        return Suppressed("fewer_than_floor")
    return figure if known or isinstance(figure, NotEstimable) else Suppressed("complement")


def _with_areas(ledger: Ledger, division: Division, figures: Mapping[Cell, ProtectedFigure], series: str) -> Ledger:
    shown = sorted({(cell.item, cell.unit) for cell, figure in figures.items() if isinstance(figure, Estimate)})
    groups: Sequence[Granted] = [
        Granted(item=item, series=series, waves=(series,), units=division.areas[area], breakdown="", levels=())
        for item, area in shown
    ]
    return Ledger(releases=ledger.releases, groups=(*ledger.groups, *groups))
