"""From protected figures to the series that is kept: points and pieces, breaks with their reasons, rolling means, what a chart watches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from analysis.results import Estimate, Measure, ProtectedFigure
from ceo.workflows.following.computing import quarter_of
from ceo.workflows.following.series import BreakMark, Figure, Grain, IndicatorSeries, Point, Series, Watch
from questionnaires.scales import Polarity

if TYPE_CHECKING:
    from analysis.results import Mark
    from analysis.series.in_control import MeanPoint
    from analysis.series.timeline import Timeline
    from ceo.workflows.following.computing import Computed, Following, Period
    from ceo.workflows.following.gathering import Source

# Over how many periods a rolling mean is: half a year of months, a year of quarters.
ROLLING: Final = {Grain.MONTH: 6, Grain.QUARTER: 4, Grain.ROUND: 3}
NOT_ASKED: Final = "not_asked"
# Finer differences between two machines do not matter, and are not told.
_DECIMALS: Final = 6


def compose(
    computed: Computed,
    source: Source,
    *,
    number: int,
    made_on: date,
    hidden: Mapping[str, frozenset[str]],
) -> Series:
    """Return the series of all indicators. `hidden`: by indicator the periods that are not shown besides those that are protected."""
    apart = _apart(source)
    return Series(
        core=source.core,
        title=source.title,
        grain=source.grain,
        number=number,
        made_on=made_on,
        simulated=source.simulated,
        rolling_periods=ROLLING[source.grain],
        indicators=tuple(
            _indicator(one, computed, apart, source.grain, hidden.get(one.indicator, frozenset()))
            for one in computed.followed
        ),
    )


def hidden_months(series: Series) -> dict[str, frozenset[str]]:
    """Return by indicator the periods in which it was asked, and nothing is shown."""
    return {
        one.indicator: frozenset(
            point.name for point in one.points if point.figure is None and point.reason != NOT_ASKED
        )
        for one in series.indicators
    }


def _apart(source: Source) -> dict[str, str]:
    """Return by period the name of those with which it has nobody in common: periods of one round, which asks each client once.

    In another measurement the same clients may answer again, and so they may in a month or quarter in which two rounds were asked.
    """
    if source.grain is Grain.ROUND:
        return {one.period: one.period for one in source.sealed}
    rounds: dict[str, set[int]] = {}
    for one in source.sealed:
        period = quarter_of(one.period) if source.grain is Grain.QUARTER else one.period
        rounds.setdefault(period, set()).add(one.round_id)
    return {period: f"{min(its)}" if len(its) == 1 else period for period, its in rounds.items()}


def _indicator(
    followed: Following, computed: Computed, apart: Mapping[str, str], grain: Grain, hidden: frozenset[str]
) -> IndicatorSeries:
    shown = {
        name: figure for name, figure in followed.figures.items() if isinstance(figure, Estimate) and name not in hidden
    }
    timeline = _timeline(followed, computed.periods, computed.marks)
    waves = [wave.name for wave in timeline.waves]
    pieces = [waves[chosen] for chosen in timeline.pieces()] if waves else []
    piece_of = {name: number for number, names in enumerate(pieces) for name in names}
    # Measurements need not lie beside each other.
    days = {} if grain is Grain.ROUND else {period.name: period for period in computed.periods}
    runs = [run for piece in pieces for run in _runs(piece, shown, days)]
    means = dict(_rolling(runs, shown, apart, ROLLING[grain]))
    points: list[Point] = []
    piece = 0
    for period in computed.periods:
        piece = piece_of.get(period.name, piece)
        found = shown.get(period.name)
        points.append(
            Point(
                name=period.name,
                title=period.title,
                first_day=period.first_day,
                last_day=period.last_day,
                piece=piece,
                figure=None if found is None else _figure(found),
                reason="" if found is not None else _reason(followed.figures.get(period.name)),
                rolling=means.get(period.name),
            )
        )
    return IndicatorSeries(
        indicator=followed.indicator,
        title=followed.title,
        measure=Measure.SCORE,
        polarity=Polarity.POSITIVE if followed.higher_is_better else Polarity.NEGATIVE,
        points=tuple(points),
        breaks=tuple(_breaks(timeline)),
        watch=_watch(pieces[-1] if pieces else [], shown),
    )


def _timeline(followed: Following, periods: Sequence[Period], marks: tuple[Mark, ...]) -> Timeline:
    """Return the periods in which the indicator was asked; they stand in the order of time."""
    from analysis.series.timeline import Timeline, Wave

    asked = [period.name for period in periods if period.name in followed.variables]
    return Timeline(tuple(Wave(name, place, followed.variables[name]) for place, name in enumerate(asked)), marks)


def _breaks(timeline: Timeline) -> Iterator[BreakMark]:
    for place, (before, after) in enumerate(pairwise(timeline.waves)):
        found = timeline.first_break(slice(place, place + 2))
        if found is not None:
            changes = (
                reason.code.value for mark in found.marks for reason in mark.reasons if reason.verdict is mark.verdict
            )
            yield BreakMark(before=before.name, after=after.name, changes=tuple(dict.fromkeys(changes)))


def _rolling(
    runs: Sequence[Sequence[str]], shown: Mapping[str, Estimate], apart: Mapping[str, str], size: int
) -> Iterator[tuple[str, Figure]]:
    """Yield the mean of each window of periods in one run under the name of its last.

    Who answered in two measurements is not known any more: the interval is never too narrow, whoever did.
    """
    from analysis.series.timeline import Timeline, Wave
    from analysis.series.trends import Level, cautious_levels
    from analysis.series.waves import separate_waves

    for names in (run for run in runs if len(run) >= size):
        timeline = Timeline(tuple(Wave(name, place) for place, name in enumerate(names)))
        series = separate_waves(timeline, [shown[name] for name in names])
        levels = cautious_levels(series, size, [apart[name] for name in names])
        for name, level in levels.items():
            if isinstance(level, Level):
                window = names[names.index(name) - size + 1 : names.index(name) + 1]
                respondents = sum(shown[one].respondents for one in window)
                yield name, _rounded(level.value, level.interval.low, level.interval.high, respondents)


def _runs(piece: Sequence[str], shown: Mapping[str, Estimate], days: Mapping[str, Period]) -> Iterator[list[str]]:
    """Yield what stands together: shown, and by its `days` without a day in between that was not measured."""
    run: list[str] = []
    for name in piece:
        if run and (name not in shown or _is_apart(days.get(run[-1]), days.get(name))):
            yield run
            run = []
        if name in shown:
            run.append(name)
    if run:
        yield run


def _is_apart(earlier: Period | None, later: Period | None) -> bool:
    """Return whether days lie between two periods of which the days count."""
    return earlier is not None and later is not None and later.first_day > earlier.last_day + timedelta(days=1)


def _watch(newest: Sequence[str], shown: Mapping[str, Estimate]) -> Watch:
    from analysis.series.in_control import MeanPoint

    named = ((name, shown[name]) for name in newest if name in shown)
    return watch_of([MeanPoint(name, one.value, one.se**2, one.respondents) for name, one in named])


def watch_of(points: Sequence[MeanPoint]) -> Watch:
    """Return what a control chart finds in the shown periods of the newest piece; its first year of months is the baseline."""
    from analysis.results import NotEstimable
    from analysis.series.watching import watch_series

    found = watch_series(points)
    if isinstance(found, NotEstimable):
        return Watch(reason=found.reason)
    watched = found.periods
    return Watch(
        false_alarm_rate=round(found.false_alarm_rate, _DECIMALS),
        baseline=found.baseline,
        periods=tuple(one.period for one in watched),
        centre=round(found.centre, _DECIMALS),
        smoothed=tuple(round(one.smoothed, _DECIMALS) for one in watched),
        low=tuple(round(one.low, _DECIMALS) for one in watched),
        high=tuple(round(one.high, _DECIMALS) for one in watched),
        signals=tuple((one.period, one.side.value) for one in watched if one.side is not None),
    )


def _figure(found: Estimate) -> Figure:
    return _rounded(found.value, found.interval.low, found.interval.high, found.respondents)


def _rounded(value: float, low: float, high: float, respondents: int) -> Figure:
    return Figure(
        value=round(value, _DECIMALS), low=round(low, _DECIMALS), high=round(high, _DECIMALS), respondents=respondents
    )


def _reason(figure: ProtectedFigure | None) -> str:
    """Return why nothing is shown. Of what is hidden only that: why can be too much to tell."""
    if figure is None:
        return NOT_ASKED
    return "hidden" if isinstance(figure, Estimate) else figure.reason
