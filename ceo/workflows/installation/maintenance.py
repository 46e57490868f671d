"""Working on the installation: while that goes on, every page says that it will be back.

Running servers look every two seconds (`ceo.web.maintenance`), so no request asks the database for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ceo.storage.database import Database
from ceo.storage.maintenance import Maintenance, read_maintenance, remove_maintenance
from ceo.storage.tenancy import reading_across, shared_transaction


@dataclass(frozen=True, slots=True)
class Work:
    """Work on the installation: since when, and until when it is expected to take; None when nobody knows."""

    since: datetime
    until: datetime | None = None


async def begin_maintenance(database: Database, *, now: datetime, until: datetime | None = None) -> Work:
    """Close the pages. When they are closed already, only `until` changes."""
    async with shared_transaction(database) as session:
        row = await read_maintenance(session) or Maintenance(since=now)
        row.until = until
        session.add(row)
        await session.flush()
        return Work(row.since, row.until)


async def end_maintenance(database: Database) -> None:
    """Open the pages again."""
    async with shared_transaction(database) as session:
        await remove_maintenance(session)


async def find_maintenance(database: Database) -> Work | None:
    """Return the work that is going on, None when there is none."""
    async with reading_across(database) as session:
        row = await read_maintenance(session)
        return Work(row.since, row.until) if row is not None else None
