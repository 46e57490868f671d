"""Who may open a page of the workplace, and what others are told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, update
from web.running import Site
from web.staffing import add_staff, signed_in_browser, staff_browser

from ceo.storage.people import NATIONAL, SignIn, User
from ceo.storage.tenancy import shared_transaction
from ceo.web.staff.access import COOKIE
from ceo.workflows.rights import Role
from ceo.workflows.staff.signed_in import begin_sign_in, find_signed_in

pytestmark = pytest.mark.anyio


async def test_whoever_is_not_signed_in_is_led_to_signing_in_and_from_there_back(site: Site) -> None:
    browser = site.browser()
    answer = await browser.client.get("/werk/GM0344")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/werk/aanmelden?verder=/werk/GM0344"


async def test_a_member_sees_the_municipality_and_no_other(site: Site) -> None:
    browser = await staff_browser(site, {"GM0344": Role.READER})
    assert "Utrecht" in (await browser.open("/werk/GM0344")).title
    await browser.open("/werk/GM0363")
    assert browser.answer.status_code == 404
    await browser.open("/werk/landelijk")
    assert browser.answer.status_code == 404


@pytest.mark.parametrize("address", ["/werk/GM0344/bestaat-niet/x", "/werk/zomaar/1/2", "/werk/landelijk/x/y"])
async def test_an_unknown_address_of_the_workplace_speaks_to_staff_in_their_language(site: Site, address: str) -> None:
    browser = site.browser()
    page = await browser.open(address)
    assert browser.answer.status_code == 404
    assert page.headings[0] == "Deze pagina bestaat niet"
    assert page.link("Naar het overzicht") == "/werk"
    assert "brief" not in page.text
    answer = await browser.client.get(address, headers={"accept-language": "en"})
    assert "This page does not exist" in answer.text
    english = await staff_browser(site, {"GM0344": Role.READER}, language="en")
    assert (await english.open(address)).headings[0] == "This page does not exist"
    inside = address.startswith("/werk/GM0344")
    assert english.page.link("To the overview") == ("/werk/GM0344" if inside else "/werk")
    assert ("Utrecht" in english.page.title) == inside
    public = await site.browser().open("/werkplek/x/y/z")
    assert "Naar het overzicht" not in public.text


async def test_with_one_place_the_start_leads_there_and_with_more_it_asks(site: Site) -> None:
    one = await staff_browser(site, {"GM0344": Role.READER})
    await one.open("/werk")
    assert one.place == "/werk/GM0344"
    more = await staff_browser(site, {"GM0344": Role.REGIONAL, "GM0310": Role.REGIONAL})
    page = await more.open("/werk")
    assert [text for _, text in page.links if text in {"Utrecht", "De Bilt", "Amsterdam"}] == ["De Bilt", "Utrecht"]


async def test_the_navigation_shows_what_the_role_may_open(site: Site) -> None:
    reader = await staff_browser(site, {"GM0344": Role.READER})
    owner = await staff_browser(site, {"GM0344": Role.OWNER})
    seen = {text for _, text in (await reader.open("/werk/GM0344")).links}
    assert "Resultaten" in seen
    assert not {"Mensen", "Logboek", "Verhalen"} & seen
    assert {"Mensen", "Logboek", "Verhalen"} <= {text for _, text in (await owner.open("/werk/GM0344")).links}


async def test_the_workplace_speaks_the_language_of_its_user(site: Site) -> None:
    browser = await staff_browser(site, {"GM0344": Role.READER}, language="en")
    page = await browser.open("/werk/GM0344")
    assert 'lang="en"' in browser.answer.text
    assert page.headings[0] == "Overview"


async def test_who_can_do_more_than_read_first_sets_up_a_second_factor(site: Site) -> None:
    for role, status in ((Role.READER, 200), (Role.EDITOR, 303)):
        user_id = await add_staff(site.database, {"GM0344": role})
        async with shared_transaction(site.database) as session:
            await session.exec(update(User).where(col(User.id) == user_id).values(password="set"))
        browser = await signed_in_browser(site, user_id)
        answer = await browser.client.get("/werk/GM0344")
        assert (role, answer.status_code) == (role, status)


async def test_a_disabled_user_is_out_at_once(site: Site) -> None:
    user_id = await add_staff(site.database, {"GM0344": Role.OWNER})
    browser = await signed_in_browser(site, user_id)
    assert (await browser.client.get("/werk/GM0344")).status_code == 200
    async with shared_transaction(site.database) as session:
        await session.exec(update(User).where(col(User.id) == user_id).values(disabled=True))
    assert (await browser.client.get("/werk/GM0344")).status_code == 303


async def test_a_sign_in_ends_after_an_idle_hour_and_after_twelve_hours_in_any_case(site: Site) -> None:
    began = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
    user_id = await add_staff(site.database, {NATIONAL: Role.NATIONAL_EDITOR})
    idle = await begin_sign_in(site.database, user_id, complete=True, device="", now=began)
    assert await find_signed_in(site.database, idle, now=began + timedelta(minutes=60)) is not None
    assert await find_signed_in(site.database, idle, now=began + timedelta(minutes=121)) is None
    busy = await begin_sign_in(site.database, user_id, complete=True, device="", now=began)
    for half_hours in range(1, 25):
        moment = began + timedelta(minutes=30 * half_hours)
        assert await find_signed_in(site.database, busy, now=moment) is not None, half_hours
    assert await find_signed_in(site.database, busy, now=began + timedelta(hours=12, seconds=1)) is None


async def test_a_cookie_that_the_browser_chose_means_nothing(site: Site) -> None:
    browser = site.browser()
    async with shared_transaction(site.database) as session:
        assert await session.get(SignIn, "gekozen") is None
    browser.client.cookies.set(COOKIE, "gekozen", domain="testserver.local", path="/werk")
    assert (await browser.client.get("/werk/GM0344")).status_code == 303


async def test_a_fault_of_ours_is_told_in_the_workplace_and_the_log_names_the_route(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("stuk")

    monkeypatch.setattr("ceo.web.staff.searching.search", broken)
    browser = await staff_browser(site, {"GM0344": Role.READER})
    page = await browser.open("/werk/GM0344/zoeken?q=geheim")
    assert browser.answer.status_code == 500
    assert page.headings == ["Er ging bij ons iets mis"]
    assert "/werk/{municipality_code" in caplog.text
    assert "geheim" not in caplog.text
