"""What tests share: both databases, each test its own, made by the real migrations."""

from __future__ import annotations

import asyncio
import atexit
import gc
import os
import shutil
import sys
import tempfile
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from compiled_once import compiled_once
from computed_once import computed_once
from hypothesis import HealthCheck, settings
from installation import settings_on
from lending import Prepared, released_on
from postgresql import clone_database, create_database, run_sql, running_postgresql
from released import files_for_tests, release_for_tests

from ceo.settings import Settings
from ceo.storage.database import Database, open_database
from ceo.workflows.installation.installing import install

# Small and repeatable by default; `--hypothesis-profile=thorough` looks further.
settings.register_profile(
    "repeatable", max_examples=50, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("thorough", deadline=None, max_examples=1000, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("repeatable")

# In bytes: what the databases of all workers take, and more.
_ROOM = 3 * 1024**3


def _in_memory() -> str | None:
    """Return the folder that lives in memory where there is room in it: every commit of every test waits for its disk."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > _ROOM
    return str(memory) if roomy else None


if "TMPDIR" not in os.environ:
    tempfile.tempdir = _in_memory()


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session", autouse=True)
def editions_computed_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    own = tmp_path_factory.getbasetemp()
    # The folders of the workers of one run stand beside each other.
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "editions"
    folder.mkdir(exist_ok=True)
    with computed_once(folder):
        yield


@pytest.fixture(scope="session", autouse=True)
def statements_compiled_once() -> Iterator[None]:
    with compiled_once():
        yield


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installed SQLite database; tests copy it."""
    file = tmp_path_factory.mktemp("sqlite") / "template.sqlite3"
    asyncio.run(install(settings_on(f"sqlite+aiosqlite:///{file}", file.parent)))
    return file


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of a running server for the application's role, with a place for the name of a database."""
    # Not below pytest's own folders: those are closed to the user that runs the server.
    with tempfile.TemporaryDirectory(prefix="ceo-postgresql-") as folder, running_postgresql(Path(folder)) as address:
        yield address


@pytest.fixture(scope="session")
def postgresql_template(postgresql: str) -> str:
    """The name of an installed PostgreSQL database; tests clone it."""
    name = f"template_{uuid.uuid4().hex[:12]}"
    create_database(postgresql, name)
    asyncio.run(install(settings_on(postgresql.format(name=name), Path())))
    return name


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an installed database of this test's own."""
    if request.param == "sqlite":
        file = tmp_path / "ceo.sqlite3"
        shutil.copy(request.getfixturevalue("sqlite_template"), file)
        yield f"sqlite+aiosqlite:///{file}"
        return
    server: str = request.getfixturevalue("postgresql")
    template: str = request.getfixturevalue("postgresql_template")
    name = clone_database(server, template)
    yield server.format(name=name)
    run_sql(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def released_sqlite(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installed SQLite database with a published release; tests copy it."""
    file = tmp_path_factory.mktemp("released") / "template.sqlite3"
    shutil.copy(sqlite_template, file)
    asyncio.run(release_for_tests(settings_on(f"sqlite+aiosqlite:///{file}", file.parent)))
    return file


@pytest.fixture(scope="session")
def released_postgresql(
    postgresql: str, postgresql_template: str, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Path]:
    """The name of an installed PostgreSQL database with a published release, and the folder of its keys; tests copy both."""
    name = clone_database(postgresql, postgresql_template)
    folder = tmp_path_factory.mktemp("released")
    asyncio.run(release_for_tests(settings_on(postgresql.format(name=name), folder)))
    return name, folder


@pytest.fixture(params=["sqlite", "postgresql"])
def released_settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Settings of an installation on this test's own database, with a published release of seven municipalities (`released`)."""
    with released_on(request).lent(tmp_path) as settings:
        yield settings


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def released_with_files(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """The installation of `released_settings` in which a worker wrote the files that take long; tests copy it."""
    return released_on(request).with_more(tmp_path_factory.mktemp("with-files"), files_for_tests)


@pytest.fixture
def settings_with_files(released_with_files: Prepared, tmp_path: Path) -> Iterator[Settings]:
    """Settings of an installation of this test's own with a published release, of which every file is ready."""
    with released_with_files.lent(tmp_path) as settings:
        yield settings


@pytest.fixture
def installation_settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings of an installation on this test's database."""
    return settings_on(database_url, tmp_path)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """This test's database, open."""
    async with open_database(database_url) as opened:
        yield opened


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="keep the files and trees that are made now to compare with"
    )


def pytest_configure(config: pytest.Config) -> None:
    # A colour of the machine that runs the tests must not decide what the command line prints.
    os.environ.pop("FORCE_COLOR", None)
    # Tests start many processes; each of them would compile every module anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    # All modules and ten thousand tests stay; looking for garbage among them again and again took an eighth of the time of a run.
    gc.set_threshold(5_000, 20, 20)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the browser: all that needs it runs in one worker, and the other one would wait for it at the end."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is None)


def pytest_collection_finish() -> None:
    """Leave what was collected out of every later search for garbage."""
    gc.freeze()
    atexit.register(gc.unfreeze)  # libraries look at the end whether everything was given back


ORACLE_HEAD = f"{'kind':<14}{'passed':>8}{'failed':>8}{'unanswered':>12}"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what became of the cases of the oracle (`tests/reference`), a line for each kind."""
    rows = {
        str(value)
        for reports in terminalreporter.stats.values()
        for report in reports
        for name, value in getattr(report, "user_properties", [])
        if name == "oracle"
    }
    if rows:
        terminalreporter.write_sep("=", "oracle")
        for line in (ORACLE_HEAD, *sorted(rows)):
            terminalreporter.write_line(line)
