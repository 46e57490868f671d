"""Whether two classifications of respondents have to do with each other: a weighted table and its tests.

Pearson's χ² takes respondents for independent draws. A design makes it Σ δ_i χ²₁, with δ the generalised design effects
of the interaction; Rao & Scott compare it with F on degrees of freedom that give the same mean and variance.
Source: Rao & Scott (1981), JASA 76, 221-230, and (1984), Annals of Statistics 12, 46-60.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.models.term_tests import design_effects
from analysis.models.wald import HypothesisTest, adjusted_wald_test, chi_square_tail, f_tail, wald_test
from analysis.results import Inference, NotEstimable
from analysis.rows.linearising import Linearised, by_level, means, totals
from analysis.rows.sample import Sample

_FEWEST = 2  # rows or columns with somebody in them


@dataclass(frozen=True, slots=True, eq=False)
class Crossing:
    """Two classifications of the same respondents: the place of each in `rows` and in `columns` levels, −1 unknown."""

    row: NDArray[np.int64]
    rows: int
    column: NDArray[np.int64]
    columns: int

    @property
    def cell(self) -> NDArray[np.int64]:
        """The place in the table, row by row; −1 where either is unknown."""
        known = (self.row >= 0) & (self.column >= 0)
        cell: NDArray[np.int64] = np.where(known, self.row * self.columns + self.column, -1)
        return cell

    def occupied(self, sample: Sample) -> Crossing:
        """Return the crossing without rows and columns in which nobody counts."""
        inside = sample.counted & (self.cell >= 0)
        row, rows = _renumbered(np.where(inside, self.row, -1), self.rows)
        column, columns = _renumbered(np.where(inside, self.column, -1), self.columns)
        return Crossing(row, rows, column, columns)


def weighted_table(crossing: Crossing, sample: Sample) -> NDArray[np.float64]:
    """Return the estimated number of clients in every cell (row, column): Σ w.

    >>> from analysis.rows.sample import one_stage
    >>> crossing = Crossing(np.array([0, 0, 1]), 2, np.array([1, 0, 1]), 2)
    >>> weighted_table(crossing, one_stage(np.array([5.0, 2.0, 1.0])))
    array([[2., 5.],
           [0., 1.]])
    """
    cells = crossing.rows * crossing.columns
    found = totals(by_level(np.ones(crossing.row.size), crossing.cell, cells), sample)
    return found.value.reshape(crossing.rows, crossing.columns)


def rao_scott_f_test(
    crossing: Crossing, sample: Sample, inference: Inference = Inference.FINITE
) -> HypothesisTest | NotEstimable:
    """Return the second-order Rao-Scott test of independence: F = X²/Σδ on d and d·ν, with d = (Σδ)²/Σδ².

    X² = n Σ (p − p_i p_j)²/(p_i p_j) and ν the degrees of freedom of the design.
    Source: Rao & Scott (1984), Annals of Statistics 12, 46-60; Thomas & Rao (1987), JASA 82, 630-636.

    >>> from analysis.rows.sample import one_stage
    >>> crossing = Crossing(np.array([0, 0, 0, 1, 1, 1, 1, 1]), 2, np.array([1, 1, 1, 0, 0, 0, 1, 0]), 2)
    >>> found = rao_scott_f_test(crossing, one_stage(np.ones(8)))
    >>> round(found.statistic, 2), found.df, found.ddf
    (4.56, 1.0, 7.0)
    """
    found = _Pearson.of(crossing, sample, inference)
    if isinstance(found, NotEstimable):
        return found
    total = float(found.effects.sum())
    df = total**2 / float((found.effects**2).sum())
    statistic = found.statistic / total
    p = f_tail(statistic, df, df * found.df)
    return HypothesisTest(statistic, df, df * found.df, p)


def rao_scott_chi_square_test(
    crossing: Crossing, sample: Sample, inference: Inference = Inference.FINITE
) -> HypothesisTest | NotEstimable:
    """Return Pearson's X² with the first-order Rao-Scott p-value: X²/δ̄ as χ² with (rows − 1)(columns − 1).

    For comparison with other programs: too liberal when design effects differ or clusters are few.
    Source: Rao & Scott (1981), JASA 76, 221-230.

    >>> from analysis.rows.sample import one_stage
    >>> crossing = Crossing(np.array([0, 0, 0, 1, 1, 1, 1, 1]), 2, np.array([1, 1, 1, 0, 0, 0, 1, 0]), 2)
    >>> round(rao_scott_chi_square_test(crossing, one_stage(np.ones(8))).statistic, 2)
    4.8
    """
    found = _Pearson.of(crossing, sample, inference)
    if isinstance(found, NotEstimable):
        return found
    k = found.effects.size
    p = chi_square_tail(found.statistic / float(found.effects.mean()), k)
    return HypothesisTest(found.statistic, k, np.inf, p)


def wald_table_test(
    crossing: Crossing, sample: Sample, inference: Inference = Inference.FINITE
) -> HypothesisTest | NotEstimable:
    """Return the Wald test that all N_ij − N_i N_j/N are 0: F = W/k on k = (rows − 1)(columns − 1) and ν.

    Source: Koch, Freeman & Freeman (1975), International Statistical Review 43, 59-78.

    >>> from analysis.rows.sample import one_stage
    >>> crossing = Crossing(np.array([0, 0, 0, 1, 1, 1, 1, 1]), 2, np.array([1, 1, 1, 0, 0, 0, 1, 0]), 2)
    >>> round(wald_table_test(crossing, one_stage(np.ones(8))).statistic, 2)
    10.5
    """
    found = _departures(crossing, sample)
    if isinstance(found, NotEstimable):
        return found
    return wald_test(found, found.covariance(sample, inference), _freedom(crossing, sample))


def adjusted_wald_table_test(
    crossing: Crossing, sample: Sample, inference: Inference = Inference.FINITE
) -> HypothesisTest | NotEstimable:
    """Return the same with the correction for few clusters: F = W(ν − k + 1)/(kν) on k and ν − k + 1.

    Source: Fellegi (1980), JASA 75, 261-268; Thomas & Rao (1987), JASA 82, 630-636.

    >>> from analysis.rows.sample import one_stage
    >>> crossing = Crossing(np.array([0, 0, 0, 1, 1, 1, 1, 1]), 2, np.array([1, 1, 1, 0, 0, 0, 1, 0]), 2)
    >>> round(adjusted_wald_table_test(crossing, one_stage(np.ones(8))).statistic, 2)  # k = 1: no correction
    10.5
    """
    found = _departures(crossing, sample)
    if isinstance(found, NotEstimable):
        return found
    return adjusted_wald_test(found, found.covariance(sample, inference), _freedom(crossing, sample))


@dataclass(frozen=True, slots=True, eq=False)
class _Pearson:
    """Pearson's X², the design effects of the interaction, and the degrees of freedom of the design."""

    statistic: float
    effects: NDArray[np.float64]
    df: int

    @classmethod
    def of(cls, crossing: Crossing, sample: Sample, inference: Inference) -> _Pearson | NotEstimable:
        """Return them for a table, or why there are none."""
        crossing = crossing.occupied(sample)
        shares = _shares(crossing, sample)
        if isinstance(shares, NotEstimable):
            return shares
        n, p = int(shares.n[0]), shares.value
        covariance, df = shares.covariance(sample, inference), _freedom(crossing, sample)
        if covariance.failed or df <= 0:
            return NotEstimable("lonely_stratum" if covariance.failed else "no_degrees_of_freedom", n)
        # The interaction in log odds; a cell without anybody adds nothing.
        interaction = np.kron(_against_last(crossing.rows), _against_last(crossing.columns))
        scaled = np.divide(interaction, p[:, None], out=np.zeros_like(interaction), where=p[:, None] > 0)
        effects = design_effects(interaction.T @ scaled / n, scaled.T @ covariance.matrix @ scaled)
        if effects[0] <= 0:
            return NotEstimable("no_variation", n)
        table = p.reshape(crossing.rows, crossing.columns)
        expected = np.outer(table.sum(axis=1), table.sum(axis=0))
        return cls(float(n * ((table - expected) ** 2 / expected).sum()), effects, df)


def _shares(crossing: Crossing, sample: Sample) -> Linearised | NotEstimable:
    """Return the share of every cell among those of whom both classifications are known."""
    inside = sample.counted & (crossing.cell >= 0)
    if min(crossing.rows, crossing.columns) < _FEWEST:
        return NotEstimable("one_group" if inside.any() else "no_respondents", int(inside.sum()))
    cells = np.arange(crossing.rows * crossing.columns)
    one_hot = (crossing.cell[:, None] == cells).astype(np.float64)
    return means(np.where(inside[:, None], one_hot, np.nan), sample)


def _departures(crossing: Crossing, sample: Sample) -> Linearised | NotEstimable:
    """Return N_ij − N_i N_j/N in all rows and columns but the last, which follow from the others."""
    crossing = crossing.occupied(sample)
    shares = _shares(crossing, sample)
    if isinstance(shares, NotEstimable):
        return shares
    cells = np.arange(crossing.rows * crossing.columns)
    counts = totals(by_level(np.ones(crossing.row.size), crossing.cell, cells.size), sample)
    table = counts.value.reshape(crossing.rows, crossing.columns)
    row, column, everyone = table.sum(axis=1), table.sum(axis=0), table.sum()
    expected = np.outer(row, column) / everyone
    in_row = cells // crossing.columns == np.arange(crossing.rows)[:, None]
    in_column = cells % crossing.columns == np.arange(crossing.columns)[:, None]
    gradient = np.eye(cells.size).reshape(*table.shape, -1) + (
        expected[:, :, None] / everyone
        - in_row[:, None, :] * (column / everyone)[None, :, None]
        - in_column[None, :, :] * (row / everyone)[:, None, None]
    )
    inner = (slice(-1), slice(-1))
    value = (table - expected)[inner].ravel()
    moved = counts.transform(value, gradient[inner].reshape(value.size, -1))
    return Linearised(moved.value, moved.influence, shares.n[: value.size])


def _freedom(crossing: Crossing, sample: Sample) -> int:
    return sample.degrees_of_freedom(crossing.cell >= 0)


def _against_last(levels: int) -> NDArray[np.float64]:
    """Return contrasts (level, contrast) of every level but the last with the last."""
    return np.vstack([np.eye(levels - 1), -np.ones(levels - 1)])


def _renumbered(member: NDArray[np.int64], levels: int) -> tuple[NDArray[np.int64], int]:
    """Return the places among the levels that occur, and how many these are."""
    present = np.isin(np.arange(levels), member)
    place = np.append(np.cumsum(present) - 1, -1)
    return place[member], int(present.sum())
