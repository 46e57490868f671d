"""The figures that dialogues, actions and goals are about: read by the server from series and releases, never typed by anybody."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from analysis.results import Measure
from ceo.storage.database import Database
from ceo.workflows.following.reading import read_indicator, read_series
from ceo.workflows.following.series import BreakMark, Grain, IndicatorSeries, Point, Series, Watch
from ceo.workflows.following.signals import begun_of
from ceo.workflows.learning.results import Result, Source
from ceo.workflows.mirroring.reading import OwnEdition, open_edition, own_editions, result_of
from ceo.workflows.releases.reading import Cubes
from questionnaires.scales import Polarity

# A figure that is this much older than the newest is not what an indicator stands at now.
_OLD_DAYS: Final = 366


@dataclass(frozen=True, slots=True)
class MeasuredIndicator:
    """An indicator of which there is a figure: what names it, and what it is called."""

    core: str
    core_title: str
    indicator: str
    title: str
    measure: Measure
    polarity: Polarity

    @property
    def key(self) -> str:
        """Return what names it in a form."""
        return f"{self.core}/{self.indicator}"


@dataclass(frozen=True, slots=True)
class Usual:
    """What a control chart knows of an indicator: the usual `level`, and the side ("above", "below", "") of each watched period."""

    level: float
    sides: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Later:
    """What came after a figure. `results` may be compared with it, the oldest first; after `broken` nothing more may.

    `broken` without a mark: the questionnaire is another one, and it is not known whether this figure may be compared.
    `signal`: the figure itself was a signal of a control chart. Whoever begins from one sees it move back by itself, so no change since
    is told. `usual`: what results are held against instead; also where a single month began, for nobody knows why that one was taken.
    """

    results: tuple[Result, ...] = ()
    broken: bool = False
    mark: BreakMark | None = None
    signal: bool = False
    usual: Usual | None = None


def measured_indicators(series: Iterable[Series]) -> tuple[MeasuredIndicator, ...]:
    """Return of which indicators series show a figure, in the order of the questionnaires."""
    found: dict[tuple[str, str], MeasuredIndicator] = {}
    for one in series:
        for it in one.indicators:
            if any(point.figure is not None for point in it.points):
                known = MeasuredIndicator(one.core, one.title, it.indicator, it.title, it.measure, it.polarity)
                found.setdefault((one.core, it.indicator), known)
    return tuple(found.values())


def newest_result(series: Iterable[Series], core: str, indicator: str) -> Result | None:
    """Return the figure at which an indicator stands now; None when none is shown.

    What goes on all the time counts before single rounds: there the next figure comes by itself. Of quarters and months the one with
    most respondents counts. Nothing counts that is more than a year older than the newest.
    """
    found = [
        result
        for one in series
        if one.core == core and (it := one.indicator(indicator)) is not None
        for result in _newest_of(one, it)
    ]
    newest = max((result.until for result in found if result.until is not None), default=None)
    if newest is None:
        return None
    recent = [one for one in found if one.until is not None and (newest - one.until).days <= _OLD_DAYS]
    going_on = [one for one in recent if grain_of(one) is not Grain.ROUND]
    return max(going_on or recent, key=lambda one: one.figure.respondents)


async def read_up_to_date(database: Database, municipality: str, result: Result) -> Result:
    """Return what a result has become by now, as `up_to_date` does."""
    found = await read_indicator(database, municipality, result.core, result.indicator)
    return up_to_date(result, [series for series, _ in found])


def up_to_date(result: Result, series: Iterable[Series]) -> Result:
    """Return the newest figure that may be compared with a point of a series, which is the point itself when nothing came after it."""
    later = later_in_series(result, series).results if result.source is Source.SERIES else ()
    return later[-1] if later else result


async def read_point(
    database: Database, municipality: str, core: str, grain: Grain, indicator: str, period: str
) -> Result | None:
    """Return the figure of a point of the newest edition of a series, with its signal if it gave one; None when it is not shown."""
    series = await read_series(database, municipality, core, grain)
    its_own = series.indicator(indicator) if series is not None else None
    if series is None or its_own is None:
        return None
    point = next((one for one in its_own.points if one.name == period), None)
    found = result_of_point(series, its_own, point) if point is not None else None
    side = dict(its_own.watch.signals).get(period, "")
    if found is None or not side:
        return found
    return found.model_copy(update={"signal": side, "signal_since": begun_of(its_own.watch, period)})


async def read_later(
    database: Database,
    cubes: Cubes,
    municipality: str,
    result: Result,
    series: Sequence[Series],
    *,
    after: date = date.min,
) -> Later:
    """Return what came after a figure, as far as it may be compared with it. `series`: the newest of the municipality.

    Only what began after a day and after the figure itself, be it a period of a series or a measurement in a release: who answered
    before an action was agreed on cannot tell what came of it. Real and simulated answers are never compared.
    """
    if result.source is Source.SERIES:
        return later_in_series(result, series, after=after)
    held = await own_editions(database, municipality)
    begun = next((one for one in held if one.name == result.name), None)
    newest = newest_after(held, begun, after) if begun is not None else None
    if begun is None or newest is None:
        return Later()
    if newest.questionnaire != begun.questionnaire:
        return Later(broken=True)
    cube = await open_edition(database, cubes, newest)
    found = await asyncio.to_thread(result_of, cube, newest, municipality, result.indicator)
    if found is None or found.measure is not result.measure:
        return Later()
    return Later((found,))


def newest_after(editions: Iterable[OwnEdition], begun: OwnEdition, after: date) -> OwnEdition | None:
    """Return the newest edition of the same core questionnaire for which people answered after another closed and after a day, or None.

    `editions`: those of the municipality, the newest measurement first. Of real answers only real ones count, of simulated ones simulated.
    """
    since = max(begun.closes_on, after)
    return next(
        (
            one
            for one in editions
            if one.current and one.core == begun.core and one.simulated is begun.simulated and one.opens_on > since
        ),
        None,
    )


def later_in_series(result: Result, series: Iterable[Series], *, after: date = date.min) -> Later:
    """Return what a series of the same grain shows after a point of it, of periods that begin after a day.

    Where the series stood in its pieces then, its periods tell, also those of which no figure is shown (any more). Without any of them
    it is not known whether a break lies between, and nothing is compared; nor are real and simulated answers.
    """
    its_own = next((one for one in series if one.core == result.core and one.grain is grain_of(result)), None)
    found = its_own.indicator(result.indicator) if its_own is not None else None
    if its_own is None or found is None or result.until is None or found.measure is not result.measure:
        return Later()
    order = {point.name: number for number, point in enumerate(found.points)}
    upto = [number for number, point in enumerate(found.points) if point.first_day <= result.until]
    if not upto or its_own.simulated is not result.simulated:
        return Later()
    begun = order.get(result.period, upto[-1])
    piece, since = found.points[begun].piece, max(result.until, after)
    marks = [mark for mark in found.breaks if order.get(mark.after, begun) > begun]
    comparable = (point for point in found.points if point.first_day > since and point.piece == piece)
    results = tuple(one for point in comparable if (one := result_of_point(its_own, found, point)) is not None)
    signal = bool(result.signal) or result.period in dict(found.watch.signals)
    usual = usual_of(found.watch, results) if signal or its_own.grain is Grain.MONTH else None
    return Later(results, broken=bool(marks), mark=marks[0] if marks else None, signal=signal, usual=usual)


def usual_of(watch: Watch, results: Sequence[Result]) -> Usual | None:
    """Return what is usual by a control chart; None where it has none, or does not watch the newest of some figures."""
    if watch.centre is None or not results or results[-1].period not in watch.periods:
        return None
    sides = dict(watch.signals)
    return Usual(watch.centre, {period: sides.get(period, "") for period in watch.periods})


def result_of_point(series: Series, indicator: IndicatorSeries, point: Point) -> Result | None:
    """Return a point as a result; None when its figure is not shown."""
    if point.figure is None:
        return None
    return Result(
        source=Source.SERIES,
        name=f"{series.grain.value}/{series.number}",
        core=series.core,
        indicator=indicator.indicator,
        title=indicator.title,
        period=point.name,
        measure=indicator.measure,
        polarity=indicator.polarity,
        figure=point.figure,
        until=point.last_day,
        simulated=series.simulated,
    )


def grain_of(result: Result) -> Grain:
    """Return what a point of the series stands for from which a result was taken."""
    return Grain(result.name.partition("/")[0])


def recent_signals(indicator: IndicatorSeries) -> tuple[str, ...]:
    """Return the periods of the last row of signals without a period between them, the oldest first; empty without a signal."""
    periods = indicator.watch.periods
    signalled = {period for period, _ in indicator.watch.signals}
    run: list[str] = []
    for period in reversed(periods):
        if period in signalled:
            run.append(period)
        elif run:
            break
    return tuple(reversed(run))


def _newest_of(series: Series, indicator: IndicatorSeries) -> Iterator[Result]:
    shown = [point for point in indicator.points if point.figure is not None]
    result = result_of_point(series, indicator, shown[-1]) if shown else None
    if result is not None:
        yield result
