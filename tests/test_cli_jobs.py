import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest
from arrangements import UTRECHT, ZWOLLE
from click.testing import CliRunner, Result
from counted_work import add_job, job_row, steps_of

from ceo.cli import main
from ceo.clock import now
from ceo.settings import Settings, read_settings
from ceo.storage.database import open_database
from ceo.workflows.installation.installing import install

WORKER = Path(__file__).parent / "journeys" / "counting_worker.py"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings of an installation that the commands find in the environment."""
    for name in ("CEO_DATABASE_URL", "CEO_BASE_URL", "CEO_SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CEO_DATA", str(tmp_path / "data"))
    settings = read_settings()
    asyncio.run(install(settings))
    return settings


def queued(settings: Settings, municipality: str) -> str:
    async def queue() -> str:
        async with open_database(settings.database_url) as database:
            return await add_job(database, job_row(now(), municipality=municipality))

    return asyncio.run(queue())


def ceo(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def test_jobs_are_listed_of_all_municipalities_or_of_one(settings: Settings) -> None:
    assert "Er zijn geen taken." in ceo("jobs").output
    own, other = queued(settings, UTRECHT), queued(settings, ZWOLLE)
    everywhere = ceo("jobs").output
    assert own in everywhere
    assert other in everywhere
    of_one = ceo("jobs", "utrecht").output
    assert "Wacht op zijn beurt" in of_one
    assert own in of_one
    assert other not in of_one
    assert "Bedoelt u Utrecht" in ceo("jobs", "Utrec").stderr


def test_a_job_is_stopped_and_tried_again_from_the_terminal(settings: Settings) -> None:
    job = queued(settings, UTRECHT)
    assert "wacht al" in ceo("jobs", "retry", job).stderr
    assert "De taak is gestopt." in ceo("jobs", "cancel", job).output
    assert "al klaar of gestopt" in ceo("jobs", "cancel", job).stderr
    assert "De taak wacht weer op een worker." in ceo("jobs", "retry", job).output
    unknown = ceo("jobs", "cancel", "0" * 32)
    assert (unknown.exit_code, "is er niet" in unknown.stderr) == (1, True)


def test_a_worker_does_what_waits_and_says_so_without_colours_in_a_pipe(settings: Settings) -> None:
    job = queued(settings, UTRECHT)
    told = subprocess.run(
        [sys.executable, WORKER, "--until-empty"],
        env={**os.environ, "PYTHONPATH": str(WORKER.parents[1])},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert told.stdout == "test-count (Utrecht): klaar\nEr wacht niets meer. Aantal keer gewerkt aan een taak: 1.\n"
    assert told.stderr == ""

    async def steps() -> list[tuple[int, int]]:
        async with open_database(settings.database_url) as database:
            return await steps_of(database, job)

    assert asyncio.run(steps()) == [(0, 1), (1, 1), (2, 1)]


def test_a_worker_without_tables_says_what_to_do_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CEO_DATA", str(tmp_path / "nothing"))
    monkeypatch.delenv("CEO_DATABASE_URL", raising=False)
    monkeypatch.setattr("ceo.logs.set_up_logs", lambda _: None)  # the log of the tests stays what it is
    told = ceo("worker", "--until-empty")
    assert (told.exit_code, "ceo migrate" in told.stderr) == (1, True)
