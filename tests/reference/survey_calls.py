"""R's estimators of survey designs, on a row-level sample: `svymean`, `svyby`, `svycontrast` and so on.

An `Answer` holds what such a call gives, before it is known how its covariance is found: by linearisation or by
replicate weights.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from oracle_cases import Found
from r_language import Call, Name, Node, plain, shown_r, terms
from r_values import evaluate, holds, is_number, levels_of, shown, with_gradient

from analysis.design import Lonely
from analysis.intervals import t_interval
from analysis.results import Inference
from analysis.rows.linearising import Linearised, means, ratios, simple_variances, totals, variances
from analysis.rows.sample import Covariance, Sample, variance_of

_FACTORS = {"factor", "as.factor", "interaction"}
_LOGICAL = {"==", "!=", "<", ">", "<=", ">=", "&", "|", "!", "is.na", "%in%"}


@dataclass(frozen=True)
class Survey:
    """The data and the design that a call looks at."""

    frame: pd.DataFrame
    sample: Sample
    shown_rows: np.ndarray  # rows with a weight, from before any replicate took it away

    @property
    def kept(self) -> np.ndarray:
        """Rows that R still has: a subset of a calibrated design keeps all of them, with weight 0."""
        return np.ones(len(self.frame), dtype=bool) if self.sample.calibrations else self.sample.inside

    def within(self, chosen: np.ndarray) -> Survey:
        return replace(self, sample=self.sample.within(chosen), shown_rows=self.shown_rows & chosen)

    def seen_through(self, node: Node) -> Survey:
        """Return the survey that a design argument names: `d`, or a subset or update of it."""
        if isinstance(node, Call) and node.function == "subset":
            inner = self.seen_through(node[0])
            return inner.within(holds(node[1], inner.frame))
        if isinstance(node, Call) and node.function == "update":
            inner = self.seen_through(node[0])
            return replace(
                inner, frame=inner.frame.assign(**{name: evaluate(it, inner.frame) for name, it in node.named.items()})
            )
        return self


def survey_of(frame: pd.DataFrame, sample: Sample) -> Survey:
    return Survey(frame, sample, sample.counted)


@dataclass(frozen=True)
class Answer:
    """Estimates with the sample that their covariance is of. `alone`: variances of groups that R looks at one by one."""

    names: list[str]
    found: Linearised
    sample: Sample
    groups: dict[str, list[str]] = field(default_factory=dict)
    alone: tuple[Covariance, ...] = ()
    simple: np.ndarray | None = None  # variances under simple random sampling, for design effects

    @cached_property
    def covariance(self) -> Covariance:
        return self.found.covariance(self.sample)

    def fields(self, survey: Survey) -> Found:
        """Return the expected values by linearisation."""
        parts = self.alone or (self.covariance,)
        if any(refused(part, survey.sample) for part in parts):
            return {"error": "lonely stratum"}
        # Where all strata are lonely there is none to take the average of: R then gives no number.
        variance = np.array([np.where(part.failed, np.nan, part.variance) for part in parts]).T.ravel()
        matrix = np.where(self.covariance.failed, np.nan, self.covariance.matrix)
        return self.shown(variance, matrix, survey.sample.degrees_of_freedom())

    def shown(self, variance: np.ndarray, matrix: np.ndarray, df: int) -> Found:
        value = self.found.value
        low, high = t_interval(value, variance, np.array(float(df)))
        fields: Found = {"estimate": value, "se": np.sqrt(variance), "vcov": matrix, "names": self.names}
        fields |= {"df": df, "df_full_design": df, "ci_lower": low, "ci_upper": high, "groups": self.groups}
        if self.simple is not None:
            fields["deff"] = np.divide(variance, self.simple, out=np.zeros_like(variance), where=self.simple > 0)
        return fields


def refused(covariance: Covariance, sample: Sample) -> bool:
    """Return whether R refuses to go on because of a lonely stratum."""
    return covariance.failed and sample.lonely is Lonely.FAIL


def fails(sample: Sample) -> bool:
    """Return whether R refuses any estimate in this sample because of a lonely stratum."""
    return refused(variance_of(np.zeros((sample.weights.size, 1)), sample), sample)


def answer(call: Node, survey: Survey) -> Answer | None:
    """Return what a call estimates; nothing when it is no estimator that is known here."""
    if not isinstance(call, Call) or call.function not in _ESTIMATORS:
        return None
    return _ESTIMATORS[call.function](call, survey)


def columns(asked: list[Node], survey: Survey) -> tuple[list[str], np.ndarray]:
    """Return names and values (row, column) of terms; factors and conditions give a column for each level."""
    names: list[str] = []
    values: list[np.ndarray] = []
    for term in asked:
        if is_factor(term, survey.frame):
            codes, levels = factor_of(term, survey)
            names += [f"{shown_r(term)}{level}" for level in levels]
            known = np.where(codes >= 0, 1.0, np.nan)
            values += [known * (codes == place) for place in range(len(levels))]
        else:
            names.append(shown_r(term))
            column = np.asarray(evaluate(term, survey.frame), dtype=float)
            values.append(np.broadcast_to(column, (len(survey.frame),)))
    return names, np.array(values).T


def is_factor(term: Node, frame: pd.DataFrame) -> bool:
    if isinstance(term, Name):
        return not is_number(frame[term.name])
    if isinstance(term, Call) and term.function in {"I", "("}:
        return is_factor(term[0], frame)
    return isinstance(term, Call) and term.function in _FACTORS | _LOGICAL


def factor_of(term: Node, survey: Survey) -> tuple[np.ndarray, list[str]]:
    """Return the number of the level of every row (-1 for none) and the levels."""
    if isinstance(term, Call) and term.function == "interaction":
        parts = [factor_of(it, survey) for it in term.unnamed]
        codes = np.zeros(len(survey.frame), dtype=int)
        for part, levels in reversed(parts):  # the first one runs fastest
            codes = np.where((codes < 0) | (part < 0), -1, codes * len(levels) + part)
        names = product(*(levels for _, levels in reversed(parts)))
        return codes, [".".join(reversed(name)) for name in names]
    values = pd.Series(evaluate(term, survey.frame), dtype=object)
    if isinstance(term, Call) and term.function in _LOGICAL | {"I", "("}:
        known = values.map(lambda it: np.nan if pd.isna(it) else float(it))
        return known.fillna(-1).to_numpy().astype(int), ["FALSE", "TRUE"]
    rows = survey.kept if isinstance(term, Call) else np.ones(len(values), dtype=bool)
    levels = levels_of(values[rows].tolist())
    places = {level: place for place, level in enumerate(levels)}
    return values.map(places).fillna(-1).to_numpy().astype(int), [shown(level) for level in levels]


def _listwise(y: np.ndarray, survey: Survey) -> tuple[np.ndarray, Sample]:
    """Return values and sample of the rows that have all values, as R does with several variables."""
    whole = ~np.isnan(y).any(axis=1)
    return np.where(whole[:, None], y, np.nan), survey.sample.within(whole)


def _of_columns(estimator: Callable[[np.ndarray, Sample], Linearised]) -> Callable[[Call, Survey], Answer]:
    def estimated(call: Call, survey: Survey) -> Answer:
        survey = survey.seen_through(call[1])
        names, y = columns(terms(call[0]), survey)
        y, sample = _listwise(y, survey)
        simple = None
        if call.value("deff"):
            inference = Inference.PROCESS if call.value("deff") == "replace" else Inference.FINITE
            simple = simple_variances(y, sample, inference)
            if estimator is totals:
                simple = simple * sample.weights[sample.inside].sum() ** 2
        return Answer(names, estimator(y, sample), sample, simple=simple)

    return estimated


def _variance(call: Call, survey: Survey) -> Answer:
    """Return variances; the n of R's n/(n − 1) also counts rows without a value."""
    plain_answer = _of_columns(variances)(call, survey)
    found, everyone = plain_answer.found, survey.seen_through(call[1]).sample.counted.sum()
    factors = everyone / (everyone - 1) * (found.n - 1) / found.n
    return replace(plain_answer, found=found.combine(np.diag(factors)))


def _ratio(call: Call, survey: Survey) -> Answer:
    top, bottom = (call.named.get(name) for name in ("numerator", "denominator"))
    given = list(call.unnamed)
    top, bottom = top or given.pop(0), bottom or given.pop(0)
    survey = survey.seen_through(given[0])
    names, y = columns(terms(top), survey)
    others, x = columns(terms(bottom), survey)
    both, sample = _listwise(np.hstack([y, x]), survey)
    pairs = [(above, len(names) + below) for below in range(len(others)) for above in range(len(names))]
    found = ratios(both[:, [above for above, _ in pairs]], both[:, [below for _, below in pairs]], sample)
    return Answer([f"{top}/{bottom}" for bottom in others for top in names], found, sample)


def _by(call: Call, survey: Survey) -> Answer:
    """Return the estimates of every group: the groups of the first variable, then those of the next."""
    survey = survey.seen_through(call[2])
    inner = _inner(call)
    by = terms(call[1])
    factors = [factor_of(it, survey) for it in by]
    codes = np.array([part for part, _ in factors])
    rows = survey.shown_rows & (codes >= 0).all(axis=0)
    present = sorted({tuple(column) for column in codes[:, rows].T.tolist()}, key=lambda key: key[::-1])
    answers = [_ESTIMATORS[inner.function](inner, survey.within(np.equal(codes.T, key).all(axis=1))) for key in present]
    labels = [[factors[place][1][code] for place, code in enumerate(key)] for key in present]
    size = len(answers[0].names)
    order = [group * size + variable for variable in range(size) for group in range(len(present))]
    found = Linearised(
        np.concatenate([it.found.value for it in answers])[order],
        np.hstack([it.found.influence for it in answers])[:, order],
        np.concatenate([it.found.n for it in answers])[order],
    )
    groups = {shown_r(it): [label[place] for label in labels] for place, it in enumerate(by)}
    names = [".".join(label) for label in labels]
    if size > 1:
        names = [f"{name}:{variable}" for variable in answers[0].names for name in names]
    simple = [it.simple for it in answers if it.simple is not None]
    alone = tuple(it.covariance for it in answers)
    return Answer(names, found, survey.sample, groups, alone, np.concatenate(simple)[order] if simple else None)


def _inner(call: Call) -> Call:
    """Return the call that R makes for every group: `svyby(~y, ~g, d, svymean, ...)` calls `svymean(~y, d, ...)`."""
    function = call[3]
    assert isinstance(function, Name)
    given = tuple((name, node) for name, node in call.named.items() if name not in {"covmat", "keep.var", "vartype"})
    return Call(function.name, (("", call[0]), *given, ("", Name("d"))))


def _contrast(call: Call, survey: Survey) -> Answer:
    inner = answer(call[0], survey)
    assert inner
    given = call[1] if len(call.unnamed) > 1 else call.named["contrasts"]
    asked = {"contrast": given}
    if isinstance(given, Call) and given.function == "list":
        asked = {name or f"contrast{place}": node for place, (name, node) in enumerate(given.given)}
    values, gradients = zip(*(_function(it, inner) for it in asked.values()), strict=True)
    found = inner.found.transform(np.array(values), np.array(gradients))
    return Answer(list(asked), found, inner.sample)


def _function(asked: Node, of: Answer) -> tuple[float, np.ndarray]:
    """Return value and gradient of a linear combination, or of an expression in the names of the estimates."""
    value = of.found.value
    if isinstance(asked, Call) and asked.function in {"quote", "bquote"}:
        unit = np.eye(value.size)
        known = {name: (value[place], unit[place]) for place, name in enumerate(of.names)}
        return with_gradient(asked[0], known, value.size)
    coefficients = plain(asked)
    if isinstance(coefficients, Mapping):
        coefficients = [coefficients.get(name, 0.0) for name in of.names]
    gradient = np.array(coefficients, dtype=float)
    return float(gradient @ value), gradient


_ESTIMATORS: Mapping[str, Callable[[Call, Survey], Any]] = {
    "svymean": _of_columns(means),
    "svytotal": _of_columns(totals),
    "svyvar": _variance,
    "svyratio": _ratio,
    "svyby": _by,
    "svycontrast": _contrast,
}
