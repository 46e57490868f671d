"""Choosing what is watched (antennes): few, because each that is added brings false signals with it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlmodel import col, select

from ceo.clock import DUTCH_TIME
from ceo.storage.database import Database
from ceo.storage.following import Antenna
from ceo.workflows.audit.recording import place_transaction, record

MOST: Final = 8


class Chosen(StrEnum):
    """What became of a choice."""

    DONE = "done"
    TOO_MANY = "too-many"
    UNKNOWN = "unknown"  # an indicator that is not in the series
    CHANGED = "changed"  # somebody else chose in the meantime


@dataclass(frozen=True, slots=True)
class Choice:
    """The indicators of a core that a place wants to watch. `seen`: those that it watched when the form was opened."""

    core: str
    indicators: frozenset[str]
    seen: frozenset[str]


async def choose_antennas(
    database: Database, place: str, choice: Choice, known: Collection[str], *, actor: str, now: datetime
) -> Chosen:
    """Watch these indicators from now on and no others, if they are `known`. `place` is a municipality or the whole country."""
    if len(choice.indicators) > MOST:
        return Chosen.TOO_MANY
    async with place_transaction(database, place) as session:
        statement = select(Antenna).where(col(Antenna.core) == choice.core).with_for_update()
        rows = {row.indicator: row for row in await session.exec(statement)}
        if rows.keys() != choice.seen:
            return Chosen.CHANGED
        if not choice.indicators <= {*known, *rows}:
            return Chosen.UNKNOWN
        if rows.keys() == choice.indicators:
            return Chosen.DONE
        for indicator in rows.keys() - choice.indicators:
            await session.delete(rows[indicator])
        today = now.astimezone(DUTCH_TIME).date()
        for indicator in sorted(choice.indicators - rows.keys()):
            session.add(Antenna(place=place, core=choice.core, indicator=indicator, chosen_by=actor, chosen_on=today))
        await session.flush()
        await record(
            session,
            place,
            actor=actor,
            action="series.antennas-chosen",
            object_kind="series",
            object_id=choice.core,
            before={"watched": sorted(rows)},
            after={"watched": sorted(choice.indicators)},
            now=now,
        )
    return Chosen.DONE
