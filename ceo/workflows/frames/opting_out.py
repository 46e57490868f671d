"""Those who do not want to be asked again, by any round. Only a keyed hash of their number is kept."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import func
from sqlmodel import col, delete, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.clients import Client, ClientStatus, OptOut
from ceo.storage.contacts import Invitation, InvitationState
from ceo.storage.database import Database
from ceo.storage.tenancy import tenant_of, tenant_reading, tenant_transaction
from ceo.workflows.audit.recording import record
from ceo.workflows.frames.exclusions import Exclusion
from ceo.workflows.frames.listed import person_hash


async def opt_out(
    database: Database, secret_key: bytes, municipality: str, number: str, *, actor: str, now: datetime
) -> bool:
    """Leave a client out from now on, by the number that stands in the lists; return False when that was so already."""
    async with tenant_transaction(database, municipality) as session:
        added = await add_opt_out(session, _hash(secret_key, municipality, number), since=now.date())
        if added:
            await _record(session, "opt-out.added", actor, now)
    return added


async def opt_in(
    database: Database, secret_key: bytes, municipality: str, number: str, *, actor: str, now: datetime
) -> bool:
    """Let a client be asked again from the next list on; return False when nothing was known of the number."""
    async with tenant_transaction(database, municipality) as session:
        known = _hash(secret_key, municipality, number)
        removing = delete(OptOut).where(col(OptOut.person_hash) == known).returning(col(OptOut.person_hash))
        removed = bool((await session.exec(removing)).all())
        if removed:
            await _record(session, "opt-out.removed", actor, now)
    return removed


async def add_opt_out(session: AsyncSession, known: str, *, since: date) -> bool:
    """Leave a person out, by hash, within a transaction of their municipality; return False when that was so already.

    In rounds that run, they are not drawn any more, nor written to: an open invitation is refused. Who sent answers did so.
    """
    municipality = tenant_of(session)
    if await session.get(OptOut, (municipality, known)) is not None:
        return False
    session.add(OptOut(municipality=municipality, person_hash=known, since=since))
    theirs = select(Client.id).where(col(Client.person_hash) == known)
    open_ones = (InvitationState.OPEN.value, InvitationState.STARTED.value)
    refusing = update(Invitation).where(col(Invitation.client_id).in_(theirs), col(Invitation.state).in_(open_ones))
    await session.exec(
        refusing.values(state=InvitationState.REFUSED.value).execution_options(synchronize_session=False)
    )
    invited = select(Invitation.client_id).where(col(Invitation.client_id).in_(theirs))
    leaving = update(Client).where(
        col(Client.person_hash) == known,
        col(Client.status) != ClientStatus.EXCLUDED.value,
        col(Client.id).not_in(invited),
    )
    excluded = {"status": ClientStatus.EXCLUDED.value, "excluded_because": Exclusion.OPTED_OUT.value}
    await session.exec(leaving.values(**excluded).execution_options(synchronize_session=False))
    return True


async def count_opt_outs(database: Database, municipality: str) -> int:
    """Return how many people do not want to be asked."""
    async with tenant_reading(database, municipality) as session:
        return (await session.exec(select(func.count()).select_from(OptOut))).one()


def _hash(secret_key: bytes, municipality: str, number: str) -> str:
    return person_hash(secret_key, municipality, number)


async def _record(session: AsyncSession, action: str, actor: str, now: datetime) -> None:
    """Record that it happened, and not to whom."""
    municipality = tenant_of(session)
    await record(
        session, municipality, actor=actor, action=action, object_kind="opt-out", object_id=municipality, now=now
    )
