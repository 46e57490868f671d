"""Cases that follow from additive tables, driven through reading, tabulation and estimation.

Whether they do follows from kind, design and arguments alone, before anything is computed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from oracle_cases import Case, Found, listed, shown
from oracle_tables import DOMAIN, GROUP, UNIT, VALUE, Survey
from pandas.api.types import is_numeric_dtype

from analysis.comparison import compare_units, contrast
from analysis.dataset import Dataset
from analysis.design import Design
from analysis.estimates import (
    Estimates,
    degrees_of_freedom,
    design_effects,
    estimate_means,
    estimate_totals,
)
from analysis.intervals import (
    arcsine_interval,
    korn_graubard_interval,
    logit_interval,
    t_interval,
)
from analysis.moments import Moments, Recode, numbers, recode
from analysis.results import Inference
from analysis.tabulating import CellTable, tabulate

KINDS = frozenset(
    {
        *("mean", "total", "by", "domain", "design", "edge", "lonely", "ciprop", "compare", "contrast"),
        *("chisq", "prepost", "trend"),
    }
)


def compute(of: Case) -> Found | None:
    """Return what tables give for a case, under the names of its expected values; nothing when rows are needed."""
    case = of.raw
    if needs_rows(case):
        return None
    kind, args = case["kind"], case["args"]
    survey = Survey(of)
    special = {"compare": _compare, "contrast": _contrast, "chisq": _table, "prepost": _change}
    if kind in special:
        return special[kind](survey, args)
    if "method" in args:
        return _share(survey, args)
    if "deff=TRUE" in case["r_call"]:
        args = {**args, "deff": True}
    return _estimates(survey, args, total="svytotal" in case["r_call"])


def needs_rows(case: Mapping[str, Any]) -> bool:
    """Return whether a case is beyond tables: of one-stage designs, and of one variable with its recodes."""
    kind, args, design = case["kind"], case["args"] or {}, case["design"] or {}
    call = case["r_call"].split("(")[0]
    return (
        kind not in KINDS
        or not args
        or not design
        or bool(design.get("nodesign") or design.get("ids") or design.get("post"))
        or any(isinstance(design.get(part), list) for part in ("strata", "fpc"))
        or (kind == "ciprop" and args.get("method") == "likelihood")
        or (kind == "chisq" and "statistic" in args)
        or "expr" in args
        or (kind in {"trend", "prepost"} and call not in {"svymean", "svyby"})
        or (kind != "contrast" and len(listed(args.get("vars", "one"))) > 1)
    )


def _indicator(codes: tuple[str, ...], *chosen: str) -> Recode:
    return Recode(0, tuple(float(code in chosen) for code in codes))


def _estimates(survey: Survey, args: Mapping[str, Any], *, total: bool) -> Found | None:
    """Return means or totals of a number or of every category, in the domain or by group; nothing for words as such."""
    column = listed(args["vars"])[0]
    if not args.get("categorical") and not is_numeric_dtype(survey.frame[column]):
        return None
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


def _change(survey: Survey, args: Mapping[str, Any]) -> Found | None:
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


def _contrast(survey: Survey, args: Mapping[str, Any]) -> Found | None:
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
