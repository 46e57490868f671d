"""Small municipalities: each figure moved towards what the others show, by as much as it is uncertain.

A shrunken figure stands beside the direct one and never takes its place: for maps, order and trends of units with few
respondents. Source: Rao & Molina (2015), Small Area Estimation, chapter 6.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.results import Inference, NotEstimable
from analysis.tabulation.estimates import Estimates
from analysis.units.area_model import fit_areas, prasad_rao


@dataclass(frozen=True, slots=True, eq=False)
class AreaSample:
    """What areas bring: arrays by area, in the unit of the figures.

    `spread` is s² among respondents, `n` their number, `effective_n` n over the design effect of the weights,
    `open_share` the part 0-1 of the clients that did not answer (1: endless population), `population` all clients.
    """

    direct: NDArray[np.float64]
    spread: NDArray[np.float64]
    n: NDArray[np.int64]
    effective_n: NDArray[np.float64]
    open_share: NDArray[np.float64]
    population: NDArray[np.float64]

    def smoothed_variances(self) -> NDArray[np.float64]:
        """Return s²·deff/n·(1 − f) with s² pooled over all areas, so that equal answers in one area prove nothing.

        s² = Σ(n − 1)s²_m/Σ(n − 1). Areas without respondents get 0. Source: Rao & Molina (2015), section 6.4.1.

        >>> two = np.array([10, 10])
        >>> areas = AreaSample(np.array([70.0, 100.0]), np.array([800.0, 0.0]), two, two * 0.8, np.ones(2), two * 5.0)
        >>> areas.smoothed_variances()
        array([50., 50.])
        """
        degrees = np.maximum(self.n - 1, 0)
        pooled = float((degrees * self.spread).sum()) / max(int(degrees.sum()), 1)
        smoothed = np.zeros(self.n.shape)
        return np.divide(pooled * self.open_share, self.effective_n, out=smoothed, where=self.n > 0)


def area_sample(estimates: Estimates, variable: int, inference: Inference = Inference.FINITE) -> AreaSample:
    """Return what the units bring for one variable of estimates, everyone together (the first level).

    f = n/Σw where the population is known; the design effect is Kish's 1 + cv²(w), which does not hang on the answers.
    Source: Kish (1992), Journal of Official Statistics 8, 183-200; Cochran (1977), section 2.6 (1 − f).

    >>> from analysis.design import Design
    >>> from analysis.tabulation.estimates import estimate_means
    >>> from analysis.tabulation.moments import Moments
    >>> moments = Moments(*np.array([2, 20.0, 70, 2000, 200, 0, 20000]).reshape(7, 1, 1, 1))  # 60 and 80, out of 20
    >>> estimates = estimate_means(moments, Design(np.array([2]), np.array([20.0]), ("a",), np.array([0])))
    >>> found = area_sample(estimates, 0)
    >>> found.direct, found.spread.round(6), found.effective_n, found.open_share
    (array([70.]), array([200.]), array([2.]), array([0.9]))
    """
    at = (variable, slice(None), 0)
    n, population = estimates.n[at], estimates.population[at]
    unknown = estimates.open_population[at] | (inference is Inference.PROCESS)
    drawn = np.divide(n, population, out=np.zeros(n.shape), where=~unknown & (population > 0))
    open_share = np.maximum(1.0 - drawn, 0.0)
    return AreaSample(estimates.value[at], estimates.spread[at], n, estimates.kish_n[at], open_share, population)


@dataclass(frozen=True, slots=True)
class SmallArea:
    """One area: the `direct` figure, the `shrunken` one with its mean squared error, and the `weight` 0-1 of the direct."""

    direct: float
    shrunken: float
    mse: float
    weight: float
    respondents: int


@dataclass(frozen=True, slots=True)
class SmallAreas:
    """All areas in their order; `between` is τ², and `benchmarked` the figure of all areas together, direct and shrunken."""

    areas: tuple[SmallArea | NotEstimable, ...]
    between: float
    benchmarked: float


def shrink_areas(sample: AreaSample, covariates: NDArray[np.float64] | None = None) -> SmallAreas | NotEstimable:
    """Return direct and shrunken figures side by side, with τ² by REML and smoothed variances.

    Benchmarked: every shrunken figure is multiplied by Σp·direct/Σp·shrunken, p the share of the population, so that
    together they give the direct national figure (where figures lie below 0 the difference is added instead). The mean
    squared error gets the square of that move. An area where everyone answered (v = 0) is known: it keeps its figure.
    Source: Rao & Molina (2015), section 6.4.6; You, Rao & Dick (2004), Statistics in Transition 6, 631-640.

    >>> ten = np.full(3, 10)
    >>> found = shrink_areas(AreaSample(np.array([60.0, 70.0, 80.0]), ten * 25.0, ten, ten, np.ones(3), ten * 10.0))
    >>> round(found.areas[0].shrunken, 4), round(found.areas[0].weight, 4)
    (62.5, 0.75)
    """
    variance = sample.smoothed_variances()
    modelled = variance > 0
    if not modelled.any():
        return NotEstimable("no_variation", int(sample.n.sum()))
    chosen = None if covariates is None else covariates[modelled]
    model = fit_areas(sample.direct[modelled], variance[modelled], chosen)
    if isinstance(model, NotEstimable):
        return NotEstimable(model.reason, int(sample.n.sum()))
    shrunken, weight, mse = sample.direct.copy(), np.ones(sample.n.shape), np.zeros(sample.n.shape)
    shrunken[modelled], weight[modelled], mse[modelled] = model.shrunken, model.weight, prasad_rao(model).total
    people = np.where(sample.n > 0, sample.population, 0.0)
    share = people / people.sum()
    whole = float((share * sample.direct).sum())
    moved = _benchmark(shrunken, modelled, share, whole)
    columns = (sample.direct, moved, mse + (moved - shrunken) ** 2, weight, sample.n)
    areas = zip(*(column.tolist() for column in columns), strict=True)
    none = NotEstimable("no_respondents", 0)
    return SmallAreas(tuple(SmallArea(*area) if area[-1] else none for area in areas), model.between, whole)


def _benchmark(
    figures: NDArray[np.float64], modelled: NDArray[np.bool_], share: NDArray[np.float64], whole: float
) -> NDArray[np.float64]:
    """Return the figures, the modelled ones moved so that all together give `whole`."""
    known = float((share * figures)[~modelled].sum())
    together = float((share * figures)[modelled].sum())
    if figures.min() >= 0 and together > 0:
        return np.where(modelled, figures * (whole - known) / together, figures)
    return np.where(modelled, figures + (whole - known - together) / share[modelled].sum(), figures)
