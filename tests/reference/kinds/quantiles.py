"""Quantiles of the row-level path."""

from __future__ import annotations

import numpy as np
from oracle_cases import Case, Found
from r_language import Call, plain, terms
from survey_calls import columns, survey_of

from analysis.quantiles import QuantileMethod, QuantileRule, ShareInterval, estimate_quantiles
from analysis.results import NotEstimable


def compute(case: Case) -> Found | None:
    """Return the quantiles of one number, with the interval and standard error of Woodruff."""
    call = case.call
    if case.function != "svyquantile" or case.steps or not isinstance(call, Call):
        return None
    survey = survey_of(case.frame, case.sample).seen_through(call[1])
    _, y = columns(terms(call[0]), survey)
    parts = np.ravel(call.value("quantiles") or plain(call[2])).tolist()
    method = QuantileMethod(
        QuantileRule(call.value("qrule", "math")),
        ShareInterval(call.value("interval.type", "mean")),
        confidence=1 - call.value("alpha", 0.05),
    )
    found = estimate_quantiles(y[:, 0], survey.sample, parts, method)
    if any(isinstance(it, NotEstimable) for it in found):
        return None
    return {
        "quantile": parts,
        "estimate": [it.value for it in found],
        "se": [it.se for it in found],
        "ci_lower": [it.interval.low for it in found],
        "ci_upper": [it.interval.high for it in found],
    }
