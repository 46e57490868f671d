"""From the submissions of a measurement to a report for each municipality: plain functions for a worker process.

The analysis and export rooms are imported inside the functions: the web process imports this module and must stay light.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from importlib import import_module
from importlib.metadata import version
from typing import Any, Final

_NEEDED: Final = (
    "analysis.engine",
    "analysis.gathering",
    "scipy.special",
    "exports.composing",
    "exports.html",
    "exports.pdf.writing",
)


@dataclass(frozen=True, slots=True)
class StratumRow:
    """A stratum of one municipality with its number of clients."""

    municipality: str
    name: str
    population: int


@dataclass(frozen=True, slots=True)
class SubmissionRow:
    """The answers of one client, with the stratum that they stand for."""

    municipality: str
    stratum: str
    answers: dict[str, Any]


@dataclass(frozen=True, slots=True)
class RoundFacts:
    """What a report says about its round. `submitted` may be more than is counted in the figures."""

    municipality: str
    name: str
    title: str
    opens_on: date
    closes_on: date
    simulated: bool
    invited: int
    submitted: int
    counted: int


@dataclass(frozen=True, slots=True)
class Measurement:
    """Everything that the reports of one measurement are made of. Holds answers, no persons."""

    content: str
    content_hash: str
    made_on: date
    rounds: tuple[RoundFacts, ...]
    strata: tuple[StratumRow, ...]
    submissions: tuple[SubmissionRow, ...]


def make_reports(measurement: Measurement) -> dict[str, str]:
    """Return the report of each municipality as JSON: gather, analyse, protect, compose."""
    from analysis.dataset import Dataset
    from analysis.design import Stratum
    from analysis.disclosure import protect
    from analysis.engine import analyse
    from analysis.gathering import Record, gather
    from analysis.plan import plan_of
    from exports.composing import compose_municipality_report
    from exports.findings import ReportContext
    from exports.wording import date_words
    from questionnaires.codebook import build_codebook
    from questionnaires.publishing import open_published

    codebook = build_codebook(open_published(measurement.content, measurement.content_hash))
    dataset = gather(
        (Record(f"{row.municipality} {row.stratum}", row.answers) for row in measurement.submissions),
        codebook,
        [Stratum(f"{row.municipality} {row.name}", row.municipality, row.population) for row in measurement.strata],
    )
    assert isinstance(dataset, Dataset), f"stored submissions do not fit their codebook: {dataset}"
    protected = protect(analyse(dataset, plan_of(codebook)))
    names = {facts.municipality: facts.name for facts in measurement.rounds}
    reports = {}
    for facts in measurement.rounds:
        context = ReportContext(
            municipality=facts.municipality,
            municipality_name=facts.name,
            round_title=facts.title,
            period=f"{date_words(facts.opens_on)} tot en met {date_words(facts.closes_on)}",
            simulated=facts.simulated,
            invited=facts.invited,
            submitted=facts.submitted,
            counted=facts.counted,
            units=names,
            questionnaire=codebook.questionnaire,
            questionnaire_version=codebook.version,
            questionnaire_hash=codebook.content_hash,
            software_version=version("ceo-survey"),
            made_on=measurement.made_on,
        )
        reports[facts.municipality] = compose_municipality_report(protected, codebook, context).model_dump_json()
    return reports


def write_report(report: str, extension: str) -> bytes:
    """Return a stored report as a file, in one of the formats of `exports.formats`."""
    from exports.formats import WRITERS
    from exports.report import Report

    return WRITERS[extension].write(Report.model_validate_json(report))


def write_fragment(report: str) -> bytes:
    """Return a stored report as the inside of a page."""
    from exports.html import write_html
    from exports.report import Report

    return write_html(Report.model_validate_json(report)).encode()


def warm_up() -> None:
    """Import what the first report needs, so that nobody waits for it."""
    for needed in _NEEDED:
        import_module(needed)
