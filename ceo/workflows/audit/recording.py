"""The record of what staff did: added to in the transaction of the change itself, and chained so that a change of it shows.

Each place (a municipality, or `NATIONAL`) has a chain of its own. A row holds a digest over its own fields and over the digest of the row
before it, so that a row that was changed, removed, exchanged or put in between is found by computing all digests again. Rows that are
missing at the end are found only by who wrote down an earlier `Head`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from sqlalchemy import func, insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.audit import AuditRecord
from ceo.storage.database import Database
from ceo.storage.people import NATIONAL
from ceo.storage.tenancy import reading_across, shared_transaction, tenant_reading, tenant_transaction

# What stands before the first row of a chain.
BEGINNING: Final = "0" * 64


@dataclass(frozen=True, slots=True)
class Head:
    """The last row of a chain, to write down: who kept it can tell later whether rows were cut off or written anew.

    >>> str(Head(12, "ab" * 32))
    '12:abababababababababababababababababababababababababababababababab'
    """

    number: int
    digest: str

    def __str__(self) -> str:
        return f"{self.number}:{self.digest}"


def place_transaction(database: Database, place: str) -> AbstractAsyncContextManager[AsyncSession]:
    """Open a writing transaction in which something of a place can be changed and recorded."""
    return shared_transaction(database) if place == NATIONAL else tenant_transaction(database, place)


def place_reading(database: Database, place: str) -> AbstractAsyncContextManager[AsyncSession]:
    """Open a reading transaction on what is recorded of a place."""
    return reading_across(database) if place == NATIONAL else tenant_reading(database, place)


async def record(  # noqa: PLR0913 - one name for each field of the row
    session: AsyncSession,
    place: str,
    *,
    actor: str,
    action: str,
    object_kind: str,
    object_id: str,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    now: datetime,
) -> None:
    """Add to the record of a place that somebody did something, within the transaction of the change.

    `session` is of a `tenant_transaction` of that municipality, or of a `shared_transaction` for `NATIONAL`. `actor` is the id of a user,
    or the name of a command or job. `action` is a code such as `round.opened`. `before` and `after` are what is configured, as JSON (days
    and sets may be in it): no answers, and nothing of a person. Call it last: until the transaction ends, nobody else can add to the
    record of this place.
    """
    assert session.info.get("municipality", NATIONAL) == place, f"the record of {place} is kept by its own transaction"
    await wait_for_turn(session, place)
    last = await find_head(session, place)
    fields: dict[str, Any] = {
        "place": place,
        "number": last.number + 1,
        "at": now,
        "actor": actor,
        "action": action,
        "object_kind": object_kind,
        "object_id": object_id,
        "before": plain(before),
        "after": plain(after),
        "previous": last.digest,
    }
    await session.exec(insert(AuditRecord).values(**fields, digest=digest_of(fields)))


async def wait_for_turn(session: AsyncSession, place: str) -> None:
    """Let one transaction at a time change what is recorded of a place, until it ends; who looks before changing, waits before looking.

    `record` does so itself. SQLite has one writer anyhow.
    """
    if session.get_bind().dialect.name == "postgresql":
        await session.exec(select(func.pg_advisory_xact_lock(func.hashtext(f"record of what was done: {place}"))))


async def find_head(session: AsyncSession, place: str) -> Head:
    """Return the last row of a chain; number 0 when there is none."""
    its_rows = select(col(AuditRecord.number), col(AuditRecord.digest)).where(col(AuditRecord.place) == place)
    last = (await session.exec(its_rows.order_by(col(AuditRecord.number).desc()).limit(1))).first()
    return Head(*last) if last is not None else Head(0, BEGINNING)


def digest_of(fields: Mapping[str, Any]) -> str:
    """Return the SHA-256 (64 hexadecimal digits) of a row.

    It is taken over the UTF-8 of one JSON object with the keys action, actor, after, at, before, number, object_id, object_kind, place and
    previous: keys in order at every depth, no spaces, no escapes but those that JSON demands, `at` in UTC with six decimals of a second,
    whole numbers without a point.

    >>> from datetime import UTC, datetime
    >>> row = {
    ...     "place": "GM0344", "number": 1, "at": datetime(2026, 11, 22, 9, 30, tzinfo=UTC), "actor": "7f",
    ...     "action": "round.opened", "object_kind": "round", "object_id": "12", "before": None, "after": {"mode": "web"},
    ...     "previous": "0" * 64,
    ... }
    >>> print(canonical(row))
    {"action":"round.opened","actor":"7f","after":{"mode":"web"},"at":"2026-11-22T09:30:00.000000+00:00","before":null,"number":1,"object_id":"12","object_kind":"round","place":"GM0344","previous":"0000000000000000000000000000000000000000000000000000000000000000"}
    >>> digest_of(row)
    'fe2d968f8059147ecd3eac152b09e0dd9006ac6006baf811822a099c5b24f8af'
    """
    return hashlib.sha256(canonical(fields).encode()).hexdigest()


def canonical(fields: Mapping[str, Any]) -> str:
    """Return the fields of a row, except its own digest, as the text that `digest_of` is taken over."""
    at = fields["at"].astimezone(UTC).isoformat(timespec="microseconds")
    return json.dumps({**fields, "at": at}, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def plain(document: Mapping[str, object] | None) -> Any:
    """Return a document as it comes back from the database: PostgreSQL keeps no difference between 2.0 and 2, or 1e20 and its digits.

    >>> plain({"on": date(2026, 11, 22), "minutes": 2.0, "share": 0.25})
    {'on': '2026-11-22', 'minutes': 2, 'share': 0.25}
    """
    return read_kept(json.dumps(document, default=_written, allow_nan=False))


def read_kept(text: str) -> Any:
    """Return a document as the digest is taken over it, from the text that a database keeps."""
    return json.loads(text, parse_float=_number)


def _written(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"a {type(value).__name__} has no place in the record")


def _number(text: str) -> float:
    number = float(text)
    return int(number) if number.is_integer() else number
