"""A series: all its indicators beside each other, and one of them with everything that is known of it."""

from __future__ import annotations

import asyncio
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
from ceo.web.staff.following.telling import newest_shown, tell
from ceo.web.staff.following.words import GRAINS, ROLLING, SeriesWords
from ceo.web.staff.pages import staff_page
from ceo.workflows.following.annotating import annotations_of
from ceo.workflows.following.reading import antennas_of
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
        told=await asyncio.to_thread(tell, series, watched),
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
        told=await asyncio.to_thread(tell, series, {one.indicator}),
        grain_words=GRAINS,
        rolling=ROLLING[series.grain],
        words=words,
    )


ROUTES: Final = (show_series, show_indicator)
