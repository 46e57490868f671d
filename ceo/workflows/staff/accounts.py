"""What is done to the account of somebody wherever this person works: disabled, enabled, signed out, or without its second factor.

Only for the whole country, or with the command line: whoever works in one place could otherwise lock somebody out of another one.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlmodel import col, delete
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.settings import Settings
from ceo.storage.database import Database
from ceo.storage.federations import let_in_by_providers
from ceo.storage.people import (
    NATIONAL,
    Federation,
    MailLink,
    Membership,
    RecoveryCode,
    User,
    active_members,
    lock_user,
    read_users,
)
from ceo.storage.tenancy import reading_across, shared_transaction, tenant_transaction
from ceo.workflows.answering.guessing import source_of
from ceo.workflows.audit.recording import record, wait_for_turn
from ceo.workflows.rights import Right
from ceo.workflows.staff.few_tries import take_try
from ceo.workflows.staff.mail_links import invite_by_mail
from ceo.workflows.staff.signed_in import end_all_sign_ins
from ceo.workflows.staff.staff_rules import MANAGERS, Acting, Fault, Refused, tidy_email


@dataclass(frozen=True, slots=True)
class Account:
    """A user, and the roles in each place, both in order. Whom an identity provider lets in has the second factor there."""

    id: str
    email: str
    name: str
    disabled: bool
    can_sign_in: bool
    has_second_factor: bool
    places: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Done:
    """The account is as it was asked for. `without_manager`: places where now nobody can let others in."""

    without_manager: tuple[str, ...] = ()


async def find_account(database: Database, email: str) -> Account | None:
    """Return the account with an e-mail address; None when there is none."""
    async with reading_across(database) as session:
        rows = await read_users(session, email=tidy_email(email))
        elsewhere = await _let_in_elsewhere(session, rows[0][0].id) if rows else frozenset()
    return next(iter(_accounts(rows, elsewhere)), None)


async def all_accounts(database: Database) -> tuple[Account, ...]:
    """Return every account, in order of e-mail address."""
    async with reading_across(database) as session:
        return _accounts(await read_users(session), await _let_in_elsewhere(session))


async def can_sign_in(session: AsyncSession, user: User) -> bool:
    """Return whether a user has chosen a password, or is let in by an identity provider."""
    return user.password is not None or bool(await _let_in_elsewhere(session, user.id))


async def mail_link_when_needed(database: Database, settings: Settings, user_id: str, *, now: datetime) -> None:
    """Mail a link to choose a password to somebody who cannot sign in yet.

    At most ten mails go to one person, and one more each six minutes. Without a mail server nothing happens: `ceo user link` shows a link.
    """
    source = source_of(settings.secret_key, f"invitation {user_id}", day=now.date())
    if settings.mail is None or not await take_try(database, source, now=now):
        return
    async with reading_across(database) as session:
        user = await session.get(User, user_id)
        needs_link = user is not None and not user.disabled and not await can_sign_in(session, user)
    if needs_link:
        await invite_by_mail(database, settings, user_id, now=now)


async def disable(database: Database, user_id: str, *, by: Acting, now: datetime) -> Done | Refused:
    """Let somebody no longer sign in, and sign this person out everywhere. Also when a place then has nobody to let others in."""
    async with _change(database, user_id, by, now) as change:
        if change.user is None:
            return change.refused
        if not change.user.disabled:
            change.user.disabled = True
            await _sign_out(change.session, user_id)
            change.done = "account.disabled"
        without_manager = await _without_manager(change.session, user_id)
    return Done(without_manager)


async def enable(database: Database, user_id: str, *, by: Acting, now: datetime) -> Done | Refused:
    """Let somebody sign in again."""
    async with _change(database, user_id, by, now) as change:
        if change.user is None:
            return change.refused
        if change.user.disabled:
            change.user.disabled = False
            change.done = "account.enabled"
    return Done()


async def reset_second_factor(database: Database, user_id: str, *, by: Acting, now: datetime) -> Done | Refused:
    """Take away the second factor of somebody who lost it, with its recovery codes, and sign this person out everywhere.

    At the next sign-in a new one has to be set up.
    """
    async with _change(database, user_id, by, now) as change:
        if change.user is None:
            return change.refused
        change.user.totp, change.user.totp_step = None, 0
        await change.session.exec(delete(RecoveryCode).where(col(RecoveryCode.user_id) == user_id))
        await _sign_out(change.session, user_id)
        change.done = "account.second-factor-reset"
    return Done()


async def sign_out_everywhere(database: Database, user_id: str, *, by: Acting, now: datetime) -> Done | Refused:
    """Sign somebody out in every browser."""
    async with _change(database, user_id, by, now) as change:
        if change.user is None:
            return change.refused
        await end_all_sign_ins(change.session, user_id)
        change.done = "account.signed-out"
    return Done()


@dataclass
class _Change:
    """A change in the making. `done` is the code under which it is recorded; as long as it is "", nothing is."""

    session: AsyncSession
    user: User | None
    refused: Refused
    done: str = ""


@asynccontextmanager
async def _change(database: Database, user_id: str, by: Acting, now: datetime) -> AsyncIterator[_Change]:
    """Open a transaction on the account of somebody. Each place where this person works records what was done right after it."""
    async with shared_transaction(database) as session:
        await wait_for_turn(session, NATIONAL)
        may = by.may(Right.MANAGE_PEOPLE, NATIONAL)
        user = await lock_user(session, user_id) if may else None
        change = _Change(session, user, Refused("", Fault.NOT_HERE if may else Fault.MAY_NOT))
        yield change
        await session.flush()
        rows = await read_users(session, user_id=user_id)
        if change.done:
            await _record(session, NATIONAL, user_id, change.done, by=by, now=now)
    for place in sorted({its.place for _, its in rows if its is not None} - {NATIONAL}) if change.done else ():
        async with tenant_transaction(database, place) as session:
            await _record(session, place, user_id, change.done, by=by, now=now)


async def _record(session: AsyncSession, place: str, user_id: str, action: str, *, by: Acting, now: datetime) -> None:
    await record(session, place, actor=by.id, action=action, object_kind="account", object_id=user_id, now=now)


async def _let_in_elsewhere(session: AsyncSession, user_id: str = "") -> frozenset[str]:
    """Return whom identity providers let in: everybody, or at most the one who is asked for."""
    let_in = let_in_by_providers()
    if user_id:
        let_in = let_in.where(col(Federation.user_id) == user_id)
    return frozenset(await session.exec(let_in))


async def _sign_out(session: AsyncSession, user_id: str) -> None:
    """End every sign-in, and let no link that was mailed lead to a new one."""
    await end_all_sign_ins(session, user_id)
    await session.exec(delete(MailLink).where(col(MailLink.user_id) == user_id))


async def _without_manager(session: AsyncSession, user_id: str) -> tuple[str, ...]:
    """Return in which places a user was the only one who could let others in."""
    await session.flush()
    rows = await read_users(session, user_id=user_id)
    managed = sorted({its.place for _, its in rows if its is not None and its.role in MANAGERS})
    active = await active_members(session, managed, MANAGERS)
    return tuple(place for place in managed if not active[place])


def _accounts(rows: Sequence[tuple[User, Membership | None]], elsewhere: Collection[str]) -> tuple[Account, ...]:
    """Return the accounts of rows that are in order of user and place; `elsewhere` are those whom identity providers let in."""
    return tuple(_account(list(its_rows), elsewhere) for _, its_rows in groupby(rows, lambda row: row[0].id))


def _account(rows: Sequence[tuple[User, Membership | None]], elsewhere: Collection[str]) -> Account:
    user = rows[0][0]
    memberships = [membership for _, membership in rows if membership is not None]
    places = groupby(memberships, lambda membership: membership.place)
    return Account(
        user.id,
        user.email,
        user.name,
        user.disabled,
        user.password is not None or user.id in elsewhere,
        user.totp is not None or user.id in elsewhere,
        tuple((place, tuple(its.role for its in held)) for place, held in places),
    )
