"""Cases that follow from additive tables, driven through reading, tabulation and estimation.

Whether they do follows from the design and the call alone, before anything is computed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from oracle_cases import Case, Found, listed
from oracle_tables import DOMAIN, GROUP, UNIT, Survey
from r_language import read_r
from r_values import holds, is_number, shown
from survey_calls import fails
from table_calls import VALUE_OF_ROW, asked_of

from analysis.comparison.differences import compare_units, contrast
from analysis.dataset import Dataset
from analysis.design import Design, Lonely
from analysis.intervals import (
    arcsine_interval,
    korn_graubard_interval,
    logit_interval,
    t_interval,
)
from analysis.results import Inference
from analysis.tabulation.estimates import (
    Estimates,
    degrees_of_freedom,
    design_effects,
    estimate_means,
    estimate_totals,
)
from analysis.tabulation.moments import Moments, Recode, numbers, recode
from analysis.tabulation.tabulating import CellTable, tabulate


def compute(case: Case) -> Found | None:
    """Return what tables give for a case, under the names of its expected values; nothing when rows are needed."""
    args = asked_of(case)
    if args is None or _needs_rows(case):
        return None
    survey = Survey(case)
    if VALUE_OF_ROW in args:
        survey.frame[VALUE_OF_ROW] = args[VALUE_OF_ROW]
    if {"reference", "contrasts"} & set(args) and fails(case.sample):
        return {"error": "lonely stratum"}
    if "reference" in args:
        return _compare(survey, args)
    if "rows" in args:
        return _table(survey, args)
    if "contrasts" in args:
        return _contrast(survey, args)
    return _share(survey, args) if "method" in args else _estimates(survey, args)


def _needs_rows(case: Case) -> bool:
    """Return whether a design is beyond tables, which are of one stage, or its populations are no numbers of people."""
    spec, fpc = case.spec, case.spec.get("fpc")
    stages = bool(spec.get("ids")) or any(isinstance(spec.get(part), list) for part in ("strata", "fpc"))
    return stages or bool(case.steps) or bool(fpc and (case.frame[fpc] <= 1).all())


def _indicator(codes: tuple[str, ...], *chosen: str) -> Recode:
    return Recode(0, tuple(float(code in chosen) for code in codes))


def _estimates(survey: Survey, args: Mapping[str, Any]) -> Found | None:
    """Return means or totals of a number or of every category, in the domain or by group; nothing for words as such."""
    column, total = args["vars"], bool(args.get("total"))
    if not args.get("categorical") and not is_number(survey.frame[column]):
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
    if estimates.failed.any() and design.lonely is Lonely.FAIL:
        return {"error": "lonely stratum"}
    found = _flat(estimates, _levels(table, groups))
    if args.get("deff"):
        inference = Inference.PROCESS if args["deff"] == "replace" else Inference.FINITE
        # R takes the sum of weights for the population, also where it is unknown.
        known = replace(estimates, open_population=np.zeros_like(estimates.open_population))
        effects = design_effects(known, inference, of_totals=total)
        found["deff"] = effects[:, 0, _levels(table, groups)].ravel()
    whole = tabulate(dataset) if survey.inside.all() else survey.tabulated(items)[1]
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
    failed = estimates.failed[:, 0, levels].ravel()  # all strata are lonely: R takes the average of none
    return {"estimate": value, "se": np.sqrt(np.where(failed, np.nan, variance))}


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


def _share(survey: Survey, args: Mapping[str, Any]) -> Found:
    dataset, table, design = survey.tabulated(survey.scale(args["var"]))
    chosen = _indicator(dataset.coded[0].categories, shown(float(args["value"])))
    estimates = estimate_means(recode(table, (chosen,)), design)
    if estimates.failed.any() and design.lonely is Lonely.FAIL:
        return {"error": "lonely stratum"}
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


def _compare(survey: Survey, args: Mapping[str, Any]) -> Found | None:
    """Return a unit minus a reference: all units, a region (with or without the unit), the rest, or mean of means."""
    unit, value, reference = args["unit"], args["value"], args["reference"]
    everyone = survey.frame[unit].notna()
    if "units" in args:
        return _weighted_contrast(survey, args, {name: -1 / len(args["units"]) for name in args["units"]}, valid=False)
    if reference == "rest":
        survey.frame[UNIT] = np.where(survey.frame[unit] == value, "own", "rest")
        return _weighted_contrast(survey, {**args, "unit": UNIT, "value": "own"}, {"rest": -1.0}, valid=True)
    inside = everyone if reference == "all" else holds(read_r(reference), survey.frame)
    if not (inside & (survey.frame[unit] == value)).any():
        survey.frame[UNIT] = np.where(survey.frame[unit] == value, "own", np.where(inside, "reference", ""))
        return _weighted_contrast(survey, {**args, "unit": UNIT, "value": "own"}, {"reference": -1.0}, valid=True)
    if (survey.frame.groupby(survey.spec.get("strata", unit))[unit].nunique() > 1).any():
        return None  # units that share strata are no units of a table
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
    groups = survey.group(args["by"])
    rows = np.array(args["contrasts"], dtype=float)
    if not is_number(survey.frame[args["vars"]]) or rows.shape[1] != len(groups):
        return None
    _, table, design = survey.tabulated(survey.number(args["vars"]), GROUP)
    matrix = np.zeros((len(rows), len(table.levels)))
    matrix[:, _levels(table, groups)] = rows
    moments = numbers(table, (0,))
    pairs = [[contrast(moments, design, a + b, Inference.FINITE)[1][0, 0] for b in matrix] for a in matrix]
    own = np.diag(pairs) / 4  # a + a is twice a
    vcov = np.where(np.eye(len(own), dtype=bool), own, (np.array(pairs) - own[:, None] - own[None, :]) / 2)
    value = np.array([contrast(moments, design, row, Inference.FINITE)[0][0, 0] for row in matrix])
    whole = survey.tabulated(survey.number(args["vars"]))[1]
    df = degrees_of_freedom(whole.rows, design)[0, 0]
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
