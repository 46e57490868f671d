"""What staff are told, what they want to be told, and the calendars that they follow."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlmodel import Field, SQLModel

from ceo.storage.database import JsonDocument, UtcDateTime


class Notice(SQLModel, table=True):
    """Something that one user is told about one place. `facts` fill the words of its `kind`; they hold no name, answer or figure.

    `once` keeps the same thing from being told twice. `mail_due`: it still has to go by mail; `mailed_on`: it went, or goes now.
    """

    __tablename__ = "notice"

    id: str = Field(primary_key=True, max_length=32)
    user_id: str = Field(foreign_key="staff_user.id", index=True, max_length=32)
    place: str
    kind: str
    once: str = Field(unique=True)
    facts: dict[str, Any] = Field(sa_type=JsonDocument)
    path: str
    made_at: datetime = Field(sa_type=UtcDateTime)
    seen_on: date | None = None
    mail_due: bool = False
    mailed_on: date | None = None


class NoticeChoice(SQLModel, table=True):
    """What a user wants to hear of a kind of notice, where it is not what everybody hears."""

    __tablename__ = "notice_choice"

    user_id: str = Field(primary_key=True, foreign_key="staff_user.id", max_length=32)
    kind: str = Field(primary_key=True)
    shown: bool
    mailed: bool


class CalendarFeed(SQLModel, table=True):
    """An address at which a calendar reads what a user may see of a place. `secret_hash` is the SHA-256 of what stands in it."""

    __tablename__ = "calendar_feed"

    secret_hash: str = Field(primary_key=True, max_length=64)
    user_id: str = Field(foreign_key="staff_user.id", index=True, max_length=32)
    place: str
    made_on: date
