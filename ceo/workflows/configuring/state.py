"""A configuration as it stands in the database: its document, what it stands on, and what was done to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, TypeAlias

from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.configurations import (
    Configuration,
    ConfigurationRevision,
    content_of,
    contents_in_use,
    lock_configurations,
    published_by,
    published_contents,
    read_log,
)
from ceo.storage.library_drafts import withdrawn_versions
from ceo.workflows.library.current import NationalLibrary
from questionnaires.configuring.documents import Document
from questionnaires.configuring.foundation import Foundation, PublishedNames, published_names
from questionnaires.configuring.settling import settle
from questionnaires.names import id_of
from questionnaires.publishing import open_published

Why: TypeAlias = Literal["published", "removed", "unknown"]

# What is written down in history and changes nothing of the questionnaire: undoing passes over it.
ASIDE: Final = frozenset({"removed", "restored", "published"})
UNDONE: Final = "undone"
REDONE: Final = "redone"


@dataclass(frozen=True, slots=True)
class Editing:
    """Who (`actor`, a user's id) works on which configuration, when, and on which revision what they did was made."""

    municipality: str
    configuration: str
    on: int
    actor: str
    now: datetime

    @property
    def owner(self) -> str:
        """The municipality as names have it: gm0344."""
        return self.municipality.lower()


@dataclass(frozen=True, slots=True)
class Closed:
    """Nothing can be changed any more: it was published, was removed, or is not there."""

    reason: Why


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One revision: what was done, as a code with details, by whom (a name) and when."""

    revision: int
    on_revision: int
    code: str
    details: Mapping[str, Any]
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """A configuration with its document in use and what that stands on."""

    row: Configuration
    document: Document
    foundation: Foundation


async def hold(session: AsyncSession, library: NationalLibrary, editing: Editing) -> Held | Closed:
    """Return a configuration to change; no other transaction changes it, or another of the municipality, meanwhile."""
    rows = {row.id: row for row in await lock_configurations(session)}
    row = rows.get(editing.configuration)
    if row is None:
        return Closed("unknown")
    if row.published_hash is not None:
        return Closed("published")
    return await hold_row(session, library, row, editing.owner)


async def hold_row(session: AsyncSession, library: NationalLibrary, row: Configuration, owner: str) -> Held:
    """Return a configuration with its document as it would be published now."""
    content = await content_of(session, row.id, row.revision)
    assert content is not None, "the revision in use is kept"
    foundation = await find_foundation(session, library, owner, besides=row.id)
    document = Document.from_json(content)
    return Held(row, document if row.published_hash is not None else settle(document, foundation), foundation)


async def find_foundation(
    session: AsyncSession, library: NationalLibrary, owner: str, *, besides: str = ""
) -> Foundation:
    """Return what a configuration of an owner stands on; `besides` is the configuration itself."""
    others = await contents_in_use(session, besides=besides)
    reserved = frozenset(name for content in others for name in _names_in(content["definition"]))
    gone = frozenset(f"{name}@{version}" for name, version, _ in await withdrawn_versions(session))
    return Foundation(library.definitions, await _published(session, owner), reserved, gone)


async def read_history(session: AsyncSession, configuration: str) -> tuple[HistoryLine, ...]:
    """Return what was done to a configuration, from the first revision to the last."""
    return tuple(_line(row, name) for row, name in await read_log(session, configuration))


@dataclass(frozen=True, slots=True)
class Steps:
    """The revisions that undoing and redoing go to; None where there is nothing to undo or redo."""

    undo: int | None
    redo: int | None


def steps_of(history: Sequence[HistoryLine]) -> Steps:
    """Return where undoing and redoing lead, from everything that was done.

    Undoing goes back along what was done; redoing goes forth again, until something new is done. What was done stands in order:
    an undo takes the last from the one pile and puts it on the other.
    """
    done: list[int] = []
    undone: list[int] = []
    for line in history:
        if line.code == UNDONE:
            undone.append(done.pop())
        elif line.code == REDONE:
            done.append(undone.pop())
        elif line.code not in ASIDE:
            done.append(line.revision)
            undone.clear()
    return Steps(undo=done[-2] if len(done) > 1 else None, redo=undone[-1] if undone else None)


# What was published never changes, so that its names can be kept by hash. Each entry is a few kilobytes.
_READ: Final[dict[str, PublishedNames]] = {}
_MOST: Final = 2000


async def _published(session: AsyncSession, owner: str) -> tuple[PublishedNames, ...]:
    hashes = [row.content_hash for row in await published_by(session, owner)]
    found = {content_hash: _READ[content_hash] for content_hash in hashes if content_hash in _READ}
    unread = [content_hash for content_hash in hashes if content_hash not in found]
    for content_hash, content in (await published_contents(session, unread)).items():
        found[content_hash] = published_names(open_published(content, content_hash).questionnaire, content_hash)
    _READ.update(found)
    while len(_READ) > _MOST:
        del _READ[next(iter(_READ))]
    return tuple(found[content_hash] for content_hash in hashes)


def _names_in(definition: Mapping[str, Any]) -> frozenset[str]:
    references = (name for part in ("items", "scales", "composites") for name in definition.get(part, {}))
    pages = (page["id"] for pages in definition.get("slots", {}).values() for page in pages)
    return frozenset((*map(id_of, references), *pages))


def _line(row: ConfigurationRevision, name: str) -> HistoryLine:
    return HistoryLine(
        row.number, row.on_revision, row.change["code"], row.change.get("details", {}), name, row.made_at
    )
