from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from test_cli import ceo

from ceo.storage.database import Database
from ceo.workflows.installation.maintenance import Work, begin_maintenance, end_maintenance, find_maintenance

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.mark.anyio
async def test_maintenance_begins_and_ends(database: Database) -> None:
    assert await find_maintenance(database) is None
    await begin_maintenance(database, now=NOW, until=NOW + timedelta(hours=1))
    assert await find_maintenance(database) == Work(NOW, NOW + timedelta(hours=1))
    await end_maintenance(database)
    assert await find_maintenance(database) is None


@pytest.mark.anyio
async def test_beginning_again_changes_until_when_and_not_since_when(database: Database) -> None:
    await begin_maintenance(database, now=NOW, until=NOW + timedelta(hours=1))
    assert await begin_maintenance(database, now=NOW + timedelta(minutes=5)) == Work(NOW, None)
    assert await find_maintenance(database) == Work(NOW, None)


@pytest.mark.anyio
async def test_ending_what_did_not_begin_is_no_mistake(database: Database) -> None:
    await end_maintenance(database)
    assert await find_maintenance(database) is None


def test_the_command_closes_and_opens_the_website_and_tells_how_it_is(tmp_path: Path) -> None:
    ceo("migrate", folder=tmp_path)
    assert "is open" in ceo("maintenance", "status", folder=tmp_path).stdout
    assert "tot 2086-11-23 08:00" in ceo("maintenance", "on", "--until", "2086-11-23 08:00", folder=tmp_path).stdout
    assert "gesloten voor onderhoud sinds" in ceo("maintenance", "status", folder=tmp_path).stdout
    assert "is open" in ceo("maintenance", "off", folder=tmp_path).stdout
    assert "is open" in ceo("maintenance", "status", folder=tmp_path).stdout


@pytest.mark.parametrize(("moment", "cause"), [("morgen", "is geen moment"), ("2020-01-01 08:00", "is al voorbij")])
def test_a_moment_that_cannot_be_is_refused_with_its_cause(tmp_path: Path, moment: str, cause: str) -> None:
    said = ceo("maintenance", "on", "--until", moment, folder=tmp_path)
    assert said.returncode == 1
    assert cause in said.stderr


def test_a_database_without_tables_is_told(tmp_path: Path) -> None:
    said = ceo("maintenance", "on", folder=tmp_path)
    assert said.returncode == 1
    assert "ceo migrate" in said.stderr
