"""Weights that were fitted: post-stratified, raked, calibrated, trimmed; and direct standardisation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from oracle_cases import Case, Found
from r_language import Call, Constant, Name, Node, terms
from r_session import RefusedError, Session, matched, matrix, named
from r_values import evaluate, holds, levels_of, shown

from analysis.intervals import t_interval
from analysis.rows.sample import Sample
from analysis.weighting.calibration import Distance, Exponential, Linear, Logit, calibrate
from analysis.weighting.raking import Margin, combined, poststratify, rake
from analysis.weighting.residuals import fitted_to_margins
from analysis.weighting.standardising import standardise
from analysis.weighting.trimming import trim
from kinds import hypotheses, models, quantiles, rows


def compute(case: Case) -> Found | None:
    """Return weights, or estimates with fitted weights; nothing for designs as they were drawn."""
    texts = " ".join([*case.steps, case.raw["r_call"]])
    if not any(f"{name}(" in texts for name in (*FITS, "svystandardize")):
        return None
    session = Session(case, {**FITS, **CHOICES}, {"d": case.whole, "x": case.frame})
    try:
        for step in case.raw["r_setup"]:
            if not step.startswith("d <- svydesign("):
                session.run(step)
        sample = session.value(case.call) if isinstance(case.call, Name) else session.known["d"]
    except RefusedError as refused:
        return {"error": str(refused)}
    if isinstance(case.call, Name):
        return shown_weights(np.where(sample.inside, sample.weights, 0.0)[session.known.get(ROWS, slice(None))])
    if "svystandardize(" in case.raw["r_call"]:
        return standardised(session, case.call)
    fitted = replace(case, fitted=sample)
    found = (module.compute(fitted) for module in (rows, hypotheses, models, quantiles))
    return next((it for it in found if it is not None), None)


def margin_of(session: Session, formula: Node, table: pd.DataFrame, sample: Sample, *, partial: bool) -> Margin:
    """Return the parts of the rows; those outside the sample lie in a part of their own, which has no population.

    R refuses rows without a population, and unless `partial` a population without rows.
    """
    by = [named(it) for it in terms(formula)]
    counts = next(name for name in table.columns if name not in by)
    populations = {tuple(shown(it) for it in key): n for *key, n in table[[*by, counts]].itertuples(index=False)}
    keys = list(zip(*(session.case.frame[name].map(shown) for name in by), strict=True))
    inside = {key for key, chosen in zip(keys, sample.inside, strict=True) if chosen}
    if not inside <= set(populations):
        raise RefusedError("rows without a population")
    if not partial and any(n > 0 for key, n in populations.items() if key not in inside):
        raise RefusedError("a population without rows")
    numbers = {key: place for place, key in enumerate(sorted(inside))}
    part = [numbers[key] if chosen else len(numbers) for key, chosen in zip(keys, sample.inside, strict=True)]
    return Margin(np.array(part), np.array([*(populations[key] for key in numbers), 0.0], dtype=float))


def refitted(sample: Sample, weights: np.ndarray, margins: list[Margin], regression: np.ndarray) -> Sample:
    fitted = fitted_to_margins(regression, weights, margins)
    return replace(sample, weights=weights, calibrations=(*sample.calibrations, fitted))


def design_of(session: Session, node: Node) -> Sample:
    """Return the sample, in which rows outside the subset weigh nothing: weights are fitted to what is inside."""
    sample: Sample = session.value(node)
    return replace(sample, weights=np.where(sample.inside, sample.weights, 0.0))


def post_stratified(session: Session, call: Call) -> Sample:
    given = matched(call, "design", "strata", "population", "partial")
    sample, table = design_of(session, given["design"]), session.value(given["population"])
    partial = "partial" in given and session.value(given["partial"])
    margin = margin_of(session, given["strata"], table, sample, partial=partial)
    return refitted(sample, poststratify(sample.weights, margin), [margin], sample.weights)


def raked(session: Session, call: Call) -> Sample:
    """Rake until no cell of the table of all margins changes by more than epsilon, as R; its regression has no weights."""
    given = matched(call, "design", "sample.margins", "population.margins", "control")
    sample = design_of(session, given["design"])
    pairs = zip(*(session.value(given[name]) for name in ("sample.margins", "population.margins")), strict=True)
    margins = [margin_of(session, formula, table, sample, partial=False) for formula, table in pairs]
    control = {"maxit": 10, "epsilon": 1.0} | (session.value(given["control"]) if "control" in given else {})
    epsilon = control["epsilon"] * (sample.weights.sum() if control["epsilon"] < 1 else 1)
    cell, cells = combined([it.part for it in margins], [it.population.size for it in margins])
    weights, before = sample.weights, np.bincount(cell, weights=sample.weights, minlength=cells)
    for _ in range(int(control["maxit"])):
        weights = rake(weights, margins, cycles=1).weights
        table = np.bincount(cell, weights=weights, minlength=cells)
        if np.abs(table - before).max() < epsilon:
            break
        before = table
    return refitted(sample, weights, margins, sample.inside.astype(float))


def calibrated(session: Session, call: Call) -> Sample:
    given = matched(call, "design", "formula", "population")
    sample, population = design_of(session, given["design"]), session.value(given["population"])
    x = matrix(session.value(given["formula"]), session.case.frame, session.case.frame)
    if np.size(population) != x.shape[1]:
        raise RefusedError("another number of totals than of variables")
    by_name = isinstance(population, pd.Series) and set(population.index) == set(x.columns)
    wanted = population[list(x.columns)] if by_name else population
    tolerance = call.value("epsilon", 1e-7)
    found = calibrate(
        sample.weights,
        x.to_numpy(),
        np.ravel(np.asarray(wanted, dtype=float)),
        distance(session, given),
        tolerance=min(tolerance, 1e-10),
        cycles=int(call.value("maxit", 50)),
    )
    if found.misfit > tolerance and not call.value("force", otherwise=False):
        raise RefusedError("the totals cannot be met")
    return replace(sample, weights=found.weights, calibrations=(*sample.calibrations, found.calibration))


def distance(session: Session, given: Mapping[str, Node]) -> Distance:
    """Return what `calfun` and `bounds` ask for: a name, or an object such as `cal.raking`; a vector, or a list with names."""
    bounds = session.value(given["bounds"]) if "bounds" in given else [-np.inf, np.inf]
    low, high = (bounds["lower"], bounds["upper"]) if isinstance(bounds, Mapping | pd.Series) else bounds
    asked = given.get("calfun", Constant("linear"))
    name = asked.name.removeprefix("cal.") if isinstance(asked, Name) else session.value(asked)
    if name == "logit" and not np.isfinite([low, high]).all():
        raise RefusedError("logit calibration without bounds")
    return {"linear": Linear, "raking": Exponential, "logit": Logit}[name](low, high)


def trimmed(session: Session, call: Call) -> Sample:
    given = matched(call, "design", "upper", "lower", "strict")
    sample = design_of(session, given["design"])
    low, high, strict = (
        session.value(given[name]) if name in given else otherwise
        for name, otherwise in (("lower", -np.inf), ("upper", np.inf), ("strict", False))
    )
    weights = sample.weights.copy()
    rounds = {} if strict else {"rounds": 1}
    weights[sample.inside] = trim(weights[sample.inside], low=low, high=high, **rounds)
    return replace(sample, weights=weights)


def subset(session: Session, call: Call) -> Sample:
    """Return the sample seen from a subset. R forgets the other rows, unless weights were fitted to them."""
    sample: Sample = session.value(call[0])
    chosen = sample.within(holds(call[1], session.case.frame))
    if not sample.calibrations:
        session.known[ROWS] = chosen.inside
    return chosen


def shown_weights(weights: np.ndarray) -> Found:
    return {
        "n": weights.size,
        "weights_sum": weights.sum(),
        "weights_sumsq": (weights**2).sum(),
        "weights_min": weights.min(),
        "weights_max": weights.max(),
        "weights": weights if weights.size <= 250 else weights[:60],
    }


def standardised(session: Session, call: Node) -> Found:
    """Return means by group of a design that R standardises within the same groups."""
    assert isinstance(call, Call)
    design, frame = call[2], session.case.frame
    assert isinstance(design, Call)
    given = matched(design, "design", "by", "over", "population", "excluding.missing")
    sample = session.value(given["design"])
    for it in terms(given["excluding.missing"]) if "excluding.missing" in given else ():
        sample = sample.within(~pd.isna(evaluate(it, frame)))
    over, by = ([named(it) for it in terms(given[name])] for name in ("over", "by"))
    groups, member = grouped(frame, over, sample.inside)
    assert [named(it) for it in terms(call[1])] == over
    every = [key[::-1] for key in product(*(levels_of(frame[name]) for name in by[::-1]))]  # the first runs fastest
    place = {key: number for number, key in enumerate(every)}
    level = np.array([place[key] for key in zip(*(frame[name] for name in by), strict=True)])
    population = np.asarray(session.value(given["population"]), dtype=float)
    y = np.asarray(evaluate(terms(call[0])[0], frame), dtype=float)
    found = standardise(y, sample, group=member, level=level, population=population).means
    variance, df = found.covariance(sample).variance, sample.degrees_of_freedom()
    low, high = t_interval(found.value, variance, np.array(float(df)))
    shown_groups = {name: [shown(group[place]) for group in groups] for place, name in enumerate(over)}
    fields: Found = {"estimate": found.value, "se": np.sqrt(variance), "ci_lower": low, "ci_upper": high}
    return fields | {"groups": shown_groups, "df_full_design": df}


def grouped(frame: pd.DataFrame, by: list[str], inside: np.ndarray) -> tuple[list[tuple[Any, ...]], np.ndarray]:
    """Return the groups inside, and the number of the group of every row; −1 for none of these."""
    keys = list(zip(*(frame[name] for name in by), strict=True))
    groups = sorted({key for key, chosen in zip(keys, inside, strict=True) if chosen}, key=lambda key: key[::-1])
    numbers = {key: number for number, key in enumerate(groups)}
    return groups, np.array([numbers.get(key, -1) for key in keys])


ROWS = "rows that R still has"
FITS: Mapping[str, Callable[[Session, Call], Any]] = {
    "postStratify": post_stratified,
    "rake": raked,
    "calibrate": calibrated,
    "trimWeights": trimmed,
}
CHOICES: Mapping[str, Callable[[Session, Call], Any]] = {
    "subset": subset,
    "update": lambda session, call: session.value(call[0]),  # the data have all derived columns already
}
