"""Taking a job: the oldest that is due, of whatever municipality, for one worker at a time.

A worker has a job as long as its lease lasts, and lengthens the lease while it works. When a worker is killed its lease runs out, and the
job is taken up again by whoever comes first. The clocks of servers that share a database may differ by less than half a lease.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement
from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.database import Database
from ceo.storage.jobs import Job, JobState
from ceo.storage.tenancy import reading_across, tenant_transaction
from ceo.workflows.jobs.kinds import WORK
from ceo.workflows.jobs.working import LEASE

MOST_TRIES: Final = 5
# The fault of a job whose workers were killed as often as it may be tried.
WORKER_LOST: Final = "worker-lost"
# The part of a payload that is removed when the job ends, however it ends: a sealed key.
UNTIL_ENDED: Final = "sealed"
# Looked at in one go: more than there are workers, which may all reach for the first.
_CANDIDATES: Final = 20


@dataclass(frozen=True, slots=True)
class Taken:
    """A job that a worker has taken. `lease`: the random name of this taking; `step`: how many effects are committed already."""

    municipality: str
    id: str
    kind: str
    lease: str
    round_id: int | None
    payload: Mapping[str, Any]
    step: int
    tries: int
    made_by: str


async def take_job(database: Database, *, now: datetime, lease_time: timedelta = LEASE) -> Taken | None:
    """Take the job that is due longest, and lease it until `now` + `lease_time`; return None when there is nothing to do.

    Jobs that are due but may not be tried any more are ended on the way.
    """
    for municipality, job_id in await _due(database, now):
        async with tenant_transaction(database, municipality) as session:
            taken = await _take(session, job_id, now, lease_time)
        if taken is not None:
            return taken
    return None


async def keep_lease(database: Database, taken: Taken, *, until: datetime) -> bool:
    """Lengthen the lease of a job; return False when somebody else has it now."""
    renewed = (
        update(Job)
        .where(col(Job.id) == taken.id, col(Job.lease) == taken.lease)
        .values(leased_until=until)
        .returning(col(Job.id))
    )
    async with tenant_transaction(database, taken.municipality) as session:
        return bool((await session.exec(renewed)).all())


async def _due(database: Database, now: datetime) -> list[tuple[str, str]]:
    """Return the municipality and id of jobs that can be taken. Read first: a worker that has nothing to do costs no write lock."""
    statement = (
        select(Job.municipality, Job.id)
        .where(_is_due(now), col(Job.kind).in_(list(WORK)))
        .order_by(col(Job.run_after), col(Job.id))
        .limit(_CANDIDATES)
    )
    async with reading_across(database) as session:
        return [(municipality, job_id) for municipality, job_id in await session.exec(statement)]


async def _take(session: AsyncSession, job_id: str, now: datetime, lease_time: timedelta) -> Taken | None:
    # Looked at once more, under its lock. What somebody else holds at this moment is left to them: also a job whose lease ran out in the
    # middle of a long effect, which lengthens the lease when it commits.
    statement = select(Job).where(col(Job.id) == job_id, _is_due(now)).with_for_update(skip_locked=True)
    row = (await session.exec(statement)).one_or_none()
    if row is None:
        return None
    if row.cancel_asked or row.tries >= MOST_TRIES:
        row.fault = row.fault if row.cancel_asked else WORKER_LOST
        end_row(row, JobState.CANCELLED if row.cancel_asked else JobState.FAILED, now=now)
        return None
    row.state = JobState.RUNNING.value
    row.lease = uuid.uuid4().hex
    row.leased_until = now + lease_time
    row.tries += 1
    return Taken(
        municipality=row.municipality,
        id=row.id,
        kind=row.kind,
        lease=row.lease,
        round_id=row.round_id,
        payload=row.payload,
        step=row.steps_done,
        tries=row.tries,
        made_by=row.made_by,
    )


def end_row(row: Job, state: JobState, *, now: datetime) -> None:
    """Let nobody work on a job any more. What it held for as long as it lasted, goes."""
    row.state = state.value
    if UNTIL_ENDED in row.payload:
        row.payload = {name: value for name, value in row.payload.items() if name != UNTIL_ENDED}
    row.lease = row.leased_until = None
    row.finished_at = now


def _is_due(now: datetime) -> ColumnElement[bool]:
    waits = (col(Job.state) == JobState.WAITING.value) & (col(Job.run_after) <= now)
    is_left = (col(Job.state) == JobState.RUNNING.value) & (col(Job.leased_until) < now)
    return waits | is_left
