"""Quantiles of the row-level path."""

from __future__ import annotations

import numpy as np
from oracle_cases import Case, Found
from r_language import Call, plain, terms
from survey_calls import columns, survey_of

from analysis.results import Interval, NotEstimable
from analysis.rows.quantiles import Quantile, QuantileMethod, QuantileRule, ShareInterval, estimate_quantiles
from analysis.rows.quantiles import weighted_quantiles as points
from analysis.rows.sample import Sample


def compute(case: Case) -> Found | None:
    """Return the quantiles of one number, with the interval and standard error of Woodruff."""
    call = case.call
    if case.function != "svyquantile" or case.unfitted or not isinstance(call, Call):
        return None
    survey = survey_of(case.frame, case.sample).seen_through(call[1])
    _, y = columns(terms(call[0]), survey)
    given = call.named.get("quantiles") or call[2]
    parts = np.ravel(plain(given)).tolist()
    rule = QuantileRule(call.value("qrule", "math"))
    method = QuantileMethod(
        rule, ShareInterval(call.value("interval.type", "mean")), confidence=1 - call.value("alpha", 0.05)
    )
    sample = survey.sample.within(~np.isnan(y[:, 0]))
    found = estimate_quantiles(y[:, 0], sample, parts, method)
    refused = next((it for it in found if isinstance(it, NotEstimable) and it.reason != "no_variation"), None)
    if refused:
        return {"error": refused.reason}
    at = points(y[sample.counted, 0], sample.weights[sample.counted], np.array(parts), rule).tolist()
    known = [_or_point(it, point, sample) for it, point in zip(found, at, strict=True)]
    return {
        "quantile": parts,
        "estimate": [it.value for it in known],
        "se": [it.se for it in known],
        "ci_lower": [it.interval.low for it in known],
        "ci_upper": [it.interval.high for it in known],
    }


def _or_point(found: Quantile | NotEstimable, point: float, sample: Sample) -> Quantile:
    """Return a quantile; beyond all answers R takes the point itself for its interval, where we have none."""
    if isinstance(found, Quantile):
        return found
    return Quantile(point, 0.0, Interval(point, point), found.respondents, sample.degrees_of_freedom())
