"""Four municipalities in one database, and any SQL on it: no session filters what is asked here, only the database does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from arrangements import TODAY, UTRECHT, ZWOLLE, arrange_round
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from ceo.settings import Settings
from ceo.storage.database import Database
from ceo.storage.reach import reach_in_transaction
from ceo.workflows.answering.arriving import start

ALMELO: Final = "GM0141"
DELFT: Final = "GM0503"
TOWNS: Final = (UTRECHT, ZWOLLE, ALMELO, DELFT)
INVITED: Final = 3


async def arrange_towns(database: Database, settings: Settings) -> None:
    """Open a round with three invited clients in each of four municipalities; one of the three has begun."""
    for town in TOWNS:
        opened = await arrange_round(
            database, settings, municipality=town, measurement=f"wmo-{town}", invited={"Begeleiding": INVITED}
        )
        await start(database, opened.key(), today=TODAY)


@asynccontextmanager
async def reaching(database: Database, reach: str) -> AsyncIterator[AsyncConnection]:
    """Open a transaction that reaches this, for any SQL: no session filters it."""
    async with database.writer.begin() as connection:
        assert connection.sync_connection is not None
        reach_in_transaction(connection.sync_connection, reach)
        yield connection


async def owners_of(connection: AsyncConnection, statement: str = "SELECT municipality FROM invitation") -> list[str]:
    """Return to whom the rows belong that a statement returns."""
    return sorted(await connection.scalars(text(statement)))


async def in_one(database: Database, reach: str, statement: str) -> list[str]:
    async with reaching(database, reach) as connection:
        return await owners_of(connection, statement)


def of(*towns: str) -> list[str]:
    return sorted(town for town in towns for _ in range(INVITED))
