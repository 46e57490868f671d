"""Watching: which numbers of an item must stay unknown, and how they could be other than they are."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.disclosure.before import Before
from analysis.disclosure.circles import Moves
from analysis.disclosure.places import Answers, Place
from analysis.disclosure.primary import is_dominated
from analysis.disclosure.sheets import Floats, Grid, Sheet, sheet_of
from analysis.disclosure.targets import Layer, Target, Watched
from analysis.policy import AmountRules, DisclosurePolicy
from analysis.results import Cell, Contributions


@dataclass(frozen=True, slots=True)
class Asked:
    """The respondents of units, who may or may not have answered the item: hidden units, and the published numbers.

    `earlier` are those that the last edition published.
    """

    hidden: frozenset[str]
    now: Mapping[str, int]
    earlier: Mapping[str, int]


def watch_respondents(
    ways: Sequence[Answers], grid: Grid, policy: DisclosurePolicy, asked: Asked, before: Before
) -> list[Watched]:
    """Return the small numbers now, those of the last edition, and those of who came since.

    A reader has both editions. The respondents of the first may be moved while those since then stay (so that both
    editions move), or change places with them (so that only the earlier one moves); and so may those since then.
    """
    now = [sheet_of(way, grid) for way in ways]
    editions = [[sheet_of(way, grid) for way in edition] for edition in before.editions(ways)]
    if not editions:
        return [Watched(it, (Layer(it, spare=_spare(it, grid, asked.now)),), policy.floor, policy.width) for it in now]
    hidden, came = grid.mask(before.hidden), _difference(asked.now, asked.earlier)
    found: list[Watched] = []
    for sheet, early, late in editions:
        of_now, of_early = _spare(sheet, grid, asked.now), _spare(early, grid, asked.earlier)
        of_late = _spare(late, grid, came)
        both = Layer(early, within=hidden, spare=np.minimum(of_now, of_early))
        since = Layer(late, spare=np.minimum(of_now, of_late))
        change = np.minimum(of_early, of_late)
        changing = (
            Layer(early, late, hidden, fixed=True, spare=change),
            Layer(late, early, hidden, fixed=True, spare=change),
        )
        limits = (policy.floor, policy.width)
        found.append(Watched(sheet, (both, since), *limits))
        found.append(Watched(early, (both, changing[0]), *limits, current=False))
        found.append(Watched(late, (since, changing[1]), *limits, current=False))
    return found


def watch_certainty(
    ways: Sequence[Answers], grid: Grid, policy: DisclosurePolicy, certain: Collection[Place]
) -> list[Watched]:
    """Return the answers that nobody gave in places where that is too much to tell: one more must stay possible."""
    rows = frozenset(grid.units.index(unit) for unit, breakdown, _ in certain if unit and not breakdown)
    found: list[Watched] = []
    for sheet in (sheet_of(way, grid) for way in ways) if certain else ():
        targets: list[Target] = []
        for unit, breakdown, level in sorted(certain):
            for number, row, column in _stands(sheet, grid, (unit, breakdown, level)):
                block = sheet.blocks[number]
                one = np.eye(block.sizes.shape[2], dtype=np.bool_)
                nobody = np.flatnonzero(block.sizes[row, column] <= 0)
                targets.extend(Target((Moves(block),), row, column, one[kind], 1.0, forced=False) for kind in nobody)
        found.append(Watched(sheet, (Layer(sheet),), 0, policy.width, tuple(targets), rows))
    return found


def watch_amounts(amounts: Mapping[Cell, Contributions], grid: Grid, rules: AmountRules) -> list[Watched]:
    """Return the totals that tell too well what the largest contributor has: open by their precision on both sides."""
    if not amounts:
        return []
    sheet = sheet_of({(cell.unit, cell.breakdown, cell.level): (it.total,) for cell, it in amounts.items()}, grid)
    every = np.ones(1, dtype=np.bool_)
    widths: dict[int, float] = {}
    targets: list[Target] = []
    for cell, it in sorted(amounts.items(), key=lambda pair: pair[0]):
        if is_dominated(it, rules):
            width = 2 * rules.precision * it.largest
            stands = _stands(sheet, grid, (cell.unit, cell.breakdown, cell.level))
            targets.extend(Target((Moves(sheet.blocks[k]),), row, column, every, width) for k, row, column in stands)
            if cell.unit and not cell.breakdown:
                widths[grid.units.index(cell.unit)] = width
    width = max(widths.values(), default=0.0)
    return [Watched(sheet, (Layer(sheet),), 0, width, tuple(targets), frozenset(widths))]


def _stands(sheet: Sheet, grid: Grid, place: Place) -> list[tuple[int, int, int]]:
    """Return the block, row and column of a place of a breakdown; none of a total."""
    unit, breakdown, level = place
    found: list[tuple[int, int, int]] = []
    for number, block in enumerate(sheet.blocks):
        levels = grid.levels[block.breakdown][block.columns]
        if breakdown == block.breakdown and level in levels:
            found.append((number, grid.units.index(unit), levels.index(level)))
    return found


def _spare(sheet: Sheet, grid: Grid, known: Mapping[str, int]) -> Floats:
    """Return how many more can have answered in each unit: those who were published as respondents and did not."""
    limits = np.array([known.get(unit, np.inf) for unit in grid.units])
    return np.append(np.maximum(limits - np.rint(sheet.counts()), 0.0), np.inf)


def _difference(now: Mapping[str, int], earlier: Mapping[str, int]) -> dict[str, int]:
    return {unit: now[unit] - n for unit, n in earlier.items() if unit in now}
