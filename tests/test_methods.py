"""The methods page: what the code says of itself, whole, and of everything that makes a figure."""

from __future__ import annotations

import doctest
import importlib.util
import inspect
import pkgutil
import re
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

import analysis

ROOT = Path(__file__).parents[1]
# Wider lines of an example run off a printed page.
WIDEST = 120


def load_writer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("methods_page", ROOT / "docs" / "methods.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their own module up
    spec.loader.exec_module(module)
    return module


METHODS = load_writer()
IN_CHAPTERS = [name for chapter in METHODS.CHAPTERS for name in chapter.modules]
FUNCTIONS = [
    (name, function, text)
    for name in IN_CHAPTERS
    for function, text in METHODS.public_functions(import_module(f"analysis.{name}"))
]

# Modules without a method of their own, and why.
WITHOUT_METHODS = {
    "snapshots": "a file format, no estimate",
    "release": "a folder",
    "release.adjusting": "tells adjusted scores, a method of the page, as far as they may be told",
    "release.areas": "puts units together, by methods of the page",
    "release.bands": "puts bands, a method of the page, in their places",
    "release.making": "calls the methods in order",
    "release.parts": "turns sealed rounds into data sets",
    "microdata": "a folder",
    "microdata.collecting": "turns sealed rounds into records",
    "microdata.declared": "says which variables leave",
    "microdata.giving_away": "finds what a rule would give away",
    "microdata.protected": "holds protected records",
    "microdata.protecting": "calls the methods in order",
    "microdata.recoding": "puts answers together as a rule says",
    "microdata.records": "holds records",
    "microdata.rule": "holds what was agreed",
    "microdata.synthetic": "draws people from released shares",
    "comparison": "a folder",
    "disclosure": "a folder, with what it offers",
    "models": "a folder",
    "persons": "a folder",
    "polls": "a folder",
    "reading": "a folder",
    "rows": "a folder",
    "scales": "a folder",
    "series": "a folder",
    "tabulation": "a folder",
    "units": "a folder",
    "units.groups": "says which units are no group",
    "units.mix_cells": "adds answers up for a method of the page",
    "weighting": "a folder",
    "comparison.comparing": "chooses which differences a plan asks for",
    "comparison.references": "says which units a unit is compared with",
    "dataset": "holds coded answers",
    "disclosure.places": "names where respondents stand",
    "disclosure.publication": "says what goes out together",
    "disclosure.sheets": "holds respondents by place",
    "disclosure.targets": "holds what the audit has to keep unknown",
    "disclosure.telling": "chooses the word that stands in a hidden cell",
    "disclosure.watching": "collects what the audit has to keep unknown",
    "engine": "calls the methods in order",
    "explaining": "shows the sums behind a figure, by methods of the page",
    "gathering": "turns submissions into a data set",
    "origin": "digests data, so that results can be traced",
    "partitions": "divides the work over processes",
    "plan": "holds what is asked",
    "plan_reading": "reads what is asked",
    "pooling": "joins versions of a questionnaire that may be taken together",
    "quantities": "lists what a plan asks for",
    "reading.cells": "reads a file",
    "reading.encoding": "reads a file",
    "reading.files": "reads a file",
    "reading.frames": "reads a file",
    "reading.layout": "reads a file",
    "reading.parquet_parts": "reads a file",
    "results": "holds figures",
    "rows.quantile_figures": "puts quantiles, a method of the page, in their places",
    "tabulation.estimating": "puts estimates, a method of the page, in their places",
    "tabulation.tables": "holds the tables",
    "weighting.agreement": "checks that data, scheme and register fit",
    "weighting.register": "reads a register",
    "weighting.scheme": "holds how weights are made",
    "weighting.sums": "adds by code",
    "weighting.targets": "collects the margins that a scheme asks for",
}


def test_the_page_is_what_the_code_says() -> None:
    page = (ROOT / "docs" / "methods.md").read_text(encoding="utf-8")
    assert page == METHODS.write(), "run: python docs/methods.py"


def test_every_module_has_a_chapter_or_a_reason_for_none() -> None:
    modules = {it.name.removeprefix("analysis.") for it in pkgutil.walk_packages(analysis.__path__, "analysis.")}
    assert sorted([*IN_CHAPTERS, *WITHOUT_METHODS]) == sorted(modules)


def test_every_chapter_says_when_to_use_what() -> None:
    assert [chapter.title for chapter in METHODS.CHAPTERS if not chapter.why.endswith(".")] == []


@pytest.mark.parametrize(("module", "function", "text"), FUNCTIONS, ids=[f"{it[0]}.{it[1]}" for it in FUNCTIONS])
def test_every_function_says_what_it_returns_after_whom_and_with_a_worked_number(
    module: str, function: str, text: str
) -> None:
    own = inspect.getdoc(import_module(f"analysis.{module}")) or ""
    examples = doctest.DocTestParser().get_examples(text)
    assert text.split(maxsplit=1)[0] in {"Return", "Yield", "Hide"}, function
    assert any(example.want for example in examples), function
    assert "Source: " in text or "Source: " in own, function


def test_every_line_of_the_docstrings_is_on_the_page() -> None:
    lines = {line for text in texts() for line in text.splitlines()}
    assert lines - set(METHODS.write().splitlines()) == set()


def test_no_line_of_an_example_runs_off_the_page() -> None:
    examples = [line for part in METHODS.write().split("```python\n")[1:] for line in part.split("```")[0].splitlines()]
    assert [line for line in examples if len(line) > WIDEST] == []


def test_no_line_of_a_text_is_taken_for_a_list_a_heading_or_a_tag() -> None:
    prose = [line for text in texts() for part in text.split("\n\n") if ">>>" not in part for line in part.splitlines()]
    assert [line for line in prose if re.match(r"\s*([-+*>#=]|\d+[.)])\s|\s{4}", line) or re.search(r"<\w", line)] == []


def texts() -> list[str]:
    modules = [inspect.getdoc(import_module(f"analysis.{name}")) or "" for name in IN_CHAPTERS]
    return [*modules, *(text for _, _, text in FUNCTIONS)]
