"""What somebody who sends letters needs to see and to do: to whom is still to be written, the files to fetch, and what was asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.clients import Client, ClientStatus
from ceo.storage.contacts import Invitation
from ceo.storage.database import Database
from ceo.storage.kept_files import FilePurpose, KeptFile
from ceo.storage.letters import LetterKind
from ceo.storage.tenancy import tenant_reading, tenant_transaction
from ceo.workflows.inviting.batch_lists import LIST_TYPE, people_in_files
from ceo.workflows.inviting.client_codes import count_recipients
from ceo.workflows.inviting.orders import Order
from ceo.workflows.inviting.reminding import PlannedReminders, each_reminder, planned_reminders
from ceo.workflows.jobs.kinds import JobKind
from ceo.workflows.jobs.queueing import queue_job
from ceo.workflows.kept_files.handing_out import HeldFile, RoundFiles, held_files

_PURPOSES: Final = (FilePurpose.LETTERS, FilePurpose.MAIL_MERGE)


@dataclass(frozen=True, slots=True)
class LetterFile:
    """A file of letters or a list for a printer. `people` is None when its codes were withdrawn."""

    file: KeptFile
    people: int | None


@dataclass(frozen=True, slots=True)
class LetterDesk:
    """How far the letters of a round are. Numbers of people.

    `to_write`: drawn, with a postal address, without an invitation, and their turn has come; `later`: it has not. `unreachable`: drawn,
    without an address and an invitation. `reminded`: those whose last letter or mail is long enough ago, by whether it is their first
    reminder, their second or their third; `not_yet`: the others who can be reminded. `last_sent`: the day of the newest letter or mail.
    `people`: how many there are in each file of which the codes were not withdrawn.
    """

    drawn: int
    invited: int
    to_write: int
    unreachable: int
    reminded: tuple[int, ...]
    not_yet: int
    last_sent: date | None
    planned: PlannedReminders
    files: Sequence[HeldFile]
    people: Mapping[str, int]
    later: int = 0

    @property
    def may_remind(self) -> int:
        """Return how many people can be reminded now."""
        return sum(self.reminded)

    @property
    def advised(self) -> tuple[date, date] | None:
        """Return between which days a reminder is advised; None when nothing was sent."""
        return self.planned.best_days(self.last_sent)


def letter_files(municipality: str, round_id: int) -> RoundFiles:
    """Return the files of letters of a round, without the lists of their codes."""
    return RoundFiles(municipality, round_id, _PURPOSES, beside=LIST_TYPE)


async def look_at_letters(
    database: Database, municipality: str, round_id: int, reminding: Order, *, today: date | None = None
) -> LetterDesk:
    """Return how far the letters of a round are; `reminding` says who may be reminded. A constant number of queries.

    `today`: whose turn comes later is not counted among those to write to.
    """
    files = await held_files(database, letter_files(municipality, round_id))
    async with tenant_reading(database, municipality) as session:
        drawn = select(func.count()).select_from(Client)
        drawn = drawn.where(col(Client.round_id) == round_id, col(Client.status) == ClientStatus.DRAWN.value)
        invited = select(func.count(), func.max(Invitation.sent_on)).where(
            col(Invitation.round_id) == round_id, col(Invitation.client_id).is_not(None)
        )
        people = (await session.exec(drawn)).one()
        written, last_sent = (await session.exec(invited)).one()
        inviting = Order(LetterKind.INVITATION)
        to_write = await count_recipients(session, inviting.recipients(round_id, due_on=today))
        with_address = await count_recipients(session, inviting.recipients(round_id))
        reminded = await _reminded(session, round_id, reminding)
        ever = await count_recipients(session, replace(reminding, sent_before=None).recipients(round_id))
        planned = await planned_reminders(session, round_id)
        in_files = await _people(session, round_id)
    return LetterDesk(
        drawn=people,
        invited=written,
        to_write=to_write,
        unreachable=max(0, people - written - with_address),
        reminded=reminded,
        not_yet=ever - sum(reminded),
        last_sent=last_sent,
        planned=planned,
        files=files,
        people=in_files,
        later=with_address - to_write,
    )


async def order_letters(
    database: Database, municipality: str, round_id: int, order: Order, *, kind: JobKind, actor: str, now: datetime
) -> str:
    """Let a worker write letters, or a list for a printer; return the id of the job. While one waits or runs, that is it."""
    async with tenant_transaction(database, municipality) as session:
        once = f"{round_id}-{order.kind.value}"
        return await queue_job(session, kind, actor=actor, now=now, round_id=round_id, payload=order.payload, once=once)


async def find_letter_file(database: Database, municipality: str, round_id: int, file_id: str) -> LetterFile | None:
    """Return a file of letters of a round; None when there is no such file."""
    held = await held_files(database, letter_files(municipality, round_id))
    found = next((one.file for one in held if one.file.id == file_id), None)
    if found is None:
        return None
    async with tenant_reading(database, municipality) as session:
        return LetterFile(found, (await _people(session, round_id)).get(file_id))


async def _reminded(session: AsyncSession, round_id: int, reminding: Order) -> tuple[int, ...]:
    """Return how many people may be reminded now: for how many it is the first time, the second and so on."""
    orders = [replace(reminding, reminders=number) for number in range(1, reminding.reminders + 1)]
    return each_reminder([await count_recipients(session, order.recipients(round_id)) for order in orders])


async def _people(session: AsyncSession, round_id: int) -> Mapping[str, int]:
    """Return how many people there are in each file, by its id."""
    lists = select(KeptFile).where(col(KeptFile.round_id) == round_id, col(KeptFile.media_type) == LIST_TYPE)
    return people_in_files((await session.exec(lists)).all())
