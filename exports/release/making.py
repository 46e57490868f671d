"""Making the cube of a release: protected results become rows, with the codes of areas and the reason where there is no figure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from analysis.release.making import ReleaseResults
from analysis.results import (
    TOTAL,
    Cell,
    Comparison,
    Estimate,
    NotEstimable,
    ProtectedComparison,
    ProtectedFigure,
)
from analysis.units.banding import Band, NotBanded
from exports.comparability import BREAK_FLAG, POOLED_FLAG
from exports.release.cube import COLUMNS, COUNTS, NUMBERS, Cube, table_of
from exports.release.facts import NATION, AreaType, ReleaseFacts

_EMPTY: Final[Mapping[str, Any]] = {name: None if name in NUMBERS or name in COUNTS else "" for name in COLUMNS}


def make_cube(results: ReleaseResults, facts: ReleaseFacts) -> Cube:
    """Return all figures of a release as a cube. Questions that no indicator of the facts names are left out."""
    columns: dict[str, list[Any]] = {name: [] for name in COLUMNS}
    for row in _rows(results, _Reading(facts)):
        for name, value in row.items():
            columns[name].append(value)
    return Cube(facts, table_of(columns))


def _rows(results: ReleaseResults, reading: _Reading) -> Iterable[dict[str, Any]]:
    with_all = {pair.cell: it for pair, it in results.protected.comparisons.items() if pair.reference == TOTAL}
    for cell, figure in results.protected.figures.items():
        if cell.item in reading.versions:
            yield reading.row(cell, figure) | _comparison(with_all.get(cell)) | _band(results.bands.get(cell))
    yield from (
        reading.row(cell, figure) for cell, figure in results.areas.figures.items() if cell.item in reading.versions
    )


class _Reading:
    """What a row says of its place, from the facts of the release."""

    def __init__(self, facts: ReleaseFacts) -> None:
        self._same = {**_EMPTY, "release": facts.release, "edition": facts.edition, "period": facts.period}
        self._same["population"] = facts.population
        self._kinds = {area.area: area.kind.value for area in facts.areas} | {NATION: AreaType.NATION.value}
        self.versions = {one.indicator: one.version for one in facts.indicators}
        self._flags = {
            one.indicator: {POOLED_FLAG if mark.pooled else BREAK_FLAG for mark in one.breaks}
            for one in facts.indicators
        }

    def row(self, cell: Cell, figure: ProtectedFigure) -> dict[str, Any]:
        """Return the row of a figure, without what it is compared with."""
        area = cell.unit or NATION
        flags = {flag.value for flag in figure.flags} if isinstance(figure, Estimate) else set[str]()
        return {
            **self._same,
            "area": area,
            "area_type": self._kinds[area],
            "indicator": cell.item,
            "indicator_version": self.versions[cell.item],
            "breakdown": cell.breakdown,
            "level": cell.level,
            "category": cell.category,
            "measure": cell.measure.value,
            "flags": " ".join(sorted(flags | self._flags[cell.item])),
            **_figure(figure),
        }


def _figure(figure: ProtectedFigure) -> dict[str, Any]:
    if not isinstance(figure, Estimate):
        return {"suppression": figure.reason}
    return {
        "value": figure.value,
        "se": figure.se,
        "lower": figure.interval.low,
        "upper": figure.interval.high,
        "n": figure.respondents,
        "effective_n": figure.effective_n,
        "population_size": figure.population,
        "df": figure.df,
        "method": figure.method.value,
        "inference": figure.inference.value,
    }


def _comparison(comparison: ProtectedComparison | None) -> dict[str, Any]:
    if comparison is None:
        return {}
    if not isinstance(comparison, Comparison):
        return {"reference": NATION, "difference_note": comparison.reason}
    return {
        "reference": NATION,
        "difference": comparison.difference,
        "difference_lower": comparison.interval.low,
        "difference_upper": comparison.interval.high,
        "p_adjusted": comparison.p_adjusted,
        "relevant": "yes" if comparison.relevant else "no",
    }


def _band(band: Band | NotBanded | NotEstimable | None) -> dict[str, Any]:
    if band is None:
        return {}
    if isinstance(band, Band):
        return {"band": band.name.lower()}
    return {"band": band.reason if isinstance(band, NotEstimable) else band.value}
