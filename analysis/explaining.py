"""How one figure came about: the sums by stratum that its value and its variance are made of.

Value and variance are computed anew from the rows, by another path than the tables of the engine.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analysis.dataset import Dataset
from analysis.design import Lonely
from analysis.plan import AnalysisPlan
from analysis.quantities import Quantity, quantities, values_of
from analysis.results import Cell, Estimate, Inference, Measure
from analysis.rows.linearising import Linearised, means, ratios, totals
from analysis.rows.sample import Sample, Stage, numbered, variance_of


@dataclass(frozen=True, slots=True)
class StratumPart:
    """What one stratum adds. `drawn` clusters or respondents out of `population` (infinite: unknown).

    `respondents` have a weight and a valid answer in the subgroup; `weights` is Σ w and `weighted` Σ w·y over them;
    `variance` is the part of the variance, in the squared unit of the figure.
    """

    names: tuple[str, ...]
    drawn: int
    population: float
    respondents: int
    weights: float
    weighted: float
    variance: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """A figure with its parts, which add up: Σ `weights`, Σ `weighted` and Σ `variance` over the strata.

    `factor` is what Σ `variance` is multiplied by: above 1 only where lonely strata get the average of the others.
    """

    cell: Cell
    estimate: Estimate
    parts: tuple[StratumPart, ...]
    factor: float
    calibrated: bool
    clustered: bool


def explain(dataset: Dataset, plan: AnalysisPlan, cell: Cell, estimate: Estimate) -> Explanation:
    """Return how the estimate of a cell came about.

    Strata with fewer respondents than the floor of the plan are taken together, so that the sums show no person.
    A quantile has no sums of its own: its parts are those of the share of people at or below it.
    """
    sample = dataset.sample(plan.lonely).within(_inside(dataset, cell))
    y = _values(dataset, plan, cell, estimate)
    linear = _linearised(dataset, plan, cell, y, sample)
    influence = np.where(sample.inside[:, None], linear.influence, 0.0)
    for calibration in sample.calibrations:
        influence = calibration.residuals(influence)
    calibrated, present = bool(sample.calibrations), sample.inside | bool(sample.calibrations)
    uncalibrated = replace(sample, calibrations=(), inside=present)
    counted = sample.counted & ~np.isnan(y)
    parts = [
        _part(dataset, number, y, counted, influence, uncalibrated, estimate.inference)
        for number in np.unique(dataset.stratum[present]).tolist()
    ]
    together = _taken_together(parts, plan.policy.floor)
    known = sum(part.variance for part in parts)
    factor = estimate.se**2 / known if plan.lonely is Lonely.AVERAGE and known > 0 else 1.0
    return Explanation(cell, estimate, together, factor, calibrated, bool(dataset.stages))


def _inside(dataset: Dataset, cell: Cell) -> NDArray[np.bool_]:
    inside = np.ones(dataset.weights.size, dtype=np.bool_)
    if cell.unit:
        of_unit = np.array([stratum.unit == cell.unit for stratum in dataset.strata])
        inside &= of_unit[dataset.stratum]
    if cell.breakdown:
        chosen = [it for it in dataset.groupings if it.breakdown == cell.breakdown and cell.level in it.levels]
        inside &= np.any([it.member == it.levels.index(cell.level) for it in chosen], axis=0)
    return inside


def _values(dataset: Dataset, plan: AnalysisPlan, cell: Cell, estimate: Estimate) -> NDArray[np.float64]:
    if cell.measure is Measure.RATIO:
        return _number(dataset, plan.ratios[cell.item].numerator)
    if cell.measure is Measure.QUANTILE:
        y = _number(dataset, cell.item)
        return np.where(np.isnan(y), np.nan, (y <= estimate.value).astype(np.float64))
    return values_of(dataset, _quantity(dataset, plan, cell))


def _quantity(dataset: Dataset, plan: AnalysisPlan, cell: Cell) -> Quantity:
    asked = (cell.measure, cell.item, cell.category)
    return next(it for it in quantities(dataset, plan) if (it.measure, it.item, it.category) == asked)


def _number(dataset: Dataset, name: str) -> NDArray[np.float64]:
    return values_of(dataset, Quantity(Measure.MEAN, name, number=dataset.numbers.index(name)))


def _linearised(dataset: Dataset, plan: AnalysisPlan, cell: Cell, y: NDArray[np.float64], sample: Sample) -> Linearised:
    if cell.measure is Measure.RATIO:
        below = _number(dataset, plan.ratios[cell.item].denominator)
        return ratios(y[:, None], below[:, None], sample)
    return (totals if cell.measure is Measure.TOTAL else means)(y[:, None], sample)


def _part(
    dataset: Dataset,
    number: int,
    y: NDArray[np.float64],
    counted: NDArray[np.bool_],
    influence: NDArray[np.float64],
    sample: Sample,
    inference: Inference,
) -> StratumPart:
    rows = np.flatnonzero(dataset.stratum == number)
    own = replace(
        sample,
        weights=sample.weights[rows],
        inside=sample.inside[rows],
        stages=tuple(_only(stage, rows) for stage in sample.stages),
    )
    here = rows[counted[rows]]
    weights = sample.weights[here]
    first = own.stages[0]
    return StratumPart(
        names=(dataset.strata[number].name,),
        drawn=int(first.cluster.max()) + 1,
        population=float(first.population[0]),
        respondents=int(here.size),
        weights=float(weights.sum()),
        weighted=float((weights * y[here]).sum()),
        variance=float(variance_of(influence[rows], own, inference).variance[0]),
    )


def _only(stage: Stage, rows: NDArray[np.int64]) -> Stage:
    stratum, first = np.unique(stage.stratum[rows], return_inverse=True)
    return Stage(numbered([stage.cluster[rows]]), first.astype(np.int64), stage.population[stratum])


def _taken_together(parts: list[StratumPart], floor: int) -> tuple[StratumPart, ...]:
    """Return the parts, with all small strata as one; the smallest others join until that one is large enough."""
    large = sorted((it for it in parts if it.respondents >= floor), key=lambda it: it.respondents)
    small = [it for it in parts if it.respondents < floor]
    while small and large and sum(it.respondents for it in small) < floor:
        small.append(large.pop(0))
    kept = [it for it in parts if it in large]
    if not small:
        return tuple(kept)
    together = StratumPart(
        names=tuple(name for it in small for name in it.names),
        drawn=sum(it.drawn for it in small),
        population=sum(it.population for it in small),
        respondents=sum(it.respondents for it in small),
        weights=sum(it.weights for it in small),
        weighted=sum(it.weighted for it in small),
        variance=sum(it.variance for it in small),
    )
    return (*kept, together)
