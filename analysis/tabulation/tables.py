"""All tables of a data set, or of a part of it: everyone and every breakdown. Tables of parts add up to those of the whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from analysis.dataset import CodedColumn, Dataset, Grouping
from analysis.design import Design, Lonely, Stratum, design_of
from analysis.tabulation.tabulating import CellTable, tabulate_each

_FIRST_ROWS = 1000


@dataclass(frozen=True, slots=True, eq=False)
class StratumLevels:
    """A breakdown of which every stratum lies in one level as a whole, such as the region: `level` by stratum, -1 for none."""

    breakdown: str
    levels: tuple[str, ...]
    level: NDArray[np.int64]


Breakdown: TypeAlias = CellTable | StratumLevels


@dataclass(frozen=True, slots=True, eq=False)
class Tables:
    """What estimation needs of the respondents of some strata. `respondents` counts all rows of each stratum.

    `breakdowns` stand in the order of the groupings of the data set. In `collapsed` units cells were taken together in
    weighting.
    """

    strata: tuple[Stratum, ...]
    respondents: NDArray[np.int64]
    coded: tuple[CodedColumn, ...]
    numbers: tuple[str, ...]
    everyone: CellTable
    breakdowns: tuple[Breakdown, ...]
    collapsed: frozenset[str] = frozenset()

    def design(self, lonely: Lonely = Lonely.ADJUST) -> Design:
        """Return the design of all strata; strata of a unit stand together."""
        return design_of(self.strata, self.respondents, lonely)


def tabulate_all(dataset: Dataset) -> Tables:
    """Return the tables of everyone and of every breakdown of a data set, in one pass over its rows."""
    levels = [_levels_of_strata(dataset, it) for it in dataset.groupings]
    cutting = [it for it, whole in zip(dataset.groupings, levels, strict=True) if whole is None]
    everyone, found = tabulate_each(dataset, cutting)
    cells = iter(found)
    breakdowns = tuple(next(cells) if whole is None else whole for whole in levels)
    return Tables(
        strata=dataset.strata,
        respondents=dataset.respondents,
        coded=dataset.coded,
        numbers=dataset.numbers,
        everyone=everyone,
        breakdowns=breakdowns,
        collapsed=dataset.collapsed,
    )


def _levels_of_strata(dataset: Dataset, grouping: Grouping) -> StratumLevels | None:
    """Return the level of each stratum, or nothing when the breakdown cuts through a stratum."""
    level: NDArray[np.int64] = np.full(len(dataset.strata), -1, dtype=np.int64)
    for rows in (slice(_FIRST_ROWS), slice(None)):  # most breakdowns that cut show so at once
        stratum, member = dataset.stratum[rows], grouping.member[rows]
        level[stratum] = member
        if not np.array_equal(level[stratum], member):
            return None
    return StratumLevels(grouping.breakdown, grouping.levels, level)
