"""Columns whose values are sealed with a key that is not in the database: counting them by key, and putting others in their place.

A sealed value begins with the name of its key and a colon; what it holds is the concern of the workflows.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, String, func, update
from sqlalchemy.orm import InstrumentedAttribute
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

_NAME_LENGTH: Final = 8


class SealedText(String):
    """The type of a column with sealed values. Each such column stands in `ceo.workflows.installation.rotating.SEALED_COLUMNS`."""

    cache_ok = True


async def count_by_key(session: AsyncSession, table: type[SQLModel], column: str) -> dict[str, int]:
    """Return how many values of a column are sealed with each key, by the name of the key."""
    values = _column(table, column)
    name = func.substr(values, 1, _NAME_LENGTH).label("key_name")
    rows = await session.exec(select(name, func.count()).where(values.is_not(None)).group_by(name))
    return {key: number for key, number in rows.all()}  # noqa: C416 - rows are not tuples


async def sealed_otherwise(
    session: AsyncSession, table: type[Any], column: str, key: str, *, after: str, number: int
) -> list[Any]:
    """Return the next rows, in order of their ids, whose value is sealed with another key than the one of this name."""
    values = _column(table, column)
    other: ColumnElement[bool] = values.is_not(None) & ~values.startswith(f"{key}:")
    statement = select(table).where(other, col(table.id) > after).order_by(col(table.id)).limit(number)
    return list((await session.exec(statement)).all())


async def replace_sealed(session: AsyncSession, row: Any, column: str, value: str) -> bool:
    """Put another value in the place of one that was read; return False when it is not the same any more."""
    table = type(row)
    values = _column(table, column)
    same = (col(table.id) == row.id, values == getattr(row, column))
    changed = await session.exec(update(table).where(*same).values({column: value}).returning(col(table.id)))
    return len(changed.all()) == 1


def _column(table: type[SQLModel], column: str) -> InstrumentedAttribute[Any]:
    values: InstrumentedAttribute[Any] = getattr(table, column)
    return values
