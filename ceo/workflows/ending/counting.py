"""What fieldwork came to, counted from the invitations while they are there, and from the snapshot afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.contacts import Invitation, InvitationState
from ceo.storage.endings import Snapshot


async def count_fieldwork(session: AsyncSession, round_id: int) -> dict[str, dict[str, int]]:
    """Return the number of invitations of a round by stratum and state; those with a disposition under `state:disposition`."""
    statement = (
        select(Invitation.stratum, Invitation.state, Invitation.disposition, func.count())
        .where(col(Invitation.round_id) == round_id)
        .group_by(Invitation.stratum, Invitation.state, col(Invitation.disposition))
    )
    counted: dict[str, dict[str, int]] = {}
    for stratum, state, disposition, number in await session.exec(statement):
        counted.setdefault(stratum, {})[state if disposition is None else f"{state}:{disposition}"] = number
    return counted


async def kept_counts(session: AsyncSession, rounds: Sequence[int | None]) -> dict[int, dict[str, dict[str, int]]]:
    """Return what was counted when these rounds were sealed, by round and stratum; those that were not sealed are not in it."""
    statement = select(Snapshot.round_id, Snapshot.fieldwork).where(
        col(Snapshot.round_id).in_(rounds), col(Snapshot.period) == ""
    )
    return {round_id: _counts(document) for round_id, document in await session.exec(statement)}


def states_in(counted: Mapping[str, int]) -> dict[InvitationState, int]:
    """Return the number of invitations by state, whatever their disposition.

    >>> states_in({"open": 3, "open:undeliverable": 1})
    {<InvitationState.OPEN: 'open'>: 4}
    """
    together = Counter[InvitationState]()
    for name, number in counted.items():
        together[InvitationState(state_and_disposition(name)[0])] += number
    return dict(together)


def state_and_disposition(name: str) -> tuple[str, str | None]:
    """Return the state and the disposition of a name under which invitations were counted.

    >>> state_and_disposition("open:undeliverable"), state_and_disposition("complete")
    (('open', 'undeliverable'), ('complete', None))
    """
    state, _, disposition = name.partition(":")
    return state, disposition or None


def _counts(document: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    return {stratum: dict(own) for stratum, own in document.items()}
