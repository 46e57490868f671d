"""The command line as people use it, on real files: each command once as a real process, further in this process.

A process of its own shows that the command is installed and ends as a shell sees it. What it then says is the same here,
without the time to start and to import everything again.
"""

from __future__ import annotations

import csv
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from ceo.cli import main

ROOT = Path(__file__).parents[1]
PLANS = ROOT / "tests/reference/plans"
DATA = ROOT / "tests/reference/oracle/data"
WMO = ROOT / "questionnaires/definitions/vragenlijsten/wmo-1.yaml"


Said = subprocess.CompletedProcess[str]


def ceo_process(*arguments: object, folder: Path, **environment: str) -> Said:
    """Run `ceo` as a process in a folder of its own."""
    command = [Path(sys.executable).with_name("ceo"), *map(str, arguments)]
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("CEO_")}
    environment = {**inherited, **own_environment(folder), **environment}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120
    )


def ceo(*arguments: object, folder: Path, **environment: str) -> Said:
    """Run `ceo` in this process, as if it had started in a folder of its own; what would be a traceback is raised."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for name in [name for name in os.environ if name.startswith("CEO_")]:
            patch.delenv(name)
        for name, value in {**own_environment(folder), **environment}.items():
            patch.setenv(name, value)
        found = CliRunner().invoke(main, [*map(str, arguments)], catch_exceptions=False)
    return Said(arguments, found.exit_code, found.stdout, found.stderr)


def own_environment(folder: Path) -> dict[str, str]:
    """Return what a command finds in the environment when a test says nothing else: data in the folder, no colours."""
    return {"CEO_DATA": str(folder / "data"), "NO_COLOR": "1"}


def figure(file: Path, **where: str) -> dict[str, str]:
    """Return the one row of a tidy CSV file with these values."""
    with file.open(encoding="utf-8-sig", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if all(row[name] == value for name, value in where.items())]
    assert len(rows) == 1, rows
    return rows[0]


def test_the_shipped_definitions_have_no_problems(tmp_path: Path) -> None:
    result = ceo_process("check", folder=tmp_path)
    assert result.returncode == 0
    assert result.stdout.endswith("65 bestanden gecontroleerd, geen fouten, geen waarschuwingen.\n")


def test_a_check_says_which_themes_of_the_law_each_questionnaire_covers(tmp_path: Path) -> None:
    lines = {line.split()[0]: line for line in ceo("check", folder=tmp_path).stdout.splitlines() if "@" in line}
    assert len(lines) == 14
    assert "toegang 3, kwaliteit 4, effect 3" in lines["nl.ceo.wmo@2"]
    assert " geen " in lines["nl.ceo.kwaliteit-van-leven@1"]


def test_malformed_yaml_is_told_with_its_line_cause_and_cure_all_at_once(tmp_path: Path) -> None:
    wrong = WMO.read_text().replace("GES01", "GES99").replace("version: 1\n", "version: 01\n", 1)
    (tmp_path / "fout.yaml").write_text(wrong)
    result = ceo("check", "fout.yaml", folder=tmp_path)
    assert result.returncode == 1
    assert re.search(r"fout\.yaml:\d+: Y\d\d", result.stderr), result.stderr
    assert "Er is niets veranderd" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_version_is_published_once_and_never_changed(tmp_path: Path) -> None:
    assert ceo_process("migrate", folder=tmp_path).returncode == 0
    first = ceo_process("publish", WMO, folder=tmp_path)
    assert re.fullmatch(r"Vastgesteld: nl\.ceo\.wmo, versie 1, sha256:[0-9a-f]{64}\n", first.stdout), first.stderr
    assert ceo("publish", "wmo@1", folder=tmp_path).stdout == first.stdout
    (tmp_path / "wmo-1.yaml").write_text(WMO.read_text().replace("breakdowns: [HUL01]", "breakdowns: [GES01]", 1))
    second = ceo("publish", tmp_path / "wmo-1.yaml", folder=tmp_path)
    assert second.returncode == 1
    assert "al vastgesteld" in second.stderr
    assert "maak er versie 2 van" in second.stderr


def test_an_empty_database_is_not_served_and_the_cure_is_named(tmp_path: Path) -> None:
    result = ceo("serve", "--port", free_port(), folder=tmp_path)
    assert (result.returncode, "ceo migrate" in result.stderr) == (1, True)


def test_a_busy_port_is_named_with_another_one(tmp_path: Path) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        result = ceo_process("demo", "--port", port, folder=tmp_path)
    assert result.returncode == 1
    assert f"--port {port + 1}" in result.stderr


@pytest.mark.parametrize(
    ("setting", "value", "cure"),
    [("CEO_SECRET_KEY", "kort", "token_hex(32)"), ("CEO_DATABASE_URL", "mysql://x/y", "postgresql://")],
)
def test_a_wrong_setting_is_named_with_its_cure_and_without_its_value(
    setting: str, value: str, cure: str, tmp_path: Path
) -> None:
    result = ceo_process("serve", "--port", free_port(), folder=tmp_path, **{setting: value})
    assert result.returncode == 1
    assert cure in result.stderr
    assert "Traceback" not in result.stderr


# Origin of the numbers, in R 4.2.2 with survey 4.1-1 and data(api):
# With svydesign(id=~1, strata=~stype, weights=~pw, fpc=~fpc, data=apistrat) and svydesign(id=~1, weights=~pw, fpc=~fpc, data=apisrs),
# then svymean(~api00, design) and svytotal(~enroll, design). The oracle test runs all cases; this one runs the command.
@pytest.mark.parametrize(
    ("data", "where", "value", "se"),
    [
        ("apistrat", {"measure": "mean", "item": "api00", "level": ""}, 662.28736330896, 9.40894101214),
        ("apistrat", {"measure": "total", "item": "enroll", "level": ""}, 3687177.53, 114641.68),
        ("apisrs", {"measure": "mean", "item": "api00", "level": ""}, 656.585, 9.2497225826),
    ],
)
def test_outside_data_give_the_numbers_of_r_survey(
    data: str, where: dict[str, str], value: float, se: float, tmp_path: Path
) -> None:
    plan = PLANS / f"{data}.yaml"
    result = ceo("analyse", DATA / f"{data}.csv", "--plan", plan, "--output", "uit.csv", folder=tmp_path)
    assert result.returncode == 0, result.stderr
    row = figure(tmp_path / "uit.csv", **where)
    assert float(row["value"]) == pytest.approx(value, rel=1e-6)
    assert float(row["se"]) == pytest.approx(se, rel=1e-6)


def test_an_analysis_is_written_as_a_workbook_too(tmp_path: Path) -> None:
    plan = PLANS / "apistrat.yaml"
    result = ceo_process("analyse", DATA / "apistrat.csv", "--plan", plan, "--output", "uit.xlsx", folder=tmp_path)
    assert result.returncode == 0, result.stderr
    assert openpyxl.load_workbook(tmp_path / "uit.xlsx").worksheets


def test_rows_without_stratum_and_a_population_that_is_too_small_are_told_together(tmp_path: Path) -> None:
    lines = ["soort,aantal,oordeel", *["thuis,30,1"] * 12, *["dag,5,0"] * 8, ",30,1"]
    (tmp_path / "data.csv").write_text("\n".join(lines))
    (tmp_path / "plan.yaml").write_text(
        "design: {strata: soort, population: aantal}\n"
        'items:\n  oordeel:\n    kind: scale\n    codes:\n      "0": {score: 0}\n      "1": {score: 100, positive: true}\n'
    )
    result = ceo("analyse", "data.csv", "--plan", "plan.yaml", "--output", "uit.csv", folder=tmp_path)
    assert result.returncode == 1
    assert re.search(r"data\.csv:22: ", result.stderr), result.stderr
    assert "dag" in result.stderr
    assert "Er is niets veranderd" in result.stderr
    assert not (tmp_path / "uit.csv").exists()


def test_nothing_about_fewer_than_ten_respondents_is_printed_or_written(tmp_path: Path) -> None:
    lines = ["wijk,oordeel", *["noord,1", "noord,0"] * 10, *["zuid,1"] * 5, *["zuid,0"] * 4]
    (tmp_path / "data.csv").write_text("\n".join(lines))
    (tmp_path / "plan.yaml").write_text(
        "items:\n"
        "  wijk: {kind: scale, codes: {noord: {}, zuid: {}}}\n"
        '  oordeel: {kind: scale, codes: {"0": {score: 0}, "1": {score: 100, positive: true}}}\n'
        "subgroups: [wijk]\n"
    )
    result = ceo("analyse", "data.csv", "--plan", "plan.yaml", "--output", "uit.csv", folder=tmp_path)
    assert result.returncode == 0, result.stderr
    row = figure(tmp_path / "uit.csv", measure="score", item="oordeel", level="zuid")
    assert (row["value"], row["se"], row["respondents"]) == ("", "", "")
    assert row["reason"] != ""


def test_a_format_that_does_not_exist_is_refused_with_those_that_do(tmp_path: Path) -> None:
    plan = PLANS / "apistrat.yaml"
    result = ceo("analyse", DATA / "apistrat.csv", "--plan", plan, "--output", "uit.docx", folder=tmp_path)
    assert result.returncode == 1
    assert ".xlsx" in result.stderr


def test_a_report_that_cannot_be_made_says_why(tmp_path: Path) -> None:
    ceo("migrate", folder=tmp_path)
    result = ceo_process("report", "GM0344", "wmo-2026", "--output", "uit.pdf", folder=tmp_path)
    assert result.returncode == 1
    assert "minstens 10" in result.stderr


@pytest.mark.parametrize("command", [("migrate",), ("report", "GM0344", "wmo-2026", "--output", "uit.pdf")])
def test_a_database_that_is_away_is_told_with_its_cure_and_without_its_password(
    command: tuple[str, ...], tmp_path: Path
) -> None:
    away = f"postgresql://ceo:geheim@127.0.0.1:{free_port()}/ceo"
    result = ceo(*command, folder=tmp_path, CEO_DATABASE_URL=away)
    assert result.returncode == 1
    assert "klopt CEO_DATABASE_URL?" in result.stderr
    assert "geheim" not in result.stderr
    assert "Traceback" not in result.stderr


def test_publishing_in_an_empty_database_names_the_cure(tmp_path: Path) -> None:
    result = ceo("publish", WMO, folder=tmp_path)
    assert (result.returncode, "ceo migrate" in result.stderr) == (1, True)


def test_a_folder_that_does_not_exist_is_told_before_the_analysis(tmp_path: Path) -> None:
    plan = PLANS / "apistrat.yaml"
    result = ceo("analyse", DATA / "apistrat.csv", "--plan", plan, "--output", "nergens/uit.csv", folder=tmp_path)
    assert (result.returncode, result.stdout) == (1, "")
    assert "De map nergens bestaat niet" in result.stderr


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
