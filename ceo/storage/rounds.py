"""Published versions and the rounds that use them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKeyConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from ceo.storage.database import UtcDateTime
from ceo.storage.tenancy import TenantRow


class Promise(StrEnum):
    """What residents are promised about their answers; locked at the first invitation."""

    ANONYMOUS = "anonymous"  # after sending nothing leads from a code to its answers
    PSEUDONYMOUS = "pseudonymous"  # who has the code can find the answers again until the round is sealed


class PublishedQuestionnaire(SQLModel, table=True):
    """A published version: canonical JSON and its SHA-256. Never edited or deleted; no new round opens on one that is withdrawn."""

    __tablename__ = "published_questionnaire"
    __table_args__ = (UniqueConstraint("questionnaire", "version"),)

    content_hash: str = Field(primary_key=True, max_length=71)
    questionnaire: str
    version: int
    title: str
    content: str
    published_at: datetime = Field(sa_type=UtcDateTime)
    withdrawn_on: date | None = None
    withdrawn_because: str | None = None


class Round(TenantRow, table=True):
    """One measurement of one municipality. Rounds of the same `measurement` are compared with each other.

    `opens_on` and `closes_on` are both days on which people can fill in. `results_shown`: the results page is open to all.
    `promise` is a `Promise`.
    """

    __tablename__ = "round"
    __table_args__ = (UniqueConstraint("municipality", "measurement"), UniqueConstraint("id", "municipality"))

    id: int | None = Field(default=None, primary_key=True)
    measurement: str = Field(index=True)
    title: str
    questionnaire_hash: str = Field(foreign_key="published_questionnaire.content_hash")
    opens_on: date
    closes_on: date
    phone: str
    simulated: bool = False
    results_shown: bool = False
    # The database knows the default too: a column without one cannot be added to a table on which others stand.
    promise: str = Field(default=Promise.ANONYMOUS.value, sa_column_kwargs={"server_default": Promise.ANONYMOUS.value})


class Stratum(TenantRow, table=True):
    """A part of the round's clients with a known number, such as those with domestic help."""

    __tablename__ = "stratum"
    __table_args__ = (ForeignKeyConstraint(["round_id", "municipality"], ["round.id", "round.municipality"]),)

    round_id: int = Field(primary_key=True)
    name: str = Field(primary_key=True)
    population: int
