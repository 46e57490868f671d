"""Outside data: a file with an analysis plan, without a database. A researcher's entrance, and how data of others are checked."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final

from questionnaires.problems import Problem
from questionnaires.strict_yaml import decode_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analysis.dataset import Dataset
    from analysis.partitions import Engine, Part, Progress
    from analysis.plan import AnalysisPlan
    from analysis.results import ProtectedResults, Results
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
    """An analysis of outside data: what was asked, what may be shown of it, and its report.

    The data set is there unless the data were analysed in parts.
    """

    plan: AnalysisPlan
    protected: ProtectedResults
    report: Report
    dataset: Dataset | None


def analyse_files(
    given: Given, *, today: date, engine: str = "inline", progress: Progress | None = None, whole: bool = False
) -> Analysed | tuple[Problem, ...]:
    """Return the figures of a file, protected like all others, or everything that is wrong with the files.

    With another engine than `inline`, and for a large Parquet file, the data are analysed in parts of whole units, unless
    they are asked for as a `whole`.
    """
    from analysis.disclosure import Publication, groups_of, protect
    from exports.analysis_report import compose_analysis_report

    where = _read_engine(engine)
    plan = _read_plan(given.plan)
    if isinstance(plan, tuple) or isinstance(where, Problem):
        return (*([where] if isinstance(where, Problem) else []), *(plan if isinstance(plan, tuple) else ()))
    found = None if whole else _analyse_parts(given, plan, where, progress)
    found = found or _analyse_whole(given, plan)
    if isinstance(found, tuple):
        return found
    publication = Publication(groups=groups_of(plan.references))
    protected = protect(found.results, plan.policy, publication=publication)
    report = compose_analysis_report(
        protected,
        title=f"Analyse van {given.data.name}",
        labels=found.labels,
        source=_source(given),
        made_on=today,
        confidence=plan.confidence,
        weighted=found.weighted,
    )
    return Analysed(plan, protected, report, found.dataset)


@dataclass(frozen=True, slots=True)
class _Found:
    results: Results
    labels: Mapping[str, str] = field(default_factory=dict)
    dataset: Dataset | None = None
    weighted: Weighted | None = None


def _read_engine(text: str) -> Engine | Problem:
    from analysis.partitions import read_engine

    return read_engine(text)


def _analyse_parts(
    given: Given, plan: AnalysisPlan, engine: Engine, progress: Progress | None
) -> _Found | tuple[Problem, ...] | None:
    """Return the results of the data in parts; None when the data are to be analysed as a whole."""
    from analysis.partitions import EngineKind, analyse_parts, by_units
    from analysis.reading.parquet_parts import parquet_parts

    inline = engine.kind is EngineKind.INLINE
    if plan.needs_rows:
        cause = "Weging, trappen, verhoudingen en kwantielen vragen alle rijen tegelijk."
        problem = Problem(given.plan.name, 1, "engine", "A97", cause, "Gebruik --engine inline.")
        return None if inline else (problem,)
    of_file = parquet_parts(given.data, plan) if given.data.suffix == ".parquet" else ()
    if inline and len(of_file) < _SEVERAL:
        return None
    labels: Mapping[str, str] = {}
    parts: Sequence[Part] = of_file
    if not of_file:
        read = _read_dataset(given.data, plan)
        if isinstance(read, tuple):
            return read
        parts, labels = by_units(read.dataset, max(engine.workers, _SEVERAL)), read.labels
    results = analyse_parts(parts, plan, engine, progress)
    return results if isinstance(results, tuple) else _Found(results, labels)


# Fewer parts than this are no parts.
_SEVERAL: Final = 2


def _analyse_whole(given: Given, plan: AnalysisPlan) -> _Found | tuple[Problem, ...]:
    from analysis.engine import analyse

    read = _read_dataset(given.data, plan)
    if isinstance(read, tuple):
        return read
    weighted = _weigh(read.dataset, plan, given)
    if isinstance(weighted, tuple):
        return weighted
    dataset = read.dataset if weighted is None else weighted.dataset
    return _Found(analyse(dataset, plan), read.labels, dataset, weighted)


@dataclass(frozen=True, slots=True)
class _Read:
    dataset: Dataset
    labels: Mapping[str, str]


def _read_plan(file: Path) -> AnalysisPlan | tuple[Problem, ...]:
    from analysis.plan_reading import read_plan

    text = decode_yaml(file.read_bytes(), file.name)
    return (text,) if isinstance(text, Problem) else read_plan(text, file.name)


def _read_dataset(file: Path, plan: AnalysisPlan) -> _Read | tuple[Problem, ...]:
    from analysis.reading.files import labels_of, read_data
    from analysis.reading.frames import read_frame

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
    from analysis.reading.files import read_data
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
