"""Funnels of theme scores: every municipality by its number of answers, between what chance and ordinary spread allow.

The limits follow from the figures that are shown, so that a funnel gives away nothing that is not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any, Final

from analysis.results import Cell, Estimate, Inference, Measure
from analysis.units.funnels import Expected, Limits, funnel_of_means
from exports.blocks import lean_table, number
from exports.chart_layouts import score_axis
from exports.claim_wording import band_words
from exports.findings import Findings
from exports.report import FunnelChart, FunnelLimit, FunnelPoint, Number, Table
from exports.wording import count_words, number_words
from questionnaires.codebook import CompositeVariable

FEWEST_UNITS: Final = 10  # with fewer the ordinary spread between units cannot be estimated
_STEPS: Final = 48
_HEAD: Final = ("Gemeente", "Antwoorden", "Score", "Verwacht van", "Verwacht tot", "Onder alle gemeenten")
_NOTE: Final = "Verwacht: tussen deze scores liggen 95 van de 100 gemeenten met zoveel antwoorden."


def funnel_chart(findings: Findings, composite: CompositeVariable) -> FunnelChart | None:
    """Return the funnel of a theme score; None when the own score is not shown or too few others are.

    The target is the mean of municipalities; the spread between respondents that of all of them together, as the service behind this
    year's clients shows it (`process`). Source: Spiegelhalter (2005), Statistics in Medicine 24, 1185-1202.
    """
    scores = _scores(findings, composite)
    if findings.own not in scores or len(scores) < FEWEST_UNITS:
        return None
    expected = _expected(scores)
    limits = _limits(scores, expected)
    minimum, maximum = _axis(scores, limits)
    return FunnelChart(
        title=_title(composite),
        description=_description(findings, scores, expected),
        points=tuple(
            FunnelPoint(
                label=findings.context.units.get(unit, unit),
                respondents=figure.respondents,
                value=figure.value,
                own=unit == findings.own,
            )
            for unit, figure in scores.items()
        ),
        limits=limits,
        target=expected.target,
        target_label=f"Gemiddelde van gemeenten: {number_words(expected.target, decimals=1)}",
        minimum=minimum,
        maximum=maximum,
        table=_table(findings, composite, scores, expected),
    )


def _title(composite: CompositeVariable) -> str:
    return f"{composite.title}: score van alle gemeenten naar aantal antwoorden"


def _description(findings: Findings, scores: Mapping[str, Estimate], expected: Expected) -> str:
    own = scores[findings.own]
    [limits] = funnel_of_means(_counts([own.respondents]), expected)
    low, high = (number_words(side, decimals=1) for side in _on_scale(limits.warning))
    return (
        f"{len(scores)} gemeenten. Het gemiddelde van gemeenten is {number_words(expected.target, decimals=1)}. "
        f"{findings.context.municipality_name} heeft {count_words(own.respondents, 'antwoord', 'antwoorden')} "
        f"en de score {number_words(own.value, decimals=1)}. "
        f"Bij zoveel antwoorden liggen 95 van de 100 gemeenten tussen {low} en {high}."
    )


def _axis(scores: Mapping[str, Estimate], limits: Sequence[FunnelLimit]) -> tuple[float, float]:
    """Return an axis with all scores; the limits of the smallest may run off it."""
    sides = [side for limit in limits[len(limits) // 4 :] for side in (limit.wide_low, limit.wide_high)]
    return score_axis([*(figure.value for figure in scores.values()), *sides])


def _scores(findings: Findings, composite: CompositeVariable) -> dict[str, Estimate]:
    """Return the shown scores with a variance, in order of the names of municipalities."""
    return {
        unit: figure
        for unit in findings.units_by_name()
        if isinstance(
            figure := findings.results.figures.get(Cell(Measure.SCORE, composite.composite, "", unit)), Estimate
        )
        and _variance(figure) > 0
    }


def _variance(figure: Estimate) -> float:
    """Return the variance of the service behind a figure: without the correction for a finite population."""
    if figure.inference is Inference.PROCESS:
        return figure.se**2
    part_left = 1 - figure.respondents / figure.population
    return figure.se**2 / part_left if part_left > 0 else 0.0


def _expected(scores: Mapping[str, Estimate]) -> Expected:
    import numpy as np

    from analysis.units.banding import Target, overdispersion, target_of

    value, variance, n = (
        np.array([of(it) for it in scores.values()], dtype=np.float64)
        for of in (lambda it: it.value, _variance, lambda it: it.respondents)
    )
    target = target_of(value, variance, Target.UNIT_AVERAGE)
    spread = float((n * variance * n).sum() / n.sum())
    return Expected(target, spread, between=overdispersion(value, variance, target).between)


def _limits(scores: Mapping[str, Estimate], expected: Expected) -> tuple[FunnelLimit, ...]:
    sizes = [figure.respondents for figure in scores.values()]
    fewest, most = max(min(sizes) / 1.1, 1.0), max(sizes) * 1.1
    steps = sorted({ceil(fewest * (most / fewest) ** (step / _STEPS)) for step in range(_STEPS)})
    return tuple(
        FunnelLimit(
            respondents=point.n,
            low=point.warning.low,
            high=point.warning.high,
            wide_low=point.alarm.low,
            wide_high=point.alarm.high,
        )
        for point in funnel_of_means(_counts(steps), expected)
    )


def _counts(numbers: list[int]) -> Any:
    import numpy as np

    return np.array(numbers, dtype=np.int64)


def _table(
    findings: Findings, composite: CompositeVariable, scores: Mapping[str, Estimate], expected: Expected
) -> Table:
    limits = funnel_of_means(_counts([it.respondents for it in scores.values()]), expected)
    rows: list[tuple[str | Number, ...]] = []
    for (unit, figure), limit in zip(scores.items(), limits, strict=True):
        band = findings.additions.bands.get(Cell(Measure.SCORE, composite.composite, "", unit))
        rows.append(
            (
                findings.context.units.get(unit, unit),
                number(figure.respondents),
                *(number(it, decimals=1) for it in (figure.value, *_on_scale(limit.warning))),
                "" if band is None else band_words(band),
            )
        )
    return lean_table(_title(composite), _HEAD, rows, _NOTE)


def _on_scale(limits: Limits) -> tuple[float, float]:
    return max(limits.low, 0.0), min(limits.high, 100.0)
