"""Published versions and the rounds that use them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, ForeignKeyConstraint, UniqueConstraint, and_
from sqlmodel import Field, SQLModel, col

from ceo.storage.database import JsonDocument, UtcDateTime
from ceo.storage.tenancy import TenantRow


class Promise(StrEnum):
    """What residents are promised about their answers; locked at the first invitation."""

    ANONYMOUS = "anonymous"  # after sending nothing leads from a code to its answers
    PSEUDONYMOUS = "pseudonymous"  # who has the code can find the answers again until the round is sealed


class RoundStage(StrEnum):
    """How far the work on a round has come. Within `FIELD` the days of the round decide whether people can fill in."""

    DRAFT = "draft"  # everything can still change; nobody was invited
    FIELD = "field"  # what was promised is locked
    CLOSED = "closed"  # nobody can answer any more; late paper was keyed
    SEALED = "sealed"  # the answers stand in a snapshot that never changes
    ERASED = "erased"  # contacts and keys are gone


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
    `promise` is a `Promise`, `stage` a `RoundStage`. `languages`: those in which people can fill in, with spaces between; None is every
    language of the questionnaire. `erase_on`: the day on which contacts and keys are erased, as it was promised.
    Rounds of one `series` ask the same people again, in `wave` 0, 1, 2.
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
    stage: str = Field(default=RoundStage.FIELD.value, sa_column_kwargs={"server_default": RoundStage.FIELD.value})
    languages: str | None = None
    erase_on: date | None = None
    series: str | None = Field(default=None, index=True)
    wave: int | None = None


def takes_answers(its_round: Round, today: date) -> bool:
    """Return whether clients can fill in on a day."""
    return its_round.stage == RoundStage.FIELD and its_round.opens_on <= today <= its_round.closes_on


def is_open(today: date) -> ColumnElement[bool]:
    """Return the condition that clients can fill in on a day; see `takes_answers`."""
    in_field = col(Round.stage) == RoundStage.FIELD.value
    return and_(in_field, col(Round.opens_on) <= today, col(Round.closes_on) >= today)


def is_running(today: date) -> ColumnElement[bool]:
    """Return the condition that a round was begun and its last day has not passed."""
    return and_(col(Round.stage) == RoundStage.FIELD.value, col(Round.closes_on) >= today)


class RoundDesign(TenantRow, table=True):
    """What was decided about a round, step by step of its plan; `document` is a `ceo.workflows.rounds.design.Design` as JSON."""

    __tablename__ = "round_design"
    __table_args__ = (ForeignKeyConstraint(["round_id", "municipality"], ["round.id", "round.municipality"]),)

    round_id: int = Field(primary_key=True)
    document: dict[str, Any] = Field(sa_type=JsonDocument)


class Stratum(TenantRow, table=True):
    """A part of the round's clients with a known number, such as those with domestic help."""

    __tablename__ = "stratum"
    __table_args__ = (ForeignKeyConstraint(["round_id", "municipality"], ["round.id", "round.municipality"]),)

    round_id: int = Field(primary_key=True)
    name: str = Field(primary_key=True)
    population: int
