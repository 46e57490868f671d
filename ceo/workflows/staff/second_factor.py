"""The second factor: a code of six digits that an app makes each thirty seconds (TOTP, RFC 6238).

The secret stands in the database sealed with a key that is not in it. A code counts in its own thirty seconds, and in those before and
after, for clocks that differ a little. It counts once: the time step of a code that was used is kept, and raised in one statement that
changes nothing when another request was first. Wrong codes are limited (see `few_tries`).
"""

from __future__ import annotations

import hmac
import re
import unicodedata
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlmodel import col, delete, update
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.settings import Settings
from ceo.storage.database import Database
from ceo.storage.people import RecoveryCode, User
from ceo.storage.tenancy import reading_across
from ceo.workflows.answering.guessing import source_of
from ceo.workflows.installation.keyring import SECOND_FACTOR, DamagedSealError, UnknownKeyError, seal, unseal
from ceo.workflows.rights import Staff
from ceo.workflows.staff.few_tries import give_back_try, take_try
from ceo.workflows.staff.own_changes import own_change
from ceo.workflows.staff.recovery_codes import renew_codes
from ceo.workflows.staff.signed_in import SignedIn, end_all_sign_ins
from ceo.workflows.staff.signing_in import SignedInNow, SignInFault, check_own_password, replace_sign_in

# Seconds that a code lasts.
STEP: Final = 30
# The name under which an app shows the code.
_ISSUER: Final = "CEO"
_BEING_SET_UP: Final = "second factor that is being set up"
_DIGITS: Final = re.compile("[0-9]{6}")
_BETWEEN: Final = re.compile(r"[\s-]+")


@dataclass(frozen=True, slots=True)
class Offer:
    """A second factor to set up. `sealed` travels with the form, `address` is what the picture (QR) holds."""

    secret: str = field(repr=False)
    sealed: str
    address: str = field(repr=False)

    @property
    def groups(self) -> str:
        """Return the secret as people type it over: in groups of four."""
        return " ".join(self.secret[start : start + 4] for start in range(0, len(self.secret), 4))


@dataclass(frozen=True, slots=True)
class SettingUp:
    """What somebody sends to set up a second factor. `password` is asked for when there is one already."""

    sealed: str
    code: str = field(repr=False)
    password: str = field(default="", repr=False)


class SetUpFault(StrEnum):
    """What is wrong with setting up a second factor."""

    WRONG_CODE = "wrong-code"
    WRONG_PASSWORD = "wrong-password"  # noqa: S105 - a fault
    TOO_MANY = "too-many"
    TOO_OLD = "too-old"  # the page was made in another sign-in


@dataclass(frozen=True, slots=True)
class SetUp:
    """A second factor that was set: a new sign-in, and the recovery codes, which nobody can ever see again."""

    signed_in: SignedInNow
    codes: tuple[str, ...] = field(repr=False)


def offer_second_factor(settings: Settings, signed_in: SignedIn) -> Offer:
    """Return a new secret. It is not kept anywhere: the page brings it back, sealed for this sign-in."""
    import pyotp

    secret = pyotp.random_base32()
    sealed = seal(settings.encryption_keys, _BEING_SET_UP, signed_in.id_hash, secret.encode())
    return _offer(secret, sealed, signed_in.staff)


def offer_again(settings: Settings, signed_in: SignedIn, sealed: str) -> Offer | None:
    """Return the secret that a page brings back; None when it was made in another sign-in."""
    try:
        plain = unseal(settings.encryption_keys, _BEING_SET_UP, signed_in.id_hash, sealed)
    except (DamagedSealError, UnknownKeyError):
        return None
    return _offer(plain.decode(), sealed, signed_in.staff)


async def set_second_factor(
    database: Database, settings: Settings, signed_in: SignedIn, given: SettingUp, *, now: datetime
) -> SetUp | frozenset[SetUpFault]:
    """Set or replace a second factor; every sign-in ends, and a new one begins. Return all that is wrong otherwise."""
    staff = signed_in.staff
    offer = offer_again(settings, signed_in, given.sealed)
    if offer is None:
        return frozenset({SetUpFault.TOO_OLD})
    step = matching_step(offer.secret, given.code, now=now)
    faults = set() if step is not None else {SetUpFault.WRONG_CODE}
    if staff.has_second_factor:
        wrong = await check_own_password(database, settings, staff.id, given.password, now=now)
        faults |= (
            {SetUpFault.TOO_MANY if wrong is SignInFault.TOO_MANY else SetUpFault.WRONG_PASSWORD} if wrong else set()
        )
    if step is None or faults:
        return frozenset(faults)
    sealed = seal(settings.encryption_keys, SECOND_FACTOR, staff.id, offer.secret.encode())
    async with own_change(database, staff.id, now=now) as change:
        await end_all_sign_ins(change.session, staff.id, but=signed_in.id_hash)
        begun = await replace_sign_in(change.session, settings, signed_in, now=now)
        if begun is None:
            return frozenset({SetUpFault.TOO_OLD})
        await change.session.exec(update(User).where(col(User.id) == staff.id).values(totp=sealed, totp_step=step))
        codes = await renew_codes(change.session, settings, staff.id)
        change.done = "account.second-factor-set"
    return SetUp(begun, codes)


async def confirm_code(
    database: Database, settings: Settings, half: SignedIn, typed: str, *, now: datetime
) -> SignedInNow | SignInFault:
    """Complete a sign-in with a code: the half one ends, and a new one begins. What is not six digits is no try."""
    staff = half.staff
    if _read_digits(typed) is None:
        return SignInFault.WRONG
    source = source_of(settings.secret_key, f"second factor {staff.id}", day=now.date())
    if not await take_try(database, source, now=now):
        return SignInFault.TOO_MANY
    async with reading_across(database) as session:
        user = await session.get_one(User, staff.id)
    if user.totp is None:
        return SignInFault.TOO_LATE
    secret = unseal(settings.encryption_keys, SECOND_FACTOR, user.id, user.totp).decode()
    step = matching_step(secret, typed, now=now)
    if step is None:
        await _refuse(database, staff.id, now)
        return SignInFault.WRONG
    async with own_change(database, staff.id, now=now) as change:
        if not await _use_step(change.session, staff.id, step):
            change.done = "account.second-factor-refused"
            return SignInFault.USED
        begun = await replace_sign_in(change.session, settings, half, now=now)
        change.done = "account.signed-in" if begun else ""
    await give_back_try(database, source)
    return begun or SignInFault.TOO_LATE


async def remove_second_factor(
    database: Database, settings: Settings, signed_in: SignedIn, password: str, *, now: datetime
) -> SignInFault | None:
    """Remove the second factor of somebody who may do without; return what is wrong with the password otherwise."""
    staff = signed_in.staff
    assert may_do_without(staff), "the page offers it to nobody else"
    fault = await check_own_password(database, settings, staff.id, password, now=now)
    if fault is not None:
        return fault
    async with own_change(database, staff.id, now=now) as change:
        await forget_second_factor(change.session, staff.id)
        await end_all_sign_ins(change.session, staff.id, but=signed_in.id_hash)
        change.done = "account.second-factor-removed"
    return None


async def forget_second_factor(session: AsyncSession, user_id: str) -> None:
    """Take the second factor and the recovery codes from a user, within a transaction."""
    await session.exec(update(User).where(col(User.id) == user_id).values(totp=None))
    await session.exec(delete(RecoveryCode).where(col(RecoveryCode.user_id) == user_id))


def may_do_without(staff: Staff) -> bool:
    """Return whether somebody may work without a second factor."""
    return not replace(staff, has_second_factor=False).must_set_up_second_factor


def matching_step(secret: str, typed: str, *, now: datetime) -> int | None:
    """Return the time step whose code somebody typed, of the last one, this one and the next; None when it is of none.

    The first moment of the test vectors of RFC 6238 (appendix B), with six digits of its eight:

    >>> from datetime import UTC
    >>> matching_step("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "287 082", now=datetime(1970, 1, 1, 0, 0, 59, tzinfo=UTC))
    1
    """
    digits = _read_digits(typed)
    if digits is None:
        return None
    this = int(now.timestamp()) // STEP
    right = [step for step in (this - 1, this, this + 1) if hmac.compare_digest(_code(secret, step), digits)]
    return right[-1] if right else None


def code_at(secret: str, moment: datetime) -> str:
    """Return what an app shows at a moment."""
    return _code(secret, int(moment.timestamp()) // STEP)


def _read_digits(typed: str) -> str | None:
    digits = _BETWEEN.sub("", unicodedata.normalize("NFKC", typed))
    return digits if _DIGITS.fullmatch(digits) else None


def _code(secret: str, step: int) -> str:
    import pyotp

    return pyotp.TOTP(secret).generate_otp(step)


def _offer(secret: str, sealed: str, staff: Staff) -> Offer:
    import pyotp

    return Offer(secret, sealed, pyotp.TOTP(secret).provisioning_uri(name=staff.email, issuer_name=_ISSUER))


async def _use_step(session: AsyncSession, user_id: str, step: int) -> bool:
    """Return whether a step was not used yet, and is now: of two requests at the same moment one is told so."""
    unused = (col(User.id) == user_id, col(User.totp_step) < step)
    used = update(User).where(*unused).values(totp_step=step).returning(col(User.id))
    return (await session.exec(used)).one_or_none() is not None


async def _refuse(database: Database, user_id: str, now: datetime) -> None:
    async with own_change(database, user_id, now=now) as change:
        change.done = "account.second-factor-refused"
