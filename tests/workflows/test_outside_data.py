from pathlib import Path

import pytest
from arrangements import TODAY

from ceo.workflows.results.outside_data import Analysed, Given, analyse_files
from exports.report import Report
from questionnaires.problems import Problem

REFERENCE = Path(__file__).parent.parent / "reference"
PLAN = """
design:
  strata: soort
  population: aantal
items:
  cijfer: {kind: number}
"""
ROWS = [f"{kind},{number},{population}" for kind, population in (("a", 40), ("b", 60)) for number in range(1, 11)]


def told(data: Path, plan: Path) -> Report | tuple[Problem, ...]:
    found = analyse_files(Given(data, plan), today=TODAY)
    return found.report if isinstance(found, Analysed) else found


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    file = tmp_path / "plan.yaml"
    file.write_text(PLAN, encoding="utf-8")
    return file


@pytest.fixture
def data(tmp_path: Path) -> Path:
    file = tmp_path / "gegevens.csv"
    file.write_text("\n".join(["soort,cijfer,aantal", *ROWS]), encoding="utf-8")
    return file


@pytest.mark.parametrize("name", ["apistrat", "apisrs"])
def test_real_outside_data_become_a_report_that_names_its_sources(name: str) -> None:
    data, plan = REFERENCE / "oracle" / "data" / f"{name}.csv", REFERENCE / "plans" / f"{name}.yaml"
    report = told(data, plan)
    assert isinstance(report, Report)
    text = report.model_dump_json()
    assert f"{name}.csv, sha256:" in text
    assert f"{name}.yaml, sha256:" in text


def test_the_same_files_give_the_same_report(data: Path, plan: Path) -> None:
    assert told(data, plan) == told(data, plan)


def test_mistakes_in_the_plan_are_told_with_their_line(data: Path, plan: Path) -> None:
    plan.write_text(PLAN + "  ander: {kind: onzin}\n", encoding="utf-8")
    problems = told(data, plan)
    assert isinstance(problems, tuple)
    assert {(problem.file, problem.line) for problem in problems} == {("plan.yaml", 7)}


def test_a_column_that_is_missing_is_told_by_name(data: Path, plan: Path) -> None:
    data.write_text("cijfer,aantal\n7,40\n8,40", encoding="utf-8")
    problems = told(data, plan)
    assert isinstance(problems, tuple)
    assert any("soort" in str(problem) and problem.file == "gegevens.csv" for problem in problems)


def test_a_population_smaller_than_its_respondents_is_told(data: Path, plan: Path) -> None:
    data.write_text(data.read_text().replace(",40", ",4"), encoding="utf-8")
    problems = told(data, plan)
    assert isinstance(problems, tuple)
    assert problems


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"soort;cijfer\n", b'"soort,cijfer\n'])
def test_a_file_that_is_no_csv_is_told(data: Path, plan: Path, content: bytes) -> None:
    data.write_bytes(content)
    problems = told(data, plan)
    assert isinstance(problems, tuple)
    assert {problem.file for problem in problems} == {"gegevens.csv"}
