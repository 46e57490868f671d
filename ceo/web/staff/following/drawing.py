"""From the series of an indicator to its drawings: the points, their labels, and what somebody hears who does not see them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from markupsafe import Markup

from ceo.storage.following import Annotation
from ceo.web.languages import N_
from ceo.web.staff.following.words import SeriesWords
from ceo.workflows.following.series import Grain, IndicatorSeries, Point, Series
from exports.chart_layouts import score_axis
from exports.series_drawing import SeriesChart, SeriesPoint, series_svg, small_series_svg

DESCRIPTION: Final = N_("Van %(first)s (%(begin)s) tot %(last)s (%(end)s). De getallen staan in de tabel.")
NOTHING: Final = N_("Er is nog niets te tonen.")


def axis_of(indicators: Iterable[IndicatorSeries]) -> tuple[float, float]:
    """Return the ends of an axis that holds the figures of indicators with their intervals."""
    bounds = [
        bound
        for one in indicators
        for point in one.points
        if point.figure is not None
        for bound in (point.figure.low, point.figure.high)
    ]
    return score_axis(bounds) if bounds else (0.0, 100.0)


def draw_small(series: Series, one: IndicatorSeries, axis: tuple[float, float], words: SeriesWords) -> Markup:
    """Return an indicator as a small drawing."""
    signals = dict(one.watch.signals)
    points = tuple(
        SeriesPoint(
            piece=point.piece,
            label=words.short(point, series.grain),
            value=None if point.figure is None else point.figure.value,
            low=0.0 if point.figure is None else point.figure.low,
            high=0.0 if point.figure is None else point.figure.high,
            level=None if point.rolling is None else point.rolling.value,
            signal=point.name in signals and point.rolling is not None,
        )
        for point in one.points
    )
    return Markup(small_series_svg(_chart(one, axis, points, series.grain, words), f"reeks-{_id(one)}"))  # noqa: S704 - escaped there


def draw_course(series: Series, one: IndicatorSeries, notes: Mapping[str, Annotation], words: SeriesWords) -> Markup:
    """Return an indicator as a large drawing, with the rolling mean and what happened. `notes` by their number."""
    by_period = _notes_by_period(one.points, notes)
    points = tuple(
        SeriesPoint(
            piece=point.piece,
            label=words.short(point, series.grain),
            value=None if point.figure is None else point.figure.value,
            low=0.0 if point.figure is None else point.figure.low,
            high=0.0 if point.figure is None else point.figure.high,
            level=None if point.rolling is None else point.rolling.value,
            note=by_period.get(point.name, ""),
        )
        for point in one.points
    )
    return Markup(series_svg(_chart(one, axis_of([one]), points, series.grain, words), "verloop"))  # noqa: S704 - escaped there


def draw_watch(series: Series, one: IndicatorSeries, words: SeriesWords) -> Markup:
    """Return the control chart of the newest piece: single periods, the smoothed level, and the limits of that level."""
    watch = one.watch
    level = dict(zip(watch.periods, watch.smoothed, strict=True))
    limits = dict(zip(watch.periods, zip(watch.low, watch.high, strict=True), strict=True))
    signals = dict(watch.signals)
    watched = {*watch.baseline, *watch.periods}
    points = tuple(
        SeriesPoint(
            piece=0,
            label=words.short(point, series.grain),
            value=point.figure.value,
            low=point.figure.value,
            high=point.figure.value,
            level=level.get(point.name, watch.centre),
            limits=limits.get(point.name),
            signal=point.name in signals,
        )
        for point in one.points
        if point.figure is not None and point.name in watched
    )
    bounds = [bound for point in points if point.value is not None for bound in (point.value, *(point.limits or ()))]
    return Markup(series_svg(_chart(one, score_axis(bounds), points, series.grain, words), "regelkaart"))  # noqa: S704 - escaped there


def _chart(
    one: IndicatorSeries,
    axis: tuple[float, float],
    points: tuple[SeriesPoint, ...],
    grain: Grain,
    words: SeriesWords,
) -> SeriesChart:
    shown = [point for point in one.points if point.figure is not None]
    if not shown:
        return SeriesChart(one.title, words.say(NOTHING), *axis, points)
    first, last = shown[0], shown[-1]
    description = words.say(
        DESCRIPTION,
        first=words.period(first.name, grain),
        begin=words.number(first.figure.value if first.figure else 0.0),
        last=words.period(last.name, grain),
        end=words.number(last.figure.value if last.figure else 0.0),
    )
    return SeriesChart(one.title, description, *axis, points)


def _notes_by_period(points: Iterable[Point], notes: Mapping[str, Annotation]) -> dict[str, str]:
    """Return the numbers of what happened in each period; several in one stand beside each other."""
    found: dict[str, list[str]] = {}
    periods = list(points)
    for number, note in notes.items():
        place = next((one.name for one in periods if one.first_day <= note.day <= one.last_day), "")
        if place:
            found.setdefault(place, []).append(number)
    return {period: ", ".join(numbers) for period, numbers in found.items()}


def _id(one: IndicatorSeries) -> str:
    return one.indicator.replace(".", "-")
