"""Changes of persons and between waves: pairs with and without a design, and contrasts of waves that persons share."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from oracle_cases import Case, Found
from r_language import Call, Constant, Name, Node, left_side, plain, terms
from r_values import evaluate, holds, levels_of, shown
from survey_calls import is_factor

from analysis.intervals import t_interval
from analysis.persons.change import Basis, Change, change_of, paired_change
from analysis.persons.paired import (
    ChangeSizes,
    Discordance,
    ReliableChange,
    SignedRanks,
    change_sizes,
    discordance,
    reliable_change,
    signed_ranks,
)
from analysis.results import Inference, NotEstimable
from analysis.rows.sample import Sample, one_stage
from analysis.series.timeline import Timeline, Wave
from analysis.series.trends import contrast
from analysis.series.waves import WaveMeans, wave_means


def compute(case: Case) -> Found | None:
    """Return what the functions of change find in a case of `prepost` or `trend`."""
    if case.raw["kind"] not in {"prepost", "trend"} or case.steps:
        return None
    assert isinstance(case.call, Call)
    if case.function:
        of_function = BY_FUNCTION.get(case.function)
        return of_function(case.call, case) if of_function else None
    found = next((answer for name, answer in BY_PART.items() if any(called(case.call, name))), None)
    return found(case.call, case) if found else None


def _mean(call: Call, case: Case) -> Found | None:
    pair = _pair(terms(call[0])[0], case)
    if pair is None:
        return None
    change = paired_change(*pair, case.sample, Inference.FINITE)
    if change == NotEstimable("lonely_stratum", change.respondents):
        return {"error": "lonely stratum"}
    if not isinstance(change, Change):
        return None
    df = case.sample.degrees_of_freedom()
    low, high = t_interval(np.array(change.value), np.array(change.se**2), np.array(df))
    return {"estimate": change.value, "se": change.se, "df": df, "ci_lower": low, "ci_upper": high}


def _by(call: Call, case: Case) -> Found | None:
    level = evaluate(terms(call[1])[0], case.frame)
    pair = _pair(terms(call[0])[0], case)
    names = levels_of(level[case.sample.inside])
    df = case.sample.degrees_of_freedom()
    if pair is None:
        series = _series(call, case)
        if series is None:
            return None
        value, variance = series.value, np.diag(series.covariance)
        found: Found = {"vcov": series.covariance}
    else:
        changes = [paired_change(*pair, case.sample.within(level == name), Inference.FINITE) for name in names]
        if not all(isinstance(it, Change) for it in changes):
            return None
        value = np.array([it.value for it in changes if isinstance(it, Change)])
        variance = np.array([it.se**2 for it in changes if isinstance(it, Change)])
        found = {}
    low, high = t_interval(value, variance, np.array(float(df)))
    found |= {"estimate": value, "se": np.sqrt(variance), "ci_lower": low, "ci_upper": high}
    by = terms(call[1])[0]
    assert isinstance(by, Name)
    return found | {"groups": {by.name: [shown(name) for name in names]}, "df_full_design": df}


def _contrast(call: Call, case: Case) -> Found | None:
    by = call[0]
    if not (isinstance(by, Call) and by.function == "svyby"):
        return None
    given, series = call[1], _series(by, case)
    if series is None or not isinstance(given, Call) or given.function != "c" or given.named:
        return None
    change = contrast(series, np.array(plain(given), dtype=float))
    if not isinstance(change, Change):
        return None
    df = case.sample.degrees_of_freedom()
    low, high = t_interval(np.array(change.value), np.array(change.se**2), np.array(float(df)))
    return {"estimate": change.value, "se": change.se, "df": df, "ci_lower": low, "ci_upper": high}


def _design_test(call: Call, case: Case) -> Found | None:
    """Return R's `svyttest` of one mean; R takes one degree of freedom off those of the design."""
    left = left_side(call[0])
    pair = _pair(left, case) if left else None
    if pair is None:
        return None
    sample = _subset(call[1], case)
    change = paired_change(*pair, sample, Inference.FINITE)
    if not isinstance(change, Change):
        return None
    df = sample.degrees_of_freedom() - 1
    return _t_test(change_of(change.value, change.se**2, Basis(df, change.respondents, Inference.FINITE)))


def _t_test(change: object) -> Found:
    assert isinstance(change, Change)
    return {
        "statistic": change.t,
        "parameter": change.df,
        "p_value": change.p_value,
        "estimate": change.value,
        "conf_int": [change.interval.low, change.interval.high],
    }


def _paired_test(call: Call, case: Case) -> Found | None:
    if not call.value("paired"):
        return None
    after, before = (_column(node, case) for node in call.unnamed)
    there = ~np.isnan(after) & ~np.isnan(before)  # R deletes the others
    return _t_test(paired_change(before[there], after[there], one_stage(np.ones(int(there.sum())))))


def _wilcoxon(call: Call, case: Case) -> Found:
    test = next(called(call, "wilcox.test"))
    after, before = (_column(node, case) for node in test.unnamed)
    found = signed_ranks(before, after)
    assert isinstance(found, SignedRanks)
    return {"V": found.statistic, "p": found.p_value}


def _mcnemar(call: Call, case: Case) -> Found:
    before, after = (_column(node, case) for node in next(called(call, "table")).unnamed)
    found = discordance(before, after)
    assert isinstance(found, Discordance)
    return {"statistic": found.statistic, "p": found.p_asymptotic, "exact_p": found.p_exact}


def _sizes(call: Call, case: Case) -> Found:
    """Return effect sizes and reliable changes; the only constant that is taken off 1 is the reliability."""
    before, after = (_column(it[0], case) for it in called(call, "[") if isinstance(it[0], Call))
    reliability = next(plain(it[1]) for it in called(call, "-") if _one_minus_constant(it))
    sizes, reliable = change_sizes(before, after), reliable_change(before, after, reliability, before)
    assert isinstance(sizes, ChangeSizes)
    assert isinstance(reliable, ReliableChange)
    return {
        "n": sizes.pairs,
        "mean_diff": sizes.mean,
        "sd_diff": sizes.sd,
        "d_z": sizes.d_z,
        "d_av": sizes.d_av,
        "hedges_g_av": sizes.g_av,
        "r": sizes.correlation,
        "improved_rci": reliable.risen,
        "deteriorated_rci": reliable.fallen,
    }


BY_FUNCTION: dict[str, Callable[[Call, Case], Found | None]] = {
    "svymean": _mean,
    "svyby": _by,
    "svycontrast": _contrast,
    "svyttest": _design_test,
    "t.test": _paired_test,
}
# The blocks of code, by a function that only one kind of them calls.
BY_PART: dict[str, Callable[[Call, Case], Found]] = {
    "wilcox.test": _wilcoxon,
    "mcnemar.test": _mcnemar,
    "lgamma": _sizes,
}


def called(node: Node, function: str) -> Iterator[Call]:
    """Yield every call of a function in an expression."""
    if isinstance(node, Call):
        if node.function == function:
            yield node
        for _, part in node.given:
            yield from called(part, function)


def _one_minus_constant(node: Call) -> bool:
    return len(node.unnamed) == 2 and node[0] == Constant(1.0) and isinstance(node[1], Constant)


def _pair(node: Node, case: Case) -> tuple[np.ndarray, np.ndarray] | None:
    """Return the columns before and after of `I(after - before)`."""
    if not (isinstance(node, Call) and node.function == "I"):
        return None
    difference = node[0]
    if not (isinstance(difference, Call) and difference.function == "-" and len(difference.unnamed) == 2):
        return None
    after, before = (np.asarray(evaluate(it, case.frame), dtype=float) for it in difference.unnamed)
    return before, after


def _column(node: Node, case: Case) -> np.ndarray:
    """Return the column of `x$name`."""
    assert isinstance(node, Call)
    assert isinstance(node[1], Name)
    return case.frame[node[1].name].to_numpy(dtype=float)


def _series(by: Call, case: Case) -> WaveMeans | None:
    """Return the waves of `svyby(~y, ~wave, d, svymean)`; nothing of another design or estimator, or of words."""
    if by.unnamed[2:4] != (Name("d"), Name("svymean")) or len(terms(by[0]) + terms(by[1])) != 2:
        return None
    if is_factor(terms(by[0])[0], case.frame):
        return None
    level = evaluate(terms(by[1])[0], case.frame)
    names = levels_of(level[case.sample.inside])
    wave = np.select([level == name for name in names], list(range(len(names))), default=-1)
    timeline = Timeline(tuple(Wave(shown(name), place) for place, name in enumerate(names)))
    y = np.asarray(evaluate(terms(by[0])[0], case.frame), dtype=float)
    return wave_means(y, wave, timeline, case.sample, Inference.FINITE)


def _subset(node: Node, case: Case) -> Sample:
    if isinstance(node, Call) and node.function == "subset":
        return case.sample.within(holds(node[1], case.frame))
    return case.sample
