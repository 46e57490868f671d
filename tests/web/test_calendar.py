"""The calendar at a secret address: valid by its standard, for who may see its days at this moment, and for nobody else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlmodel import col, select, update
from web.reading import Resident
from web.running import Site
from web.staffing import add_staff, signed_in_browser

from ceo.clock import dutch_day, now
from ceo.storage.database import Database
from ceo.storage.dialogues import Action
from ceo.storage.notices import CalendarFeed, Notice
from ceo.storage.people import Membership, User
from ceo.storage.rounds import Round
from ceo.storage.tenancy import reading_across, shared_transaction, tenant_transaction
from ceo.workflows.learning.actions import ActionState
from ceo.workflows.notices.icalendar import CalendarEvent, write_calendar
from ceo.workflows.notices.kinds import NoticeKind
from ceo.workflows.notices.making import make_notices
from ceo.workflows.notices.stopping import stop_link
from ceo.workflows.rights import Role

pytestmark = pytest.mark.anyio

HERE = "/werk/account/berichten"
NASTY = "Zorg; hulp, en\\meer\r\nEND:VEVENT\nÉén heel lange titel met œ en 漢字 " + "é" * 80
# RFC 5545, section 3.1: a name, parameters without quotes, and a value without control characters.
LINE = re.compile(
    r"(?P<name>[A-Za-z0-9-]+)(?P<parameters>(;[A-Za-z0-9-]+=[^\x00-\x1f\";:,]+)*):(?P<value>[^\x00-\x08\x0a-\x1f\x7f]*)"
)
TEXTS = {"SUMMARY", "NAME", "X-WR-CALNAME", "UID"}


def unescaped(value: str) -> str:
    """A value of type TEXT; every sign that must be escaped is (section 3.3.11)."""
    assert re.fullmatch(r"(\\[\\;,nN]|[^\\;,])*", value), value
    return re.sub(r"\\(.)", lambda found: "\n" if found.group(1) in "nN" else found.group(1), value)


def content_lines(text: str) -> Iterator[tuple[str, str]]:
    """The lines of a calendar, unfolded: names and values."""
    assert text.endswith("\r\n")
    octets = text.encode()
    assert max(map(len, octets.split(b"\r\n"))) <= 75
    assert octets.count(b"\n") == octets.count(b"\r") == octets.count(b"\r\n")
    for line in text[:-2].replace("\r\n ", "").split("\r\n"):
        found = LINE.fullmatch(line)
        assert found, line
        name = found["name"].upper()
        yield name, unescaped(found["value"]) if name in TEXTS else found["value"]


def parsed(text: str) -> tuple[dict[str, str], list[dict[str, str]]]:
    """The properties of a calendar, and of each of its events: each once, those that must be there are."""
    lines = list(content_lines(text))
    assert lines[0] == ("BEGIN", "VCALENDAR")
    assert lines[-1] == ("END", "VCALENDAR")
    calendar: dict[str, str] = {}
    events: list[dict[str, str]] = []
    here = calendar
    for name, value in lines[1:-1]:
        if name == "BEGIN":
            assert (value, here is calendar) == ("VEVENT", True)
            events.append(here := {})
        elif name == "END":
            assert (value, here is calendar) == ("VEVENT", False)
            here = calendar
        else:
            assert name not in here, name
            here[name] = value
    assert here is calendar
    assert calendar["VERSION"] == "2.0"
    assert calendar["PRODID"]
    for event in events:
        assert event.keys() >= {"UID", "DTSTAMP", "DTSTART"}
        assert re.fullmatch(r"\d{8}T\d{6}Z", event["DTSTAMP"])
        assert re.fullmatch(r"\d{8}", event["DTSTART"])
        assert event["DTEND"] > event["DTSTART"]
    assert len({event["UID"] for event in events}) == len(events)
    return calendar, events


def test_any_title_comes_through_as_it_was_written() -> None:
    titles = [NASTY, "", "a" * 67, "é" * 34, "\x00\x07\x7f", "tab\there", "漢" * 100]
    written = write_calendar(
        NASTY, [CalendarEvent(f"u{n}", date(2026, 2, 28), one, "https://a.nl/b") for n, one in enumerate(titles)],
        stamp=date(2026, 1, 1),
    )  # fmt: skip
    calendar, events = parsed(written)
    assert calendar["NAME"] == NASTY.replace("\r\n", "\n")
    shown = [NASTY.replace("\r\n", "\n"), *titles[1:4], "", "tabhere", titles[-1]]
    assert [event["SUMMARY"] for event in events] == shown
    assert {event["DTEND"] for event in events} == {"20260301"}


async def made(browser: Resident, name: str) -> str:
    """Make the address of a calendar; return its path."""
    await browser.open(HERE)
    page = await browser.press(f"Maak een adres: {name}")
    [address] = [word for word in page.text.split() if word.endswith(".ics")]
    return urlsplit(address).path


async def plan(site: Site, code: str) -> int:
    """A round with a day of erasing, and an action."""
    opened = await site.round(municipality=code)
    async with tenant_transaction(site.database, code) as session:
        (await session.get_one(Round, opened.round_id)).erase_on = dutch_day() + timedelta(days=90)
        action: dict[str, Any] = {
            "id": f"{code.lower()}action",
            "title": "Folder; anders",
            "owner": "Eva",
            "state": ActionState.OPEN.value,
        }
        due = dutch_day() + timedelta(days=3)
        session.add(Action(municipality=code, due_on=due, made_by="7f", made_at=now(), **action))
    return opened.round_id


async def feeds(database: Database, user_id: str) -> list[CalendarFeed]:
    async with reading_across(database) as session:
        return list(await session.exec(select(CalendarFeed).where(col(CalendarFeed.user_id) == user_id)))


async def test_a_calendar_holds_the_days_of_its_place_and_tells_whether_it_changed(site: Site) -> None:
    code, other = next(site.unused), next(site.unused)
    round_id = await plan(site, code)
    await plan(site, other)
    user_id = await add_staff(site.database, {code: Role.OWNER})
    browser = await signed_in_browser(site, user_id)
    path = await made(browser, site.installation.municipalities[code].name)
    assert path.removeprefix("/agenda/").removesuffix(".ics") not in str(await feeds(site.database, user_id))
    assert "/agenda/" not in (await browser.open(HERE)).text, "it is shown once"
    program = site.browser().client
    answer = await program.get(path)
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["cache-control"] == "private, no-cache"
    calendar, events = parsed(answer.text)
    assert calendar["NAME"] == f"CEO: {site.installation.municipalities[code].name}"
    summaries = [event["SUMMARY"] for event in events]
    assert sorted(summaries) == [
        "Actie klaar: Folder; anders",
        "Laatste dag van meting: Wmo-meting 2026",
        "Meting opent: Wmo-meting 2026",
        "Namen en codes worden gewist: Wmo-meting 2026",
    ]
    assert any(event["URL"].endswith(f"/werk/{code}/metingen/{round_id}") for event in events)
    again = await program.get(path, headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    async with tenant_transaction(site.database, code) as session:
        await session.exec(update(Round).where(col(Round.id) == round_id).values(title="Andere titel"))
    assert (await program.get(path, headers={"if-none-match": answer.headers["etag"]})).status_code == 200


async def test_an_address_ends_when_its_owner_says_so_or_may_not_see_the_place_any_more(site: Site) -> None:
    code = next(site.unused)
    await plan(site, code)
    name, program = site.installation.municipalities[code].name, site.browser().client
    ids = {role: await add_staff(site.database, {code: role}) for role in (Role.READER, Role.OWNER, Role.ANALYST)}
    browsers = {role: await signed_in_browser(site, user_id) for role, user_id in ids.items()}
    paths = {role: await made(browser, name) for role, browser in browsers.items()}
    for path in paths.values():
        assert (await program.get(path)).status_code == 200
    async with shared_transaction(site.database) as session:
        await session.exec(
            update(Membership).where(col(Membership.user_id) == ids[Role.READER]).values(role=Role.PARTNER.value)
        )
        await session.exec(update(User).where(col(User.id) == ids[Role.ANALYST]).values(disabled=True))
    owner = browsers[Role.OWNER]
    await owner.open(HERE)
    page = await owner.press(f"Maak een nieuw adres: {name}")
    [address] = [word for word in page.text.split() if word.endswith(".ics")]
    newest = urlsplit(address).path
    assert (await program.get(newest)).status_code == 200
    for path in (
        *paths.values(),
        newest.removesuffix(".ics"),
        f"/agenda/{'0' * 43}.ics",
        "/agenda/x",
        f"/agenda/{'y' * 500}.ics",
    ):
        answer = await program.get(path)
        assert (answer.status_code, answer.content) == (404, b""), path
        assert answer.headers["cache-control"] == "no-store"
    page = await owner.press(f"Stop dit adres: {name}")
    assert "Het adres werkt niet meer." in page.text
    assert (await program.get(newest)).status_code == 404
    # Nobody makes an address for a place of others, or without a right to see days there.
    seal = [(one.name, one.value) for form in owner.page.all_forms for one in form.fields if one.name == "zegel"][:1]
    await owner.post("/werk/account/agenda", [*seal, ("plaats", next(site.unused))])
    assert owner.answer.status_code == 404
    partner = await signed_in_browser(site, await add_staff(site.database, {code: Role.PARTNER}))
    page = await partner.open(HERE)
    seal = [(one.name, one.value) for form in page.all_forms for one in form.fields if one.name == "zegel"][:1]
    await partner.post("/werk/account/agenda", [*seal, ("plaats", code)])
    assert partner.answer.status_code == 404


async def test_the_first_page_tells_what_is_new_and_mail_stops_by_its_link_without_signing_in(site: Site) -> None:
    code = next(site.unused)
    await plan(site, code)
    user_id = await add_staff(site.database, {code: Role.OWNER})
    owner = await signed_in_browser(site, user_id)
    await make_notices(site.database, today=dutch_day(), now=now())
    page = await owner.open(f"/werk/{code}")
    assert "Een actie moet klaar zijn op" in page.text
    [button] = [words for form in page.all_forms for _, _, words in form.buttons if words.startswith("Gezien")]
    page = await owner.press(button)
    assert owner.place == f"/werk/{code}"
    assert "Een actie moet klaar zijn op" not in page.text
    page = await owner.open(HERE)
    assert "U krijgt dit omdat u met de acties van de gemeente werkt." in page.text
    await owner.press("Bewaar", {"tonen": ["action-due"], "mailen": ["action-due", "signal"]})
    assert "Uw keuze is bewaard." in owner.page.text
    link = stop_link(site.settings, user_id, NoticeKind.ACTION_DUE)
    stranger = site.browser()
    page = await stranger.open(urlsplit(link).path)
    assert "Een actie moet bijna klaar zijn" in page.text
    # Looking at it changes nothing.
    boxes = {(one.name, one.value): one.on for form in (await owner.open(HERE)).all_forms for one in form.fields}
    assert boxes["mailen", "action-due"]
    page = await stranger.press("Stop deze mail")
    assert "U krijgt hierover geen mail meer." in page.text
    boxes = {(one.name, one.value): one.on for form in (await owner.open(HERE)).all_forms for one in form.fields}
    assert not boxes["mailen", "action-due"]
    assert boxes["tonen", "action-due"]
    assert boxes["mailen", "signal"]
    assert not boxes["tonen", "step-soon"]
    await stranger.open(urlsplit(link).path[:-1])
    assert stranger.answer.status_code == 404
    async with reading_across(site.database) as session:
        assert [row.mail_due for row in await session.exec(select(Notice).where(col(Notice.user_id) == user_id))] == [
            False
        ]
