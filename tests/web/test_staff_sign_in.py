"""Signing in at the workplace, as a browser without script does it; and what an attacker finds there."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import httpx
import pytest
from litestar import Litestar
from mail_server import Mailbox, open_mailbox
from signing import CHEAP, OTHER_PASSWORD, PASSWORD, Account, add_account, code, no_wait, wrong_code
from sqlmodel import col, select, update
from web.reading import Resident, Served
from web.running import Site, running

from ceo.settings import Settings
from ceo.storage.people import MailPurpose, SignIn, User
from ceo.storage.tenancy import reading_across, shared_transaction
from ceo.web.staff.access import COOKIE, VISITOR_COOKIE
from ceo.web.staff.browsers import MARK_COOKIE, onward
from ceo.workflows.rights import Role
from ceo.workflows.staff import passwords
from ceo.workflows.staff.mail_links import LINK_PATH, make_link
from ceo.workflows.staff.signed_in import find_signed_in
from ceo.workflows.staff.signing_in import sign_in

pytestmark = pytest.mark.anyio

UTRECHT = "GM0344"
SIGN_IN = "/werk/aanmelden"
HIDES_ADDRESS = "no-referrer, strict-origin"


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "COST", CHEAP)


@pytest.fixture
async def reader(site: Site) -> Account:
    """Somebody who may do without a second factor."""
    return await add_account(site.database, site.settings, {UTRECHT: Role.READER})


@pytest.fixture
async def owner(site: Site) -> Account:
    """Somebody with a second factor."""
    return await add_account(site.database, site.settings, {UTRECHT: Role.OWNER}, second_factor=True)


def now() -> datetime:
    return datetime.now(UTC)


async def give_password(browser: Resident, account: Account, password: str = PASSWORD, *, going: str = "") -> None:
    await browser.open(f"{SIGN_IN}?verder={quote(going, safe='')}" if going else SIGN_IN)
    await browser.press("Meld aan", {"email": [account.email], "password": [password]})


def cookie(browser: Resident, name: str = COOKIE) -> str:
    return next((held.value or "" for held in browser.client.cookies.jar if held.name == name), "")


def value_of(page: Served, name: str) -> str:
    """What a hidden field of the first form on a page holds."""
    return next(control.value for control in page.forms[0].fields if control.name == name)


async def sign_ins(account: Account) -> list[SignIn]:
    async with reading_across(account.database) as session:
        return list((await session.exec(select(SignIn).where(col(SignIn.user_id) == account.id))).all())


async def test_with_the_password_a_reader_comes_in_and_goes_where_they_were_going(
    site: Site, browser: Resident, reader: Account
) -> None:
    await browser.open(f"/werk/{UTRECHT}/resultaten")
    assert browser.place == SIGN_IN
    page = await browser.press("Meld aan", {"email": [reader.email], "password": [PASSWORD]})
    assert browser.place == f"/werk/{UTRECHT}/resultaten"
    assert "Noor Jansen" in page.text
    await browser.open(SIGN_IN)
    assert browser.place == f"/werk/{UTRECHT}"


async def test_an_owner_gives_a_code_after_the_password_and_sees_nothing_before(
    site: Site, browser: Resident, owner: Account
) -> None:
    await give_password(browser, owner, going=f"/werk/{UTRECHT}/mensen")
    assert browser.place == f"{SIGN_IN}/tweede-stap"
    assert "Noor Jansen" not in browser.page.text
    half = cookie(browser)
    for address in (f"/werk/{UTRECHT}", "/werk", "/werk/account", "/werk/account/tweede-stap"):
        assert (await browser.client.get(address)).headers["location"].startswith(SIGN_IN)
    await browser.open(f"{SIGN_IN}/tweede-stap?verder=/werk/{UTRECHT}/mensen")
    await browser.press("Ga verder", {"code": [code(now())]})
    assert browser.place == f"/werk/{UTRECHT}/mensen"
    assert cookie(browser) != half


async def test_after_signing_out_the_cookie_opens_nothing(site: Site, browser: Resident, reader: Account) -> None:
    await give_password(browser, reader)
    held = cookie(browser)
    page = await browser.press("Afmelden")
    assert browser.place == SIGN_IN
    assert "U bent afgemeld." in page.text
    assert cookie(browser) == ""
    browser.client.cookies.set(COOKIE, held, domain="testserver.local", path="/werk")
    assert (await browser.client.get(f"/werk/{UTRECHT}")).status_code == 303
    assert await sign_ins(reader) == []


@pytest.mark.parametrize("email", ["own", "niemand@voorbeeld.nl"])
async def test_a_wrong_password_and_an_unknown_address_get_the_same_page(
    site: Site, browser: Resident, reader: Account, email: str
) -> None:
    await browser.open(SIGN_IN)
    given = {"email": [reader.email if email == "own" else email], "password": [OTHER_PASSWORD]}
    page = await browser.press("Meld aan", given)
    assert browser.answer.status_code == 422
    assert page.title.startswith("Fout: Aanmelden")
    assert (
        page.link("Het e-mailadres of het wachtwoord klopt niet. Probeer het opnieuw, of vraag een nieuw wachtwoord.")
        == "#email"
    )
    field = next(control for tag, control in page.elements if control.get("id") == "email")
    assert field["value"] == given["email"][0]
    assert (field["aria-invalid"], field["aria-describedby"].strip()) == ("true", "email-fout")
    assert OTHER_PASSWORD not in browser.answer.text
    assert await sign_ins(reader) == []


async def test_what_was_left_empty_is_told_all_at_once(site: Site, browser: Resident) -> None:
    await browser.open(SIGN_IN)
    page = await browser.press("Meld aan")
    assert browser.answer.status_code == 422
    assert {href for href, _ in page.links if href.startswith("#")} == {"#inhoud", "#email", "#password"}


async def test_fields_say_what_they_are_to_password_managers(site: Site, browser: Resident, owner: Account) -> None:
    page = await browser.open(SIGN_IN)
    kinds = {
        held["id"]: held.get("autocomplete")
        for _, held in page.elements
        if held.get("id") in {"email", "password", "code"}
    }
    assert kinds == {"email": "username", "password": "current-password"}
    await give_password(browser, owner)
    [field] = [held for _, held in browser.page.elements if held.get("id") == "code"]
    assert (field["autocomplete"], field["inputmode"]) == ("one-time-code", "numeric")


async def test_many_wrong_passwords_are_answered_with_a_wait(site: Site, browser: Resident, reader: Account) -> None:
    for number in range(28):
        attempt = reader.attempt(f"{OTHER_PASSWORD} {number}", network=f"198.51.100.{number}")
        await sign_in(site.database, site.settings, attempt, now=now(), wait=no_wait)
    await give_password(browser, reader)
    assert browser.answer.status_code == 429
    assert browser.answer.headers["retry-after"] == "60"
    assert "te veel pogingen" in browser.page.text


async def test_a_browser_keeps_no_cookie_that_it_chose_itself(site: Site, browser: Resident, owner: Account) -> None:
    """Session fixation: an attacker who could set the cookie of a victim gains nothing by it."""
    chosen = "gekozen-door-een-ander-gekozen-door-een-ander"
    browser.client.cookies.set(COOKIE, chosen, domain="testserver.local", path="/werk")
    assert (await browser.client.get(f"/werk/{UTRECHT}")).status_code == 303
    await give_password(browser, owner)
    half = {held.value for held in browser.client.cookies.jar if held.name == COOKIE} - {chosen}
    await browser.press("Ga verder", {"code": [code(now())]})
    whole = {held.value for held in browser.client.cookies.jar if held.name == COOKIE} - {chosen}
    assert len(half) == len(whole) == 1
    assert half != whole
    for secret in (chosen, *(held or "" for held in half)):
        assert await find_signed_in(site.database, secret, now=now()) is None
    assert len(await sign_ins(owner)) == 1


async def test_an_attacker_who_knows_the_cookie_of_the_first_step_is_not_in_after_the_second(
    site: Site, browser: Resident, owner: Account
) -> None:
    await give_password(browser, owner)
    attacker = site.browser()
    attacker.client.cookies.set(COOKIE, cookie(browser), domain="testserver.local", path="/werk")
    await browser.press("Ga verder", {"code": [code(now())]})
    assert (await browser.client.get(f"/werk/{UTRECHT}")).status_code == 200
    assert (await attacker.client.get(f"/werk/{UTRECHT}")).status_code == 303
    await attacker.client.aclose()


async def test_a_code_of_the_app_works_once(site: Site, browser: Resident, owner: Account) -> None:
    shown = code(now())
    await give_password(browser, owner)
    await browser.press("Ga verder", {"code": [shown]})
    assert browser.place == f"/werk/{UTRECHT}"
    thief = site.browser()
    await give_password(thief, owner)
    page = await thief.press("Ga verder", {"code": [shown]})
    assert thief.answer.status_code == 422
    assert "Deze code is al gebruikt" in page.text
    await thief.press("Ga verder", {"code": [code(now() + timedelta(seconds=30))]})
    assert thief.place == f"/werk/{UTRECHT}"
    await thief.client.aclose()


async def test_a_wrong_code_is_told_and_ten_of_them_end_the_tries(
    site: Site, browser: Resident, owner: Account
) -> None:
    await give_password(browser, owner)
    page = await browser.press("Ga verder", {"code": ["12345"]})
    assert page.title.startswith("Fout: Vul de code van uw app in")
    assert page.link("Deze code klopt niet. Typ de 6 cijfers die de app nu toont.") == "#code"
    for _ in range(10):
        await browser.press("Ga verder", {"code": [wrong_code(now())]})
        assert browser.answer.status_code == 422
    await browser.press("Ga verder", {"code": [code(now())]})
    assert browser.answer.status_code == 429
    assert browser.answer.headers["retry-after"] == "360"


async def test_without_a_half_sign_in_the_second_step_leads_to_the_first(
    site: Site, browser: Resident, reader: Account
) -> None:
    for page in ("tweede-stap", "herstelcode"):
        await browser.open(f"{SIGN_IN}/{page}")
        assert browser.place == SIGN_IN
        page_seal = [("zegel", browser.page.forms[0].fields[0].value), ("code", "123456")]
        await browser.post(f"{SIGN_IN}/{page}", page_seal)
        assert browser.place == SIGN_IN
    await give_password(browser, reader)
    await browser.open(f"{SIGN_IN}/tweede-stap")
    assert browser.place == f"/werk/{UTRECHT}"


async def test_who_was_too_late_with_the_code_begins_again(site: Site, browser: Resident, owner: Account) -> None:
    await give_password(browser, owner)
    async with shared_transaction(site.database) as session:
        long_ago = now() - timedelta(minutes=11)
        await session.exec(update(SignIn).where(col(SignIn.user_id) == owner.id).values(began_at=long_ago))
    page = await browser.press("Ga verder", {"code": [code(now())]})
    assert browser.place == SIGN_IN
    assert "Het duurde te lang" in page.text


ELSEWHERE = (
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https://evil.example",
    "https:/evil.example",
    "https:evil.example",
    "HTTPS://evil.example/werk",
    "javascript:alert(1)",
    "/werk//evil.example",
    "/werk/..//evil.example",
    "/werk/../GM0344",
    "/werk/./x",
    "/werkelders",
    "/werk@evil.example",
    "/werk?verder=//evil.example",
    "/werk#//evil.example",
    "/%2f%2fevil.example",
    "%2f%2fevil.example",
    "/werk%2f%2fevil.example",
    "/werk\r\nLocation: https://evil.example",
    "/werk\t//evil.example",
    "\x00/werk",
    " /werk",
    "/werk/\u2028",
    "／／evil.example",
    "",
    "/GM0344",
    "/werk/" + "a" * 400,
)


@pytest.mark.parametrize("going", ELSEWHERE)
def test_only_addresses_of_the_workplace_are_led_to(going: str) -> None:
    assert onward(going) == "/werk"


async def test_signing_in_leads_to_pages_of_the_workplace_only(
    site: Site, browser: Resident, reader: Account, owner: Account
) -> None:
    for going in ELSEWHERE:
        page = await browser.open(f"{SIGN_IN}?verder={quote(going, safe='')}")
        assert value_of(page, "verder") == "/werk"
    sent = {"zegel": value_of(page, "zegel"), "email": reader.email, "password": PASSWORD}
    for going in ELSEWHERE[:3]:
        visitor = site.browser()
        visitor.client.cookies.set(
            VISITOR_COOKIE, cookie(browser, VISITOR_COOKIE), domain="testserver.local", path="/werk"
        )
        answer = await visitor.client.post(SIGN_IN, data={**sent, "verder": going})
        assert (answer.status_code, answer.headers["location"]) == (303, "/werk")
        await visitor.client.aclose()
    await give_password(browser, owner)
    sent = {"zegel": value_of(browser.page, "zegel"), "code": code(now()), "verder": "//evil.example"}
    answer = await browser.client.post(f"{SIGN_IN}/tweede-stap", data=sent)
    assert (answer.status_code, answer.headers["location"]) == (303, "/werk")


@pytest.mark.parametrize("going", ["/werk", "/werk/GM0344", "/werk/GM0344/metingen/12", "/werk/landelijk/"])
def test_pages_of_the_workplace_are_led_to(going: str) -> None:
    assert onward(going) == going


async def test_the_cookies_are_out_of_reach_of_scripts_other_sites_and_other_pages(
    site: Site, browser: Resident, reader: Account
) -> None:
    await give_password(browser, reader)
    flags = {}
    for answer in browser.answers:
        for line in answer.headers.get_list("set-cookie"):
            pair, *given = line.split("; ")
            flags[pair.partition("=")[0]] = sorted(flag for flag in given if not flag.startswith("Max-Age"))
    lax = ["HttpOnly", "Path=/werk", "SameSite=lax"]
    assert flags == {COOKIE: lax, VISITOR_COOKIE: lax, MARK_COOKIE: lax}


@pytest.fixture
async def https_app(installation_settings: Settings) -> AsyncIterator[Litestar]:
    async with running(dataclasses.replace(installation_settings, base_url="https://ceo.example")) as app:
        yield app


async def test_over_https_every_cookie_of_staff_is_secure(https_app: Litestar) -> None:
    site = Site(https_app, https_app.state.installation.settings, iter(()))
    account = await add_account(site.database, site.settings, {UTRECHT: Role.READER})
    async with shared_transaction(site.database) as session:
        token = await make_link(session, account.id, MailPurpose.NEW_PASSWORD, now=now())
    transport = httpx.ASGITransport(app=https_app, client=("10.9.9.9", 4711))
    async with httpx.AsyncClient(transport=transport, base_url="https://ceo.example") as client:
        browser = Resident(client)
        await browser.open(LINK_PATH + token)
        await give_password(browser, account)
        cookies = [line for answer in browser.answers for line in answer.headers.get_list("set-cookie")]
        assert {line.partition("=")[0] for line in cookies} == {COOKIE, VISITOR_COOKIE, MARK_COOKIE, "ceo_link"}
        for line in cookies:
            assert {"Secure", "HttpOnly", "SameSite=lax"} <= set(line.split("; ")), line.partition("=")[0]


async def test_a_disabled_user_is_out_at_once_and_does_not_come_in(
    site: Site, browser: Resident, reader: Account
) -> None:
    await give_password(browser, reader)
    assert browser.place == f"/werk/{UTRECHT}"
    async with shared_transaction(site.database) as session:
        await session.exec(update(User).where(col(User.id) == reader.id).values(disabled=True))
    assert (await browser.client.get(f"/werk/{UTRECHT}")).status_code == 303
    await give_password(browser, reader)
    assert browser.answer.status_code == 422


async def test_the_language_can_be_chosen_before_signing_in(site: Site, browser: Resident) -> None:
    await browser.open(SIGN_IN)
    await browser.press("English")
    assert 'lang="en"' in browser.answer.text
    assert browser.place == SIGN_IN
    await browser.post(f"{SIGN_IN}/taal", [("zegel", browser.page.forms[0].fields[0].value), ("taal", "onzin")])
    assert 'lang="en"' in browser.answer.text


@pytest.fixture
async def mailing_site(installation_settings: Settings) -> AsyncIterator[tuple[Site, Mailbox]]:
    """A site of its own, with a mail server."""
    async with open_mailbox() as mailbox:
        settings = dataclasses.replace(installation_settings, mail=mailbox.server)
        async with running(settings) as app:
            yield Site(app, settings, iter(())), mailbox


async def test_a_forgotten_password_is_replaced_by_mail_and_the_address_tells_nothing(
    mailing_site: tuple[Site, Mailbox], caplog: pytest.LogCaptureFixture
) -> None:
    site, mailbox = mailing_site
    account = await add_account(site.database, site.settings, {UTRECHT: Role.READER})
    browser = site.browser()
    texts = []
    with caplog.at_level(logging.DEBUG):
        for email in ("niemand@voorbeeld.nl", account.email):
            await browser.open(SIGN_IN)
            await browser.open(browser.page.link("Ik weet mijn wachtwoord niet"))
            await browser.press("Stuur mij een link", {"email": [email]})
            texts.append((browser.answer.status_code, browser.page.text))
        assert texts[0] == texts[1]
        [mail] = mailbox.mails
        link = next(line for line in mail.get_content().splitlines() if LINK_PATH in line)
        token = link.rpartition("/")[2]
        followed = await browser.client.get(link)
        assert followed.headers["referrer-policy"] == HIDES_ADDRESS
        await browser.open(link)
        assert browser.place == f"{SIGN_IN}/wachtwoord"
        assert browser.page.headings == ["Kies een nieuw wachtwoord"]
        for refused, field in (
            ({"new": [OTHER_PASSWORD], "again": [PASSWORD]}, "#again"),
            ({"new": ["Welkom2026!!"], "again": ["Welkom2026!!"]}, "#new"),
        ):
            page = await browser.press("Bewaar het wachtwoord", refused)
            assert browser.answer.status_code == 422
            assert field in {href for href, _ in page.links}
        page = await browser.press("Bewaar het wachtwoord", {"new": [OTHER_PASSWORD], "again": [OTHER_PASSWORD]})
        assert "Uw wachtwoord is bewaard" in page.text
        await browser.press("Meld aan", {"email": [account.email], "password": [OTHER_PASSWORD]})
        assert browser.place == f"/werk/{UTRECHT}"
    for answer in browser.answers:
        assert token not in answer.text
    ours = [
        record for record in caplog.records if not record.name.startswith(("httpx", "httpcore", "mail.log", "aiosmtpd"))
    ]
    assert token not in "\n".join(record.getMessage() for record in ours)
    await browser.open(link)
    assert browser.answer.status_code == 410
    assert browser.page.headings == ["Deze link werkt niet meer"]
    await browser.client.aclose()


async def test_following_a_link_changes_nothing(site: Site, browser: Resident, reader: Account) -> None:
    async with shared_transaction(site.database) as session:
        token = await make_link(session, reader.id, MailPurpose.INVITATION, now=now())
    scanner = site.browser()
    for method in ("GET", "HEAD", "GET"):
        answer = await scanner.client.request(method, LINK_PATH + token)
        assert answer.status_code in {303, 405}
    assert (await scanner.client.get(LINK_PATH + token, headers={"sec-purpose": "prefetch"})).status_code == 425
    await scanner.open(LINK_PATH + token)
    await scanner.client.aclose()
    before = (await reader.user()).password
    await browser.open(LINK_PATH + token)
    assert (await reader.user()).password == before
    page = await browser.press("Bewaar het wachtwoord", {"new": [OTHER_PASSWORD], "again": [OTHER_PASSWORD]})
    assert "Uw wachtwoord is bewaard" in page.text
    assert (await reader.user()).password != before


async def test_a_new_password_signs_out_every_browser(site: Site, browser: Resident, reader: Account) -> None:
    await give_password(browser, reader)
    async with shared_transaction(site.database) as session:
        token = await make_link(session, reader.id, MailPurpose.NEW_PASSWORD, now=now())
    other = site.browser()
    await other.open(LINK_PATH + token)
    await other.press("Bewaar het wachtwoord", {"new": [OTHER_PASSWORD], "again": [OTHER_PASSWORD]})
    assert (await browser.client.get(f"/werk/{UTRECHT}")).status_code == 303
    await other.client.aclose()


@pytest.mark.parametrize("token", ["onzin", "x" * 500, "%00", "a%2Fb"])
async def test_a_link_that_was_never_made_does_nothing(site: Site, browser: Resident, token: str) -> None:
    await browser.open(LINK_PATH + token)
    assert browser.answer.status_code in {404, 410}
    await browser.open(f"{SIGN_IN}/wachtwoord")
    assert browser.answer.status_code == 410


async def test_without_a_mail_server_the_page_says_whom_to_ask(site: Site, browser: Resident) -> None:
    page = await browser.open(f"{SIGN_IN}/vergeten")
    assert page.forms == []
    assert "Vraag de beheerder van CEO om een link" in page.text


async def test_a_network_asks_for_no_more_than_twenty_mails_at_once(
    mailing_site: tuple[Site, Mailbox],
) -> None:
    site, mailbox = mailing_site
    browser = site.browser()
    sent = {"zegel": value_of(await browser.open(f"{SIGN_IN}/vergeten"), "zegel"), "email": "niemand@voorbeeld.nl"}
    statuses = [(await browser.client.post(f"{SIGN_IN}/vergeten", data=sent)).status_code for _ in range(24)]
    # One more may have come free in the seconds that this takes.
    assert statuses[:20] == [303] * 20
    assert statuses[-1] == 429
    assert mailbox.mails == []
    await browser.client.aclose()
