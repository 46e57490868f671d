"""Mailing clients over a real mail server, whatever that server and our own worker do meanwhile."""

from __future__ import annotations

import asyncio
import shutil
import signal
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from installation import settings_on
from mailed_rounds import MailedRound, address_of, arrange_mailed_round, everybody, open_mailed, worker_of
from moody_mail_server import GREYLISTED, NO_SUCH_MAILBOX, MoodyServer, open_moody_server
from sqlmodel import select

from ceo.settings import Settings
from ceo.storage.audit import AuditRecord
from ceo.storage.clients import LastSurveyed
from ceo.storage.contacts import Disposition
from ceo.storage.database import Database
from ceo.storage.jobs import Job
from ceo.storage.tenancy import reading_across, tenant_transaction
from ceo.workflows.answering.access_codes import access_key, read_code
from ceo.workflows.frames.listed import person_hash
from ceo.workflows.inviting import mail_line, mailing_out
from ceo.workflows.inviting.mail_deciding import (
    leave_as_sent,
    send_anyway,
)
from ceo.workflows.jobs.deciding import cancel_job
from ceo.workflows.jobs.kinds import JobKind
from ceo.workflows.jobs.queueing import queue_job

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


async def test_each_person_gets_exactly_one_mail_with_a_code_of_their_own(
    mailed: MailedRound, server: MoodyServer
) -> None:
    assert await mailed.order() == 3
    assert await mailed.work() == 1
    assert server.by_recipient == everybody(3)
    assert server.lines == 1
    invitations = await mailed.invitations()
    for address, mail in server.took:
        text = mail.get_body(("plain",))
        assert text is not None
        code = next(line for line in text.get_content().splitlines() if len(line) == 14 and line.count("-") == 2)
        key = access_key(mailed.settings.secret_key, mailed.municipality, read_code(code) or "")
        assert key.access_hash == invitations[address].access_hash
    assert all(row.sealed is None and row.sent_on is not None for row in await mailed.mails())
    assert await mailed.states() == {"sent": 3}
    assert await mailed.work(later=DAY) == 0
    async with reading_across(mailed.database) as session:
        records = {row.action: row.after for row in await session.exec(select(AuditRecord))}
        asked = {row.person_hash for row in await session.exec(select(LastSurveyed))}
    assert records["mail.ordered"] == {"kind": "invitation", "number": 3}
    assert records["mail.sent"] == {"sent": 3}
    assert asked == {person_hash(mailed.settings.secret_key, mailed.municipality, str(n)) for n in (1, 2, 3)}


async def test_two_workers_at_once_share_a_queue_and_send_each_mail_once(
    mailed: MailedRound, server: MoodyServer
) -> None:
    server.to_sender = "451 later"
    await mailed.order()
    await mailed.work()
    server.to_sender = ""
    await stop_jobs(mailed)
    for name in ("one", "other"):
        async with tenant_transaction(mailed.database, mailed.municipality) as session:
            round_id, moment = mailed.opened.round_id, mailed.moment
            await queue_job(session, JobKind.SEND_MAIL, actor="proef", now=moment, round_id=round_id, once=name)
    server.delay = 0.05
    await asyncio.gather(mailed.work(), mailed.work())
    assert server.by_recipient == everybody(3)
    assert server.lines > 2
    await mailed.work(later=HOUR)
    assert await mailed.states() == {"sent": 3}


async def test_a_greylisting_server_gets_the_mail_later_and_once(mailed: MailedRound, server: MoodyServer) -> None:
    for number in (1, 2, 3):
        server.to_recipient[address_of(number)] = [GREYLISTED]
    server.to_content[address_of(3)] = ["452 4.3.1 no room"]
    await mailed.order()
    await mailed.work()
    assert server.took == []
    assert await mailed.states() == {"waiting": 3}
    assert await mailed.work(later=timedelta(minutes=4)) == 0
    await mailed.work(later=timedelta(minutes=1))
    assert await mailed.states() == {"sent": 2, "waiting": 1}
    await mailed.work(later=timedelta(minutes=15))
    assert server.by_recipient == everybody(3)


async def test_a_server_that_refuses_for_the_time_being_for_days_is_given_up(
    mailed: MailedRound, server: MoodyServer
) -> None:
    server.to_recipient[address_of(2)] = [GREYLISTED] * 20
    await mailed.order()
    for _ in range(8):
        await mailed.work(later=DAY)
    assert await mailed.states() == {"sent": 2, "given-up": 1}
    assert len(server.to_recipient[address_of(2)]) == 12
    assert [row.sealed for row in await mailed.mails()] == [None] * 3
    assert (await mailed.invitations())[address_of(2)].disposition is None


async def test_an_address_that_does_not_exist_is_told_once_and_the_others_get_their_mail(
    mailed: MailedRound, server: MoodyServer
) -> None:
    server.to_recipient[address_of(2)] = [NO_SUCH_MAILBOX]
    await mailed.order()
    await mailed.work()
    assert await mailed.states() == {"sent": 2, "bounced": 1}
    invitations = await mailed.invitations()
    assert invitations[address_of(2)].disposition == Disposition.UNDELIVERABLE
    assert invitations[address_of(1)].disposition is None
    assert await mailed.work(later=DAY) == 0


@pytest.mark.parametrize(
    "trouble",
    [
        {"to_sender": "451 too many"},
        {"to_sender": "550 5.7.1 who are you"},
        {"to_everybody": "421 closing"},
    ],
)
async def test_when_the_server_takes_no_mail_at_all_nothing_is_lost(
    sqlite_settings: Settings, server: MoodyServer, trouble: dict[str, str]
) -> None:
    async with open_mailed(sqlite_settings, server.server) as mailed:
        for name, said in trouble.items():
            setattr(server, name, said)
        await mailed.order()
        await mailed.work()
        await mailed.work(later=HOUR)
        rows = await mailed.mails()
        assert {(row.state, row.tries) for row in rows} == {("waiting", 0)}
        assert any((row.fault or "").startswith("line-") for row in rows)
        server.to_sender = server.to_everybody = ""
        await mailed.work(later=HOUR)
        assert server.by_recipient == everybody(3)
        assert await mailed.states() == {"sent": 3}


async def test_when_no_server_is_there_the_queue_waits(sqlite_settings: Settings, server: MoodyServer) -> None:
    async with open_mailed(sqlite_settings, server.server) as mailed:
        there = mailed.settings
        mailed.settings = replace(there, mail=replace(server.server, port=1))
        await mailed.order()
        await mailed.work()
        assert await mailed.states() == {"waiting": 3}
        mailed.settings = there
        assert await mailed.work(later=timedelta(minutes=5)) == 1
        assert server.by_recipient == everybody(3)


async def test_refusals_one_after_the_other_stop_the_mailing_before_everybody_is_marked(
    sqlite_settings: Settings, server: MoodyServer
) -> None:
    async with open_mailed(sqlite_settings, server.server, clients=9) as mailed:
        server.to_everybody = "550 relay not permitted"
        await mailed.order()
        await mailed.work()
        assert await mailed.states() == {"bounced": 5, "waiting": 4}


async def test_a_refusal_of_what_a_mail_says_is_not_about_its_recipient(
    sqlite_settings: Settings, server: MoodyServer
) -> None:
    async with open_mailed(sqlite_settings, server.server) as mailed:
        server.to_content[address_of(1)] = ["554 5.7.1 looks like spam"]
        await mailed.order()
        await mailed.work()
        assert await mailed.states() == {"sent": 2, "waiting": 1}
        assert (await mailed.invitations())[address_of(1)].disposition is None
        await mailed.work(later=HOUR)
        assert server.by_recipient == everybody(3)


async def test_a_line_that_breaks_after_the_content_leaves_a_mail_uncertain_and_it_is_not_sent_again_by_itself(
    mailed: MailedRound, server: MoodyServer
) -> None:
    server.drops = {address_of(2)}
    await mailed.order()
    await mailed.work()
    await mailed.work(later=DAY)
    assert await mailed.states() == {"sent": 2, "uncertain": 1}
    assert server.by_recipient == everybody(3)
    [uncertain] = [row for row in await mailed.mails() if row.state == "uncertain"]
    server.drops = set()
    assert await send_anyway(mailed.database, mailed.deciding, [uncertain.id, "0" * 32]) == 1
    await mailed.work()
    assert server.by_recipient == everybody(3) + Counter([address_of(2)])
    names = [mail["Message-ID"] for address, mail in server.took if address == address_of(2)]
    assert names == [f"<ceo-{uncertain.id}@voorbeeld.nl>"] * 2  # so that servers and people recognise the repeat
    assert await mailed.states() == {"sent": 3}


async def test_an_uncertain_mail_can_be_left_and_its_address_is_forgotten(
    sqlite_settings: Settings, server: MoodyServer
) -> None:
    async with open_mailed(sqlite_settings, server.server) as mailed:
        server.drops = {address_of(1), address_of(2), address_of(3)}
        await mailed.order()
        await mailed.work()
        rows = await mailed.mails()
        assert {row.state for row in rows} == {"uncertain"}
        assert await leave_as_sent(mailed.database, mailed.deciding, [row.id for row in rows]) == 3
        assert await leave_as_sent(mailed.database, mailed.deciding, [row.id for row in rows]) == 0
        assert {(row.state, row.fault, row.sealed) for row in await mailed.mails()} == {("sent", "assumed", None)}
        async with reading_across(mailed.database) as session:
            assert len(list(await session.exec(select(LastSurveyed)))) == 3
        assert await mailed.work(later=DAY) == 0


async def test_a_worker_that_is_killed_between_sending_and_marking_sends_nothing_twice_and_tells_what_is_uncertain(
    mailed: MailedRound, server: MoodyServer, tmp_path: Path
) -> None:
    await mailed.order()
    with worker_of(mailed, tmp_path / "log") as process:
        server.on_content = lambda number: process.kill() if number == 2 else None
        await asyncio.to_thread(process.wait, 60)
    assert process.returncode == -signal.SIGKILL, (tmp_path / "log").read_text()
    assert await mailed.states() == {"sent": 1, "sending": 1, "waiting": 1}
    killed_at = server.took[-1][0]
    await mailed.work(later=timedelta(minutes=2))
    await mailed.work(later=timedelta(minutes=10))
    assert server.by_recipient == everybody(3)
    assert await mailed.states() == {"sent": 2, "uncertain": 1}
    [uncertain] = [row for row in await mailed.mails() if row.state == "uncertain"]
    assert uncertain.invitation_hash == (await mailed.invitations())[killed_at].access_hash
    async with reading_across(mailed.database) as session:
        actions = [row.action for row in await session.exec(select(AuditRecord))]
    assert actions.count("mail.sent") == 1


async def test_many_mails_go_over_a_few_lines_and_give_other_jobs_a_turn(
    sqlite_settings: Settings, server: MoodyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_line, "_ON_ONE_LINE", 4)
    monkeypatch.setattr(mailing_out, "_IN_ONE_GO", 6)
    monkeypatch.setattr(mailing_out, "_TOGETHER", 5)
    async with open_mailed(sqlite_settings, server.server, clients=11) as mailed:
        await mailed.order()
        assert await mailed.work() == 2  # one job in two goes
        assert server.by_recipient == everybody(11)
        assert server.lines == 4
        async with reading_across(mailed.database) as session:
            [job] = await session.exec(select(Job))
        assert (job.state, job.progress, job.size, job.result) == ("done", 11, 11, {"sent": 11})


async def test_a_slow_server_is_waited_for(sqlite_settings: Settings, server: MoodyServer) -> None:
    async with open_mailed(sqlite_settings, server.server) as mailed:
        server.delay = 0.2
        await mailed.order()
        await mailed.work()
        assert server.by_recipient == everybody(3)
        assert await mailed.states() == {"sent": 3}


async def test_a_mail_that_is_half_way_is_finished_also_when_the_worker_is_told_to_stop_twice() -> None:
    begun, may_end, done = asyncio.Event(), asyncio.Event(), []

    async def hand_over() -> None:
        begun.set()
        await may_end.wait()
        done.append("marked")

    handing = asyncio.create_task(mailing_out._finish(hand_over()))
    async with asyncio.timeout(20):
        await begun.wait()
        for _ in range(2):
            handing.cancel()
            await asyncio.sleep(0)
        may_end.set()
        with pytest.raises(asyncio.CancelledError):
            await handing
    assert done == ["marked"]


async def stop_jobs(mailed: MailedRound) -> None:
    """Let somebody stop every job; what waits in the queue stays there."""
    async with reading_across(mailed.database) as session:
        jobs = list(await session.exec(select(Job.id)))
    for job in jobs:
        await cancel_job(mailed.database, mailed.municipality, job, actor="proef", now=mailed.moment)
