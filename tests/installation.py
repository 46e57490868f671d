"""Where the installations of the tests stand: their settings, with a secret that everyone may know."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from postgresql import clone_database

from ceo.settings import Settings

SECRET = "5e" * 32


def settings_on(database_url: str, folder: Path, address: str = "http://testserver.local") -> Settings:
    """Return the settings of an installation on a database."""
    return Settings(folder, database_url, address, SECRET)


def settings_of_copy(request: pytest.FixtureRequest, folder: Path) -> Settings:
    """Return the settings of an installation on a copy of the installed database of the kind that a fixture's parameter names."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), folder / "ceo.sqlite3")
        return settings_on(f"sqlite+aiosqlite:///{folder / 'ceo.sqlite3'}", folder)
    server: str = request.getfixturevalue("postgresql")
    name = clone_database(server, request.getfixturevalue("postgresql_template"))
    return settings_on(server.format(name=name), folder)
