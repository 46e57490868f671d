"""The page of letters in the workplace: what is asked for, files that are fetched once, and a text that fits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from io import BytesIO

import pytest
from arrangements import OpenedRound
from drawn_people import draw_people, somebody
from pypdf import PdfReader
from sqlmodel import col, select
from web.reading import Resident
from web.running import Site
from web.staffing import staff_browser

from ceo.clock import dutch_day, now
from ceo.storage.audit import AuditRecord
from ceo.storage.contacts import Invitation
from ceo.storage.jobs import Job
from ceo.storage.rounds import Round, RoundDesign, RoundStage
from ceo.storage.tenancy import tenant_reading, tenant_transaction
from ceo.workflows.inviting.letters import make_letters
from ceo.workflows.inviting.texts import LIMITS
from ceo.workflows.jobs.working import Working
from ceo.workflows.rights import Role
from ceo.workflows.rounds.design import Design

pytestmark = pytest.mark.anyio


async def at_letters(site: Site, people: int, *, role: Role = Role.FIELDWORKER) -> tuple[Resident, OpenedRound, str]:
    """Return the browser of somebody on the page of letters of a round, the round, and the address of the page."""
    opened = await site.round()
    await draw_people(site.database, opened, [somebody(number) for number in range(people)])
    browser = await staff_browser(site, {opened.municipality: role})
    address = f"/werk/{opened.municipality}/veldwerk/{opened.round_id}/brieven"
    await browser.open(address)
    return browser, opened, address


async def work_off(site: Site, opened: OpenedRound) -> None:
    """Do the one job of a round, as a worker does."""
    async with tenant_transaction(site.database, opened.municipality) as session:
        [job] = await session.exec(select(Job).where(col(Job.state) == "waiting"))
        job.state, job.lease = "running", "l" * 32
        job_id, payload, made_by = job.id, job.payload, job.made_by
    working = Working(
        site.database,
        site.settings,
        opened.municipality,
        job_id,
        "l" * 32,
        opened.round_id,
        payload,
        0,
        now,
        made_by=made_by,
    )
    await make_letters(working)
    async with tenant_transaction(site.database, opened.municipality) as session:
        (await session.get_one(Job, job_id)).state = "done"


async def test_letters_are_asked_for_once_made_by_a_worker_fetched_and_removed(site: Site) -> None:
    browser, opened, address = await at_letters(site, 3)
    assert "Nog aan te schrijven 3" in browser.page.text
    page = await browser.press("Maak 3 uitnodigingen", {"vorm": ["pdf"]})
    assert "Het maken is begonnen." in page.text
    assert "Brieven maken Wacht op zijn beurt" in page.text
    await browser.press("Maak 3 uitnodigingen", {"vorm": ["pdf"]})
    await work_off(site, opened)

    page = await browser.open(address)
    assert "Nog aan te schrijven 0" in page.text
    assert "uitnodigingen" not in {words for form in page.forms for _, _, words in form.buttons}
    name = f"brieven-wmo-{opened.municipality.lower()}-01-3-stuks.pdf"
    assert f"{name} 3 " in page.text
    fetching = next(form for form in page.forms if form.action.endswith("/ophalen"))
    seal = dict(fetching.filled({}, "Haal op"))
    # What nobody fetched cannot be removed: its codes stand nowhere else.
    await browser.client.post(fetching.action.replace("/ophalen", "/weghalen"), data=seal)
    for _ in range(2):  # what came in damaged can be fetched again
        answer = await browser.client.post(fetching.action, data=seal)
        assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
        assert len(PdfReader(BytesIO(answer.content)).pages) == 3
    page = await browser.open(address)
    page = await browser.press("Ik heb het bestand, verwijder het")
    assert "Het bestand is verwijderd." in page.text
    answer = await browser.client.post(fetching.action, data=seal)
    assert answer.headers["location"].endswith("?gedaan=leeg")
    assert "Dit bestand is er niet meer." in (await browser.open(answer.headers["location"])).text
    unknown = fetching.action.replace(fetching.action.split("/")[-2], "0" * 32)
    assert (await browser.client.post(unknown, data=seal)).status_code == 404
    async with tenant_reading(site.database, opened.municipality) as session:
        records = sorted(await session.exec(select(AuditRecord)), key=lambda row: row.number)
        actions = [row.action for row in records if row.place == opened.municipality]
    assert actions == ["letters.made", "file.fetched", "file.fetched", "file.emptied"]


async def test_a_lost_file_is_withdrawn_after_a_warning(site: Site) -> None:
    browser, opened, address = await at_letters(site, 2)
    await browser.press("Maak 2 uitnodigingen", {"vorm": ["pdf"]})
    await work_off(site, opened)
    page = await browser.open(address)
    page = await browser.open(next(href for href, words in page.links if words.startswith("Verloren?")))
    assert "2 codes werken daarna niet meer" in page.text
    page = await browser.press("De brieven zijn niet verstuurd: trek de codes in")
    assert "De codes zijn ingetrokken." in page.text
    assert "Nog aan te schrijven 2" in page.text


async def test_the_text_is_changed_shown_as_a_letter_and_refused_when_it_does_not_fit(site: Site) -> None:
    browser, _, address = await at_letters(site, 1)
    page = await browser.open(f"{address}/tekst?soort=invitation")
    page = await browser.press("Bewaar de tekst", {"subject": ["Wat vindt u ervan, inwoner van {gemeente}?"]})
    assert "De tekst is bewaard." in page.text
    answer = await browser.client.get(page.link("Bekijk de brief (PDF)"))
    assert answer.headers["content-disposition"].startswith("inline")
    text = PdfReader(BytesIO(answer.content)).pages[0].extract_text()
    assert "Wat vindt u ervan, inwoner van" in text
    assert "VOOR-BEEL-DJES" in text

    await browser.open(f"{address}/tekst?soort=invitation")
    longest = {name: ["woorden " * (LIMITS[name] // 8)] for name in ("opening", "why", "use", "closing")}
    page = await browser.press("Bewaar de tekst", longest)
    assert browser.answer.status_code == 422
    assert "De tekst past niet op één bladzijde" in page.text
    page = await browser.press("Bewaar de tekst", {"opening": ["Beste {naam}"], "why": [""], "closing": ["Dag"]})
    assert browser.answer.status_code == 422
    assert {href for href, _ in page.links} >= {"#opening", "#why"}
    assert "Waarover het gaat: {naam} kan niet." in page.text
    kept = {control.name: control.value for form in page.forms for control in form.fields}
    assert kept["closing"] == "Dag"


async def test_our_easy_words_are_offered_and_kept_only_when_they_are_saved(site: Site) -> None:
    browser, _, address = await at_letters(site, 1)
    page = await browser.open(f"{address}/tekst?soort=reminder")
    page = await browser.open(page.link("Begin met onze makkelijke tekst"))
    values = {control.name: control.value for form in page.forms for control in form.fields if control.on}
    assert values["register"] == "easy"
    assert values["subject"] == "Wij vragen u nog een keer: wat vindt u van de hulp?"
    page = await browser.open(f"{address}/tekst?soort=reminder")
    values = {control.name: control.value for form in page.forms for control in form.fields if control.on}
    assert values["register"] == "standard"


async def invited(site: Site, opened: OpenedRound, *, days: Sequence[int], reminders: Sequence[int] = ()) -> None:
    """Let the people of a round have got their last letter so many days ago, the how-manieth reminder it was."""
    async with tenant_transaction(site.database, opened.municipality) as session:
        for number, client_id in enumerate(await _clients(site, opened)):
            facts = {"round_id": opened.round_id, "stratum": "Begeleiding", "client_id": client_id}
            sent, got = dutch_day() - timedelta(days=days[number]), reminders[number] if reminders else 0
            own = {"municipality": opened.municipality, "access_hash": f"{opened.round_id}{number:060}"}
            session.add(Invitation(**own, **facts, sent_on=sent, reminders=got))


async def plan(site: Site, opened: OpenedRound, design: Design) -> None:
    """Let a round have a plan."""
    own = {"municipality": opened.municipality, "round_id": opened.round_id}
    async with tenant_transaction(site.database, opened.municipality) as session:
        session.add(RoundDesign(**own, document=design.model_dump(mode="json")))


@pytest.mark.parametrize(
    ("planned", "got", "begins", "told"),
    [
        (Design(reminders=2, reminder_days=10), (0, 0, 0), ("1", "10"), "Dit is herinnering 1 van 2."),
        (Design(reminders=2, reminder_days=10), (1, 1, 0), ("2", "10"), "Dit is herinnering 2 van 2."),
        (Design(reminders=3, reminder_days=30), (2, 1, 0), ("3", "30"), "Dit is herinnering 3 van 3."),
        (Design(reminders=1), (1, 1, 0), ("1", "14"), "Wie hem nog niet kreeg, kan hem nog krijgen."),
        (Design(reminders=0), (0, 0, 0), ("1", "14"), "In het plan van deze meting staan geen herinneringen."),
    ],
)
async def test_a_reminder_begins_with_what_the_plan_says_and_can_be_another(
    site: Site, planned: Design, got: tuple[int, ...], begins: tuple[str, str], told: str
) -> None:
    browser, opened, address = await at_letters(site, 3)
    await plan(site, opened, planned)
    await invited(site, opened, days=(40, 40, 40), reminders=got)
    page = await browser.open(address)
    [form] = [form for form in page.forms if "hoeveelste" in form.asked]
    values = {control.name: control.value for control in form.fields}
    assert (values["hoeveelste"], values["dagen"]) == begins
    assert told in page.text
    assert f"Kunnen een herinnering krijgen {sum(number < int(begins[0]) for number in got)} " in page.text
    await browser.press("Maak herinneringen", {"hoeveelste": ["3"], "dagen": ["40"]})
    async with tenant_reading(site.database, opened.municipality) as session:
        [job] = await session.exec(select(Job))
    assert job.payload["reminders"] == 3
    assert job.payload["sent_before"] == (dutch_day() - timedelta(days=39)).isoformat()


async def test_the_page_tells_for_whom_it_is_which_reminder(site: Site) -> None:
    browser, opened, address = await at_letters(site, 4)
    await plan(site, opened, Design(reminders=2, reminder_days=10))
    await invited(site, opened, days=(20, 20, 20, 3), reminders=(1, 1, 0, 0))
    page = await browser.open(address)
    assert "In het plan van deze meting staan 2 herinneringen, steeds 10 dagen na de brief of mail ervoor." in page.text
    assert "1 persoon krijgt de eerste herinnering. 2 mensen krijgen de tweede herinnering." in page.text
    first = dutch_day() + timedelta(days=7)
    assert f"Herinner volgens het plan vanaf {first.day} " in page.text


async def test_reminders_are_counted_by_days_and_advised_from_the_day_of_the_plan(site: Site) -> None:
    browser, opened, address = await at_letters(site, 2)
    await invited(site, opened, days=(2, 16))
    page = await browser.open(address)
    assert "Kunnen een herinnering krijgen 1 Kregen pas een brief of mail 1" in page.text
    assert "Dat is nu nog niet." in page.text
    page = await browser.press("Maak herinneringen", {"dagen": ["honderd"]})
    assert browser.answer.status_code == 422
    assert "Vul een aantal dagen in van 0 tot en met 99." in page.text
    page = await browser.press("Maak herinneringen", {"dagen": ["20"]})
    assert "Er is nu niemand om aan te schrijven." in page.text
    await browser.press("Maak herinneringen", {"dagen": ["16"]})
    await work_off(site, opened)
    page = await browser.open(address)
    assert "herinneringen-wmo" in page.text
    assert "Kunnen een herinnering krijgen 0 Kregen pas een brief of mail 1" in page.text


async def _clients(site: Site, opened: OpenedRound) -> list[str]:
    from ceo.storage.clients import Client

    async with tenant_reading(site.database, opened.municipality) as session:
        return list(await session.exec(select(Client.id).where(col(Client.round_id) == opened.round_id)))


async def test_before_the_field_and_without_a_sample_the_page_says_what_comes_first(site: Site) -> None:
    browser, opened, address = await at_letters(site, 0)
    assert "Er is nog niemand getrokken." in browser.page.text
    await draw_people(site.database, opened, [somebody(1)])
    async with tenant_transaction(site.database, opened.municipality) as session:
        (await session.get_one(Round, opened.round_id)).stage = RoundStage.DRAFT.value
    page = await browser.open(address)
    assert "Brieven kunt u maken als het veldwerk is begonnen" in page.text
    assert not [words for form in page.forms for _, _, words in form.buttons if words.startswith("Maak ")]


async def test_who_only_looks_gets_no_files_and_no_codes(site: Site) -> None:
    browser, _, address = await at_letters(site, 1, role=Role.ANALYST)
    assert browser.answer.status_code == 200
    assert not [form for form in browser.page.forms if "/brieven" in form.action]
    assert (await browser.client.get(f"{address}/voorbeeld")).status_code == 403
