"""Composites: theme scores of one respondent, the mean of the scores of several items."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from analysis.dataset import FIRST_CODE, MISSING_CODES, NOT_ASKED, VALID
from questionnaires.answers import Missing


def composite_scores(
    codes: NDArray[np.int8], scores: Sequence[Sequence[float]], minimum_valid: int
) -> tuple[NDArray[np.float64], NDArray[np.int8]]:
    """Return per respondent the mean score of the items, and whether it counts (VALID) or why not.

    `codes` is (item, respondent); `scores` gives per item the score 0-100 of each category, NaN for none. Those with
    fewer than `minimum_valid` scores have no composite; those who were asked nothing are not asked.
    Source: half-scale rule, Fayers & Machin (2016), Quality of Life, section 15.4.

    >>> likert = [[0.0, 50.0, 100.0]] * 2
    >>> composite_scores(np.array([[5, 7, 1], [7, 2, 1]], dtype=np.int8), likert, 2)
    (array([50.,  0.,  0.]), array([5, 3, 3], dtype=int8))
    """
    total: NDArray[np.float64] = np.zeros(codes.shape[1])
    valid = np.zeros(codes.shape[1], dtype=np.int64)
    for row, of_item in zip(codes, scores, strict=True):
        by_code = np.array([np.nan] * FIRST_CODE + list(of_item))
        score = by_code[row]
        counts = ~np.isnan(score)
        total += np.where(counts, score, 0.0)
        valid += counts
    enough = valid >= minimum_valid
    why_not = np.where((codes == NOT_ASKED).all(axis=0), NOT_ASKED, MISSING_CODES[Missing.NOT_APPLICABLE])
    status = np.where(enough, VALID, why_not).astype(np.int8)
    return np.where(enough, total / np.maximum(valid, 1), 0.0), status
