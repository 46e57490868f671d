"""Removing what is left of long work: jobs that are over, and files that were broken off half-way."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement
from sqlmodel import col, delete, select

from ceo.storage.database import Database
from ceo.storage.jobs import Job, JobState
from ceo.storage.kept_files import KeptFile, KeptFilePart
from ceo.storage.tenancy import TenantRow, reading_across, tenant_transaction

# How long people can look back at a job that is over.
KEPT_FOR: Final = timedelta(days=30)
# Nobody takes a day to send a file.
BROKEN_AFTER: Final = timedelta(days=1)
_OVER: Final = (JobState.DONE.value, JobState.FAILED.value, JobState.CANCELLED.value)


async def forget_old_jobs(database: Database, *, now: datetime) -> int:
    """Remove jobs that were over for 30 days; return how many. What waits or runs stays."""
    old = col(Job.state).in_(_OVER) & (col(Job.finished_at) < now - KEPT_FOR)
    removed = 0
    for municipality in await _with(database, Job, old):
        async with tenant_transaction(database, municipality) as session:
            removed += len((await session.exec(delete(Job).where(old).returning(col(Job.id)))).all())
    return removed


async def forget_broken_files(database: Database, *, now: datetime) -> int:
    """Remove files that were begun a day ago and never completed, with what there is of them; return how many."""
    broken = col(KeptFile.complete).is_(False) & (col(KeptFile.made_at) < now - BROKEN_AFTER)
    removed = 0
    for municipality in await _with(database, KeptFile, broken):
        async with tenant_transaction(database, municipality) as session:
            ids = (await session.exec(select(KeptFile.id).where(broken).with_for_update())).all()
            await session.exec(delete(KeptFilePart).where(col(KeptFilePart.file_id).in_(ids)))
            await session.exec(delete(KeptFile).where(col(KeptFile.id).in_(ids)))
            removed += len(ids)
    return removed


async def _with(database: Database, table: type[TenantRow], which: ColumnElement[bool]) -> list[str]:
    """Return the municipalities with such rows. Read first: a quiet day costs no write lock."""
    async with reading_across(database) as session:
        return sorted(await session.exec(select(table.municipality).where(which).distinct()))
