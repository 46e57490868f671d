"""Wanting no more mail: the link in each mail to a client, and what it does.

A link holds the id of a mail, which says nothing about anybody, and a seal made of it with the key of the installation, so that nobody
can make one up. It works as long as the round has its contacts, without signing in and without a cookie: whoever has the mail may.
Looking at it changes nothing, because programs that look through mail open links too.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.settings import Settings
from ceo.storage.clients import Client, OptOut
from ceo.storage.contacts import Invitation, InvitationState, mark_invitation
from ceo.storage.database import Database
from ceo.storage.letters import OutgoingMail
from ceo.storage.rounds import Round
from ceo.storage.tenancy import tenant_reading, tenant_transaction

# What stands in front of the token, below the address of the municipality.
PLACE: Final = "afmelden/"
_ID_LENGTH: Final = 32
_SEAL_BYTES: Final = 16


class Wish(StrEnum):
    """What a link leads to."""

    UNKNOWN = "unknown"  # no link of ours
    GONE = "gone"  # the contacts of the round were erased
    POSSIBLE = "possible"
    KNOWN = "known"  # this person wanted no more mail already


def unsubscribe_link(settings: Settings, municipality: str, mail_id: str) -> str:
    """Return the whole address at which the recipient of a mail can do without further ones."""
    return f"{settings.base_url}/{municipality}/{PLACE}{mail_id}{_seal(settings.secret_key, municipality, mail_id)}"


@dataclass(frozen=True, slots=True)
class Unsubscribing:
    """What a link leads to, and the round of its mail, as far as that is known."""

    wish: Wish
    round: Round | None = None


async def look_at_link(database: Database, secret_key: bytes, municipality: str, token: str) -> Unsubscribing:
    """Tell what a link leads to. This changes nothing."""
    mail_id = _read(secret_key, municipality, token)
    if mail_id is None:
        return Unsubscribing(Wish.UNKNOWN)
    async with tenant_reading(database, municipality) as session:
        found = await _find(session, mail_id)
    if found is None:
        return Unsubscribing(Wish.GONE)
    return Unsubscribing(Wish.KNOWN if found.opted_out else Wish.POSSIBLE, found.round)


async def unsubscribe(
    database: Database, secret_key: bytes, municipality: str, token: str, *, today: date
) -> Unsubscribing:
    """Keep that the recipient of a mail wants to be asked no more, and does not take part. Done twice is done once.

    Answers that were sent stay sent. Who does want to take part in this round still can, with the code of the mail.
    """
    mail_id = _read(secret_key, municipality, token)
    if mail_id is None:
        return Unsubscribing(Wish.UNKNOWN)
    async with tenant_transaction(database, municipality) as session:
        found = await _find(session, mail_id)
        if found is None:
            return Unsubscribing(Wish.GONE)
        if not found.opted_out:
            await _opt_out(session, municipality, found.person, today)
            await mark_invitation(session, found.invitation, InvitationState.REFUSED)
    return Unsubscribing(Wish.KNOWN, found.round)


@dataclass(frozen=True, slots=True)
class _Found:
    """The recipient of a mail: the hash of the person and of the invitation, and whether this person wants no mail."""

    person: str
    invitation: str
    opted_out: bool
    round: Round


async def _find(session: AsyncSession, mail_id: str) -> _Found | None:
    statement = (
        select(Round, Client.person_hash, Invitation.access_hash, col(OptOut.since).is_not(None))
        .join(Client, col(Client.round_id) == col(Round.id))
        .join(Invitation, col(Invitation.client_id) == col(Client.id))
        .join(OutgoingMail, col(OutgoingMail.invitation_hash) == col(Invitation.access_hash))
        .outerjoin(OptOut, col(OptOut.person_hash) == col(Client.person_hash))
        .where(col(OutgoingMail.id) == mail_id)
    )
    row = (await session.exec(statement)).one_or_none()
    return None if row is None else _Found(row[1], row[2], bool(row[3]), row[0])


async def _opt_out(session: AsyncSession, municipality: str, person: str, today: date) -> None:
    insert: Any = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = {"municipality": municipality, "person_hash": person, "since": today}
    await session.exec(insert(OptOut).on_conflict_do_nothing(), params=[row])


def _read(secret_key: bytes, municipality: str, token: str) -> str | None:
    """Return the id of a mail of which the seal is right."""
    mail_id, seal = token[:_ID_LENGTH], token[_ID_LENGTH:]
    right = _seal(secret_key, municipality, mail_id)
    return mail_id if hmac.compare_digest(seal.encode(errors="replace"), right.encode()) else None


def _seal(secret_key: bytes, municipality: str, mail_id: str) -> str:
    message = f"unsubscribe:{municipality}:{mail_id}".encode(errors="replace")
    digest = hmac.new(secret_key, message, hashlib.sha256).digest()[:_SEAL_BYTES]
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
