"""Finding keys: the one that a program brings, and all of a place for who keeps them."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from datetime import date
from typing import Final

from sqlalchemy import update
from sqlmodel import col, select

from ceo.storage.api_keys import ApiKey
from ceo.storage.database import Database
from ceo.storage.tenancy import reading_across
from ceo.workflows.api_keys.making import works
from ceo.workflows.api_keys.writing import hash_of_key, is_key
from ceo.workflows.audit.recording import place_transaction

# Of an id, so that it names a key.
_FEWEST_SIGNS: Final = 6


async def find_key(database: Database, brought: str, *, today: date) -> ApiKey | None:
    """Return the key that somebody brings; None when it is none of ours, was revoked, or has expired.

    What is looked up is a hash: how long that takes tells nothing about the key. That it was used is kept, once a day.
    """
    if not is_key(brought):
        return None
    its_hash = hash_of_key(brought)
    async with reading_across(database) as session:
        row = (await session.exec(select(ApiKey).where(col(ApiKey.key_hash) == its_hash))).one_or_none()
    if row is None or not hmac.compare_digest(row.key_hash, its_hash) or not works(row, today):
        return None
    if row.used_on is None or row.used_on < today:
        async with place_transaction(database, row.place) as session:
            await session.exec(update(ApiKey).where(col(ApiKey.id) == row.id).values(used_on=today))
    return row


async def list_keys(database: Database, place: str) -> Sequence[ApiKey]:
    """Return the keys of a place, the newest first, also those that work no more."""
    own = select(ApiKey).where(col(ApiKey.place) == place)
    async with reading_across(database) as session:
        return (await session.exec(own.order_by(col(ApiKey.made_at).desc(), ApiKey.id))).all()


async def find_by_id(database: Database, begins: str) -> ApiKey | None:
    """Return a key by its id or the beginning of it; None when there is none, or more than one."""
    if len(begins) < _FEWEST_SIGNS:
        return None
    alike = select(ApiKey).where(col(ApiKey.id).startswith(begins, autoescape=True)).limit(2)
    async with reading_across(database) as session:
        found = (await session.exec(alike)).all()
    return found[0] if len(found) == 1 else None
