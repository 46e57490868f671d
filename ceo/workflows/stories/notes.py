"""What readers say to each other about a story."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.database import Database
from ceo.storage.story_reading import StoryNote
from ceo.storage.tenancy import tenant_transaction
from ceo.workflows.audit.recording import record
from ceo.workflows.stories.rooms import Room, find_decided

LONGEST: Final = 2000


@dataclass(frozen=True, slots=True)
class Note:
    """What a reader said about a story; `by` is the id of the reader."""

    id: str
    text: str
    by: str
    at: datetime


class NoteFault(StrEnum):
    """Why a note is not kept."""

    GONE = "gone"
    NO_WORDS = "no-words"
    TOO_LONG = "too-long"


async def notes_of(session: AsyncSession, story_id: str) -> tuple[Note, ...]:
    """Return what readers said about a story, the oldest first."""
    own = select(StoryNote).where(col(StoryNote.reading_id) == story_id)
    rows = await session.exec(own.order_by(col(StoryNote.made_at), col(StoryNote.id)))
    return tuple(Note(row.id, row.text, row.made_by, row.made_at) for row in rows)


async def add_note(database: Database, room: Room, story_id: str, text: str, *, now: datetime) -> NoteFault | None:
    """Keep what a reader says about a story; return why not."""
    plain = text.strip()
    if not plain:
        return NoteFault.NO_WORDS
    if len(plain) > LONGEST:
        return NoteFault.TOO_LONG
    async with tenant_transaction(database, room.municipality) as session:
        if await find_decided(session, room.round_id, story_id) is None:
            return NoteFault.GONE
        note = StoryNote(
            id=uuid.uuid4().hex,
            municipality=room.municipality,
            reading_id=story_id,
            text=plain,
            made_by=room.actor,
            made_at=now,
        )
        session.add(note)
        await session.flush()
        await _record(session, room, "story.note-added", now)
    return None


async def remove_note(database: Database, room: Room, story_id: str, note_id: str, *, now: datetime) -> bool:
    """Remove a note of the reader's own; return whether it was there."""
    async with tenant_transaction(database, room.municipality) as session:
        own = delete(StoryNote).where(
            col(StoryNote.id) == note_id,
            col(StoryNote.reading_id) == story_id,
            col(StoryNote.made_by) == room.actor,
        )
        if not (await session.exec(own.returning(col(StoryNote.id)))).all():
            return False
        await _record(session, room, "story.note-removed", now)
    return True


async def _record(session: AsyncSession, room: Room, action: str, now: datetime) -> None:
    # Of which round, and not of which story: that name follows from the submission and would stay when the story goes.
    await record(
        session,
        room.municipality,
        actor=room.actor,
        action=action,
        object_kind="round",
        object_id=str(room.round_id),
        now=now,
    )
