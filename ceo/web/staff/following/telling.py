"""Sentences about series, from `exports.cycle`, which is heavy: they are made in a thread. In Dutch, whatever the language of the page."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.policy import DisclosurePolicy
from ceo.workflows.following.series import Grain, IndicatorSeries, Point, Series
from ceo.workflows.following.signals import standing_signal
from ceo.workflows.learning.moving import released

if TYPE_CHECKING:
    from exports.cycle.indicators import Indicator


@dataclass(frozen=True, slots=True)
class ToldIndicator:
    """What is said of an indicator; "" where there is nothing to say. `hidden`: why its newest period has no figure.

    `rolling` is over the last periods together, `since` compares with a year or a measurement before: where a signal stands the rolling
    means, because single periods would seem to take it back. `delay` says how soon its control chart sees a change.
    """

    signal: str
    breaks: tuple[str, ...]
    hidden: str
    rolling: str
    since: str
    delay: str


@dataclass(frozen=True, slots=True)
class ToldSeries:
    """What is said of a series, by indicator, and of its control charts how often a signal is false."""

    indicators: Mapping[str, ToldIndicator]
    false_alarms: str
    no_verdict: str


def newest_shown(points: tuple[Point, ...]) -> Point | None:
    """Return the newest point of which a figure is shown."""
    return next((point for point in reversed(points) if point.figure is not None), None)


def tell(series: Series, watched: Collection[str]) -> ToldSeries:
    """Return what is said of a series. `watched`: of which indicators false signals are counted."""
    from exports.cycle.periods import period_of
    from exports.cycle.signals import NO_VERDICT, false_alarm_sentence

    charts = [one.watch for one in series.indicators if one.indicator in watched and one.watch.periods]
    rate = max((chart.false_alarm_rate for chart in charts), default=0.0)
    period = period_of(series.indicators[0].points[-1].name)
    return ToldSeries(
        {one.indicator: _tell_one(series, one) for one in series.indicators},
        false_alarm_sentence(rate, period.one, period.many, charts=len(charts)),
        NO_VERDICT,
    )


def _tell_one(series: Series, one: IndicatorSeries) -> ToldIndicator:
    from exports.cycle.indicators import Indicator
    from exports.cycle.sentences import break_sentence, rolling_sentence

    about = Indicator(one.title, one.measure, one.polarity)
    names = {point.name: point.title or point.name for point in one.points}
    newest = newest_shown(one.points)
    rolling = since = ""
    if newest is not None and newest.rolling is not None:
        rolling = rolling_sentence(about, released(newest.rolling), names[newest.name], series.rolling_periods)
    if newest is not None:
        tell_since = _since if standing_signal(series, one) is None else _since_of_signal
        since = tell_since(about, series, one.points, newest)
    return ToldIndicator(
        _signal(about, one, names),
        tuple(break_sentence(about, names.get(mark.after, mark.after), mark.changes) for mark in one.breaks),
        _hidden(about, one.points[-1], names),
        rolling,
        since,
        _delay(one),
    )


def _since(about: Indicator, series: Series, points: tuple[Point, ...], newest: Point) -> str:
    """Return the newest figure held against that of a year or a measurement before."""
    from analysis.series.released_changes import change_of_released
    from exports.cycle.sentences import change_since_sentence

    before = _before(series.grain, points, newest)
    if before is None or before.figure is None or newest.figure is None:
        return ""
    change = change_of_released(released(before.figure), released(newest.figure))
    return change_since_sentence(about, change, before.title or before.name)


def _since_of_signal(about: Indicator, series: Series, points: tuple[Point, ...], newest: Point) -> str:
    """Return the newest rolling mean held against that of a year before; "" where no two are shown that have no period in common."""
    from analysis.series.released_changes import change_of_released
    from exports.cycle.sentences import windows_sentence

    before = _before(series.grain, points, newest)
    if before is None or before.rolling is None or newest.rolling is None:
        return ""
    if points.index(newest) - points.index(before) < series.rolling_periods:
        return ""
    change = change_of_released(released(before.rolling), released(newest.rolling))
    return windows_sentence(about, change, before.title or before.name, series.rolling_periods)


def _signal(about: Indicator, one: IndicatorSeries, names: Mapping[str, str]) -> str:
    from exports.cycle.signals import signal_sentence

    if not one.watch.periods:
        return ""
    signals = [(names.get(name, name), side) for name, side in one.watch.signals]
    return signal_sentence(about, signals, [names.get(name, name) for name in one.watch.periods])


def _delay(one: IndicatorSeries) -> str:
    from analysis.series.watching import SEEN_SHIFT, SEEN_WITHIN, seen_share
    from exports.cycle.periods import period_of
    from exports.cycle.signals import delay_sentence

    watch = one.watch
    if watch.centre is None or not watch.baseline:
        return ""
    usual = [point.figure.respondents for point in one.points if point.figure and point.name in watch.baseline]
    share = seen_share(sum(usual) / len(watch.baseline), watch.centre)
    period = period_of(watch.baseline[-1])
    return delay_sentence(SEEN_SHIFT, share, SEEN_WITHIN, period.one, period.many, baseline=len(watch.baseline))


def _hidden(about: Indicator, newest: Point, names: Mapping[str, str]) -> str:
    from exports.cycle.hidden import HIDDEN, hidden_sentence
    from exports.wording import SUPPRESSED_WORDS

    if newest.figure is not None:
        return ""
    # Of how many people a figure would be is already too much to tell beside the other periods.
    reason = HIDDEN if newest.reason in SUPPRESSED_WORDS else newest.reason
    return hidden_sentence(about, reason, names[newest.name], floor=DisclosurePolicy().floor)


def _before(grain: Grain, points: tuple[Point, ...], newest: Point) -> Point | None:
    """Return with what the newest figure is compared: the same month or quarter a year before, or the measurement before.

    None where that is not shown, or where the question changed in between.
    """
    earlier = [
        point
        for point in points
        if point.first_day < newest.first_day and point.piece == newest.piece and point.figure is not None
    ]
    if grain is Grain.ROUND:
        return earlier[-1] if earlier else None
    year, rest = newest.name[:4], newest.name[4:]
    return next((point for point in earlier if point.name == f"{int(year) - 1}{rest}"), None)
