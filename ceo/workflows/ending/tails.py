"""The tail of a round that went on: the answers that came after the last month that was sealed, when the round is over.

Months are shown one by one, and the whole round beside them. What is in the whole and in no month would follow from their difference, so
a tail of enough answers becomes a last period of its own, and a smaller one is left out of the whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.endings import Snapshot

if TYPE_CHECKING:
    from analysis.snapshots import SealedFacts, SealedRow

# Answers; a month with fewer waits for the next one.
FEWEST: Final = 10


@dataclass(frozen=True, slots=True)
class Parted:
    """What is sealed of a round: the rows of the whole, and those of the last `period` with its facts, where that has enough.

    `left_out`: how many came after the last sealed month, too few to be told apart from it.
    """

    rows: tuple[SealedRow, ...]
    period: str = ""
    facts: SealedFacts | None = None
    tail: tuple[SealedRow, ...] = ()
    left_out: int = 0


async def last_sealed(session: AsyncSession, round_id: int) -> str | None:
    """Return the last month of a round that was sealed, such as 2027-03; None when none was."""
    last = select(func.max(Snapshot.period)).where(col(Snapshot.round_id) == round_id)
    return (await session.exec(last)).one() or None


def last_day(period: str) -> date:
    """Return the last day of a month.

    >>> last_day("2027-02")
    datetime.date(2027, 2, 28)
    """
    first = date.fromisoformat(f"{period}-01")
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def part(facts: SealedFacts, rows: Sequence[SealedRow], sealed: str | None) -> Parted:
    """Return what is sealed of a round of which the months up to `sealed` are; None: it had no months."""
    if sealed is None:
        return Parted(tuple(rows))
    until = last_day(sealed)
    tail = tuple(row for row in rows if row.received_on > until)
    if len(tail) < FEWEST:
        return Parted(tuple(row for row in rows if row.received_on <= until), left_out=len(tail))
    period = max(row.received_on for row in tail).strftime("%Y-%m")
    its_facts = replace(facts, opens_on=until + timedelta(days=1), closes_on=last_day(period))
    return Parted(tuple(rows), period, its_facts, tail)
