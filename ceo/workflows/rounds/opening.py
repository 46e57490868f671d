"""Opening a round, and what may change in it afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.database import Database
from ceo.storage.rounds import Promise, Round, Stratum
from ceo.storage.tenancy import tenant_transaction
from ceo.workflows.audit.recording import record
from ceo.workflows.publish import require_in_use


@dataclass(frozen=True, slots=True)
class RoundPlan:
    """What a municipality decides about a round. `populations`: number of clients by stratum."""

    municipality: str
    measurement: str
    title: str
    questionnaire_hash: str
    opens_on: date
    closes_on: date
    phone: str
    populations: Mapping[str, int]
    simulated: bool = False
    promise: Promise = Promise.ANONYMOUS
    results_shown: bool = False


@dataclass(frozen=True, slots=True)
class RoundChange:
    """What may change in a round after it was opened. None: stays as it is."""

    closes_on: date | None = None
    results_shown: bool | None = None
    more_languages: tuple[str, ...] = ()


class MeasurementTakenError(Exception):
    """The municipality has a round of this measurement already."""


async def open_round(database: Database, plan: RoundPlan) -> int:
    """Open a round on a published version that is not withdrawn; return its id."""
    async with tenant_transaction(database, plan.municipality) as session:
        return await add_round(session, plan)


async def add_round(session: AsyncSession, plan: RoundPlan) -> int:
    """Open a round within a transaction of its municipality; return its id."""
    await require_in_use(session, plan.questionnaire_hash)
    opened = Round(
        municipality=plan.municipality,
        measurement=plan.measurement,
        title=plan.title,
        questionnaire_hash=plan.questionnaire_hash,
        opens_on=plan.opens_on,
        closes_on=plan.closes_on,
        phone=plan.phone,
        simulated=plan.simulated,
        promise=plan.promise.value,
        results_shown=plan.results_shown,
    )
    session.add(opened)
    await session.flush()
    assert opened.id is not None
    session.add_all(
        Stratum(municipality=plan.municipality, round_id=opened.id, name=name, population=population)
        for name, population in plan.populations.items()
    )
    return opened.id


async def change_round(
    database: Database, municipality: str, round_id: int, change: RoundChange, *, actor: str, now: datetime
) -> bool:
    """Change what may change in a round, and record it; return whether there is such a round."""
    async with tenant_transaction(database, municipality) as session:
        row = await session.get(Round, round_id, with_for_update=True)
        if row is None:
            return False
        before = {"closes_on": row.closes_on, "results_shown": row.results_shown, "languages": row.languages}
        if change.more_languages and row.languages is not None:
            row.languages = " ".join(dict.fromkeys((*row.languages.split(), *change.more_languages)))
        if change.closes_on is not None:
            row.closes_on = change.closes_on
        if change.results_shown is not None:
            row.results_shown = change.results_shown
        after = {"closes_on": row.closes_on, "results_shown": row.results_shown, "languages": row.languages}
        if after != before:
            await session.flush()
            await record(
                session,
                municipality,
                actor=actor,
                action="round.changed",
                object_kind="round",
                object_id=str(round_id),
                before=before,
                after=after,
                now=now,
            )
    return True
