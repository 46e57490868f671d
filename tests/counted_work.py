"""Work for tests. Each effect leaves a row behind, so that effects can be counted: a job of another kind, which no worker does."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, cast

from sqlmodel import col, select

from ceo.storage.database import Database
from ceo.storage.jobs import Job, JobState
from ceo.storage.tenancy import reading_across, tenant_transaction
from ceo.workflows.jobs.kinds import WORK
from ceo.workflows.jobs.working import Working

# Workers in processes of their own import this: what only tests need would take half of the time in which they start.
if TYPE_CHECKING:
    import pytest

KIND: Final = "test-count"
HERE: Final = "counted_work"
_EFFECT: Final = "test-effect"
_UTRECHT: Final = "GM0344"

Doing = Callable[[Working], Awaitable[Mapping[str, Any]]]


async def count(working: Working) -> Mapping[str, Any]:
    """Do as many effects as the job says."""
    steps = int(working.payload["steps"])
    while working.step < steps:
        await count_one(working)
    return {"steps": steps}


async def count_one(working: Working) -> None:
    """Do one effect."""
    step = working.step
    async with working.effect(progress=step + 1, size=int(working.payload["steps"])) as session:
        left = job_row(working.clock(), municipality=working.municipality)
        left.kind, left.once, left.state = _EFFECT, f"{working.job_id}-{step}", JobState.DONE.value
        session.add(left)


def let_work_be(patch: pytest.MonkeyPatch, work: Doing) -> None:
    """Let jobs of the kind of the tests do this."""
    import counted_work

    patch.setattr(counted_work, "given_work", work, raising=False)
    patch.setitem(cast("dict[str, str]", WORK), KIND, f"{HERE}:given_work")


def job_row(
    now: datetime, *, municipality: str = _UTRECHT, steps: int = 3, after: timedelta = timedelta(), once: str = ""
) -> Job:
    """Return a job that waits."""
    return Job(
        municipality=municipality,
        id=uuid.uuid4().hex,
        kind=KIND,
        payload={"steps": steps},
        run_after=now + after,
        made_by="test",
        made_at=now,
        once=once,
    )


async def add_job(database: Database, row: Job) -> str:
    """Let a job wait; return its id."""
    job_id = row.id
    async with tenant_transaction(database, row.municipality) as session:
        session.add(row)
    return job_id


async def read_job(database: Database, job_id: str) -> Job:
    """Return a job as it is now."""
    async with reading_across(database) as session:
        return (await session.exec(select(Job).where(col(Job.id) == job_id))).one()


async def effects(database: Database) -> Counter[str]:
    """Return how often each effect was committed, by the id of its job and the step."""
    async with reading_across(database) as session:
        return Counter(await session.exec(select(Job.once).where(col(Job.kind) == _EFFECT)))


async def steps_of(database: Database, job_id: str) -> list[tuple[int, int]]:
    """Return the steps of a job with how often each was committed."""
    counted = await effects(database)
    return sorted(
        (int(name.rpartition("-")[2]), times) for name, times in counted.items() if name.startswith(f"{job_id}-")
    )
