"""How rounds ended: what was sealed, and the proof of what was erased."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ForeignKeyConstraint
from sqlmodel import Field

from ceo.storage.database import JsonDocument, UtcDateTime
from ceo.storage.tenancy import TenantRow

_ROUND: Final = ["round.id", "round.municipality"]


class Snapshot(TenantRow, table=True):
    """The sealed answers of a round: the file, the digest of its content, and what fieldwork came to.

    `period` is "" for the whole round, and a month such as 2027-03 in a round that goes on.

    `fieldwork` counts the invitations by stratum and state, because the invitations themselves are erased later.
    """

    __tablename__ = "snapshot"
    __table_args__ = (ForeignKeyConstraint(["round_id", "municipality"], _ROUND),)

    round_id: int = Field(primary_key=True)
    period: str = Field(default="", primary_key=True, max_length=7)
    file_id: str = Field(foreign_key="kept_file.id", max_length=32)
    digest: str = Field(max_length=71)
    submissions: int
    fieldwork: dict[str, Any] = Field(sa_type=JsonDocument)
    sealed_by: str
    sealed_at: datetime = Field(sa_type=UtcDateTime)


class Erasure(TenantRow, table=True):
    """The proof that contacts and keys of a round were erased: how many rows of each table, by whom, and when it was done.

    `digest` is a SHA-256 that runs over the names of the erased rows, batch after batch: it names them without holding them.
    `finished_at` is None while it goes on. `words_removed_on`: the day on which, much later, what people wrote in their own words went too.
    """

    __tablename__ = "erasure"
    __table_args__ = (ForeignKeyConstraint(["round_id", "municipality"], _ROUND),)

    round_id: int = Field(primary_key=True)
    counts: dict[str, Any] = Field(sa_type=JsonDocument)
    digest: str = Field(max_length=71)
    erased_by: str
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    words_removed_on: date | None = None
