"""Circles: moving respondents around without changing any published sum. What can move cannot be computed.

Take one respondent from a hidden cell to another in the same row, and one back in another row: every row and column
still adds up. How many can go round, in both directions together, is a lower bound on the width of the interval in
which a reader can place the hidden number. It proves most cells safe in a moment; linear programming solves the rest.
Source: Gusfield (1988), A graph theoretic approach to statistical data security, SIAM J. Comput. 17, 552-571.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from analysis.disclosure.sheets import ROUNDING, Block, Bools, Floats, Mask, Sheet


@dataclass(frozen=True, slots=True, eq=False)
class Moves:
    """Who may be moved: the respondents of a block.

    `places`: who may take their place, at most (with two editions: the late respondents for the early ones). `within`:
    where moving is possible at all, whatever is hidden now. `fixed`: hiding more does not help.
    """

    block: Block
    places: Block | None = None
    within: Bools | None = None
    fixed: bool = False

    def unknown(self, mask: Mask) -> Bools:
        """Return where respondents may be moved unseen."""
        if self.fixed:
            assert self.within is not None
            return self.within
        unknown = self.block.unknown(mask)
        return unknown if self.within is None else unknown & self.within

    def nothing_is_shown(self, row: int, mask: Mask) -> bool:
        """Return whether neither of a unit nor of all together anything is published, and nothing was before."""
        if not mask.totals[0] or (row < mask.totals.size and not mask.totals[row]):
            return False
        there = self.block.sizes[[0, row], :-1].sum(axis=2) > 0
        return self.within is None or not (there & ~self.within[[0, row], :-1]).any()


def circle_ways(moves: Moves, row: int, column: int, answers: Bools) -> tuple[Floats, Floats]:
    """Return how many respondents with these answers can come into a cell, and how many can leave it.

    Arrays (row, column): by way of the circle with that opposite corner. Row 0 is the sum of the others, so there a
    respondent comes along instead of changing places.

    >>> table = np.array([[30.0, 40], [10, 15], [20, 25]])
    >>> sizes = np.pad(table, ((0, 1), (0, 1)))[..., None]
    >>> block = Block("sex", slice(0, 2), sizes, open_rows=False)
    >>> came, left = circle_ways(Moves(block), 1, 0, np.array([True]))
    >>> float(came[2, 1]), float(left[2, 1])
    (15.0, 10.0)
    """
    leave = moves.block.sizes[..., answers]
    come = moves.places.sizes[..., answers] if moves.places else None
    together = np.zeros(leave.shape[0], dtype=np.bool_)
    if not moves.block.open_rows:
        together[...] = (np.arange(leave.shape[0]) == 0) != (row == 0)
    came, left = _ways(leave, come, row, column)
    if together.any():
        along = _ways_along(leave, come, row, column, together)
        came[together], left[together] = along
    for side in (came, left):
        side[row], side[:, column] = 0.0, 0.0
    return came, left


def several_circles(moves: Moves, unknown: Bools, place: tuple[int, int], answers: Bools, *, enough: float) -> float:
    """Return how far a cell can move by going round several circles of unknown cells, one after the other.

    It stops at `enough`. Each time the widest circle is taken; the order may miss some, so this is a lower bound too.

    >>> table = np.array([[30.0, 40], [10, 15], [20, 25]])
    >>> sizes = np.pad(table, ((0, 1), (0, 1)))[..., None]
    >>> block = Block("sex", slice(0, 2), sizes, open_rows=False)
    >>> unknown = np.array([[False] * 3, [True, True, False], [True, True, False], [False] * 3])
    >>> several_circles(Moves(block), unknown, (1, 0), np.array([True]), enough=30.0)  # as linear programming: 25
    25.0
    """
    row, column = place
    corners = unknown & unknown[row] & unknown[:, column][:, None]
    # Only rows and columns with a corner take part; row 0 stays first, because it is the sum of the others.
    rows = np.unique([0, row, *np.flatnonzero(corners.any(axis=1))])
    sizes = np.where(unknown[..., None], moves.block.sizes, 0.0)[rows][..., answers]
    local = (int(np.searchsorted(rows, row)), column)
    reached = 0.0
    for outward in (1.0, -1.0):
        reached += _go_round(replace(moves.block, sizes=sizes.copy()), corners[rows], local, outward, enough - reached)
        if reached >= enough:
            break
    return reached


def transfer_ways(sheet: Sheet, row: int, places: Sheet | None = None) -> tuple[Floats, Floats]:
    """Return how many respondents of each row can change places with those of a hidden unit: who come, and who leave.

    Everything about a hidden unit is hidden, so whole respondents may change between two of them: level by level, in
    every breakdown at once. `places` limits who may come, as in `Moves`. The last numbers are of those without a unit.
    The own row and row 0 have none.

    >>> sheet = Sheet(np.array([[54.0], [4.0], [30.0], [20.0]]), np.zeros(1), ())  # all together, and three units
    >>> come, leave = transfer_ways(sheet, 1)
    >>> come, leave  # with the third unit 20 may come and 4 may leave
    (array([ 0.,  0., 30., 20.,  0.]), array([0., 0., 4., 4., 0.]))
    """
    people = np.vstack([sheet.totals, sheet.outside])
    limits = np.full(people.shape, np.inf) if places is None else np.vstack([places.totals, places.outside])
    come, leave = np.minimum(people, limits[row]), np.minimum(people[row], limits)
    for number, block in enumerate(sheet.blocks):
        seen = block.sizes.sum(axis=2) > 0
        both = (seen & seen[row])[..., None]
        room = np.full(block.sizes.shape, np.inf) if places is None else places.blocks[number].sizes
        come = np.minimum(come, np.where(both, np.minimum(block.sizes, room[row]), 0.0).sum(axis=1))
        leave = np.minimum(leave, np.where(both, np.minimum(block.sizes[row], room), 0.0).sum(axis=1))
    come[[0, row]], leave[[0, row]] = 0.0, 0.0
    # Nobody can take the place of those who are not there.
    there = people.sum(axis=1) > 0
    return come.sum(axis=1), np.where(there, leave.sum(axis=1), 0.0)


def _ways(leave: Floats, come: Floats | None, row: int, column: int) -> tuple[Floats, Floats]:
    """Return the ways by circles in which the two corners of a diagonal gain what the two others lose."""
    came = np.minimum(leave[row][None], leave[:, column][:, None])
    left = np.minimum(leave[row, column], leave)
    if come is not None:
        came = np.minimum(came, np.minimum(come[row, column], come))
        left = np.minimum(left, np.minimum(come[row][None], come[:, column][:, None]))
    return came.sum(axis=2), left.sum(axis=2)


def _ways_along(leave: Floats, come: Floats | None, row: int, column: int, rows: Bools) -> tuple[Floats, Floats]:
    """Return the ways by circles between row 0 and another row, in which the two corners of a column move alike."""
    came = np.minimum(leave[row][None], leave[rows])
    left = np.broadcast_to(np.minimum(leave[row, column], leave[rows, column])[:, None], came.shape)
    if come is not None:
        came = np.minimum(came, np.minimum(come[row, column], come[rows, column])[:, None])
        left = np.minimum(left, np.minimum(come[row][None], come[rows]))
    return came.sum(axis=2), left.sum(axis=2)


def _go_round(block: Block, corners: Bools, place: tuple[int, int], outward: float, enough: float) -> float:
    """Return how many respondents came into a cell (`outward` 1) or left it (-1) by the widest circles; moves them."""
    row, column = place
    every = np.ones(block.sizes.shape[2], dtype=np.bool_)
    reached = 0.0
    for _ in range(_CIRCLES):
        ways = np.where(corners, circle_ways(Moves(block), row, column, every)[0 if outward > 0 else 1], 0.0)
        other, beside = divmod(int(np.argmax(ways)), ways.shape[1])
        if ways[other, beside] <= ROUNDING or reached >= enough:
            break
        along = not block.open_rows and (other == 0) != (row == 0)
        gain = [(row, column), (other, column) if along else (other, beside)]
        loss = [(row, beside), (other, beside) if along else (other, column)]
        up, down = (gain, loss) if outward > 0 else (loss, gain)
        step = np.minimum(block.sizes[down[0]], block.sizes[down[1]])
        for cell in up:
            block.sizes[cell] += step
        for cell in down:
            block.sizes[cell] -= step
        reached += float(step.sum())
    return reached


# More circles than this are the work of the linear programme.
_CIRCLES = 12
