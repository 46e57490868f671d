"""Planning a round step by step. As long as nobody was invited everything can change; afterwards only the last day, and more languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import func
from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.clients import Sample, SamplingFrame
from ceo.storage.contacts import Invitation
from ceo.storage.database import Database
from ceo.storage.rounds import Promise, Round, RoundDesign, RoundStage, Stratum
from ceo.storage.tenancy import tenant_reading, tenant_transaction
from ceo.workflows.audit.recording import record
from ceo.workflows.publish import require_in_use
from ceo.workflows.rounds.design import ERASE_AFTER, Design, Step
from ceo.workflows.rounds.opening import MeasurementTakenError
from ceo.workflows.rounds.series import NO_SERIES, SeriesFault, put_in_series

_OPENS_AFTER: Final = timedelta(days=28)
_LASTS: Final = timedelta(days=42)


class DrawnError(Exception):
    """A sample was drawn: its groups stay until it is thrown away."""


class LockedError(Exception):
    """Somebody was invited already: what was promised to them stays."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A round with what was decided about it. `strata`: number of clients by group; `frame` is None while no list was loaded."""

    round: Round
    design: Design
    strata: Mapping[str, int]
    frame: SamplingFrame | None
    invited: int


@dataclass(frozen=True, slots=True)
class StepKept:
    """What a step of the plan changes: columns of the round, fields of the design, and the groups when they were typed."""

    step: Step
    of_round: Mapping[str, Any] = field(default_factory=dict)
    of_design: Mapping[str, Any] = field(default_factory=dict)
    strata: Mapping[str, int] | None = None
    series: str | None = None  # what was chosen about a series; None is nothing


@dataclass(frozen=True, slots=True)
class Beginning:
    """What has to be known before there is a plan at all."""

    measurement: str
    title: str
    questionnaire_hash: str
    phone: str
    aim: str
    users: str


async def begin_plan(
    database: Database, municipality: str, beginning: Beginning, *, actor: str, today: date, now: datetime
) -> int:
    """Begin a plan with its first step; return the id of the round. Days are a suggestion until the step about the moment is kept.

    Raises `MeasurementTakenError` and `WithdrawnVersionError`.
    """
    opens_on = today + _OPENS_AFTER
    design = Design(aim=beginning.aim, users=beginning.users).with_step(Step.AIM)
    async with tenant_transaction(database, municipality) as session:
        await _require_free(session, beginning.measurement, but=None)
        await require_in_use(session, beginning.questionnaire_hash)
        planned = Round(
            municipality=municipality,
            measurement=beginning.measurement,
            title=beginning.title,
            questionnaire_hash=beginning.questionnaire_hash,
            opens_on=opens_on,
            closes_on=opens_on + _LASTS,
            phone=beginning.phone,
            promise=Promise.ANONYMOUS.value,
            stage=RoundStage.DRAFT.value,
            erase_on=opens_on + _LASTS + timedelta(days=ERASE_AFTER),
        )
        session.add(planned)
        await session.flush()
        assert planned.id is not None
        session.add(
            RoundDesign(municipality=municipality, round_id=planned.id, document=design.model_dump(mode="json"))
        )
        await record(
            session,
            municipality,
            actor=actor,
            action="round.planned",
            object_kind="round",
            object_id=str(planned.id),
            after={"measurement": beginning.measurement, "questionnaire": beginning.questionnaire_hash},
            now=now,
        )
    return planned.id


async def read_plan(database: Database, municipality: str, round_id: int) -> Plan | None:
    """Return the plan of a round; None when there is no such round. A round from before there were plans has an empty one."""
    async with tenant_reading(database, municipality) as session:
        return await plan_in(session, round_id)


async def plan_in(session: AsyncSession, round_id: int, *, lock: bool = False) -> Plan | None:
    """Return the plan of a round within a session; `lock` it until the transaction ends."""
    row = await session.get(Round, round_id, with_for_update=lock or None)
    if row is None:
        return None
    kept = await session.get(RoundDesign, round_id)
    strata = select(Stratum.name, Stratum.population).where(col(Stratum.round_id) == round_id)
    invited = select(func.count()).select_from(Invitation).where(col(Invitation.round_id) == round_id)
    return Plan(
        row,
        Design.model_validate(kept.document) if kept is not None else Design(done=tuple(Step)),
        dict((await session.exec(strata.order_by(Stratum.name))).all()),
        await session.get(SamplingFrame, round_id),
        (await session.exec(invited)).one(),
    )


async def keep_step(
    database: Database, municipality: str, round_id: int, kept: StepKept, *, actor: str, now: datetime
) -> SeriesFault | None:
    """Keep a step of a plan, and record what changed. Return why the round cannot be in the series that was chosen; nothing is kept then.

    Raises `LockedError` when fieldwork has begun, `DrawnError` when a sample would lose its groups, `MeasurementTakenError` and
    `WithdrawnVersionError`.
    """
    async with tenant_transaction(database, municipality) as session:
        plan = await plan_in(session, round_id, lock=True)
        if plan is None or plan.round.stage != RoundStage.DRAFT:
            raise LockedError
        await _require_possible(session, plan.round, kept.of_round)
        if kept.of_design.get("by_list") is False and await session.get(Sample, round_id) is not None:
            raise DrawnError
        before = _facts(plan)
        design = Design.model_validate({**plan.design.model_dump(), **kept.of_design})
        if (fault := await _series_fault(session, plan, kept, design)) is not None:
            return fault
        if plan.round.series != before["series"]:
            design = design.model_copy(update={"series_check": ""})  # that was the key of the series before
        for name, value in kept.of_round.items():
            setattr(plan.round, name, value)
        if kept.step is Step.MOMENT and Step.EXECUTION not in plan.design.done:  # still a suggestion
            plan.round.erase_on = plan.round.closes_on + timedelta(days=ERASE_AFTER)
        await _store(session, plan, design.with_step(kept.step))
        if kept.strata is not None:
            await _replace_strata(session, plan.round, kept.strata)
        await session.flush()
        after = _facts(await plan_in(session, round_id) or plan)
        if before != after:
            await record(
                session,
                municipality,
                actor=actor,
                action="round.plan-changed",
                object_kind="round",
                object_id=str(round_id),
                before={name: before[name] for name in before if before[name] != after[name]},
                after={name: after[name] for name in after if before[name] != after[name]},
                now=now,
            )
    return None


async def _series_fault(session: AsyncSession, plan: Plan, kept: StepKept, design: Design) -> SeriesFault | None:
    if kept.step is not Step.MOMENT:
        return None
    chosen = kept.series if kept.series is not None else plan.round.series or NO_SERIES
    return await put_in_series(session, plan.round, design, chosen)


async def _require_possible(session: AsyncSession, row: Round, changes: Mapping[str, Any]) -> None:
    if "measurement" in changes:
        await _require_free(session, changes["measurement"], but=row.id)
    if "questionnaire_hash" in changes:
        await require_in_use(session, changes["questionnaire_hash"])


async def _require_free(session: AsyncSession, measurement: str, *, but: int | None) -> None:
    same = (await session.exec(select(Round.id).where(col(Round.measurement) == measurement))).one_or_none()
    if same is not None and same != but:
        raise MeasurementTakenError(measurement)


async def _store(session: AsyncSession, plan: Plan, design: Design) -> None:
    kept = await session.get(RoundDesign, plan.round.id)
    if kept is None:
        assert plan.round.id is not None
        kept = RoundDesign(municipality=plan.round.municipality, round_id=plan.round.id, document={})
        session.add(kept)
    kept.document = design.model_dump(mode="json")


async def _replace_strata(session: AsyncSession, row: Round, strata: Mapping[str, int]) -> None:
    assert row.id is not None
    await session.exec(delete(Stratum).where(col(Stratum.round_id) == row.id))
    session.add_all(
        Stratum(municipality=row.municipality, round_id=row.id, name=name, population=population)
        for name, population in strata.items()
    )


def _facts(plan: Plan) -> dict[str, Any]:
    """Return what the record shows of a plan: decisions, no words of people about their clients."""
    row, design = plan.round, plan.design
    return {
        "measurement": row.measurement,
        "title": row.title,
        "questionnaire": row.questionnaire_hash,
        "opens_on": row.opens_on,
        "closes_on": row.closes_on,
        "erase_on": row.erase_on,
        "promise": row.promise,
        "languages": row.languages,
        "series": row.series,
        "wave": row.wave,
        "moment": design.moment.value,
        "by_list": design.by_list,
        "modes": list(design.modes),
        "breakdown": design.breakdown.value,
        "act": design.act,
        "partners": dict(design.partners),
        "floor": design.floor,
        "reminders": design.reminders,
        "strata": dict(plan.strata),
    }
