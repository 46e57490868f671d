"""Cases: described without personal data, with the results and the stories that belong to them.

A case takes no sentences over from a story: it links to it, and the words are shown from the story itself. So they go when the teller
takes the permission back, and somebody then reads the case again before its text is shown. That holds for a story that it was linked to
before as well: what was written with the story beside it may still stand there.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.database import Database
from ceo.storage.forgetting import wait_for_rewriting
from ceo.storage.rounds import Round
from ceo.storage.story_reading import DescribedCase, StoryReading
from ceo.storage.tenancy import tenant_reading, tenant_transaction
from ceo.workflows.audit.recording import record
from ceo.workflows.learning.results import Result
from ceo.workflows.stories.copying import LINKED, copied_in, copied_words
from ceo.workflows.stories.reading import names_of, readable_stories
from questionnaires.personal_data import find_traces

LONGEST_TITLE: Final = 120
LONGEST_TEXT: Final = 6000
LONGEST_LEARNED: Final = 2000
# Stories that can be chosen for a case; a municipality that reads more chooses among the first.
CHOOSABLE: Final = 200


@dataclass(frozen=True, slots=True)
class CaseText:
    """What somebody typed about a case. `seen`: that there seem to be personal data in it was told, and it stays."""

    title: str
    text: str
    learned: str = ""
    stories: tuple[str, ...] = ()
    about: tuple[Result, ...] = ()
    seen: bool = False


class CaseFault(StrEnum):
    """What is wrong with a case that was typed."""

    NO_TITLE = "no-title"
    TITLE_TOO_LONG = "title-too-long"
    NO_TEXT = "no-text"
    TEXT_TOO_LONG = "text-too-long"
    LEARNED_TOO_LONG = "learned-too-long"
    TAKEN_OVER = "taken-over"
    PERSONAL_DATA = "personal-data"
    CHANGED = "changed"


FIELD_OF: Final[Mapping[CaseFault, str]] = {
    CaseFault.NO_TITLE: "titel",
    CaseFault.TITLE_TOO_LONG: "titel",
    CaseFault.NO_TEXT: "tekst",
    CaseFault.TEXT_TOO_LONG: "tekst",
    CaseFault.LEARNED_TOO_LONG: "geleerd",
    CaseFault.TAKEN_OVER: "tekst",
    CaseFault.PERSONAL_DATA: "gezien",
    CaseFault.CHANGED: "titel",
}


@dataclass(frozen=True, slots=True)
class LinkedStory:
    """A story without personal data that belongs to a case, or can."""

    id: str
    round_id: int
    round_title: str
    text: str


@dataclass(frozen=True, slots=True)
class Case:
    """A case as it is shown. Only stories that may be read now are in it; `stories` is empty in a list."""

    id: str
    text: CaseText
    stories: tuple[LinkedStory, ...]
    made_by: str
    made_at: datetime
    look_again: bool
    row_version: int


async def list_cases(database: Database, municipality: str) -> tuple[Case, ...]:
    """Return the cases of a municipality, the newest first."""
    async with tenant_reading(database, municipality) as session:
        rows = (await session.exec(select(DescribedCase))).all()
    return tuple(_case(row, ()) for row in sorted(rows, key=lambda row: (row.made_at, row.id), reverse=True))


async def find_case(database: Database, municipality: str, case_id: str) -> Case | None:
    """Return a case with its stories; None when there is no such case."""
    async with tenant_reading(database, municipality) as session:
        row = await session.get(DescribedCase, case_id)
        if row is None:
            return None
        stories = await _linked(session, row.readings)
    names = await names_of(database, [row.made_by])
    return replace(_case(row, stories), made_by=names.get(row.made_by, ""))


async def choosable_stories(database: Database, municipality: str) -> tuple[LinkedStory, ...]:
    """Return stories that a case can be linked to, by round."""
    async with tenant_reading(database, municipality) as session:
        ids = select(StoryReading.id).order_by(col(StoryReading.round_id).desc(), col(StoryReading.id))
        return await _linked(session, (await session.exec(ids.limit(CHOOSABLE))).all())


async def keep_case(
    database: Database,
    municipality: str,
    case_id: str,
    typed: CaseText,
    *,
    row_version: int,
    actor: str,
    now: datetime,
) -> str | tuple[CaseFault, ...] | None:
    """Change a case, or add one when `case_id` is ""; return its id, what is wrong, or None when there is no such case.

    Who keeps a case that had to be looked at again has done so.
    """
    async with tenant_transaction(database, municipality) as session:
        await wait_for_rewriting(session)
        row = await session.get(DescribedCase, case_id, with_for_update=True) if case_id else None
        if case_id and row is None:
            return None
        linked = await readable_stories(session, typed.stories)
        faults = _faults(typed, taken_over=await _takes_over(session, typed, linked))
        if row is not None and row.row_version != row_version:
            faults = (*faults, CaseFault.CHANGED)
        if faults:
            return faults
        added = row is None
        row = row or DescribedCase(
            id=uuid.uuid4().hex, municipality=municipality, title="", text="", made_by=actor, made_at=now
        )
        row.title, row.text, row.learned = " ".join(typed.title.split()), typed.text.strip(), typed.learned.strip()
        row.readings_before = sorted({*row.readings_before, *row.readings} - set(linked))
        row.readings, row.about = sorted(linked), [one.model_dump(mode="json") for one in typed.about]
        row.look_again, row.row_version = False, row.row_version + 1
        session.add(row)
        await session.flush()
        # Not the text: what goes from a case must not stay in the record.
        counted = {"stories": len(linked), "results": len(typed.about)}
        await _record(session, municipality, "case.added" if added else "case.changed", row.id, actor, counted, now)
        return row.id


async def remove_case(
    database: Database, municipality: str, case_id: str, *, row_version: int, actor: str, now: datetime
) -> bool:
    """Remove a case; return whether it was there as it was seen."""
    async with tenant_transaction(database, municipality) as session:
        await wait_for_rewriting(session)
        row = await session.get(DescribedCase, case_id, with_for_update=True)
        if row is None or row.row_version != row_version:
            return False
        await session.delete(row)
        await session.flush()
        await _record(session, municipality, "case.removed", case_id, actor, {}, now)
    return True


async def _takes_over(session: AsyncSession, typed: CaseText, linked: Mapping[str, StoryReading]) -> bool:
    whole = _whole(typed)
    if copied_words(whole, [story.text for story in linked.values()], LINKED):
        return True
    return bool(await copied_in(session, {"case": whole}))


def _whole(typed: CaseText) -> str:
    return f"{typed.title}\n{typed.text}\n{typed.learned}"


def _faults(typed: CaseText, *, taken_over: bool) -> tuple[CaseFault, ...]:
    found = {
        CaseFault.NO_TITLE: not typed.title.strip(),
        CaseFault.TITLE_TOO_LONG: len(typed.title) > LONGEST_TITLE,
        CaseFault.NO_TEXT: not typed.text.strip(),
        CaseFault.TEXT_TOO_LONG: len(typed.text) > LONGEST_TEXT,
        CaseFault.LEARNED_TOO_LONG: len(typed.learned) > LONGEST_LEARNED,
        CaseFault.TAKEN_OVER: taken_over,
        CaseFault.PERSONAL_DATA: not typed.seen and bool(find_traces(_whole(typed))),
    }
    return tuple(fault for fault, wrong in found.items() if wrong)


def _case(row: DescribedCase, stories: tuple[LinkedStory, ...]) -> Case:
    about = tuple(Result.model_validate(one) for one in row.about)
    text = CaseText(row.title, row.text, row.learned, tuple(story.id for story in stories), about)
    return Case(row.id, text, stories, row.made_by, row.made_at, row.look_again, row.row_version)


async def _linked(session: AsyncSession, story_ids: Collection[str]) -> tuple[LinkedStory, ...]:
    readable = await readable_stories(session, story_ids)
    rounds = {row.round_id for row in readable.values()}
    titles: dict[Any, str] = (
        dict((await session.exec(select(Round.id, Round.title).where(col(Round.id).in_(rounds)))).all())
        if rounds
        else {}
    )
    return tuple(
        LinkedStory(one, readable[one].round_id, titles[readable[one].round_id], readable[one].text)
        for one in story_ids
        if one in readable
    )


async def _record(
    session: AsyncSession,
    municipality: str,
    action: str,
    case_id: str,
    actor: str,
    after: dict[str, int],
    now: datetime,
) -> None:
    await record(
        session,
        municipality,
        actor=actor,
        action=action,
        object_kind="case",
        object_id=case_id,
        after=after or None,
        now=now,
    )
