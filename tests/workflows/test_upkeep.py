import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest
from arrangements import TODAY, UTRECHT, ZWOLLE, OpenedRound, arrange_round, hand_in
from counted_work import add_job, job_row
from sqlmodel import select

from ceo.settings import Settings
from ceo.storage.attempts import WrongCodes
from ceo.storage.database import Database
from ceo.storage.impressions import count_impressions
from ceo.storage.jobs import Job
from ceo.storage.kept_files import FilePurpose, KeptFile, KeptFilePart
from ceo.storage.submissions import Draft, Submission
from ceo.storage.tenancy import reading_across, shared_transaction, tenant_reading
from ceo.workflows.answering import arriving
from ceo.workflows.answering.impressions import Impression, draw_marker, find_marked, give_impression
from ceo.workflows.answering.reader import Reader
from ceo.workflows.installation.upkeep import Removed, tidy
from ceo.workflows.kept_files.keeping import PART, FileFacts, keep_file

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
NOTHING = Removed(drafts=0, attempts=0, markers=0)


async def half_way(database: Database, settings: Settings, municipality: str, *, closes_on: date) -> OpenedRound:
    """A round in which one client has sent and another has begun."""
    opened = await arrange_round(database, settings, municipality=municipality, closes_on=closes_on)
    await hand_in(database, opened, 1)
    await arriving.start(database, opened.key(), today=closes_on)
    return opened


async def drafts(database: Database) -> list[str]:
    async with reading_across(database) as session:
        return [draft.municipality for draft in await session.exec(select(Draft))]


@pytest.mark.parametrize(("days_ago", "left"), [(0, [UTRECHT]), (1, [UTRECHT]), (2, []), (400, [])])
async def test_a_draft_goes_when_its_round_has_been_closed_for_a_whole_day(
    database: Database, installation_settings: Settings, days_ago: int, left: list[str]
) -> None:
    closes_on = date(2026, 11, 30)
    await half_way(database, installation_settings, UTRECHT, closes_on=closes_on)
    removed = await tidy(database, today=closes_on + timedelta(days=days_ago), now=NOW)
    assert await drafts(database) == left
    assert removed == Removed(drafts=1 - len(left), attempts=0, markers=0)


async def test_drafts_of_other_rounds_and_everything_that_was_sent_stay(
    database: Database, installation_settings: Settings
) -> None:
    await half_way(database, installation_settings, UTRECHT, closes_on=date(2026, 11, 10))
    await half_way(database, installation_settings, ZWOLLE, closes_on=date(2026, 12, 31))
    await tidy(database, today=TODAY, now=NOW)
    assert await drafts(database) == [ZWOLLE]
    async with reading_across(database) as session:
        assert len((await session.exec(select(Submission))).all()) == 2


async def test_counts_of_wrong_codes_go_once_they_mean_nothing(database: Database) -> None:
    async with shared_transaction(database) as session:
        session.add(WrongCodes(source="long ago", empty_at=0, counted_at=NOW - timedelta(days=3)))
        session.add(WrongCodes(source="just now", empty_at=0, counted_at=NOW))
    assert await tidy(database, today=TODAY, now=NOW) == Removed(drafts=0, attempts=1, markers=0)
    async with reading_across(database) as session:
        assert [row.source for row in await session.exec(select(WrongCodes))] == ["just now"]


async def test_used_markers_go_when_nobody_can_use_them_again_and_the_counts_stay(
    database: Database, installation_settings: Settings
) -> None:
    opened = await arrange_round(database, installation_settings)
    marker = draw_marker(opened.municipality, opened.round_id, today=TODAY)
    await give_impression(database, marker, Impression.EASY, Reader())
    assert await tidy(database, today=TODAY + timedelta(days=1), now=NOW) == NOTHING
    marked = await find_marked(database, marker)
    assert marked is not None
    assert not marked.unused
    assert await tidy(database, today=TODAY + timedelta(days=2), now=NOW) == Removed(drafts=0, attempts=0, markers=1)
    async with tenant_reading(database, opened.municipality) as session:
        assert await count_impressions(session, opened.round_id) == {"makkelijk": 1}


@pytest.mark.parametrize(("state", "left"), [("done", 1), ("failed", 1), ("cancelled", 1), ("waiting", 2)])
async def test_jobs_go_thirty_days_after_they_were_over(database: Database, state: str, left: int) -> None:
    for days in (30, 31):
        row = job_row(NOW - timedelta(days=40))
        row.state, row.finished_at = state, None if state == "waiting" else NOW - timedelta(days=days)
        await add_job(database, row)
    assert (await tidy(database, today=TODAY, now=NOW)).jobs == 2 - left
    async with reading_across(database) as session:
        assert len((await session.exec(select(Job))).all()) == left


async def test_files_that_were_broken_off_go_after_a_day_with_what_came_of_them(
    database: Database, installation_settings: Settings
) -> None:
    opened = await arrange_round(database, installation_settings)
    facts = FileFacts(opened.round_id, FilePurpose.CLIENT_LIST, "lijst.csv", "text/csv", "7")

    async def broken_off() -> AsyncIterator[bytes]:
        yield b"x" * 2 * PART
        raise ConnectionResetError

    async def whole() -> AsyncIterator[bytes]:
        yield b"y"

    async def keep(content: AsyncIterator[bytes], now: datetime) -> None:
        with suppress(ConnectionResetError):
            keys = installation_settings.encryption_keys
            await keep_file(database, keys, municipality=opened.municipality, facts=facts, content=content, now=now)

    for age in (timedelta(hours=23), timedelta(hours=25)):
        await keep(broken_off(), NOW - age)
        await keep(whole(), NOW - age)
    assert await tidy(database, today=TODAY, now=NOW) == Removed(drafts=0, attempts=0, markers=0, files=1)
    async with reading_across(database) as session:
        assert sorted(file.complete for file in await session.exec(select(KeptFile))) == [False, True, True]
        assert len((await session.exec(select(KeptFilePart))).all()) == 4


async def test_two_processes_at_once_share_the_work(database: Database, installation_settings: Settings) -> None:
    await half_way(database, installation_settings, UTRECHT, closes_on=date(2026, 11, 10))
    together = await asyncio.gather(*(tidy(database, today=TODAY, now=NOW) for _ in range(4)))
    assert sum(removed.drafts for removed in together) == 1
    assert await tidy(database, today=TODAY, now=NOW) == NOTHING
    assert await drafts(database) == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_removed_draft_leaves_nothing_behind_in_the_file(
    database: Database, installation_settings: Settings
) -> None:
    opened = await half_way(database, installation_settings, UTRECHT, closes_on=date(2026, 11, 10))
    assert opened.key().draft_id.encode() in content(installation_settings)
    await tidy(database, today=TODAY, now=NOW)
    async with database.writer.connect() as connection:
        await connection.exec_driver_sql("COMMIT")
        await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        await connection.exec_driver_sql("BEGIN")
    assert opened.key().draft_id.encode() not in content(installation_settings)


def content(settings: Settings) -> bytes:
    """All that SQLite keeps."""
    return b"".join(file.read_bytes() for file in settings.data_folder.glob("ceo.sqlite3*"))
