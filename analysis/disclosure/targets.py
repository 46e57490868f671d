"""Targets: the numbers that must stay unknown, and the ways in which they may be other than they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.disclosure.audit import Room, feasible_width
from analysis.disclosure.circles import Moves, circle_ways, several_circles, transfer_ways
from analysis.disclosure.sheets import ROUNDING, Block, Bools, Floats, Mask, Sheet


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """A number that must stay unknown: a cell over some of its answers, within `width` respondents, by any of the moves.

    What is not `forced` is left when no circle helps: it then follows from a larger group, which may be known.
    """

    moves: tuple[Moves, ...]
    row: int
    column: int
    answers: Bools
    width: float
    forced: bool = True

    @property
    def block(self) -> Block:
        """The block in which it stands."""
        return self.moves[0].block

    def is_wide(self, mask: Mask, room: Room | None = None) -> bool:
        """Return whether a reader cannot place it within its width: by circles, or in a small table by the programme.

        `room` is how far readers know that cells may rise and fall.
        """
        return self.moves_enough(mask, room) or self.is_audited(mask, room, largest=_SMALL_TABLE)

    def moves_enough(self, mask: Mask, room: Room | None = None) -> bool:
        """Return whether circles show that it is wide: a quick proof, that some wide numbers do not get."""
        if any(it.nothing_is_shown(self.row, mask) for it in self.moves):
            return True
        place, enough = (self.row, self.column), self.width - ROUNDING
        open_ways = [(it, unknown) for it in self.moves if (unknown := it.unknown(mask))[place]]
        if any(self._circle_width(it, unknown, room) >= enough for it, unknown in open_ways):
            return True
        return room is None and any(
            several_circles(it, unknown, place, self.answers, enough=self.width) >= enough
            for it, unknown in open_ways
            if it.places is None
        )

    def is_audited(self, mask: Mask, room: Room | None = None, *, largest: float = np.inf) -> bool:
        """Return whether the linear programme shows that it is wide. Tables with more unknown cells are left."""
        place = (self.row, self.column)
        tables = [(it.block, it.unknown(mask)) for it in self.moves if it.places is None]
        enough = self.width - ROUNDING
        return any(
            feasible_width(block, unknown, place, self.answers, room, enough=enough) >= enough
            for block, unknown in tables
            if unknown[place] and unknown.sum() <= largest
        )

    def _circle_width(self, moves: Moves, unknown: Bools, room: Room | None) -> float:
        came, left = circle_ways(moves, self.row, self.column, self.answers)
        if room is not None:
            came, left = self._within(room, came, left, open_rows=moves.block.open_rows)
        corners = unknown & unknown[self.row] & unknown[:, self.column][:, None]
        return float((came + left)[corners].max(initial=0.0))

    def _within(self, room: Room, came: Floats, left: Floats, *, open_rows: bool) -> tuple[Floats, Floats]:
        """Return the ways of circles as far as what readers are told of their corners leaves room."""
        along = ((np.arange(came.shape[0]) == 0) != (self.row == 0))[:, None] & (not open_rows)
        sides: list[Floats] = []
        for rise, fall, way in ((room.up, room.down, came), (room.down, room.up, left)):
            across = np.where(along, rise[:, [self.column]], fall[:, [self.column]])
            limits = (fall[[self.row]], across, np.where(along, fall, rise))
            least = np.minimum(way, rise[self.row, self.column])
            for limit in limits:
                least = np.minimum(least, limit)
            sides.append(least)
        return sides[0], sides[1]


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """Respondents who may be moved: a sheet, with (as in `Moves`) who may take their place, and where it is possible.

    `spare`: how many more respondents each unit can have, because the number of those who were asked is published.
    """

    sheet: Sheet
    places: Sheet | None = None
    within: Mask | None = None
    fixed: bool = False
    spare: Floats | None = None

    def known_room(self, rows: int) -> Floats:
        """Return how many more respondents each row can have, as far as readers know."""
        return np.full(rows, np.inf) if self.spare is None else self.spare

    def moves(self, number: int) -> Moves:
        """Return the moves in one of the blocks of the sheet."""
        block = self.sheet.blocks[number]
        within = block.unknown(self.within) if self.within else None
        return Moves(block, self.places.blocks[number] if self.places else None, within, self.fixed)

    def rows(self, mask: Mask) -> Bools:
        """Return the units (and last: those without one) between which respondents may be moved unseen."""
        hidden = mask.totals if self.within is None else self.within.totals
        if self.within is not None and not self.fixed:
            hidden = hidden & mask.totals
        rows = np.append(hidden, True)
        rows[0] = False
        return rows


@dataclass(frozen=True, slots=True, eq=False)
class Watched:
    """A sheet whose numbers from 1 to the floor are sensitive: each must stay open by `width`, in one of the layers.

    `extra` targets and `rows` are sensitive for another reason. What is not `current` is part of what is shown now.
    """

    sheet: Sheet
    layers: tuple[Layer, ...]
    floor: int
    width: float
    extra: tuple[Target, ...] = ()
    rows: frozenset[int] = frozenset()
    current: bool = True

    def targets(self) -> list[Target]:
        """Return the sensitive cells of breakdowns, those in the margins that nobody publishes among them."""
        found: list[Target] = []
        for number, block in enumerate(self.sheet.blocks):
            people = np.rint(np.where(np.isinf(block.sizes), 0.0, block.sizes).sum(axis=2))
            moves = tuple(layer.moves(number) for layer in self.layers)
            every = np.ones(block.sizes.shape[2], dtype=np.bool_)
            small = np.argwhere((people > 0) & (people < self.floor)).tolist()
            found.extend(Target(moves, row, column, every, self.width) for row, column in small)
        return [*found, *self.extra]

    def sensitive_rows(self) -> list[int]:
        """Return the sensitive units; the last number is those without a unit. Row 0 has its own rule: the floor."""
        people = np.rint(np.append(self.sheet.counts(), self.sheet.outside.sum()))
        small = np.flatnonzero((people > 0) & (people < self.floor)).tolist()
        return sorted(self.rows.union(row for row in small if row))

    def row_widths(self, row: int, layer: Layer) -> Floats:
        """Return how far the number of respondents of a unit can move against each other one."""
        come, leave = transfer_ways(layer.sheet, row, layer.places)
        spare = layer.known_room(come.size)
        widths: Floats = np.minimum(come, spare[row]) + np.minimum(leave, spare)
        return widths

    def row_is_wide(self, row: int, mask: Mask) -> bool:
        """Return whether a reader cannot place the respondents of a unit within the width."""
        if all(it.is_loose(row) for layer in self.layers for it in (mask, layer.within) if it is not None):
            return True
        ways = ((layer.rows(mask) & mask.alike(row), layer) for layer in self.layers)
        return any(
            rows[row] and self.row_widths(row, layer)[rows].max(initial=0.0) >= self.width - ROUNDING
            for rows, layer in ways
        )


# In a table with more unknown cells the programme takes longer than it is worth: there are other circles to hide.
_SMALL_TABLE = 60
