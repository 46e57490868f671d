"""The engine against R: every case of the oracle, at the tolerance of the case.

The folder is the environment variable ORACLE_DIR, or the copy that lies here. Run this file with Python to see the table
of how many cases of each kind passed, failed, and are not yet supported, and why.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from oracle_cases import Found, compute, load_cases, why_not_yet

FOLDER = Path(os.environ.get("ORACLE_DIR") or Path(__file__).parent / "oracle")
CASES = load_cases(FOLDER)
NO_NUMBERS = {"NA", "NaN", "Inf", "-Inf"}
# Labels of R's own making, and what is compared under another name.
NOT_COMPARED = {"names"}


@dataclass
class Tally:
    """What became of the cases of one kind."""

    kind: str
    passed: int = 0
    failed: list[str] = field(default_factory=list)
    not_yet: Counter[str] = field(default_factory=Counter)

    def row(self) -> str:
        reasons = "; ".join(f"{count} {reason}" for reason, count in sorted(self.not_yet.items()))
        return f"{self.kind:<14}{self.passed:>8}{len(self.failed):>8}{self.not_yet.total():>9}  {reasons}"


HEAD = f"{'kind':<14}{'passed':>8}{'failed':>8}{'not yet':>9}  not yet supported because of"


def run_kind(kind: str) -> Tally:
    tally = Tally(kind)
    for case in CASES[kind]:
        reason = why_not_yet(case)
        if reason:
            tally.not_yet[reason] += 1
            continue
        differences = compare(case, compute(case, FOLDER))
        if differences:
            tally.failed.append(f"{case['id']}: {'; '.join(differences)}")
        else:
            tally.passed += 1
    return tally


def compare(case: dict[str, Any], found: Found) -> list[str]:
    """Return every expected value that is not met; a value that is not found at all is not met either."""
    expected = case["expected"]
    if "error" in expected or "error" in found:
        return [] if ("error" in expected) == ("error" in found) else [f"error: {expected} against {found}"]
    names = [name for name in expected if name not in NOT_COMPARED]
    if expected.get("variance") == 0 and found.get("census"):
        # Everyone answered: our interval is the point; R takes a beta quantile at infinity there.
        expected = {**expected, "ci_lower": expected["estimate"], "ci_upper": expected["estimate"]}
    differing = (differs(name, expected[name], found.get(name), case["rel_tol"]) for name in names)
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
        if right in NO_NUMBERS:
            continue
        if isinstance(right, str):
            if right != ours:
                return f"{name}[{place}] is {ours!r} for {right!r}"
        elif not abs(float(ours) - float(right)) <= rel_tol * abs(float(right)) + 1e-12:
            return f"{name}[{place}] is {float(ours)!r} for {float(right)!r}"
    return ""


@pytest.mark.parametrize("kind", list(CASES))
def test_supported_cases_of_a_kind_equal_r(kind: str, record_property: pytest.FixtureRequest) -> None:
    tally = run_kind(kind)
    record_property("oracle", tally.row())  # type: ignore[operator] # the fixture is a function
    assert not tally.failed, "\n".join(tally.failed)
    if not tally.passed:
        pytest.skip(f"no case of this kind is supported yet: {tally.not_yet.total()} wait")


def main() -> int:
    tallies = [run_kind(kind) for kind in CASES]
    lines = [HEAD, *(tally.row() for tally in tallies), *(message for tally in tallies for message in tally.failed)]
    sys.stdout.write("\n".join(lines) + "\n")
    return int(any(tally.failed for tally in tallies))


if __name__ == "__main__":
    raise SystemExit(main())
