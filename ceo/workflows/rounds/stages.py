"""From one stage of a round to the next: what must be true first, and what it does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import func, update
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.clients import Client, ClientStatus, Contact
from ceo.storage.contacts import Invitation, InvitationState
from ceo.storage.database import Database
from ceo.storage.jobs import Job, JobState
from ceo.storage.letters import MailState, OutgoingMail
from ceo.storage.paper import KeyedForm
from ceo.storage.rounds import Promise, PublishedQuestionnaire, RoundStage
from ceo.storage.tenancy import tenant_reading, tenant_transaction
from ceo.workflows.audit.recording import record
from ceo.workflows.jobs.kinds import JobKind
from ceo.workflows.jobs.queueing import queue_job
from ceo.workflows.rounds.design import Breakdown
from ceo.workflows.rounds.planning import Plan, plan_in

# Which stage can follow on which; each step back undoes one that harmed nothing yet.
_FOLLOWS: Final[Mapping[RoundStage, tuple[RoundStage, ...]]] = {
    RoundStage.DRAFT: (RoundStage.FIELD,),
    RoundStage.FIELD: (RoundStage.DRAFT, RoundStage.CLOSED),
    RoundStage.CLOSED: (RoundStage.FIELD, RoundStage.SEALED),
    RoundStage.SEALED: (RoundStage.ERASED,),
    RoundStage.ERASED: (),
}


# What a worker does, because it takes long: the stage follows when it is done.
_BY_WORKER: Final[Mapping[RoundStage, JobKind]] = {
    RoundStage.SEALED: JobKind.SEAL_ROUND,
    RoundStage.ERASED: JobKind.ERASE_ROUND,
}


class Obstacle(StrEnum):
    """Why a round cannot go to a stage yet. Each has words, and a way to take it away, in the workplace."""

    STEPS_LEFT = "steps-left"
    NO_CLIENTS = "no-clients"  # no list was loaded
    NOT_DRAWN = "not-drawn"
    NO_GROUPS = "no-groups"  # codes are handed out, and nobody said how many clients there are
    LAST_DAY_PASSED = "last-day-passed"
    ERASED_TOO_SOON = "erased-too-soon"  # before people are done answering
    WITHDRAWN_VERSION = "withdrawn-version"
    MODE_NOT_ASKED = "mode-not-asked"  # a mode for which the questionnaire was not made
    LANGUAGE_NOT_ASKED = "language-not-asked"
    FORBIDDEN_BREAKDOWN = "forbidden-breakdown"
    FORBIDDEN_PARTNERS = "forbidden-partners"  # a group that somebody answers for stands for a provider
    SERIES_ANONYMOUS = "series-anonymous"  # a series cannot be linked under this promise
    SERIES_WITHOUT_KEY = "series-without-key"  # people without what links them to other waves
    SOMEBODY_INVITED = "somebody-invited"
    FORMS_WAIT = "forms-wait"  # paper that was keyed and not sent
    WORK_GOES_ON = "work-goes-on"  # a job of this round


@dataclass(frozen=True, slots=True)
class Fieldwork:
    """What there is of a round to decide by."""

    drawn: int = 0
    reachable: int = 0
    unanswered: int = 0
    started: int = 0
    forms: int = 0
    mails: int = 0
    jobs: int = 0
    unlinked: int = 0
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """What the questionnaire of a round was made for."""

    modes: frozenset[str]
    languages: frozenset[str]
    breakdowns: frozenset[str]


@dataclass(frozen=True, slots=True)
class Standing:
    """A round, how its fieldwork stands, and what keeps it from each stage that could follow."""

    plan: Plan
    fieldwork: Fieldwork
    obstacles: Mapping[RoundStage, tuple[Obstacle, ...]]


async def read_standing(
    database: Database, municipality: str, round_id: int, asked: Asked, *, today: date
) -> Standing | None:
    """Return how a round stands; None when there is no such round."""
    async with tenant_reading(database, municipality) as session:
        return await _standing(session, round_id, asked, today)


@dataclass(frozen=True, slots=True)
class Wish:
    """To which stage a round should go."""

    municipality: str
    round_id: int
    to: RoundStage


async def move(
    database: Database, wish: Wish, asked: Asked, *, actor: str, today: date, now: datetime
) -> tuple[Obstacle, ...]:
    """Bring a round to a stage and record it, or let a worker do that. Return what stood in the way; nothing has changed then."""
    round_id, to = wish.round_id, wish.to
    async with tenant_transaction(database, wish.municipality) as session:
        await plan_in(session, round_id, lock=True)
        standing = await _standing(session, round_id, asked, today)
        assert standing is not None, "a round is never removed"
        if to not in standing.obstacles:
            return (Obstacle.WORK_GOES_ON,)  # somebody else moved it a moment ago
        if standing.obstacles[to]:
            return standing.obstacles[to]
        if to in _BY_WORKER:
            await queue_job(session, _BY_WORKER[to], actor=actor, now=now, round_id=round_id, once=f"round {round_id}")
            return ()
        before, row = standing.plan.round.stage, standing.plan.round
        row.stage = to.value
        if to is RoundStage.CLOSED:
            await _withdraw_mail(session, round_id)
        await session.flush()
        await record(
            session,
            wish.municipality,
            actor=actor,
            action=f"round.to-{to.value}",
            object_kind="round",
            object_id=str(round_id),
            before={"stage": before},
            after={"stage": to.value},
            now=now,
        )
    return ()


def obstacles_to(
    to: RoundStage, plan: Plan, fieldwork: Fieldwork, asked: Asked, *, today: date
) -> tuple[Obstacle, ...]:
    """Return everything that keeps a round from a stage."""
    if to is RoundStage.FIELD and plan.round.stage == RoundStage.DRAFT:
        return tuple(_before_field(plan, fieldwork, asked, today))
    if to is RoundStage.DRAFT:
        return (Obstacle.SOMEBODY_INVITED,) if plan.invited else ()
    if to is RoundStage.FIELD:
        return ()
    return tuple(_before_ending(fieldwork))


def _before_field(plan: Plan, fieldwork: Fieldwork, asked: Asked, today: date) -> Iterator[Obstacle]:
    if plan.design.left:
        yield Obstacle.STEPS_LEFT
    yield from _clients_missing(plan, fieldwork)
    yield from _days_wrong(plan, today)
    if fieldwork.withdrawn:
        yield Obstacle.WITHDRAWN_VERSION
    yield from _not_asked(plan, asked)
    if plan.round.series is not None:
        yield from _not_linked(plan, fieldwork)


def _not_linked(plan: Plan, fieldwork: Fieldwork) -> Iterator[Obstacle]:
    if plan.round.promise != Promise.PSEUDONYMOUS:
        yield Obstacle.SERIES_ANONYMOUS
    if fieldwork.unlinked or not plan.design.by_list:
        yield Obstacle.SERIES_WITHOUT_KEY


def _clients_missing(plan: Plan, fieldwork: Fieldwork) -> Iterator[Obstacle]:
    design = plan.design
    if design.by_list and plan.frame is None:
        yield Obstacle.NO_CLIENTS
    elif design.by_list and not fieldwork.drawn:
        yield Obstacle.NOT_DRAWN
    if not design.by_list and not plan.strata:
        yield Obstacle.NO_GROUPS


def _days_wrong(plan: Plan, today: date) -> Iterator[Obstacle]:
    row = plan.round
    if row.closes_on < today:
        yield Obstacle.LAST_DAY_PASSED
    if row.erase_on is None or row.erase_on <= row.closes_on:
        yield Obstacle.ERASED_TOO_SOON


def _not_asked(plan: Plan, asked: Asked) -> Iterator[Obstacle]:
    design = plan.design
    if not asked.modes.issuperset(design.modes):
        yield Obstacle.MODE_NOT_ASKED
    if not asked.languages.issuperset((plan.round.languages or "").split()):
        yield Obstacle.LANGUAGE_NOT_ASKED
    if design.breakdown.value not in asked.breakdowns:
        yield Obstacle.FORBIDDEN_BREAKDOWN
    if design.partners and Breakdown.PROVIDER.value not in asked.breakdowns:
        yield Obstacle.FORBIDDEN_PARTNERS


def _before_ending(fieldwork: Fieldwork) -> Iterator[Obstacle]:
    if fieldwork.forms:
        yield Obstacle.FORMS_WAIT
    if fieldwork.jobs:
        yield Obstacle.WORK_GOES_ON


async def _standing(session: AsyncSession, round_id: int, asked: Asked, today: date) -> Standing | None:
    plan = await plan_in(session, round_id)
    if plan is None:
        return None
    fieldwork = await _fieldwork(session, plan)
    following = _FOLLOWS[RoundStage(plan.round.stage)]
    return Standing(
        plan, fieldwork, {stage: obstacles_to(stage, plan, fieldwork, asked, today=today) for stage in following}
    )


async def _fieldwork(session: AsyncSession, plan: Plan) -> Fieldwork:
    round_id = plan.round.id
    drawn = (col(Client.round_id) == round_id, col(Client.status) == ClientStatus.DRAWN.value)
    reachable = select(func.count()).select_from(Contact).join(Client, col(Client.id) == col(Contact.id)).where(*drawn)
    states = select(Invitation.state, func.count()).where(col(Invitation.round_id) == round_id)
    by_state = dict((await session.exec(states.group_by(Invitation.state))).all())
    jobs = col(Job.state).in_((JobState.WAITING.value, JobState.RUNNING.value))
    version = await session.get_one(PublishedQuestionnaire, plan.round.questionnaire_hash)
    return Fieldwork(
        drawn=await _count(session, Client, *drawn),
        reachable=(await session.exec(reachable)).one(),
        unanswered=by_state.get(InvitationState.OPEN.value, 0),
        started=by_state.get(InvitationState.STARTED.value, 0),
        forms=await _count(session, KeyedForm, col(KeyedForm.round_id) == round_id),
        mails=await _count(session, OutgoingMail, *_waiting_mail(round_id)),
        jobs=await _count(session, Job, col(Job.round_id) == round_id, jobs),
        unlinked=await _count(session, Client, *drawn, col(Client.sealed_person_key).is_(None)),
        withdrawn=version.withdrawn_on is not None,
    )


async def _count(session: AsyncSession, table: type[SQLModel], *which: object) -> int:
    statement = select(func.count()).select_from(table).where(*which)  # type: ignore[arg-type]  # conditions of any kind
    return (await session.exec(statement)).one()


def _waiting_mail(round_id: int | None) -> tuple[object, object]:
    return col(OutgoingMail.round_id) == round_id, col(OutgoingMail.state) == MailState.WAITING.value


async def _withdraw_mail(session: AsyncSession, round_id: int) -> None:
    """Take back the mail that was not sent: the code in it would not work any more."""
    waiting = update(OutgoingMail).where(
        col(OutgoingMail.round_id) == round_id, col(OutgoingMail.state) == MailState.WAITING.value
    )
    await session.exec(waiting.values(state=MailState.WITHDRAWN.value, sealed=None))
