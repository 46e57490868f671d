"""Being signed in: a row in the database for each browser, named by the hash of what its cookie holds.

The cookie holds 256 random bits, made here and never taken from the browser, so that nobody can choose one for somebody else. Each
step of signing in gets a new one.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import bindparam
from sqlmodel import col, delete, or_, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.database import Database
from ceo.storage.people import Membership, SignIn, User
from ceo.storage.tenancy import reading_across, shared_transaction
from ceo.workflows.rights import Role, Staff

IDLE: Final = timedelta(hours=1)
LONGEST: Final = timedelta(hours=12)
# A page need not write that somebody was seen when that was written a moment ago.
_SEEN_EVERY: Final = timedelta(minutes=1)
_LONGEST_DEVICE: Final = 80
_KNOWN: Final = frozenset(role.value for role in Role)
# Who is signed in, asked for every page and so put together once. Who has no membership yet has None there.
_SIGNED_IN: Final = (
    select(SignIn, User, Membership)
    .join(User, col(User.id) == col(SignIn.user_id))
    .outerjoin(Membership, col(Membership.user_id) == col(User.id))
    .where(
        col(SignIn.id_hash) == bindparam("id_hash"),
        col(User.disabled).is_(False),
        col(SignIn.seen_at) >= bindparam("seen_since"),
        col(SignIn.began_at) >= bindparam("began_since"),
    )
)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A browser in which somebody is signed in. `complete` is False as long as the second factor is missing."""

    staff: Staff
    id_hash: str
    complete: bool


async def begin_sign_in(database: Database, user_id: str, *, complete: bool, device: str, now: datetime) -> str:
    """Sign a user in, in one browser; return what its cookie holds."""
    async with shared_transaction(database) as session:
        return add_sign_in(session, user_id, complete=complete, device=device, now=now)


def add_sign_in(session: AsyncSession, user_id: str, *, complete: bool, device: str, now: datetime) -> str:
    """Sign a user in within a transaction; return what the cookie of the browser holds."""
    secret = secrets.token_urlsafe(32)
    session.add(
        SignIn(
            id_hash=_hashed(secret),
            user_id=user_id,
            complete=complete,
            began_at=now,
            seen_at=now,
            device=device[:_LONGEST_DEVICE],
        )
    )
    return secret


async def find_signed_in(database: Database, secret: str, *, now: datetime) -> SignedIn | None:
    """Return who is signed in with a cookie; None when nobody is, or not any more."""
    id_hash = _hashed(secret)
    async with reading_across(database) as session:
        asked = {"id_hash": id_hash, "seen_since": now - IDLE, "began_since": now - LONGEST}
        rows: Sequence[tuple[SignIn, User, Membership | None]] = (await session.exec(_SIGNED_IN, params=asked)).all()
    if not rows:
        return None
    sign_in, user, _ = rows[0]
    if now - sign_in.seen_at > _SEEN_EVERY:
        await _keep_seen(database, id_hash, now)
    memberships = [membership for _, _, membership in rows if membership is not None]
    return SignedIn(staff_of(user, memberships), id_hash, sign_in.complete)


async def end_sign_in(database: Database, id_hash: str) -> None:
    """Sign out in one browser."""
    async with shared_transaction(database) as session:
        await session.exec(delete(SignIn).where(col(SignIn.id_hash) == id_hash))


async def end_all_sign_ins(session: AsyncSession, user_id: str, *, but: str = "") -> None:
    """Sign a user out everywhere, within a transaction; `but` is the id of the one browser that stays."""
    await session.exec(delete(SignIn).where(col(SignIn.user_id) == user_id, col(SignIn.id_hash) != but))


async def forget_old_sign_ins(database: Database, *, now: datetime) -> int:
    """Remove what has ended by itself; return how many there were."""
    async with shared_transaction(database) as session:
        old = or_(col(SignIn.seen_at) < now - IDLE, col(SignIn.began_at) < now - LONGEST)
        gone = await session.exec(delete(SignIn).where(old).returning(col(SignIn.id_hash)))
        return len(gone.all())


def form_seal(secret: str) -> str:
    """Return what every form of a signed-in browser brings along. It follows from the cookie, and does not lead back to it."""
    return hmac.new(secret.encode(), b"ceo: form", hashlib.sha256).hexdigest()


def staff_of(user: User, memberships: Sequence[Membership]) -> Staff:
    """Return a user with what they are in each place. Roles that this version of the software does not know give nothing."""
    roles: dict[str, set[Role]] = {}
    activities: dict[str, set[str]] = {}
    for membership in memberships:
        if membership.role in _KNOWN:
            roles.setdefault(membership.place, set()).add(Role(membership.role))
            activities.setdefault(membership.place, set()).update(membership.activities)
    return Staff(
        user.id,
        user.email,
        user.name,
        user.language,
        {place: frozenset(held) for place, held in roles.items()},
        {place: frozenset(names) for place, names in activities.items()},
        has_second_factor=user.totp is not None,
        signs_in_elsewhere=user.password is None,
    )


async def _keep_seen(database: Database, id_hash: str, now: datetime) -> None:
    async with shared_transaction(database) as session:
        await session.exec(update(SignIn).where(col(SignIn.id_hash) == id_hash).values(seen_at=now))


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
