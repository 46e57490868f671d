"""What clients thought of filling in: counts only, so that no row belongs to anybody."""

from __future__ import annotations

from sqlalchemy import ForeignKeyConstraint
from sqlmodel import Field

from ceo.storage.tenancy import TenantRow


class ImpressionCount(TenantRow, table=True):
    """How many clients of a round who read in one way gave one answer to the question about the survey itself."""

    __tablename__ = "impression_count"
    __table_args__ = (ForeignKeyConstraint(["round_id", "municipality"], ["round.id", "round.municipality"]),)

    round_id: int = Field(primary_key=True)
    language: str = Field(primary_key=True)
    text_register: str = Field(primary_key=True)
    impression: str = Field(primary_key=True)
    clients: int
