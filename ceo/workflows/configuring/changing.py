"""Changing configurations: beginning, changing, undoing and removing, without one editor overwriting another unseen.

Every change is a revision of its own, made on the revision that the editor saw. When somebody else came in between, nothing is
changed: the editor hears who did what, and whether the same change fits on what stands there now.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeAlias
from uuid import uuid4

from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.configurations import Configuration, ConfigurationRevision, content_of
from ceo.storage.database import Database
from ceo.storage.tenancy import tenant_transaction
from ceo.workflows.audit.recording import record
from ceo.workflows.configuring.beginning import Beginning, begin_document
from ceo.workflows.configuring.state import (
    REDONE,
    UNDONE,
    Closed,
    Editing,
    Held,
    HistoryLine,
    Steps,
    find_foundation,
    hold,
    read_history,
    steps_of,
)
from ceo.workflows.library.current import present_library
from questionnaires.configuring.applying import Applied, apply
from questionnaires.configuring.changes import Change
from questionnaires.configuring.documents import Document
from questionnaires.configuring.examining import examine
from questionnaires.configuring.remarks import Remark, Spot
from questionnaires.configuring.settling import settle
from questionnaires.configuring.touching import touched


@dataclass(frozen=True, slots=True)
class Begun:
    """A new configuration."""

    id: str
    revision: int


@dataclass(frozen=True, slots=True)
class Changed:
    """A change was made: the document as it is now, in this revision. What changed nothing made no revision."""

    revision: int
    document: Document


@dataclass(frozen=True, slots=True)
class Overtaken:
    """Somebody else made changes since the revision that the form was made on (`by`, the last first): nothing was changed.

    `parts` are those that both touched. `applies`: they touched different parts, and the same change can be made on `newest`.
    """

    newest: int
    by: tuple[HistoryLine, ...]
    parts: tuple[Spot, ...] = ()
    applies: bool = False


@dataclass(frozen=True, slots=True)
class NothingToUndo:
    """There is nothing to undo or redo, or no revision of this number."""


Outcome: TypeAlias = Changed | Overtaken | Closed

KIND: Final = "configuration"


async def begin(
    database: Database, municipality: str, beginning: Beginning, *, actor: str, now: datetime
) -> Begun | tuple[Remark, ...]:
    """Begin a configuration: on a core, from a published version, as a copy of another one, or from files."""
    library = await present_library(database)
    async with tenant_transaction(database, municipality) as session:
        foundation = await find_foundation(session, library, municipality.lower())
        document = await begin_document(session, beginning, municipality.lower(), foundation)
        if isinstance(document, tuple):
            return document
        row = Configuration(id=uuid4().hex, municipality=municipality, title=document.title, revision=0)
        session.add(row)
        await session.flush()
        editing = Editing(municipality, row.id, 0, actor, now)
        applied = Applied(document, "begun", {"from": beginning.told, "core": document.core, "title": document.title})
        await keep(session, Held(row, document, foundation), editing, applied)
    return Begun(row.id, row.revision)


async def change(database: Database, editing: Editing, wanted: Change) -> Outcome | tuple[Remark, ...]:
    """Make a change on the revision that the editor saw; say so when it cannot be made, or when others came in between."""
    library = await present_library(database)
    async with tenant_transaction(database, editing.municipality) as session:
        held = await hold(session, library, editing)
        if isinstance(held, Closed):
            return held
        if held.row.removed:
            return Closed("removed")
        if held.row.revision != editing.on:
            return await _overtaken(session, held, editing, wanted)
        applied = apply(held.document, wanted, held.foundation)
        if isinstance(applied, tuple):
            return applied
        if applied.document == held.document:
            return Changed(held.row.revision, held.document)
        return await keep(session, held, editing, applied)


async def undo(database: Database, editing: Editing) -> Outcome | NothingToUndo:
    """Go back by one step, as a new revision with the earlier content."""
    return await _step(database, editing, UNDONE)


async def redo(database: Database, editing: Editing) -> Outcome | NothingToUndo:
    """Take back an undo, as a new revision."""
    return await _step(database, editing, REDONE)


async def go_back(database: Database, editing: Editing, to: int) -> Outcome | NothingToUndo:
    """Make a new revision with the content of an earlier one."""
    library = await present_library(database)
    async with tenant_transaction(database, editing.municipality) as session:
        held = await _hold_newest(session, await hold(session, library, editing), editing)
        if not isinstance(held, Held):
            return held
        return await _repeat(session, held, editing, ("went-back", to))


async def remove(database: Database, editing: Editing) -> Outcome:
    """Put a configuration away. It can be brought back."""
    return await _put(database, editing, "removed")


async def restore(database: Database, editing: Editing) -> Outcome:
    """Bring back a configuration that was removed."""
    return await _put(database, editing, "restored")


async def keep(
    session: AsyncSession, held: Held, editing: Editing, applied: Applied, *, on: int | None = None
) -> Changed:
    """Write the next revision, and write down in the audit what was done. `on` is the revision whose content it goes on from."""
    row, document = held.row, applied.document
    number = row.revision + 1
    told: dict[str, Any] = {"code": applied.code, "details": dict(applied.details)}
    session.add(
        ConfigurationRevision(
            municipality=row.municipality,
            configuration_id=row.id,
            number=number,
            on_revision=row.revision if on is None else on,
            content=document.to_json(),
            change={**told, "open": examine(document, held.foundation).open},
            made_by=editing.actor,
            made_at=editing.now,
        )
    )
    row.revision, row.title = number, document.title
    await record_change(session, editing, told, revision=number)
    return Changed(number, document)


async def record_change(session: AsyncSession, editing: Editing, told: Mapping[str, Any], *, revision: int) -> None:
    """Write down in the audit what was done to a configuration."""
    await record(
        session,
        editing.municipality,
        actor=editing.actor,
        action=f"configuration.{told['code']}",
        object_kind=KIND,
        object_id=editing.configuration,
        before=None,
        after={"revision": revision, **told["details"]},
        now=editing.now,
    )


async def overtaken_by(session: AsyncSession, row: Configuration, editing: Editing) -> Overtaken | None:
    """Return what others did since the revision that the editor saw; None when that is the newest."""
    if row.revision == editing.on:
        return None
    history = await read_history(session, row.id)
    return Overtaken(row.revision, tuple(line for line in reversed(history) if line.revision > editing.on))


async def _overtaken(session: AsyncSession, held: Held, editing: Editing, wanted: Change) -> Overtaken:
    """Return who came in between, and whether the same change can be made on the newest revision."""
    overtaken = await overtaken_by(session, held.row, editing)
    assert overtaken is not None, "the revision is another one"
    content = await content_of(session, held.row.id, editing.on)
    if content is None:
        return overtaken
    seen = settle(Document.from_json(content), held.foundation)
    mine = apply(seen, wanted, held.foundation)
    if isinstance(mine, tuple):
        return overtaken
    both = touched(seen, mine.document) & touched(seen, held.document)
    fits = not both and isinstance(apply(held.document, wanted, held.foundation), Applied)
    return Overtaken(overtaken.newest, overtaken.by, tuple(sorted(both)), applies=fits)


async def _hold_newest(session: AsyncSession, held: Held | Closed, editing: Editing) -> Held | Overtaken | Closed:
    """Return a configuration when the editor saw its newest revision and it was not removed."""
    if isinstance(held, Closed):
        return held
    if held.row.removed:
        return Closed("removed")
    return await overtaken_by(session, held.row, editing) or held


async def _step(database: Database, editing: Editing, code: str) -> Outcome | NothingToUndo:
    library = await present_library(database)
    async with tenant_transaction(database, editing.municipality) as session:
        held = await _hold_newest(session, await hold(session, library, editing), editing)
        if not isinstance(held, Held):
            return held
        steps: Steps = steps_of(await read_history(session, editing.configuration))
        to = steps.undo if code == UNDONE else steps.redo
        return NothingToUndo() if to is None else await _repeat(session, held, editing, (code, to))


async def _repeat(
    session: AsyncSession, held: Held, editing: Editing, what: tuple[str, int]
) -> Changed | NothingToUndo:
    code, to = what
    content = await content_of(session, editing.configuration, to)
    if content is None:
        return NothingToUndo()
    document = settle(Document.from_json(content), held.foundation)
    return await keep(session, held, editing, Applied(document, code, {"to": to}), on=to)


async def _put(database: Database, editing: Editing, code: str) -> Outcome:
    library = await present_library(database)
    async with tenant_transaction(database, editing.municipality) as session:
        held = await hold(session, library, editing)
        if isinstance(held, Closed):
            return held
        overtaken = await overtaken_by(session, held.row, editing)
        if overtaken is not None:
            return overtaken
        if held.row.removed == (code == "removed"):
            return Changed(held.row.revision, held.document)
        held.row.removed = code == "removed"
        return await keep(session, held, editing, Applied(held.document, code, {}))
