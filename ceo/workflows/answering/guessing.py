"""The limit on guessing codes: it slows who tries many, and locks nobody out.

Wrong codes fill a bucket that belongs to the network they come from, or to the browser when it came in before. It holds 20 and
leaks one each 20 seconds. While there is room, codes pass at once. In a full bucket codes wait for their turn, 2 seconds apart, and
when that would take more than 15 seconds they are refused. At one code in 2 seconds, finding one of the codes of 5000 letters takes
half a million years.

The bucket is a single number: the moment at which it will be empty (Turner 1986, IEEE Communications Magazine 24(10), 8–15, the
leaky bucket, in the form of ITU-T I.371: the generic cell rate algorithm). A code that passes moves it by 20 seconds, one that
waits by 2. Whoever is more than 400 seconds ahead waits until that is 400 again. One statement does all of it, so that it holds for
all processes together, after a restart, and for codes that come at the same instant.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import and_, case, not_, or_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from ceo.storage.attempts import WrongCodes, remove_attempts
from ceo.storage.database import Database
from ceo.storage.tenancy import shared_transaction

# Seconds.
_LEAK: Final = 20
_FULL: Final = 20 * _LEAK
_SLOT: Final = 2
LONGEST_WAIT: Final = 15

_MILLISECONDS: Final = 3  # in digits of a second: what is less comes from computing

# By then every bucket has run empty.
_KEPT: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Turn:
    """The turn of a code: how many seconds it waits, 0 when it passes at once."""

    source: str
    wait: float


def source_of(secret_key: bytes, whence: str, *, day: date) -> str:
    """Return the name under which wrong codes are counted. The next day it is another one, and nobody can tell which."""
    return hmac.new(secret_key, f"guessing:{day.isoformat()}:{whence}".encode(), hashlib.sha256).hexdigest()


async def take_turn(database: Database, source: str, *, now: datetime) -> Turn | None:
    """Count a code before it is looked at, and return its turn; None when too many wait already, and then nothing is counted."""
    moment = now.timestamp()
    async with database.writer.begin() as connection:
        row = (await connection.execute(_counting(database.writer.dialect.name, source, now))).one_or_none()
    if row is None:
        return None
    return Turn(source, max(0.0, round(row.empty_at - moment - _FULL, _MILLISECONDS)))


async def give_back(database: Database, turn: Turn) -> None:
    """Take a code out of the bucket again: it was a right one. One that waited did not fill it."""
    if turn.wait:
        return
    lower = update(WrongCodes).where(col(WrongCodes.source) == turn.source)
    async with database.writer.begin() as connection:
        await connection.execute(lower.values(empty_at=col(WrongCodes.empty_at) - _LEAK))


async def forget_attempts(database: Database, *, now: datetime) -> int:
    """Remove the buckets that have run empty; return their number. They mean nothing any more."""
    async with shared_transaction(database) as session:
        return await remove_attempts(session, now=now, older_than=_KEPT)


def _counting(dialect: str, source: str, now: datetime) -> Any:
    """Return the statement that counts a code and returns when the bucket is empty, or no row when the queue is too long."""
    moment = now.timestamp()
    empty_at = col(WrongCodes.empty_at)
    # Farther ahead than any queue: the clock was set back. Nobody has to wait for it to come by again.
    astray = empty_at > moment + _FULL + LONGEST_WAIT
    counted = case(
        (or_(empty_at < moment, astray), moment + _LEAK),
        (empty_at <= moment + _FULL - _LEAK, empty_at + _LEAK),
        (empty_at <= moment + _FULL - _SLOT, moment + _FULL),
        else_=empty_at + _SLOT,
    )
    queue_too_long = and_(empty_at + _SLOT > moment + _FULL + LONGEST_WAIT, not_(astray))
    insert: Any = sqlite.insert if dialect == "sqlite" else postgresql.insert
    return (
        insert(WrongCodes)
        .values(source=source, empty_at=moment + _LEAK, counted_at=now)
        .on_conflict_do_update(
            index_elements=["source"], set_={"empty_at": counted, "counted_at": now}, where=not_(queue_too_long)
        )
        .returning(empty_at)
    )
