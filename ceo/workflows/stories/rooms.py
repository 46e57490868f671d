"""The reading room of a round: who works in it, and taking hold of one story while something is done with it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.forgetting import wait_for_rewriting
from ceo.storage.story_reading import StoryReading
from ceo.workflows.stories.told import Permission, permissions_in, permitted


class StoryState(StrEnum):
    """Where a story is. One without a row waits."""

    WAITING = "waiting"
    DECIDED = "decided"  # without personal data: it can be read
    ASIDE = "aside"  # nobody reads it


@dataclass(frozen=True, slots=True)
class Room:
    """The stories of one round, and who works with them now."""

    municipality: str
    round_id: int
    actor: str


async def hold_story(
    session: AsyncSession, round_id: int, story_id: str
) -> tuple[Permission, StoryReading | None] | None:
    """Return a story that may be read, with what was decided about it; None when there is no such story, or not any more.

    Until the transaction ends nobody can take the permission back, and nobody else can decide: one waits for the other.
    """
    await wait_for_rewriting(session)
    permission = (await permissions_in(session, round_id)).get(story_id)
    if permission is None:
        return None
    return permission, await session.get(StoryReading, story_id, with_for_update=True)


async def find_decided(session: AsyncSession, round_id: int, story_id: str) -> tuple[StoryReading, Permission] | None:
    """Return a story without personal data that may be read, held as `hold_story` does; None when there is no such story."""
    await wait_for_rewriting(session)
    row = await session.get(StoryReading, story_id, with_for_update=True)
    if row is None or row.round_id != round_id or row.state != StoryState.DECIDED.value:
        return None
    permission = (await permitted(session, [row])).get(story_id)
    return (row, permission) if permission is not None else None
