from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from arrangements import arrange_round
from installation import as_owner
from postgresql import owner_url
from sqlalchemy.exc import OperationalError
from sqlmodel import select

from ceo.settings import Settings
from ceo.storage.database import Database, UtcDateTime, open_database
from ceo.storage.municipalities import Municipality, load_municipalities
from ceo.storage.rounds import PublishedQuestionnaire
from ceo.storage.tenancy import reading_across, shared_transaction

pytestmark = pytest.mark.anyio


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite+aiosqlite:///{tmp_path}/own.sqlite3"


async def test_sqlite_writes_each_commit_to_disk_and_guards_its_keys(sqlite_url: str) -> None:
    async with open_database(sqlite_url) as database:
        for engine in (database.writer, database.reader):
            async with engine.connect() as connection:
                found = {
                    pragma: (await connection.exec_driver_sql(f"PRAGMA {pragma}")).scalar_one()
                    for pragma in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "secure_delete")
                }
            full = 2
            expected = {"journal_mode": "wal", "synchronous": full, "foreign_keys": 1, "busy_timeout": 10000}
            assert found == {**expected, "secure_delete": 1}


async def test_the_reader_of_sqlite_cannot_write(sqlite_url: str) -> None:
    async with open_database(sqlite_url) as database, database.reader.connect() as connection:
        with pytest.raises(OperationalError, match="readonly"):
            await connection.exec_driver_sql("CREATE TABLE written (id INTEGER)")


async def test_the_folder_of_a_new_sqlite_file_is_made(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/new/folder/ceo.sqlite3"
    async with open_database(url) as database, database.writer.begin() as connection:
        await connection.exec_driver_sql("CREATE TABLE written (id INTEGER)")
    assert (tmp_path / "new" / "folder" / "ceo.sqlite3").exists()


async def test_a_reader_does_not_wait_for_a_writer(database: Database, installation_settings: Settings) -> None:
    await arrange_round(database, installation_settings)
    async with shared_transaction(database) as writing:
        writing.add(PublishedQuestionnaire(**_published(datetime(2026, 1, 1, tzinfo=UTC))))
        await writing.flush()
        async with reading_across(database) as session:
            assert len((await session.exec(select(PublishedQuestionnaire))).all()) == 1


def _published(moment: datetime) -> dict[str, object]:
    return {
        "content_hash": "sha256:1",
        "questionnaire": "nl.proef",
        "version": 1,
        "title": "Proef",
        "content": "{}",
        "published_at": moment,
    }


async def test_a_moment_comes_back_in_utc(database: Database) -> None:
    amsterdam = datetime(2026, 7, 1, 0, 30, 15, 123456, tzinfo=timezone(timedelta(hours=2)))
    async with shared_transaction(database) as session:
        session.add(PublishedQuestionnaire(**_published(amsterdam)))
    async with reading_across(database) as session:
        moment = (await session.get_one(PublishedQuestionnaire, "sha256:1")).published_at
    assert moment == amsterdam
    assert moment.utcoffset() == timedelta(0)
    assert moment.day == 30


async def test_a_moment_without_a_zone_is_not_stored(database: Database) -> None:
    with pytest.raises(AssertionError, match="time zone"):
        UtcDateTime().process_bind_param(datetime(2026, 7, 1), database.writer.dialect)  # noqa: DTZ001 - the mistake


async def test_no_moment_stays_no_moment(database: Database) -> None:
    kind = UtcDateTime()
    assert kind.process_bind_param(None, database.writer.dialect) is None
    assert kind.process_result_value(None, database.writer.dialect) is None


async def test_the_342_municipalities_of_2026_are_loaded_once(database: Database) -> None:
    async with shared_transaction(database) as session:
        assert await load_municipalities(session) == 0
    async with reading_across(database) as session:
        utrecht = await session.get(Municipality, "GM0344")
        assert utrecht is not None
        assert (utrecht.name, utrecht.province, utrecht.size_class) == ("Utrecht", "Utrecht", 8)
        assert await session.get(Municipality, "GM0000") is None


async def test_a_municipality_that_is_missing_is_added(database: Database, database_url: str) -> None:
    async with as_owner(database) as connection:
        await connection.exec_driver_sql("DELETE FROM municipality WHERE code IN ('GM0344', 'GM0193')")
    async with open_database(owner_url(database_url)) as owned, shared_transaction(owned) as session:
        assert await load_municipalities(session) == 2
