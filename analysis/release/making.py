"""Making what a release publishes: figures, areas, comparisons and bands in one pass of disclosure control, with the ledger after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from analysis.disclosure import Publication, publish
from analysis.disclosure.ledger import Granted, Ledger
from analysis.disclosure.rounding import round_results
from analysis.engine import results_of
from analysis.origin import origin_of
from analysis.partitions import Tabulated
from analysis.plan import AnalysisPlan
from analysis.policy import DisclosurePolicy
from analysis.release.areas import Division, area_figures
from analysis.release.bands import bands_of
from analysis.results import (
    Cell,
    Estimate,
    Figure,
    Mark,
    NotEstimable,
    ProtectedFigure,
    ProtectedResults,
    Suppressed,
)
from analysis.units.banding import Band, NotBanded


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


def make_release(tabulated: Tabulated, how: ReleasePlan, ledger: Ledger) -> ReleaseResults:
    """Return what is published of the tables of all units, next to everything that the ledger knows of.

    Groups of units whose sums are published stand in the ledger afterwards, so that later questions are compared with them.
    """
    plan, tables = how.plan, tabulated.tables
    results = results_of(tables, plan, origin_of(tabulated.fingerprints, plan))
    results = replace(results, contributions=tabulated.contributions, marks=how.marks)
    publication = Publication(
        how.release, how.series, (how.series,), {division.name: division.groups for division in how.divisions}
    )
    published = publish(results, how.policy, ledger, publication=publication)
    grown, areas = published.ledger, dict[Cell, ProtectedFigure]()
    for division in how.divisions:
        figures = area_figures(tables, plan, division)
        shown = {item for item, divisions in published.groups.items() if division.name in divisions}
        protected = {cell: _area_figure(it, how.policy, known=cell.item in shown) for cell, it in figures.items()}
        grown = _with_areas(grown, division, protected, how.series)
        areas |= protected
    of_areas = replace(published.results, figures=areas, comparisons={}, respondents={}, populations={})
    return ReleaseResults(
        protected=published.results,
        areas=round_results(of_areas, how.policy.rounding) if how.policy.rounding else of_areas,
        bands=bands_of(tables, plan, published.results.figures),
        ledger=grown,
    )


def _area_figure(figure: Figure, policy: DisclosurePolicy, *, known: bool) -> ProtectedFigure:
    if figure.respondents < policy.floor:
        return Suppressed("fewer_than_floor")
    return figure if known or isinstance(figure, NotEstimable) else Suppressed("complement")


def _with_areas(ledger: Ledger, division: Division, figures: Mapping[Cell, ProtectedFigure], series: str) -> Ledger:
    shown = sorted({(cell.item, cell.unit) for cell, figure in figures.items() if isinstance(figure, Estimate)})
    groups: Sequence[Granted] = [
        Granted(item=item, series=series, waves=(series,), units=division.areas[area], breakdown="", levels=())
        for item, area in shown
    ]
    return Ledger(releases=ledger.releases, groups=(*ledger.groups, *groups))
