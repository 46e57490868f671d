"""What a page turn costs, in units of a bare Litestar hello that is measured in the same run.

A page turn is what a resident does per question: POST the answer, which is acknowledged after its durable commit, and GET the next
question. The same light client drives all servers with the same number of connections; each connection is one resident who walks
through fifteen questions again and again, so the stored document is complete: the dearest case.

    python benchmarks/page_turn.py [--connections 32] [--seconds 4] [--rounds 3]

CPU is what the server's process used (`/proc`, so Linux only); the client and the database do not count. PostgreSQL is the one of
`CEO_TEST_PG_URL`, or of the embedded wheel; its own CPU is told apart. Commits are really waited for (`fsync` on).
"""

from __future__ import annotations

import argparse
import asyncio
import atexit
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TypeAlias
from urllib.parse import urlencode

import asyncpg
import uvloop

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from arrangements import OpenedRound, arrange_round, simulated, wmo_core
from postgresql import running_postgresql

from ceo.clock import dutch_day
from ceo.settings import Settings
from ceo.storage.database import open_database
from ceo.workflows.installing import install
from questionnaires.answering import form_values
from questionnaires.answers import Answer

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Connection:
    """One kept-alive connection, and the least that HTTP needs."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    cookie: str = ""

    async def reopen(self, port: int) -> None:
        """Connect anew: the server closes what was idle while another server was measured."""
        self.writer.close()
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", port)

    async def request(self, method: str, path: str, body: str = "") -> tuple[int, dict[str, str]]:
        """Return the status and the headers of an answer; its body is read and dropped."""
        head = f"{method} {path} HTTP/1.1\r\nhost: bench\r\ncookie: {self.cookie}\r\n"
        if method == "POST":
            head += f"content-type: application/x-www-form-urlencoded\r\ncontent-length: {len(body)}\r\n"
        self.writer.write(f"{head}\r\n{body}".encode())
        lines = (await self.reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}
        await self.reader.readexactly(int(headers.get("content-length", "0")))
        return int(lines[0].split()[1]), headers


Unit: TypeAlias = Callable[[], Awaitable[None]]
Prepare: TypeAlias = Callable[[Connection, int], Awaitable[Unit]]


@dataclass
class Server:
    """A running server and what it measured."""

    name: str
    port: int
    process: subprocess.Popen[bytes]
    counted: Path | None = None  # where the server leaves its number of commits
    database_process: int | None = None
    work: Prepare | None = None
    rates: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    database_cpu: list[float] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    done: int = 0


async def hello(connection: Connection, _: int) -> Unit:
    """Prepare the unit of measurement: one GET of a line of text."""

    async def ask() -> None:
        assert (await connection.request("GET", "/"))[0] == 200

    return ask


def resident(opened: OpenedRound) -> Prepare:
    """Prepare a resident who has begun; its unit is a page turn."""
    home, forms = f"/{opened.municipality}", [(page.id, _fields(page.items[0])) for page in wmo_core().pages[:-1]]

    async def begin(connection: Connection, number: int) -> Unit:
        _, headers = await connection.request("GET", f"{home}/code/{opened.codes[number]}")
        connection.cookie = headers["set-cookie"].split(";")[0]
        assert (await connection.request("POST", f"{home}/welkom"))[0] == 303
        version = 0

        async def turn() -> None:
            nonlocal version
            page, fields = forms[version % len(forms)]
            status, headers = await connection.request(
                "POST", f"{home}/vraag/{page}", urlencode([("versie", version), *fields])
            )
            assert status == 303, status
            version += 1
            assert (await connection.request("GET", headers["location"]))[0] == 200

        return turn

    return begin


def _fields(item: str) -> list[tuple[str, str]]:
    answers = {
        # Asked of who had a conversation.
        "TOE03": Answer("TOE03", 1, value="eens"),
        "KWA01": Answer("KWA01", 1, value="eens"),
        **simulated(0),
        "GES01": Answer("GES01", 1, value="ja"),
        "VER01": Answer("VER01", 1, value="verhaal " * 20),
    }
    values = form_values(answers[item], wmo_core().scale_of(wmo_core().item(item)))
    return [*((item, value) for value in values), ("vanaf", ""), ("actie", "verder" if values else "overslaan")]


async def measure(server: Server, prepared: list[tuple[Connection, Unit]], seconds: float) -> None:
    """Run the units of all connections for a while, and note what they cost."""
    for connection, _ in prepared:
        await connection.reopen(server.port)
    before, database_before, begin = _cpu(server.process.pid), _tree_cpu(server.database_process), time.perf_counter()
    deadline = begin + seconds

    async def repeat(unit: Unit) -> int:
        number = 0
        while (start := time.perf_counter()) < deadline:
            await unit()
            server.times.append(time.perf_counter() - start)
            number += 1
        return number

    number = sum(await asyncio.gather(*(repeat(unit) for _, unit in prepared)))
    server.done += number
    server.rates.append(number / (time.perf_counter() - begin))
    server.cpu.append((_cpu(server.process.pid) - before) / number * 1000)
    server.database_cpu.append((_tree_cpu(server.database_process) - database_before) / number * 1000)


def _cpu(process: int) -> float:
    """Return the processor time of a process in seconds."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _tree_cpu(process: int | None) -> float:
    """Return the processor time of a process and those that it started, ended ones included."""
    if process is None:
        return 0.0
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    ended = (int(fields[13]) + int(fields[14])) / _TICKS
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return _cpu(process) + ended + sum(_cpu(int(child)) for child in children)


async def _connect(server: Server, number: int) -> list[tuple[Connection, Unit]]:
    assert server.work is not None
    prepared = []
    for index in range(number):
        connection = Connection(*await asyncio.open_connection("127.0.0.1", server.port))
        prepared.append((connection, await server.work(connection, index)))
    return prepared


@asynccontextmanager
async def started(name: str, arguments: list[str], environment: dict[str, str]) -> AsyncIterator[Server]:
    """Start a server of this file on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, __file__, *arguments, str(port)]
    process = subprocess.Popen(command, env={**os.environ, **environment})  # noqa: ASYNC220 - nothing else runs yet
    try:
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            await asyncio.sleep(0.05)
        yield Server(name, port, process)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


@asynccontextmanager
async def serving_ceo(name: str, url: str, folder: Path, connections: int) -> AsyncIterator[Server]:
    """Start `ceo serve` on a database with a round in which every connection is invited."""
    settings = Settings(folder, url, "http://bench", "5e" * 32)
    await install(settings)
    today = dutch_day()
    async with open_database(url) as database:
        opened = await arrange_round(
            database,
            settings,
            invited={"Begeleiding": connections},
            opens_on=today,
            closes_on=today + timedelta(days=2),
        )
    counted = folder / f"commits of {name}"
    environment = {
        "CEO_DATA": str(folder),
        "CEO_DATABASE_URL": url,
        "CEO_BASE_URL": settings.base_url,
        "CEO_SECRET_KEY": settings.secret_key.hex(),
    }
    async with started(name, ["--run-ceo", str(counted), "--port"], environment) as server:
        server.work, server.counted = resident(opened), counted
        yield server


async def run(connections: int, seconds: float, rounds: int, postgresql: str, database_process: int | None) -> None:
    """Measure in turns, so that whatever the machine does besides hits all servers alike."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        servers = await _measure_all(folder, connections, seconds, rounds, postgresql, database_process)
        report(servers[0], servers[1:], connections)


async def _measure_all(
    folder: Path, connections: int, seconds: float, rounds: int, postgresql: str, database_process: int | None
) -> list[Server]:
    async with AsyncExitStack() as stack:
        unit = await stack.enter_async_context(started("hello", ["--run-hello", "--port"], {}))
        unit.work = hello
        sqlite = await stack.enter_async_context(
            serving_ceo("SQLite", f"sqlite+aiosqlite:///{folder}/ceo.sqlite3", folder, connections)
        )
        served = await stack.enter_async_context(serving_ceo("PostgreSQL", postgresql, folder, connections))
        served.database_process = database_process
        servers = [unit, sqlite, served]
        units = [await _connect(server, connections) for server in servers]
        await asyncio.sleep(3)  # the worker of each server has loaded its libraries by now
        for server, prepared in zip(servers, units, strict=True):
            await measure(server, prepared, 1)
            server.rates, server.cpu, server.database_cpu, server.times = [], [], [], []
        for _ in range(rounds):
            for server, prepared in zip(servers, units, strict=True):
                await measure(server, prepared, seconds)
    return servers


def report(unit: Server, servers: list[Server], connections: int) -> None:
    """Print the medians of the rounds."""
    cpu, rate = statistics.median(unit.cpu), statistics.median(unit.rates)
    print(f"{connections} connections, {len(unit.rates)} rounds; medians")
    print(f"hello       {rate:7.0f}/s  {cpu:6.3f} ms CPU  = 1 unit")
    for server in servers:
        own_cpu, own_rate = statistics.median(server.cpu), statistics.median(server.rates)
        assert server.counted is not None
        commits = int(server.counted.read_text()) - connections  # beginning is a transaction of its own
        low, high = statistics.quantiles(server.times, n=100)[49], statistics.quantiles(server.times, n=100)[98]
        print(
            f"{server.name:<11} {own_rate:7.0f}/s  {own_cpu:6.3f} ms CPU  = {own_cpu / cpu:5.1f} units by CPU, "
            f"{rate / own_rate:5.1f} by throughput; p50 {low * 1000:.0f} ms, p99 {high * 1000:.0f} ms; "
            f"{server.done / commits:.1f} saves a commit; "
            f"database {statistics.median(server.database_cpu):.3f} ms CPU"
        )


def run_hello(port: int) -> None:
    """Serve the unit: Litestar with one handler and nothing else."""
    import uvicorn
    from litestar import Litestar, MediaType, get

    @get("/", media_type=MediaType.TEXT)
    async def say_hello() -> str:
        return "hello"

    app = Litestar([say_hello], openapi_config=None, logging_config=None)
    uvicorn.run(app, host="127.0.0.1", port=port, access_log=False, log_level="warning")


def run_ceo(counted: Path, port: int) -> None:
    """Run `ceo serve` and leave the number of its commits in a file."""
    from sqlalchemy import Engine, event

    from ceo.cli import main

    commits = 0

    @event.listens_for(Engine, "commit")
    def count(_: object) -> None:
        nonlocal commits
        commits += 1

    atexit.register(lambda: counted.write_text(str(commits)))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # uvicorn sends it on after it has stopped in order
    main(["serve", "--port", str(port)])


@contextmanager
def postgresql_address() -> Iterator[tuple[str, int | None]]:
    """Yield an empty database, and the server's process when it is our own."""
    with (
        tempfile.TemporaryDirectory(prefix="pytest-") as folder,
        running_postgresql(Path(folder), fsync="on") as address,
    ):
        name = f"page_turn_{os.getpid()}"

        async def execute(statement: str) -> None:
            connection = await asyncpg.connect(address.format(name="postgres").replace("+asyncpg", ""))
            await connection.execute(statement)
            await connection.close()

        asyncio.run(execute(f"CREATE DATABASE {name}"))
        pid = Path(folder) / "data" / "postmaster.pid"
        try:
            yield address.format(name=name), int(pid.read_text().split()[0]) if pid.exists() else None
        finally:
            asyncio.run(execute(f"DROP DATABASE {name} WITH (FORCE)"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--port", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--run-hello", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--run-ceo", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.run_hello:
        run_hello(given.port)
    elif given.run_ceo:
        run_ceo(given.run_ceo, given.port)
    else:
        with postgresql_address() as (address, process):
            uvloop.run(run(given.connections, given.seconds, given.rounds, address, process))


if __name__ == "__main__":
    main()
