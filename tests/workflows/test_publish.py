from datetime import UTC, datetime

import pytest
from arrangements import wmo_core
from sqlmodel import select

from ceo.storage.database import Database
from ceo.storage.rounds import PublishedQuestionnaire
from ceo.storage.tenancy import reading_across
from ceo.workflows.publish import PublishedVersions, VersionTakenError, publish_questionnaire
from questionnaires.definition import Questionnaire

pytestmark = pytest.mark.anyio

FIRST, SECOND = datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 10, 2, tzinfo=UTC)


def changed(**fields: object) -> Questionnaire:
    return wmo_core().model_copy(update=fields)


async def published(database: Database) -> list[PublishedQuestionnaire]:
    async with reading_across(database) as session:
        return list(await session.exec(select(PublishedQuestionnaire)))


async def test_a_published_questionnaire_is_kept_with_its_fingerprint(database: Database) -> None:
    version = await publish_questionnaire(database, wmo_core(), now=FIRST)
    [row] = await published(database)
    assert (row.questionnaire, row.version) == ("nl.ceo.wmo-kern", 1)
    assert (row.content_hash, row.content) == (version.content_hash, version.content)
    assert row.published_at == FIRST


async def test_publishing_the_same_content_again_changes_nothing(database: Database) -> None:
    first = await publish_questionnaire(database, wmo_core(), now=FIRST)
    assert await publish_questionnaire(database, wmo_core(), now=SECOND) == first
    assert [row.published_at for row in await published(database)] == [FIRST]


async def test_another_content_under_a_published_version_number_is_refused(database: Database) -> None:
    await publish_questionnaire(database, wmo_core(), now=FIRST)
    with pytest.raises(VersionTakenError):
        await publish_questionnaire(database, changed(title="Iets anders"), now=SECOND)
    assert [row.title for row in await published(database)] == [wmo_core().title]


async def test_the_next_version_stands_beside_the_one_before(database: Database) -> None:
    await publish_questionnaire(database, wmo_core(), now=FIRST)
    await publish_questionnaire(database, changed(version=2, title="Iets anders"), now=SECOND)
    assert sorted(row.version for row in await published(database)) == [1, 2]


async def test_what_was_published_opens_as_it_was(database: Database) -> None:
    version = await publish_questionnaire(database, wmo_core(), now=FIRST)
    assert await PublishedVersions(database).open(version.content_hash) == version


async def test_a_version_is_opened_once(database: Database) -> None:
    version = await publish_questionnaire(database, wmo_core(), now=FIRST)
    versions = PublishedVersions(database)
    assert await versions.open(version.content_hash) is await versions.open(version.content_hash)
