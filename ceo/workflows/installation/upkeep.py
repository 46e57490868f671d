"""Upkeep: what has served its purpose is removed. Run once a day by each server, or by `ceo upkeep`.

Every step removes rows that nobody needs any more, whoever comes first: several processes at once only share the work.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Final

from sqlmodel import col, delete, select

from ceo.storage.database import Database
from ceo.storage.impressions import remove_markers, with_markers
from ceo.storage.rounds import Round
from ceo.storage.submissions import Draft
from ceo.storage.tenancy import reading_across, tenant_transaction
from ceo.workflows.answering.forgetting import forget_moments
from ceo.workflows.answering.guessing import forget_attempts
from ceo.workflows.answering.impressions import MARKER_LIFE
from ceo.workflows.api_allowances import forget_allowances
from ceo.workflows.ending.months import queue_months
from ceo.workflows.ending.retention import let_go
from ceo.workflows.inviting.due import queue_due_invitations
from ceo.workflows.jobs.forgetting import forget_broken_files, forget_old_jobs
from ceo.workflows.kept_files.forgetting import forget_fetched_files
from ceo.workflows.notices.making import make_notices
from ceo.workflows.staff.mail_links import forget_old_links
from ceo.workflows.staff.signed_in import forget_old_sign_ins

# A whole day after the last one: nobody is filling in over midnight, and a closing day that was a mistake can be mended.
GRACE: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Removed:
    """How much was removed: numbers only, as they go to the log. `files`: those that were broken off half-way, and those that were fetched.

    `retained`: kinds of data of a municipality whose period has passed (see `ending.retention`).
    """

    drafts: int
    attempts: int
    markers: int
    sign_ins: int = 0
    links: int = 0
    jobs: int = 0
    retained: int = 0
    files: int = 0
    allowances: int = 0

    @property
    def total(self) -> int:
        """Return the number of rows."""
        return sum(getattr(self, field.name) for field in fields(self))


async def tidy(database: Database, *, today: date, now: datetime) -> Removed:
    """Forget when answers were sent; remove drafts of closed rounds, counts that ran empty, what has ended of staff, jobs and files.

    In rounds that go on, it asks for invitations to whose turn has come, and for months that are over to be sealed. Staff are told what is
    new.
    """
    await forget_moments(database)
    await queue_due_invitations(database, today=today, now=now)
    await queue_months(database, today=today, now=now)
    await make_notices(database, today=today, now=now)
    return Removed(
        drafts=await _remove_drafts(database, closed_before=today - GRACE),
        attempts=await forget_attempts(database, now=now),
        markers=await _remove_markers(database, before=today - MARKER_LIFE),
        sign_ins=await forget_old_sign_ins(database, now=now),
        links=await forget_old_links(database, now=now),
        retained=len(await let_go(database, today=today, now=now)),
        jobs=await forget_old_jobs(database, now=now),
        files=await forget_broken_files(database, now=now) + await forget_fetched_files(database, now=now),
        allowances=await forget_allowances(database, now=now),
    )


async def _remove_drafts(database: Database, *, closed_before: date) -> int:
    # Read first: a quiet day costs no write lock.
    left_over = (
        select(Round.municipality, Round.id)
        .where(col(Round.closes_on) < closed_before, col(Round.id).in_(select(Draft.round_id)))
        .order_by(col(Round.municipality))
    )
    async with reading_across(database) as session:
        rounds = (await session.exec(left_over)).all()
    removed = 0
    for municipality, round_id in rounds:
        async with tenant_transaction(database, municipality) as session:
            drafts = delete(Draft).where(col(Draft.round_id) == round_id)
            removed += len((await session.exec(drafts.returning(col(Draft.id)))).all())
    return removed


async def _remove_markers(database: Database, *, before: date) -> int:
    async with reading_across(database) as session:
        municipalities = await with_markers(session, before=before)
    removed = 0
    for municipality in municipalities:
        async with tenant_transaction(database, municipality) as session:
            removed += await remove_markers(session, before=before)
    return removed
