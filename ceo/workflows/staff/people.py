"""Who works in a place, and what they are there: invited, changed and taken away by who may give those rights.

Nobody overwrites what somebody else changed meanwhile: a change brings along the `state` that it was decided on. A place never loses the
last person who can let others in.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func
from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.audit import AuditRecord
from ceo.storage.database import Database
from ceo.storage.people import (
    MailLink,
    Membership,
    User,
    active_members,
    add_user,
    find_user,
    lock_user,
    read_members,
    read_users,
)
from ceo.storage.tenancy import reading_across
from ceo.workflows.audit.recording import place_reading, place_transaction, record, wait_for_turn
from ceo.workflows.rights import Right, Role, Staff
from ceo.workflows.staff.accounts import can_sign_in
from ceo.workflows.staff.signed_in import end_all_sign_ins, staff_of
from ceo.workflows.staff.staff_rules import (
    MANAGERS,
    Acting,
    Fault,
    Invitee,
    Part,
    Refused,
    Wanted,
    faults_of_invitee,
    faults_of_part,
    part_of,
    tidy_email,
    tidy_name,
)

# What signing in is recorded as, in each place where somebody works then.
_SIGNED_IN: Final = "account.signed-in"
_KNOWN: Final = frozenset(role.value for role in Role)


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a place. `signed_in_at` is when this person last signed in since working here, None for who never did.

    Nothing tells what this person does elsewhere, not even whether there is an elsewhere.
    """

    id: str
    email: str
    name: str
    part: Part
    signed_in_at: datetime | None
    disabled: bool

    @property
    def shown_name(self) -> str:
        """Return how the people of this place see somebody: before signing in here by what they knew already.

        The name of a user who works elsewhere too would tell them that there is such a user.
        """
        return self.name if self.signed_in_at is not None else self.email


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody who works in a place from now on. `needs_link`: cannot sign in yet, and has to choose a password first."""

    id: str
    email: str
    name: str
    needs_link: bool


async def find_staff(database: Database, user_id: str) -> Staff | None:
    """Return a user with all memberships; None when there is no such user, or a disabled one."""
    async with reading_across(database) as session:
        rows = await read_users(session, user_id=user_id)
    if not rows or rows[0][0].disabled:
        return None
    return staff_of(rows[0][0], [membership for _, membership in rows if membership is not None])


async def members_of(database: Database, place: str) -> tuple[Member, ...]:
    """Return who works in a place, in order of the name that is shown, with two statements."""
    async with place_reading(database, place) as session:
        return await _members(session, place)


async def find_member(database: Database, place: str, user_id: str) -> Member | None:
    """Return somebody who works in a place; None when this person does not."""
    async with place_reading(database, place) as session:
        return await _find(session, place, user_id)


async def invite(
    database: Database, place: str, invitee: Invitee, wanted: Wanted, *, by: Acting, now: datetime
) -> Invited | tuple[Refused, ...]:
    """Let somebody work in a place, who becomes a user when there is none with this e-mail address; return why not, all at once.

    An existing user keeps the name that is known. The caller sends the mail, and says to nobody who has no command line whether there was
    such a user already.
    """
    faults = (*_refused_by_right(by, place), *faults_of_invitee(invitee), *faults_of_part(place, wanted))
    if faults:
        return faults
    async with place_transaction(database, place) as session:
        await wait_for_turn(session, place)
        user = await _user_of(session, invitee)
        if await _find(session, place, user.id) is not None:
            return (Refused("email", Fault.HERE_ALREADY),)
        part = part_of(wanted)
        _keep(session, place, user.id, part)
        # Who is signed in now may have been let in by somebody who answers for another place only.
        await end_all_sign_ins(session, user.id)
        await _record(session, place, user.id, "person.invited", by=by, parts=(None, part), now=now)
        return Invited(user.id, user.email, user.name, not user.disabled and not await can_sign_in(session, user))


async def change_member(
    database: Database, place: str, user_id: str, wanted: Wanted, *, state: str, by: Acting, now: datetime
) -> tuple[Refused, ...]:
    """Let somebody be something else in a place; return why not, all at once, or nothing when it is done."""
    async with place_transaction(database, place) as session:
        held = await _wait_and_find(session, place, user_id)
        refused = [*_refused_change(held, state, by, place), *faults_of_part(place, wanted)]
        if held is None or refused:
            return tuple(refused)
        part = part_of(wanted)
        if part == held.part:
            return ()
        if not part.roles & MANAGERS and await _is_last_manager(session, place, held):
            return (Refused("roles", Fault.LAST_MANAGER),)
        await _forget(session, place, user_id)
        _keep(session, place, user_id, part)
        await _record(session, place, user_id, "person.roles-changed", by=by, parts=(held.part, part), now=now)
    return ()


async def take_away(
    database: Database, place: str, user_id: str, *, state: str, by: Acting, now: datetime
) -> tuple[Refused, ...]:
    """Let somebody no longer work in a place; return why not, or nothing when it is done.

    Who works nowhere any more is signed out everywhere, and links that were mailed do nothing more.
    """
    async with place_transaction(database, place) as session:
        held = await _wait_and_find(session, place, user_id)
        refused = tuple(_refused_change(held, state, by, place))
        if held is None or refused:
            return refused
        if await _is_last_manager(session, place, held):
            return (Refused("", Fault.LAST_MANAGER),)
        await _forget(session, place, user_id)
        if all(membership is None for _, membership in await read_users(session, user_id=user_id)):
            await end_all_sign_ins(session, user_id)
            await session.exec(delete(MailLink).where(col(MailLink.user_id) == user_id))
        await _record(session, place, user_id, "person.taken-away", by=by, parts=(held.part, None), now=now)
    return ()


def _refused_by_right(by: Acting, place: str) -> Iterator[Refused]:
    if not by.may(Right.MANAGE_PEOPLE, place):
        yield Refused("", Fault.MAY_NOT)


def _refused_change(held: Member | None, state: str, by: Acting, place: str) -> Iterator[Refused]:
    yield from _refused_by_right(by, place)
    if held is None:
        yield Refused("", Fault.NOT_HERE)
    elif held.part.state != state:
        yield Refused("", Fault.CHANGED_MEANWHILE)


async def _wait_and_find(session: AsyncSession, place: str, user_id: str) -> Member | None:
    """Return somebody of a place, where nobody else changes people until the transaction ends; nor this person anywhere."""
    await wait_for_turn(session, place)
    return await _find(session, place, user_id) if await lock_user(session, user_id) is not None else None


async def _find(session: AsyncSession, place: str, user_id: str) -> Member | None:
    return next(iter(await _members(session, place, user_id)), None)


async def _members(session: AsyncSession, place: str, user_id: str = "") -> tuple[Member, ...]:
    by_id: dict[str, list[tuple[User, Membership]]] = {}
    for row in await read_members(session, place, user_id=user_id):
        by_id.setdefault(row[0].id, []).append(row)
    signed_in = await _signed_in(session, place, by_id)
    members = [_member(rows, signed_in.get(their_id)) for their_id, rows in by_id.items()]
    return tuple(sorted(members, key=lambda member: (member.shown_name.casefold(), member.email)))


async def _signed_in(session: AsyncSession, place: str, user_ids: Iterable[str]) -> dict[str, datetime]:
    """Return when users last signed in, as the record of the place has it."""
    at = func.max(col(AuditRecord.at))
    by_user = (
        select(col(AuditRecord.actor), at)
        .where(
            col(AuditRecord.place) == place,
            col(AuditRecord.actor).in_(user_ids),
            col(AuditRecord.action) == _SIGNED_IN,
        )
        .group_by(col(AuditRecord.actor))
    )
    return dict((await session.exec(by_user)).all())


async def _is_last_manager(session: AsyncSession, place: str, held: Member) -> bool:
    if not held.part.roles & MANAGERS:
        return False
    active = await active_members(session, [place], MANAGERS)
    return not set(active[place]) - {held.id}


async def _user_of(session: AsyncSession, invitee: Invitee) -> User:
    email = tidy_email(invitee.email)
    known = await find_user(session, email)
    return known or await add_user(session, User(id=secrets.token_hex(16), email=email, name=tidy_name(invitee.name)))


def _keep(session: AsyncSession, place: str, user_id: str, part: Part) -> None:
    session.add_all(
        Membership(
            user_id=user_id,
            place=place,
            role=role,
            activities=list(part.activities) if role is Role.PARTNER else [],
        )
        for role in sorted(part.roles)
    )


async def _forget(session: AsyncSession, place: str, user_id: str) -> None:
    await session.exec(delete(Membership).where(col(Membership.user_id) == user_id, col(Membership.place) == place))


async def _record(
    session: AsyncSession,
    place: str,
    user_id: str,
    action: str,
    *,
    by: Acting,
    parts: tuple[Part | None, Part | None],
    now: datetime,
) -> None:
    """Record what somebody was and is."""
    await session.flush()
    before, after = (part.described if part is not None else None for part in parts)
    await record(
        session,
        place,
        actor=by.id,
        action=action,
        object_kind="person",
        object_id=user_id,
        before=before,
        after=after,
        now=now,
    )


def _member(rows: Sequence[tuple[User, Membership]], signed_in_at: datetime | None) -> Member:
    """Return one person from the rows of one place. Roles that this version of the software does not know are left out."""
    user = rows[0][0]
    held = [membership for _, membership in rows if membership.role in _KNOWN]
    activities = {name for membership in held for name in membership.activities}
    part = Part(frozenset(Role(membership.role) for membership in held), tuple(sorted(activities)))
    return Member(user.id, user.email, user.name, part, signed_in_at, user.disabled)
