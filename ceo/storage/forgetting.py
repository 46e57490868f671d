"""What databases keep for themselves about rows: when and where each was written, and what stood there before. How that is forgotten.

PostgreSQL numbers the transaction that wrote a row (`xmin`) and keeps the place where it landed (`ctid`); sending writes the
invitation and the submission in one transaction, so until a submission is written anew those numbers lead from one to the other. Rows
that were removed stay in its files until they are vacuumed. SQLite keeps nothing of the kind in these tables, but its journal (the
file `-wal`) holds the last changes one after the other.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import ColumnElement, delete, func, insert
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.database import Database
from ceo.storage.tenancy import TenantRow, tenant_of

# The tables whose removed rows PostgreSQL has to give back.
VACUUMED: Final = (
    "draft",
    "submission",
    "callback",
    "client",
    "contact",
    "invitation",
    "second_code",
    "kept_file",
    "kept_file_part",
    "outgoing_mail",
    "keyed_form",
    "job",
    "story_reading",
    "story_coding",
    "story_note",
    "story_quote",
    "described_case",
    "inflow_key",
)


async def wait_for_rewriting(session: AsyncSession) -> None:
    """Let no other transaction write the rows of this municipality anew until this one ends.

    PostgreSQL waits for a row, and does not see what took its place: without this, who comes second finds nothing. SQLite has one
    writer at a time.
    """
    if session.get_bind().dialect.name == "postgresql":
        name = f"rows written anew: {tenant_of(session)}"
        await session.exec(select(func.pg_advisory_xact_lock(func.hashtext(name))))


async def write_anew(
    session: AsyncSession, table: type[TenantRow], which: ColumnElement[bool], **changes: object
) -> None:
    """Write rows anew, with changes, all in one transaction and in order of their ids, which are random."""
    await wait_for_rewriting(session)
    columns = table.__table__.c  # type: ignore[attr-defined]  # SQLModel's table classes have it
    rows = (await session.exec(delete(table).where(which).returning(*columns))).all()
    anew = sorted(({**row._mapping, **changes} for row in rows), key=lambda row: str(row["id"]))  # noqa: SLF001 - SQLAlchemy's public name
    if anew:
        await session.exec(insert(table), params=anew)


def keeps_moments(database: Database) -> bool:
    """Return whether the database keeps for itself in which transaction a row was written."""
    return database.writer.dialect.name == "postgresql"


async def forget_removed_rows(database: Database) -> None:
    """Let the database overwrite or give back what was removed. What others are reading now is left for a next time."""
    async with database.writer.connect() as connection:
        if connection.dialect.name == "sqlite":
            await connection.exec_driver_sql("COMMIT")  # a checkpoint has to stand outside a transaction
            await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            await connection.exec_driver_sql("BEGIN")
        else:
            outside = await connection.execution_options(isolation_level="AUTOCOMMIT")
            await outside.exec_driver_sql(f"VACUUM {', '.join(VACUUMED)}")
