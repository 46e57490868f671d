"""Sums by code, and quotients that are 0 where there is nothing to divide by."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def total_by(values: NDArray[np.float64], code: NDArray[np.int64], size: int) -> NDArray[np.float64]:
    """Return the sum of the values with each code from 0 up to `size`.

    >>> total_by(np.array([1.0, 2.0, 4.0]), np.array([1, 0, 1]), 3)
    array([2., 5., 0.])
    """
    return np.bincount(code, weights=values, minlength=size).astype(np.float64, copy=False)


def count_by(code: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """Return how often each code from 0 up to `size` occurs.

    >>> count_by(np.array([1, 0, 1]), 3)
    array([1, 2, 0])
    """
    return np.bincount(code, minlength=size).astype(np.int64, copy=False)


def over(top: NDArray[np.float64], bottom: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return top/bottom, and 0 where the bottom is not above 0.

    >>> over(np.array([3.0, 3.0]), np.array([2.0, 0.0]))
    array([1.5, 0. ])
    """
    return np.divide(top, bottom, out=np.zeros(top.shape), where=bottom > 0)
