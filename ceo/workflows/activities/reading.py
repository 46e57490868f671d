"""Reading the sealed waves of a series, and what partners have to do with. The same number of queries however much there is."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.database import Database
from ceo.storage.endings import Snapshot
from ceo.storage.rounds import PublishedQuestionnaire, Round, RoundDesign, RoundStage, Stratum
from ceo.storage.sharing import SharedActivity
from ceo.storage.submissions import Submission
from ceo.storage.tenancy import reading_across, tenant_reading
from ceo.workflows.activities.changes import RefusedByPolicy, SeriesChanges, Wave
from ceo.workflows.activities.hiding import without_few_late
from ceo.workflows.activities.linking import PersonRow, SeriesRows, WaveRows
from ceo.workflows.activities.measuring import measure_changes
from ceo.workflows.ending.sealing import WHOLE
from ceo.workflows.library.current import present_library
from ceo.workflows.rounds.design import LEAST_FLOOR, Breakdown, Design, law_of
from ceo.workflows.rounds.series import waves_of

SEALED: Final = frozenset({RoundStage.SEALED.value, RoundStage.ERASED.value})


@dataclass(frozen=True, slots=True)
class SealedSeries:
    """The waves of a series. `digests`: of the snapshots of those that are sealed, by id of the round."""

    name: str
    municipality: str
    rounds: tuple[Round, ...]
    designs: Mapping[int, Design]
    digests: Mapping[int, str]

    @property
    def key(self) -> tuple[object, ...]:
        """What the changes follow from: as long as it is the same, they are."""
        plans = tuple(
            (one, by_provider(design), design.floor, design.act) for one, design in sorted(self.designs.items())
        )
        return self.municipality, self.name, tuple(sorted(self.digests.items())), plans

    @property
    def sealed(self) -> tuple[Round, ...]:
        """The waves that are sealed, the oldest first."""
        return tuple(row for row in self.rounds if row.id in self.digests)


@dataclass(frozen=True, slots=True)
class Listed:
    """A series of a municipality: its name, the title of its newest wave, how many waves there are and how many are sealed."""

    name: str
    title: str
    waves: int
    sealed: int


@dataclass(frozen=True, slots=True)
class GroupedRound:
    """A sealed round of which the groups are, or stand for, who gives the support."""

    round_id: int
    title: str
    measurement: str


@dataclass(frozen=True, slots=True)
class OwnActivities:
    """What a partner can look at: its series by activity, and the rounds of which a group was shared with it."""

    series: Mapping[str, tuple[Listed, ...]]
    rounds: Mapping[str, tuple[GroupedRound, ...]]


def by_provider(design: Design) -> bool:
    """Return whether the groups of a round are who gives the support, or are carried out by somebody who is named."""
    return design.breakdown is Breakdown.PROVIDER or bool(design.partners)


async def find_series(database: Database, municipality: str, series: str) -> SealedSeries | None:
    """Return the waves of a series; None when there is no such series."""
    if "\x00" in series:  # PostgreSQL has no such text, so nothing has this name
        return None
    async with tenant_reading(database, municipality) as session:
        rounds = tuple(await waves_of(session, series))
        ids = [row.id for row in rounds if row.id is not None]
        designs = await _designs(session, ids)
        sealed = select(Snapshot.round_id, Snapshot.digest).where(
            col(Snapshot.round_id).in_(ids), col(Snapshot.period) == WHOLE
        )
        digests = dict((await session.exec(sealed)).all())
    return SealedSeries(series, municipality, rounds, designs, digests) if rounds else None


async def compute_changes(database: Database, found: SealedSeries) -> SeriesChanges | RefusedByPolicy:
    """Return the changes of a series, computed in a thread; the refusal of the policy where the groups may not be shown."""
    rows = await gather_series(database, found)
    measured = await asyncio.to_thread(measure_changes, rows)
    if isinstance(measured, RefusedByPolicy):
        return measured
    waves = tuple(
        Wave(row.wave or 0, row.id, row.title, row.opens_on, row.closes_on)
        for row in found.sealed
        if row.id is not None
    )
    waiting = tuple(row.wave or 0 for row in found.rounds if row.id not in found.digests)
    partners: dict[str, str] = {}
    for design in (found.designs[row.id] for row in found.rounds if row.id is not None and row.id in found.designs):
        partners |= design.partners
    return SeriesChanges(
        found.name,
        rows.floor,
        waves,
        waiting,
        partners,
        measured.steps,
        measured.closed_to_partners,
        any(row.simulated for row in found.sealed),
    )


async def gather_series(database: Database, found: SealedSeries) -> SeriesRows:
    """Return the answers of the sealed waves of a series, without those few that came too late for any edition."""
    ids = [row.id for row in found.sealed if row.id is not None]
    async with tenant_reading(database, found.municipality) as session:
        columns = (
            Submission.round_id,
            Submission.person_key,
            Submission.stratum,
            Submission.questionnaire_hash,
            Submission.answers,
            Submission.edition,
        )
        answered = (
            select(*columns)  # type: ignore[call-overload]  # more columns than it has an overload for
            .where(col(Submission.round_id).in_(ids))
            .order_by(col(Submission.id))
        )
        given: dict[int, list[tuple[int | None, PersonRow]]] = {one: [] for one in ids}
        for round_id, person, activity, version, answers, edition in await session.exec(answered):
            given[round_id].append((edition, PersonRow(person, activity, version, dict(answers))))
        strata = (await session.exec(select(Stratum).where(col(Stratum.round_id).in_(ids)))).all()
    floors = {one: found.designs[one].floor if one in found.designs else LEAST_FLOOR for one in ids}
    rows = {one: without_few_late(own, floor=floors[one]) for one, own in given.items()}
    populations: dict[int, dict[str, int]] = {one: {} for one in ids}
    for stratum in strata:
        populations[stratum.round_id][stratum.name] = stratum.population
    hashes = {row.version for listed in rows.values() for row in listed}
    hashes |= {row.questionnaire_hash for row in found.sealed}
    library = await present_library(database)
    designs = [design for one, design in found.designs.items() if one in rows]
    return SeriesRows(
        tuple(
            WaveRows(row.wave or 0, populations[row.id], rows[row.id], law_of(None, found.designs.get(row.id)))
            for row in found.sealed
            if row.id
        ),
        await read_versions(database, hashes or {row.questionnaire_hash for row in found.rounds}),
        library.definitions.all_crosswalks() if library.number else None,
        max([LEAST_FLOOR, *floors.values()]),
        any(map(by_provider, designs)),
    )


async def read_versions(database: Database, hashes: Collection[str]) -> tuple[tuple[str, str], ...]:
    """Return the content and the digest of published versions."""
    statement = select(PublishedQuestionnaire.content, PublishedQuestionnaire.content_hash).where(
        col(PublishedQuestionnaire.content_hash).in_(hashes)
    )
    async with reading_across(database) as session:
        return tuple((row[0], row[1]) for row in await session.exec(statement))


async def list_activities(database: Database, municipality: str) -> tuple[tuple[Listed, ...], tuple[GroupedRound, ...]]:
    """Return the series of a municipality by name, and the sealed rounds with groups of providers, the newest first."""
    statement = (
        select(Round, RoundDesign.document)
        .outerjoin(RoundDesign, col(RoundDesign.round_id) == col(Round.id))
        .where(or_(col(Round.series).is_not(None), col(Round.stage).in_(SEALED)))
        .order_by(col(Round.opens_on).desc(), col(Round.id).desc())
    )
    async with tenant_reading(database, municipality) as session:
        # A round that nobody planned step by step has None there.
        rows: Sequence[tuple[Round, Mapping[str, Any] | None]] = (await session.exec(statement)).all()
    grouped = tuple(
        GroupedRound(row.id, row.title, row.measurement)
        for row, document in rows
        if row.id is not None and row.stage in SEALED and document and by_provider(Design.model_validate(document))
    )
    return _listed([row for row, _ in rows if row.series]), grouped


async def own_activities(database: Database, municipality: str, activities: Collection[str]) -> OwnActivities:
    """Return what a partner with these activities can look at."""
    in_series = (
        select(Round, Stratum.name)
        .join(Stratum, col(Stratum.round_id) == col(Round.id))
        .where(col(Stratum.name).in_(activities), col(Round.series).is_not(None))
        .order_by(col(Round.opens_on).desc(), col(Round.id).desc())
    )
    shared = (
        select(Round, SharedActivity.activity)
        .join(SharedActivity, col(SharedActivity.round_id) == col(Round.id))
        .where(col(SharedActivity.activity).in_(activities), col(Round.stage).in_(SEALED))
        .order_by(col(Round.opens_on).desc(), col(Round.id).desc())
    )
    async with tenant_reading(database, municipality) as session:
        waves, rounds = (await session.exec(in_series)).all(), (await session.exec(shared)).all()
    return OwnActivities(
        {name: _listed([row for row, own in waves if own == name]) for name in sorted(activities)},
        {
            name: tuple(
                GroupedRound(row.id, row.title, row.measurement)
                for row, own in rounds
                if own == name and row.id is not None
            )
            for name in sorted(activities)
        },
    )


async def _designs(session: AsyncSession, rounds: Sequence[int]) -> dict[int, Design]:
    kept = await session.exec(select(RoundDesign).where(col(RoundDesign.round_id).in_(rounds)))
    return {row.round_id: Design.model_validate(row.document) for row in kept}


def _listed(rounds: Sequence[Round]) -> tuple[Listed, ...]:
    """Return the series of rounds that stand with the newest first."""
    by_name: dict[str, list[Round]] = {}
    for row in rounds:
        by_name.setdefault(row.series or "", []).append(row)
    return tuple(
        Listed(name, rows[0].title, len(rows), sum(row.stage in SEALED for row in rows))
        for name, rows in sorted(by_name.items())
    )
