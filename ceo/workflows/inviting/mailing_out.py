"""The job that mails the clients of a round: puts mails into the queue, and hands them to the mail server one by one.

What holds, also when the worker is killed at any moment: **no mail is sent twice by itself**. A mail is marked before it is handed over
and once more after the server has answered. Between these two nobody but the server knows whether it has the mail. A mail whose handing
over was broken off there becomes `UNCERTAIN`; staff are told, and choose: send it after all, which may be a second time, or leave it.
So each person gets exactly one mail, but for those that are told of: they got one, or none. A repeat has the same Message-ID.

Nothing is lost when the server takes no mail: the queue waits. A mail that is refused for the time being is tried again for days.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final, TypeVar

from ceo.clock import DUTCH_TIME
from ceo.mail_server import MailServer
from ceo.storage.jobs import Job
from ceo.storage.letters import LetterKind
from ceo.storage.rounds import Round, takes_answers
from ceo.storage.tenancy import tenant_reading
from ceo.workflows.audit.recording import record
from ceo.workflows.inviting.client_codes import Recipients
from ceo.workflows.inviting.mail_counts import count_mails
from ceo.workflows.inviting.mail_line import Handed, LineDownError, MailLine
from ceo.workflows.inviting.mail_writing import Addressed, MailWords, read_mail_words, write_mail
from ceo.workflows.inviting.mails import (
    TakenMail,
    doubt_broken_off,
    mark_mail,
    next_moment,
    put_back,
    queue_mails,
    take_mail,
    withdraw_waiting,
)
from ceo.workflows.jobs.working import JobFailedError, JobPostponedError, Working

Result = TypeVar("Result")
# People who get a code in one transaction.
_TOGETHER: Final = 200
# Mails after which other jobs have a turn.
_IN_ONE_GO: Final = 500
# When the server takes no mail at all.
_REST: Final = timedelta(minutes=5)
# So many refusals for good, one after the other, are about us and not about the recipients.
_SUSPICIOUS: Final = 5
_REFUSALS: Final = frozenset({Handed.REFUSED, Handed.UNWELCOME})
_WAIT_AGAIN: Final = frozenset({Handed.LATER, Handed.UNWELCOME})


async def send_mail(working: Working) -> Mapping[str, Any]:
    """Mail the people that the payload names, and whatever waits in the queue of the round; return how many mails are in each state.

    Payload: `kind` (a `LetterKind`; none for what waits only), `number` of people at most, `reminders` and `sent_before` as in
    `Recipients`. Goes on later, as the same job, for as long as mails wait.
    """
    if working.settings.mail is None:
        raise JobFailedError("no-mail-server")
    words = await _prepare(working)
    if words is not None:
        await _queue(working)
        sending = _Sending(working, working.settings.mail, words)
        try:
            await sending.send_what_waits()
        finally:
            await _finish(asyncio.to_thread(sending.line.close))
    return await _conclude(working)


async def _prepare(working: Working) -> Mapping[LetterKind, MailWords] | None:
    """Doubt what an earlier worker left half-way; return the words of the round, or None when nobody can answer (any more)."""
    round_id = _round_of(working)
    async with tenant_reading(working.database, working.municipality) as session:
        its_round = await session.get_one(Round, round_id)
        words = {kind: await read_mail_words(session, working.settings, its_round, kind) for kind in LetterKind}
    is_open = takes_answers(its_round, _today(working))
    async with working.effect() as session:
        await doubt_broken_off(session, round_id, now=working.clock(), today=_today(working))
        if not is_open:
            await withdraw_waiting(session, round_id, "closed")
    return words if is_open else None


async def _queue(working: Working) -> None:
    """Put a mail into the queue for everybody who is to get one. Once: from then on the job has a size."""
    recipients = _recipients(working)
    left = int(working.payload.get("number", 0))
    async with tenant_reading(working.database, working.municipality) as session:
        was_queued = (await session.get_one(Job, working.job_id)).size > 0
    while recipients is not None and left > 0 and not was_queued:
        async with working.effect() as session:
            number = min(_TOGETHER, left)
            found = await queue_mails(
                session, working.settings, recipients, number=number, now=working.clock(), today=_today(working)
            )
        left = left - len(found) if found else 0
    async with working.effect() as session:
        job = await session.get_one(Job, working.job_id)
        waiting = (await count_mails(session, _round_of(working))).waiting
        job.progress = max(job.progress, job.size - waiting)
        job.size = job.progress + waiting


@dataclass(slots=True)
class _Sending:
    """One go at the queue of a round."""

    working: Working
    server: MailServer
    words: Mapping[LetterKind, MailWords]
    line: MailLine = field(init=False)
    _handed: int = 0
    _ended: int = 0  # since progress was told last
    _refused_in_a_row: int = 0

    def __post_init__(self) -> None:
        self.line = MailLine(self.server)

    async def send_what_waits(self) -> None:
        """Hand over what is due. Raises `JobPostponedError` when the rest has to wait: for other jobs, or for the server."""
        while (taken := await self._take()) is not None:
            await _finish(self._hand_over(taken))
            if self._refused_in_a_row >= _SUSPICIOUS:
                raise JobPostponedError(self.working.clock() + _REST)
            if self._handed >= _IN_ONE_GO:
                raise JobPostponedError(self.working.clock())
            await asyncio.sleep(60 / self.working.settings.mail_per_minute)

    async def _take(self) -> TakenMail | None:
        working = self.working
        async with working.effect() as session:
            job = await session.get_one(Job, working.job_id)
            job.progress, self._ended = min(job.size, job.progress + self._ended), 0
            keys = working.settings.encryption_keys
            return await take_mail(session, keys, _round_of(working), now=working.clock())

    async def _hand_over(self, taken: TakenMail) -> None:
        """Give a mail to the server and mark what became of it. The mark needs no lease: what happened has happened."""
        working, enclosed = self.working, taken.enclosed
        to = Addressed(taken.mail_id, enclosed.address, enclosed.code, enclosed.language)
        content = write_mail(working.settings, self.words[taken.kind], to, now=working.clock())
        try:
            handed = await asyncio.to_thread(self.line.hand_over, enclosed.address, content)
        except LineDownError as down:
            await put_back(working.database, working.municipality, taken, fault=f"line-{down.fault}")
            raise JobPostponedError(working.clock() + _REST) from None
        self._handed += 1
        self._ended += handed not in _WAIT_AGAIN
        self._refused_in_a_row = self._refused_in_a_row + 1 if handed in _REFUSALS else 0
        await mark_mail(
            working.database, working.municipality, taken, handed, now=working.clock(), today=_today(working)
        )


async def _conclude(working: Working) -> Mapping[str, Any]:
    """Go on later when mails wait still; otherwise record what became of all, once, and return it."""
    round_id = _round_of(working)
    async with working.effect() as session:
        job = await session.get_one(Job, working.job_id)
        found, moment = await count_mails(session, round_id), await next_moment(session, round_id)
        job.progress = max(job.progress, job.size - found.waiting)
        counts = found.by_state
        if moment is None and job.result is None:
            job.result = dict(counts)
            await session.flush()
            await record(
                session,
                working.municipality,
                actor=working.made_by,
                action="mail.sent",
                object_kind="round",
                object_id=str(round_id),
                after=counts,
                now=working.clock(),
            )
    if moment is not None:
        raise JobPostponedError(max(moment, working.clock()))
    return counts


def _recipients(working: Working) -> Recipients | None:
    kind, before = working.payload.get("kind"), working.payload.get("sent_before")
    if not kind:
        return None
    return Recipients(
        _round_of(working),
        LetterKind(kind),
        by_mail=True,
        reminders=int(working.payload.get("reminders", 1)),
        sent_before=date.fromisoformat(before) if before else None,
        due_on=_today(working),
    )


def _round_of(working: Working) -> int:
    assert working.round_id is not None, "mails are those of a round"
    return working.round_id


def _today(working: Working) -> date:
    return working.clock().astimezone(DUTCH_TIME).date()


async def _finish(doing: Awaitable[Result]) -> Result:
    """Wait for something to its end, also when the worker has to stop meanwhile, and is told so more than once: a mail is half-way."""
    task, stopped = asyncio.ensure_future(doing), False
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError:
            stopped = True
    if stopped:
        with suppress(Exception):  # the row of the mail tells it
            task.result()
        raise asyncio.CancelledError
    return task.result()
