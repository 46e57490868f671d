from __future__ import annotations

import csv
from collections.abc import Callable
from io import StringIO

import pytest

from exports.report import FigureRow, Report
from exports.tidy_csv import write_csv


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(content.decode())))


def test_the_file_is_the_one_that_was_looked_at(report: Report, golden: Callable[[str, str], None]) -> None:
    golden("report.csv", write_csv(report).decode().replace("\r\n", "\n"))


def test_there_is_one_row_a_figure_with_its_full_value(report: Report) -> None:
    found = rows(write_csv(report))
    assert len(found) == len(report.figures)
    assert [float(row["value"]) if row["value"] else None for row in found] == [row.value for row in report.figures]


def test_what_is_hidden_has_a_reason_and_no_number(report: Report) -> None:
    hidden = [row for row in rows(write_csv(report)) if row["reason"]]
    assert {row["reason"] for row in hidden} == {"fewer_than_floor", "complement", "no_degrees_of_freedom"}
    assert not any(row[name] for row in hidden for name in ("value", "se", "low", "high", "respondents", "population"))


def test_every_row_says_whether_it_is_simulated(report: Report) -> None:
    real = report.model_copy(update={"simulated": False})
    assert {row["simulated"] for row in rows(write_csv(report))} == {"true"}
    assert {row["simulated"] for row in rows(write_csv(real))} == {"false"}


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_text_never_starts_a_formula(report: Report, text: str) -> None:
    row = FigureRow(
        area="", area_name=text, measure="score", item="", item_label="", category="", category_label="",
        breakdown="", level="", level_label="", value=-1.5,
    )  # fmt: skip
    found = rows(write_csv(report.model_copy(update={"figures": (row,)})))[0]
    assert found["area_name"] == f"'{text}"
    assert found["value"] == "-1.5"


def test_the_same_report_gives_the_same_bytes(report: Report) -> None:
    again = Report.model_validate_json(report.model_dump_json())
    assert write_csv(again) == write_csv(report)
