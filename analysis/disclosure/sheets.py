"""Sheets: the respondents of one item by place, as arrays, with how they answered.

A place is a unit, a breakdown and a level. A block is one breakdown: a row for every unit (row 0 is all together, the
last row those without a unit), a column for every level, and a last column for those without a level. The last axis
holds the answers: how many gave each one. Who sees a figure and its number of respondents knows these numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from analysis.disclosure.places import Answers, Place

Floats: TypeAlias = NDArray[np.float64]
Bools: TypeAlias = NDArray[np.bool_]
# Sizes are numbers of respondents; what is smaller than this is rounding.
ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class Grid:
    """The places of an item: units ("" first: all together), the levels of each breakdown, groups of units.

    In an `overlapping` breakdown one respondent may be in several levels.
    """

    units: tuple[str, ...]
    levels: Mapping[str, tuple[str, ...]]
    groups: Mapping[str, tuple[frozenset[str], ...]]
    overlapping: frozenset[str]

    def mask(self, hidden: Iterable[Place] = ()) -> Mask:
        """Return a mask that hides these places."""
        rows = len(self.units)
        cells = {name: np.zeros((rows, len(levels)), dtype=np.bool_) for name, levels in self.levels.items()}
        groups = {
            name: [np.array([unit in units for unit in self.units]) for units in parts]
            for name, parts in self.groups.items()
        }
        mask = Mask(self, np.zeros(rows, dtype=np.bool_), cells, groups)
        for place in hidden:
            mask.hide(place)
        return mask


@dataclass(slots=True, eq=False)
class Mask:
    """What is hidden of an item; it only grows. `groups`: the units of each group whose sum is published, by reference."""

    grid: Grid
    totals: Bools
    cells: dict[str, Bools]
    groups: dict[str, list[Bools]]

    def hide(self, place: Place) -> None:
        """Hide a place; a place that is not on the grid has nothing to hide."""
        unit, breakdown, level = place
        if unit not in self.grid.units:
            return
        row = self.grid.units.index(unit)
        if not breakdown:
            self.hide_rows((row,))
        elif level in self.grid.levels.get(breakdown, ()):
            self.cells[breakdown][row, self.grid.levels[breakdown].index(level)] = True

    def hide_rows(self, rows: Iterable[int]) -> None:
        """Hide units in everything: whoever is hidden as a whole is hidden in every breakdown."""
        for row in rows:
            self.totals[row] = True
            for cells in self.cells.values():
                cells[row] = True

    def is_loose(self, row: int) -> bool:
        """Return whether a unit (or those without one) is in no published sum, so that only its own total tells of it."""
        grouped = any(part[row] for parts in self.groups.values() for part in parts if row < part.size)
        return bool(self.totals[0]) and not grouped

    def alike(self, row: int) -> Bools:
        """Return which rows are in the same published groups as a row; last stand those without a unit: in none."""
        same: Bools = np.ones(self.totals.size + 1, dtype=np.bool_)
        for part in (part for parts in self.groups.values() for part in parts):
            rows = np.append(part, False)
            same &= rows == rows[row]
        return same

    def drop_group(self, row: int) -> bool:
        """Publish one reference less, first one with this row in it; return whether there was one."""
        inside = [
            name for name, parts in self.groups.items() if row < self.totals.size and any(part[row] for part in parts)
        ]
        name = next(iter([*sorted(inside), *sorted(self.groups)]), None)
        if name is not None:
            del self.groups[name]
        return name is not None

    def places(self) -> frozenset[Place]:
        """Return all hidden places."""
        units, levels = self.grid.units, self.grid.levels
        wholes = {(units[row], "", "") for row in np.flatnonzero(self.totals)}
        cells = {
            (units[row], name, levels[name][level])
            for name, hidden in self.cells.items()
            for row, level in np.argwhere(hidden)
        }
        return frozenset(wholes | cells)

    def size(self) -> int:
        """Return how many places are hidden."""
        return int(self.totals.sum()) + sum(int(hidden.sum()) for hidden in self.cells.values())


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """One breakdown, or one level of a breakdown whose levels overlap: the others are then those without that level.

    `sizes` (row, column, answer); `columns` says which levels of the breakdown the columns are. `open_rows`: there are
    no units, so levels need not add up over rows.
    """

    breakdown: str
    columns: slice
    sizes: Floats
    open_rows: bool

    def unknown(self, mask: Mask) -> Bools:
        """Return what a reader does not know: hidden cells and the margins that nobody publishes, if anyone is there."""
        people = self.sizes.sum(axis=2) > 0
        hidden = np.ones(people.shape, dtype=np.bool_)
        hidden[:-1, :-1] = mask.cells[self.breakdown][:, self.columns]
        unknown: Bools = people & hidden
        return unknown


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """One way of counting the respondents of an item. `totals` (row, answer); `outside`: those of no unit (answer,)."""

    totals: Floats
    outside: Floats
    blocks: tuple[Block, ...]

    def counts(self) -> Floats:
        """Return the respondents of each row."""
        counts: Floats = self.totals.sum(axis=1)
        return counts


def grid_of(ways: Iterable[Answers], groups: Mapping[str, tuple[frozenset[str], ...]]) -> Grid:
    """Return the grid of all places, in their order."""
    units: dict[str, None] = {"": None}
    levels: dict[str, dict[str, None]] = {}
    overlapping: set[str] = set()
    for way in ways:
        placed: dict[tuple[str, str], float] = {}
        for (unit, breakdown, level), answers in way.items():
            units.setdefault(unit)
            if breakdown:
                levels.setdefault(breakdown, {}).setdefault(level)
                placed[unit, breakdown] = placed.get((unit, breakdown), 0.0) + sum(answers)
        # More in the levels together than there are: respondents can be in several.
        most = {unit: sum(way[unit, "", ""]) for unit in units if (unit, "", "") in way}
        overlapping |= {name for (unit, name), n in placed.items() if round(n) > round(most.get(unit, n))}
    return Grid(tuple(units), {name: tuple(found) for name, found in levels.items()}, groups, frozenset(overlapping))


def sheet_of(answers: Answers, grid: Grid) -> Sheet:
    """Return the sheet of answers on a grid; a place without answers has nobody."""
    width = max(len(it) for it in answers.values())
    none = (0.0,) * width
    totals: Floats = np.array([answers.get((unit, "", ""), none) for unit in grid.units])
    blocks: list[Block] = []
    for name, levels in grid.levels.items():
        cells = np.array([[answers.get((unit, name, level), none) for level in levels] for unit in grid.units])
        missing = [row for row, unit in enumerate(grid.units) if (unit, "", "") not in answers]
        totals[missing] = np.maximum(totals[missing], cells[missing].sum(axis=1))
        blocks.extend(_blocks(name, cells, totals, overlapping=name in grid.overlapping))
    if ("", "", "") not in answers and len(grid.units) > 1:
        totals[0] = totals[1:].sum(axis=0)
    outside = _rest(totals[0], totals[1:].sum(axis=0)) if len(grid.units) > 1 else np.zeros(width)
    return Sheet(totals, outside, tuple(blocks))


def _blocks(name: str, cells: Floats, totals: Floats, *, overlapping: bool) -> list[Block]:
    open_rows = cells.shape[0] == 1
    parts = [slice(k, k + 1) for k in range(cells.shape[1])] if overlapping else [slice(0, cells.shape[1])]
    return [Block(name, part, _with_margins(cells[:, part], totals, open_rows=open_rows), open_rows) for part in parts]


def _with_margins(cells: Floats, totals: Floats, *, open_rows: bool) -> Floats:
    rows, columns, width = cells.shape
    sizes: Floats = np.zeros((rows + 1, columns + 1, width))
    sizes[:-1, :-1] = cells
    sizes[:-1, -1] = _rest(totals, cells.sum(axis=1))
    sizes[-1] = np.inf if open_rows else _rest(sizes[0], sizes[1:-1].sum(axis=0))
    return sizes


def _rest(whole: Floats, parts: Floats) -> Floats:
    """Return who of the whole are in no part; with weights the answers need not add up, but the respondents do."""
    people = np.maximum(np.rint(whole.sum(axis=-1) - parts.sum(axis=-1)), 0.0)
    rest = np.maximum(whole - parts, 0.0)
    known = rest.sum(axis=-1)
    scale = np.divide(people, known, out=np.zeros_like(people), where=known > 0)
    result: Floats = rest * scale[..., None]
    return result
