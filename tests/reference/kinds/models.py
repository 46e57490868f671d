"""Regression on a sample, and tests of its terms."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

import numpy as np
import pandas as pd
from formula_parts import ABSENT, column_of, formula_and_sample, members_of, refused_as
from oracle_cases import Case, Found
from r_language import Call, Name, Node, left_side, plain, shown_r, terms
from r_session import matched, without_intercept
from r_values import evaluate
from survey_calls import refused

from analysis.models.predictors import Predictors, groups, intercept, number, product, side_by_side
from analysis.models.regression import Family, Model, fit
from analysis.models.term_tests import likelihood_ratio_test, wald_term_test
from analysis.results import NotEstimable
from analysis.rows.sample import Sample

AS_R = 1e-8  # the change of the deviance at which R's `glm` stops


def compute(case: Case) -> Found | None:
    """Return what the models of `analysis` find."""
    if case.function not in FUNCTIONS or not isinstance(case.call, Call) or case.unfitted:
        return None
    return FUNCTIONS[case.function](case, case.call)


def _regression(case: Case, call: Call) -> Found | None:
    asked = _model(case, call)
    if asked is None:
        return None
    found = fit(*asked, tolerance=AS_R)
    if isinstance(found, NotEstimable):
        return refused_as(found)
    if refused(found.covariance, asked[1]):
        return {"error": "lonely stratum"}
    table = found.table()
    value: Found = {
        "estimate": found.coefficients.value,
        "se": np.sqrt(found.covariance.variance),
        "vcov": found.covariance.matrix,
        "df_residual": found.df,
        "dispersion": found.dispersion,
    }
    if isinstance(table, NotEstimable):  # R gives t all the same, and no numbers for the rest
        nothing = np.full_like(found.coefficients.value, ABSENT)
        t = np.divide(value["estimate"], value["se"], out=nothing.copy(), where=value["se"] > 0)
        return value | {"t": t, **dict.fromkeys(("p_value", "ci_lower", "ci_upper"), nothing)}
    return value | {
        "t": [it.t for it in table],
        "p_value": [it.p_value for it in table],
        "ci_lower": [it.interval.low for it in table],
        "ci_upper": [it.interval.high for it in table],
    }


def _term(case: Case, call: Call) -> Found | None:
    fitted = call[0]
    assert isinstance(fitted, Call)
    modelled = _model(case, fitted)
    if modelled is None:
        return None
    model, sample = modelled
    asked = [_term_name(it) for term in terms(call[1]) for it in _expanded(term)]
    if call.value("method", "Wald") == "LRT":
        ratio = likelihood_ratio_test(model, sample, *asked, tolerance=AS_R)
        if isinstance(ratio, NotEstimable):
            return refused_as(ratio)
        outcome = ratio.outcome
        extra = {"F": ABSENT, "chisq": outcome.statistic, "lambda": ratio.design_effects}
    else:
        regression = fit(model, sample, tolerance=AS_R)
        found = regression if isinstance(regression, NotEstimable) else wald_term_test(regression, *asked)
        if isinstance(found, NotEstimable):
            return refused_as(found)
        outcome, extra = found, {"F": found.statistic, "chisq": ABSENT, "lambda": ABSENT}
    return {
        "statistic": outcome.statistic,
        "df": outcome.df,
        "ddf": outcome.ddf,
        "p_value": outcome.p_value,
        **extra,
    }


def _model(case: Case, call: Call) -> tuple[Model, Sample] | None:
    """Return the model of `svyglm(formula, design, family=...)`, with R's treatment contrasts; nothing for other families."""
    formula, sample = formula_and_sample(call, case)
    family = FAMILIES.get(_family(matched(call, "formula", "design").get("family")))
    asked, with_intercept = without_intercept(formula.unnamed[-1])
    if family is None or any(isinstance(it, Call) and it.function == "offset" for it in asked):
        return None
    y = column_of(left_side(formula), case)
    parts: dict[str, Node] = {}
    for term in asked:
        parts |= {_term_name(it): it for it in _expanded(term)}
    complete = sample.inside & ~np.isnan(y)
    for term in {shown_r(leaf): leaf for it in parts.values() for leaf in _leaves(it)}.values():
        complete &= _known(term, case)
    ordered = sorted(parts.values(), key=lambda it: len(_leaves(it)))
    columns = [_predictors(it, case, complete) for it in ordered]
    if with_intercept:
        columns = [intercept(y.size), *columns]
    elif ordered and _is_grouped(ordered[0], case):  # without an intercept the first factor has all its levels
        columns[0] = _all_levels(ordered[0], case, complete)
    return Model(y, side_by_side(*columns), family), sample


def _family(node: Node | None) -> str:
    """Return the name of a family: of `family=quasibinomial()`, `family=quasibinomial` or `family='binomial'`."""
    if isinstance(node, Call):
        return node.function
    return node.name if isinstance(node, Name) else plain(node) if node else "gaussian"


def _expanded(term: Node) -> list[Node]:
    """Return the terms of `a*b`: both, and their product."""
    if not (isinstance(term, Call) and term.function == "*"):
        return [term]
    leaves = _leaves(Call(":", term.given))
    sizes = range(1, len(leaves) + 1)
    return [_joined(chosen) for size in sizes for chosen in combinations(leaves, size)]


def _joined(leaves: tuple[Node, ...]) -> Node:
    node = leaves[0]
    for leaf in leaves[1:]:
        node = Call(":", (("", node), ("", leaf)))
    return node


def _leaves(term: Node) -> list[Node]:
    if isinstance(term, Call) and term.function in {":", "*"}:
        return [leaf for side in term.unnamed for leaf in _leaves(side)]
    return [term]


def _term_name(term: Node) -> str:
    return " × ".join(shown_r(leaf) for leaf in _leaves(term))


def _predictors(term: Node, case: Case, complete: np.ndarray) -> Predictors:
    first, *others = (_leaf(leaf, case, complete) for leaf in _leaves(term))
    for other in others:
        # R lets the levels of the first factor run fastest.
        flipped = product(other, first)
        first = Predictors(
            flipped.columns, flipped.names, (f"{first.terms[0]} × {other.terms[0]}",) * len(flipped.names)
        )
    return first


def _leaf(term: Node, case: Case, complete: np.ndarray) -> Predictors:
    if not _is_grouped(term, case):
        return number(shown_r(term), np.asarray(evaluate(term, case.frame), dtype=float))
    member, levels = members_of(term, case, complete)
    return groups(shown_r(term), member, levels)


def _is_grouped(term: Node, case: Case) -> bool:
    return len(_leaves(term)) == 1 and np.asarray(evaluate(term, case.frame)).dtype.kind not in "fiu"


def _all_levels(term: Node, case: Case, complete: np.ndarray) -> Predictors:
    member, levels = members_of(term, case, complete)
    return groups(shown_r(term), np.where(member < 0, -1, member + 1), ["none", *levels])


def _known(term: Node, case: Case) -> np.ndarray:
    return ~pd.isna(np.asarray(evaluate(term, case.frame), dtype=object))


FAMILIES = {
    "gaussian": Family.GAUSSIAN,
    **dict.fromkeys(("binomial", "quasibinomial"), Family.BINOMIAL),
}
FUNCTIONS: dict[str, Callable[[Case, Call], Found | None]] = {"svyglm": _regression, "regTermTest": _term}
