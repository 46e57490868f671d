"""Writing a file in sealed parts, reading it back part by part, and letting it go."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import AsyncIterable, AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.database import Database
from ceo.storage.kept_files import FilePurpose, KeptFile, KeptFilePart
from ceo.storage.tenancy import tenant_of, tenant_reading, tenant_transaction
from ceo.workflows.installation.keyring import KEPT_FILE, seal, unseal

# In bytes. A part and its seal are in memory at a time, and some 200 of them when keys are rotated.
PART: Final = 256 * 1024


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What is known of a file before it is there."""

    round_id: int
    purpose: FilePurpose
    name: str
    media_type: str
    made_by: str


async def keep_file(
    database: Database,
    keys: Sequence[bytes],
    *,
    municipality: str,
    facts: FileFacts,
    content: AsyncIterable[bytes],
    now: datetime,
) -> str:
    """Keep a file that comes in pieces of any size, a transaction for each part; return its id.

    Breaks off half-way: the file stays incomplete, and upkeep removes it.
    """
    async with tenant_transaction(database, municipality) as session:
        file_id = (await _begin(session, facts, now)).id
    digest, size, number, waiting = hashlib.sha256(), 0, 0, bytearray()
    async for piece in content:
        digest.update(piece)
        size += len(piece)
        waiting += piece
        while len(waiting) >= PART:
            async with tenant_transaction(database, municipality) as session:
                session.add(_part(keys, municipality, file_id, number, bytes(waiting[:PART])))
            del waiting[:PART]
            number += 1
    async with tenant_transaction(database, municipality) as session:
        if waiting:
            session.add(_part(keys, municipality, file_id, number, bytes(waiting)))
        row = await session.get_one(KeptFile, file_id)
        row.size, row.digest, row.complete = size, digest.hexdigest(), True
    return file_id


async def add_file(
    session: AsyncSession, keys: Sequence[bytes], facts: FileFacts, content: bytes, *, now: datetime
) -> str:
    """Keep a file that is in memory, within a transaction of its municipality; return its id."""
    row = await _begin(session, facts, now)
    row.size, row.digest, row.complete = len(content), hashlib.sha256(content).hexdigest(), True
    session.add_all(
        _part(keys, row.municipality, row.id, number, content[start : start + PART])
        for number, start in enumerate(range(0, len(content), PART))
    )
    return row.id


async def find_file(database: Database, municipality: str, file_id: str) -> KeptFile | None:
    """Return what is known of a complete file; None when there is no such file."""
    async with tenant_reading(database, municipality) as session:
        row = await session.get(KeptFile, file_id)
        return row if row is not None and row.complete else None


async def read_file(database: Database, keys: Sequence[bytes], municipality: str, file_id: str) -> AsyncIterator[bytes]:
    """Yield a file part by part. Each part is read by itself: no transaction stays open while a slow reader reads."""
    after = ""
    while True:
        statement = (
            select(KeptFilePart)
            .where(col(KeptFilePart.file_id) == file_id, col(KeptFilePart.id) > after)
            .order_by(col(KeptFilePart.id))
            .limit(1)
        )
        async with tenant_reading(database, municipality) as session:
            part = (await session.exec(statement)).one_or_none()
        if part is None:
            return
        yield unseal(keys, KEPT_FILE, part.id, part.sealed)
        after = part.id


async def remove_file(session: AsyncSession, file_id: str) -> None:
    """Remove a file, within a transaction of its municipality."""
    await session.exec(delete(KeptFilePart).where(col(KeptFilePart.file_id) == file_id))
    await session.exec(delete(KeptFile).where(col(KeptFile.id) == file_id))


async def _begin(session: AsyncSession, facts: FileFacts, now: datetime) -> KeptFile:
    row = KeptFile(
        municipality=tenant_of(session),
        id=uuid.uuid4().hex,
        round_id=facts.round_id,
        purpose=facts.purpose.value,
        name=facts.name,
        media_type=facts.media_type,
        made_by=facts.made_by,
        made_at=now,
    )
    session.add(row)
    await session.flush()
    return row


def _part(keys: Sequence[bytes], municipality: str, file_id: str, number: int, content: bytes) -> KeptFilePart:
    name = f"{file_id}-{number:06}"
    return KeptFilePart(
        municipality=municipality, id=name, file_id=file_id, sealed=seal(keys, KEPT_FILE, name, content)
    )
