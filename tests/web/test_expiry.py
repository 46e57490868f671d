import asyncio
import logging
from datetime import timedelta
from typing import Any

import pytest
from arrangements import OpenedRound
from installation import as_owner
from sqlalchemy import text
from sqlmodel import select
from web.reading import Resident
from web.running import Site, running
from web.walking import NEXT, SKIP, come_in, to_review

from ceo.clock import dutch_day
from ceo.settings import Settings
from ceo.storage.database import open_database
from ceo.storage.rounds import Round
from ceo.storage.submissions import Draft
from ceo.storage.tenancy import reading_across, tenant_transaction
from ceo.web.held_keys import COOKIE
from ceo.workflows.answering import arriving

pytestmark = pytest.mark.anyio

STORY = "De hulp komt elke week.\nDat is <b>fijn</b>."
PLACES = ("vraag/gesprek", "controle", "toestemming/VER01")


async def close(site: Site, opened: OpenedRound, *, days_ago: int = 1) -> None:
    """Let a round be closed by now."""
    async with tenant_transaction(site.database, opened.municipality) as session:
        its_round = await session.get_one(Round, opened.round_id)
        its_round.closes_on = dutch_day() - timedelta(days=days_ago)


async def at_story(site: Site, browser: Resident) -> OpenedRound:
    opened = await site.round()
    await come_in(site, browser, opened)
    while browser.page.form.asked != {"VER01"}:
        await browser.press(SKIP)
    return opened


def shown_back(browser: Resident) -> list[str]:
    """The texts that can be copied from the page."""
    page = browser.page
    areas = [attributes for tag, attributes in page.elements if tag == "textarea"]
    assert all("readonly" in attributes for attributes in areas)
    return [part.split("</textarea>")[0].split(">\n", 1)[1] for part in browser.answer.text.split("<textarea")[1:]]


async def test_who_lost_the_key_is_told_so_and_led_to_the_code(site: Site, browser: Resident) -> None:
    opened = await site.round()
    await come_in(site, browser, opened)
    browser.client.cookies.delete(COOKIE)
    for place in PLACES:
        page = await browser.post(f"/{opened.municipality}/{place}", [("GES01", "ja"), ("versie", "0")])
        assert [answer.status_code for answer in browser.answers[-2:]] == [303, 200], place
        assert page.headings == ["Deze pagina is verlopen"]
        assert "Wat u eerder invulde, is bewaard." in page.text
    await browser.open(page.link("Vul uw code in"))
    await browser.press("Ga naar de vragenlijst", {"code": [opened.codes[0]]})
    assert browser.page.headings[0] == "Welkom terug"


async def test_who_has_come_in_again_goes_on_from_the_expired_page(site: Site, browser: Resident) -> None:
    opened = await site.round()
    await come_in(site, browser, opened)
    await browser.open(f"/{opened.municipality}/verlopen")
    assert browser.place == f"/{opened.municipality}/welkom"


async def test_who_sends_after_the_round_has_closed_is_told_so(site: Site, browser: Resident) -> None:
    opened = await site.round()
    await come_in(site, browser, opened)
    await close(site, opened)
    for place in PLACES:
        page = await browser.post(f"/{opened.municipality}/{place}", [("GES01", "ja"), ("versie", "0")])
        assert page.headings == ["De vragenlijst is gesloten"], place
        assert browser.answer.status_code == 410


async def test_a_story_that_comes_after_closing_is_shown_once_more_to_be_copied(site: Site, browser: Resident) -> None:
    opened = await at_story(site, browser)
    await close(site, opened)
    page = await browser.press(NEXT, {"VER01": [STORY]})
    assert browser.answer.status_code == 410
    assert page.headings == ["Deze pagina is verlopen", "Dit had u geschreven"]
    assert "De vragenlijst is gesloten." in page.text
    assert shown_back(browser) == ["De hulp komt elke week.\nDat is &lt;b&gt;fijn&lt;/b&gt;."]
    assert browser.answer.headers["cache-control"] == "no-store"


async def test_a_story_that_comes_without_a_key_is_shown_once_more_and_the_draft_is_still_there(
    site: Site, browser: Resident
) -> None:
    opened = await at_story(site, browser)
    place, form = browser.place, browser.page.form
    browser.client.cookies.delete(COOKIE)
    await browser.post(form.action, form.filled({"VER01": [STORY]}, NEXT))
    assert browser.answer.status_code == 410
    assert len(shown_back(browser)) == 1
    await browser.open(f"/{opened.municipality}/code/{opened.codes[0]}")
    await browser.press("Ga verder")
    assert browser.place == place


async def test_a_story_that_comes_after_sending_in_another_window_is_shown_once_more(
    site: Site, browser: Resident
) -> None:
    opened = await site.round()
    await to_review(site, browser, opened)
    cookies = dict(browser.client.cookies)
    await browser.press("Verstuur mijn antwoorden")
    browser.client.cookies.update(cookies)
    page = await browser.post(f"/{opened.municipality}/vraag/verhaal", [("VER01", STORY), ("versie", "3")])
    assert browser.answer.status_code == 410
    assert "Met uw code is de vragenlijst al verstuurd" in page.text
    assert len(shown_back(browser)) == 1
    page = await browser.open(page.link("Ga verder"))
    assert page.headings == ["U heeft de vragenlijst al ingevuld"]


async def test_opening_an_address_without_a_key_leads_to_the_code_as_ever(site: Site, browser: Resident) -> None:
    opened = await site.round()
    for place in (*PLACES, "kopie", "kopie/pdf", "stoppen", "verder"):
        await browser.open(f"/{opened.municipality}/{place}")
        assert browser.place == f"/{opened.municipality}", place


async def test_a_page_that_does_not_exist_leads_on_to_where_its_visitor_was(site: Site, browser: Resident) -> None:
    opened = await site.round()
    page = await browser.open(f"/{opened.municipality}/bestaat/niet")
    assert browser.answer.status_code == 404
    name = site.installation.municipalities[opened.municipality].name
    assert page.link(f"Vul uw code in bij de gemeente {name}") == f"/{opened.municipality}"
    await come_in(site, browser, opened)
    page = await browser.open(f"/{opened.municipality}/bestaat/niet")
    await browser.open(page.link("Ga verder met de vragenlijst"))
    assert browser.place.endswith("/vraag/gesprek")


async def test_the_server_removes_drafts_of_closed_rounds_when_it_starts(
    installation_settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    today = dutch_day()
    with caplog.at_level(logging.INFO, logger="ceo.web.upkeep"):  # of the first one too: its upkeep may come late
        async with running(installation_settings) as app:
            opened = await Site(app, installation_settings, iter(["GM0344"])).round()
            await arriving.start(app.state.installation.database, opened.key(), today=today)
            await close(Site(app, installation_settings, iter([])), opened, days_ago=2)
        async with running(installation_settings) as again:
            await settled(again.state.installation.database)
    async with open_database(installation_settings.database_url) as database, reading_across(database) as session:
        assert (await session.exec(select(Draft))).all() == []
    [record] = [record for record in caplog.records if record.name == "ceo.web.upkeep"]
    assert record.getMessage() == "upkeep removed 1 drafts, 0 attempts, 0 markers"


async def settled(database: Any) -> None:
    """Wait until the upkeep of the start is done."""
    for _ in range(500):
        async with reading_across(database) as session:
            if not (await session.exec(select(Draft))).all():
                return
        await asyncio.sleep(0.01)


async def test_upkeep_that_fails_is_logged_and_the_server_goes_on(
    installation_settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(installation_settings) as app, as_owner(app.state.installation.database) as connection:
        await connection.execute(text("ALTER TABLE draft RENAME TO elsewhere"))
    async with running(installation_settings) as again:
        answer = await Site(again, installation_settings, iter([])).browser().open("/")
        assert answer.headings
    assert {record.getMessage() for record in caplog.records if record.name == "ceo.web.upkeep"} == {"upkeep failed"}
