"""The page of a round that goes on: who comes when, keys that are shown once, and an explanation in other rounds."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select
from web.reading import Resident
from web.running import Site
from web.staffing import staff_browser
from web.test_api_inflow import ANNA, receiving, send

from ceo.clock import dutch_day
from ceo.storage.clients import InflowKey
from ceo.storage.rounds import RoundDesign
from ceo.storage.tenancy import tenant_reading, tenant_transaction
from ceo.workflows.frames.inflow_keys import PREFIX
from ceo.workflows.rights import Role
from ceo.workflows.rounds.design import Design

pytestmark = pytest.mark.anyio


async def opened(site: Site, role: Role = Role.FIELDWORKER) -> tuple[Resident, str, int, str]:
    """A browser at the page of a round that goes on; its municipality, id and a key."""
    code, round_id, key, _ = await receiving(site)
    browser = await staff_browser(site, {code: role})
    await browser.open(f"/werk/{code}/veldwerk/{round_id}/instroom")
    return browser, code, round_id, key


async def test_who_was_sent_in_is_on_the_page_with_when_their_turn_comes(site: Site) -> None:
    browser, code, round_id, key = await opened(site)
    assert "Er is nog niemand bij gekomen na de eerste lijst." in browser.page.text
    assert (await send(site, key, ANNA, {"clientnummer": "A2", "wet": "wmo", "product": "Hulp"})).status_code == 202
    page = await browser.open(f"/werk/{code}/veldwerk/{round_id}/instroom")
    assert "koppeling 2 2 0 0" in page.text
    assert "Iemand is aan de beurt 42 dagen na de begindatum van de hulp." in page.text
    assert "Nu aan de beurt 12" in page.text
    assert "Daarna 2" in page.text
    assert "Instroom" in [words for _, words in page.links]
    page = await browser.open(f"/werk/{code}/veldwerk/{round_id}/steekproef")
    assert "Hulp 14" in page.text


async def test_a_key_is_shown_once_and_can_be_withdrawn(site: Site) -> None:
    browser, code, round_id, _ = await opened(site)
    page = await browser.press("Maak de sleutel", {"naam": ["Zaaksysteem"]})
    assert browser.answer.status_code == 200
    [key] = [word for word in page.text.split() if word.startswith(PREFIX)]
    page = await browser.open(f"/werk/{code}/veldwerk/{round_id}/instroom")
    assert key not in browser.answer.text
    assert "Zaaksysteem" in page.text
    async with tenant_reading(site.database, code) as session:
        assert key not in str([row.model_dump() for row in await session.exec(select(InflowKey))])
    assert (await send(site, key, ANNA)).status_code == 202
    await browser.press("Trek deze sleutel in")  # the newest stands first
    assert "De sleutel is ingetrokken." in browser.page.text
    assert (await send(site, key, ANNA)).status_code == 401


async def test_a_key_without_a_name_or_for_too_long_is_not_made(site: Site) -> None:
    browser, _, _, _ = await opened(site)
    late = (dutch_day() + timedelta(days=366)).isoformat()
    page = await browser.press("Maak de sleutel", {"naam": [""], "tot": [late]})
    assert browser.answer.status_code == 422
    assert {href for href, _ in page.links if href in {"#naam", "#tot"}} == {"#naam", "#tot"}


async def test_who_may_only_look_gets_no_button_for_a_key(site: Site) -> None:
    browser, _, _, _ = await opened(site, Role.READER)
    assert "Maak de sleutel" not in browser.answer.text


async def test_another_round_says_why_there_is_nothing_here(site: Site) -> None:
    code, round_id, _, _ = await receiving(site)
    async with tenant_transaction(site.database, code) as session:
        (await session.get_one(RoundDesign, round_id)).document = Design().model_dump(mode="json")
    browser = await staff_browser(site, {code: Role.FIELDWORKER})
    page = await browser.open(f"/werk/{code}/veldwerk/{round_id}/instroom")
    assert "In deze meting komen geen nieuwe mensen." in page.text
    assert "Instroom" not in [words for _, words in page.links]


async def test_the_page_of_lists_offers_new_clients_beside_contact_data(site: Site) -> None:
    browser, code, round_id, key = await opened(site)
    assert (await send(site, key, ANNA)).status_code == 202
    page = await browser.open(f"/werk/{code}/veldwerk/{round_id}/lijst")
    assert browser.answer.status_code == 200
    assert "Upload nieuwe cliënten" in page.text
    assert [form for form in page.forms if ("soort", "clienten") in {(one.name, one.value) for one in form.fields}]
