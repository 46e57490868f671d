"""What a configuration can begin with: a core, a version that was published, another configuration, or files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.configurations import Configuration, content_of, published_contents
from questionnaires.configuring.beginning import begin_next, begin_on_core, document_of
from questionnaires.configuring.documents import Document
from questionnaires.configuring.foundation import Foundation
from questionnaires.configuring.remarks import Remark, SpotKind
from questionnaires.configuring.workpiece import refuse
from questionnaires.configuring.yaml_files import read_yaml
from questionnaires.names import owner_of
from questionnaires.publishing import open_published


@dataclass(frozen=True, slots=True)
class OnCore:
    """On a core (`nl.ceo.wmo@2`), with nothing added. A slug gives it another name than that of its core."""

    core: str
    title: str
    slug: str = ""

    @property
    def told(self) -> str:
        """What history says that it began with."""
        return "core"


@dataclass(frozen=True, slots=True)
class FromPublished:
    """As the next version of what this municipality published."""

    content_hash: str

    @property
    def told(self) -> str:
        """What history says that it began with."""
        return "published"


@dataclass(frozen=True, slots=True)
class FromConfiguration:
    """As a copy of another configuration of this municipality."""

    id: str

    @property
    def told(self) -> str:
        """What history says that it began with."""
        return "configuration"


@dataclass(frozen=True, slots=True)
class FromYaml:
    """From definition files (name -> text) with an extension of this municipality."""

    files: Mapping[str, str]

    @property
    def told(self) -> str:
        """What history says that it began with."""
        return "files"


Beginning: TypeAlias = OnCore | FromPublished | FromConfiguration | FromYaml


async def begin_document(
    session: AsyncSession, beginning: Beginning, owner: str, foundation: Foundation
) -> Document | tuple[Remark, ...]:
    """Return the first document of a configuration, or why there is none."""
    match beginning:
        case OnCore(core, title, slug):
            return begin_on_core(owner, core, title, foundation, slug=slug)
        case FromYaml(files):
            return read_yaml(files, owner, foundation)
        case FromConfiguration(configuration):
            row = await session.get(Configuration, configuration)
            earlier = await _document_in(session, row)
        case FromPublished(content_hash):
            earlier = await _published(session, content_hash, owner, foundation)
    if earlier is None:
        return refuse(SpotKind.WHOLE, "", "Deze vragenlijst is er niet meer.", "Kies een andere om mee te beginnen.")
    return begin_next(earlier, foundation)


async def _published(session: AsyncSession, content_hash: str, owner: str, foundation: Foundation) -> Document | None:
    """Return the document of a published version: the one that was published here, or one made from its content."""
    contents = await published_contents(session, [content_hash])
    if content_hash not in contents:
        return None
    questionnaire = open_published(contents[content_hash], content_hash).questionnaire
    if owner_of(questionnaire.id) != owner:
        return None
    here = select(Configuration).where(col(Configuration.published_hash) == content_hash)
    row = (await session.exec(here)).first()
    return await _document_in(session, row) or document_of(questionnaire, foundation)


async def _document_in(session: AsyncSession, row: Configuration | None) -> Document | None:
    content = await content_of(session, row.id, row.revision) if row is not None else None
    return Document.from_json(content) if content is not None else None
