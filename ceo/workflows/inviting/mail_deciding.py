"""What people decide about the mails of a round: sending them, stopping, and what to do with those that nobody is certain of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import func, update
from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from ceo.storage.contacts import Invitation, InvitationState, SecondCode
from ceo.storage.database import Database
from ceo.storage.jobs import Job, JobState
from ceo.storage.letters import LetterKind, MailState, OutgoingMail
from ceo.storage.tenancy import tenant_reading, tenant_transaction
from ceo.workflows.audit.recording import record
from ceo.workflows.inviting.client_codes import Recipients, count_recipients
from ceo.workflows.inviting.mail_counts import count_mails
from ceo.workflows.inviting.mails import remember_asked, withdraw_waiting
from ceo.workflows.jobs.deciding import cancel_job
from ceo.workflows.jobs.kinds import JobKind
from ceo.workflows.jobs.queueing import queue_job


@dataclass(frozen=True, slots=True)
class Deciding:
    """Who decides, about which round, and when."""

    municipality: str
    round_id: int
    actor: str
    now: datetime


class Ordered(StrEnum):
    """What came of asking for mails."""

    QUEUED = "queued"
    BUSY = "busy"  # mails of this kind are being sent
    CHANGED = "changed"  # there are more or fewer people than were shown


async def order_mails(database: Database, deciding: Deciding, recipients: Recipients, *, shown: int) -> Ordered:
    """Let a worker mail people who are left, when there are as many as were shown to who decides."""
    async with tenant_transaction(database, deciding.municipality) as session:
        if await count_recipients(session, recipients) != shown or not shown:
            return Ordered.CHANGED
        payload = {
            "kind": recipients.kind.value,
            "number": shown,
            "reminders": recipients.reminders,
            "sent_before": recipients.sent_before.isoformat() if recipients.sent_before is not None else None,
        }
        job = await _job(session, deciding, recipients.kind.value, payload)
        if job.state == JobState.RUNNING.value:
            return Ordered.BUSY
        # It may be one that waits until it can send the rest of earlier mails: it has new people to write to now.
        job.payload, job.size, job.progress, job.run_after = payload, 0, 0, deciding.now
        await session.flush()
        await _record(session, deciding, "mail.ordered", {"kind": recipients.kind.value, "number": shown})
    return Ordered.QUEUED


async def send_rest(database: Database, deciding: Deciding) -> None:
    """Let a worker go on with what waits in the queue."""
    async with tenant_transaction(database, deciding.municipality) as session:
        await _go_on(session, deciding)


async def send_anyway(database: Database, deciding: Deciding, mail_ids: Iterable[str]) -> int:
    """Send mails of which nobody knows whether they were sent; return how many. Their recipients may get them twice."""
    async with tenant_transaction(database, deciding.municipality) as session:
        again: dict[str, Any] = {"state": MailState.WAITING.value, "send_after": deciding.now, "fault": None}
        changed = await _change_uncertain(session, deciding, mail_ids, again)
        if changed:
            await _go_on(session, deciding)
            await _record(session, deciding, "mail.sent-anyway", {"number": len(changed)})
    return len(changed)


async def leave_as_sent(database: Database, deciding: Deciding, mail_ids: Iterable[str]) -> int:
    """Take it that mails of which nobody knows whether they were sent did arrive; return how many."""
    async with tenant_transaction(database, deciding.municipality) as session:
        sent: dict[str, Any] = {"state": MailState.SENT.value, "sealed": None, "fault": "assumed"}
        changed = await _change_uncertain(session, deciding, mail_ids, sent)
        for invitation, kind, day in changed:
            if kind == LetterKind.INVITATION.value and day is not None:
                await remember_asked(session, invitation, day)
        if changed:
            await _record(session, deciding, "mail.left", {"number": len(changed)})
    return len(changed)


async def stop_mails(database: Database, deciding: Deciding) -> int:
    """Take back every mail that waits; return how many. Who was to be invited can be invited again, by mail or by letter.

    A mail that may have been sent before, and was to be sent anyway, is uncertain again.
    """
    for job_id in await _busy_jobs(database, deciding):
        await cancel_job(database, deciding.municipality, job_id, actor=deciding.actor, now=deciding.now)
    async with tenant_transaction(database, deciding.municipality) as session:
        number = (await count_mails(session, deciding.round_id)).waiting
        if not number:
            return 0
        await _doubt_again(session, deciding.round_id)
        await _uninvite(session, deciding.round_id)
        await _unremind(session, deciding.round_id)
        await withdraw_waiting(session, deciding.round_id, "stopped")
        await _record(session, deciding, "mail.stopped", {"number": number})
    return number


def _waiting(round_id: int, kind: LetterKind) -> SelectOfScalar[str]:
    """Return the invitations of the mails of a kind that wait."""
    return select(OutgoingMail.invitation_hash).where(
        col(OutgoingMail.round_id) == round_id,
        col(OutgoingMail.state) == MailState.WAITING.value,
        col(OutgoingMail.kind) == kind.value,
    )


async def _doubt_again(session: AsyncSession, round_id: int) -> None:
    perhaps_sent = (
        col(OutgoingMail.round_id) == round_id,
        col(OutgoingMail.state) == MailState.WAITING.value,
        col(OutgoingMail.sent_on).is_not(None),
    )
    await session.exec(update(OutgoingMail).where(*perhaps_sent).values(state=MailState.UNCERTAIN.value))


async def _uninvite(session: AsyncSession, round_id: int) -> None:
    """Forget invitations of which nobody got the code."""
    has_other_code = select(SecondCode.invitation_hash)
    unused = delete(Invitation).where(
        col(Invitation.access_hash).in_(_waiting(round_id, LetterKind.INVITATION)),
        col(Invitation.state) == InvitationState.OPEN.value,
        col(Invitation.access_hash).not_in(has_other_code),
    )
    await session.exec(unused.execution_options(synchronize_session=False))


async def _unremind(session: AsyncSession, round_id: int) -> None:
    """Count reminders that did not go out no longer. The code that each was to bring is known to nobody."""
    earlier = (
        select(func.max(OutgoingMail.sent_on))
        .where(col(OutgoingMail.invitation_hash) == col(Invitation.access_hash))
        .scalar_subquery()
    )
    reminded = update(Invitation).where(
        col(Invitation.access_hash).in_(_waiting(round_id, LetterKind.REMINDER)), col(Invitation.reminders) > 0
    )
    await session.exec(
        reminded.values(
            reminders=col(Invitation.reminders) - 1, sent_on=func.coalesce(earlier, col(Invitation.sent_on))
        ).execution_options(synchronize_session=False)
    )


async def _change_uncertain(
    session: AsyncSession, deciding: Deciding, mail_ids: Iterable[str], values: Mapping[str, Any]
) -> Sequence[tuple[str, str, date | None]]:
    """Change those of some mails that are uncertain; return the invitation, the kind and the day of each."""
    chosen = (
        col(OutgoingMail.id).in_(list(mail_ids)),
        col(OutgoingMail.round_id) == deciding.round_id,
        col(OutgoingMail.state) == MailState.UNCERTAIN.value,
    )
    found = col(OutgoingMail.invitation_hash), col(OutgoingMail.kind), col(OutgoingMail.sent_on)
    changed = update(OutgoingMail).where(*chosen).values(**values).returning(*found)
    return [(invitation, kind, day) for invitation, kind, day in await session.exec(changed)]


async def _go_on(session: AsyncSession, deciding: Deciding) -> None:
    """Let the job that waits for a later moment go on now; make one when there is none."""
    of_round = (
        col(Job.kind) == JobKind.SEND_MAIL.value,
        col(Job.round_id) == deciding.round_id,
        col(Job.state) == JobState.WAITING.value,
    )
    woken = await session.exec(update(Job).where(*of_round).values(run_after=deciding.now).returning(col(Job.id)))
    if not woken.all():
        await _job(session, deciding, "rest", {})


async def _job(session: AsyncSession, deciding: Deciding, name: str, payload: Mapping[str, Any]) -> Job:
    job_id = await queue_job(
        session,
        JobKind.SEND_MAIL,
        actor=deciding.actor,
        now=deciding.now,
        round_id=deciding.round_id,
        payload=payload,
        once=f"{deciding.round_id} {name}",
    )
    return await session.get_one(Job, job_id, with_for_update=True)


async def _busy_jobs(database: Database, deciding: Deciding) -> list[str]:
    busy = (
        col(Job.kind) == JobKind.SEND_MAIL.value,
        col(Job.round_id) == deciding.round_id,
        col(Job.state).in_((JobState.WAITING.value, JobState.RUNNING.value)),
    )
    async with tenant_reading(database, deciding.municipality) as session:
        return list(await session.exec(select(Job.id).where(*busy)))


async def _record(session: AsyncSession, deciding: Deciding, action: str, after: Mapping[str, object]) -> None:
    await record(
        session,
        deciding.municipality,
        actor=deciding.actor,
        action=action,
        object_kind="round",
        object_id=str(deciding.round_id),
        after=after,
        now=deciding.now,
    )
