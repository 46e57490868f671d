"""Writes docs/methods.md from the docstrings of `analysis`, so that the text is what the code does.

Run: python docs/methods.py. A test tells when the text is not that of the code.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

TARGET = Path(__file__).with_name("methods.md")
HEAD = """\
# Methods

What is computed, how, and after whom. This text is made of the docstrings of `analysis`: the formulas stand beside the
code that computes them, and the worked numbers below are run as tests. Shares are fractions from 0 to 1 and scores run from
0 to 100 unless a text says otherwise. w is the weight of a respondent, h a stratum, n_h its respondents, N_h its clients.

Two paths lead to the same estimates. *Tables*: sums by stratum, level and answer, from which means, shares, totals,
differences and their variance follow without respondents; for one-stage stratified samples. *Rows*: the influence of every
respondent on an estimate, for clusters, stages, panels, fitted weights, quantiles and regression. Where both apply they
agree to nine digits, and both agree with R `survey` on the cases in `tests/reference/oracle`.
"""


@dataclass(frozen=True)
class Chapter:
    """A part of the text: the modules of `analysis` that it is made of."""

    title: str
    modules: tuple[str, ...]


CHAPTERS = (
    Chapter("The design", ("design", "rows.sample")),
    Chapter(
        "Estimates",
        (
            "tabulation.tabulating",
            "tabulation.moments",
            "tabulation.merging",
            "tabulation.estimates",
            "tabulation.fitted_tables",
            "rows.linearising",
            "rows.row_estimates",
            "rows.clustered",
            "rows.quantiles",
            "rows.replicates",
            "composites",
        ),
    ),
    Chapter("Intervals of means and shares", ("intervals",)),
    Chapter(
        "Weights",
        (
            "weighting.weighing",
            "weighting.nonresponse",
            "weighting.raking",
            "weighting.calibration",
            "weighting.residuals",
            "weighting.trimming",
            "weighting.diagnostics",
            "weighting.standardising",
        ),
    ),
    Chapter(
        "Comparisons",
        ("comparison.differences", "comparison.unit_means", "comparison.multiplicity", "comparison.concluding"),
    ),
    Chapter(
        "Units side by side",
        (
            "units.banding",
            "units.funnels",
            "units.area_model",
            "units.small_areas",
            "units.casemix",
            "units.between_units",
        ),
    ),
    Chapter(
        "Time",
        (
            "series.timeline",
            "series.waves",
            "series.trends",
            "series.in_control",
            "series.run_lengths",
            "series.control_charts",
        ),
    ),
    Chapter("Change in persons", ("persons.change", "persons.paired", "persons.attrition")),
    Chapter(
        "Tests and models",
        (
            "models.mean_tests",
            "models.rank_tests",
            "models.independence",
            "models.regression",
            "models.wald",
            "models.term_tests",
        ),
    ),
    Chapter("Scales and raters", ("scales.scales", "scales.raters")),
    Chapter("Planning a sample", ("sampling",)),
    Chapter(
        "What may be shown",
        (
            "policy",
            "disclosure.primary",
            "disclosure.protecting",
            "disclosure.asking",
            "disclosure.ledger",
            "disclosure.rounding",
        ),
    ),
)


def write() -> str:
    """Return the text."""
    parts = [HEAD, "\n".join(f"- [{it.title}](#{_anchor(it.title)})" for it in CHAPTERS)]
    for chapter in CHAPTERS:
        parts.append(f"## {chapter.title}")
        for name in chapter.modules:
            parts += _of_module(importlib.import_module(f"analysis.{name}"))
    return "\n\n".join(part.rstrip() for part in parts) + "\n"


def public_functions(module: ModuleType) -> Iterator[tuple[str, object]]:
    """Yield the public functions of a module with their names, in the order of the file."""
    found = [
        (name, it)
        for name, it in vars(module).items()
        if inspect.isfunction(it) and not name.startswith("_") and it.__module__ == module.__name__
    ]
    yield from sorted(found, key=lambda pair: pair[1].__code__.co_firstlineno)


def _of_module(module: ModuleType) -> Iterator[str]:
    yield f"### `{module.__name__}`"
    yield from _paragraphs(inspect.getdoc(module) or "")
    for name, function in public_functions(module):
        yield f"#### `{name}`"
        yield from _paragraphs(inspect.getdoc(function) or "")


def _paragraphs(text: str) -> Iterator[str]:
    """Yield the text with its worked examples as code."""
    for paragraph in text.split("\n\n"):
        lines = paragraph.splitlines()
        start = next((place for place, line in enumerate(lines) if line.startswith(">>>")), None)
        if start is None:
            yield "\n".join(lines)
            continue
        if start:
            yield "\n".join(lines[:start])
        yield "\n".join(["```python", *lines[start:], "```"])


def _anchor(title: str) -> str:
    return "".join(letter for letter in title.lower().replace(" ", "-") if letter.isalnum() or letter == "-")


if __name__ == "__main__":
    TARGET.write_text(write(), encoding="utf-8")
