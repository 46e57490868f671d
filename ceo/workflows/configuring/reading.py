"""Looking at configurations: the list, one of them, its history, and what was published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ceo.storage.configurations import Configuration, content_of, list_rows, published_by
from ceo.storage.database import Database
from ceo.storage.tenancy import tenant_reading
from ceo.workflows.configuring.state import (
    Held,
    HistoryLine,
    Steps,
    find_foundation,
    hold_row,
    read_history,
    steps_of,
)
from ceo.workflows.library.current import present_library
from questionnaires.configuring.describing import CoreLine, cores_to_choose
from questionnaires.configuring.documents import Document
from questionnaires.configuring.foundation import Foundation


@dataclass(frozen=True, slots=True)
class ConfigurationLine:
    """A configuration in a list. `open_problems` is the number that stood in the way when it was last changed."""

    id: str
    title: str
    reference: str
    core: str
    revision: int
    changed_by: str
    changed_at: datetime
    open_problems: int
    published_hash: str | None
    removed: bool


@dataclass(frozen=True, slots=True)
class PublishedLine:
    """A version that this municipality published."""

    content_hash: str
    reference: str
    title: str
    published_at: datetime
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class OpenConfiguration:
    """A configuration to look at: its document in a `revision`, the `newest` one unless another was asked for."""

    id: str
    document: Document
    foundation: Foundation
    revision: int
    newest: int
    published_hash: str | None
    removed: bool
    can_undo: bool
    can_redo: bool


async def list_configurations(
    database: Database, municipality: str, *, removed: bool = False
) -> tuple[ConfigurationLine, ...]:
    """Return the configurations of a municipality, or those that were removed, the last changed first."""
    async with tenant_reading(database, municipality) as session:
        rows = await list_rows(session, removed=removed)
    return tuple(
        ConfigurationLine(
            id=row.id,
            title=row.title,
            reference=f"{revision.content['definition']['id']}@{revision.content['definition']['version']}",
            core=revision.content["definition"]["extends"],
            revision=row.revision,
            changed_by=name,
            changed_at=revision.made_at,
            open_problems=revision.change["open"],
            published_hash=row.published_hash,
            removed=row.removed,
        )
        for row, revision, name in rows
    )


async def list_published(database: Database, municipality: str) -> tuple[PublishedLine, ...]:
    """Return the versions that a municipality published, the last first."""
    async with tenant_reading(database, municipality) as session:
        rows = await published_by(session, municipality.lower())
    return tuple(
        PublishedLine(
            row.content_hash,
            f"{row.questionnaire}@{row.version}",
            row.title,
            row.published_at,
            withdrawn=row.withdrawn_on is not None,
        )
        for row in reversed(rows)
    )


async def open_configuration(
    database: Database, municipality: str, configuration: str, *, revision: int | None = None
) -> OpenConfiguration | None:
    """Return a configuration, as it is now or as it was in a revision; None when there is no such one."""
    library = await present_library(database)
    async with tenant_reading(database, municipality) as session:
        row = await session.get(Configuration, configuration)
        if row is None:
            return None
        held = await hold_row(session, library, row, municipality.lower())
        document, shown = held.document, row.revision if revision is None else revision
        if shown != row.revision:
            content = await content_of(session, row.id, shown)
            if content is None:
                return None
            document = Document.from_json(content)
        steps = steps_of(await read_history(session, row.id))
    return _opened(held, document, shown, steps)


async def beginnings(database: Database, municipality: str) -> tuple[CoreLine, ...]:
    """Return the cores that a municipality can begin on, the newest version of each first."""
    library = await present_library(database)
    async with tenant_reading(database, municipality) as session:
        return cores_to_choose(await find_foundation(session, library, municipality.lower()))


async def history(database: Database, municipality: str, configuration: str) -> tuple[HistoryLine, ...]:
    """Return who did what to a configuration and when, the last first."""
    async with tenant_reading(database, municipality) as session:
        return tuple(reversed(await read_history(session, configuration)))


def _opened(held: Held, document: Document, revision: int, steps: Steps) -> OpenConfiguration:
    row = held.row
    editable = row.published_hash is None and not row.removed
    return OpenConfiguration(
        id=row.id,
        document=document,
        foundation=held.foundation,
        revision=revision,
        newest=row.revision,
        published_hash=row.published_hash,
        removed=row.removed,
        can_undo=editable and steps.undo is not None,
        can_redo=editable and steps.redo is not None,
    )
