"""Weights that were fitted: post-stratified, raked, calibrated, trimmed; and direct standardisation."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from oracle_cases import Case, Found, holds, levels_of, shown
from r_language import Call, Name, Node, evaluate, terms
from r_session import Session, argument, matrix, named
from survey_calls import survey_of

from analysis.intervals import t_interval
from analysis.sample import Sample
from analysis.standardising import standardise
from analysis.weighting.calibration import Distance, Exponential, Linear, Logit, calibrate
from analysis.weighting.raking import Margin, combined, poststratify, rake
from analysis.weighting.residuals import fitted_to_margins
from analysis.weighting.trimming import trim
from kinds.rows import found_by_rows


def compute(case: Case) -> Found | None:
    """Return weights, or estimates with fitted weights; nothing for designs as they were drawn."""
    texts = " ".join([*case.steps, case.raw["r_call"]])
    if not any(f"{name}(" in texts for name in (*FITS, "svystandardize")):
        return None
    session = Session(case, {**FITS, "subset": subset}, {"d": case.sample, "x": case.frame})
    for step in case.steps:
        session.run(step)
    if isinstance(case.call, Name):
        return shown_weights(session.value(case.call).weights)
    if "svystandardize(" in case.raw["r_call"]:
        return standardised(session, case.call)
    return found_by_rows(case.call, survey_of(case.frame, session.known["d"]))


def margin_of(session: Session, formula: Node, table: pd.DataFrame) -> Margin:
    """Return the parts of the rows; a population of a part without rows is left out, as R does with partial=TRUE."""
    by = [named(it) for it in terms(formula)]
    counts = next(name for name in table.columns if name not in by)
    populations = {tuple(shown(it) for it in key): n for *key, n in table[[*by, counts]].itertuples(index=False)}
    rows = list(zip(*(session.case.frame[name].map(shown) for name in by), strict=True))
    numbers = {key: place for place, key in enumerate(sorted(set(rows)))}
    return Margin(
        np.array([numbers[key] for key in rows]), np.array([populations[key] for key in numbers], dtype=float)
    )


def refitted(sample: Sample, weights: np.ndarray, margins: list[Margin], regression: np.ndarray) -> Sample:
    fitted = fitted_to_margins(regression, weights, margins)
    return replace(sample, weights=weights, calibrations=(*sample.calibrations, fitted))


def post_stratified(session: Session, call: Call) -> Sample:
    sample = session.value(argument(call, 0, "design"))
    margin = margin_of(session, argument(call, 1, "strata"), session.value(argument(call, 2, "population")))
    return refitted(sample, poststratify(sample.weights, margin), [margin], sample.weights)


def raked(session: Session, call: Call) -> Sample:
    """Rake until no cell of the table of all margins changes by more than epsilon, as R; its regression has no weights."""
    sample = session.value(argument(call, 0, "design"))
    formulas, tables = argument(call, 1, "sample.margins"), session.value(argument(call, 2, "population.margins"))
    margins = [margin_of(session, formula, table) for formula, table in zip(formulas.unnamed, tables, strict=True)]
    control = {"maxit": 10, "epsilon": 1.0} | call.value("control", {})
    epsilon = control["epsilon"] * (sample.weights.sum() if control["epsilon"] < 1 else 1)
    cell, cells = combined([it.part for it in margins], [it.population.size for it in margins])
    weights, before = sample.weights, np.bincount(cell, weights=sample.weights, minlength=cells)
    for _ in range(int(control["maxit"])):
        weights = rake(weights, margins, cycles=1).weights
        table = np.bincount(cell, weights=weights, minlength=cells)
        if np.abs(table - before).max() < epsilon:
            break
        before = table
    return refitted(sample, weights, margins, np.ones_like(weights))


def calibrated(session: Session, call: Call) -> Sample:
    sample = session.value(argument(call, 0, "design"))
    formula, population = argument(call, 1, "formula"), session.value(argument(call, 2, "population"))
    x = matrix(formula, session.case.frame, session.case.frame)
    by_name = isinstance(population, pd.Series) and set(population.index) == set(x.columns)
    wanted = population[list(x.columns)] if by_name else population
    tolerance = call.value("epsilon", 1e-7)
    found = calibrate(
        sample.weights,
        x.to_numpy(),
        np.asarray(wanted, dtype=float),
        distance(call),
        tolerance=min(tolerance, 1e-10),
        cycles=int(call.value("maxit", 50)),
    )
    return replace(sample, weights=found.weights, calibrations=(*sample.calibrations, found.calibration))


def distance(call: Call) -> Distance:
    bounds = call.value("bounds", [-np.inf, np.inf])
    low, high = bounds.values() if isinstance(bounds, dict) else bounds
    return {"linear": Linear, "raking": Exponential, "logit": Logit}[call.value("calfun", "linear")](low, high)


def trimmed(session: Session, call: Call) -> Sample:
    sample = session.value(argument(call, 0, "design"))
    rounds = {} if call.value("strict", False) else {"rounds": 1}
    bounds = {"low": call.value("lower", -np.inf), "high": call.value("upper", np.inf)}
    return replace(sample, weights=trim(sample.weights, **bounds, **rounds))


def subset(session: Session, call: Call) -> Sample:
    return session.value(call[0]).within(holds(call[1], session.case.frame))


FITS = {"postStratify": post_stratified, "rake": raked, "calibrate": calibrated, "trimWeights": trimmed}


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
    sample = session.value(design[0])
    over, by = ([named(it) for it in terms(design.named[name])] for name in ("over", "by"))
    groups, member = grouped(frame, over)
    assert grouped(frame, [named(it) for it in terms(call[1])])[0] == groups
    every = [key[::-1] for key in product(*(levels_of(frame[name]) for name in by[::-1]))]  # the first runs fastest
    place = {key: number for number, key in enumerate(every)}
    level = np.array([place[key] for key in zip(*(frame[name] for name in by), strict=True)])
    population = np.asarray(session.value(design.named["population"]), dtype=float)
    y = np.asarray(evaluate(terms(call[0])[0], frame), dtype=float)
    found = standardise(y, sample, group=member, level=level, population=population).means
    variance, df = found.covariance(sample).variance, sample.degrees_of_freedom()
    low, high = t_interval(found.value, variance, np.array(float(df)))
    shown_groups = {name: [shown(group[place]) for group in groups] for place, name in enumerate(over)}
    fields: Found = {"estimate": found.value, "se": np.sqrt(variance), "ci_lower": low, "ci_upper": high}
    return fields | {"groups": shown_groups, "df_full_design": df}


def grouped(frame: pd.DataFrame, by: list[str]) -> tuple[list[tuple[Any, ...]], np.ndarray]:
    rows = list(zip(*(frame[name] for name in by), strict=True))
    groups = sorted(set(rows), key=lambda key: key[::-1])
    return groups, np.array([groups.index(key) for key in rows])
