from datetime import UTC, date, datetime

import pytest
from arrangements import TODAY, ZWOLLE, arrange_round, fill_in, wmo_core
from sqlmodel import select

from ceo.settings import Settings
from ceo.storage.database import Database
from ceo.storage.rounds import PublishedQuestionnaire
from ceo.storage.submissions import Submission
from ceo.storage.tenancy import reading_across
from ceo.workflows.publish import (
    PublishedVersions,
    UnknownVersionError,
    VersionTakenError,
    WithdrawnVersionError,
    publish_questionnaire,
    withdraw_questionnaire,
)
from questionnaires.questionnaire import Questionnaire

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
    assert (row.questionnaire, row.version) == ("nl.ceo.wmo", 1)
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


async def test_a_withdrawn_version_stays_with_its_reason_and_day(database: Database) -> None:
    version = await publish_questionnaire(database, wmo_core(), now=FIRST)
    await withdraw_questionnaire(database, version.content_hash, "Vraag TOE02 was niet duidelijk.", TODAY)
    [row] = await published(database)
    assert (row.withdrawn_on, row.withdrawn_because) == (TODAY, "Vraag TOE02 was niet duidelijk.")
    assert await PublishedVersions(database).open(version.content_hash) == version


async def test_withdrawing_again_keeps_the_first_reason_and_day(database: Database) -> None:
    content_hash = (await publish_questionnaire(database, wmo_core(), now=FIRST)).content_hash
    await withdraw_questionnaire(database, content_hash, "De eerste reden.", TODAY)
    row = await withdraw_questionnaire(database, content_hash, "Een andere reden.", date(2027, 1, 1))
    assert (row.withdrawn_on, row.withdrawn_because) == (TODAY, "De eerste reden.")
    await publish_questionnaire(database, wmo_core(), now=SECOND)
    assert [row.withdrawn_on for row in await published(database)] == [TODAY]


async def test_a_version_that_was_never_published_cannot_be_withdrawn(database: Database) -> None:
    with pytest.raises(UnknownVersionError, match="sha256:0"):
        await withdraw_questionnaire(database, "sha256:0", "Een reden.", TODAY)


async def test_no_round_opens_on_a_withdrawn_version_and_those_that_are_open_go_on(
    database: Database, installation_settings: Settings
) -> None:
    opened = await arrange_round(database, installation_settings)
    [row] = await published(database)
    await withdraw_questionnaire(database, row.content_hash, "Een vraag was niet duidelijk.", TODAY)
    with pytest.raises(WithdrawnVersionError, match="Een vraag was niet duidelijk"):
        await arrange_round(database, installation_settings, municipality=ZWOLLE)
    await fill_in(database, opened, 0, send=True)
    async with reading_across(database) as session:
        assert len(list(await session.exec(select(Submission)))) == 1
