"""What somebody who is signed in does with the own account: name and language, password, and where else they are signed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlmodel import col, delete, select, update

from ceo.settings import Settings
from ceo.storage.database import Database
from ceo.storage.people import MailLink, SignIn, User
from ceo.storage.tenancy import reading_across, shared_transaction
from ceo.workflows.staff.own_changes import own_change
from ceo.workflows.staff.password_rules import PasswordFault, find_faults
from ceo.workflows.staff.passwords import hash_password
from ceo.workflows.staff.signed_in import IDLE, LONGEST, SignedIn, end_all_sign_ins
from ceo.workflows.staff.signing_in import SignedInNow, SignInFault, check_own_password, replace_sign_in

LONGEST_NAME: Final = 100
# Signs of the id of a sign-in that pages use: enough to tell those of one person from each other.
_SHOWN: Final = 16


class NameFault(StrEnum):
    """What is wrong with a name."""

    EMPTY = "empty"
    TOO_LONG = "too-long"


@dataclass(frozen=True, slots=True)
class OwnSignIn:
    """One browser in which somebody is signed in. `current`: it is the one that asks."""

    id: str
    device: str
    began_at: datetime
    seen_at: datetime
    current: bool


async def list_sign_ins(database: Database, signed_in: SignedIn, *, now: datetime) -> tuple[OwnSignIn, ...]:
    """Return where somebody is signed in: this browser first, then those that were used last."""
    lasting = (col(SignIn.seen_at) >= now - IDLE, col(SignIn.began_at) >= now - LONGEST, col(SignIn.complete))
    own = select(SignIn).where(col(SignIn.user_id) == signed_in.staff.id, *lasting).order_by(col(SignIn.seen_at).desc())
    async with reading_across(database) as session:
        rows = (await session.exec(own)).all()
    listed = (
        OwnSignIn(row.id_hash[:_SHOWN], row.device, row.began_at, row.seen_at, row.id_hash == signed_in.id_hash)
        for row in rows
    )
    return tuple(sorted(listed, key=lambda row: not row.current))


async def end_other_sign_in(database: Database, signed_in: SignedIn, shown_id: str) -> None:
    """Sign somebody out in another browser, by the id that the list shows. One that has ended already is ended."""
    if len(shown_id) != _SHOWN:
        return
    own = (col(SignIn.user_id) == signed_in.staff.id, col(SignIn.id_hash).startswith(shown_id, autoescape=True))
    async with shared_transaction(database) as session:
        await session.exec(delete(SignIn).where(*own))


async def sign_out_everywhere(database: Database, signed_in: SignedIn, *, now: datetime) -> None:
    """Sign somebody out in every browser, also in this one."""
    async with own_change(database, signed_in.staff.id, now=now) as change:
        await end_all_sign_ins(change.session, signed_in.staff.id)
        change.done = "account.signed-out-everywhere"


async def change_password(
    database: Database, settings: Settings, signed_in: SignedIn, *, old: str, new: str, now: datetime
) -> SignedInNow | tuple[SignInFault | PasswordFault, ...]:
    """Change a password. All sign-ins end, also of links that were mailed, and a new one begins; return all that is wrong otherwise."""
    staff = signed_in.staff
    faults: list[SignInFault | PasswordFault] = list(find_faults(new, own=(staff.name, staff.email)))
    wrong = await check_own_password(database, settings, staff.id, old, now=now)
    if wrong is not None:
        faults.append(wrong)
    if faults:
        return tuple(faults)
    hashed = await hash_password(new)
    async with own_change(database, staff.id, now=now) as change:
        await end_all_sign_ins(change.session, staff.id, but=signed_in.id_hash)
        begun = await replace_sign_in(change.session, settings, signed_in, now=now)
        if begun is None:
            return (SignInFault.TOO_LATE,)
        await change.session.exec(update(User).where(col(User.id) == staff.id).values(password=hashed))
        await change.session.exec(delete(MailLink).where(col(MailLink.user_id) == staff.id))
        change.done = "account.password-changed"
    return begun


async def keep_name(database: Database, user_id: str, *, name: str, language: str) -> NameFault | None:
    """Keep the name and the language (a code such as nl) that somebody chose; return what is wrong with the name otherwise."""
    clean = " ".join(name.split())
    if not clean:
        return NameFault.EMPTY
    if len(clean) > LONGEST_NAME:
        return NameFault.TOO_LONG
    async with shared_transaction(database) as session:
        await session.exec(update(User).where(col(User.id) == user_id).values(name=clean, language=language))
    return None
