"""Proving a draw: everybody is drawn again from the stored list, which takes a worker seconds for a long one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from ceo.storage.clients import Sample, SamplingFrame
from ceo.storage.database import Database
from ceo.storage.tenancy import tenant_reading, tenant_transaction
from ceo.workflows.frames.drawn import verify_sample
from ceo.workflows.frames.sample_design import Refusal
from ceo.workflows.jobs.kinds import JobKind
from ceo.workflows.jobs.queueing import queue_job
from ceo.workflows.jobs.working import JobFailedError, JobPostponedError, Working

# After which part of the result of a job a page tells whether the same people came out.
SAME: Final = "same"
# When the list or the sample changed in between: by then whoever changed it is ready.
_AGAIN_AFTER: Final = timedelta(minutes=1)


async def ask_to_verify(database: Database, municipality: str, round_id: int, *, actor: str, now: datetime) -> str:
    """Let a worker draw again, and compare; return the id of the job. While one waits or runs, that is it."""
    async with tenant_transaction(database, municipality) as session:
        once = f"verify-{round_id}"
        return await queue_job(session, JobKind.VERIFY_SAMPLE, actor=actor, now=now, round_id=round_id, once=once)


async def prove_sample(working: Working) -> Mapping[str, Any]:
    """Return whether the people who are drawn are those whom the stored list, design and seed give. It changes nothing."""
    assert working.round_id is not None
    before = await _drawn_by(working)
    if before is None:
        raise JobFailedError(Refusal.NOT_DRAWN.value)
    same = await verify_sample(working.database, working.municipality, working.round_id, tell=working.show)
    if not same and await _drawn_by(working) != before:
        # New clients came in, or the reserve was called up, between two looks: that others came out shows nothing.
        raise JobPostponedError(working.clock() + _AGAIN_AFTER)
    return {SAME: same}


async def _drawn_by(working: Working) -> tuple[Any, ...] | None:
    """Return by what the sample was drawn; None when there is none."""
    async with tenant_reading(working.database, working.municipality) as session:
        sample = await session.get(Sample, working.round_id)
        frame = await session.get(SamplingFrame, working.round_id)
    return None if sample is None else (sample.seed, sample.design, sample.drawn_at, frame.digest if frame else "")
