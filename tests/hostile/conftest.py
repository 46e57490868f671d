"""One running site on each database for all hostile tests of a process."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hostile.harm import LogWatch
from installation import settings_of_copy
from web.running import Site, started

from ceo.settings import Settings
from ceo.storage.municipalities import shipped_municipalities
from ceo.web.app import create_app


@pytest.fixture(
    scope="session",
    params=[
        pytest.param("sqlite", marks=pytest.mark.xdist_group("hostile on sqlite")),
        pytest.param("postgresql", marks=pytest.mark.xdist_group("hostile on postgresql")),
    ],
)
def site_settings(request: pytest.FixtureRequest) -> Iterator[Settings]:
    # In memory where that can be: thousands of forms would wait for the disk, and what is on disk is the subject of `journeys`.
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(prefix="ceo-hostile-", dir=memory if memory.is_dir() else None) as folder:
        yield settings_of_copy(request, Path(folder))


@pytest.fixture(scope="session")
async def site(site_settings: Settings) -> AsyncIterator[Site]:
    app = create_app(site_settings)
    async with started(app):
        yield Site(app, site_settings, iter([row.code for row in shipped_municipalities()]))


@pytest.fixture
def log() -> Iterator[LogWatch]:
    """Everything that is logged during a test, at any level."""
    watch, root = LogWatch(), logging.getLogger()
    before = root.level
    root.addHandler(watch)
    root.setLevel(logging.DEBUG)
    yield watch
    root.setLevel(before)
    root.removeHandler(watch)
