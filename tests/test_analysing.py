"""`ceo analyse`: files of several formats, weighting with a register, engines, and the explanation of one number."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest
from click.testing import CliRunner, Result

from ceo.cli.figures import analyse

ROOT = Path(__file__).parent.parent
DATA, PLANS = ROOT / "tests/reference/oracle/data", ROOT / "tests/reference/plans"
SCHOOLS = (DATA / "apistrat.csv", "--plan", PLANS / "apistrat.yaml")

PLAN = """
design: {strata: wijk, unit: gemeente}
items:
  oordeel: {kind: scale, codes: {"0": {score: 0}, "1": {score: 100, positive: true}}}
subgroups: [leeftijd]
weighting:
  version: "2026.1"
  margins: [[leeftijd], [wijk]]
"""


def run(*arguments: object) -> Result:
    return CliRunner().invoke(analyse, [str(it) for it in arguments])


def rows(file: Path) -> list[dict[str, str]]:
    text = file.read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Answers of two districts in which the old answered more often, and the register that knows better."""
    rng = np.random.default_rng(5)
    answers = pd.DataFrame(
        {
            "gemeente": "GM0001",
            "wijk": np.repeat(["noord", "zuid"], [60, 40]),
            "leeftijd": rng.choice(["jong", "oud"], 100, p=[0.3, 0.7]),
        }
    )
    answers["oordeel"] = np.where(answers["leeftijd"] == "oud", rng.random(100) < 0.9, rng.random(100) < 0.4).astype(
        int
    )
    answers.to_csv(tmp_path / "data.csv", index=False)
    people = [("GM0001", wijk, leeftijd, 200) for wijk in ("noord", "zuid") for leeftijd in ("jong", "oud")]
    columns = ["gemeente", "wijk", "leeftijd", "population"]
    pd.DataFrame(people, columns=columns).to_csv(tmp_path / "register.csv", index=False)
    (tmp_path / "plan.yaml").write_text(PLAN)
    return tmp_path


def test_a_number_is_explained_by_the_sums_that_it_is_made_of() -> None:
    # R: svyby(~b, ~stype, d, svymean) on apistrat gives 0.73 for E; its weights add up to 4421.
    result = run(*SCHOOLS, "--explain", "share:awards/stype=E")
    assert result.exit_code == 0, result.output
    assert "Waarde 0,73, standaardfout √V = 0,044112086" in result.output
    assert "methode logit, 99 vrijheidsgraden" in result.output
    assert "4421" in result.output


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ("share:award/stype=E", "Bedoelt u share:awards/stype=E"),
        ("deel:awards", "De maat deel bestaat niet"),
        ("awards", "Schrijf MAAT:VRAAG"),
    ],
)
def test_a_number_that_does_not_exist_is_told_with_the_nearest(
    asked: str, message: str, capfd: pytest.CaptureFixture[str]
) -> None:
    result = run(*SCHOOLS, "--explain", asked)
    assert result.exit_code == 1
    assert message in result.output + capfd.readouterr().err


def test_what_may_not_be_shown_is_not_explained(tmp_path: Path) -> None:
    lines = ["wijk,oordeel", *["noord,1", "noord,0"] * 10, *["zuid,1"] * 5, *["zuid,0"] * 4]
    (tmp_path / "data.csv").write_text("\n".join(lines))
    plan = PLAN[: PLAN.index("subgroups")].replace("design: {strata: wijk, unit: gemeente}", "") + "subgroups: [wijk]\n"
    (tmp_path / "plan.yaml").write_text(plan)
    result = run(tmp_path / "data.csv", "--plan", tmp_path / "plan.yaml", "--explain", "score:oordeel/wijk=zuid")
    assert result.exit_code == 1
    assert "niet getoond" in result.output


def test_spss_and_parquet_give_the_figures_of_the_csv(tmp_path: Path) -> None:
    frame = pd.read_csv(DATA / "apistrat.csv")
    frame.to_parquet(tmp_path / "data.parquet")
    pyreadstat.write_sav(frame, tmp_path / "data.sav")
    found = {}
    for file in (DATA / "apistrat.csv", tmp_path / "data.parquet", tmp_path / "data.sav"):
        out = tmp_path / f"{file.suffix[1:]}.csv"
        result = run(file, "--plan", PLANS / "apistrat.yaml", "--out", out)
        assert result.exit_code == 0, result.output
        found[file.suffix] = [(row["measure"], row["item"], row["level"], row["value"], row["se"]) for row in rows(out)]
    assert found[".parquet"] == found[".csv"]
    assert found[".sav"] == found[".csv"]


def test_weights_of_a_register_turn_the_figures_to_the_population(folder: Path) -> None:
    given = (folder / "data.csv", "--plan", folder / "plan.yaml")
    result = run(*given, "--register", folder / "register.csv", "--out", folder / "uit.csv")
    assert result.exit_code == 0, result.output
    of = {
        row["level"]: float(row["value"])
        for row in rows(folder / "uit.csv")
        if row["measure"] == "share" and not row["area"]
    }
    assert of[""] == pytest.approx((of["jong"] + of["oud"]) / 2, abs=1e-6)  # as many young as old in the register
    explained = run(*given, "--register", folder / "register.csv", "--explain", "share:oordeel")
    assert "min wat de randtotalen van de weging ervan verklaren" in explained.output


def test_a_scheme_without_a_register_says_how_to_give_one(folder: Path) -> None:
    result = run(folder / "data.csv", "--plan", folder / "plan.yaml")
    assert result.exit_code == 1
    assert "--register" in result.output


def test_everything_that_is_wrong_with_a_register_is_told_at_once(folder: Path) -> None:
    (folder / "register.csv").write_text("gemeente,wijk,leeftijd,population\nGM0001,noord,jong,-3\nGM0001,,oud,veel\n")
    result = run(folder / "data.csv", "--plan", folder / "plan.yaml", "--register", folder / "register.csv")
    assert result.exit_code == 1
    assert "2 keer" in result.output
    assert [line.split()[1] for line in result.output.splitlines() if line.startswith("register.csv:")] == [
        "A68",
        "A67",
    ]


def test_the_report_tells_how_weighting_went(folder: Path) -> None:
    given = (folder / "data.csv", "--plan", folder / "plan.yaml", "--register", folder / "register.csv")
    result = run(*given, "--out", folder / "uit.xlsx")
    assert result.exit_code == 0, result.output
    assert "Weging volgens schema 2026.1" in result.output
    assert "800" in result.output
    (folder / "register.csv").write_text(
        (folder / "register.csv").read_text() + "GM0001,noord,kind,30\nGM0001,zuid,kind,10\n"
    )
    assert "kind (leeftijd) is samengenomen met" in run(*given).output


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six municipalities in a Parquet file, with a plan."""
    folder = tmp_path_factory.mktemp("country")
    rng = np.random.default_rng(8)
    unit = np.repeat([f"GM{number:04d}" for number in range(6)], 80)
    answers = pd.DataFrame(
        {"gemeente": unit, "oordeel": rng.integers(0, 2, 480), "N": 400.0, "dagen": rng.integers(1, 60, 480)}
    )
    answers["leeftijd"] = rng.choice(["jong", "oud"], 480)
    answers.to_parquet(folder / "data.parquet")
    (folder / "plan.yaml").write_text(
        "design: {strata: gemeente, unit: gemeente, population: N}\n"
        "items:\n"
        '  oordeel: {kind: scale, codes: {"0": {score: 0}, "1": {score: 100, positive: true}}}\n'
        "  dagen: {kind: number, total: true}\n"
        "subgroups: [leeftijd]\n"
    )
    return folder


def figures_of(folder: Path, *options: str) -> list[dict[str, str]]:
    result = run(folder / "data.parquet", "--plan", folder / "plan.yaml", "--out", folder / "uit.csv", *options)
    assert result.exit_code == 0, result.output
    return rows(folder / "uit.csv")


def test_two_processes_give_the_figures_of_one(country: Path) -> None:
    assert figures_of(country, "--engine", "processes:2") == figures_of(country)


def test_a_large_file_is_read_in_parts_of_whole_units(country: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = figures_of(country)
    monkeypatch.setattr("analysis.reading.parquet_parts.ROWS_OF_PART", 100)
    assert figures_of(country) == whole


def test_an_engine_that_does_not_exist_and_a_wrong_plan_are_told_together(country: Path, tmp_path: Path) -> None:
    (tmp_path / "plan.yaml").write_text("items: {q: {kind: onzin}}\n")
    result = run(country / "data.parquet", "--plan", tmp_path / "plan.yaml", "--engine", "wolk")
    assert result.exit_code == 1
    assert "A95" in result.output
    assert "plan.yaml:1" in result.output


def test_what_parts_cannot_give_is_told(folder: Path) -> None:
    result = run(folder / "data.csv", "--plan", folder / "plan.yaml", "--engine", "processes:2")
    assert result.exit_code == 1
    assert "A97" in result.output


def test_units_of_which_cells_were_taken_together_are_marked_in_the_report(folder: Path) -> None:
    given = (folder / "data.csv", "--plan", folder / "plan.yaml", "--register", folder / "register.csv")
    with (folder / "register.csv").open("a") as register:
        register.write("GM0001,noord,kind,30\n")
    assert run(*given, "--out", folder / "uit.csv").exit_code == 0
    assert any("collapsed" in row["flags"] for row in rows(folder / "uit.csv"))


def test_a_median_and_another_quantile_are_called_by_name(folder: Path) -> None:
    (folder / "plan.yaml").write_text("items: {oordeel: {kind: number, quantiles: [0.5, 0.9]}}\n")
    result = run(folder / "data.csv", "--plan", folder / "plan.yaml")
    assert result.exit_code == 0, result.output
    assert "mediaan" in result.output
    assert "90% ligt hieronder" in result.output
