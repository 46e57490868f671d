"""Tests and models: t tests, rank tests, tests on tables, regression and its terms, and p-values of a family."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import Any

import numpy as np
from oracle_cases import Case, Found
from r_language import Call, Constant, Name, Node, left_side, plain, read_r, shown_r, terms
from r_values import evaluate, holds, levels_of, shown

from analysis.independence import (
    Crossing,
    adjusted_wald_table_test,
    rao_scott_chi_square_test,
    rao_scott_f_test,
    wald_table_test,
    weighted_table,
)
from analysis.mean_tests import difference_test, mean_test
from analysis.multiplicity import Adjustment, adjust_p
from analysis.predictors import Predictors, groups, intercept, number, product, side_by_side
from analysis.rank_tests import RankScore, rank_test
from analysis.regression import Family, Model, fit
from analysis.results import NotEstimable
from analysis.sample import Sample
from analysis.term_tests import likelihood_ratio_test, wald_term_test

ABSENT = np.nan  # a value that R leaves empty
AS_R = 1e-8  # the change of the deviance at which R's `glm` stops


def compute(case: Case) -> Found | None:
    """Return what the tests and models of `analysis` find."""
    tabulated = _table_call(case.call)
    if tabulated is not None:
        return _table(case, tabulated)
    if case.function not in FUNCTIONS or not isinstance(case.call, Call):
        return None
    if case.unfitted and case.spec:
        return None
    return FUNCTIONS[case.function](case, case.call)


def _t_test(case: Case, call: Call) -> Found:
    formula, sample = call[0], _sample(case, call[1])
    y = _column(left_side(formula), case)
    (group,) = terms(formula)
    if isinstance(group, Constant):
        # R counts the mean as a coefficient that was fitted: one degree of freedom less than the design has.
        found = mean_test(y, sample, df=sample.degrees_of_freedom() - 1.0)
    else:
        member, levels = _members(group, case, sample.inside & ~np.isnan(y))
        assert len(levels) == 2, levels
        found = difference_test(y, member, sample)
    if isinstance(found, NotEstimable):
        return _refused(found)
    return {
        "statistic": found.outcome.statistic,
        "parameter": found.outcome.ddf,
        "p_value": found.outcome.p_value,
        "estimate": found.value,
        "conf_int": [found.interval.low, found.interval.high],
    }


def _rank_test(case: Case, call: Call) -> Found:
    formula, sample = call[0], _sample(case, call[1])
    y = _column(left_side(formula), case)
    (group,) = terms(formula)
    member, levels = _members(group, case, sample.inside & ~np.isnan(y))
    found = rank_test(y, member, len(levels), sample, score=SCORES[call.value("test", "wilcoxon")])
    if isinstance(found, NotEstimable):
        return _refused(found)
    outcome = found.outcome
    if len(levels) == 2:
        shown_by_r = {"statistic": outcome.statistic, "parameter": outcome.ddf, "estimate": found.differences[0]}
    else:  # R names the degrees of freedom the statistic, and χ² the parameter
        shown_by_r = {"statistic": outcome.df, "parameter": outcome.statistic * outcome.df, "estimate": ABSENT}
    return {**shown_by_r, "p_value": outcome.p_value, "conf_int": ABSENT}


def _independence(case: Case, call: Call) -> Found:
    crossing, _, sample = _crossing(case, call)
    statistic = call.value("statistic", "F")
    found = TESTS_OF_TABLES[statistic](crossing, sample)
    if isinstance(found, NotEstimable):
        return _refused(found)
    parameter = found.df if statistic == "Chisq" else [found.df, found.ddf]
    shown_by_r = {"statistic": found.statistic, "parameter": parameter, "p_value": found.p_value}
    return shown_by_r | {"estimate": ABSENT, "conf_int": ABSENT}


def _table_call(node: Node) -> Call | None:
    """Return the `svytable(...)` of `{ t <- svytable(...); list(rows=rownames(t), ...) }`."""
    if not (isinstance(node, Call) and node.function == "{" and isinstance(node[0], Call)):
        return None
    made = node[0].unnamed[-1]
    return made if isinstance(made, Call) and made.function == "svytable" else None


def _table(case: Case, call: Call) -> Found:
    crossing, (rows, columns), sample = _crossing(case, call)
    return {"rows": rows, "cols": columns, "table": weighted_table(crossing, sample)}


def _crossing(case: Case, call: Call) -> tuple[Crossing, tuple[list[str], list[str]], Sample]:
    """Return the crossing of `~rows+cols`, and the names of its levels."""
    sample = _sample(case, call[1])
    (row, rows), (column, columns) = (_table_members(term, case, sample.inside) for term in terms(call[0]))
    return Crossing(row, len(rows), column, len(columns)), (rows, columns), sample


def _regression(case: Case, call: Call) -> Found:
    model, sample = _model(case, call)
    found = fit(model, sample, tolerance=AS_R)
    if isinstance(found, NotEstimable):
        return _refused(found)
    table = found.table()
    value: Found = {
        "estimate": found.coefficients.value,
        "se": np.sqrt(found.covariance.variance),
        "vcov": found.covariance.matrix,
        "df_residual": found.df,
        "dispersion": found.dispersion,
    }
    if isinstance(table, NotEstimable):
        return value
    return value | {
        "t": [it.t for it in table],
        "p_value": [it.p_value for it in table],
        "ci_lower": [it.interval.low for it in table],
        "ci_upper": [it.interval.high for it in table],
    }


def _term(case: Case, call: Call) -> Found:
    fitted = call[0]
    assert isinstance(fitted, Call)
    model, sample = _model(case, fitted)
    asked = [_term_name(it) for term in terms(call[1]) for it in _expanded(term)]
    if call.value("method", "Wald") == "LRT":
        ratio = likelihood_ratio_test(model, sample, *asked, tolerance=AS_R)
        if isinstance(ratio, NotEstimable):
            return _refused(ratio)
        outcome = ratio.outcome
        extra = {"F": ABSENT, "chisq": outcome.statistic, "lambda": ratio.design_effects}
    else:
        regression = fit(model, sample, tolerance=AS_R)
        found = regression if isinstance(regression, NotEstimable) else wald_term_test(regression, *asked)
        if isinstance(found, NotEstimable):
            return _refused(found)
        outcome, extra = found, {"F": found.statistic, "chisq": ABSENT, "lambda": ABSENT}
    return {
        "statistic": outcome.statistic,
        "df": outcome.df,
        "ddf": outcome.ddf,
        "p_value": outcome.p_value,
        **extra,
    }


def _adjusted(case: Case, call: Call) -> Found:
    """Return `p.adjust`, which leaves missing p-values out of the family and in their place."""
    steps = [read_r(text) for text in case.steps]
    given = {step[0].name: plain(step[1]) for step in steps if isinstance(step, Call) and isinstance(step[0], Name)}
    p = np.array(given[call[0].name] if isinstance(call[0], Name) else plain(call[0]), dtype=float)
    known = ~np.isnan(p)
    value: list[Any] = ["NA"] * p.size
    for place, adjusted in zip(
        np.flatnonzero(known), adjust_p(p[known], Adjustment(plain(call[1]).lower())), strict=True
    ):
        value[place] = adjusted
    return {"value": value}


def _model(case: Case, call: Call) -> tuple[Model, Sample]:
    """Return the model of `svyglm(formula, design, family=...)`, with R's treatment contrasts."""
    formula, sample = call[0], _sample(case, call[1])
    family = call.named.get("family")
    binomial = isinstance(family, Call) and "binomial" in family.function
    y = _column(left_side(formula), case)
    parts: dict[str, Node] = {}
    for term in terms(formula):
        parts |= {_term_name(it): it for it in _expanded(term)}
    complete = sample.inside & ~np.isnan(y)
    for term in {shown_r(leaf): leaf for it in parts.values() for leaf in _leaves(it)}.values():
        complete &= _known(term, case)
    ordered = sorted(parts.values(), key=lambda it: len(_leaves(it)))
    columns = [_predictors(it, case, complete) for it in ordered]
    family_of = Family.BINOMIAL if binomial else Family.GAUSSIAN
    return Model(y, side_by_side(intercept(y.size), *columns), family_of), sample


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
    values = np.asarray(evaluate(term, case.frame))
    grouped = values.dtype.kind not in "fiu" or (isinstance(term, Call) and term.function in {"factor", "as.factor"})
    if not grouped:
        return number(shown_r(term), values.astype(float))
    member, levels = _members(term, case, complete)
    return groups(shown_r(term), member, levels)


def _members(term: Node, case: Case, among: np.ndarray) -> tuple[np.ndarray, list[str]]:
    """Return the place of every row in the levels that occur among some rows; −1 elsewhere."""
    values = np.asarray(evaluate(term, case.frame), dtype=object)
    levels = levels_of(values[among])
    places = {level: place for place, level in enumerate(levels)}
    return np.array([places.get(value, -1) for value in values]), [shown(level) for level in levels]


def _table_members(term: Node, case: Case, inside: np.ndarray) -> tuple[np.ndarray, list[str]]:
    """Return the same for a table, in which R keeps the levels of words that no row of the subset has."""
    words = np.asarray(evaluate(term, case.frame)).dtype.kind not in "biuf"
    return _members(term, case, np.ones_like(inside) if words else inside)


def _known(term: Node, case: Case) -> np.ndarray:
    import pandas as pd

    return ~pd.isna(np.asarray(evaluate(term, case.frame), dtype=object))


def _column(node: Node | None, case: Case) -> np.ndarray:
    assert node is not None
    return np.asarray(evaluate(node, case.frame), dtype=float)


def _sample(case: Case, design: Node) -> Sample:
    """Return the sample of a design argument: `d`, or `subset(d, ...)`."""
    if isinstance(design, Call) and design.function == "subset":
        return _sample(case, design[0]).within(holds(design[1], case.frame))
    return case.sample


def _refused(found: NotEstimable) -> Found:
    return {"error": found.reason}


SCORES = {
    "wilcoxon": RankScore.WILCOXON,
    "KruskalWallis": RankScore.WILCOXON,
    "vanderWaerden": RankScore.VAN_DER_WAERDEN,
    "median": RankScore.MEDIAN,
}
TESTS_OF_TABLES = {
    "F": rao_scott_f_test,
    "Chisq": rao_scott_chi_square_test,
    "Wald": wald_table_test,
    "adjWald": adjusted_wald_table_test,
}
FUNCTIONS: dict[str, Callable[[Case, Call], Found]] = {
    "svychisq": _independence,
    "svyranktest": _rank_test,
    "svyttest": _t_test,
    "svyglm": _regression,
    "regTermTest": _term,
    "p.adjust": _adjusted,
}
