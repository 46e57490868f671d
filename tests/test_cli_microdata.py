"""`ceo microdata` and `ceo release deliver`: what leaves this installation beside the public files."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pyreadstat
import pytest
from click.testing import CliRunner, Result

from ceo.cli import main
from ceo.clock import dutch_day
from ceo.settings import Settings
from ceo.workflows.demonstration.national import MEASUREMENT

pytestmark = pytest.mark.parametrize("released_settings", ["sqlite"], indirect=True)

RULE = """\
variables: [GES01, TOE01, LFT01, GSL01]
quasi_identifiers: [LFT01, GSL01]
k: 5
coarsenings:
  LFT01:
    - {code: tot_65, label: Jonger dan 65 jaar, codes: [tot_45, van_45_tot_65]}
    - {code: vanaf_75, label: 75 jaar of ouder, codes: [van_75_tot_85, vanaf_85]}
"""
PROFILE = Path(__file__).parents[1] / "exports/release/profiles/voorbeeld.yaml"


def run(settings: Settings, *words: str | Path) -> Result:
    assert settings.secret_key
    environment = {
        "CEO_DATA": str(settings.data_folder),
        "CEO_DATABASE_URL": settings.database_url,
        "CEO_BASE_URL": settings.base_url,
        "CEO_SECRET_KEY": settings.secret_key.hex(),
    }
    return CliRunner().invoke(main, [str(word) for word in words], env=environment, catch_exceptions=False)


def ok(settings: Settings, *words: str | Path) -> str:
    result = run(settings, *words)
    assert result.exit_code == 0, result.output
    return " ".join(result.output.split())


def test_an_agreement_is_made_used_and_ended_on_the_command_line(released_settings: Settings, tmp_path: Path) -> None:
    rule, file = tmp_path / "regel.yaml", tmp_path / "antwoorden.sav"
    rule.write_text(RULE)
    assert "Er zijn nog geen overeenkomsten" in ok(released_settings, "microdata", "list")
    about = ("--user", "Universiteit van Ergens", "--purpose", "Onderzoek", "--until", "2999-12-31", "--rule", rule)
    made = ok(released_settings, "microdata", "agree", f"{MEASUREMENT}/1", *about)
    number = made.partition("Overeenkomst ")[2].partition(",")[0]
    told = ok(released_settings, "microdata", "write", number, "--output", file)
    assert hashlib.sha256(file.read_bytes()).hexdigest() in told
    assert file.stat().st_mode & 0o777 == 0o600
    frame, meta = pyreadstat.read_sav(file)
    assert list(frame) == ["GES01", "TOE01", "LFT01", "GSL01", "gewicht"]
    assert f"Overeenkomst {number} met Universiteit van Ergens." in " ".join(meta.notes)
    assert "geldt tot en met 2999-12-31" in ok(released_settings, "microdata", "list")
    key = ("microdata", "key", number, "R-script", "--until")
    assert "ceo_" in ok(released_settings, *key, dutch_day().isoformat())
    late = run(released_settings, *key, "2999-12-31")
    assert (late.exit_code, "hoogstens een jaar verder" in late.output) == (1, True)
    assert "Beëindigd" in ok(released_settings, "microdata", "end", number, "--reason", "Klaar.")
    refused = run(released_settings, "microdata", "write", number, "--output", tmp_path / "later.sav")
    assert (refused.exit_code, "is beëindigd" in refused.output) == (1, True)
    assert "De reden: Klaar." in refused.output
    assert not (tmp_path / "later.sav").exists()


def test_every_mistake_in_a_rule_is_told_with_its_line(released_settings: Settings, tmp_path: Path) -> None:
    rule = tmp_path / "regel.yaml"
    about = ("--user", "U", "--purpose", "P", "--until", "2020-01-01", "--rule", rule)
    rule.write_text(RULE.replace("k: 5", "k: 2\narea: wijk"))
    form = run(released_settings, "microdata", "agree", MEASUREMENT, *about)
    assert form.exit_code == 1
    assert f"{rule}:3: F05 bij k:" in form.output
    assert f"{rule}:4: F04 bij area:" in form.output
    rule.write_text(RULE.replace("[LFT01, GSL01]", "[LFT01, HUL01]").replace("codes: [tot_45,", "codes: [tot_44,"))
    content = run(released_settings, "microdata", "agree", MEASUREMENT, *about)
    assert content.exit_code == 1
    assert f"{rule}:2: M01 bij quasi_identifiers:" in content.output
    assert f"{rule}:5: M01 bij coarsenings.LFT01:" in content.output
    assert "ends_on: 2020-01-01 is voorbij." in content.output


def test_practice_needs_no_agreement(released_settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "oefenen.dta"
    words = ("microdata", "practice", MEASUREMENT, "--people", "300", "--seed", "5", "--output")
    assert "300 mensen" in ok(released_settings, *words, file)
    assert "SYNTHETISCH" in pyreadstat.read_dta(file, metadataonly=True)[1].file_label
    wrong = run(released_settings, *words, tmp_path / "oefenen.docx")
    assert (wrong.exit_code, "sav, dta, parquet, ddi.xml" in wrong.output) == (1, True)


def test_a_release_is_delivered_with_a_receipt_beside_it(released_settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "levering.csv"
    words = ("release", "deliver", f"{MEASUREMENT}/1", "--profile")
    assert "levering.csv.receipt.json" in ok(released_settings, *words, PROFILE, "--output", file).replace(" ", "")
    receipt = json.loads((tmp_path / "levering.csv.receipt.json").read_text())
    assert receipt["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert receipt["rows"] == len(file.read_text().splitlines()) - 1
    assert receipt["release"] == f"{MEASUREMENT}/1"
    profile = tmp_path / "fout.yaml"
    profile.write_text(
        PROFILE.read_text().replace("column: upper", "column: hoger").replace("minimum_n: 30", "minimum_n: 1")
    )
    refused = run(released_settings, *words, profile, "--output", tmp_path / "fout.csv")
    lines = profile.read_text().splitlines()
    assert refused.exit_code == 1
    for text, place in (("column: hoger", "columns[9].column"), ("minimum_n: 1", "thresholds.minimum_n")):
        line = next(number for number, one in enumerate(lines, start=1) if text in one)
        assert f"{profile}:{line}: L01 bij {place}:" in refused.output
    assert not (tmp_path / "fout.csv").exists()
