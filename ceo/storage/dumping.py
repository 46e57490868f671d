"""All rows of a database, out of it and into another one, whatever kind each is."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import (
    Column,
    ColumnElement,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    String,
    Table,
    collate,
    func,
    insert,
    inspect,
    literal,
    select,
    text,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from ceo.storage.database import Database, UtcDateTime
from ceo.storage.row_security import lift, secure
from ceo.storage.tables import all_tables
from ceo.storage.tenancy import reading_across

# Rows in memory at a time: of files, which stand in parts of a megabyte, and of anything else.
_PARTS: Final = 8
_BATCH: Final = 500


@asynccontextmanager
async def one_moment(database: Database) -> AsyncIterator[AsyncConnection]:
    """Read everything as it is at one moment, while others go on writing."""
    async with reading_across(database) as session:
        options = {"isolation_level": "REPEATABLE READ"} if database.reader.dialect.name == "postgresql" else {}
        yield await session.connection(execution_options=options)


@asynccontextmanager
async def filling(database: Database, application: str | None) -> AsyncIterator[AsyncConnection]:
    """Fill a database in one transaction of the owner of its tables, with its guards away until the end."""
    async with database.writer.begin() as connection:
        await lift(connection)
        yield connection
        await secure(connection, application)


async def written_rows(connection: AsyncConnection, table: Table) -> AsyncIterator[str]:
    """Yield each row as a line of JSON, in order of the primary key: the same on every kind of database."""
    # In batches after the last key, and not with a cursor: PostgreSQL keeps one open until the transaction ends.
    key = _ordered(connection, table)
    statement = select(table).order_by(*key).limit(_in_memory(table))
    batch = (await connection.execute(statement)).all()
    while batch:
        for row in batch:
            yield json.dumps(
                [_plain(value) for value in row], ensure_ascii=False, sort_keys=True, separators=(",", ":")
            )
        last = [batch[-1]._mapping[column.name] for column in table.primary_key.columns]  # noqa: SLF001 - SQLAlchemy's public name
        batch = (await connection.execute(statement.where(_after(key, last)))).all()


async def put_rows(connection: AsyncConnection, table: Table, lines: Iterable[str]) -> int:
    """Add rows that were written by `written_rows`; return how many."""
    columns, count = list(table.columns), 0
    batch: list[dict[str, Any]] = []
    for line in lines:
        batch.append(_row(columns, json.loads(line)))
        if len(batch) == _in_memory(table):
            await connection.execute(insert(table), batch)
            count, batch = count + len(batch), []
    if batch:
        await connection.execute(insert(table), batch)
    return count + len(batch)


async def count_on(connection: AsyncConnection, table: Table) -> None:
    """Let the database number the next row after those that were put in. SQLite does by itself."""
    [*keys] = table.primary_key.columns
    if connection.dialect.name != "postgresql" or len(keys) != 1 or not isinstance(keys[0].type, Integer):
        return
    sequence = await connection.scalar(text("SELECT pg_get_serial_sequence(:name, :key)"), _named(table, keys[0]))
    last = await connection.scalar(select(func.max(keys[0])))
    if sequence is not None and last is not None:
        await connection.execute(text("SELECT setval(:sequence, :last)"), {"sequence": sequence, "last": last})


async def is_empty(connection: AsyncConnection, but: Sequence[str]) -> bool:
    """Tell whether no table holds a row, those named apart."""
    for table in all_tables():
        if table.name not in but and (await connection.execute(select(table).limit(1))).first() is not None:
            return False
    return True


async def empty(connection: AsyncConnection, table: Table) -> None:
    """Remove every row of a table."""
    await connection.execute(table.delete())


def _in_memory(table: Table) -> int:
    return _PARTS if any(isinstance(column.type, LargeBinary) for column in table.columns) else _BATCH


def _ordered(connection: AsyncConnection, table: Table) -> list[ColumnElement[Any]]:
    """Return the primary key as it orders rows: texts by their bytes, whatever the language of the database is."""
    by_bytes = connection.dialect.name == "postgresql"
    return [
        collate(column, "C") if by_bytes and isinstance(column.type, String) else column
        for column in table.primary_key.columns
    ]


def _after(key: Sequence[ColumnElement[Any]], last: Sequence[Any]) -> ColumnElement[bool]:
    return tuple_(*key) > tuple_(*(literal(value, column.type) for column, value in zip(key, last, strict=True)))


async def unknown_tables(connection: AsyncConnection) -> set[str]:
    """Return the tables of a database that this version of the software does not know: a backup would leave them out."""
    present = await connection.run_sync(lambda sync: set(inspect(sync).get_table_names()))
    return present - {table.name for table in all_tables()} - {"alembic_version"}


def _named(table: Table, key: Column[Any]) -> dict[str, str]:
    return {"name": table.name, "key": key.name}


def _plain(value: object) -> object:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value.isoformat() if isinstance(value, date) else value


def _row(columns: Sequence[Column[Any]], values: Sequence[Any]) -> dict[str, Any]:
    return {column.name: _read(column, value) for column, value in zip(columns, values, strict=True)}


def _read(column: Column[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column.type, (UtcDateTime, DateTime)):
        return datetime.fromisoformat(value)
    if isinstance(column.type, LargeBinary):
        return base64.b64decode(value)
    return date.fromisoformat(value) if isinstance(column.type, Date) else value
