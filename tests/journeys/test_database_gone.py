"""The database is killed while residents fill in: nothing acknowledged is lost, and they go on without a new start of the server."""

import asyncio
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import httpx
import pytest
from installation import settings_on
from journeys.load import LONGEST, Load, assert_everything_was_sent_once, open_for_load
from journeys.serving import PATIENCE, children_of, serving, wait_until_gone
from postgresql import create_database, running_postgresql, stop_postgresql
from web.reading import Served

from ceo.settings import Settings
from ceo.storage.database import Database, open_database
from ceo.workflows.installation.installing import install

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif("CEO_TEST_PG_URL" in os.environ, reason="kills the server, so it needs one of its own"),
]

PATH = {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}


class Mortal:
    """A PostgreSQL server that can be killed, and started again on the same files."""

    def __init__(self, folder: Path, address: str) -> None:
        self._folder = folder
        self._status = folder / "data" / "postmaster.pid"
        self.address = address
        process = self._process()
        self._command = Path(f"/proc/{process}/cmdline").read_text().split("\0")[:-1]
        self._user = Path(f"/proc/{process}").stat().st_uid
        self._again: subprocess.Popen[bytes] | None = None

    def kill(self) -> None:
        """End all its processes without warning, as when the power of its machine is cut."""
        first = self._process()
        everyone = [*children_of(first), first]
        for process in everyone:
            with suppress(ProcessLookupError):  # some of them live shortly
                os.kill(process, signal.SIGKILL)
        os.waitpid(first, 0)
        wait_until_gone(everyone)

    def start_again(self) -> None:
        """Start on the same files, and wait until it takes connections."""
        self._status.unlink()
        with (self._folder / "log").open("ab") as log:
            user = self._user if os.geteuid() == 0 else None
            self._again = subprocess.Popen(self._command, user=user, env=PATH, stdout=log, stderr=log)
        deadline = time.monotonic() + PATIENCE
        while not self._status.exists() or "ready" not in self._status.read_text():
            assert time.monotonic() < deadline, (self._folder / "log").read_text()
            time.sleep(0.02)

    def stop(self) -> None:
        """End the second life, if there was one."""
        if self._again is not None:
            stop_postgresql(self._again)

    def _process(self) -> int:
        return int(self._status.read_text().split()[0])


@pytest.fixture
def mortal() -> Iterator[Mortal]:
    """A PostgreSQL server for this test alone, that waits for its disk as in production."""
    # Not below pytest's own folders: those are closed to the user that runs the server.
    with tempfile.TemporaryDirectory(prefix="ceo-mortal-") as name:
        folder = Path(name)
        with running_postgresql(folder, fsync="on") as address:
            mortal = Mortal(folder, address)
            yield mortal
            mortal.stop()


@asynccontextmanager
async def installed(mortal: Mortal, folder: Path) -> AsyncIterator[tuple[Database, Settings]]:
    """An installation on that server."""
    await asyncio.to_thread(create_database, mortal.address, "ceo")
    settings = settings_on(mortal.address.format(name="ceo"), folder)
    await install(settings)
    async with open_database(settings.database_url) as database:
        yield database, settings


async def test_a_database_that_is_killed_costs_no_acknowledged_answer_and_residents_go_on(
    mortal: Mortal, tmp_path: Path
) -> None:
    async with installed(mortal, tmp_path) as (database, settings):
        load = Load(await open_for_load(database, settings, results_shown=False), patient=True)
        with serving(settings, tmp_path / "log") as (server, address):
            load.stop_at(60)
            running = asyncio.create_task(load.run(address))
            await load.until_enough(running)
            mortal.kill()
            during = await ask_everywhere(address, load)
            mortal.start_again()
            await asyncio.wait_for(running, timeout=LONGEST)
            assert server.poll() is None
        await assert_everything_was_sent_once(database, load)
        assert len(load.refusals) >= len(during)
        for answer in [*load.refusals, *during]:
            assert_asked_to_wait(answer)
        assert "Traceback" not in (tmp_path / "log").read_text()


async def ask_everywhere(address: str, load: Load) -> list[httpx.Response]:
    """Ask for pages while there is no database; wait until every client was refused once."""
    home = f"/{load.opened.municipality}"
    async with httpx.AsyncClient(base_url=address, timeout=30) as client:
        client.cookies.set("ceo_toegang", load.opened.key(0).secret)
        places = ("", f"/code/{load.opened.codes[0]}", "/welkom", "/verder", "/vraag/gesprek", "/controle", "/stoppen")
        return [await client.get(home + place) for place in places]


def assert_asked_to_wait(answer: httpx.Response) -> None:
    """A page says that this was not saved and that one can try again, and when."""
    assert answer.status_code == 503, answer.text
    assert answer.headers["retry-after"].isdecimal()
    assert answer.headers["cache-control"] == "no-store"
    page = Served(answer.text)
    assert "niet bewaard" in page.text
    assert "opnieuw" in page.text
