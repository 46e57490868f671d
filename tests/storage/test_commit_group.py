import asyncio
import contextlib
import gc
import logging
from collections.abc import AsyncIterator, Awaitable
from pathlib import Path
from typing import Any

import pytest
from arrangements import TODAY, UTRECHT, ZWOLLE, OpenedRound, arrange_round
from installation import as_owner
from sqlmodel import col, select

from ceo.settings import Settings
from ceo.storage import commit_group
from ceo.storage.commit_group import ClosedError, CommitGroup, DatabaseAwayError, QueueFullError, Save
from ceo.storage.database import Database, open_database
from ceo.storage.submissions import Draft
from ceo.storage.tenancy import reading_across
from ceo.workflows.answering.arriving import start

pytestmark = pytest.mark.anyio


@pytest.fixture
async def group(database: Database) -> AsyncIterator[CommitGroup]:
    opened = CommitGroup(database)
    yield opened
    await opened.close()


@pytest.fixture
async def drafts(database: Database, installation_settings: Settings) -> list[str]:
    """Twelve drafts that have just begun."""
    opened = await arrange_round(database, installation_settings, invited={"Begeleiding": 12})
    return await _begin(database, opened)


async def _begin(database: Database, opened: OpenedRound) -> list[str]:
    for number in range(len(opened.codes)):
        await start(database, opened.key(number), today=TODAY)
    return [opened.key(number).draft_id for number in range(len(opened.codes))]


async def together(*saves: Awaitable[bool]) -> list[Any]:
    """Return what becomes of saves that are asked for at once; a save that is never answered fails the test."""
    return await asyncio.wait_for(asyncio.gather(*saves, return_exceptions=True), timeout=30)


def save_of(draft: str, text: str, *, row_version: int = 0, municipality: str = UTRECHT) -> Save:
    return Save(draft, municipality, {"VER01": {"version": 1, "value": text}}, row_version, f"save of {text}")


async def stored(database: Database, draft: str) -> tuple[str | None, int]:
    """Return the story and the row version of a draft, as another connection sees them."""
    async with (
        open_database(database.writer.url.render_as_string(hide_password=False)) as other,
        reading_across(other) as session,
    ):
        row = (await session.exec(select(Draft).where(col(Draft.id) == draft))).one()
    return row.answers.get("VER01", {}).get("value"), row.row_version


async def test_a_save_that_returned_is_seen_by_another_connection(
    database: Database, group: CommitGroup, drafts: list[str]
) -> None:
    assert await group.save(save_of(drafts[0], "Goede hulp, café €5 ‘fijn’"))
    assert await stored(database, drafts[0]) == ("Goede hulp, café €5 ‘fijn’", 1)


async def test_a_save_on_an_older_row_version_stores_nothing(
    database: Database, group: CommitGroup, drafts: list[str]
) -> None:
    assert await group.save(save_of(drafts[0], "eerste venster"))
    assert not await group.save(save_of(drafts[0], "tweede venster"))
    assert await stored(database, drafts[0]) == ("eerste venster", 1)


async def test_a_save_of_an_unknown_draft_stores_nothing(group: CommitGroup, drafts: list[str]) -> None:
    assert not await group.save(save_of("0" * 64, "nergens"))


async def test_a_save_under_another_municipality_stores_nothing(
    database: Database, group: CommitGroup, drafts: list[str]
) -> None:
    assert not await group.save(save_of(drafts[0], "van elders", municipality=ZWOLLE))
    assert await stored(database, drafts[0]) == (None, 0)


async def test_two_saves_of_one_draft_that_wait_together_are_stored_in_order(
    database: Database, group: CommitGroup, drafts: list[str]
) -> None:
    outcomes = await together(
        group.save(save_of(drafts[0], "een")),
        group.save(save_of(drafts[1], "buurman")),
        group.save(save_of(drafts[0], "twee", row_version=1)),
        group.save(save_of(drafts[0], "drie", row_version=2)),
    )
    assert outcomes == [True, True, True, True]
    assert await stored(database, drafts[0]) == ("drie", 3)


async def test_of_two_windows_that_save_at_once_one_is_stale(
    database: Database, group: CommitGroup, drafts: list[str]
) -> None:
    outcomes = await together(group.save(save_of(drafts[0], "een")), group.save(save_of(drafts[0], "twee")))
    assert outcomes == [True, False]
    assert await stored(database, drafts[0]) == ("een", 1)


async def test_a_save_that_the_database_refuses_fails_alone(
    database: Database, group: CommitGroup, drafts: list[str]
) -> None:
    # Half of a surrogate pair can be written in neither database.
    outcomes = await together(
        *(group.save(save_of(draft, "\ud800" if number == 3 else "goed")) for number, draft in enumerate(drafts)),
    )
    assert isinstance(outcomes.pop(3), Exception)
    assert outcomes == [True] * 11
    assert [await stored(database, draft) for draft in drafts] == [("goed", 1)] * 3 + [(None, 0)] + [("goed", 1)] * 8


async def test_after_a_failed_batch_the_next_save_is_stored(
    database: Database, group: CommitGroup, drafts: list[str]
) -> None:
    with pytest.raises(Exception, match="surrogates"):
        await group.save(save_of(drafts[0], "\ud800"))
    assert await group.save(save_of(drafts[0], "opnieuw"))
    assert await stored(database, drafts[0]) == ("opnieuw", 1)


async def test_what_postgresql_cannot_read_fails_alone_too(
    database: Database, group: CommitGroup, drafts: list[str]
) -> None:
    outcomes = await together(group.save(save_of(drafts[0], "nul\x00teken")), group.save(save_of(drafts[1], "goed")))
    assert outcomes[1] is True
    assert await stored(database, drafts[1]) == ("goed", 1)
    if database.writer.dialect.name == "postgresql":
        assert isinstance(outcomes[0], Exception)
        assert await stored(database, drafts[0]) == (None, 0)


async def test_a_refused_save_does_not_tell_its_answers(
    database: Database, group: CommitGroup, drafts: list[str]
) -> None:
    async with as_owner(database) as connection:
        await connection.exec_driver_sql("ALTER TABLE draft RENAME TO elsewhere")
    with pytest.raises(Exception, match="draft") as refused:
        await group.save(save_of(drafts[0], "mijn geheim"))
    assert "mijn geheim" not in str(refused.value)
    assert drafts[0] not in str(refused.value)


async def test_many_saves_at_once_share_their_commits(
    database: Database, group: CommitGroup, drafts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write, commits = database.at_hand.write, 0

    async def counted(*statement: Any) -> Any:
        nonlocal commits
        commits += 1
        return await write(*statement)

    monkeypatch.setattr(database.at_hand, "write", counted)
    assert await together(*(group.save(save_of(draft, "samen")) for draft in drafts)) == [True] * 12
    assert 1 <= commits < len(drafts) / 2


async def test_a_lone_save_waits_for_no_company(group: CommitGroup, drafts: list[str]) -> None:
    async with asyncio.timeout(60):  # company would never come
        for version in range(5):
            assert await group.save(save_of(drafts[0], f"nummer {version}", row_version=version))


async def test_a_full_queue_refuses_the_next_save_and_keeps_those_that_wait(
    database: Database, group: CommitGroup, drafts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commit_group, "_LONGEST_QUEUE", 3)
    waiting = [asyncio.create_task(group.save(save_of(draft, "wacht"))) for draft in drafts[:4]]
    outcomes = await together(*waiting)
    assert outcomes[:3] == [True, True, True]
    assert isinstance(outcomes[3], QueueFullError)
    assert await stored(database, drafts[3]) == (None, 0)


async def test_more_saves_than_fit_in_one_batch_are_all_stored(
    database: Database, group: CommitGroup, drafts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commit_group, "_LARGEST_BATCH", 5)
    assert await together(*(group.save(save_of(draft, "veel")) for draft in drafts)) == [True] * 12
    assert [await stored(database, draft) for draft in drafts] == [("veel", 1)] * 12


async def test_closing_writes_every_save_that_waits(database: Database, drafts: list[str]) -> None:
    group = CommitGroup(database)
    waiting = [asyncio.create_task(group.save(save_of(draft, "nog net"))) for draft in drafts]
    await asyncio.sleep(0)
    await group.close()
    assert await together(*waiting) == [True] * 12
    assert await stored(database, drafts[11]) == ("nog net", 1)


async def test_after_closing_no_save_is_taken(database: Database, drafts: list[str]) -> None:
    group = CommitGroup(database)
    await group.close()
    with pytest.raises(ClosedError):
        await group.save(save_of(drafts[0], "te laat"))


async def test_the_write_of_a_cancelled_caller_still_lands(
    database: Database, drafts: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    group = CommitGroup(database)
    caller = asyncio.create_task(group.save(save_of(drafts[0], "verbinding weg")))
    await asyncio.sleep(0)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    await group.close()
    assert await stored(database, drafts[0]) == ("verbinding weg", 1)


async def test_the_failed_write_of_a_cancelled_caller_harms_nobody(
    database: Database, drafts: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    group = CommitGroup(database)
    caller = asyncio.create_task(group.save(save_of(drafts[0], "\ud800")))
    await asyncio.sleep(0)
    caller.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await caller
    assert await group.save(save_of(drafts[1], "gaat door"))
    await group.close()
    gc.collect()  # an error that nobody asked for would be told here
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


async def test_two_processes_that_save_the_same_drafts_never_wait_for_each_other_for_ever(
    database: Database, drafts: list[str]
) -> None:
    url = database.writer.url.render_as_string(hide_password=False)
    async with open_database(url) as other, asyncio.timeout(30):
        groups = [CommitGroup(database), CommitGroup(other)]
        for version in range(5):
            saves: list[Any] = []
            for group, order in zip(groups, (drafts, drafts[::-1]), strict=True):
                saves += [group.save(save_of(draft, f"{version}", row_version=version)) for draft in order]
            assert sum(await together(*saves)) == len(drafts)
        for group in groups:
            await group.close()


async def test_when_the_database_is_away_every_save_hears_it_at_once(tmp_path: Path) -> None:
    async with open_database(f"postgresql+asyncpg://ceo@/ceo?host={tmp_path}") as away:
        group = CommitGroup(away)
        outcomes = await together(*(group.save(save_of(f"{number:064x}", "niets")) for number in range(20)))
        await group.close()
    assert [type(outcome) for outcome in outcomes] == [DatabaseAwayError] * 20


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_server_that_cuts_the_connection_loses_no_acknowledged_save_and_the_next_one_is_stored(
    database: Database, group: CommitGroup, drafts: list[str]
) -> None:
    assert await group.save(save_of(drafts[0], "voor"))
    async with open_database(database.writer.url.render_as_string(hide_password=False)) as other:
        cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        async with other.writer.begin() as connection:
            await connection.exec_driver_sql(cut)
    assert await group.save(save_of(drafts[1], "na"))
    assert await stored(database, drafts[0]) == ("voor", 1)
    assert await stored(database, drafts[1]) == ("na", 1)
