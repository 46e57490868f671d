"""Calendars that staff read with a program of their own: secret addresses, and the days of a place that their owner may see.

An address holds 256 random bits, of which the database has only the SHA-256. Rights are looked at each time: who does not work there any
more, or was disabled, reads nothing.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.clock import DUTCH_TIME
from ceo.settings import Settings
from ceo.storage.database import Database
from ceo.storage.dialogues import Action, PlannedStep
from ceo.storage.notices import CalendarFeed
from ceo.storage.people import Membership, User
from ceo.storage.rounds import Round
from ceo.storage.tenancy import reading_across, shared_transaction, tenant_reading
from ceo.workflows.learning.actions import ActionState
from ceo.workflows.releases.standing import list_waiting
from ceo.workflows.rights import Right, Staff
from ceo.workflows.staff.signed_in import staff_of

# What stands around the secret in an address.
PATH: Final = "/agenda/"
SUFFIX: Final = ".ics"
# What ended longer ago is left out.
_BACK: Final = timedelta(days=366)
_LONGEST_SECRET: Final = 100


class DayKind(StrEnum):
    """What a day in a calendar is. Each has words in the workplace."""

    OPENS = "opens"
    CLOSES = "closes"
    ERASED = "erased"
    SIGN = "sign"
    ACTION = "action"
    STEP = "step"


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day of a place: what it is, of what (in words of staff), and the path below the place that leads there."""

    kind: DayKind
    name: str
    day: date
    title: str
    path: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """What a secret address shows: the days of a place, for a reader of a language."""

    place: str
    language: str
    days: tuple[CalendarDay, ...]


@dataclass(frozen=True, slots=True)
class OwnFeed:
    """An address that somebody made: enough of its hash to name it, never the address itself."""

    id: str
    place: str
    made_on: date


async def make_feed(database: Database, settings: Settings, staff: Staff, place: str, *, today: date) -> str | None:
    """Return the new secret address of a calendar of a place, which is shown once; None for a place where this person has no days to see.

    An older address of the same person for the same place ends.
    """
    if not _may_read(staff, place):
        return None
    secret = secrets.token_urlsafe(32)
    async with shared_transaction(database) as session:
        await session.exec(
            delete(CalendarFeed).where(col(CalendarFeed.user_id) == staff.id, col(CalendarFeed.place) == place)
        )
        session.add(CalendarFeed(secret_hash=_hashed(secret), user_id=staff.id, place=place, made_on=today))
    return f"{settings.base_url}{PATH}{secret}{SUFFIX}"


async def list_feeds(database: Database, user_id: str) -> tuple[OwnFeed, ...]:
    """Return the addresses of somebody, in order of place."""
    own = select(CalendarFeed).where(col(CalendarFeed.user_id) == user_id).order_by(col(CalendarFeed.place))
    async with reading_across(database) as session:
        return tuple(OwnFeed(row.secret_hash[:16], row.place, row.made_on) for row in await session.exec(own))


async def end_feed(database: Database, user_id: str, place: str) -> None:
    """End the address of somebody for a place. Done twice is done once."""
    own = (col(CalendarFeed.user_id) == user_id, col(CalendarFeed.place) == place)
    async with shared_transaction(database) as session:
        await session.exec(delete(CalendarFeed).where(*own))


async def read_feed(database: Database, secret: str, *, today: date) -> Calendar | None:
    """Return what a secret address shows now; None when there is no such address, or its owner may not see this place (any more)."""
    if len(secret) > _LONGEST_SECRET:
        return None
    its_owner = (
        select(CalendarFeed, User, Membership)
        .join(User, col(User.id) == col(CalendarFeed.user_id))
        .join(Membership, col(Membership.user_id) == col(User.id))
        .where(
            col(CalendarFeed.secret_hash) == _hashed(secret),
            col(User.disabled).is_(False),
            col(Membership.place) == col(CalendarFeed.place),
        )
    )
    async with reading_across(database) as session:
        rows = (await session.exec(its_owner)).all()
    if not rows:
        return None
    feed, user, _ = rows[0]
    staff = staff_of(user, [membership for _, _, membership in rows])
    if not _may_read(staff, feed.place):
        return None
    days = await _days(database, staff, feed.place, today)
    return Calendar(feed.place, user.language, tuple(sorted(days, key=lambda one: (one.day, one.kind, one.name))))


def _may_read(staff: Staff, place: str) -> bool:
    return staff.may(Right.SEE_ROUNDS, place) or staff.may(Right.SEE_CYCLE, place)


async def _days(database: Database, staff: Staff, place: str, today: date) -> list[CalendarDay]:
    found: list[CalendarDay] = []
    async with tenant_reading(database, place) as session:
        if staff.may(Right.SEE_ROUNDS, place):
            found += [day async for day in _of_rounds(session, today)]
        if staff.may(Right.SEE_CYCLE, place):
            found += [day async for day in _of_the_cycle(session, today)]
    if staff.may(Right.SIGN_RELEASES, place):
        found += [
            CalendarDay(
                DayKind.SIGN,
                f"{one.row.name}-{one.row.edition}",
                _dutch_day(one.row.made_at or one.row.proposed_at),
                one.row.title,
                f"/uitgaven/{one.row.name}/{one.row.edition}",
            )
            for one in await list_waiting(database, place)
            if one.waits_for_signature
        ]
    return found


async def _of_rounds(session: AsyncSession, today: date) -> AsyncIterator[CalendarDay]:
    rounds: Sequence[Round] = (await session.exec(select(Round).where(col(Round.closes_on) > today - _BACK))).all()
    for row in rounds:
        path = f"/metingen/{row.id}"
        for kind, day in (
            (DayKind.OPENS, row.opens_on),
            (DayKind.CLOSES, row.closes_on),
            (DayKind.ERASED, row.erase_on),
        ):
            if day is not None:
                yield CalendarDay(kind, str(row.id), day, row.title, path)


async def _of_the_cycle(session: AsyncSession, today: date) -> AsyncIterator[CalendarDay]:
    actions = select(Action).where(col(Action.state) == ActionState.OPEN.value)
    for action in await session.exec(actions):
        yield CalendarDay(DayKind.ACTION, action.id, action.due_on, action.title, f"/leren/actie/{action.id}")
    steps = select(PlannedStep).where(col(PlannedStep.done_on).is_(None), col(PlannedStep.day) > today - _BACK)
    for step in await session.exec(steps):
        yield CalendarDay(DayKind.STEP, step.id, step.day, step.title, "/leren/planning")


def _dutch_day(moment: datetime) -> date:
    return moment.astimezone(DUTCH_TIME).date()


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()
