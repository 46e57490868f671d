"""Telling: where a reader may know which of the hidden places are small, and which only protect these.

To know that one cell is under the floor, and that another is not, narrows both. So it is told only where every small
number stays wide enough with that knowledge; elsewhere all hidden places have the same reason.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analysis.disclosure.audit import Room
from analysis.disclosure.circles import transfer_ways
from analysis.disclosure.sheets import ROUNDING, Block, Mask
from analysis.disclosure.targets import Layer, Watched

# With more small cells than this, telling narrows one of them somewhere: not worth the search.
_TOO_MANY = 100


def told_apart(watched: Sequence[Watched], mask: Mask, floor: int) -> frozenset[str]:
    """Return the breakdowns ("": totals) in which the reasons may be told apart, but for the cells of hidden units."""
    cells = {name for name in mask.grid.levels if all(_cells_stay_wide(it, name, mask, floor) for it in watched)}
    rows = {""} if all(_rows_stay_wide(it, mask, floor) for it in watched) else set()
    return frozenset(cells | rows)


def _cells_stay_wide(it: Watched, breakdown: str, mask: Mask, floor: int) -> bool:
    targets = [
        target
        for target in it.targets()
        if target.block.breakdown == breakdown and (target.forced or target.is_wide(mask))
    ]
    if len(targets) > _TOO_MANY:
        return False
    return all(target.is_wide(mask, _room(target.block, mask, floor)) for target in targets)


def _room(block: Block, mask: Mask, floor: int) -> Room:
    """Return how far cells may rise and fall when readers know which are under the floor.

    Nobody tells it of margins, or of the cells of hidden units.
    """
    people = np.rint(block.sizes[:-1, :-1].sum(axis=2))
    told = ~mask.totals[:, None]
    few, many = told & (people < floor), told & (people >= floor)
    up, down = np.full(block.sizes.shape[:2], np.inf), np.full(block.sizes.shape[:2], np.inf)
    up[:-1, :-1][few] = floor - 1 - people[few]
    down[:-1, :-1][many] = people[many] - floor
    return Room(up, down)


def _rows_stay_wide(it: Watched, mask: Mask, floor: int) -> bool:
    people = np.append(it.sheet.counts(), it.sheet.outside.sum())
    # Nobody tells anything of those without a unit.
    few, known = people < floor, np.arange(people.size) < people.size - 1
    up = np.minimum(np.where(few & known, floor - 1 - people, np.inf), it.layers[0].known_room(people.size))
    down = np.where(few | ~known, np.inf, people - floor)
    for row in (row for row in it.sensitive_rows() if not mask.is_loose(row)):
        come, leave = transfer_ways(it.sheet, row)
        come = np.clip(np.minimum(np.minimum(come, down), up[row]), 0.0, None)
        leave = np.clip(np.minimum(np.minimum(leave, up), down[row]), 0.0, None)
        partners = Layer(it.sheet).rows(mask) & mask.alike(row)
        if (come + leave)[partners].max(initial=0.0) < it.width - ROUNDING:
            return False
    return True
