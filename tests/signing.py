"""People with passwords, and what they have in hand to sign in. Their passwords are hashed at a cost that means nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlmodel import col, select, update
from web.staffing import add_staff

from ceo.settings import Settings
from ceo.storage.audit import AuditRecord
from ceo.storage.database import Database
from ceo.storage.people import User
from ceo.storage.tenancy import reading_across, shared_transaction
from ceo.workflows.audit.recording import place_reading
from ceo.workflows.installation.keyring import SECOND_FACTOR, seal
from ceo.workflows.rights import Role
from ceo.workflows.staff.passwords import HashingCost, hash_password
from ceo.workflows.staff.second_factor import code_at
from ceo.workflows.staff.signed_in import SignedIn, find_signed_in
from ceo.workflows.staff.signing_in import Attempt, SignedInNow, SignInFault, sign_in

CHEAP: Final = HashingCost(memory=8, passes=1, lanes=1)
PASSWORD: Final = "een gletsjer wandelt niet"
OTHER_PASSWORD: Final = "zeven kikkers in galop"
SECRET: Final = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
NOW: Final = datetime(2026, 11, 22, 9, 30, 15, tzinfo=UTC)


@dataclass(frozen=True)
class Account:
    """Somebody with a password, and an app that shows codes."""

    id: str
    email: str
    database: Database
    settings: Settings

    def attempt(self, password: str = PASSWORD, **given: str) -> Attempt:
        """What this person brings."""
        return Attempt(self.email, password, given.pop("network", "192.0.2.7"), **given)

    async def come_in(self, *, now: datetime = NOW) -> tuple[SignedIn, str]:
        """Sign in with the password; return the sign-in and what its cookie holds."""
        begun = await sign_in(self.database, self.settings, self.attempt(), now=now, wait=no_wait)
        assert isinstance(begun, SignedInNow), begun
        return await self.signed_in(begun.secret, now=now), begun.secret

    async def signed_in(self, secret: str, *, now: datetime = NOW) -> SignedIn:
        """The sign-in of a cookie."""
        found = await find_signed_in(self.database, secret, now=now)
        assert found is not None
        return found

    async def user(self) -> User:
        """The row."""
        async with reading_across(self.database) as session:
            return await session.get_one(User, self.id)

    async def recorded(self, place: str) -> list[str]:
        """What the record of a place says that this person did, in order."""
        its_rows = select(col(AuditRecord.action)).where(
            col(AuditRecord.place) == place, col(AuditRecord.actor) == self.id
        )
        async with place_reading(self.database, place) as session:
            return list((await session.exec(its_rows.order_by(col(AuditRecord.number)))).all())


async def add_account(
    database: Database,
    settings: Settings,
    roles: Mapping[str, Role | tuple[Role, ...]],
    *,
    password: str | None = PASSWORD,
    second_factor: bool = False,
    language: str = "nl",
) -> Account:
    """Make a user with a password, and with a second factor when that is wanted."""
    user_id = await add_staff(database, roles, language=language)
    kept = await hash_password(password) if password is not None else None
    totp = seal(settings.encryption_keys, SECOND_FACTOR, user_id, SECRET.encode()) if second_factor else None
    async with shared_transaction(database) as session:
        await session.exec(update(User).where(col(User.id) == user_id).values(password=kept, totp=totp))
    return Account(user_id, f"{user_id[:8]}@voorbeeld.nl", database, settings)


def code(moment: datetime = NOW) -> str:
    """What the app of somebody with a second factor shows."""
    return code_at(SECRET, moment)


def wrong_code(moment: datetime = NOW) -> str:
    """Six digits that are no code at that moment."""
    return next(digits for digits in ("000000", "111111", "222222", "333333") if digits not in around(moment))


def around(moment: datetime) -> set[str]:
    """The codes that count at a moment."""
    step = int(moment.timestamp()) // 30
    return {code_at(SECRET, datetime.fromtimestamp(30 * (step + more), UTC)) for more in (-1, 0, 1)}


async def no_wait(seconds: float) -> None:
    """Stand for a wait."""


def fault_of(outcome: object) -> SignInFault:
    """The fault that signing in ended with."""
    assert isinstance(outcome, SignInFault), outcome
    return outcome
