"""Publishing a questionnaire, and opening a published one."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import col, select

from ceo.storage.database import Database
from ceo.storage.rounds import PublishedQuestionnaire
from ceo.storage.tenancy import reading_across, shared_transaction
from questionnaires.definition import Questionnaire
from questionnaires.publishing import PublishedVersion, open_published, publish


class VersionTakenError(Exception):
    """This version number was published before with another content. Published means immutable: raise the version number."""


async def publish_questionnaire(database: Database, questionnaire: Questionnaire, *, now: datetime) -> PublishedVersion:
    """Publish a checked questionnaire. Publishing the same content again changes nothing."""
    published = publish(questionnaire)
    async with shared_transaction(database) as session:
        same_version = select(PublishedQuestionnaire).where(
            col(PublishedQuestionnaire.questionnaire) == questionnaire.id,
            col(PublishedQuestionnaire.version) == questionnaire.version,
        )
        present = (await session.exec(same_version)).one_or_none()
        if present is None:
            session.add(
                PublishedQuestionnaire(
                    content_hash=published.content_hash,
                    questionnaire=questionnaire.id,
                    version=questionnaire.version,
                    title=questionnaire.title,
                    content=published.content,
                    published_at=now,
                )
            )
        elif present.content_hash != published.content_hash:
            raise VersionTakenError
    return published


class PublishedVersions:
    """The published versions that this process has used, each opened once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._opened: dict[str, PublishedVersion] = {}

    async def open(self, content_hash: str) -> PublishedVersion:
        """Return a published version; it is immutable, so what was opened stays valid."""
        if content_hash not in self._opened:
            async with reading_across(self._database) as session:
                row = await session.get_one(PublishedQuestionnaire, content_hash)
            self._opened[content_hash] = open_published(row.content, row.content_hash)
        return self._opened[content_hash]
