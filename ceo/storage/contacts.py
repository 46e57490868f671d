"""Who was invited. This side knows that somebody answered, never what.

An access code leads to two keys that cannot be derived from each other: `access_hash` here, and the draft's id on the other side.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, ForeignKeyConstraint, func
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


class Disposition(StrEnum):
    """Why somebody who was drawn will not answer, as the municipality learns it. Named after AAPOR (2023), Standard Definitions."""

    UNDELIVERABLE = "undeliverable"  # the letter or mail came back
    NOT_ABLE = "not-able"  # too ill, or no language in common
    DECEASED = "deceased"
    NOT_ELIGIBLE = "not-eligible"  # moved away, or never had this support
    REFUSED_OTHERWISE = "refused-otherwise"  # told so by phone, by letter or at the counter


class Invitation(TenantRow, table=True):
    """One invited client. No moment is kept: the time of answering would lead to the submission.

    `client_id` is None for a code that was handed out, and has no foreign key: an erased client leaves no trace here.
    `disposition` is a `Disposition`, as far as one is known. `sent_on`: the day of the last letter or mail; `reminders`: how many went out.
    `masked_person_key`: in a series of rounds, what links a person's answers (see `Submission`), under a mask that follows from the code:
    only who brings the code can take it off.
    """

    __tablename__ = "invitation"
    __table_args__ = (ForeignKeyConstraint(["round_id", "municipality"], ["round.id", "round.municipality"]),)

    access_hash: str = Field(primary_key=True, max_length=64)
    round_id: int = Field(index=True)
    stratum: str
    state: str = InvitationState.OPEN.value
    client_id: str | None = Field(default=None, max_length=32, index=True, unique=True)
    disposition: str | None = None
    sent_on: date | None = None
    reminders: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    masked_person_key: str | None = Field(default=None, max_length=64)


class SecondCode(TenantRow, table=True):
    """Another code of the same invitation, as a reminder brings one: the first code is stored nowhere and cannot be sent again.

    The code has a draft of its own, and a mask of its own. Whichever is sent first counts, and closes the invitation for both.
    """

    __tablename__ = "second_code"

    access_hash: str = Field(primary_key=True, max_length=64)
    invitation_hash: str = Field(foreign_key="invitation.access_hash", index=True)
    masked_person_key: str | None = Field(default=None, max_length=64)


async def find_invitation(session: AsyncSession, access_hash: str) -> tuple[Invitation, Round] | None:
    """Return the invitation of an access code within the session's municipality, with its round."""
    statement = select(Invitation, Round).join(Round).where(_has_code(access_hash))
    return (await session.exec(statement)).one_or_none()


async def find_masked_person_key(session: AsyncSession, access_hash: str) -> str | None:
    """Return what links a person's answers in a series, under the mask of this very code; None when there is nothing to link by."""
    first = select(Invitation.masked_person_key).where(col(Invitation.access_hash) == access_hash)
    second = select(SecondCode.masked_person_key).where(col(SecondCode.access_hash) == access_hash)
    return (await session.exec(first)).one_or_none() or (await session.exec(second)).one_or_none()


async def mark_invitation(session: AsyncSession, access_hash: str, state: InvitationState) -> bool:
    """Record how far an invitation has come; tell whether it was recorded. A complete one stays complete.

    Until the transaction ends, nobody else can mark this invitation.
    """
    statement = update(Invitation).where(
        _has_code(access_hash), col(Invitation.state) != InvitationState.COMPLETE.value
    )
    marking = statement.values(state=state.value).returning(col(Invitation.access_hash))
    # Nobody looks at the state of a row that the session holds already: it need not be kept up to date.
    marked = await session.exec(marking.execution_options(synchronize_session=False))
    return bool(marked.all())


async def reopen_invitation(session: AsyncSession, access_hash: str) -> None:
    """Let a client who refused take part after all. Any other state stays."""
    statement = update(Invitation).where(_has_code(access_hash), col(Invitation.state) == InvitationState.REFUSED.value)
    await session.exec(statement.values(state=InvitationState.OPEN.value))


async def count_invitations(session: AsyncSession, round_id: int) -> dict[InvitationState, int]:
    """Return how many invitations of a round there are in each state."""
    statement = (
        select(Invitation.state, func.count()).where(col(Invitation.round_id) == round_id).group_by(Invitation.state)
    )
    return {InvitationState(state): count for state, count in await session.exec(statement)}


def _has_code(access_hash: str) -> ColumnElement[bool]:
    """Return whether an invitation is that of a code: its first one, or one that came with a reminder."""
    second = select(SecondCode.invitation_hash).where(col(SecondCode.access_hash) == access_hash)
    return (col(Invitation.access_hash) == access_hash) | col(Invitation.access_hash).in_(second)
