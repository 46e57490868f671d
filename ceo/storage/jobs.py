"""Long work that waits for a worker, is being done, or was done."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index
from sqlmodel import Field

from ceo.storage.database import JsonDocument, UtcDateTime
from ceo.storage.tenancy import TenantRow


class JobState(StrEnum):
    """How far a job is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"  # tried as often as it may be
    CANCELLED = "cancelled"


class Job(TenantRow, table=True):
    """One piece of long work for a municipality. `payload` and `result` hold numbers and ids, never a name, an address or an answer.

    A worker that takes a job leases it until `leased_until`, as `lease` (a random name of this taking): whoever lost the lease changes
    nothing any more. `steps_done` counts the effects that were committed, so that a new try goes on behind them; `progress` of `size` is
    for people. `fault`: the code of what went wrong last. `once`: while a job with this name waits or runs, no second one is made.
    """

    __tablename__ = "job"
    __table_args__ = (
        ForeignKeyConstraint(["round_id", "municipality"], ["round.id", "round.municipality"]),
        Index("ix_job_state_run_after", "state", "run_after"),
    )

    id: str = Field(primary_key=True, max_length=32)
    kind: str
    round_id: int | None = Field(default=None, index=True)
    once: str = ""
    payload: dict[str, Any] = Field(sa_type=JsonDocument)
    state: str = JobState.WAITING.value
    tries: int = 0
    run_after: datetime = Field(sa_type=UtcDateTime)
    lease: str | None = Field(default=None, max_length=32)
    leased_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    cancel_asked: bool = False
    steps_done: int = 0
    progress: int = 0
    size: int = 0
    fault: str | None = None
    result: dict[str, Any] | None = Field(default=None, sa_type=JsonDocument)
    made_by: str
    made_at: datetime = Field(sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
