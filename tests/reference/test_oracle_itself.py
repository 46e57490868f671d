"""The oracle run is honest: another folder is really read, a wrong number fails, and nothing passes by being skipped."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.fixture
def other_folder(tmp_path: Path) -> Path:
    """A folder with two supported cases and one that is not supported."""
    (tmp_path / "cases").mkdir()
    shutil.copytree(HERE / "oracle" / "data", tmp_path / "data")
    means = json.loads((HERE / "oracle/cases/mean.json").read_text("utf-8"))
    chosen = [case for case in means if case["id"] in {"apistrat_mean", "apisrs_mean", "apiclus1_mean"}]
    (tmp_path / "cases/mean.json").write_text(json.dumps(chosen), "utf-8")
    return tmp_path


def run(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(HERE / "test_oracle.py")]
    environment = {**os.environ, "ORACLE_DIR": str(folder)}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


def test_another_folder_is_run_and_what_is_not_supported_is_counted_apart(other_folder: Path) -> None:
    found = run(other_folder)
    assert found.returncode == 0, found.stderr
    assert found.stdout.splitlines()[1].split() == ["mean", "2", "0", "1", "1", "clusters"]


def test_a_wrong_number_fails(other_folder: Path) -> None:
    cases = json.loads((other_folder / "cases/mean.json").read_text("utf-8"))
    cases[0]["expected"]["se"] *= 1 + 1e-8
    (other_folder / "cases/mean.json").write_text(json.dumps(cases), "utf-8")
    found = run(other_folder)
    assert found.returncode == 1
    assert found.stdout.splitlines()[1].split()[:4] == ["mean", "1", "1", "1"]
    assert "apistrat_mean: se[0]" in found.stdout


def test_a_number_that_is_not_computed_fails(other_folder: Path) -> None:
    cases = json.loads((other_folder / "cases/mean.json").read_text("utf-8"))
    cases[0]["expected"]["kurtosis"] = 3
    (other_folder / "cases/mean.json").write_text(json.dumps(cases), "utf-8")
    assert "kurtosis was not computed" in run(other_folder).stdout
