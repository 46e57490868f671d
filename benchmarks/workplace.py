"""What pages of the workplace cost, in requests of a bare Litestar hello: in a municipality with one round, and in one with a thousand.

    python benchmarks/workplace.py [--databases sqlite,postgresql] [--requests 200]

Real `ceo serve`; CPU is that of the serving process, with the database's apart. One client, one request at a time.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
from sqlmodel import insert, select

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from arrangements import hand_in
from installation import settings_on
from servers import PostgreSQL, arrange, postgresql, serving_ceo, serving_hello
from web.staffing import add_staff

from ceo.clock import dutch_day, now
from ceo.storage.database import open_database
from ceo.storage.people import NATIONAL
from ceo.storage.rounds import Promise, Round
from ceo.storage.tenancy import tenant_transaction
from ceo.web.staff.access import COOKIE
from ceo.workflows.results.editions import make_editions
from ceo.workflows.results.reporting import make_reports
from ceo.workflows.rights import Role
from ceo.workflows.staff.signed_in import begin_sign_in

_ROUNDS = 1000
_PAGES = {
    "home": "/werk/GM0344",
    "rounds": "/werk/GM0344/metingen",
    "results of a round": "/werk/GM0344/resultaten/wmo-2026",
    "places of a regional service": "/werk/plaatsen",
}


@dataclass(frozen=True)
class Arranged:
    """A database, and the cookie of who is signed in."""

    url: str
    folder: Path
    cookie: str


def prepare(folder: Path, url: str, *, rounds: int) -> Arranged:
    """Install a database with results of one round, and so many rounds besides."""
    opened = arrange(folder, url, invited=60)

    async def run() -> str:
        async with open_database(url) as database:
            await hand_in(database, opened, 40)
            await make_editions(database, "wmo-2026", _make, today=dutch_day())
            async with tenant_transaction(database, "GM0344") as session:
                content_hash = (await session.exec(select(Round.questionnaire_hash))).one()
                if rounds:
                    await session.exec(insert(Round), params=[_row(number, content_hash) for number in range(rounds)])
            user_id = await add_staff(database, {"GM0344": Role.OWNER, NATIONAL: Role.NATIONAL_EDITOR})
            return await begin_sign_in(database, user_id, complete=True, device="", now=now())

    return Arranged(url, folder, asyncio.run(run()))


async def _make(measurement: object) -> object:
    return make_reports(measurement)


def _row(number: int, content_hash: str) -> dict[str, object]:
    return {
        "municipality": "GM0344",
        "measurement": f"wmo-{number}",
        "title": f"Meting {number}",
        "questionnaire_hash": content_hash,
        "opens_on": dutch_day() - timedelta(days=number + 40),
        "closes_on": dutch_day() - timedelta(days=number + 1),
        "phone": "14 030",
        "simulated": False,
        "results_shown": False,
        "promise": Promise.ANONYMOUS.value,
    }


def measure(port: int, path: str, cpu: object, requests: int, cookie: str = "") -> float:
    """Return the processor time of a request in milliseconds, of the serving process."""
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", cookies={COOKIE: cookie} if cookie else {}) as client:
        for _ in range(10):
            answer = client.get(path)
            assert answer.status_code == 200, (path, answer.status_code)
        before = cpu()
        for _ in range(requests):
            client.get(path)
        return 1000 * (cpu() - before) / requests


@contextmanager
def database_of(kind: str, folder: Path) -> Iterator[str]:
    """Yield the address of an empty database."""
    if kind == "sqlite":
        yield f"sqlite+aiosqlite:///{folder / 'ceo.sqlite3'}"
        return
    with postgresql() as server:
        assert isinstance(server, PostgreSQL)
        yield server.address


def main() -> None:
    """Print a table: a line a page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--databases", default="sqlite,postgresql")
    parser.add_argument("--requests", type=int, default=200)
    options = parser.parse_args()
    with serving_hello() as server:
        hello = measure(server.port, "/", server.cpu, 20 * options.requests)
    print(f"hello: {hello:.3f} ms of CPU")
    for kind in options.databases.split(","):
        for rounds in (0, _ROUNDS):
            with tempfile.TemporaryDirectory() as name, database_of(kind, Path(name)) as url:
                arranged = prepare(Path(name), url, rounds=rounds)
                settings = settings_on(url, arranged.folder, "http://127.0.0.1")
                with serving_ceo(settings) as server:
                    for page, path in _PAGES.items():
                        taken = measure(server.port, path, server.cpu, options.requests, arranged.cookie)
                        print(
                            f"{kind:<11}{rounds + 1:>5} rounds  {page:<30}{taken:7.2f} ms {taken / hello:7.0f} hellos"
                        )


if __name__ == "__main__":
    main()
