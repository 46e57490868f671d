"""Forgetting when answers were sent: once a day, so that no moment leads from an invitation to its submission.

Submissions that are counted in an edition of the results were written anew together; this does the same for those that still wait,
and for requests to be called back.
"""

from __future__ import annotations

from sqlmodel import col, select, true

from ceo.storage.callbacks import Callback
from ceo.storage.database import Database
from ceo.storage.forgetting import forget_removed_rows, keeps_moments, write_anew
from ceo.storage.submissions import Submission
from ceo.storage.tenancy import reading_across, tenant_transaction


async def forget_moments(database: Database) -> None:
    """Write what was sent anew, by municipality and in random order, and let the database forget what stood there before."""
    if keeps_moments(database):
        for municipality in await _municipalities(database):
            async with tenant_transaction(database, municipality) as session:
                await write_anew(session, Submission, col(Submission.edition).is_(None))
                await write_anew(session, Callback, true())
    await forget_removed_rows(database)


async def _municipalities(database: Database) -> list[str]:
    async with reading_across(database) as session:
        waiting = await session.exec(
            select(Submission.municipality).where(col(Submission.edition).is_(None)).distinct()
        )
        calls = await session.exec(select(Callback.municipality).distinct())
        return sorted({*waiting, *calls})
