"""Series of rounds that ask the same people again, such as before and after: which there are, and which round is which wave.

Waves count from 0 (T0, T1, T2). The questionnaires of two waves may differ: what can be compared is a matter of analysis.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from sqlalchemy import func, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.clients import Client
from ceo.storage.database import Database
from ceo.storage.rounds import Promise, Round, RoundDesign
from ceo.storage.tenancy import tenant_reading
from ceo.workflows.rounds.design import Design, Moment, Step

# What is chosen instead of the name of a series. Names hold small letters, digits and hyphens.
NO_SERIES: Final = ""
NEW_SERIES: Final = "+"


class SeriesFault(StrEnum):
    """Why a round cannot be in a series. Each has words in the workplace."""

    ANONYMOUS = "anonymous"  # nothing may link the answers of one person then
    GOES_ON = "goes-on"  # a round without waves: people come in all the time
    UNKNOWN = "unknown"
    IS_FOLLOWED = "is-followed"  # a later wave counts on this one


@dataclass(frozen=True, slots=True)
class Series:
    """A series of a municipality: its name, how many waves it has, and the title and first day of the newest."""

    name: str
    waves: int
    title: str
    opens_on: date


async def list_series(database: Database, municipality: str) -> tuple[Series, ...]:
    """Return the series of a municipality in order of their names."""
    async with tenant_reading(database, municipality) as session:
        rounds = await session.exec(select(Round).where(col(Round.series).is_not(None)).order_by(col(Round.wave)))
        by_name: dict[str, list[Round]] = {}
        for row in rounds:
            by_name.setdefault(row.series or "", []).append(row)
    return tuple(Series(name, len(rows), rows[-1].title, rows[-1].opens_on) for name, rows in sorted(by_name.items()))


async def put_in_series(session: AsyncSession, row: Round, design: Design, chosen: str) -> SeriesFault | None:
    """Let a planned round be the next wave of a series, the first of a new one, or in none; return what is against it.

    Nothing has changed then. `design` is the plan as it will be. A round of which the promise was not chosen yet promises to be
    pseudonymous from here on. What was made with the key of another series is forgotten. A new series is named after the measurement.
    """
    if chosen in {row.series or NO_SERIES, NEW_SERIES} and row.series is not None:
        return SeriesFault.GOES_ON if _goes_on(design) else None  # it stays where it is
    fault = await _fault(session, row, design, chosen)
    if fault is None and chosen != (row.series or NO_SERIES):
        await _move(session, row, chosen)
    return fault


async def series_checks(session: AsyncSession, row: Round) -> frozenset[str]:
    """Return by what the key of the municipality is known in the other waves of the series of a round; empty in the first."""
    plans = (
        select(RoundDesign.document)
        .join(Round, col(Round.id) == col(RoundDesign.round_id))
        .where(col(Round.series) == row.series, col(Round.id) != row.id)
    )
    found = {Design.model_validate(document).series_check for document in await session.exec(plans)}
    return frozenset(found - {""})


async def waves_of(session: AsyncSession, series: str) -> Sequence[Round]:
    """Return the rounds of a series in order of their waves."""
    return (await session.exec(select(Round).where(col(Round.series) == series).order_by(col(Round.wave)))).all()


async def _fault(session: AsyncSession, row: Round, design: Design, chosen: str) -> SeriesFault | None:
    if row.series is not None and (await waves_of(session, row.series))[-1].id != row.id:
        return SeriesFault.IS_FOLLOWED
    if chosen == NO_SERIES:
        return None
    if _goes_on(design):
        return SeriesFault.GOES_ON
    if row.promise != Promise.PSEUDONYMOUS and Step.METHOD in design.done:
        return SeriesFault.ANONYMOUS
    if chosen != NEW_SERIES and not await waves_of(session, chosen):
        return SeriesFault.UNKNOWN
    return None


def _goes_on(design: Design) -> bool:
    return design.moment in {Moment.CONTINUOUS, Moment.EVENT}


async def _move(session: AsyncSession, row: Round, chosen: str) -> None:
    if chosen == NO_SERIES:
        row.series = row.wave = None
    else:
        row.promise = Promise.PSEUDONYMOUS.value
        row.series = await _free_name(session, row) if chosen == NEW_SERIES else chosen
        row.wave = await _next_wave(session, row.series)
    await session.exec(update(Client).where(col(Client.round_id) == row.id).values(sealed_person_key=None))


async def _next_wave(session: AsyncSession, series: str) -> int:
    # Locked: two rounds that follow at the same moment become two waves.
    waves = select(Round.wave).where(col(Round.series) == series).with_for_update()
    return 1 + max((wave for wave in await session.exec(waves) if wave is not None), default=-1)


async def _free_name(session: AsyncSession, row: Round) -> str:
    """Return the name of the measurement, with a number behind it when an older series has that name."""
    taken = set((await session.exec(select(func.distinct(Round.series)))).all())
    number, name = 1, row.measurement
    while name in taken:
        number += 1
        name = f"{row.measurement}-{number}"
    return name
