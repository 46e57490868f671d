"""Disclosure control: the only way from results to something that may be shown.

A figure over fewer respondents than the floor is hidden, and so is every figure that gives it away by subtraction:
units from all units together, levels of a breakdown from everyone. All measures of an item in one place go together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TypeAlias

import numpy as np

from analysis.policy import DisclosurePolicy
from analysis.results import (
    Cell,
    Comparison,
    Measure,
    NotEstimable,
    ProtectedComparison,
    ProtectedFigure,
    ProtectedResults,
    Results,
    Suppressed,
)
from analysis.suppression import hide_cells, hide_units

# Unit, breakdown and level: where figures of one item stand.
_Place: TypeAlias = tuple[str, str, str]
_Counts: TypeAlias = dict[_Place, int]

_FEW = Suppressed("fewer_than_floor")
_COMPLEMENT = Suppressed("complement")


def protect(results: Results, policy: DisclosurePolicy = DisclosurePolicy()) -> ProtectedResults:  # noqa: B008 - frozen
    """Return the results with every figure hidden that rests on, or reveals, fewer respondents than the floor.

    Hidden is a `Suppressed` with its reason: `fewer_than_floor`, or `complement` when the figure itself is large enough
    but would give a smaller one away. Keys stay the same. Respondents are unweighted counts of valid answers.
    Source: Hundepool et al. (2012), Statistical Disclosure Control, ch. 4 (threshold rule, secondary suppression).
    """
    units = {unit: count for unit, count in results.respondents.items() if unit}
    everyone = results.respondents.get("", sum(units.values()))
    hidden_units = hide_units(units, everyone, policy.floor)
    hidden = {
        item: _hide(by_measure, hidden_units, policy.floor) for item, by_measure in _counts(results.figures).items()
    }
    return ProtectedResults(
        figures={cell: _figure(cell, figure, hidden, policy) for cell, figure in results.figures.items()},
        comparisons={pair: _comparison(pair.cell, it, hidden, policy) for pair, it in results.comparisons.items()},
        respondents={unit: _respondents(unit, n, hidden_units, policy) for unit, n in results.respondents.items()},
        populations=dict(results.populations),
        policy=policy,
        marks=results.marks,
        origin=results.origin,
    )


def _place(cell: Cell) -> _Place:
    return cell.unit, cell.breakdown, cell.level


def _counts(figures: Mapping[Cell, ProtectedFigure]) -> dict[str, list[_Counts]]:
    """Return the respondents of every item by place, once a measure: a score may have fewer than a share."""
    found: dict[str, dict[Measure, _Counts]] = defaultdict(lambda: defaultdict(dict))
    for cell, figure in figures.items():
        assert not isinstance(figure, Suppressed)
        counts = found[cell.item][cell.measure]
        counts[_place(cell)] = min(figure.respondents, counts.get(_place(cell), figure.respondents))
    return {item: list(by_measure.values()) for item, by_measure in found.items()}


def _hide(by_measure: list[_Counts], hidden_units: frozenset[str], floor: int) -> frozenset[_Place]:
    """Return the places of one item to hide; repeated until what one measure hides is also safe for the others."""
    hidden: set[_Place] = set()
    before = -1
    while before < len(hidden):
        before = len(hidden)
        for counts in by_measure:
            units = hidden_units | {unit for unit, breakdown, _ in hidden if not breakdown}
            hidden |= _hide_measure(counts, frozenset(units), frozenset(hidden), floor)
    return frozenset(hidden)


def _hide_measure(counts: _Counts, units: frozenset[str], hidden: frozenset[_Place], floor: int) -> frozenset[_Place]:
    totals = {unit: n for (unit, breakdown, _), n in counts.items() if not breakdown}
    everyone = totals.get("", sum(totals.values()))
    inner = {unit: n for unit, n in totals.items() if unit}
    hidden_units = hide_units(inner, everyone, floor, units) | ({""} if everyone < floor else frozenset())
    # A unit that is hidden is hidden in every breakdown as well.
    found = hidden | {place for place, n in counts.items() if place[0] in hidden_units or n < floor}
    for breakdown in sorted({breakdown for _, breakdown, _ in counts if breakdown}):
        found |= _hide_breakdown(counts, breakdown, found, floor)
    return frozenset(found)


def _hide_breakdown(counts: _Counts, breakdown: str, hidden: frozenset[_Place], floor: int) -> frozenset[_Place]:
    levels = list(dict.fromkeys(level for _, name, level in counts if name == breakdown))
    units = ["", *dict.fromkeys(unit for unit, name, _ in counts if unit and name == breakdown)]
    table = np.array([[counts.get((unit, breakdown, level), 0) for level in levels] for unit in units], dtype=np.int64)
    totals = [counts.get((unit, "", ""), int(row.sum())) for unit, row in zip(units, table, strict=True)]
    mask = [[(unit, breakdown, level) in hidden for level in levels] for unit in units]
    result = hide_cells(
        table,
        np.array(totals, dtype=np.int64),
        np.array(mask, dtype=np.bool_),
        np.array([(unit, "", "") in hidden for unit in units], dtype=np.bool_),
        floor=floor,
    )
    return frozenset((units[row], breakdown, levels[level]) for row, level in np.argwhere(result))


def _figure(
    cell: Cell, figure: ProtectedFigure, hidden: Mapping[str, frozenset[_Place]], policy: DisclosurePolicy
) -> ProtectedFigure:
    if isinstance(figure, Suppressed) or figure.respondents < policy.floor:
        return _FEW
    return _COMPLEMENT if _place(cell) in hidden[cell.item] else figure


def _comparison(
    cell: Cell, comparison: Comparison | NotEstimable, hidden: Mapping[str, frozenset[_Place]], policy: DisclosurePolicy
) -> ProtectedComparison:
    if comparison.respondents < policy.floor:
        return _FEW
    places: Iterable[_Place] = (_place(cell), ("", cell.breakdown, cell.level))
    if any(place in hidden.get(cell.item, frozenset()) for place in places):
        return _COMPLEMENT
    if isinstance(comparison, Comparison) and _rest(comparison) < policy.floor:
        return _COMPLEMENT
    return comparison


def _rest(comparison: Comparison) -> int:
    return comparison.reference_respondents - comparison.respondents


def _respondents(unit: str, count: int, hidden_units: frozenset[str], policy: DisclosurePolicy) -> int | Suppressed:
    if count < policy.floor:
        return _FEW
    return _COMPLEMENT if unit in hidden_units else count
