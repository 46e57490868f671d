"""What the web app imports at start-up stays light."""

from __future__ import annotations

import subprocess
import sys

HEAVY = ("pandas", "scipy", "pingouin", "pyarrow", "pyreadstat", "distributed", "reportlab", "sqlalchemy", "litestar")


def test_no_module_of_analysis_loads_a_heavy_library_when_it_is_imported() -> None:
    code = (
        "import analysis, importlib, pkgutil, sys\n"
        "names = [it.name for it in pkgutil.walk_packages(analysis.__path__, 'analysis.')]\n"
        "for name in names: importlib.import_module(name)\n"
        f"print(len(names) > 50, [name for name in {HEAVY} if name in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert shown.stdout.strip() == "True []"


def test_results_start_without_numpy() -> None:
    code = "import sys, analysis.results; print('numpy' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert shown.stdout.strip() == "False"
