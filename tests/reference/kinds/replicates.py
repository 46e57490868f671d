"""Replicate weights: made from a design, or given with the data."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from oracle_cases import Case, Found
from r_language import Call, Node, plain, read_r, shown_r, terms
from survey_calls import Survey, answer, survey_of

from analysis.replicates import Replicates, half_samples, jackknife, replicated

# What svrepdesign takes for the scale of R replicates, by type.
_SCALES = {
    "BRR": lambda draws, _: 1 / draws,
    "Fay": lambda draws, rho: 1 / (draws * (1 - rho) ** 2),
    "JK1": lambda draws, _: (draws - 1) / draws,
    "JK2": lambda *_: 1.0,
    "bootstrap": lambda draws, _: 1 / (draws - 1),
    "ACS": lambda draws, _: 4 / draws,
    "successive-difference": lambda draws, _: 4 / draws,
}


def compute(case: Case) -> Found | None:
    """Return what replicates find: an estimate with its covariance, or the replicates themselves."""
    steps = [it[1] for text in case.steps if isinstance(it := read_r(text), Call) and it.function == "<-"]
    if len(case.steps) != 1 or len(steps) != 1 or not isinstance(step := steps[0], Call):
        return None
    if step.function == "as.svrepdesign":
        replicates = _made(step, case)
    elif step.function == "svrepdesign":
        replicates = _given(step, case)
    else:
        return None
    survey = survey_of(case.frame, case.sample)
    if answer(case.call, survey) is None:
        return _described(replicates)
    return _estimated(case.call, survey, replicates)


def _estimated(call: Node, survey: Survey, replicates: Replicates) -> Found:
    def statistic(sample: object) -> np.ndarray:
        found = answer(call, replace(survey, sample=sample))
        assert found
        return found.found.value

    of_whole = answer(call, survey)
    assert of_whole
    covariance = replicated(statistic, survey.sample, replicates).covariance
    df = replicates.degrees_of_freedom(survey.sample.inside)
    return of_whole.shown(covariance.variance, covariance.matrix, df)


def _made(step: Call, case: Case) -> Replicates:
    kind, around = step.value("type", "auto"), {"around_estimate": bool(step.value("mse", otherwise=False))}
    if kind in {"BRR", "Fay"}:
        return half_samples(case.sample, fay=step.value("fay.rho", 0.0), **around)
    found = jackknife(case.sample, **around)
    if kind == "JK1":  # without strata R puts the factor that all replicates share into the scale
        return replace(found, scale=float(found.factors[0]), factors=np.ones_like(found.factors))
    return found


def _given(step: Call, case: Case) -> Replicates:
    weights = _columns(step.named["repweights"], case).to_numpy(dtype=float)
    if not step.value("combined.weights", otherwise=True):
        weights = weights * case.sample.weights[:, None]
    draws = weights.shape[1]
    scale = step.value("scale") or _SCALES[step.value("type", "JK1")](draws, step.value("rho", 0.0))
    factors = np.broadcast_to(np.array(step.value("rscales", 1.0), dtype=float), (draws,))
    return Replicates(weights, scale, factors, around_estimate=bool(step.value("mse", otherwise=False)))


def _columns(node: Node, case: Case) -> pd.DataFrame:
    """Return columns whose names fit a pattern, that a formula lists, or of another file."""
    if isinstance(node, Call) and node.function == "rd":
        return case.read(plain(node[0]))
    if isinstance(node, Call):
        return case.frame[[shown_r(it) for it in terms(node)]]
    return case.frame.filter(regex=plain(node))


def _described(replicates: Replicates) -> Found:
    return {
        "scale": replicates.scale,
        "rscales": replicates.factors,
        "n_rep": replicates.weights.shape[1],
        "mse": replicates.around_estimate,
        "dim": replicates.weights.shape,
        "colsums": replicates.weights.sum(axis=0),
        "sumsq": (replicates.weights**2).sum(axis=0),
    }
