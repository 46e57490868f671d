"""The commands about house styles, in this process: starting one for each would take seconds."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from ceo.cli import main

UTRECHT = "GM0344"
THEME = ":root {\n  --basis-focus-color: #3a0a3a;\n  --basis-space-lg: 2rem;\n}\n"
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 3 1"><path d="M0 0h3v1z"/></svg>'
EDGE = "--basis-color-default-border-default"


@pytest.fixture
def folder(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with an installed database and the files of a house style."""
    (tmp_path / "data").mkdir()
    shutil.copy(sqlite_template, tmp_path / "data" / "ceo.sqlite3")
    (tmp_path / "thema.css").write_text(THEME)
    (tmp_path / "logo.svg").write_text(LOGO)
    (tmp_path / "contact.yaml").write_text("phone: 14 030\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CEO_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("CEO_DATABASE_URL", raising=False)
    return tmp_path


def style(*arguments: str, typed: str = "") -> tuple[int, str]:
    """Run `ceo style`; return how it ended, and what was printed in one line."""
    result = CliRunner().invoke(main, ["style", *arguments], input=typed)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, " ".join(result.output.split())


def test_a_style_is_set_shown_changed_and_undone(folder: Path) -> None:
    files = ("--theme", "thema.css", "--logo", "logo.svg", "--contact", "contact.yaml")
    code, told = style("set", UTRECHT, *files, typed="y\n")
    assert (code, "In gebruik: versie 1." in told) == (0, True), told
    assert "--basis-focus-color niet gekozen #3a0a3a" in told
    assert "niet gebruiken: 1." in told
    assert told.index("Wat verandert") < told.index("in gebruik nemen?")

    shown = style("show", UTRECHT)[1]
    assert "--basis-focus-color #3a0a3a gekozen" in shown
    assert f"{EDGE} #6b6b78 standaard" in shown
    assert "Tekst op de pagina 17,16 4,50" in shown
    assert "phone 14 030" in shown

    (folder / "thema.css").write_text(THEME.replace("#3a0a3a", "#00003a"))
    changed = style("set", UTRECHT, "--theme", "thema.css", "--yes")[1]
    assert "--basis-focus-color #3a0a3a #00003a" in changed
    assert "phone 14 030" in changed
    assert "In gebruik: versie 2." in changed

    undone = style("undo", UTRECHT, "--yes")[1]
    assert "--basis-focus-color #00003a #3a0a3a" in undone
    assert "In gebruik: versie 3." in undone
    (folder / "thema.css").write_text(THEME)
    assert "Er verandert niets" in style("set", UTRECHT, *files)[1]


def test_without_a_yes_nothing_changes(folder: Path) -> None:
    code, told = style("set", UTRECHT, "--logo", "logo.svg", typed="n\n")
    assert code == 1
    assert told.endswith("Er is niets veranderd.")
    assert "Logo: geen." in style("show", UTRECHT)[1]


def test_every_mistake_in_every_file_is_told_at_once(folder: Path) -> None:
    (folder / "thema.css").write_text(f":root {{ {EDGE}: #cccccc; }}")
    (folder / "logo.svg").write_text(LOGO.replace("<path", "<script"))
    (folder / "contact.yaml").write_bytes(b"phone: \xff")
    code, told = style("set", UTRECHT, "--theme", "thema.css", "--logo", "logo.svg", "--contact", "contact.yaml")
    assert code == 1
    assert f"thema.css:1: T07 bij {EDGE}:" in told
    assert "Kies bijvoorbeeld #949494." in told
    assert "logo.svg:1: L05 bij <script>:" in told
    assert "contact.yaml:1: Y01:" in told
    assert told.endswith("3 fouten gevonden. Er is niets veranderd.")


def test_a_theme_that_cannot_be_read_is_not_judged_for_its_colours(folder: Path) -> None:
    (folder / "thema.css").write_text(":root {\n  --basis-focus-color: var(--elders);\n}")
    code, told = style("set", UTRECHT, "--theme", "thema.css")
    assert (code, told.count("thema.css:")) == (1, 1)
    assert "thema.css:2: T03 bij --basis-focus-color: Dit is geen gewone kleur: var(--elders)." in told


@pytest.mark.parametrize(
    ("arguments", "cure"),
    [
        (("show", "Utrecht"), "zoals GM0344"),
        (("set", UTRECHT), "--theme, --logo of --contact"),
        (("undo", UTRECHT), "Er verandert niets"),
    ],
)
def test_a_command_that_can_do_nothing_says_why(arguments: tuple[str, ...], cure: str, folder: Path) -> None:
    assert cure in style(*arguments)[1]


def test_a_style_that_somebody_else_changed_meanwhile_is_not_written_over(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def set_by_another(*_: object, **__: object) -> bool:
        assert style("set", UTRECHT, "--contact", "contact.yaml", "--yes")[0] == 0
        return True

    with monkeypatch.context() as patch:
        patch.setattr("click.confirm", set_by_another)
        code, told = style("set", UTRECHT, "--logo", "logo.svg")
    assert (code, "Iemand anders veranderde" in told) == (1, True)
    assert "Logo: geen." in style("show", UTRECHT)[1]


def test_an_empty_database_is_told_with_its_cure(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CEO_DATA", str(folder / "leeg"))
    code, told = style("show", UTRECHT)
    assert (code, "ceo migrate" in told) == (1, True)
