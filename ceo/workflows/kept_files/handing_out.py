"""Handing out files of a round: what is there to fetch, fetching it, and letting it go. Each is recorded.

A file can be fetched again for as long as it holds something, in case it came in damaged; `forgetting` empties it a day later.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.database import Database
from ceo.storage.kept_files import FilePurpose, KeptFile, KeptFilePart
from ceo.storage.tenancy import tenant_reading, tenant_transaction
from ceo.workflows.audit.recording import record


@dataclass(frozen=True, slots=True)
class RoundFiles:
    """Some of the files of a round: those that one page is about. Files of the type `beside` belong to another one: nobody fetches them."""

    municipality: str
    round_id: int
    purposes: Collection[FilePurpose]
    beside: str = ""


@dataclass(frozen=True, slots=True)
class HeldFile:
    """A file that was made; `there` as long as it still holds something."""

    file: KeptFile
    there: bool


async def held_files(database: Database, files: RoundFiles) -> Sequence[HeldFile]:
    """Return the files, the newest first."""
    wanted = (
        select(KeptFile)
        .where(
            col(KeptFile.round_id) == files.round_id,
            col(KeptFile.purpose).in_([purpose.value for purpose in files.purposes]),
            col(KeptFile.complete).is_(True),
            col(KeptFile.media_type) != files.beside,
        )
        .order_by(col(KeptFile.made_at).desc(), col(KeptFile.name), col(KeptFile.id))
    )
    async with tenant_reading(database, files.municipality) as session:
        rows = (await session.exec(wanted)).all()
        ids = [row.id for row in rows]
        full = set(
            await session.exec(select(KeptFilePart.file_id).where(col(KeptFilePart.file_id).in_(ids)).distinct())
        )
    return [HeldFile(row, row.id in full) for row in rows]


async def hand_out(
    database: Database, files: RoundFiles, file_id: str, *, actor: str, now: datetime
) -> KeptFile | None:
    """Record that a file is fetched, and return what is known of it; None when there is nothing to fetch."""
    async with tenant_transaction(database, files.municipality) as session:
        row = await _find(session, files, file_id)
        if row is None:
            return None
        row.fetched_at = row.fetched_at or now
        await session.flush()
        await _record(session, row, "file.fetched", actor, now)
    return row


async def take_away(database: Database, files: RoundFiles, file_id: str, *, actor: str, now: datetime) -> bool:
    """Remove what a file holds, and record who did; return whether that was done. That it was there is still known.

    What nobody fetched stays: the codes in it stand nowhere else.
    """
    async with tenant_transaction(database, files.municipality) as session:
        row = await _find(session, files, file_id)
        if row is None or row.fetched_at is None:
            return False
        await session.exec(delete(KeptFilePart).where(col(KeptFilePart.file_id) == file_id))
        await _record(session, row, "file.emptied", actor, now)
    return True


async def _find(session: AsyncSession, files: RoundFiles, file_id: str) -> KeptFile | None:
    row = await session.get(KeptFile, file_id, with_for_update=True)
    if row is None or not row.complete or row.round_id != files.round_id or row.purpose not in files.purposes:
        return None
    if row.media_type == files.beside:
        return None
    part = select(KeptFilePart.id).where(col(KeptFilePart.file_id) == file_id).limit(1)
    return row if (await session.exec(part)).first() is not None else None


async def _record(session: AsyncSession, row: KeptFile, action: str, actor: str, now: datetime) -> None:
    await record(
        session,
        row.municipality,
        actor=actor,
        action=action,
        object_kind="file",
        object_id=row.id,
        after={"name": row.name},
        now=now,
    )
