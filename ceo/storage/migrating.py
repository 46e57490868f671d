"""Bringing a database to the current tables, and telling whether it is there."""

from __future__ import annotations

from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from ceo.storage.database import Database


async def migrate(database: Database) -> None:
    """Bring the database to the current tables, in one transaction."""
    async with database.writer.begin() as connection:
        await connection.run_sync(lambda sync: command.upgrade(_configuration(sync), "head"))


async def is_current(database: Database) -> bool:
    """Tell whether the database has the tables that this version of the software expects."""
    async with database.reader.connect() as connection:
        present = await connection.run_sync(lambda sync: MigrationContext.configure(sync).get_current_heads())
    return set(present) == set(ScriptDirectory.from_config(_configuration(None)).get_heads())


def _configuration(connection: Connection | None) -> Config:
    configuration = Config()
    configuration.set_main_option("script_location", str(files("ceo.storage").joinpath("migrations")))
    configuration.attributes["connection"] = connection
    return configuration
