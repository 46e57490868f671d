"""A series: all its indicators beside each other, and one of them with everything that is known of it."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from ceo.storage.municipalities import Municipality
from ceo.web.installation import Installation
from ceo.web.staff.access import needs
from ceo.web.staff.following.drawing import axis_of, draw_course, draw_small, draw_watch
from ceo.web.staff.following.requiring import require_grain, require_heads, require_indicator, require_series
from ceo.web.staff.following.words import GRAINS, ROLLING, SeriesWords, months_between_false_signals
from ceo.web.staff.pages import staff_page
from ceo.workflows.following.annotating import annotations_of
from ceo.workflows.following.reading import antennas_of
from ceo.workflows.following.series import Point
from ceo.workflows.following.signals import signals_in, standing_signal
from ceo.workflows.rights import Right


@get("/volgen/{series_core:str}/{series_grain:str}", **needs(Right.SEE_CYCLE))
async def show_series(
    request: Request[Any, Any, Any],
    series_core: FromPath[str],
    series_grain: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show all indicators of a series as small drawings on one axis, those that are watched first."""
    heads = await require_heads(installation, municipality.code, series_core)
    series = await require_series(installation, municipality.code, require_grain(heads, series_grain))
    watched = {one.indicator for one in await antennas_of(installation.database, municipality.code, series.core)}
    words, axis = SeriesWords(request, series), axis_of(series.indicators)
    return staff_page(
        request,
        "staff/following/series.html",
        series=series,
        grains=[head.grain for head in heads],
        watched=[one for one in series.indicators if one.indicator in watched],
        others=[one for one in series.indicators if one.indicator not in watched],
        drawings={one.indicator: draw_small(series, one, axis, words) for one in series.indicators},
        signals={signal.indicator: signal for signal in signals_in(series, watched)},
        rate=_rate(series.indicators, watched),
        newest=newest_shown,
        grain_words=GRAINS,
        rolling=ROLLING[series.grain],
        words=words,
    )


@get("/volgen/{series_core:str}/{series_grain:str}/{series_indicator:str}", **needs(Right.SEE_CYCLE))
async def show_indicator(
    request: Request[Any, Any, Any],
    series_core: FromPath[str],
    series_grain: FromPath[str],
    series_indicator: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show one indicator: its course, its control chart, what happened, and every figure in a table."""
    found = await require_indicator(installation, municipality.code, series_core, series_indicator)
    grain = next((grain for grain in found if grain.value == series_grain), None)
    if grain is None:
        raise NotFoundException
    series, one = found[grain]
    notes = {
        f"{number}": note
        for number, note in enumerate(
            await annotations_of(installation.database, municipality.code, series.core), start=1
        )
    }
    watched = {
        antenna.indicator for antenna in await antennas_of(installation.database, municipality.code, series.core)
    }
    words = SeriesWords(request, series)
    newest = newest_shown(one.points)
    about = {
        "bron": "reeks",
        "kern": series.core,
        "korrel": series.grain.value,
        "indicator": one.indicator,
        "periode": "" if newest is None else newest.name,
    }
    return staff_page(
        request,
        "staff/following/indicator.html",
        series=series,
        one=one,
        grains=list(found),
        newest=newest,
        course=draw_course(series, one, notes, words) if newest is not None else "",
        chart=draw_watch(series, one, words) if one.watch.periods else "",
        signal=standing_signal(series, one) if one.indicator in watched else None,
        is_watched=one.indicator in watched,
        notes=notes,
        dialogue=urlencode(about),
        beyond=dict(one.watch.signals),
        limits=dict(zip(one.watch.periods, zip(one.watch.low, one.watch.high, strict=True), strict=True)),
        level=dict(zip(one.watch.periods, one.watch.smoothed, strict=True)),
        rate=round(1 / one.watch.false_alarm_rate) if one.watch.false_alarm_rate else 0,
        grain_words=GRAINS,
        rolling=ROLLING[series.grain],
        words=words,
    )


def newest_shown(points: tuple[Point, ...]) -> Point | None:
    """Return the newest point of which a figure is shown."""
    return next((point for point in reversed(points) if point.figure is not None), None)


def _rate(indicators: Any, watched: set[str]) -> tuple[int, int]:
    """Return once in how many periods an antenna gives a false signal at most, and all of them together."""
    rates = [one.watch.false_alarm_rate for one in indicators if one.indicator in watched and one.watch.periods]
    if not rates:
        return 0, 0
    return round(1 / max(rates)), months_between_false_signals(max(rates), len(rates))


ROUTES: Final = (show_series, show_indicator)
