from __future__ import annotations

import subprocess
import sys

import pytest

from exports.formats import WRITERS
from exports.report import Report

HEAVY = ("reportlab", "xlsxwriter", "pandas", "scipy", "numpy", "matplotlib", "pingouin")


@pytest.mark.parametrize(
    "modules", ["exports.formats, exports.report", "exports.html, exports.wording, exports.tidy_csv"]
)
def test_nothing_heavy_is_loaded_before_it_is_used(modules: str) -> None:
    code = f"import sys, {modules}; print([name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(("name", "start"), [("pdf", b"%PDF-1.7"), ("xlsx", b"PK"), ("csv", b"area,area_name,")])
def test_each_writer_writes_its_own_format(report: Report, name: str, start: bytes) -> None:
    assert WRITERS[name].extension == name
    assert WRITERS[name].write(report).startswith(start)


def test_media_types_are_those_of_the_formats() -> None:
    assert {name: it.media_type for name, it in WRITERS.items()} == {
        "pdf": "application/pdf",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "csv": "text/csv",
    }
