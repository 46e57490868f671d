"""Tables of parts add up: strata are joined in a fixed order, and what two parts both have is added.

Counts are those of the whole to the last bit; in sums only the order of addition may differ. Sums of numbers are first brought
to the same constant. Source: Chan, Golub & LeVeque (1983), The American Statistician 37, 242-247 (sums of two samples).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.dataset import VALID
from analysis.tabulation.tables import Breakdown, StratumLevels, Tables
from analysis.tabulation.tabulating import CellTable

# Arrays of a table that end with the code, after stratum and level; in the others the level is last.
_BY_CODE = ("n", "s1", "s2", "missing")
_BY_LEVEL = ("rows", "w1", "w2", "sums")


def merged(parts: Sequence[Tables]) -> Tables:
    """Return the tables of the respondents of all parts. The parts are about the same columns and breakdowns.

    >>> from analysis.dataset import FIRST_CODE, CodedColumn, Columns, assemble
    >>> from analysis.design import Stratum
    >>> from analysis.tabulation.tables import tabulate_all
    >>> codes, none = np.array([[FIRST_CODE, FIRST_CODE + 1, FIRST_CODE + 1]], dtype=np.int8), np.empty((0, 3))
    >>> columns = Columns((CodedColumn("q", ("nee", "ja")),), codes, (), none, none.astype(np.int8))
    >>> part = tabulate_all(assemble(columns, [Stratum("")], np.zeros(3, dtype=np.int32)))
    >>> whole = merged([part, part])
    >>> whole.respondents, whole.everyone.n[0, 0, 0, FIRST_CODE:]
    (array([6]), array([2, 4], dtype=int32))
    """
    strata = tuple(sorted({it for part in parts for it in part.strata}, key=lambda it: (it.unit, it.name)))
    number = {it: place for place, it in enumerate(strata)}
    places = [np.array([number[it] for it in part.strata], dtype=np.int64) for part in parts]
    respondents: NDArray[np.int64] = np.zeros(len(strata), dtype=np.int64)
    for part, place in zip(parts, places, strict=True):
        respondents[place] += part.respondents
    pilots = _pilots(parts, places, len(strata))
    whole = [_Share(part, place, part.everyone) for part, place in zip(parts, places, strict=True)]
    breakdowns = []
    for position in range(len(parts[0].breakdowns)):
        shares = [_Share(part, at, part.breakdowns[position]) for part, at in zip(parts, places, strict=True)]
        breakdowns.append(_levels(shares, len(strata)) or _cells(shares, pilots))
    return replace(
        parts[0],
        strata=strata,
        respondents=respondents,
        everyone=_cells(whole, pilots),
        breakdowns=tuple(breakdowns),
        collapsed=frozenset[str]().union(*(part.collapsed for part in parts)),
    )


def expanded(tables: Tables, breakdown: Breakdown) -> CellTable:
    """Return the table of a breakdown with all its levels, also where every stratum lies in one of them.

    >>> from analysis.dataset import FIRST_CODE, CodedColumn, Columns, assemble
    >>> from analysis.design import Stratum
    >>> from analysis.tabulation.tables import tabulate_all
    >>> codes, none = np.array([[FIRST_CODE, FIRST_CODE + 1, FIRST_CODE + 1]], dtype=np.int8), np.empty((0, 3))
    >>> columns = Columns((CodedColumn("q", ("nee", "ja")),), codes, (), none, none.astype(np.int8))
    >>> part = tabulate_all(assemble(columns, [Stratum("")], np.zeros(3, dtype=np.int32)))
    >>> expanded(part, StratumLevels("regio", ("noord", "zuid"), np.array([1]))).rows  # all three are of "zuid"
    array([[0, 3]])
    """
    if isinstance(breakdown, CellTable):
        return breakdown
    share = _Share(tables, np.arange(len(tables.strata)), breakdown)
    return _cells([share], tables.everyone.pilots)


@dataclass(frozen=True, slots=True, eq=False)
class _Share:
    """What one part has of a breakdown; `place` is the number of each of its strata among all."""

    part: Tables
    place: NDArray[np.int64]
    breakdown: Breakdown

    def cells(self, pilots: NDArray[np.float64]) -> CellTable:
        """Return the sums, around these pilots."""
        table = self.part.everyone if isinstance(self.breakdown, StratumLevels) else self.breakdown
        return _around(table, pilots[:, self.place])

    def target(self, levels: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the numbers of stratum and level where the sums belong."""
        level = np.array([levels.index(it) for it in self.breakdown.levels], dtype=np.int64)
        if isinstance(self.breakdown, StratumLevels):
            return self.place[self._inside], level[self.breakdown.level[self._inside]]
        return self.place[:, None], level

    def chosen(self, values: NDArray[Any]) -> NDArray[Any]:
        """Return the sums (…, stratum, level) that lie in a level."""
        return values[..., self._inside, 0] if isinstance(self.breakdown, StratumLevels) else values

    @property
    def _inside(self) -> NDArray[np.bool_]:
        assert isinstance(self.breakdown, StratumLevels)
        return self.breakdown.level >= 0


def _cells(shares: Sequence[_Share], pilots: NDArray[np.float64]) -> CellTable:
    """Return the sum of tables on the union of their strata and levels."""
    levels = _union(shares)
    shape = (pilots.shape[1], len(levels))
    first = max((share.part.everyone for share in shares), key=lambda it: it.s1.shape[-1])
    by_code = {name: _zeros(np.moveaxis(getattr(first, name), -1, 1), shape) for name in _BY_CODE}
    by_level = {name: _zeros(getattr(first, name), shape) for name in _BY_LEVEL}
    top = _zeros(first.top, shape)
    for share in shares:
        table, at = share.cells(pilots), share.target(levels)
        for name, total in by_code.items():
            own = share.chosen(np.moveaxis(getattr(table, name), -1, 1))
            total[:, total.shape[1] - own.shape[1] :, *at] += own  # codes that nobody has may be left out in front
        for name, total in by_level.items():
            total[..., *at] += share.chosen(getattr(table, name))
        top[at] = np.maximum(top[at], share.chosen(table.top))
    coded = {name: np.moveaxis(total, 1, -1) for name, total in by_code.items()}
    breakdown = shares[0].breakdown.breakdown
    return CellTable(breakdown=breakdown, levels=levels, pilots=pilots, top=top, **coded, **by_level)


def _zeros(like: NDArray[Any], shape: tuple[int, int]) -> NDArray[Any]:
    return np.zeros((*like.shape[:-2], *shape), dtype=like.dtype)


def _union(shares: Sequence[_Share]) -> tuple[str, ...]:
    """Return the levels of all parts: in their own order when all parts have the same, otherwise in the order of text."""
    different = {share.breakdown.levels for share in shares}
    return different.pop() if len(different) == 1 else tuple(sorted({level for it in different for level in it}))


def _levels(shares: Sequence[_Share], strata: int) -> StratumLevels | None:
    """Return the level of every stratum, or nothing when a stratum lies in more than one."""
    levels = _union(shares)
    of_stratum: NDArray[np.int64] = np.full(strata, -1, dtype=np.int64)
    seen: NDArray[np.bool_] = np.zeros(strata, dtype=np.bool_)
    for share in shares:
        if not isinstance(share.breakdown, StratumLevels):
            return None
        own = np.array([*(levels.index(it) for it in share.breakdown.levels), -1])[share.breakdown.level]
        filled = share.part.respondents > 0
        place, own = share.place[filled], own[filled]
        if np.any(seen[place] & (of_stratum[place] != own)):
            return None
        of_stratum[place], seen[place] = own, True
    return StratumLevels(shares[0].breakdown.breakdown, levels, of_stratum)


def _pilots(parts: Sequence[Tables], places: Sequence[NDArray[np.int64]], strata: int) -> NDArray[np.float64]:
    """Return the mean pilot of each number and stratum; a stratum of one part keeps its own to the last bit."""
    shape = (len(parts[0].numbers), strata)
    own, size, moved = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    for part, place in zip(parts, places, strict=True):
        count = part.everyone.missing[:, :, 0, VALID].astype(np.float64)
        own[:, place] = np.where(size[:, place] == 0, part.everyone.pilots, own[:, place])
        moved[:, place] += count * (part.everyone.pilots - own[:, place])
        size[:, place] += count
    return own + moved / np.maximum(size, 1.0)


def _around(table: CellTable, pilots: NDArray[np.float64]) -> CellTable:
    """Return the same sums of numbers around other pilots: y − p′ = (y − p) + (p − p′)."""
    by = (table.pilots - pilots)[:, :, None]
    if not by.any():
        return table
    n, w, wy, wyy, a, b, c = np.moveaxis(table.sums, 1, 0)
    moved = (n, w, wy + by * w, wyy + by * (2 * wy + by * w), a, b + by * a, c + by * (2 * b + by * a))
    return replace(table, sums=np.stack(moved, axis=1), pilots=pilots)
