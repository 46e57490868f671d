"""Differences between units and their references, and between levels within a unit, with all covariance in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.comparison.references import UnitReference, all_units
from analysis.comparison.unit_means import UnitMeans, above_rounding, unit_means, with_lonely
from analysis.design import Design
from analysis.results import Inference
from analysis.tabulation.estimates import FormSums, by_stratum, estimate_means, form_sums, over_strata, spread_of
from analysis.tabulation.moments import ROUNDING, Moments


@dataclass(frozen=True, slots=True, eq=False)
class Differences:
    """Arrays (variable, unit, level): the mean of the unit minus that of its reference, in the unit of y.

    `mean` is that of the unit. `df` is 0 where no degrees of freedom are left on one of the sides. `reference_n` are the
    respondents of the reference, those of the unit included where it is a part of it. `units` is how many units the
    reference has and `largest` the part of the biggest of them. `failed`: a lonely stratum forbids a variance.
    """

    mean: NDArray[np.float64]
    difference: NDArray[np.float64]
    variance: NDArray[np.float64]
    df: NDArray[np.float64]
    n: NDArray[np.int64]
    reference_n: NDArray[np.int64]
    units: NDArray[np.int64]
    largest: NDArray[np.float64]
    failed: NDArray[np.bool_]


def compare_units(moments: Moments, design: Design, inference: Inference = Inference.PROCESS) -> Differences:
    """Return per unit ȳ_m − ȳ_U, in which U is all units together, m among them. In the unit of y.

    Source: Särndal, Swensson & Wretman (1992), Model Assisted Survey Sampling, section 5.5.

    >>> moments = Moments(*np.array([[2, 2, 70, 200, 2, 0, 200], [2, 2, 50, 200, 2, 0, 200]]).T.reshape(7, 1, 2, 1))
    >>> design = Design(np.array([2, 2]), np.full(2, np.inf), ("a", "b"), np.array([0, 1]))
    >>> found = compare_units(moments, design)  # 60 and 80, 40 and 60: each minus their mean
    >>> found.difference.ravel(), found.variance.ravel().round(6)
    (array([ 10., -10.]), array([50., 50.]))
    """
    return compare_with(unit_means(moments, design, inference), all_units(len(design.units)))


def compare_with(units: UnitMeans, reference: UnitReference) -> Differences:
    """Return per unit ȳ_m − ȳ_R, with R its group, in time that grows with the number of units. In the unit of y.

    ȳ_R = Σ_k W_k ȳ_k / Σ_k W_k over the units of the group (W_k = 1: average of units), so that
    z = z(ȳ_m) − Σ_k p_k [z(ȳ_k) + (ȳ_k − ȳ_R) z(W_k)/W_k] with p_k = W_k/Σ W. Sizes are estimated, too; where they are
    fixed V = (1 − p_m)² V_m + Σ_{k≠m} p_k² V_k for a unit m that is in the group. The variance has a part of the unit (v1)
    and one of the others (v2), which are independent; df = (v1 + v2)²/(v1²/df1 + v2²/df2), as R's single count is too
    liberal when the unit is tiny.
    Source: Särndal, Swensson & Wretman (1992), Model Assisted Survey Sampling, section 5.5; Satterthwaite (1946),
    Biometrics Bulletin 2, 110-114; the average of units: Consumer Assessment of Healthcare Providers and Systems.

    >>> from analysis.design import Lonely
    >>> def of(*values):
    ...     return np.array(values, dtype=float)[None, :, None]
    >>> nothing, ten = of(0, 0), np.full((1, 2, 1), 10)
    >>> units = UnitMeans(of(80, 60), of(1, 3), of(4, 4), nothing, nothing, ten, ten, ten, ten * 0, Lonely.FAIL)
    >>> found = compare_with(units, all_units(2))  # 80 - 65, and 0.75² x 4 + 0.75² x 4
    >>> found.difference[0, 0, 0], found.variance[0, 0, 0], found.df[0, 0, 0]
    (np.float64(15.0), np.float64(4.5), np.float64(20.0))
    """
    chosen = units.of_equal_size() if reference.equal else units
    pilot = _over((chosen.size * chosen.mean).sum(axis=-2, keepdims=True), chosen.size.sum(axis=-2, keepdims=True))
    y = np.where(chosen.n > 0, chosen.mean - pilot, 0.0)
    part = reference.part[:, None]
    others_size = _of_others(chosen.size, reference)
    size = others_size + np.where(part, chosen.size, 0.0)
    centre = _over(_of_others(chosen.size * y, reference) + np.where(part, chosen.size * y, 0.0), size)
    share = np.where(part, _over(chosen.size, size), 0.0)
    parts = (_own_part(chosen, share, y - centre), _part_of_others(chosen, reference, y, centre, size))
    v1, v2 = (above_rounding(part, chosen.mean) for part in parts)
    strata, alone = (it + _of_others(it, reference) for it in (chosen.strata, chosen.alone))
    variance, failed = with_lonely(v1 + v2, strata, alone, chosen.lonely)
    some = (chosen.n > 0).astype(np.int64)
    return Differences(
        mean=chosen.mean,
        difference=y - centre,
        variance=variance,
        df=satterthwaite((v1, v2), (chosen.df, _of_others(chosen.df, reference))),
        n=chosen.n,
        reference_n=_of_others(chosen.n, reference) + np.where(part, chosen.n, 0),
        units=_of_others(some, reference) + np.where(part, some, 0),
        largest=np.maximum(_over(_of_others(chosen.size, reference, np.maximum), size), share),
        failed=failed,
    )


def compare_levels(
    moments: Moments,
    design: Design,
    level: int,
    others: NDArray[np.int64],
    inference: Inference = Inference.PROCESS,
) -> Differences:
    """Return per unit the mean of a level minus that of other levels taken together: arrays (variable, unit, 1).

    z = w I_l (y − ȳ_l)/W_l − w I_o (y − ȳ_o)/W_o: levels that share strata have their covariance in it. Strata in which
    only one side has respondents and strata with both are independent parts of the degrees of freedom.
    Source: Särndal et al. (1992), section 5.5; Satterthwaite (1946), Biometrics Bulletin 2, 110-114.

    >>> moments = Moments(*np.array([[2, 2, 70, 200, 2, 0, 200], [2, 2, 50, 200, 2, 0, 200]]).T.reshape(7, 1, 1, 2))
    >>> design = Design(np.array([4]), np.full(1, np.inf), ("",), np.array([0]))
    >>> found = compare_levels(moments, design, 0, np.array([1]))  # 60 and 80 against 40 and 60
    >>> found.difference.item(), round(found.variance.item(), 4), found.df.item()
    (20.0, 133.3333, 3.0)
    """
    first, second = (_side(moments, design, chosen) for chosen in (np.array([level]), others))
    found, size = spread_of(first.minus(second), design, inference), np.maximum(abs(first.mean), abs(second.mean))
    return Differences(
        mean=first.mean,
        difference=first.mean - second.mean,
        variance=above_rounding(found.variance, size),
        df=_df_of_levels(found.by_stratum, (first.form.n, second.form.n), size, design),
        n=first.n,
        reference_n=second.n,
        units=np.ones_like(first.n),
        largest=np.ones_like(first.mean),
        failed=found.failed,
    )


def contrast(
    moments: Moments, design: Design, coefficients: NDArray[np.float64], inference: Inference = Inference.PROCESS
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return Σ_l c_l ȳ_l over disjoint levels, and its variance: arrays (variable, unit). In the unit of y.

    z = w Σ_l c_l I_l (y − ȳ_l)/W_l, so the covariance between levels that share strata is in it.
    Source: Särndal, Swensson & Wretman (1992), Model Assisted Survey Sampling, section 5.5.

    >>> moments = Moments(*np.array([[2, 2, 70, 200, 2, 0, 200], [2, 2, 50, 200, 2, 0, 200]]).T.reshape(7, 1, 1, 2))
    >>> design = Design(np.array([4]), np.full(1, np.inf), ("",), np.array([0]))
    >>> value, variance = contrast(moments, design, np.array([1.0, -1.0]))
    >>> value.item(), round(variance.item(), 4)
    (20.0, 133.3333)
    """
    levels = estimate_means(moments, design, inference)
    unit = design.unit_of_stratum()
    weight, mean = np.take(levels.population, unit, axis=-2), np.take(levels.value, unit, axis=-2)
    slope = np.divide(coefficients, weight, out=np.zeros_like(weight), where=weight > 0)
    shift = slope * (moments.mean - mean)
    found = spread_of(form_sums(moments, slope, shift).over_levels(), design, inference)
    return (levels.value * coefficients).sum(axis=-1), found.variance[..., 0]


def p_values(differences: Differences) -> NDArray[np.float64]:
    """Return two-sided p-values of Student's t; 1 where a difference has no variance or no degrees of freedom.

    P(|T| > |ȳ_m − ȳ_R|/√V). Source: Student (1908), Biometrika 6, 1-25; Cochran (1977), Sampling Techniques, section 2.8.

    >>> moments = Moments(*np.array([[2, 2, 70, 200, 2, 0, 200], [2, 2, 50, 200, 2, 0, 200]]).T.reshape(7, 1, 1, 2))
    >>> design = Design(np.array([4]), np.full(1, np.inf), ("",), np.array([0]))
    >>> p_values(compare_levels(moments, design, 0, np.array([1]))).round(4).item()  # t = 20/√133.33, df = 3
    0.1817
    """
    from scipy.special import stdtr

    known = (differences.variance > 0) & (differences.df > 0)
    se = np.sqrt(np.where(known, differences.variance, 1.0))
    tails = 2 * stdtr(np.where(known, differences.df, 1.0), -np.abs(differences.difference) / se)
    result: NDArray[np.float64] = np.where(known, tails, 1.0)
    return result


def cohen_h(share: NDArray[np.float64], reference: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the effect size of two shares: 2 arcsin √p1 − 2 arcsin √p2. Fractions 0-1 in; 0.2 small, 0.8 large.

    Source: Cohen (1988), Statistical Power Analysis for the Behavioral Sciences, section 6.2.

    >>> cohen_h(np.array([0.5]), np.array([0.4])).round(3)
    array([0.201])
    """
    first, second = (2 * np.arcsin(np.sqrt(np.clip(it, 0.0, 1.0))) for it in (share, reference))
    size: NDArray[np.float64] = first - second
    return size


def satterthwaite(variances: Sequence[NDArray[np.float64]], df: Sequence[NDArray[Any]]) -> NDArray[np.float64]:
    """Return the degrees of freedom of a sum of independent variances: (Σ v)²/Σ(v²/df); 0 where a part has none.

    Source: Satterthwaite (1946), Biometrics Bulletin 2, 110-114; for two means Welch (1947), Biometrika 34, 28-35.

    >>> satterthwaite((np.array([4.0]), np.array([1.0])), (np.array([10]), np.array([40]))).round(2)
    array([15.38])
    """
    total = sum(variances, start=np.zeros(()))
    parts = sum((v**2 / np.maximum(own, 1) for v, own in zip(variances, df, strict=True)), start=np.zeros(()))
    impossible = np.any([(v > 0) & (own <= 0) for v, own in zip(variances, df, strict=True)], axis=0)
    result: NDArray[np.float64] = np.where(impossible, 0.0, _over(total**2, parts))
    return result


@dataclass(frozen=True, slots=True, eq=False)
class _Side:
    """One side of a difference of levels: mean and respondents by unit, and the sums of its linear form by stratum."""

    mean: NDArray[np.float64]
    n: NDArray[np.int64]
    form: FormSums

    def minus(self, other: _Side) -> FormSums:
        """Return the sums of the difference of both forms; they have no respondents in common."""
        first, second = self.form, other.form
        inner, flat = first.inner + second.inner, first.flat + second.flat
        return FormSums(first.total - second.total, inner, flat, first.n + second.n)


def _side(moments: Moments, design: Design, levels: NDArray[np.int64]) -> _Side:
    part = Moments(*(getattr(moments, it.name)[..., levels] for it in fields(Moments)))
    size, total = (over_strata(it, design).sum(axis=-1, keepdims=True) for it in (part.w, part.w * part.mean))
    mean = _over(total, size)
    slope = by_stratum(_over(np.ones_like(size), size), design)
    form = form_sums(part, slope, slope * (part.mean - by_stratum(mean, design))).over_levels()
    return _Side(mean, over_strata(form.n, design).astype(np.int64), form)


def _df_of_levels(
    v: NDArray[np.float64], n: tuple[NDArray[np.int64], NDArray[np.int64]], mean: NDArray[np.float64], design: Design
) -> NDArray[np.float64]:
    """Return the degrees of freedom of a variance by stratum, with strata of one side, of the other, and of both."""
    first, second = n
    kinds = ((first > 0) & (second == 0), (first == 0) & (second > 0), (first > 0) & (second > 0))
    parts = [above_rounding(over_strata(np.where(kind, v, 0.0), design), mean) for kind in kinds]
    return satterthwaite(parts, [over_strata(np.where(kind, first + second - 1, 0), design) for kind in kinds])


def _of_others(values: NDArray[Any], reference: UnitReference, fold: np.ufunc = np.add) -> NDArray[Any]:
    """Return per unit the sum (or the largest) of the other units of the group that it is compared with."""
    result = np.zeros_like(values)
    for group in range(int(reference.member.max(initial=-1)) + 1):
        members = reference.member == group
        inside = values[..., members, :]
        result[..., reference.against == group, :] = fold.reduce(inside, axis=-2, keepdims=True)
        # All before and all after: subtracting from the whole would lose digits where one unit is most of its group.
        result[..., members, :] = fold(_before(inside, fold), _before(inside[..., ::-1, :], fold)[..., ::-1, :])
    return result


def _before(values: NDArray[Any], fold: np.ufunc) -> NDArray[Any]:
    """Return at every place the sum of all before it."""
    running = fold.accumulate(values, axis=-2)
    return np.concatenate([np.zeros_like(running[..., :1, :]), running[..., :-1, :]], axis=-2)


def _own_part(units: UnitMeans, share: NDArray[np.float64], from_centre: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the variance of the strata of the unit itself, of which `share` is in the reference."""
    slope, shift = 1.0 - share, -share * from_centre
    squares = slope**2 * units.v_mean + shift**2 * units.v_size
    return _without_rounding(squares + 2 * slope * shift * units.c_size, squares)


def _part_of_others(
    units: UnitMeans,
    reference: UnitReference,
    y: NDArray[np.float64],
    centre: NDArray[np.float64],
    size: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the variance of the strata of the other units in the reference.

    Around the mean c0 of the whole group it is a sum over units; around c, which leaves out the unit itself, it is
    R0 − 2(c − c0)R1 + (c − c0)² R2 with sums that need not be made anew for every unit.
    """
    whole = replace(reference, against=reference.member)
    middle = _over(*(_of_others(it, whole) + it for it in (units.size * y, units.size)))
    from_middle = y - middle
    tied = units.c_size + from_middle * units.v_size
    squares = units.v_mean + from_middle * (units.c_size + tied)
    r0, r1, r2 = _of_others(units.size**2 * np.stack([squares, tied, units.v_size]), reference)
    shift = np.where((reference.member == reference.against)[:, None], centre - middle, 0.0)
    found = _without_rounding(r0 - 2 * shift * r1 + shift**2 * r2, r0 + shift**2 * r2)
    return _over(found, size**2)


def _without_rounding(variance: NDArray[np.float64], size: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a difference of sums of this size as 0 where it is no more than rounding."""
    return np.where(variance > ROUNDING * size, variance, 0.0)


def _over(top: NDArray[np.float64], bottom: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.divide(top, bottom, out=np.zeros(np.broadcast(top, bottom).shape), where=bottom > 0)
