"""A job as the work sees it: what it is about, and the one way to change anything.

A job may be broken off at any moment, and be taken up by another worker. So every effect is committed together with the count of effects
(`effect`): after a crash the next try begins at `step`, and nothing happens twice. Whoever lost the lease commits nothing.

This holds for what an effect changes in the database: exactly once. What a job does outside of it, such as handing over a mail, happens at
least once when the worker is killed between doing and committing: such work has to say itself what it does then.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.settings import Settings
from ceo.storage.database import Database
from ceo.storage.jobs import Job
from ceo.storage.tenancy import tenant_transaction

Work = Callable[["Working"], Awaitable[Mapping[str, Any]]]
# How long a worker has a job without a sign of life.
LEASE: Final = timedelta(seconds=60)


class JobLostError(Exception):
    """Another worker has this job now, or nobody wants it any more: stop at once."""


class JobFailedError(Exception):
    """This job cannot succeed, however often it is tried. `fault` is a code that the page of jobs has words for."""

    def __init__(self, fault: str) -> None:
        """Keep the code of what went wrong."""
        super().__init__(fault)
        self.fault = fault


class JobPostponedError(Exception):
    """This job goes on at `until`, from the step where it is. Nothing went wrong: it does not count as a try."""

    def __init__(self, until: datetime) -> None:
        """Keep when the job goes on."""
        super().__init__(until)
        self.until = until


@dataclass(slots=True)
class Working:
    """One try of a job. `step`: how many effects were committed already, by this try and those before it.

    `tell_progress` hears how far the job is after each commit, for who watches the worker itself.
    """

    database: Database
    settings: Settings
    municipality: str
    job_id: str
    lease: str
    round_id: int | None
    payload: Mapping[str, Any]
    step: int
    clock: Callable[[], datetime]
    made_by: str = ""
    lease_time: timedelta = LEASE
    tell_progress: Callable[[int, int], None] | None = None

    @asynccontextmanager
    async def effect(self, *, progress: int | None = None, size: int | None = None) -> AsyncIterator[AsyncSession]:
        """Open the transaction of one effect, and count it. Raises `JobLostError` when the job is no longer ours or was cancelled.

        `progress` of `size` is what people see from then on.
        """
        async with tenant_transaction(self.database, self.municipality) as session:
            row = await self._own(session)
            yield session
            row.steps_done = self.step + 1
            row.progress = row.progress if progress is None else progress
            row.size = row.size if size is None else size
            # While the transaction lasts nobody else can lengthen the lease.
            row.leased_until = self.clock() + self.lease_time
            done, whole = row.progress, row.size
        self.step += 1
        self._tell(done, whole)

    async def show(self, progress: int, size: int) -> None:
        """Let people see how far it is, without an effect. Raises `JobLostError` as `effect` does."""
        async with tenant_transaction(self.database, self.municipality) as session:
            row = await self._own(session)
            row.progress, row.size = progress, size
        self._tell(progress, size)

    async def _own(self, session: AsyncSession) -> Job:
        row = await session.get(Job, self.job_id, with_for_update=True)
        if row is None or row.lease != self.lease or row.cancel_asked:
            raise JobLostError
        return row

    def _tell(self, progress: int, size: int) -> None:
        if self.tell_progress is not None:
            self.tell_progress(progress, size)
