"""What was said about a result, what was decided, and when in a council term that happens."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKeyConstraint, UniqueConstraint
from sqlmodel import Field

from ceo.storage.database import JsonDocument, UtcDateTime
from ceo.storage.tenancy import TenantRow


class Dialogue(TenantRow, table=True):
    """The record of a conversation about one result. `opened_because` says what led to it: a signal, a comparison, a change.

    `about` is a `ceo.workflows.learning.results.Result` as JSON: the figure as it was when the dialogue was opened. `taking_part` are
    roles, never names of clients: codes of a `ceo.workflows.learning.dialogues.TakingPart`, and other roles in words. `said`: what each
    `PointOfView` said to each `Question`: {question: {point of view: text}}. `row_version` counts changes.
    """

    __tablename__ = "dialogue"
    __table_args__ = (UniqueConstraint("id", "municipality"),)

    id: str = Field(primary_key=True, max_length=32)
    title: str
    opened_because: str
    about: dict[str, Any] = Field(sa_type=JsonDocument)
    held_on: date | None = None
    taking_part: list[Any] = Field(default_factory=list, sa_type=JsonDocument)
    said: dict[str, Any] = Field(default_factory=dict, sa_type=JsonDocument)
    state: str
    closed_on: date | None = None
    made_by: str
    made_at: datetime = Field(sa_type=UtcDateTime)
    row_version: int = 0


class Action(TenantRow, table=True):
    """What a municipality does about a result: who, before when, and which indicator should move.

    `baseline` is the figure at the moment of deciding, as JSON. `state` is a `ceo.workflows.learning.actions.ActionState`.
    `told`: residents may read of it, in the words of `told_text` by language.
    """

    __tablename__ = "action"
    __table_args__ = (
        ForeignKeyConstraint(["dialogue_id", "municipality"], ["dialogue.id", "dialogue.municipality"]),
        ForeignKeyConstraint(["goal_id", "municipality"], ["goal.id", "goal.municipality"]),
    )

    id: str = Field(primary_key=True, max_length=32)
    dialogue_id: str | None = Field(default=None, max_length=32, index=True)
    goal_id: str | None = Field(default=None, max_length=32, index=True)
    title: str
    text: str = ""
    owner: str
    due_on: date
    core: str | None = None
    indicator: str | None = None
    baseline: dict[str, Any] | None = Field(default=None, sa_type=JsonDocument)
    state: str
    ended_on: date | None = None
    ended_because: str = ""
    told: bool = False
    told_text: dict[str, Any] = Field(default_factory=dict, sa_type=JsonDocument)
    made_by: str
    made_at: datetime = Field(sa_type=UtcDateTime)
    row_version: int = 0


class Term(TenantRow, table=True):
    """The time of one council, for which the cycle is planned."""

    __tablename__ = "council_term"
    __table_args__ = (UniqueConstraint("id", "municipality"),)

    id: str = Field(primary_key=True, max_length=32)
    title: str
    begins_on: date
    ends_on: date
    row_version: int = 0


class PlannedStep(TenantRow, table=True):
    """A step of the cycle in a term: measuring, mirroring, a dialogue, a decision, telling people. `kind` is a `StepKind`."""

    __tablename__ = "planned_step"
    __table_args__ = (
        ForeignKeyConstraint(["term_id", "municipality"], ["council_term.id", "council_term.municipality"]),
    )

    id: str = Field(primary_key=True, max_length=32)
    term_id: str = Field(max_length=32, index=True)
    kind: str
    title: str
    day: date
    remind_days: int
    done_on: date | None = None
    row_version: int = 0
