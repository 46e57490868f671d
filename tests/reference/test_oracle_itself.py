"""The oracle run is honest: another folder is really read, a wrong number fails, and nothing passes by being skipped."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from oracle_cases import load_cases

HERE = Path(__file__).parent


@pytest.fixture
def other_folder(tmp_path: Path) -> Path:
    """A folder with two cases."""
    (tmp_path / "cases").mkdir()
    shutil.copytree(HERE / "oracle" / "data", tmp_path / "data")
    chosen = [case for case in load_cases(HERE / "oracle")["mean"] if case["id"] in {"apistrat_mean", "apiclus1_mean"}]
    write(tmp_path, chosen)
    return tmp_path


def read(folder: Path) -> list[dict[str, Any]]:
    return load_cases(folder)["mean"]


def write(folder: Path, cases: list[dict[str, Any]]) -> None:
    (folder / "cases/mean.json").write_text(json.dumps(cases), "utf-8")


def run(folder: Path, *kinds: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(HERE / "test_oracle.py"), *kinds]
    environment = {**os.environ, "ORACLE_DIR": str(folder)}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


def test_another_folder_is_run(other_folder: Path) -> None:
    found = run(other_folder, "mean")
    assert found.returncode == 0, found.stderr
    assert found.stdout.splitlines()[1].split() == ["mean", "2", "0", "0"]


def test_a_wrong_number_fails(other_folder: Path) -> None:
    cases = read(other_folder)
    cases[0]["expected"]["se"] *= 1 + 1e-8
    write(other_folder, cases)
    found = run(other_folder)
    assert found.returncode == 1
    assert found.stdout.splitlines()[1].split() == ["mean", "1", "1", "0"]
    assert "apistrat_mean: kinds.rows: se[0]" in found.stdout


def test_a_number_that_is_not_computed_fails(other_folder: Path) -> None:
    cases = read(other_folder)
    cases[0]["expected"]["kurtosis"] = 3
    write(other_folder, cases)
    assert "kurtosis was not computed" in run(other_folder).stdout


def test_a_case_that_nothing_answers_fails(other_folder: Path) -> None:
    cases = read(other_folder)
    cases[1]["r_call"] = "svykappa(~api00+api99, d)"
    cases[1]["args"] = {}
    write(other_folder, cases)
    found = run(other_folder)
    assert found.returncode == 1
    assert found.stdout.splitlines()[1].split() == ["mean", "1", "0", "1"]
    assert "apiclus1_mean: no module answers it" in found.stdout


def test_a_case_that_breaks_a_module_fails_and_hides_no_other(other_folder: Path) -> None:
    cases = read(other_folder)
    cases[0]["design"]["strata"] = "no_such_column"
    write(other_folder, cases)
    found = run(other_folder)
    assert found.stdout.splitlines()[1].split() == ["mean", "1", "1", "0"]


def test_arguments_in_words_are_not_needed(other_folder: Path) -> None:
    write(other_folder, [{**case, "args": None} for case in read(other_folder)])
    assert run(other_folder).returncode == 0
