"""The files of an edition in the database: written in parts, and read back."""

from __future__ import annotations

from typing import Final

from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.database import Database
from ceo.storage.releases import ReleaseFile
from ceo.storage.tenancy import reading_across

CUBE: Final = "cube.parquet"
# What can change later and went in: names and groups of municipalities, and crosswalks.
BESIDE: Final = "beside.json"
LEDGER_BEFORE: Final = "ledger-before.json"
LEDGER_AFTER: Final = "ledger-after.json"
# In bytes.
_PART: Final = 1024 * 1024


async def write_release_file(session: AsyncSession, release: str, edition: int, name: str, content: bytes) -> None:
    """Keep a file of an edition in the place of the one that had its name, within a shared transaction."""
    await session.exec(
        delete(ReleaseFile).where(
            col(ReleaseFile.release) == release, col(ReleaseFile.edition) == edition, col(ReleaseFile.name) == name
        )
    )
    for part, start in enumerate(range(0, max(len(content), 1), _PART)):
        session.add(
            ReleaseFile(release=release, edition=edition, name=name, part=part, content=content[start : start + _PART])
        )
        await session.flush()


async def read_release_file(database: Database, release: str, edition: int, name: str) -> bytes | None:
    """Return a file of an edition; None when there is none."""
    parts = (
        select(ReleaseFile.content)
        .where(col(ReleaseFile.release) == release, col(ReleaseFile.edition) == edition, col(ReleaseFile.name) == name)
        .order_by(col(ReleaseFile.part))
    )
    async with reading_across(database) as session:
        found = (await session.exec(parts)).all()
    return b"".join(found) if found else None
