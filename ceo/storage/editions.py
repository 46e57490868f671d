"""Editions of the results: what a municipality was shown, kept as it was shown."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKeyConstraint, func
from sqlmodel import Field, SQLModel, col, select
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


class PublishedCounts(SQLModel, table=True):
    """The ledger of disclosure control after an edition of a measurement, as JSON: what all editions together have shown.

    It belongs to no municipality, and is as secret as the answers: it also holds the counts that were not shown.
    """

    __tablename__ = "published_counts"

    measurement: str = Field(primary_key=True)
    edition: int = Field(primary_key=True)
    content: str


async def counts_before(session: AsyncSession, measurement: str, edition: int) -> str:
    """Return the ledger as it was before an edition; empty when nothing was published."""
    earlier = (
        select(PublishedCounts.content)
        .where(col(PublishedCounts.measurement) == measurement, col(PublishedCounts.edition) < edition)
        .order_by(col(PublishedCounts.edition).desc())
        .limit(1)
    )
    return (await session.exec(earlier)).one_or_none() or ""


async def newest_counts(session: AsyncSession, measurement: str) -> int:
    """Return the number of the newest ledger of a measurement; 0 when nothing was published."""
    newest = select(func.max(PublishedCounts.edition)).where(col(PublishedCounts.measurement) == measurement)
    return (await session.exec(newest)).one() or 0


async def latest_edition(session: AsyncSession, round_id: int) -> Edition | None:
    """Return the newest edition of a round."""
    newest = select(func.max(Edition.number)).where(col(Edition.round_id) == round_id).scalar_subquery()
    statement = select(Edition).where(col(Edition.round_id) == round_id, col(Edition.number) == newest)
    return (await session.exec(statement)).one_or_none()
