"""What the municipality hears about people who will not answer: a letter that came back, or somebody who says so by phone."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import col, delete
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.contacts import Disposition, InvitationState, find_invitation
from ceo.storage.database import Database
from ceo.storage.rounds import RoundStage
from ceo.storage.submissions import Draft
from ceo.storage.tenancy import tenant_transaction
from ceo.workflows.answering.access_codes import AccessKey
from ceo.workflows.audit.recording import record
from ceo.workflows.inviting.brought_codes import CodeFault

# A letter also comes back after the last day. Once a round is sealed, its response is counted.
_STILL_COUNTED = frozenset({RoundStage.FIELD.value, RoundStage.CLOSED.value})


async def record_disposition(session: AsyncSession, access_hash: str, disposition: Disposition | None) -> bool:
    """Keep why somebody will not answer, None to take that back; return whether it was kept. Who has answered keeps none."""
    found = await find_invitation(session, access_hash)
    if found is None or found[0].state == InvitationState.COMPLETE:
        return False
    found[0].disposition = disposition.value if disposition is not None else None
    return True


async def note_disposition(
    database: Database,
    key: AccessKey,
    round_id: int,
    disposition: Disposition | None,
    *,
    actor: str,
    now: datetime,
) -> CodeFault | None:
    """Keep why the person with a code will not answer, or take that back; return what is wrong with the code.

    Who refuses leaves no answers behind: what stands in the draft of this code is removed.
    """
    async with tenant_transaction(database, key.municipality) as session:
        found = await find_invitation(session, key.access_hash)
        if found is None:
            return CodeFault.UNKNOWN
        if found[1].id != round_id:
            return CodeFault.OTHER_ROUND
        if found[1].stage not in _STILL_COUNTED:
            return CodeFault.NOT_IN_FIELD
        if disposition is Disposition.REFUSED_OTHERWISE:
            await session.exec(delete(Draft).where(col(Draft.id) == key.draft_id))
        if not await record_disposition(session, key.access_hash, disposition):
            return CodeFault.ANSWERED
        await record(
            session,
            key.municipality,
            actor=actor,
            action="invitation.disposition",
            object_kind="round",
            object_id=str(round_id),
            after={"disposition": disposition.value if disposition is not None else None},
            now=now,
        )
    return None
