"""Tests of hypotheses: of means, ranks and tables, and p-values of a family."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from formula_parts import ABSENT, column_of, formula_and_sample, members_of, refused_as
from oracle_cases import Case, Found
from r_language import Call, Constant, Name, Node, left_side, plain, read_r, terms
from r_session import matched
from r_values import evaluate

from analysis.comparison.multiplicity import Adjustment, adjust_p
from analysis.models.independence import (
    Crossing,
    adjusted_wald_table_test,
    rao_scott_chi_square_test,
    rao_scott_f_test,
    wald_table_test,
    weighted_table,
)
from analysis.models.mean_tests import difference_test, mean_test
from analysis.models.rank_tests import RankScore, rank_test
from analysis.results import NotEstimable
from analysis.rows.sample import Sample


def compute(case: Case) -> Found | None:
    """Return what the tests of `analysis` find."""
    tabulated = _table_call(case.call)
    if tabulated is not None:
        return _table(case, tabulated)
    if case.function not in FUNCTIONS or not isinstance(case.call, Call):
        return None
    return None if case.unfitted and case.spec else FUNCTIONS[case.function](case, case.call)


def _t_test(case: Case, call: Call) -> Found:
    formula, sample = formula_and_sample(call, case)
    y = column_of(left_side(formula), case)
    (group,) = terms(formula)
    if isinstance(group, Constant):
        # R counts the mean as a coefficient that was fitted: one degree of freedom less than the design has.
        found = mean_test(y, sample, df=sample.degrees_of_freedom() - 1.0)
    else:
        member, levels = members_of(group, case, sample.inside & ~np.isnan(y))
        if len(levels) != 2:
            return {"error": f"two groups, not {len(levels)}"}
        found = difference_test(y, member, sample)
    if isinstance(found, NotEstimable):
        return refused_as(found)
    return {
        "statistic": found.outcome.statistic,
        "parameter": found.outcome.ddf,
        "p_value": found.outcome.p_value,
        "estimate": found.value,
        "conf_int": [found.interval.low, found.interval.high],
    }


def _rank_test(case: Case, call: Call) -> Found:
    formula, sample = formula_and_sample(call, case)
    y = column_of(left_side(formula), case)
    (group,) = terms(formula)
    member, levels = members_of(group, case, sample.inside & ~np.isnan(y))
    found = rank_test(y, member, len(levels), sample, score=SCORES[call.value("test", "wilcoxon")])
    if isinstance(found, NotEstimable):
        return refused_as(found)
    outcome = found.outcome
    if len(levels) == 2:
        shown_by_r = {"statistic": outcome.statistic, "parameter": outcome.ddf, "estimate": found.differences[0]}
    else:  # R names the degrees of freedom the statistic, and χ² the parameter
        shown_by_r = {"statistic": outcome.df, "parameter": outcome.statistic * outcome.df, "estimate": ABSENT}
    return {**shown_by_r, "p_value": outcome.p_value, "conf_int": ABSENT}


def _independence(case: Case, call: Call) -> Found | None:
    crossing, _, sample = _crossing(case, call)
    statistic = call.value("statistic", "F")
    if statistic not in TESTS_OF_TABLES:
        return None
    found = TESTS_OF_TABLES[statistic](crossing, sample)
    if isinstance(found, NotEstimable):
        return refused_as(found)
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
    formula, sample = formula_and_sample(call, case)
    (row, rows), (column, columns) = (_table_members(term, case, sample.inside) for term in terms(formula))
    return Crossing(row, len(rows), column, len(columns)), (rows, columns), sample


def _table_members(term: Node, case: Case, inside: np.ndarray) -> tuple[np.ndarray, list[str]]:
    """Return the same for a table, in which R keeps the levels of words that no row of the subset has."""
    words = np.asarray(evaluate(term, case.frame)).dtype.kind not in "biuf"
    return members_of(term, case, np.ones_like(inside) if words else inside)


def _adjusted(case: Case, call: Call) -> Found:
    """Return `p.adjust`, which leaves missing p-values out of the family and in their place."""
    steps = [read_r(text) for text in case.steps]
    given = {step[0].name: plain(step[1]) for step in steps if isinstance(step, Call) and isinstance(step[0], Name)}
    arguments = matched(call, "p", "method")
    asked = arguments["p"]
    p = np.array(given[asked.name] if isinstance(asked, Name) else plain(asked), dtype=float)
    method = plain(arguments["method"]) if "method" in arguments else "holm"
    known = ~np.isnan(p)
    adjusted = (
        p[known] if method == "none" else adjust_p(p[known], Adjustment({"fdr": "bh"}.get(method, method.lower())))
    )
    value: np.ndarray = np.full(p.size, "NA", dtype=object)
    value[known] = adjusted
    return {"value": value}


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
FUNCTIONS: dict[str, Callable[[Case, Call], Found | None]] = {
    "svychisq": _independence,
    "svyranktest": _rank_test,
    "svyttest": _t_test,
    "p.adjust": _adjusted,
}
