"""Bringing a database to the current tables, and telling whether it is there."""

from __future__ import annotations

from importlib.resources import files

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from ceo.settings import Settings
from ceo.storage.database import Database, open_database
from ceo.storage.row_security import Secured, is_secured, lift, secure


class DatabaseNotCurrentError(Exception):
    """The database has other tables than this version of the software expects: run `ceo migrate` first."""


async def migrate(database: Database, application: str | None = None) -> Secured | None:
    """Bring the database to the current tables and guard them, in one transaction of their owner; return what was secured.

    `application` is the role that serves, when it is another one. None is returned on SQLite, which knows no roles.
    """
    async with database.writer.begin() as connection:
        await lift(connection)
        await connection.run_sync(lambda sync: command.upgrade(_configuration(sync), "head"))
        return await secure(connection, application)


async def is_current(database: Database) -> bool:
    """Tell whether the database has the tables that this version of the software expects, guarded, and may be used by its role."""
    try:
        async with database.reader.connect() as connection:
            present = await connection.run_sync(lambda sync: MigrationContext.configure(sync).get_current_heads())
            guarded = await is_secured(connection)
    except DBAPIError as error:
        if is_forbidden(error):
            return False
        raise
    return guarded and set(present) == set(ScriptDirectory.from_config(_configuration(None)).get_heads())


async def require_current(settings: Settings) -> None:
    """Raise unless the database has the tables that this version expects."""
    async with open_database(settings.database_url) as database:
        if not await is_current(database):
            raise DatabaseNotCurrentError


def newest_revision() -> str:
    """Return the name of the newest tables that this version of the software knows."""
    [head] = ScriptDirectory.from_config(_configuration(None)).get_heads()
    return head


def is_forbidden(error: Exception) -> bool:
    """Tell whether PostgreSQL refused something because the role has no right to it."""
    cause = error.driver_exception if isinstance(error, DBAPIError) else error
    return isinstance(cause, asyncpg.InsufficientPrivilegeError)


def _configuration(connection: Connection | None) -> Config:
    configuration = Config()
    configuration.set_main_option("script_location", str(files("ceo.storage").joinpath("migrations")))
    configuration.attributes["connection"] = connection
    return configuration
