"""Every form of the workplace brings the seal of the browser that got it; without it nothing is taken."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from web.reading import Resident
from web.running import Site
from web.staffing import add_staff, signed_in_browser

from ceo.storage.people import NATIONAL
from ceo.web.staff.access import COOKIE, SEAL_FIELD, VISITOR_COOKIE
from ceo.workflows.rights import Role, roles_for
from ceo.workflows.staff.signed_in import begin_sign_in, form_seal

pytestmark = pytest.mark.anyio

UTRECHT = "GM0344"


def routes(site: Site, *, methods: set[str]) -> Iterator[tuple[str, str]]:
    """The addresses of the workplace that take a method, with something in the place of each parameter."""
    for route in site.app.routes:
        path = route.path.replace("{municipality_code:str}", UTRECHT)
        path = re.sub(r"\{\w+:int\}", "999999", re.sub(r"\{\w+:str\}", "niets", path))
        if path.startswith("/werk"):
            for method in sorted(set(getattr(route, "methods", ())) & methods):
                yield method, path


async def everything(site: Site) -> str:
    """Return the id of somebody who has every role in one municipality and in the country."""
    places = (UTRECHT, NATIONAL)
    return await add_staff(site.database, {place: tuple(sorted(roles_for(place))) for place in places})


def hold(browser: Resident, name: str, value: str) -> None:
    browser.client.cookies.set(name, value, domain="testserver.local", path="/werk")


async def test_no_form_is_taken_without_the_seal_of_its_browser(site: Site) -> None:
    user_id = await everything(site)
    browser = await signed_in_browser(site, user_id)
    other = await begin_sign_in(site.database, user_id, complete=True, device="", now=datetime.now(UTC))
    hold(browser, VISITOR_COOKIE, "bezoeker")
    own = next(str(held.value) for held in browser.client.cookies.jar if held.name == COOKIE)
    writing = list(routes(site, methods={"POST", "PUT", "PATCH", "DELETE"}))
    assert len(writing) > 20
    for method, path in writing:
        for seal in (
            {},
            {SEAL_FIELD: ""},
            {SEAL_FIELD: "é"},
            {SEAL_FIELD: form_seal(other)},
            {SEAL_FIELD: form_seal("bezoeker")},
        ):
            answer = await browser.client.request(method, path, data=seal)
            assert (method, path, answer.status_code) == (method, path, 403)
        elsewhere = {"origin": "https://kwaad.example"}
        answer = await browser.client.request(method, path, data={SEAL_FIELD: form_seal(own)}, headers=elsewhere)
        assert (method, path, answer.status_code) == (method, path, 403)
    assert (await browser.client.get(f"/werk/{UTRECHT}")).status_code == 200


async def test_the_workplace_is_read_and_posted_to_and_nothing_else(site: Site) -> None:
    """What reads needs no seal, so there are no other methods whose meaning somebody could mistake."""
    assert {method for method, _ in routes(site, methods={"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"})} <= {
        "GET",
        "HEAD",
        "POST",
    }


async def test_before_signing_in_a_form_needs_the_seal_of_its_visitor(site: Site, browser: Resident) -> None:
    """Otherwise another site could sign somebody in as its own user, and see what is done there."""
    await browser.open("/werk/aanmelden")
    visitor = next(str(held.value) for held in browser.client.cookies.jar if held.name == VISITOR_COOKIE)
    stranger = site.browser()
    for path in (
        "/werk/aanmelden",
        "/werk/aanmelden/vergeten",
        "/werk/aanmelden/wachtwoord",
        "/werk/aanmelden/tweede-stap",
    ):
        for one, seal in ((browser, ""), (browser, form_seal("ander")), (stranger, form_seal(visitor)), (stranger, "")):
            answer = await one.client.post(path, data={SEAL_FIELD: seal, "email": "a@b.nl", "password": "x"})
            assert (path, answer.status_code) == (path, 403)
        answer = await browser.client.post(path, data={SEAL_FIELD: form_seal(visitor)})
        assert answer.status_code != 403
    await stranger.client.aclose()


async def test_every_form_on_every_page_has_its_seal(site: Site) -> None:
    user_id = await everything(site)
    browser = await signed_in_browser(site, user_id)
    own = next(str(held.value) for held in browser.client.cookies.jar if held.name == COOKIE)
    forms = 0
    for _, path in routes(site, methods={"GET"}):
        answer = await browser.client.get(path)
        if answer.status_code != 200 or not answer.headers["content-type"].startswith("text/html"):
            continue
        browser.answers.append(answer)
        for form in browser.page.all_forms:
            if form.method == "post":
                forms += 1
                seals = [control.value for control in form.fields if control.name == SEAL_FIELD]
                assert (path, form.action, seals) == (path, form.action, [form_seal(own)])
            else:
                assert (path, SEAL_FIELD in {control.name for control in form.fields}) == (path, False)
    assert forms > 10


async def test_a_seal_leads_neither_to_the_cookie_nor_to_another_one(site: Site) -> None:
    browser = await signed_in_browser(site, await add_staff(site.database, {UTRECHT: Role.READER}))
    own = next(str(held.value) for held in browser.client.cookies.jar if held.name == COOKIE)
    await browser.open(f"/werk/{UTRECHT}")
    assert own not in browser.answer.text
    assert form_seal(own) in browser.answer.text
    assert form_seal(own) != form_seal(own + "x")
