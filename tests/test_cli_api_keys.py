"""The commands about keys of programs, in this process."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from ceo.cli import main
from ceo.workflows.api_keys.writing import is_key


@pytest.fixture(autouse=True)
def database_file(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installed database, which the settings name."""
    file = tmp_path / "ceo.sqlite3"
    shutil.copy(sqlite_template, file)
    monkeypatch.setenv("CEO_DATA", str(tmp_path))
    monkeypatch.delenv("CEO_DATABASE_URL", raising=False)
    return file


def ceo(*arguments: str) -> tuple[int, str]:
    """Run `ceo api-key`; return how it ended, and what was printed in one line."""
    result = CliRunner().invoke(main, ["api-key", *arguments], env={"COLUMNS": "200"})
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, " ".join(result.output.split())


def key_in(told: str) -> str:
    [key] = [word for word in told.split() if is_key(word)]
    return key


def test_a_key_is_made_replaced_and_revoked() -> None:
    assert "Er zijn hier geen sleutels" in ceo("list", "--place", "Utrecht")[1]
    code, told = ceo("make", "Dashboard", "--place", "Utrecht", "--scope", "releases:draft", "--days", "30")
    assert code == 0
    first = key_in(told)
    _, listed = ceo("list", "--place", "Utrecht")
    assert first not in listed
    assert "Dashboard releases:draft tot en met" in listed.replace("│ ", "").replace("  ", " ")
    [name] = [
        word for word in listed.replace("│", " ").split() if len(word) == 12 and word.isalnum() and word.islower()
    ]
    code, told = ceo("rotate", name)
    assert code == 0
    assert key_in(told) != first
    assert ceo("revoke", name) == (0, "Ingetrokken. De sleutel werkt niet meer.")
    code, told = ceo("revoke", name)
    assert (code, "kennen wij niet" in told) == (1, True)
    assert "ingetrokken op" in ceo("list", "--place", "Utrecht")[1]


def test_everything_that_is_wrong_is_told() -> None:
    code, told = ceo("make", " ", "--place", "landelijk", "--scope", "alles", "--days", "900")
    assert code == 1
    for words in ("Geef een naam", "Kies met --scope", "De laatste dag ligt vandaag of later"):
        assert words in told
    assert ceo("rotate", "zzzzzzzz")[0] == 1
