"""The driver itself, past SQLAlchemy: for the two statements of a page turn, opening a draft and saving a batch.

SQLAlchemy's own work costs many times what the database does for a short statement. What runs here is one statement at a time, a
transaction of its own; everything longer goes through the engines.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, Protocol, TypeAlias

import asyncpg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from ceo.storage.reach import ReachingConnection, reach_of

Rows: TypeAlias = Sequence[Sequence[Any]]
_Kept: TypeAlias = tuple[AsyncConnection, ReachingConnection]

# Connections that are kept out of PostgreSQL's pool: one for the batches, the others for pages.
_KEPT: Final = 5
# Nothing is wrong with the statement: another process writes for very long, or the disk is full or gone.
_SQLITE_AWAY: Final = frozenset(
    {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY}
)
_PRIMARY_CODE: Final = 0xFF
_LOST: Final = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
)


class DatabaseAwayError(Exception):
    """The database cannot be reached or has no room; nothing was stored, and the client should try again in a moment."""


def is_away(error: Exception) -> bool:
    """Tell whether an error of a session is about the connection or the room on the disk, and not about what was asked."""
    if not isinstance(error, DBAPIError):
        return isinstance(error, (*_LOST, PoolTimeoutError, DatabaseAwayError))
    driver = error.driver_exception
    if isinstance(driver, sqlite3.OperationalError):
        return driver.sqlite_errorcode & _PRIMARY_CODE in _SQLITE_AWAY
    return error.connection_invalidated or isinstance(driver, (*_LOST, asyncpg.InsufficientResourcesError))


class AtHand(Protocol):
    """Runs one statement, with its values in the order and the form that the driver wants.

    `municipalities` are those whose rows the statement may reach on PostgreSQL; the statement names them all the same.
    """

    async def read(self, statement: str, values: Sequence[object], municipalities: Iterable[str] = ()) -> Rows:
        """Return a few rows."""

    async def write(self, statement: str, values: Sequence[object], municipalities: Iterable[str] = ()) -> Rows:
        """Return the rows of a statement after its commit."""

    async def close(self) -> None:
        """Give back every connection."""


class SqliteAtHand:
    """Reads in the event loop: it takes SQLite less than 0.1 ms, and handing it to a thread takes more. Writing waits in a thread."""

    def __init__(self, open_reader: Callable[[], sqlite3.Connection], writer: AsyncEngine) -> None:
        self._open_reader = open_reader
        self._reader: sqlite3.Connection | None = None
        self._writer = writer

    async def read(self, statement: str, values: Sequence[object], municipalities: Iterable[str] = ()) -> Rows:  # noqa: ARG002 - SQLite has no second wall
        """Return a few rows."""
        if self._reader is None:
            self._reader = self._open_reader()
        return self._reader.execute(statement, values).fetchall()

    async def write(self, statement: str, values: Sequence[object], municipalities: Iterable[str] = ()) -> Rows:  # noqa: ARG002 - as above
        """Return the rows of a statement after its commit. It queues for the one writing connection, like all that writes."""
        try:
            async with self._writer.connect() as connection:
                driver = (await connection.get_raw_connection()).driver_connection
                assert driver is not None, "the connection was opened here"
                rows: Rows = await driver.execute_fetchall(statement, values)
                return rows
        except PoolTimeoutError as error:
            raise DatabaseAwayError from error
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & _PRIMARY_CODE in _SQLITE_AWAY:
                raise DatabaseAwayError from error
            raise

    async def close(self) -> None:
        """Close the reader; the writer belongs to its engine."""
        if self._reader is not None:
            self._reader.close()


class PostgresqlAtHand:
    """Keeps a few connections, because taking one from the pool and asking whether it still works costs more than a statement.

    What a kept connection reaches stays set, so that statements of one municipality one after the other need no message for it. It is
    never given back to the pool, where others would reach the same.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._free: list[_Kept] = []  # the one that was used last is the last
        self._places = asyncio.Semaphore(_KEPT)

    async def read(self, statement: str, values: Sequence[object], municipalities: Iterable[str] = ()) -> Rows:
        """Return a few rows."""
        return await self._run(reach_of(municipalities), statement, values)

    async def write(self, statement: str, values: Sequence[object], municipalities: Iterable[str] = ()) -> Rows:
        """Return the rows of a statement after its commit.

        When the connection is lost half-way it is run again, perhaps for the second time: what is written here must know a repeat.
        """
        return await self._run(reach_of(municipalities), statement, values)

    async def close(self) -> None:
        """Close every connection."""
        while self._free:
            await _drop(self._free.pop())

    async def _run(self, reach: str, statement: str, values: Sequence[object]) -> Rows:
        """Run a statement on a kept connection, or on a new one when those that were kept are lost."""
        async with self._places:
            while (kept := self._take(reach)) is not None:
                rows = await self._try(kept, reach, statement, values)
                if rows is not None:
                    return rows
            rows = await self._try(await self._connect(), reach, statement, values)
        if rows is None:
            raise DatabaseAwayError
        return rows

    def _take(self, reach: str) -> _Kept | None:
        """Return a free connection: one that reaches the same already, or the one that was idle longest; None when none is free."""
        for place in range(len(self._free) - 1, -1, -1):
            if self._free[place][1].standing == reach:
                return self._free.pop(place)
        return self._free.pop(0) if self._free else None

    async def _try(self, kept: _Kept, reach: str, statement: str, values: Sequence[object]) -> Rows | None:
        """Return the rows of a statement; None when the connection was lost.

        A connection is kept after an answer of the server only: in the midst of a cut, or of a page that nobody waits for any
        more, nobody knows what it will say next.
        """
        driver = kept[1]
        try:
            if driver.standing != reach:
                await driver.stand(reach)
            rows: Rows = await driver.fetch(statement, *values)
        except _LOST:
            await _drop(kept)
            return None
        except asyncpg.PostgresError as error:
            self._free.append(kept)
            if isinstance(error, asyncpg.InsufficientResourcesError):
                raise DatabaseAwayError from error
            raise
        except BaseException as error:
            lost = isinstance(error, asyncpg.InternalClientError) or driver.is_closed()
            await _drop(kept)
            if lost:
                return None
            raise
        self._free.append(kept)
        return rows

    async def _connect(self) -> _Kept:
        try:
            connection = await self._engine.connect()
        except (OSError, DBAPIError, PoolTimeoutError) as error:
            raise DatabaseAwayError from error
        driver = (await connection.get_raw_connection()).driver_connection
        assert isinstance(driver, ReachingConnection)
        return connection, driver


async def _drop(kept: _Kept) -> None:
    await kept[0].invalidate()
    await kept[0].close()
