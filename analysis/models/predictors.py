"""Columns of a regression: numbers, groups against a first group, and products of these.

A term is one question about the world (age, provision, age by provision); it may need several columns. Groups are coded
as differences from their first level (treatment contrasts), so a coefficient reads as "compared with that level".
Source: Draper & Smith (1998), Applied Regression Analysis, chapter 14 (dummy variables).
Source: Draper & Smith (1998), Applied Regression Analysis, chapter 14 (dummy variables).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

INTERCEPT = "(intercept)"


@dataclass(frozen=True, slots=True, eq=False)
class Predictors:
    """Columns (row, column), NaN where a row has no value, with the name and the term of every column."""

    columns: NDArray[np.float64]
    names: tuple[str, ...]
    terms: tuple[str, ...]

    def of_terms(self, *terms: str) -> NDArray[np.bool_]:
        """Return which columns belong to some terms; each must be there."""
        assert set(terms) <= set(self.terms), f"no such term among {self.terms}: {terms}"
        return np.array([it in terms for it in self.terms])

    def choose(self, columns: NDArray[np.bool_]) -> Predictors:
        """Return some of the columns."""
        kept = np.flatnonzero(columns)
        names, terms = ([listed[place] for place in kept] for listed in (self.names, self.terms))
        return Predictors(self.columns[:, kept], tuple(names), tuple(terms))


def intercept(rows: int) -> Predictors:
    """Return the column of ones: the level at which all other columns are 0.

    >>> intercept(2).columns
    array([[1.],
           [1.]])
    """
    return Predictors(np.ones((rows, 1)), (INTERCEPT,), (INTERCEPT,))


def number(name: str, values: NDArray[np.float64]) -> Predictors:
    """Return a number as one column; its coefficient is the difference per unit of that number.

    >>> number("wachttijd", np.array([3.0, 8.0])).columns.ravel()
    array([3., 8.])
    """
    return Predictors(values[:, None].astype(np.float64), (name,), (name,))


def groups(name: str, member: NDArray[np.int64], levels: Sequence[str]) -> Predictors:
    """Return one 0/1 column for every level but the first. `member` is the place of a row in `levels`, −1 unknown.

    >>> found = groups("leeftijd", np.array([0, 2, -1]), ["18-44", "45-64", "65+"])
    >>> found.names
    ('leeftijd: 45-64', 'leeftijd: 65+')
    >>> found.columns
    array([[ 0.,  0.],
           [ 0.,  1.],
           [nan, nan]])
    """
    inside = (member[:, None] == np.arange(1, len(levels))).astype(np.float64)
    columns = np.where((member < 0)[:, None], np.nan, inside)
    names = tuple(f"{name}: {level}" for level in levels[1:])
    return Predictors(columns, names, (name,) * len(names))


def product(first: Predictors, second: Predictors) -> Predictors:
    """Return the interaction of two terms, both of which stand in the model, too: all products of their columns.

    >>> product(number("a", np.array([2.0])), number("b", np.array([5.0]))).columns
    array([[10.]])
    """
    columns = first.columns[:, :, None] * second.columns[:, None, :]
    names = tuple(f"{one} × {other}" for one in first.names for other in second.names)
    term = f"{first.terms[0]} × {second.terms[0]}"
    return Predictors(columns.reshape(columns.shape[0], -1), names, (term,) * len(names))


def side_by_side(*parts: Predictors) -> Predictors:
    """Return all columns of several parts in one.

    >>> side_by_side(intercept(2), number("wachttijd", np.array([3.0, 8.0]))).columns
    array([[1., 3.],
           [1., 8.]])
    """
    return Predictors(
        np.hstack([part.columns for part in parts]),
        tuple(name for part in parts for name in part.names),
        tuple(term for part in parts for term in part.terms),
    )
