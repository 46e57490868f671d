"""From snapshots to the figures of every period: pooled as far as questionnaires allow, analysed, protected. For a thread of a worker.

Each period is a unit of one data set, so that disclosure control sees all of them, and all of them together, at once: a month that is
hidden does not follow from what is shown. A new edition is a later edition of the same answers, to which a period came: what was hidden
stays hidden. Periods do not overlap.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Final

from ceo.workflows.following.remembering import compacted
from ceo.workflows.following.runs import hide_runs
from ceo.workflows.following.series import Grain

if TYPE_CHECKING:
    from analysis.gathering import Record
    from analysis.plan import AnalysisPlan
    from analysis.pooling import Pooled, Series
    from analysis.results import Mark, ProtectedFigure, Results
    from analysis.snapshots import Snapshot
    from ceo.workflows.following.runs import Figures
    from questionnaires.codebook import Codebook, Variable
    from questionnaires.comparability.crosswalks import Crosswalk

_MONTHS_IN_A_QUARTER: Final = 3


@dataclass(frozen=True, slots=True)
class Material:
    """Snapshots with the names of their periods, the questionnaires that were filled in, and what readers have already (`ledger`, JSON)."""

    name: str
    grain: Grain
    snapshots: tuple[tuple[str, Snapshot], ...]
    versions: tuple[tuple[str, str], ...]
    crosswalks: tuple[Crosswalk, ...] | None
    floor: int
    ledger: str
    edition: int


@dataclass(frozen=True, slots=True)
class Period:
    """One period. `versions` are those that were filled in in it; `title` is that of a measurement."""

    name: str
    title: str
    first_day: date
    last_day: date
    versions: frozenset[str]


@dataclass(frozen=True, slots=True)
class Following:
    """One indicator: its variables by period, and the figure of each, where it was asked. `title` is Dutch."""

    indicator: str
    title: str
    higher_is_better: bool
    variables: Mapping[str, str]
    figures: Mapping[str, ProtectedFigure]


@dataclass(frozen=True, slots=True)
class Computed:
    """The protected figures of all periods, the oldest first, and the ledger after them as JSON."""

    periods: tuple[Period, ...]
    followed: tuple[Following, ...]
    marks: tuple[Mark, ...]
    ledger: str


@dataclass(slots=True)
class _Together:
    """Periods while snapshots are put in them: their rows, and the clients of each group."""

    title: str
    first_day: date
    last_day: date
    populations: dict[str, int] = field(default_factory=dict)
    snapshots: list[Snapshot] = field(default_factory=list)


def compute(material: Material) -> Computed:
    """Return the figures of every period. The same snapshots, crosswalks and ledger give the same, to the digit."""
    from analysis.disclosure import Publication, publish
    from analysis.disclosure.ledger import Ledger
    from analysis.policy import shipped_policy
    from analysis.pooling import pool_versions
    from questionnaires.sources import shipped_sources

    crosswalks = shipped_sources().all_crosswalks() if material.crosswalks is None else material.crosswalks
    pooled = pool_versions(material.versions, crosswalks)
    periods = _periods(material)
    results = _analysed(pooled, periods)
    before = Ledger.model_validate_json(material.ledger) if material.ledger else Ledger()
    publication = Publication(f"{material.edition}", material.name, (material.name,))
    policy = shipped_policy("municipality").with_floor(material.floor)
    published = publish(results, policy, before, publication=publication)
    shown: Figures = {(cell.item, cell.unit): figure for cell, figure in published.results.figures.items()}
    ledger = published.ledger
    if material.grain is Grain.MONTH:
        respondents = {(cell.item, cell.unit): figure.respondents for cell, figure in results.figures.items()}
        shown, ledger = hide_runs(shown, respondents, ledger, policy.floor)
    named = tuple(
        Period(
            name,
            one.title,
            one.first_day,
            one.last_day,
            frozenset(row.version for its in one.snapshots for row in its.rows),
        )
        for name, one in periods.items()
    )
    return Computed(named, _followed(pooled, named, shown), pooled.marks, compacted(ledger).model_dump_json())


def quarter_of(month: str) -> str:
    """Return the name of the quarter in which a month lies.

    >>> quarter_of("2026-03"), quarter_of("2026-10")
    ('2026-K1', '2026-K4')
    """
    year, number = month.split("-")
    return f"{year}-K{(int(number) - 1) // _MONTHS_IN_A_QUARTER + 1}"


def whole_quarters(months: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return the quarters that are over with their months: the last quarter counts once its last month is there.

    >>> whole_quarters(["2025-12", "2026-01", "2026-03", "2026-04"])
    {'2025-K4': ('2025-12',), '2026-K1': ('2026-01', '2026-03')}
    """
    found: dict[str, list[str]] = {}
    for month in months:
        found.setdefault(quarter_of(month), []).append(month)
    last = max(months, default="")
    if last and int(last.split("-")[1]) % _MONTHS_IN_A_QUARTER:
        del found[quarter_of(last)]
    return {name: tuple(its) for name, its in found.items()}


def _periods(material: Material) -> dict[str, _Together]:
    quarters = whole_quarters([name for name, _ in material.snapshots]) if material.grain is Grain.QUARTER else {}
    within = {month: quarter for quarter, months in quarters.items() for month in months}
    found: dict[str, _Together] = {}
    for name, snapshot in material.snapshots:
        period = within.get(name) if material.grain is Grain.QUARTER else name
        if period is None or not snapshot.rows:
            continue
        facts = snapshot.facts
        title = facts.title if material.grain is Grain.ROUND else ""
        together = found.setdefault(period, _Together(title, facts.opens_on, facts.closes_on))
        together.first_day = min(together.first_day, facts.opens_on)
        together.last_day = max(together.last_day, facts.closes_on)
        for stratum, population in facts.strata.items():
            # The same clients stand behind a group in every month.
            together.populations[stratum] = max(population, together.populations.get(stratum, 0))
        together.snapshots.append(snapshot)
    return found


def _analysed(pooled: Pooled, periods: Mapping[str, _Together]) -> Results:
    from analysis.dataset import Dataset
    from analysis.design import Stratum
    from analysis.engine import analyse
    from analysis.gathering import gather
    from analysis.results import Measure, Results

    codebook = _scored(pooled.codebook)
    plan = _plan(codebook)
    names = {variable.item for variable in codebook.variables}
    records: list[Record] = []
    strata: list[Stratum] = []
    for name, together in periods.items():
        rows = [(f"{name} {row.stratum}", row.version, row.answers) for its in together.snapshots for row in its.rows]
        counts: dict[str, int] = {}
        for record in pooled.records(rows):
            counts[record.stratum] = counts.get(record.stratum, 0) + 1
            records.append(replace(record, answers={k: v for k, v in record.answers.items() if k in names}))
        strata += (
            # More may answer than were clients when the round began.
            Stratum(f"{name} {group}", name, max(population, counts.get(f"{name} {group}", 0)))
            for group, population in together.populations.items()
        )
    dataset = gather(records, codebook, strata)
    assert isinstance(dataset, Dataset), f"sealed answers do not fit their codebook: {dataset}"
    results = analyse(dataset, plan)
    scores = {cell: figure for cell, figure in results.figures.items() if cell.measure is Measure.SCORE}
    return Results(scores, {}, results.respondents, results.populations, pooled.marks, results.origin)


def _scored(codebook: Codebook) -> Codebook:
    """Return the codebook of the questions that have a score, without breakdowns: a series is of everyone."""
    scored = tuple(replace(one, breakdown=False) for one in codebook.variables if has_score(one))
    return replace(codebook, variables=scored)


def has_score(variable: Variable) -> bool:
    """Return whether a question has a score: then it is followed."""
    from questionnaires.codebook import VariableKind

    return variable.kind is not VariableKind.MULTI and any(code.score is not None for code in variable.codes)


def _plan(codebook: Codebook) -> AnalysisPlan:
    from analysis.plan import plan_of
    from analysis.results import Inference

    # A series is about the service behind the answers, and not about the clients of one month.
    return plan_of(codebook).model_copy(update={"inference": Inference.PROCESS})


def _followed(
    pooled: Pooled, periods: Sequence[Period], shown: Mapping[tuple[str, str], ProtectedFigure]
) -> tuple[Following, ...]:
    """Return the indicators, theme scores first and questions in their order, each under the id that it keeps over versions."""
    composites = {one.composite: one for one in pooled.codebook.composites}
    variables = {one.item: one for one in pooled.codebook.variables if has_score(one)}
    titles = {name: (one.title, one.higher_is_better) for name, one in composites.items()}
    # The scores of questions are turned already: a higher one is a better experience.
    titles |= {name: (one.title, True) for name, one in variables.items()}
    by_id: dict[str, list[Series]] = {}
    for series in (*pooled.composites, *pooled.items):
        if series.name in titles:
            by_id.setdefault(series.id, []).append(series)
    found: list[Following] = []
    for indicator, its in by_id.items():
        asked = {
            period.name: next((one.name for one in its if one.versions & period.versions), "") for period in periods
        }
        own = {period: variable for period, variable in asked.items() if variable}
        figures = {period: shown[variable, period] for period, variable in own.items() if (variable, period) in shown}
        found.append(Following(indicator, *titles[its[0].name], own, figures))
    return tuple(found)
