"""A round with clients who have an address of mail, and what tests of mailing do with it."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from arrangements import UTRECHT, OpenedRound, arrange_round
from sqlmodel import col, select

from ceo.mail_server import MailServer
from ceo.settings import Settings
from ceo.storage.clients import Client, ClientStatus, Contact
from ceo.storage.contacts import Invitation
from ceo.storage.database import Database, open_database
from ceo.storage.jobs import Job
from ceo.storage.letters import LetterKind, MailState, OutgoingMail
from ceo.storage.tenancy import tenant_reading, tenant_transaction
from ceo.workflows.frames.contacts import seal_contact
from ceo.workflows.frames.listed import ContactDetails, person_hash
from ceo.workflows.inviting.client_codes import Recipients, count_recipients
from ceo.workflows.inviting.mail_deciding import Deciding, Ordered, order_mails
from ceo.workflows.inviting.mails import queue_mails
from ceo.workflows.jobs import taking
from ceo.workflows.jobs.worker import NOBODY, PACE, _Worker, work_off

ACTOR = "proef"
# A worker that does what is due at a moment, and stops.
SENDING = """
import asyncio, sys
from datetime import datetime
from ceo.settings import read_settings
from ceo.storage.database import open_database
from ceo.workflows.jobs.worker import work_off

async def main():
    settings = read_settings()
    async with open_database(settings.database_url) as database:
        await work_off(database, settings, clock=lambda: datetime.fromisoformat(sys.argv[1]))

asyncio.run(main())
"""


def address_of(number: int) -> str:
    """The address of a client."""
    return f"client{number}@ontvanger.nl"


def everybody(number: int) -> Counter[str]:
    """One mail for each of the first clients."""
    return Counter(address_of(order + 1) for order in range(number))


@dataclass
class MailedRound:
    """A round of which the clients can be mailed, on a clock that tests move."""

    database: Database
    settings: Settings
    opened: OpenedRound
    moment: datetime = field(default_factory=lambda: datetime(2026, 11, 21, 12, tzinfo=UTC))

    @property
    def municipality(self) -> str:
        return self.opened.municipality

    @property
    def deciding(self) -> Deciding:
        return Deciding(self.municipality, self.opened.round_id, ACTOR, self.moment)

    async def order(self, kind: LetterKind = LetterKind.INVITATION) -> int:
        """Ask for mails to all who are left; return how many those are."""
        recipients = Recipients(self.opened.round_id, kind, by_mail=True)
        async with tenant_reading(self.database, self.municipality) as session:
            number = await count_recipients(session, recipients)
        assert await order_mails(self.database, self.deciding, recipients, shown=number) is Ordered.QUEUED
        return number

    async def work(self, *, later: timedelta = timedelta()) -> int:
        """Let the jobs that are due be done, at a later moment."""
        self.moment += later
        return await work_off(self.database, self.settings, clock=lambda: self.moment)

    async def work_here(self, *, later: timedelta = timedelta(minutes=1)) -> None:
        """Let the due jobs of this municipality be done a little later, and those of no other test on the same database."""
        self.moment += later
        worker = _Worker(self.database, self.settings, lambda: self.moment, PACE, NOBODY)
        due = select(Job.id).where(taking._is_due(self.moment))
        while True:
            async with tenant_transaction(self.database, self.municipality) as session:
                job = (await session.exec(due)).first()
                taken = await taking._take(session, job, self.moment, taking.LEASE) if job else None
            if taken is None:
                return
            await worker._try(taken)

    async def mails(self) -> list[OutgoingMail]:
        async with tenant_reading(self.database, self.municipality) as session:
            return list(await session.exec(select(OutgoingMail).order_by(col(OutgoingMail.id))))

    async def states(self) -> Counter[str]:
        return Counter(mail.state for mail in await self.mails())

    async def invitations(self) -> dict[str, Invitation]:
        """The invitations by the address of their client."""
        async with tenant_reading(self.database, self.municipality) as session:
            rows = await session.exec(
                select(Client.draw_order, Invitation).join(Invitation, col(Invitation.client_id) == col(Client.id))
            )
            return {address_of(order or 0): row for order, row in rows}

    async def change(self, number: int, **values: object) -> None:
        """Let something have become of the invitation of a client."""
        invitation = (await self.invitations())[address_of(number)]
        async with tenant_transaction(self.database, self.municipality) as session:
            row = await session.get_one(Invitation, invitation.access_hash)
            for name, value in values.items():
                setattr(row, name, value)


async def arrange_mailed_round(
    database: Database,
    settings: Settings,
    server: MailServer | None,
    *,
    clients: int = 3,
    municipality: str = UTRECHT,
    languages: tuple[str, ...] = (),
    opened: OpenedRound | None = None,
) -> MailedRound:
    """Open a round with drawn clients who have an address of mail; `languages` are those of the first ones."""
    settings = replace(settings, mail=server, mail_per_minute=10_000)
    opened = opened or await arrange_round(database, settings, municipality=municipality)
    await add_clients(database, settings, opened, clients, languages=languages)
    return MailedRound(database, settings, opened)


async def everyone_mailed(mailed: MailedRound) -> list[str]:
    """Let everybody have got the mail with an invitation, as far as we know; return the hashes of these persons."""
    recipients = Recipients(mailed.opened.round_id, LetterKind.INVITATION, by_mail=True)
    async with tenant_transaction(mailed.database, mailed.municipality) as session:
        day = mailed.moment.date()
        await queue_mails(session, mailed.settings, recipients, number=100, now=mailed.moment, today=day)
        for mail in await session.exec(select(OutgoingMail)):
            mail.state, mail.sealed, mail.sent_on = MailState.SENT.value, None, day
        return list(await session.exec(select(Client.person_hash)))


async def add_clients(
    database: Database, settings: Settings, opened: OpenedRound, number: int, *, languages: tuple[str, ...] = ()
) -> None:
    """Draw clients with an address of mail."""
    code = opened.municipality
    async with tenant_transaction(database, code) as session:
        for order in range(1, number + 1):
            client = uuid.uuid4().hex
            session.add(
                Client(
                    municipality=code,
                    id=client,
                    round_id=opened.round_id,
                    person_hash=person_hash(settings.secret_key, code, str(order)),
                    stratum="Begeleiding",
                    traits={},
                    status=ClientStatus.DRAWN.value,
                    draw_order=order,
                )
            )
            await session.flush()
            language = languages[order - 1] if order <= len(languages) else "nl"
            details = ContactDetails(name="Noor Jansen", email=address_of(order))
            sealed = seal_contact(settings.encryption_keys, client, details, language)
            session.add(Contact(municipality=code, id=client, by_post=False, by_mail=True, sealed=sealed))


@asynccontextmanager
async def open_mailed(settings: Settings, server: MailServer, *, clients: int = 3) -> AsyncIterator[MailedRound]:
    """Arrange such a round on a database that is opened for it."""
    async with open_database(settings.database_url) as database:
        yield await arrange_mailed_round(database, settings, server, clients=clients)


@contextmanager
def worker_of(mailed: MailedRound, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a worker in a process of its own, on the clock of the test."""
    mail, settings = mailed.settings.mail, mailed.settings
    assert mail is not None
    environment = {
        **os.environ,
        "CEO_DATA": str(settings.data_folder),
        "CEO_DATABASE_URL": settings.database_url,
        "CEO_BASE_URL": settings.base_url,
        "CEO_SECRET_KEY": settings.secret_key.hex(),
        "CEO_MAIL_URL": f"smtp://{mail.host}:{mail.port}",
        "CEO_MAIL_FROM": mail.sender,
        "CEO_MAIL_PER_MINUTE": "10000",
    }
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, "-c", SENDING, mailed.moment.isoformat()], env=environment, stdout=stream, stderr=stream
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait(timeout=60)
