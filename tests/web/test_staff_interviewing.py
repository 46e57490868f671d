"""Filling in for somebody who phones or stands at the counter, and recording why somebody does not take part."""

from __future__ import annotations

from typing import Any

import pytest
from arrangements import OpenedRound, simulated
from sqlmodel import select
from web.reading import Resident
from web.running import Site
from web.staffing import staff_browser
from web.walking import NEXT, SKIP, walk

from ceo.storage.audit import AuditRecord
from ceo.storage.contacts import Invitation
from ceo.storage.rounds import Promise, Round
from ceo.storage.submissions import Draft, Submission
from ceo.storage.tenancy import tenant_reading, tenant_transaction
from ceo.workflows.answering.arriving import refuse, start
from ceo.workflows.audit.recording import place_reading
from ceo.workflows.rights import Role

pytestmark = pytest.mark.anyio

TALK, BEGIN, GO_ON = "Begin het gesprek", "Begin met de vragen", "Ga verder met invullen"
LATER, REFUSES = "Later verder: er is nog niets verstuurd", "Wil niet meedoen"
RECORD, BACK = "Leg vast", "Naar de werkplek, om te stoppen of af te ronden"


def place(opened: OpenedRound) -> str:
    return f"/werk/{opened.municipality}/veldwerk/{opened.round_id}/gesprek"


async def desk(site: Site, opened: OpenedRound) -> Resident:
    browser = await staff_browser(site, {opened.municipality: Role.FIELDWORKER})
    await browser.open(place(opened))
    return browser


async def talking(site: Site, opened: OpenedRound, number: int = 0) -> Resident:
    """Return a browser in which somebody fills in for a person who agreed."""
    browser = await desk(site, opened)
    await browser.press(TALK, {"code": [opened.codes[number]]})
    await browser.press(BEGIN, {"akkoord": ["ja"]})
    return browser


async def rows(site: Site, opened: OpenedRound, table: type[Any]) -> list[Any]:
    async with tenant_reading(site.database, opened.municipality) as session:
        return list(await session.exec(select(table)))


async def test_a_fieldworker_fills_in_for_somebody_on_the_phone_and_comes_back_to_the_workplace(site: Site) -> None:
    opened = await site.round()
    browser = await desk(site, opened)
    page = await browser.press(TALK, {"code": [opened.codes[0]]})
    assert page.headings[0] == "Gesprek: lees dit eerst voor"
    assert opened.codes[0] not in browser.place
    page = await browser.press(BEGIN, {"akkoord": ["ja"]})
    assert "/vraag/" in browser.place
    assert "U vult in voor iemand anders." in page.text
    await walk(browser, simulated(0))
    page = await browser.press("Verstuur mijn antwoorden")
    page = await browser.open(page.link(BACK))
    assert "De antwoorden zijn verstuurd. Dit gesprek is klaar." in page.text
    [sent] = await rows(site, opened, Submission)
    assert (sent.mode, sent.respondent) == ("phone", "helped")
    page = await browser.open(f"/{opened.municipality}/klaar")
    assert "iemand anders" not in page.text


async def test_nobody_is_asked_anything_before_agreeing(site: Site) -> None:
    opened = await site.round()
    browser = await desk(site, opened)
    await browser.press(TALK, {"code": [opened.codes[0]]})
    page = await browser.press(BEGIN)
    assert browser.answer.status_code == 422
    assert page.title.startswith("Fout:")
    assert "Vraag eerst of deze persoon wil meedoen." in page.text
    assert await rows(site, opened, Draft) == []


@pytest.mark.parametrize("promise", list(Promise))
async def test_the_introduction_says_what_the_round_promised(site: Site, promise: Promise) -> None:
    opened = await site.round(promise=promise)
    browser = await desk(site, opened)
    page = await browser.press(TALK, {"code": [opened.codes[0]]})
    assert ("kan niemand meer zien" in page.text) is (promise is Promise.ANONYMOUS)
    assert "schuilnaam" not in page.text
    async with tenant_transaction(site.database, opened.municipality) as session:
        (await session.get_one(Round, opened.round_id)).series = "reeks"
    page = await browser.open(f"/werk/{opened.municipality}/veldwerk/{opened.round_id}/gesprek")
    assert ("krijgen uw antwoorden een schuilnaam" in page.text) is (promise is Promise.PSEUDONYMOUS)
    for words in ("U doet alleen mee als u dat wilt.", "u mag altijd stoppen", "ongeveer 6 minuten"):
        assert words in page.text


async def test_stopping_halfway_closes_the_answers_on_this_device_and_keeps_them(site: Site) -> None:
    opened = await site.round()
    browser = await talking(site, opened)
    await walk(browser, simulated(0), pages=3)
    page = await browser.open(browser.page.link(BACK))
    assert page.headings[0] == "Gesprek: verder invullen of afronden"
    page = await browser.press(LATER)
    assert "Met dezelfde code kan iedereen later verder." in page.text
    await browser.open(f"/{opened.municipality}/verder")
    assert browser.place == f"/{opened.municipality}", "without the code nobody gets to the answers"
    [draft] = await rows(site, opened, Draft)
    assert len(draft.answers) == 3
    await browser.open(place(opened))
    await browser.press(TALK, {"code": [opened.codes[0]]})
    await browser.press(GO_ON, {"akkoord": ["ja"]})
    assert "/vraag/" in browser.place


async def test_somebody_who_began_alone_goes_on_by_phone(site: Site) -> None:
    opened = await site.round()
    await start(site.database, opened.key(), today=site.installation.today)
    browser = await desk(site, opened)
    await browser.press(TALK, {"code": [opened.codes[0]]})
    await browser.press(GO_ON, {"akkoord": ["ja"]})
    [draft] = await rows(site, opened, Draft)
    assert (draft.mode, draft.respondent) == ("phone", "helped")


async def test_who_refuses_on_the_phone_leaves_no_answers_and_gets_no_reminder(site: Site) -> None:
    opened = await site.round()
    browser = await talking(site, opened)
    await walk(browser, simulated(0), pages=2)
    await browser.open(browser.page.link(BACK))
    page = await browser.press(REFUSES)
    assert "Vastgelegd: wil niet meedoen." in page.text
    assert await rows(site, opened, Draft) == []
    dispositions = {row.access_hash: row.disposition for row in await rows(site, opened, Invitation)}
    assert dispositions[opened.key().access_hash] == "refused-otherwise"
    assert list(dispositions.values()).count(None) == 2


@pytest.mark.parametrize(
    ("button", "disposition"),
    [("Kan niet meedoen", "not-able"), ("Spreekt geen taal die wij delen", "not-able"), (LATER, None)],
)
async def test_what_comes_of_a_conversation_is_kept_with_the_invitation(
    site: Site, button: str, disposition: str | None
) -> None:
    opened = await site.round(invited={"Begeleiding": 1})
    browser = await desk(site, opened)
    await browser.press(TALK, {"code": [opened.codes[0]]})
    await browser.press(button)
    [invitation] = await rows(site, opened, Invitation)
    assert (invitation.disposition, invitation.state) == (disposition, "open")


async def test_who_refused_on_the_website_can_come_back_on_that_by_phone(site: Site) -> None:
    opened = await site.round()
    await refuse(site.database, opened.key(), today=site.installation.today)
    browser = await desk(site, opened)
    page = await browser.press(TALK, {"code": [opened.codes[0]]})
    assert "liet eerder weten niet mee te doen" in page.text
    await browser.press(BEGIN, {"akkoord": ["ja"]})
    assert "/vraag/" in browser.place


async def test_somebody_without_a_code_gets_a_new_one_of_their_group(site: Site) -> None:
    opened = await site.round(invited={"Begeleiding": 1, "Vervoer": 1})
    browser = await desk(site, opened)
    page = await browser.press("Maak een code en begin", {"groep": [""]})
    assert browser.answer.status_code == 422
    page = await browser.press("Maak een code en begin", {"groep": ["Vervoer"]})
    assert "De nieuwe code is" in page.text
    code = page.text.split("De nieuwe code is ")[1].split(".")[0]
    await browser.press(BEGIN, {"akkoord": ["ja"]})
    assert "/vraag/" in browser.place
    invitations = await rows(site, opened, Invitation)
    assert sorted(row.stratum for row in invitations) == ["Begeleiding", "Vervoer", "Vervoer"]
    resident = site.browser()
    await resident.open(f"/{opened.municipality}/code/{code}")
    assert "Welkom terug" in resident.page.text


async def test_no_more_codes_than_clients_in_a_group(site: Site) -> None:
    opened = await site.round(invited={"Begeleiding": 1})  # of ten clients
    browser = await desk(site, opened)
    for _ in range(9):
        await browser.open(place(opened))
        await browser.press("Maak een code en begin", {"groep": ["Begeleiding"]})
        await browser.press(LATER)
    page = await browser.press("Maak een code en begin", {"groep": ["Begeleiding"]})
    assert browser.answer.status_code == 422
    assert "In deze groep heeft iedereen al een uitnodiging." in page.text


async def test_a_returned_letter_is_recorded_and_can_be_taken_back(site: Site) -> None:
    opened = await site.round(invited={"Begeleiding": 1})
    browser = await desk(site, opened)
    for chosen, kept in (("undeliverable", "undeliverable"), ("deceased", "deceased"), ("geen", None)):
        page = await browser.press(RECORD, {"code": [opened.codes[0]], "melding": [chosen]})
        assert "Vastgelegd." in page.text
        [invitation] = await rows(site, opened, Invitation)
        assert invitation.disposition == kept
    async with place_reading(site.database, opened.municipality) as session:
        records = [row for row in await session.exec(select(AuditRecord)) if row.action == "invitation.disposition"]
    assert [row.after for row in sorted(records, key=lambda row: row.number)] == [
        {"disposition": "undeliverable"},
        {"disposition": "deceased"},
        {"disposition": None},
    ]
    assert opened.key().access_hash not in str([row.model_dump() for row in records])


async def test_what_is_wrong_with_a_report_is_told_at_its_field(site: Site) -> None:
    opened = await site.round()
    browser = await desk(site, opened)
    for given, field in (
        ({"code": [opened.codes[0]], "melding": [""]}, "#melding"),
        ({"code": ["BCDF"], "melding": ["deceased"]}, "#code-melding"),
    ):
        page = await browser.press(RECORD, given)
        assert browser.answer.status_code == 422
        assert field in [href for href, _ in page.links]
    [*others] = await rows(site, opened, Invitation)
    assert {row.disposition for row in others} == {None}


async def test_codes_of_elsewhere_and_of_who_has_answered_begin_no_conversation(site: Site) -> None:
    opened, other = await site.round(), await site.round()
    browser = await talking(site, opened)
    await walk(browser, simulated(0))
    await browser.press("Verstuur mijn antwoorden")
    await browser.open(place(opened))
    for code, words in ((opened.codes[0], "al antwoorden verstuurd"), (other.codes[0], "kennen wij niet")):
        page = await browser.press(TALK, {"code": [code]})
        assert browser.answer.status_code == 422
        assert words in page.text


async def test_people_who_fill_in_themselves_see_no_way_to_a_workplace(site: Site) -> None:
    opened = await site.round()
    await talking(site, opened)  # the same pages, drawn for a fieldworker first
    resident = site.browser()
    await resident.open(f"/{opened.municipality}/code/{opened.codes[1]}")
    page = await resident.press("Begin met de eerste vraag")
    assert "/werk/" not in resident.answer.text
    assert NEXT in [words for form in page.forms for _, _, words in form.buttons]
    assert SKIP in [words for form in page.forms for _, _, words in form.buttons]


async def test_a_forged_marker_leads_nowhere_else(site: Site) -> None:
    opened = await site.round()
    for forged in ("https://elders.example", "1/../../", "0", "9" * 30, '1"><b>'):
        resident = site.browser()
        resident.client.cookies.set("ceo_gesprek", forged, domain="testserver.local", path="/")
        await resident.open(f"/{opened.municipality}")
        assert "iemand anders" not in resident.page.text
