"""Complementary suppression: which further cells must be hidden so that no small cell follows by subtraction.

A table has areas as rows (row 0 is all areas together) and the levels of one breakdown as columns. Every row adds up to
its total and every column to row 0. Draw rows and columns as points and each hidden cell as a line between its row and
its column: a hidden cell can be computed exactly when its line is a bridge, that is, lies on no circle.
Source: Gusfield (1988), A graph theoretic approach to statistical data security, SIAM J. Comput. 17, 552–571.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

_Counts: TypeAlias = NDArray[np.int64]
_Mask: TypeAlias = NDArray[np.bool_]
# Each cell of a circle costs a little, so that the shortest of equal circles wins.
_STEP = 1e-3


def hide_units(
    counts: Mapping[str, int], total: int, floor: int, hidden: frozenset[str] = frozenset()
) -> frozenset[str]:
    """Return the units to hide: all under the floor, and the smallest others until subtraction reveals none.

    Counts are respondents. What stays hidden holds at least two units and at least `floor` respondents together.

    >>> sorted(hide_units({"a": 4, "b": 30, "c": 20}, total=54, floor=10))
    ['a', 'c']
    """
    if total < floor:
        return frozenset(counts)
    chosen = set(hidden) | {unit for unit, count in counts.items() if count < floor}
    rest = max(total - sum(counts.values()), 0)  # respondents of no shown unit: never published
    while True:
        unknown = [counts[unit] for unit in chosen if counts.get(unit, 0) > 0] + [rest] * (rest > 0)
        shown = sorted((count, unit) for unit, count in counts.items() if unit not in chosen)
        safe = not unknown or (len(unknown) > 1 and sum(unknown) >= floor)
        if safe or not shown:
            return frozenset(chosen)
        chosen.add(shown[0][1])


def hide_cells(counts: _Counts, totals: _Counts, hidden: _Mask, hidden_totals: _Mask, *, floor: int) -> _Mask:
    """Return which cells of areas (rows; row 0 is all together) by levels (columns) to hide, `hidden` among them.

    `totals` are the respondents of each row over all levels; `hidden_totals` says which of these nobody sees, and with
    them the whole row. Levels do not overlap: of levels that do (several kinds of support) each is a table of its own.

    >>> counts = np.array([[40, 60], [5, 25], [35, 35]])
    >>> hide_cells(counts, counts.sum(axis=1), counts < 10, np.zeros(3, dtype=bool), floor=10)
    array([[False, False],
           [ True,  True],
           [ True,  True]])
    """
    table = _Table(counts, totals, hidden_totals, floor)
    table.hidden |= hidden
    while table.hide_small_sums() or table.hide_bridges():
        pass
    return table.hidden


class _Table:
    """The table with what stays unpublished: a column of people without a level, a row of people without a unit."""

    def __init__(self, counts: _Counts, totals: _Counts, hidden_totals: _Mask, floor: int) -> None:
        rows, levels = counts.shape
        self._rows, self._levels, self._floor, self._totals = rows, levels, floor, totals
        self.hidden: _Mask = (counts < floor) | hidden_totals[:, None]
        self._total_hidden = hidden_totals
        unplaced = totals - counts.sum(axis=1)
        rest = counts[0] - counts[1:].sum(axis=0)
        # One respondent stands for "unknown": only whether a cell is empty matters in these margins.
        self._size = np.zeros((rows + 1, levels + 2), dtype=np.int64)
        self._size[:rows, :levels] = counts
        self._size[rows, :levels] = np.where(rest < 0, 1, rest)
        self._size[:rows, levels] = np.maximum(unplaced, 0)
        self._size[:rows, levels + 1] = totals
        self._size[rows, levels] = max(unplaced[0] - unplaced[1:].sum(), 0)
        self._open = self._size > 0
        self._open = self._unknown(np.ones_like(self.hidden))
        for row, level in bridges(self._open):
            self._open[row, level] = False  # follows from the totals, even when everything else is hidden

    def _unknown(self, hidden: _Mask) -> _Mask:
        """Return what a reader does not know; nobody publishes the margins, and nobody needs to learn an empty cell."""
        unknown = np.zeros(self._size.shape, dtype=np.bool_)
        unknown[: self._rows, : self._levels] = hidden
        unknown[self._rows, : self._levels] = True
        unknown[:, self._levels] = True
        unknown[: self._rows, self._levels + 1] = self._total_hidden
        return unknown & self._open

    def hide_small_sums(self) -> bool:
        """Hide further cells where the hidden ones of a row or column together are fewer than the floor."""
        before = int(self.hidden.sum())
        for row in np.flatnonzero(~self._total_hidden).tolist():
            self._hide_smallest((row, slice(0, self._levels + 1)), self.hidden[row])
        for level in np.flatnonzero(~self.hidden[0]).tolist():
            enough = self._hide_smallest((slice(1, None), level), self.hidden[1:, level])
            self.hidden[0, level] |= not enough
        return int(self.hidden.sum()) > before

    def _hide_smallest(self, line: tuple[int | slice, int | slice], hidden: _Mask) -> bool:
        """Hide (in the view `hidden`) the smallest cells of a line until what is unknown holds the floor, if it can."""
        sizes = self._size[line]
        together = int(sizes[self._unknown(self.hidden)[line]].sum())
        choice = np.flatnonzero(~hidden & self._open[line][: hidden.size])
        for cell in choice[np.argsort(sizes[choice], kind="stable")]:
            if together == 0 or together >= self._floor:
                break
            hidden[cell] = True
            together += int(sizes[cell])
        return together == 0 or together >= self._floor

    def hide_bridges(self) -> bool:
        """Close a circle of hidden cells through each one that can be computed, over the fewest respondents.

        Hidden areas are joined with each other first: their totals then move together in every breakdown alike.
        """
        before = int(self.hidden.sum())
        first, *others = np.flatnonzero(self._total_hidden & (self._totals > 0)).tolist() or [0]
        for row in others:
            cost = self._cost()
            cost[:, self._levels + 1] = np.inf
            self._hide_way(cost, first, row)
        for row, level in bridges(self._unknown(self.hidden)):
            if row < self._rows and level < self._levels:
                cost = self._cost()
                cost[row, level] = np.inf
                self._hide_way(cost, row, cost.shape[0] + level)
        return int(self.hidden.sum()) > before

    def _cost(self) -> NDArray[np.float64]:
        """Return the people that are lost by hiding each cell; totals of shown areas and margins are not ours to hide."""
        unknown = self._unknown(self.hidden)
        cost = np.where(unknown, 0.0, self._size) + _STEP
        cost[~self._open] = np.inf
        cost[:, self._levels :][~unknown[:, self._levels :]] = np.inf
        return cost

    def _hide_way(self, cost: NDArray[np.float64], start: int, goal: int) -> None:
        """Hide the cells on the cheapest way from a row to a goal: a row, or (counted on behind the rows) a column."""
        to_row, to_column = _distances(cost, start)
        assert np.isfinite(np.concatenate([to_row, to_column])[goal]), "what can be protected lies on a circle"
        while goal != start:
            if goal < cost.shape[0]:
                cell = (goal, int(np.argmin(to_column + cost[goal])))
                goal = cost.shape[0] + cell[1]
            else:
                cell = (int(np.argmin(to_row + cost[:, goal - cost.shape[0]])), goal - cost.shape[0])
                goal = cell[0]
            if cell[0] < self._rows and cell[1] < self._levels:
                self.hidden[cell] = True


def _distances(cost: NDArray[np.float64], start: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the cost of the cheapest way from one row to every row and every column."""
    to_row = np.full(cost.shape[0], np.inf)
    to_row[start] = 0.0
    while True:
        to_column = (to_row[:, None] + cost).min(axis=0)
        shorter = np.minimum(to_row, (to_column[None, :] + cost).min(axis=1))
        if np.array_equal(shorter, to_row):
            return to_row, to_column
        to_row = shorter


def bridges(edges: _Mask) -> list[tuple[int, int]]:
    """Return the lines (row, column) that lie on no circle; `edges` says which row and column are joined.

    >>> bridges(np.array([[True, True, False], [True, True, True]]))
    [(1, 2)]
    """
    rows = edges.shape[0]
    neighbours: list[list[int]] = [[] for _ in range(sum(edges.shape))]
    for row, column in zip(*(index.tolist() for index in np.nonzero(edges)), strict=True):
        neighbours[row].append(rows + column)
        neighbours[rows + column].append(row)
    order = [0] * len(neighbours)
    low = [0] * len(neighbours)
    found: list[tuple[int, int]] = []
    for start in range(rows):
        if not order[start]:
            _search(start, neighbours, order, low, found)
    return sorted((min(a, b), max(a, b) - rows) for a, b in found)


def _search(
    start: int, neighbours: list[list[int]], order: list[int], low: list[int], found: list[tuple[int, int]]
) -> None:
    """Walk depth first; a line is a bridge when nothing below it reaches as high as its upper end (Tarjan 1974)."""
    order[start] = low[start] = max(order) + 1
    stack = [(start, -1, iter(neighbours[start]))]
    while stack:
        point, above, following = stack[-1]
        step = next(following, None)
        if step is None:
            stack.pop()
            if above >= 0:
                low[above] = min(low[above], low[point])
                if low[point] > order[above]:
                    found.append((above, point))
        elif not order[step]:
            order[step] = low[step] = order[point] + 1
            stack.append((step, point, iter(neighbours[step])))
        elif step != above:
            low[point] = min(low[point], order[step])
