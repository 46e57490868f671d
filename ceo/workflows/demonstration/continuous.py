"""Two years of a round that goes on, with simulated clients: sealed months, the series that follow from them, and what is watched."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from ceo.clock import DUTCH_TIME
from ceo.storage.endings import Snapshot as SnapshotRow
from ceo.storage.following import Annotation, Antenna
from ceo.storage.kept_files import FilePurpose
from ceo.storage.rounds import Promise, Round, RoundDesign, RoundStage
from ceo.storage.tenancy import tenant_reading, tenant_transaction
from ceo.workflows.demonstration.continuous_answers import keep_answers, simulate_months
from ceo.workflows.demonstration.plan import FOLLOWED, PlannedFollowing, PlannedRound
from ceo.workflows.ending.months import SEALED_FROM
from ceo.workflows.ending.sealing import MEDIA_TYPE, WHOLE
from ceo.workflows.following.making import make_now
from ceo.workflows.kept_files.keeping import FileFacts, add_file
from ceo.workflows.publish import publish_questionnaire
from ceo.workflows.rounds.design import Design, Moment, Step
from ceo.workflows.rounds.opening import RoundPlan, add_round

if TYPE_CHECKING:
    from analysis.snapshots import SealedRow
    from ceo.settings import Settings
    from ceo.storage.database import Database
    from questionnaires.publishing import PublishedVersion

ACTOR: Final = "ceo demo"
_CORE: Final = "nl.ceo.wmo"


@dataclass(frozen=True, slots=True)
class SimulatedMonth:
    """The sealed answers of one month, as a file. `period` is "" for a whole round."""

    period: str
    content: bytes
    digest: str
    submissions: int


async def has_following(database: Database, plan: PlannedFollowing = FOLLOWED) -> bool:
    """Tell whether the rounds of the plan are there already."""
    from sqlmodel import col, select

    async with tenant_reading(database, plan.municipality) as session:
        found = await session.exec(select(Round.id).where(col(Round.measurement) == plan.rounds[-1].measurement))
        return found.first() is not None


async def seed_following(
    database: Database, settings: Settings, plan: PlannedFollowing = FOLLOWED, *, now: datetime
) -> None:
    """Add the rounds with their sealed months, choose what is watched, and make the series."""
    from questionnaires.loading import load_shipped

    today = now.astimezone(DUTCH_TIME).date()
    months = months_until(last_sealed(today), plan.months)
    begin = 0
    for planned in plan.rounds:
        published = await publish_questionnaire(database, load_shipped(planned.questionnaire), now=now)
        chosen = tuple(enumerate(months))[begin : begin + planned.months]
        begin += planned.months
        goes_on = planned is plan.rounds[-1]
        by_month = await asyncio.to_thread(simulate_months, plan, published, chosen)
        made = await asyncio.to_thread(_seal, plan, planned, published, by_month, whole=not goes_on)
        round_plan = RoundPlan(
            municipality=plan.municipality,
            measurement=planned.measurement,
            title=planned.title,
            questionnaire_hash=published.content_hash,
            opens_on=chosen[0][1],
            closes_on=today + timedelta(days=60) if goes_on else last_day(chosen[-1][1]),
            phone="0800 0000 (voorbeeld)",
            populations=plan.strata,
            simulated=True,
            promise=Promise.ANONYMOUS,
        )
        round_id = await _keep(database, settings, round_plan, made, now)
        if goes_on:
            await keep_answers(
                database, settings, round_plan, round_id, [row for rows in by_month.values() for row in rows]
            )
    async with tenant_transaction(database, plan.municipality) as session:
        for place, text in plan.happened.items():
            session.add(
                Annotation(
                    municipality=plan.municipality,
                    id=uuid.uuid4().hex,
                    day=months[place],
                    text=text,
                    core=_CORE,
                    made_by=ACTOR,
                    made_at=now,
                )
            )
        for indicator in plan.watched:
            session.add(
                Antenna(place=plan.municipality, core=_CORE, indicator=indicator, chosen_by=ACTOR, chosen_on=today)
            )
    await make_now(database, settings, plan.municipality, now=now)


def last_sealed(today: date) -> date:
    """Return the first day of the last month that is sealed by today.

    >>> last_sealed(date(2026, 11, 8)), last_sealed(date(2026, 11, 7))
    (datetime.date(2026, 10, 1), datetime.date(2026, 9, 1))
    """
    before = today.replace(day=1) - timedelta(days=1)
    if today.day < SEALED_FROM:
        before = before.replace(day=1) - timedelta(days=1)
    return before.replace(day=1)


def months_until(last: date, number: int) -> tuple[date, ...]:
    """Return the first days of months, the oldest first.

    >>> [f"{day:%Y-%m}" for day in months_until(date(2026, 2, 1), 3)]
    ['2025-12', '2026-01', '2026-02']
    """
    found = [last]
    while len(found) < number:
        found.insert(0, (found[0] - timedelta(days=1)).replace(day=1))
    return tuple(found)


def last_day(month: date) -> date:
    """Return the last day of a month, given its first."""
    return (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _seal(
    plan: PlannedFollowing,
    planned: PlannedRound,
    published: PublishedVersion,
    by_month: Mapping[date, list[SealedRow]],
    *,
    whole: bool,
) -> list[SimulatedMonth]:
    """Return the snapshot of each month, and that of the whole round where it is over."""
    from analysis.snapshots import SealedFacts, digest_of, make_snapshot, write_snapshot
    from questionnaires.codebook import build_codebook

    codebooks = [build_codebook(published)]
    months = list(by_month)
    spans = [(f"{month:%Y-%m}", month, last_day(month), rows) for month, rows in by_month.items()]
    if whole:
        everything = [row for rows in by_month.values() for row in rows]
        spans.append((WHOLE, months[0], last_day(months[-1]), everything))
    found: list[SimulatedMonth] = []
    for period, first, last, rows in spans:
        facts = SealedFacts(
            plan.municipality, planned.measurement, planned.title, first, last, Promise.ANONYMOUS.value, plan.strata
        )
        snapshot = make_snapshot(facts, rows, codebooks)
        found.append(
            SimulatedMonth(period, write_snapshot(snapshot, codebooks), digest_of(snapshot), len(snapshot.rows))
        )
    return found


async def _keep(
    database: Database, settings: Settings, plan: RoundPlan, made: list[SimulatedMonth], now: datetime
) -> int:
    async with tenant_transaction(database, plan.municipality) as session:
        round_id = await add_round(session, plan)
        design = Design(moment=Moment.CONTINUOUS, by_list=False, done=tuple(Step))
        session.add(
            RoundDesign(municipality=plan.municipality, round_id=round_id, document=design.model_dump(mode="json"))
        )
        for one in made:
            name = "-".join(filter(None, (plan.measurement, one.period)))
            facts = FileFacts(round_id, FilePurpose.SNAPSHOT, f"{name}.parquet", MEDIA_TYPE, ACTOR)
            file_id = await add_file(session, settings.encryption_keys, facts, one.content, now=now)
            session.add(
                SnapshotRow(
                    municipality=plan.municipality,
                    round_id=round_id,
                    period=one.period,
                    file_id=file_id,
                    digest=one.digest,
                    submissions=one.submissions,
                    fieldwork={},
                    sealed_by=ACTOR,
                    sealed_at=now,
                )
            )
        if any(one.period == WHOLE for one in made):
            (await session.get_one(Round, round_id)).stage = RoundStage.SEALED.value
    return round_id
