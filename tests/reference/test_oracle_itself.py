"""The oracle run is honest: another folder is really read, a wrong number fails, and nothing passes by being skipped."""

from __future__ import annotations

import json
import os
import runpy
import shutil
import subprocess
import sys
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from oracle_cases import load_cases

HERE = Path(__file__).parent


pytestmark = pytest.mark.xdist_group("oracle")


SCRIPT = str(HERE / "test_oracle.py")


def lay_out(folder: Path, cases: list[dict[str, Any]]) -> None:
    """Make an oracle of these cases in a folder of its own."""
    (folder / "cases").mkdir(exist_ok=True)
    shutil.copytree(HERE / "oracle" / "data", folder / "data", dirs_exist_ok=True)
    (folder / "cases/mean.json").write_text(json.dumps(cases), "utf-8")


def run(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the cases of a folder as another judge would, in a process of its own."""
    environment = {**os.environ, "ORACLE_DIR": str(folder)}
    return subprocess.run(
        [sys.executable, SCRIPT, "mean"], capture_output=True, text=True, check=False, env=environment, timeout=120
    )


def case(name: str) -> dict[str, Any]:
    """Return a case of the oracle, to be spoilt."""
    (found,) = [deepcopy(it) for it in load_cases(HERE / "oracle")["mean"] if it["id"] == name]
    return found


def counted(printed: str) -> list[str]:
    return printed.splitlines()[1].split()


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory: pytest.TempPathFactory) -> subprocess.CompletedProcess[str]:
    """A run of one sound case and four that must fail."""
    good, wrong, more, broken, unknown = (case("apistrat_mean") for _ in range(5))
    wrong["id"], wrong["expected"]["se"] = "wrong", wrong["expected"]["se"] * (1 + 1e-8)
    more["id"], more["expected"]["kurtosis"] = "more", 3
    broken["id"], broken["design"]["strata"] = "broken", "no_such_column"
    unknown["id"], unknown["r_call"], unknown["args"] = "unknown", "svykappa(~api00+api99, d)", {}
    folder = tmp_path_factory.mktemp("spoilt")
    lay_out(folder, [good, wrong, more, broken, unknown])
    return run(folder)


def test_another_folder_is_run_and_arguments_in_words_are_not_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lay_out(tmp_path, [{**case(name), "args": None} for name in ("apistrat_mean", "apiclus1_mean")])
    monkeypatch.setenv("ORACLE_DIR", str(tmp_path))
    monkeypatch.setattr(sys, "argv", [SCRIPT, "mean"])
    # The script from its first line to its last, though in this process: what it imports is here already.
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(SCRIPT, run_name="__main__")
    assert ended.value.code == 0
    assert counted(capsys.readouterr().out) == ["mean", "2", "0", "0"]


def test_a_failure_hides_no_other_case(spoilt: subprocess.CompletedProcess[str]) -> None:
    assert spoilt.returncode == 1
    assert counted(spoilt.stdout) == ["mean", "1", "3", "1"]


@pytest.mark.parametrize(
    "told",
    [
        "wrong: kinds.rows: se[0]",
        "more: kinds.rows: kurtosis was not computed",
        "broken: ",
        "unknown: no module answers it",
    ],
)
def test_what_fails_is_told(spoilt: subprocess.CompletedProcess[str], told: str) -> None:
    assert told in spoilt.stdout
