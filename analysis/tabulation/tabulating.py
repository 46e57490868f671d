"""Additive sums per stratum, level and answer category: all that estimation needs, and no respondent among them.

Numbers are summed around a constant near the mean of their stratum (the pilot), so that squares keep their digits.
Source: Särndal, Swensson & Wretman (1992), Model Assisted Survey Sampling, section 5.5 (what is needed are sums of w, w y,
w² and w² y²); Chan, Golub & LeVeque (1983), The American Statistician 37, 242-247 (sums around a constant).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.dataset import FIRST_CODE, REASON, VALID, Dataset, Grouping

# Sums of a number: respondents, w, w·y, w·y², w², w²·y, w²·y²; y is around the pilot of its stratum.
SUMS = 7
# So many rows at a time keep their cell numbers and sums in the cache of a processor.
_ROWS_AT_A_TIME = 16_384


@dataclass(frozen=True, slots=True, eq=False)
class CellTable:
    """Sums over the rows of each stratum and level.

    `n` respondents with a weight (coded column, stratum, level, missing reasons and then categories), `s1` sum of
    weights and `s2` of their squares (the same; categories only where nobody gave a reason from REASON on). `rows`, `w1`,
    `w2`, `top`: respondents with a weight, sum of weights, of their squares, and the largest weight of everyone (stratum,
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
    top: NDArray[np.float64]
    sums: NDArray[np.float64]
    missing: NDArray[np.int64]
    pilots: NDArray[np.float64]

    def of_strata(self, chosen: NDArray[np.int64]) -> CellTable:
        """Return the same sums of chosen strata, in that order."""
        second = {name: getattr(self, name)[:, chosen] for name in ("n", "s1", "s2", "missing", "pilots")}
        first = {name: getattr(self, name)[chosen] for name in ("rows", "w1", "w2", "top")}
        return replace(self, sums=self.sums[:, :, chosen], **first, **second)


def tabulate(dataset: Dataset, grouping: Grouping | None = None) -> CellTable:
    """Return the sums of all columns per stratum and level of the grouping (None: everyone in one level).

    >>> from analysis.dataset import CodedColumn, Columns, assemble
    >>> from analysis.design import Stratum
    >>> codes, none = np.array([[FIRST_CODE, FIRST_CODE + 1, FIRST_CODE + 1]], dtype=np.int8), np.empty((0, 3))
    >>> columns = Columns((CodedColumn("q", ("nee", "ja")),), codes, (), none, none.astype(np.int8))
    >>> strata, stratum = [Stratum("", population=30.0)], np.zeros(3, dtype=np.int32)
    >>> table = tabulate(assemble(columns, strata, stratum))  # one "nee" and two "ja", each for 10 clients
    >>> table.n[0, 0, 0, FIRST_CODE:], table.s1[0, 0, 0], table.s2[0, 0, 0]
    (array([1, 2], dtype=int32), array([10., 20.]), array([100., 200.]))
    """
    return _grown(dataset, (grouping,))[0].table(dataset.pilots)


def tabulate_each(dataset: Dataset, groupings: Sequence[Grouping]) -> tuple[CellTable, tuple[CellTable, ...]]:
    """Return the table of everyone and that of each grouping, made in one pass: answers are numbered once for all.

    >>> from analysis.dataset import CodedColumn, Columns, assemble
    >>> from analysis.design import Stratum
    >>> codes, none = np.array([[FIRST_CODE, FIRST_CODE + 1, FIRST_CODE + 1]], dtype=np.int8), np.empty((0, 3))
    >>> columns = Columns((CodedColumn("q", ("nee", "ja")),), codes, (), none, none.astype(np.int8))
    >>> dataset = assemble(columns, [Stratum("")], np.zeros(3, dtype=np.int32))
    >>> sex = Grouping("sex", ("m", "v"), np.array([0, 0, 1], dtype=np.int16))
    >>> everyone, (by_sex,) = tabulate_each(dataset, [sex])
    >>> everyone.rows, by_sex.rows
    (array([[3]]), array([[2, 1]]))
    """
    growing = _grown(dataset, groupings or (None,))
    everyone = min(growing, key=lambda it: it.levels).everyone(dataset.pilots)
    return everyone, tuple(it.table(dataset.pilots) for it in growing if it.breakdown)


def _grown(dataset: Dataset, groupings: Sequence[Grouping | None]) -> list[_Growing]:
    told = any(np.any((column >= REASON) & (column < FIRST_CODE)) for column in dataset.codes)
    growing = [_Growing(dataset, it, REASON if told else FIRST_CODE) for it in groupings]
    squares = dataset.weights * dataset.weights
    # Rows without a weight are counted nowhere.
    counted = None if np.all(dataset.weights > 0) else (dataset.weights > 0).astype(np.float64)
    for rows in _blocks(dataset.stratum):
        ones = None if counted is None else counted[rows]
        block = _Block(dataset, rows, (ones, dataset.weights[rows], squares[rows]))
        cells = [block.cells(it.member, it.levels) for it in growing]
        for table, cell in zip(growing, cells, strict=True):
            table.add_everyone(block, cell)
            table.add_numbers(block, cell)
        _add_coded(growing, block, cells)
    return growing


def _blocks(stratum: NDArray[np.int32]) -> Iterator[slice]:
    """Return runs of rows, each of whole strata: so the sums of a stratum do not depend on the other strata."""
    assert np.all(stratum[1:] >= stratum[:-1]), "rows are sorted by stratum"
    start = 0
    for end in (np.flatnonzero(np.diff(stratum)) + 1).tolist():
        if end - start >= _ROWS_AT_A_TIME:
            yield slice(start, end)
            start = end
    if start < stratum.size:
        yield slice(start, stratum.size)


class _Block:
    """Some whole strata: their rows, and the sums of 1, w and w² by any number of these rows."""

    def __init__(self, dataset: Dataset, rows: slice, weights: tuple[NDArray[np.float64] | None, ...]) -> None:
        self.dataset, self.rows, self._weights = dataset, rows, weights
        stratum = dataset.stratum[rows].astype(np.int64)
        self.strata = slice(int(stratum[0]), int(stratum[-1]) + 1)
        self._stratum: NDArray[np.int64] = stratum - stratum[0]

    def cells(self, member: NDArray[np.int16] | None, levels: int) -> NDArray[np.int64]:
        """Return the number of the stratum and level of each row; rows outside all levels are in the last."""
        if member is None:
            return self._stratum
        own = member[self.rows]
        cells: NDArray[np.int64] = self._stratum * levels + np.where(own < 0, levels - 1, own)
        return cells

    def sums(self, index: NDArray[np.int64], size: int) -> Iterator[NDArray[np.number[Any]]]:
        """Return the sums of 1, w and w² by `index`."""
        for weights in self._weights:
            yield np.bincount(index, weights=weights, minlength=size)


class _Growing:
    """A table while rows are added to it. Codes come before strata in memory: a recode is then one product of matrices."""

    def __init__(self, dataset: Dataset, grouping: Grouping | None, first: int) -> None:
        self.breakdown = grouping.breakdown if grouping else ""
        self.member = grouping.member if grouping else None
        self._names = grouping.levels if grouping else ("",)
        outside = grouping is not None and bool((grouping.member < 0).any())
        self.levels = len(self._names) + outside
        shape = (len(dataset.strata), self.levels)
        codes, items, numbers = _codes_of(dataset), len(dataset.coded), len(dataset.numbers)
        self.n: NDArray[np.int32] = np.zeros((items, codes, *shape), dtype=np.int32)
        self.s: NDArray[np.float64] = np.zeros((2, items, codes - first, *shape))
        self._rows: NDArray[np.int64] = np.zeros(shape, dtype=np.int64)
        self._w: NDArray[np.float64] = np.zeros((3, *shape))
        self._sums: NDArray[np.float64] = np.zeros((numbers, SUMS, *shape))
        self._missing: NDArray[np.int64] = np.zeros((numbers, *shape, FIRST_CODE + 1), dtype=np.int64)

    def add_everyone(self, block: _Block, cell: NDArray[np.int64]) -> None:
        """Add the weights of all rows."""
        shape = self._w[0, block.strata].shape
        size = shape[0] * shape[1]
        found = (it.reshape(shape) for it in block.sums(cell, size))
        self._rows[block.strata], self._w[0, block.strata], self._w[1, block.strata] = found
        top: NDArray[np.float64] = np.zeros(size)
        np.maximum.at(top, cell, block.dataset.weights[block.rows])
        self._w[2, block.strata] = top.reshape(shape)

    def add_numbers(self, block: _Block, cell: NDArray[np.int64]) -> None:
        """Add the numbers of all rows."""
        shape, reasons = self._rows[block.strata].shape, FIRST_CODE + 1
        size, weights = shape[0] * shape[1], block.dataset.weights[block.rows]
        columns = zip(block.dataset.deviations[:, block.rows], block.dataset.status[:, block.rows], strict=True)
        for row, (values, status) in enumerate(columns):
            missing = np.bincount(cell * reasons + status, minlength=size * reasons)
            self._missing[row, block.strata] = missing.reshape(*shape, reasons)
            counted = (status == VALID) & (weights > 0)
            w, y, at = weights[counted], values[counted], cell[counted]
            parts = (np.ones(w.size), w, w * y, w * y * y, w * w, w * w * y, w * w * y * y)
            for k, part in enumerate(parts):
                self._sums[row, k, block.strata] = np.bincount(at, weights=part, minlength=size).reshape(shape)

    def table(self, pilots: NDArray[np.float64]) -> CellTable:
        """Return the table of the levels."""
        kept = slice(len(self._names))
        return CellTable(
            breakdown=self.breakdown,
            levels=self._names,
            n=np.moveaxis(self.n[..., kept], 1, -1),
            s1=np.moveaxis(self.s[0, ..., kept], 1, -1),
            s2=np.moveaxis(self.s[1, ..., kept], 1, -1),
            rows=self._rows[:, kept],
            w1=self._w[0, :, kept],
            w2=self._w[1, :, kept],
            top=self._w[2, :, kept],
            sums=self._sums[..., kept],
            missing=self._missing[:, :, kept],
            pilots=pilots,
        )

    def everyone(self, pilots: NDArray[np.float64]) -> CellTable:
        """Return the table of everyone: the sum over all levels, and over the rows outside them."""
        w1, w2 = self._w[:2].sum(axis=-1, keepdims=True)
        s1, s2 = np.moveaxis(self.s.sum(axis=-1, keepdims=True), 2, -1)
        return CellTable(
            breakdown="",
            levels=("",),
            n=np.moveaxis(self.n.sum(axis=-1, keepdims=True, dtype=np.int32), 1, -1),
            s1=s1,
            s2=s2,
            rows=self._rows.sum(axis=-1, keepdims=True),
            w1=w1,
            w2=w2,
            top=self._w[2].max(axis=-1, keepdims=True),
            sums=self._sums.sum(axis=-1, keepdims=True),
            missing=self._missing.sum(axis=-2, keepdims=True),
            pilots=pilots,
        )


def _codes_of(dataset: Dataset) -> int:
    """Return how many codes the longest column has, reasons included."""
    return FIRST_CODE + max((len(column.categories) for column in dataset.coded), default=0)


def _add_coded(growing: Sequence[_Growing], block: _Block, cells: Sequence[NDArray[np.int64]]) -> None:
    """Add the answers of a block to all tables. The number of a row is code · stride + cell, one stride for all tables."""
    codes, strata = _codes_of(block.dataset), block.strata.stop - block.strata.start
    stride = strata * max(it.levels for it in growing)
    of_code, index = np.empty_like(cells[0]), np.empty_like(cells[0])
    for row, column in enumerate(block.dataset.codes[:, block.rows]):
        np.multiply(column, stride, out=of_code, dtype=np.int64)
        for table, cell in zip(growing, cells, strict=True):
            np.add(of_code, cell, out=index)
            used = strata * table.levels
            sums = (it.reshape(codes, stride)[:, :used] for it in block.sums(index, codes * stride))
            count, weight, square = (it.reshape(codes, strata, table.levels) for it in sums)
            table.n[row, :, block.strata] = count
            table.s[0, row, :, block.strata] = weight[codes - table.s.shape[2] :]
            table.s[1, row, :, block.strata] = square[codes - table.s.shape[2] :]
