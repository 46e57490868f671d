"""Outside data: a file with an analysis plan, without a database. A researcher's entrance, and how data of others are checked."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from questionnaires.problems import Problem
from questionnaires.strict_yaml import decode_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analysis.dataset import Dataset
    from analysis.plan import AnalysisPlan
    from analysis.results import ProtectedResults
    from analysis.weighting.weighing import Weighted
    from exports.report import Report


@dataclass(frozen=True, slots=True)
class Given:
    """The files of an analysis; the `register` counts the population, for plans with a weighting scheme."""

    data: Path
    plan: Path
    register: Path | None = None


@dataclass(frozen=True, slots=True)
class Analysed:
    """An analysis of outside data: what it was asked of, what may be shown of it, and its report."""

    dataset: Dataset
    plan: AnalysisPlan
    protected: ProtectedResults
    report: Report


def analyse_files(given: Given, *, today: date) -> Analysed | tuple[Problem, ...]:
    """Return the figures of a file, protected like all others, or everything that is wrong with the files."""
    from analysis.disclosure import Publication, groups_of, protect
    from analysis.disclosure.contributing import contributions_of
    from analysis.engine import analyse
    from exports.analysis_report import compose_analysis_report

    plan = _read_plan(given.plan)
    if isinstance(plan, tuple):
        return plan
    read = _read_dataset(given.data, plan)
    if isinstance(read, tuple):
        return read
    weighted = _weigh(read.dataset, plan, given)
    if isinstance(weighted, tuple):
        return weighted
    dataset = read.dataset if weighted is None else weighted.dataset
    publication = Publication(groups=groups_of(plan.references), contributions=contributions_of(dataset, plan))
    protected = protect(analyse(dataset, plan), plan.policy, publication=publication)
    report = compose_analysis_report(
        protected,
        title=f"Analyse van {given.data.name}",
        labels=read.labels,
        source=_source(given),
        made_on=today,
        confidence=plan.confidence,
        weighted=weighted,
    )
    return Analysed(dataset, plan, protected, report)


@dataclass(frozen=True, slots=True)
class _Read:
    dataset: Dataset
    labels: Mapping[str, str]


def _read_plan(file: Path) -> AnalysisPlan | tuple[Problem, ...]:
    from analysis.plan_reading import read_plan

    text = decode_yaml(file.read_bytes(), file.name)
    return (text,) if isinstance(text, Problem) else read_plan(text, file.name)


def _read_dataset(file: Path, plan: AnalysisPlan) -> _Read | tuple[Problem, ...]:
    from analysis.frames import read_frame
    from analysis.reading import labels_of, read_data

    frame = read_data(file)
    if isinstance(frame, tuple):
        return frame
    dataset = read_frame(frame, plan, file.name)
    return dataset if isinstance(dataset, tuple) else _Read(dataset, labels_of(frame))


def _weigh(dataset: Dataset, plan: AnalysisPlan, given: Given) -> Weighted | tuple[Problem, ...] | None:
    """Return the weighted data set; None when the plan has no scheme."""
    if plan.weighting is None:
        return None
    if given.register is None:
        cause = "Het plan heeft een weegschema, maar er is geen register met de populatie."
        return (Problem(given.plan.name, 1, "weighting", "A38", cause, "Geef het register mee met --register."),)
    from analysis.reading import read_data
    from analysis.weighting.register import read_register
    from analysis.weighting.weighing import weigh

    frame = read_data(given.register)
    if isinstance(frame, tuple):
        return frame
    register = read_register(frame, given.register.name, strata=plan.design.strata, unit=plan.design.unit)
    return register if isinstance(register, tuple) else weigh(dataset, plan.weighting, register, file=given.plan.name)


def _source(given: Given) -> tuple[tuple[str, str], ...]:
    files = (("Gegevens", given.data), ("Plan", given.plan), ("Register", given.register))
    named = tuple((name, f"{file.name}, sha256:{_digest(file)}") for name, file in files if file is not None)
    return (*named, ("Software", f"CEO {version('ceo-survey')}"))


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
