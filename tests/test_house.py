"""The house: what its shape promises, kept by tests."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("questionnaires", "analysis", "exports", "ceo")
HEAVY = (
    "numpy",
    "pandas",
    "scipy",
    "pingouin",
    "statsmodels",
    "matplotlib",
    "reportlab",
    "xlsxwriter",
    "openpyxl",
    "pyxform",
)

HELP = f"""
import sys
from ceo.cli import main
main(["--help"], standalone_mode=False)
print("loaded:", sorted(set({HEAVY!r}) & set(sys.modules)))
"""

# The real command in a thread of this process, so that its modules can be looked at while it serves.
SERVE = f"""
import sys, threading, time, urllib.request
from ceo.cli import main
main(["migrate"], standalone_mode=False)
threading.Thread(target=main, args=(["serve", "--port", sys.argv[1]],), kwargs={{"standalone_mode": False}}, daemon=True).start()
for _ in range(200):
    try:
        print("answer:", urllib.request.urlopen("http://127.0.0.1:" + sys.argv[1]).status)
        break
    except OSError:
        time.sleep(0.05)
print("loaded:", sorted(set({HEAVY!r}) & set(sys.modules)))
sys.stdout.flush()
import os; os._exit(0)
"""


def modules() -> list[Path]:
    return [file for room in ROOMS for file in (ROOT / room).rglob("*.py")]


def test_imports_go_in_one_direction() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    result = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert result.returncode == 0, result.stdout


def test_a_module_is_one_concept_of_at_most_300_lines() -> None:
    long = {
        str(file.relative_to(ROOT)): count for file in modules() if (count := len(file.read_text().splitlines())) > 300
    }
    assert long == {}


def test_no_module_has_a_name_that_says_nothing() -> None:
    empty = {"utils", "util", "common", "base", "helpers", "models", "services", "manager", "misc"}
    assert [file for file in modules() if file.stem in empty] == []


def test_help_loads_nothing_heavy() -> None:
    result = subprocess.run([sys.executable, "-c", HELP], capture_output=True, text=True, check=True, timeout=60)
    assert result.stdout.splitlines()[-1] == "loaded: []"
    assert "analyse" in result.stdout


def test_serving_loads_nothing_heavy(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    environment = {"CEO_DATA": str(tmp_path), "PATH": "/usr/bin:/bin"}
    result = subprocess.run(
        [sys.executable, "-c", SERVE, port], env=environment, capture_output=True, text=True, check=True, timeout=60
    )
    assert "answer: 200" in result.stdout
    assert result.stdout.splitlines()[-1] == "loaded: []"


def test_the_readme_leads_to_every_document_and_every_document_is_there() -> None:
    readme = (ROOT / "README.md").read_text()
    linked = set(re.findall(r"\]\((docs/[\w/.-]+\.md)\)", readme))
    assert linked == {str(file.relative_to(ROOT)) for file in (ROOT / "docs").glob("*.md")}


def test_the_readme_shows_the_two_commands_that_ci_and_newcomers_run() -> None:
    readme = (ROOT / "README.md").read_text()
    assert "python3 -m venv .venv && .venv/bin/pip install -c constraints.txt . && .venv/bin/ceo demo\n" in readme
    assert (
        "python3 -m venv .venv && .venv/bin/pip install -c constraints.txt -e '.[test]' && .venv/bin/pytest\n" in readme
    )


@pytest.mark.parametrize("data", ["data/gemeenten_2026.csv", "data/SOURCES.md"])
def test_data_of_others_travel_with_their_source(data: str) -> None:
    assert files("ceo.storage").joinpath(data).is_file()


def test_a_dependency_is_held_by_a_tested_version() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    names = {re.split(r"[\[<>=; ]", line, maxsplit=1)[0].lower().replace("_", "-") for line in wanted}
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    held = {line.split("==")[0].lower().replace("_", "-") for line in lines if "==" in line}
    assert names - held == set()


@pytest.mark.xdist_group("house")
def test_tests_of_a_group_run_in_one_worker(request: pytest.FixtureRequest) -> None:
    assert "PYTEST_XDIST_WORKER" not in os.environ or request.node.nodeid.endswith("@house")
