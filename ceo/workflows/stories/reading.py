"""The pages of the reading room: the stories of a round by what was decided about them, one to decide about, and one to read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.database import Database
from ceo.storage.people import User
from ceo.storage.rounds import Round
from ceo.storage.story_reading import StoryReading
from ceo.storage.tenancy import reading_across, tenant_reading
from ceo.workflows.publish import PublishedVersions
from ceo.workflows.stories.codes import Code, codes_in
from ceo.workflows.stories.coding import codings_of
from ceo.workflows.stories.marking import Mark, marks_from_json
from ceo.workflows.stories.notes import Note, notes_of
from ceo.workflows.stories.quotes import Quote, quotes_of
from ceo.workflows.stories.rooms import Room, StoryState
from ceo.workflows.stories.told import Permission, ToldStory, permissions_in, permitted, told_in

# Stories on a page.
PAGE: Final = 25


@dataclass(frozen=True, slots=True)
class Shelved:
    """A story in a list. `text` is as it was told while it waits, and without personal data from then on; "" when it was set aside."""

    story: ToldStory
    text: str
    row_version: int
    decided_on: date | None
    readers: int
    read_by_me: bool


@dataclass(frozen=True, slots=True)
class RoomPage:
    """Stories of a round that stand somewhere, in an order that says nothing. `counts` by where; `number` counts pages from 1."""

    round: Round
    state: StoryState
    counts: Mapping[StoryState, int]
    stories: tuple[Shelved, ...]
    number: int
    is_last: bool


@dataclass(frozen=True, slots=True)
class ToDecide:
    """A story as it was told, for the person who decides, with the marks that were chosen before; None when nobody has."""

    round: Round
    story: ToldStory
    state: StoryState
    marks: tuple[Mark, ...] | None
    row_version: int


@dataclass(frozen=True, slots=True)
class ToRead:
    """A story without personal data with what its readers made of it, for one of them.

    `own` are the codes that this reader gave, None before. Only after that `others` holds those of the other readers. `names` of readers
    by id.
    """

    round: Round
    story: ToldStory
    text: str
    row_version: int
    codes: tuple[Code, ...]
    own: frozenset[str] | None
    others: tuple[frozenset[str], ...]
    notes: tuple[Note, ...]
    quotes: tuple[Quote, ...]
    names: Mapping[str, str]


async def read_room(
    database: Database, versions: PublishedVersions, room: Room, state: StoryState, *, number: int = 1
) -> RoomPage | None:
    """Return a page of the stories of a round; None when there is no such round."""
    async with tenant_reading(database, room.municipality) as session:
        its_round = await session.get(Round, room.round_id)
        if its_round is None:
            return None
        permissions = await permissions_in(session, room.round_id)
        rows = await _readings(session, room.round_id)
        states = {story_id: _state(rows.get(story_id)) for story_id in permissions}
        chosen = [story_id for story_id in permissions if states[story_id] is state]
        shown = chosen[(number - 1) * PAGE : number * PAGE]
        told = await told_in(session, versions, [permissions[one] for one in shown])
        codings = await codings_of(session, shown)
    stories = tuple(
        Shelved(
            told[one],
            _text(told[one], rows.get(one)),
            rows[one].row_version if one in rows else 0,
            rows[one].decided_on if one in rows else None,
            len(codings.get(one, ())),
            room.actor in codings.get(one, ()),
        )
        for one in shown
        if one in told
    )
    counts = Counter(states.values())
    return RoomPage(its_round, state, counts, stories, number, is_last=len(chosen) <= number * PAGE)


async def find_to_decide(database: Database, versions: PublishedVersions, room: Room, story_id: str) -> ToDecide | None:
    """Return a story to decide about; None when there is no such story, or its teller does not allow it any more."""
    async with tenant_reading(database, room.municipality) as session:
        its_round = await session.get(Round, room.round_id)
        permission = (await permissions_in(session, room.round_id)).get(story_id)
        if its_round is None or permission is None:
            return None
        row = await session.get(StoryReading, story_id)
        story = (await told_in(session, versions, [permission])).get(story_id)
    if story is None:
        return None
    marks = marks_from_json(row.marks) if row is not None and row.state == StoryState.DECIDED.value else None
    return ToDecide(its_round, story, _state(row), marks, row.row_version if row is not None else 0)


async def find_to_read(database: Database, versions: PublishedVersions, room: Room, story_id: str) -> ToRead | None:
    """Return a story without personal data; None when there is none, or its teller does not allow it any more."""
    async with tenant_reading(database, room.municipality) as session:
        its_round, row = await session.get(Round, room.round_id), await session.get(StoryReading, story_id)
        if its_round is None or row is None or row.round_id != room.round_id or _state(row) is not StoryState.DECIDED:
            return None
        permission = (await permitted(session, [row])).get(story_id)
        story = (await told_in(session, versions, [permission])).get(story_id) if permission is not None else None
        if story is None:
            return None
        codings = (await codings_of(session, [story_id])).get(story_id, {})
        codes, notes = await codes_in(session), await notes_of(session, story_id)
        quotes = await quotes_of(session, story_id)
    own = codings.get(room.actor)
    others = tuple(given for reader, given in sorted(codings.items()) if reader != room.actor)
    return ToRead(
        round=its_round,
        story=story,
        text=row.text,
        row_version=row.row_version,
        codes=codes,
        own=own,
        others=others if own is not None else (),
        notes=notes,
        quotes=quotes,
        names=await names_of(database, {note.by for note in notes}),
    )


async def readable_stories(session: AsyncSession, story_ids: Collection[str]) -> dict[str, StoryReading]:
    """Return which of these stories have a text without personal data that may be read now."""
    statement = select(StoryReading).where(
        col(StoryReading.id).in_(story_ids), col(StoryReading.state) == StoryState.DECIDED.value
    )
    rows = (await session.exec(statement)).all() if story_ids else []
    allowed: Mapping[str, Permission] = await permitted(session, rows)
    return {row.id: row for row in rows if row.id in allowed}


async def names_of(database: Database, people: Iterable[str]) -> Mapping[str, str]:
    """Return the names of people who work here, by their ids."""
    wanted = set(people)
    async with reading_across(database) as session:
        statement = select(User.id, User.name).where(col(User.id).in_(wanted))
        return dict((await session.exec(statement)).all()) if wanted else {}


async def _readings(session: AsyncSession, round_id: int) -> dict[str, StoryReading]:
    rows = await session.exec(select(StoryReading).where(col(StoryReading.round_id) == round_id))
    return {row.id: row for row in rows}


def _state(row: StoryReading | None) -> StoryState:
    return StoryState(row.state) if row is not None else StoryState.WAITING


def _text(story: ToldStory, row: StoryReading | None) -> str:
    return story.told if row is None else row.text
