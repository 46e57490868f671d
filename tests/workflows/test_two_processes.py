"""Several processes serve one resident, each with its own memory of drafts: none may show or overwrite what another one saved."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from arrangements import TODAY, OpenedRound, arrange_round, open_at

from ceo.settings import Settings
from ceo.storage.commit_group import CommitGroup
from ceo.storage.database import Database, open_database
from ceo.workflows.answering import answer
from ceo.workflows.answering.answer import OpenDraft, SaveOutcome, read_on_as, save_page
from ceo.workflows.answering.arriving import start
from ceo.workflows.answering.reader import Reader
from ceo.workflows.answering.recent_walks import RecentWalks
from ceo.workflows.publish import PublishedVersions
from questionnaires.answers import Answer

pytestmark = pytest.mark.anyio


@dataclass(frozen=True)
class Process:
    """What one process has of its own."""

    database: Database
    group: CommitGroup
    versions: PublishedVersions
    walks: RecentWalks
    opened: OpenedRound
    patch: pytest.MonkeyPatch

    async def open(self) -> OpenDraft:
        """Open the draft of the resident here."""
        self.patch.setattr(answer, "_WALKS", self.walks)
        return await open_at(self.database, self.versions, self.opened)

    async def save(self, draft: OpenDraft, code: str) -> SaveOutcome:
        """Save an answer to the first question here, from a page that was shown with a draft."""
        given = {"GES01": Answer("GES01", 1, value=code)}
        newest = await self.open()
        page = draft.questionnaire.pages[0]
        return await save_page(self.group, newest, page, given, row_version=draft.row_version)


@pytest.fixture
async def processes(
    database: Database, installation_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[list[Process]]:
    """Two processes on one database, in which a resident has begun; both have shown the first question."""
    opened = await arrange_round(database, installation_settings)
    await start(database, opened.key(), today=TODAY)
    async with open_database(database.writer.url.render_as_string(hide_password=False)) as other:
        both = [
            Process(one, CommitGroup(one), PublishedVersions(one), RecentWalks(), opened, monkeypatch)
            for one in (database, other)
        ]
        for process in both:
            await process.open()
        yield both
        for process in both:
            await process.group.close()


async def test_what_one_process_saved_the_other_shows_at_once(processes: list[Process]) -> None:
    here, there = processes
    assert await here.save(await here.open(), "nee") is SaveOutcome.SAVED
    shown = await there.open()
    assert shown.answers == {"GES01": Answer("GES01", 1, value="nee")}
    assert not shown.path.shows("na-het-gesprek")


async def test_a_page_of_one_process_overwrites_nothing_that_the_other_one_saved(processes: list[Process]) -> None:
    here, there = processes
    shown = await here.open()
    assert await there.save(await there.open(), "nee") is SaveOutcome.SAVED
    assert await here.save(shown, "ja") is SaveOutcome.STALE
    assert (await here.open()).answers["GES01"].value == "nee"


async def test_a_save_that_is_repeated_to_the_other_process_is_acknowledged_and_stored_once(
    processes: list[Process],
) -> None:
    here, there = processes
    shown = await here.open()
    assert await here.save(shown, "nee") is SaveOutcome.SAVED
    assert await there.save(shown, "nee") is SaveOutcome.SAVED
    assert (await here.open()).row_version == 1


async def test_reading_otherwise_in_one_process_is_seen_by_the_other(processes: list[Process]) -> None:
    here, there = processes
    await read_on_as(here.database, await here.open(), Reader("nl", "easy"))
    assert (await there.open()).reader == Reader("nl", "easy")
