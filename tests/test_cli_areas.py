"""The commands about areas, in this process."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from area_tables import SIZE, changed, rows_of_2026, table
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
    """Run `ceo areas`; return how it ended, and what was printed in one line."""
    result = CliRunner().invoke(main, ["areas", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, " ".join(result.output.split())


def test_what_a_municipality_is_and_was_is_told() -> None:
    code, told = ceo("show", "gm1992", "--op", "2026-06-01")
    assert code == 0
    assert told.startswith("Voorne aan Zee (GM1992), gemeente, bekend vanaf 01-01-2023")
    assert "provincie: Zuid-Holland (PV28)" in told
    assert "nam op 01-01-2023 op: Brielle (GM0501)" in told
    code, told = ceo("show", "GM0501", "--op", "2026-06-01")
    assert told == (
        "Brielle (GM0501), gemeente, bekend vanaf 01-01-2015 tot 01-01-2023 is op 01-06-2026: Voorne aan Zee (GM1992)"
    )
    assert "Gemeenten op 01-06-2026: 26" in ceo("show", "PV26", "--op", "2026-06-01")[1]
    assert "Het gebied GM9999 kennen wij niet." in ceo("show", "GM9999")[1]


def test_a_trial_keeps_nothing_and_the_real_thing_does(tmp_path: Path) -> None:
    file = tmp_path / "Gebieden_in_Nederland_2027.csv"
    file.write_bytes(table(changed("GM0344", SIZE, "7")))
    code, trial = ceo("import", str(file), "--dry-run")
    assert code == 0
    assert "ander gebied" in trial
    assert "150.000 tot 250.000 inwoners" in trial
    assert trial.endswith("Er is niets bewaard: dit was een proef.")
    assert "250.000 inwoners of meer" in ceo("show", "GM0344", "--op", "2027-06-01")[1]
    assert ceo("import", str(file))[1].endswith("Bewaard.")
    assert "150.000 tot 250.000 inwoners" in ceo("show", "GM0344", "--op", "2027-06-01")[1]
    assert "er verandert niets aan de gebieden" in ceo("import", str(file))[1]


def test_what_is_wrong_with_a_file_is_told_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "tabel.csv"
    rows = rows_of_2026()
    rows[0][SIZE] = "9"
    file.write_bytes(table(rows))
    code, told = ceo("import", str(file))
    assert code == 1
    assert "tabel.csv:2: G04 bij kolom K: '9' is geen code van een grootteklasse." in told
    assert "--year 2026" in told
    assert told.endswith("2 fouten gevonden. Er is niets veranderd.")


def test_a_municipality_keeps_lists_of_others_and_hears_all_that_is_wrong_with_one() -> None:
    assert ceo("list", "Utrecht") == (0, "Er zijn geen eigen lijsten.")
    code, told = ceo("list", "GM0344", "--keep", "Grote steden", "--with", "GM0363, gm0599,GM0344,GM9999,GM0014")
    assert code == 1
    assert "Uw eigen gemeente staat in de lijst." in told
    assert "GM9999" in told
    members = "GM0014,GM0034,GM0363,GM0518,GM0599"
    assert "Grote steden GM0014, GM0034" in ceo("list", "Utrecht", "--keep", "Grote steden", "--with", members)[1]
    assert "Grote steden" in ceo("list", "Utrecht")[1]
    assert ceo("list", "Utrecht", "--remove", "Grote steden") == (0, "Er zijn geen eigen lijsten.")
    assert ceo("list", "Utrecht", "--remove", "Grote steden")[0] == 1
    assert "tegelijk" in ceo("list", "Utrecht", "--remove", "a", "--keep", "b")[1]
