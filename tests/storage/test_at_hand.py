import asyncio
from pathlib import Path

import pytest
from installation import as_owner
from postgresql import APPLICATION
from sqlalchemy import text

from ceo.storage.at_hand import DatabaseAwayError, PostgresqlAtHand
from ceo.storage.database import Database, open_database

pytestmark = pytest.mark.anyio

only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
only_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)

CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


@pytest.fixture
async def notes(database: Database) -> Database:
    """A database with an empty table."""
    async with as_owner(database) as connection:
        await connection.exec_driver_sql("CREATE TABLE note (words TEXT)")
        if connection.dialect.name == "postgresql":
            await connection.exec_driver_sql(f"GRANT SELECT, INSERT ON note TO {APPLICATION}")
    return database


def place(database: Database) -> str:
    """How the driver writes the place of a value."""
    return "?1" if database.writer.dialect.name == "sqlite" else "$1"


async def write(database: Database, words: str) -> list[tuple[str, ...]]:
    statement = f"INSERT INTO note (words) VALUES ({place(database)}) RETURNING words"
    return [tuple(row) for row in await database.at_hand.write(statement, [words])]


async def written(database: Database) -> list[str]:
    """What another connection sees."""
    async with (
        open_database(database.writer.url.render_as_string(hide_password=False)) as other,
        other.reader.connect() as connection,
    ):
        return list(await connection.scalars(text("SELECT words FROM note ORDER BY words")))


async def test_what_is_written_at_hand_is_committed_when_it_returns(notes: Database) -> None:
    assert await write(notes, "goed") == [("goed",)]
    assert await written(notes) == ["goed"]


async def test_what_is_read_at_hand_is_what_others_committed(notes: Database) -> None:
    assert list(await notes.at_hand.read("SELECT words FROM note", [])) == []
    async with notes.writer.begin() as connection:
        await connection.exec_driver_sql("INSERT INTO note (words) VALUES ('van een ander')")
    [row] = await notes.at_hand.read("SELECT words FROM note", [])
    assert tuple(row) == ("van een ander",)


async def test_a_statement_that_is_wrong_harms_no_other(notes: Database) -> None:
    for _ in range(8):
        with pytest.raises(Exception, match="elsewhere"):
            await notes.at_hand.write("INSERT INTO elsewhere (words) VALUES ('fout')", [])
    assert await write(notes, "goed") == [("goed",)]


async def test_more_pages_at_once_than_connections_all_get_their_rows(notes: Database) -> None:
    await write(notes, "voor allen")
    found = await asyncio.gather(*(notes.at_hand.read("SELECT words FROM note", []) for _ in range(40)))
    assert [[tuple(row) for row in rows] for rows in found] == [[("voor allen",)]] * 40


@only_sqlite
async def test_reading_at_hand_on_sqlite_cannot_write(notes: Database) -> None:
    with pytest.raises(Exception, match="readonly"):
        await notes.at_hand.read("INSERT INTO note (words) VALUES ('stiekem')", [])


@only_sqlite
async def test_a_lock_of_another_process_that_lasts_too_long_is_told_as_a_database_that_is_away(
    notes: Database,
) -> None:
    async with notes.writer.connect() as connection:
        await connection.exec_driver_sql("PRAGMA busy_timeout = 20")
    async with open_database(notes.writer.url.render_as_string()) as other, other.writer.begin():
        with pytest.raises(DatabaseAwayError):
            await write(notes, "te laat")
    assert await write(notes, "daarna") == [("daarna",)]
    assert await written(notes) == ["daarna"]


@only_sqlite
async def test_a_full_disk_is_told_as_a_database_that_is_away_and_stores_nothing(notes: Database) -> None:
    async with notes.writer.connect() as connection:
        pages = (await connection.exec_driver_sql("PRAGMA page_count")).scalar_one()
        await connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(DatabaseAwayError):
        await write(notes, "lang " * 100_000)
    async with notes.writer.connect() as connection:
        await connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 1000}")
    assert await write(notes, "er is weer plaats") == [("er is weer plaats",)]
    assert await written(notes) == ["er is weer plaats"]


@only_postgresql
async def test_a_connection_that_the_server_cut_is_replaced_without_a_fault(notes: Database) -> None:
    await asyncio.gather(*(notes.at_hand.read("SELECT words FROM note", []) for _ in range(5)))
    async with (
        open_database(notes.writer.url.render_as_string(hide_password=False)) as other,
        other.writer.begin() as connection,
    ):
        await connection.exec_driver_sql(CUT)
    assert await write(notes, "na de breuk") == [("na de breuk",)]
    assert await written(notes) == ["na de breuk"]


@only_postgresql
async def test_a_page_that_nobody_waits_for_any_more_gives_its_connection_back(notes: Database) -> None:
    for _ in range(8):
        page = asyncio.create_task(notes.at_hand.read("SELECT pg_sleep(30)", []))
        await asyncio.sleep(0.02)
        page.cancel()
        with pytest.raises(asyncio.CancelledError):
            await page
    assert await write(notes, "gaat door") == [("gaat door",)]
    assert isinstance(notes.at_hand, PostgresqlAtHand)
    assert len(notes.at_hand._free) == 1


async def test_a_server_that_cannot_be_reached_is_told_as_a_database_that_is_away(tmp_path: Path) -> None:
    async with open_database(f"postgresql+asyncpg://ceo@/ceo?host={tmp_path}") as away:
        for ask in (away.at_hand.read, away.at_hand.write):
            with pytest.raises(DatabaseAwayError):
                await ask("SELECT 1", [])
