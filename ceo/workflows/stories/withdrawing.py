"""Taking stories out of the reading room: in the transaction in which their teller takes a permission back, or their answers go.

What was taken out is counted in the record of what was done, without saying whose it was.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, time
from typing import Final

from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.story_reading import DescribedCase, StoryCoding, StoryNote, StoryQuote, StoryReading
from ceo.storage.tenancy import tenant_of
from ceo.workflows.audit.recording import record
from ceo.workflows.stories.told import MAY_LEARN
from questionnaires.consents import StoryConsent

# Who takes a permission back is a resident: the record names nobody.
_TELLER: Final = "teller"
_NOTHING: Final[StoryConsent] = StoryConsent()


@dataclass(frozen=True, slots=True)
class TakenOut:
    """How much was taken out: stories with all that readers made of them, quotes, and cases in which a link was removed."""

    stories: int = 0
    quotes: int = 0
    cases: int = 0


async def limit_stories(
    session: AsyncSession, submission_id: str, round_id: int, consents: Mapping[str, StoryConsent], *, now: datetime
) -> TakenOut:
    """Take out what the consents of a submission do not allow any more, and record that something was.

    Without permission to learn from it a story goes with its text, codes, notes, quotes and links; otherwise the quotes go for which the
    permission is gone. The record tells the day and not the moment: that could be laid beside when a code was used. Call it last: nobody
    else can add to the record until the transaction ends.
    """
    own = select(StoryReading).where(col(StoryReading.submission_id) == submission_id)
    readings = (await session.exec(own)).all()
    gone = [row.id for row in readings if MAY_LEARN not in consents.get(row.item, _NOTHING).given]
    taken = await remove_readings(session, gone)
    quotes = taken.quotes
    for row in readings:
        if row.id not in gone:
            quotes += await _remove_quotes(session, row.id, consents[row.item].given)
    out = TakenOut(taken.stories, quotes, taken.cases)
    if out != TakenOut():
        await session.flush()
        await record(
            session,
            tenant_of(session),
            actor=_TELLER,
            action="story.permission-withdrawn",
            object_kind="round",
            object_id=str(round_id),
            after=asdict(out),
            now=_begin_of_day(now),
        )
    return out


async def forget_stories(session: AsyncSession, submission_ids: Collection[str]) -> TakenOut:
    """Take out all stories of submissions that are removed, or whose words are."""
    own = select(StoryReading.id).where(col(StoryReading.submission_id).in_(submission_ids))
    return await remove_readings(session, (await session.exec(own)).all() if submission_ids else ())


async def remove_readings(session: AsyncSession, story_ids: Collection[str]) -> TakenOut:
    """Remove stories from the reading room with everything that readers made of them."""
    if not story_ids:
        return TakenOut()
    for table in (StoryCoding, StoryNote):
        await session.exec(delete(table).where(col(table.reading_id).in_(story_ids)))
    quotes = delete(StoryQuote).where(col(StoryQuote.reading_id).in_(story_ids)).returning(col(StoryQuote.id))
    removed = len((await session.exec(quotes)).all())
    cases = await _unlink(session, frozenset(story_ids))
    await session.exec(delete(StoryReading).where(col(StoryReading.id).in_(story_ids)))
    return TakenOut(len(story_ids), removed, cases)


def _begin_of_day(now: datetime) -> datetime:
    from ceo.clock import DUTCH_TIME

    return datetime.combine(now.astimezone(DUTCH_TIME).date(), time(), DUTCH_TIME)


async def _remove_quotes(session: AsyncSession, story_id: str, given: Collection[str]) -> int:
    not_given = delete(StoryQuote).where(col(StoryQuote.reading_id) == story_id, col(StoryQuote.scope).not_in(given))
    return len((await session.exec(not_given.returning(col(StoryQuote.id)))).all())


async def _unlink(session: AsyncSession, story_ids: frozenset[str]) -> int:
    """Remove the links of cases to these stories; somebody has to read such a case again before its text is shown."""
    rows = await session.exec(select(DescribedCase))
    cases = [row for row in rows if not story_ids.isdisjoint([*row.readings, *row.readings_before])]
    for row in cases:
        row.readings = [one for one in row.readings if one not in story_ids]
        row.readings_before = [one for one in row.readings_before if one not in story_ids]
        row.look_again = True
        row.row_version += 1
    return len(cases)
