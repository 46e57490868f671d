"""Signals: watched indicators of which the level lies beyond its limits now. A signal asks for a conversation; it is no verdict."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ceo.workflows.following.series import Grain, IndicatorSeries, Series, Watch


@dataclass(frozen=True, slots=True)
class Signal:
    """An indicator that lies beyond a limit from the period `since` up to the newest one (`period`). `above`: above that limit."""

    core: str
    grain: Grain
    indicator: str
    title: str
    since: str
    period: str
    above: bool


def finest(series: Sequence[Series]) -> tuple[Series, ...]:
    """Return of each core the series in its finest grain: one signal is told once."""
    by_core: dict[str, Series] = {}
    for one in series:
        by_core.setdefault(one.core, one)
    return tuple(by_core.values())


def signals_in(series: Series, watched: Collection[str]) -> tuple[Signal, ...]:
    """Return the signals that stand now among some indicators of a series."""
    return tuple(
        signal
        for one in series.indicators
        if one.indicator in watched and (signal := standing_signal(series, one)) is not None
    )


def standing_signal(series: Series, indicator: IndicatorSeries) -> Signal | None:
    """Return the signal of an indicator that stands in its newest period; None when there is none, or when it is over."""
    watch = indicator.watch
    sides = dict(watch.signals)
    if not watch.periods or watch.periods[-1] not in sides or watch.periods[-1] != _newest_shown(indicator):
        return None
    side = sides[watch.periods[-1]]
    return Signal(
        core=series.core,
        grain=series.grain,
        indicator=indicator.indicator,
        title=indicator.title,
        since=begun_of(watch, watch.periods[-1]),
        period=watch.periods[-1],
        above=side == "above",
    )


def begun_of(watch: Watch, last: str) -> str:
    """Return the first period of those that lie beyond the same limit up to a period with a signal."""
    sides = dict(watch.signals)
    first = last
    for period in reversed(watch.periods[: watch.periods.index(last) + 1]):
        if sides.get(period) != sides[last]:
            break
        first = period
    return first


def _newest_shown(indicator: IndicatorSeries) -> str:
    return next((point.name for point in reversed(indicator.points) if point.figure is not None), "")
