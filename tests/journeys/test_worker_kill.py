"""The promise of long work: whatever happens to the workers, what each job does in the database is there exactly once.

That is the whole guarantee, and it is about the database only: an effect and the count of effects are one transaction. What a job does
outside of it (handing over a mail) happens at least once when a worker is killed between doing it and writing that down, unless the work
itself would rather not do it again; the tests of mail show which.
"""

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from arrangements import UTRECHT, ZWOLLE
from counted_work import KIND, effects, job_row
from journeys.serving import PATIENCE, stop
from sqlalchemy import func
from sqlmodel import col, select

from ceo.clock import now
from ceo.settings import Settings
from ceo.storage.database import Database
from ceo.storage.jobs import Job, JobState
from ceo.storage.tenancy import reading_across, tenant_transaction

pytestmark = pytest.mark.anyio

JOBS = 300
KILLS = 4
# These kill their worker between two effects; the others are hit by chance, or not.
FALLING = (50, 200)
WORKER = Path(__file__).with_name("counting_worker.py")


class Worker:
    """A worker in a process of its own; a new one takes the place of one that is gone."""

    def __init__(self, settings: Settings, log: Path) -> None:
        self._settings = settings
        self._log = log
        self._process = self._start()

    def kill(self) -> None:
        """Kill it without warning, wherever it is."""
        self._process.kill()
        self._process.wait(timeout=PATIENCE)

    def restart_if_gone(self) -> None:
        """Let a new one take its place."""
        if self._process.poll() is not None:
            self._process = self._start()

    def stop(self) -> int:
        """Tell it to stop, as a service is told; return what it ended with."""
        return stop(self._process)

    def _start(self) -> subprocess.Popen[bytes]:
        environment = {
            **os.environ,
            "CEO_DATA": str(self._settings.data_folder),
            "CEO_DATABASE_URL": self._settings.database_url,
            "CEO_SECRET_KEY": self._settings.secret_key.hex(),
            "PYTHONPATH": str(WORKER.parents[1]),
        }
        with self._log.open("a") as log:
            return subprocess.Popen([sys.executable, WORKER], env=environment, stdout=subprocess.DEVNULL, stderr=log)


@contextmanager
def two_workers(settings: Settings, log: Path) -> Iterator[tuple[Worker, Worker]]:
    ended: list[int] = []
    with ExitStack() as ending:
        workers = Worker(settings, log), Worker(settings, log)
        for worker in workers:
            ending.callback(lambda worker=worker: ended.append(worker.stop()))
        yield workers
    # Who was told before it listened ended by the signal itself, and one may just have been killed; none ended by a fault.
    assert set(ended) <= {0, -signal.SIGTERM, -signal.SIGKILL}, log.read_text()


async def queue(database: Database) -> tuple[dict[str, int], list[str]]:
    """Let jobs of one or two steps wait in two municipalities; return their effects, and the jobs that kill their worker."""
    rows = [job_row(now(), municipality=(UTRECHT, ZWOLLE)[number % 2], steps=1) for number in range(JOBS)]
    for number in FALLING:
        rows[number].payload = {"steps": 2, "falls": True}
    falling = [rows[number].id for number in FALLING]
    wanted = {f"{row.id}-{step}": 1 for row in rows for step in range(row.payload["steps"])}
    for municipality in (UTRECHT, ZWOLLE):
        async with tenant_transaction(database, municipality) as session:
            session.add_all(row for row in rows if row.municipality == municipality)
    return wanted, falling


async def count_left(database: Database) -> int:
    """Return how many jobs are not over yet."""
    over = (JobState.DONE.value, JobState.FAILED.value, JobState.CANCELLED.value)
    left = select(func.count()).select_from(Job).where(col(Job.kind) == KIND, col(Job.state).not_in(over))
    async with reading_across(database) as session:
        return (await session.exec(left)).one()


async def done_jobs(database: Database) -> dict[str, Job]:
    async with reading_across(database) as session:
        done = select(Job).where(col(Job.kind) == KIND, col(Job.state) == JobState.DONE.value)
        return {row.id: row for row in await session.exec(done)}


async def test_each_job_of_workers_that_are_killed_has_its_effects_exactly_once(
    database: Database, installation_settings: Settings, tmp_path: Path
) -> None:
    chance, log = random.Random(), tmp_path / "log"
    wanted, falling = await queue(database)
    # When there are so many jobs left, a worker is killed.
    moments, deadline = sorted(chance.sample(range(20, JOBS), KILLS)), time.monotonic() + 200
    with two_workers(installation_settings, log) as workers:
        while left := await count_left(database):
            assert time.monotonic() < deadline, log.read_text()
            if moments and left <= moments[-1]:
                moments.pop()
                chance.choice(workers).kill()
            for worker in workers:
                worker.restart_if_gone()
            await asyncio.sleep(0.05)  # a few jobs are done in that time
    done = await done_jobs(database)
    assert await effects(database) == wanted
    assert len(done) == JOBS
    assert all(done[job].tries > 1 for job in falling)
