"""Quantiles as figures: of every unit and level, with Woodruff's interval."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analysis.dataset import Dataset
from analysis.figures import Place
from analysis.plan import AnalysisPlan
from analysis.quantities import Quantity, values_of
from analysis.results import Cell, Estimate, Figure, Flag, Inference, Method, NotEstimable
from analysis.rows.clustered import Cells
from analysis.rows.quantiles import Quantile, QuantileMethod, estimate_quantiles
from analysis.rows.sample import Sample
from analysis.tabulation.estimates import kish_n

_LOW_DF = 8
_SMALL = 30


def quantile_figures(
    dataset: Dataset, asked: Sequence[Quantity], cells: Cells, place: Place, plan: AnalysisPlan
) -> dict[Cell, Figure]:
    """Return the quantiles that are asked for. Source: see `quantiles`."""
    found: dict[Cell, Figure] = {}
    for item in {it.item: None for it in asked}:
        parts = [it for it in asked if it.item == item]
        values = values_of(dataset, parts[0])
        for domain in _domains(dataset, cells, plan):
            figures = domain.figures(values, [it.part for it in parts], plan)
            for it, figure in zip(parts, figures, strict=True):
                unit, level = place.units[domain.unit], place.levels[domain.level]
                found[Cell(it.measure, item, it.category, unit, place.breakdown, level)] = figure
    return found


@dataclass(frozen=True, slots=True, eq=False)
class _Domain:
    """One unit and level: the chosen `rows` of a sample, which need not have the strata of other units."""

    unit: int
    level: int
    rows: NDArray[np.int64]
    sample: Sample

    def figures(self, values: NDArray[np.float64], parts: Sequence[float], plan: AnalysisPlan) -> list[Figure]:
        """Return the quantiles of a number, NaN for no value."""
        own = values[self.rows]
        method = QuantileMethod(inference=plan.inference, confidence=plan.confidence)
        weights = self.sample.within(~np.isnan(own))
        used = weights.weights[weights.counted]
        endless = bool(np.isinf(self.sample.stages[0].population[self.sample.stages[0].stratum[weights.counted]]).any())
        inference = Inference.PROCESS if endless else plan.inference
        return [_figure(it, used, inference) for it in estimate_quantiles(own, self.sample, parts, method)]


def _domains(dataset: Dataset, cells: Cells, plan: AnalysisPlan) -> Iterator[_Domain]:
    whole = dataset.sample(plan.lonely)
    everyone = np.arange(dataset.weights.size)
    for unit in range(cells.units):
        # Rows of other units add nothing, unless weights were fitted: then they may.
        rows = everyone if whole.calibrations else np.flatnonzero(cells.unit == unit)
        sample = whole if whole.calibrations else _of_rows(whole, rows)
        for level in range(cells.levels):
            chosen = (cells.unit[rows] == unit) & (cells.level[rows] == level)
            yield _Domain(unit, level, rows, sample.within(chosen))


def _of_rows(sample: Sample, rows: NDArray[np.int64]) -> Sample:
    """Return the sample of whole strata, numbered anew."""
    stages = []
    for stage in sample.stages:
        strata, stratum = np.unique(stage.stratum[rows], return_inverse=True)
        _, cluster = np.unique(stage.cluster[rows], return_inverse=True)
        stages.append(replace(stage, cluster=cluster, stratum=stratum, population=stage.population[strata]))
    return replace(sample, weights=sample.weights[rows], stages=tuple(stages), inside=sample.inside[rows])


def _figure(found: Quantile | NotEstimable, weights: NDArray[np.float64], inference: Inference) -> Figure:
    if isinstance(found, NotEstimable):
        return found
    size, effective = float(weights.sum()), float(kish_n(weights.sum(), (weights**2).sum()))
    flags = {Flag.LOW_DF: found.df < _LOW_DF, Flag.SMALL: min(found.respondents, effective) < _SMALL}
    return Estimate(
        value=found.value,
        se=found.se,
        interval=found.interval,
        respondents=found.respondents,
        effective_n=effective,
        population=size,
        df=float(found.df),
        deff=None,
        method=Method.WOODRUFF,
        inference=inference,
        flags=frozenset(flag for flag, holds in flags.items() if holds),
    )
