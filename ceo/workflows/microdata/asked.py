"""What was asked in the rounds of an edition, and where: what reading their answers needs, without any answer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlmodel import col, select

from ceo.storage.database import Database
from ceo.storage.releases import Release
from ceo.storage.rounds import PublishedQuestionnaire
from ceo.storage.tenancy import reading_across
from ceo.workflows.releases.computing import Place
from ceo.workflows.releases.files import BESIDE, read_release_file

if TYPE_CHECKING:
    from analysis.pooling import Pooled
    from questionnaires.comparability.crosswalks import Crosswalk


@dataclass(frozen=True, slots=True)
class Asked:
    """The questionnaires (content and digest), crosswalks and municipalities of an edition, as they were when it was made."""

    versions: tuple[tuple[str, str], ...]
    crosswalks: tuple[Crosswalk, ...]
    places: tuple[Place, ...]

    def pooled(self) -> Pooled:
        """Return the questions of all versions together. Takes long: for a thread."""
        from analysis.pooling import pool_versions

        return pool_versions(self.versions, self.crosswalks)


async def read_asked(database: Database, row: Release) -> Asked:
    """Return what was asked for an edition that was made."""
    from questionnaires.comparability.crosswalks import Crosswalk

    assert row.manifest is not None, "the edition was made"
    beside = json.loads(await read_release_file(database, row.name, row.edition, BESIDE) or b"{}")
    sealed = select(PublishedQuestionnaire.content, PublishedQuestionnaire.content_hash)
    digests = col(PublishedQuestionnaire.content_hash).in_(row.manifest["questionnaires"])
    async with reading_across(database) as session:
        found = await session.exec(sealed.where(digests).order_by(PublishedQuestionnaire.content_hash))
        versions = tuple((content, digest) for content, digest in found)
    return Asked(
        versions=versions,
        crosswalks=tuple(Crosswalk.model_validate_json(json.dumps(one)) for one in beside["crosswalks"]),
        places=tuple(Place(**one) for one in beside["places"]),
    )
