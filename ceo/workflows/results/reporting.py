"""From the submissions of a measurement to a report for each municipality: plain functions for a worker process.

The analysis and export rooms are imported inside the functions: the web process imports this module and must stay light.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

from ceo.workflows.results.months import SealedMonths, with_months

if TYPE_CHECKING:
    from questionnaires.comparability.crosswalks import Crosswalk

NEEDED: Final = (
    "analysis.engine",
    "analysis.gathering",
    "analysis.pooling",
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
    """The answers of one client, with the stratum that they stand for and the version that was filled in."""

    municipality: str
    stratum: str
    content_hash: str
    answers: dict[str, Any]


@dataclass(frozen=True, slots=True)
class SealedVersion:
    """A published version as it is kept."""

    content: str
    content_hash: str


@dataclass(frozen=True, slots=True)
class RoundFacts:
    """What a report says about its round. `submitted` may be more than is counted in the figures."""

    municipality: str
    content_hash: str
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
    """Everything that the reports of one measurement are made of. Holds answers, no persons.

    Municipalities may have asked different versions; what may be taken together is decided item by item. `ledger` is what
    earlier editions have shown, as JSON; a measurement without a name is shown to nobody else and keeps none. `crosswalks` are those
    that national editors have released; None when only those that come with the software count. `floor`: the strictest smallest number
    of respondents that a municipality planned its round with. `months`: of rounds that go on, what their series show.
    """

    versions: tuple[SealedVersion, ...]
    made_on: date
    rounds: tuple[RoundFacts, ...]
    strata: tuple[StratumRow, ...]
    submissions: tuple[SubmissionRow, ...]
    name: str = ""
    edition: int = 0
    ledger: str = ""
    crosswalks: tuple[Crosswalk, ...] | None = None
    floor: int = 0
    months: tuple[SealedMonths, ...] = ()


@dataclass(frozen=True, slots=True)
class Made:
    """An edition: the report of each municipality, and the ledger after it, all as JSON."""

    reports: dict[str, str]
    ledger: str = ""


def make_reports(measurement: Measurement) -> Made:
    """Return the reports of a measurement: gather, analyse, protect, compose.

    What earlier editions have shown is in the ledger: a figure that would give away who came since is not shown.
    """
    from analysis.dataset import Dataset
    from analysis.design import Stratum
    from analysis.disclosure import Publication, publish
    from analysis.disclosure.ledger import Ledger
    from analysis.engine import analyse
    from analysis.gathering import gather
    from analysis.plan import plan_of
    from analysis.pooling import pool_versions
    from exports.composing import compose_municipality_report
    from exports.findings import ReportContext
    from exports.wording import date_words
    from questionnaires.sources import shipped_sources

    released = measurement.crosswalks
    pooled = pool_versions(
        ((sealed.content, sealed.content_hash) for sealed in measurement.versions),
        shipped_sources().all_crosswalks() if released is None else released,
    )
    dataset = gather(
        pooled.records(
            (f"{row.municipality} {row.stratum}", row.content_hash, row.answers) for row in measurement.submissions
        ),
        pooled.codebook,
        [Stratum(f"{row.municipality} {row.name}", row.municipality, row.population) for row in measurement.strata],
    )
    assert isinstance(dataset, Dataset), f"stored submissions do not fit their codebook: {dataset}"
    plan = plan_of(pooled.codebook)
    policy = plan.policy.with_floor(measurement.floor)
    results = replace(analyse(dataset, plan), marks=pooled.marks)
    ledger = Ledger.model_validate_json(measurement.ledger) if measurement.ledger else Ledger()
    publication = Publication(f"{measurement.edition}", measurement.name, (measurement.name,))
    before = with_months(ledger, measurement.name, results.figures, measurement.months)
    published = publish(results, policy, before, publication=publication)
    after = ledger.model_copy(update={"releases": (*ledger.releases, published.ledger.releases[-1])})
    grown = after.model_dump_json() if measurement.name else ""
    answered = _versions_answered(measurement)
    names = {facts.municipality: facts.name for facts in measurement.rounds}
    reports = {}
    for facts in measurement.rounds:
        asked = pooled.codebooks[facts.content_hash]
        codebook = pooled.codebook_for(facts.content_hash, answered[facts.municipality])
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
            questionnaire=asked.questionnaire,
            questionnaire_version=asked.version,
            questionnaire_hash=asked.content_hash,
            software_version=version("ceo-survey"),
            made_on=measurement.made_on,
        )
        reports[facts.municipality] = compose_municipality_report(
            published.results, codebook, context
        ).model_dump_json()
    return Made(reports, grown)


def _versions_answered(measurement: Measurement) -> dict[str, set[str]]:
    answered: dict[str, set[str]] = {facts.municipality: set() for facts in measurement.rounds}
    for row in measurement.submissions:
        answered[row.municipality].add(row.content_hash)
    return answered


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
    for needed in NEEDED:
        import_module(needed)
