"""The promise of every saved page: what the server acknowledged is on disk, whatever happens to the server."""

import asyncio
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from journeys.load import (
    Load,
    assert_everything_acknowledged_is_stored,
    assert_everything_was_sent_once,
    open_for_load,
)
from journeys.serving import children_of, serving, wait_until_gone

from ceo.settings import Settings
from ceo.storage.database import Database

pytestmark = pytest.mark.anyio


@pytest.fixture
def moments() -> Iterator[int]:
    """After how many acknowledged pages the server is killed: in the middle of filling in, and among the first to send."""
    chance = random.Random()
    return iter([chance.randint(20, 100), chance.randint(60, 120)])


async def run_until_killed(load: Load, settings: Settings, log: Path, limit: int) -> None:
    """Run on a server that is killed without warning after a number of acknowledged pages."""
    load.stop_at(limit)
    with serving(settings, log) as (server, address):
        running = asyncio.create_task(load.run(address))
        await load.until_enough(running)
        assert load.enough.is_set(), "all was filled in before the server could be killed"
        workers = children_of(server.pid)
        server.kill()
        await running
    wait_until_gone(workers)


async def test_a_server_that_is_killed_loses_nothing_and_doubles_nothing(
    database: Database, installation_settings: Settings, tmp_path: Path, moments: Iterator[int]
) -> None:
    load = Load(await open_for_load(database, installation_settings, drafts_each=2))
    for kills, limit in enumerate(moments, start=1):
        await run_until_killed(load, installation_settings, tmp_path / "log", limit)
        await assert_everything_acknowledged_is_stored(database, load, kills=kills)

    with serving(installation_settings, tmp_path / "log") as (_, address):
        await load.run(address)
    await assert_everything_was_sent_once(database, load)
    assert "Traceback" not in (tmp_path / "log").read_text()
