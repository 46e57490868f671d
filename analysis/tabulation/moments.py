"""Moments of variables per stratum and level, made of tables: from these follow all means, shares, totals and differences.

A recode gives every category a score. Arrays are (variable, stratum, level). Squares are taken around the mean of the cell:
Σ w(y − ȳ)² = Σ w y² − ȳ Σ w y. Source: Chan, Golub & LeVeque (1983), The American Statistician 37, 242-247.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import lru_cache
from math import isnan, nan

import numpy as np
from numpy.typing import NDArray

from analysis.dataset import FIRST_CODE, REASON
from analysis.tabulation.tabulating import CellTable

# Below this part of its own size a difference of sums is rounding.
ROUNDING = 1e-13


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """Moments of one or more variables y per stratum and level: arrays (variable, stratum, level).

    `n` respondents with a weight and a value, `w` sum of weights, `mean` weighted mean, and around that mean
    `spread` = Σ w(y−mean)², `a` = Σ w², `b` = Σ w²(y−mean), `c` = Σ w²(y−mean)².
    """

    n: NDArray[np.int64]
    w: NDArray[np.float64]
    mean: NDArray[np.float64]
    spread: NDArray[np.float64]
    a: NDArray[np.float64]
    b: NDArray[np.float64]
    c: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Recode:
    """A variable made of the answers to one coded column: `scores` per category, NaN for answers outside its domain.

    `reasons` are those of the reasons for having no answer, from REASON on: outside the domain, except of their own shares.
    """

    column: int
    scores: tuple[float, ...]
    reasons: tuple[float, ...] = (nan,) * (FIRST_CODE - REASON)

    @property
    def first(self) -> int:
        """The first code that may lie in the domain."""
        return FIRST_CODE if all(isnan(score) for score in self.reasons) else REASON

    def by_code(self, first: int) -> tuple[float, ...]:
        """Return the scores from a code on."""
        return (*self.reasons, *self.scores)[first - REASON :]


def recode(table: CellTable, recodes: tuple[Recode, ...]) -> Moments:
    """Return the moments of recoded answers. Scores are shifted to their middle before squares are taken.

    >>> from analysis.dataset import CodedColumn, Columns, assemble
    >>> from analysis.design import Stratum
    >>> from analysis.tabulation.tabulating import tabulate
    >>> codes, none = np.array([[FIRST_CODE, FIRST_CODE + 1, FIRST_CODE + 1]], dtype=np.int8), np.empty((0, 3))
    >>> columns = Columns((CodedColumn("q", ("nee", "ja")),), codes, (), none, none.astype(np.int8))
    >>> table = tabulate(assemble(columns, [Stratum("")], np.zeros(3, dtype=np.int32)))
    >>> found = recode(table, (Recode(0, (0.0, 1.0)),))  # the share of "ja"
    >>> round(found.mean.item(), 4), round(found.spread.item(), 4)
    (0.6667, 0.6667)
    """
    shape = (len(recodes), *table.rows.shape)
    n: NDArray[np.int64] = np.empty(shape, dtype=np.int64)
    sums: NDArray[np.float64] = np.empty((6, *shape))
    shifts: NDArray[np.float64] = np.empty((len(recodes), 1, 1))
    stored = table.n.shape[-1] - table.s1.shape[-1]
    together: dict[tuple[int, int], list[int]] = {}
    for row, it in enumerate(recodes):
        together.setdefault((it.column, max(it.first, stored)), []).append(row)
    for (column, first), rows in together.items():
        powers, shifts[rows, 0, 0] = _powers(tuple(recodes[row].by_code(first) for row in rows))
        size, part = powers.shape[-1], (len(rows), *shape[1:])
        n[rows] = (powers[0] @ _by_code(table.n[column][..., first : first + size])).reshape(part)
        for place, by_category in ((0, table.s1), (3, table.s2)):
            cells = _by_code(by_category[column][..., first - stored : first - stored + size])
            sums[place : place + 3, rows] = (powers.reshape(-1, size) @ cells).reshape(3, *part)
    moments = _centred(n, sums, shifts)
    for row, it in enumerate(recodes):
        _snap(moments.mean[row], moments.c[row] == 0, it.by_code(REASON))
    return moments


@lru_cache(maxsize=256)
def _powers(of_recodes: tuple[tuple[float, ...], ...]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return 1, s and s² of the scores around their middle (power, recode, category), 0 for none; and the middles."""
    scores = np.array(of_recodes)
    inside = ~np.isnan(scores)
    middle = (np.nanmin(scores, axis=1) + np.nanmax(scores, axis=1)) / 2
    centred = np.where(inside, scores - middle[:, None], 0.0)
    return np.stack([inside.astype(np.float64), centred, centred * centred]), middle


def _by_code(cells: NDArray[np.generic]) -> NDArray[np.float64]:
    """Return (stratum, level, code) as one row a code."""
    strata, levels, codes = cells.shape
    return cells.transpose(2, 0, 1).reshape(codes, strata * levels).astype(np.float64, copy=False)


def _snap(mean: NDArray[np.float64], same: NDArray[np.bool_], scores: tuple[float, ...]) -> None:
    """Make a mean of the `same` answers exactly their score, also in its last digit: a share of 0 must be 0."""
    known = np.array(sorted({score for score in scores if not np.isnan(score)}))
    if not same.any():
        return
    found = mean[same]
    nearest = known[np.abs(found[:, None] - known).argmin(axis=1)]
    mean[same] = np.where(np.abs(found - nearest) <= ROUNDING * np.abs(known).max(), nearest, found)


def numbers(table: CellTable, chosen: tuple[int, ...]) -> Moments:
    """Return the moments of the chosen numbers.

    >>> from analysis.dataset import CodedColumn, Columns, assemble
    >>> from analysis.design import Stratum
    >>> from analysis.tabulation.tabulating import tabulate
    >>> days, none = np.array([[10.0, 8.0, 3.0]]), np.empty((0, 3), dtype=np.int8)
    >>> columns = Columns((), none, ("days",), days, np.full((1, 3), FIRST_CODE, dtype=np.int8))
    >>> found = numbers(tabulate(assemble(columns, [Stratum("")], np.zeros(3, dtype=np.int32))), (0,))
    >>> found.mean.item(), found.spread.item()
    (7.0, 26.0)
    """
    rows = list(chosen)
    sums = table.sums[rows]
    return _centred(sums[:, 0].astype(np.int64), np.moveaxis(sums[:, 1:], 1, 0), table.pilots[rows][:, :, None])


def join(first: Moments, second: Moments) -> Moments:
    """Return the moments of the variables of both.

    >>> one = Moments(*np.array([2, 20.0, 70, 2000, 200, 0, 20000]).reshape(7, 1, 1, 1))
    >>> join(one, one).mean.ravel()
    array([70., 70.])
    """
    pairs = ((getattr(first, it.name), getattr(second, it.name)) for it in fields(Moments))
    return Moments(*(np.concatenate(pair) for pair in pairs))


def _centred(n: NDArray[np.int64], sums: NDArray[np.float64], shift: NDArray[np.float64]) -> Moments:
    """Return moments around the mean of each cell, of sums around `shift`; what is only rounding becomes 0."""
    w, wy, wyy, a, b, c = sums
    middle = np.divide(wy, w, out=np.zeros_like(w), where=w > 0)
    square = middle * middle
    spread = wyy - middle * wy
    of_mean = square * a
    centred_c = c - 2 * middle * b + of_mean
    np.copyto(centred_c, 0.0, where=centred_c < ROUNDING * (c + of_mean))
    np.copyto(spread, 0.0, where=spread < ROUNDING * (wyy + square * w))
    centred_b = b - middle * a
    np.copyto(centred_b, 0.0, where=centred_c <= 0)
    return Moments(n, w, middle + shift, spread, a, centred_b, centred_c)
