"""Cases that follow from additive tables, driven through reading, tabulation and estimation.

Whether they do follows from kind, design and arguments alone, before anything is computed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from oracle_cases import Case, Found, listed, shown
from oracle_tables import DOMAIN, GROUP, UNIT, UPDATE, VALUE, Survey, read_data

from analysis.comparison import adjust_p, compare_units, contrast
from analysis.dataset import Dataset
from analysis.design import Design
from analysis.estimates import (
    Estimates,
    degrees_of_freedom,
    design_effects,
    estimate_means,
    estimate_totals,
    kish_n,
)
from analysis.intervals import (
    arcsine_interval,
    clopper_pearson_interval,
    korn_graubard_interval,
    logit_interval,
    t_interval,
    wilson_interval,
)
from analysis.moments import CellTable, Moments, Recode, numbers, recode, tabulate
from analysis.results import Inference

LATER = {
    "calibrate": "calibration",
    "casemix": "case-mix adjustment",
    "funnel": "funnel limits",
    "glm": "regression",
    "poststratify": "post-stratification",
    "quantile": "quantiles",
    "rake": "raking",
    "ranktest": "rank tests",
    "ratio": "ratios of two numbers",
    "regterm": "regression",
    "reliability": "reliability",
    "replicate": "replicate weights",
    "shrinkage": "shrinkage",
    "standardize": "standardisation",
    "trim": "trimming of weights",
    "ttest": "two-sample tests",
    "variance": "variance of a number",
}
SUPPORTED = frozenset(
    {
        *("mean", "total", "by", "domain", "design", "edge", "lonely", "ciprop", "compare", "contrast"),
        *("padjust", "deff", "chisq", "prepost", "trend"),
    }
)


def why_not_yet(case: Mapping[str, Any]) -> str:
    """Return why the engine does not support a case yet; empty when it does."""
    kind, args, design = case["kind"], case["args"] or {}, case["design"] or {}
    call = case["r_call"].split("(")[0]
    of_change = kind in {"trend", "prepost"}
    reasons = {
        LATER.get(kind, "this kind"): kind in LATER,
        "a kind unknown to these tests": kind not in SUPPORTED,
        "clusters": bool(design.get("ids")),
        "more stages": any(isinstance(design.get(part), list) for part in ("strata", "fpc")),
        "calibration of the design": bool(design.get("post")),
        "a derived variable of another form": not UPDATE.fullmatch(design.get("update") or "none=as.numeric(none=='')"),
        "likelihood intervals": kind == "ciprop" and args.get("method") == "likelihood",
        f"adjustment of p-values by {args.get('method')}": kind == "padjust" and args["method"] != "BH",
        "tests on tables": kind == "chisq" and "statistic" in args,
        "contrasts that are not linear": "expr" in args,
        "tests and effect sizes of change": of_change and (not of_survey(design) or call not in {"svymean", "svyby"}),
        "covariance between items": kind != "contrast" and len(listed(args.get("vars", "one"))) > 1,
    }
    return next((reason for reason, holds in reasons.items() if holds), "")


def of_survey(design: Mapping[str, Any]) -> bool:
    """Return whether a case has a survey design at all."""
    return bool(design) and not design.get("nodesign")


def compute(of: Case) -> Found | None:
    """Return what tables give for a case, under the names of its expected values; nothing when rows are needed."""
    case, folder = of.raw, of.folder
    if why_not_yet(case):
        return None
    kind, args = case["kind"], case["args"]
    if kind == "padjust":
        return _adjusted(args)
    if kind == "ciprop" and "x" in args:
        return _exact(args["x"], args["n"])
    frame = read_data(case["design"], folder)
    if kind == "deff":
        return _kish(frame, args)
    survey = Survey(frame, case["design"])
    special = {"compare": _compare, "contrast": _contrast, "chisq": _table, "prepost": _change}
    if kind in special:
        return special[kind](survey, args)
    if "method" in args:
        return _share(survey, args)
    if "deff=TRUE" in case["r_call"]:
        args = {**args, "deff": True}
    return _estimates(survey, args, total="svytotal" in case["r_call"])


def _indicator(codes: tuple[str, ...], *chosen: str) -> Recode:
    return Recode(0, tuple(float(code in chosen) for code in codes))


def _estimates(survey: Survey, args: Mapping[str, Any], *, total: bool) -> Found:
    """Return means or totals of a number or of every category, in the domain or by group."""
    column = listed(args["vars"])[0]
    groups = survey.group(listed(args["by"])) if "by" in args else []
    items = survey.scale(column) if args.get("categorical") else survey.number(column)
    dataset, table, design = survey.tabulated(items, GROUP if groups else DOMAIN)
    codes = tuple(dataset.coded[0].categories) if dataset.coded else ()
    if not groups:  # R drops the levels that do not occur in the domain
        present = table.n.sum(axis=(0, 1, 2))[-len(codes) :] if codes else ()
        codes = tuple(code for code, count in zip(codes, present, strict=True) if count)
    moments = _moments(table, dataset, codes)
    estimate = estimate_totals if total else estimate_means
    estimates = estimate(moments, design)
    if estimates.failed.any():
        return {"error": "lonely stratum"}
    found = _flat(estimates, _levels(table, groups))
    if args.get("deff"):
        inference = Inference.PROCESS if args["deff"] == "replace" else Inference.FINITE
        effects = design_effects(estimates, inference, of_totals=total)
        found["deff"] = effects[:, 0, _levels(table, groups)].ravel()
    whole = tabulate(dataset) if not survey.spec.get("subset") else survey.tabulated(items)[1]
    df = degrees_of_freedom(whole.rows, design)[0, 0]
    found |= {"df_full_design" if groups else "df": df, "groups": _columns(groups, args)}
    found["ci_lower"], found["ci_upper"] = t_interval(found["estimate"], found["se"] ** 2, np.array(float(df)))
    if len(codes) > 1:
        found["vcov"] = _covariances(table, dataset, codes, design, total)
    return found


def _moments(table: CellTable, dataset: Dataset, codes: tuple[str, ...]) -> Moments:
    if not dataset.coded:
        return numbers(table, (0,))
    return recode(table, tuple(_indicator(dataset.coded[0].categories, code) for code in codes))


def _levels(table: CellTable, groups: list[tuple[str, ...]]) -> list[int]:
    return [table.levels.index(str(place)) for place in range(len(groups))] or [0]


def _flat(estimates: Estimates, levels: list[int]) -> Found:
    value, variance = estimates.value[:, 0, levels].ravel(), estimates.variance[:, 0, levels].ravel()
    return {"estimate": value, "se": np.sqrt(variance)}


def _columns(groups: list[tuple[str, ...]], args: Mapping[str, Any]) -> dict[str, list[str]]:
    names = listed(args["by"]) if groups else []
    return {name: [group[place] for group in groups] for place, name in enumerate(names)}


def _covariances(
    table: CellTable,
    dataset: Dataset,
    codes: tuple[str, ...],
    design: Design,
    total: bool,  # noqa: FBT001 - as R's two calls
) -> np.ndarray:
    """Return the covariances between categories: V(a + b) = V(a) + V(b) + 2 C(a, b), and a + b is a recode, too."""
    estimate = estimate_totals if total else estimate_means
    everything = dataset.coded[0].categories
    pairs = tuple(_indicator(everything, a, b) for a in codes for b in codes)
    size = len(codes)
    of_sums = estimate(recode(table, pairs), design).variance[:, 0, 0].reshape(size, size)
    own = np.diag(of_sums)
    return np.where(np.eye(size, dtype=bool), of_sums, (of_sums - own[:, None] - own[None, :]) / 2)


def _change(survey: Survey, args: Mapping[str, Any]) -> Found:
    """Return the mean of the change of those who were asked twice."""
    survey.frame[VALUE] = survey.frame[args["post"]] - survey.frame[args["pre"]]
    return _estimates(survey, {**args, "vars": VALUE}, total=False)


def _share(survey: Survey, args: Mapping[str, Any]) -> Found:
    dataset, table, design = survey.tabulated(survey.scale(args["var"]))
    chosen = _indicator(dataset.coded[0].categories, shown(float(args["value"])))
    estimates = estimate_means(recode(table, (chosen,)), design)
    share, variance = estimates.value[0, 0, 0], estimates.variance[0, 0, 0]
    df, n = float(degrees_of_freedom(table.rows, design)[0, 0]), float(table.rows.sum())
    found: Found = {"estimate": share, "variance": variance, "df": df}
    if not 0 < share < 1 or variance == 0:
        # A share of everyone has no uncertainty; R's boundaries at 0 and 1 are no numbers and are not compared.
        return found | {"ci_lower": share, "ci_upper": share, "census": bool(estimates.census[0, 0, 0])}
    at = np.array(share), np.array(variance)
    level = args.get("level", 0.95)
    if args["method"] == "beta":
        low, high = korn_graubard_interval(*at, np.array(n), np.array(df), confidence=level)
    else:
        methods = {"logit": logit_interval, "xlogit": logit_interval, "mean": t_interval, "asin": arcsine_interval}
        low, high = methods[args["method"]](*at, np.array(df), confidence=level)
    return found | {"ci_lower": low, "ci_upper": high}


def _exact(events: int, n: int) -> Found:
    share, size = np.array(events / n), np.array(float(n))
    exact, score = clopper_pearson_interval(share, size), wilson_interval(share, size)
    return {"clopper_pearson": exact, "R_binom": exact, "wilson": score, "R_wilson": score}


def _compare(survey: Survey, args: Mapping[str, Any]) -> Found:
    """Return a unit minus a reference: all units, a region (with or without the unit), the rest, or mean of means."""
    unit, value, reference = args["unit"], args["value"], args["reference"]
    everyone = survey.frame[unit].notna()
    if "units" in args:
        return _weighted_contrast(survey, args, {name: -1 / len(args["units"]) for name in args["units"]}, valid=False)
    if reference == "rest":
        survey.frame[UNIT] = np.where(survey.frame[unit] == value, "own", "rest")
        return _weighted_contrast(survey, {**args, "unit": UNIT, "value": "own"}, {"rest": -1.0}, valid=True)
    inside = everyone if reference == "all" else survey.frame.index.isin(survey.frame.query(reference).index)
    if not (inside & (survey.frame[unit] == value)).any():
        survey.frame[UNIT] = np.where(survey.frame[unit] == value, "own", np.where(inside, "reference", ""))
        return _weighted_contrast(survey, {**args, "unit": UNIT, "value": "own"}, {"reference": -1.0}, valid=True)
    survey.frame[GROUP] = np.where(inside, "in", "")
    dataset, table, design = survey.tabulated(survey.number(args["y"]), GROUP, unit)
    found = compare_units(numbers(table, (0,)), design, Inference.FINITE)
    at = design.units.index(value)
    df = degrees_of_freedom(numbers(tabulate(dataset), (0,)).n[0], design.together())[0, 0]
    return _difference(found.difference[0, at, 0], found.variance[0, at, 0], df)


def _weighted_contrast(survey: Survey, args: Mapping[str, Any], weights: dict[str, float], *, valid: bool) -> Found:
    groups = survey.group([args["unit"]])
    dataset, table, design = survey.tabulated(survey.number(args["y"]), GROUP)
    coefficients = {**weights, args["value"]: weights.get(args["value"], 0.0) + 1.0}
    row = np.zeros(len(table.levels))
    row[_levels(table, groups)] = [coefficients.get(name, 0.0) for (name,) in groups]
    difference, variance = contrast(numbers(table, (0,)), design, row, Inference.FINITE)
    whole = tabulate(dataset)
    n = numbers(whole, (0,)).n[0] if valid else whole.rows
    return _difference(difference[0, 0], variance[0, 0], degrees_of_freedom(n, design)[0, 0])


def _difference(difference: float, variance: float, df: int) -> Found:
    low, high = t_interval(np.array(difference), np.array(variance), np.array(float(df)))
    return {"estimate": difference, "se": np.sqrt(variance), "df": df, "ci_lower": low, "ci_upper": high}


def _contrast(survey: Survey, args: Mapping[str, Any]) -> Found:
    if "by" not in args:
        columns = survey.frame[args["vars"]].to_numpy(dtype=float)
        survey.frame[VALUE] = columns @ np.array(args["contrast"])  # a missing part leaves it missing: listwise
        return _estimates(survey, {"vars": VALUE}, total=False)
    groups = survey.group(listed(args["by"]))
    dataset, table, design = survey.tabulated(survey.number(listed(args["vars"])[0]), GROUP)
    rows = args.get("contrasts") or {"contrast": args["contrast"]}
    matrix = np.zeros((len(rows), len(table.levels)))
    matrix[:, _levels(table, groups)] = np.array(list(rows.values()), dtype=float)
    moments = numbers(table, (0,))
    pairs = [[contrast(moments, design, a + b, Inference.FINITE)[1][0, 0] for b in matrix] for a in matrix]
    own = np.diag(pairs) / 4  # a + a is twice a
    vcov = np.where(np.eye(len(own), dtype=bool), own, (np.array(pairs) - own[:, None] - own[None, :]) / 2)
    value = np.array([contrast(moments, design, row, Inference.FINITE)[0][0, 0] for row in matrix])
    df = degrees_of_freedom(tabulate(dataset).rows, design)[0, 0]
    low, high = t_interval(value, own, np.array(float(df)))
    return {"estimate": value, "se": np.sqrt(own), "vcov": vcov, "df": df, "ci_lower": low, "ci_upper": high}


def _table(survey: Survey, args: Mapping[str, Any]) -> Found:
    rows, columns = args["rows"], args["cols"]
    groups = survey.group([columns])
    dataset, table, _ = survey.tabulated(survey.scale(rows), GROUP)
    by_code = table.s1[0].sum(axis=0)[_levels(table, groups)]
    codes = dataset.coded[0].categories
    shown = by_code[:, -len(codes) :].T
    return {"rows": list(codes), "cols": [group[0] for group in groups], "table": shown}


def _adjusted(args: Mapping[str, Any]) -> Found:
    known = np.array([value != "NA" for value in args["p"]])
    value: list[Any] = ["NA"] * known.size
    for place, adjusted in zip(
        np.flatnonzero(known), adjust_p(np.array(args["p"], dtype=object)[known].astype(float)), strict=True
    ):
        value[place] = adjusted
    return {"value": value}


def _kish(frame: pd.DataFrame, args: Mapping[str, Any]) -> Found:
    survey = Survey(frame, {"weights": args["weights"], "lonely_psu": "adjust"})
    groups = survey.group([args["by"]])
    dataset, table, _ = survey.tabulated(survey.number(args["weights"]), GROUP)
    whole = tabulate(dataset)
    by_unit = table.rows[0] / kish_n(table.w1[0], table.w2[0])
    n_eff = kish_n(whole.w1[0], whole.w2[0])[0]
    return {"kish": whole.rows[0, 0] / n_eff, "n_eff": n_eff, "by_muni": by_unit[_levels(table, groups)]}
