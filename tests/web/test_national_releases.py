"""National releases: proposed by editors, followed municipality by municipality, published when all signed, corrected and withdrawn."""

from __future__ import annotations

import pytest
from released import ALMERE, TOWNS, UTRECHT
from sqlmodel import select
from web.drafted import REASON, as_if_made, edition, recorded, send, sign_all, with_second_edition
from web.reading import Resident
from web.running import Site
from web.staffing import staff_browser

from ceo.storage.editions import PublishedCounts
from ceo.storage.people import NATIONAL
from ceo.storage.releases import ReleaseState
from ceo.storage.rounds import Round, RoundStage
from ceo.storage.tenancy import reading_across, shared_transaction, tenant_transaction
from ceo.workflows.demonstration.national import MEASUREMENT
from ceo.workflows.rights import Role

pytestmark = pytest.mark.anyio

HOME = "/werk/landelijk/uitgaven"
FIRST = f"{HOME}/{MEASUREMENT}/1"
SECOND = f"{HOME}/{MEASUREMENT}/2"


async def editor(site: Site, role: Role = Role.NATIONAL_EDITOR) -> Resident:
    return await staff_browser(site, {NATIONAL: role}, name="Lars Landelijk")


async def owner(site: Site, code: str = UTRECHT) -> Resident:
    return await staff_browser(site, {code: Role.OWNER}, name="Eva Eigenaar")


async def test_a_release_is_proposed_of_a_measurement_with_sealed_rounds(released: Site) -> None:
    await unsealed_round(released, "GM0014")
    browser = await editor(released)
    page = await browser.open(f"{HOME}/nieuw")
    assert f"{MEASUREMENT}: 7 gemeenten hebben verzegeld, 1 nog niet" in page.text
    typed = {
        "meting": [MEASUREMENT],
        "titel": ["Wmo 2026"],
        "naam": ["wmo-2026"],
        "over-wie": ["Cliënten van de Wmo"],
        "uitgever": ["De landelijke redactie"],
    }
    page = await browser.press("Stel de uitgave voor", typed)
    assert browser.place == f"{HOME}/wmo-2026/1"
    assert "Gemeenten worden gevraagd zodra de uitgave is gemaakt." in page.text
    await as_if_made(released, "wmo-2026", 1)
    page = await browser.open(browser.place)
    assert "Wij wachten nog op 7 gemeenten." in page.text
    assert "Lars Landelijk, " in page.text
    assert (await edition(released, "wmo-2026", 1)).plan["divisions"] == ["province", "size_class"]


async def unsealed_round(site: Site, code: str) -> None:
    async with reading_across(site.database) as session:
        sealed = (
            await session.exec(select(Round).where(Round.municipality == UTRECHT, Round.measurement == MEASUREMENT))
        ).one()
    facts = sealed.model_dump(exclude={"id", "municipality", "stage"})
    async with tenant_transaction(site.database, code) as session:
        session.add(Round(**facts, municipality=code, stage=RoundStage.CLOSED.value))


async def test_editors_see_who_signed_who_is_waited_for_and_who_refused_with_the_reason(released: Site) -> None:
    row = await with_second_edition(released)
    await sign_all(released, row, but=UTRECHT)
    browser = await editor(released)
    page = await browser.open(SECOND)
    assert "Wij wachten nog op 1 gemeente." in page.text
    assert "Utrecht Bekijk Utrecht" in page.text
    assert "Almere" not in page.text
    assert "Almere ceo test" in (await browser.open(page.link("Getekend"))).text
    assert "Publiceer de uitgave" not in {words for _, words in page.links}
    assert (await browser.open(f"{SECOND}/publiceren")).headings == page.headings
    assert await send(browser, f"{SECOND}/publiceren", {"controlegetal": row.digest}) == 409
    assert "Nog niet elke gemeente heeft getekend" in browser.page.text

    eva = await owner(released)
    fields = {"controlegetal": row.digest, "reden": "De lijst klopte niet."}
    assert await send(eva, f"/werk/{UTRECHT}/uitgaven/{MEASUREMENT}/2/niet-meedoen", fields) == 303
    page = await browser.open(f"{SECOND}?stand=refused")
    assert "Utrecht Eva Eigenaar" in page.text
    assert "De lijst klopte niet." in page.text
    assert (await browser.client.get(f"{SECOND}?stand=onzin")).status_code == 404


async def test_a_later_edition_is_published_when_all_signed_and_leaves_the_earlier_one_to_be_cited(
    released: Site,
) -> None:
    browser = await editor(released)
    page = await browser.open(FIRST)
    await browser.open(page.link("Maak een nieuwe editie"))
    page = await browser.press("Stel de nieuwe editie voor", {"reden": [""]})
    assert browser.answer.status_code == 422
    await browser.press("Stel de nieuwe editie voor", {"reden": [REASON]})
    assert browser.place == SECOND
    assert await send(browser, f"{FIRST}/nieuwe-editie", {"reden": "Nog een."}) == 422
    assert "Publiceer dat eerst, of laat het vervallen." in browser.page.text
    await sign_all(released, await as_if_made(released, MEASUREMENT, 2))
    page = await browser.open(HOME)
    assert "Dit wacht op u Iedereen heeft getekend. Publiceer:" in page.text
    page = await browser.open(SECOND)
    await browser.open(page.link("Publiceer de uitgave"))
    assert REASON in browser.page.text
    page = await browser.press("Publiceer voor iedereen")
    assert "Gepubliceerd op" in page.text
    page = await browser.open(FIRST)
    assert "Vervangen door een latere editie" in page.text
    assert f"met de reden erbij: {REASON}" in page.text
    assert await recorded(released, NATIONAL) == [
        *("release.proposed", "release.made", "release.published"),
        *("release.proposed", "release.published"),
    ]


async def test_what_was_published_meanwhile_asks_for_making_it_anew(released: Site) -> None:
    row = await with_second_edition(released)
    await sign_all(released, row)
    async with shared_transaction(released.database) as session:
        session.add(PublishedCounts(measurement=MEASUREMENT, edition=9, content="{}"))
    browser = await editor(released)
    await browser.open(f"{SECOND}/publiceren")
    page = await browser.press("Publiceer voor iedereen")
    assert browser.answer.status_code == 409
    assert "Maak de uitgave opnieuw" in page.text
    await browser.open(page.link("Bekijk hoe de uitgave er nu voor staat"))
    page = await browser.press("Maak de uitgave opnieuw")
    assert "De uitgave wordt opnieuw gemaakt." in page.text


async def test_withdrawing_tells_readers_why_and_cannot_be_done_twice(released: Site) -> None:
    browser = await editor(released)
    page = await browser.open(FIRST)
    await browser.open(page.link("Trek deze uitgave in"))
    page = await browser.press("Trek de uitgave in", {"reden": ["x" * 1001]})
    assert browser.answer.status_code == 422
    page = await browser.press("Trek de uitgave in", {"reden": ["Fout in de weging."]})
    assert "Fout in de weging." in page.text
    assert (await edition(released, MEASUREMENT, 1)).state == ReleaseState.WITHDRAWN
    assert "Trek deze uitgave in" not in {words for _, words in page.links}
    assert await send(browser, f"{FIRST}/intrekken", {"reden": "Nog eens."}) == 409
    assert await send(browser, f"{FIRST}/opnieuw-maken", {}) == 409


async def test_an_editor_sees_the_whole_draft_and_a_researcher_only_how_far_it_is(released: Site) -> None:
    await with_second_edition(released)
    browser = await editor(released)
    page = await browser.open(f"{SECOND}/cijfers")
    assert page.headings[0] == "Alle deelnemende gemeenten"
    page = await browser.open(f"{SECOND}/cijfers?gebied={ALMERE}")
    assert page.headings[0] == "Almere"
    assert all(f"gebied={ALMERE}" in href for href, _ in page.links if "?thema=" in href or "?toon=" in href)
    assert (await browser.client.get(f"{SECOND}/cijfers?gebied=GM0363")).status_code == 404
    researcher = await editor(released, Role.NATIONAL_RESEARCHER)
    page = await researcher.open(SECOND)
    assert "Wij wachten nog op 7 gemeenten." in page.text
    assert "Er zijn" not in page.text
    assert (await researcher.client.get(f"{SECOND}/cijfers?gebied={ALMERE}")).status_code == 403
    assert (await researcher.client.get(f"{FIRST}/cijfers?gebied={ALMERE}")).status_code == 200
    assert (await researcher.client.get(f"{HOME}/nieuw")).status_code == 403


async def test_a_draft_that_a_municipality_proposed_is_its_own(released: Site) -> None:
    eva = await owner(released)
    await eva.open(f"/werk/{UTRECHT}/uitgaven/nieuw")
    typed = {"meting": [MEASUREMENT], "titel": ["Wmo hier"], "naam": ["wmo-hier"], "over-wie": ["Cliënten in Utrecht"]}
    await eva.press("Stel de uitgave voor", typed)
    await as_if_made(released, "wmo-hier", 1, only=UTRECHT)
    browser = await editor(released)
    assert "Wmo hier" not in (await browser.open(HOME)).text
    assert (await browser.client.get(f"{HOME}/wmo-hier/1")).status_code == 404
    assert (await browser.client.get(f"{HOME}/wmo-hier/1/cijfers")).status_code == 404
    other = await owner(released, ALMERE)
    assert (await other.client.get(f"/werk/{ALMERE}/uitgaven/wmo-hier/1")).status_code == 404
    assert len(TOWNS) == 7
