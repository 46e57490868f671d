"""The figures of a report as tidy CSV: one row a figure, a dot in decimals, empty where there is no value."""

from __future__ import annotations

import csv
from io import StringIO

from exports.report import FigureRow, Report

COLUMNS = (*FigureRow.model_fields, "simulated")
# A spreadsheet that opens the file takes text that starts like this for a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def write_csv(report: Report) -> bytes:
    """Return UTF-8 text with a head; numbers in full precision, text safe for spreadsheets."""
    text = StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    simulated = "true" if report.simulated else "false"
    writer.writerows([*(_field(value) for _, value in row), simulated] for row in report.figures)
    return text.getvalue().encode()


def _field(value: str | float | None) -> str:
    if value is None:
        return ""
    return safe_text(value) if isinstance(value, str) else repr(value)


def safe_text(text: str) -> str:
    """Return text that no spreadsheet takes for a formula.

    >>> safe_text("=1+1"), safe_text("Zeist")
    ("'=1+1", 'Zeist')
    """
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
