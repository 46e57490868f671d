"""The disk is full while residents fill in: nothing acknowledged is lost, they are told so, and go on when there is room again.

For SQLite the disk is a limit on the size of files, set on the running server: it gets the same kind of error at the same place. The
files of PostgreSQL belong to another user, so there every change ends in the error that a full disk gives.
"""

import asyncio
import resource
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from installation import as_owner
from journeys.load import LONGEST, Load, assert_everything_was_sent_once, open_for_load
from journeys.serving import serving
from web.reading import Served

from ceo.settings import Settings
from ceo.storage.database import Database

pytestmark = pytest.mark.anyio

FULL = """
    CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'could not extend file "base/1/2": No space left on device' USING ERRCODE = 'disk_full'; END $$
"""
TABLES = ("draft", "invitation", "submission")


async def test_a_full_disk_costs_no_acknowledged_answer_and_residents_go_on_when_there_is_room(
    database: Database, installation_settings: Settings, tmp_path: Path
) -> None:
    load = Load(await open_for_load(database, installation_settings, results_shown=False), patient=True)
    with serving(installation_settings, tmp_path / "log") as (server, address):
        load.stop_at(40)
        running = asyncio.create_task(load.run(address))
        await load.until_enough(running)
        async with full_disk(database, server.pid):
            await wait_for_refusals(load, 8)
            acknowledged = load.acknowledged
            await wait_for_refusals(load, 24)
            assert load.acknowledged == acknowledged, "what could not be stored was acknowledged"
        await asyncio.wait_for(running, timeout=LONGEST)
        assert server.poll() is None
    await assert_everything_was_sent_once(database, load)
    for answer in load.refusals:
        assert answer.status_code == 503, answer.text
        assert answer.headers["retry-after"].isdecimal()
        assert "niet bewaard" in Served(answer.text).text
    assert "Traceback" not in (tmp_path / "log").read_text()


async def wait_for_refusals(load: Load, number: int) -> None:
    """Wait until so many pages said that nothing could be saved."""
    for _ in range(1500):
        if len(load.refusals) >= number:
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"{len(load.refusals)} refusals, and {load.acknowledged} pages acknowledged")


@asynccontextmanager
async def full_disk(database: Database, server: int) -> AsyncIterator[None]:
    """Leave no room for anything new."""
    if database.writer.dialect.name == "sqlite":
        _, hard = resource.prlimit(server, resource.RLIMIT_FSIZE)
        resource.prlimit(server, resource.RLIMIT_FSIZE, (_size_of_log(database), hard))
        yield
        resource.prlimit(server, resource.RLIMIT_FSIZE, (hard, hard))
        return
    changed = "BEFORE INSERT OR UPDATE OR DELETE"
    triggers = [f"CREATE TRIGGER full_disk {changed} ON {table} EXECUTE FUNCTION no_room()" for table in TABLES]
    await _run(database, FULL, *triggers)
    yield
    await _run(database, "DROP FUNCTION no_room CASCADE")


def _size_of_log(database: Database) -> int:
    return Path(f"{database.writer.url.database}-wal").stat().st_size


async def _run(database: Database, *statements: str) -> None:
    async with as_owner(database) as connection:
        for statement in statements:
            await connection.exec_driver_sql(statement)
