"""One fault a folder: what each check finds, and nothing else. The first lines of `fault.yaml` say what is wrong and where."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from questionnaires.checks.definitions import check_definitions
from questionnaires.problems import Problem
from questionnaires.sources import read_sources

FIXTURES = Path(__file__).with_name("fixtures")
FAULTS = sorted(path.name for path in FIXTURES.iterdir() if path.is_dir())
EXPECTED = re.compile(r"^# expect: (D[0-9]{2}) at (\S+?)(?: in ([a-z-]+\.yaml))?(, a warning)?$", re.MULTILINE)


def files_of(name: str, which: str) -> dict[str, str]:
    """Return the shared library, what stands in the folder beside, and the faulty or the clean file."""
    folder = FIXTURES / name
    beside = {path.name for path in folder.iterdir()} - {"fault.yaml", "clean.yaml"}
    library = (FIXTURES / "library.yaml").read_text()
    return {"library.yaml": library, **{file: (folder / file).read_text() for file in [*sorted(beside), which]}}


def problems_in(files: dict[str, str]) -> tuple[Problem, ...]:
    return check_definitions(read_sources(files))


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found_where_it_is_and_nothing_else(name: str) -> None:
    files = files_of(name, "fault.yaml")
    (expected,) = EXPECTED.findall(files["fault.yaml"])
    code, place, file, warning = expected
    found = [(one.code, one.place, one.file, one.warning) for one in problems_in(files)]
    assert found == [(code, place, file or "fault.yaml", bool(warning))]
    assert name.startswith(code)


@pytest.mark.parametrize("name", FAULTS)
def test_without_the_fault_there_is_no_problem(name: str) -> None:
    assert [str(problem) for problem in problems_in(files_of(name, "clean.yaml"))] == []


def test_the_shared_library_has_no_problems() -> None:
    assert problems_in({"library.yaml": (FIXTURES / "library.yaml").read_text()}) == ()


def test_every_check_of_the_format_has_a_fault() -> None:
    assert {name[:3] for name in FAULTS} == {f"D{number:02}" for number in range(1, 19)}
