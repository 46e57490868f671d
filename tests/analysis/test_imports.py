"""What the web app imports at start-up stays light."""

from __future__ import annotations

import subprocess
import sys

import pytest

MODULES = ("results", "disclosure", "plan", "design", "gathering", "frames", "engine")


@pytest.mark.parametrize("module", MODULES)
def test_analysis_starts_without_the_heavy_libraries(module: str) -> None:
    heavy = ("pandas", "scipy", "pingouin", "reportlab", "sqlalchemy", "litestar")
    code = f"import sys, analysis.{module}; print([name for name in {heavy} if name in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


def test_results_start_without_numpy() -> None:
    code = "import sys, analysis.results; print('numpy' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "False"
