"""What somebody does with the own account."""

from __future__ import annotations

from datetime import timedelta

import pytest
from signing import CHEAP, NOW, OTHER_PASSWORD, PASSWORD, Account, add_account, code
from sqlmodel import col, select

from ceo.settings import Settings
from ceo.storage.audit import AuditRecord
from ceo.storage.database import Database
from ceo.storage.people import NATIONAL, MailLink, MailPurpose, SignIn
from ceo.storage.tenancy import reading_across, shared_transaction
from ceo.workflows.rights import Role
from ceo.workflows.staff import passwords
from ceo.workflows.staff.mail_links import make_link
from ceo.workflows.staff.own_account import (
    LONGEST_NAME,
    NameFault,
    change_password,
    end_other_sign_in,
    keep_name,
    list_sign_ins,
    sign_out_everywhere,
)
from ceo.workflows.staff.password_rules import PasswordFault
from ceo.workflows.staff.second_factor import confirm_code
from ceo.workflows.staff.signed_in import end_sign_in, find_signed_in
from ceo.workflows.staff.signing_in import SignedInNow, SignInFault

pytestmark = pytest.mark.anyio

UTRECHT = "GM0344"


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "COST", CHEAP)


@pytest.fixture
async def reader(database: Database, installation_settings: Settings) -> Account:
    return await add_account(
        database, installation_settings, {UTRECHT: Role.READER, NATIONAL: Role.NATIONAL_RESEARCHER}
    )


async def test_a_changed_password_ends_every_other_sign_in_and_link_and_renews_this_one(reader: Account) -> None:
    _, other = await reader.come_in()
    signed_in, secret = await reader.come_in()
    async with shared_transaction(reader.database) as session:
        await make_link(session, reader.id, MailPurpose.NEW_PASSWORD, now=NOW)
    changed = await change_password(
        reader.database, reader.settings, signed_in, old=PASSWORD, new=OTHER_PASSWORD, now=NOW
    )
    assert isinstance(changed, SignedInNow)
    for ended in (other, secret):
        assert await find_signed_in(reader.database, ended, now=NOW) is None
    assert (await reader.signed_in(changed.secret)).complete
    async with reading_across(reader.database) as session:
        assert (await session.exec(select(MailLink))).all() == []
    for place in (UTRECHT, NATIONAL):
        assert (await reader.recorded(place))[-1] == "account.password-changed"


async def test_all_that_is_wrong_with_a_change_of_password_is_told_and_nothing_changes(reader: Account) -> None:
    signed_in, secret = await reader.come_in()

    async def change(old: str, new: str) -> object:
        return await change_password(reader.database, reader.settings, signed_in, old=old, new=new, now=NOW)

    assert await change("onzin", "kort") == (PasswordFault.TOO_SHORT, PasswordFault.PREDICTABLE, SignInFault.WRONG)
    assert await change(OTHER_PASSWORD, OTHER_PASSWORD) == (SignInFault.WRONG,)
    assert await change(PASSWORD, "Noor Jansen 2026") == (PasswordFault.PREDICTABLE,)
    for _ in range(8):
        await change("onzin", OTHER_PASSWORD)
    assert await change(PASSWORD, OTHER_PASSWORD) == (SignInFault.TOO_MANY,)
    assert await find_signed_in(reader.database, secret, now=NOW) is not None
    assert isinstance((await reader.come_in())[1], str)


async def test_who_was_signed_out_meanwhile_changes_no_password(reader: Account) -> None:
    signed_in, _ = await reader.come_in()
    await end_sign_in(reader.database, signed_in.id_hash)
    refused = await change_password(
        reader.database, reader.settings, signed_in, old=PASSWORD, new=OTHER_PASSWORD, now=NOW
    )
    assert refused == (SignInFault.TOO_LATE,)
    assert (await reader.come_in())[0].complete


async def test_the_list_shows_this_browser_first_and_no_half_or_ended_sign_ins(
    database: Database, installation_settings: Settings
) -> None:
    owner = await add_account(database, installation_settings, {UTRECHT: Role.OWNER}, second_factor=True)
    seen = []
    for minutes in (-720, -90, -40, -1):
        moment = NOW + timedelta(minutes=minutes)
        half, _ = await owner.come_in(now=moment)
        begun = await confirm_code(database, installation_settings, half, code(moment), now=moment)
        assert isinstance(begun, SignedInNow)
        seen.append(await owner.signed_in(begun.secret, now=moment))
    await owner.come_in()
    listed = await list_sign_ins(database, seen[2], now=NOW)
    assert [(row.current, (NOW - row.seen_at).total_seconds() / 60) for row in listed] == [(True, 40), (False, 1)]


async def test_one_other_sign_in_can_be_ended_and_those_of_others_cannot(
    database: Database, installation_settings: Settings, reader: Account
) -> None:
    here, _ = await reader.come_in()
    _, there_secret = await reader.come_in()
    stranger = await add_account(database, installation_settings, {UTRECHT: Role.READER})
    theirs, their_secret = await stranger.come_in()
    [_, there] = await list_sign_ins(database, here, now=NOW)
    for strange in (theirs.id_hash[:16], "", "%", "_" * 16, "%" * 16, theirs.id_hash, "x" * 16):
        await end_other_sign_in(database, here, strange)
    assert await find_signed_in(database, their_secret, now=NOW) is not None
    assert await find_signed_in(database, there_secret, now=NOW) is not None
    await end_other_sign_in(database, here, there.id)
    assert await find_signed_in(database, there_secret, now=NOW) is None


async def test_signing_out_everywhere_leaves_no_browser(reader: Account) -> None:
    signed_in, _ = await reader.come_in()
    await reader.come_in()
    await sign_out_everywhere(reader.database, signed_in, now=NOW)
    async with reading_across(reader.database) as session:
        assert (await session.exec(select(SignIn).where(col(SignIn.user_id) == reader.id))).all() == []
    assert (await reader.recorded(UTRECHT))[-1] == "account.signed-out-everywhere"


async def test_a_name_is_kept_without_needless_spaces_and_has_some_length(reader: Account) -> None:
    assert await keep_name(reader.database, reader.id, name="  Noor \n de  Wit ", language="en") is None
    user = await reader.user()
    assert (user.name, user.language) == ("Noor de Wit", "en")
    assert await keep_name(reader.database, reader.id, name=" \u2003 ", language="nl") is NameFault.EMPTY
    assert (
        await keep_name(reader.database, reader.id, name="x" * (LONGEST_NAME + 1), language="nl") is NameFault.TOO_LONG
    )
    assert (await reader.user()).name == "Noor de Wit"


async def test_records_of_ones_own_doings_hold_no_address_and_no_network(reader: Account) -> None:
    await reader.come_in()
    async with reading_across(reader.database) as session:
        rows = (await session.exec(select(AuditRecord).where(col(AuditRecord.place) == NATIONAL))).all()
    assert [(row.actor, row.object_id, row.before, row.after) for row in rows] == [(reader.id, reader.id, None, None)]
