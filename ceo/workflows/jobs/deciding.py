"""What people decide about a job: stop it, or try it once more."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.database import Database
from ceo.storage.jobs import Job, JobState
from ceo.storage.tenancy import tenant_transaction
from ceo.workflows.audit.recording import record
from ceo.workflows.jobs.queueing import find_busy
from ceo.workflows.jobs.taking import end_row

_ENDED = frozenset({JobState.FAILED.value, JobState.CANCELLED.value})


class Decided(StrEnum):
    """What came of it."""

    STOPPED = "stopped"
    STOPS_SOON = "stops-soon"  # before its next effect
    WAITS_AGAIN = "waits-again"
    TOO_LATE = "too-late"  # it was over already, or is going on already
    SAME_IS_BUSY = "same-is-busy"


async def cancel_job(
    database: Database, municipality: str, job_id: str, *, actor: str, now: datetime
) -> Decided | None:
    """Stop a job: at once when it waits or nobody works on it, before its next effect when it runs. None when there is no such job.

    What it has done stays done.
    """
    async with tenant_transaction(database, municipality) as session:
        row = await session.get(Job, job_id, with_for_update=True)
        if row is None:
            return None
        runs = row.state == JobState.RUNNING.value
        if row.cancel_asked or not (runs or row.state == JobState.WAITING.value):
            return Decided.STOPS_SOON if runs else Decided.TOO_LATE
        if runs and row.leased_until is not None and row.leased_until >= now:
            row.cancel_asked = True
            decided = Decided.STOPS_SOON
        else:
            end_row(row, JobState.CANCELLED, now=now)
            decided = Decided.STOPPED
        await _record(session, row, "job.cancelled", actor=actor, now=now)
    return decided


async def try_job_again(
    database: Database, municipality: str, job_id: str, *, actor: str, now: datetime
) -> Decided | None:
    """Let a job that failed or was stopped wait for a worker again, to go on from the step where it was. None when there is no such job."""
    async with tenant_transaction(database, municipality) as session:
        row = await session.get(Job, job_id, with_for_update=True)
        if row is None:
            return None
        if row.state not in _ENDED:
            return Decided.TOO_LATE
        if row.once and await find_busy(session, row.kind, row.once) is not None:
            return Decided.SAME_IS_BUSY
        row.state, row.run_after, row.tries = JobState.WAITING.value, now, 0
        row.fault, row.finished_at, row.cancel_asked = None, None, False
        await _record(session, row, "job.tried-again", actor=actor, now=now)
    return Decided.WAITS_AGAIN


async def _record(session: AsyncSession, row: Job, action: str, *, actor: str, now: datetime) -> None:
    about = {"kind": row.kind, "progress": row.progress, "size": row.size}
    await record(
        session, row.municipality, actor=actor, action=action, object_kind="job", object_id=row.id, after=about, now=now
    )
