"""Signing in with a password: the first step, which for who has a second factor leads to the second.

Wrong passwords are limited twice (see `guessing`): for the network they come from, and for the account they are tried on, in the database,
so that all processes count together. A browser in which somebody has signed in before has a limit of its own instead. So whoever tries
many passwords on an account, from however many networks, slows the others who do and never its owner.

An address that nobody has, an account that is closed and a wrong password get the same answer after the same work.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, TypeAlias

from sqlmodel import col, delete, update
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.settings import Settings
from ceo.storage.database import Database
from ceo.storage.people import SignIn, User, find_user
from ceo.storage.tenancy import reading_across
from ceo.workflows.answering.guessing import Turn, give_back, source_of, take_turn
from ceo.workflows.staff.few_tries import give_back_try, take_try
from ceo.workflows.staff.own_changes import own_change
from ceo.workflows.staff.passwords import Compared, compare_password
from ceo.workflows.staff.signed_in import SignedIn, add_sign_in
from ceo.workflows.staff.staff_rules import tidy_email

# How long after the password the second factor may come.
HALF_LASTS: Final = timedelta(minutes=10)
_BETWEEN: Final = "."

Wait: TypeAlias = Callable[[float], Awaitable[object]]


class SignInFault(StrEnum):
    """Why somebody was not let in."""

    WRONG = "wrong"
    TOO_MANY = "too-many"  # the limit on guessing: try again later
    USED = "used"  # a right code of the second factor that was used before
    TOO_LATE = "too-late"  # too long between the password and the second factor


@dataclass(frozen=True, slots=True)
class Attempt:
    """What somebody brings to sign in: `network` is where from, `browser` a mark of before (see `SignedInNow`), `device` its name.

    `instead_of` is the sign-in that the browser holds already, which ends ("" when there is none).
    """

    email: str
    password: str = field(repr=False)
    network: str
    browser: str = field(default="", repr=False)
    device: str = ""
    instead_of: str = ""


@dataclass(frozen=True, slots=True)
class SignedInNow:
    """A sign-in that has begun: what its cookie holds, and the mark by which the browser is known again.

    `complete` is False when the second factor comes next.
    """

    secret: str = field(repr=False)
    browser: str = field(repr=False)
    complete: bool = True


async def sign_in(
    database: Database, settings: Settings, attempt: Attempt, *, now: datetime, wait: Wait = asyncio.sleep
) -> SignedInNow | SignInFault:
    """Sign somebody in who brings the right password. Waits for its turn, with no connection of the database in hand."""
    turns = await _take_turns(database, settings, attempt, now)
    if turns is None:
        return SignInFault.TOO_MANY
    if any(turn.wait for turn in turns):
        await wait(max(turn.wait for turn in turns))
    async with reading_across(database) as session:
        user = await find_user(session, tidy_email(attempt.email))
    compared = await compare_password(user.password if user is not None else None, attempt.password)
    if user is None or user.disabled or not compared.right:
        return SignInFault.WRONG
    for turn in turns:
        await give_back(database, turn)
    return await _begin(database, settings, user, attempt, compared=compared, now=now)


def mark_browser(settings: Settings, email: str) -> str:
    """Return the mark of a browser in which somebody signed in: it gives a limit on guessing of its own, and nothing else."""
    name = secrets.token_urlsafe(16)
    return name + _BETWEEN + _signature(settings, email, name)


async def check_own_password(
    database: Database, settings: Settings, user_id: str, typed: str, *, now: datetime
) -> SignInFault | None:
    """Return what is wrong with the password of somebody who is signed in and does something that asks for it again."""
    source = source_of(settings.secret_key, f"own password {user_id}", day=now.date())
    if not await take_try(database, source, now=now):
        return SignInFault.TOO_MANY
    async with reading_across(database) as session:
        user = await session.get_one(User, user_id)
    if not (await compare_password(user.password, typed)).right:
        return SignInFault.WRONG
    await give_back_try(database, source)
    return None


async def replace_sign_in(
    session: AsyncSession, settings: Settings, signed_in: SignedIn, *, now: datetime
) -> SignedInNow | None:
    """Put a new, complete sign-in in the place of one, within a transaction; None when that one has ended.

    A half sign-in also ends when the second factor is not there in time.
    """
    is_it = (col(SignIn.id_hash) == signed_in.id_hash, col(SignIn.complete).is_(signed_in.complete))
    ended = delete(SignIn).where(*is_it).returning(col(SignIn.began_at), col(SignIn.device))
    row = (await session.exec(ended)).one_or_none()
    if row is None or (not signed_in.complete and row.began_at < now - HALF_LASTS):
        return None
    secret = add_sign_in(session, signed_in.staff.id, complete=True, device=row.device, now=now)
    return SignedInNow(secret, mark_browser(settings, signed_in.staff.email))


async def _take_turns(database: Database, settings: Settings, attempt: Attempt, now: datetime) -> list[Turn] | None:
    """Return the turn of an attempt at each limit that it has; None when one of them is exhausted, and then it counts nowhere."""
    turns: list[Turn] = []
    for whence in _limits_of(settings, attempt):
        turn = await take_turn(database, source_of(settings.secret_key, whence, day=now.date()), now=now)
        if turn is None:
            for taken in turns:
                await give_back(database, taken)
            return None
        turns.append(turn)
    return turns


def _limits_of(settings: Settings, attempt: Attempt) -> tuple[str, ...]:
    name, _, signature = attempt.browser.partition(_BETWEEN)
    if hmac.compare_digest(signature.encode(), _signature(settings, attempt.email, name).encode()):
        return (f"browser of staff {name}",)
    return f"network of staff {attempt.network}", f"account {tidy_email(attempt.email)}"


def _signature(settings: Settings, email: str, name: str) -> str:
    message = f"browser of staff:{tidy_email(email)}:{name}".encode()
    return hmac.new(settings.secret_key, message, hashlib.sha256).hexdigest()


async def _begin(
    database: Database, settings: Settings, user: User, attempt: Attempt, *, compared: Compared, now: datetime
) -> SignedInNow | SignInFault:
    """Begin the sign-in, unless the password was changed or the account closed while passwords were compared."""
    unchanged = (col(User.id) == user.id, col(User.password) == user.password, col(User.disabled).is_(False))
    lock = update(User).where(*unchanged).values(password=compared.renewed or user.password).returning(col(User.totp))
    async with own_change(database, user.id, now=now) as change:
        row = (await change.session.exec(lock)).one_or_none()
        if row is None:
            return SignInFault.WRONG
        complete = row.totp is None
        await change.session.exec(delete(SignIn).where(col(SignIn.id_hash) == attempt.instead_of))
        secret = add_sign_in(change.session, user.id, complete=complete, device=attempt.device, now=now)
        change.done = "account.signed-in" if complete else ""
    return SignedInNow(secret, mark_browser(settings, user.email) if complete else "", complete=complete)
