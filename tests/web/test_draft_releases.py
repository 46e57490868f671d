"""Drafts of releases in the workplace: who has to do something hears it, who left comes back, and a draft is given up with a reason."""

from __future__ import annotations

import pytest
from released import ALMERE, UTRECHT
from sqlmodel import insert
from web.counting import counted_statements
from web.drafted import as_if_made, edition, recorded, send, sign_all, with_second_edition
from web.reading import Resident
from web.running import Site
from web.staffing import staff_browser

from ceo.storage.people import NATIONAL
from ceo.storage.releases import Release, ReleaseState
from ceo.storage.tenancy import shared_transaction
from ceo.workflows.demonstration.national import MEASUREMENT
from ceo.workflows.rights import Role

pytestmark = pytest.mark.anyio

HOME = f"/werk/{UTRECHT}"
DESK = "/werk/landelijk"
OWN = f"{HOME}/uitgaven/{MEASUREMENT}/2"
NATIONALLY = f"{DESK}/uitgaven/{MEASUREMENT}/2"
REASON = "De lijst klopte niet."


async def owner(site: Site, code: str = UTRECHT) -> Resident:
    return await staff_browser(site, {code: Role.OWNER}, name="Eva Eigenaar")


async def editor(site: Site) -> Resident:
    return await staff_browser(site, {NATIONAL: Role.NATIONAL_EDITOR})


async def changed(site: Site, **values: object) -> None:
    async with shared_transaction(site.database) as session:
        row = await session.get_one(Release, (MEASUREMENT, 2))
        for name, value in values.items():
            setattr(row, name, value)


async def test_the_home_page_tells_an_owner_that_a_release_waits_for_a_signature_until_it_is_there(
    released: Site,
) -> None:
    eva = await owner(released)
    assert "handtekening" not in (await eva.open(HOME)).text
    row = await with_second_edition(released)
    told = f"Een uitgave wacht op uw handtekening: {row.title}, editie 2"
    page = await eva.open(HOME)
    assert page.link(told) == OWN
    for role in (Role.READER, Role.EDITOR):
        other = await staff_browser(released, {UTRECHT: role})
        assert told not in (await other.open(HOME)).text
    await eva.open(OWN)
    await eva.open(eva.page.link("Teken"))
    await eva.press("Teken voor uw gemeente")
    assert told not in (await eva.open(HOME)).text


async def test_the_national_desk_tells_who_decides_of_drafts_in_which_something_can_be_done(released: Site) -> None:
    row = await with_second_edition(released)
    lars = await editor(released)
    assert "Vraagt aandacht" not in (await lars.open(DESK)).text  # municipalities are waited for
    await sign_all(released, row)
    page = await lars.open(DESK)
    assert page.link(f"Klaar om te publiceren: {row.title}, editie 2") == NATIONALLY
    await changed(released, fault="Een vraag past niet.", asked_at=None)
    page = await lars.open(DESK)
    assert page.link(f"Kon niet worden gemaakt: {row.title}, editie 2") == NATIONALLY
    researcher = await staff_browser(released, {NATIONAL: Role.NATIONAL_RESEARCHER})
    assert "Vraagt aandacht" not in (await researcher.open(DESK)).text


async def test_more_drafts_cost_the_home_pages_no_more_statements_and_who_decides_nothing_none(released: Site) -> None:
    await with_second_edition(released)
    eva, lars = await owner(released), await editor(released)
    leo = await staff_browser(released, {UTRECHT: Role.READER})
    asked = ((eva, HOME), (leo, HOME), (lars, DESK))
    before = [await statements(released, browser, page) for browser, page in asked]
    row = (await edition(released, MEASUREMENT, 2)).model_dump()
    many = [
        {**row, "name": f"nog-een-{number}", "place": place, "fault": "Past niet."}
        for number, place in enumerate([UTRECHT, NATIONAL] * 20)
    ]
    async with shared_transaction(released.database) as session:
        await session.exec(insert(Release), params=many)
    assert [await statements(released, browser, page) for browser, page in asked] == before
    assert before[0] == before[1] + 1


async def statements(site: Site, browser: Resident, page: str) -> int:
    await browser.client.get(page)  # what is opened once and kept is not counted
    with counted_statements(site.database) as sent:
        assert (await browser.client.get(page)).status_code == 200, page
    return len(sent)


async def test_who_refused_comes_back_on_a_page_that_says_what_it_means(released: Site) -> None:
    row = await with_second_edition(released)
    eva = await owner(released)
    assert (
        (await eva.open(f"{OWN}/toch-meedoen")).headings[0].endswith("editie 2")
    )  # there is nothing to come back from
    assert await send(eva, f"{OWN}/niet-meedoen", {"controlegetal": row.digest, "reden": REASON}) == 303
    leo = await staff_browser(released, {UTRECHT: Role.READER})
    page = await leo.open(OWN)
    assert "kan de eigenaar van uw gemeente dat besluiten" in page.text
    assert await send(leo, f"{OWN}/toch-meedoen", {}) == 403
    page = await eva.open(OWN)
    page = await eva.open(page.link("Toch meedoen"))
    assert "Meedoen alleen is geen handtekening." in page.text
    page = await eva.press("Doe toch mee")
    assert eva.place == OWN
    assert "Uw gemeente doet weer mee." in page.text
    assert REASON not in page.text
    assert await recorded(released, UTRECHT) == ["release.signed", "release.refused", "release.rejoined"]
    assert await send(eva, f"{OWN}/toch-meedoen", {}) == 409  # it did already
    assert await send(await owner(released, "GM0363"), f"/werk/GM0363/uitgaven/{MEASUREMENT}/2/toch-meedoen", {}) == 404


async def test_an_editor_drops_a_draft_and_municipalities_read_why(released: Site) -> None:
    row = await with_second_edition(released)
    eva, lars = await owner(released), await editor(released)
    assert await send(eva, f"{OWN}/vervallen", {"controlegetal": row.digest, "reden": REASON}) == 404  # not hers
    page = await lars.open(NATIONALLY)
    page = await lars.open(page.link("Laat dit concept vervallen"))
    assert "Gemeenten die in het concept staan, lezen uw reden." in page.text
    page = await lars.press("Laat dit concept vervallen", {"reden": [" "]})
    assert lars.answer.status_code == 422
    assert "Schrijf de reden op" in page.text
    page = await lars.press("Laat dit concept vervallen", {"reden": [REASON]})
    assert lars.place == NATIONALLY
    assert "Het concept is vervallen." in page.text
    assert (await edition(released, MEASUREMENT, 2)).state == ReleaseState.DROPPED
    words = {words for _, words in page.links}
    assert not words & {"Laat dit concept vervallen", "Bekijk de cijfers", "Publiceer de uitgave"}
    assert (await recorded(released, NATIONAL))[-1] == "release.dropped"
    for browser, address in ((lars, NATIONALLY), (eva, OWN)):
        page = await browser.open(address)
        assert "en wordt niet gepubliceerd. De reden: De lijst klopte niet." in page.text
        listed = await browser.open(address.removesuffix(f"/{MEASUREMENT}/2"))
        assert "Vervallen" in listed.text
        assert "Dit wacht op u" not in listed.text
    for address in ("cijfers", "tekenen", "niet-meedoen", "toch-meedoen", "verschillen"):
        await eva.open(f"{OWN}/{address}")
        assert eva.place == OWN
    for address in ("publiceren", "vervallen"):
        assert await send(lars, f"{NATIONALLY}/{address}", {"controlegetal": row.digest, "reden": REASON}) == 409
    assert "gepubliceerd, vervallen of ingetrokken" in lars.page.text
    assert await send(lars, f"{NATIONALLY}/opnieuw-maken", {}) == 409
    assert "editie 1" in (await eva.open(f"/cijfers/{MEASUREMENT}")).text


async def test_a_municipality_drops_a_draft_of_its_own_but_not_while_it_is_made(released: Site) -> None:
    eva = await owner(released)
    await eva.open(f"{HOME}/uitgaven/nieuw")
    about = {"meting": [MEASUREMENT], "titel": ["Utrecht"], "over-wie": ["Cliënten"], "naam": ["wmo-utrecht"]}
    await eva.press("Stel de uitgave voor", about)
    own = f"{HOME}/uitgaven/wmo-utrecht/1"
    assert (await eva.open(f"{own}/vervallen")).headings[0].endswith("editie 1")
    assert await send(eva, f"{own}/vervallen", {"controlegetal": "", "reden": REASON}) == 409
    await as_if_made(released, "wmo-utrecht", 1, only=UTRECHT)
    page = await eva.open(own)
    page = await eva.open(page.link("Laat dit concept vervallen"))
    assert "De naam wordt niet opnieuw gebruikt." in page.text
    page = await eva.press("Laat dit concept vervallen", {"reden": [REASON]})
    assert "Het concept is vervallen." in page.text
    other = await owner(released, ALMERE)
    assert "wmo-utrecht" not in (await other.open(f"/werk/{ALMERE}/uitgaven")).text
