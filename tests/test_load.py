"""The load benchmark still does what it promises: its residents get through, and their answers are matched one to one."""

import subprocess
import sys
from pathlib import Path


def test_a_few_residents_of_the_load_benchmark_get_through_and_all_their_answers_are_matched() -> None:
    script = Path(__file__).parent.parent / "benchmarks" / "load.py"
    command = [sys.executable, str(script), "--short", "--databases", "sqlite"]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert run.returncode == 0, run.stderr
    assert "sqlite: every answer is stored, and stored once" in run.stdout
    assert "page turn" in run.stdout
