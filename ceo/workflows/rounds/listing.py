"""The rounds of a municipality: seeing how far they are, opening one, and what may change in it afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Final

from sqlalchemy import and_, case, func, not_, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.contacts import Invitation, InvitationState
from ceo.storage.database import Database
from ceo.storage.editions import Edition
from ceo.storage.rounds import PublishedQuestionnaire, Round, RoundDesign, RoundStage, Stratum
from ceo.storage.submissions import Submission
from ceo.storage.tenancy import reading_across, tenant_reading
from ceo.workflows.ending.counting import kept_counts, states_in
from ceo.workflows.rounds.design import GOES_ON, Design

# Rounds on a page.
PAGE: Final = 50
_NEWEST_FIRST: Final = select(Round).order_by(col(Round.opens_on).desc(), col(Round.id).desc())


class RoundState(StrEnum):
    """Where a round is: by its stage, and in the field by the day."""

    DRAFT = "draft"
    COMING = "coming"
    OPEN = "open"
    ENDED = "ended"  # nobody can fill in any more; paper may still come
    CLOSED = "closed"
    SEALED = "sealed"
    ERASED = "erased"


OVER: Final = frozenset({RoundState.ENDED, RoundState.CLOSED, RoundState.SEALED, RoundState.ERASED})


@dataclass(frozen=True, slots=True)
class RoundOverview:
    """A round and how far it is. `invitations`: number by state; `counted`: submissions that the newest edition counts.

    `goes_on`: new people come in while others answer; known of a round that was looked up by itself.
    """

    round: Round
    state: RoundState
    invitations: Mapping[InvitationState, int]
    submitted: int
    counted: int
    editions: int
    goes_on: bool = False

    @property
    def invited(self) -> int:
        """Return the number of people who were invited."""
        return sum(self.invitations.values())

    @property
    def response(self) -> float | None:
        """Return the share of the invited who have sent answers, 0 to 1; None when nobody was invited."""
        return self.submitted / self.invited if self.invited else None

    def days_left(self, today: date) -> int:
        """Return the number of days on which people can still fill in, today included."""
        return max(0, (self.round.closes_on - max(today, self.round.opens_on)).days + 1)


@dataclass(frozen=True, slots=True)
class StratumProgress:
    """A stratum of a round: how many clients it has, and how far those who were invited are."""

    name: str
    population: int
    invitations: Mapping[InvitationState, int] = field(default_factory=dict)

    @property
    def invited(self) -> int:
        """Return the number of people who were invited."""
        return sum(self.invitations.values())

    @property
    def complete(self) -> int:
        """Return the number of people who have sent answers."""
        return self.invitations.get(InvitationState.COMPLETE, 0)


@dataclass(frozen=True, slots=True)
class UsableVersion:
    """A published version on which a municipality can open a round."""

    content_hash: str
    reference: str
    title: str
    own: bool


@dataclass(frozen=True, slots=True)
class RoundPage:
    """Some of the rounds of a municipality. `number` counts from 1."""

    rounds: tuple[RoundOverview, ...]
    number: int
    is_last: bool


async def list_rounds(database: Database, municipality: str, *, today: date, number: int = 1) -> RoundPage:
    """Return a page of the rounds of a municipality, the newest first. `number` counts from 1."""
    statement = _NEWEST_FIRST.offset((number - 1) * PAGE).limit(PAGE + 1)
    async with tenant_reading(database, municipality) as session:
        rounds = (await session.exec(statement)).all()
        return RoundPage(tuple(await _overviews(session, rounds[:PAGE], today)), number, is_last=len(rounds) <= PAGE)


async def current_and_past_rounds(
    database: Database, municipality: str, *, today: date, past: int
) -> tuple[list[RoundOverview], list[RoundOverview]]:
    """Return the rounds that are open or still come, and a few of those that are over, both the newest first."""
    in_field = and_(col(Round.stage) == RoundStage.FIELD.value, col(Round.closes_on) >= today)
    at_work = or_(col(Round.stage) == RoundStage.DRAFT.value, in_field)
    current, over = _NEWEST_FIRST.where(at_work).limit(PAGE), _NEWEST_FIRST.where(not_(at_work)).limit(past)
    async with tenant_reading(database, municipality) as session:
        rows = [*(await session.exec(current)).all(), *(await session.exec(over)).all()]
        found = await _overviews(session, rows, today)
    still = [overview for overview in found if overview.state not in OVER]
    return still, [overview for overview in found if overview.state in OVER]


async def read_round(database: Database, municipality: str, round_id: int, *, today: date) -> RoundOverview | None:
    """Return one round of a municipality; None when it has no such round."""
    async with tenant_reading(database, municipality) as session:
        rounds = (await session.exec(select(Round).where(col(Round.id) == round_id))).all()
        overview = next(iter(await _overviews(session, rounds, today)), None)
        planned = await session.get(RoundDesign, round_id)
    if overview is None or planned is None:
        return overview
    return replace(overview, goes_on=Design.model_validate(planned.document).moment in GOES_ON)


async def read_strata(database: Database, municipality: str, round_id: int) -> list[StratumProgress]:
    """Return the strata of a round in order of name, with how far each is."""
    async with tenant_reading(database, municipality) as session:
        strata = (await session.exec(select(Stratum).where(col(Stratum.round_id) == round_id))).all()
        counted = (
            select(Invitation.stratum, Invitation.state, func.count())
            .where(col(Invitation.round_id) == round_id)
            .group_by(Invitation.stratum, Invitation.state)
        )
        states: dict[str, dict[InvitationState, int]] = {}
        for stratum, state, number in await session.exec(counted):
            states.setdefault(stratum, {})[InvitationState(state)] = number
        if not states:  # they may have been erased since
            kept = await kept_counts(session, [round_id])
            states = {stratum: states_in(own) for stratum, own in kept.get(round_id, {}).items()}
    known = [StratumProgress(one.name, one.population, states.get(one.name, {})) for one in strata]
    return sorted(known, key=lambda progress: progress.name)


async def usable_versions(database: Database, municipality: str) -> list[UsableVersion]:
    """Return the published versions that a municipality can use: its own and the national ones, own first, newest first."""
    own = f"{municipality.lower()}."
    async with reading_across(database) as session:
        statement = (
            select(
                PublishedQuestionnaire.content_hash,
                PublishedQuestionnaire.questionnaire,
                PublishedQuestionnaire.version,
                PublishedQuestionnaire.title,
            )
            .where(col(PublishedQuestionnaire.withdrawn_on).is_(None))
            .where(
                col(PublishedQuestionnaire.questionnaire).startswith(own, autoescape=True)
                | col(PublishedQuestionnaire.questionnaire).startswith("nl.", autoescape=True)
            )
        )
        rows = (await session.exec(statement)).all()
    ordered = sorted(rows, key=lambda row: (not row[1].startswith(own), row[1], -row[2]))
    return [UsableVersion(row[0], f"{row[1]}@{row[2]}", row[3], row[1].startswith(own)) for row in ordered]


async def known_measurements(database: Database, municipality: str, *, most: int) -> list[str]:
    """Return the names of measurements that other municipalities have and this one has not, the newest first."""
    newest = func.max(Round.opens_on)
    own = func.max(case((col(Round.municipality) == municipality, 1), else_=0))
    async with reading_across(database) as session:
        statement = select(Round.measurement).group_by(Round.measurement).having(own == 0)
        return list(await session.exec(statement.order_by(newest.desc()).limit(most)))


async def _overviews(session: AsyncSession, rounds: Sequence[Round], today: date) -> list[RoundOverview]:
    """Return the overviews of rounds, in four queries however many there are."""
    ids = [row.id for row in rounds]
    invited: dict[int, dict[InvitationState, int]] = {}
    states = select(Invitation.round_id, Invitation.state, func.count()).where(col(Invitation.round_id).in_(ids))
    for round_id, state, number in await session.exec(states.group_by(col(Invitation.round_id), Invitation.state)):
        invited.setdefault(round_id, {})[InvitationState(state)] = number
    erased = [row.id for row in rounds if row.stage == RoundStage.ERASED]
    for round_id, counted in (await kept_counts(session, erased)).items():
        together = Counter[InvitationState]()
        for own in counted.values():
            together.update(states_in(own))
        invited[round_id] = dict(together)
    sent = select(Submission.round_id, func.count(), func.count(col(Submission.edition)))
    submitted = {
        row[0]: (row[1], row[2])
        for row in await session.exec(sent.where(col(Submission.round_id).in_(ids)).group_by(col(Submission.round_id)))
    }
    made = select(Edition.round_id, func.count()).where(col(Edition.round_id).in_(ids)).group_by(col(Edition.round_id))
    editions = dict((await session.exec(made)).all())
    return [
        RoundOverview(
            row,
            _state(row, today),
            invited.get(row.id or 0, {}),
            *submitted.get(row.id or 0, (0, 0)),
            editions.get(row.id or 0, 0),
        )
        for row in rounds
    ]


def _state(row: Round, today: date) -> RoundState:
    if row.stage != RoundStage.FIELD:
        return RoundState(row.stage)
    if today < row.opens_on:
        return RoundState.COMING
    return RoundState.OPEN if today <= row.closes_on else RoundState.ENDED
