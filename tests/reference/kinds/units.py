"""Cases about units: funnels, shrinkage, case-mix adjustment, and reliability between units."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from oracle_cases import Case, Found
from r_language import Call, Name, Node, left_side, plain, read_r, terms
from r_values import levels_of, shown

from analysis.results import NotEstimable
from analysis.units.area_model import Estimator, fit_areas, prasad_rao
from analysis.units.banding import Target, additive_z, band_of, multiplicative_z, overdispersion, target_of
from analysis.units.between_units import UnitMoments, analysis_of_variance, between_units, unit_moments
from analysis.units.casemix import Answers, adjust_means
from analysis.units.funnels import WARNING, binomial_limit, normal_limit, share_expected

ESTIMATORS = {
    "REML": Estimator.REML,
    "ML": Estimator.ML,
    "DL": Estimator.DERSIMONIAN_LAIRD,
    "PM": Estimator.PAULE_MANDEL,
    "HE": Estimator.HEDGES,
}
# What R derives its numbers from, in the order in which to look for it.
MEANS = {"mn": "mean", "v": "variance", "n": "n", "N": "population"}


def compute(case: Case) -> Found | None:
    """Return what the functions about units find, chosen by the function that R calls."""
    for name, computed in COMPUTED.items():
        if (call := first_call(case.call, name)) is not None:
            return computed(case, call)
    return summaries(case) if case.function == "list" and isinstance(case.call, Call) else None


def calls(node: Node, function: str) -> Iterator[Call]:
    if isinstance(node, Call):
        if node.function == function:
            yield node
        for _, part in node.given:
            yield from calls(part, function)


def first_call(node: Node, function: str) -> Call | None:
    return next(calls(node, function), None)


def column_in(node: Node) -> str:
    """Return the column that an expression such as `x$y[...]` is about."""
    column = first_call(node, "$")
    assert column
    assert isinstance(column[1], Name)
    return column[1].name


@dataclass
class UnitMeans:
    """Units with a variance, in R's order; `chosen` are their places among all units."""

    mean: np.ndarray
    variance: np.ndarray
    n: np.ndarray
    population: np.ndarray
    chosen: np.ndarray


def unit_means(case: Case) -> UnitMeans:
    """Return what `mn`, `v`, `n` and `N` hold after R's preparations."""
    made = {
        call[2].name: call for step in case.steps for call in calls(read_r(step), "tapply") if isinstance(call[2], Name)
    }
    unit_column = column_in(made["mean"][1])
    found = moments(case, column_in(made["mean"][0]), unit_column)
    population = case.frame.groupby(unit_column)[column_in(made["max"][0])].max().sort_index().to_numpy(dtype=float)
    variance = found.variances(population)
    chosen = (variance > 0) & (found.n > 1)
    return UnitMeans(found.mean[chosen], variance[chosen], found.n[chosen], population[chosen], chosen)


def moments(case: Case, y: str, unit: str) -> UnitMoments:
    levels = levels_of(case.frame[unit])
    return unit_moments(case.frame[y].to_numpy(dtype=float), codes(case, unit), len(levels))


def codes(case: Case, unit: str) -> np.ndarray:
    return np.searchsorted(levels_of(case.frame[unit]), case.frame[unit].to_numpy()).astype(np.int64)


def summaries(case: Case) -> Found | None:
    """Return a list of unit means and normal limits."""
    assert isinstance(case.call, Call)
    found: Found = {}
    for name, node in case.call.named.items():
        if isinstance(node, Name) and node.name in MEANS and case.steps:
            found[name] = getattr(unit_means(case), MEANS[node.name])
        elif isinstance(node, Call) and node.function == "funnel_normal":
            units, share = unit_means(case), case.frame[column_in(node[1])].mean()
            population = units.population if len(node.unnamed) > 3 else None
            found[name] = normal_limit(units.n, share_expected(share), plain(node[2]), population)
        else:
            return None
    return found


def banded(case: Case, call: Call) -> Found:
    units = unit_means(case)
    weighted = call.value("weighted_target", otherwise=False)
    target = target_of(units.mean, units.variance, Target.PRECISION_WEIGHTED if weighted else Target.UNIT_AVERAGE)
    target = call.value("target", target)
    spread = overdispersion(units.mean, units.variance, target, winsorised=call.value("q", 0.1))
    z = additive_z(units.mean, units.variance, target, spread.between)
    half = WARNING * np.sqrt(units.variance + spread.between)
    return {
        "target": target,
        "z": spread.z,
        "z_limits": spread.limits,
        "z_winsorised": spread.winsorised,
        "phi": spread.phi,
        "tau2": spread.between,
        "z_additive": z,
        "z_multiplicative": multiplicative_z(units.mean, units.variance, target, spread.phi),
        "band": [int(band_of(it)) for it in z],
        "expected_lower95": target - half,
        "expected_upper95": target + half,
    }


def binomial(case: Case, call: Call) -> Found:
    n, share = np.array(plain(call[0]), dtype=np.int64), case.frame[column_in(call[1])].mean()
    return {"value": binomial_limit(n, share, plain(call[2]))}


def area_model(case: Case, call: Call) -> Found | None:
    units = unit_means(case)
    covariates = None
    if "mods" in call.named:
        read = next(it for step in case.steps for it in calls(read_r(step), "rd"))
        frame = case.read(plain(read[0]))[units.chosen]
        covariates = frame[[column_in(term) for term in terms(call.named["mods"])]].to_numpy(dtype=float)
    method = ESTIMATORS.get(call.value("method", "REML"))
    if method is None:
        return None
    of_r = root_of_r(units, covariates) if method is Estimator.PAULE_MANDEL else method
    model = fit_areas(units.mean, units.variance, covariates, between=of_r)
    assert not isinstance(model, NotEstimable)
    error = prasad_rao(model)
    se = np.sqrt(np.diag(model.covariance))
    return {
        **dict.fromkeys(("beta", "mu"), model.coefficients),
        **dict.fromkeys(("se_beta", "se_mu"), se),
        **dict.fromkeys(("eblup", "eb"), model.shrunken),
        **dict.fromkeys(("gamma", "lambda"), model.weight),
        "tau2": model.between,
        "se": np.sqrt(error.g1 + error.g2),
        "mean_lambda": model.weight.mean(),
        "I2": 100 * model.i2,
        "Q": model.q,
        "Q_p": model.p_value,
        "g1": error.g1,
        "g2": error.g2,
        "g3": error.g3,
        "mse": error.total,
    }


def root_of_r(units: UnitMeans, covariates: np.ndarray | None) -> float:
    """Return where R's root finder stops on the way to the estimate of Paule and Mandel.

    metafor leaves the equation to R's `uniroot` between 0 and 100, which stops within 1.2e-4 of the root. That is Brent's
    method, the same as scipy's. Our own root must lie within that distance.
    """
    from scipy.optimize import brentq

    def excess(between: float) -> float:
        model = fit_areas(units.mean, units.variance, covariates, between=between)
        assert not isinstance(model, NotEstimable)
        residual = units.mean - model.fitted
        return float((residual**2 / (between + units.variance)).sum()) - residual.size + model.design.shape[1]

    if excess(0.0) < 0:
        return 0.0
    tolerance, fine = np.finfo(float).eps ** 0.25, 4 * np.finfo(float).eps
    root = float(brentq(excess, 0.0, 100.0, xtol=tolerance, rtol=fine))
    own = fit_areas(units.mean, units.variance, covariates, between=Estimator.PAULE_MANDEL)
    assert not isinstance(own, NotEstimable)
    assert abs(root - own.between) < tolerance
    return root


def mixed_model(case: Case, call: Call) -> Found:
    """Return the variances of y ~ 1 + (1 | unit), and reliability by the formula of Spearman and Brown."""
    y, bar = left_side(call[0]), first_call(call[0], "|")
    assert isinstance(y, Name)
    assert bar
    assert isinstance(bar[1], Name)
    by_unit = moments(case, y.name, bar[1].name)
    found = between_units(by_unit)
    assert not isinstance(found, NotEstimable)
    sizes = {f"n_for_{goal}": found.respondents_for(goal) for goal in (0.6, 0.7, 0.8, 0.9)}
    return {
        "var_between": found.between,
        "var_within": found.within,
        "icc": found.icc,
        "n": by_unit.n,
        "lambda": found.reliability(by_unit.n),
        **{name: np.inf if isinstance(n, NotEstimable) else n for name, n in sizes.items()},
    }


def one_way(case: Case, call: Call) -> Found | None:
    model = first_call(call, "lm")
    if model is None or not isinstance(model[0], Call):
        return None
    y, unit = left_side(model[0]), terms(model[0])[0]
    assert isinstance(y, Name)
    assert isinstance(unit, Name)
    found = analysis_of_variance(moments(case, y.name, unit.name))
    assert not isinstance(found, NotEstimable)
    return {
        "MSB": found.between,
        "MSW": found.within,
        "F": found.f,
        "p": found.p_value,
        "iur": found.reliability,
        "n0": found.mean_size,
        "icc1": found.icc,
    }


def case_mix(case: Case, call: Call) -> Found:
    y, unit = column_in(call[0]), column_in(call[2])
    chosen = call[1]
    assert isinstance(chosen, Call)
    adjusters = plain(chosen[1]) if chosen.function == "[" else [column_in(chosen)]
    frame, weights = case.frame, call.named.get("w")
    answers = Answers(
        y=frame[y].to_numpy(dtype=float),
        x=frame[[adjusters] if isinstance(adjusters, str) else adjusters].to_numpy(dtype=float),
        unit=codes(case, unit),
        weights=frame[column_in(weights)].to_numpy(dtype=float) if weights else None,
    )
    population = None
    if "N" in call.named:
        made = next(it for text in (*case.steps, case.raw["r_call"]) for it in calls(read_r(text), "tapply"))
        population = frame.groupby(unit)[column_in(made[0])].max().sort_index().to_numpy(dtype=float)
    found = adjust_means(answers, population)
    assert not isinstance(found, NotEstimable)
    levels, beside = levels_of(frame[unit]), found.against_average
    return {
        "unit": [shown(levels[place]) for place in found.units],
        "n": found.n,
        "raw_mean": found.raw,
        "slopes": found.slopes,
        "adjusted_mean": found.adjusted,
        "variance": found.variance,
        "overall_mean": found.average,
        "difference": beside.difference,
        "var_difference": beside.variance,
        "t": beside.t,
        "df": beside.df,
        "p": beside.p_value,
        "stars": beside.side + 2,
        "F": found.test.f,
        "F_df1": found.test.df[0],
        "F_df2": found.test.df[1],
        "F_p": found.test.p_value,
    }


COMPUTED: Mapping[str, Callable[[Case, Call], Found | None]] = {
    "cqc_od": banded,
    "funnel_binom": binomial,
    "rma": area_model,
    "lmer": mixed_model,
    "anova": one_way,
    "cahps": case_mix,
}
