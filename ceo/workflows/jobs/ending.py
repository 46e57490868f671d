"""How one try of a job ends. Each function changes the job only when its worker still has the lease, and tells what the job is then."""

from __future__ import annotations

import random
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any, Final

from ceo.storage.database import Database
from ceo.storage.jobs import Job, JobState
from ceo.storage.tenancy import tenant_transaction
from ceo.workflows.jobs.taking import MOST_TRIES, Taken, end_row

# Ten seconds after the first failure, then four times as long each time, ten minutes at most.
_FIRST_WAIT: Final = timedelta(seconds=10)
_GROWS: Final = 4
_LONGEST_WAIT: Final = timedelta(minutes=10)


async def finish_job(database: Database, taken: Taken, result: Mapping[str, Any], *, now: datetime) -> JobState | None:
    """Keep the result of a job; return None when somebody else has it, who will finish it."""
    async with _own(database, taken) as row:
        if row is None:
            return None
        end_row(row, JobState.DONE, now=now)
        row.result, row.fault, row.cancel_asked = dict(result), None, False
    return JobState.DONE


async def fail_job(database: Database, taken: Taken, fault: str, *, now: datetime) -> JobState | None:
    """End a job that cannot succeed."""
    async with _own(database, taken) as row:
        if row is None:
            return None
        end_row(row, JobState.FAILED, now=now)
        row.fault = fault
    return JobState.FAILED


async def try_job_later(database: Database, taken: Taken, fault: str, *, now: datetime) -> JobState | None:
    """Let a job wait for its next try, longer each time; end it when it was the last one."""
    if taken.tries >= MOST_TRIES:
        return await fail_job(database, taken, fault, now=now)
    async with _own(database, taken) as row:
        if row is None:
            return None
        _wait(row, now + wait_after(taken.tries, chance=random.random()), now)  # noqa: S311 - nothing secret
        row.fault = fault
        return JobState(row.state)


async def postpone_job(database: Database, taken: Taken, *, until: datetime, now: datetime) -> JobState | None:
    """Let a job wait until it wants to go on. Its tries count anew."""
    async with _own(database, taken) as row:
        if row is None:
            return None
        _wait(row, until, now)
        row.tries, row.fault = 0, None
        return JobState(row.state)


async def give_job_back(database: Database, taken: Taken, *, now: datetime) -> JobState | None:
    """Let another worker go on with a job at once, when this one has to stop. It does not count as a try."""
    async with _own(database, taken) as row:
        if row is None:
            return None
        _wait(row, now, now)
        row.tries -= 1
        return JobState(row.state)


async def leave_job(database: Database, taken: Taken, *, now: datetime) -> JobState | None:
    """End a job that was cancelled while it ran; when somebody else has it, leave it alone."""
    async with _own(database, taken) as row:
        if row is None:
            return None
        end_row(row, JobState.CANCELLED, now=now)
    return JobState.CANCELLED


def wait_after(tries: int, *, chance: float) -> timedelta:
    """Return how long a job waits after a failure. `chance`, 0 to 1, spreads jobs that failed together over half that time and all of it.

    >>> [str(wait_after(tries, chance=1)) for tries in (1, 2, 3, 4)]
    ['0:00:10', '0:00:40', '0:02:40', '0:10:00']
    >>> str(wait_after(2, chance=0))
    '0:00:20'
    """
    whole: timedelta = min(_LONGEST_WAIT, _FIRST_WAIT * _GROWS ** (tries - 1))
    return whole * (0.5 + 0.5 * chance)


def fault_of(error: BaseException) -> str:
    """Return the code of a kind of exception. Its message stays out: it may quote what somebody gave.

    >>> fault_of(ConnectionResetError("name@example.nl"))
    'connection-reset-error'
    """
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", type(error).__name__).lower()


@asynccontextmanager
async def _own(database: Database, taken: Taken) -> AsyncIterator[Job | None]:
    """Open a transaction with the row of a job; None when the lease is no longer that of this taking."""
    async with tenant_transaction(database, taken.municipality) as session:
        row = await session.get(Job, taken.id, with_for_update=True)
        yield row if row is not None and row.lease == taken.lease else None


def _wait(row: Job, run_after: datetime, now: datetime) -> None:
    """Let a job wait, unless it was cancelled meanwhile."""
    if row.cancel_asked:
        end_row(row, JobState.CANCELLED, now=now)
        return
    row.state = JobState.WAITING.value
    row.lease = row.leased_until = None
    row.run_after = run_after
