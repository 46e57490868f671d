"""What a municipality writes to the clients of a round, and the mail that waits to be sent."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ForeignKeyConstraint, Index
from sqlmodel import Field

from ceo.storage.database import JsonDocument, UtcDateTime
from ceo.storage.sealed import SealedText
from ceo.storage.tenancy import TenantRow

_ROUND: Final = ["round.id", "round.municipality"]


class LetterKind(StrEnum):
    """What somebody is written for."""

    INVITATION = "invitation"
    REMINDER = "reminder"


class LetterText(TenantRow, table=True):
    """The own words of a municipality in the letters or mails of a round, by part of the letter."""

    __tablename__ = "letter_text"
    __table_args__ = (ForeignKeyConstraint(["round_id", "municipality"], _ROUND),)

    round_id: int = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    parts: dict[str, Any] = Field(sa_type=JsonDocument)


class MailState(StrEnum):
    """How far a mail is."""

    WAITING = "waiting"
    SENDING = "sending"  # a worker is about to hand it over; after a crash nobody knows whether it did
    SENT = "sent"
    BOUNCED = "bounced"  # refused for good
    GIVEN_UP = "given-up"  # refused for the time being too often
    UNCERTAIN = "uncertain"  # handed over or not: not sent again by itself
    WITHDRAWN = "withdrawn"  # answered, refused or opted out before it was sent


class OutgoingMail(TenantRow, table=True):
    """One mail to one client. `sealed` holds the address and the code until it was sent or given up, and is None from then on.

    `invitation_hash` has no foreign key: an erased invitation leaves its counts here.
    """

    __tablename__ = "outgoing_mail"
    __table_args__ = (
        ForeignKeyConstraint(["round_id", "municipality"], _ROUND),
        Index("ix_outgoing_mail_state_send_after", "state", "send_after"),
    )

    id: str = Field(primary_key=True, max_length=32)
    round_id: int = Field(index=True)
    invitation_hash: str = Field(max_length=64, index=True)
    kind: str
    language: str
    state: str = MailState.WAITING.value
    tries: int = 0
    send_after: datetime = Field(sa_type=UtcDateTime)
    leased_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    fault: str | None = None
    sealed: str | None = Field(default=None, sa_type=SealedText)
    sent_on: date | None = None
