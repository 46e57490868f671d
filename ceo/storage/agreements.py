"""Agreements under which protected microdata leave. What they allow is in `ceo.workflows.microdata`."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlmodel import Field, SQLModel

from ceo.storage.database import JsonDocument, UtcDateTime


class Agreement(SQLModel, table=True):
    """An agreement about microdata: who may use them for what, until when, and by which rule (`analysis.microdata`) they were protected.

    `id` is its number, as people write it. `ends_on` is the last day; `ended_on` the day on which it was ended before that, and
    `ended_because` why, if somebody told. `fetched_at`: when a file was last handed out.
    """

    __tablename__ = "microdata_agreement"

    id: str = Field(primary_key=True, max_length=32)
    release: str = Field(max_length=60)
    edition: int
    purpose: str
    user: str
    ends_on: date
    rule: dict[str, Any] = Field(sa_type=JsonDocument)
    made_by: str
    made_at: datetime = Field(sa_type=UtcDateTime)
    fetched_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_on: date | None = None
    ended_because: str | None = None
