"""Change of persons who were asked before and after, with the survey design.

D = after − before, per person. Its mean is taken in the subgroup of those who answered both times: the others stay in
the design, they are never deleted. A change is no effect: without a control group nobody knows what would have happened
otherwise.
Source: Cochran (1977), Sampling Techniques, sections 2.8 and 12.11; Särndal, Swensson & Wretman (1992), section 5.8.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.comparison.differences import satterthwaite
from analysis.intervals import t_interval
from analysis.results import DfRule, Inference, Interval, NotEstimable
from analysis.rows.linearising import by_level, means
from analysis.rows.sample import Covariance, Sample

# A variance below this part of the square of the numbers is what rounding leaves of equal answers.
_ROUNDING = 1e-20


@dataclass(frozen=True, slots=True)
class Change:
    """Later minus earlier, or the change in a unit of time: in the unit of y. Nothing is said about its cause.

    `respondents` is the smallest number of valid answers that it rests on. `p_value`: two-sided, of no change.
    """

    value: float
    se: float
    interval: Interval
    df: float
    p_value: float
    respondents: int
    inference: Inference
    df_rule: DfRule = DfRule.DESIGN

    @property
    def t(self) -> float:
        """The change in standard errors."""
        return self.value / self.se


@dataclass(frozen=True, slots=True)
class ControlledChange:
    """Change of those who took part minus the change of a control group (difference in differences).

    It is an effect of taking part only if both groups would otherwise have changed alike: the data cannot show that.
    """

    difference: Change
    participants: Change
    control: Change


@dataclass(frozen=True, slots=True)
class Basis:
    """What a test rests on. `failed`: a lonely stratum forbids a variance."""

    df: float
    respondents: int
    inference: Inference
    df_rule: DfRule = DfRule.DESIGN
    failed: bool = False


def paired_change(
    before: NDArray[np.float64],
    after: NDArray[np.float64],
    sample: Sample,
    inference: Inference = Inference.PROCESS,
    *,
    confidence: float = 0.95,
) -> Change | NotEstimable:
    """Return the mean of after − before over persons with both (NaN: no answer). In the unit of the answers.

    D̄ = Σ w D/Σ w, z = w(D − D̄)/Σ w; n_h stays the whole stratum. Answers 0 and 1 give a change of a share, as a
    fraction. Where everyone has both, without strata and with equal weights, it is Student's paired t. df: clusters
    with both answers minus their strata. Source: Särndal, Swensson & Wretman (1992), section 5.8; Cochran (1977), section 12.11.

    >>> from analysis.rows.sample import one_stage
    >>> before, after = np.array([4.0, 6.0, 5.0, 7.0]), np.array([5.0, 6.0, 7.0, np.nan])
    >>> found = paired_change(before, after, one_stage(np.ones(4)))
    >>> found.value, round(found.se, 4), found.df, found.respondents
    (1.0, 0.5443, 2, 3)
    """
    difference = after - before
    found = means(difference[:, None], sample)
    covariance = found.covariance(sample, inference)
    df = sample.degrees_of_freedom(~np.isnan(difference))
    basis = Basis(df, int(found.n[0]), inference, failed=covariance.failed)
    variance = above_rounding(float(covariance.variance[0]), _size(before))
    return change_of(float(found.value[0]), variance, basis, confidence=confidence)


def change_of_groups(
    before: NDArray[np.float64],
    after: NDArray[np.float64],
    group: NDArray[np.int64],
    sizes: NDArray[np.float64],
    *,
    confidence: float = 0.95,
) -> Change | NotEstimable:
    """Return the mean of after − before where each group counts for its size, however many of it answered both times.

    D̄ = Σ W_a D̄_a, V = Σ W_a² s²_a/n_a over the n_a pairs of each group, W_a = N_a/Σ N over groups with a pair. `group` is a
    number from 0 by row, `sizes` are the N_a (persons). A lone pair adds W_a²(D − D̄)², with one degree of freedom; df of
    Satterthwaite. Without finite correction (`Inference.PROCESS`). Source: Cochran (1977), sections 5.3 and 5.4.

    >>> before, after = np.zeros(6), np.array([3.0, 4, 5, -4, -2, np.nan])
    >>> found = change_of_groups(before, after, np.array([0, 0, 0, 1, 1, 1]), np.array([100.0, 100.0]))
    >>> found.value, round(found.se, 4), round(found.df, 2)  # 4 and -3: half of each; V = (1/3 + 1)/4
    (0.5, 0.5774, 1.68)
    """
    paired = ~np.isnan(after - before)
    pairs, place = (after - before)[paired], group[paired]
    n = np.bincount(place, minlength=sizes.size)
    weight = np.where(n > 0, sizes, 0.0) / max(float(sizes[n > 0].sum()), 1.0)
    mean = np.bincount(place, weights=pairs, minlength=sizes.size) / np.maximum(n, 1)
    value = float(weight @ mean)
    centre = np.where(n > 1, mean, value)  # nobody knows the spread around a lone pair
    squares = np.bincount(place, weights=(pairs - centre[place]) ** 2, minlength=sizes.size)
    df = np.maximum(n - 1, 1)
    variances = weight**2 * squares / df / np.maximum(n, 1)
    shared = satterthwaite(list(variances), list(df))
    basis = Basis(float(shared), pairs.size, Inference.PROCESS, DfRule.SATTERTHWAITE)
    return change_of(value, above_rounding(float(variances.sum()), _size(before)), basis, confidence=confidence)


def change_against_control(
    difference: NDArray[np.float64],
    takes_part: NDArray[np.bool_],
    sample: Sample,
    inference: Inference = Inference.PROCESS,
    *,
    confidence: float = 0.95,
) -> ControlledChange | NotEstimable:
    """Return the mean `difference` (after − before, NaN for no pair) of participants minus that of the others.

    z = w[I₁(D − D̄₁)/W₁ − I₀(D − D̄₀)/W₀]: what strata and clusters share is in its variance. df of Satterthwaite.
    Source: Angrist & Pischke (2009), Mostly Harmless Econometrics, section 5.2; Särndal et al. (1992), section 5.5.

    >>> from analysis.rows.sample import one_stage
    >>> pairs, takes_part = np.array([2.0, 3.0, 4.0, 0.0, 1.0, 2.0]), np.arange(6) < 3
    >>> found = change_against_control(pairs, takes_part, one_stage(np.ones(6)))
    >>> found.difference.value, round(found.difference.se, 3), round(found.difference.df, 6)
    (2.0, 0.73, 4.0)
    """
    found = means(by_level(difference, np.where(takes_part, 0, 1), 2), sample)
    both = found.combine(np.array([[1.0, 0.0], [0.0, 1.0], [1.0, -1.0]]))
    covariance = both.covariance(sample, inference)
    present = ~np.isnan(difference)
    df = [sample.degrees_of_freedom(present & group) for group in (takes_part, ~takes_part)]
    variance = np.array([above_rounding(float(one), _size(difference)) for one in covariance.variance])
    bases = (
        *(Basis(df[group], int(found.n[group]), inference, failed=covariance.failed) for group in (0, 1)),
        _together(variance[:2], df, int(both.n[2]), inference, covariance),
    )
    changes = (
        change_of(float(value), float(of_value), basis, confidence=confidence)
        for value, of_value, basis in zip(both.value, variance, bases, strict=True)
    )
    participants, control, between = changes
    for part in (participants, control, between):
        if isinstance(part, NotEstimable):
            return part
    assert isinstance(participants, Change)
    assert isinstance(control, Change)
    assert isinstance(between, Change)
    return ControlledChange(between, participants, control)


def change_of(value: float, variance: float, basis: Basis, *, confidence: float = 0.95) -> Change | NotEstimable:
    """Return a change with its interval value ∓ t·√V and the p-value of Student's t, or why there is none.

    Source: Student (1908), Biometrika 6, 1-25; Cochran (1977), section 2.8.

    >>> found = change_of(3.0, 2.25, Basis(10, 11, Inference.PROCESS))
    >>> found.t, round(found.p_value, 4)
    (2.0, 0.0734)
    """
    from scipy.special import stdtr

    if reason := why_not(variance, basis):
        return NotEstimable(reason, basis.respondents)
    low, high = t_interval(np.array(value), np.array(variance), np.array(basis.df), confidence=confidence)
    se = float(np.sqrt(variance))
    p_value = float(2 * stdtr(basis.df, -abs(value) / se))
    interval = Interval(float(low), float(high))
    return Change(value, se, interval, basis.df, p_value, basis.respondents, basis.inference, basis.df_rule)


def why_not(variance: float, basis: Basis) -> str:
    """Return the reason why a value cannot be tested; empty when it can.

    >>> why_not(0.0, Basis(10, 11, Inference.PROCESS)), why_not(2.25, Basis(10, 11, Inference.PROCESS))
    ('no_variation', '')
    """
    if basis.respondents < 2:  # noqa: PLR2004 - one respondent shows no spread
        return "no_respondents" if basis.respondents == 0 else "one_respondent"
    if basis.failed:
        return "lonely_stratum"
    if basis.df <= 0:
        return "no_degrees_of_freedom"
    return "no_variation" if variance <= 0 else ""


def above_rounding(variance: float, size: float) -> float:
    """Return a variance, or 0 when it is nothing but the rounding of numbers as large as `size`.

    >>> above_rounding(1e-33, 0.1), above_rounding(1e-6, 0.1)
    (0.0, 1e-06)
    """
    return variance if variance > _ROUNDING * size**2 else 0.0


def _size(y: NDArray[np.float64]) -> float:
    return float(np.abs(y[~np.isnan(y)]).max(initial=0.0))


def _together(
    variances: NDArray[np.float64], df: list[int], respondents: int, inference: Inference, covariance: Covariance
) -> Basis:
    shared = satterthwaite(list(variances), [np.array(it) for it in df])
    return Basis(float(shared), respondents, inference, DfRule.SATTERTHWAITE, failed=covariance.failed)
