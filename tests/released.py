"""A published national release of seven municipalities, made once by each worker and copied for each test."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from ceo.settings import Settings
from ceo.storage.database import open_database
from ceo.workflows.demonstration.national import NationalPlan, seed_national
from ceo.workflows.releases.ready import make_files_ready

NOW: Final = datetime(2026, 11, 20, 12, tzinfo=UTC)
ALMERE: Final = "GM0034"
UTRECHT: Final = "GM0344"
TOWNS: Final = (ALMERE, "GM0050", "GM0171", "GM0184", "GM0303", UTRECHT, "GM0995")


async def release_for_tests(settings: Settings) -> None:
    """Publish the release in the database of these settings."""
    plan = NationalPlan(respondents=2100, municipalities=TOWNS, processes=1)
    async with open_database(settings.database_url) as database:
        await seed_national(database, settings, plan, now=NOW, told=lambda *_: None)


async def files_for_tests(settings: Settings) -> None:
    """Write the files of the release that take long, as a worker does."""
    async with open_database(settings.database_url) as database:
        await make_files_ready(database, settings)
