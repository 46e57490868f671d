"""What those who work in a municipality see of its rounds: the home page, the results, the stories, and who wants to be called."""

from __future__ import annotations

import pytest
from arrangements import hand_in
from sqlmodel import col, select, update
from web.reading import Resident
from web.running import Site
from web.staffing import staff_browser
from web.test_consent import STORY, tell

from ceo.clock import dutch_day
from ceo.storage.audit import AuditRecord
from ceo.storage.callbacks import Callback
from ceo.storage.submissions import Submission, assign_edition
from ceo.storage.tenancy import reading_across, tenant_reading, tenant_transaction
from ceo.workflows.rights import Role

pytestmark = pytest.mark.anyio


async def test_staff_see_results_that_are_not_open_to_everybody(site: Site, browser: Resident) -> None:
    opened = await site.round(results_shown=False)
    await hand_in(site.database, opened, 12)
    own = f"/werk/{opened.municipality}/resultaten/wmo-{opened.municipality.lower()}"
    analyst = await staff_browser(site, {opened.municipality: Role.ANALYST})
    page = await analyst.open(own)
    assert "De uitkomsten worden nu berekend" in page.text
    await site.installation.reports.settle()
    page = await analyst.open(own)
    assert "Alleen medewerkers zien deze uitkomsten." in page.text
    assert "Ingevuld 12 In deze uitkomsten 12" in page.text
    await analyst.open(page.link("CSV"))
    assert analyst.answer.headers["content-type"].startswith("text/csv")
    await browser.open(own.removeprefix("/werk"))
    assert browser.answer.status_code == 404


async def test_the_home_page_names_what_asks_for_attention(site: Site) -> None:
    opened = await site.round(closes=2)
    owner = await staff_browser(site, {opened.municipality: Role.OWNER})
    page = await owner.open(f"/werk/{opened.municipality}")
    assert "Wmo-meting 2026: nog 3 dagen open" in page.text
    empty = await staff_browser(site, {(code := next(site.unused)): Role.OWNER})
    assert "Zo begint u" in (await empty.open(f"/werk/{code}")).text


async def test_a_partner_sees_its_own_activities_and_no_rounds(site: Site) -> None:
    opened = await site.round()
    partner = await staff_browser(site, {opened.municipality: Role.PARTNER})
    page = await partner.open(f"/werk/{opened.municipality}")
    assert "Wmo-meting" not in page.text
    await partner.open(f"/werk/{opened.municipality}/metingen")
    assert partner.answer.status_code == 403


async def test_a_story_is_read_by_whom_its_teller_let_and_after_nine_others_came(site: Site, browser: Resident) -> None:
    opened = await site.round()
    await tell(site, browser, opened)
    await browser.press("Bewaar en ga verder", {"mag": ["leren_intern", "delen_anoniem"]})
    await browser.press("Verstuur mijn antwoorden")
    other = site.browser()
    await tell(site, other, opened, "Dit mag niemand lezen.", number=1)
    await other.press("Bewaar en ga verder", {"mag": ["delen_anoniem"]})
    await other.press("Verstuur mijn antwoorden")
    analyst = await staff_browser(site, {opened.municipality: Role.ANALYST})
    stories = f"/werk/{opened.municipality}/verhalen/{opened.round_id}"
    assert STORY not in (await analyst.open(stories)).text
    async with tenant_transaction(site.database, opened.municipality) as session:
        await assign_edition(session, opened.round_id, 1)
    page = await analyst.open(stories)
    assert STORY in page.text
    assert "binnen de gemeente van leren; met anderen delen, zonder naam" in page.text
    assert "Dit mag niemand lezen." not in page.text
    reader = await staff_browser(site, {opened.municipality: Role.READER})
    await reader.open(stories)
    assert reader.answer.status_code == 403


async def test_a_request_to_be_called_is_read_and_removed_after_the_call(site: Site, browser: Resident) -> None:
    opened = await site.round()
    await tell(site, browser, opened)
    await browser.press("Bewaar en ga verder", {"mag": ["terugbellen"], "nummer": ["0612345678"], "naam": ["Fatma"]})
    await browser.press("Verstuur mijn antwoorden")
    owner = await staff_browser(site, {opened.municipality: Role.OWNER})
    page = await owner.open(f"/werk/{opened.municipality}")
    assert "1 persoon wil teruggebeld worden" in page.text
    page = await owner.open(page.link("1 persoon wil teruggebeld worden"))
    assert all(part in page.text for part in ("Fatma", "0612345678", STORY))
    page = await owner.press("Rond dit verzoek af")
    assert "Er is niets verwijderd." in page.text
    page = await owner.press("Rond dit verzoek af", {"zeker": ["ja"]})
    assert "Het verzoek is verwijderd." in page.text
    async with tenant_reading(site.database, opened.municipality) as session:
        assert not (await session.exec(select(Callback))).all()
    async with reading_across(site.database) as session:
        mine = select(AuditRecord).where(col(AuditRecord.place) == opened.municipality)
        [row] = (await session.exec(mine)).all()
    assert row.action == "callback.finished"
    assert "Fatma" not in str(row)


async def test_stories_come_in_pages(site: Site) -> None:
    opened = await site.round()
    await hand_in(site.database, opened, 30)
    async with tenant_transaction(site.database, opened.municipality) as session:
        told = {"VER01": {"version": 1, "value": STORY}}
        consents = {"VER01": {"given": ["leren_intern"], "withdrawn": []}}
        statement = update(Submission).where(col(Submission.round_id) == opened.round_id)
        await session.exec(statement.values(answers=told, consents=consents, edition=1, received_on=dutch_day()))
    analyst = await staff_browser(site, {opened.municipality: Role.ANALYST})
    page = await analyst.open(f"/werk/{opened.municipality}/verhalen/{opened.round_id}")
    assert page.text.count(STORY) == 25
    page = await analyst.open(page.link("Volgende bladzijde"))
    assert page.text.count(STORY) == 5
