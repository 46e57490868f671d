"""The tidy rows of a report: every cell that is asked for once, in a fixed order, with its labels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from analysis.results import Cell, Comparison, Estimate, Pair, ProtectedComparison, ProtectedFigure, ProtectedResults
from exports.report import FigureRow
from questionnaires.codebook import Codebook


@dataclass(frozen=True, slots=True)
class Labels:
    """What items, answer options and units are called. `options` is by item and code; unknown codes keep their code."""

    items: Mapping[str, str]
    options: Mapping[tuple[str, str], str]
    units: Mapping[str, str]

    def item(self, item: str) -> str:
        """Return the name of an item or composite."""
        return self.items.get(item, item)

    def option(self, item: str, code: str) -> str:
        """Return the words of an answer option."""
        return self.options.get((item, code), code)

    def unit(self, unit: str) -> str:
        """Return the name of a unit; empty for all units together."""
        return self.units.get(unit, unit)


def codebook_labels(codebook: Codebook, units: Mapping[str, str]) -> Labels:
    """Return the labels that a codebook holds."""
    items = {variable.item: variable.title for variable in codebook.variables}
    items |= {composite.composite: composite.title for composite in codebook.composites}
    options = {(it.item, code.code): code.label for it in codebook.variables for code in it.codes}
    options |= {(it.item, code.code): code.label for it in codebook.variables for code in it.missing}
    return Labels(items, options, units)


def figure_rows(
    results: ProtectedResults,
    labels: Labels,
    cells: Iterable[Cell],
    flags: Mapping[str, AbstractSet[str]] | None = None,
) -> tuple[FigureRow, ...]:
    """Return one row for each of the cells, sorted by cell. `flags` are those of all figures of an item."""
    rows = (_row(cell, results.figures[cell], results.comparisons.get(Pair(cell)), labels) for cell in sorted(cells))
    return tuple(_flagged(row, (flags or {}).get(row.item, frozenset())) for row in rows)


def _flagged(row: FigureRow, flags: AbstractSet[str]) -> FigureRow:
    return row.model_copy(update={"flags": " ".join(sorted({*row.flags.split(), *flags}))}) if flags else row


def _row(cell: Cell, figure: ProtectedFigure, comparison: ProtectedComparison | None, labels: Labels) -> FigureRow:
    place = {
        "area": cell.unit,
        "area_name": labels.unit(cell.unit),
        "measure": cell.measure.value,
        "item": cell.item,
        "item_label": labels.item(cell.item),
        "category": cell.category,
        "category_label": labels.option(cell.item, cell.category),
        "breakdown": cell.breakdown,
        "level": cell.level,
        "level_label": labels.option(cell.breakdown, cell.level),
    }
    return FigureRow.model_validate(place | _figure_fields(figure) | _comparison_fields(comparison))


def _figure_fields(figure: ProtectedFigure) -> dict[str, Any]:
    if not isinstance(figure, Estimate):
        return {"reason": figure.reason}
    return {
        "value": figure.value,
        "se": figure.se,
        "low": figure.interval.low,
        "high": figure.interval.high,
        "respondents": figure.respondents,
        "effective_n": figure.effective_n,
        "population": figure.population,
        "df": figure.df,
        "method": str(figure.method),
        "inference": str(figure.inference),
        "flags": " ".join(sorted(flag.value for flag in figure.flags)),
    }


def _comparison_fields(comparison: ProtectedComparison | None) -> dict[str, Any]:
    if comparison is None:
        return {}
    if not isinstance(comparison, Comparison):
        return {"difference_reason": comparison.reason}
    return {
        "difference": comparison.difference,
        "difference_low": comparison.interval.low,
        "difference_high": comparison.interval.high,
        "p_adjusted": comparison.p_adjusted,
    }
