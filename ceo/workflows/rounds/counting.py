"""Counting fieldwork: what the database says of the invitations, the list and the answers of a round."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import case, func
from sqlalchemy import select as select_core
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.answer_days import days_of
from ceo.storage.clients import Client, ClientStatus, Sample
from ceo.storage.contacts import Invitation, InvitationState
from ceo.storage.rounds import Stratum
from ceo.storage.submissions import Submission
from ceo.workflows.ending.counting import kept_counts, state_and_disposition

# What response is compared by; both stand in every list that gives them.
TRAITS: Final = ("age_group", "sex")
# When no plan says how many will answer.
_USUAL_RESPONSE: Final = 0.35


@dataclass(frozen=True, slots=True)
class Outcome:
    """Invitations of one stratum that ended alike, so far."""

    stratum: str
    state: str
    disposition: str | None
    number: int


@dataclass(frozen=True, slots=True)
class Cell:
    """Clients of one stratum who are alike in the traits: in the list, invited, and those of them who answered."""

    stratum: str
    traits: tuple[str, ...]
    population: int
    invited: int
    respondents: int


@dataclass(frozen=True, slots=True)
class Counted:
    """What the database counts of a round. `response`: the share that was expected to answer."""

    populations: Mapping[str, int]
    outcomes: tuple[Outcome, ...]
    cells: tuple[Cell, ...]
    modes: Mapping[str, int]
    languages: Mapping[str, int]
    days: Mapping[date, int]
    response: float
    drawn: Mapping[str, int]


async def count_round(session: AsyncSession, round_id: int) -> Counted:
    """Return what there is to count of a round, in as many statements however many people there are.

    Of a round whose invitations were erased it is what was counted when it was sealed.
    """
    strata = select(Stratum.name, Stratum.population).where(col(Stratum.round_id) == round_id)
    ended = (
        select(Invitation.stratum, Invitation.state, col(Invitation.disposition), func.count())
        .where(col(Invitation.round_id) == round_id)
        .group_by(Invitation.stratum, Invitation.state, col(Invitation.disposition))
    )
    drawn = (
        select(Client.stratum, func.count())
        .where(col(Client.round_id) == round_id, col(Client.status) == ClientStatus.DRAWN.value)
        .group_by(Client.stratum)
    )
    sample = await session.get(Sample, round_id)
    outcomes = [Outcome(*row) for row in await session.exec(ended)]
    return Counted(
        populations=dict((await session.exec(strata.order_by(Stratum.name))).all()),
        outcomes=tuple(outcomes or await _kept_outcomes(session, round_id)),
        cells=tuple(await _cells(session, round_id)) if sample is not None else (),
        modes=await _sent_by(session, round_id, Submission.mode),
        languages=await _sent_by(session, round_id, Submission.language),
        days=await days_of(session, round_id),
        response=_expected_response(sample),
        drawn=dict((await session.exec(drawn)).all()),
    )


async def _cells(session: AsyncSession, round_id: int) -> list[Cell]:
    """Count the clients who can be drawn by stratum and traits, those who were invited, and those who answered."""
    # The library has types for four columns at most.
    alike: list[Any] = [col(Client.stratum), *(col(Client.traits)[trait].as_string() for trait in TRAITS)]
    answered = case((col(Invitation.state) == InvitationState.COMPLETE.value, 1))
    numbers = (func.count(), func.count(col(Invitation.access_hash)), func.count(answered))
    statement: Any = (
        select_core(*alike, *numbers)
        .select_from(Client)
        .outerjoin(Invitation, col(Invitation.client_id) == col(Client.id))
        .where(col(Client.round_id) == round_id, col(Client.status) != ClientStatus.EXCLUDED.value)
        .group_by(*alike)
    )
    rows = (await session.exec(statement)).all()
    return [Cell(row[0], tuple(str(one or "") for one in row[1:-3]), *row[-3:]) for row in rows]


async def _sent_by(session: AsyncSession, round_id: int, column: str) -> dict[str, int]:
    statement = select(column, func.count()).where(col(Submission.round_id) == round_id).group_by(column)
    return dict(sorted((await session.exec(statement)).all()))


def _expected_response(sample: Sample | None) -> float:
    design = sample.design.get("design", {}) if sample is not None else {}
    return float(design.get("response", _USUAL_RESPONSE))


async def _kept_outcomes(session: AsyncSession, round_id: int) -> list[Outcome]:
    kept = (await kept_counts(session, [round_id])).get(round_id, {})
    return [
        Outcome(stratum, *state_and_disposition(name), number)
        for stratum, own in kept.items()
        for name, number in own.items()
    ]
