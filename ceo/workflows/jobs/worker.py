"""A worker: it takes one job after the other and does it.

Several may run, on any number of servers. What holds when they are killed at any moment: each effect that a job has in the database is
there exactly once, because it is committed together with the count of effects, and only by who has the lease (`working`). Nothing can
hold that for what a job does outside the database: that happens at least once, unless the work itself gives it up when it cannot tell.

A job is tried `MOST_TRIES` times in all, also when nobody is left to tell why it failed: a job that kills its workers ends as failed.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from typing import Final, Protocol

from ceo.settings import Settings
from ceo.storage import tables  # noqa: F401 - rows of a job refer to tables that its own module need not import
from ceo.storage.database import Database
from ceo.storage.jobs import JobState
from ceo.workflows.jobs.ending import (
    fail_job,
    fault_of,
    finish_job,
    give_job_back,
    leave_job,
    postpone_job,
    try_job_later,
)
from ceo.workflows.jobs.kinds import WORK
from ceo.workflows.jobs.taking import Taken, keep_lease, take_job
from ceo.workflows.jobs.working import LEASE, JobFailedError, JobLostError, JobPostponedError, Work, Working

_LOG: Final = logging.getLogger(__name__)
# Seconds in which a job that is broken off gives itself back, before it is told again.
_TOLD_EVERY: Final = 5.0


@dataclass(frozen=True, slots=True)
class Pace:
    """How a worker goes about; numbers are in seconds. `grace`: how long a job may go on when the worker has to stop."""

    polls_every: float = 1.0
    rests_after_fault: float = 5.0
    grace: float = 20.0
    lease: timedelta = LEASE


class Watcher(Protocol):
    """Who wants to know what a worker does."""

    def began(self, taken: Taken) -> None:
        """A job was taken."""

    def progressed(self, taken: Taken, progress: int, size: int) -> None:
        """A job is at `progress` of `size`."""

    def ended(self, taken: Taken, state: JobState | None) -> None:
        """A try ended, and the job is this now; None when another worker has it or it could not be told."""


class Nobody:
    """Nobody watches."""

    def began(self, taken: Taken) -> None:
        """Say nothing."""

    def progressed(self, taken: Taken, progress: int, size: int) -> None:
        """Say nothing."""

    def ended(self, taken: Taken, state: JobState | None) -> None:
        """Say nothing."""


PACE: Final = Pace()
NOBODY: Final = Nobody()


async def work_off(
    database: Database, settings: Settings, *, clock: Callable[[], datetime], watcher: Watcher = NOBODY
) -> int:
    """Do every job that is due, in this process, and stop; return how many tries that took."""
    worker, tries = _Worker(database, settings, clock, PACE, watcher), 0
    while await worker.do_next():
        tries += 1
    return tries


async def work(
    database: Database,
    settings: Settings,
    *,
    clock: Callable[[], datetime],
    stopping: asyncio.Event,
    pace: Pace = PACE,
    watcher: Watcher = NOBODY,
) -> None:
    """Do jobs as they come, until `stopping` is set. The job that runs then has `grace` to end, and is given back after it."""
    worker = _Worker(database, settings, clock, pace, watcher)
    while not stopping.is_set():
        if seconds := await _look_once(worker, stopping):
            with suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), seconds)


async def _look_once(worker: _Worker, stopping: asyncio.Event) -> float:
    """Let a worker look for a job and do it; return how many seconds it may rest then."""
    doing, told = asyncio.create_task(worker.do_next()), asyncio.create_task(stopping.wait())
    try:
        await asyncio.wait({doing, told}, return_when=asyncio.FIRST_COMPLETED)
        await asyncio.wait({doing}, timeout=worker.pace.grace)
    finally:
        told.cancel()
        await _break_off(doing)
    if doing.cancelled():
        return worker.pace.polls_every
    if (error := doing.exception()) is not None:
        # The database may be away. What was being done is taken up again when its lease has run out.
        _LOG.error("the worker could not go on", exc_info=error)
        return worker.pace.rests_after_fault
    return 0 if doing.result() else worker.pace.polls_every


async def _break_off(doing: asyncio.Task[bool]) -> None:
    """Cancel a job and wait until it is given back. It is told more than once: a wait that ends just then forgets it (Python 3.11)."""
    while not doing.done():
        doing.cancel()
        await asyncio.wait({doing}, timeout=_TOLD_EVERY)


@dataclass(frozen=True, slots=True)
class _Worker:
    database: Database
    settings: Settings
    clock: Callable[[], datetime]
    pace: Pace
    watcher: Watcher

    async def do_next(self) -> bool:
        """Take a job and do it; return False when there was none."""
        taken = await take_job(self.database, now=self.clock(), lease_time=self.pace.lease)
        if taken is None:
            return False
        self.watcher.began(taken)
        state = None
        try:
            async with self._keeping_lease(taken):
                state = await self._try(taken)
        finally:
            self.watcher.ended(taken, state)
        _LOG.info("job %s (%s) is now %s", taken.id, taken.kind, state.value if state else "with another worker")
        return True

    async def _try(self, taken: Taken) -> JobState | None:
        """Do a job, and record how it ended. Whatever goes wrong in it is its own: the worker goes on."""
        database, clock = self.database, self.clock
        try:
            result = await _work_of(taken.kind)(self._working(taken))
        except JobLostError:
            return await leave_job(database, taken, now=clock())
        except JobPostponedError as later:
            return await postpone_job(database, taken, until=later.until, now=clock())
        except JobFailedError as failed:
            return await fail_job(database, taken, failed.fault, now=clock())
        except Exception as error:  # noqa: BLE001 - whatever it was, the job is tried again
            _LOG.exception("try %d of job %s (%s) failed", taken.tries, taken.id, taken.kind)
            return await try_job_later(database, taken, fault_of(error), now=clock())
        except BaseException:
            await give_job_back(database, taken, now=clock())
            raise
        return await finish_job(database, taken, result, now=clock())

    def _working(self, taken: Taken) -> Working:
        return Working(
            self.database,
            self.settings,
            taken.municipality,
            taken.id,
            taken.lease,
            taken.round_id,
            taken.payload,
            taken.step,
            self.clock,
            made_by=taken.made_by,
            lease_time=self.pace.lease,
            tell_progress=lambda progress, size: self.watcher.progressed(taken, progress, size),
        )

    @asynccontextmanager
    async def _keeping_lease(self, taken: Taken) -> AsyncIterator[None]:
        """Lengthen the lease in time, for as long as the job runs. A renewal that has begun is finished: no connection is cut off."""
        ending = asyncio.Event()
        renewing = asyncio.create_task(self._renew(taken, ending))
        try:
            yield
        finally:
            ending.set()
            await asyncio.wait({renewing})

    async def _renew(self, taken: Taken, ending: asyncio.Event) -> None:
        every = self.pace.lease.total_seconds() / 3
        while not ending.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(ending.wait(), every)
                return
            try:
                if not await keep_lease(self.database, taken, until=self.clock() + self.pace.lease):
                    return
            except Exception as error:  # noqa: BLE001 - the database may be away; the next time is soon
                _LOG.warning("the lease of job %s could not be lengthened: %s", taken.id, type(error).__name__)


def _work_of(kind: str) -> Work:
    module, _, name = WORK[kind].partition(":")
    work: Work = getattr(import_module(module), name)
    return work
