import asyncio
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from arrangements import UTRECHT, arrange_round
from click.testing import CliRunner

from ceo.cli import main
from ceo.clock import dutch_day
from ceo.settings import Settings, read_settings
from ceo.storage.database import open_database
from ceo.storage.rounds import Round
from ceo.storage.tenancy import tenant_transaction
from ceo.workflows.answering import arriving
from ceo.workflows.installation.installing import install


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name in ("CEO_DATABASE_URL", "CEO_BASE_URL", "CEO_SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CEO_DATA", str(tmp_path / "data"))
    return read_settings()


async def leave_a_draft(settings: Settings) -> None:
    """Let a client have begun in a round that closed a week ago."""
    closed_on = dutch_day() - timedelta(days=7)
    await install(settings)
    async with open_database(settings.database_url) as database:
        opened = await arrange_round(
            database, settings, municipality=UTRECHT, opens_on=closed_on - timedelta(days=7), closes_on=closed_on
        )
        await arriving.start(database, opened.key(), today=closed_on)


def numbers(printed: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+$", printed, flags=re.MULTILINE)]


def test_upkeep_tells_how_much_it_removed(settings: Settings) -> None:
    asyncio.run(leave_a_draft(settings))
    first, again = (CliRunner().invoke(main, ["upkeep"]) for _ in range(2))
    assert (first.exit_code, again.exit_code) == (0, 0), first.output
    assert numbers(first.output) == [1, 0, 0, 0, 0, 0, 0, 0, 0]
    assert numbers(again.output) == [0, 0, 0, 0, 0, 0, 0, 0, 0]


def test_upkeep_of_a_database_without_tables_says_what_to_do_first(settings: Settings) -> None:
    result = CliRunner().invoke(main, ["upkeep"])
    assert result.exit_code != 0
    assert "ceo migrate" in result.stderr


async def promise_to_erase(settings: Settings) -> None:
    """Let a round have promised to erase its contacts on the last day of 2030."""
    await install(settings)
    async with open_database(settings.database_url) as database:
        opened = await arrange_round(database, settings, municipality=UTRECHT)
        async with tenant_transaction(database, UTRECHT) as session:
            (await session.get_one(Round, opened.round_id)).erase_on = date(2030, 12, 31)


def test_what_has_to_go_is_told_for_any_day(settings: Settings) -> None:
    asyncio.run(promise_to_erase(settings))
    early, late = (CliRunner().invoke(main, ["retention", "--op", day]) for day in ("2030-12-30", "2030-12-31"))
    assert "Op 30-12-2030 hoeft er niets te verdwijnen." in early.output
    assert "namen, adressen en codes van een meting" in late.output
