"""Publishing a questionnaire, opening a published one, and withdrawing it."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.database import Database
from ceo.storage.rounds import PublishedQuestionnaire, Round
from ceo.storage.tenancy import reading_across, shared_transaction
from questionnaires.publishing import PublishedVersion, open_published, publish
from questionnaires.questionnaire import Questionnaire


class VersionTakenError(Exception):
    """This version number was published before with another content. Published means immutable: raise the version number."""


class UnknownVersionError(Exception):
    """No version was published with this fingerprint."""


class WithdrawnVersionError(Exception):
    """This version was withdrawn: rounds that use it go on, and no new one opens. The message is the reason."""


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


async def find_published(database: Database, reference: str) -> PublishedVersion | None:
    """Return a version that was published here, by its whole reference such as `nl.ceo.wmo@2`; None when there is none."""
    name, _, version = reference.partition("@")
    if not version.isdecimal() or len(version) > len("9999"):
        return None
    named = select(PublishedQuestionnaire).where(
        col(PublishedQuestionnaire.questionnaire) == name, col(PublishedQuestionnaire.version) == int(version)
    )
    async with reading_across(database) as session:
        row = (await session.exec(named)).one_or_none()
    return open_published(row.content, row.content_hash) if row is not None else None


async def withdraw_questionnaire(
    database: Database, content_hash: str, reason: str, today: date
) -> PublishedQuestionnaire:
    """Withdraw a published version and return it as it stands; it is never deleted. The first reason and day stay."""
    async with shared_transaction(database) as session:
        row = await session.get(PublishedQuestionnaire, content_hash, with_for_update=True)
        if row is None:
            raise UnknownVersionError(content_hash)
        if row.withdrawn_on is None:
            row.withdrawn_on, row.withdrawn_because = today, reason
    return row


async def require_in_use(session: AsyncSession, content_hash: str) -> None:
    """Raise when a version was withdrawn; it is not withdrawn as long as this transaction lasts."""
    row = await session.get_one(PublishedQuestionnaire, content_hash, with_for_update={"read": True})
    if row.withdrawn_on is not None:
        raise WithdrawnVersionError(row.withdrawn_because)


class PublishedVersions:
    """The published versions that this process has used, each opened once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._opened: dict[str, PublishedVersion] = {}
        self._narrowed: dict[tuple[str, str], Questionnaire] = {}

    async def open(self, content_hash: str) -> PublishedVersion:
        """Return a published version; it is immutable, so what was opened stays valid."""
        if content_hash not in self._opened:
            async with reading_across(self._database) as session:
                row = await session.get_one(PublishedQuestionnaire, content_hash)
            self._opened[content_hash] = open_published(row.content, row.content_hash)
        return self._opened[content_hash]

    async def asked_in(self, its_round: Round, content_hash: str) -> Questionnaire:
        """Return what a round asks, in the languages of that round only."""
        questionnaire = (await self.open(content_hash)).questionnaire
        if its_round.languages is None:
            return questionnaire
        name = (content_hash, its_round.languages)
        if name not in self._narrowed:
            offered = its_round.languages.split()
            kept = {code: one for code, one in questionnaire.translations.items() if code in offered}
            self._narrowed[name] = questionnaire.model_copy(update={"translations": kept})
        return self._narrowed[name]
