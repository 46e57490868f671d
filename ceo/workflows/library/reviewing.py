"""A second national editor approves or refuses what argues a verdict down, with a reason and a day. Nobody approves their own work."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.database import Database
from ceo.storage.library_drafts import (
    LibraryDraftRevision,
    LibraryReview,
    draft_with_revision,
    drafts_with_revision,
    lock_draft,
    names_of,
    reviews_of,
    revisions_of,
)
from ceo.storage.people import NATIONAL
from ceo.storage.tenancy import reading_across, shared_transaction
from ceo.workflows.audit import recording as audit
from ceo.workflows.library.current import NationalLibrary, present_library
from ceo.workflows.library.drafted import DraftedLibrary
from ceo.workflows.library.drafts import Draft, draft_of, drafted_library, line_of
from ceo.workflows.library.statements import Review, Revision, Standing, Statement, standings, statements_in

LONGEST_REASON: Final = 500
_ID: Final = re.compile("[0-9a-f]{32}")


@dataclass(frozen=True)
class ReviewedDraft:
    """A draft with the library as it would be, where each of its statements stands, and the names of who is mentioned in that."""

    draft: Draft
    drafted: DraftedLibrary
    standings: tuple[Standing, ...]
    names: Mapping[str, str]

    def standing(self, name: str) -> Standing | None:
        """Return where a statement stands; None when the draft has no statement of this name."""
        return next((one for one in self.standings if one.statement.name == name), None)

    @property
    def statements(self) -> tuple[Statement, ...]:
        """The statements that the draft adds."""
        return tuple(one.statement for one in self.standings)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What somebody says of a statement that they had before them (`digest`)."""

    draft_id: str
    statement: str
    digest: str
    approved: bool
    reason: str


class OwnWork:
    """Who made a statement, or what it is about, cannot approve or refuse it."""


class Changed:
    """The statement is not as it was on the page any more, or is gone: look at it again."""


class NoReason:
    """A judgement without a reason tells the next editor nothing."""


async def read_reviewed(database: Database, draft_id: str) -> ReviewedDraft | None:
    """Return a draft, checked, with where its statements stand; None when there is none, or it was laid aside.

    One that was released can be read too.
    """
    if not _ID.fullmatch(draft_id):
        return None
    async with reading_across(database) as session:
        row = await draft_with_revision(session, draft_id)
        if row is None:
            return None
        found = await _gather(session, [draft_of(*row)])
    library = await present_library(database)
    [reviewed] = await asyncio.to_thread(_review_all, found, library)
    await asyncio.to_thread(lambda: reviewed.drafted.problems)
    return reviewed


async def list_reviewed(database: Database) -> tuple[ReviewedDraft, ...]:
    """Return every draft that can be changed with where its statements stand, in a number of queries that does not grow."""
    async with reading_across(database) as session:
        found = await _gather(session, [draft_of(*row) for row in await drafts_with_revision(session)])
    library = await present_library(database)
    return await asyncio.to_thread(_review_all, found, library)


async def review_within(session: AsyncSession, database: Database, draft_id: str) -> ReviewedDraft:
    """Return a draft that this transaction has locked with where its statements stand."""
    return (await _read_locked(session, database, draft_id))[1]


async def judge(
    database: Database, judgement: Judgement, *, actor: str, now: datetime, today: date
) -> Standing | OwnWork | Changed | NoReason:
    """Keep what a second editor says of a statement; return where the statement stands then."""
    reason = judgement.reason.strip()[:LONGEST_REASON]
    if not reason:
        return NoReason()
    if not _ID.fullmatch(judgement.draft_id):
        return Changed()
    async with shared_transaction(database) as session:
        # Nobody changes the draft between looking at the statement and keeping what was said of it.
        if await lock_draft(session, judgement.draft_id) is None:
            return Changed()
        gathered, reviewed = await _read_locked(session, database, judgement.draft_id)
        standing = reviewed.standing(judgement.statement)
        if standing is None or standing.statement.digest != judgement.digest:
            return Changed()
        if not standing.may_be_judged_by(actor):
            return OwnWork()
        said = _row(judgement, reason, len(gathered.reviews[judgement.draft_id]) + 1, actor, today)
        session.add(said)
        await session.flush()
        await _record(session, said, now)
    after = (*gathered.reviews[judgement.draft_id], said)
    return standings([standing.statement], gathered.lines[judgement.draft_id], _reviews(after))[0]


@dataclass(frozen=True, slots=True)
class _Gathered:
    """What is stored of some drafts."""

    drafts: Sequence[Draft]
    lines: Mapping[str, Sequence[Revision]]
    reviews: Mapping[str, Sequence[LibraryReview]]
    names: Mapping[str, str]


async def _read_locked(session: AsyncSession, database: Database, draft_id: str) -> tuple[_Gathered, ReviewedDraft]:
    row = await draft_with_revision(session, draft_id)
    assert row is not None, "it was just locked"
    gathered = await _gather(session, [draft_of(*row)])
    [reviewed] = await asyncio.to_thread(_review_all, gathered, await present_library(database))
    return gathered, reviewed


async def _gather(session: AsyncSession, drafts: Sequence[Draft]) -> _Gathered:
    ids = [draft.id for draft in drafts]
    revisions, reviews = await revisions_of(session, ids), await reviews_of(session, ids)
    people = {one.made_by for one in revisions} | {one.said_by for one in reviews}
    by_draft: dict[str, list[LibraryDraftRevision]] = {name: [] for name in ids}
    for revision in revisions:
        by_draft[revision.draft_id].append(revision)
    return _Gathered(
        drafts,
        {draft.id: _line(by_draft[draft.id], draft.revision) for draft in drafts},
        {name: [one for one in reviews if one.draft_id == name] for name in ids},
        await names_of(session, people),
    )


def _line(revisions: Sequence[LibraryDraftRevision], number: int) -> tuple[Revision, ...]:
    return tuple(
        Revision(one.made_by, {name: str(digest) for name, digest in one.parts.items()})
        for one in line_of(revisions, number)
    )


def _review_all(found: _Gathered, library: NationalLibrary) -> tuple[ReviewedDraft, ...]:
    return tuple(_review(draft, found, library) for draft in found.drafts)


def _review(draft: Draft, found: _Gathered, library: NationalLibrary) -> ReviewedDraft:
    drafted = drafted_library(draft, library)
    stand = standings(statements_in(drafted), found.lines[draft.id], _reviews(found.reviews[draft.id]))
    return ReviewedDraft(draft, drafted, stand, found.names)


def _reviews(rows: Iterable[LibraryReview]) -> tuple[Review, ...]:
    return tuple(Review(one.statement, one.digest, one.approved, one.reason, one.said_by, one.said_on) for one in rows)


def _row(judgement: Judgement, reason: str, number: int, actor: str, today: date) -> LibraryReview:
    return LibraryReview(
        draft_id=judgement.draft_id,
        number=number,
        statement=judgement.statement,
        digest=judgement.digest,
        approved=judgement.approved,
        reason=reason,
        said_by=actor,
        said_on=today,
    )


async def _record(session: AsyncSession, said: LibraryReview, now: datetime) -> None:
    await audit.record(
        session,
        NATIONAL,
        actor=said.said_by,
        action="library.statement.approved" if said.approved else "library.statement.refused",
        object_kind="library_draft",
        object_id=said.draft_id,
        after={"statement": said.statement, "digest": said.digest, "reason": said.reason},
        now=now,
    )
