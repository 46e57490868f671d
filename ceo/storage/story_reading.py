"""What readers made of stories: texts without personal data, codes, notes, quotes, and described cases.

Nothing here outlives the permission of the teller: rows go in the transaction in which it is taken back.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKeyConstraint, UniqueConstraint
from sqlmodel import Field

from ceo.storage.database import JsonDocument, UtcDateTime
from ceo.storage.tenancy import TenantRow

_READING = ["story_reading.id", "story_reading.municipality"]


class StoryReading(TenantRow, table=True):
    """A story about which somebody decided. `state`: "decided", and `text` is then without personal data; or "aside", and nobody reads it.

    A story without a row waits. The id follows from the submission and the item. `marks` are places in the story as it was told, as
    (start, end, kind): no words. It names its submission without a reference that the database keeps: submissions are written anew.
    """

    __tablename__ = "story_reading"
    __table_args__ = (UniqueConstraint("id", "municipality"), UniqueConstraint("submission_id", "item"))

    id: str = Field(primary_key=True, max_length=32)
    round_id: int = Field(index=True)
    submission_id: str = Field(max_length=32)
    item: str
    state: str
    text: str = ""
    marks: list[Any] = Field(default_factory=list, sa_type=JsonDocument)
    decided_by: str | None = None
    decided_on: date | None = None
    row_version: int = 0


class StoryCode(TenantRow, table=True):
    """A code of the municipality's own for what stories are about."""

    __tablename__ = "story_code"
    __table_args__ = (UniqueConstraint("id", "municipality"),)

    id: str = Field(primary_key=True, max_length=32)
    name: str
    meaning: str = ""
    ended: bool = False


class StoryCoding(TenantRow, table=True):
    """A reader found that a story is about a code. Who read a story and gave it no code has a row with the code ""."""

    __tablename__ = "story_coding"
    __table_args__ = (ForeignKeyConstraint(["reading_id", "municipality"], _READING),)

    reading_id: str = Field(primary_key=True, max_length=32)
    reader: str = Field(primary_key=True)
    code: str = Field(primary_key=True, max_length=32)


class StoryNote(TenantRow, table=True):
    """What a reader says about a story to the other readers."""

    __tablename__ = "story_note"
    __table_args__ = (ForeignKeyConstraint(["reading_id", "municipality"], _READING),)

    id: str = Field(primary_key=True, max_length=32)
    reading_id: str = Field(max_length=32, index=True)
    text: str
    made_by: str
    made_at: datetime = Field(sa_type=UtcDateTime)


class StoryQuote(TenantRow, table=True):
    """Words of a story that were picked to be shown. `scope` is the permission that this needs; without it, it is shown nowhere."""

    __tablename__ = "story_quote"
    __table_args__ = (ForeignKeyConstraint(["reading_id", "municipality"], _READING),)

    id: str = Field(primary_key=True, max_length=32)
    reading_id: str = Field(max_length=32, index=True)
    round_id: int = Field(index=True)
    text: str
    scope: str
    picked_by: str
    picked_on: date


class DescribedCase(TenantRow, table=True):
    """A case that was described without personal data, with the results (`about`) and the stories (`readings`) beside it.

    `readings_before`: stories that were beside it and are not any more. `look_again`: one of all these was taken back; its text is shown
    to nobody until somebody read whether something of that is in it.
    """

    __tablename__ = "described_case"

    id: str = Field(primary_key=True, max_length=32)
    title: str
    text: str
    learned: str = ""
    about: list[Any] = Field(default_factory=list, sa_type=JsonDocument)
    readings: list[Any] = Field(default_factory=list, sa_type=JsonDocument)
    readings_before: list[Any] = Field(default_factory=list, sa_type=JsonDocument)
    made_by: str
    made_at: datetime = Field(sa_type=UtcDateTime)
    look_again: bool = False
    row_version: int = 0
