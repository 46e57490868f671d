"""Describing a release: what its indicators, groups and areas are, from the questionnaires that were asked."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.plan import AnalysisPlan, ChoicesItem, CompositePlan, NumberItem, ScaleItem
from analysis.pooling import Pooled, Series
from analysis.results import Measure
from exports.release.facts import Break, Breakdown, Indicator, Option, Wording
from questionnaires.codebook import CompositeVariable, Variable


def indicators_of(pooled: Pooled, plan: AnalysisPlan) -> tuple[Indicator, ...]:
    """Return what figures are about: the theme scores and then the questions that a plan asks for, in the order of the questionnaire."""
    scores = {one.composite: one for one in pooled.codebook.composites}
    questions = {one.item: one for one in pooled.codebook.variables}
    return (
        *(_score(pooled, scores[name], plan.composites[name]) for name in scores if name in plan.composites),
        *(_question(pooled, questions[name], plan) for name in questions if name in plan.items),
    )


def breakdowns_of(pooled: Pooled, plan: AnalysisPlan) -> tuple[Breakdown, ...]:
    """Return the divisions of clients into groups that a plan asks for."""
    found = (pooled.codebook.variable(name) for name in plan.subgroups)
    return tuple(Breakdown(breakdown=one.item, label=one.title, levels=tuple(_codes(one))) for one in found)


def _score(pooled: Pooled, composite: CompositeVariable, plan: CompositePlan) -> Indicator:
    return Indicator(
        indicator=composite.composite,
        version=composite.version,
        label=composite.title,
        question="",
        theme=composite.theme,
        universe="",
        measures=(Measure.SCORE.value,),
        items=composite.items,
        higher_is_better=plan.higher_is_better,
        breaks=_breaks(pooled, composite.composite),
    )


def _question(pooled: Pooled, variable: Variable, plan: AnalysisPlan) -> Indicator:
    item = plan.items[variable.item]
    series = next(one for one in pooled.items if one.name == variable.item)
    scored = isinstance(item, ScaleItem) and item.scored
    return Indicator(
        indicator=variable.item,
        version=variable.version,
        label=variable.title,
        question=variable.label,
        theme=variable.domain,
        universe=variable.universe,
        measures=tuple(measure.value for measure in _measures(item)),
        options=(*_codes(variable), *_reasons(variable)),
        # Scores are higher for a better experience, whichever way the question was put.
        higher_is_better=True if scored else None,
        wordings=_wordings(pooled, series),
        breaks=_breaks(pooled, variable.item),
    )


def _measures(item: ScaleItem | ChoicesItem | NumberItem) -> Iterator[Measure]:
    if isinstance(item, NumberItem):
        yield Measure.MEAN
        yield from (Measure.TOTAL,) if item.total else ()
        yield from (Measure.QUANTILE,) if item.quantiles else ()
        return
    if isinstance(item, ScaleItem):
        yield from (Measure.SCORE,) if item.scored else ()
        yield from (Measure.MEAN,) if item.numbered else ()
        yield from (Measure.SHARE,) if item.has_positive else ()
    yield Measure.CATEGORY
    yield Measure.MISSING


def _codes(variable: Variable) -> Iterator[Option]:
    return (Option(code=code.code, label=code.label) for code in variable.codes)


def _reasons(variable: Variable) -> Iterator[Option]:
    """Yield each reason for having no answer once: figures take options with the same reason together."""
    labels: dict[str, str] = {}
    for code in variable.missing:
        labels.setdefault(code.reason.value, code.label)
    yield from (Option(code=reason, label=label, reason=reason) for reason, label in labels.items())


def _wordings(pooled: Pooled, series: Series) -> tuple[Wording, ...]:
    """Return how a question was asked in each version that its figures take together; the same words once, under their first version."""
    found: dict[str, Wording] = {}
    for content_hash in sorted(series.versions, key=lambda name: (pooled.codebooks[name].version, name)):
        codebook = pooled.codebooks[content_hash]
        variable = codebook.variable(series.id)
        reference = f"{codebook.questionnaire}@{codebook.version}"
        found.setdefault(variable.label, Wording(reference=reference, version=variable.version, text=variable.label))
    return tuple(found.values())


def _breaks(pooled: Pooled, name: str) -> tuple[Break, ...]:
    return tuple(
        Break(
            earlier=mark.earlier,
            old=mark.old,
            new=mark.new,
            verdict=mark.verdict.value,
            reasons=tuple(reason.code.value for reason in mark.reasons),
            pooled=mark.pooled,
        )
        for mark in pooled.marks
        if mark.variable == name
    )
