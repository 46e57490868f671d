"""Differences between units and the total that contains them, and contrasts between levels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.design import Design
from analysis.estimates import Spread, degrees_of_freedom, estimate_means, form_sums, spread_of
from analysis.moments import Moments
from analysis.results import Inference


@dataclass(frozen=True, slots=True, eq=False)
class Differences:
    """Arrays (variable, unit, level): unit mean minus the mean of all units together. `spread` is s² of all together.

    `df` is 0 where no degrees of freedom are left on one of the sides. `failed`: a lonely stratum forbids a variance.
    """

    difference: NDArray[np.float64]
    variance: NDArray[np.float64]
    df: NDArray[np.float64]
    n: NDArray[np.int64]
    total_n: NDArray[np.int64]
    spread: NDArray[np.float64]
    failed: NDArray[np.bool_]


def compare_units(moments: Moments, design: Design, inference: Inference = Inference.PROCESS) -> Differences:
    """Return per unit ȳ_m − ȳ_U, in which U contains m, with the part-whole covariance. In the unit of y.

    z = w[I_m (y − ȳ_m)/W_m − (y − ȳ_U)/W_U]. The variance has a part of the strata of m (v1) and one of all other
    strata (v2), which are independent; df = (v1 + v2)²/(v1²/df1 + v2²/df2) as of Welch and Satterthwaite, with df1 and
    df2 the respondents minus strata on each side: R's single count is too liberal when the unit is tiny.
    Source: Satterthwaite (1946), Biometrics Bulletin 2, 110-114; Cochran (1977), section 5A.14.
    """
    together = design.together()
    own, all_units = estimate_means(moments, design, inference), estimate_means(moments, together, inference)
    own_part, whole = _own_and_whole(moments, design, inference)
    v1 = np.add.reduceat(own_part.by_stratum, design.starts, axis=-2)
    without = whole.by_stratum.sum(axis=-2, keepdims=True) - np.add.reduceat(whole.by_stratum, design.starts, axis=-2)
    v2 = np.where(all_units.n > own.n, np.maximum(without, 0.0), 0.0)
    df1 = own.df.astype(np.float64)
    df2 = (degrees_of_freedom(moments.n, together) - own.df).astype(np.float64)
    return Differences(
        difference=own.value - all_units.value,
        variance=(v1 + v2) * whole.factor,
        df=_satterthwaite(v1, v2, df1, df2),
        n=own.n,
        total_n=np.broadcast_to(all_units.n, own.n.shape),
        spread=np.broadcast_to(all_units.spread, own.value.shape),
        failed=np.broadcast_to(whole.failed, own.value.shape),
    )


def contrast(
    moments: Moments, design: Design, coefficients: NDArray[np.float64], inference: Inference = Inference.PROCESS
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return Σ_l c_l ȳ_l over disjoint levels, and its variance: arrays (variable, unit). In the unit of y.

    z = w Σ_l c_l I_l (y − ȳ_l)/W_l, so the covariance between levels that share strata is in it.
    Source: Särndal, Swensson & Wretman (1992), Model Assisted Survey Sampling, section 5.5.
    """
    levels = estimate_means(moments, design, inference)
    unit = design.unit_of_stratum()
    weight, mean = np.take(levels.population, unit, axis=-2), np.take(levels.value, unit, axis=-2)
    slope = np.divide(coefficients, weight, out=np.zeros_like(weight), where=weight > 0)
    shift = slope * (moments.mean - mean)
    found = spread_of(form_sums(moments, slope, shift).over_levels(), design, inference)
    return (levels.value * coefficients).sum(axis=-1), found.variance[..., 0]


def adjust_p(p: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return p-values adjusted for the false discovery rate within one family.

    p_(i)·k/i from the largest down, never rising. Source: Benjamini & Hochberg (1995), JRSS B 57, 289-300.

    >>> adjust_p(np.array([0.01, 0.04, 0.03])).round(4)
    array([0.03, 0.04, 0.04])
    """
    # Written out, because importing scipy.stats takes longer than most analyses.
    falling = np.argsort(p)[::-1]
    adjusted: NDArray[np.float64] = np.empty_like(p)
    steps = p[falling] * p.size / np.arange(p.size, 0, -1)
    adjusted[falling] = np.minimum.accumulate(steps)
    return adjusted


def p_values(differences: Differences) -> NDArray[np.float64]:
    """Return two-sided p-values of Student's t; 1 where a difference has no variance or no degrees of freedom."""
    from scipy.special import stdtr

    known = (differences.variance > 0) & (differences.df > 0)
    se = np.sqrt(np.where(known, differences.variance, 1.0))
    tails = 2 * stdtr(np.where(known, differences.df, 1.0), -np.abs(differences.difference) / se)
    result: NDArray[np.float64] = np.where(known, tails, 1.0)
    return result


def _own_and_whole(moments: Moments, design: Design, inference: Inference) -> tuple[Spread, Spread]:
    """Return the variance of the difference in the strata of the own unit, and in the strata of other units."""
    together = design.together()
    unit = design.unit_of_stratum()
    own, whole = estimate_means(moments, design, inference), estimate_means(moments, together, inference)
    inverse_own = _inverse(np.take(own.population, unit, axis=-2))
    inverse_whole = np.broadcast_to(_inverse(whole.population), inverse_own.shape)
    from_own = (moments.mean - np.take(own.value, unit, axis=-2)) * inverse_own
    from_whole = (moments.mean - whole.value) * inverse_whole
    in_unit = form_sums(moments, inverse_own - inverse_whole, from_own - from_whole)
    elsewhere = form_sums(moments, inverse_whole, from_whole)
    return spread_of(in_unit, together, inference), spread_of(elsewhere, together, inference)


def _inverse(weight: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.divide(1.0, weight, out=np.zeros_like(weight), where=weight > 0)


def _satterthwaite(
    v1: NDArray[np.float64], v2: NDArray[np.float64], df1: NDArray[np.float64], df2: NDArray[np.float64]
) -> NDArray[np.float64]:
    parts = v1**2 / np.maximum(df1, 1.0) + v2**2 / np.maximum(df2, 1.0)
    df = np.divide((v1 + v2) ** 2, parts, out=np.zeros_like(parts), where=parts > 0)
    impossible = ((v1 > 0) & (df1 <= 0)) | ((v2 > 0) & (df2 <= 0))
    return np.where(impossible, 0.0, df)
