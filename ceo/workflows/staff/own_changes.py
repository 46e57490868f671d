"""Changing what belongs to somebody's own account, with a record of it in each place where that person works."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.database import Database
from ceo.storage.people import NATIONAL, Membership
from ceo.storage.tenancy import reading_across
from ceo.workflows.audit.recording import place_transaction, record


@dataclass
class OwnChange:
    """A change in the making. `done` is the code under which it is recorded; as long as it is "", nothing is."""

    session: AsyncSession
    done: str = ""


@asynccontextmanager
async def own_change(database: Database, user_id: str, *, now: datetime) -> AsyncIterator[OwnChange]:
    """Open a transaction on the account of a person.

    Each place keeps its record in transactions of its own: the first one in that of the change, the others right after it. Records hold
    neither a name nor an address, of a person or of a network.
    """
    places = await _places_of(database, user_id)
    async with place_transaction(database, places[0] if places else NATIONAL) as session:
        change = OwnChange(session)
        yield change
        for place in places[:1] if change.done else ():
            await _record(session, place, user_id, change.done, now=now)
    for place in places[1:] if change.done else ():
        async with place_transaction(database, place) as session:
            await _record(session, place, user_id, change.done, now=now)


async def _places_of(database: Database, user_id: str) -> list[str]:
    its_places = select(col(Membership.place)).where(col(Membership.user_id) == user_id).distinct()
    async with reading_across(database) as session:
        return sorted((await session.exec(its_places)).all())


async def _record(session: AsyncSession, place: str, user_id: str, done: str, *, now: datetime) -> None:
    await record(session, place, actor=user_id, action=done, object_kind="account", object_id=user_id, now=now)
