"""Survey estimates and intervals of shares by the row-level path: any design, any number of stages."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from oracle_cases import Case, Found
from r_language import Call, terms
from r_values import evaluate
from survey_calls import Survey, answer, refused, survey_of

from analysis.intervals import (
    arcsine_interval,
    korn_graubard_interval,
    likelihood_interval,
    logit_interval,
    t_interval,
)
from analysis.rows.linearising import means

_METHODS: Mapping[str, Callable[..., tuple[np.ndarray, np.ndarray]]] = {
    "logit": logit_interval,
    "xlogit": logit_interval,
    "mean": t_interval,
    "asin": arcsine_interval,
}


def compute(case: Case) -> Found | None:
    """Return what the row-level estimators find."""
    if not case.spec or case.spec.get("nodesign") or case.unfitted:
        return None
    return found_by_rows(case.call, survey_of(case.frame, case.sample))


def found_by_rows(call: object, survey: Survey) -> Found | None:
    """Return the expected values of a call on this survey, whatever its weights were fitted to."""
    assert isinstance(call, Call)
    if call.function == "svyciprop":
        return _share(call, survey)
    found = answer(call, survey)
    return found.fields(survey) if found else None


def _share(call: Call, survey: Survey) -> Found:
    survey = survey.seen_through(call[1])
    sample = survey.sample
    y = np.asarray(evaluate(terms(call[0])[0], survey.frame), dtype=float)[:, None]
    valid = sample.within(~np.isnan(y[:, 0]))
    found = means(y, valid)
    covariance = found.covariance(valid)
    share, variance = found.value[0], covariance.variance[0]
    df = float(sample.degrees_of_freedom())
    fields: Found = {"estimate": share, "variance": variance, "df": df}
    if refused(covariance, sample):
        return {"error": "lonely stratum"}
    if not 0 < share < 1 or variance == 0:
        # A share of everyone has no uncertainty; R's boundaries at 0 and 1 are no numbers and are not compared.
        return fields | {"ci_lower": share, "ci_upper": share, "census": variance == 0}
    at, method = (np.array(share), np.array(variance)), call.value("method", "logit")
    level = {"confidence": call.value("level", 0.95)}
    if method == "beta":
        low, high = korn_graubard_interval(*at, np.array(float(survey.kept.sum())), np.array(df), **level)
    elif method == "likelihood":
        low, high = likelihood_interval(*at, np.array(float(found.n[0])), np.array(df), **level)
    else:
        low, high = _METHODS[method](*at, np.array(df), **level)
    return fields | {"ci_lower": low, "ci_upper": high}
