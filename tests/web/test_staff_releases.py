"""Releases in the workplace of a municipality: it looks at its own figures, signs or does not take part, and releases its own rounds."""

from __future__ import annotations

import pytest
from released import ALMERE, NOW, TOWNS, UTRECHT
from sqlmodel import insert, select
from web.counting import counted_statements
from web.drafted import REASON, as_if_made, edition, make, recorded, send, sign_all, with_second_edition
from web.reading import Resident
from web.running import Site
from web.staffing import staff_browser

from ceo.storage.audit import AuditRecord
from ceo.storage.people import NATIONAL
from ceo.storage.releases import Release
from ceo.storage.tenancy import reading_across, shared_transaction
from ceo.workflows.demonstration.national import MEASUREMENT
from ceo.workflows.releases.deciding import read_rounds
from ceo.workflows.releases.proposing import propose_again
from ceo.workflows.rights import Role

pytestmark = pytest.mark.anyio

HOME = f"/werk/{UTRECHT}/uitgaven"
FIRST = f"{HOME}/{MEASUREMENT}/1"
SECOND = f"{HOME}/{MEASUREMENT}/2"
ELSEWHERE = "GM0363"
FOLLOWS = '<meta http-equiv="refresh" content="3">'


async def owner(site: Site, code: str = UTRECHT) -> Resident:
    return await staff_browser(site, {code: Role.OWNER}, name="Eva Eigenaar")


async def test_a_municipality_looks_at_its_figures_and_signs_for_the_digest_that_it_saw(released: Site) -> None:
    row = await with_second_edition(released)
    browser = await owner(released)
    page = await browser.open(HOME)
    assert page.text.index("Dit wacht op u") < page.text.index("Alle uitgaven")
    assert ("/cijfers/wmo-landelijk-2026/1", f"Bekijk {row.title}, editie 1") in page.links
    page = await browser.open(page.link(f"{row.title}, editie 2"))
    assert browser.place == SECOND
    assert "GESIMULEERD" in page.text
    assert REASON in page.text
    assert "Lezers zien dezelfde cijfers van uw gemeente als in editie 1." in page.text
    assert row.manifest is not None
    assert row.manifest["snapshots"][UTRECHT] in page.text
    page = await browser.open(page.link("Bekijk uw cijfers"))
    assert "Concept. Zo worden de cijfers van uw gemeente gepubliceerd als u tekent." in page.text
    assert (
        "niet getoond: anders is een te kleine groep uit te rekenen"
        in (await browser.open(f"{SECOND}/cijfers?toon=weggelaten")).text
    )
    page = await browser.open(page.link("Ga verder met tekenen"))
    assert "Wat is gepubliceerd, blijft staan." in page.text
    assert row.digest in page.text
    page = await browser.press("Teken voor uw gemeente")
    assert "U heeft getekend voor de cijfers van uw gemeente." in page.text
    assert "Eva Eigenaar heeft op" in page.text
    assert "Dit wacht op u" not in (await browser.open(HOME)).text
    signed = {one.municipality: one.signed_digest for one in await read_rounds(released.database, row.name, 2)}
    assert signed == {code: row.digest if code == UTRECHT else "" for code in TOWNS}
    async with reading_across(released.database) as session:
        kept = await session.exec(
            select(AuditRecord).where(AuditRecord.place == UTRECHT, AuditRecord.action == "release.signed")
        )
        assert [one.object_id for one in kept][-1] == f"{MEASUREMENT}/2"


async def test_a_municipality_sees_of_a_draft_its_own_figures_and_those_of_all_together_and_nothing_else(
    released: Site,
) -> None:
    row = await with_second_edition(released)
    browser = await owner(released)
    themes = [
        href for href, _ in (await browser.open(f"{SECOND}/cijfers")).links if href.startswith(f"{SECOND}/cijfers")
    ]
    assert len(themes) > 4
    names = {code: released.installation.municipalities[code].name for code in TOWNS if code != UTRECHT}
    assert row.manifest is not None
    foreign = {*names, *names.values(), *(row.manifest["snapshots"][code] for code in names)}
    groups = [f"{SECOND}/cijfers?thema=Toegang&uitsplitsing=HUL01", f"{SECOND}/cijfers?toon=weggelaten&bladzijde=2"]
    for address in (
        HOME,
        SECOND,
        *themes,
        *groups,
        f"{SECOND}/verschillen",
        f"{SECOND}/tekenen",
        f"{SECOND}/niet-meedoen",
    ):
        page = await browser.open(address)
        assert browser.answer.status_code == 200, address
        assert [word for word in foreign if word in page.text] == [], address
    # Asking for another area by name gives the own figures.
    own = await browser.client.get(f"{SECOND}/cijfers")
    asked = await browser.client.get(f"{SECOND}/cijfers", params={"gebied": ALMERE, "area": ALMERE, "gemeente": ALMERE})
    assert asked.text == own.text
    stranger = await owner(released, ELSEWHERE)
    for path in (
        "",
        "/cijfers",
        "/verschillen",
        "/tekenen",
        "/niet-meedoen",
        "/publiceren",
        "/intrekken",
        "/nieuwe-editie",
    ):
        answer = await stranger.client.get(f"/werk/{ELSEWHERE}/uitgaven/{MEASUREMENT}/2{path}")
        assert answer.status_code == 404, path
        answer = await browser.client.get(f"/werk/{ALMERE}/uitgaven/{MEASUREMENT}/2{path}")
        assert answer.status_code == 404, path
    assert MEASUREMENT not in (await stranger.open(f"/werk/{ELSEWHERE}/uitgaven")).text


async def test_who_does_not_take_part_says_why_and_is_left_out(released: Site) -> None:
    row = await with_second_edition(released)
    await sign_all(released, row, but=UTRECHT)
    browser = await owner(released)
    await browser.open(SECOND)
    await browser.open(browser.page.link("Doe niet mee"))
    page = await browser.press("Doe niet mee", {"reden": [" "]})
    assert browser.answer.status_code == 422
    assert "Schrijf de reden op" in page.text
    page = await browser.press("Doe niet mee", {"reden": ["De lijst klopte niet."]})
    assert "Uw gemeente doet niet mee." in page.text
    assert FOLLOWS in browser.answer.text
    other = await owner(released, ALMERE)
    seconds = f"/werk/{ALMERE}/uitgaven/{MEASUREMENT}/2"
    assert await send(other, f"{seconds}/niet-meedoen", {"reden": "Wij ook niet."}) == 409  # not while it is made
    await make(released)
    page = await browser.open(SECOND)
    assert "In deze uitgave staan geen cijfers van uw gemeente." in page.text
    assert "De lijst klopte niet." in page.text
    made = await edition(released, MEASUREMENT, 2)
    assert made.digest != row.digest
    assert await send(browser, f"{SECOND}/tekenen", {"controlegetal": made.digest}) == 404
    page = await browser.open(f"{SECOND}/verschillen")
    assert "Editie 1 Editie 2" in page.text
    assert "staat er niet meer" in page.text
    assert page.link("Volgende bladzijde").endswith("bladzijde=2")
    assert (await browser.client.get(f"{SECOND}/verschillen?bladzijde=999")).status_code == 404
    page = await other.open(seconds)
    assert "Dit wacht op uw gemeente" in page.text  # what was signed for is not there any more
    assert "De lijst klopte niet." not in page.text


async def test_nobody_signs_for_something_else_than_was_looked_at_or_too_late(released: Site) -> None:
    row = await with_second_edition(released)
    browser = await owner(released)
    assert await send(browser, f"{SECOND}/tekenen", {"controlegetal": "sha256:0"}) == 409
    assert "opnieuw gemaakt nadat u deze pagina opende" in browser.page.text
    assert await send(browser, f"{FIRST}/tekenen", {"controlegetal": row.digest}) == 409
    assert "Dat kan niet meer" in browser.page.text
    assert await send(browser, f"{FIRST}/niet-meedoen", {"reden": "Toch niet."}) == 409
    for path in ("tekenen", "niet-meedoen"):  # nothing to decide: the page of the edition
        page = await browser.open(f"{FIRST}/{path}")
        assert (browser.place, page.forms[-1].action) == (FIRST, "/werk/afmelden")


async def test_a_reader_looks_and_decides_nothing(released: Site) -> None:
    await with_second_edition(released)
    browser = await staff_browser(released, {UTRECHT: Role.READER})
    page = await browser.open(SECOND)
    assert browser.answer.status_code == 200
    assert {"Teken", "Doe niet mee"}.isdisjoint(words for _, words in page.links)
    assert (await browser.client.get(f"{SECOND}/cijfers")).status_code == 200
    for path in ("tekenen", "niet-meedoen", "publiceren", "intrekken", "nieuwe-editie"):
        assert (await browser.client.get(f"{SECOND}/{path}")).status_code == 403
        assert await send(browser, f"{SECOND}/{path}", {}) == 403
    assert (await browser.client.get(f"{HOME}/nieuw")).status_code == 403
    # What somebody else proposed is not published, withdrawn or made anew by a municipality that is in it.
    eva = await owner(released)
    for path in ("publiceren", "intrekken", "nieuwe-editie", "opnieuw-maken"):
        assert await send(eva, f"{SECOND}/{path}", {"reden": "Omdat."}) == 404


async def test_a_municipality_releases_a_round_of_its_own(released: Site) -> None:
    browser = await owner(released)
    await browser.open(f"{HOME}/nieuw")
    page = await browser.press("Stel de uitgave voor", {"titel": ["x"], "naam": ["Wmo 2026"], "over-wie": [""]})
    assert browser.answer.status_code == 422
    assert {"Kies een meting.", "Typ op één regel, in 3 tot 200 tekens, over wie de cijfers gaan."} <= {
        words for _, words in page.links
    }
    typed = {
        "meting": [MEASUREMENT],
        "titel": ["Wmo in Utrecht"],
        "naam": [MEASUREMENT],
        "over-wie": ["Cliënten in Utrecht"],
    }
    page = await browser.press("Stel de uitgave voor", typed)
    assert "Er is al een uitgave met deze naam." in page.text
    page = await browser.press("Stel de uitgave voor", {"naam": ["wmo-utrecht"]})
    own = f"{HOME}/wmo-utrecht/1"
    assert browser.place == own
    assert FOLLOWS in browser.answer.text
    assert await send(browser, f"{own}/publiceren", {"controlegetal": ""}) == 409
    await as_if_made(released, "wmo-utrecht", 1, only=UTRECHT)
    page = await browser.open(own)
    assert "Doe niet mee" not in {words for _, words in page.links}
    await browser.open(page.link("Teken"))
    page = await browser.press("Teken voor uw gemeente")
    await browser.open(page.link("Publiceer de uitgave"))
    assert "Weghalen kan niet meer" in browser.page.text
    page = await browser.press("Publiceer voor iedereen")
    assert page.link("Bekijk de uitgave zoals iedereen haar ziet") == "/cijfers/wmo-utrecht/1"
    await browser.open(page.link("Trek deze uitgave in"))
    page = await browser.press("Trek de uitgave in", {"reden": [""]})
    assert browser.answer.status_code == 422
    page = await browser.press("Trek de uitgave in", {"reden": ["Verkeerde weging."]})
    assert "Verkeerde weging." in page.text
    await browser.open(page.link("Maak een nieuwe editie"))
    page = await browser.press("Stel de nieuwe editie voor", {"reden": ["Weging hersteld."]})
    assert browser.place == f"{HOME}/wmo-utrecht/2"
    actions = await recorded(released, UTRECHT)
    assert actions[-5:] == [
        "release.proposed",
        "release.signed",
        "release.published",
        "release.withdrawn",
        "release.proposed",
    ]
    page = await browser.open(f"/werk/{UTRECHT}/logboek")
    for words in ("Uitgave voorgesteld", "Getekend voor een uitgave", "Uitgave ingetrokken"):
        assert words in page.text


async def test_a_page_follows_the_making_and_tells_what_went_wrong(released: Site) -> None:
    await propose_again(released.database, MEASUREMENT, place=NATIONAL, reason=REASON, actor="ceo test", now=NOW)
    await changed(released, progress=3, size=7)
    browser = await staff_browser(released, {NATIONAL: Role.NATIONAL_EDITOR})
    page = await browser.open(f"/werk/landelijk/uitgaven/{MEASUREMENT}/2")
    assert FOLLOWS in browser.answer.text
    assert "3 van 7" in page.text
    page = await browser.open(page.link("Ververs niet meer vanzelf"))
    assert FOLLOWS not in browser.answer.text
    await changed(released, progress=0, size=0)
    assert "Vraag de beheerder of ‘ceo worker’ draait." in (await browser.open(browser.place)).text
    await changed(released, asked_at=None, fault="Een vraag past niet.\nNog een vraag past niet.")
    page = await browser.open(browser.place)
    assert FOLLOWS not in browser.answer.text
    assert "De oorzaak: Een vraag past niet. Nog een vraag past niet. Past een vragenlijst niet" in page.text
    page = await browser.press("Probeer opnieuw")
    assert "Zij wacht op haar beurt." in page.text


async def changed(site: Site, **values: object) -> None:
    async with shared_transaction(site.database) as session:
        row = await session.get_one(Release, (MEASUREMENT, 2))
        for name, value in values.items():
            setattr(row, name, value)


async def test_addresses_that_are_none_are_not_found(released: Site) -> None:
    browser = await owner(released)
    for path in (
        "Geen/1",
        f"{MEASUREMENT}/0",
        f"{MEASUREMENT}/9",
        f"{MEASUREMENT}/99999999999",
        "a%00b/1",
        f"{MEASUREMENT}%0A/1",
    ):
        assert (await browser.client.get(f"{HOME}/{path}")).status_code == 404, path
    for query in ("thema=Onzin", "thema=Toegang&uitsplitsing=onzin", "bladzijde=99", "bladzijde=x"):
        assert (await browser.client.get(f"{FIRST}/cijfers?{query}")).status_code == 404, query


async def test_more_releases_cost_the_pages_no_more_statements(released: Site) -> None:
    browser = await staff_browser(released, {UTRECHT: Role.OWNER, NATIONAL: Role.NATIONAL_EDITOR})
    national = f"/werk/landelijk/uitgaven/{MEASUREMENT}/1"
    pages = (
        HOME,
        FIRST,
        f"{FIRST}/cijfers",
        f"{HOME}/nieuw",
        "/werk/landelijk/uitgaven",
        national,
        f"{national}/cijfers",
    )
    before = [await statements(released, browser, page) for page in pages]
    row = (await edition(released, MEASUREMENT, 1)).model_dump()
    many = [
        {**row, "name": f"nog-een-{number}", "place": place, "digest": ""}
        for number, place in enumerate([UTRECHT, NATIONAL] * 20)
    ]
    async with shared_transaction(released.database) as session:
        await session.exec(insert(Release), params=many)
    assert [await statements(released, browser, page, known=True) for page in pages] == before
    assert max(before) < 15


async def statements(site: Site, browser: Resident, page: str, *, known: bool = False) -> int:
    if not known:
        await browser.client.get(page)  # what is opened once and kept is not counted
    with counted_statements(site.database) as sent:
        assert (await browser.client.get(page)).status_code == 200, page
    return len(sent)
