"""Figures that a municipality shares with a partner or a provider: only its own, and only after somebody decided so."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKeyConstraint
from sqlmodel import Field

from ceo.storage.tenancy import TenantRow


class SharedActivity(TenantRow, table=True):
    """The results of one group of a round (an activity, or the clients of a provider) are open to who carries it out."""

    __tablename__ = "shared_activity"
    __table_args__ = (ForeignKeyConstraint(["round_id", "municipality"], ["round.id", "round.municipality"]),)

    round_id: int = Field(primary_key=True)
    activity: str = Field(primary_key=True)
    shared_on: date
    shared_by: str
