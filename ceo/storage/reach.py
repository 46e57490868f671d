"""What a connection to PostgreSQL may reach: the setting on which row level security decides, and how it is sent.

The policies (`row_security`) compare the municipality of a row with the setting `app.municipality`: one code, codes with commas between
them, `people.NATIONAL` for what belongs to no municipality, or `EVERYWHERE` for reading only. Without it, or empty, nothing is reached.

A message of its own for the setting would cost a round trip for every transaction, so it travels in the message that begins one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

import asyncpg
from sqlalchemy import Connection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

SETTING: Final = "app.municipality"
# Every row may be read, and none written.
EVERYWHERE: Final = "*"
NOTHING: Final = ""

_MUNICIPALITY: Final = re.compile(r"GM[0-9]{4}")


def reach_of(municipalities: Iterable[str]) -> str:
    """Return the value of the setting for some municipalities. It becomes part of a statement, so nothing but codes may be in it.

    >>> reach_of(["GM0344", "GM0193", "GM0344"])
    'GM0193,GM0344'
    """
    codes = sorted(set(municipalities))
    for code in codes:
        if not _MUNICIPALITY.fullmatch(code):
            raise ValueError(f"{code!r} is not the code of a municipality")
    return ",".join(codes)


class ReachingConnection(asyncpg.Connection):  # type: ignore[misc]  # asyncpg has no types
    """A connection that says with BEGIN what a transaction reaches (`reach`), and knows what it reaches without one (`standing`)."""

    __slots__ = ("reach", "standing")

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.reach = NOTHING
        self.standing = NOTHING

    async def stand(self, reach: str) -> None:
        """Let single statements reach something else from now on. Such a connection must not be lent to anybody else."""
        await super().execute(f"SET {SETTING} = '{reach}'")
        self.standing = reach

    async def execute(self, query: str, *values: object, timeout: float | None = None) -> str:  # noqa: ASYNC109 - asyncpg's signature
        """Run a statement; the one that begins a transaction takes the setting along."""
        if query.startswith("BEGIN"):
            if self.reach != self.standing:
                query = f"{query}SET LOCAL {SETTING} = '{self.reach}';"
            self.reach = NOTHING
        status: str = await super().execute(query, *values, timeout=timeout)
        return status


def reach_in_transaction(connection: Connection, reach: str) -> None:
    """Say what a transaction reaches that was asked for, and whose first statement is still to come."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, ReachingConnection)
    driver.reach = reach


def forget_reach(connection: DBAPIConnection | None, _record: ConnectionPoolEntry) -> None:
    """Let nothing stay of what somebody meant to reach who gives a connection back without having begun."""
    driver = getattr(connection, "driver_connection", None)
    if driver is not None:
        driver.reach = NOTHING
