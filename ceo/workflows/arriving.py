"""Coming in with a code: where its client stands, beginning a draft, and refusing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlmodel import col, select

from ceo.storage.contacts import Invitation, InvitationState, find_invitation, mark_invitation
from ceo.storage.database import Database
from ceo.storage.rounds import Round
from ceo.storage.submissions import Draft
from ceo.storage.tenancy import tenant_reading, tenant_transaction
from ceo.workflows.access_codes import AccessKey
from ceo.workflows.reader import USUAL_READER, Reader


class Standing(StrEnum):
    """Where a client stands who brings a code."""

    UNKNOWN = "unknown"  # no such code in this municipality
    EARLY = "early"
    CLOSED = "closed"
    INVITED = "invited"  # nothing was started
    STARTED = "started"
    COMPLETE = "complete"
    REFUSED = "refused"  # said not to take part, and may come back on that


@dataclass(frozen=True, slots=True)
class Arrival:
    """What a code leads to. `round` is None only when the code is unknown."""

    standing: Standing
    round: Round | None = None


async def newest_round(database: Database, municipality: str) -> Round | None:
    """Return the round of a municipality that closes last: its telephone number helps who cannot come in."""
    async with tenant_reading(database, municipality) as session:
        return (await session.exec(select(Round).order_by(col(Round.closes_on).desc()).limit(1))).first()


async def arrive(database: Database, key: AccessKey, *, today: date) -> Arrival:
    """Tell where the client of a code stands."""
    async with tenant_reading(database, key.municipality) as session:
        invitation = await find_invitation(session, key.access_hash)
        if invitation is None:
            return Arrival(Standing.UNKNOWN)
        invited_to = await session.get_one(Round, invitation.round_id)
    return Arrival(_standing(invitation, invited_to, today), invited_to)


def _standing(invitation: Invitation, invited_to: Round, today: date) -> Standing:
    if invitation.state == InvitationState.COMPLETE:
        return Standing.COMPLETE
    if today > invited_to.closes_on:
        return Standing.CLOSED
    if today < invited_to.opens_on:
        return Standing.EARLY
    return Standing.STARTED if invitation.state == InvitationState.STARTED else Standing.INVITED


async def start(database: Database, key: AccessKey, *, today: date, reader: Reader = USUAL_READER) -> Arrival:
    """Begin a draft, or find the one that was begun. Starting twice is starting once: who has begun reads on as before."""
    async with tenant_transaction(database, key.municipality) as session:
        invitation = await find_invitation(session, key.access_hash)
        if invitation is None:
            return Arrival(Standing.UNKNOWN)
        invited_to = await session.get_one(Round, invitation.round_id)
        standing = _standing(invitation, invited_to, today)
        if standing not in {Standing.INVITED, Standing.STARTED}:
            return Arrival(standing, invited_to)
        # Marked first, so that several windows begin one after the other.
        if not await mark_invitation(session, key.access_hash, InvitationState.STARTED):
            return Arrival(Standing.COMPLETE, invited_to)  # another window has just sent the answers
        if await session.get(Draft, key.draft_id) is None:
            session.add(
                Draft(
                    municipality=key.municipality,
                    id=key.draft_id,
                    round_id=invitation.round_id,
                    stratum=invitation.stratum,
                    questionnaire_hash=invited_to.questionnaire_hash,
                    answers={},
                    language=reader.language,
                    text_register=reader.register,
                    started_on=today,
                )
            )
    return Arrival(Standing.STARTED, invited_to)
