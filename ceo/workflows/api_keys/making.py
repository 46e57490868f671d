"""Making keys, replacing them and taking them away, each recorded in its transaction. A key is shown once; only its hash is kept."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.clock import DUTCH_TIME
from ceo.storage.api_keys import ApiKey
from ceo.storage.database import Database
from ceo.workflows.api_keys.writing import hash_of_key, new_key
from ceo.workflows.audit.recording import place_transaction, record

LONGEST_LIFE: Final = timedelta(days=365)
LONGEST_LABEL: Final = 80
# More that work at the same time, nobody keeps an eye on.
MOST_KEYS: Final = 50
_KIND: Final = "api-key"


class Scope(StrEnum):
    """What a key may be used for, besides what is public."""

    DRAFTS = "releases:draft"  # drafts of releases, of its own place
    MICRODATA = "microdata"  # protected microdata under an agreement


class KeyFault(StrEnum):
    """Why a key is not made."""

    LABEL = "label"  # none, too long, or with signs that cannot be printed
    SCOPES = "scopes"  # none, or one that there is not
    EXPIRES = "expires"  # in the past, or longer than a key may live
    TOO_MANY = "too-many"


@dataclass(frozen=True, slots=True)
class WantedKey:
    """What a key is to be: for which program, what it may be used for, its last day, and the agreement about microdata it belongs to."""

    label: str
    scopes: Collection[str]
    expires_on: date
    agreement: str | None = None


@dataclass(frozen=True, slots=True)
class MadeKey:
    """A new key: it can be shown now, and never again."""

    id: str
    key: str
    label: str
    expires_on: date


async def make_key(
    database: Database, place: str, wanted: WantedKey, *, actor: str, now: datetime
) -> MadeKey | tuple[KeyFault, ...]:
    """Make a key of a place, or return everything that is wrong."""
    faults = tuple(_faults(wanted, _today(now)))
    if faults:
        return faults
    async with place_transaction(database, place) as session:
        if await _working(session, place, _today(now)) >= MOST_KEYS:
            return (KeyFault.TOO_MANY,)
        row, made = _new_row(place, wanted, actor, now)
        session.add(row)
        await _record(session, row, "made", actor, now)
    return made


async def rotate_key(
    database: Database, place: str, key_id: str, *, expires_on: date, actor: str, now: datetime
) -> MadeKey | tuple[KeyFault, ...] | None:
    """Make a key that takes the place of another, for the same program and use; None when there is no such key that still works.

    The earlier one goes on working until its own last day, so that the program can change over; revoke it to end it sooner.
    """
    async with place_transaction(database, place) as session:
        earlier = await _find(session, place, key_id)
        if earlier is None or not works(earlier, _today(now)):
            return None
        wanted = WantedKey(earlier.label, tuple(earlier.scopes), expires_on, earlier.agreement)
        faults = tuple(_faults(wanted, _today(now)))
        if await _working(session, place, _today(now)) >= MOST_KEYS:
            faults = (*faults, KeyFault.TOO_MANY)
        if faults:
            return faults
        row, made = _new_row(place, wanted, actor, now)
        row.replaces = earlier.id
        session.add(row)
        await _record(session, row, "rotated", actor, now)
    return made


async def revoke_key(database: Database, place: str, key_id: str, *, actor: str, now: datetime) -> bool:
    """Let a key work no more, from now on; return False when there is no such key that still works."""
    async with place_transaction(database, place) as session:
        row = await _find(session, place, key_id)
        if row is None or not works(row, _today(now)):
            return False
        row.revoked_on = _today(now)
        await _record(session, row, "revoked", actor, now)
    return True


def works(row: ApiKey, today: date) -> bool:
    """Return whether a key opens something on a day: it was not revoked, and its last day has not passed."""
    return row.revoked_on is None and row.expires_on >= today


def _faults(wanted: WantedKey, today: date) -> list[KeyFault]:
    label = wanted.label.strip()
    wrong = {
        KeyFault.LABEL: not label or len(label) > LONGEST_LABEL or not label.isprintable(),
        KeyFault.SCOPES: not wanted.scopes or not set(wanted.scopes) <= set(Scope),
        KeyFault.EXPIRES: not today <= wanted.expires_on <= today + LONGEST_LIFE,
    }
    return [fault for fault, holds in wrong.items() if holds]


def _new_row(place: str, wanted: WantedKey, actor: str, now: datetime) -> tuple[ApiKey, MadeKey]:
    key, key_id, label = new_key(), uuid.uuid4().hex, wanted.label.strip()
    row = ApiKey(
        id=key_id,
        place=place,
        label=label,
        scopes=sorted(set(wanted.scopes)),
        key_hash=hash_of_key(key),
        made_by=actor,
        made_at=now,
        expires_on=wanted.expires_on,
        agreement=wanted.agreement,
    )
    return row, MadeKey(key_id, key, label, wanted.expires_on)


async def _find(session: AsyncSession, place: str, key_id: str) -> ApiKey | None:
    own = select(ApiKey).where(col(ApiKey.id) == key_id, col(ApiKey.place) == place)
    return (await session.exec(own.with_for_update())).one_or_none()


async def _working(session: AsyncSession, place: str, today: date) -> int:
    own = select(ApiKey.id).where(
        col(ApiKey.place) == place, col(ApiKey.revoked_on).is_(None), col(ApiKey.expires_on) >= today
    )
    return len((await session.exec(own)).all())


async def _record(session: AsyncSession, row: ApiKey, what: str, actor: str, now: datetime) -> None:
    await session.flush()
    facts = {
        "label": row.label,
        "scopes": [str(one) for one in row.scopes],
        "expires_on": row.expires_on.isoformat(),
        **({"replaces": row.replaces} if row.replaces else {}),
        **({"agreement": row.agreement} if row.agreement else {}),
    }
    await record(
        session,
        row.place,
        actor=actor,
        action=f"api-key.{what}",
        object_kind=_KIND,
        object_id=row.id,
        before=facts if what == "revoked" else None,
        after=None if what == "revoked" else facts,
        now=now,
    )


def _today(now: datetime) -> date:
    return now.astimezone(DUTCH_TIME).date()
