"""Links that are mailed to choose a password. A real mail server takes the mails; the clock is an argument."""

from __future__ import annotations

import asyncio
import dataclasses
import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from mail_server import Mailbox, open_mailbox
from signing import CHEAP, NOW, OTHER_PASSWORD, PASSWORD, Account, add_account
from sqlmodel import col, select, update

from ceo.mail_server import Encryption, MailServer
from ceo.settings import Settings
from ceo.storage.database import Database
from ceo.storage.people import MailLink, MailPurpose, User
from ceo.storage.tenancy import reading_across, shared_transaction
from ceo.workflows.rights import Role
from ceo.workflows.staff import passwords
from ceo.workflows.staff.mail_links import (
    LINK_PATH,
    LinkFault,
    OpenedLink,
    choose_password,
    forget_old_links,
    invite_by_mail,
    mail_new_password,
    make_link,
    may_ask_again,
    open_link,
)
from ceo.workflows.staff.password_rules import PasswordFault
from ceo.workflows.staff.signed_in import find_signed_in
from ceo.workflows.staff.signing_in import SignedInNow, SignInFault, sign_in

pytestmark = pytest.mark.anyio

UTRECHT = "GM0344"


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "COST", CHEAP)


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    async with open_mailbox() as opened:
        yield opened


@pytest.fixture
def settings(installation_settings: Settings, mailbox: Mailbox) -> Settings:
    """An installation with a mail server."""
    return dataclasses.replace(installation_settings, mail=mailbox.server)


@pytest.fixture
async def newcomer(database: Database, settings: Settings) -> Account:
    """Somebody who was invited and has no password yet."""
    return await add_account(database, settings, {UTRECHT: Role.READER}, password=None)


@pytest.fixture
async def reader(database: Database, settings: Settings) -> Account:
    """Somebody with a password."""
    return await add_account(database, settings, {UTRECHT: Role.READER}, second_factor=True)


async def link_for(account: Account, purpose: MailPurpose = MailPurpose.NEW_PASSWORD) -> str:
    async with shared_transaction(account.database) as session:
        return await make_link(session, account.id, purpose, now=NOW)


async def links(database: Database) -> list[MailLink]:
    async with reading_across(database) as session:
        return list((await session.exec(select(MailLink))).all())


def token_in(text: str) -> str:
    found = re.search(rf"{LINK_PATH}(\S+)", text)
    assert found is not None
    return found[1]


async def test_an_invitation_brings_a_link_with_which_a_first_password_is_chosen(
    newcomer: Account, mailbox: Mailbox
) -> None:
    assert await invite_by_mail(newcomer.database, newcomer.settings, newcomer.id, now=NOW) is None
    [mail] = mailbox.mails
    assert mail["To"] == newcomer.email
    assert "Noor Jansen" in mail.get_content()
    token = token_in(mail.get_content())
    assert f"http://testserver.local{LINK_PATH}{token}" in mail.get_content()
    opened = await open_link(newcomer.database, token, now=NOW + timedelta(days=6, hours=23))
    assert isinstance(opened, OpenedLink)
    assert opened.purpose is MailPurpose.INVITATION
    assert isinstance(await choose_password(newcomer.database, token, PASSWORD, now=NOW), OpenedLink)
    assert (await newcomer.come_in())[0].staff.id == newcomer.id
    assert await newcomer.recorded(UTRECHT) == ["account.password-chosen", "account.signed-in"]


@pytest.mark.parametrize("language", ["nl", "en"])
async def test_a_mail_speaks_the_language_of_its_reader(
    database: Database, settings: Settings, mailbox: Mailbox, language: str
) -> None:
    account = await add_account(database, settings, {UTRECHT: Role.READER}, language=language)
    await mail_new_password(database, settings, account.email, now=NOW)
    await invite_by_mail(database, settings, account.id, now=NOW)
    assert [mail["Subject"] for mail in mailbox.mails] == {
        "nl": ["Een nieuw wachtwoord voor CEO", "Uitnodiging voor CEO"],
        "en": ["A new password for CEO", "Invitation to CEO"],
    }[language]


async def test_without_a_mail_server_or_when_it_is_away_the_inviter_gets_the_link(
    newcomer: Account, caplog: pytest.LogCaptureFixture
) -> None:
    nowhere = MailServer("127.0.0.1", 9, Encryption.NONE, "ceo@voorbeeld.nl")
    for mail in (None, nowhere):
        settings = dataclasses.replace(newcomer.settings, mail=mail)
        link = await invite_by_mail(newcomer.database, settings, newcomer.id, now=NOW)
        assert link is not None
        assert isinstance(await open_link(newcomer.database, token_in(link), now=NOW), OpenedLink)
        assert token_in(link) not in caplog.text
    assert newcomer.email not in caplog.text


@pytest.mark.parametrize(
    ("purpose", "lasts"),
    [(MailPurpose.INVITATION, timedelta(days=7)), (MailPurpose.NEW_PASSWORD, timedelta(hours=1))],
)
async def test_a_link_ends_after_its_time(reader: Account, purpose: MailPurpose, lasts: timedelta) -> None:
    token = await link_for(reader, purpose)
    database = reader.database
    assert isinstance(await open_link(database, token, now=NOW + lasts - timedelta(seconds=1)), OpenedLink)
    assert await open_link(database, token, now=NOW + lasts) is LinkFault.ENDED
    assert await choose_password(database, token, OTHER_PASSWORD, now=NOW + lasts) is LinkFault.ENDED
    assert await forget_old_links(database, now=NOW + lasts - timedelta(seconds=1)) == 0
    assert await forget_old_links(database, now=NOW + lasts) == 1


async def test_only_the_hash_of_a_link_is_kept(reader: Account) -> None:
    token = await link_for(reader)
    [row] = await links(reader.database)
    assert len(token) == 43
    assert token not in row.token_hash


async def test_looking_at_a_link_changes_nothing_and_it_works_once(reader: Account) -> None:
    token = await link_for(reader)
    for _ in range(3):
        assert isinstance(await open_link(reader.database, token, now=NOW), OpenedLink)
    outcomes = await asyncio.gather(
        *(choose_password(reader.database, token, f"{OTHER_PASSWORD} {n}", now=NOW) for n in range(3))
    )
    assert outcomes.count(LinkFault.ENDED) == 2
    assert await open_link(reader.database, token, now=NOW) is LinkFault.ENDED
    for strange in ("", "\udcff", "x" * 10_000, token[:-1]):
        assert await open_link(reader.database, strange, now=NOW) is LinkFault.ENDED


async def test_a_refused_password_leaves_the_link_as_it_is(reader: Account) -> None:
    token = await link_for(reader)
    assert await choose_password(reader.database, token, "Welkom2026!!", now=NOW) == (PasswordFault.PREDICTABLE,)
    assert await choose_password(reader.database, token, reader.email, now=NOW) == (PasswordFault.OWN,)
    assert isinstance(await choose_password(reader.database, token, OTHER_PASSWORD, now=NOW), OpenedLink)


async def test_a_new_password_ends_every_sign_in_and_every_link_and_keeps_the_second_factor(reader: Account) -> None:
    _, secret = await reader.come_in()
    invitation, token = await link_for(reader, MailPurpose.INVITATION), await link_for(reader)
    assert isinstance(await open_link(reader.database, invitation, now=NOW), OpenedLink)
    await choose_password(reader.database, token, OTHER_PASSWORD, now=NOW)
    assert await find_signed_in(reader.database, secret, now=NOW) is None
    assert await links(reader.database) == []
    assert (await reader.user()).totp is not None
    assert await sign_in(reader.database, reader.settings, reader.attempt(), now=NOW) is SignInFault.WRONG
    begun = await sign_in(reader.database, reader.settings, reader.attempt(OTHER_PASSWORD), now=NOW)
    assert isinstance(begun, SignedInNow)
    assert not begun.complete


async def test_a_newer_link_ends_the_older_one_for_the_same_purpose(reader: Account) -> None:
    older, invitation, newer = (
        await link_for(reader),
        await link_for(reader, MailPurpose.INVITATION),
        await link_for(reader),
    )
    assert await open_link(reader.database, older, now=NOW) is LinkFault.ENDED
    assert isinstance(await open_link(reader.database, invitation, now=NOW), OpenedLink)
    assert isinstance(await open_link(reader.database, newer, now=NOW), OpenedLink)


async def test_who_asks_for_a_new_password_gets_it_at_the_own_address(reader: Account, mailbox: Mailbox) -> None:
    await mail_new_password(reader.database, reader.settings, f" {reader.email.upper()}", now=NOW)
    [mail] = mailbox.mails
    opened = await open_link(reader.database, token_in(mail.get_content()), now=NOW)
    assert isinstance(opened, OpenedLink)
    assert (opened.user_id, opened.purpose) == (reader.id, MailPurpose.NEW_PASSWORD)


async def test_nothing_is_mailed_to_who_cannot_use_it(reader: Account, newcomer: Account, mailbox: Mailbox) -> None:
    async with shared_transaction(reader.database) as session:
        await session.exec(update(User).where(col(User.id) == reader.id).values(disabled=True))
    for email in (reader.email, newcomer.email, "niemand@voorbeeld.nl", "geen adres", ""):
        await mail_new_password(reader.database, reader.settings, email, now=NOW)
    assert mailbox.mails == []
    assert await links(reader.database) == []


async def test_an_address_gets_ten_mails_and_then_one_each_six_minutes(reader: Account, mailbox: Mailbox) -> None:
    for _ in range(13):
        await mail_new_password(reader.database, reader.settings, reader.email, now=NOW)
    assert len(mailbox.mails) == 10
    await mail_new_password(reader.database, reader.settings, reader.email, now=NOW + timedelta(minutes=6))
    assert len(mailbox.mails) == 11


async def test_a_network_may_ask_twenty_times_and_then_each_twenty_seconds(reader: Account) -> None:
    async def ask(network: str = "192.0.2.7") -> bool:
        return await may_ask_again(reader.database, reader.settings, network, now=NOW)

    assert [await ask() for _ in range(22)] == [*([True] * 20), False, False]
    assert await ask("192.0.2.8")


async def test_a_closed_account_has_no_working_links(reader: Account) -> None:
    token = await link_for(reader)
    async with shared_transaction(reader.database) as session:
        await session.exec(update(User).where(col(User.id) == reader.id).values(disabled=True))
    assert await open_link(reader.database, token, now=NOW) is LinkFault.ENDED
    assert await choose_password(reader.database, token, OTHER_PASSWORD, now=NOW) is LinkFault.ENDED
