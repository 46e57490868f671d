"""What clients thought of filling in: counts only, so that no row belongs to anybody."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, ForeignKeyConstraint, and_, func
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.tenancy import TenantRow

# A marker that was used is a row that counts nobody: its name holds the day, so that old ones can be found.
_USED: Final = "used:"
_KEY: Final = ("round_id", "language", "text_register", "impression")


class ImpressionCount(TenantRow, table=True):
    """How many clients of a round who read in one way gave one answer to the question about the survey itself."""

    __tablename__ = "impression_count"
    __table_args__ = (ForeignKeyConstraint(["round_id", "municipality"], ["round.id", "round.municipality"]),)

    round_id: int = Field(primary_key=True)
    language: str = Field(primary_key=True)
    text_register: str = Field(primary_key=True)
    impression: str = Field(primary_key=True)
    clients: int


async def use_marker(session: AsyncSession, municipality: str, round_id: int, *, day: date, marker: str) -> bool:
    """Use up a marker of a day; tell whether it was unused. Of two transactions that try at once, one finds it used."""
    row = _row(municipality, round_id, impression=_used(day, marker), clients=0)
    insert = _insert(session).on_conflict_do_nothing().returning(ImpressionCount.clients)
    return bool((await session.exec(insert, params=[row])).all())


async def is_used(session: AsyncSession, round_id: int, *, day: date, marker: str) -> bool:
    """Tell whether a marker was used."""
    used = select(ImpressionCount.clients).where(
        col(ImpressionCount.round_id) == round_id, col(ImpressionCount.impression) == _used(day, marker)
    )
    return bool((await session.exec(used)).all())


async def count_client(
    session: AsyncSession, municipality: str, round_id: int, impression: str, *, language: str, text_register: str
) -> None:
    """Count one more client of a round who gave an impression."""
    row = _row(municipality, round_id, language, text_register, impression=impression, clients=1)
    more = {"clients": col(ImpressionCount.clients) + 1}
    insert = _insert(session).on_conflict_do_update(index_elements=_KEY, set_=more)
    await session.exec(insert, params=[row])


async def count_impressions(session: AsyncSession, round_id: int) -> dict[str, int]:
    """Return how many clients of a round gave each impression."""
    counted = select(ImpressionCount.impression, func.sum(col(ImpressionCount.clients))).where(
        col(ImpressionCount.round_id) == round_id, col(ImpressionCount.clients) > 0
    )
    return {
        impression: int(clients)
        for impression, clients in await session.exec(counted.group_by(ImpressionCount.impression))
    }


async def remove_markers(session: AsyncSession, *, before: date) -> int:
    """Remove the markers of earlier days that were used; return their number."""
    old = delete(ImpressionCount).where(_older_than(before))
    return len((await session.exec(old.returning(col(ImpressionCount.impression)))).all())


async def with_markers(session: AsyncSession, *, before: date) -> list[str]:
    """Return the municipalities that have used markers of earlier days."""
    return list(await session.exec(select(ImpressionCount.municipality).where(_older_than(before)).distinct()))


def _older_than(day: date) -> ColumnElement[bool]:
    written = col(ImpressionCount.impression)
    return and_(written.startswith(_USED), written < _used(day, ""))


def _used(day: date, marker: str) -> str:
    return f"{_USED}{day.isoformat()}:{marker}"


def _row(
    municipality: str, round_id: int, language: str = "", text_register: str = "", *, impression: str, clients: int
) -> dict[str, str | int]:
    return {
        "municipality": municipality,
        "round_id": round_id,
        "language": language,
        "text_register": text_register,
        "impression": impression,
        "clients": clients,
    }


def _insert(session: AsyncSession) -> Any:
    """Return an insert that may meet a row that is there already: each database has its own."""
    postgres = session.get_bind().dialect.name == "postgresql"
    return (postgresql.insert if postgres else sqlite.insert)(ImpressionCount)
