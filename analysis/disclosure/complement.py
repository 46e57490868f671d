"""Complementary suppression: which further places are hidden until nobody can compute what must stay unknown.

First the graph of each table: cells that follow exactly from others. Then the audit: for every sensitive number the width
of the interval that a reader can compute, by circles or else by linear programming. Where that is too narrow, the circle
that costs the fewest respondents is hidden as well.
Source: Cox (1995), Network models for complementary cell suppression, JASA 90, 1453-1462.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.disclosure.circles import Moves, circle_ways
from analysis.disclosure.sheets import ROUNDING, Floats, Mask
from analysis.disclosure.suppression import hide_cells, hide_units
from analysis.disclosure.targets import Target, Watched


def hide_complements(watched: Sequence[Watched], mask: Mask) -> None:
    """Hide in the mask whatever is needed, over all sheets of an item, until every target is wide enough.

    >>> from analysis.disclosure.before import NOTHING_BEFORE
    >>> from analysis.disclosure.sheets import grid_of
    >>> from analysis.disclosure.watching import Asked, watch_respondents
    >>> from analysis.policy import DisclosurePolicy
    >>> answers = {("", "", ""): (54.0,), ("GM1", "", ""): (4.0,), ("GM2", "", ""): (30.0,), ("GM3", "", ""): (20.0,)}
    >>> grid, asked = grid_of([answers], {}), Asked(frozenset(), {}, {})
    >>> mask = grid.mask([("GM1", "", "")])
    >>> hide_complements(watch_respondents([answers], grid, DisclosurePolicy(), asked, NOTHING_BEFORE), mask)
    >>> sorted(unit for unit, _, _ in mask.places())  # the 4 of GM1 are no longer 54 − 30 − 20
    ['GM1', 'GM3']
    """
    targets = [target for it in watched for target in it.targets()]
    safe: set[int] = set()
    before = -1
    while before < mask.size():
        before = mask.size()
        for it in watched:
            _hide_rows(it, mask)
            if it.current:
                _hide_by_graph(it, mask)
        for number, target in enumerate(targets):
            # What is safe stays safe when more is hidden.
            if number not in safe:
                _protect_target(target, mask)
                safe.add(number)


def _hide_rows(it: Watched, mask: Mask) -> None:
    """Hide further units until no small one can be computed from all together or from a reference group."""
    for row in it.sensitive_rows():
        while not it.row_is_wide(row, mask):
            other = _cheapest_row(it, row, mask)
            if other is not None:
                mask.hide_rows((row, other) if row < mask.totals.size else (other,))
            elif not mask.drop_group(row):
                if mask.totals[0]:
                    break  # an earlier edition left no more room than this
                mask.hide_rows((0,))


def _cheapest_row(it: Watched, row: int, mask: Mask) -> int | None:
    """Return the smallest unit that is not hidden yet and against which a unit can move far enough, or else at all."""
    shown = np.append(~mask.totals, False) & mask.alike(row)
    shown[0] = False
    people = it.sheet.counts()
    for enough in (it.width - ROUNDING, ROUNDING):
        for layer in it.layers:
            within = shown if layer.within is None else shown & np.append(layer.within.totals, False)
            choice = np.flatnonzero(within & (it.row_widths(row, layer) >= enough))
            if choice.size and not layer.fixed:
                return int(choice[np.argmin(people[choice])])
    return None


def _hide_by_graph(it: Watched, mask: Mask) -> None:
    counts = np.rint(it.sheet.counts()).astype(np.int64)
    units = {str(row): int(n) for row, n in enumerate(counts) if row}
    hidden = frozenset(str(row) for row in np.flatnonzero(mask.totals) if row)
    if units and not mask.totals[0]:
        mask.hide_rows(int(row) for row in hide_units(units, int(counts[0]), it.floor, hidden))
    for block in it.sheet.blocks:
        people = np.rint(block.sizes[:-1, :-1].sum(axis=2)).astype(np.int64)
        view = mask.cells[block.breakdown][:, block.columns]
        view |= hide_cells(people, counts, view, mask.totals, floor=it.floor)


def _protect_target(target: Target, mask: Mask) -> None:
    while not target.is_wide(mask):
        circle = _cheapest_circle(target, mask)
        if circle is not None:
            circle.hide(mask)
        elif not target.forced or target.is_audited(mask):
            return
        else:
            # No circle is left in this table: then its sums may not be known.
            before = mask.size()
            inside = target.row < mask.totals.size and not mask.totals[target.row]
            mask.hide_rows((target.row if inside else 0,))
            if mask.size() == before:
                return  # an earlier edition left no more room than this


@dataclass(frozen=True, slots=True, eq=False)
class _Circle:
    """Four corners that hide respondents (`cost`) and leave a number open by `width`."""

    cost: float
    width: float
    moves: Moves
    corners: tuple[tuple[int, int], ...]

    def hide(self, mask: Mask) -> None:
        cells = mask.cells[self.moves.block.breakdown][:, self.moves.block.columns]
        for row, column in self.corners:
            if row < cells.shape[0] and column < cells.shape[1]:
                cells[row, column] = True


def _cheapest_circle(target: Target, mask: Mask) -> _Circle | None:
    """Return the circle that hides the fewest further respondents among those that are wide enough.

    When none is wide enough, the widest one that is not hidden yet: several circles together may do. None: all is hidden.
    """
    found = [circle for it in target.moves if not it.fixed for circle in _circles(target, it, mask)]
    enough = [it for it in found if it.width >= target.width - ROUNDING]
    if enough:
        return min(enough, key=lambda it: it.cost)
    return max(found, key=lambda it: it.width, default=None)


def _circles(target: Target, moves: Moves, mask: Mask) -> Iterable[_Circle]:
    """Yield the cheapest circle that is wide enough, and the widest of those that hide anything."""
    row, column = target.row, target.column
    came, left = circle_ways(moves, row, column, target.answers)
    own = _cost(moves, mask)
    cost = own[row, column] + own + own[row] + own[:, column][:, None]
    widths = np.where(np.isfinite(cost) & (cost > 0), came + left, 0.0)
    for best in (
        np.argmin(np.where(widths >= target.width - ROUNDING, cost, np.inf)),
        np.argmax(widths),
    ):
        other, beside = divmod(int(best), cost.shape[1])
        if widths[other, beside] > ROUNDING:
            corners = ((row, column), (row, beside), (other, column), (other, beside))
            yield _Circle(float(cost[other, beside]), float(widths[other, beside]), moves, corners)


def _cost(moves: Moves, mask: Mask) -> Floats:
    """Return the respondents that are lost by hiding each cell: none where it is unknown, infinite where it cannot be."""
    people = moves.block.sizes.sum(axis=2)
    ours = np.zeros(people.shape, dtype=np.bool_)
    ours[:-1, :-1] = people[:-1, :-1] > 0
    if moves.within is not None:
        ours &= moves.within
    cost: Floats = np.where(moves.unknown(mask), 0.0, np.where(ours, people, np.inf))
    return cost
