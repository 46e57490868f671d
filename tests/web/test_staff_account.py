"""The pages of one's own account, as a browser without script sees them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from signing import CHEAP, OTHER_PASSWORD, PASSWORD, Account, add_account, code
from web.reading import Resident
from web.running import Site
from web.staffing import staff_browser

from ceo.web.staff.access import COOKIE
from ceo.workflows.rights import Role
from ceo.workflows.staff import passwords
from ceo.workflows.staff.second_factor import code_at

pytestmark = pytest.mark.anyio

UTRECHT = "GM0344"
ACCOUNT = "/werk/account"


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "COST", CHEAP)


@pytest.fixture
async def reader(site: Site) -> Account:
    return await add_account(site.database, site.settings, {UTRECHT: Role.READER})


@pytest.fixture
async def editor(site: Site) -> Account:
    """Somebody who still has to set up a second factor."""
    return await add_account(site.database, site.settings, {UTRECHT: Role.EDITOR})


def now() -> datetime:
    return datetime.now(UTC)


async def come_in(browser: Resident, account: Account, password: str = PASSWORD) -> None:
    await browser.open("/werk/aanmelden")
    await browser.press("Meld aan", {"email": [account.email], "password": [password]})


def cookie(browser: Resident) -> str:
    return next(str(held.value) for held in browser.client.cookies.jar if held.name == COOKIE)


def secret_on(browser: Resident) -> str:
    found = re.search(r"<code>([A-Z2-7 ]{32,})</code>", browser.answer.text)
    assert found is not None
    return found[1].replace(" ", "")


async def test_an_editor_is_led_to_the_second_factor_sets_it_up_and_then_works(
    site: Site, browser: Resident, editor: Account
) -> None:
    await come_in(browser, editor)
    assert browser.place == f"{ACCOUNT}/tweede-stap"
    assert browser.page.headings[0] == "Stel de tweede stap in"
    before = cookie(browser)
    secret = secret_on(browser)
    page = await browser.press("Stel in", {"code": ["123"]})
    assert browser.answer.status_code == 422
    assert page.title.startswith("Fout:")
    assert page.link("Deze code klopt niet. Typ de 6 cijfers die de app nu toont.") == "#code"
    assert secret_on(browser) == secret
    page = await browser.press("Stel in", {"code": [code_at(secret, now())]})
    assert page.headings == ["Bewaar uw herstelcodes"]
    codes = re.findall(r"<code>([A-Z0-9-]{14})</code>", browser.answer.text)
    assert len(codes) == 10
    assert cookie(browser) != before
    await browser.open(page.link("Ik heb ze bewaard: ga verder"))
    assert browser.place == f"/werk/{UTRECHT}"
    await browser.press("Afmelden")
    await come_in(browser, editor)
    await browser.open(browser.page.link("Ik heb mijn telefoon niet: gebruik een herstelcode"))
    page = await browser.press("Ga verder", {"code": ["BCDF-GHJK-3467"]})
    assert page.title.startswith("Fout: Vul een herstelcode in")
    page = await browser.press("Ga verder", {"code": [codes[4].lower().replace("-", " ")]})
    assert browser.place == f"{ACCOUNT}/tweede-stap"
    assert "U heeft nog 9 herstelcodes." in page.text


async def test_the_forms_on_the_page_of_the_codes_belong_to_the_new_sign_in(
    site: Site, browser: Resident, editor: Account
) -> None:
    await come_in(browser, editor)
    await browser.press("Stel in", {"code": [code_at(secret_on(browser), now())]})
    await browser.press("Afmelden")
    assert "U bent afgemeld." in browser.page.text


async def test_the_picture_of_the_secret_has_no_style_and_no_script_and_a_name(
    site: Site, browser: Resident, editor: Account
) -> None:
    await come_in(browser, editor)
    drawing = re.search(
        r'<div class="qr" role="img" aria-label="[^"]+">(<svg.*?</svg>)', browser.answer.text, re.DOTALL
    )
    assert drawing is not None
    assert "style" not in drawing[1]
    assert secret_on(browser) not in drawing[1]
    assert browser.page.link("Staat de app op dit apparaat? Open hem met deze link").startswith("otpauth://totp/CEO:")


async def test_a_page_of_before_another_sign_in_sets_nothing_up(site: Site, browser: Resident, editor: Account) -> None:
    await come_in(browser, editor)
    old = browser.page.form if len(browser.page.forms) == 1 else browser.page.forms[-1]
    secret = secret_on(browser)
    await come_in_anew(browser, editor)
    sent = [(control.name, control.value) for control in browser.page.forms[-1].fields if control.name == "zegel"]
    sent += [(control.name, control.value) for control in old.fields if control.name == "sleutel"]
    await browser.post(old.action, [*sent, ("code", code_at(secret, now()))])
    assert browser.answer.status_code == 422
    assert "Deze pagina was te oud" in browser.page.text
    assert secret_on(browser) != secret


async def come_in_anew(browser: Resident, account: Account) -> None:
    browser.client.cookies.clear()
    await come_in(browser, account)


async def test_with_a_second_factor_it_can_be_replaced_but_not_removed_by_who_must_have_it(
    site: Site, browser: Resident
) -> None:
    owner = await add_account(site.database, site.settings, {UTRECHT: Role.OWNER}, second_factor=True)
    await come_in(browser, owner)
    await browser.press("Ga verder", {"code": [code(now())]})
    page = await browser.open(f"{ACCOUNT}/tweede-stap")
    assert "Verwijder de tweede stap" not in page.text
    assert (await browser.client.get(f"{ACCOUNT}/tweede-stap/verwijderen")).status_code == 403
    await browser.open(page.link("Andere telefoon of app: stel de tweede stap opnieuw in"))
    secret = secret_on(browser)
    given = {"code": [code_at(secret, now())], "password": [OTHER_PASSWORD]}
    page = await browser.press("Stel in", given)
    assert page.link("Dit is niet uw wachtwoord. Typ het wachtwoord waarmee u zich aanmeldt.") == "#password"
    await browser.press("Stel in", {"code": [code_at(secret, now())], "password": [PASSWORD]})
    assert browser.page.headings == ["Bewaar uw herstelcodes"]
    await browser.press("Afmelden")
    await come_in(browser, owner)
    await browser.press("Ga verder", {"code": [code_at(secret, now() + timedelta(seconds=30))]})
    assert browser.place == f"/werk/{UTRECHT}"


async def test_a_reader_makes_new_codes_and_removes_the_second_factor_with_the_password(
    site: Site, browser: Resident, reader: Account
) -> None:
    await come_in(browser, reader)
    page = await browser.open(ACCOUNT)
    await browser.open(page.link("Stel een tweede stap in"))
    await browser.press("Stel in", {"code": [code_at(secret_on(browser), now())]})
    page = await browser.open(f"{ACCOUNT}/tweede-stap")
    await browser.open(page.link("Maak nieuwe herstelcodes"))
    await browser.press("Maak nieuwe codes", {"password": ["onzin"]})
    assert browser.answer.status_code == 422
    page = await browser.press("Maak nieuwe codes", {"password": [PASSWORD]})
    assert "De codes van eerder werken niet meer." in page.text
    page = await browser.open(f"{ACCOUNT}/tweede-stap/verwijderen")
    await browser.press("Verwijder de tweede stap", {"password": ["onzin"]})
    assert browser.answer.status_code == 422
    page = await browser.press("Verwijder de tweede stap", {"password": [PASSWORD]})
    assert "De tweede stap is verwijderd." in page.text
    assert (await reader.user()).totp is None
    for gone in ("herstelcodes", "verwijderen"):
        await browser.open(f"{ACCOUNT}/tweede-stap/{gone}")
        assert browser.place == f"{ACCOUNT}/tweede-stap"


async def test_a_changed_password_signs_out_other_browsers_and_keeps_this_one(
    site: Site, browser: Resident, reader: Account
) -> None:
    other = site.browser()
    await come_in(other, reader)
    await come_in(browser, reader)
    held = cookie(browser)
    await browser.open(f"{ACCOUNT}/wachtwoord")
    button = "Verander het wachtwoord"
    page = await browser.press(button, {"old": [PASSWORD], "new": [OTHER_PASSWORD], "again": ["anders"]})
    assert page.link("De twee wachtwoorden zijn niet hetzelfde. Typ het nieuwe wachtwoord nog een keer.") == "#again"
    page = await browser.press(button, {"old": ["onzin"], "new": ["Welkom2026"], "again": ["Welkom2026"]})
    assert browser.answer.status_code == 422
    assert {href for href, _ in page.links if href.startswith("#")} == {"#inhoud", "#new", "#old"}
    assert "12 tekens of meer" in page.text
    assert "Welkom2026" not in browser.answer.text
    await browser.press(button, {"old": [PASSWORD], "new": [OTHER_PASSWORD], "again": [OTHER_PASSWORD]})
    assert browser.place == ACCOUNT
    assert "Uw wachtwoord is veranderd." in browser.page.text
    assert cookie(browser) != held
    assert (await other.client.get(f"/werk/{UTRECHT}")).status_code == 303
    await come_in(other, reader, OTHER_PASSWORD)
    assert other.place == f"/werk/{UTRECHT}"
    await other.client.aclose()


async def test_password_fields_say_which_password_they_want(site: Site, browser: Resident, reader: Account) -> None:
    await come_in(browser, reader)
    page = await browser.open(f"{ACCOUNT}/wachtwoord")
    kinds = {
        held["name"]: held["autocomplete"]
        for _, held in page.elements
        if "autocomplete" in held and held["name"] != "q"
    }
    assert kinds == {"username": "username", "old": "current-password", "new": "new-password", "again": "new-password"}


async def test_the_sign_ins_are_listed_with_their_browser_and_can_be_ended(
    site: Site, browser: Resident, reader: Account
) -> None:
    browser.client.headers["user-agent"] = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    other = site.browser()
    other.client.headers["user-agent"] = (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1"
    )
    await come_in(other, reader)
    await come_in(browser, reader)
    page = await browser.open(f"{ACCOUNT}/aanmeldingen")
    assert "Firefox, Linux deze browser" in page.text
    assert "Safari, iPhone" in page.text
    await browser.press("Meld daar af: Safari, iPhone")
    assert "U bent daar afgemeld." in browser.page.text
    assert (await other.client.get(f"/werk/{UTRECHT}")).status_code == 303
    await browser.press("Meld mij overal af")
    assert browser.place == "/werk/aanmelden"
    assert (await browser.client.get(f"/werk/{UTRECHT}")).status_code == 303
    await other.client.aclose()


async def test_name_and_language_are_kept(site: Site, browser: Resident, reader: Account) -> None:
    await come_in(browser, reader)
    page = await browser.open(ACCOUNT)
    seal = next(control.value for control in page.forms[-1].fields if control.name == "zegel")
    await browser.post(ACCOUNT, [("zegel", seal), ("name", ""), ("language", "nl")])
    assert browser.answer.status_code == 422
    await browser.post(ACCOUNT, [("zegel", seal), ("name", "Noor <b>de Wit</b>"), ("language", "onzin")])
    assert "Noor <b>de Wit</b>" in browser.page.text
    assert "Uw gegevens zijn bewaard." in browser.page.text
    await browser.post(ACCOUNT, [("zegel", seal), ("name", "Noor de Wit"), ("language", "en")])
    assert 'lang="en"' in browser.answer.text


async def test_who_signs_in_elsewhere_is_told_where_the_password_is(site: Site) -> None:
    browser = await staff_browser(site, {UTRECHT: Role.OWNER})
    page = await browser.open(ACCOUNT)
    assert "U meldt zich aan met het account van uw gemeente." in page.text
    assert f"{ACCOUNT}/wachtwoord" not in {href for href, _ in page.links}
    for own in ("wachtwoord", "tweede-stap", "tweede-stap/instellen"):
        await browser.open(f"{ACCOUNT}/{own}")
        assert browser.place == ACCOUNT


async def test_no_page_of_signing_in_or_the_account_has_style_or_script_of_its_own(
    site: Site, browser: Resident, editor: Account
) -> None:
    await browser.open("/werk/aanmelden/vergeten")
    await come_in(browser, editor)
    for part in ("", "/wachtwoord", "/tweede-stap", "/aanmeldingen"):
        await browser.open(ACCOUNT + part)
    for answer in browser.answers:
        assert "<style" not in answer.text
        assert re.findall(r"<script(?! src=)", answer.text) == []
        assert not re.search(r"<[^>]+\s(style|on\w+)=", answer.text)
