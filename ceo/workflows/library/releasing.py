"""Releasing a draft of the national library.

A release writes into the definitions who vouches for each statement, publishes the new versions of modules for ever, and makes them
choosable for municipalities. What stands on an earlier version does not change: a municipality moves when it wants to.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.database import Database
from ceo.storage.library_drafts import LibraryRelease, all_releases, lock_draft, names_of, newest_release
from ceo.storage.people import NATIONAL
from ceo.storage.tenancy import reading_across, shared_transaction
from ceo.workflows.audit import recording as audit
from ceo.workflows.library.approvers import with_approvers
from ceo.workflows.library.comparing import resolve_module
from ceo.workflows.library.current import NationalLibrary, files_digest, text_digest
from ceo.workflows.library.drafted import DraftedLibrary, DraftFile
from ceo.workflows.library.drafts import Editing, NotEditable, Overtaken
from ceo.workflows.library.reviewing import ReviewedDraft, read_reviewed, review_within
from ceo.workflows.library.statements import Standing, State
from ceo.workflows.publish import VersionTakenError, publish_questionnaire
from questionnaires.questionnaire import Questionnaire
from questionnaires.sources import shipped_definitions


@dataclass(frozen=True, slots=True)
class Released:
    """A release, and the modules that were published with it: reference and content hash."""

    number: int
    modules: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class VersionTaken:
    """A module of this name and version was published here before with another content: it needs the next version."""

    reference: str


class NotReady:
    """Something is wrong in the draft, or a second editor has not approved everything."""


class LibraryMoved:
    """Another release came in between: look at the consequences again."""


@dataclass(frozen=True, slots=True)
class ReleaseLine:
    """A release, for a list. `by` is a name."""

    number: int
    title: str
    modules: tuple[str, ...]
    files: int
    by: str
    at: datetime


Refused = NotReady | LibraryMoved | Overtaken | NotEditable | VersionTaken


async def release(database: Database, editing: Editing, *, library: int) -> Released | Refused:
    """Release a draft as it was looked at: this revision, on this number of the library."""
    reviewed = await read_reviewed(database, editing.draft_id)
    refused = _refused(reviewed, editing, library)
    if refused is not None or reviewed is None:
        return refused or NotEditable()
    sealed = await asyncio.to_thread(seal_draft, reviewed)
    modules: dict[str, str] = {}
    for questionnaire in await asyncio.to_thread(_new_questionnaires, sealed):
        try:
            published = await publish_questionnaire(database, questionnaire, now=editing.now)
        except VersionTakenError:
            return VersionTaken(questionnaire.reference)
        modules[questionnaire.reference] = published.content_hash
    try:
        return await _keep(database, editing, sealed, modules)
    except IntegrityError:  # two releases at the same time, on PostgreSQL
        return LibraryMoved()


async def list_releases(database: Database) -> tuple[ReleaseLine, ...]:
    """Return every release, the newest first."""
    async with reading_across(database) as session:
        rows = await all_releases(session)
        names = await names_of(session, {row.released_by for row in rows})
    return tuple(
        ReleaseLine(
            row.number,
            row.title,
            tuple(row.modules),
            len(row.files),
            names.get(row.released_by, ""),
            row.released_at,
        )
        for row in rows
    )


def seal_draft(reviewed: ReviewedDraft) -> DraftedLibrary:
    """Return the draft with who vouches for each approved statement in its definitions: the last maker and the second editor."""
    texts = {name: file.text for name, file in reviewed.draft.files.items()}
    for standing in reviewed.standings:
        statement = standing.statement
        approvers, day = _vouching(standing)
        approved_on = day if statement.crosswalk is not None else None
        texts[statement.file] = with_approvers(texts[statement.file], statement.place, approvers, approved_on)
    files = {name: DraftFile(text, reviewed.draft.files[name].base) for name, text in texts.items()}
    return DraftedLibrary(reviewed.drafted.present, files)


def vouching_name(user_id: str) -> str:
    """Return how a definition names an editor: by function and id, so that no name of a person is published."""
    return f"Redacteur {user_id}"


def _vouching(standing: Standing) -> tuple[tuple[str, str], Any]:
    approval = standing.approval
    assert approval is not None, "only what was approved is sealed"
    assert standing.makers, "a new statement came into the draft by somebody"
    return (vouching_name(standing.makers[-1]), vouching_name(approval.said_by)), approval.said_on


def _refused(reviewed: ReviewedDraft | None, editing: Editing, library: int) -> Refused | None:
    if reviewed is None or reviewed.draft.released_as is not None:
        return NotEditable()
    if reviewed.draft.revision != editing.on:
        return Overtaken(reviewed.draft.revision)
    if reviewed.drafted.present.number != library:
        return LibraryMoved()
    return None if _is_ready(reviewed) else NotReady()


def _is_ready(reviewed: ReviewedDraft) -> bool:
    approved = all(one.state is State.APPROVED for one in reviewed.standings)
    return bool(reviewed.draft.files) and approved and not reviewed.drafted.problems


def _new_questionnaires(sealed: DraftedLibrary) -> list[Questionnaire]:
    assert not sealed.problems, f"names of approvers change nothing else: {sealed.problems}"
    return [resolve_module(source, sealed.definitions) for source in sealed.new_modules]


async def _keep(
    database: Database, editing: Editing, sealed: DraftedLibrary, modules: Mapping[str, str]
) -> Released | Refused:
    async with shared_transaction(database) as session:
        draft = await lock_draft(session, editing.draft_id)
        if draft is None:
            return NotEditable()
        refused = _refused(await review_within(session, database, editing.draft_id), editing, sealed.present.number)
        if refused is not None:
            return refused
        number, _ = await newest_release(session)
        if number != sealed.present.number:
            return LibraryMoved()
        row = _release(editing, draft.title, sealed, list(modules))
        session.add(row)
        draft.released_as = row.number
        await session.flush()
        await _record(session, editing, row, modules)
    return Released(row.number, modules)


def _release(editing: Editing, title: str, sealed: DraftedLibrary, modules: Sequence[str]) -> LibraryRelease:
    files = _released_files(sealed.present, {name: file.text for name, file in sealed.drafted.items()})
    return LibraryRelease(
        number=sealed.present.number + 1,
        draft_id=editing.draft_id,
        title=title,
        files=files,
        digest=files_digest(files),
        modules=list(modules),
        released_by=editing.actor,
        released_at=editing.now,
    )


def _released_files(present: NationalLibrary, changed: Mapping[str, str]) -> dict[str, Any]:
    kept = {name: {"text": text, "base": present.bases.get(name, "")} for name, text in present.released.items()}
    shipped = shipped_definitions()
    return kept | {name: {"text": text, "base": text_digest(shipped.get(name))} for name, text in changed.items()}


async def _record(session: AsyncSession, editing: Editing, row: LibraryRelease, modules: Mapping[str, str]) -> None:
    await audit.record(
        session,
        NATIONAL,
        actor=editing.actor,
        action="library.released",
        object_kind="library_release",
        object_id=str(row.number),
        before={"release": row.number - 1},
        after={"draft": row.draft_id, "revision": editing.on, "digest": row.digest, "modules": modules},
        now=editing.now,
    )
