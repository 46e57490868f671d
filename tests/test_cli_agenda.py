"""The commands about the directory, in this process."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from ceo.cli import main


@pytest.fixture(autouse=True)
def database_file(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installed database, which the settings name."""
    file = tmp_path / "ceo.sqlite3"
    shutil.copy(sqlite_template, file)
    monkeypatch.setenv("CEO_DATA", str(tmp_path))
    monkeypatch.delenv("CEO_DATABASE_URL", raising=False)
    return file


def ceo(*arguments: str) -> tuple[int, str]:
    """Run `ceo agenda`; return how it ended, and what was printed in one line."""
    result = CliRunner().invoke(main, ["agenda", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, " ".join(result.output.split())


def test_a_directory_is_read_in_and_written_again(tmp_path: Path) -> None:
    file, written = tmp_path / "staalkaart.csv", tmp_path / "weer.csv"
    file.write_text("naam;soort;zetel\nNetwerk A;netwerk;Utrecht\n", encoding="utf-8")
    assert ceo("import-directory", str(file)) == (0, "Ingelezen: 1 nieuw, 0 gewijzigd, 0 hetzelfde gebleven.")
    assert ceo("import-directory", str(file)) == (0, "Ingelezen: 0 nieuw, 0 gewijzigd, 1 hetzelfde gebleven.")
    assert ceo("export-directory", str(written))[0] == 0
    assert "Netwerk A;netwerk;Utrecht;" in written.read_text(encoding="utf-8")


def test_everything_that_is_wrong_is_told_with_its_line_and_column(tmp_path: Path) -> None:
    file = tmp_path / "staalkaart.csv"
    file.write_text("naam;soort;zetel\n;club;Parijs\n", encoding="utf-8")
    code, told = ceo("import-directory", str(file))
    assert code == 1
    assert "staalkaart.csv:2: missing bij naam: Vul een naam in." in told
    assert "bij soort: Kies een soort" in told
    assert "Deze gemeente kennen wij niet: Parijs." in told
    assert told.endswith("3 fouten gevonden. Er is niets veranderd.")
