"""How far the mails of a round are, for who looks at them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.letters import LetterKind, MailState, OutgoingMail

# On a page; the rest comes when these were decided about.
MOST_UNCERTAIN: Final = 50


@dataclass(frozen=True, slots=True)
class MailCounts:
    """The mails of a round: how many by kind and state, and why those that wait were put back last (a code; "" when they were not)."""

    by_kind: Mapping[tuple[LetterKind, MailState], int]
    trouble: str = ""

    def number(self, state: MailState, kind: LetterKind | None = None) -> int:
        """Return how many mails are in a state."""
        kinds = tuple(LetterKind) if kind is None else (kind,)
        return sum(self.by_kind.get((one, state), 0) for one in kinds)

    @property
    def waiting(self) -> int:
        """Return how many mails wait."""
        return self.number(MailState.WAITING)

    @property
    def total(self) -> int:
        """Return how many mails there are."""
        return sum(self.by_kind.values())

    @property
    def by_state(self) -> dict[str, int]:
        """Return how many mails are in each state in which there are any."""
        return {state.value: number for state in MailState if (number := self.number(state))}


async def count_mails(session: AsyncSession, round_id: int) -> MailCounts:
    """Return how far the mails of a round are."""
    of_round = col(OutgoingMail.round_id) == round_id
    waits = col(OutgoingMail.state) == MailState.WAITING.value
    trouble = func.max(OutgoingMail.fault).filter(waits, col(OutgoingMail.fault).startswith("line-"))
    statement = (
        select(OutgoingMail.kind, OutgoingMail.state, func.count(), trouble)
        .where(of_round)
        .group_by(OutgoingMail.kind, OutgoingMail.state)
    )
    rows = (await session.exec(statement)).all()
    return MailCounts(
        {(LetterKind(kind), MailState(state)): number for kind, state, number, _ in rows},
        next((fault for *_, fault in rows if fault), ""),
    )


async def list_uncertain(session: AsyncSession, round_id: int) -> Sequence[OutgoingMail]:
    """Return mails of which nobody knows whether the server has them, as many as go on a page."""
    uncertain = (col(OutgoingMail.round_id) == round_id, col(OutgoingMail.state) == MailState.UNCERTAIN.value)
    statement = select(OutgoingMail).where(*uncertain).order_by(col(OutgoingMail.id)).limit(MOST_UNCERTAIN)
    return (await session.exec(statement)).all()
