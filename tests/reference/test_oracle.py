"""The engine against R: every case of the oracle, at the tolerance of the case.

The folder is the environment variable ORACLE_DIR, or the copy that lies here. Run this file with Python, and the kinds
that you want or none, to see the table of how many cases of each kind passed, failed, and were answered by nothing.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from oracle_cases import Case, Found, load_cases
from refusals import refusal

FOLDER = Path(os.environ.get("ORACLE_DIR") or Path(__file__).parent / "oracle")
CASES = load_cases(FOLDER)
COMPUTERS = tuple(
    import_module(f"kinds.{path.stem}") for path in sorted((Path(__file__).parent / "kinds").glob("[!_]*.py"))
)
NO_NUMBERS = {"NA", "NaN", "Inf", "-Inf"}
# Labels of R's own making.
NOT_COMPARED = {"names"}
OF_UNCERTAINTY = {"se", "ci_lower", "ci_upper", "vcov", "deff"}


@dataclass
class Tally:
    """What became of the cases of one kind."""

    kind: str
    passed: int = 0
    failed: list[str] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)

    def row(self) -> str:
        return f"{self.kind:<14}{self.passed:>8}{len(self.failed):>8}{len(self.unanswered):>12}"


HEAD = f"{'kind':<14}{'passed':>8}{'failed':>8}{'unanswered':>12}"


def run_kind(kind: str) -> Tally:
    tally = Tally(kind)
    for raw in CASES[kind]:
        messages = answers_of(Case(raw, FOLDER))
        wrong = [f"{name}: {message}" for name, found in messages.items() for message in found]
        if wrong:
            tally.failed.append(f"{raw['id']}: {'; '.join(wrong)}")
        elif messages:
            tally.passed += 1
        else:
            tally.unanswered.append(f"{raw['id']}: no module answers it")
    return tally


def answers_of(case: Case) -> dict[str, list[str]]:
    """Return what is wrong in the answer of every module that has one."""
    if reason := refusal(case):
        return {"refusals": compare(case.raw, {"error": reason})}
    messages: dict[str, list[str]] = {}
    for computer in COMPUTERS:
        try:
            found = computer.compute(case)
        except Exception as error:  # noqa: BLE001 - one case that breaks a module must not hide the others
            messages[computer.__name__] = [f"{type(error).__name__}: {error}"]
        else:
            if found is not None:
                messages[computer.__name__] = compare(case.raw, found)
    return messages


def compare(case: dict[str, Any], found: Found) -> list[str]:
    """Return every expected value that is not met; a value that is not found at all is not met either."""
    expected = case["expected"]
    if "error" in expected or "error" in found:
        return [] if ("error" in expected) == ("error" in found) else [f"error: {expected} against {found}"]
    names = [name for name in expected if name not in NOT_COMPARED]
    if expected.get("variance") == 0 and found.get("census"):
        # Everyone answered: our interval is the point; R takes a beta quantile at infinity there.
        expected = {**expected, "ci_lower": expected["estimate"], "ci_upper": expected["estimate"]}
    of_se = case.get("rel_tol_se", case["rel_tol"])
    tolerances = {name: of_se if name in OF_UNCERTAINTY else case["rel_tol"] for name in names}
    differing = (differs(name, expected[name], found.get(name), tolerances[name]) for name in names)
    return [message for message in differing if message]


def differs(name: str, expected: Any, found: Any, rel_tol: float) -> str:
    if found is None:
        return f"{name} was not computed"
    if isinstance(expected, dict):
        wrong = [key for key in expected if [*np.ravel(expected[key])] != [*np.ravel(found.get(key, []))]]
        return f"{name} differs in {wrong}" if wrong else ""
    wanted, got = np.ravel(np.array(expected, dtype=object)), np.ravel(np.array(found, dtype=object))
    if wanted.size != got.size:
        return f"{name} has {got.size} values for {wanted.size}"
    for place, (right, ours) in enumerate(zip(wanted, got, strict=True)):
        if right is None or right in NO_NUMBERS:
            continue
        if isinstance(right, str | bool):
            if right != ours:
                return f"{name}[{place}] is {ours!r} for {right!r}"
        elif not abs(float(ours) - float(right)) <= rel_tol * abs(float(right)) + 1e-12:
            return f"{name}[{place}] is {float(ours)!r} for {float(right)!r}"
    return ""


@pytest.mark.parametrize("kind", list(CASES))
def test_cases_of_a_kind_equal_r(kind: str, record_property: pytest.FixtureRequest) -> None:
    tally = run_kind(kind)
    record_property("oracle", tally.row())  # type: ignore[operator] # the fixture is a function
    assert not tally.failed + tally.unanswered, "\n".join(tally.failed + tally.unanswered)


def main() -> int:
    tallies = [run_kind(kind) for kind in sys.argv[1:] or list(CASES)]
    lines = [HEAD, *(tally.row() for tally in tallies)]
    lines += [message for tally in tallies for message in (*tally.failed, *tally.unanswered)]
    sys.stdout.write("\n".join(lines) + "\n")
    return int(any(tally.failed or tally.unanswered for tally in tallies))


if __name__ == "__main__":
    raise SystemExit(main())
