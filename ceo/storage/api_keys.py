"""Keys with which programs ask for more than is public, and how often each of them, or an address without one, asked lately."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlmodel import Field, SQLModel

from ceo.storage.database import JsonDocument, UtcDateTime


class ApiKey(SQLModel, table=True):
    """A key of a program. Only its hash is kept; `scopes` is a list of what it may be used for.

    `place`: for whom it was made, a municipality (CBS code) or the whole country; it reaches nothing of anybody else. `replaces`: the
    key that it takes the place of, which goes on working until it expires. `agreement`: the number of the agreement about microdata that
    it belongs to; without one it opens no microdata.
    """

    __tablename__ = "api_key"

    id: str = Field(primary_key=True, max_length=32)
    place: str = Field(index=True, max_length=6)
    label: str
    scopes: list[Any] = Field(sa_type=JsonDocument)
    key_hash: str = Field(unique=True, max_length=64)
    made_by: str
    made_at: datetime = Field(sa_type=UtcDateTime)
    expires_on: date
    used_on: date | None = None
    revoked_on: date | None = None
    replaces: str | None = Field(default=None, max_length=32)
    agreement: str | None = Field(default=None, max_length=32)


class ApiAllowance(SQLModel, table=True):
    """What a key, or the keyed hash of an address, may still ask: `tokens` at `counted_at`, filled up as time passes."""

    __tablename__ = "api_allowance"

    source: str = Field(primary_key=True, max_length=64)
    tokens: float
    counted_at: datetime = Field(sa_type=UtcDateTime, index=True)
