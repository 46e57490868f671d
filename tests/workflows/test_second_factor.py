"""The second factor: setting it up, a code that counts once, and recovery codes. The clock is an argument."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta

import pyotp
import pytest
from signing import (
    CHEAP,
    NOW,
    OTHER_PASSWORD,
    PASSWORD,
    SECRET,
    Account,
    add_account,
    around,
    code,
    fault_of,
    wrong_code,
)
from sqlmodel import col, select, update

from ceo.settings import Settings
from ceo.storage.database import Database, open_database
from ceo.storage.people import RecoveryCode, User
from ceo.storage.tenancy import reading_across, shared_transaction
from ceo.workflows.installation.keyring import SECOND_FACTOR, unseal
from ceo.workflows.rights import Role
from ceo.workflows.staff import passwords
from ceo.workflows.staff.recovery_codes import count_codes, make_new_codes, use_recovery_code
from ceo.workflows.staff.second_factor import (
    SettingUp,
    SetUp,
    SetUpFault,
    code_at,
    confirm_code,
    matching_step,
    may_do_without,
    offer_again,
    offer_second_factor,
    remove_second_factor,
    set_second_factor,
)
from ceo.workflows.staff.signed_in import SignedIn, end_sign_in, find_signed_in
from ceo.workflows.staff.signing_in import SignedInNow, SignInFault

pytestmark = pytest.mark.anyio

UTRECHT = "GM0344"


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "COST", CHEAP)


@pytest.fixture
async def owner(database: Database, installation_settings: Settings) -> Account:
    """The owner of Utrecht, with a second factor."""
    return await add_account(database, installation_settings, {UTRECHT: Role.OWNER}, second_factor=True)


@pytest.fixture
async def newcomer(database: Database, installation_settings: Settings) -> Account:
    """An editor of Utrecht who has no second factor yet."""
    return await add_account(database, installation_settings, {UTRECHT: Role.EDITOR})


async def confirm(account: Account, half: SignedIn, typed: str, *, seconds: int = 0) -> SignedInNow | SignInFault:
    moment = NOW + timedelta(seconds=seconds)
    return await confirm_code(account.database, account.settings, half, typed, now=moment)


async def set_up(
    account: Account, signed_in: SignedIn, *, code: str | None = None, password: str = PASSWORD, seconds: int = 0
) -> SetUp | frozenset[SetUpFault]:
    """Set up a second factor with the code that the app shows, or another one."""
    moment = NOW + timedelta(seconds=seconds)
    offer = offer_second_factor(account.settings, signed_in)
    given = SettingUp(offer.sealed, code or code_at(offer.secret, moment), password)
    return await set_second_factor(account.database, account.settings, signed_in, given, now=moment)


def test_codes_are_those_of_the_standard() -> None:
    # RFC 6238, appendix B, with SHA-1 and the last six of its eight digits.
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    for seconds, digits in (
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ):
        moment = NOW.fromtimestamp(seconds, NOW.tzinfo)
        assert code_at(secret, moment) == digits
        assert matching_step(secret, digits, now=moment) == seconds // 30


@pytest.mark.parametrize("late", [-30, 0, 30])
def test_the_codes_of_before_now_and_after_count(late: int) -> None:
    assert matching_step(SECRET, code(NOW), now=NOW + timedelta(seconds=late)) == int(NOW.timestamp()) // 30


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "12 34 5", "-1-2-3"])
def test_what_is_not_six_digits_is_no_code(typed: str) -> None:
    assert matching_step(SECRET, typed, now=NOW) is None


@pytest.mark.parametrize("late", [-60, 60])
def test_older_and_later_codes_do_not_count(late: int) -> None:
    moment = NOW + timedelta(seconds=late)
    assert code(NOW) not in around(moment)
    assert matching_step(SECRET, code(NOW), now=moment) is None


def test_a_code_is_read_with_spaces_hyphens_and_full_width_digits() -> None:
    digits = code()
    for typed in (
        f" {digits[:3]} {digits[3:]}",
        f"{digits[:3]}-{digits[3:]}",
        digits.translate({n + 48: n + 0xFF10 for n in range(10)}),
    ):
        assert matching_step(SECRET, typed, now=NOW) is not None


async def test_with_a_code_the_half_sign_in_ends_and_another_one_begins(owner: Account) -> None:
    half, secret = await owner.come_in()
    begun = await confirm(owner, half, code())
    assert isinstance(begun, SignedInNow)
    assert begun.secret != secret
    assert await find_signed_in(owner.database, secret, now=NOW) is None
    assert (await owner.signed_in(begun.secret)).complete
    assert await owner.recorded(UTRECHT) == ["account.signed-in"]


async def test_a_code_works_once_also_in_another_sign_in_and_a_later_step_still_does(owner: Account) -> None:
    first, _ = await owner.come_in()
    second, _ = await owner.come_in()
    assert isinstance(await confirm(owner, first, code()), SignedInNow)
    assert await confirm(owner, second, code()) is SignInFault.USED
    assert await confirm(owner, second, code(NOW - timedelta(seconds=30))) is SignInFault.USED
    assert isinstance(await confirm(owner, second, code(NOW + timedelta(seconds=30))), SignedInNow)
    assert await owner.recorded(UTRECHT) == [
        "account.signed-in",
        "account.second-factor-refused",
        "account.second-factor-refused",
        "account.signed-in",
    ]


async def test_of_one_code_at_the_same_moment_in_two_processes_one_is_let_in(owner: Account, database_url: str) -> None:
    halves = [(await owner.come_in())[0] for _ in range(4)]
    async with open_database(database_url) as other:
        outcomes = await asyncio.gather(
            *(
                confirm_code(process, owner.settings, half, code(), now=NOW)
                for half, process in zip(halves, (owner.database, other) * 2, strict=True)
            )
        )
    assert sum(isinstance(outcome, SignedInNow) for outcome in outcomes) == 1
    assert outcomes.count(SignInFault.USED) == 3


async def test_one_half_sign_in_becomes_one_whole_one(owner: Account) -> None:
    half, _ = await owner.come_in()
    outcomes = await asyncio.gather(*(confirm(owner, half, at) for at in (code(), code(NOW + timedelta(seconds=30)))))
    assert sum(isinstance(outcome, SignedInNow) for outcome in outcomes) == 1


async def test_ten_wrong_codes_are_looked_at_in_two_processes_together_and_then_one_each_six_minutes(
    owner: Account, database_url: str
) -> None:
    half, _ = await owner.come_in()
    async with open_database(database_url) as other:
        outcomes = await asyncio.gather(
            *(
                confirm_code(process, owner.settings, half, wrong_code(), now=NOW)
                for _ in range(8)
                for process in (owner.database, other)
            )
        )
    assert sorted(map(fault_of, outcomes)) == [*([SignInFault.TOO_MANY] * 6), *([SignInFault.WRONG] * 10)]
    assert await confirm(owner, half, code()) is SignInFault.TOO_MANY
    again = await owner.come_in(now=NOW + timedelta(minutes=6))
    moment = NOW + timedelta(minutes=6)
    assert isinstance(await confirm(owner, again[0], code(moment), seconds=360), SignedInNow)


async def test_signing_in_anew_gives_no_new_tries(owner: Account) -> None:
    for _ in range(10):
        half, _ = await owner.come_in()
        assert await confirm(owner, half, wrong_code()) is SignInFault.WRONG
    half, _ = await owner.come_in()
    assert await confirm(owner, half, wrong_code()) is SignInFault.TOO_MANY
    assert await owner.recorded(UTRECHT) == ["account.second-factor-refused"] * 10


async def test_right_codes_cost_no_tries(owner: Account) -> None:
    for step in range(12):
        moment = NOW + timedelta(seconds=30 * step)
        half, _ = await owner.come_in(now=moment)
        assert isinstance(await confirm(owner, half, code(moment), seconds=30 * step), SignedInNow)


async def test_after_ten_minutes_the_password_is_asked_again(owner: Account) -> None:
    half, _ = await owner.come_in()
    moment = NOW + timedelta(seconds=601)
    assert await confirm(owner, half, code(moment), seconds=601) is SignInFault.TOO_LATE


async def test_a_half_sign_in_that_ended_is_completed_by_no_code(owner: Account) -> None:
    half, _ = await owner.come_in()
    await end_sign_in(owner.database, half.id_hash)
    assert await confirm(owner, half, code()) is SignInFault.TOO_LATE
    async with shared_transaction(owner.database) as session:
        await session.exec(update(User).where(col(User.id) == owner.id).values(totp=None))
    assert await confirm(owner, half, code()) is SignInFault.TOO_LATE


async def test_setting_up_takes_a_code_of_the_new_secret_and_begins_a_new_sign_in(newcomer: Account) -> None:
    _, other_secret = await newcomer.come_in()
    signed_in, secret = await newcomer.come_in()
    assert signed_in.staff.must_set_up_second_factor
    done = await set_up(newcomer, signed_in)
    assert isinstance(done, SetUp)
    for ended in (secret, other_secret):
        assert await find_signed_in(newcomer.database, ended, now=NOW) is None
    assert not (await newcomer.signed_in(done.signed_in.secret)).staff.must_set_up_second_factor
    assert (await newcomer.recorded(UTRECHT))[-1] == "account.second-factor-set"
    half, _ = await newcomer.come_in()
    assert not half.complete


async def test_the_secret_stands_in_the_database_sealed_and_the_code_that_set_it_up_counts_no_more(
    newcomer: Account,
) -> None:
    signed_in, _ = await newcomer.come_in()
    offer = offer_second_factor(newcomer.settings, signed_in)
    given = SettingUp(offer.sealed, code_at(offer.secret, NOW))
    await set_second_factor(newcomer.database, newcomer.settings, signed_in, given, now=NOW)
    user = await newcomer.user()
    assert user.totp is not None
    assert offer.secret not in user.totp
    keys = newcomer.settings.encryption_keys
    assert unseal(keys, SECOND_FACTOR, newcomer.id, user.totp).decode() == offer.secret
    half, _ = await newcomer.come_in()
    assert await confirm(newcomer, half, code_at(offer.secret, NOW)) is SignInFault.USED
    assert offer.address == pyotp.TOTP(offer.secret).provisioning_uri(name=newcomer.email, issuer_name="CEO")
    assert offer.groups.replace(" ", "") == offer.secret


async def test_a_wrong_code_sets_nothing_up_and_the_page_keeps_its_secret(newcomer: Account) -> None:
    signed_in, _ = await newcomer.come_in()
    assert await set_up(newcomer, signed_in, code="12345") == {SetUpFault.WRONG_CODE}
    assert (await newcomer.user()).totp is None
    assert await count_codes(newcomer.database, newcomer.id) == 0
    offer = offer_second_factor(newcomer.settings, signed_in)
    assert offer_again(newcomer.settings, signed_in, offer.sealed) == offer


async def test_a_secret_of_another_sign_in_or_of_the_browsers_own_making_is_refused(
    newcomer: Account, owner: Account
) -> None:
    signed_in, _ = await newcomer.come_in()
    other, _ = await newcomer.come_in()
    offer = offer_second_factor(newcomer.settings, other)
    for sealed in (offer.sealed, str((await owner.user()).totp), "", "onzin", "é:é", offer.sealed[:-4] + "AAAA"):
        given = SettingUp(sealed, code_at(offer.secret, NOW))
        refused = await set_second_factor(newcomer.database, newcomer.settings, signed_in, given, now=NOW)
        assert refused == {SetUpFault.TOO_OLD}
    await end_sign_in(newcomer.database, signed_in.id_hash)
    assert await set_up(newcomer, signed_in) == {SetUpFault.TOO_OLD}
    assert (await newcomer.user()).totp is None


async def test_replacing_a_second_factor_asks_for_the_password(owner: Account) -> None:
    half, _ = await owner.come_in()
    begun = await confirm(owner, half, code())
    assert isinstance(begun, SignedInNow)
    signed_in = await owner.signed_in(begun.secret)
    before = (await owner.user()).totp
    refused = await set_up(owner, signed_in, code="12345", password=OTHER_PASSWORD)
    assert refused == {SetUpFault.WRONG_CODE, SetUpFault.WRONG_PASSWORD}
    assert await set_up(owner, signed_in, password="") == {SetUpFault.WRONG_PASSWORD}
    for _ in range(8):
        await set_up(owner, signed_in, password=OTHER_PASSWORD)
    assert await set_up(owner, signed_in) == {SetUpFault.TOO_MANY}
    assert (await owner.user()).totp == before
    assert isinstance(await set_up(owner, signed_in, seconds=360), SetUp)


async def test_who_may_do_without_can_remove_the_second_factor_with_the_password(
    database: Database, installation_settings: Settings
) -> None:
    reader = await add_account(database, installation_settings, {UTRECHT: Role.READER})
    signed_in, _ = await reader.come_in()
    done = await set_up(reader, signed_in)
    assert isinstance(done, SetUp)
    signed_in = await reader.signed_in(done.signed_in.secret)
    assert may_do_without(signed_in.staff)
    settings = reader.settings
    assert await remove_second_factor(database, settings, signed_in, OTHER_PASSWORD, now=NOW) is SignInFault.WRONG
    assert await remove_second_factor(database, settings, signed_in, PASSWORD, now=NOW) is None
    assert (await reader.user()).totp is None
    assert await count_codes(database, reader.id) == 0
    assert (await reader.recorded(UTRECHT))[-1] == "account.second-factor-removed"
    assert (await reader.come_in())[0].complete


async def test_who_can_do_more_than_read_may_not_do_without(owner: Account) -> None:
    half, _ = await owner.come_in()
    assert not may_do_without(half.staff)


async def test_ten_recovery_codes_are_shown_once_and_stand_nowhere(newcomer: Account) -> None:
    signed_in, _ = await newcomer.come_in()
    done = await set_up(newcomer, signed_in)
    assert isinstance(done, SetUp)
    assert len(set(done.codes)) == 10
    assert all(re.fullmatch("[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}", shown) for shown in done.codes)
    async with reading_across(newcomer.database) as session:
        kept = (await session.exec(select(RecoveryCode))).all()
    assert len(kept) == 10
    assert not {row.code_hash for row in kept} & {
        part for shown in done.codes for part in (shown, shown.replace("-", ""))
    }
    assert not any(shown in repr(done) for shown in done.codes)


async def test_each_recovery_code_opens_one_sign_in_for_its_owner_only(newcomer: Account, owner: Account) -> None:
    signed_in, _ = await newcomer.come_in()
    done = await set_up(newcomer, signed_in)
    assert isinstance(done, SetUp)

    async def use(account: Account, typed: str) -> SignedInNow | SignInFault:
        half, _ = await account.come_in()
        return await use_recovery_code(account.database, account.settings, half, typed, now=NOW)

    assert await use(owner, done.codes[0]) is SignInFault.WRONG
    begun = await use(newcomer, f" {done.codes[0].lower()} ")
    assert isinstance(begun, SignedInNow)
    assert (await newcomer.signed_in(begun.secret)).complete
    assert await use(newcomer, done.codes[0]) is SignInFault.WRONG
    for typed in ("", "BCDF-GHJK-3467", "onzin"):
        assert await use(newcomer, typed) is SignInFault.WRONG
    assert await count_codes(newcomer.database, newcomer.id) == 9
    assert "account.recovery-code-used" in await newcomer.recorded(UTRECHT)


async def test_of_one_recovery_code_at_the_same_moment_one_is_let_in(newcomer: Account) -> None:
    signed_in, _ = await newcomer.come_in()
    done = await set_up(newcomer, signed_in)
    assert isinstance(done, SetUp)
    halves = [(await newcomer.come_in())[0] for _ in range(3)]
    outcomes = await asyncio.gather(
        *(use_recovery_code(newcomer.database, newcomer.settings, half, done.codes[3], now=NOW) for half in halves)
    )
    assert sum(isinstance(outcome, SignedInNow) for outcome in outcomes) == 1


async def test_guessing_recovery_codes_is_slowed_and_does_not_touch_codes_of_the_app(owner: Account) -> None:
    half, _ = await owner.come_in()
    outcomes = [
        await use_recovery_code(owner.database, owner.settings, half, "BCDF-GHJK-3467", now=NOW) for _ in range(22)
    ]
    assert outcomes == [*([SignInFault.WRONG] * 20), *([SignInFault.TOO_MANY] * 2)]
    assert isinstance(await confirm(owner, half, code()), SignedInNow)


async def test_new_recovery_codes_ask_for_the_password_and_end_the_old_ones(newcomer: Account) -> None:
    signed_in, _ = await newcomer.come_in()
    done = await set_up(newcomer, signed_in)
    assert isinstance(done, SetUp)
    signed_in = await newcomer.signed_in(done.signed_in.secret)
    database, settings = newcomer.database, newcomer.settings
    assert await make_new_codes(database, settings, signed_in, OTHER_PASSWORD, now=NOW) is SignInFault.WRONG
    codes = await make_new_codes(database, settings, signed_in, PASSWORD, now=NOW)
    assert isinstance(codes, tuple)
    assert not set(codes) & set(done.codes)
    half, _ = await newcomer.come_in()
    assert await use_recovery_code(database, settings, half, done.codes[1], now=NOW) is SignInFault.WRONG
    assert isinstance(await use_recovery_code(database, settings, half, codes[1], now=NOW), SignedInNow)
