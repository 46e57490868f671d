"""Servers to measure: the unit (a bare Litestar hello), and `ceo serve` on a database with an open round; and what they use.

    python benchmarks/servers.py hello|ceo PORT

runs one of them; the benchmarks do that. CPU is what a process used (`/proc`, so Linux only). PostgreSQL is the one of `CEO_TEST_PG_URL`,
or of the embedded wheel. Commits are really waited for (`fsync` on).
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from arrangements import OpenedRound, arrange_round
from installation import settings_on
from postgresql import create_database, run_sql, running_postgresql

from ceo.clock import dutch_day
from ceo.settings import Settings
from ceo.storage.database import open_database
from ceo.workflows.installation.installing import install

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Server:
    """A running server."""

    port: int
    process: int

    def cpu(self) -> float:
        """Return the processor time of the serving process in seconds."""
        return cpu_of(self.process)

    def cpu_of_workers(self) -> float:
        """Return the processor time of the processes that it started: they make reports."""
        return tree_cpu_of(self.process) - cpu_of(self.process)


@dataclass(frozen=True)
class PostgreSQL:
    """A running database server: the address of a database, and its process when it is our own."""

    address: str
    process: int | None

    def cpu(self) -> float:
        """Return the processor time of the database's processes in seconds; 0 when they are out of sight."""
        return tree_cpu_of(self.process) if self.process is not None else 0.0


def cpu_of(process: int) -> float:
    """Return the processor time of a process in seconds."""
    fields = _status(process)
    return (int(fields[11]) + int(fields[12])) / _TICKS


def tree_cpu_of(process: int) -> float:
    """Return the processor time of a process and of those that it started, also of those that ended."""
    fields = _status(process)
    ended = (int(fields[13]) + int(fields[14])) / _TICKS
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return cpu_of(process) + ended + sum(tree_cpu_of(int(child)) for child in children)


def _status(process: int) -> list[str]:
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()


@contextmanager
def serving_hello() -> Iterator[Server]:
    """Run the unit of measurement."""
    with _started("hello", {}) as server:
        yield server


@contextmanager
def serving_ceo(settings: Settings) -> Iterator[Server]:
    """Run `ceo serve`."""
    environment = {
        "CEO_DATA": str(settings.data_folder),
        "CEO_DATABASE_URL": settings.database_url,
        "CEO_BASE_URL": settings.base_url,
        "CEO_SECRET_KEY": settings.secret_key.hex(),
    }
    with _started("ceo", environment) as server:
        yield server


@contextmanager
def _started(name: str, environment: dict[str, str]) -> Iterator[Server]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen([sys.executable, __file__, name, str(port)], env={**os.environ, **environment})
    try:
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield Server(port, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def arrange(folder: Path, url: str, *, invited: int) -> OpenedRound:
    """Install a database and open a round in it that runs today."""
    settings = settings_on(url, folder, "http://127.0.0.1")
    today = dutch_day()

    async def run() -> OpenedRound:
        await install(settings)
        async with open_database(url) as database:
            return await arrange_round(
                database,
                settings,
                invited={"Begeleiding": invited},
                opens_on=today,
                closes_on=today + timedelta(days=2),
            )

    return asyncio.run(run())


@contextmanager
def postgresql() -> Iterator[PostgreSQL]:
    """Yield an empty database on a running server, with the address for the role that serves."""
    with (
        tempfile.TemporaryDirectory(prefix="pytest-") as folder,
        running_postgresql(Path(folder), fsync="on") as address,
    ):
        name = f"benchmark_{os.getpid()}"
        create_database(address, name)
        pid = Path(folder) / "data" / "postmaster.pid"
        try:
            yield PostgreSQL(address.format(name=name), int(pid.read_text().split()[0]) if pid.exists() else None)
        finally:
            run_sql(address, f"DROP DATABASE {name} WITH (FORCE)")


def _run_hello(port: int) -> None:
    """Serve the unit: Litestar with one handler and nothing else."""
    import uvicorn
    from litestar import Litestar, MediaType, get

    @get("/", media_type=MediaType.TEXT)
    async def say_hello() -> str:
        return "hello"

    app = Litestar([say_hello], openapi_config=None, logging_config=None)
    uvicorn.run(app, host="127.0.0.1", port=port, access_log=False, log_level="warning")


def _run_ceo(port: int) -> None:
    from ceo.cli import main

    main(["serve", "--port", str(port)])


if __name__ == "__main__":
    {"hello": _run_hello, "ceo": _run_ceo}[sys.argv[1]](int(sys.argv[2]))
