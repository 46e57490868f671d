"""The proofs of safety: circles never promise more than the linear programme, and that not more than there is."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from analysis.disclosure.audit import Room, feasible_width
from analysis.disclosure.circles import Moves, circle_ways, several_circles
from analysis.disclosure.sheets import Block, grid_of
from analysis.disclosure.suppression import hide_units

EVERY = np.array([True])
SMALL = st.integers(0, 4)


def block_of(units: np.ndarray, *, open_rows: bool = False) -> Block:
    """Return the block of units by levels; all together is their sum, and everybody has a unit and a level."""
    cells = units if open_rows else np.vstack([units.sum(axis=0), units])
    sizes = np.pad(cells.astype(float), ((0, 1), (0, 1)))[..., None]
    if open_rows:
        sizes[-1] = np.inf
    return Block("age", slice(0, units.shape[1]), sizes, open_rows)


def possible(units: np.ndarray, hidden: np.ndarray, row: int, column: int) -> list[int]:
    """Return every number that a cell can have, by trying all tables (2 × 3) with these sums and shown cells."""
    found = set()
    sums, rows = units.sum(axis=0), units.sum(axis=1)
    for first in itertools.product(*(range(total + 1) for total in sums)):
        table = np.array([first, sums - np.array(first)])
        if (table.sum(axis=1) == rows).all() and (table[~hidden] == units[~hidden]).all():
            found.add(int(table[row, column]))
    return sorted(found)


@given(arrays(np.int64, (2, 3), elements=SMALL), arrays(np.bool_, (2, 3)), st.integers(0, 1), st.integers(0, 2))
def test_the_programme_finds_the_bounds_that_trying_every_table_finds(
    units: np.ndarray, hidden: np.ndarray, row: int, column: int
) -> None:
    hidden = hidden & (units > 0)
    assume(hidden[row, column])
    # Nobody learns from an empty cell: it is known.
    known = possible(units, hidden, row, column)
    unknown = np.zeros((4, 4), dtype=bool)
    unknown[1:3, :3] = hidden
    width = feasible_width(block_of(units), unknown, (row + 1, column), EVERY)
    assert abs(width - (known[-1] - known[0])) < 1e-6


@settings(max_examples=60)
@given(
    arrays(np.int64, (4, 4), elements=st.integers(0, 9)), arrays(np.bool_, (5, 4)), st.integers(0, 4), st.integers(0, 3)
)
def test_circles_never_promise_more_than_the_programme(
    units: np.ndarray, hidden: np.ndarray, row: int, column: int
) -> None:
    block = block_of(units)
    unknown = np.zeros((6, 5), dtype=bool)
    unknown[:5, :4] = hidden & (block.sizes[:5, :4, 0] > 0)
    assume(unknown[row, column])
    width = feasible_width(block, unknown, (row, column), EVERY)
    came, left = circle_ways(Moves(block), row, column, EVERY)
    corners = unknown & unknown[row] & unknown[:, column][:, None]
    single = (came + left)[corners].max(initial=0.0)
    several = several_circles(Moves(block), unknown, (row, column), EVERY, enough=np.inf)
    assert single <= width + 1e-6
    assert single <= several + 1e-6
    assert several <= width + 1e-6


def test_what_readers_are_told_of_cells_narrows_them() -> None:
    block = block_of(np.array([[8, 9, 30], [50, 60, 70]]))
    unknown = np.zeros((4, 4), dtype=bool)
    unknown[1:3, :2] = True
    assert feasible_width(block, unknown, (1, 0), EVERY) == 17.0
    room = Room(np.full((4, 4), np.inf), np.full((4, 4), np.inf))
    room.up[1, :2] = [1.0, 0.0]
    assert feasible_width(block, unknown, (1, 0), EVERY, room) == 1.0


def test_of_levels_without_units_only_the_row_must_add_up() -> None:
    block = block_of(np.array([[8, 9, 30]]), open_rows=True)
    unknown = np.array([[True, True, False, False], [True, True, True, True]])
    assert feasible_width(block, unknown, (0, 0), EVERY) == 17.0
    assert several_circles(Moves(block), unknown, (0, 0), EVERY, enough=np.inf) == 17.0


def test_going_round_stops_after_a_number_of_circles() -> None:
    units = np.ones((2, 40), dtype=np.int64)
    units[:, 0] = 40
    unknown = np.zeros((4, 41), dtype=bool)
    unknown[1:3, :40] = True
    found = several_circles(Moves(block_of(units)), unknown, (1, 0), EVERY, enough=np.inf)
    assert 0 < found < feasible_width(block_of(units), unknown, (1, 0), EVERY)


def test_what_is_not_on_the_grid_has_nothing_to_hide() -> None:
    grid = grid_of([{("", "", ""): (5.0,), ("", "age", "old"): (2.0,)}], {})
    mask = grid.mask([("u", "", ""), ("", "age", "young"), ("", "sex", "man")])
    assert mask.size() == 0
    assert grid.mask([("", "age", "old")]).places() == {("", "age", "old")}


def test_units_that_are_too_few_together_are_all_hidden() -> None:
    assert hide_units({"a": 4, "b": 5}, total=9, floor=10) == {"a", "b"}
