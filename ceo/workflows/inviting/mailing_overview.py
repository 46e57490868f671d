"""What can be mailed in a round now, and how far the mails are: everything that a page needs before somebody decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
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

# At most so many reminders to one person, and so many days after the letter or mail before it.
MOST_REMINDERS: Final = 2
REST: Final = timedelta(days=7)
# When a reminder brings in most: two to three weeks after the letter or mail before it.
ADVISED: Final = timedelta(days=14)
# Somebody who does not exist. The code is that of the explanation on the page where residents type theirs.
SPECIMEN: Final = Addressed("0" * 32, "n.jansen@voorbeeld.nl", "BCDFGHJK3467", "nl")


@dataclass(frozen=True, slots=True)
class Mailing:
    """How the mailing of a round stands. `left`: how many people there are to mail, by kind; `unreachable`: drawn, without address of mail.

    `last_day`: on which somebody was last invited or reminded, by letter or by mail. `later`: whose turn to be invited has not come.
    """

    left: dict[LetterKind, int]
    unreachable: int
    counts: MailCounts
    uncertain: Sequence[OutgoingMail]
    last_day: date | None
    later: int = 0

    @property
    def advised_from(self) -> date | None:
        """Return from when a reminder brings in most; None when nobody was invited yet."""
        return self.last_day + ADVISED if self.last_day is not None else None


def recipients_of(round_id: int, kind: LetterKind, *, today: date) -> Recipients:
    """Return to whom mails of a kind go when they are ordered today."""
    if kind is LetterKind.INVITATION:
        return Recipients(round_id, kind, by_mail=True, due_on=today)
    # Whoever got something on the last day of the rest has had it.
    return Recipients(
        round_id, kind, by_mail=True, reminders=MOST_REMINDERS, sent_before=today - REST + timedelta(days=1)
    )


async def read_mailing(database: Database, municipality: str, round_id: int, *, today: date) -> Mailing:
    """Return how the mailing of a round stands."""
    async with tenant_reading(database, municipality) as session:
        left = {
            kind: await count_recipients(session, recipients_of(round_id, kind, today=today)) for kind in LetterKind
        }
        ever = await count_recipients(session, Recipients(round_id, LetterKind.INVITATION, by_mail=True))
        invited = select(func.max(col(Invitation.sent_on))).where(col(Invitation.round_id) == round_id)
        return Mailing(
            left,
            await _count_unreachable(session, round_id),
            await count_mails(session, round_id),
            await list_uncertain(session, round_id),
            (await session.exec(invited)).one(),
            later=ever - left[LetterKind.INVITATION],
        )


async def read_specimen_words(
    database: Database, settings: Settings, municipality: str, round_id: int, kind: LetterKind
) -> MailWords:
    """Return the words of the mails of a round, to look at."""
    async with tenant_reading(database, municipality) as session:
        its_round = await session.get_one(Round, round_id)
        return await read_mail_words(session, settings, its_round, kind)


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
