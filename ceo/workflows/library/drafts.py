"""Drafts of the national library: begun, changed file by file, undone, and laid aside; each change is a revision that stays.

A change names the revision that it was made on. When another one is in use by then, nothing is written: the editor sees the other's
change first.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.database import Database
from ceo.storage.library_drafts import (
    LibraryDraft,
    LibraryDraftRevision,
    draft_with_revision,
    drafts_with_revision,
    lock_draft,
    names_of,
    newest_number,
    revisions_of,
)
from ceo.storage.people import NATIONAL
from ceo.storage.tenancy import reading_across, shared_transaction
from ceo.workflows.audit import recording as audit
from ceo.workflows.library.current import NationalLibrary, present_library, text_digest
from ceo.workflows.library.drafted import DraftedLibrary, DraftFile

LONGEST_TITLE: Final = 80


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as it is now. `released_as` is the number of the release that it became, None while it can change."""

    id: str
    title: str
    revision: int
    files: Mapping[str, DraftFile]
    made_by: str
    made_at: datetime
    released_as: int | None


@dataclass(frozen=True, slots=True)
class Editing:
    """Who changes which draft, when, and what they had before them: the number of the revision."""

    draft_id: str
    on: int
    actor: str
    now: datetime


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One change of a draft. `code` says what was done, with its `details`; `by` is a name. `in_use`: it leads to the draft as it is."""

    number: int
    on_revision: int
    code: str
    details: Mapping[str, Any]
    by: str
    at: datetime
    in_use: bool


@dataclass(frozen=True, slots=True)
class Overtaken:
    """Somebody else changed the draft in between: it stands as it did. `newest` is the revision in use now."""

    newest: int


class NotEditable:
    """There is no such draft, or it was released or laid aside."""


class NothingToUndo:
    """There is no change before or after this one."""


async def begin_draft(database: Database, title: str, *, actor: str, now: datetime) -> str:
    """Begin a draft without changes; return its id."""
    draft = LibraryDraft(id=uuid.uuid4().hex, title=title[:LONGEST_TITLE], revision=1)
    async with shared_transaction(database) as session:
        session.add(draft)
        await session.flush()
        session.add(_revision(Editing(draft.id, 0, actor, now), 1, {}, {}, {"code": "begun"}))
        await session.flush()
        await _record(session, Editing(draft.id, 0, actor, now), "library.draft.begun", {"title": draft.title})
    return draft.id


async def list_drafts(database: Database) -> tuple[Draft, ...]:
    """Return the drafts that can be changed, by title."""
    async with reading_across(database) as session:
        return tuple(draft_of(*row) for row in await drafts_with_revision(session))


async def open_draft(database: Database, draft_id: str) -> tuple[Draft, NationalLibrary] | None:
    """Return a draft and the library that it would change; None when there is none, or it was laid aside."""
    async with reading_across(database) as session:
        row = await draft_with_revision(session, draft_id)
    return (draft_of(*row), await present_library(database)) if row is not None else None


async def save_file(
    database: Database, editing: Editing, name: str, file: DraftFile, *, code: str = "file.saved"
) -> int | Overtaken | NotEditable:
    """Put a file into a draft, or another text of it; return the number of the revision. An equal text changes nothing.

    `file.base` is the digest of the text of the library that the editor had before them.
    """
    return await _change(database, editing, {name: file}, {"code": code, "file": name})


async def drop_file(database: Database, editing: Editing, name: str) -> int | Overtaken | NotEditable:
    """Take a file out of a draft: then it is as it is in the library."""
    return await _change(database, editing, {name: None}, {"code": "file.dropped", "file": name})


async def undo(database: Database, editing: Editing) -> int | Overtaken | NotEditable | NothingToUndo:
    """Go back to the revision that the one in use was made from."""
    return await _go(database, editing, forward=False)


async def redo(database: Database, editing: Editing) -> int | Overtaken | NotEditable | NothingToUndo:
    """Go to the newest revision that was made from the one in use."""
    return await _go(database, editing, forward=True)


async def remove_draft(database: Database, editing: Editing) -> int | Overtaken | NotEditable:
    """Lay a draft aside. Its revisions are kept."""
    async with shared_transaction(database) as session:
        draft = await lock_draft(session, editing.draft_id)
        if draft is None:
            return NotEditable()
        if draft.revision != editing.on:
            return Overtaken(draft.revision)
        draft.removed = True
        await _record(session, editing, "library.draft.removed", {"title": draft.title})
        return draft.revision


async def history(database: Database, draft_id: str) -> tuple[HistoryLine, ...]:
    """Return every change of a draft, the newest first."""
    async with reading_across(database) as session:
        row = await draft_with_revision(session, draft_id)
        if row is None:
            return ()
        rows = await revisions_of(session, [draft_id])
        names = await names_of(session, {one.made_by for one in rows})
    using = {one.number for one in line_of(rows, row[0].revision)}
    return tuple(
        HistoryLine(
            one.number,
            one.on_revision,
            str(one.change["code"]),
            {key: value for key, value in one.change.items() if key != "code"},
            names.get(one.made_by, ""),
            one.made_at,
            in_use=one.number in using,
        )
        for one in reversed(rows)
    )


def draft_of(draft: LibraryDraft, revision: LibraryDraftRevision) -> Draft:
    """Return a stored draft with its revision in use."""
    files = {name: DraftFile(str(file["text"]), str(file["base"])) for name, file in sorted(revision.files.items())}
    return Draft(draft.id, draft.title, revision.number, files, revision.made_by, revision.made_at, draft.released_as)


def line_of(revisions: Sequence[LibraryDraftRevision], number: int) -> tuple[LibraryDraftRevision, ...]:
    """Return the revisions of one draft that lead to a revision, the first one first."""
    by_number = {one.number: one for one in revisions}
    line: list[LibraryDraftRevision] = []
    while number in by_number:
        line.append(by_number[number])
        number = by_number[number].on_revision
    return tuple(reversed(line))


# What was read and checked of a draft is the same for everybody who has the same revision on the same library.
_DRAFTED: Final[dict[tuple[str, int, str], DraftedLibrary]] = {}
_KEPT: Final = 16


def drafted_library(draft: Draft, library: NationalLibrary) -> DraftedLibrary:
    """Return the library as it would be with a draft; what was worked out of it before is kept for a while."""
    key = (draft.id, draft.revision, f"{library.number} {text_digest(repr(sorted(library.bases.items())))}")
    found = _DRAFTED.get(key)
    if found is None or found.drafted != draft.files:
        found = _DRAFTED[key] = DraftedLibrary(library, draft.files)
        while len(_DRAFTED) > _KEPT:
            del _DRAFTED[next(iter(_DRAFTED))]
    return found


async def _change(
    database: Database, editing: Editing, changed: Mapping[str, DraftFile | None], change: Mapping[str, object]
) -> int | Overtaken | NotEditable:
    opened = await open_draft(database, editing.draft_id)
    if opened is None or opened[0].released_as is not None:
        return NotEditable()
    draft, library = opened
    if draft.revision != editing.on:
        return Overtaken(draft.revision)
    files = {name: file for name, file in {**draft.files, **changed}.items() if file is not None}
    if files == draft.files:
        return draft.revision
    parts = await asyncio.to_thread(lambda: DraftedLibrary(library, files).new_parts)
    async with shared_transaction(database) as session:
        locked = await lock_draft(session, editing.draft_id)
        if locked is None:
            return NotEditable()
        if locked.revision != editing.on:
            return Overtaken(locked.revision)
        number = await newest_number(session, editing.draft_id) + 1
        session.add(_revision(editing, number, files, parts, change))
        locked.revision = number
        await session.flush()
        digests = {name: text_digest(file.text) if file is not None else None for name, file in changed.items()}
        await _record(session, editing, "library.draft.changed", {"revision": number, **change, "digests": digests})
    return number


async def _go(database: Database, editing: Editing, *, forward: bool) -> int | Overtaken | NotEditable | NothingToUndo:
    async with shared_transaction(database) as session:
        draft = await lock_draft(session, editing.draft_id)
        if draft is None:
            return NotEditable()
        if draft.revision != editing.on:
            return Overtaken(draft.revision)
        rows = await revisions_of(session, [draft.id])
        by_number = {one.number: one for one in rows}
        later = [one.number for one in rows if one.on_revision == draft.revision]
        wanted = max(later, default=0) if forward else by_number[draft.revision].on_revision
        if not wanted:
            return NothingToUndo()
        draft.revision = wanted
        action = "library.draft.redone" if forward else "library.draft.undone"
        await session.flush()
        await _record(session, editing, action, {"revision": wanted})
    return wanted


def _revision(
    editing: Editing,
    number: int,
    files: Mapping[str, DraftFile],
    parts: Mapping[str, str],
    change: Mapping[str, object],
) -> LibraryDraftRevision:
    return LibraryDraftRevision(
        draft_id=editing.draft_id,
        number=number,
        on_revision=editing.on,
        files={name: {"text": file.text, "base": file.base} for name, file in files.items()},
        parts=dict(parts),
        change=dict(change),
        made_by=editing.actor,
        made_at=editing.now,
    )


async def _record(session: AsyncSession, editing: Editing, action: str, after: Mapping[str, object]) -> None:
    await audit.record(
        session,
        NATIONAL,
        actor=editing.actor,
        action=action,
        object_kind="library_draft",
        object_id=editing.draft_id,
        before={"revision": editing.on} if editing.on else None,
        after=after,
        now=editing.now,
    )
