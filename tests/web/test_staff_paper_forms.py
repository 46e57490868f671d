"""Papieren vragenlijsten in the workplace: looking at a form, ordering copies, fetching them once they are there."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader
from web.running import Site
from web.staffing import staff_browser

from ceo.clock import dutch_day, now
from ceo.storage.rounds import Round
from ceo.storage.tenancy import tenant_transaction
from ceo.workflows.inviting.paper_editions import SPECIMEN
from ceo.workflows.jobs.worker import work_off
from ceo.workflows.rights import Role

pytestmark = pytest.mark.anyio


async def test_a_fieldworker_looks_at_a_form_orders_copies_and_fetches_them(site: Site) -> None:
    opened = await site.round()
    code = opened.municipality
    browser = await staff_browser(site, {code: Role.FIELDWORKER})
    page = await browser.open(f"/werk/{code}/veldwerk/{opened.round_id}/papier")
    assert "Druk het dubbelzijdig, op ware grootte" in page.text
    specimen = await browser.client.get(page.link("Bekijk een voorbeeld (PDF)"))
    text = PdfReader(BytesIO(specimen.content)).pages[0].extract_text()
    assert specimen.headers["content-type"] == "application/pdf"
    assert SPECIMEN in text
    assert "Voorbeeld. Niet invullen." in text
    told = json.loads((await browser.client.get(page.link("Download de plaatsen (JSON)"))).text)
    assert f"De versie van deze indeling is {told['version']}." in page.text

    page = await browser.press("Maak de formulieren", {"aantal-1": ["2"]})
    assert "De formulieren worden gemaakt." in page.text
    assert "Er worden al formulieren gemaakt." in page.text
    await work_off(site.database, site.settings, clock=now)
    page = await browser.open(f"/werk/{code}/veldwerk/{opened.round_id}/papier")
    form = next(form for form in page.forms if form.action.endswith("/ophalen"))
    answer = await browser.client.post(form.action, data=dict(form.filled({}, "Haal op")))
    assert answer.status_code == 200
    assert 'filename="vragenlijsten-' in answer.headers["content-disposition"]
    copies = PdfReader(BytesIO(answer.content))
    codes = {found for one in copies.pages for found in re.findall(r"\b\w{4}-\w{4}-\w{4}\b", one.extract_text())}
    assert len(codes) == 2
    resident = site.browser()
    await resident.open(f"/{code}/code/{codes.pop()}")
    assert resident.place == f"/{code}/welkom"

    await browser.open(f"/werk/{code}/veldwerk/{opened.round_id}/papier")
    page = await browser.press("Ik heb het bestand, verwijder het")
    assert "Het bestand is verwijderd." in page.text
    answer = await browser.client.post(form.action, data=dict(form.filled({}, "Haal op")))
    assert answer.headers["location"].endswith("?gedaan=leeg")


async def test_easy_text_in_another_language_is_chosen_on_the_page_and_only_what_there_is(site: Site) -> None:
    opened = await site.round()
    base = f"/werk/{opened.municipality}/veldwerk/{opened.round_id}/papier"
    browser = await staff_browser(site, {opened.municipality: Role.FIELDWORKER})
    page = await browser.open(f"{base}?taal=tr&tekst=easy")
    assert "taal=tr&tekst=easy" in page.link("Bekijk een voorbeeld (PDF)")
    for query in ("taal=ar", "taal=xx", "tekst=moeilijk"):
        for path in ("", "/voorbeeld", "/plaatsen"):
            assert (await browser.client.get(f"{base}{path}?{query}")).status_code == 404


async def test_no_more_copies_than_clients_and_at_least_one(site: Site) -> None:
    opened = await site.round()
    browser = await staff_browser(site, {opened.municipality: Role.FIELDWORKER})
    await browser.open(f"/werk/{opened.municipality}/veldwerk/{opened.round_id}/papier")
    for typed, told in (("", "minstens één groep"), ("5001", "van 0 tot en met 5.000"), ("4000", "Er kunnen er nog")):
        page = await browser.press("Maak de formulieren", {"aantal-1": [typed]})
        assert browser.answer.status_code == 422
        assert page.title.startswith("Fout:")
        assert told in page.text


async def test_after_the_last_day_nothing_is_made_and_the_page_says_why(site: Site) -> None:
    opened = await site.round()
    code = opened.municipality
    browser = await staff_browser(site, {code: Role.FIELDWORKER})
    page = await browser.open(f"/werk/{code}/veldwerk/{opened.round_id}/papier")
    form = next(form for form in page.forms if any(field.name == "aantal-1" for field in form.fields))
    await browser.press("Maak de formulieren", {"aantal-1": ["1"]})
    async with tenant_transaction(site.database, code) as session:
        (await session.get_one(Round, opened.round_id)).closes_on = dutch_day() - timedelta(days=1)
    answer = await browser.client.post(form.action, data=dict(form.filled({"aantal-1": ["1"]}, "Maak de formulieren")))
    assert answer.status_code == 422
    page = await browser.open(browser.place)
    assert "Nu zouden de codes niet werken." in page.text
    await work_off(site.database, site.settings, clock=now)
    page = await browser.open(browser.place)
    assert "De laatste dag van deze meting was voorbij." in page.text


async def test_a_reader_looks_and_makes_nothing(site: Site) -> None:
    opened = await site.round()
    browser = await staff_browser(site, {opened.municipality: Role.READER})
    await browser.open(f"/werk/{opened.municipality}/veldwerk/{opened.round_id}/papier")
    assert browser.answer.status_code == 403
