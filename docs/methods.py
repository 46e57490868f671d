"""Writes docs/methods.md from the docstrings of `analysis`, so that the text is what the code does.

Run: python docs/methods.py. A test tells when the text is not that of the code.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import fill
from types import ModuleType
from typing import Any

_WIDTH = 124
TARGET = Path(__file__).with_name("methods.md")
HEAD = """\
# Methods

What is computed, how, and after whom. This text is made of the docstrings of `analysis`: the formulas stand beside the
code that computes them, and the worked numbers below are run as tests. Shares are fractions from 0 to 1 and scores run from
0 to 100 unless a text says otherwise. w is the weight of a respondent, h a stratum, n_h its respondents, N_h its clients,
f_h = n_h/N_h, and z the influence of a respondent on an estimate, of which the variance is made.

Two paths lead to the same estimates. *Tables*: sums by stratum, level and answer, from which means, shares, totals,
differences and their variance follow without respondents; for stratified samples of one stage, also with weights that were
fitted to margins. *Respondents*: the influence of each on an estimate, for clusters, stages, panels, weights fitted to
numbers, quantiles and regression. Where both apply they agree to nine digits, and both agree with R `survey` on the cases in
`tests/reference/oracle`.

Chapters stand in the order of a survey: plan, design, weights, estimates, comparisons, publication. Each begins with when to
use what.
"""


@dataclass(frozen=True)
class Chapter:
    """A part of the text: when to use what (`why`), and the modules of `analysis` that it is made of."""

    title: str
    why: str
    modules: tuple[str, ...]


CHAPTERS = (
    Chapter(
        "Planning a sample",
        "Before fieldwork. Start from the margin that a municipality needs (or the change that it wants to be able to see), "
        "and end with the number of letters. A draw follows from the list and a seed alone, so that anybody can repeat it.",
        ("sampling", "sample_planning", "drawing"),
    ),
    Chapter(
        "Response",
        "During and after fieldwork. Name the response rate that you use; look whether those who answer resemble the list before "
        "you look at what they answer; remind where fewer will answer than the margin needs.",
        ("response_rates", "response_composition", "representativity", "reminding"),
    ),
    Chapter(
        "The design",
        "Everything below rests on how respondents came in: which strata, of how many clients, drawn one by one or in "
        "clusters. Figures about this year's clients are *finite*: where nearly everyone answered there is little chance left. "
        "Figures about the service behind them, as in comparisons and trends, are of the *process*: no population ends.",
        ("design", "rows.sample"),
    ),
    Chapter(
        "Weights",
        "Weights make respondents stand for all clients. Without a register the design weights N_h/n_h are all there is; with "
        "one, non-response is corrected within strata and margins are met by raking, then extreme weights are trimmed. "
        "Calibrate instead when known totals are numbers, such as hours of support. Standardise to compare groups as if their "
        "make-up were the same. Read the diagnostics before any figure.",
        (
            "weighting.weighing",
            "weighting.partitions",
            "weighting.nonresponse",
            "weighting.raking",
            "weighting.trimming",
            "weighting.fitting",
            "weighting.diagnostics",
            "weighting.calibration",
            "weighting.residuals",
            "weighting.standardising",
        ),
    ),
    Chapter(
        "Estimates from tables",
        "The ordinary path, for means, shares and totals of samples of one stage: answers are added up once, and every figure "
        "follows from the sums. Parts of a country may be added up apart.",
        (
            "tabulation.tabulating",
            "tabulation.merging",
            "tabulation.moments",
            "tabulation.estimates",
            "tabulation.fitted_tables",
        ),
    ),
    Chapter(
        "Estimates from respondents",
        "For what tables do not carry: clusters and stages, ratios, quantiles. Linearise wherever the estimate is a smooth "
        "function of totals; use replicate weights where it is not.",
        (
            "rows.linearising",
            "rows.row_estimates",
            "rows.clustered",
            "rows.quantiles",
            "rows.replicates",
        ),
    ),
    Chapter(
        "Intervals and flags",
        "Means get Student's interval. Shares get the logit interval, exact ones where few answers lie on one side, and the "
        "other kinds are for comparison with other programs. Flags tell when a figure needs a reservation.",
        ("intervals", "figures"),
    ),
    Chapter(
        "Comparisons",
        "For the question whether two figures differ: a unit and its reference, or groups within a unit. The unit is a part of "
        "its reference, so intervals that overlap decide nothing: use these tests, with p-values adjusted for how many are read.",
        (
            "comparison.differences",
            "comparison.unit_means",
            "rows.unit_rows",
            "comparison.multiplicity",
            "comparison.concluding",
        ),
    ),
    Chapter(
        "Units side by side",
        "For the question where a unit lies among all. Bands and funnels take chance and the ordinary spread between units into "
        "account, and rank nobody. First see whether units differ beyond chance at all; adjust for the mix of clients where "
        "that is not in the hands of a municipality; steady figures of few respondents with the area model. Likeness finds who lives "
        "under the same circumstances, and among those who is clearly better: whom to learn from.",
        (
            "units.between_units",
            "units.banding",
            "units.funnels",
            "units.casemix",
            "units.area_model",
            "units.small_areas",
            "units.likeness",
            "units.learning_from",
        ),
    ),
    Chapter(
        "Time",
        "Two waves: the change between them. More waves: rolling windows or a trend, never over a break in the questions. "
        "A series that is followed every month or quarter: a control chart, to see when to look; after a baseline of a year the "
        "watched series, whose limits allow for how little a year tells. A goal: the probability that its target is met.",
        (
            "series.timeline",
            "series.waves",
            "series.trends",
            "series.in_control",
            "series.run_lengths",
            "series.control_charts",
            "series.watching",
            "series.released_changes",
            "series.target_path",
        ),
    ),
    Chapter(
        "Change in persons",
        "When the same persons answered before and after. The mean change speaks about clients; signs, ranks and sizes describe "
        "the pairs themselves. A change is an effect only with a control group. Look at drop-out and at regression to the mean "
        "before anything is said.",
        ("persons.change", "persons.paired", "persons.attrition"),
    ),
    Chapter(
        "Tests and models",
        "For research questions beyond the report, all with the design in the variance. Two groups: t test, or ranks when "
        "distances between answers mean little. Two classifications: Rao-Scott's F. Several characteristics at once: regression, "
        "with Wald's test or the likelihood ratio for whole terms.",
        (
            "models.mean_tests",
            "models.rank_tests",
            "models.independence",
            "models.predictors",
            "models.regression",
            "models.wald",
            "models.term_tests",
        ),
    ),
    Chapter(
        "Scales, theme scores and raters",
        "Theme scores take the items of one theme together. Check first whether these hang together: alpha when they load alike, "
        "omega otherwise. When several people read the same files, their agreement comes before any figure: of scores and orders "
        "with the correlations, of codes that are given or not with kappa.",
        ("composites", "scales.scales", "scales.raters", "scales.kappa"),
    ),
    Chapter(
        "Polls",
        "For what many municipalities together find of the same themes. Approve to choose a few of many; put in order to know "
        "which comes first.",
        ("polls.approval", "polls.ranked"),
    ),
    Chapter(
        "What may be shown",
        "Last, and always. A figure is hidden when it rests on few people, when it follows from what else is shown or was shown "
        "before, or when it tells too well what one person has. What is left may be rounded.",
        (
            "policy",
            "disclosure.primary",
            "tabulation.contributing",
            "disclosure.protecting",
            "disclosure.items",
            "disclosure.counting",
            "disclosure.complement",
            "disclosure.suppression",
            "disclosure.circles",
            "disclosure.audit",
            "disclosure.before",
            "disclosure.ledger",
            "disclosure.asking",
            "disclosure.rounding",
        ),
    ),
    Chapter(
        "Releases and microdata",
        "Areas of several municipalities come from the same tables; a figure for a group that somebody puts together from what was "
        "released is refused where it would tell of a few. Microdata leave under an agreement, after coarsening and suppression; "
        "synthetic people are made of released margins only.",
        ("release.combining", "microdata.suppressing", "microdata.weighing"),
    ),
)


def write() -> str:
    """Return the text."""
    parts = [HEAD, "\n".join(f"- [{it.title}](#{_anchor(it.title)})" for it in CHAPTERS)]
    for chapter in CHAPTERS:
        parts += [f"## {chapter.title}", fill(chapter.why, _WIDTH)]
        for name in chapter.modules:
            parts += _of_module(importlib.import_module(f"analysis.{name}"))
    return "\n\n".join(part.rstrip() for part in parts) + "\n"


def public_functions(module: ModuleType) -> list[tuple[str, str]]:
    """Return the public functions of a module with their texts, in the order of the file; of methods those with an example."""
    found: list[tuple[int, str, str]] = []
    for name, it in _own(module):
        if inspect.isclass(it):
            methods = [_entry(f"{name}.{inner}", one) for inner, one in vars(it).items() if inspect.isfunction(one)]
            found += [(line, full, text) for line, full, text in methods if ">>>" in text and "._" not in full]
        elif inspect.isfunction(inspect.unwrap(it)):
            found.append(_entry(name, inspect.unwrap(it)))
    return [(name, text) for _, name, text in sorted(found)]


def _own(module: ModuleType) -> Iterator[tuple[str, Any]]:
    """Yield what a module itself defines for others, functions that keep their results among it."""
    for name, it in vars(module).items():
        if callable(it) and not name.startswith("_") and getattr(it, "__module__", "") == module.__name__:
            yield name, it


def _entry(name: str, it: Any) -> tuple[int, str, str]:
    return it.__code__.co_firstlineno, name, inspect.getdoc(it) or ""


def _of_module(module: ModuleType) -> Iterator[str]:
    title = module.__name__.rpartition(".")[2].replace("_", " ").capitalize()
    yield f"### {title} · `{module.__name__}`"
    yield from _paragraphs(inspect.getdoc(module) or "")
    for name, text in public_functions(module):
        yield f"#### `{name}`"
        yield from _paragraphs(text)


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
