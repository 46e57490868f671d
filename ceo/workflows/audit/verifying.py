"""Looking whether the record of what staff did is as it was written: all chains in one pass, each row once, a few rows in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Row, String, func, tuple_, type_coerce
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.audit import AuditRecord
from ceo.storage.database import Database
from ceo.storage.tenancy import reading_across
from ceo.workflows.audit.recording import BEGINNING, Head, digest_of, read_kept

# Rows that are in memory at once.
BATCH: Final = 1000
# Who rewrote a chain broke thousands of rows: the first ones tell where to look.
SHOWN_BREAKS: Final = 10
# What SQLite keeps as text.
_WRITTEN: Final = ("at", "before", "after")


class BreakKind(StrEnum):
    """What is wrong at a row."""

    CHANGED = "changed"  # its digest is not that of its fields
    DETACHED = (
        "detached"  # it does not follow on the row before it: rows were exchanged, put in between, or written anew
    )
    MISSING = "missing"  # the row with this number is not there, and later ones are
    OTHER_HEAD = "other-head"  # it is not the row that somebody wrote down
    CUT = "cut"  # the chain ends before the row that somebody wrote down


@dataclass(frozen=True, slots=True)
class Break:
    """Where a chain is not as it was written."""

    number: int
    kind: BreakKind


@dataclass(frozen=True, slots=True)
class Chain:
    """What was found of the record of one place. `more` is the number of breaks beyond those that are listed."""

    place: str
    records: int
    head: Head
    breaks: tuple[Break, ...] = ()
    more: int = 0


async def verify_chains(
    database: Database,
    *,
    place: str | None = None,
    noted: Head | None = None,
    report_progress: Callable[[int, int], None] = lambda _, __: None,
) -> tuple[Chain, ...]:
    """Compute the digests of all places again, or those of one place; return what was found, in order of place.

    `noted` is a head of that place that somebody wrote down earlier: only with it a chain that was cut off or written anew as a whole is
    found. `report_progress` is told how many of how many rows were done.
    """
    assert noted is None or place is not None, "a head belongs to a place"
    walks: list[_Walk] = []
    done = 0
    async with reading_across(database) as session:
        total = await _count(session, place)
        async for row in _rows(session, place):
            if not walks or walks[-1].place != row.place:
                walks.append(_Walk(row.place, noted))
            walks[-1].take(row)
            done += 1
            if done % BATCH == 0:
                report_progress(done, max(done, total))  # rows are added meanwhile
    if not walks and noted is not None and place is not None:
        walks.append(_Walk(place, noted))
    return tuple(walk.end() for walk in walks)


async def _count(session: AsyncSession, place: str | None) -> int:
    statement = select(func.count(col(AuditRecord.number)))
    if place is not None:
        statement = statement.where(col(AuditRecord.place) == place)
    return (await session.exec(statement)).one()


async def _rows(session: AsyncSession, place: str | None) -> AsyncIterator[Row[Any]]:
    """Yield the rows of chains in order, in batches that begin after the key of the last one."""
    key = tuple_(col(AuditRecord.place), col(AuditRecord.number))
    columns = _readable(session)
    statement = select(*columns).order_by(col(AuditRecord.place), col(AuditRecord.number))
    if place is not None:
        statement = statement.where(col(AuditRecord.place) == place)
    batch = (await session.exec(statement.limit(BATCH))).all()
    while batch:
        for row in batch:
            yield row
        last = (batch[-1].place, batch[-1].number)
        batch = (await session.exec(statement.where(key > last).limit(BATCH))).all()


def _readable(session: AsyncSession) -> list[Any]:
    """Return the columns. SQLite keeps any text in any of them, which is read later: who changes the file can leave what is no moment."""
    columns = AuditRecord.__table__.c  # type: ignore[attr-defined]  # SQLModel's table classes have it
    if session.get_bind().dialect.name != "sqlite":
        return list(columns)
    return [type_coerce(column, String).label(column.name) if column.name in _WRITTEN else column for column in columns]


@dataclass(slots=True)
class _Walk:
    """A walk along one chain."""

    place: str
    noted: Head | None
    records: int = 0
    last: Head = field(default_factory=lambda: Head(0, BEGINNING))
    breaks: list[Break] = field(default_factory=list)
    more: int = 0

    def take(self, row: Row[Any]) -> None:
        """Look at the next row."""
        expected = self.last.number + 1
        number = row.number if isinstance(row.number, int) else expected  # SQLite keeps a word in a column of numbers
        if number != expected:
            self._break(expected, BreakKind.MISSING)
        elif row.previous != self.last.digest:
            self._break(number, BreakKind.DETACHED)
        if _digest(row) != row.digest:
            self._break(number, BreakKind.CHANGED)
        self.last = Head(number, row.digest)
        self.records += 1
        if self.noted is not None and self.noted.number == number and self.noted != self.last:
            self._break(number, BreakKind.OTHER_HEAD)

    def end(self) -> Chain:
        """Return what was found."""
        if self.noted is not None and self.noted.number > self.last.number:
            self._break(self.last.number + 1, BreakKind.CUT)
        return Chain(self.place, self.records, self.last, tuple(self.breaks), self.more)

    def _break(self, number: int, kind: BreakKind) -> None:
        if len(self.breaks) < SHOWN_BREAKS:
            self.breaks.append(Break(number, kind))
        else:
            self.more += 1


def _digest(row: Row[Any]) -> str | None:
    """Return the digest that a row should have; None when its values cannot be read."""
    fields = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name
    del fields["digest"]
    try:
        if not isinstance(fields["at"], datetime):
            fields["at"] = datetime.fromisoformat(fields["at"]).replace(tzinfo=UTC)
            for name in ("before", "after"):
                fields[name] = None if fields[name] is None else read_kept(fields[name])
        return digest_of(fields)
    except (ValueError, TypeError, RecursionError):
        return None
