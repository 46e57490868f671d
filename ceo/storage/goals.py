"""Goals of a municipality: from aims of the council, by indicators with a path to a target, to measures."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKeyConstraint, UniqueConstraint
from sqlmodel import Field

from ceo.storage.database import JsonDocument, UtcDateTime
from ceo.storage.tenancy import TenantRow


class Goal(TenantRow, table=True):
    """A node in a tree of goals. `kind` is a `ceo.workflows.learning.goals.GoalKind`; an aim has no parent.

    Of an indicator `core` and `indicator` name it, `polarity` tells whether high is good, `baseline` is the figure that it started from and
    `path` its targets by date, both as JSON; `tolerance` is in the unit of the indicator. `row_version` counts changes.
    """

    __tablename__ = "goal"
    __table_args__ = (
        UniqueConstraint("id", "municipality"),
        ForeignKeyConstraint(["parent_id", "municipality"], ["goal.id", "goal.municipality"]),
    )

    id: str = Field(primary_key=True, max_length=32)
    parent_id: str | None = Field(default=None, max_length=32, index=True)
    kind: str
    title: str
    text: str = ""
    owner: str = ""
    means: str = ""
    core: str | None = None
    indicator: str | None = None
    polarity: str = ""
    baseline: dict[str, Any] | None = Field(default=None, sa_type=JsonDocument)
    path: list[Any] = Field(default_factory=list, sa_type=JsonDocument)
    tolerance: float = 0.0
    state: str
    ended_on: date | None = None
    ended_because: str = ""
    made_by: str
    made_at: datetime = Field(sa_type=UtcDateTime)
    row_version: int = 0
