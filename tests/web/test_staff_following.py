"""The page on which fieldwork is followed, and the one on which requests of clients are handled."""

from __future__ import annotations

import json

import pytest
from arrangements import fill_in, hand_in
from sqlmodel import select
from web.running import Site
from web.staffing import staff_browser

from ceo.storage.audit import AuditRecord
from ceo.storage.contacts import Invitation
from ceo.storage.rounds import Promise, Round
from ceo.storage.tenancy import reading_across, tenant_transaction
from ceo.workflows.rights import Role

pytestmark = pytest.mark.anyio


async def test_the_response_is_shown_by_group_with_what_was_expected(site: Site) -> None:
    opened = await site.round(invited={"Begeleiding": 60})
    await fill_in(site.database, opened, 0, send=True)
    await hand_in(site.database, opened, 12, first=20)
    browser = await staff_browser(site, {opened.municipality: Role.ANALYST})
    page = await browser.open(f"/werk/{opened.municipality}/veldwerk/{opened.round_id}/respons")
    assert "Begeleiding 600 60 1 21" in page.text
    assert "Niets gehoord (UH) 59" in page.text
    assert "op internet 13" in page.text


async def test_without_invitations_the_page_says_what_will_stand_there(site: Site) -> None:
    opened = await site.round(invited={"Begeleiding": 0})
    browser = await staff_browser(site, {opened.municipality: Role.ANALYST})
    page = await browser.open(f"/werk/{opened.municipality}/veldwerk/{opened.round_id}/respons")
    assert "Er is nog niemand uitgenodigd." in page.text


async def test_what_is_held_about_a_code_is_shown_given_as_a_file_and_removed(site: Site) -> None:
    opened = await site.round()
    await fill_in(site.database, opened, 0, send=False)
    browser = await staff_browser(site, {opened.municipality: Role.FIELDWORKER})
    address = f"/werk/{opened.municipality}/veldwerk/{opened.round_id}/inzage"
    await browser.open(address)
    page = await browser.press("Zoek op", {"wie": [opened.codes[0]]})
    assert "begonnen, niet verstuurd" in page.text
    assert opened.codes[0] not in browser.place
    form = next(form for form in page.forms if ("wat", "bestand", "Download dit als bestand") in form.buttons)
    answer = await browser.client.post(form.action, data=dict(form.filled({}, "Download dit als bestand")))
    assert json.loads(answer.text)["state"] == "started"
    page = await browser.press("Haal deze persoon eruit")
    assert "Deze persoon is uit de meting gehaald." in page.text
    page = await browser.press("Zoek op", {"wie": [opened.codes[0]]})
    assert "wil niet meedoen" in page.text
    async with reading_across(site.database) as session:
        told = [row.after for row in await session.exec(select(AuditRecord)) if row.place == opened.municipality]
    assert {"removed": ["draft", "invitation"], "asked_no_more": False} in told


async def test_of_somebody_in_a_series_the_page_tells_of_the_pseudonym_and_what_it_is_for(site: Site) -> None:
    opened = await site.round(promise=Promise.PSEUDONYMOUS)
    async with tenant_transaction(site.database, opened.municipality) as session:
        its_round = await session.get_one(Round, opened.round_id)
        its_round.series, its_round.wave = "hulp-thuis", 0
        (await session.get_one(Invitation, opened.key(0).access_hash)).masked_person_key = "5e" * 32
    browser = await staff_browser(site, {opened.municipality: Role.FIELDWORKER})
    await browser.open(f"/werk/{opened.municipality}/veldwerk/{opened.round_id}/inzage")
    page = await browser.press("Zoek op", {"wie": [opened.codes[0]]})
    assert "Schuilnaam voor herhaald meten Ja, in de reeks hulp-thuis." in page.text
    assert "5e5e" not in page.text
    page = await browser.press("Zoek op", {"wie": [opened.codes[1]]})
    assert "Schuilnaam" not in page.text


async def test_about_an_unknown_code_the_page_says_so(site: Site) -> None:
    opened = await site.round()
    browser = await staff_browser(site, {opened.municipality: Role.FIELDWORKER})
    await browser.open(f"/werk/{opened.municipality}/veldwerk/{opened.round_id}/inzage")
    for typed in ("", "BCDF-GHJK-3467"):
        page = await browser.press("Zoek op", {"wie": [typed]})
        assert browser.answer.status_code == 422
        assert page.title.startswith("Fout:")
