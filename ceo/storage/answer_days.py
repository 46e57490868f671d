"""On how many days how many people answered: totals of a round, so that fieldwork can be followed. No row leads to a submission.

Small rounds have none: there a day would be as good as a name.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKeyConstraint
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlmodel import Field, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.tenancy import TenantRow, tenant_of


class AnswerDay(TenantRow, table=True):
    """The number of people who sent their answers on a day."""

    __tablename__ = "answer_day"
    __table_args__ = (ForeignKeyConstraint(["round_id", "municipality"], ["round.id", "round.municipality"]),)

    round_id: int = Field(primary_key=True)
    day: date = Field(primary_key=True)
    answers: int


async def count_day(session: AsyncSession, round_id: int, day: date) -> None:
    """Count one more person who answered on a day."""
    insert = insert_sqlite if session.get_bind().dialect.name == "sqlite" else insert_postgresql
    row = {"municipality": tenant_of(session), "round_id": round_id, "day": day, "answers": 1}
    more = {"answers": AnswerDay.__table__.c.answers + 1}  # type: ignore[attr-defined]  # SQLModel's table classes have it
    statement = insert(AnswerDay).values(row)
    await session.exec(statement.on_conflict_do_update(index_elements=["round_id", "day"], set_=more))


async def days_of(session: AsyncSession, round_id: int) -> dict[date, int]:
    """Return how many people answered on each day on which somebody did, in order."""
    statement = select(col(AnswerDay.day), AnswerDay.answers).where(col(AnswerDay.round_id) == round_id)
    return dict((await session.exec(statement.order_by(col(AnswerDay.day)))).all())
