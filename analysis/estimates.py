"""Means, shares and totals with their linearised variance, for all variables, units and levels at once.

Every estimate is a sum over respondents of z = w(k·y′ + d) inside its subgroup and of 0 outside it, with y′ around the
mean of the cell. One stage, stratified: V = Σ_h (1 − f_h) n_h/(n_h − 1) [Σ z² − (Σ z)²/n_h], where n_h counts *all*
respondents of the stratum. Source: Särndal, Swensson & Wretman (1992), Model Assisted Survey Sampling, 5.5-5.8; lonely
strata as in R survey (Lumley 2010, Complex Surveys, section 3.2).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.design import Design, Lonely
from analysis.moments import Moments
from analysis.results import Inference


@dataclass(frozen=True, slots=True, eq=False)
class Estimates:
    """Arrays (variable, unit, level). Where `n` is 0 there is nothing: value and variance are 0 and mean nothing.

    `n` respondents with a weight and a value, `population` Σ w, `df` respondents minus strata with respondents,
    `spread` weighted variance s² of y with n − 1, `kish_n` (Σ w)²/Σ w². `census`: everyone answered. `lonely`: a
    stratum with one respondent takes part. `failed`: that forbids a variance. `open_population`: no population known.
    """

    value: NDArray[np.float64]
    variance: NDArray[np.float64]
    n: NDArray[np.int64]
    population: NDArray[np.float64]
    df: NDArray[np.int64]
    spread: NDArray[np.float64]
    kish_n: NDArray[np.float64]
    census: NDArray[np.bool_]
    lonely: NDArray[np.bool_]
    failed: NDArray[np.bool_]
    open_population: NDArray[np.bool_]


def estimate_means(moments: Moments, design: Design, inference: Inference = Inference.FINITE) -> Estimates:
    """Return means per unit and level; the mean of a 0/1 variable is a share. In the unit of y.

    ȳ = Σ w y / Σ w, with z = w(y − ȳ)/Σ w (ratio estimator: the size of a subgroup is estimated, too).
    Source: Särndal et al. (1992), result 5.8.1; Cochran (1977), section 5A.14.

    >>> from analysis.moments import Moments
    >>> sample = np.array([[[2]]]), np.array([[[20.0]]]), np.array([[[70.0]]])
    >>> squares = np.array([[[2000.0]]]), np.array([[[200.0]]]), np.array([[[0.0]]]), np.array([[[20000.0]]])
    >>> design = Design(np.array([2]), np.array([20.0]), ("",), np.array([0]))
    >>> found = estimate_means(Moments(*sample, *squares), design)  # 60 and 80, out of 20 clients
    >>> found.value.item(), round(float(np.sqrt(found.variance.item())), 3)
    (70.0, 9.487)
    """
    weight = _by_unit(moments.w, design)
    value = _share_out(_by_unit(moments.w * moments.mean, design), weight)
    shift = moments.mean - _by_stratum(value, design)
    inverse = _by_stratum(_share_out(np.ones_like(weight), weight), design)
    return _estimates(moments, design, inference, value, inverse, shift * inverse)


def estimate_totals(moments: Moments, design: Design, inference: Inference = Inference.FINITE) -> Estimates:
    """Return totals over the population per unit and level, in the unit of y. Ŷ = Σ w y, with z = w y.

    Source: Särndal et al. (1992), result 3.7.2.

    >>> from analysis.moments import Moments
    >>> sample = np.array([[[2]]]), np.array([[[20.0]]]), np.array([[[70.0]]])
    >>> squares = np.array([[[2000.0]]]), np.array([[[200.0]]]), np.array([[[0.0]]]), np.array([[[20000.0]]])
    >>> design = Design(np.array([2]), np.array([20.0]), ("",), np.array([0]))
    >>> found = estimate_totals(Moments(*sample, *squares), design)  # 60 and 80, out of 20 clients
    >>> found.value.item(), round(float(np.sqrt(found.variance.item())), 2)
    (1400.0, 189.74)
    """
    value = _by_unit(moments.w * moments.mean, design)
    return _estimates(moments, design, inference, value, np.ones_like(moments.w), moments.mean)


def design_effects(
    estimates: Estimates, inference: Inference = Inference.FINITE, *, of_totals: bool | NDArray[np.bool_] = False
) -> NDArray[np.float64]:
    """Return the design effect V / V_SRS of means, or of totals where `of_totals`; NaN where V_SRS is 0 or unknown.

    V_SRS = (1 − n/W) s²/n, times W² for a total; without the first factor for `process` inference or an unknown
    population. Source: Kish (1965), Survey Sampling, section 8.2.
    """
    n, weight = np.maximum(estimates.n, 1), np.where(estimates.population > 0, estimates.population, 1.0)
    finite = ~estimates.open_population & (inference is Inference.FINITE)
    simple = np.where(finite, 1.0 - n / weight, 1.0) * estimates.spread / n * np.where(of_totals, weight**2, 1.0)
    effects: NDArray[np.float64] = np.full(simple.shape, np.nan)
    return np.divide(estimates.variance, simple, out=effects, where=(simple > 0) & (estimates.n > 1))


def kish_n(weight: NDArray[np.float64], squares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the effective number of respondents by weights alone: (Σ w)²/Σ w². Source: Kish (1992), J. Off. Stat. 8.

    >>> kish_n(np.array([4.0]), np.array([10.0]))  # weights 1 and 3
    array([1.6])
    """
    return _share_out(weight**2, squares)


def degrees_of_freedom(n: NDArray[np.int64], design: Design) -> NDArray[np.int64]:
    """Return per unit and level: respondents minus the strata that hold one of them. `n` is (…, stratum, level).

    >>> design = Design(np.array([3, 2, 5]), np.full(3, 9.0), ("",), np.array([0]))
    >>> degrees_of_freedom(np.array([[3], [0], [5]]), design)
    array([[6]])
    """
    result: NDArray[np.int64] = np.add.reduceat(n - (n > 0), design.starts, axis=-2)
    return result


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """Variance per unit and level of a linear form, and what lonely strata did to it.

    `variance` is `factor` times the sum of `by_stratum`; the factor is 1 unless lonely strata get the average.
    """

    variance: NDArray[np.float64]
    by_stratum: NDArray[np.float64]
    factor: NDArray[np.float64]
    lonely: NDArray[np.bool_]
    failed: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class FormSums:
    """Sums per stratum of z = w(k·y′ + d): `total` Σ z = Σ d W, and Σ z² in two parts (…, stratum, level).

    `inner` = k² C + 2 k d B holds the differences between answers, `flat` = d² A the rest. Because Σ w y′ is 0 in every
    cell, only the flat part loses digits against (Σ z)²/n, and only there a remainder of rounding is removed.
    """

    total: NDArray[np.float64]
    inner: NDArray[np.float64]
    flat: NDArray[np.float64]
    n: NDArray[np.int64]

    def over_levels(self) -> FormSums:
        """Return the sums of a form that runs over all levels: they are disjoint."""
        parts = (self.total, self.inner, self.flat, self.n)
        return FormSums(*(part.sum(axis=-1, keepdims=True) for part in parts))


def form_sums(moments: Moments, slope: NDArray[np.float64], shift: NDArray[np.float64]) -> FormSums:
    """Return the sums of Σ w(k·y′ + d), with k = `slope` and d = `shift` per variable, stratum and level."""
    inner = slope * (slope * moments.c + 2 * shift * moments.b)
    return FormSums(shift * moments.w, inner, shift**2 * moments.a, moments.n)


def spread_of(form: FormSums, design: Design, inference: Inference) -> Spread:
    """Return the variance of a linear form per unit and level."""
    size, n = design.respondents[:, None], form.n
    left = design.open_share(inference)[:, None]
    flat = form.flat - form.total**2 / np.maximum(size, 1)
    flat = np.where(flat > 4 * size * np.finfo(np.float64).eps * form.flat, flat, 0.0)
    centred, squares = np.maximum(form.inner + flat, 0.0), form.inner + form.flat
    alone = (size == 1) & (left > 0) & (n > 0)
    within = alone | ((n == 1) & (left > 0)) if design.adjust_domain_lonely else alone
    scale = left * size / np.maximum(size - 1, 1)
    by_stratum = scale * centred
    if design.lonely is Lonely.ADJUST:
        by_stratum = np.where(within, scale * squares, by_stratum)
    elif design.lonely is Lonely.AVERAGE:
        by_stratum = np.where(within, 0.0, by_stratum)
    elif design.lonely is not Lonely.FAIL:
        by_stratum = np.where(alone, 0.0, by_stratum)
    variance = _by_unit(by_stratum, design)
    factor = np.ones_like(variance)
    lonely = np.logical_or.reduceat(within, design.starts, axis=-2)
    failed = lonely & (design.lonely is Lonely.FAIL)
    if design.lonely is Lonely.AVERAGE:
        strata = np.add.reduceat((n > 0).astype(np.int64), design.starts, axis=-2)
        others = strata - np.add.reduceat(within.astype(np.int64), design.starts, axis=-2)
        factor = np.maximum(strata, 1) / np.maximum(others, 1)
        failed = (strata > 0) & (others == 0)
    return Spread(variance * factor, by_stratum, factor, lonely, failed)


def _estimates(
    moments: Moments,
    design: Design,
    inference: Inference,
    value: NDArray[np.float64],
    slope: NDArray[np.float64],
    shift: NDArray[np.float64],
) -> Estimates:
    found = spread_of(form_sums(moments, slope, shift), design, inference)
    weight = _by_unit(moments.w, design)
    n = np.add.reduceat(moments.n, design.starts, axis=-2)
    inside = moments.n > 0
    left = design.open_share(inference)[:, None] > 0
    unknown = np.isinf(design.population)[:, None]
    return Estimates(
        value=value,
        variance=found.variance,
        n=n,
        population=weight,
        df=degrees_of_freedom(moments.n, design),
        spread=_sample_variance(moments, design, n, weight),
        kish_n=kish_n(weight, _by_unit(moments.a, design)),
        census=(n > 0) & ~np.logical_or.reduceat(inside & left, design.starts, axis=-2),
        lonely=found.lonely,
        failed=found.failed,
        open_population=np.logical_or.reduceat(inside & unknown, design.starts, axis=-2),
    )


def _sample_variance(
    moments: Moments, design: Design, n: NDArray[np.int64], weight: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return s² = n/(n − 1) Σ w(y − ȳ)²/Σ w, from the spread within and between cells."""
    mean = _share_out(_by_unit(moments.w * moments.mean, design), weight)
    between = moments.w * (moments.mean - _by_stratum(mean, design)) ** 2
    return _share_out(_by_unit(moments.spread + between, design), weight) * n / np.maximum(n - 1, 1)


def _by_unit(sums: NDArray[np.float64], design: Design) -> NDArray[np.float64]:
    result: NDArray[np.float64] = np.add.reduceat(sums, design.starts, axis=-2)
    return result


def _by_stratum(values: NDArray[np.float64], design: Design) -> NDArray[np.float64]:
    return np.take(values, design.unit_of_stratum(), axis=-2)


def _share_out(top: NDArray[np.float64], bottom: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.divide(top, bottom, out=np.zeros_like(top), where=bottom > 0)
