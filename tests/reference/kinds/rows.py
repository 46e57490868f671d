"""Estimates of the row-level path: means, totals, ratios and shares with clusters and stages."""

from __future__ import annotations

import numpy as np
from oracle_cases import Case, Found
from r_language import Call, Node, evaluate, terms

from analysis.linearising import means


def compute(case: Case) -> Found | None:
    """Return what the row-level estimators find."""
    if case.function != "svymean" or case.steps:
        return None
    assert isinstance(case.call, Call)
    y = columns(terms(case.call[0]), case)
    if y is None:
        return None
    whole = ~np.isnan(y).any(axis=1)
    found = means(np.where(whole[:, None], y, np.nan), case.sample)
    covariance = found.covariance(case.sample)
    if covariance.failed:
        return {"error": "lonely stratum"}
    return {"estimate": found.value, "se": np.sqrt(covariance.variance)}


def columns(asked: list[Node], case: Case) -> np.ndarray | None:
    if any(isinstance(it, Call) and it.function == "factor" for it in asked):
        return None
    return np.array([evaluate(it, case.frame) for it in asked], dtype=float).T
