"""What somebody who sends letters needs to see and to do: to whom is still to be written, the files to fetch, and what was asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import func
from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.clients import Client, ClientStatus
from ceo.storage.contacts import Invitation
from ceo.storage.database import Database
from ceo.storage.kept_files import FilePurpose, KeptFile, KeptFilePart
from ceo.storage.letters import LetterKind
from ceo.storage.tenancy import tenant_reading, tenant_transaction
from ceo.workflows.audit import record
from ceo.workflows.inviting.batch_lists import LIST_TYPE, people_in_files
from ceo.workflows.inviting.client_codes import count_recipients
from ceo.workflows.inviting.orders import Order
from ceo.workflows.jobs.kinds import JobKind
from ceo.workflows.jobs.queueing import queue_job

# Two to three weeks after a letter is when a reminder brings most.
REMIND_AFTER: Final = timedelta(days=14)
REMIND_BEFORE: Final = timedelta(days=21)
PURPOSES: Final = (FilePurpose.LETTERS, FilePurpose.MAIL_MERGE)


@dataclass(frozen=True, slots=True)
class LetterFile:
    """A file of letters or a list for a printer. `people` is None when it was withdrawn; `is_there`: it can still be fetched."""

    row: KeptFile
    people: int | None
    is_there: bool


@dataclass(frozen=True, slots=True)
class LetterDesk:
    """How far the letters of a round are. Numbers of people.

    `to_write`: drawn, with a postal address, without an invitation, and their turn has come; `later`: it has not. `unreachable`: drawn,
    without an address and an invitation. `may_remind`: those whose last
    letter or mail is long enough ago; `not_yet`: the others who can be reminded. `last_sent`: the day of the newest letter or mail.
    """

    drawn: int
    invited: int
    to_write: int
    unreachable: int
    may_remind: int
    not_yet: int
    last_sent: date | None
    files: tuple[LetterFile, ...]
    later: int = 0

    @property
    def advised(self) -> tuple[date, date] | None:
        """Return between which days a reminder is advised; None when nothing was sent."""
        return None if self.last_sent is None else (self.last_sent + REMIND_AFTER, self.last_sent + REMIND_BEFORE)


async def look_at_letters(
    database: Database, municipality: str, round_id: int, reminding: Order, *, today: date | None = None
) -> LetterDesk:
    """Return how far the letters of a round are; `reminding` says who may be reminded. A constant number of queries.

    `today`: whose turn comes later is not counted among those to write to.
    """
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
        may_remind = await count_recipients(session, reminding.recipients(round_id))
        ever = await count_recipients(session, replace(reminding, sent_before=None).recipients(round_id))
        files = await _files(session, round_id)
    return LetterDesk(
        drawn=people,
        invited=written,
        to_write=to_write,
        unreachable=max(0, people - written - with_address),
        may_remind=may_remind,
        not_yet=ever - may_remind,
        last_sent=last_sent,
        files=files,
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
    async with tenant_reading(database, municipality) as session:
        files = await _files(session, round_id)
    return next((one for one in files if one.row.id == file_id), None)


async def hand_out_file(database: Database, its_file: LetterFile, *, actor: str, now: datetime) -> bool:
    """Record that a file is fetched by somebody now; return False when it is not there any more. From the first time on it has a day."""
    row = its_file.row
    async with tenant_transaction(database, row.municipality) as session:
        kept = await session.get(KeptFile, row.id, with_for_update=True)
        if kept is None or not its_file.is_there:
            return False
        kept.fetched_at = kept.fetched_at or now
        await _record(session, row, "letters.fetched", actor, now)
    return True


async def empty_letter_file(database: Database, its_file: LetterFile, *, actor: str, now: datetime) -> None:
    """Remove what a file holds, because somebody has it; that it was there is still known. A file that nobody fetched stays."""
    row = its_file.row
    if row.fetched_at is None or not its_file.is_there:
        return
    async with tenant_transaction(database, row.municipality) as session:
        await session.exec(delete(KeptFilePart).where(col(KeptFilePart.file_id) == row.id))
        await _record(session, row, "letters.removed", actor, now)


async def _files(session: AsyncSession, round_id: int) -> tuple[LetterFile, ...]:
    statement = select(KeptFile).where(
        col(KeptFile.round_id) == round_id,
        col(KeptFile.complete).is_(True),
        col(KeptFile.purpose).in_([purpose.value for purpose in PURPOSES]),
    )
    ordered = statement.order_by(col(KeptFile.made_at).desc(), col(KeptFile.name).desc())
    rows: Sequence[KeptFile] = (await session.exec(ordered)).all()
    people: Mapping[str, int] = people_in_files(rows)
    ids = [row.id for row in rows]
    there = set(await session.exec(select(KeptFilePart.file_id).where(col(KeptFilePart.file_id).in_(ids)).distinct()))
    shown = (row for row in rows if row.media_type != LIST_TYPE)
    return tuple(LetterFile(row, people.get(row.id), row.id in there) for row in shown)


async def _record(session: AsyncSession, row: KeptFile, action: str, actor: str, now: datetime) -> None:
    await record(
        session,
        row.municipality,
        actor=actor,
        action=action,
        object_kind="round",
        object_id=str(row.round_id),
        after={"file": row.name},
        now=now,
    )
