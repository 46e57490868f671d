"""The audit: between which bounds a reader can place a hidden number, by linear programming.

The reader knows every published sum, and that nobody is counted less than zero times. Rows of units whose total is
published must keep it, and so must columns. Totals of hidden units are held at their true values, which gives a reader
more than he has. Constraints of this kind are totally unimodular: whole respondents give the same bounds as fractions.
Source: Fischetti & Salazar-González (2000), JASA 95, 916-928; Hundepool et al. (2012), section 4.3.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.disclosure.sheets import Block, Bools, Floats


@dataclass(frozen=True, slots=True, eq=False)
class Room:
    """How far the respondents of each cell may rise and fall by what readers are told of it: arrays (row, column)."""

    up: Floats
    down: Floats


def feasible_width(
    block: Block,
    unknown: Bools,
    target: tuple[int, int],
    answers: Bools,
    room: Room | None = None,
    *,
    enough: float = np.inf,
) -> float:
    """Return the width of the interval of a hidden number: its largest minus its smallest possible value, in respondents.

    Largest and smallest Σ_k (x_k + d_k) of the target over its `answers`, subject to A d = 0 and x + d ≥ 0. It stops at `enough`.

    >>> sizes = np.pad(np.array([[30.0, 40], [10, 15], [20, 25]]), ((0, 1), (0, 1)))[..., None]
    >>> block = Block("sex", slice(0, 2), sizes, open_rows=False)
    >>> unknown = np.array([[False] * 3, [True, True, False], [True, True, False], [False] * 3])
    >>> feasible_width(block, unknown, (1, 0), np.array([True]))
    25.0
    """
    cells = _connected(block, unknown, target)
    place = next(k for k, cell in enumerate(cells) if cell == target)
    if room is not None:
        return _solve(block, cells, place, np.flatnonzero(answers).tolist(), room)
    reached = 0.0
    # Without what ties the answers together, each answer is a small programme of its own.
    for answer in np.flatnonzero(answers).tolist():
        # Where nobody gave an answer, nobody can be moved.
        if any(block.sizes[cell][answer] for cell in cells):
            reached += _solve(block, cells, place, [answer], None, [answer])
        if reached >= enough:
            break
    return reached


def _connected(block: Block, unknown: Bools, target: tuple[int, int]) -> list[tuple[int, int]]:
    """Return the unknown cells that hang together with the target by shared rows and columns."""
    rows, columns = np.zeros(unknown.shape[0], dtype=np.bool_), np.zeros(unknown.shape[1], dtype=np.bool_)
    rows[target[0]] = True
    if block.open_rows:
        return [(target[0], int(column)) for column in np.flatnonzero(unknown[target[0]])]
    before = -1
    while before < rows.sum() + columns.sum():
        before = rows.sum() + columns.sum()
        columns |= unknown[rows].any(axis=0)
        rows |= unknown[:, columns].any(axis=1)
    return [(int(row), int(column)) for row, column in np.argwhere(unknown & rows[:, None] & columns)]


def _solve(
    block: Block,
    cells: Sequence[tuple[int, int]],
    place: int,
    counted: Sequence[int],
    room: Room | None,
    kinds: Sequence[int] | None = None,
) -> float:
    from scipy.optimize import linprog
    from scipy.sparse import block_diag

    where = np.array(cells, dtype=np.int64)
    kinds = range(block.sizes.shape[2]) if kinds is None else kinds
    sums = block_diag([_sums(block, where)] * len(kinds), format="csr")
    sizes = np.concatenate([block.sizes[where[:, 0], where[:, 1], kind] for kind in kinds])
    aim = np.zeros((len(kinds), len(cells)))
    aim[[position for position, kind in enumerate(kinds) if kind in counted], place] = 1.0
    limits = _limits(room, where, len(kinds)) if room else {}
    bounds = np.column_stack([-sizes, np.full(sizes.size, np.inf)])
    found = [
        linprog(sign * aim.ravel(), A_eq=sums, b_eq=np.zeros(sums.shape[0]), bounds=bounds, method="highs", **limits)
        for sign in (1.0, -1.0)
    ]
    assert all(it.success for it in found), [it.message for it in found]
    return float(-found[1].fun - found[0].fun)


def _sums(block: Block, where: NDArray[np.int64]) -> Any:
    """Return the sums that must not change: rows, and (with units) columns, where row 0 is the sum of the others."""
    from scipy.sparse import coo_array

    _, row = np.unique(where[:, 0], return_inverse=True)
    _, column = np.unique(where[:, 1], return_inverse=True)
    every = np.arange(len(where))
    if block.open_rows:
        return coo_array((np.ones(len(where)), (row, every)), shape=(row.max() + 1, len(where)))
    signs = np.where(where[:, 0] == 0, -1.0, 1.0)
    # The last column is who has no level: its sum follows from the others and from the totals.
    entries = np.concatenate([np.ones(len(where)), signs])
    lines = np.concatenate([row, row.max() + 1 + column])
    return coo_array((entries, (lines, np.tile(every, 2))), shape=(row.max() + column.max() + 2, len(where)))


def _limits(room: Room, where: NDArray[np.int64], kinds: int) -> dict[str, Any]:
    """Return the inequalities of what readers are told: the answers of a cell together rise and fall only so far."""
    from scipy.sparse import eye_array, hstack, vstack

    up, down = (side[where[:, 0], where[:, 1]] for side in (room.up, room.down))
    together = hstack([eye_array(len(where))] * kinds, format="csr")
    rises, falls = np.isfinite(up), np.isfinite(down)
    return {
        "A_ub": vstack([together[rises], -together[falls]], format="csr"),
        "b_ub": np.concatenate([up[rises], down[falls]]),
    }
