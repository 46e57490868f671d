"""One database, SQLite or PostgreSQL, behind one pair of engines.

SQLite: a writer that takes the write lock at BEGIN (so that two writers queue instead of failing half-way) and readers that
never wait for it (WAL). `synchronous=FULL`: a commit that returned is on disk. PostgreSQL uses one engine for both.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, TypeDecorator, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import SQLModel

from ceo.storage.at_hand import AtHand, PostgresqlAtHand, SqliteAtHand
from ceo.storage.reach import ReachingConnection, forget_reach
from ceo.storage.sqlite_driver import connect_in_one_go

# Set before the first table is declared: every constraint has a name, so that every migration can undo it.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# The driver's own log of statements would hold answers.
logging.getLogger("aiosqlite").setLevel(logging.INFO)

# UPDATE ... FROM ... RETURNING, on which saving answers stands.
_OLDEST_SQLITE = (3, 35, 0)
# secure_delete: a draft that was sent leaves nothing behind in the file.
_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "busy_timeout = 10000",
    "secure_delete = ON",
)


# A value that one row holds as a whole.
JsonDocument = JSON().with_variant(JSONB(), "postgresql")


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC. SQLite forgets the zone of a timestamp; this type gives it back, and refuses a moment without one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Return the moment in UTC."""
        assert value is None or value.tzinfo is not None, "a stored moment has a time zone"
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Return the moment with its zone."""
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


@dataclass(frozen=True, slots=True)
class Database:
    """The engines of one database. `writer` commits; `reader` sees what is committed and cannot write on SQLite.

    `at_hand` runs the two statements of a page turn past the engines.
    """

    writer: AsyncEngine
    reader: AsyncEngine
    at_hand: AtHand

    async def close(self) -> None:
        """Give back every connection."""
        await self.at_hand.close()
        await self.writer.dispose()
        if self.reader is not self.writer:
            await self.reader.dispose()


@asynccontextmanager
async def open_database(url: str) -> AsyncIterator[Database]:
    """Open the database at an SQLAlchemy address with an async driver, and close it afterwards."""
    database = connect(url)
    try:
        yield database
    finally:
        await database.close()


def connect(url: str) -> Database:
    """Return the engines of an address; nothing is opened yet.

    Errors hide the values of a statement: they go to the log, and the values are what people answered.
    """
    if url.startswith("sqlite"):
        return _connect_sqlite(url)
    engine = create_async_engine(
        url,
        pool_size=20,
        max_overflow=0,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"connection_class": ReachingConnection},
    )
    event.listen(engine.sync_engine.pool, "checkin", forget_reach)
    return Database(writer=engine, reader=engine, at_hand=PostgresqlAtHand(engine))


def _connect_sqlite(url: str) -> Database:
    assert sqlite3.sqlite_version_info >= _OLDEST_SQLITE, (
        f"SQLite {sqlite3.sqlite_version} is te oud: er is 3.35 of nieuwer nodig. Gebruik een nieuwere Python of PostgreSQL."
    )
    file = Path(url.split("///", 1)[1])
    file.parent.mkdir(parents=True, exist_ok=True)
    # For its owner only: SQLite gives the files beside it the same rights.
    with suppress(FileExistsError):
        file.touch(mode=0o600, exist_ok=False)
    # One writing connection: SQLite has one write lock, and a queue in the pool is fairer than retries on the lock. Its
    # transactions end before it is given back, so nothing is left to reset then.
    writer = create_async_engine(
        url, pool_size=1, max_overflow=0, pool_timeout=30, pool_reset_on_return=None, hide_parameters=True
    )
    reader = create_async_engine(url, pool_size=4, max_overflow=4, hide_parameters=True)
    for engine in (writer, reader):
        event.listen(engine.sync_engine, "do_connect", connect_in_one_go)
    event.listen(writer.sync_engine, "connect", _set_up_writer)
    event.listen(writer.sync_engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    event.listen(reader.sync_engine, "connect", _set_up_reader)
    event.listen(reader.sync_engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return Database(writer=writer, reader=reader, at_hand=SqliteAtHand(lambda: _open_reader(file), writer))


def _open_reader(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, check_same_thread=False)
    _set_up_reader(connection)
    return connection


def _set_up_writer(connection: Any, _: ConnectionPoolEntry | None = None) -> None:
    connection.isolation_level = None  # the driver must not begin transactions of its own
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}").close()


def _set_up_reader(connection: Any, _: ConnectionPoolEntry | None = None) -> None:
    _set_up_writer(connection)
    connection.execute("PRAGMA query_only = ON").close()
