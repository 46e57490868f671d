"""Replicate weights: made from a design, or given with the data."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from oracle_cases import Case, Found
from r_language import Call, Constant, Node, plain, read_r, shown_r, terms
from r_session import RefusedError, Session
from survey_calls import Survey, answer, fails, survey_of

from analysis.rows.replicates import NoHalfSamplesError, Replicates, half_samples, jackknife, replicated
from analysis.rows.sample import Sample

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
    if not any("svrepdesign(" in text for text in case.steps):
        return None
    try:
        replicates = _replicates(case)
    except (RefusedError, NoHalfSamplesError) as refused:
        return {"error": str(refused)}
    survey = survey_of(case.frame, case.sample)
    if answer(case.call, survey) is not None:
        return _estimated(case.call, survey, replicates)
    return None if case.function.startswith("svy") else _described(replicates, case.sample)


def _replicates(case: Case) -> Replicates:
    """Return the replicates that one of the steps makes; the others give it tables of numbers."""
    session = Session(case, {}, {"x": case.frame})
    found: Replicates | None = None
    for text in case.steps:
        step = read_r(text)
        made = step[1] if isinstance(step, Call) and step.function == "<-" else None
        if isinstance(made, Call) and made.function == "as.svrepdesign":
            found = _made(made, case)
        elif isinstance(made, Call) and made.function == "svrepdesign":
            found = _given(made, session)
        else:
            session.run(text)
    assert found
    return found


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
    sample, stratified = case.sample, bool(case.spec.get("strata"))
    kind = step.value("type", "auto")
    kind = ("JKn" if stratified else "JK1") if kind == "auto" else kind
    if (kind == "JK1") == stratified:
        raise RefusedError("JK1 is for a design without strata, the others are for one with strata")
    if fails(sample):
        raise RefusedError("lonely stratum")
    around = {"around_estimate": bool(step.value("mse", otherwise=False))}
    if kind in {"BRR", "Fay"}:
        return half_samples(sample, fay=step.value("fay.rho", 0.0), **around)
    found = jackknife(sample, **around)
    if kind == "JK1":  # without strata R puts the factor that all replicates share into the scale
        return replace(found, scale=float(found.factors[0]), factors=np.ones_like(found.factors))
    return found


def _given(step: Call, session: Session) -> Replicates:
    weights = np.asarray(_columns(step.named["repweights"], session), dtype=float)
    if not step.value("combined.weights", otherwise=True):
        weights = weights * session.case.sample.weights[:, None]
    draws = weights.shape[1]
    scale = step.value("scale") or _SCALES[step.value("type", "JK1")](draws, step.value("rho", 0.0))
    factors = np.broadcast_to(np.array(step.value("rscales", 1.0), dtype=float), (draws,))
    return Replicates(weights, scale, factors, around_estimate=bool(step.value("mse", otherwise=False)))


def _columns(node: Node, session: Session) -> pd.DataFrame | np.ndarray:
    """Return columns whose names fit a pattern, that a formula lists, of another file, or made before."""
    if isinstance(node, Constant):
        return session.case.frame.filter(regex=plain(node))
    if isinstance(node, Call) and node.function == "~":
        return session.case.frame[[shown_r(it) for it in terms(node)]]
    return session.value(node)


def _described(replicates: Replicates, sample: Sample) -> Found:
    weights, sums, squares = sample.weights, replicates.weights.sum(axis=0), (replicates.weights**2).sum(axis=0)
    return {
        "scale": replicates.scale,
        "rscales": replicates.factors,
        "n_rep": replicates.weights.shape[1],
        "mse": replicates.around_estimate,
        "dim": replicates.weights.shape,
        **dict.fromkeys(("colsums", "rep_colsums"), sums),
        **dict.fromkeys(("sumsq", "rep_sumsq"), squares),
        "n": weights.size,
        "weights_sum": weights.sum(),
        "weights": weights if weights.size <= 250 else weights[:60],
    }
