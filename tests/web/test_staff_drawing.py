"""The page of the sample: a plan before anything is drawn, the draw, the reserve, the proof, and undoing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from frames_made import clients_of, person_with, round_to_draw_for, stand_in_frame
from web.counting import counted_statements
from web.reading import Resident, Served
from web.running import Site
from web.staffing import staff_browser

from ceo.clock import dutch_day, now
from ceo.storage.clients import Client
from ceo.storage.tenancy import tenant_transaction
from ceo.workflows.inviting.codes import invite
from ceo.workflows.jobs.worker import work_off
from ceo.workflows.rights import Role

pytestmark = pytest.mark.anyio

PEOPLE = {
    **{f"hulp {number}": person_with("Hulp") for number in range(80)},
    **{f"vervoer {number}": person_with("Vervoer") for number in range(20)},
}
PLAN = {"wie": ["aantal"], "aantal": ["50"], "respons": ["40"], "reserve": ["20"], "prijs": ["1,50"]}


async def drawing(site: Site, role: Role = Role.FIELDWORKER, *, listed: bool = True) -> tuple[Resident, str, int]:
    """Return a browser, the municipality, and a round with a list."""
    code = next(site.unused)
    round_id = await round_to_draw_for(site.database, municipality=code, closes_on=dutch_day() + timedelta(days=30))
    if listed:
        await stand_in_frame(site.database, round_id, PEOPLE, municipality=code)
    browser = await staff_browser(site, {code: role})
    await browser.open(f"/werk/{code}/veldwerk/{round_id}/steekproef")
    return browser, code, round_id


async def ask(browser: Resident, given: Mapping[str, Sequence[str]]) -> Served:
    """Fill in the plan and look at it: the form asks, and sends nothing."""
    button = "Bekijk het plan"
    form = next(form for form in browser.page.forms if button in [words for _, _, words in form.buttons])
    assert form.method == "get"
    return await browser.open(f"{form.action.partition('#')[0]}?{urlencode(form.filled(given, button))}")


async def drawn(site: Site) -> tuple[Resident, str, int]:
    browser, code, round_id = await drawing(site)
    await ask(browser, {**PLAN, "startgetal": ["2027"]})
    await browser.press("Trek deze steekproef")
    await work_off(site.database, site.settings, clock=now)
    await browser.open(f"/werk/{code}/veldwerk/{round_id}/steekproef")
    return browser, code, round_id


async def test_a_plan_is_shown_before_anything_is_drawn(site: Site) -> None:
    browser, code, round_id = await drawing(site)
    assert "Op de lijst staan 100 cliënten die u kunt uitnodigen." in browser.page.text
    page = await ask(browser, PLAN)
    assert browser.answer.status_code == 200
    # By hand: 1.96·√(0.25/16·64/79) = 22.05 points, 1.96·√(0.25/4·16/19) = 44.96, and both at 0.8 and 0.2: 19.80.
    assert "Hulp 80 40 8 16 ± 22,1 % Minder dan 30 antwoorden: uitkomsten zijn onzeker" in page.text
    assert "Vervoer 20 10 2 4 ± 45 % Minder dan 10 antwoorden: geen uitkomsten" in page.text
    assert "Samen 100 50 10 20 ± 19,8 %" in page.text
    assert "tussen de 30,2 % en de 69,8 % tevreden" in page.text
    assert (
        "Over deze groepen kunt u straks niets laten zien, want er komen minder dan 10 antwoorden: Vervoer."
        in page.text
    )
    assert "Dit zijn samen ongeveer 80 brieven, met herinneringen. Dat kost ongeveer € 120." in page.text
    assert {client.status for client in await clients_of(site.database, round_id, municipality=code)} == {"eligible"}


async def test_what_was_planned_is_drawn_verified_and_undone(site: Site) -> None:
    browser, code, round_id = await drawn(site)
    assert "Hulp 80 40 50 8" in browser.page.text
    assert "Samen 100 50 10" in browser.page.text
    assert "Startgetal: 2027." in browser.page.text
    page = await browser.press("Trek opnieuw ter controle")
    assert "De controle is begonnen." in page.text
    assert "Steekproef controleren Wacht op zijn beurt" in page.text
    assert "Trek opnieuw ter controle" not in page.text
    await work_off(site.database, site.settings, clock=now)
    page = await browser.open(f"/werk/{code}/veldwerk/{round_id}/steekproef")
    assert "Het klopt." in page.text
    page = await browser.press("Voeg deze mensen toe", {"reserve-1": ["3"]})
    assert "Hulp 80 43 53,8 5" in page.text
    page = await browser.press("Voeg deze mensen toe", {"reserve-1": ["6"]})
    assert browser.answer.status_code == 422
    assert "Hulp: vul een getal in van 0 tot en met 5." in page.text
    page = await browser.press("Gooi de steekproef weg")
    assert browser.answer.status_code == 422
    page = await browser.press("Gooi de steekproef weg", {"zeker": ["ja"]})
    assert "De steekproef is weggegooid." in page.text
    assert {client.status for client in await clients_of(site.database, round_id, municipality=code)} == {"eligible"}


async def test_a_sample_that_was_changed_is_told_until_it_is_drawn_anew(site: Site) -> None:
    browser, code, round_id = await drawn(site)
    address = f"/werk/{code}/veldwerk/{round_id}/steekproef"
    taken = next(one for one in await clients_of(site.database, round_id, municipality=code) if one.status == "drawn")
    async with tenant_transaction(site.database, code) as session:
        (await session.get_one(Client, taken.id)).status = "eligible"
    await browser.press("Trek opnieuw ter controle")
    await work_off(site.database, site.settings, clock=now)
    assert "Het klopt niet." in (await browser.open(address)).text
    await browser.press("Gooi de steekproef weg", {"zeker": ["ja"]})
    await ask(browser, {**PLAN, "startgetal": ["2028"]})
    await browser.press("Trek deze steekproef")
    await work_off(site.database, site.settings, clock=now)
    page = await browser.open(address)
    assert "Startgetal: 2028." in page.text
    assert "Gecontroleerd op" not in page.text


async def test_everything_that_is_wrong_is_told_at_once_and_nothing_is_lost(site: Site) -> None:
    browser, _, _ = await drawing(site)
    wrong = {"aantal": ["veel"], "respons": ["0"], "minimum": ["1,5"], "prijs": ["-1"], "herinneringen": ["9"]}
    page = await ask(browser, {**wrong, "startgetal": ["é"]})
    assert browser.answer.status_code == 422
    links = {href for href, _ in page.links if href.startswith("#") and href != "#inhoud"}
    assert links == {"#aantal", "#respons", "#minimum", "#prijs", "#herinneringen", "#startgetal"}
    assert {control.name: control.value for control in page.forms[-1].fields}["aantal"] == "veel"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"aantal": ["101"]}, "Zo veel cliënten zijn er niet."),
        ({"aantal": ["20"], "minimum": ["9"]}, "Met dit aantal haalt niet elke groep het minimum."),
        ({"wie": ["marge"], "marge": ["0"]}, "Vul een marge in van 0,5 tot 50 procentpunten"),
        ({"wie": ["marge"], "marge": ["0,5"]}, "Deze marge haalt u niet, ook niet als u iedereen uitnodigt."),
        ({"wie": ["iedereen"], "verdeling": ["equal"], "indeling": ["none"]}, "Alle cliënten 100 100 0 40"),
        ({"verdeling": ["equal"]}, "U verdeelt de uitnodigingen niet naar grootte."),
    ],
)
async def test_a_plan_that_cannot_be_or_costs_something_says_so(
    site: Site, typed: dict[str, list[str]], told: str
) -> None:
    browser, _, _ = await drawing(site)
    page = await ask(browser, {**PLAN, "reserve": ["0"], **typed})
    assert told in page.text


async def test_a_list_that_changed_since_the_plan_is_not_drawn_from(site: Site) -> None:
    browser, code, round_id = await drawing(site)
    await ask(browser, PLAN)
    [form] = [form for form in browser.page.forms if form.action.endswith("/trekken")]
    page = await browser.press("Trek deze steekproef")
    async with tenant_transaction(site.database, code) as session:
        client = await session.get_one(Client, (await clients_of(site.database, round_id, municipality=code))[0].id)
        client.status = "excluded"
    await work_off(site.database, site.settings, clock=now)
    page = await browser.open(f"/werk/{code}/veldwerk/{round_id}/steekproef")
    assert "De lijst is veranderd sinds u het plan zag." in page.text
    other = {**dict(form.filled({}, "Trek deze steekproef")), "lijst": "sha256:other"}
    answer = await browser.client.post(form.action, data=other)
    assert "gedaan=frame-changed" in str(answer.headers.get("location", answer.url))


async def test_after_the_first_invitation_nothing_is_drawn_or_undone(site: Site) -> None:
    browser, code, round_id = await drawn(site)
    key = site.settings.secret_key
    await invite(site.database, key, municipality=code, round_id=round_id, numbers={"Hulp": 1})
    page = await browser.press("Gooi de steekproef weg", {"zeker": ["ja"]})
    assert "Er zijn al mensen uitgenodigd. De steekproef kan niet meer veranderen." in page.text
    assert "Gooi de steekproef weg" not in page.text


async def test_without_a_list_the_page_leads_to_the_list(site: Site) -> None:
    browser, code, round_id = await drawing(site, listed=False)
    assert browser.page.link("Lees eerst de cliëntenlijst in") == f"/werk/{code}/veldwerk/{round_id}/lijst"


async def test_who_may_only_look_draws_nothing(site: Site) -> None:
    browser, code, round_id = await drawing(site, Role.ANALYST)
    page = await ask(browser, PLAN)
    assert "Trek deze steekproef" not in page.text
    seal = next(field.value for form in page.forms for field in form.fields if field.name == "zegel")
    answer = await browser.client.post(
        f"/werk/{code}/veldwerk/{round_id}/steekproef/trekken",
        data={"zegel": seal or "", **{k: v[0] for k, v in PLAN.items()}},
    )
    assert answer.status_code == 403


async def test_the_page_asks_as_much_of_the_database_for_more_people_and_groups(site: Site) -> None:
    browser, code, round_id = await drawn(site)
    counts = []
    for more in (0, 60):
        people = {f"meer {number}": person_with(f"product {number // 12}") for number in range(more)}
        async with tenant_transaction(site.database, code) as session:
            session.add_all(
                Client(
                    municipality=code,
                    id=f"{number:032}",
                    round_id=round_id,
                    person_hash=f"{number:064}",
                    traits=traits,
                    stratum=f"groep {number // 12}",
                )
                for number, traits in enumerate(people.values())
            )
        with counted_statements(site.database) as statements:
            await browser.open(f"/werk/{code}/veldwerk/{round_id}/steekproef")
        counts.append(len(statements))
    assert counts[0] == counts[1] < 25
