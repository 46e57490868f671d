"""Keys with which another system of a municipality sends new clients into one round. A key is shown once; only its SHA-256 is kept."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlmodel import col, select

from ceo.storage.clients import InflowKey
from ceo.storage.database import Database
from ceo.storage.tenancy import reading_across, tenant_reading, tenant_transaction
from ceo.workflows.audit.recording import record

# By which people, and programs that look for leaked keys, recognise one.
PREFIX: Final = "ceo_instroom_"
LONGEST_LIFE: Final = timedelta(days=365)
LONGEST_LABEL: Final = 80
_BYTES: Final = 32
_KEY: Final = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{43}}")


@dataclass(frozen=True, slots=True)
class MadeKey:
    """A new key: it can be shown now, and never again."""

    id: str
    key: str


async def make_key(  # noqa: PLR0913 - what is made, by whom and when
    database: Database,
    municipality: str,
    round_id: int,
    *,
    label: str,
    expires_on: date,
    actor: str,
    today: date,
    now: datetime,
) -> MadeKey:
    """Make a key for a round and record it. `expires_on`: the last day on which it works, at most a year from `today`."""
    assert today <= expires_on <= today + LONGEST_LIFE, "a key lives a year at most"
    key, key_id = PREFIX + secrets.token_urlsafe(_BYTES), uuid.uuid4().hex
    row = InflowKey(
        municipality=municipality,
        id=key_id,
        round_id=round_id,
        key_hash=hash_of_key(key),
        label=label,
        expires_on=expires_on,
        made_by=actor,
        made_at=now,
    )
    async with tenant_transaction(database, municipality) as session:
        session.add(row)
        await session.flush()
        await record(
            session,
            municipality,
            actor=actor,
            action="inflow-key.made",
            object_kind="round",
            object_id=str(round_id),
            after={"label": label, "expires_on": expires_on.isoformat()},
            now=now,
        )
    return MadeKey(key_id, key)


async def withdraw_key(
    database: Database, municipality: str, round_id: int, key_id: str, *, actor: str, now: datetime
) -> bool:
    """Let a key of a round work no more, and record it; return False when there is no such key."""
    async with tenant_transaction(database, municipality) as session:
        row = await session.get(InflowKey, key_id)
        if row is None or row.round_id != round_id:
            return False
        label = row.label
        await session.delete(row)
        await session.flush()
        await record(
            session,
            municipality,
            actor=actor,
            action="inflow-key.withdrawn",
            object_kind="round",
            object_id=str(round_id),
            before={"label": label},
            now=now,
        )
    return True


async def list_keys(database: Database, municipality: str, round_id: int) -> Sequence[InflowKey]:
    """Return the keys of a round, the newest first, also those that have expired."""
    statement = select(InflowKey).where(col(InflowKey.round_id) == round_id)
    async with tenant_reading(database, municipality) as session:
        return (await session.exec(statement.order_by(col(InflowKey.made_at).desc(), InflowKey.id))).all()


async def find_key(database: Database, key: str, *, today: date) -> InflowKey | None:
    """Return the key that somebody brings, with its municipality and round; None when it is none of ours or has expired.

    What is looked up is a hash: how long that takes tells nothing about the key.
    """
    if not _KEY.fullmatch(key):
        return None
    brought = hash_of_key(key)
    async with reading_across(database) as session:
        row = (await session.exec(select(InflowKey).where(col(InflowKey.key_hash) == brought))).one_or_none()
    if row is None or not hmac.compare_digest(row.key_hash, brought) or row.expires_on < today:
        return None
    return row


def hash_of_key(key: str) -> str:
    """Return the SHA-256 of a key as it is kept. A key holds 256 random bits: nothing slower is needed.

    >>> hash_of_key("ceo_instroom_x")[:8]
    'fa4b17af'
    """
    return hashlib.sha256(key.encode()).hexdigest()
