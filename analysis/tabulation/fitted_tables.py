"""Variances of weights that were fitted to margins, from tables: what a respondent adds depends on the raking cell only.

With z = w u in the subgroup, b the regression of u on the margins x with the weights d from before the fit, the variance is
that of w e, e = u − x'b. In a raking cell x'b is one number f, so Σ w e = Σ z − f Σ w and Σ w² e² = Σ z² − 2 f Σ w z + f² Σ w²,
the last sums over everyone. The tables of cells are large: units go in blocks.
Source: Deville & Särndal (1992), J. Am. Statist. Assoc. 87, 376-382, section 3.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analysis.dataset import Dataset, Grouping
from analysis.design import Design, Lonely, Stratum
from analysis.quantities import Quantity, moments_of
from analysis.results import Inference, Measure
from analysis.tabulation.estimates import Estimates, FormSums, over_strata, spread_of
from analysis.tabulation.estimating import Cut, in_chunks
from analysis.tabulation.moments import Moments
from analysis.tabulation.tabulating import CellTable, tabulate
from analysis.weighting.residuals import MarginCalibration

# Units go together until their cells are so many.
_CELLS_AT_A_TIME = 1_500


def tables_fit(dataset: Dataset, lonely: Lonely) -> bool:
    """Return whether tables carry the variance: one stage, and weights fitted once to margins within units.

    >>> from analysis.dataset import Columns, assemble
    >>> from analysis.weighting.raking import Margin
    >>> from analysis.weighting.residuals import fitted_to_margins
    >>> none = np.empty((0, 3), dtype=np.int8)
    >>> dataset = assemble(Columns((), none, (), none, none), [Stratum("")], np.zeros(3, dtype=np.int32))
    >>> sex = Margin(np.array([0, 0, 1]), np.array([4.0, 2.0]))
    >>> fit = fitted_to_margins(np.ones(3), np.full(3, 2.0), [sex])
    >>> tables_fit(dataset, Lonely.ADJUST), tables_fit(replace(dataset, calibrations=(fit,)), Lonely.ADJUST)
    (False, True)
    """
    if dataset.stages or len(dataset.calibrations) != 1 or lonely is Lonely.AVERAGE:
        return False
    (fit,) = dataset.calibrations
    if not isinstance(fit, MarginCalibration):
        return False
    unit = dataset.design().unit_of_stratum()[dataset.stratum]
    of_fit = np.zeros(fit.projection.shape[0], dtype=np.int64)
    of_fit[fit.unit[fit.cell]] = unit
    return bool(np.array_equal(of_fit[fit.unit[fit.cell]], unit))


class FittedTables:
    """A data set in blocks of whole units, its rows by stratum and raking cell."""

    def __init__(self, dataset: Dataset) -> None:
        (fit,) = dataset.calibrations
        assert isinstance(fit, MarginCalibration)
        self._dataset, self._fit = dataset, fit
        number = dataset.stratum.astype(np.int64) * fit.unit.size + fit.cell
        self._order = np.argsort(number, kind="stable")
        present, joint = np.unique(number[self._order], return_inverse=True)
        self._joint: NDArray[np.int64] = joint
        self._stratum, self._cell = present // fit.unit.size, present % fit.unit.size
        self._codes = np.take(dataset.codes, self._order, axis=1)

    def estimates(
        self, cut: Cut, asked: Sequence[Quantity], grouping: Grouping | None, design: Design, inference: Inference
    ) -> Iterator[tuple[tuple[Quantity, ...], Estimates]]:
        """Return the estimates of quantities in lots; `design` is that of the data by unit, `cut` may be of all together."""
        lots = list(in_chunks(asked, cut))
        found = [cut.estimates(lot, inference) for lot in lots]
        variances = [np.zeros(it.value.shape) for it in found]
        together = len(cut.units) == 1
        for block in self._blocks(design, grouping):
            for lot, of_lot, variance in zip(lots, found, variances, strict=True):
                where = slice(None) if together else block.units
                variance[:, where] += block.variance(lot, of_lot, where, inference)
        for lot, of_lot, variance in zip(lots, found, variances, strict=True):
            yield lot, _with_variance(of_lot, lot, variance, (design.together() if together else design), inference)

    def _blocks(self, design: Design, grouping: Grouping | None) -> Iterator[_Block]:
        cells = np.searchsorted(self._stratum, np.append(design.starts, design.respondents.size))
        start = 0
        for end in range(1, len(design.units) + 1):
            if end == len(design.units) or cells[end + 1] - cells[start] > _CELLS_AT_A_TIME:
                yield self._block(slice(start, end), slice(int(cells[start]), int(cells[end])), design, grouping)
                start = end

    def _block(self, units: slice, joint: slice, design: Design, grouping: Grouping | None) -> _Block:
        rows = slice(*np.searchsorted(self._joint, [joint.start, joint.stop]).tolist())
        chosen = self._order[rows]
        of_strata = [*design.starts.tolist(), design.respondents.size]
        strata = slice(of_strata[units.start], of_strata[units.stop])
        part = replace(
            self._dataset,
            strata=(Stratum(""),) * (joint.stop - joint.start),
            stratum=(self._joint[rows] - joint.start).astype(np.int32),
            weights=self._dataset.weights[chosen],
            codes=self._codes[:, rows],
            deviations=self._dataset.deviations[:, chosen],
            status=self._dataset.status[:, chosen],
            pilots=self._dataset.pilots[:, self._stratum[joint]],
            groupings=(),
            auxiliaries=(),
            calibrations=(),
        )
        own = replace(grouping, member=grouping.member[chosen]) if grouping else None
        sums = (np.bincount(part.stratum, weights=part.weights**power, minlength=len(part.strata)) for power in (1, 2))
        w1, w2 = (it.astype(np.float64)[:, None] for it in sums)
        return _Block(
            units=units,
            table=tabulate(part, own),
            before=tabulate(replace(part, weights=self._fit.before[chosen]), own),
            w1=w1,
            w2=w2,
            fit=_of_cells(self._fit, self._cell[joint]),
            unit=design.unit_of_stratum()[self._stratum[joint]] - units.start,
            by_stratum=_adding_to(self._stratum[joint] - strata.start, strata.stop - strata.start),
            design=replace(
                design,
                respondents=design.respondents[strata],
                population=design.population[strata],
                units=design.units[units],
                starts=design.starts[units] - strata.start,
            ),
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Block:
    """Whole units: tables by stratum and raking cell ("joint"), with the weights and with those from before the fit.

    `w1` and `w2` are the sums of the weights and of their squares over everyone in each joint cell.
    """

    units: slice
    table: CellTable
    before: CellTable
    w1: NDArray[np.float64]
    w2: NDArray[np.float64]
    fit: tuple[MarginCalibration, NDArray[np.int64]]
    unit: NDArray[np.int64]
    by_stratum: Design
    design: Design

    def variance(
        self, asked: tuple[Quantity, ...], found: Estimates, units: slice, inference: Inference
    ) -> NDArray[np.float64]:
        """Return what these units add to the variance of estimates: (variable, unit or all together, level)."""
        together = found.value.shape[1] == 1
        of_total = np.array([it.measure is Measure.TOTAL for it in asked])[:, None, None]
        centre = np.where(of_total, 0.0, found.value)[:, units]
        size = np.where(of_total | (found.population <= 0), 1.0, found.population)[:, units]
        at = centre if together else centre[:, self.unit]
        form = self._form(moments_of(self.table, asked), moments_of(self.before, asked), at)
        design = self.design.together() if together else self.design
        variance: NDArray[np.float64] = spread_of(form, design, inference).variance / size**2
        return variance

    def _form(self, moments: Moments, before: Moments, centre: NDArray[np.float64]) -> FormSums:
        """Return the sums by stratum of w e and its square, with u = y − centre."""
        off = moments.mean - centre
        across = moments.b + off * moments.a
        squares = moments.c + off * (moments.b + across)
        explained = self._explained(before.w * (before.mean - centre))
        total = over_strata(moments.w * off - explained * self.w1, self.by_stratum)
        flat = over_strata(squares - 2 * explained * across + explained * explained * self.w2, self.by_stratum)
        present = np.broadcast_to(self.design.respondents[:, None], total.shape)
        return FormSums(total, np.zeros_like(flat), flat, present)

    def _explained(self, sums: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return x'b of every joint cell, of the sums of d u (variable, joint cell, level)."""
        fit, cell = self.fit
        variables, joint, levels = sums.shape
        flat = np.moveaxis(sums, 1, 0).reshape(joint, variables * levels)
        of_cells = np.zeros((fit.unit.size, flat.shape[1]))
        np.add.at(of_cells, cell, flat)
        return np.moveaxis(fit.fitted(of_cells)[cell].reshape(joint, variables, levels), 0, 1)


def _with_variance(
    found: Estimates, asked: Sequence[Quantity], variance: NDArray[np.float64], design: Design, inference: Inference
) -> Estimates:
    """Return estimates with their variance; a fitted weight ties them to all strata of their unit."""
    assert len(asked) == variance.shape[0]
    left = design.open_share(inference)[:, None] > 0
    present = design.respondents[:, None] > 0
    alone = (design.respondents[:, None] == 1) & left
    lonely, unknown, endless = (
        np.broadcast_to(over_strata(it & present, design) > 0, variance.shape)
        for it in (alone, left, np.isinf(design.population)[:, None])
    )
    return replace(
        found,
        variance=variance,
        census=(found.n > 0) & ~unknown,
        lonely=lonely,
        failed=lonely & (design.lonely is Lonely.FAIL),
        open_population=(found.n > 0) & endless,
    )


def _of_cells(fit: MarginCalibration, cell: NDArray[np.int64]) -> tuple[MarginCalibration, NDArray[np.int64]]:
    """Return the fit of some cells only, and the number of each of these cells in it."""
    cells, place = np.unique(cell, return_inverse=True)
    units, unit = np.unique(fit.unit[cells], return_inverse=True)
    return replace(fit, unit=unit, column=fit.column[:, cells], projection=fit.projection[units]), place


def _adding_to(stratum: NDArray[np.int64], strata: int) -> Design:
    """Return a design of which the "units" are strata and the "strata" joint cells; strata without rows are empty."""
    starts = np.searchsorted(stratum, np.arange(strata))
    ones = np.ones(stratum.size, dtype=np.int64)
    return Design(ones, ones.astype(np.float64), ("",) * strata, starts.astype(np.int64))
