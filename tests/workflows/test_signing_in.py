"""Signing in with a password: who gets in, who cannot be told apart, and who is slowed. The clock is an argument; nothing sleeps."""

from __future__ import annotations

import asyncio
import dataclasses
from datetime import timedelta

import pytest
from signing import CHEAP, NOW, OTHER_PASSWORD, PASSWORD, Account, add_account, fault_of, no_wait
from sqlmodel import col, select, update

from ceo.settings import Settings
from ceo.storage.database import Database, open_database
from ceo.storage.people import NATIONAL, SignIn, User
from ceo.storage.tenancy import reading_across, shared_transaction
from ceo.workflows.rights import Role
from ceo.workflows.staff import passwords
from ceo.workflows.staff.passwords import HashingCost, hash_password
from ceo.workflows.staff.signed_in import find_signed_in
from ceo.workflows.staff.signing_in import Attempt, SignedInNow, SignInFault, check_own_password, mark_browser, sign_in

pytestmark = pytest.mark.anyio

UTRECHT, ZWOLLE = "GM0344", "GM0193"


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "COST", CHEAP)


@pytest.fixture
async def reader(database: Database, installation_settings: Settings) -> Account:
    """A reader of Utrecht, without a second factor."""
    return await add_account(database, installation_settings, {UTRECHT: Role.READER})


async def come_in(account: Account, attempt: Attempt, *, database: Database | None = None) -> SignedInNow | SignInFault:
    return await sign_in(database or account.database, account.settings, attempt, now=NOW, wait=no_wait)


async def sign_ins(account: Account) -> list[SignIn]:
    async with reading_across(account.database) as session:
        return list((await session.exec(select(SignIn).where(col(SignIn.user_id) == account.id))).all())


async def test_the_right_password_begins_a_sign_in_of_which_only_a_hash_is_kept(reader: Account) -> None:
    begun = await come_in(reader, reader.attempt(device="Firefox, Linux"))
    assert isinstance(begun, SignedInNow)
    assert begun.complete
    [row] = await sign_ins(reader)
    assert row.device == "Firefox, Linux"
    assert begun.secret not in row.id_hash
    assert (await reader.signed_in(begun.secret)).complete
    assert await reader.recorded(UTRECHT) == ["account.signed-in"]


async def test_an_address_is_read_in_any_case_and_with_spaces_around(reader: Account) -> None:
    attempt = dataclasses.replace(reader.attempt(), email=f"  {reader.email.upper()} ")
    assert isinstance(await come_in(reader, attempt), SignedInNow)


async def test_with_a_second_factor_the_password_opens_nothing_yet(
    database: Database, installation_settings: Settings
) -> None:
    owner = await add_account(database, installation_settings, {UTRECHT: Role.OWNER}, second_factor=True)
    begun = await come_in(owner, owner.attempt())
    assert isinstance(begun, SignedInNow)
    assert not begun.complete
    assert begun.browser == ""
    assert not (await owner.signed_in(begun.secret)).complete
    assert await owner.recorded(UTRECHT) == []


async def test_each_sign_in_has_an_id_of_its_own_and_ends_the_one_of_before(reader: Account) -> None:
    first, secret = await reader.come_in()
    again = await come_in(reader, reader.attempt(instead_of=first.id_hash))
    assert isinstance(again, SignedInNow)
    assert again.secret != secret
    assert await find_signed_in(reader.database, secret, now=NOW) is None
    assert len(await sign_ins(reader)) == 1


async def test_a_sign_in_is_recorded_in_each_place_of_the_person(
    database: Database, installation_settings: Settings
) -> None:
    roles = {UTRECHT: Role.REGIONAL, ZWOLLE: (Role.REGIONAL, Role.READER), NATIONAL: Role.NATIONAL_RESEARCHER}
    everywhere = await add_account(database, installation_settings, roles)
    await everywhere.come_in()
    for place in roles:
        assert await everywhere.recorded(place) == ["account.signed-in"]


async def test_who_is_not_let_in_learns_nothing_about_why(
    database: Database, installation_settings: Settings, reader: Account
) -> None:
    elsewhere = await add_account(database, installation_settings, {UTRECHT: Role.READER}, password=None)
    closed = await add_account(database, installation_settings, {UTRECHT: Role.READER})
    async with shared_transaction(database) as session:
        await session.exec(update(User).where(col(User.id) == closed.id).values(disabled=True))
    for attempt in (
        *(reader.attempt(typed) for typed in (OTHER_PASSWORD, "", PASSWORD * 50, "\udcff\x00")),
        Attempt("niemand@voorbeeld.nl", PASSWORD, "192.0.2.7"),
        Attempt("geen adres", PASSWORD, ""),
        elsewhere.attempt(),
        closed.attempt(),
    ):
        assert await come_in(reader, attempt) is SignInFault.WRONG
    for account in (reader, elsewhere, closed):
        assert await sign_ins(account) == []
        assert await account.recorded(UTRECHT) == []


async def test_an_unknown_address_costs_the_work_of_a_wrong_password(
    reader: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[str | None] = []

    async def count(kept: str | None, password: str) -> passwords.Compared:
        compared.append(kept)
        return passwords.Compared(right=False)

    monkeypatch.setattr("ceo.workflows.staff.signing_in.compare_password", count)
    await come_in(reader, reader.attempt(OTHER_PASSWORD))
    await come_in(reader, dataclasses.replace(reader.attempt(), email="niemand@voorbeeld.nl"))
    assert [kept is None for kept in compared] == [False, True]


async def test_a_password_of_before_is_hashed_at_the_new_cost(reader: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "COST", HashingCost(memory=16, passes=1, lanes=1))
    await reader.come_in()
    assert "m=16" in str((await reader.user()).password)
    await reader.come_in()


async def test_a_password_that_changes_while_it_is_compared_lets_nobody_in(
    reader: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def compare_slowly(kept: str | None, password: str) -> passwords.Compared:
        compared = await passwords.compare_password(kept, password)
        async with shared_transaction(reader.database) as session:
            changed = await hash_password(OTHER_PASSWORD)
            await session.exec(update(User).where(col(User.id) == reader.id).values(password=changed))
        return compared

    monkeypatch.setattr("ceo.workflows.staff.signing_in.compare_password", compare_slowly)
    assert await come_in(reader, reader.attempt()) is SignInFault.WRONG
    assert await sign_ins(reader) == []


async def guess(account: Account, number: int, *, database: Database | None = None, first: int = 0) -> list[float]:
    """Try wrong passwords at one instant, each from a network of its own; return how long each of those that were looked at waited."""
    waits: list[float] = []

    async def once(tried: int) -> None:
        waited: list[float] = []

        async def wait(seconds: float) -> None:
            waited.append(seconds)

        attempt = account.attempt(f"{OTHER_PASSWORD} {tried}", network=f"198.51.{tried // 250}.{tried % 250}")
        outcome = await sign_in(database or account.database, account.settings, attempt, now=NOW, wait=wait)
        if outcome is SignInFault.WRONG:
            waits.append(sum(waited))

    await asyncio.gather(*(once(first + tried) for tried in range(number)))
    return waits


async def test_two_processes_together_look_at_no_more_guesses_on_an_account_than_the_limit(
    reader: Account, database_url: str
) -> None:
    async with open_database(database_url) as other:
        here, there = await asyncio.gather(guess(reader, 25), guess(reader, 25, database=other, first=25))
    assert sorted(here + there) == [*([0.0] * 20), 2, 4, 6, 8, 10, 12, 14]


async def test_one_network_is_slowed_on_whatever_accounts_it_tries(
    database: Database, installation_settings: Settings, reader: Account
) -> None:
    seen = []
    for tried in range(30):
        attempt = Attempt(f"iemand{tried}@voorbeeld.nl", OTHER_PASSWORD, "192.0.2.66")
        seen.append(await sign_in(database, installation_settings, attempt, now=NOW, wait=no_wait))
    assert seen.count(SignInFault.TOO_MANY) == 3
    assert await come_in(reader, reader.attempt(network="192.0.2.66")) is SignInFault.TOO_MANY
    assert isinstance(await come_in(reader, reader.attempt(network="192.0.2.67")), SignedInNow)


async def test_guessing_on_an_account_never_keeps_out_its_owner_in_a_browser_of_before(reader: Account) -> None:
    begun = await come_in(reader, reader.attempt())
    assert isinstance(begun, SignedInNow)
    await guess(reader, 40)
    assert await come_in(reader, reader.attempt()) is SignInFault.TOO_MANY
    assert isinstance(await come_in(reader, reader.attempt(browser=begun.browser)), SignedInNow)


async def test_a_browser_is_known_for_one_account_and_one_installation_only(reader: Account) -> None:
    await guess(reader, 40)
    elsewhere = dataclasses.replace(reader.settings, secret_key_text="ab" * 32)
    own = mark_browser(reader.settings, reader.email)
    for mark in (
        mark_browser(reader.settings, "iemand@anders.nl"),
        mark_browser(elsewhere, reader.email),
        own[:-1],
        own.replace(".", "x."),
        "",
        "é.é",
    ):
        assert await come_in(reader, reader.attempt(browser=mark)) is SignInFault.TOO_MANY
    assert isinstance(await come_in(reader, reader.attempt(browser=own)), SignedInNow)


async def test_a_known_browser_that_guesses_is_slowed_too(reader: Account) -> None:
    mark = mark_browser(reader.settings, reader.email)
    outcomes = [await come_in(reader, reader.attempt(OTHER_PASSWORD, browser=mark)) for _ in range(28)]
    assert outcomes.count(SignInFault.TOO_MANY) == 1


async def test_right_passwords_fill_no_limit(reader: Account) -> None:
    for _ in range(25):
        assert isinstance(await come_in(reader, reader.attempt()), SignedInNow)


async def test_after_a_while_the_account_is_as_before(reader: Account) -> None:
    await guess(reader, 40)
    later = NOW + timedelta(minutes=8)
    outcome = await sign_in(reader.database, reader.settings, reader.attempt(), now=later, wait=no_wait)
    assert isinstance(outcome, SignedInNow)


async def test_the_own_password_can_be_tried_ten_times_and_then_each_six_minutes(reader: Account) -> None:
    async def check(typed: str, minutes: int = 0) -> SignInFault | None:
        moment = NOW + timedelta(minutes=minutes)
        return await check_own_password(reader.database, reader.settings, reader.id, typed, now=moment)

    assert await check(PASSWORD) is None
    assert [await check(OTHER_PASSWORD) for _ in range(11)] == [*([SignInFault.WRONG] * 10), SignInFault.TOO_MANY]
    assert fault_of(await check(PASSWORD)) is SignInFault.TOO_MANY
    assert await check(PASSWORD, minutes=6) is None
