"""Scales and raters: alpha, omega, rank correlations, intraclass correlations and concordance."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from oracle_cases import Case, Found, listed
from r_language import Call, Constant, Name, Node, plain

from analysis.results import NotEstimable
from analysis.scales.raters import intraclass_correlations, kendall_w
from analysis.scales.scales import cronbach_alpha, omega_total, rank_correlations


def compute(case: Case) -> Found | None:
    """Return what `analysis` finds for the first function of the call that it knows."""
    called = {it.function for it in _calls(case.call)}
    asked = next((name for name in FUNCTIONS if name in called), None)
    answers = _answers(case) if asked else None
    return FUNCTIONS[asked](answers) if asked and answers is not None else None


def _alpha(answers: np.ndarray) -> Found:
    found = cronbach_alpha(answers)
    if isinstance(found, NotEstimable):
        return {"error": found.reason}
    return {
        "n": found.respondents,
        "alpha_raw": found.value,
        "psych_raw": found.value,
        "alpha_std": found.standardised,
        "psych_std": found.standardised,
        "alpha_if_dropped": found.if_dropped,
        "r_drop": found.item_rest,
        "alpha": found.value,
        "ci_lower": found.interval.low,
        "ci_upper": found.interval.high,
    }


def _omega(answers: np.ndarray) -> Found:
    found = omega_total(answers)
    if isinstance(found, NotEstimable):
        return {"error": found.reason}
    return {"omega_total": found.value, "loadings": found.loadings, "uniquenesses": found.uniquenesses}


def _rank_correlations(answers: np.ndarray) -> Found:
    found = rank_correlations(answers)
    return {"error": found.reason} if isinstance(found, NotEstimable) else {"value": found.matrix}


def _intraclass(answers: np.ndarray) -> Found:
    found = intraclass_correlations(answers)
    if isinstance(found, NotEstimable):
        return {"error": found.reason}
    return {
        "type": ["ICC1", "ICC2", "ICC3", "ICC1k", "ICC2k", "ICC3k"],
        "ICC": [it.value for it in found],
        "F": [it.f for it in found],
        "df1": [it.df for it in found],
        "df2": [it.ddf for it in found],
        "p": [it.p_value for it in found],
        "lower": [it.interval.low for it in found],
        "upper": [it.interval.high for it in found],
    }


def _concordance(answers: np.ndarray) -> Found:
    found = kendall_w(answers)
    if isinstance(found, NotEstimable):
        return {"error": found.reason}
    return {"W": found.value, "chi2": found.chi_square, "df": found.df, "p": found.p_value}


FUNCTIONS: dict[str, Callable[[np.ndarray], Found]] = {
    "psych::alpha": _alpha,
    "alpha_raw": _alpha,
    "factanal": _omega,
    "psych::ICC": _intraclass,
    "kendall_w": _concordance,
    "cor": _rank_correlations,
}


def _calls(node: Node) -> Iterator[Call]:
    if isinstance(node, Call):
        yield node
        for _, argument in node.given:
            yield from _calls(argument)


def _answers(case: Case) -> np.ndarray | None:
    """Return the columns of the first `x[, c(...)]` or `x[, -1]` of the call, if there is one."""
    taken = next((it for it in _calls(case.call) if it.function == "[" and it[0] == Name("x")), None)
    if taken is None:
        return None
    chosen, frame = taken.unnamed[-1], case.read(case.spec["data"])
    if isinstance(chosen, Call) and chosen.function == "-":
        assert isinstance(chosen[0], Constant)
        columns = frame.columns.delete(int(chosen[0].value) - 1)
    else:
        columns = frame.columns[[frame.columns.get_loc(name) for name in listed(plain(chosen))]]
    return frame[columns].to_numpy(dtype=float)
