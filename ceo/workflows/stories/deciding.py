"""A person decides about a story: which words go before others read it, that it is set aside, or that it waits again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.database import Database
from ceo.storage.story_reading import StoryQuote, StoryReading
from ceo.storage.tenancy import tenant_transaction
from ceo.workflows.audit.recording import record
from ceo.workflows.publish import PublishedVersions
from ceo.workflows.stories.marking import Mark, marks_to_json, without
from ceo.workflows.stories.quotes import holds
from ceo.workflows.stories.rooms import Room, StoryState, hold_story
from ceo.workflows.stories.told import Permission, told_in
from ceo.workflows.stories.withdrawing import remove_readings


class Outcome(StrEnum):
    """What became of a decision."""

    DONE = "done"
    GONE = "gone"  # there is no such story, or its teller took the permission back
    CHANGED = "changed"  # somebody else decided meanwhile


async def decide_story(
    database: Database,
    versions: PublishedVersions,
    room: Room,
    story_id: str,
    marks: Sequence[Mark],
    *,
    row_version: int,
    now: datetime,
) -> Outcome:
    """Let a story be read without the words that are marked. Quotes whose words are no longer in the text go.

    `row_version` is that of the decision that was on the screen, 0 when there was none.
    """
    async with tenant_transaction(database, room.municipality) as session:
        held = await _held(session, room, story_id, row_version)
        if isinstance(held, Outcome):
            return held
        permission, row = held
        story = (await told_in(session, versions, [permission])).get(story_id)
        if story is None:
            return Outcome.GONE
        row = row or _new(room, permission)
        row.state, row.text, row.marks = StoryState.DECIDED.value, without(story.told, marks), marks_to_json(marks)
        await _keep(session, room, row, now)
        quotes = await _drop_quotes(session, row)
        await _record(session, room, "story.decided", {"marks": len(marks), "quotes_removed": quotes}, now)
    return Outcome.DONE


async def set_aside(database: Database, room: Room, story_id: str, *, row_version: int, now: datetime) -> Outcome:
    """Let nobody read a story: its text goes, and what readers made of it."""
    async with tenant_transaction(database, room.municipality) as session:
        held = await _held(session, room, story_id, row_version)
        if isinstance(held, Outcome):
            return held
        permission, row = held
        if row is not None:
            await remove_readings(session, [row.id])
            session.expunge_all()  # the row that comes next has the same id
        row = _new(room, permission)
        row.state, row.row_version = StoryState.ASIDE.value, row_version
        await _keep(session, room, row, now)
        await _record(session, room, "story.set-aside", {}, now)
    return Outcome.DONE


async def put_back(database: Database, room: Room, story_id: str, *, row_version: int, now: datetime) -> Outcome:
    """Let a story wait again: its text without personal data goes, and what readers made of it."""
    async with tenant_transaction(database, room.municipality) as session:
        held = await _held(session, room, story_id, row_version)
        if isinstance(held, Outcome):
            return held
        _, row = held
        if row is not None:
            await remove_readings(session, [row.id])
            await _record(session, room, "story.put-back", {}, now)
    return Outcome.DONE


async def _held(
    session: AsyncSession, room: Room, story_id: str, row_version: int
) -> tuple[Permission, StoryReading | None] | Outcome:
    held = await hold_story(session, room.round_id, story_id)
    if held is None:
        return Outcome.GONE
    now_version = held[1].row_version if held[1] is not None else 0
    return held if now_version == row_version else Outcome.CHANGED


def _new(room: Room, permission: Permission) -> StoryReading:
    return StoryReading(
        id=permission.story_id,
        municipality=room.municipality,
        round_id=room.round_id,
        submission_id=permission.submission_id,
        item=permission.item,
        state=StoryState.WAITING.value,
    )


async def _keep(session: AsyncSession, room: Room, row: StoryReading, now: datetime) -> None:
    from ceo.clock import DUTCH_TIME

    row.decided_by, row.decided_on = room.actor, now.astimezone(DUTCH_TIME).date()
    row.row_version += 1
    session.add(row)
    await session.flush()


async def _drop_quotes(session: AsyncSession, row: StoryReading) -> int:
    own = await session.exec(select(StoryQuote).where(col(StoryQuote.reading_id) == row.id))
    lost = [quote.id for quote in own if not holds(row.text, quote.text)]
    if lost:
        await session.exec(delete(StoryQuote).where(col(StoryQuote.id).in_(lost)))
    return len(lost)


async def _record(session: AsyncSession, room: Room, action: str, after: dict[str, int], now: datetime) -> None:
    # Of which round, and not of which story: that name follows from the submission and would stay when the story goes.
    await record(
        session,
        room.municipality,
        actor=room.actor,
        action=action,
        object_kind="round",
        object_id=str(room.round_id),
        after=after or None,
        now=now,
    )
