"""Residents who fill in the whole survey, many at once, on a real `ceo serve`; what that costs, and whether every answer arrived.

    python benchmarks/load.py [--at-once 1,8,32,128] [--residents 200] [--databases sqlite,postgresql] [--short]

A resident follows the link of a letter, fetches style and script, reads the welcome page, answers 14 or 16 questions one a page
(POST, redirect, GET), decides about a story, looks at the answers and sends them. The answers of each resident are known; afterwards
they must be in the database, each once: the multiset of what was filled in equals that of what was stored.

The unit is one request of a bare Litestar hello, measured by the same client, with as many connections, just before and just after. A page
turn is the POST and the GET of one question. CPU is that of the serving process; its worker, which makes reports, and PostgreSQL are told
apart. The client runs in a process of its own, on the same machine.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlmodel import select

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from arrangements import OpenedRound, wmo_core
from servers import PostgreSQL, Server, arrange, postgresql, serving_ceo, serving_hello

from ceo.storage.database import open_database
from ceo.storage.submissions import Draft, Submission
from ceo.storage.tenancy import tenant_reading
from ceo.workflows.answering.access_codes import read_code, seal_of
from questionnaires.answering import form_values, seal
from questionnaires.answers import Answer, answers_to_json
from questionnaires.simulation import simulate_answers

# CPU-seconds a completion of LimeSurvey, question by question, as measured earlier on a machine like this one.
_LIMESURVEY = 0.95
# Hundreds of hellos for each connection, twice.
_HELLOS = 8
# Residents, and hundreds of hellos, where the question is only whether all of this works.
_A_FEW = 8
# Residents who come before what is measured: the first ones find nothing compiled. Then a pause, in seconds: the worker makes reports.
_WARMING_UP = 8
_SETTLING = 2


@dataclass(frozen=True)
class Measured:
    """What one phase cost: seconds of CPU by whose they are, and seconds of waiting by request."""

    cpu: float
    workers: float
    database: float
    times: Mapping[str, Sequence[float]]

    def __add__(self, other: Measured) -> Measured:
        """Return both as one."""
        times = {name: [*self.times[name], *other.times[name]] for name in self.times}
        return Measured(self.cpu + other.cpu, self.workers + other.workers, self.database + other.database, times)

    @property
    def requests(self) -> int:
        """Return the number of requests."""
        return sum(map(len, self.times.values()))

    def waited(self, percent: int) -> float:
        """Return how long that part of the requests took at most, in milliseconds."""
        return 1000 * statistics.quantiles([one for times in self.times.values() for one in times], n=100)[percent - 1]


@dataclass(frozen=True)
class Level:
    """What so many residents at once cost."""

    at_once: int
    residents: int
    hello: Measured
    phases: Mapping[str, Measured]

    @property
    def turn(self) -> float:
        """Return the CPU of a page turn in hellos."""
        answering = self.phases["answer"]
        return answering.cpu / len(answering.times["POST"]) / (self.hello.cpu / self.hello.requests)

    @property
    def completion(self) -> float:
        """Return the CPU of a completion in seconds, that of the worker and the database included."""
        return sum(one.cpu + one.workers + one.database for one in self.phases.values()) / self.residents


def filled_in(number: int) -> dict[str, Answer]:
    """Return the answers of a simulated resident; the story tells one from all others."""
    story = f"Dit is het verhaal van nummer {number}. " + "De hulp kwam op tijd. " * (number % 9)
    return {**simulate_answers(wmo_core(), random.Random(number)), "VER01": Answer("VER01", 1, value=story.strip())}


def ordered(opened: OpenedRound, numbers: range) -> list[dict[str, Any]]:
    """Return the orders for the client: the link of each resident, and the values for the fields."""
    asked = wmo_core()
    orders = []
    for number in numbers:
        code = read_code(opened.codes[number]) or ""
        link = f"/{opened.municipality}/code/{code}{seal_of(opened.settings.secret_key, opened.municipality, code)}"
        values = {
            item: form_values(answer, asked.scale_of(asked.item(item))) for item, answer in filled_in(number).items()
        }
        orders.append({"link": link, "values": values})
    return orders


def drive(
    server: Server, database: PostgreSQL | None, *, at_once: int, hellos: int = 0, residents: Sequence[Any] = ()
) -> dict[str, Measured]:
    """Let the client do its phases; return what each of them cost."""
    client = [sys.executable, str(Path(__file__).with_name("load_client.py"))]
    with subprocess.Popen(client, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        before = _seen(server, database)
        orders = {"port": server.port, "at_once": at_once, "hellos": hellos, "residents": list(residents)}
        print(json.dumps(orders), file=process.stdin, flush=True)
        phases = {}
        for line in process.stdout:
            told, after = json.loads(line), _seen(server, database)
            used = (late - early for late, early in zip(after, before, strict=True))
            phases[told["phase"]] = Measured(*used, times=told["times"])
            before = after
            print(file=process.stdin, flush=True)
    assert process.returncode == 0, "the client failed; it says above why"
    return phases


def _seen(server: Server, database: PostgreSQL | None) -> tuple[float, float, float]:
    return server.cpu(), server.cpu_of_workers(), database.cpu() if database is not None else 0.0


def check_stored(opened: OpenedRound, number: int) -> None:
    """Fail unless what the residents filled in is stored, each once and nothing else."""
    expected = Counter(
        json.dumps(answers_to_json(seal(wmo_core(), filled_in(one)).answers), sort_keys=True) for one in range(number)
    )

    async def read() -> tuple[Counter[str], int]:
        async with (
            open_database(opened.settings.database_url) as database,
            tenant_reading(database, opened.municipality) as session,
        ):
            stored = Counter(json.dumps(row.answers, sort_keys=True) for row in await session.exec(select(Submission)))
            return stored, len((await session.exec(select(Draft.id))).all())

    stored, drafts = asyncio.run(read())
    assert stored == expected, f"{(expected - stored).total()} are missing, {(stored - expected).total()} too many"
    assert drafts == 0, f"{drafts} drafts are left"


def measure(name: str, folder: Path, levels: Sequence[int], residents: int) -> Iterator[Level]:
    """Yield what each level cost on one kind of database; all is matched at the end."""
    numbers = [max(residents * min(level, 8) // 8, level) for level in levels]
    with _database(name, folder) as (url, database), serving_hello() as hello:
        opened = arrange(folder, url, invited=_WARMING_UP + sum(numbers))
        with serving_ceo(opened.settings) as server:
            drive(server, database, at_once=4, residents=ordered(opened, range(_WARMING_UP)))
            time.sleep(_SETTLING)
            first = _WARMING_UP
            for level, number in zip(levels, numbers, strict=True):
                hellos = max(_HELLOS * level, 40) if residents > _A_FEW else _A_FEW
                before = drive(hello, None, at_once=level, hellos=hellos)["hello"]
                orders = ordered(opened, range(first, first + number))
                phases = drive(server, database, at_once=level, residents=orders)
                after = drive(hello, None, at_once=level, hellos=hellos)["hello"]
                yield Level(level, number, before + after, phases)
                first += number
        check_stored(opened, first)


@contextmanager
def _database(name: str, folder: Path) -> Iterator[tuple[str, PostgreSQL | None]]:
    if name == "sqlite":
        yield f"sqlite+aiosqlite:///{folder}/ceo.sqlite3", None
        return
    with postgresql() as database:
        yield database.address, database


HEAD = (
    "database    at once  residents | hello ms  p99 ms | CPU ms a completion (worker, database)  less than LimeSurvey"
    " | hellos: page turn  coming in  sending | page ms: p50   p95   p99  (p99 in hellos' p99)"
)


def row(name: str, level: Level) -> str:
    """Return the line of the table."""
    unit = level.hello.cpu / level.hello.requests
    arrive, answer, send = (level.phases[phase] for phase in ("arrive", "answer", "send"))
    worker, database = (
        1000 * sum(getattr(phase, part) for phase in level.phases.values()) / level.residents
        for part in ("workers", "database")
    )
    return (
        f"{name:<11} {level.at_once:7} {level.residents:10} | {unit * 1000:8.3f} {level.hello.waited(99):7.1f} "
        f"| {level.completion * 1000:19.1f} {f'({worker:.1f}, {database:.1f})':>18} {_LIMESURVEY / level.completion:21.0f}x "
        f"| {level.turn:17.1f} {arrive.cpu / level.residents / unit:10.1f} {send.cpu / level.residents / unit:8.1f} "
        f"| {answer.waited(50):12.1f} {answer.waited(95):5.1f} {answer.waited(99):5.1f} {answer.waited(99) / level.hello.waited(99):10.1f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--at-once", default="1,8,32,128")
    parser.add_argument("--residents", type=int, default=320, help="a level; fewer with one at a time")
    parser.add_argument("--databases", default="sqlite,postgresql")
    parser.add_argument("--short", action="store_true", help="a few residents: does it work at all?")
    given = parser.parse_args()
    levels = [4] if given.short else [int(level) for level in given.at_once.split(",")]
    print(f"load of the machine: {os.getloadavg()[0]:.1f}\n{HEAD}")
    for name in given.databases.split(","):
        with tempfile.TemporaryDirectory() as folder:
            for level in measure(name, Path(folder), levels, _A_FEW if given.short else given.residents):
                print(row(name, level), flush=True)
        print(f"{name}: every answer is stored, and stored once")


if __name__ == "__main__":
    main()
