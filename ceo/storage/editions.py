"""Editions of the results: what a municipality was shown, kept as it was shown."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKeyConstraint, func
from sqlmodel import Field, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.tenancy import TenantRow


class Edition(TenantRow, table=True):
    """The report of one round as JSON. A later edition counts at least as many new submissions as the disclosure floor."""

    __tablename__ = "edition"
    __table_args__ = (ForeignKeyConstraint(["round_id", "municipality"], ["round.id", "round.municipality"]),)

    round_id: int = Field(primary_key=True)
    number: int = Field(primary_key=True)
    made_on: date
    submissions: int
    report: str


async def latest_edition(session: AsyncSession, round_id: int) -> Edition | None:
    """Return the newest edition of a round."""
    newest = select(func.max(Edition.number)).where(col(Edition.round_id) == round_id).scalar_subquery()
    statement = select(Edition).where(col(Edition.round_id) == round_id, col(Edition.number) == newest)
    return (await session.exec(statement)).one_or_none()
