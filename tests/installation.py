"""Where the installations of the tests stand: their settings, with a secret that everyone may know."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from postgresql import clone_database, owner_url
from sqlalchemy.ext.asyncio import AsyncConnection

from ceo.settings import Settings
from ceo.storage.database import Database, open_database

SECRET = "5e" * 32


def settings_on(database_url: str, folder: Path, address: str = "http://testserver.local") -> Settings:
    """Return the settings of an installation on a database."""
    owner = None if database_url.startswith("sqlite") else owner_url(database_url)
    return Settings(folder, database_url, address, SECRET, owner_database_url=owner)


def settings_of_copy(request: pytest.FixtureRequest, folder: Path) -> Settings:
    """Return the settings of an installation on a copy of the installed database of the kind that a fixture's parameter names."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), folder / "ceo.sqlite3")
        return settings_on(f"sqlite+aiosqlite:///{folder / 'ceo.sqlite3'}", folder)
    server: str = request.getfixturevalue("postgresql")
    name = clone_database(server, request.getfixturevalue("postgresql_template"))
    return settings_on(server.format(name=name), folder)


@asynccontextmanager
async def as_owner(database: Database) -> AsyncIterator[AsyncConnection]:
    """Open a transaction of who has the whole database: it may change tables, and reaches the rows of every place."""
    url = owner_url(database.writer.url.render_as_string(hide_password=False))
    async with open_database(url) as owned, owned.writer.begin() as connection:
        if connection.dialect.name == "postgresql":
            every_place = "SELECT string_agg(code, ',') || ',NL' FROM municipality"
            await connection.exec_driver_sql(f"SELECT set_config('app.municipality', ({every_place}), true)")
        yield connection
