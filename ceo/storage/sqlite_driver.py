"""Connections to SQLite that hand each statement to their thread in one go.

SQLAlchemy hands over four times: to make a cursor, to execute, to fetch and to close. Each time a thread is woken and waited for, which
takes more than a short statement does.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any, Self

from sqlalchemy import Dialect
from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_connection, AsyncAdapt_aiosqlite_cursor
from sqlalchemy.pool import ConnectionPoolEntry


def connect_in_one_go(
    dialect: Dialect, _: ConnectionPoolEntry, arguments: list[Any], named: dict[str, Any]
) -> AsyncAdapt_aiosqlite_connection:
    """Return a new connection for an engine: what its event `do_connect` asks for."""
    usual: Any = dialect.connect(*arguments, **named)
    return _Connection(usual.dbapi, usual.driver_connection)


class _WholeStatement:
    """A cursor that executes, fetches every row and closes in one go, and keeps what it was told."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection  # of aiosqlite
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.arraysize = 1

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, statement: str, values: Sequence[Any] = ()) -> None:
        await self._hand_over(sqlite3.Cursor.execute, statement, values)

    async def executemany(self, statement: str, values: Sequence[Sequence[Any]]) -> None:
        await self._hand_over(sqlite3.Cursor.executemany, statement, values)

    async def fetchall(self) -> list[Any]:
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        """There is nothing left to close."""

    async def _hand_over(self, *work: Any) -> None:
        await self._connection._execute(self._do, *work)  # noqa: SLF001 - the one way into its thread

    def _do(self, how: Callable[[sqlite3.Cursor, str, Any], object], statement: str, values: Any) -> None:
        cursor = self._connection._conn.cursor()  # noqa: SLF001 - there is no other way to the connection of sqlite3
        try:
            how(cursor, statement, values)
            self._rows = cursor.fetchall()
            self.description, self.rowcount, self.lastrowid = cursor.description, cursor.rowcount, cursor.lastrowid
        finally:
            cursor.close()


class _Cursor(AsyncAdapt_aiosqlite_cursor):
    __slots__ = ()

    def _make_new_cursor(self, connection: Any) -> Any:
        return _WholeStatement(connection)


class _Connection(AsyncAdapt_aiosqlite_connection):
    """As SQLAlchemy has it. What is read a few rows at a time (`stream`) keeps the cursor that stays open."""

    __slots__ = ()
    _cursor_cls = _Cursor
