"""A national release of simulated clients: a sealed round in every municipality, signed for by all of them, made and published.

Besides there can be one that somebody proposed: a worker makes it, and then it waits for signatures, so that a visitor can sign.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from sqlmodel import col, select

from ceo.settings import Settings
from ceo.storage.database import Database
from ceo.storage.endings import Snapshot as SnapshotRow
from ceo.storage.kept_files import FilePurpose
from ceo.storage.municipalities import Municipality
from ceo.storage.people import NATIONAL
from ceo.storage.releases import Release
from ceo.storage.rounds import Round, RoundStage
from ceo.storage.tenancy import reading_across, tenant_transaction
from ceo.workflows.demonstration.plan import NEIGHBOURS, UTRECHT
from ceo.workflows.demonstration.simulating import (
    QUESTIONNAIRE,
    RESPONSE,
    Simulated,
    Simulation,
    fieldwork_days,
    simulating,
)
from ceo.workflows.ending.sealing import MEDIA_TYPE, WHOLE
from ceo.workflows.kept_files.keeping import FileFacts, add_file
from ceo.workflows.publish import publish_questionnaire
from ceo.workflows.releases.deciding import By, Looked, ReleaseDecided, publish_release, sign_round
from ceo.workflows.releases.making import Making, make_asked
from ceo.workflows.releases.proposal import Proposal
from ceo.workflows.releases.proposing import Proposed, propose
from ceo.workflows.releases.reading import find_release
from ceo.workflows.rounds.opening import RoundPlan, add_round

MEASUREMENT: Final = "wmo-landelijk-2026"
DRAFT: Final = "wmo-concept-2026"
ACTOR: Final = "ceo demo"
RESPONDENTS: Final = 100_000
_TITLE: Final = "Wmo-meting 2026, landelijk (gesimuleerd)"
_DRAFT_TITLE: Final = "Wmo-meting 2026, vijf gemeenten (gesimuleerd)"
_STRATA: Final[Mapping[str, float]] = {
    "Hulp bij het huishouden": 0.028,
    "Begeleiding": 0.014,
    "Hulpmiddelen en vervoer": 0.023,
}
# As in a real measurement: nobody sends more than these, and small places ask everybody.
_FLEVOLAND: Final = ("GM0034", "GM0050", "GM0171", "GM0184", "GM0303", "GM0995")
_DRENTHE: Final = (
    "GM0106",
    "GM0109",
    "GM0114",
    "GM0118",
    "GM0119",
    "GM1680",
    "GM1681",
    "GM1690",
    "GM1699",
    "GM1701",
    "GM1730",
    "GM1731",
)
# About as large as Utrecht, so that it has others to look at that are like it.
_CITIES: Final = ("GM0014", "GM0518", "GM0599", "GM0772", "GM0855")
_MOST: Final = 900
_FEWEST: Final = 6


@dataclass(frozen=True, slots=True)
class NationalPlan:
    """How large the demonstration is: respondents in all, and the municipalities (None: all).

    `draft`: another release, which is proposed only.
    """

    respondents: int = RESPONDENTS
    municipalities: Sequence[str] | None = None
    processes: int = field(default_factory=lambda: os.cpu_count() or 1)
    name: str = MEASUREMENT
    title: str = _TITLE
    draft: NationalPlan | None = None


def some_towns() -> NationalPlan:
    """Return the plan of the small demonstration: two provinces, Utrecht and cities like it, so that it is there in some seconds.

    The draft is of municipalities whose owners a visitor can be.
    """
    draft = NationalPlan(1_000, (UTRECHT, *NEIGHBOURS), processes=1, name=DRAFT, title=_DRAFT_TITLE)
    towns = (*_FLEVOLAND, *_DRENTHE, *_CITIES, UTRECHT)
    return NationalPlan(6_500, towns, processes=1, name=f"{MEASUREMENT}-klein", draft=draft)


async def has_release(database: Database, plan: NationalPlan) -> bool:
    """Tell whether the release of a plan is published already."""
    return await find_release(database, plan.name, public=True) is not None


async def seed_national(
    database: Database,
    settings: Settings,
    plan: NationalPlan = NationalPlan(),
    *,
    now: datetime,
    told: Callable[[int, int], None],
) -> Release:
    """Seal a simulated round in every municipality, and publish a release of all. `told` hears (municipalities sealed, all)."""
    await _seal_rounds(database, settings, plan, now=now, told=told)
    row = await _release(database, settings, plan, now)
    if plan.draft is not None:
        await _seal_rounds(database, settings, plan.draft, now=now, told=lambda *_: None)
        await _propose(database, plan.draft, now)
    return row


async def _seal_rounds(
    database: Database, settings: Settings, plan: NationalPlan, *, now: datetime, told: Callable[[int, int], None]
) -> None:
    from questionnaires.loading import load_shipped

    published = await publish_questionnaire(database, load_shipped(QUESTIONNAIRE), now=now)
    towns = await _towns(database, plan)
    numbers = _respondents(towns, plan.respondents)
    async with simulating(plan.processes) as simulate:
        waiting = [
            (
                town,
                simulate(
                    Simulation(town.code, plan.name, plan.title, _populations(town), numbers[town.code], now.date())
                ),
            )
            for town in towns
        ]
        for done, (town, simulated) in enumerate(waiting, start=1):
            round_plan = _round_plan(town, plan, published.content_hash, now.date())
            await _seal(database, settings, round_plan, await simulated, now)
            told(done, len(towns))


async def _towns(database: Database, plan: NationalPlan) -> list[Municipality]:
    everywhere = select(Municipality).order_by(col(Municipality.code))
    async with reading_across(database) as session:
        found = list(await session.exec(everywhere))
    return [town for town in found if plan.municipalities is None or town.code in plan.municipalities]


def _populations(town: Municipality) -> dict[str, int]:
    return {name: max(3, round(share * town.population)) for name, share in _STRATA.items()}


def _respondents(towns: Sequence[Municipality], total: int) -> dict[str, int]:
    """Return how many clients answer in each municipality: about the total, nowhere more than response allows."""
    most = {town.code: min(_MOST, round(RESPONSE * sum(_populations(town).values()))) for town in towns}
    scale = min(1.0, total / max(sum(most.values()), 1))
    return {code: max(_FEWEST, round(scale * number)) for code, number in most.items()}


def _round_plan(town: Municipality, plan: NationalPlan, content_hash: str, today: date) -> RoundPlan:
    opens, closes = fieldwork_days(today)
    return RoundPlan(
        municipality=town.code,
        measurement=plan.name,
        title=plan.title,
        questionnaire_hash=content_hash,
        opens_on=opens,
        closes_on=closes,
        phone="0800 0000 (voorbeeld)",
        populations=_populations(town),
        simulated=True,
    )


async def _seal(database: Database, settings: Settings, plan: RoundPlan, made: Simulated, now: datetime) -> None:
    async with tenant_transaction(database, plan.municipality) as session:
        round_id = await add_round(session, plan)
        facts = FileFacts(round_id, FilePurpose.SNAPSHOT, f"{plan.measurement}.parquet", MEDIA_TYPE, ACTOR)
        file_id = await add_file(session, settings.encryption_keys, facts, made.content, now=now)
        session.add(
            SnapshotRow(
                municipality=plan.municipality,
                round_id=round_id,
                period=WHOLE,
                file_id=file_id,
                digest=made.digest,
                submissions=made.submissions,
                fieldwork=made.fieldwork,
                sealed_by=ACTOR,
                sealed_at=now,
            )
        )
        (await session.get_one(Round, round_id)).stage = RoundStage.SEALED.value


async def _propose(database: Database, plan: NationalPlan, now: datetime) -> Proposed:
    proposal = Proposal(
        name=plan.name,
        measurement=plan.name,
        title=plan.title,
        population="Cliënten van de Wmo in de deelnemende gemeenten",
        publisher="CEO-demonstratie",
    )
    proposed = await propose(database, proposal, place=NATIONAL, actor=ACTOR, now=now)
    assert isinstance(proposed, Proposed), proposed
    return proposed


async def _release(database: Database, settings: Settings, plan: NationalPlan, now: datetime) -> Release:
    proposed = await _propose(database, plan, now)
    await make_asked(database, settings, clock=lambda: now, making=Making())
    async with reading_across(database) as session:
        row = await session.get_one(Release, (proposed.release, proposed.edition))
    assert row.digest, row.fault
    looked = Looked(row.name, row.edition, row.digest)
    for one in proposed.rounds:
        decided = await sign_round(database, looked, By(one.municipality, ACTOR, now))
        assert decided is ReleaseDecided.DONE, decided
    decided = await publish_release(database, looked, By(NATIONAL, ACTOR, now))
    assert decided is ReleaseDecided.DONE, decided
    async with reading_across(database) as session:
        return await session.get_one(Release, (proposed.release, proposed.edition))
