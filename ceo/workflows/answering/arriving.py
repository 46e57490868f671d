"""Coming in with a code: where its client stands, beginning a draft, and refusing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final

from sqlmodel import col, delete, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.contacts import (
    Invitation,
    InvitationState,
    find_invitation,
    mark_invitation,
    reopen_invitation,
)
from ceo.storage.database import Database
from ceo.storage.draft_rows import find_draft
from ceo.storage.invitation_rows import find_invited, find_newest_round
from ceo.storage.rounds import Round, RoundStage
from ceo.storage.submissions import WEB, Draft, Respondent
from ceo.storage.tenancy import tenant_transaction
from ceo.workflows.answering.access_codes import AccessKey
from ceo.workflows.answering.reader import USUAL_READER, Reader


class Standing(StrEnum):
    """Where a client stands who brings a code."""

    UNKNOWN = "unknown"  # no such code in this municipality
    EARLY = "early"
    CLOSED = "closed"
    INVITED = "invited"  # nothing was started
    STARTED = "started"
    COMPLETE = "complete"
    REFUSED = "refused"  # said not to take part, and may come back on that


_STANDING_WHILE_OPEN: Final[Mapping[InvitationState, Standing]] = {
    InvitationState.OPEN: Standing.INVITED,
    InvitationState.STARTED: Standing.STARTED,
    InvitationState.REFUSED: Standing.REFUSED,
}


@dataclass(frozen=True, slots=True)
class Arrival:
    """What a code leads to. `round` is None only when the code is unknown; `respondent` is who answers, once that was told.

    `begun_otherwise`: nothing was filled in with this code, and something was with the other code of the same invitation.
    """

    standing: Standing
    round: Round | None = None
    respondent: Respondent | None = None
    begun_otherwise: bool = False


async def newest_round(database: Database, municipality: str) -> Round | None:
    """Return the round of a municipality that closes last: its telephone number helps who cannot come in."""
    return await find_newest_round(database, municipality)


async def arrive(database: Database, key: AccessKey, *, today: date) -> Arrival:
    """Tell where the client of a code stands."""
    invited = await find_invited(database, key.municipality, key.access_hash)
    if invited is None:
        return Arrival(Standing.UNKNOWN)
    state, invited_to = invited
    arrival = Arrival(_standing(state, invited_to, today), invited_to)
    if arrival.standing is not Standing.STARTED:
        return arrival
    found = await find_draft(database, key.municipality, key.draft_id)
    if found is None:
        return replace(arrival, standing=Standing.INVITED, begun_otherwise=True)
    return replace(arrival, respondent=Respondent(found[0].respondent))


async def start(
    database: Database,
    key: AccessKey,
    *,
    today: date,
    reader: Reader = USUAL_READER,
    respondent: Respondent | None = None,
    mode: str | None = None,
) -> Arrival:
    """Begin a draft, or find the one that was begun. Starting twice is starting once: who has begun reads on as before.

    `respondent` is who answers, `mode` how the answers come in; None leaves that as it was.
    """
    told = {name: str(value) for name, value in (("respondent", respondent), ("mode", mode)) if value is not None}
    async with tenant_transaction(database, key.municipality) as session:
        found = await find_invitation(session, key.access_hash)
        arrival = _arrival(found, today)
        if found is None or arrival.standing not in {Standing.INVITED, Standing.STARTED}:
            return arrival
        # The draft before the invitation, as in sending, so that two windows never wait for each other.
        if told:
            own = update(Draft).where(col(Draft.id) == key.draft_id)
            await session.exec(own.values(**told).execution_options(synchronize_session=False))
        # Marked before the draft is looked for, so that several windows begin one after the other.
        if not await mark_invitation(session, key.access_hash, InvitationState.STARTED):
            return replace(arrival, standing=Standing.COMPLETE)  # another window has just sent the answers
        if (await session.exec(select(Draft.id).where(col(Draft.id) == key.draft_id))).one_or_none() is None:
            draft = _empty_draft(key, *found, today=today, reader=reader)
            draft.respondent = told.get("respondent", Respondent.SELF.value)
            draft.mode = told.get("mode", WEB)
            session.add(draft)
    return replace(arrival, standing=Standing.STARTED)


async def refuse(database: Database, key: AccessKey, *, today: date) -> Arrival:
    """Keep that a client does not want to take part, and remove what was filled in. Answers that were sent stay sent."""
    own = delete(Draft).where(col(Draft.id) == key.draft_id)
    async with tenant_transaction(database, key.municipality) as session:
        arrival = await _find(session, key, today)
        if arrival.standing not in {Standing.INVITED, Standing.STARTED}:
            return arrival
        # The draft first: when another window is sending it, this waits, and finds the answers sent.
        await session.exec(own)
        if not await mark_invitation(session, key.access_hash, InvitationState.REFUSED):
            return replace(arrival, standing=Standing.COMPLETE)
    # Another window may have begun between those two steps. Not in one transaction: who holds an invitation waits for no draft.
    async with tenant_transaction(database, key.municipality) as session:
        arrival = await _find(session, key, today)
        if arrival.standing is Standing.REFUSED:
            await session.exec(own)
    return arrival


async def reconsider(database: Database, key: AccessKey, *, today: date) -> Arrival:
    """Let a client who refused take part after all."""
    async with tenant_transaction(database, key.municipality) as session:
        arrival = await _find(session, key, today)
        if arrival.standing is not Standing.REFUSED:
            return arrival
        await reopen_invitation(session, key.access_hash)
    return replace(arrival, standing=Standing.INVITED)


async def _find(session: AsyncSession, key: AccessKey, today: date) -> Arrival:
    return _arrival(await find_invitation(session, key.access_hash), today)


def _arrival(found: tuple[Invitation, Round] | None, today: date) -> Arrival:
    if found is None:
        return Arrival(Standing.UNKNOWN)
    invitation, invited_to = found
    return Arrival(_standing(InvitationState(invitation.state), invited_to, today), invited_to)


def _standing(state: InvitationState, invited_to: Round, today: date) -> Standing:
    if state is InvitationState.COMPLETE:
        return Standing.COMPLETE
    if today > invited_to.closes_on or invited_to.stage != RoundStage.FIELD:
        return Standing.CLOSED
    if today < invited_to.opens_on:
        return Standing.EARLY
    return _STANDING_WHILE_OPEN[state]


def _empty_draft(key: AccessKey, invitation: Invitation, invited_to: Round, *, today: date, reader: Reader) -> Draft:
    return Draft(
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
