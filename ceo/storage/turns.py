"""What only one process of an installation does at a time, wherever its processes run.

PostgreSQL: an advisory lock of a connection of its own. SQLite: a lock on a file beside the database. Both end with the process, however it
ends.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from ceo.storage.database import Database

# In seconds.
_TRIES_EVERY: Final = 0.5


class Turn:
    """A turn by its name. Whoever has it keeps it until it is given back, or the process or its connection ends."""

    def __init__(self, database: Database, name: str) -> None:
        self._database = database
        self._name = name
        self._file: int | None = None
        self._connection: AsyncConnection | None = None

    async def take(self) -> bool:
        """Return whether this process has the turn now; it may have had it before."""
        if self._database.writer.dialect.name == "sqlite":
            return self._take_file()
        return await self._still_connected() or await self._take_lock()

    async def give_back(self) -> None:
        """Let another process take the turn. Twice is once."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
        await self._let_go()

    def _take_file(self) -> bool:
        import fcntl

        if self._file is not None:
            return True
        file = os.open(self._beside_database(), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return False
        self._file = file
        return True

    def _beside_database(self) -> Path:
        file = Path(str(self._database.writer.url.database))
        return file.with_name(f"{file.name}-{self._name}")

    async def _take_lock(self) -> bool:
        connection = await self._database.writer.connect()
        try:
            # No transaction: one that stays open for days would keep PostgreSQL from cleaning up.
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            statement = text("SELECT pg_try_advisory_lock(hashtext('ceo turn'), hashtext(:name))")
            has_it = bool((await connection.execute(statement, {"name": self._name})).scalar_one())
        except BaseException:
            await connection.close()
            raise
        if has_it:
            self._connection = connection
        else:
            await connection.close()
        return has_it

    async def _still_connected(self) -> bool:
        if self._connection is None:
            return False
        try:
            await self._connection.execute(text("SELECT 1"))
        except Exception:  # noqa: BLE001 - however it was lost, the lock went with it
            await self._let_go()
            return False
        return True

    async def _let_go(self) -> None:
        if self._connection is not None:
            connection, self._connection = self._connection, None
            await connection.invalidate()
            await connection.close()


@asynccontextmanager
async def in_turn(database: Database, name: str) -> AsyncIterator[None]:
    """Wait for a turn, and give it back at the end."""
    turn = Turn(database, name)
    while not await turn.take():  # noqa: ASYNC110 - no other process can set an event here
        await asyncio.sleep(_TRIES_EVERY)
    try:
        yield
    finally:
        await turn.give_back()
