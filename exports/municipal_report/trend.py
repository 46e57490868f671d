"""The trend of a report: figures of earlier releases, and what may be said about the last change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from babel.dates import format_date

from analysis.results import Estimate, Interval, Measure, NotEstimable
from analysis.series.released_changes import ReleasedChange, ReleasedFigure, change_of_released, of_service, open_part
from exports.blocks import lean_table, number
from exports.chart_layouts import score_axis
from exports.claim_wording import change_sentence
from exports.findings import Findings
from exports.municipal_report.additions import EarlierFigure, Trend
from exports.report import Block, Number, Paragraph, Range, Section, Subheading, Table, TrendChart, TrendPoint
from exports.wording import DUTCH, interval_words, number_words, shown_interval

_HEAD: Final = ("Meting", "Score", "Van", "Tot", "Let op")
_NEW_SERIES: Final = "hier begint een nieuwe reeks"
_NOT_SHOWN: Final = "niet getoond"
_INTRO: Final = (
    "Hier staat elke score naast die van eerdere metingen. Een streep door een punt laat zien hoe onzeker de score is. "
    "Een verandering zegt niet waardoor zij komt."
)


# A measurement is named after its year, or where that names two, more precisely.
_NAMED_BY: Final = ("yyyy", "MMMM yyyy", "d MMMM yyyy")


def measurement_names(days: Sequence[date]) -> tuple[str, ...]:
    """Return what measurements are called by the days on which they ended: as short as tells them apart.

    >>> measurement_names([date(2024, 4, 1), date(2026, 4, 3)])
    ('2024', '2026')
    >>> measurement_names([date(2025, 11, 1), date(2026, 4, 3), date(2026, 10, 30)])
    ('november 2025', 'april 2026', 'oktober 2026')
    """
    every = (tuple(format_date(day, form, locale=DUTCH) for day in days) for form in _NAMED_BY)
    return next((names for names in every if len(set(names)) == len(names)), tuple(f"{day}" for day in days))


def trend_section(findings: Findings) -> Section:
    """Return a chart for each indicator that was measured before; without blocks when none was."""
    changes = told_changes(findings)
    blocks: list[Block] = []
    for name, title, trend in _trends(findings):
        points = _points(findings, name, trend)
        if sum(point.value is not None for point in points) > 1:
            blocks += [
                Subheading(text=title),
                Paragraph(text=_sentence(trend, changes.get(name), shown=_is_shown(points))),
                _chart(title, points, findings),
            ]
    intro: list[Block] = [Paragraph(text=_INTRO)] if blocks else []
    return Section(title="Door de tijd", blocks=(*intro, *blocks))


def told_changes(findings: Findings) -> Mapping[str, ReleasedChange]:
    """Return by indicator the change of the service since the last measurement, where both figures are shown and may be compared."""
    pairs = {name: pair for name, _, trend in _trends(findings) if (pair := _pair(findings, name, trend))}
    return {name: change_of_released(*pair, told=len(pairs)) for name, pair in pairs.items()}


def _trends(findings: Findings) -> Iterator[tuple[str, str, Trend]]:
    """Yield the indicators that have both a score and a past: theme scores first, then questions."""
    titles = {composite.composite: composite.title for composite in findings.codebook.composites}
    titles |= {variable.item: variable.title for variable in findings.codebook.variables}
    for name, title in titles.items():
        trend = findings.additions.trends.get(name)
        if trend is not None and trend.earlier and findings.own_figure(Measure.SCORE, name) is not None:
            yield name, title, trend


def _pair(findings: Findings, name: str, trend: Trend) -> tuple[ReleasedFigure, ReleasedFigure] | None:
    before, now = trend.earlier[-1], findings.own_figure(Measure.SCORE, name)
    if trend.after_break or before.value is None or before.interval is None or not isinstance(now, Estimate):
        return None
    part = open_part(now.inference, now.respondents, now.population)
    earlier = of_service(ReleasedFigure(before.value, before.interval), before.open_part)
    later = of_service(ReleasedFigure(now.value, now.interval), part)
    return None if isinstance(earlier, NotEstimable) or isinstance(later, NotEstimable) else (earlier, later)


def _points(findings: Findings, name: str, trend: Trend) -> list[EarlierFigure]:
    now = findings.own_figure(Measure.SCORE, name)
    value, interval = (now.value, now.interval) if isinstance(now, Estimate) else (None, None)
    return [*trend.earlier, EarlierFigure(trend.period, value, interval, after_break=trend.after_break)]


def _is_shown(points: Sequence[EarlierFigure]) -> bool:
    return all(point.value is not None for point in points[-2:])


def _sentence(trend: Trend, change: ReleasedChange | None, *, shown: bool) -> str:
    before = trend.earlier[-1].period
    if trend.after_break:
        return (
            f"De vragen of de manier van meten zijn anders dan bij de meting van {before}. "
            "Daarom vergelijken we deze twee metingen niet."
        )
    if change is None and shown:
        return f"Of er iets veranderde sinds de meting van {before}, is niet te zeggen: hoe groot toeval is, laten deze scores niet zien."
    if change is None:
        return f"Een vergelijking met de meting van {before} kan niet: een van de twee scores is niet getoond."
    return change_sentence(change, before)


def _chart(title: str, points: list[EarlierFigure], findings: Findings) -> TrendChart:
    shown = [_shown(point.interval) for point in points if point.interval is not None]
    minimum, maximum = score_axis([side for it in shown for side in (it.low, it.high)])
    name = f"{title}: {findings.context.municipality_name} door de tijd"
    return TrendChart(
        title=name,
        description=" ".join(f"{_words(point)}." for point in points),
        points=tuple(_point(point) for point in points),
        minimum=minimum,
        maximum=maximum,
        table=_table(name, points),
    )


def _shown(interval: Interval) -> Interval:
    return shown_interval(interval, Measure.SCORE)


def _point(point: EarlierFigure) -> TrendPoint:
    if point.value is None or point.interval is None:
        return TrendPoint(label=point.period, text=_NOT_SHOWN, after_break=point.after_break)
    interval = _shown(point.interval)
    return TrendPoint(
        label=point.period,
        text=number_words(point.value, decimals=1),
        range=Range(value=point.value, low=interval.low, high=interval.high),
        after_break=point.after_break,
    )


def _words(point: EarlierFigure) -> str:
    again = f", {_NEW_SERIES}" if point.after_break else ""
    if point.value is None or point.interval is None:
        return f"{point.period}{again}: {_NOT_SHOWN}"
    value = number_words(point.value, decimals=1)
    return f"{point.period}{again}: {value} ({interval_words(point.interval, Measure.SCORE)})"


def _table(title: str, points: list[EarlierFigure]) -> Table:
    return lean_table(title, _HEAD, [_row(point) for point in points])


def _row(point: EarlierFigure) -> tuple[str | Number, ...]:
    remark = _NEW_SERIES if point.after_break else ""
    if point.value is None or point.interval is None:
        return (point.period, "-", "-", "-", "; ".join(filter(None, (remark, _NOT_SHOWN))))
    interval = _shown(point.interval)
    return (point.period, *(number(it, decimals=1) for it in (point.value, interval.low, interval.high)), remark)
