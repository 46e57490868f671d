"""Which reminder it is whose turn it is: what the plan of a round says about reminders, next to what people got already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.contacts import Invitation
from ceo.storage.database import Database
from ceo.storage.rounds import RoundDesign
from ceo.storage.tenancy import tenant_reading
from ceo.workflows.rounds.design import Design

# What a plan can say: at most so many reminders, and so many days between two letters or mails to one person.
MOST_REMINDERS: Final = 3
FEWEST_DAYS: Final = 5
MOST_DAYS: Final = 60
# A reminder brings most in the week after the day that the plan names; by itself it names two weeks.
_BEST_WITHIN: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Reminding:
    """A reminder: the how-manieth it is (`number`, from 1), and how many days at least after the letter or mail before it."""

    number: int
    days: int

    def sent_before(self, today: date) -> date:
        """Return before which day their last letter or mail left: with 14 days, those of two weeks ago are among them.

        >>> Reminding(1, 14).sent_before(date(2026, 11, 21))
        datetime.date(2026, 11, 8)
        """
        return today - timedelta(days=self.days - 1)


@dataclass(frozen=True, slots=True)
class PlannedReminders:
    """What the plan says: how many reminders (`number`, 0 to 3), and after how many days. `sent`: the most that one person got."""

    number: int
    days: int
    sent: int

    @property
    def next(self) -> Reminding:
        """Return the reminder whose turn it is: the first one that nobody got, and never more than are planned.

        >>> PlannedReminders(2, 10, sent=1).next, PlannedReminders(1, 10, sent=1).next
        (Reminding(number=2, days=10), Reminding(number=1, days=10))
        """
        return Reminding(max(1, min(self.number, self.sent + 1)), self.days)

    @property
    def are_sent(self) -> bool:
        """Return whether somebody got as many reminders as are planned, so that only those who got fewer are left."""
        return 0 < self.number <= self.sent

    def best_days(self, last_sent: date | None) -> tuple[date, date] | None:
        """Return between which days a reminder is advised; None when nothing was sent."""
        if last_sent is None:
            return None
        first = last_sent + timedelta(days=self.days)
        return first, first + _BEST_WITHIN


async def read_reminders(database: Database, municipality: str, round_id: int) -> PlannedReminders:
    """Return what the plan of a round says about reminders. A round without a plan has what is usual."""
    async with tenant_reading(database, municipality) as session:
        return await planned_reminders(session, round_id)


async def planned_reminders(session: AsyncSession, round_id: int) -> PlannedReminders:
    """Return what the plan of a round says about reminders, within a session."""
    kept = await session.get(RoundDesign, round_id)
    design = Design.model_validate(kept.document) if kept is not None else Design()
    sent = select(func.max(Invitation.reminders)).where(col(Invitation.round_id) == round_id)
    return PlannedReminders(design.reminders, design.reminder_days, (await session.exec(sent)).one() or 0)


def each_reminder(up_to: Sequence[int]) -> tuple[int, ...]:
    """Return for how many people it is their first, second, third reminder, from how many got fewer than 1, 2, 3.

    >>> each_reminder((40, 52))
    (40, 12)
    """
    return tuple(number - before for number, before in zip(up_to, (0, *up_to), strict=False))
