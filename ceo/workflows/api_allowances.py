"""How much a program may ask: a bucket of tokens for each key, and for each network address without one, for all processes together.

A bucket holds `capacity` tokens and is filled by `per_second` as time passes (Turner 1986, IEEE Communications Magazine 24(10), 8-15, in
the form of a token bucket). A process takes tokens out of the database a handful at a time, with one statement, and hands them out from
memory: what it does not use is lost, and nobody ever gets more than the bucket held.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil
from typing import Any, Final

from sqlalchemy import ColumnElement, Double, cast, delete, extract, func, literal, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from ceo.storage.api_keys import ApiAllowance
from ceo.storage.database import Database, UtcDateTime
from ceo.storage.tenancy import shared_transaction

_HANDFUL: Final = 20
# What lies in memory longer than this is given up; and as many sources are remembered.
_KEPT: Final = timedelta(minutes=1)
_MOST_SOURCES: Final = 10_000
# By then every bucket is full again.
_OLD: Final = timedelta(hours=1)
_SECONDS_A_DAY: Final = 86_400


@dataclass(frozen=True, slots=True)
class Limit:
    """How many tokens a bucket holds, and how many come in each second."""

    capacity: int
    per_second: float

    @property
    def seconds(self) -> int:
        """In how many seconds an empty bucket is full."""
        return ceil(self.capacity / self.per_second)


WITHOUT_KEY: Final = Limit(capacity=240, per_second=2.0)
WITH_KEY: Final = Limit(capacity=1200, per_second=10.0)


@dataclass(frozen=True, slots=True)
class Allowed:
    """What became of asking: `left` tokens; when refused, after how many seconds there are enough again (`wait`, else 0)."""

    limit: Limit
    left: int
    wait: int = 0

    @property
    def refused(self) -> bool:
        """Whether there were not enough tokens."""
        return self.wait > 0


@dataclass(slots=True)
class _Held:
    """Tokens in memory, how many were left in the database, and when they were taken.

    `turn`: one request at a time looks at them, or many that come at once would each take a handful out of the database.
    """

    taken_at: datetime
    tokens: int = 0
    behind: float = 0.0
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class Allowances:
    """The tokens that one process holds."""

    def __init__(self, without_key: Limit = WITHOUT_KEY, with_key: Limit = WITH_KEY) -> None:
        self.without_key = without_key
        self.with_key = with_key
        self._held: OrderedDict[str, _Held] = OrderedDict()

    async def take(self, database: Database, source: str, limit: Limit, *, cost: int = 1, now: datetime) -> Allowed:
        """Take tokens for one request of a source."""
        held = self._held.setdefault(source, _Held(now))
        self._held.move_to_end(source)
        while len(self._held) > _MOST_SOURCES:
            self._held.popitem(last=False)
        async with held.turn:
            if now - held.taken_at > _KEPT:
                held.tokens = 0
            if held.tokens < cost:
                taken = await _take(database, source, limit, cost - held.tokens, now)
                if isinstance(taken, Allowed):
                    return taken
                held.tokens += taken[0]
                held.behind, held.taken_at = taken[1], now
            held.tokens -= cost
            return Allowed(limit, min(limit.capacity, int(held.tokens + held.behind)))


async def forget_allowances(database: Database, *, now: datetime) -> int:
    """Remove the buckets that are full again, and those of a clock that ran ahead; return their number."""
    written = col(ApiAllowance.counted_at)
    old = delete(ApiAllowance).where((written < now - _OLD) | (written > now + _OLD))
    async with shared_transaction(database) as session:
        return len((await session.exec(old.returning(col(ApiAllowance.source)))).all())


async def _take(
    database: Database, source: str, limit: Limit, needed: int, now: datetime
) -> tuple[int, float] | Allowed:
    """Return how many tokens were taken and how many are left: a handful, or what is needed where there are not so many."""
    dialect = database.writer.dialect.name
    for amount in dict.fromkeys((max(needed, min(_HANDFUL, limit.capacity)), needed)):
        async with database.writer.begin() as connection:
            taking = _taking(dialect, source, limit, amount, now)
            left = (await connection.execute(taking)).scalar_one_or_none()
        if left is not None:
            return amount, left
    async with database.reader.connect() as connection:
        found = (await connection.execute(_present(dialect, source, limit, now))).scalar_one_or_none()
    present = limit.capacity if found is None else found
    return Allowed(limit, int(present), max(1, ceil((needed - present) / limit.per_second)))


def _taking(dialect: str, source: str, limit: Limit, amount: int, now: datetime) -> Any:
    """Return the statement that takes tokens and returns how many are left, or no row when there are not so many."""
    insert: Any = sqlite.insert if dialect == "sqlite" else postgresql.insert
    filled = _filled(dialect, limit, now)
    return (
        insert(ApiAllowance)
        .values(source=source, tokens=float(limit.capacity - amount), counted_at=now)
        .on_conflict_do_update(
            index_elements=["source"],
            set_={"tokens": filled - amount, "counted_at": now},
            where=filled >= amount,
        )
        .returning(col(ApiAllowance.tokens))
    )


def _present(dialect: str, source: str, limit: Limit, now: datetime) -> Any:
    return select(_filled(dialect, limit, now)).where(col(ApiAllowance.source) == source)


def _filled(dialect: str, limit: Limit, now: datetime) -> ColumnElement[float]:
    """Return how many tokens there are now: what was left, and what came in since. A clock that was set back takes nothing away."""
    moment = literal(now, UtcDateTime())
    counted: Any = col(ApiAllowance.counted_at)
    seconds: ColumnElement[float]
    if dialect == "sqlite":
        seconds = (func.julianday(moment) - func.julianday(counted)) * _SECONDS_A_DAY
        return func.min(float(limit.capacity), col(ApiAllowance.tokens) + func.max(0.0, seconds) * limit.per_second)
    seconds = cast(extract("epoch", moment - counted), Double())
    return func.least(float(limit.capacity), col(ApiAllowance.tokens) + func.greatest(0.0, seconds) * limit.per_second)
