"""What can be mailed in a round now, and how far the mails are: everything that a page needs before somebody decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.settings import Settings
from ceo.storage.clients import Client, ClientStatus, Contact
from ceo.storage.contacts import Invitation
from ceo.storage.database import Database
from ceo.storage.letters import LetterKind, OutgoingMail
from ceo.storage.rounds import Round
from ceo.storage.tenancy import tenant_reading
from ceo.workflows.inviting.client_codes import Recipients, count_recipients
from ceo.workflows.inviting.mail_counts import MailCounts, count_mails, list_uncertain
from ceo.workflows.inviting.mail_writing import Addressed, MailWords, read_mail_words
from ceo.workflows.inviting.reminding import PlannedReminders, Reminding, each_reminder, planned_reminders

# Somebody who does not exist. The code is that of the explanation on the page where residents type theirs.
SPECIMEN: Final = Addressed("0" * 32, "n.jansen@voorbeeld.nl", "BCDFGHJK3467", "nl")


@dataclass(frozen=True, slots=True)
class Mailing:
    """How the mailing of a round stands. `to_invite`: how many people there are to invite; `unreachable`: drawn, without address of mail.

    `reminded`: to how many the reminder can be mailed, by whether it is their first, second or third one. `last_day`: on which somebody
    was last invited or reminded, by letter or by mail. `later`: whose turn to be invited has not come.
    """

    to_invite: int
    reminded: tuple[int, ...]
    planned: PlannedReminders
    unreachable: int
    counts: MailCounts
    uncertain: Sequence[OutgoingMail]
    last_day: date | None
    later: int = 0

    @property
    def to_remind(self) -> int:
        """Return how many people can be reminded by mail now."""
        return sum(self.reminded)

    @property
    def advised_from(self) -> date | None:
        """Return from when a reminder is advised; None when nobody was invited yet."""
        best = self.planned.best_days(self.last_day)
        return best[0] if best is not None else None


def to_be_invited(round_id: int, *, today: date) -> Recipients:
    """Return to whom mails with an invitation go when they are ordered today."""
    return Recipients(round_id, LetterKind.INVITATION, by_mail=True, due_on=today)


def to_be_reminded(round_id: int, reminding: Reminding, *, today: date) -> Recipients:
    """Return to whom a reminder goes by mail when it is ordered today."""
    before = reminding.sent_before(today)
    return Recipients(round_id, LetterKind.REMINDER, by_mail=True, reminders=reminding.number, sent_before=before)


async def read_mailing(
    database: Database, municipality: str, round_id: int, reminding: Reminding, *, today: date
) -> Mailing:
    """Return how the mailing of a round stands; `reminding` is the reminder that may go out. A constant number of queries."""
    async with tenant_reading(database, municipality) as session:
        to_invite = await count_recipients(session, to_be_invited(round_id, today=today))
        ever = await count_recipients(session, Recipients(round_id, LetterKind.INVITATION, by_mail=True))
        invited = select(func.max(col(Invitation.sent_on))).where(col(Invitation.round_id) == round_id)
        return Mailing(
            to_invite,
            await _count_reminded(session, round_id, reminding, today),
            await planned_reminders(session, round_id),
            await _count_unreachable(session, round_id),
            await count_mails(session, round_id),
            await list_uncertain(session, round_id),
            (await session.exec(invited)).one(),
            later=ever - to_invite,
        )


async def read_specimen_words(
    database: Database, settings: Settings, municipality: str, round_id: int, kind: LetterKind
) -> MailWords:
    """Return the words of the mails of a round, to look at."""
    async with tenant_reading(database, municipality) as session:
        its_round = await session.get_one(Round, round_id)
        return await read_mail_words(session, settings, its_round, kind)


async def _count_reminded(session: AsyncSession, round_id: int, reminding: Reminding, today: date) -> tuple[int, ...]:
    """Return to how many people the reminder can go: for how many it is the first one, the second and so on."""
    up_to = [Reminding(number, reminding.days) for number in range(1, reminding.number + 1)]
    return each_reminder([await count_recipients(session, to_be_reminded(round_id, one, today=today)) for one in up_to])


async def _count_unreachable(session: AsyncSession, round_id: int) -> int:
    drawn = (
        select(func.count())
        .select_from(Client)
        .outerjoin(Contact, col(Contact.id) == col(Client.id))
        .where(
            col(Client.round_id) == round_id,
            col(Client.status) == ClientStatus.DRAWN.value,
            func.coalesce(col(Contact.by_mail), False).is_(False),
        )
    )
    return (await session.exec(drawn)).one()
