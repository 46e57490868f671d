"""Signing in at an identity provider in the browser, against a real provider, and setting one up as an owner."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from journeys.serving import PATIENCE, stop
from own_provider import parameters, with_parameters
from sqlalchemy import event
from sqlmodel import col, select
from web.reading import Resident, Served
from web.running import Site
from web.staffing import staff_browser

from ceo.storage.people import IdentityProvider, Membership, User
from ceo.storage.tenancy import reading_across, shared_transaction
from ceo.web.staff.access import COOKIE
from ceo.web.staff.openid_words import (
    CAUSE_WORDS,
    FIELD_WORDS,
    KNOWN_WORDS,
    NOT_SIGNED_IN_WORDS,
    OTHER_WORDS,
    ROW_WORDS,
    STEP_WORDS,
)
from ceo.workflows.openid.fetching import Cause
from ceo.workflows.openid.people import NotAdmitted
from ceo.workflows.openid.provider_form import GivenProvider, Why
from ceo.workflows.openid.provider_rows import Provider
from ceo.workflows.openid.providers import MOST_BUTTONS, add_provider, list_providers, providers_to_show
from ceo.workflows.openid.signing_in import NotSignedIn
from ceo.workflows.openid.trial import Known, Step
from ceo.workflows.rights import Role

pytestmark = pytest.mark.anyio
LEFT = "ceo_heen"
ROWS = (("ceo-beheer", "owner"), ("ceo-lezer", "reader"))


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """A real provider, in a process of its own: it uses parts of a library that warn."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port)]
    process = subprocess.Popen(program, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        stop(process)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise AssertionError("the provider did not start")


async def added(site: Site, issuer: str, place: str, **given: Any) -> Provider:
    filled = GivenProvider(
        **{"label": "Gemeente", "issuer": issuer, "client_id": "ceo", "secret": "geheim", "rows": ROWS, **given}
    )
    keys = site.settings.encryption_keys
    found = await add_provider(
        site.database, keys, place, filled, allow_local=True, actor="baas", now=datetime.now(UTC)
    )
    assert isinstance(found, Provider), found
    return found


async def at_provider(address: str, who: str, claims: Mapping[str, Any] | None = None, **form: str) -> str:
    """Sign in at the provider as somebody about whom it says this; return the address to which it leads back."""
    async with httpx.AsyncClient(timeout=PATIENCE) as person:
        if claims is not None:
            told = await person.put(f"{address.partition('/oauth2')[0]}/users/{who}", json=dict(claims))
            assert told.status_code == 204
        answer = await person.post(address, data={"sub": who, **form})
    assert answer.status_code == 302, answer.text
    return answer.headers["location"]


def claims_of(who: str, *groups: str) -> dict[str, Any]:
    return {"email": f"{who}@utrecht.nl", "email_verified": True, "name": f"Noor {who}", "groups": list(groups)}


async def sign_in(browser: Resident, provider: Provider, who: str, *groups: str, onward: str = "") -> Served:
    """Go to a provider, sign in there, and come back, as a browser does."""
    leaving = await browser.client.get(f"/werk/aanmelden/bij/{provider.id}", params={"verder": onward})
    assert leaving.status_code == 303
    return await browser.open(await at_provider(leaving.headers["location"], who, claims_of(who, *groups)))


async def roles_of(site: Site, who: str) -> set[tuple[str, str]]:
    async with reading_across(site.database) as session:
        own = select(Membership).join(User, col(User.id) == col(Membership.user_id))
        rows = await session.exec(own.where(col(User.email) == f"{who}@utrecht.nl"))
        return {(row.place, row.role) for row in rows}


async def test_a_colleague_signs_in_at_the_provider_of_the_municipality(site: Site, issuer: str) -> None:
    place = next(site.unused)
    provider = await added(site, issuer, place)
    who, browser = f"kim-{place}".lower(), site.browser()
    onward = f"/werk/{place}/metingen"
    await sign_in(browser, provider, who, "ceo-lezer", onward=onward)
    assert (browser.place, browser.answer.status_code) == (onward, 200)
    assert f"Noor {who}" in browser.page.text
    assert await roles_of(site, who) == {(place, "reader")}
    # Groups change, and with them the roles.
    await sign_in(browser, provider, who, "ceo-beheer", "ceo-lezer")
    assert browser.place == f"/werk/{place}"
    assert await roles_of(site, who) == {(place, "owner"), (place, "reader")}
    other = site.browser()
    page = await sign_in(other, provider, f"{who}-2", "iedereen")
    assert (other.answer.status_code, page.headings[0]) == (403, "U bent niet aangemeld")
    assert COOKIE not in other.client.cookies


async def test_what_the_browser_keeps_while_it_is_away_is_short_lived_and_ours_alone(site: Site, issuer: str) -> None:
    place = next(site.unused)
    provider = await added(site, issuer, place)
    browser = site.browser()
    answer = await browser.client.get(f"/werk/aanmelden/bij/{provider.id}")
    kept = answer.headers["set-cookie"]
    assert kept.startswith(f"{LEFT}=")
    assert {part.strip() for part in kept.split(";")[1:]} == {
        "HttpOnly",
        "Path=/werk/aanmelden",
        "SameSite=lax",
        "Max-Age=600",
    }
    address = answer.headers["location"]
    assert not set(parameters(address).values()) & set(kept.partition(";")[0].split("=", 1))
    back = await at_provider(address, f"sam-{place}", claims_of(f"sam-{place}", "ceo-lezer"))
    came = await browser.client.get(back)
    assert came.status_code == 303
    cookies = came.headers.get_list("set-cookie")
    assert any(one.startswith(f"{COOKIE}=") and "HttpOnly" in one and "SameSite=lax" in one for one in cookies)
    assert any(one.startswith(f'{LEFT}=""') and "Max-Age=0" in one for one in cookies)
    # Once: the same way back, and the same way back in another browser, lead nowhere.
    for again in (browser, site.browser()):
        page = await again.open(back)
        assert again.answer.status_code == 400
        assert "Begin opnieuw" in page.text


async def test_every_sign_in_gets_a_new_cookie_and_ends_the_one_before(site: Site, issuer: str) -> None:
    place = next(site.unused)
    provider = await added(site, issuer, place)
    browser = site.browser()
    browser.client.cookies.set(COOKIE, "gekozen", domain="testserver.local", path="/werk")
    await sign_in(browser, provider, f"noor-{place}", "ceo-lezer")
    first = browser.client.cookies[COOKIE]
    assert first != "gekozen"
    await sign_in(browser, provider, f"noor-{place}", "ceo-lezer")
    assert browser.client.cookies[COOKIE] != first
    thief = site.browser()
    thief.client.cookies.set(COOKIE, first, domain="testserver.local", path="/werk")
    assert (await thief.client.get(f"/werk/{place}")).status_code == 303


async def test_signing_in_leads_to_the_workplace_and_nowhere_else(site: Site, issuer: str) -> None:
    place = next(site.unused)
    provider = await added(site, issuer, place)
    browser, who = site.browser(), f"pim-{place}"
    for onward in (
        "https://kwaad.example/werk", "//kwaad.example", "/werk/../GM0344", "/werk//kwaad.example", "/werk\\kwaad",
        "/werkx", "/werk?a=b", "/werk/\nx", "/werk/" + "a" * 400, "javascript:alert(1)",
    ):  # fmt: skip
        leaving = await browser.client.get(f"/werk/aanmelden/bij/{provider.id}", params={"verder": onward})
        back = await at_provider(leaving.headers["location"], who, claims_of(who, "ceo-lezer"))
        assert (await browser.client.get(back)).headers["location"] == "/werk", onward


async def test_who_says_no_at_the_provider_is_told_what_to_do(site: Site, issuer: str) -> None:
    provider = await added(site, issuer, next(site.unused))
    browser = site.browser()
    leaving = await browser.client.get(f"/werk/aanmelden/bij/{provider.id}")
    denied = await at_provider(leaving.headers["location"], "wie", action="deny")
    if "state=" not in denied:  # this provider forgets to send it back
        denied += f"&state={parameters(leaving.headers['location'])['state']}"
    page = await browser.open(denied)
    assert browser.answer.status_code == 403
    assert "niet aangemeld" in page.text
    assert "kwaad" not in (await browser.open(with_parameters(denied, error_description="kwaad"))).text


async def test_the_real_provider_takes_no_question_for_another_address(site: Site, issuer: str) -> None:
    place = next(site.unused)
    provider = await added(site, issuer, place)
    browser = site.browser()
    leaving = await browser.client.get(f"/werk/aanmelden/bij/{provider.id}")
    changed = with_parameters(leaving.headers["location"], nonce="van een ander")
    back = await at_provider(changed, f"lot-{place}", claims_of(f"lot-{place}", "ceo-lezer"))
    page = await browser.open(back)
    assert (browser.answer.status_code, "klopt niet" in page.text) == (502, True)
    assert await roles_of(site, f"lot-{place}") == set()


async def test_a_provider_that_does_not_exist_or_does_not_answer_leads_nowhere(site: Site) -> None:
    place = next(site.unused)
    away = await added(site, "http://127.0.0.1:9", place)
    for provider_id, status in ((away.id, 502), ("gm9999-1", 404), ("a" * 50, 404)):
        browser = site.browser()
        page = await browser.open(f"/werk/aanmelden/bij/{provider_id}")
        assert (browser.answer.status_code, page.headings[0]) == (status, "U bent niet aangemeld")
        assert LEFT not in browser.client.cookies
        await browser.open(f"/werk/aanmelden/bij/{provider_id}/terug?code=a&state=b")
        assert browser.answer.status_code in {400, 404}


async def test_the_sign_in_page_shows_a_few_providers_and_with_more_asks_for_the_municipality(own_site: Site) -> None:
    shown = await providers_to_show(own_site.database)
    assert (shown.buttons, shown.ask_municipality) == ((), False)
    page = await own_site.browser().open("/werk/aanmelden/gemeente")
    assert "nog geen gemeente" in page.text
    for number in range(MOST_BUTTONS):
        await added(own_site, f"https://id{number}.example", f"GM036{number}" if number else "GM0344")
    shown = await providers_to_show(own_site.database)
    assert [button.id for button in shown.buttons] == sorted(button.id for button in shown.buttons)
    assert (len(shown.buttons), shown.ask_municipality) == (MOST_BUTTONS, False)
    await added(own_site, "https://id9.example", "GM0344", label="Utrecht, extern")
    shown = await providers_to_show(own_site.database)
    assert (shown.buttons, shown.ask_municipality) == ((), True)


async def test_choosing_among_all_municipalities_asks_the_database_no_more(own_site: Site) -> None:
    async def asked() -> int:
        statements: list[str] = []

        def listen(*given: Any) -> None:
            statements.append(given[2])

        event.listen(own_site.database.reader.sync_engine, "before_cursor_execute", listen)
        answer = await own_site.browser().client.get("/werk/aanmelden/gemeente?gemeente=GM0344")
        assert answer.status_code == 200
        await providers_to_show(own_site.database)
        event.remove(own_site.database.reader.sync_engine, "before_cursor_execute", listen)
        return len([statement for statement in statements if "identity_provider" in statement])

    await added(own_site, "https://id.example", "GM0344")
    few = await asked()
    others = [place for place in own_site.installation.municipalities if place != "GM0344"]
    async with shared_transaction(own_site.database) as session:
        session.add_all(_row(place) for place in others)
    assert await asked() == few == 3


def _row(place: str) -> IdentityProvider:
    provider_id, issuer = f"{place.lower()}-1", "https://id.example"
    return IdentityProvider(id=provider_id, place=place, label=place, issuer=issuer, client_id="ceo", client_secret="")


async def test_who_chooses_a_municipality_sees_where_its_people_sign_in(site: Site, issuer: str) -> None:
    place, without = next(site.unused), next(site.unused)
    provider = await added(site, issuer, place, label="Met de gemeente")
    browser = site.browser()
    page = await browser.open(f"/werk/aanmelden/gemeente?verder=/werk/{place}/metingen")
    assert {place} <= set(page.form.fields[1].options)
    assert without not in page.form.fields[1].options
    page = await browser.open(f"/werk/aanmelden/gemeente?gemeente={place}&verder=/werk/{place}/metingen")
    assert page.link("Met de gemeente") == f"/werk/aanmelden/bij/{provider.id}?verder=/werk/{place}/metingen"
    for other in (without, "GM0000", "<b>", "NL"):
        page = await browser.open(f"/werk/aanmelden/gemeente?gemeente={other}&verder=//kwaad.example")
        assert browser.answer.status_code == 200
        assert not [href for href, _ in page.links if "/bij/" in href or "kwaad" in href]


FILLED: Mapping[str, Sequence[str]] = {
    "label": ["Gemeente Proef"],
    "client_id": ["ceo"],
    "secret": ["geheim"],
    "claim": ["groups"],
    "waarde-1": ["ceo-beheer"],
    "rol-1": ["owner"],
    "waarde-2": ["ceo-lezer"],
    "rol-2": ["reader"],
}


async def test_an_owner_adds_a_provider_tries_it_out_and_people_sign_in(site: Site, issuer: str) -> None:
    place = next(site.unused)
    owner = await staff_browser(site, {place: Role.OWNER})
    page = await owner.open(f"/werk/{place}/mensen/aanmelddiensten")
    assert "nog geen aanmelddienst" in page.text
    page = await owner.open(page.link("Voeg een aanmelddienst toe"))
    back = f"http://testserver.local/werk/aanmelden/bij/{place.lower()}-1/terug"
    assert back in page.text
    page = await owner.press("Voeg toe", {**FILLED, "issuer": [issuer + "/.well-known/openid-configuration"]})
    assert owner.place == f"/werk/{place}/mensen/aanmelddiensten/{place.lower()}-1"
    assert back in page.text
    page = await owner.press("Test deze aanmelddienst")
    assert "Alles klopt" in page.text
    assert "geheim" not in [control.value for form in page.all_forms for control in form.fields]
    [provider] = await list_providers(site.database, place)
    browser = site.browser()
    await sign_in(browser, provider, f"jip-{place}", "ceo-lezer")
    assert browser.place == f"/werk/{place}"


async def test_everything_that_is_wrong_with_a_provider_is_told_at_once(site: Site, issuer: str) -> None:
    place = next(site.unused)
    owner = await staff_browser(site, {place: Role.OWNER})
    await owner.open(f"/werk/{place}/mensen/aanmelddiensten/nieuw")
    wrong = {"label": [""], "issuer": ["http://id.example"], "secret": [""], "client_id": ["é"]}
    rows = {"rol-2": [""], "waarde-3": ["ceo-beheer"], "rol-3": ["reader"]}
    page = await owner.press("Voeg toe", {**FILLED, **wrong, **rows})
    assert owner.answer.status_code == 422
    assert page.title.startswith("Fout:")
    linked = {href for href, _ in page.links if href.startswith("#")}
    assert {"#label", "#issuer", "#secret", "#client_id", "#rows"} <= linked
    assert linked <= {f"#{name}" for name in page.ids}
    assert "Regel 2" in page.text
    assert "Regel 3" in page.text
    fields = {control.name: control.value for control in page.all_forms[-1].fields}
    assert (fields["issuer"], fields["waarde-3"], fields["secret"]) == ("http://id.example", "ceo-beheer", "")
    assert await list_providers(site.database, place) == ()
    await added(site, issuer, place)
    page = await owner.press("Voeg toe", {**FILLED, "issuer": [issuer], "waarde-3": [""], "rol-3": [""]})
    assert "al een aanmelddienst met dit adres" in page.text


async def test_a_secret_goes_to_no_other_issuer_and_nobody_overwrites_silently(site: Site, issuer: str) -> None:
    place = next(site.unused)
    provider = await added(site, issuer, place)
    owner, other = [await staff_browser(site, {place: Role.OWNER}) for _ in range(2)]
    address = f"/werk/{place}/mensen/aanmelddiensten/{provider.id}"
    await owner.open(address)
    page = await owner.press("Bewaar", {"issuer": ["https://kwaad.example"]})
    assert "Vul daarom ook het geheim" in page.text
    await owner.open(address)
    await other.open(address)
    await owner.press("Bewaar", {"label": ["Nieuw"]})
    assert owner.page.headings[0] == "Nieuw"
    await other.press("Bewaar", {"label": ["Anders"]})
    assert other.answer.status_code == 409
    [kept] = await list_providers(site.database, place)
    assert (kept.label, kept.issuer) == ("Nieuw", issuer)


async def test_disabling_warns_who_cannot_sign_in_then_and_signs_them_out(site: Site, issuer: str) -> None:
    place = next(site.unused)
    provider = await added(site, issuer, place)
    colleague, owner = site.browser(), await staff_browser(site, {place: Role.OWNER})
    await sign_in(colleague, provider, f"bo-{place}", "ceo-lezer")
    page = await owner.open(f"/werk/{place}/mensen/aanmelddiensten/{provider.id}/uitzetten")
    assert f"Noor bo-{place}" in page.text
    await owner.press("Zet deze aanmelddienst uit")
    assert owner.place == f"/werk/{place}/mensen/aanmelddiensten"
    assert (await colleague.client.get(f"/werk/{place}")).status_code == 303
    assert (await colleague.client.get(f"/werk/aanmelden/bij/{provider.id}")).status_code == 404
    await owner.open(f"/werk/{place}/mensen/aanmelddiensten/{provider.id}")
    await owner.press("Zet weer aan")
    await sign_in(colleague, provider, f"bo-{place}", "ceo-lezer")
    assert (await colleague.client.get(f"/werk/{place}")).status_code == 200


async def test_an_owner_sees_and_changes_providers_of_the_own_municipality_only(site: Site, issuer: str) -> None:
    place, elsewhere = next(site.unused), next(site.unused)
    foreign = await added(site, issuer, elsewhere)
    owner = await staff_browser(site, {place: Role.OWNER})
    await owner.open(f"/werk/{place}/mensen/aanmelddiensten/nieuw")
    seal = next(control.value for control in owner.page.all_forms[-1].fields if control.name == "zegel")
    start = f"/werk/{place}/mensen/aanmelddiensten/{foreign.id}"
    for address in (start, f"{start}/uitzetten"):
        await owner.open(address)
        assert owner.answer.status_code == 404
    for address in (start, f"{start}/proef", f"{start}/uitzetten", f"{start}/aanzetten"):
        await owner.post(address, [("zegel", seal), ("versie", foreign.version), ("label", "Gekaapt")])
        assert owner.answer.status_code == 404
    assert await list_providers(site.database, elsewhere) == (foreign,)
    editor = await staff_browser(site, {place: Role.EDITOR})
    await editor.open(f"/werk/{place}/mensen/aanmelddiensten")
    assert editor.answer.status_code == 403


async def test_a_form_without_its_seal_changes_nothing(site: Site, issuer: str) -> None:
    place = next(site.unused)
    provider = await added(site, issuer, place)
    owner = await staff_browser(site, {place: Role.OWNER})
    start = f"/werk/{place}/mensen/aanmelddiensten"
    for address in (
        f"{start}/nieuw",
        f"{start}/{provider.id}",
        f"{start}/{provider.id}/uitzetten",
        f"{start}/{provider.id}/proef",
    ):
        await owner.post(address, [("versie", provider.version)])
        assert owner.answer.status_code == 403
    assert await list_providers(site.database, place) == (provider,)


async def test_what_is_stored_of_a_provider_holds_no_secret_in_plain_text(site: Site, issuer: str) -> None:
    place = next(site.unused)
    provider = await added(site, issuer, place, secret="zeer-geheim-woord")
    assert "zeer-geheim" not in repr(provider)
    async with reading_across(site.database) as session:
        row = (await session.exec(select(IdentityProvider).where(col(IdentityProvider.id) == provider.id))).one()
    assert "zeer-geheim" not in json.dumps(row.model_dump())


def test_there_are_words_for_everything_that_can_go_wrong() -> None:
    assert NOT_SIGNED_IN_WORDS.keys() == {*NotSignedIn, *NotAdmitted}
    assert (set(CAUSE_WORDS), set(STEP_WORDS), set(KNOWN_WORDS)) == (set(Cause), set(Step), set(Known))
    told = {why for _, why in FIELD_WORDS} | set(ROW_WORDS) | set(OTHER_WORDS)
    assert told == set(Why)
