"""Removing what files hold once somebody has it: names, addresses and codes stay no longer than needed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlmodel import col, delete, select

from ceo.storage.database import Database
from ceo.storage.kept_files import FilePurpose, KeptFile, KeptFilePart
from ceo.storage.tenancy import reading_across, tenant_transaction

# Long enough to fetch a file again that came in damaged.
KEPT_AFTER_FETCHING: Final = timedelta(hours=24)
# Files that somebody fetches once; a snapshot is fetched again and again.
_ONCE: Final = (FilePurpose.LETTERS, FilePurpose.MAIL_MERGE, FilePurpose.PAPER_FORMS)


async def forget_fetched_files(database: Database, *, now: datetime) -> int:
    """Empty files that were fetched more than a day ago; return how many. That they were there is still known."""
    with_content = select(KeptFilePart.file_id)
    # Read first: a quiet day costs no write lock.
    fetched = (
        select(KeptFile.municipality, KeptFile.id)
        .where(
            col(KeptFile.fetched_at) < now - KEPT_AFTER_FETCHING,
            col(KeptFile.purpose).in_([purpose.value for purpose in _ONCE]),
            col(KeptFile.id).in_(with_content),
        )
        .order_by(col(KeptFile.municipality), col(KeptFile.id))
    )
    async with reading_across(database) as session:
        found = (await session.exec(fetched)).all()
    for municipality, file_id in found:
        async with tenant_transaction(database, municipality) as session:
            await session.exec(delete(KeptFilePart).where(col(KeptFilePart.file_id) == file_id))
    return len(found)
