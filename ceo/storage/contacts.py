"""Who was invited. This side knows that somebody answered, never what.

An access code leads to two keys that cannot be derived from each other: `access_hash` here, and the draft's id on the other side.
"""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ForeignKeyConstraint, func
from sqlmodel import Field, col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.rounds import Round
from ceo.storage.tenancy import TenantRow


class InvitationState(StrEnum):
    """How far an invitation has come."""

    OPEN = "open"
    STARTED = "started"
    COMPLETE = "complete"
    REFUSED = "refused"  # does not want to take part; may still change their mind


class Invitation(TenantRow, table=True):
    """One invited client. No moment is kept: the time of answering would lead to the submission."""

    __tablename__ = "invitation"
    __table_args__ = (ForeignKeyConstraint(["round_id", "municipality"], ["round.id", "round.municipality"]),)

    access_hash: str = Field(primary_key=True, max_length=64)
    round_id: int = Field(index=True)
    stratum: str
    state: str = InvitationState.OPEN.value


async def find_invitation(session: AsyncSession, access_hash: str) -> tuple[Invitation, Round] | None:
    """Return the invitation of an access code within the session's municipality, with its round."""
    statement = select(Invitation, Round).join(Round).where(col(Invitation.access_hash) == access_hash)
    return (await session.exec(statement)).one_or_none()


async def mark_invitation(session: AsyncSession, access_hash: str, state: InvitationState) -> bool:
    """Record how far an invitation has come; tell whether it was recorded. A complete one stays complete.

    Until the transaction ends, nobody else can mark this invitation.
    """
    statement = update(Invitation).where(
        col(Invitation.access_hash) == access_hash, col(Invitation.state) != InvitationState.COMPLETE.value
    )
    marking = statement.values(state=state.value).returning(col(Invitation.access_hash))
    # Nobody looks at the state of a row that the session holds already: it need not be kept up to date.
    marked = await session.exec(marking.execution_options(synchronize_session=False))
    return bool(marked.all())


async def reopen_invitation(session: AsyncSession, access_hash: str) -> None:
    """Let a client who refused take part after all. Any other state stays."""
    statement = update(Invitation).where(
        col(Invitation.access_hash) == access_hash, col(Invitation.state) == InvitationState.REFUSED.value
    )
    await session.exec(statement.values(state=InvitationState.OPEN.value))


async def count_invitations(session: AsyncSession, round_id: int) -> dict[InvitationState, int]:
    """Return how many invitations of a round there are in each state."""
    statement = (
        select(Invitation.state, func.count()).where(col(Invitation.round_id) == round_id).group_by(Invitation.state)
    )
    return {InvitationState(state): count for state, count in await session.exec(statement)}
