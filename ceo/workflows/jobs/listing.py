"""Looking at jobs: those of a municipality, of a round, one of them, and how many there are in all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func
from sqlmodel import col, select

from ceo.storage.database import Database
from ceo.storage.jobs import Job, JobState
from ceo.storage.tenancy import reading_across, tenant_reading
from ceo.workflows.jobs.kinds import JobKind

# Jobs on a page.
PAGE: Final = 50
# How jobs are counted for who watches the installation.
COUNTED: Final = ("due", "running", "failed")
_NEWEST_FIRST: Final = select(Job).order_by(col(Job.made_at).desc(), col(Job.id))
# How many of one kind a page about a round needs at most.
_MOST_OF_ROUND: Final = 20


@dataclass(frozen=True, slots=True)
class JobPage:
    """Some of the jobs of a municipality. `number` counts from 1."""

    jobs: tuple[Job, ...]
    number: int
    is_last: bool


async def list_jobs(database: Database, municipality: str, *, number: int = 1) -> JobPage:
    """Return a page of the jobs of a municipality, the newest first. `number` counts from 1."""
    statement = _NEWEST_FIRST.offset((number - 1) * PAGE).limit(PAGE + 1)
    async with tenant_reading(database, municipality) as session:
        jobs = (await session.exec(statement)).all()
    return JobPage(tuple(jobs[:PAGE]), number, is_last=len(jobs) <= PAGE)


async def find_job(database: Database, municipality: str, job_id: str) -> Job | None:
    """Return a job of a municipality; None when it has no such job."""
    async with tenant_reading(database, municipality) as session:
        return await session.get(Job, job_id)


async def jobs_of_round(
    database: Database, municipality: str, round_id: int, kinds: Iterable[JobKind]
) -> Sequence[Job]:
    """Return the newest jobs of some kinds for a round, the newest first."""
    statement = _NEWEST_FIRST.where(
        col(Job.round_id) == round_id, col(Job.kind).in_([kind.value for kind in kinds])
    ).limit(_MOST_OF_ROUND)
    async with tenant_reading(database, municipality) as session:
        return (await session.exec(statement)).all()


async def newest_jobs(database: Database, *, municipality: str | None = None, most: int) -> Sequence[Job]:
    """Return the newest jobs of one municipality or of all of them: for who runs the installation."""
    statement = _NEWEST_FIRST.limit(most)
    if municipality is not None:
        statement = statement.where(col(Job.municipality) == municipality)
    async with reading_across(database) as session:
        return (await session.exec(statement)).all()


async def place_of_job(database: Database, job_id: str) -> str | None:
    """Return the municipality of a job; None when there is no such job anywhere."""
    async with reading_across(database) as session:
        return (await session.exec(select(Job.municipality).where(col(Job.id) == job_id))).one_or_none()


async def count_jobs(database: Database, *, now: datetime) -> Mapping[str, int]:
    """Return how many jobs of all municipalities are due (they could run now), running and failed, by the words of `COUNTED`."""
    waits = col(Job.state) == JobState.WAITING.value
    counted = select(
        func.count().filter(waits & (col(Job.run_after) <= now)),
        func.count().filter(col(Job.state) == JobState.RUNNING.value),
        func.count().filter(col(Job.state) == JobState.FAILED.value),
    ).select_from(Job)
    async with reading_across(database) as session:
        due, running, failed = (await session.exec(counted)).one()
    return dict(zip(COUNTED, (due, running, failed), strict=True))
