"""Quotes: exact words of a story without personal data, picked to be shown somewhere.

Whether that is allowed is looked up at each reading: a permission that was taken back counts at once, wherever quotes are shown.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.database import Database
from ceo.storage.story_reading import StoryQuote, StoryReading
from ceo.storage.tenancy import reading_across, tenant_reading, tenant_transaction
from ceo.workflows.audit.recording import record
from ceo.workflows.stories.rooms import Room, find_decided
from ceo.workflows.stories.told import SHOWN_FOR, permitted
from questionnaires.definition import ConsentScope

LONGEST: Final = 500


@dataclass(frozen=True, slots=True)
class Quote:
    """Words that may be shown for `scope`, of a story in a round."""

    id: str
    municipality: str
    round_id: int
    story_id: str
    text: str
    scope: ConsentScope


class QuoteFault(StrEnum):
    """Why words are not picked, and at which field."""

    GONE = "gone"
    NO_WORDS = "no-words"
    TOO_LONG = "too-long"
    NOT_IN_STORY = "not-in-story"
    NOT_ALLOWED = "not-allowed"
    TWICE = "twice"


async def quotes_for(
    database: Database, municipality: str, scope: ConsentScope, round_ids: Collection[int]
) -> tuple[Quote, ...]:
    """Return the quotes of rounds that were picked for a scope and whose tellers allow that now, in an order that says nothing.

    `leren_intern`: for inside the municipality; `delen_anoniem`: for reports and pages that others read; `landelijk_delen`: for the whole
    country. Keep the words nowhere: who takes a permission back must not be found in what was kept.
    """
    async with tenant_reading(database, municipality) as session:
        picked = await _picked(session, scope, round_ids)
        return await _allowed(session, picked)


async def national_quotes(database: Database, round_ids: Collection[int]) -> tuple[Quote, ...]:
    """Return the quotes of rounds of any municipality whose tellers allow now that the whole country reads them."""
    async with reading_across(database) as session:
        picked = await _picked(session, "landelijk_delen", round_ids)
        return await _allowed(session, picked)


async def quotes_of(session: AsyncSession, story_id: str) -> tuple[Quote, ...]:
    """Return the quotes of one story whose scopes are allowed now."""
    statement = select(StoryQuote).where(col(StoryQuote.reading_id) == story_id).order_by(col(StoryQuote.id))
    return await _allowed(session, (await session.exec(statement)).all())


async def quotes_of_round(session: AsyncSession, round_id: int) -> tuple[Quote, ...]:
    """Return the quotes of a round whose scopes are allowed now, in an order that says nothing."""
    statement = select(StoryQuote).where(col(StoryQuote.round_id) == round_id).order_by(col(StoryQuote.id))
    return await _allowed(session, (await session.exec(statement)).all())


async def pick_quote(
    database: Database, room: Room, story_id: str, words: str, scope: str, *, now: datetime
) -> QuoteFault | None:
    """Keep words of a story as a quote for a scope; return why not."""
    plain = " ".join(words.split())
    async with tenant_transaction(database, room.municipality) as session:
        found = await find_decided(session, room.round_id, story_id)
        if found is None:
            return QuoteFault.GONE
        reading, permission = found
        fault = _fault(plain, reading.text, scope, permission.uses)
        if fault is not None:
            return fault
        own = select(StoryQuote).where(col(StoryQuote.reading_id) == story_id)
        if any((row.text, row.scope) == (plain, scope) for row in await session.exec(own)):
            return QuoteFault.TWICE
        session.add(
            StoryQuote(
                id=uuid.uuid4().hex,
                municipality=room.municipality,
                reading_id=story_id,
                round_id=room.round_id,
                text=plain,
                scope=scope,
                picked_by=room.actor,
                picked_on=_day(now),
            )
        )
        await session.flush()
        await record(
            session,
            room.municipality,
            actor=room.actor,
            action="story.quoted",
            object_kind="round",
            object_id=str(room.round_id),
            after={"scope": scope},
            now=now,
        )
    return None


async def remove_quote(database: Database, room: Room, story_id: str, quote_id: str, *, now: datetime) -> bool:
    """Remove a quote; return whether it was there."""
    async with tenant_transaction(database, room.municipality) as session:
        own = delete(StoryQuote).where(
            col(StoryQuote.id) == quote_id,
            col(StoryQuote.reading_id) == story_id,
            col(StoryQuote.round_id) == room.round_id,
        )
        if not (await session.exec(own.returning(col(StoryQuote.id)))).all():
            return False
        await record(
            session,
            room.municipality,
            actor=room.actor,
            action="story.quote-removed",
            object_kind="round",
            object_id=str(room.round_id),
            now=now,
        )
    return True


def holds(text: str, words: str) -> bool:
    r"""Return whether words stand in a text exactly so; how lines are broken does not matter.

    >>> holds("De hulp komt\nelke week.", "komt elke week")
    True
    """
    return " ".join(words.split()) in " ".join(text.split())


def _fault(words: str, text: str, scope: str, uses: Collection[str]) -> QuoteFault | None:
    if not words:
        return QuoteFault.NO_WORDS
    if len(words) > LONGEST:
        return QuoteFault.TOO_LONG
    if not holds(text, words):
        return QuoteFault.NOT_IN_STORY
    return None if scope in uses else QuoteFault.NOT_ALLOWED


def _day(now: datetime) -> date:
    from ceo.clock import DUTCH_TIME

    return now.astimezone(DUTCH_TIME).date()


async def _picked(session: AsyncSession, scope: ConsentScope, round_ids: Collection[int]) -> Sequence[StoryQuote]:
    statement = (
        select(StoryQuote)
        .where(col(StoryQuote.scope) == scope, col(StoryQuote.round_id).in_(round_ids))
        .order_by(col(StoryQuote.id))
    )
    return (await session.exec(statement)).all() if round_ids else ()


async def _allowed(session: AsyncSession, picked: Sequence[StoryQuote]) -> tuple[Quote, ...]:
    """Keep the quotes that are still in their story and for whose scope the teller gives permission now."""
    wanted = {row.reading_id for row in picked}
    statement = select(StoryReading).where(col(StoryReading.id).in_(wanted))
    readings = (await session.exec(statement)).all() if wanted else []
    allowed = await permitted(session, readings)
    texts = {row.id: row.text for row in readings}
    scopes: dict[str, ConsentScope] = {scope: scope for scope in SHOWN_FOR}
    return tuple(
        Quote(row.id, row.municipality, row.round_id, row.reading_id, row.text, scopes[row.scope])
        for row in picked
        if row.reading_id in allowed
        and row.scope in allowed[row.reading_id].uses
        and holds(texts[row.reading_id], row.text)
    )
