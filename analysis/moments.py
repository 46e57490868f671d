"""Additive moments per stratum, level and answer category: all that estimation needs, and no respondent among them.

`tabulate` is the only pass over rows. Tables of parts of the rows add up (`merge`). A recode gives every category a
score and makes `Moments` of a table: from these follow all means, shares, totals and differences with their variance.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from analysis.dataset import FIRST_CODE, VALID, Dataset, Grouping

# Sums of a number: respondents, w, w·y, w·y², w², w²·y, w²·y²; y is around the pilot of its stratum.
_SUMS = 7
# Below this part of its own size a difference of sums is rounding.
ROUNDING = 1e-13


@dataclass(frozen=True, slots=True, eq=False)
class CellTable:
    """Sums over the rows of each stratum and level.

    `n` respondents with a weight (coded column, stratum, level, missing reasons and then categories), `s1` sum of
    weights and `s2` of their squares (the same, categories only). `rows`, `w1`, `w2`: the same of everyone (stratum,
    level). `sums`: (number, sum, stratum, level). `missing`: respondents (number, stratum, level, reason or valid).
    """

    breakdown: str
    levels: tuple[str, ...]
    n: NDArray[np.int32]
    s1: NDArray[np.float64]
    s2: NDArray[np.float64]
    rows: NDArray[np.int64]
    w1: NDArray[np.float64]
    w2: NDArray[np.float64]
    sums: NDArray[np.float64]
    missing: NDArray[np.int64]
    pilots: NDArray[np.float64]


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
    """A variable made of the answers to one coded column: `scores` per category, NaN for answers outside its domain."""

    column: int
    scores: tuple[float, ...]


def tabulate(dataset: Dataset, grouping: Grouping | None = None) -> CellTable:
    """Return the moments of all columns per stratum and level of the grouping (None: everyone in one level)."""
    levels = grouping.levels if grouping else ("",)
    width = len(dataset.strata) * len(levels)
    shape = (len(dataset.strata), len(levels))
    cell = dataset.stratum.astype(np.int64) * len(levels)
    part = dataset
    if grouping:
        inside = grouping.member >= 0
        cell = cell + grouping.member
        if not inside.all():
            cell, part = cell[inside], dataset.rows(inside)
    weighting = _Weighting(part.weights)
    n, s1, s2 = _coded(part, cell, width, weighting)
    rows, w1, w2 = weighting.sums(cell, width)
    sums, missing = _numbers(part, cell, width)
    return CellTable(
        breakdown=grouping.breakdown if grouping else "",
        levels=levels,
        n=n.reshape(len(dataset.coded), *shape, _categories(dataset)),
        s1=s1.reshape(len(dataset.coded), *shape, _categories(dataset) - FIRST_CODE),
        s2=s2.reshape(len(dataset.coded), *shape, _categories(dataset) - FIRST_CODE),
        rows=rows.reshape(shape),
        w1=w1.reshape(shape),
        w2=w2.reshape(shape),
        sums=sums.reshape(len(dataset.numbers), _SUMS, *shape),
        missing=missing.reshape(len(dataset.numbers), *shape, FIRST_CODE + 1),
        pilots=dataset.pilots,
    )


class _Weighting:
    """Sums of 1, w and w² by cell; rows without a weight are counted nowhere."""

    def __init__(self, weights: NDArray[np.float64]) -> None:
        self._weights = weights
        self._squares = weights * weights
        self._counted = None if np.all(weights > 0) else (weights > 0).astype(np.float64)

    def sums(
        self, index: NDArray[np.int64], width: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
        """Return the three sums, each of length `width`."""
        count: NDArray[np.int64] = np.bincount(index, weights=self._counted, minlength=width).astype(
            np.int64, copy=False
        )
        s1: NDArray[np.float64] = np.bincount(index, weights=self._weights, minlength=width).astype(
            np.float64, copy=False
        )
        s2: NDArray[np.float64] = np.bincount(index, weights=self._squares, minlength=width).astype(
            np.float64, copy=False
        )
        return count, s1, s2


def _coded(
    dataset: Dataset, cell: NDArray[np.int64], width: int, weighting: _Weighting
) -> tuple[NDArray[np.int32], NDArray[np.float64], NDArray[np.float64]]:
    categories = _categories(dataset)
    items = len(dataset.coded)
    n: NDArray[np.int32] = np.empty((items, width, categories), dtype=np.int32)
    s1: NDArray[np.float64] = np.empty((items, width, categories - FIRST_CODE))
    s2: NDArray[np.float64] = np.empty((items, width, categories - FIRST_CODE))
    base = cell * categories
    for row, codes in enumerate(dataset.codes):
        sums = weighting.sums(base + codes, width * categories)
        count, weight, square = (it.reshape(width, categories) for it in sums)
        n[row], s1[row], s2[row] = count, weight[:, FIRST_CODE:], square[:, FIRST_CODE:]
    return n, s1, s2


def _categories(dataset: Dataset) -> int:
    return FIRST_CODE + max((len(column.categories) for column in dataset.coded), default=0)


def _numbers(dataset: Dataset, cell: NDArray[np.int64], width: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    sums = np.zeros((len(dataset.numbers), _SUMS, width))
    missing = np.zeros((len(dataset.numbers), width * (FIRST_CODE + 1)), dtype=np.int64)
    for row, (values, status) in enumerate(zip(dataset.deviations, dataset.status, strict=True)):
        missing[row] = np.bincount(cell * (FIRST_CODE + 1) + status, minlength=missing.shape[1])
        counted = (status == VALID) & (dataset.weights > 0)
        w, y, at = dataset.weights[counted], values[counted], cell[counted]
        parts = (np.ones(w.size), w, w * y, w * y * y, w * w, w * w * y, w * w * y * y)
        for k, part in enumerate(parts):
            sums[row, k] = np.bincount(at, weights=part, minlength=width)
    return sums, missing


def merge(first: CellTable, second: CellTable) -> CellTable:
    """Return the table of the rows of both; they come from parts of one data set."""
    assert first.levels == second.levels
    assert np.array_equal(first.pilots, second.pilots)
    return replace(
        first,
        n=first.n + second.n,
        s1=first.s1 + second.s1,
        s2=first.s2 + second.s2,
        rows=first.rows + second.rows,
        w1=first.w1 + second.w1,
        w2=first.w2 + second.w2,
        sums=first.sums + second.sums,
        missing=first.missing + second.missing,
    )


def recode(table: CellTable, recodes: tuple[Recode, ...]) -> Moments:
    """Return the moments of recoded answers. Scores are shifted to their middle before squares are taken."""
    shape = (len(recodes), *table.rows.shape)
    n: NDArray[np.int64] = np.zeros(shape, dtype=np.int64)
    sums: NDArray[np.float64] = np.zeros((2, 3, *shape))
    shifts: NDArray[np.float64] = np.zeros((len(recodes), 1, 1))
    for row, it in enumerate(recodes):
        scores = np.array(it.scores)
        inside = ~np.isnan(scores)
        shifts[row] = (scores[inside].min() + scores[inside].max()) / 2
        powers = np.zeros((3, scores.size))
        powers[:, inside] = np.vander(scores[inside] - shifts[row, 0, 0], 3, increasing=True).T
        n[row] = table.n[it.column][..., FIRST_CODE : FIRST_CODE + scores.size] @ inside.astype(np.int32)
        for moment, by_category in enumerate((table.s1, table.s2)):
            cells = by_category[it.column].reshape(-1, by_category.shape[-1])[:, : scores.size]
            sums[moment, :, row] = (powers @ cells.T).reshape(3, *shape[1:])
    found = _centred(n, sums.reshape(6, *shape), shifts)
    for row, it in enumerate(recodes):
        _snap(found.mean[row], it.scores)
    return found


def _snap(mean: NDArray[np.float64], scores: tuple[float, ...]) -> None:
    """Make a mean that is a score but for its last digit exactly that score: a share of 0 must be 0."""
    known = [score for score in scores if not np.isnan(score)]
    tolerance = ROUNDING * max(abs(score) for score in known)
    for score in known:
        mean[np.abs(mean - score) <= tolerance] = score


def numbers(table: CellTable, chosen: tuple[int, ...]) -> Moments:
    """Return the moments of the chosen numbers."""
    rows = list(chosen)
    sums = table.sums[rows]
    return _centred(sums[:, 0].astype(np.int64), np.moveaxis(sums[:, 1:], 1, 0), table.pilots[rows][:, :, None])


def join(first: Moments, second: Moments) -> Moments:
    """Return the moments of the variables of both."""
    pairs = ((getattr(first, it.name), getattr(second, it.name)) for it in fields(Moments))
    return Moments(*(np.concatenate(pair) for pair in pairs))


def _centred(n: NDArray[np.int64], sums: NDArray[np.float64], shift: NDArray[np.float64]) -> Moments:
    """Return moments around the mean of each cell, of sums around `shift`; what is only rounding becomes 0."""
    w, wy, wyy, a, b, c = sums
    middle = np.divide(wy, w, out=np.zeros_like(w), where=w > 0)
    spread = wyy - middle * wy
    centred_c = c - 2 * middle * b + middle**2 * a
    centred_c[centred_c < ROUNDING * (c + middle**2 * a)] = 0.0
    spread[spread < ROUNDING * (wyy + middle**2 * w)] = 0.0
    centred_b = np.where(centred_c > 0, b - middle * a, 0.0)
    return Moments(n, w, middle + shift, spread, a, centred_b, centred_c)
