"""What Alembic runs: migrate the database of the settings, or over the connection that `migrating.py` hands in."""

import asyncio
from typing import Literal

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

from ceo.settings import read_settings
from ceo.storage import tables  # noqa: F401 - imported for the tables
from ceo.storage.database import UtcDateTime, open_database


def render_type(kind: str, item: object, _: AutogenContext) -> str | Literal[False]:
    """Write columns with plain SQLAlchemy types: a migration must run for ever, also when our own types have moved."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, AutoString):
        return f"sa.String({item.length or ''})"
    if kind == "type" and isinstance(item, sa.JSON):
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_as_batch=True,
        compare_type=True,
        compare_server_default=True,
        render_item=render_type,
    )
    with context.begin_transaction():
        context.run_migrations()


async def migrate_settings() -> None:
    settings = read_settings()
    url = settings.owner_database_url or settings.database_url
    async with open_database(url) as database, database.writer.begin() as connection:
        await connection.run_sync(migrate)


given = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    asyncio.run(migrate_settings())
