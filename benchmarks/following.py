"""What the page of the response costs, in requests of a bare Litestar hello, with a list of 1,000 clients and with one of 100,000.

    python benchmarks/following.py [--clients 1000,100000] [--databases sqlite,postgresql] [--requests 20]

One in ten was invited, three in ten of those answered. Real `ceo serve`, one client, one request at a time; CPU is that of the serving
process, with the database's apart. The statements of the page are counted in a process of their own, on the same database.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from arrangements import arrange_round, hand_in
from installation import as_owner, settings_on
from many_clients import stand_in_field
from servers import PostgreSQL, Server, postgresql, serving_ceo, serving_hello
from web.counting import counted_statements
from web.running import Site
from web.staffing import add_staff

from ceo.clock import dutch_day, now
from ceo.storage.database import open_database
from ceo.web.app import create_app
from ceo.web.staff.access import COOKIE
from ceo.workflows.installation.installing import install
from ceo.workflows.results.editions import make_editions
from ceo.workflows.results.reporting import make_reports
from ceo.workflows.rights import Role
from ceo.workflows.staff.signed_in import begin_sign_in

_PLACE = "GM0344"
_ADDRESS = "http://127.0.0.1"


@dataclass(frozen=True)
class Page:
    """The page of the response of a round, and the cookie of who may see it."""

    path: str
    cookie: str

    def browser(self, **options: object) -> httpx.Client:
        """Return a browser that is signed in."""
        return httpx.Client(cookies={COOKIE: self.cookie}, timeout=120, **options)  # type: ignore[arg-type]


def prepare(folder: Path, url: str, clients: int) -> Page:
    """Install a database with a round in the field and so many clients."""
    settings = settings_on(url, folder, _ADDRESS)
    invited = clients // 10

    async def run() -> Page:
        await install(settings)
        async with open_database(url) as database:
            days = {"opens_on": dutch_day(), "closes_on": dutch_day()}
            opened = await arrange_round(database, settings, municipality=_PLACE, invited={"Begeleiding": 1}, **days)
            await stand_in_field(database, opened, clients=clients, invited=invited)
            for first in range(0, 3 * invited // 10, 500):
                await hand_in(database, opened, min(500, 3 * invited // 10 - first), first=first)
            # Otherwise the server makes one meanwhile.
            await make_editions(database, "wmo-2026", _make, today=dutch_day())
            async with as_owner(database) as connection:
                await connection.exec_driver_sql("ANALYZE")  # as PostgreSQL does by itself after a while
            user_id = await add_staff(database, {_PLACE: Role.FIELDWORKER})
            cookie = await begin_sign_in(database, user_id, complete=True, device="", now=now())
        return Page(f"/werk/{_PLACE}/veldwerk/{opened.round_id}/respons", cookie)

    return asyncio.run(run())


async def _make(measurement: object) -> object:
    return make_reports(measurement)


async def count(url: str, folder: Path, page: Page) -> int:
    """Return how many statements the page sends."""
    settings = settings_on(url, folder, _ADDRESS)
    app = create_app(settings)
    async with app.lifespan():
        site = Site(app, settings, iter(()))
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(
            transport=transport, base_url=_ADDRESS, cookies={COOKIE: page.cookie}, timeout=120
        ) as browser:
            await browser.get(page.path)
            with counted_statements(site.database) as statements:
                answer = await browser.get(page.path)
        assert answer.status_code == 200, answer.status_code
        return len(statements)


def counted_elsewhere(url: str, folder: Path, page: Page) -> int:
    """Count the statements in another process: this one keeps no database open."""
    told = json.dumps([url, str(folder), page.path, page.cookie])
    done = subprocess.run([sys.executable, __file__, "--count", told], capture_output=True, text=True, check=True)
    return int(done.stdout.split()[-1])


def measure(server: Server, page: Page, database: PostgreSQL | None, requests: int) -> tuple[float, float, float]:
    """Return milliseconds a request: processor time of the serving process, that of the database, and by the clock."""
    with page.browser(base_url=f"{_ADDRESS}:{server.port}") as client:
        for _ in range(3):
            answer = client.get(page.path)
            assert answer.status_code == 200, answer.status_code
        own, other, clock = server.cpu(), database.cpu() if database else 0.0, time.perf_counter()
        for _ in range(requests):
            client.get(page.path)
        passed = time.perf_counter() - clock
        used = server.cpu() - own, (database.cpu() if database else 0.0) - other, passed
    return (used[0] * 1000 / requests, used[1] * 1000 / requests, used[2] * 1000 / requests)


def hello(requests: int) -> float:
    """Return the processor time of a request of a bare hello, in milliseconds."""
    with serving_hello() as server, httpx.Client(base_url=f"{_ADDRESS}:{server.port}") as client:
        for _ in range(10):
            client.get("/")
        before = server.cpu()
        for _ in range(requests):
            client.get("/")
        return 1000 * (server.cpu() - before) / requests


@contextmanager
def database_of(kind: str, folder: Path) -> Iterator[tuple[str, PostgreSQL | None]]:
    """Yield the address of an empty database, and its server."""
    if kind == "sqlite":
        yield f"sqlite+aiosqlite:///{folder / 'ceo.sqlite3'}", None
        return
    with postgresql() as server:
        yield server.address, server


def main() -> None:
    """Print a line for each database and size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", default="1000,100000")
    parser.add_argument("--databases", default="sqlite,postgresql")
    parser.add_argument("--requests", type=int, default=20)
    parser.add_argument("--count", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.count:
        url, folder, path, cookie = json.loads(options.count)
        print(asyncio.run(count(url, Path(folder), Page(path, cookie))))
        return
    unit = hello(100 * options.requests)
    print(f"hello: {unit:.3f} ms of CPU")
    print("database     clients   statements   CPU ms (of the database)   hellos   ms by the clock")
    for kind in options.databases.split(","):
        for clients in map(int, options.clients.split(",")):
            with tempfile.TemporaryDirectory() as name, database_of(kind, Path(name)) as (url, database):
                page = prepare(Path(name), url, clients)
                statements = counted_elsewhere(url, Path(name), page)
                with serving_ceo(settings_on(url, Path(name), _ADDRESS)) as server:
                    own, other, passed = measure(server, page, database, options.requests)
                print(
                    f"{kind:<11}{clients:>9}{statements:>13}{own + other:>9.1f} ({other:.1f}){(own + other) / unit:>18.0f}{passed:>18.1f}"
                )


if __name__ == "__main__":
    main()
