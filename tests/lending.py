"""Installations that many tests begin with: prepared once by each worker, and copied for each test."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from installation import settings_on
from postgresql import clone_database, run_sql

from ceo.settings import Settings

# As the templates of `conftest` are called.
_FILE: Final = "template.sqlite3"


@dataclass(frozen=True)
class Prepared:
    """An installation: a folder with its keys and its SQLite database, or else the name of its database on a `server` of PostgreSQL."""

    folder: Path
    server: str = ""
    name: str = ""

    @property
    def settings(self) -> Settings:
        """Its settings."""
        url = self.server.format(name=self.name) if self.server else f"sqlite+aiosqlite:///{self.folder / _FILE}"
        return settings_on(url, self.folder)

    def copied(self, folder: Path) -> Prepared:
        """Return a copy in a folder."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        return Prepared(folder, self.server, clone_database(self.server, self.name) if self.server else "")

    def with_more(self, folder: Path, prepare: Callable[[Settings], Coroutine[Any, Any, None]]) -> Prepared:
        """Return a copy in a folder in which more was done."""
        made = self.copied(folder)
        asyncio.run(prepare(made.settings))
        return made

    @contextmanager
    def lent(self, folder: Path) -> Iterator[Settings]:
        """Lend the settings of a copy in a folder, to one test."""
        copy = self.copied(folder)
        yield copy.settings
        if copy.server:
            run_sql(copy.server, f"DROP DATABASE {copy.name} WITH (FORCE)")


def released_on(request: pytest.FixtureRequest) -> Prepared:
    """Return the installation with a published release (`released`), on the kind of database that a fixture's parameter names."""
    if request.param == "sqlite":
        file: Path = request.getfixturevalue("released_sqlite")
        return Prepared(file.parent)
    name, folder = request.getfixturevalue("released_postgresql")
    return Prepared(folder, request.getfixturevalue("postgresql"), name)
