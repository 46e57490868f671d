"""Who is mailed, who is not any more, and what people decide about mails."""

from __future__ import annotations

import asyncio
import logging
import shutil
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from installation import settings_on
from mailed_rounds import MailedRound, address_of, arrange_mailed_round, everybody, open_mailed
from moody_mail_server import GREYLISTED, NO_SUCH_MAILBOX, MoodyServer, open_moody_server
from sqlmodel import select

from ceo.settings import Settings
from ceo.storage.audit import AuditRecord
from ceo.storage.clients import OptOut
from ceo.storage.contacts import Disposition, InvitationState
from ceo.storage.database import Database
from ceo.storage.jobs import Job
from ceo.storage.letters import LetterKind
from ceo.storage.rounds import Round
from ceo.storage.tenancy import reading_across, tenant_transaction
from ceo.workflows.frames.listed import person_hash
from ceo.workflows.inviting.client_codes import Recipients
from ceo.workflows.inviting.mail_deciding import (
    Ordered,
    order_mails,
    send_anyway,
    send_rest,
    stop_mails,
)
from ceo.workflows.jobs.deciding import cancel_job

pytestmark = pytest.mark.anyio

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
async def server() -> AsyncIterator[MoodyServer]:
    async with open_moody_server() as moody:
        yield moody


@pytest.fixture
async def mailed(database: Database, installation_settings: Settings, server: MoodyServer) -> MailedRound:
    return await arrange_mailed_round(database, installation_settings, server.server)


@pytest.fixture
def sqlite_settings(sqlite_template: Path, tmp_path: Path) -> Settings:
    """An installation for rules that no database has a part in."""
    shutil.copy(sqlite_template, tmp_path / "ceo.sqlite3")
    return settings_on(f"sqlite+aiosqlite:///{tmp_path / 'ceo.sqlite3'}", tmp_path)


async def test_whoever_answered_refused_or_wants_no_mail_is_left_alone(
    sqlite_settings: Settings, server: MoodyServer
) -> None:
    async with open_mailed(sqlite_settings, server.server, clients=6) as mailed:
        server.to_sender = "451 later"
        await mailed.order()
        await mailed.work()  # all of them wait
        await mailed.change(1, state=InvitationState.COMPLETE.value)
        await mailed.change(2, state=InvitationState.REFUSED.value)
        await mailed.change(3, disposition=Disposition.DECEASED.value)
        await mailed.change(5, state=InvitationState.STARTED.value)
        unwilling = person_hash(mailed.settings.secret_key, mailed.municipality, "4")
        async with tenant_transaction(mailed.database, mailed.municipality) as session:
            session.add(OptOut(municipality=mailed.municipality, person_hash=unwilling, since=mailed.moment.date()))
        server.to_sender = ""
        await mailed.work(later=HOUR)
        assert server.by_recipient == Counter([address_of(5), address_of(6)])
        assert await mailed.states() == {"withdrawn": 4, "sent": 2}
        assert [row.sealed for row in await mailed.mails()] == [None] * 6


async def test_what_waits_when_a_round_closes_is_withdrawn(sqlite_settings: Settings, server: MoodyServer) -> None:
    async with open_mailed(sqlite_settings, server.server) as mailed:
        server.to_sender = "451 later"
        await mailed.order()
        await mailed.work()
        server.to_sender = ""
        async with tenant_transaction(mailed.database, mailed.municipality) as session:
            (await session.get_one(Round, mailed.opened.round_id)).closes_on = mailed.moment.date()
        await mailed.work(later=DAY)
        assert server.took == []
        assert {(row.state, row.fault, row.sealed) for row in await mailed.mails()} == {("withdrawn", "closed", None)}


async def test_reminders_go_to_those_who_did_not_answer_with_a_new_code(
    mailed: MailedRound, server: MoodyServer
) -> None:
    await mailed.order()
    await mailed.work()
    await mailed.change(1, state=InvitationState.COMPLETE.value)
    assert await mailed.order(LetterKind.REMINDER) == 2
    await mailed.work(later=DAY)
    assert server.by_recipient == everybody(3) + Counter([address_of(2), address_of(3)])
    subjects = [str(mail["Subject"]) for address, mail in server.took if address == address_of(2)]
    assert [subject.startswith("Herinnering") for subject in subjects] == [False, True]
    assert (await mailed.invitations())[address_of(2)].reminders == 1


async def test_stopping_takes_back_what_waits_so_that_people_can_be_invited_again(
    mailed: MailedRound, server: MoodyServer
) -> None:
    server.to_recipient[address_of(2)] = [GREYLISTED]
    server.to_recipient[address_of(3)] = [GREYLISTED]
    await mailed.order()
    await mailed.work()
    assert await stop_mails(mailed.database, mailed.deciding) == 2
    assert await stop_mails(mailed.database, mailed.deciding) == 0
    assert await mailed.work(later=DAY) == 0
    assert await mailed.states() == {"sent": 1, "withdrawn": 2}
    assert set(await mailed.invitations()) == {address_of(1)}
    assert await mailed.order() == 2
    await mailed.work()
    assert server.by_recipient == everybody(3)


async def test_stopping_a_reminder_lets_it_be_sent_later_and_a_mail_that_may_have_gone_stays_uncertain(
    sqlite_settings: Settings, server: MoodyServer
) -> None:
    async with open_mailed(sqlite_settings, server.server) as mailed:
        server.drops = {address_of(1)}
        await mailed.order()
        await mailed.work()
        [uncertain] = [row for row in await mailed.mails() if row.state == "uncertain"]
        await send_anyway(mailed.database, mailed.deciding, [uncertain.id])
        await mailed.order(LetterKind.REMINDER)
        server.to_sender = "451 later"
        await mailed.work()
        assert await mailed.states() == {"sent": 2, "waiting": 4}
        assert await stop_mails(mailed.database, mailed.deciding) == 4
        assert await mailed.states() == {"sent": 2, "uncertain": 1, "withdrawn": 3}
        assert {row.reminders for row in (await mailed.invitations()).values()} == {0}
        assert len(await mailed.invitations()) == 3


async def test_a_job_that_was_cancelled_leaves_a_queue_that_can_be_sent_later(
    sqlite_settings: Settings, server: MoodyServer
) -> None:
    async with open_mailed(sqlite_settings, server.server) as mailed:
        await mailed.order()
        async with reading_across(mailed.database) as session:
            [job] = await session.exec(select(Job.id))
        stopping: list[asyncio.Task[object]] = []

        def stop(number: int) -> None:
            if number == 1:
                cancelling = cancel_job(database, mailed.municipality, job, actor="proef", now=mailed.moment)
                stopping.append(asyncio.get_running_loop().create_task(cancelling))

        database, server.on_content, server.delay = mailed.database, stop, 0.05
        await mailed.work()
        await asyncio.gather(*stopping)
        assert await mailed.states() == {"sent": 1, "waiting": 2}
        await send_rest(mailed.database, mailed.deciding)
        await mailed.work()
        assert server.by_recipient == everybody(3)


async def test_nothing_is_ordered_when_there_are_other_people_than_were_shown(
    sqlite_settings: Settings, server: MoodyServer
) -> None:
    async with open_mailed(sqlite_settings, server.server) as mailed:
        everyone = Recipients(mailed.opened.round_id, LetterKind.INVITATION, by_mail=True)
        assert await order_mails(mailed.database, mailed.deciding, everyone, shown=2) is Ordered.CHANGED
        assert await mailed.work() == 0


async def test_no_address_code_or_name_is_logged_or_stands_in_a_job(
    sqlite_settings: Settings, server: MoodyServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="ceo")
    async with open_mailed(sqlite_settings, server.server) as mailed:
        server.to_recipient[address_of(1)] = [NO_SUCH_MAILBOX]
        server.drops = {address_of(2)}
        await mailed.order()
        await mailed.work()
        server.to_sender = "550 no"
        await mailed.order(LetterKind.REMINDER)
        await mailed.work(later=DAY)
        async with reading_across(mailed.database) as session:
            jobs = [repr(row.model_dump()) for row in await session.exec(select(Job))]
            records = [repr(row.model_dump()) for row in await session.exec(select(AuditRecord))]
    told = "\n".join([*jobs, *records, *(record.getMessage() + str(record.exc_text) for record in caplog.records)])
    assert "ontvanger.nl" not in told
    assert "Jansen" not in told
