"""`ceo release` and `ceo verify`: from the sealed rounds to a published release, and back."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from released import TOWNS

from ceo.cli import main
from ceo.settings import Settings
from ceo.workflows.demonstration.national import MEASUREMENT


class Commands:
    """Runs commands on an installation."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def run(self, *words: str) -> Result:
        """Run a command; what it prints is in the result."""
        assert self._settings.secret_key
        environment = {
            "CEO_DATA": str(self._settings.data_folder),
            "CEO_DATABASE_URL": self._settings.database_url,
            "CEO_BASE_URL": self._settings.base_url,
            "CEO_SECRET_KEY": self._settings.secret_key.hex(),
        }
        return CliRunner().invoke(main, list(words), env=environment, catch_exceptions=False)

    def ok(self, *words: str) -> str:
        """Run a command that should succeed; return what it printed."""
        result = self.run(*words)
        assert result.exit_code == 0, result.output
        return result.output


@pytest.fixture
def commands(released_settings: Settings) -> Commands:
    return Commands(released_settings)


def test_a_release_is_made_signed_published_and_verified_on_the_command_line(
    commands: Commands, tmp_path: Path
) -> None:
    about = ("--meting", MEASUREMENT, "--titel", "Nog een uitgave", "--over-wie", "Cliënten van de Wmo")
    made = commands.ok("release", "make", "wmo-tweede", *about)
    assert "Gemaakt: wmo-tweede/1" in made
    early = commands.run("release", "publish", "wmo-tweede")
    assert (early.exit_code, "Nog niet elke gemeente heeft getekend" in early.output) == (1, True)
    for town in TOWNS:
        assert "Getekend." in commands.ok("release", "sign", "wmo-tweede", town)
    assert "Gepubliceerd." in commands.ok("release", "publish", "wmo-tweede/1")
    assert "7 van 7" in commands.ok("release", "list")
    assert "Gelijk: wmo-tweede/1" in commands.ok("verify", "wmo-tweede")
    assert "Geschreven" in commands.ok("release", "export", "wmo-tweede", "--output", str(tmp_path / "cijfers.csv"))
    with (tmp_path / "cijfers.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["release"] for row in rows} == {"wmo-tweede"}
    assert "Ingetrokken." in commands.ok("release", "withdraw", "wmo-tweede", "--reason", "Een proef.")


def test_a_municipality_leaves_a_draft_and_comes_back_and_the_draft_is_dropped(commands: Commands) -> None:
    commands.ok("release", "make", MEASUREMENT, "--opnieuw", "--reden", "Een betere weging.")
    both = commands.run("release", "sign", MEASUREMENT, TOWNS[0], "--niet", "--terug")
    assert (both.exit_code, "niet allebei" in both.output) == (1, True)
    left = commands.ok("release", "sign", MEASUREMENT, TOWNS[0], "--niet", "--reden", "De lijst klopte niet.")
    assert "zonder deze gemeente" in left
    busy = commands.run("release", "drop", MEASUREMENT, "--reden", "Toch niet.")
    assert (busy.exit_code, "opnieuw gemaakt" in " ".join(busy.output.split())) == (1, True)
    assert "met deze gemeente" in commands.ok("release", "sign", MEASUREMENT, TOWNS[0], "--terug")
    again = commands.run("release", "sign", MEASUREMENT, TOWNS[0], "--terug")
    assert (again.exit_code, "Dat kan niet meer" in again.output) == (1, True)
    about = ("--meting", MEASUREMENT, "--titel", "Nog een uitgave", "--over-wie", "Cliënten van de Wmo")
    commands.ok("release", "make", "wmo-tweede", *about)  # which makes what waits, too
    assert "Vervallen." in commands.ok("release", "drop", MEASUREMENT, "--reden", "Toch niet.")
    assert "vervallen" in commands.ok("release", "list")
    third = commands.ok("release", "make", MEASUREMENT, "--opnieuw", "--reden", "Een betere weging.")
    assert f"Gemaakt: {MEASUREMENT}/3" in third


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("verify", "die-er-niet-is"), "Deze uitgave kennen wij niet"),
        (("verify", f"{MEASUREMENT}/twee"), "NAAM of NAAM/EDITIE"),
        (("release", "make", "Hoofdletters", "--meting", "x"), "Dit past niet"),
        (("release", "make", MEASUREMENT, "--opnieuw"), "Geef een reden"),
        (("release", "sign", MEASUREMENT, "Nergenshuizen"), "kennen wij niet"),
        (("release", "export", MEASUREMENT, "--output", "cijfers.docx"), "kunnen wij niet schrijven"),
        (("verify", MEASUREMENT, "--engine", "morgen"), "De rekenplek morgen bestaat niet"),
    ],
)
def test_what_cannot_be_says_why_and_what_to_do(commands: Commands, words: tuple[str, ...], told: str) -> None:
    result = commands.run(*words)
    assert result.exit_code == 1
    assert told in " ".join(result.output.split())


def test_the_mirror_groups_of_a_municipality_are_explained_with_who_is_in_them(commands: Commands) -> None:
    told = " ".join(commands.ok("areas", "mirror", "Almere", MEASUREMENT).split())
    assert "Gemeenten in dezelfde provincie als Almere: Flevoland. Dronten, Lelystad," in told
    told = " ".join(commands.ok("areas", "mirror", "Utrecht", MEASUREMENT).split())
    assert "Lijkt het meest op u Niet mogelijk. Er zijn te weinig gemeenten die op de uwe lijken." in told
    unknown = commands.run("areas", "mirror", "Utrecht", "onbekend")
    assert (unknown.exit_code, "is niet gepubliceerd" in unknown.output) == (1, True)
