"""Recovery codes: ten codes that each take the place of the second factor once, for who has lost the telephone.

A code is as long as that of a letter (55 bits) and is read as generously. The database holds keyed hashes: who has it, and not the key of
the installation, can neither use nor test a code.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime
from typing import Final

from sqlalchemy import func
from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.settings import Settings
from ceo.storage.database import Database
from ceo.storage.people import RecoveryCode
from ceo.storage.tenancy import reading_across
from ceo.workflows.answering.access_codes import draw_code, read_code
from ceo.workflows.answering.guessing import give_back, source_of, take_turn
from ceo.workflows.staff.own_changes import own_change
from ceo.workflows.staff.signed_in import SignedIn
from ceo.workflows.staff.signing_in import SignedInNow, SignInFault, check_own_password, replace_sign_in

CODES: Final = 10


async def renew_codes(session: AsyncSession, settings: Settings, user_id: str) -> tuple[str, ...]:
    """Put ten new codes in the place of those of a user, within a transaction; return them, for the only time."""
    await session.exec(delete(RecoveryCode).where(col(RecoveryCode.user_id) == user_id))
    codes = tuple(draw_code() for _ in range(CODES))
    session.add_all(RecoveryCode(code_hash=_hashed(settings, user_id, code), user_id=user_id) for code in codes)
    return codes


async def make_new_codes(
    database: Database, settings: Settings, signed_in: SignedIn, password: str, *, now: datetime
) -> tuple[str, ...] | SignInFault:
    """Return ten new codes for somebody who gives the password; the old ones end."""
    user_id = signed_in.staff.id
    fault = await check_own_password(database, settings, user_id, password, now=now)
    if fault is not None:
        return fault
    async with own_change(database, user_id, now=now) as change:
        codes = await renew_codes(change.session, settings, user_id)
        change.done = "account.recovery-codes-made"
    return codes


async def count_codes(database: Database, user_id: str) -> int:
    """Return how many codes a user has left."""
    its_codes = select(func.count()).select_from(RecoveryCode).where(col(RecoveryCode.user_id) == user_id)
    async with reading_across(database) as session:
        return (await session.exec(its_codes)).one()


async def use_recovery_code(
    database: Database, settings: Settings, half: SignedIn, typed: str, *, now: datetime
) -> SignedInNow | SignInFault:
    """Complete a sign-in with a recovery code, which is gone then. Who has to wait for a turn is asked to come back."""
    user_id = half.staff.id
    turn = await take_turn(
        database, source_of(settings.secret_key, f"recovery code {user_id}", day=now.date()), now=now
    )
    if turn is None or turn.wait:
        return SignInFault.TOO_MANY
    code = read_code(typed)
    used = delete(RecoveryCode).where(
        col(RecoveryCode.user_id) == user_id, col(RecoveryCode.code_hash) == _hashed(settings, user_id, code or "")
    )
    async with own_change(database, user_id, now=now) as change:
        if (await change.session.exec(used.returning(col(RecoveryCode.user_id)))).one_or_none() is None:
            change.done = "account.second-factor-refused"
            return SignInFault.WRONG
        begun = await replace_sign_in(change.session, settings, half, now=now)
        change.done = "account.recovery-code-used"
    await give_back(database, turn)
    return begun or SignInFault.TOO_LATE


def _hashed(settings: Settings, user_id: str, code: str) -> str:
    message = f"recovery code:{user_id}:{read_code(code)}".encode()
    return hmac.new(settings.secret_key, message, hashlib.sha256).hexdigest()
