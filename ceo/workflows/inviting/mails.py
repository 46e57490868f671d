"""The queue of mails of a round: filling it, taking the next mail out, and marking what became of it.

A mail is put into the queue together with the code that it brings. It is `SENDING` from before it is handed over until the answer of the
server is marked, each in a transaction of its own. Whoever finds it `SENDING` after its lease ran out cannot know whether the server had
it: it becomes `UNCERTAIN`, and is not sent again by itself.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import case, func, or_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.settings import Settings
from ceo.storage.clients import Client, LastSurveyed, OptOut
from ceo.storage.contacts import Disposition, Invitation, InvitationState
from ceo.storage.database import Database
from ceo.storage.letters import LetterKind, MailState, OutgoingMail
from ceo.storage.tenancy import tenant_of, tenant_transaction
from ceo.workflows.audit.recording import wait_for_turn
from ceo.workflows.frames.contacts import open_contact
from ceo.workflows.installation.keyring import OUTGOING_MAIL, seal, unseal
from ceo.workflows.inviting.client_codes import Recipient, Recipients, next_recipients
from ceo.workflows.inviting.mail_line import Handed, is_deliverable

# Longer than the whole conversation with a server can take.
LEASE: Final = timedelta(minutes=5)
# Between two tries. Servers that do not know us yet take a mail within the hour, those that are out of order within days.
_PAUSES: Final = tuple(timedelta(minutes=minutes) for minutes in (5, 15, 45, 120, 360, 720, 1440))
MOST_TRIES: Final = len(_PAUSES) + 1


@dataclass(frozen=True, slots=True)
class Enclosed:
    """What is sealed in a mail that waits: to whom it goes, and the code that it brings."""

    address: str = field(repr=False)
    code: str = field(repr=False)
    language: str


@dataclass(frozen=True, slots=True)
class TakenMail:
    """A mail that is to be handed over now. `tries` counts this one: it tells one try from another."""

    mail_id: str
    kind: LetterKind
    enclosed: Enclosed
    tries: int


async def queue_mails(
    session: AsyncSession, settings: Settings, recipients: Recipients, *, number: int, now: datetime, today: date
) -> Sequence[Recipient]:
    """Put mails with new codes into the queue for the next people who are left; return them. Nobody is returned twice."""
    # Letters may be made at the same moment: the same person is invited once.
    await wait_for_turn(session, tenant_of(session))
    found = await next_recipients(session, settings, recipients, number=number, today=today)
    for recipient in found:
        details, language = open_contact(settings.encryption_keys, recipient.client_id, recipient.sealed)
        mail_id = uuid.uuid4().hex
        enclosed = Enclosed(details.email, recipient.code, language)
        session.add(
            OutgoingMail(
                municipality=tenant_of(session),
                id=mail_id,
                round_id=recipients.round_id,
                invitation_hash=recipient.invitation_hash,
                kind=recipients.kind.value,
                language=language,
                send_after=now,
                sealed=seal(settings.encryption_keys, OUTGOING_MAIL, mail_id, json.dumps(asdict(enclosed)).encode()),
            )
        )
    await session.flush()
    return found


async def take_mail(session: AsyncSession, keys: Sequence[bytes], round_id: int, *, now: datetime) -> TakenMail | None:
    """Take the next mail that is due out of the queue; None when there is none.

    Mails to people who answered, refused, opted out or cannot be reached are withdrawn on the way.
    """
    statement = (
        select(OutgoingMail)
        .where(
            col(OutgoingMail.round_id) == round_id,
            col(OutgoingMail.state) == MailState.WAITING.value,
            col(OutgoingMail.send_after) <= now,
        )
        .order_by(col(OutgoingMail.send_after), col(OutgoingMail.id))
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    while (mail := (await session.exec(statement)).one_or_none()) is not None:
        reason = await _find_reason_not_to(session, mail)
        enclosed = _opened(keys, mail)
        if reason is None and not is_deliverable(enclosed.address):
            await bounce_mail(session, mail, "address")
        elif reason is not None:
            _end(mail, MailState.WITHDRAWN, reason)
        else:
            mail.state, mail.leased_until, mail.tries = MailState.SENDING.value, now + LEASE, mail.tries + 1
            return TakenMail(mail.id, LetterKind(mail.kind), enclosed, mail.tries)
        await session.flush()
    return None


async def mark_mail(
    database: Database, municipality: str, taken: TakenMail, handed: Handed, *, now: datetime, today: date
) -> None:
    """Keep what became of a mail that was handed over, unless somebody decided about it meanwhile."""
    async with tenant_transaction(database, municipality) as session:
        mail = await _still_ours(session, taken)
        if mail is None:
            return
        mail.leased_until = None
        if handed is Handed.TAKEN:
            mail.sent_on = today
            _end(mail, MailState.SENT, None)
            if taken.kind is LetterKind.INVITATION:
                await remember_asked(session, mail.invitation_hash, today)
        elif handed is Handed.REFUSED:
            await bounce_mail(session, mail, handed.value)
        elif handed is Handed.UNKNOWN:
            mail.state, mail.fault, mail.sent_on = MailState.UNCERTAIN.value, handed.value, today
        elif mail.tries >= MOST_TRIES:
            _end(mail, MailState.GIVEN_UP, handed.value)
        else:
            mail.state, mail.fault = MailState.WAITING.value, handed.value
            mail.send_after = now + _PAUSES[mail.tries - 1]


async def put_back(database: Database, municipality: str, taken: TakenMail, *, fault: str) -> None:
    """Let a mail of which nothing was handed over wait as if it had not been taken. `fault`: the code of what went wrong."""
    async with tenant_transaction(database, municipality) as session:
        mail = await _still_ours(session, taken)
        if mail is not None:
            mail.state, mail.leased_until, mail.tries = MailState.WAITING.value, None, mail.tries - 1
            mail.fault = fault


async def doubt_broken_off(session: AsyncSession, round_id: int, *, now: datetime, today: date) -> None:
    """Mark mails as uncertain that somebody was handing over who was broken off."""
    statement = update(OutgoingMail).where(
        col(OutgoingMail.round_id) == round_id,
        col(OutgoingMail.state) == MailState.SENDING.value,
        col(OutgoingMail.leased_until) <= now,
    )
    await session.exec(
        statement.values(state=MailState.UNCERTAIN.value, leased_until=None, fault="broken-off", sent_on=today)
    )


async def withdraw_waiting(session: AsyncSession, round_id: int, reason: str) -> None:
    """Take every mail that waits out of the queue."""
    statement = update(OutgoingMail).where(
        col(OutgoingMail.round_id) == round_id, col(OutgoingMail.state) == MailState.WAITING.value
    )
    await session.exec(statement.values(state=MailState.WITHDRAWN.value, sealed=None, fault=reason))


async def next_moment(session: AsyncSession, round_id: int) -> datetime | None:
    """Return when there is something to do in the queue again; None when nothing waits or is being sent."""
    waits = col(OutgoingMail.state) == MailState.WAITING.value
    busy = col(OutgoingMail.state) == MailState.SENDING.value
    moment = case((waits, col(OutgoingMail.send_after)), else_=col(OutgoingMail.leased_until))
    statement = select(func.min(moment)).where(col(OutgoingMail.round_id) == round_id, or_(waits, busy))
    found: datetime | None = (await session.exec(statement)).one()
    return found


async def bounce_mail(session: AsyncSession, mail: OutgoingMail, fault: str) -> None:
    """Keep that a mail was refused for good or came back, and that its recipient cannot be reached."""
    _end(mail, MailState.BOUNCED, fault)
    unanswered = (col(Invitation.state) != InvitationState.COMPLETE.value, col(Invitation.disposition).is_(None))
    marking = update(Invitation).where(col(Invitation.access_hash) == mail.invitation_hash, *unanswered)
    await session.exec(
        marking.values(disposition=Disposition.UNDELIVERABLE.value).execution_options(synchronize_session=False)
    )


async def remember_asked(session: AsyncSession, invitation_hash: str, today: date) -> None:
    """Keep the day on which somebody was asked last, so that nobody is asked too often."""
    person = (
        select(Client.person_hash)
        .join(Invitation, col(Invitation.client_id) == col(Client.id))
        .where(col(Invitation.access_hash) == invitation_hash)
    )
    found = (await session.exec(person)).one_or_none()
    if found is not None:
        insert: Any = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
        asked = insert(LastSurveyed).on_conflict_do_update(
            index_elements=["municipality", "person_hash"], set_={"drawn_on": today}
        )
        row = {"municipality": tenant_of(session), "person_hash": found, "drawn_on": today}
        await session.exec(asked, params=[row])


async def _find_reason_not_to(session: AsyncSession, mail: OutgoingMail) -> str | None:
    """Return why a mail must not be sent any more."""
    statement = (
        select(Invitation.state, Invitation.disposition, col(OptOut.since).is_not(None))
        .outerjoin(Client, col(Client.id) == col(Invitation.client_id))
        .outerjoin(OptOut, col(OptOut.person_hash) == col(Client.person_hash))
        .where(col(Invitation.access_hash) == mail.invitation_hash)
    )
    found = (await session.exec(statement)).one_or_none()
    if found is None:
        return "gone"
    state, disposition, opted_out = found
    if state in {InvitationState.COMPLETE.value, InvitationState.REFUSED.value}:
        return state
    return "opted-out" if opted_out else disposition


async def _still_ours(session: AsyncSession, taken: TakenMail) -> OutgoingMail | None:
    """Return a mail that is in the same try still, also when somebody thought meanwhile that we had been broken off."""
    mail = await session.get(OutgoingMail, taken.mail_id, with_for_update=True)
    ours = {MailState.SENDING.value, MailState.UNCERTAIN.value}
    return mail if mail is not None and mail.state in ours and mail.tries == taken.tries else None


def _end(mail: OutgoingMail, state: MailState, fault: str | None) -> None:
    """Let a mail stay as it is for good. Nobody needs the address and the code any more."""
    mail.state, mail.fault, mail.sealed, mail.leased_until = state.value, fault, None, None


def _opened(keys: Sequence[bytes], mail: OutgoingMail) -> Enclosed:
    assert mail.sealed is not None, "a mail that waits holds an address"
    return Enclosed(**json.loads(unseal(keys, OUTGOING_MAIL, mail.id, mail.sealed)))
