"""Where estimates stand: each breakdown by unit and level, of all units together or of every unit, and how it is computed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.dataset import MISSING_CODES, NOT_ASKED, SKIPPED
from analysis.design import Design
from analysis.quantities import Quantity, moments_of
from analysis.results import Inference, Measure
from analysis.tabulation.estimates import Estimates, estimate_means, estimate_totals, over_strata
from analysis.tabulation.tables import Breakdown, StratumLevels, Tables
from analysis.tabulation.tabulating import CellTable
from questionnaires.answers import Missing

# Arrays of about so many numbers stay in the cache of a processor.
_NUMBERS_AT_A_TIME = 60_000


@dataclass(frozen=True, slots=True, eq=False)
class Quality:
    """What there is to know about the answers behind estimates: arrays (variable, unit, level), fractions 0-1.

    `skipped` and `not_applicable` are shares of those asked, `heaviest` the largest weight in the weight of all.
    """

    skipped: NDArray[np.float64]
    not_applicable: NDArray[np.float64]
    heaviest: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """Strata as a breakdown cuts them: sums that belong to `units` times `levels`.

    Where the levels are whole strata, the strata of every unit and level stand together as a unit of `design`, and
    `place` is the number of their unit and level; otherwise the levels are those of the table.
    """

    table: CellTable
    design: Design
    units: tuple[str, ...]
    breakdown: str
    levels: tuple[str, ...]
    place: NDArray[np.int64] | None = None

    def estimates(self, asked: tuple[Quantity, ...], inference: Inference = Inference.FINITE) -> Estimates:
        """Return means, and totals where they are asked for: arrays (variable, unit, level)."""
        moments = moments_of(self.table, asked)
        found = estimate_means(moments, self.design, inference)
        totals = np.array([it.measure is Measure.TOTAL for it in asked])[:, None, None]
        if totals.any():
            of_totals = estimate_totals(moments, self.design, inference)
            value = np.where(totals, of_totals.value, found.value)
            found = replace(found, value=value, variance=np.where(totals, of_totals.variance, found.variance))
        return Estimates(*(self._spread(getattr(found, it.name)) for it in fields(Estimates)))

    def quality(self, asked: Sequence[Quantity], population: NDArray[np.float64]) -> Quality:
        """Return what there is to know about the answers to quantities; `population` is that of their estimates."""
        # Quantities of one column have their reasons in common.
        columns = {(it.recode and it.recode.column, it.number): it for it in asked}
        of_columns = {column: self._told(it) for column, it in columns.items()}
        told = [of_columns[it.recode and it.recode.column, it.number] for it in asked]
        heaviest = self._spread(np.maximum.reduceat(self.table.top, self.design.starts, axis=0))
        return Quality(
            skipped=np.stack([self._spread(skipped) for skipped, _ in told]),
            not_applicable=np.stack([self._spread(not_applicable) for _, not_applicable in told]),
            heaviest=np.divide(heaviest, population, out=np.zeros_like(population), where=population > 0),
        )

    def _told(self, asked: Quantity) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the shares of those asked who skipped the item, and to whom it does not apply."""
        by_code = self.table.missing[asked.number] if asked.recode is None else self.table.n[asked.recode.column]
        counts = over_strata(np.moveaxis(by_code, -1, 0), self.design)
        routed = np.maximum(counts.sum(axis=0) - counts[NOT_ASKED], 1)
        return counts[SKIPPED] / routed, counts[MISSING_CODES[Missing.NOT_APPLICABLE]] / routed

    def _spread(self, values: NDArray[Any]) -> NDArray[Any]:
        """Return values (…, unit of the design, level) as (…, unit, level)."""
        if self.place is None:
            return values
        size = len(self.units) * len(self.levels)
        spread = np.zeros((*values.shape[:-2], size), dtype=values.dtype)
        spread[..., self.place] = values[..., 0]
        return spread.reshape(*values.shape[:-2], len(self.units), len(self.levels))


def cut_by(tables: Tables, breakdown: Breakdown, design: Design) -> Cut:
    """Return the strata of a design as a breakdown cuts them."""
    if isinstance(breakdown, CellTable):
        return Cut(breakdown, design, design.units, breakdown.breakdown, breakdown.levels)
    return _cut_by_strata(tables.everyone, breakdown, design)


def _cut_by_strata(everyone: CellTable, levels: StratumLevels, design: Design) -> Cut:
    number = design.unit_of_stratum() * len(levels.levels) + levels.level
    inside = np.flatnonzero(levels.level >= 0)
    order = inside[np.argsort(number[inside], kind="stable")]
    place, starts = np.unique(number[order], return_index=True)
    part = replace(
        design,
        respondents=design.respondents[order],
        population=design.population[order],
        units=("",) * place.size,
        starts=starts.astype(np.int64),
    )
    return Cut(everyone.of_strata(order), part, design.units, levels.breakdown, levels.levels, place)


def in_chunks(asked: Sequence[Quantity], cut: Cut) -> Iterator[tuple[Quantity, ...]]:
    """Return the quantities in lots whose arrays fit in the cache of a processor."""
    size = max(_NUMBERS_AT_A_TIME // max(cut.table.rows.size, 1), 1)
    for start in range(0, len(asked), size):
        yield tuple(asked[start : start + size])
