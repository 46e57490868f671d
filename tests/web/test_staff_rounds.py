"""Planning a round in the workplace, following it, and making codes that work."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from arrangements import wmo_core
from sqlmodel import select
from web.planning import AIM, NEXT, TARGET, begin_fieldwork, days, plan_round
from web.reading import Resident, Served
from web.running import Site
from web.staffing import staff_browser

from ceo.clock import dutch_day, now
from ceo.storage.audit import AuditRecord
from ceo.storage.contacts import Invitation
from ceo.storage.tenancy import reading_across
from ceo.workflows.publish import publish_questionnaire
from ceo.workflows.rights import Role

pytestmark = pytest.mark.anyio


async def planning(site: Site) -> tuple[Resident, str, str]:
    """Return a fieldworker's browser, the municipality, and the hash of a version that was published."""
    code = next(site.unused)
    published = await publish_questionnaire(site.database, wmo_core(), now=now())
    return await staff_browser(site, {code: Role.FIELDWORKER}), code, published.content_hash


async def test_a_fieldworker_plans_a_round_and_hands_out_codes_that_work(site: Site) -> None:
    browser, code, version = await planning(site)
    await browser.open(f"/werk/{code}/metingen")
    assert "Er is nog geen meting." in browser.page.text
    await plan_round(browser, code, version)
    await begin_fieldwork(browser)
    assert "Het veldwerk is begonnen." in browser.page.text
    page = await browser.open(browser.page.link("Naar het veldwerk"))
    assert "Begeleiding 850 0 0 –" in page.text

    form = next(form for form in page.forms if form.action.endswith("/codes"))
    button = "Maak de codes en download ze"
    answer = await browser.client.post(
        form.action, data=dict(form.filled({"aantal-1": ["2"], "aantal-2": ["1"]}, button))
    )
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))
    assert [row["groep"] for row in rows] == ["Begeleiding", "Begeleiding", "Hulp bij het huishouden"]
    resident = site.browser()
    await resident.open(rows[0]["link"].removeprefix("http://testserver.local"))
    assert resident.place == f"/{code}/welkom"
    page = await browser.open(browser.place)
    assert "Begeleiding 850 2 0 0 %" in page.text
    async with reading_across(site.database) as session:
        records = sorted(await session.exec(select(AuditRecord)), key=lambda row: row.number)
        actions = [row.action for row in records if row.place == code]
    assert actions == ["round.planned", *["round.plan-changed"] * 2, "round.to-field", "round.codes-made"]


WRONG = (
    ("weten", {"title": ["Mijn titel"], "measurement": ["Met Hoofdletters"]}, {"aim", "users", "questionnaire", "measurement"}),
    ("moment", {"moment": ["periodic"], "every_months": ["0"], **days(3, 1)}, {"every_months", "closes_on"}),
    ("doelgroep", {"target": [""], "coming": ["codes"], "strata": ["Begeleiding"]}, {"target", "strata"}),
    ("methode", {"modes": ["paper"], "breakdown": ["naam"], "floor": ["9"]}, {"modes", "promise", "breakdown", "floor"}),
    ("uitvoering", {"phone": [""], "reminders": ["9"], "reminder_days": ["1"], "erase_on": ["2020-01-01"]},
     {"phone", "reminders", "reminder_days", "erase_on"}),
)  # fmt: skip


async def test_everything_that_is_wrong_in_a_step_is_told_at_once_and_nothing_is_lost(site: Site) -> None:
    browser, code, version = await planning(site)
    place = await plan_round(browser, code, version)
    for step, typed, wrong in WRONG:
        page = await browser.open(f"{place.partition('?')[0]}/{step}")
        form = page.forms[-1]
        [seal] = [control.value for control in form.fields if control.name == "zegel"]
        answer = await browser.client.post(form.action, data={"zegel": seal, **typed})
        page = Served(answer.text)
        assert answer.status_code == 422, step
        assert page.title.startswith("Fout:")
        assert {href[1:] for href, _ in page.links if href.startswith("#") and href != "#inhoud"} == wrong, step


async def test_a_measurement_has_one_round_in_a_municipality(site: Site) -> None:
    browser, code, version = await planning(site)
    for _ in range(2):
        await browser.open(f"/werk/{code}/metingen/nieuw")
        page = await browser.press(NEXT, {**AIM, "questionnaire": [version]})
    assert "U hebt al een meting met deze naam." in page.text


async def test_no_more_codes_than_clients(site: Site) -> None:
    browser, code, version = await planning(site)
    await plan_round(browser, code, version, target={**TARGET, "strata": ["Begeleiding; 3"]})
    await begin_fieldwork(browser)
    await browser.open(browser.page.link("Naar het veldwerk"))
    page = await browser.press("Maak de codes en download ze", {"aantal-1": ["4"]})
    assert browser.answer.status_code == 422
    assert "Er kunnen er nog 3 bij." in page.text
    async with reading_across(site.database) as session:
        assert not [row for row in await session.exec(select(Invitation)) if row.municipality == code]


async def test_the_last_day_can_move_and_the_questionnaire_cannot(site: Site) -> None:
    browser, code, version = await planning(site)
    await plan_round(browser, code, version)
    await begin_fieldwork(browser)
    page = browser.page
    assert {control.name for form in page.forms for control in form.fields if control.kind != "hidden"} == {
        "closes_on",
        "q",
    }
    later = (dutch_day() + timedelta(days=60)).isoformat()
    page = await browser.press("Bewaar de laatste dag", {"closes_on": [later]})
    assert "Gewijzigd." in page.text
    page = await browser.press("Bewaar de laatste dag", {"closes_on": ["2020-01-01"]})
    assert browser.answer.status_code == 422
    assert "Kies vandaag of een latere dag" in page.text


async def test_a_reader_sees_rounds_and_can_open_none(site: Site) -> None:
    round_ = await site.round()
    browser = await staff_browser(site, {round_.municipality: Role.READER})
    page = await browser.open(f"/werk/{round_.municipality}/metingen")
    assert "Plan een meting" not in page.text
    await browser.open(f"/werk/{round_.municipality}/metingen/nieuw")
    assert browser.answer.status_code == 403


async def test_a_round_is_found_by_words_of_its_title_and_only_in_its_own_municipality(site: Site) -> None:
    opened = await site.round()
    reader = await staff_browser(site, {opened.municipality: Role.READER})
    page = await reader.open(f"/werk/{opened.municipality}/zoeken?q=METING%20wmo")
    assert page.link("Wmo-meting 2026") == f"/werk/{opened.municipality}/metingen/{opened.round_id}"
    page = await reader.open(f"/werk/{opened.municipality}/zoeken?q=100%25")
    assert "Niets gevonden voor ‘100%’." in page.text
    other = next(site.unused)
    stranger = await staff_browser(site, {other: Role.READER})
    assert "Wmo-meting" not in (await stranger.open(f"/werk/{other}/zoeken?q=wmo")).text
