"""Links that are mailed: an invitation, with which somebody chooses a first password, and one for a new password.

A link holds 256 random bits, of which the database has only the SHA-256. It works once, and opening it changes nothing: programs that
look through mail open links too. A newer link ends an older one for the same purpose; a password that was chosen ends all links and all
sign-ins of its owner, and keeps the second factor.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlmodel import col, delete, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.settings import Settings
from ceo.storage.database import Database
from ceo.storage.people import MailLink, MailPurpose, User
from ceo.storage.tenancy import reading_across, shared_transaction
from ceo.workflows.answering.guessing import source_of, take_turn
from ceo.workflows.mailing import send_mail
from ceo.workflows.staff.few_tries import take_try
from ceo.workflows.staff.mail_words import write_link_mail
from ceo.workflows.staff.own_changes import own_change
from ceo.workflows.staff.password_rules import PasswordFault, find_faults
from ceo.workflows.staff.passwords import hash_password
from ceo.workflows.staff.signed_in import end_all_sign_ins
from ceo.workflows.staff.staff_rules import tidy_email

LASTS: Final[Mapping[MailPurpose, timedelta]] = {
    MailPurpose.INVITATION: timedelta(days=7),
    MailPurpose.NEW_PASSWORD: timedelta(hours=1),
}
# What stands in front of the token in a link. Addresses with `/code/` are kept out of logs and of what browsers tell other pages.
LINK_PATH: Final = "/werk/aanmelden/code/"


class LinkFault(StrEnum):
    """Why a link does nothing."""

    ENDED = "ended"  # used, replaced, too old, or never made


@dataclass(frozen=True, slots=True)
class OpenedLink:
    """A link that works, and for whom."""

    user_id: str
    email: str
    name: str
    purpose: MailPurpose
    password: str | None = field(repr=False)


async def make_link(session: AsyncSession, user_id: str, purpose: MailPurpose, *, now: datetime) -> str:
    """Return the token of a new link for a user, within a transaction; an older one for the same purpose ends."""
    token = secrets.token_urlsafe(32)
    older = (col(MailLink.user_id) == user_id, col(MailLink.purpose) == purpose.value)
    await session.exec(delete(MailLink).where(*older))
    link = MailLink(token_hash=_hashed(token), user_id=user_id, purpose=purpose.value, expires_at=now + LASTS[purpose])
    session.add(link)
    return token


async def invite_by_mail(database: Database, settings: Settings, user_id: str, *, now: datetime) -> str | None:
    """Mail somebody a link to choose a password. Return the link when no mail server took it, to hand over in person, otherwise None."""
    async with shared_transaction(database) as session:
        user = await session.get_one(User, user_id)
        token = await make_link(session, user_id, MailPurpose.INVITATION, now=now)
    mailed = await _mail(settings, user, MailPurpose.INVITATION, token)
    return None if mailed else address_of(settings, token)


async def may_ask_again(database: Database, settings: Settings, network: str, *, now: datetime) -> bool:
    """Count that somebody asks for a new password; False when too many came from that network."""
    source = source_of(settings.secret_key, f"new password from {network}", day=now.date())
    turn = await take_turn(database, source, now=now)
    return turn is not None and not turn.wait


async def mail_new_password(database: Database, settings: Settings, email: str, *, now: datetime) -> None:
    """Mail a link for a new password, when somebody has this address and a password. Who has none is invited, or signs in elsewhere.

    Meant to run after the answer was sent, so that neither its words nor its time tell whether somebody has the address. At most ten mails
    are sent to an address, and one more each six minutes.
    """
    source = source_of(settings.secret_key, f"new password {tidy_email(email)}", day=now.date())
    if settings.mail is None or not await take_try(database, source, now=now):
        return
    has_password = (col(User.password).is_not(None), col(User.disabled).is_(False))
    wanted = select(User).where(col(User.email) == tidy_email(email), *has_password)
    async with shared_transaction(database) as session:
        user = (await session.exec(wanted)).one_or_none()
        if user is None:
            return
        token = await make_link(session, user.id, MailPurpose.NEW_PASSWORD, now=now)
    await _mail(settings, user, MailPurpose.NEW_PASSWORD, token)


def address_of(settings: Settings, token: str) -> str:
    """Return the whole address of a link."""
    return settings.base_url + LINK_PATH + token


async def open_link(database: Database, token: str, *, now: datetime) -> OpenedLink | LinkFault:
    """Return for whom a link is, as long as it works. This changes nothing."""
    working = (
        select(User, col(MailLink.purpose))
        .join(MailLink, col(MailLink.user_id) == col(User.id))
        .where(
            col(MailLink.token_hash) == _hashed(token), col(MailLink.expires_at) > now, col(User.disabled).is_(False)
        )
    )
    async with reading_across(database) as session:
        row = (await session.exec(working)).one_or_none()
    if row is None:
        return LinkFault.ENDED
    user, purpose = row
    return OpenedLink(user.id, user.email, user.name, MailPurpose(purpose), user.password)


async def choose_password(
    database: Database, token: str, password: str, *, now: datetime
) -> OpenedLink | LinkFault | tuple[PasswordFault, ...]:
    """Set the password of the owner of a link; return all that is wrong with it otherwise. The link ends, and so does every sign-in."""
    link = await open_link(database, token, now=now)
    if isinstance(link, LinkFault):
        return link
    faults = find_faults(password, own=(link.name, link.email))
    if faults:
        return faults
    hashed = await hash_password(password)
    async with own_change(database, link.user_id, now=now) as change:
        this_one = (col(MailLink.token_hash) == _hashed(token), col(MailLink.expires_at) > now)
        ended = delete(MailLink).where(*this_one).returning(col(MailLink.user_id))
        if (await change.session.exec(ended)).one_or_none() is None:
            return LinkFault.ENDED
        await change.session.exec(update(User).where(col(User.id) == link.user_id).values(password=hashed))
        await change.session.exec(delete(MailLink).where(col(MailLink.user_id) == link.user_id))
        await end_all_sign_ins(change.session, link.user_id)
        change.done = "account.password-chosen"
    return link


async def forget_old_links(database: Database, *, now: datetime) -> int:
    """Remove the links that are too old; return how many there were."""
    async with shared_transaction(database) as session:
        old = delete(MailLink).where(col(MailLink.expires_at) <= now).returning(col(MailLink.token_hash))
        return len((await session.exec(old)).all())


async def _mail(settings: Settings, user: User, purpose: MailPurpose, token: str) -> bool:
    if settings.mail is None:
        return False
    address = address_of(settings, token)
    return await send_mail(
        settings.mail, write_link_mail(purpose, user.language, to=user.email, name=user.name, address=address)
    )


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()
