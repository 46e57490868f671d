"""Series as they are kept, made by hand: an indicator that fell for good, one that broke, and one without anything."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from analysis.results import Measure
from ceo.storage.database import Database
from ceo.storage.following import Annotation, Antenna, SeriesEdition
from ceo.storage.tenancy import tenant_transaction
from ceo.workflows.following.series import BreakMark, Figure, Grain, IndicatorSeries, Point, Series, Watch
from questionnaires.scales import Polarity

CORE = "nl.ceo.wmo"


def made_figure(value: float, respondents: int = 50) -> Figure:
    return Figure(value=value, low=value - 7, high=value + 7, respondents=respondents)


def made_points(values: Sequence[float | None], *, broken_at: int | None = None) -> tuple[Point, ...]:
    """Return a point for each month from January 2025 on; None is hidden. From `broken_at` on they are of another piece."""
    points: list[Point] = []
    for number, value in enumerate(values):
        first = date(2025 + number // 12, number % 12 + 1, 1)
        points.append(
            Point(
                name=f"{first:%Y-%m}",
                first_day=first,
                last_day=(first + timedelta(days=31)).replace(day=1) - timedelta(days=1),
                piece=int(broken_at is not None and number >= broken_at),
                figure=None if value is None else made_figure(value),
                reason="complement" if value is None else "",
            )
        )
    return tuple(points)


def made_series(number: int = 1, title: str = "Ervaringen met hulp", extra: int = 0, months: int = 14) -> Series:
    """Return a series of so many months in which KWA03 lies below its limits in the last two. `extra` indicators have nothing special."""
    steady = made_points([70.0] * months)
    watched = tuple(point.name for point in steady[12:])
    fallen = Watch(
        false_alarm_rate=0.0027,
        baseline=tuple(point.name for point in steady[:12]),
        periods=watched,
        centre=70.0,
        smoothed=(60.0,) * len(watched),
        low=(62.0,) * len(watched),
        high=(78.0,) * len(watched),
        signals=tuple((name, "below") for name in watched[-2:]),
    )
    broken = BreakMark(before=steady[5].name, after=steady[6].name, changes=("reworded",))

    def one(name: str, title: str, points: tuple[Point, ...], **others: object) -> IndicatorSeries:
        return IndicatorSeries.model_validate(
            {
                "indicator": name,
                "title": title,
                "measure": Measure.SCORE,
                "polarity": Polarity.POSITIVE,
                "points": points,
                **others,
            }
        )

    return Series(
        core=CORE,
        title=title,
        grain=Grain.MONTH,
        number=number,
        made_on=date(2026, 3, 9),
        simulated=False,
        rolling_periods=6,
        indicators=(
            one("KWA03", "Meebeslissen over de hulp", made_points([70.0] * (months - 2) + [52.0, 51.0]), watch=fallen),
            one("TOE02", "De hulp begon op tijd", made_points([70.0] * months, broken_at=6), breaks=(broken,)),
            one("EFF02", "Meer contact met anderen", made_points([None] * months)),
            *(one(f"LOK{place:02}", f"Eigen vraag {place}", steady) for place in range(1, extra + 1)),
        ),
    )


async def keep_series(database: Database, municipality: str, series: Series) -> None:
    """Keep a series as an edition of a municipality."""
    async with tenant_transaction(database, municipality) as session:
        session.add(
            SeriesEdition(
                municipality=municipality,
                core=series.core,
                grain=series.grain.value,
                number=series.number,
                made_on=series.made_on,
                until=series.indicators[0].points[-1].name,
                title=series.title,
                simulated=series.simulated,
                made_from=f"made by hand {series.number}",
                document=series.model_dump(mode="json"),
                ledger="",
            )
        )


async def series_of(database: Database, municipality: str, mark: str) -> dict[str, str]:
    """Give a municipality a series, an antenna and something that happened; return the parameters of their addresses."""
    await keep_series(database, municipality, made_series(title=f"{mark} reeks"))
    happened = uuid.uuid4().hex
    async with tenant_transaction(database, municipality) as session:
        session.add(
            Antenna(place=municipality, core=CORE, indicator="KWA03", chosen_by=mark, chosen_on=date(2026, 3, 9))
        )
        session.add(
            Annotation(
                municipality=municipality,
                id=happened,
                day=date(2026, 1, 8),
                text=f"{mark} contract",
                made_by=mark,
                made_at=datetime(2026, 3, 9, tzinfo=UTC),
            )
        )
    return {
        "series_core": CORE,
        "series_grain": Grain.MONTH.value,
        "series_indicator": "KWA03",
        "annotation_id": happened,
    }
