"""Reading series: which there are, the newest of one, what is watched, and what came after a day. What others build on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Final

from sqlalchemy import Text, and_, cast, func
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from ceo.storage.database import Database
from ceo.storage.following import Antenna, SeriesEdition
from ceo.storage.people import NATIONAL
from ceo.storage.tenancy import reading_across, tenant_reading
from ceo.workflows.following.series import Grain, IndicatorSeries, Series

# A month says more about when something changed than a quarter does; rounds are what there is where nothing goes on.
FINEST_FIRST: Final = (Grain.MONTH, Grain.QUARTER, Grain.ROUND)


@dataclass(frozen=True, slots=True)
class SeriesHead:
    """The newest edition of a series, without its figures. `until` names its last period."""

    core: str
    grain: Grain
    number: int
    title: str
    made_on: date
    until: str
    simulated: bool


@dataclass(frozen=True, slots=True)
class WatchedIndicator:
    """An indicator that is watched: by the municipality itself, or for the whole country."""

    indicator: str
    national: bool
    chosen_on: date


async def list_series(database: Database, municipality: str) -> tuple[SeriesHead, ...]:
    """Return the newest edition of every series of a municipality, in order of core, the finest grain first."""
    async with tenant_reading(database, municipality) as session:
        rows = await session.exec(
            newest_editions(
                SeriesEdition.core,
                SeriesEdition.grain,
                SeriesEdition.number,
                SeriesEdition.title,
                SeriesEdition.made_on,
                SeriesEdition.until,
                SeriesEdition.simulated,
            )
        )
        heads = [SeriesHead(core, Grain(grain), *others) for core, grain, *others in rows]
    return tuple(sorted(heads, key=lambda head: (head.core, FINEST_FIRST.index(head.grain))))


async def read_series(database: Database, municipality: str, core: str, grain: Grain) -> Series | None:
    """Return the newest edition of a series; None when there is none. All of it is needed: it is read from its text at once."""
    chosen = newest_editions(cast(col(SeriesEdition.document), Text)).where(
        col(SeriesEdition.core) == core, col(SeriesEdition.grain) == grain.value
    )
    async with tenant_reading(database, municipality) as session:
        document = (await session.exec(chosen)).first()
    return None if document is None else Series.model_validate_json(document)


async def read_indicator(
    database: Database, municipality: str, core: str, indicator: str
) -> tuple[tuple[Series, IndicatorSeries], ...]:
    """Return one indicator in every grain in which it is followed, the finest first, each with its series without the others."""
    found = await _read(database, municipality, partial(_with_only, indicator=indicator), cores=(core,))
    return tuple((series, series.indicators[0]) for series in found if series.indicators)


async def read_newest_points(database: Database, municipality: str) -> tuple[Series, ...]:
    """Return the newest edition of every series with its newest points only, in order of core, the finest grain first.

    Of each indicator there is the last point of which a figure is shown, and the last one. Much lighter than whole series.
    """
    return await _read(database, municipality, _with_newest_points)


async def antennas_of(database: Database, municipality: str, core: str) -> tuple[WatchedIndicator, ...]:
    """Return what is watched of a core, in order of indicator. What the whole country watches is not the municipality's own as well."""
    return (await all_antennas(database, municipality)).get(core, ())


async def all_antennas(database: Database, municipality: str) -> dict[str, tuple[WatchedIndicator, ...]]:
    """Return by core what is watched in a municipality, in order of indicator."""
    statement = select(Antenna).order_by(col(Antenna.core), col(Antenna.indicator))
    async with reading_across(database) as session:
        rows = (await session.exec(statement.where(col(Antenna.place).in_((municipality, NATIONAL))))).all()
    everywhere = {(row.core, row.indicator) for row in rows if row.place == NATIONAL}
    found: dict[str, list[WatchedIndicator]] = {}
    for row in rows:
        national = row.place == NATIONAL
        if national or (row.core, row.indicator) not in everywhere:
            found.setdefault(row.core, []).append(WatchedIndicator(row.indicator, national, row.chosen_on))
    return {core: tuple(watched) for core, watched in found.items()}


async def _read(
    database: Database,
    municipality: str,
    part: Callable[[dict[str, Any]], dict[str, Any]],
    *,
    cores: Sequence[str] | None = None,
) -> tuple[Series, ...]:
    """Return a part of the newest editions, in order of core, the finest grain first, in one query. Only that part is taken apart."""
    chosen = newest_editions(SeriesEdition.document)
    if cores is not None:
        chosen = chosen.where(col(SeriesEdition.core).in_(cores))
    async with tenant_reading(database, municipality) as session:
        found = [Series.model_validate(part(document)) for document in await session.exec(chosen)]
    return tuple(sorted(found, key=lambda one: (one.core, FINEST_FIRST.index(one.grain))))


def _with_only(document: dict[str, Any], indicator: str) -> dict[str, Any]:
    return {**document, "indicators": [one for one in document["indicators"] if one["indicator"] == indicator]}


def _with_newest_points(document: dict[str, Any]) -> dict[str, Any]:
    return {
        **document,
        "indicators": [{**one, "points": _newest_points(one["points"])} for one in document["indicators"]],
    }


def _newest_points(points: list[dict[str, Any]]) -> list[dict[str, Any]]:
    shown = [point for point in points if point.get("figure") is not None][-1:]
    return shown if shown == points[-1:] else [*shown, *points[-1:]]


def newest_editions(*columns: Any) -> Any:
    """Return a reading of columns of the newest edition of every series. Its ledger is long and secret: the next is made with it."""
    other = aliased(SeriesEdition)
    newest = (
        select(other.core, other.grain, func.max(other.number).label("number"))
        .group_by(col(other.core), col(other.grain))
        .subquery()
    )
    its_own = and_(
        col(SeriesEdition.core) == newest.c.core,
        col(SeriesEdition.grain) == newest.c.grain,
        col(SeriesEdition.number) == newest.c.number,
    )
    return select(*columns).join(newest, its_own)
