"""How many wrong codes came from one side, so that guessing is slowed, by all processes together and after a restart.

A source is a keyed hash of a network, made anew each day: it tells nothing about who typed.
"""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from ceo.storage.database import UtcDateTime


class WrongCodes(SQLModel, table=True):
    """The wrong codes of one source. `level` runs empty with time; `counted_at` is when it was last written."""

    __tablename__ = "wrong_codes"

    source: str = Field(primary_key=True, max_length=64)
    level: float
    counted_at: datetime = Field(sa_type=UtcDateTime, index=True)
