"""The page about keys of programs: for owners and national editors, each for their own place; a key is shown once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from web.programs import START, program_on
from web.running import Site
from web.staffing import staff_browser

from ceo.clock import dutch_day
from ceo.storage.people import NATIONAL
from ceo.web.staff.access import COOKIE, SEAL_FIELD
from ceo.workflows.api_keys.finding import list_keys
from ceo.workflows.api_keys.writing import is_key
from ceo.workflows.rights import Role
from ceo.workflows.staff.signed_in import form_seal

pytestmark = pytest.mark.anyio

DRAFTS = "releases:draft"


def shown(text: str) -> str:
    """The key that a page shows."""
    [key] = [word for word in text.split() if is_key(word)]
    return key


async def test_an_owner_makes_a_key_that_is_shown_once_replaces_it_and_takes_it_away(site: Site) -> None:
    code = next(site.unused)
    browser = await staff_browser(site, {code: Role.OWNER})
    page = await browser.open(f"/werk/{code}/sleutels")
    assert "Er is geen sleutel die werkt." in page.text
    page = await browser.press("Maak de sleutel", {"naam": ["Dashboard"], "waarvoor": [DRAFTS]})
    first = shown(page.text)
    page = await browser.open(f"/werk/{code}/sleutels")
    assert first not in browser.answer.text
    assert "Dashboard Concepten van uitgaven lezen" in page.text
    assert (await program_on(site.app, first).get(START)).status_code == 200
    page = await browser.press("Maak een sleutel die deze vervangt")
    second = shown(page.text)
    assert "De oude sleutel werkt nog tot zijn laatste dag." in page.text
    assert {(await program_on(site.app, key).get(START)).status_code for key in (first, second)} == {200}
    await browser.open(f"/werk/{code}/sleutels")
    await browser.press("Trek deze sleutel in")  # the newest stands first
    assert "De sleutel is ingetrokken." in browser.page.text
    assert (await program_on(site.app, second).get(START)).status_code == 401
    assert (await program_on(site.app, first).get(START)).status_code == 200
    assert "Sleutels die niet meer werken" in browser.page.text


async def test_what_is_wrong_with_a_key_is_told_and_what_was_typed_stays(site: Site) -> None:
    code = next(site.unused)
    browser = await staff_browser(site, {code: Role.OWNER})
    await browser.open(f"/werk/{code}/sleutels")
    late = (dutch_day() + timedelta(days=400)).isoformat()
    page = await browser.press("Maak de sleutel", {"naam": [""], "tot": [late]})
    assert browser.answer.status_code == 422
    for words in (
        "Vul in welk programma de sleutel krijgt, in hoogstens 80 tekens.",
        "Kies minstens één ding dat het programma mag.",
        "Vul een dag in van vandaag tot hoogstens een jaar verder.",
    ):
        assert words in page.text
    assert late in browser.answer.text
    assert not await list_keys(site.database, code)


async def test_keys_of_another_place_cannot_be_touched(site: Site) -> None:
    mine, other = next(site.unused), next(site.unused)
    theirs = await staff_browser(site, {other: Role.OWNER})
    await theirs.open(f"/werk/{other}/sleutels")
    await theirs.press("Maak de sleutel", {"naam": ["Van hen"], "waarvoor": [DRAFTS]})
    [row] = await list_keys(site.database, other)
    own = await staff_browser(site, {mine: Role.OWNER})
    await own.open(f"/werk/{mine}/sleutels")
    fields = {"sleutel": row.id, SEAL_FIELD: form_seal(own.client.cookies.get(COOKIE) or "")}
    for what in ("intrekken", "vervangen"):
        answer = await own.client.post(f"/werk/{mine}/sleutels/{what}", data=fields)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/werk/{mine}/sleutels?gedaan=was-weg")
    assert [(key.id, key.revoked_on) for key in await list_keys(site.database, other)] == [(row.id, None)]


async def test_a_national_editor_keeps_the_keys_of_the_country_and_others_do_not(site: Site) -> None:
    editor = await staff_browser(site, {NATIONAL: Role.NATIONAL_EDITOR})
    await editor.open("/werk/landelijk/sleutels")
    page = await editor.press("Maak de sleutel", {"naam": ["Landelijk"], "waarvoor": [DRAFTS]})
    assert (await program_on(site.app, shown(page.text)).get(f"{START}/releases")).status_code == 200
    code = next(site.unused)
    for place, role, address in (
        (NATIONAL, Role.NATIONAL_RESEARCHER, "/werk/landelijk/sleutels"),
        (code, Role.EDITOR, f"/werk/{code}/sleutels"),
    ):
        browser = await staff_browser(site, {place: role})
        await browser.open(address)
        assert browser.answer.status_code == 403
