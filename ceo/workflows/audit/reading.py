"""Reading the record of what staff did: the newest first, in pages that begin after a number, and whole for a file."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import and_, case, exists
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import Select

from ceo.clock import DUTCH_TIME
from ceo.storage.audit import AuditRecord
from ceo.storage.database import Database
from ceo.storage.people import User
from ceo.workflows.audit.recording import Head, find_head, place_reading

# What `object_kind` is when the object is a user: what this person is in a place, or the account everywhere.
PEOPLE: Final = ("person", "account")
ON_A_PAGE: Final = 50
_IN_A_BATCH: Final = 500


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which rows somebody wants to see: of one kind of action, of one person, of one day in the Netherlands; "" and None choose all."""

    action: str = ""
    actor: str = ""
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """One row, with the names that people have now; `actor_name` and `object_name` are "" where there is none.

    An object who has done nothing in this place yet is named by the e-mail address, as in the list of its people.
    """

    number: int
    at: datetime
    actor: str
    actor_name: str
    action: str
    object_kind: str
    object_id: str
    object_name: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    digest: str


@dataclass(frozen=True, slots=True)
class RecordPage:
    """A page of the record. `older` is where the next page begins, None on the last; `actors` are ids and names of who did something."""

    rows: tuple[Recorded, ...]
    older: int | None
    head: Head
    actors: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that is another one afterwards; None where it was or is not there."""

    what: str
    before: object
    after: object


async def read_record(
    database: Database, place: str, chosen: Chosen, *, older_than: int | None = None, size: int = ON_A_PAGE
) -> RecordPage:
    """Return a page of the record of a place, the newest row first. The number of statements does not depend on the number of rows."""
    statement = _rows_of(place, chosen).order_by(col(AuditRecord.number).desc()).limit(size + 1)
    if older_than is not None:
        statement = statement.where(col(AuditRecord.number) < older_than)
    async with place_reading(database, place) as session:
        rows = [_recorded(*row) for row in await session.exec(statement)]
        head = await find_head(session, place)
        actors = await _actors(session, place)
    shown = rows[:size]
    return RecordPage(tuple(shown), shown[-1].number if len(rows) > size else None, head, actors)


async def whole_record(database: Database, place: str, chosen: Chosen) -> AsyncIterator[Recorded]:
    """Yield the chosen rows of a place, the oldest first. Between batches no connection is held: who downloads may be slow."""
    statement = _rows_of(place, chosen).order_by(col(AuditRecord.number)).limit(_IN_A_BATCH)
    last = 0
    while True:
        async with place_reading(database, place) as session:
            batch = (await session.exec(statement.where(col(AuditRecord.number) > last))).all()
        for row in batch:
            yield _recorded(*row)
        if len(batch) < _IN_A_BATCH:
            return
        last = batch[-1][0].number


def differences(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> tuple[Difference, ...]:
    """Return what is different, in order of name. What stands inside something else has a name with a point.

    >>> for one in differences({"roles": ["reader"], "logo": {"width": 3}}, {"roles": ["editor", "reader"], "logo": {"width": 3}}):
    ...     print(one.what, "|", one.before, "|", one.after)
    roles | reader | editor, reader
    """
    old, new = dict(_flat(before or {})), dict(_flat(after or {}))
    names = sorted({*old, *new})
    return tuple(Difference(name, old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name))


def _rows_of(place: str, chosen: Chosen) -> Select[AuditRecord, str, str]:
    actor, person, acted = aliased(User), aliased(User), aliased(AuditRecord)
    has_acted = exists().where(col(acted.place) == place, col(acted.actor) == col(person.id))
    shown_name = case((has_acted, col(person.name)), else_=col(person.email))
    is_about_person = and_(col(AuditRecord.object_kind).in_(PEOPLE), col(person.id) == col(AuditRecord.object_id))
    statement = (
        select(AuditRecord, col(actor.name), shown_name)
        .outerjoin(actor, col(actor.id) == col(AuditRecord.actor))
        .outerjoin(person, is_about_person)
        .where(col(AuditRecord.place) == place)
    )
    if chosen.action:
        statement = statement.where(col(AuditRecord.action) == chosen.action)
    if chosen.actor:
        statement = statement.where(col(AuditRecord.actor) == chosen.actor)
    if chosen.day is not None:
        begin = datetime.combine(chosen.day, time(), DUTCH_TIME)
        end = datetime.combine(chosen.day + timedelta(days=1), time(), DUTCH_TIME)
        statement = statement.where(col(AuditRecord.at) >= begin, col(AuditRecord.at) < end)
    return statement


def _recorded(kept: AuditRecord, actor_name: str | None, object_name: str | None) -> Recorded:
    return Recorded(
        kept.number,
        kept.at,
        kept.actor,
        actor_name or "",
        kept.action,
        kept.object_kind,
        kept.object_id,
        object_name or "",
        kept.before,
        kept.after,
        kept.digest,
    )


async def _actors(session: AsyncSession, place: str) -> tuple[tuple[str, str], ...]:
    their_names = (
        select(col(AuditRecord.actor), col(User.name))
        .outerjoin(User, col(User.id) == col(AuditRecord.actor))
        .where(col(AuditRecord.place) == place)
        .distinct()
    )
    found = [(actor, name or actor) for actor, name in await session.exec(their_names)]
    return tuple(sorted(found, key=lambda pair: pair[1].casefold()))


def _flat(document: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, object]]:
    for name, value in document.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        elif isinstance(value, list) and any(isinstance(part, (Mapping, list)) for part in value):
            yield from _flat({str(place): part for place, part in enumerate(value, start=1)}, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", ", ".join(map(str, value)) if isinstance(value, list) else value
