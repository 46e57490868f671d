"""Deliveries on pages: what a profile gives is seen first, the file goes with its receipt, and each is recorded."""

from __future__ import annotations

import hashlib
import json
import zipfile
from io import BytesIO

import httpx
import pytest
from released import UTRECHT
from web.agreeing import recorded
from web.reading import Resident
from web.running import Site
from web.staffing import staff_browser

from ceo.storage.people import NATIONAL
from ceo.storage.releases import Release, ReleaseState
from ceo.storage.tenancy import shared_transaction
from ceo.web.staff.access import COOKIE, SEAL_FIELD
from ceo.web.staff.audit_actions import ACTIONS
from ceo.web.staff.audit_words import VALUES
from ceo.workflows.demonstration.national import MEASUREMENT
from ceo.workflows.microdata.delivering import shipped_profiles
from ceo.workflows.rights import Role
from ceo.workflows.staff.signed_in import form_seal

pytestmark = pytest.mark.anyio

HOME = "/werk/landelijk/leveringen"
LOOK = "Bekijk wat dit geeft"


async def editor(site: Site, role: Role = Role.NATIONAL_EDITOR) -> Resident:
    return await staff_browser(site, {NATIONAL: role}, name="Lars Landelijk")


async def fetch(browser: Resident) -> httpx.Response:
    """Press the button of the page that shows a delivery; what comes is no page."""
    form = next(form for form in browser.page.forms if form.action.endswith("/bestand"))
    return await browser.client.post(form.action, data=dict(form.filled({}, "Haal de levering op")))


async def test_a_delivery_is_seen_first_and_then_goes_with_its_receipt(released: Site) -> None:
    browser = await editor(released)
    page = await browser.open(HOME)
    assert "Er is hier nog niets geleverd." in page.text
    page = await browser.press(LOOK, {"uitgave": [f"{MEASUREMENT}/1"], "profiel": ["voorbeeld"]})
    for words in ("minstens 30 mensen", "als percentage", "afgerond op 1 decimaal", "Cliëntervaringsonderzoek"):
        assert words in page.text, words
    assert await recorded(released.database, "release.delivered") == []

    answer = await fetch(browser)
    assert (answer.headers["content-type"], answer.headers["cache-control"]) == ("application/zip", "private, no-store")
    name = f"{MEASUREMENT}-1-voorbeeld-1"
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}.zip"'
    with zipfile.ZipFile(BytesIO(answer.content)) as whole:
        assert whole.namelist() == [f"{name}.csv", f"{name}.csv.receipt.json"]
        content, receipt = whole.read(f"{name}.csv"), json.loads(whole.read(f"{name}.csv.receipt.json"))
    assert content.decode().startswith("bron;gemeentecode;gemeente;periode;indicator;")
    assert (receipt["sha256"], receipt["rows"]) == (hashlib.sha256(content).hexdigest(), content.count(b"\n") - 1)
    [told] = await recorded(released.database, "release.delivered")
    facts = told.after or {}
    assert (told.place, told.object_id, facts["sha256"]) == (NATIONAL, f"{MEASUREMENT}/1", receipt["sha256"])
    assert told.action in ACTIONS
    assert facts.keys() <= {*VALUES, "size"}
    page = await browser.open(HOME)
    assert receipt["sha256"] in page.text
    assert "Lars Landelijk" in page.text


async def test_what_is_wrong_with_an_own_profile_is_told_with_its_lines(released: Site) -> None:
    browser = await editor(released)
    await browser.open(HOME)
    text = shipped_profiles()["voorbeeld"]
    wrong = text.replace("column: lower", "column: lwer").replace("minimum_n: 30", "minimum_n: 1")
    page = await browser.press(LOOK, {"profiel": ["eigen"], "eigen-profiel": [wrong]})
    assert browser.answer.status_code == 422
    assert "De kolom lwer bestaat niet in een uitgave." in page.text
    assert "is soepeler dan de uitgave zelf" in page.text
    assert page.text.count("profiel:") >= 2
    assert "column: lwer" in browser.answer.text
    page = await browser.press(LOOK, {"profiel": ["eigen"], "eigen-profiel": [""]})
    assert "Kies een profiel, of plak uw eigen profiel in het vak." in page.text
    page = await browser.press(LOOK, {"profiel": ["eigen"], "eigen-profiel": ["profile: [\n"]})
    assert browser.answer.status_code == 422
    page = await browser.press(LOOK, {"profiel": ["eigen"], "eigen-profiel": [text.replace("voorbeeld", "eigen-een")]})
    assert "eigen-een 1" in page.text
    assert await recorded(released.database, "release.delivered") == []


async def test_a_withdrawn_edition_is_not_delivered(released: Site) -> None:
    browser = await editor(released)
    await browser.open(HOME)
    await browser.press(LOOK, {"profiel": ["voorbeeld"]})
    async with shared_transaction(released.database) as session:
        (await session.get_one(Release, (MEASUREMENT, 1))).state = ReleaseState.WITHDRAWN.value
    answer = await fetch(browser)
    assert answer.status_code == 422
    assert "Er is nog geen uitgave gepubliceerd." in answer.text
    assert await recorded(released.database, "release.delivered") == []


async def test_deliveries_are_for_national_editors_only(released: Site) -> None:
    for browser, status in (
        (await editor(released, Role.NATIONAL_RESEARCHER), 403),
        (await staff_browser(released, {UTRECHT: Role.OWNER}), 404),
    ):
        seal = {SEAL_FIELD: form_seal(browser.client.cookies.get(COOKIE) or ""), "uitgave": f"{MEASUREMENT}/1"}
        assert (await browser.client.get(HOME)).status_code == status
        for form in (HOME, f"{HOME}/bestand"):
            assert (await browser.client.post(form, data=seal)).status_code == status
    assert await recorded(released.database, "release.delivered") == []
