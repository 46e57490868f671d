"""Choosing people and their codes first, and keeping them in a later transaction, with nothing in between that could change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.settings import Settings
from ceo.storage.clients import Contact
from ceo.storage.contacts import Invitation, SecondCode
from ceo.storage.letters import LetterKind
from ceo.storage.tenancy import tenant_of
from ceo.workflows.answering.access_codes import AccessKey, access_key, read_code
from ceo.workflows.inviting.client_codes import Recipient, Recipients, next_recipients


@dataclass(frozen=True, slots=True)
class Chosen:
    """People with the codes that stand in a file; `aside`: the clients among them who are not written to after all."""

    recipients: Sequence[Recipient]
    aside: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class KeptCode:
    """A code that was kept: the hashes of its invitation and, in a reminder, of itself; the day of the letter before, if there was one."""

    client_id: str
    invitation_hash: str
    second_hash: str = ""
    sent_before: date | None = None


class MeanwhileError(Exception):
    """Others are next by now than those who were chosen: nothing may be kept."""


async def choose(
    session: AsyncSession, settings: Settings, recipients: Recipients, *, number: int, today: date
) -> Sequence[Recipient]:
    """Return the next people who are left, with codes for them, within a reading transaction: nothing of it is kept."""
    chosen = await next_recipients(session, settings, recipients, number=number, today=today)
    session.expunge_all()
    return chosen


async def keep_chosen(
    session: AsyncSession, settings: Settings, recipients: Recipients, chosen: Chosen, *, today: date
) -> list[KeptCode]:
    """Keep the codes of chosen people in a writing transaction. Raises `MeanwhileError` when others are next by now.

    Who is set aside keeps no code, and counts as somebody without a postal address from then on.
    """
    last_days = await _last_days(session, chosen.recipients) if recipients.kind is LetterKind.REMINDER else {}
    number = len(chosen.recipients)
    drawn = await next_recipients(session, settings, recipients, number=number, today=today)
    if [one.client_id for one in drawn] != [one.client_id for one in chosen.recipients]:
        raise MeanwhileError
    kept = _exchange(session, settings.secret_key, chosen, kind=recipients.kind, drawn=drawn, last_days=last_days)
    for client_id in chosen.aside:
        contact = await session.get_one(Contact, client_id)
        contact.by_post = False
    await session.flush()
    return kept


async def _last_days(session: AsyncSession, recipients: Sequence[Recipient]) -> Mapping[str, date | None]:
    hashes = [one.invitation_hash for one in recipients]
    rows = await session.exec(select(Invitation).where(col(Invitation.access_hash).in_(hashes)))
    return {row.access_hash: row.sent_on for row in rows}


def _exchange(
    session: AsyncSession,
    secret_key: bytes,
    chosen: Chosen,
    *,
    kind: LetterKind,
    drawn: Sequence[Recipient],
    last_days: Mapping[str, date | None],
) -> list[KeptCode]:
    """Put the codes that stand in the file in the place of those that were drawn now, with their masks; return what is kept."""
    new = {row.access_hash: row for row in session.new if isinstance(row, Invitation | SecondCode)}
    known = {row.access_hash: row for row in session.identity_map.values() if isinstance(row, Invitation)}
    municipality, kept = tenant_of(session), []
    for now, before in zip(drawn, chosen.recipients, strict=True):
        drawn_key = _key(secret_key, municipality, now.code)
        row, key = new[drawn_key.access_hash], _key(secret_key, municipality, before.code)
        last_day = last_days.get(before.invitation_hash)
        if before.client_id in chosen.aside:
            session.expunge(row)
            if kind is LetterKind.REMINDER:
                invitation = known[before.invitation_hash]
                invitation.reminders, invitation.sent_on = invitation.reminders - 1, last_day
            continue
        row.access_hash = key.access_hash
        if row.masked_person_key is not None:
            row.masked_person_key = key.masked(drawn_key.masked(row.masked_person_key))
        second = key.access_hash if kind is LetterKind.REMINDER else ""
        kept.append(KeptCode(before.client_id, before.invitation_hash, second, last_day))
    return kept


def _key(secret_key: bytes, municipality: str, code: str) -> AccessKey:
    return access_key(secret_key, municipality, read_code(code) or "")
