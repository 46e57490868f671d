"""p-values of several questions that are asked at once.

Within one family either the expected share of false discoveries is held (Benjamini-Hochberg, Benjamini-Yekutieli), or
the chance of any false one (Bonferroni, Holm, Hochberg).
"""

from __future__ import annotations

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray


class Adjustment(StrEnum):
    """How p-values of one family are adjusted."""

    BH = "bh"  # false discovery rate; independent or positively dependent tests
    BY = "by"  # false discovery rate; any dependence
    HOLM = "holm"  # chance of one false positive; any dependence
    HOCHBERG = "hochberg"  # the same, sharper; independent or positively dependent tests
    BONFERRONI = "bonferroni"  # the same, the simplest


def adjust_p(p: NDArray[np.float64], method: Adjustment = Adjustment.BH) -> NDArray[np.float64]:
    """Return the adjusted p-values of one family, in the order of p. Fractions 0-1; a missing p-value is no member.

    With p_(i) the i-th smallest of k, and never above 1:
    bh p_(i)·k/i, by the same times Σ 1/j, hochberg p_(i)·(k − i + 1), each the minimum over this and all larger ones;
    holm p_(i)·(k − i + 1), the maximum over this and all smaller ones; bonferroni p·k.
    Source: Benjamini & Hochberg (1995), JRSS B 57, 289-300; Benjamini & Yekutieli (2001), Annals of Statistics 29,
    1165-1188; Holm (1979), Scandinavian Journal of Statistics 6, 65-70; Hochberg (1988), Biometrika 75, 800-802.

    >>> adjust_p(np.array([0.01, 0.04, 0.03])).round(4)
    array([0.03, 0.04, 0.04])
    >>> adjust_p(np.array([0.01, 0.04, 0.03]), Adjustment.HOLM).round(4)
    array([0.03, 0.06, 0.06])
    """
    # Written out, because importing scipy.stats takes longer than most analyses.
    assert not np.isnan(p).any(), "leave out what was not tested"
    order = np.argsort(p)
    rank = np.arange(1.0, p.size + 1)
    factor = _factors(rank, method)
    steps = p[order] * factor
    if method is Adjustment.HOLM:
        ordered = np.maximum.accumulate(steps)
    elif method is Adjustment.BONFERRONI:
        ordered = steps
    else:
        ordered = np.minimum.accumulate(steps[::-1])[::-1]
    adjusted: NDArray[np.float64] = np.empty(p.size)
    adjusted[order] = np.minimum(ordered, 1.0)
    return adjusted


def _factors(rank: NDArray[np.float64], method: Adjustment) -> NDArray[np.float64]:
    """Return what the p-value of each rank is multiplied by."""
    if method is Adjustment.BONFERRONI:
        return np.full(rank.size, float(rank.size))
    if method in {Adjustment.HOLM, Adjustment.HOCHBERG}:
        return rank.size - rank + 1.0
    factors: NDArray[np.float64] = rank.size / rank
    return factors * (1 / rank).sum() if method is Adjustment.BY else factors
