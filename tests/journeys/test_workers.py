"""A server of two processes: one of them is killed, or all of it is stopped, while residents fill in."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from installation import settings_on
from journeys.load import (
    Load,
    assert_everything_acknowledged_is_stored,
    open_for_load,
)
from journeys.serving import PATIENCE, children_of, serving, wait_until_gone
from web.test_measures import measures_in

from ceo.settings import Settings
from ceo.storage.database import Database
from ceo.workflows.installation.installing import install

pytestmark = pytest.mark.anyio


async def test_two_processes_lose_nothing_when_one_is_killed_and_when_all_are_stopped(
    database: Database, installation_settings: Settings, tmp_path: Path
) -> None:
    load = Load(await open_for_load(database, installation_settings, results_shown=False), patient=True)
    with serving(installation_settings, tmp_path / "log", workers=2) as (server, address):
        await assert_measures_add_up(address)
        async with running(load, address, acknowledged=20):
            os.kill(max(spawned_by(server.pid), key=number_of_sockets), signal.SIGKILL)
        await assert_everything_acknowledged_is_stored(database, load, kills=1)

        await wait_for_processes(address)  # another one took its place
        async with running(load, address, acknowledged=20):
            server.terminate()
        assert server.wait(timeout=PATIENCE) == 0
    await assert_everything_acknowledged_is_stored(database, load, kills=1)
    assert "Traceback" not in (tmp_path / "log").read_text()


async def test_processes_whose_supervisor_is_killed_stop(tmp_path: Path) -> None:
    settings = settings_on(f"sqlite+aiosqlite:///{tmp_path / 'ceo.sqlite3'}", tmp_path)
    await install(settings)
    with serving(settings, tmp_path / "log", workers=2) as (server, address):
        await wait_for_processes(address)
        both = spawned_by(server.pid)
        assert len(both) == 2
        server.kill()
    wait_until_gone(both)


@asynccontextmanager
async def running(load: Load, address: str, *, acknowledged: int) -> AsyncIterator[None]:
    """Let clients fill in; go on inside after so many pages or when all is filled in, and wait for the clients at the end."""
    load.stop_at(acknowledged)
    clients = asyncio.create_task(load.run(address))
    await load.until_enough(clients)
    yield
    await clients


def spawned_by(supervisor: int) -> list[int]:
    """The processes of a server, but for the one that only tidies after them."""
    children = children_of(supervisor)
    return [child for child in children if "spawn_main" in Path(f"/proc/{child}/cmdline").read_text()]


def number_of_sockets(process: int) -> int:
    """How busy a process is: connections are not shared evenly among a few clients."""
    return sum(str(file.readlink()).startswith("socket:") for file in Path(f"/proc/{process}/fd").iterdir())


async def measures_at(address: str) -> dict[str, float]:
    async with httpx.AsyncClient(base_url=address, timeout=PATIENCE) as client:
        return measures_in((await client.get("/metingen")).text)


async def wait_for_processes(address: str) -> None:
    async with asyncio.timeout(PATIENCE):
        while (await measures_at(address))["ceo_processes"] != 2:  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.1)


async def assert_measures_add_up(address: str) -> None:
    """Whichever process is asked tells of the requests that all of them answered."""
    await wait_for_processes(address)
    for _ in range(20):
        async with httpx.AsyncClient(base_url=address, timeout=PATIENCE) as client:
            await client.get("/gezond")
    counted = {
        (await measures_at(address))['ceo_requests_total{method="GET",route="/gezond",status="2xx"}'] for _ in range(6)
    }
    assert counted == {20}
