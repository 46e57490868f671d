"""What staff did: rows that are added and never changed, each with the digest of the row before it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Field

from ceo.storage.database import JsonDocument, UtcDateTime
from ceo.storage.tenancy import PlacedRow


class AuditRecord(PlacedRow, table=True):
    """Who did what to which object. Each place (a municipality, or `NATIONAL`) has a chain of its own, numbered from 1.

    `actor` is the id of a user, or the name of a command or job. `before` and `after` hold configuration only: no answers, and nothing
    of a person. `digest` is over this row with `previous`, the digest of the row before it.
    """

    __tablename__ = "audit_record"

    number: int = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    actor: str = Field(index=True)
    action: str
    object_kind: str
    object_id: str
    before: dict[str, Any] | None = Field(default=None, sa_type=JsonDocument)
    after: dict[str, Any] | None = Field(default=None, sa_type=JsonDocument)
    previous: str = Field(max_length=64)
    digest: str = Field(max_length=64)
