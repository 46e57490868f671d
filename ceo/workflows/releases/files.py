"""The files of an edition in the database: written in parts, and read back. Nobody is shown figures of a cube that was changed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Any, Final

from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.database import Database
from ceo.storage.releases import Release, ReleaseFile
from ceo.storage.tenancy import reading_across
from ceo.workflows.releases.manifests import CUBE_FILE, digest_of_file, digest_of_manifest

_LOG: Final = logging.getLogger(__name__)
CUBE: Final = "cube.parquet"
# What can change later and went in: names and groups of municipalities, crosswalks, and what series show of months.
BESIDE: Final = "beside.json"
LEDGER_BEFORE: Final = "ledger-before.json"
LEDGER_AFTER: Final = "ledger-after.json"
# In bytes.
_PART: Final = 1024 * 1024


class DamagedEditionError(Exception):
    """The cube of an edition is not the one that its manifest names, so none of its figures can be shown; the message names the edition."""


async def write_release_file(session: AsyncSession, release: str, edition: int, name: str, content: bytes) -> None:
    """Keep a file of an edition in the place of the one that had its name, within a transaction of its place."""
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


async def read_cube_file(database: Database, release: str, edition: int) -> bytes:
    """Return the cube of an edition that was made, as it was sealed. Raises `DamagedEditionError` for any other bytes, and logs that."""
    async with reading_across(database) as session:
        row = await session.get_one(Release, (release, edition))
    content = await read_release_file(database, release, edition, CUBE) or b""
    manifest = row.manifest or {}
    if digest_of_manifest(manifest) != row.digest or not await asyncio.to_thread(_is_named, content, manifest):
        _LOG.error("%s/%s is damaged: its cube or manifest is not the one that was sealed", release, edition)
        raise DamagedEditionError(f"{release}/{edition}")
    return content


def _is_named(content: bytes, manifest: Mapping[str, Any]) -> bool:
    """Return whether a manifest names a cube. One of before the digest of the file was in it names its content."""
    if CUBE_FILE in manifest:
        return digest_of_file(content) == str(manifest[CUBE_FILE])
    from exports.release.cube import DamagedCubeError, digest_of, open_cube

    try:
        return digest_of(open_cube(content)) == str(manifest["cube"])
    except DamagedCubeError:
        return False
