"""Inviting people of a round that goes on when their turn has come: mails go out each day, letters wait for who makes them.

The first mails of a round are sent by people, who have looked at the text and chosen to mail. From then on whoever can be mailed gets
theirs on their day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.clock import DUTCH_TIME
from ceo.storage.clients import Client, ClientStatus, Contact
from ceo.storage.contacts import Invitation
from ceo.storage.database import Database
from ceo.storage.jobs import Job
from ceo.storage.letters import LetterKind, OutgoingMail
from ceo.storage.rounds import Round, takes_answers
from ceo.storage.tenancy import tenant_reading, tenant_transaction
from ceo.workflows.audit.recording import record
from ceo.workflows.ending.months import rounds_that_go_on
from ceo.workflows.inviting.client_codes import Recipients, count_recipients, delay_of
from ceo.workflows.inviting.mails import queue_mails
from ceo.workflows.jobs.kinds import JobKind
from ceo.workflows.jobs.queueing import queue_job
from ceo.workflows.jobs.working import Working

_UPKEEP: Final = "ceo upkeep"
_TOGETHER: Final = 200  # people who get a code in one transaction
_WEEK: Final = 7
SHOWN_DAYS: Final = 30


@dataclass(frozen=True, slots=True)
class DueOverview:
    """Whose turn to be invited has come, of those who were drawn and are not invited yet. Numbers of people.

    `now`: all of them; `by_mail`, `by_post`: who can be reached so (some both ways). `weeks`: the first day of each of the next weeks, and
    whose turn comes in it; `later`: after those. `delay` in days. `mails_go_out`: by themselves, because people sent the first ones.
    """

    now: int
    by_mail: int
    by_post: int
    weeks: tuple[tuple[date, int], ...]
    later: int
    delay: int
    mails_go_out: bool


async def read_due(database: Database, municipality: str, round_id: int, *, today: date) -> DueOverview:
    """Return whose turn comes when, in a constant number of queries."""
    statement = (
        select(Client.event_on, Client.not_before, Contact.by_mail, Contact.by_post, func.count())  # type: ignore[call-overload]  # five columns
        .outerjoin(Contact, col(Contact.id) == col(Client.id))
        .outerjoin(Invitation, col(Invitation.client_id) == col(Client.id))
        .where(
            col(Client.round_id) == round_id,
            col(Client.status) == ClientStatus.DRAWN.value,
            col(Invitation.access_hash).is_(None),
        )
        .group_by(Client.event_on, Client.not_before, Contact.by_mail, Contact.by_post)
    )
    async with tenant_reading(database, municipality) as session:
        delay = await delay_of(session, round_id) or timedelta()
        rows = (await session.exec(statement)).all()
        mails = await _mails_go_out(session, round_id)
    counts = {"now": 0, "by_mail": 0, "by_post": 0, "later": 0}
    weeks = [0] * -(-SHOWN_DAYS // _WEEK)
    for event_on, not_before, by_mail, by_post, number in rows:
        left = max(_days_left(event_on, delay, today), _days_left(not_before, timedelta(), today))
        if left == 0:
            counts["now"] += number
            counts["by_mail"] += number if by_mail else 0
            counts["by_post"] += number if by_post else 0
        elif left <= len(weeks) * _WEEK:
            weeks[(left - 1) // _WEEK] += number
        else:
            counts["later"] += number
    firsts = [today + timedelta(days=1 + _WEEK * place) for place in range(len(weeks))]
    return DueOverview(weeks=tuple(zip(firsts, weeks, strict=True)), delay=delay.days, mails_go_out=mails, **counts)


async def queue_due_invitations(database: Database, *, today: date, now: datetime) -> int:
    """Ask for mails to whose turn has come, once for each round and day; return for how many rounds."""
    asked = 0
    for municipality, round_id in await rounds_that_go_on(database):
        once = f"{round_id} {today.isoformat()}"
        same = select(Job.id).where(col(Job.kind) == JobKind.INVITE_DUE.value, col(Job.once) == once).limit(1)
        async with tenant_transaction(database, municipality) as session:
            its_round = await session.get_one(Round, round_id)
            if not takes_answers(its_round, today) or (await session.exec(same)).first() is not None:
                continue
            if await _mails_go_out(session, round_id) and await count_recipients(session, _due(round_id, today)):
                await queue_job(session, JobKind.INVITE_DUE, actor=_UPKEEP, now=now, round_id=round_id, once=once)
                asked += 1
    return asked


async def invite_due(working: Working) -> Mapping[str, Any]:
    """Put a mail into the queue for everybody whose turn has come and who can be mailed, and let it be sent; return how many."""
    round_id, today = working.round_id, working.clock().astimezone(DUTCH_TIME).date()
    assert round_id is not None, "people are invited for a round"
    async with tenant_reading(working.database, working.municipality) as session:
        is_open = takes_answers(await session.get_one(Round, round_id), today)
    if working.settings.mail is None or not is_open:
        return {"mailed": 0}
    goes_on = True
    while goes_on:
        async with working.effect() as session:
            job = await session.get_one(Job, working.job_id)
            found = await queue_mails(
                session,
                working.settings,
                _due(round_id, today),
                number=_TOGETHER,
                now=working.clock(),
                today=today,
            )
            job.progress += len(found)
            job.size = mailed = job.progress
            goes_on = bool(found)
            if not goes_on and mailed:
                await _let_them_be_sent(session, working, round_id, mailed)
    return {"mailed": mailed}


def _due(round_id: int, today: date) -> Recipients:
    return Recipients(round_id, LetterKind.INVITATION, by_mail=True, due_on=today)


async def _mails_go_out(session: AsyncSession, round_id: int) -> bool:
    first = select(OutgoingMail.id).where(
        col(OutgoingMail.round_id) == round_id, col(OutgoingMail.kind) == LetterKind.INVITATION.value
    )
    return (await session.exec(first.limit(1))).first() is not None


async def _let_them_be_sent(session: AsyncSession, working: Working, round_id: int, mailed: int) -> None:
    now = working.clock()
    await queue_job(
        session, JobKind.SEND_MAIL, actor=working.made_by, now=now, round_id=round_id, once=f"{round_id} rest"
    )
    await record(
        session,
        working.municipality,
        actor=working.made_by,
        action="mail.ordered",
        object_kind="round",
        object_id=str(round_id),
        after={"kind": LetterKind.INVITATION.value, "number": mailed},
        now=now,
    )


def _days_left(day: date | None, delay: timedelta, today: date) -> int:
    return max(0, (day + delay - today).days) if day is not None else 0
