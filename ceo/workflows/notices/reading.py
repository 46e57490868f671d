"""What somebody was told, and what somebody wants to be told."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import col, delete, select, update

from ceo.storage.database import Database
from ceo.storage.notices import Notice, NoticeChoice
from ceo.storage.tenancy import reading_across, shared_transaction
from ceo.workflows.notices.kinds import NEEDED, TOLD_AT_HOME, NoticeKind
from ceo.workflows.rights import Staff


@dataclass(frozen=True, slots=True)
class Told:
    """A notice as its reader sees it. `path` is below the place."""

    id: str
    place: str
    kind: NoticeKind
    facts: Mapping[str, Any]
    path: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Choice:
    """How somebody wants to hear of a kind of notice."""

    kind: NoticeKind
    shown: bool = True
    mailed: bool = True


async def unseen_in(database: Database, staff: Staff, place: str) -> tuple[Told, ...]:
    """Return what somebody was told about a place and has not marked as seen, the newest first; not what the first page tells anyhow."""
    own = select(Notice).where(
        col(Notice.user_id) == staff.id,
        col(Notice.place) == place,
        col(Notice.seen_on).is_(None),
        col(Notice.kind).not_in([kind.value for kind in TOLD_AT_HOME]),
    )
    async with reading_across(database) as session:
        rows = (await session.exec(own.order_by(col(Notice.made_at).desc(), col(Notice.id)))).all()
    return tuple(_told(row) for row in rows if may_hear(staff, row))


async def mark_seen(database: Database, user_id: str, notices: Collection[str], *, today: date) -> None:
    """Keep that somebody has seen some notices. Those of others are left alone."""
    own = (col(Notice.user_id) == user_id, col(Notice.id).in_(notices), col(Notice.seen_on).is_(None))
    async with shared_transaction(database) as session:
        await session.exec(update(Notice).where(*own).values(seen_on=today))


async def read_choices(database: Database, staff: Staff) -> tuple[Choice, ...]:
    """Return how somebody wants to hear of each kind of which there can be notices, by the rights of that person in any place."""
    async with reading_across(database) as session:
        rows = await session.exec(select(NoticeChoice).where(col(NoticeChoice.user_id) == staff.id))
        kept = {row.kind: Choice(NoticeKind(row.kind), row.shown, row.mailed) for row in rows if row.kind in _KNOWN}
    return tuple(kept.get(kind, Choice(kind)) for kind in NoticeKind if _concerns(staff, kind))


async def keep_choices(database: Database, staff: Staff, choices: Collection[Choice]) -> None:
    """Keep how somebody wants to hear of kinds of notices. What waits for mail and is not wanted any more does not go."""
    unwanted = [choice.kind.value for choice in choices if not choice.mailed]
    async with shared_transaction(database) as session:
        kinds = [choice.kind.value for choice in choices]
        await session.exec(
            delete(NoticeChoice).where(col(NoticeChoice.user_id) == staff.id, col(NoticeChoice.kind).in_(kinds))
        )
        await session.flush()
        session.add_all(
            NoticeChoice(user_id=staff.id, kind=choice.kind.value, shown=choice.shown, mailed=choice.mailed)
            for choice in choices
            if choice != Choice(choice.kind)
        )
        waiting = (col(Notice.user_id) == staff.id, col(Notice.kind).in_(unwanted))
        await session.exec(update(Notice).where(*waiting).values(mail_due=False))


def may_hear(staff: Staff, row: Notice) -> bool:
    """Return whether somebody still has the right for which a notice was made. A kind that is gone is told to nobody."""
    return row.kind in _KNOWN and staff.may(NEEDED[NoticeKind(row.kind)], row.place)


def _concerns(staff: Staff, kind: NoticeKind) -> bool:
    return any(staff.may(NEEDED[kind], place) for place in staff.roles)


def _told(row: Notice) -> Told:
    return Told(row.id, row.place, NoticeKind(row.kind), row.facts, row.path, row.made_at)


_KNOWN = frozenset(kind.value for kind in NoticeKind)
