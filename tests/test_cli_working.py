"""`ceo worker --until-empty` leaves nothing to do: also the files of editions that take long are written."""

from __future__ import annotations

import asyncio

from click.testing import CliRunner

from ceo.cli import main
from ceo.settings import Settings
from ceo.storage.database import open_database
from ceo.workflows.demonstration.national import MEASUREMENT
from ceo.workflows.releases.reading import find_release
from ceo.workflows.releases.ready import ready_files


def test_a_worker_that_stops_when_nothing_waits_has_written_the_files_of_published_editions(
    released_settings: Settings,
) -> None:
    assert asyncio.run(ready(released_settings)) == set()
    assert released_settings.secret_key
    environment = {
        "CEO_DATA": str(released_settings.data_folder),
        "CEO_DATABASE_URL": released_settings.database_url,
        "CEO_BASE_URL": released_settings.base_url,
        "CEO_SECRET_KEY": released_settings.secret_key.hex(),
    }
    result = CliRunner().invoke(main, ["worker", "--until-empty"], env=environment, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    assert {"xlsx", "ods"} <= asyncio.run(ready(released_settings))


async def ready(settings: Settings) -> set[str]:
    """Return the forms of which a file is ready to be sent."""
    async with open_database(settings.database_url) as database:
        row = await find_release(database, MEASUREMENT, 1, public=True)
        assert row is not None
        return {*await ready_files(database, settings.base_url, row)}
