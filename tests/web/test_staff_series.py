"""Asking the same people again, in the workplace: in the plan, with the key of the municipality, and on the page of the series."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta

import pytest
from arrangements import OpenedRound, arrange_round, wmo_core
from made_lists import made_list, written_xlsx
from sqlmodel import select
from web.counting import counted_statements
from web.planning import AIM, NEXT, TARGET, days
from web.reading import Resident, Served
from web.running import Site
from web.staffing import staff_browser

from ceo.clock import dutch_day, now
from ceo.storage.clients import Client
from ceo.storage.contacts import Invitation
from ceo.storage.jobs import Job
from ceo.storage.kept_files import KeptFile
from ceo.storage.rounds import Promise, Round, RoundDesign
from ceo.storage.submissions import Submission
from ceo.storage.tenancy import reading_across, tenant_transaction
from ceo.web.staff.rounds.plan_forms import Around, read_step
from ceo.web.staff.rounds.plan_of_round import asked_of
from ceo.workflows.frames.person_keys import open_person_key, person_key, seal_person_key
from ceo.workflows.jobs.worker import work_off
from ceo.workflows.publish import publish_questionnaire
from ceo.workflows.rights import Role
from ceo.workflows.rounds.design import Breakdown, Design, Step
from questionnaires.loading import load_shipped
from questionnaires.modules import Act
from questionnaires.questionnaire import Questionnaire

pytestmark = pytest.mark.anyio

LOAD, MAKE = "Controleer de lijst en lees hem in", "Maak een sleutel voor ons"
PARTNERS = {**TARGET, "partners": ["Begeleiding; De Linde"]}


async def plan_to_moment(
    site: Site, browser: Resident, code: str, measurement: str, asked: Questionnaire | None = None
) -> None:
    """Begin a plan, up to the step about the moment."""
    version = (await publish_questionnaire(site.database, asked or wmo_core(), now=now())).content_hash
    await browser.open(f"/werk/{code}/metingen/nieuw")
    await browser.press(NEXT, {**AIM, "measurement": [measurement], "questionnaire": [version]})


async def test_the_plan_puts_a_round_into_a_series_and_asks_who_carries_out_what(site: Site) -> None:
    code = next(site.unused)
    browser = await staff_browser(site, {code: Role.FIELDWORKER})
    await plan_to_moment(site, browser, code, "voor")
    assert "Vraagt u dezelfde mensen later weer?" in browser.page.text
    page = await browser.press(NEXT, {"moment": ["continuous"], "delay_days": ["10"], "series": ["+"], **days(1, 30)})
    assert "Een doorlopende meting, of een meting na een gebeurtenis, kan niet in een reeks." in page.text
    await browser.press(NEXT, {"moment": ["once"], "series": ["+"], **days(1, 30)})
    page = await browser.press(NEXT, {**TARGET, "partners": ["Begeleiding, De Linde"]})
    assert "een puntkomma en een partner" in page.text
    await browser.press(NEXT, PARTNERS)
    assert browser.place.endswith("/methode")
    page = await browser.press(NEXT, {"promise": ["anonymous"]})
    plan = browser.place.rpartition("/")[0]
    page = await browser.open(plan)
    assert "meting T0 van de reeks voor" in page.text
    assert "Begeleiding: De Linde" in page.text
    assert "Dat kan niet anoniem" in page.text

    await plan_to_moment(site, browser, code, "na")
    assert "Ja, dit is meting T1 van de reeks voor" in browser.page.text
    await browser.press(NEXT, {"moment": ["once"], "series": ["voor"], **days(60, 90)})
    page = await browser.open(browser.place.rpartition("/")[0])
    page = await browser.open(page.link("meting T1 van de reeks voor"))
    assert "Reeks voor" in page.headings
    assert "Er is nog niemand gevraagd." in page.text


async def test_the_plan_asks_under_which_law_an_activity_falls_where_the_questionnaire_names_none(site: Site) -> None:
    code = next(site.unused)
    browser = await staff_browser(site, {code: Role.FIELDWORKER})
    await plan_to_moment(site, browser, code, "wet", load_shipped("nl.ceo.effect@1"))
    await browser.press(NEXT, {"moment": ["once"], **days(1, 30)})
    page = await browser.press(NEXT, PARTNERS)
    assert browser.answer.status_code == 422
    assert page.text.count("Kies onder welke wet deze activiteit valt.") == 2
    page = await browser.press(NEXT, {**PARTNERS, "act": [""]})
    assert browser.answer.status_code == 422
    await browser.press(NEXT, {**PARTNERS, "act": ["wmo"]})
    await browser.press(NEXT, {"breakdown": ["provider"]})
    page = await browser.open(browser.place.rpartition("/")[0])
    assert "Wet Wmo" in page.text
    assert "Uitsplitsen naar De aanbieder" in page.text
    assert "Deze uitsplitsing mag niet" not in page.text
    await browser.open(f"{browser.place}/doelgroep")
    page = await browser.press(NEXT, {"partners": [""], "act": ["jeugdwet"]})
    assert "Bij jeugdhulp mag niet naar aanbieder worden uitgesplitst" in page.text


async def another_round(site: Site, code: str, measurement: str) -> OpenedRound:
    """Open another round in a municipality."""
    return await arrange_round(
        site.database,
        site.settings,
        municipality=code,
        measurement=measurement,
        invited={"Begeleiding": 0},
        opens_on=dutch_day(),
        closes_on=dutch_day() + timedelta(days=30),
        promise=Promise.PSEUDONYMOUS,
    )


class Desk:
    """A fieldworker who loads a list for a round of a series."""

    def __init__(self, site: Site, browser: Resident, opened: OpenedRound) -> None:
        self.site, self.browser, self.opened = site, browser, opened
        self.page = f"/werk/{opened.municipality}/veldwerk/{opened.round_id}/lijst"

    async def upload(self) -> Served:
        page = await self.browser.open(self.page)
        form = next(form for form in page.forms if "bestand" in form.asked)
        sent = {field.name: field.value for field in form.fields if field.kind == "hidden"}
        file = ("lijst.xlsx", written_xlsx(made_list(12, seed=3)))
        return await self.browser._follow(await self.browser.client.post(self.page, data=sent, files={"bestand": file}))

    async def load(self, key: str) -> Served:
        await self.browser.press(LOAD, {"sleutel": [key]})
        await work_off(self.site.database, self.site.settings, clock=now)
        return await self.browser.open(self.page)

    async def keys(self) -> set[str | None]:
        async with reading_across(self.site.database) as session:
            rows = await session.exec(select(Client).where(Client.round_id == self.opened.round_id))
            keys = self.site.settings.encryption_keys
            return {open_person_key(keys, row.id, row.sealed_person_key or "") for row in rows}


async def in_series(site: Site, opened: OpenedRound, wave: int, **design: object) -> None:
    async with tenant_transaction(site.database, opened.municipality) as session:
        row = await session.get_one(Round, opened.round_id)
        row.series, row.wave = "reeks", wave
        document = Design(done=tuple(Step), **design).model_dump(mode="json")  # type: ignore[arg-type]
        session.add(RoundDesign(municipality=opened.municipality, round_id=opened.round_id, document=document))


async def test_a_key_is_made_and_shown_once_and_asked_for_at_each_wave(site: Site) -> None:
    opened = await site.round(promise=Promise.PSEUDONYMOUS)
    code = opened.municipality
    await in_series(site, opened, 0)
    browser = await staff_browser(site, {code: Role.FIELDWORKER})
    desk = Desk(site, browser, opened)
    await desk.upload()
    page = await browser.press(LOAD)
    assert browser.answer.status_code == 422
    assert "Typ de sleutel van uw gemeente." in page.text
    page = await browser.press(LOAD, {"sleutel": ["Welkom01"]})
    assert "Deze sleutel is te raden." in page.text
    assert "Welkom01" not in browser.answer.text
    page = await browser.press(MAKE)
    [made] = re.findall(r"(?:[A-Z0-9]{5}-){4}[A-Z0-9]{5}", page.text)
    assert "kluis" in page.text
    assert made not in browser.place
    await desk.load(made)
    keys = await desk.keys()
    assert len(keys) > 5
    assert None not in keys
    assert made not in (await browser.open(desk.page)).text
    async with reading_across(site.database) as session:
        kept = str([job.model_dump() for job in await session.exec(select(Job))])
        kept += str([row.model_dump() for row in await session.exec(select(RoundDesign))])
        assert not [row for row in await session.exec(select(KeptFile)) if row.municipality == code]
    assert made not in kept
    assert "'sealed'" not in kept

    later = await another_round(site, code, "na")
    await in_series(site, later, 1)
    desk = Desk(site, browser, later)
    page = await desk.upload()
    assert MAKE not in [words for form in page.forms for _, _, words in form.buttons]
    page = await browser.press(LOAD, {"sleutel": [made[:-1] + ("B" if made[-1] != "B" else "C")]})
    assert "Dit is niet de sleutel van de vorige meting." in page.text
    await desk.load(made.lower().replace("-", " "))
    assert await desk.keys() == keys


async def hand_in(site: Site, opened: OpenedRound, answered: Sequence[int], asked: Sequence[int]) -> None:
    """Let people be invited and answer; a number is a person."""
    own = {"municipality": opened.municipality, "round_id": opened.round_id, "stratum": "Begeleiding"}
    names = {number: person_key(bytes(32), f"{opened.municipality}{number}") for number in {*answered, *asked}}
    ids = {number: f"{opened.round_id}-{number}" for number in names}
    keys = site.settings.encryption_keys
    async with tenant_transaction(site.database, opened.municipality) as session:
        version = (await session.get_one(Round, opened.round_id)).questionnaire_hash
        for number in asked:
            sealed = seal_person_key(keys, ids[number], names[number])
            person = {"id": ids[number], "person_hash": ids[number], "traits": {}, "sealed_person_key": sealed}
            session.add(Client(**own, **person))
            session.add(Invitation(**own, access_hash=ids[number], client_id=ids[number]))
        session.add_all(
            Submission(
                **own,
                id=ids[number],
                questionnaire_hash=version,
                answers={},
                language="nl",
                text_register="standard",
                mode="web",
                received_on=dutch_day(),
                person_key=names[number],
            )
            for number in answered
        )


async def test_the_page_of_a_series_shows_drop_out_by_activity_and_hides_small_groups(site: Site) -> None:
    first = await site.round(invited={"Begeleiding": 0}, promise=Promise.PSEUDONYMOUS)
    code = first.municipality
    later = await another_round(site, code, "na")
    await in_series(site, first, 0, partners={"Begeleiding": "De Linde"})
    await in_series(site, later, 1)
    await hand_in(site, first, range(30), range(50))
    await hand_in(site, later, range(9), range(24))
    browser = await staff_browser(site, {code: Role.ANALYST})
    page = await browser.open(f"/werk/{code}/metingen/{later.round_id}")
    address = page.link("meting T1 van de reeks reeks")
    with counted_statements(site.database) as few:
        page = await browser.open(address)
    assert "Begeleiding De Linde 50 30 24 9" in page.text
    assert "Begeleiding – minder dan 10 –" in page.text
    assert "T1 loopt nog." in page.text
    await hand_in(site, later, range(9, 18), ())
    page = await browser.open(address)
    assert "Begeleiding 24 18 6 (25 %)" in page.text
    third = await another_round(site, code, "later")
    await in_series(site, third, 2)
    await hand_in(site, third, range(40, 60), range(40, 60))
    with counted_statements(site.database) as many:
        page = await browser.open(address)
    assert {"Van T0 naar T2", "Van T1 naar T2"} <= set(page.headings)
    assert len(few) == len(many)


async def test_an_unknown_series_is_no_page(site: Site) -> None:
    code = next(site.unused)
    browser = await staff_browser(site, {code: Role.OWNER})
    for name in ("bestaat-niet", "%00", "a" * 3000):
        await browser.open(f"/werk/{code}/metingen/reeks/{name}")
        assert browser.answer.status_code == 404


@pytest.mark.parametrize(
    ("act", "chosen", "partners", "wrong", "kept"),
    [
        ("wmo", "", "Begeleiding; De Linde", set(), None),
        ("jeugdwet", "wmo", "Begeleiding; De Linde", {"partners"}, None),  # the law of the questionnaire wins
        (None, "jeugdwet", "Begeleiding; De Linde", {"partners"}, None),
        (None, "", "Begeleiding; De Linde", {"act"}, None),
        (None, "wmo", "Begeleiding; De Linde", set(), "wmo"),
        (None, "jeugdwet", "", set(), "jeugdwet"),
        (None, "", "", set(), None),
    ],
)
async def test_partners_are_named_under_a_law_that_allows_it_only(
    act: str | None, chosen: str, partners: str, wrong: set[str], kept: str | None
) -> None:
    around = Around(wmo_core().model_copy(update={"act": act}), frozenset(), dutch_day(), design=Design())
    form = {"target": ["Iedereen"], "coming": ["list"], "partners": [partners], "act": [chosen]}
    step, faults = read_step(Step.TARGET, form, around)
    assert set(faults) == wrong
    assert wrong or (step is not None and step.of_design.get("act") == kept)


@pytest.mark.parametrize(("act", "wrong"), [(None, {"breakdown"}), ("jeugdwet", {"breakdown"}), ("wmo", set())])
async def test_a_round_by_provider_needs_a_law_that_allows_it(act: Act | None, wrong: set[str]) -> None:
    asked = wmo_core().model_copy(update={"act": None})
    form: Mapping[str, Sequence[str]] = {
        "modes": ["web"],
        "promise": ["anonymous"],
        "breakdown": ["provider"],
        "floor": ["10"],
    }
    around = Around(asked, frozenset(), dutch_day(), design=Design(act=act, breakdown=Breakdown.PROVIDER))
    assert set(read_step(Step.METHOD, form, around)[1]) == wrong
    # Nor can the law be taken away, or changed for one that forbids it, once that was chosen.
    target: Mapping[str, Sequence[str]] = {"target": ["Iedereen"], "coming": ["list"], "act": [act or ""]}
    assert set(read_step(Step.TARGET, target, around)[1]) == ({"act"} if wrong else set())
    assert (Breakdown.PROVIDER.value in asked_of(asked, Design(act=act)).breakdowns) == (not wrong)
