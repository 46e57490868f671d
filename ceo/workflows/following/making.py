"""Making series: a job that is queued when a month or a round is sealed, and by who asks for it. Once made, an edition never changes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import IntegrityError
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.clock import DUTCH_TIME
from ceo.storage.following import SeriesEdition
from ceo.storage.tenancy import tenant_reading, tenant_transaction
from ceo.workflows.following.computing import Material
from ceo.workflows.following.gathering import (
    Released,
    Source,
    find_sources,
    read_snapshots,
    read_versions,
    released_crosswalks,
)
from ceo.workflows.following.pages import not_on_pages, read_ledgers
from ceo.workflows.following.reading import newest_editions
from ceo.workflows.following.series import Grain
from ceo.workflows.jobs.kinds import JobKind
from ceo.workflows.jobs.queueing import queue_job

if TYPE_CHECKING:
    from ceo.settings import Settings
    from ceo.storage.database import Database
    from ceo.workflows.following.series import Series
    from ceo.workflows.jobs.working import Working


@dataclass(frozen=True, slots=True)
class _Last:
    """The last edition of a series: its number, what it was made from, and its ledger. Number 0: there is none."""

    number: int = 0
    made_from: str = ""
    simulated: bool = False
    ledger: str = ""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A series to make: what it follows from, the name of all that, and what readers have already.

    `ledgers`: of measurements, what their results pages have shown, as JSON.
    """

    source: Source
    made_from: str
    material: Material
    ledgers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A series that was made, with the ledger after it."""

    asked: _Asked
    series: Series
    ledger: str


async def queue_series(session: AsyncSession, *, actor: str, now: datetime, once: str = "asked") -> str:
    """Ask for the series of the municipality of this transaction, up to what is sealed when it commits; return the id of the job.

    `once` names why: a job that runs already may have read what is sealed before this came.
    """
    return await queue_job(session, JobKind.MAKE_SERIES, actor=actor, now=now, once=once)


async def ask_for_series(database: Database, municipality: str, *, actor: str, now: datetime) -> str:
    """Ask for the series of what is sealed already; return the id of the job."""
    async with tenant_transaction(database, municipality) as session:
        return await queue_series(session, actor=actor, now=now)


async def make_series(working: Working) -> Mapping[str, Any]:
    """Make the series to which something came since their last edition; return how many.

    Of two workers who make the same edition one keeps it; the other is tried again, and finds that nothing is left to make.
    """
    made, released = 0, await released_crosswalks(working.database)
    async for rows in _editions(working.database, working.settings, working.municipality, working.clock(), released):
        async with working.effect() as session:
            session.add_all(rows)
        made += len(rows)
    return {"series": made}


async def make_now(database: Database, settings: Settings, municipality: str, *, now: datetime) -> int:
    """Make the series of a municipality here, without a worker; return how many there were to make."""
    return await make_all_now(database, settings, (municipality,), now=now)


async def make_all_now(
    database: Database, settings: Settings, municipalities: Collection[str], *, now: datetime
) -> int:
    """Make the series of these municipalities here, one after the other, as ledgers are long; return how many there were to make.

    Where a worker kept an edition first, what is left of its municipality is looked for again, until there is nothing.
    """
    made, released = 0, await released_crosswalks(database)
    for municipality in municipalities:
        lost: set[tuple[str, str, int]] = set()
        while True:
            names: set[tuple[str, str, int]] = set()
            try:
                async for rows in _editions(database, settings, municipality, now, released):
                    names = {(row.core, row.grain, row.number) for row in rows}
                    async with tenant_transaction(database, municipality) as session:
                        session.add_all(rows)
                    made += len(rows)
                break
            except IntegrityError:
                if names <= lost:  # what a worker kept has another number by now: this is a fault of ours
                    raise
                lost |= names
    return made


async def _editions(
    database: Database, settings: Settings, municipality: str, now: datetime, released: Released
) -> AsyncIterator[Sequence[SeriesEdition]]:
    """Yield the new editions of each source of which the last ones were made from something else."""
    last = await _last_editions(database, municipality)
    for source in await find_sources(database, municipality):
        made = {one.grain: one.digest(released.name) for one in source.grains()}
        known = {grain: last.get((source.core, grain), _Last()) for grain in made}
        if all(known[grain].made_from == digest for grain, digest in made.items()):
            continue
        snapshots = await read_snapshots(database, settings, municipality, source.sealed)
        hashes = {row.version for _, snapshot in snapshots for row in snapshot.rows}
        versions = await read_versions(database, hashes)
        pages = {one.period: one.page for one in source.sealed if one.page is not None}
        ledgers = await read_ledgers(database, pages) if pages else {}
        asked = [
            _Asked(
                one,
                made[one.grain],
                Material(
                    name=f"{municipality} {one.core} {one.grain}",
                    grain=one.grain,
                    snapshots=snapshots,
                    versions=versions,
                    crosswalks=released.crosswalks,
                    floor=one.floor,
                    # A series of real answers has nothing to do with one of simulated answers before it.
                    ledger=known[one.grain].ledger if known[one.grain].simulated == one.simulated else "",
                    edition=known[one.grain].number + 1,
                ),
                ledgers,
            )
            for one in source.grains()
            if known[one.grain].made_from != made[one.grain]
        ]
        drawn = await asyncio.to_thread(_draw, municipality, asked, now.astimezone(DUTCH_TIME).date()) if hashes else []
        yield [_row(municipality, one) for one in drawn]


async def _last_editions(database: Database, municipality: str) -> dict[tuple[str, Grain], _Last]:
    statement = newest_editions(
        SeriesEdition.core,
        SeriesEdition.grain,
        SeriesEdition.number,
        SeriesEdition.made_from,
        SeriesEdition.simulated,
        SeriesEdition.ledger,
    )
    async with tenant_reading(database, municipality) as session:
        return {(core, Grain(grain)): _Last(*others) for core, grain, *others in await session.exec(statement)}


def _draw(municipality: str, asked: Sequence[_Asked], today: date) -> list[_Drawn]:
    """Return the series that are asked for; a quarter is shown only where all of its months are. Takes long: for a thread."""
    from ceo.workflows.following.composing import compose, hidden_months
    from ceo.workflows.following.computing import compute, whole_quarters

    drawn: list[_Drawn] = []
    hidden: Mapping[str, frozenset[str]] = {}
    for one in asked:
        computed = compute(one.material)
        if one.ledgers:
            hidden = not_on_pages(computed, one.ledgers, municipality)
        series = compose(computed, one.source, number=one.material.edition, made_on=today, hidden=hidden)
        if series.indicators:
            drawn.append(_Drawn(one, series, computed.ledger))
        if one.source.grain is Grain.MONTH:
            quarters = whole_quarters([sealed.period for sealed in one.source.sealed])
            hidden = {
                indicator: frozenset(name for name, its in quarters.items() if months & {*its})
                for indicator, months in hidden_months(series).items()
            }
    return drawn


def _row(municipality: str, drawn: _Drawn) -> SeriesEdition:
    series = drawn.series
    return SeriesEdition(
        municipality=municipality,
        core=series.core,
        grain=series.grain.value,
        number=series.number,
        made_on=series.made_on,
        until=series.indicators[0].points[-1].name,
        title=series.title,
        simulated=series.simulated,
        made_from=drawn.asked.made_from,
        document=series.model_dump(mode="json", exclude_defaults=True),
        ledger=drawn.ledger,
    )
