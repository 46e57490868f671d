"""The limit on guessing what is short: the six digits of a second factor, and the password of somebody who is signed in already.

Who can try these has brought a password or a sign-in already, so an account may have few tries: ten, and one more each six minutes. At
that pace, with three codes of six digits valid at a time, somebody who has the password needs years for an even chance. The owner is
never kept out by it: recovery codes have a limit of their own, and a new password drives the other one out.

The tries fill a bucket as in `guessing`, in the same table and with one statement, so that all processes count together.
Nobody waits in it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import case, or_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from ceo.storage.attempts import WrongCodes
from ceo.storage.database import Database

# Seconds. A full bucket runs empty within the hour after which it is forgotten.
EACH: Final = 360
TRIES: Final = 10
_FULL: Final = TRIES * EACH


async def take_try(database: Database, source: str, *, now: datetime) -> bool:
    """Count a try before it is looked at; False when there is none left, and then nothing is counted. See `source_of` of `guessing`."""
    moment = now.timestamp()
    empty_at = col(WrongCodes.empty_at)
    # Farther ahead than a full bucket: the clock was set back. Nobody has to wait for it to come by again.
    afresh = or_(empty_at < moment, empty_at > moment + _FULL)
    insert: Any = sqlite.insert if database.writer.dialect.name == "sqlite" else postgresql.insert
    counting = (
        insert(WrongCodes)
        .values(source=source, empty_at=moment + EACH, counted_at=now)
        .on_conflict_do_update(
            index_elements=["source"],
            set_={"empty_at": case((afresh, moment + EACH), else_=empty_at + EACH), "counted_at": now},
            where=or_(afresh, empty_at + EACH <= moment + _FULL),
        )
        .returning(empty_at)
    )
    async with database.writer.begin() as connection:
        return (await connection.execute(counting)).one_or_none() is not None


async def give_back_try(database: Database, source: str) -> None:
    """Take a try out of the bucket again: it was a right one."""
    lower = update(WrongCodes).where(col(WrongCodes.source) == source)
    async with database.writer.begin() as connection:
        await connection.execute(lower.values(empty_at=col(WrongCodes.empty_at) - EACH))
