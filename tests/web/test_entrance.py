"""Coming in, being told what will happen, refusing, and the limit on guessing, as a browser meets them."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from arrangements import OpenedRound, fill_in
from installation import settings_on
from sqlmodel import select
from web.reading import Resident
from web.running import Site, running
from web.trial import trial
from web.walking import come_in

from ceo import clock
from ceo.clock import dutch_day
from ceo.settings import Settings
from ceo.storage.attempts import WrongCodes
from ceo.storage.contacts import Invitation
from ceo.storage.rounds import Promise
from ceo.storage.submissions import Draft
from ceo.storage.tenancy import reading_across, shared_transaction, tenant_reading
from ceo.web import serving
from ceo.web.held_keys import COOKIE
from ceo.web.measures import FOLDER
from ceo.web.resident import codes
from ceo.workflows.answering.access_codes import draw_code
from ceo.workflows.answering.guessing import source_of, take_turn
from ceo.workflows.inviting.codes import letter_link, letter_path

pytestmark = pytest.mark.anyio

GO, BEGIN, REFUSE = "Ga naar de vragenlijst", "Begin met de eerste vraag", "Ik doe niet mee"
WRONG = "Met deze code kunnen wij de vragenlijst niet openen."
# Browsers that know the last one keep to it, and others to the first.
HIDES_ADDRESS = "no-referrer, strict-origin"


def sealed(opened: OpenedRound, number: int = 0) -> str:
    return letter_path(opened.settings.secret_key, opened.municipality, opened.codes[number])


async def state(site: Site, opened: OpenedRound, number: int = 0) -> str:
    async with tenant_reading(site.database, opened.municipality) as session:
        return (await session.get_one(Invitation, opened.key(number).access_hash)).state


# Codes and links


async def test_the_link_of_a_letter_leads_to_the_welcome_page_and_leaves_the_address_bar(
    site: Site, browser: Resident
) -> None:
    opened = await site.round()
    link = letter_link(site.settings, opened.municipality, opened.codes[0])
    assert re.fullmatch(r"http://testserver\.local/GM\d{4}/code/(\w{4}-){5}\w{4}", link)
    await browser.open(link)
    assert [answer.status_code for answer in browser.answers] == [303, 200]
    assert browser.place == f"/{opened.municipality}/welkom"
    assert browser.answers[0].headers["referrer-policy"] == HIDES_ADDRESS


@pytest.mark.parametrize("disguise", [str.lower, lambda code: code.replace("-", " "), lambda code: f" {code} "])
async def test_a_code_can_be_typed_as_people_type(site: Site, browser: Resident, disguise: object) -> None:
    opened = await site.round()
    assert callable(disguise)
    await browser.open(f"/{opened.municipality}")
    await browser.press(GO, {"code": [disguise(opened.codes[0])]})
    assert browser.place == f"/{opened.municipality}/welkom"


async def test_a_link_that_is_pasted_in_the_field_is_taken(site: Site, browser: Resident) -> None:
    opened = await site.round()
    await browser.open(f"/{opened.municipality}")
    await browser.press(GO, {"code": [letter_link(site.settings, opened.municipality, opened.codes[0])]})
    assert browser.place == f"/{opened.municipality}/welkom"


async def test_the_field_has_no_limit_that_a_code_with_spaces_could_meet(site: Site, browser: Resident) -> None:
    page = await browser.open(f"/{(await site.round()).municipality}")
    [field] = [attributes for tag, attributes in page.elements if attributes.get("id") == "code"]
    assert "maxlength" not in field
    assert field["autocapitalize"] == "characters"
    assert field["dir"] == "ltr"


async def wrong_codes(site: Site) -> tuple[OpenedRound, dict[str, str]]:
    """A round, and every kind of wrong code there."""
    opened, elsewhere = await site.round(), await site.round()
    return opened, {
        "unknown": draw_code(),
        "of another municipality": elsewhere.codes[0],
        "too short": opened.codes[0][:-1],
        "too long": opened.codes[0] + "BCDF" * 4,
        "no code": "ABCDE",
        "of another script": "привіт",
        "mark-up": "<b>",
    }


def headers_of(answer: httpx.Response, *others: str) -> str:
    """The headers of an answer, without the one that differs for every request, and without some others."""
    return str(sorted(item for item in answer.headers.items() if item[0] not in {"x-request-id", *others}))


async def test_every_wrong_code_that_is_typed_gets_the_same_answer(site: Site) -> None:
    opened, wrong = await wrong_codes(site)
    answers = set()
    for typed in wrong.values():
        browser = site.browser()
        answer = await browser.client.post(f"/{opened.municipality}", data={"code": typed})
        assert answer.status_code == 422
        page, field = answer.text, re.search(r' name="code" value="[^"]*"', answer.text)
        assert field is not None
        answers.add((page.replace(field[0], ""), headers_of(answer, "content-length")))
        await browser.client.aclose()
    assert len(answers) == 1


async def test_every_wrong_link_gets_the_same_answer_and_it_does_not_repeat_the_address(site: Site) -> None:
    opened, wrong = await wrong_codes(site)
    answers = set()
    for code in {**wrong, "sealed": sealed(opened).rpartition("/")[2].replace(opened.codes[0], draw_code())}.values():
        browser = site.browser()
        answer = await browser.client.get(f"/{opened.municipality}/code/{code}")
        assert answer.headers["referrer-policy"] == HIDES_ADDRESS
        assert "/code/" not in answer.text
        answers.add((answer.status_code, answer.content, headers_of(answer)))
        await browser.client.aclose()
    [(status, content, _)] = answers
    assert status == 422
    assert WRONG in content.decode()


async def test_after_a_wrong_link_a_right_code_can_be_typed_there(site: Site, browser: Resident) -> None:
    opened = await site.round()
    await browser.open(f"/{opened.municipality}/code/BCDF-GHJK-3467")
    form = browser.page.form
    filled = form.filled({"code": [opened.codes[0]]}, GO)
    for origin in ("null", "https://kwaad.example"):
        await browser.post(form.action, filled, headers={"origin": origin})
        assert browser.answer.status_code == 403
    # As browsers do under the policy of the page; tests/browser/test_walk.py shows that they do.
    await browser.post(form.action, filled, headers={"origin": "http://testserver.local"})
    assert browser.place == f"/{opened.municipality}/welkom"


async def test_a_wrong_code_is_answered_kindly_with_what_to_look_at_and_whom_to_call(
    site: Site, browser: Resident
) -> None:
    opened = await site.round()
    await browser.open(f"/{opened.municipality}")
    page = await browser.press(GO, {"code": ["BCDF-GHJK-3467"]})
    assert page.title.startswith("Fout: ")
    assert page.link(WRONG) == "#code"
    assert "Heeft u alle 12 letters en cijfers overgenomen?" in page.text
    assert "Lukt het niet? Bel 14 030." in page.text


async def test_a_municipality_that_asks_nothing_has_no_number_to_call(site: Site, browser: Resident) -> None:
    await browser.open(f"/{next(site.unused)}")
    page = await browser.press(GO, {"code": ["BCDF-GHJK-3467"]})
    assert WRONG in page.text
    assert "Bel" not in page.text


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("bcdf ghjk3467", "BCDF-GHJK-3467"),
        ("8cdfghjk346Z", "BCDF-GHJK-3467"),
        ('bcdf "ghjk" 34', 'bcdf "ghjk" 34'),
    ],
)
async def test_a_wrong_code_stays_in_the_field_in_groups_of_four_when_it_can_be_one(
    site: Site, browser: Resident, typed: str, shown: str
) -> None:
    await browser.open(f"/{(await site.round()).municipality}")
    page = await browser.press(GO, {"code": [typed]})
    assert page.form.filled({}, GO) == [("code", shown)]


async def test_looking_at_a_link_before_it_is_followed_changes_nothing(site: Site, browser: Resident) -> None:
    opened = await site.round()
    for address in (sealed(opened), f"/{opened.municipality}/code/{opened.codes[0]}", f"/{opened.municipality}/code/X"):
        answer = await browser.client.head(address)
        assert (answer.status_code, answer.content, answer.headers.get("set-cookie")) == (200, b"", None)
        assert answer.headers["referrer-policy"] == HIDES_ADDRESS
        for name, value in (("Sec-Purpose", "prefetch;prerender"), ("Purpose", "prefetch"), ("X-Moz", "prefetch")):
            answer = await browser.client.get(address, headers={name: value})
            assert (answer.status_code, answer.content, answer.headers.get("set-cookie")) == (425, b"", None)
    assert await state(site, opened) == "open"
    await browser.open(sealed(opened))
    assert await state(site, opened) == "open", "following the link begins nothing either"


async def test_coming_back_on_another_device_shows_the_language_and_what_was_begun(
    site: Site, browser: Resident
) -> None:
    opened = await site.round()
    await come_in(site, browser, opened)
    elsewhere = site.browser()
    page = await elsewhere.open(sealed(opened))
    assert page.headings[0] == "Welkom terug"
    await elsewhere.press("Ga verder")
    assert "/vraag/" in elsewhere.place
    await elsewhere.client.aclose()


# Guessing


NOW = clock.now()


@pytest.fixture
def clock_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the limit see one instant, however slow the machine is."""
    monkeypatch.setattr(clock, "now", lambda: NOW)


async def wrong_codes_came(site: Site, whence: str, number: int) -> None:
    """Let wrong codes have come from a network or a browser."""
    source = source_of(site.settings.secret_key, whence, day=NOW.date())
    for _ in range(number):
        await take_turn(site.database, source, now=NOW)


@pytest.mark.usefixtures("clock_stands_still")
async def test_where_many_wrong_codes_came_from_a_typed_code_is_refused_with_the_reason_and_other_ways(
    site: Site,
) -> None:
    opened = await site.round()
    await wrong_codes_came(site, "network 192.0.2.1", 40)
    browser = site.browser("192.0.2.1")
    await browser.open(f"/{opened.municipality}")
    for typed in (opened.codes[0], "BCDF-GHJK-3467", "onzin"):
        page = await browser.press(GO, {"code": [typed]})
        assert browser.answer.status_code == 429
        assert browser.answer.headers["retry-after"] == "15"
        assert "Met de link of de QR-code van uw brief kunt u meteen verder." in page.text
        assert "Bel 14 030" in page.text
        assert dict(browser.client.cookies) == {}
    answer = await browser.client.get(f"/{opened.municipality}/code/{opened.codes[0]}")
    assert answer.status_code == 429, "a link without its seal is a typed code"
    await browser.client.aclose()


@pytest.mark.usefixtures("clock_stands_still")
async def test_the_link_of_a_letter_is_never_slowed(site: Site) -> None:
    opened = await site.round()
    await wrong_codes_came(site, "network 192.0.2.2", 40)
    for number in range(3):
        browser = site.browser("192.0.2.2")
        await browser.open(sealed(opened, number))
        assert browser.place == f"/{opened.municipality}/welkom"
        await browser.client.aclose()


@pytest.mark.usefixtures("clock_stands_still")
async def test_a_browser_that_came_in_before_is_not_slowed_by_its_neighbours_but_by_its_own_guesses(
    site: Site,
) -> None:
    opened = await site.round()
    browser = site.browser("192.0.2.3")
    await browser.open(sealed(opened))
    await wrong_codes_came(site, "network 192.0.2.3", 40)
    await browser.open(f"/{opened.municipality}")
    await browser.press(GO, {"code": [opened.codes[1]]})
    assert browser.place == f"/{opened.municipality}/welkom"
    await wrong_codes_came(site, f"browser {opened.key(1).secret}", 40)
    await browser.open(f"/{opened.municipality}/code/{opened.codes[0]}")
    assert browser.answer.status_code == 429
    await browser.client.aclose()


@pytest.mark.usefixtures("clock_stands_still")
async def test_a_cookie_that_opens_nothing_is_no_reason_to_pass(site: Site) -> None:
    opened = await site.round()
    await wrong_codes_came(site, "network 192.0.2.4", 40)
    browser = site.browser("192.0.2.4")
    browser.client.cookies.set(COOKIE, "5e" * 32, domain="testserver.local", path=f"/{opened.municipality}")
    await browser.open(f"/{opened.municipality}/code/{opened.codes[0]}")
    assert browser.answer.status_code == 429
    await browser.client.aclose()


@pytest.mark.usefixtures("clock_stands_still")
async def test_right_codes_typed_in_one_place_are_not_counted(site: Site) -> None:
    opened = await site.round(invited={"Begeleiding": 25})
    for code in opened.codes:
        browser = site.browser("192.0.2.5")
        await browser.open(f"/{opened.municipality}/code/{code}")
        assert browser.place == f"/{opened.municipality}/welkom"
        await browser.client.aclose()


@pytest.mark.usefixtures("clock_stands_still")
async def test_who_has_to_wait_comes_in_after_waiting_and_holds_no_connection_meanwhile(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = await site.round()
    waited: list[float] = []

    async def wait(seconds: float) -> None:
        waited.append(seconds)
        async with shared_transaction(site.database):  # SQLite has only one connection that writes
            pass

    monkeypatch.setattr(codes, "sleep", wait)
    for whence, number, seconds in (("192.0.2.6", 22, 6), ("192.0.2.11", 0, 0)):
        await wrong_codes_came(site, f"network {whence}", number)
        browser = site.browser(whence)
        await browser.open(f"/{opened.municipality}/code/{opened.codes[0]}")
        assert browser.place == f"/{opened.municipality}/welkom"
        assert waited.pop() == seconds
        await browser.client.aclose()


@pytest.fixture
async def two_sites(installation_settings: Settings) -> AsyncIterator[tuple[Site, Site]]:
    """Two processes on one database; the second stands behind a proxy that it trusts."""
    trusting = replace(installation_settings, trusted_proxies=("192.0.2.7/32",))
    async with running(installation_settings) as first, running(trusting) as second:
        direct, behind = (Site(app, installation_settings, iter(["GM0344"])) for app in (first, second))
        yield direct, behind


async def guesses(site: Site, opened: OpenedRound, address: str, number: int, forwarded: str = "") -> list[int]:
    """Type wrong codes at the same time; return the statuses of those that need not wait."""
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    browsers = [site.browser(address) for _ in range(number)]
    answers = await asyncio.gather(
        *(browser.client.get(f"/{opened.municipality}/code/BCDFGHJK3467", headers=headers) for browser in browsers)
    )
    for browser in browsers:
        await browser.client.aclose()
    return [answer.status_code for answer in answers]


@pytest.mark.usefixtures("clock_stands_still")
async def test_processes_count_wrong_codes_together_and_by_the_address_that_a_trusted_proxy_tells(
    two_sites: tuple[Site, Site],
) -> None:
    direct, behind = two_sites
    opened = await direct.round()
    assert await guesses(direct, opened, "192.0.2.8", 10) == [422] * 10
    assert await guesses(behind, opened, "192.0.2.7", 10, forwarded="192.0.2.8") == [422] * 10
    await wrong_codes_came(direct, "network 192.0.2.8", 20)
    assert await guesses(direct, opened, "192.0.2.8", 1) == [429]
    assert await guesses(behind, opened, "192.0.2.7", 1, forwarded="192.0.2.8") == [429]
    assert await guesses(behind, opened, "192.0.2.7", 1, forwarded="10.9.9.9, 192.0.2.8") == [429], "made up in front"
    assert await guesses(direct, opened, "192.0.2.8", 1, forwarded="10.9.9.9") == [429], "made up altogether"
    assert await guesses(behind, opened, "192.0.2.7", 1, forwarded="192.0.2.9") == [422], "somebody else"


@pytest.mark.usefixtures("clock_stands_still")
async def test_the_limit_stores_no_address_and_no_code(own_site: Site) -> None:
    opened = await own_site.round()
    await guesses(own_site, opened, "192.0.2.10", 2)
    async with reading_across(own_site.database) as session:
        [row] = await session.exec(select(WrongCodes))
    assert "192.0.2.10" not in str(row)
    assert "BCDF" not in str(row)


# Welcome


async def test_an_anonymous_round_promises_that_nobody_can_find_the_answers(site: Site, browser: Resident) -> None:
    opened = await site.round()
    page = await browser.open(sealed(opened))
    assert "Als u ze heeft verstuurd, kan niemand meer zien welke antwoorden van u zijn." in page.text
    assert "Na het versturen kunt u die keuze niet meer veranderen." in page.text
    assert "terugvinden" not in page.text


async def test_a_pseudonymous_round_says_that_the_code_finds_the_answers(site: Site, browser: Resident) -> None:
    opened = await site.round(promise=Promise.PSEUDONYMOUS)
    page = await browser.open(sealed(opened))
    assert "Wij bewaren uw antwoorden zonder uw naam en zonder uw code." in page.text
    assert (
        "Wie de code van uw brief heeft, kan uw antwoorden terugvinden tot de gemeente dit onderzoek afsluit."
        in page.text
    )
    assert "Met de code van uw brief kunt u die toestemming later terugnemen" in page.text
    assert "niemand" not in page.text


async def test_the_welcome_page_tells_who_asks_how_long_until_when_and_whom_to_call(
    site: Site, browser: Resident
) -> None:
    opened = await site.round()
    page = await browser.open(sealed(opened))
    name = site.installation.municipalities[opened.municipality].name
    assert f"De gemeente {name} vraagt u om deze vragenlijst in te vullen." in page.text
    assert re.search(r"Het zijn hoogstens \d+ vragen\. +Invullen duurt ongeveer \d+ minuten\.", page.text)
    assert "Lukt het niet, of wilt u dat iemand u helpt? Bel 14 030." in page.text
    assert page.link("Lees meer over uw privacy") == f"/{opened.municipality}/privacy"
    assert str((dutch_day() + timedelta(days=30)).year) in page.text


async def test_stories_are_spoken_of_only_where_they_are_asked(site: Site, browser: Resident) -> None:
    opened = await site.round(questionnaire=trial())
    page = await browser.open(sealed(opened))
    assert "verhaal" not in page.text
    page = await browser.open(sealed(await site.round()))
    assert "Daarna kiest u wat er met uw verhaal mag gebeuren." in page.text


@pytest.mark.parametrize(
    ("chosen", "kept"), [("self", "self"), ("helped", "helped"), ("proxy", "proxy"), (None, "self")]
)
async def test_who_fills_in_is_asked_with_nothing_chosen_and_kept(
    site: Site, browser: Resident, chosen: str | None, kept: str
) -> None:
    opened = await site.round()
    page = await browser.open(sealed(opened))
    radios = [control for control in page.form.fields if control.name == "invuller"]
    assert [(control.value, control.on) for control in radios] == [("self", False), ("helped", False), ("proxy", False)]
    await browser.press(BEGIN, {"invuller": [chosen]} if chosen else {})
    assert "/vraag/" in browser.place
    async with tenant_reading(site.database, opened.municipality) as session:
        assert (await session.get_one(Draft, opened.key().draft_id)).respondent == kept


async def test_on_coming_back_who_fills_in_is_shown_and_can_be_changed(site: Site, browser: Resident) -> None:
    opened = await site.round()
    await browser.open(sealed(opened))
    await browser.press(BEGIN, {"invuller": ["proxy"]})
    page = await browser.open(sealed(opened))
    assert [control.value for control in page.form.fields if control.name == "invuller" and control.on] == ["proxy"]
    await browser.press("Ga verder", {"invuller": ["helped"]})
    page = await browser.open(f"/{opened.municipality}/welkom")
    assert [control.value for control in page.form.fields if control.name == "invuller" and control.on] == ["helped"]


async def test_a_made_up_answer_to_who_fills_in_is_none(site: Site, browser: Resident) -> None:
    opened = await site.round()
    await browser.open(sealed(opened))
    await browser.post(f"/{opened.municipality}/welkom", [("invuller", "burgemeester")])
    assert "/vraag/" in browser.place
    async with tenant_reading(site.database, opened.municipality) as session:
        assert (await session.get_one(Draft, opened.key().draft_id)).respondent == "self"


# Refusing


async def test_refusing_is_explained_first_then_kept_and_can_be_undone_with_the_same_code(
    site: Site, browser: Resident
) -> None:
    opened = await site.round()
    page = await browser.open(sealed(opened))
    page = await browser.open(page.link(REFUSE))
    assert page.headings == ["Wilt u niet meedoen?"]
    assert "U krijgt geen herinnering meer." in page.text
    assert "gooien wij weg" not in page.text, "nothing was filled in"
    assert await state(site, opened) == "open"
    page = await browser.press(REFUSE)
    assert page.headings == ["U doet niet mee"]
    assert "Dank u wel dat u het liet weten." in page.text
    assert await state(site, opened) == "refused"

    elsewhere = site.browser()
    page = await elsewhere.open(sealed(opened))
    assert page.headings == ["U doet niet mee"]
    page = await elsewhere.press("Toch meedoen")
    assert elsewhere.place == f"/{opened.municipality}/welkom"
    assert await state(site, opened) == "open"
    await elsewhere.press(BEGIN)
    assert "/vraag/" in elsewhere.place
    await elsewhere.client.aclose()


async def test_who_has_begun_is_told_that_refusing_throws_the_answers_away(site: Site, browser: Resident) -> None:
    opened = await site.round()
    await come_in(site, browser, opened)
    page = await browser.open(f"/{opened.municipality}/weigeren")
    assert "Wat u al heeft ingevuld, gooien wij weg." in page.text
    await browser.press(REFUSE)
    async with tenant_reading(site.database, opened.municipality) as session:
        assert list(await session.exec(select(Draft))) == []


@pytest.mark.parametrize("place", ["welkom", "verder", "vraag/gesprek", "controle", "weigeren"])
async def test_after_refusing_every_page_says_so_and_offers_to_take_part_after_all(
    site: Site, browser: Resident, place: str
) -> None:
    opened = await site.round()
    await come_in(site, browser, opened)
    await browser.open(f"/{opened.municipality}/weigeren")
    await browser.press(REFUSE)
    page = await browser.open(f"/{opened.municipality}/{place}")
    assert page.headings == ["U doet niet mee"]
    assert page.form.action == f"/{opened.municipality}/meedoen"


async def test_without_a_code_there_is_nothing_to_refuse(site: Site, browser: Resident) -> None:
    opened = await site.round()
    for address in ("weigeren", "welkom"):
        await browser.open(f"/{opened.municipality}/{address}")
        assert browser.place == f"/{opened.municipality}"
    for address in ("weigeren", "meedoen", "welkom"):
        await browser.post(f"/{opened.municipality}/{address}", [])
        assert browser.place == f"/{opened.municipality}"
    assert await state(site, opened) == "open"


# Coming back after sending


@pytest.mark.parametrize("promise", Promise)
async def test_after_sending_the_code_leads_back_to_the_answers_only_if_that_was_promised(
    site: Site, browser: Resident, promise: Promise
) -> None:
    opened = await site.round(promise=promise)
    await fill_in(site.database, opened, 0, send=True, day=dutch_day())
    page = await browser.open(sealed(opened))
    assert page.headings == ["U heeft de vragenlijst al ingevuld"]
    links = {href for href, _ in page.links}
    own = {f"/{opened.municipality}/kopie", f"/{opened.municipality}/toestemming"}
    held = browser.client.cookies.get(COOKIE)
    if promise is Promise.PSEUDONYMOUS:
        assert own <= links
        assert held == opened.key().secret
    else:
        assert own.isdisjoint(links)
        assert held is None


async def test_the_start_page_of_the_demonstration_links_as_letters_do(own_site: Site) -> None:
    opened = await own_site.round()
    file = own_site.settings.data_folder / "demo-codes.json"
    file.write_text(json.dumps({f"wmo-{opened.municipality.lower()}": {opened.municipality: [opened.codes[0]]}}))
    visitor = own_site.browser()
    page = await visitor.open("/")
    assert sealed(opened) in {href for href, _ in page.links}
    await visitor.client.aclose()


def test_the_server_lets_nobody_else_decide_where_a_request_came_from(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, sqlite_template: Path
) -> None:
    given: list[dict[str, object]] = []
    monkeypatch.setattr("uvicorn.run", lambda _app, **options: given.append(options))
    monkeypatch.setattr(serving, "set_up_logs", lambda _settings: None)
    monkeypatch.setenv(FOLDER, "")  # put back afterwards
    settings = settings_on(f"sqlite+aiosqlite:///{sqlite_template}", tmp_path)
    serving.serve_alone(settings, "127.0.0.1", 8000)
    serving.serve_together(settings, "127.0.0.1", 8000, workers=2)
    assert [options["proxy_headers"] for options in given] == [False, False]
