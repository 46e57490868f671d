"""`ceo backup` and `ceo restore`, as a municipality runs them."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from ceo.cli import main
from ceo.settings import read_settings
from ceo.workflows.installation.installing import install


@pytest.fixture
def runner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    for name in ("CEO_DATABASE_URL", "CEO_OWNER_DATABASE_URL", "CEO_BASE_URL", "CEO_SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CEO_DATA", str(tmp_path / "here"))
    asyncio.run(install(read_settings()))
    return CliRunner()


def test_two_commands_move_everything_to_another_database(
    runner: CliRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    added = runner.invoke(main, ["user", "add", "eva@utrecht.example", "--name", "Eva", "--place", "Utrecht"])
    assert added.exit_code == 0, added.output
    made = runner.invoke(main, ["backup", str(tmp_path / "kopie.zip")])
    assert made.exit_code == 0, made.output
    assert "Kenmerk van de inhoud" in made.output
    again = runner.invoke(main, ["backup", str(tmp_path / "kopie.zip")])
    assert "bestaat al" in again.output
    monkeypatch.setenv("CEO_DATA", str(tmp_path / "there"))
    asyncio.run(install(read_settings()))
    restored = runner.invoke(main, ["restore", str(tmp_path / "kopie.zip")])
    assert restored.exit_code == 0, restored.output
    assert "gelijk aan die van de reservekopie" in restored.output
    assert made.output.splitlines()[-1] in restored.output
    assert "eva@utrecht.example" in runner.invoke(main, ["user", "list"]).output
    once_more = runner.invoke(main, ["restore", str(tmp_path / "kopie.zip")])
    assert once_more.exit_code == 1
    assert "staan al gegevens" in once_more.output


def test_a_backup_of_a_process_of_its_own_holds_every_table(runner: CliRunner, tmp_path: Path) -> None:
    program = Path(sys.executable).with_name("ceo")
    made = subprocess.run(
        [program, "backup", tmp_path / "kopie.zip"], capture_output=True, text=True, check=True, timeout=60
    )
    with sqlite3.connect(tmp_path / "here" / "ceo.sqlite3") as database:
        present = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    database.close()
    with zipfile.ZipFile(tmp_path / "kopie.zip") as archive:
        kept = {name.removesuffix(".jsonl") for name in archive.namelist()} - {"manifest.json"}
    assert kept == present - {"alembic_version"}
    assert f"in {len(kept)} tabellen" in made.stdout
    assert stat.S_IMODE((tmp_path / "here" / "ceo.sqlite3").stat().st_mode) == 0o600
