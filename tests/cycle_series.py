"""Series of a municipality for tests of the cycle: months with figures that are in sight."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from analysis.results import Measure
from ceo.storage.database import Database
from ceo.storage.following import SeriesEdition
from ceo.storage.tenancy import tenant_transaction
from ceo.workflows.following.series import BreakMark, Figure, Grain, IndicatorSeries, Point, Series, Watch
from questionnaires.scales import Polarity

CORE = "nl.ceo.wmo"
INDICATOR = "toegang"


def month(number: int) -> tuple[str, date, date]:
    """Return the name and the first and last day of a month, counted from January 2026."""
    first = date(2026 + number // 12, number % 12 + 1, 1)
    following = date(2026 + (number + 1) // 12, (number + 1) % 12 + 1, 1)
    return f"{first:%Y-%m}", first, following - timedelta(days=1)


def series_of(
    values: Sequence[float | None],
    *,
    broken_at: int | None = None,
    signals: Sequence[tuple[str, str]] = (),
    polarity: Polarity = Polarity.POSITIVE,
    measure: Measure = Measure.SCORE,
    centre: float | None = None,
) -> Series:
    """Return a series of months of one indicator, each with a margin of 4 (or 0.04). Before `broken_at` the question was another.

    `centre`: the usual level of its control chart; without one that tells signals only.
    """
    margin = 0.04 if measure is Measure.SHARE else 4.0
    points = []
    for number, value in enumerate(values):
        name, first, last = month(number)
        figure = None if value is None else Figure(value=value, low=value - margin, high=value + margin, respondents=60)
        piece = 0 if broken_at is None or number < broken_at else 1
        points.append(Point(name=name, first_day=first, last_day=last, piece=piece, figure=figure))
    breaks: tuple[BreakMark, ...] = ()
    if broken_at is not None:
        mark = BreakMark(before=month(broken_at - 1)[0], after=month(broken_at)[0], changes=("reworded",))
        breaks = (mark,)
    periods = tuple(point.name for point in points)
    watch = Watch(false_alarm_rate=0.0027, periods=periods, signals=tuple(signals), centre=centre)
    indicator = IndicatorSeries(
        indicator=INDICATOR,
        title="Toegang",
        measure=measure,
        polarity=polarity,
        points=tuple(points),
        breaks=breaks,
        watch=watch,
    )
    return Series(
        core=CORE,
        title="Wmo",
        grain=Grain.MONTH,
        number=1,
        made_on=month(len(values))[1],
        simulated=True,
        rolling_periods=3,
        indicators=(indicator,),
    )


async def keep_series(database: Database, municipality: str, series: Series, *, number: int = 1) -> None:
    """Keep a series as the newest edition of a municipality."""
    async with tenant_transaction(database, municipality) as session:
        session.add(
            SeriesEdition(
                municipality=municipality,
                core=series.core,
                grain=series.grain.value,
                number=number,
                made_on=series.made_on,
                until=series.indicators[0].points[-1].name,
                title=series.title,
                simulated=series.simulated,
                made_from=f"{municipality} {number}",
                document=series.model_copy(update={"number": number}).model_dump(mode="json"),
                ledger="",
            )
        )
