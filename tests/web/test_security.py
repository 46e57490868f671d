import logging
import re
from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest
from arrangements import OpenedRound, hand_in, simulated
from installation import as_owner
from litestar import Litestar
from web.reading import Resident, Served
from web.running import Site, running
from web.walking import come_in, walk

from ceo.settings import Settings
from ceo.storage import commit_group
from ceo.web.held_keys import COOKIE
from ceo.web.pages import icon_address, static_address
from ceo.workflows.answering.access_codes import read_code

pytestmark = pytest.mark.anyio

HEADERS = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "cache-control": "no-store",
}

# A page of questions reads itself aloud, or plays a recording: both are ours.
LISTENED_TO = f"{HEADERS['content-security-policy']}; script-src 'self'; media-src 'self'"


def assert_guarded(answer: httpx.Response) -> None:
    # The address of a letter's link holds a code.
    referrer = {"referrer-policy": "no-referrer, strict-origin"} if "/code/" in answer.request.url.path else {}
    listened_to = {"content-security-policy": LISTENED_TO} if "/vraag/" in answer.request.url.path else {}
    assert {name: answer.headers.get(name) for name in HEADERS} == {**HEADERS, **referrer, **listened_to}, (
        answer.request.url
    )
    assert "server" not in answer.headers


async def test_every_kind_of_answer_carries_the_security_headers(site: Site, browser: Resident) -> None:
    opened = await site.round()
    home = f"/{opened.municipality}"
    statuses = set()
    for method, address, content in (
        ("GET", "/", None),
        ("GET", "/nergens", None),
        ("GET", "/nergens/ook/niet", None),
        ("GET", home, None),
        ("GET", f"{home}/code/{opened.codes[0]}", None),
        ("GET", f"{home}/code/BCDFGHJK3467", None),
        ("GET", f"{home}/resultaten/geen", None),
        ("GET", "/static/nergens.css", None),
        ("PUT", home, None),
        ("POST", home, b"x" * 300_000),
        ("POST", f"{home}/welkom", b"x"),
    ):
        kind = {"content-type": "application/x-www-form-urlencoded"} if content else {}
        answer = await browser.client.request(method, address, content=content, headers=kind)
        assert_guarded(answer)
        statuses.add(answer.status_code)
    assert statuses == {200, 303, 404, 405, 413, 422}


@pytest.mark.parametrize("name", ["resident.css", "report.css", "read_aloud.js"])
async def test_what_pages_share_is_kept_for_a_year_and_holds_nobodys_answers(
    site: Site, browser: Resident, name: str
) -> None:
    answer = await browser.client.get(static_address(name))
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "max-age=31536000, public, immutable"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


async def test_every_address_of_a_shared_file_names_its_content(site: Site, browser: Resident) -> None:
    page = await browser.open("/")
    shared = [values["href"] for tag, values in page.elements if tag == "link"]
    assert shared == [static_address("resident.css"), icon_address()]


async def test_a_fault_of_ours_is_admitted_with_the_same_headers_and_tells_no_secrets(
    own_site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    browser = own_site.browser()
    opened = await own_site.round()
    await come_in(own_site, browser, opened)
    fields = browser.page.form.filled({"GES01": ["nee"]}, "Volgende vraag")
    async with as_owner(own_site.database) as connection:
        await connection.exec_driver_sql("ALTER TABLE invitation RENAME TO elsewhere")
        await connection.exec_driver_sql("ALTER TABLE draft RENAME TO nowhere")
    with caplog.at_level(logging.DEBUG):
        for answer in (
            await browser.client.get(f"/{opened.municipality}/code/{opened.codes[1]}"),
            await browser.client.post(f"/{opened.municipality}/vraag/gesprek", data=dict(fields)),
        ):
            assert answer.status_code == 500
            assert_guarded(answer)
            assert Served(answer.text).headings == ["Er ging bij ons iets mis"]
            assert_hides_codes(answer.text, opened)
    logged = "\n".join(f"{record.getMessage()} {record.exc_text or record.exc_info or ''}" for record in ours(caplog))
    assert "fault at GET /{municipality_code}/code/{code}" in logged
    assert "fault at POST /{municipality_code}/vraag/{page_id}" in logged
    assert_hides_codes(logged, opened)
    await browser.client.aclose()


def ours(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    """Return what the server logged; the browser of this test has a log of its own."""
    return [record for record in caplog.records if not record.name.startswith(("httpx", "httpcore"))]


def assert_hides_codes(text: str, opened: OpenedRound) -> None:
    for number, code in enumerate(opened.codes):
        key = opened.key(number)
        for secret in (code, code.lower(), read_code(code) or "", key.secret, key.access_hash, key.draft_id):
            assert secret not in text


async def test_when_saves_pile_up_the_client_is_asked_to_try_again(
    own_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = own_site.browser()
    opened = await own_site.round()
    await come_in(own_site, browser, opened)
    with monkeypatch.context() as patch:
        patch.setattr(commit_group, "_LONGEST_QUEUE", 0)
        window = browser.page.form
        page = await browser.press("Volgende vraag", {"GES01": ["nee"]})
        assert browser.answer.status_code == 503
        assert browser.answer.headers["retry-after"] == "5"
        assert_guarded(browser.answer)
        assert page.headings == ["Het lukt nu even niet"]
    await browser.post(window.action, window.filled({"GES01": ["nee"]}, "Volgende vraag"))
    assert browser.place.endswith("/vraag/aanvragen")
    await own_site.installation.group.close()
    await browser.press("Volgende vraag", {"TOE01": ["eens"]})
    assert browser.answer.status_code == 503
    await browser.client.aclose()


async def test_the_key_is_out_of_reach_of_scripts_and_of_other_sites(site: Site, browser: Resident) -> None:
    opened = await site.round()
    answer = await browser.client.get(f"/{opened.municipality}/code/{opened.codes[0]}")
    name, *flags = answer.headers["set-cookie"].split("; ")
    assert name == f"{COOKIE}={opened.key().secret}"
    assert sorted(flags) == ["HttpOnly", f"Path=/{opened.municipality}", "SameSite=lax"]
    assert answer.headers.get("strict-transport-security") is None


@pytest.fixture
async def https_app(installation_settings: Settings) -> AsyncIterator[Litestar]:
    async with running(replace(installation_settings, base_url="https://ceo.example")) as app:
        yield app


async def test_over_https_the_key_and_the_connection_stay_secure(https_app: Litestar) -> None:
    site = Site(https_app, https_app.state.installation.settings, iter(["GM0344"]))
    opened = await site.round()
    transport = httpx.ASGITransport(app=https_app)
    async with httpx.AsyncClient(transport=transport, base_url="https://ceo.example") as client:
        answer = await client.get(f"/{opened.municipality}/code/{opened.codes[0]}")
        assert "Secure" in answer.headers["set-cookie"].split("; ")
        assert answer.headers["strict-transport-security"] == "max-age=31536000"
        assert_guarded(answer)


async def test_after_coming_in_the_code_is_in_no_address_no_page_and_no_log(
    site: Site, browser: Resident, caplog: pytest.LogCaptureFixture
) -> None:
    opened = await site.round()
    with caplog.at_level(logging.DEBUG):
        await come_in(site, browser, opened)
        await walk(browser, simulated(0))
        await browser.press("Verstuur mijn antwoorden")
    assert len(browser.answers) > 30
    for answer in browser.answers:
        assert_hides_codes(answer.headers.get("location", ""), opened)
        assert_hides_codes(answer.text, opened)
    assert_hides_codes("\n".join(record.getMessage() for record in ours(caplog)), opened)


@pytest.mark.parametrize(
    "origin",
    ["https://kwaad.example", "null", "http://testserver.local.kwaad.example", "http://testserver.local:8080", "onzin"],
)
async def test_a_form_from_another_site_is_refused(site: Site, browser: Resident, origin: str) -> None:
    opened = await site.round()
    await browser.open(f"/{opened.municipality}/code/{opened.codes[0]}")
    page = await browser.post(f"/{opened.municipality}/welkom", [], headers={"origin": origin})
    assert browser.answer.status_code == 403
    assert "van een andere website" in page.text
    assert_guarded(browser.answer)


@pytest.mark.parametrize("headers", [{}, {"origin": "http://testserver.local"}])
async def test_a_form_from_the_site_itself_is_taken(site: Site, browser: Resident, headers: dict[str, str]) -> None:
    opened = await site.round()
    await browser.open(f"/{opened.municipality}/code/{opened.codes[0]}")
    await browser.post(f"/{opened.municipality}/welkom", [], headers=headers)
    assert browser.place.endswith("/vraag/gesprek")


async def test_reading_a_page_is_allowed_from_anywhere(browser: Resident) -> None:
    answer = await browser.client.get("/", headers={"origin": "https://elders.example"})
    assert answer.status_code == 200


async def test_no_page_has_script_or_style_of_its_own(site: Site, browser: Resident) -> None:
    opened = await site.round()
    await hand_in(site.database, opened, 10)
    await come_in(site, browser, opened)
    await walk(browser, simulated(0))
    await browser.press("Verstuur mijn antwoorden")
    await site.installation.reports.settle()
    await browser.open(f"/{opened.municipality}/resultaten/wmo-{opened.municipality.lower()}")
    assert "In deze uitkomsten" in browser.page.text
    for answer in browser.answers:
        assert re.findall(r'<script(?! src="/static/[a-z_]+\.js\?v=[0-9a-f]+" defer></script>)', answer.text) == []
        for _, attributes in Served(answer.text).elements:
            assert not [name for name in attributes if name.startswith("on") or name == "style"]
            assert not re.match(r"\s*javascript:", attributes.get("href", ""))


async def test_nothing_on_a_page_comes_from_another_site(site: Site, browser: Resident) -> None:
    opened = await site.round()
    await come_in(site, browser, opened)
    await browser.open("/")
    for answer in browser.answers:
        for _, attributes in Served(answer.text).elements:
            for name in ("href", "src", "action"):
                assert not re.match(r"(https?:)?//", attributes.get(name, ""))
