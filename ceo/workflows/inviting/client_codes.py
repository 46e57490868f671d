"""Codes for the people who were drawn: a first one with the invitation, another one with each reminder.

Each function works through who is left, a number at a time, within the transaction of whoever writes the letters or mails: the code
stands nowhere else, so either both are there or neither.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, func, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import Select

from ceo.settings import Settings
from ceo.storage.clients import Client, ClientStatus, Contact
from ceo.storage.contacts import Invitation, InvitationState, SecondCode
from ceo.storage.letters import LetterKind
from ceo.storage.rounds import RoundDesign
from ceo.storage.tenancy import tenant_of
from ceo.workflows.answering.access_codes import AccessKey, access_key, draw_code, read_code
from ceo.workflows.frames.person_keys import open_person_key
from ceo.workflows.rounds.design import GOES_ON, Design


@dataclass(frozen=True, slots=True)
class Recipients:
    """To whom is written. `by_mail`: those with an address of mail; otherwise those with a postal address.

    A reminder goes to those who got fewer than `reminders` of them, and whose last letter or mail left before `sent_before`.
    `due_on`: an invitation goes only to those whose turn has come on that day. Nobody is written to before their own day (an embargo); in
    a round that goes on the days of delay after the event must have passed too.
    """

    round_id: int
    kind: LetterKind
    by_mail: bool
    reminders: int = 1
    sent_before: date | None = None
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Recipient:
    """One of them, with the code that is for them alone. `sealed`: how to reach them, as it is kept."""

    client_id: str
    invitation_hash: str
    code: str
    sealed: str


async def count_recipients(session: AsyncSession, recipients: Recipients) -> int:
    """Return how many people are left to write to."""
    left = (await _left(session, recipients)).subquery()
    return (await session.exec(select(func.count()).select_from(left))).one()


async def next_recipients(
    session: AsyncSession, settings: Settings, recipients: Recipients, *, number: int, today: date
) -> Sequence[Recipient]:
    """Make codes for the next people who are left, in order of stratum and draw; return them. Nobody is returned twice."""
    rows = (await session.exec((await _left(session, recipients)).limit(number))).all()
    if recipients.kind is LetterKind.INVITATION:
        return [_invite(session, settings, (client, contact), today) for client, contact, _ in rows]
    return [_remind(session, settings, (client, contact, invitation), today) for client, contact, invitation in rows]


async def delay_of(session: AsyncSession, round_id: int) -> timedelta | None:
    """Return how long after the event people are invited in a round that goes on; None in other rounds."""
    planned = await session.get(RoundDesign, round_id)
    design = Design.model_validate(planned.document) if planned is not None else Design()
    return timedelta(days=design.delay_days) if design.moment in GOES_ON else None


def is_due(day: date, delay: timedelta | None) -> ColumnElement[bool]:
    """Return whether the turn of a client to be invited has come on a day; without an event it came at once."""
    not_before, event_on = col(Client.not_before), col(Client.event_on)
    free = or_(not_before.is_(None), not_before <= day)
    return free if delay is None else and_(free, or_(event_on.is_(None), event_on <= day - delay))


async def _left(session: AsyncSession, recipients: Recipients) -> Select[Client, Contact, Invitation]:
    reachable = col(Contact.by_mail) if recipients.by_mail else col(Contact.by_post)
    statement = (
        select(Client, Contact, Invitation)
        .join(Contact, col(Contact.id) == col(Client.id))
        .outerjoin(Invitation, col(Invitation.client_id) == col(Client.id))
        .where(col(Client.round_id) == recipients.round_id, reachable)
        .order_by(col(Client.stratum), col(Client.draw_order), col(Client.id))
    )
    if recipients.kind is LetterKind.INVITATION:
        if recipients.due_on is not None:
            delay = await delay_of(session, recipients.round_id)
            statement = statement.where(is_due(recipients.due_on, delay))
        return statement.where(col(Client.status) == ClientStatus.DRAWN.value, col(Invitation.access_hash).is_(None))
    waiting = and_(
        col(Invitation.state).in_((InvitationState.OPEN.value, InvitationState.STARTED.value)),
        col(Invitation.disposition).is_(None),
        col(Invitation.reminders) < recipients.reminders,
    )
    if recipients.sent_before is not None:
        waiting = and_(waiting, col(Invitation.sent_on) < recipients.sent_before)
    return statement.where(waiting)


def _invite(session: AsyncSession, settings: Settings, to: tuple[Client, Contact], today: date) -> Recipient:
    client, contact = to
    code, key = _new_code(session, settings)
    session.add(
        Invitation(
            municipality=client.municipality,
            access_hash=key.access_hash,
            round_id=client.round_id,
            stratum=client.stratum,
            client_id=client.id,
            sent_on=today,
            masked_person_key=_masked_person_key(settings, client, key),
        )
    )
    return Recipient(client.id, key.access_hash, code, contact.sealed)


def _remind(
    session: AsyncSession, settings: Settings, to: tuple[Client, Contact, Invitation], today: date
) -> Recipient:
    client, contact, invitation = to
    code, key = _new_code(session, settings)
    session.add(
        SecondCode(
            municipality=invitation.municipality,
            access_hash=key.access_hash,
            invitation_hash=invitation.access_hash,
            masked_person_key=_masked_person_key(settings, client, key),
        )
    )
    invitation.reminders += 1
    invitation.sent_on = today
    return Recipient(contact.id, invitation.access_hash, code, contact.sealed)


def _new_code(session: AsyncSession, settings: Settings) -> tuple[str, AccessKey]:
    code = draw_code()
    return code, access_key(settings.secret_key, tenant_of(session), read_code(code) or "")


def _masked_person_key(settings: Settings, client: Client, key: AccessKey) -> str | None:
    """Return the name of a client within a series as it may stand with a code; None when there is none."""
    if client.sealed_person_key is None:
        return None
    name = open_person_key(settings.encryption_keys, client.id, client.sealed_person_key)
    return key.masked(name) if name is not None else None
