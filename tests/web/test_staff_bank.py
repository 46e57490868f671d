"""The question bank in the workplace: searching, one question, and sharing one's own."""

from __future__ import annotations

import pytest
from bank_world import extension_of, publish_extension
from web.running import Site
from web.staffing import staff_browser

from ceo.storage.people import NATIONAL
from ceo.workflows.rights import Role

pytestmark = pytest.mark.anyio


async def test_a_question_is_found_by_words_and_shows_what_became_of_it(site: Site) -> None:
    code = next(site.unused)
    browser = await staff_browser(site, {code: Role.EDITOR})
    page = await browser.open(f"/werk/{code}/vragenbank?q=toe02+moment")
    assert "1 vraag" in page.headings
    assert "(laatste: E)" in page.text
    page = await browser.open(page.link("Ik kreeg de hulp op het moment dat ik die nodig had."))
    assert page.headings[0] == "De hulp begon toen het nodig was"
    assert "Versie 2" in page.headings
    assert "Tegenover de versie ervoor: E" in page.text
    assert "De hulp begon op tijd voor mij." in page.text
    assert "Landelijke vragenlijst nl.ceo.wmo@2" in page.text


async def test_results_come_in_pages_that_keep_what_was_chosen(site: Site) -> None:
    code = next(site.unused)
    browser = await staff_browser(site, {code: Role.ANALYST})
    page = await browser.open(f"/werk/{code}/vragenbank?van=national&q=")
    assert "Pagina 1 van" in page.text
    page = await browser.open(f"/werk/{code}/vragenbank{page.link('Volgende pagina')}")
    assert "Pagina 2 van" in page.text
    assert "van=national" in page.link("Vorige pagina")


async def test_what_is_not_found_says_how_to_go_on(site: Site) -> None:
    code = next(site.unused)
    browser = await staff_browser(site, {code: Role.EDITOR})
    page = await browser.open(f"/werk/{code}/vragenbank?q=olifantenpaadje")
    assert "Geen vraag past hierbij." in page.text
    page = await browser.open(f"/werk/{code}/vragenbank?q=a&thema=nergens&soort=x&pagina=zes")
    assert browser.answer.status_code == 200


async def test_a_question_that_nobody_has_does_not_exist(site: Site) -> None:
    code = next(site.unused)
    browser = await staff_browser(site, {code: Role.EDITOR})
    await browser.open(f"/werk/{code}/vragenbank/GEEN99")
    assert browser.answer.status_code == 404


async def test_an_own_question_is_shared_found_by_another_copied_from_and_no_longer_shared(site: Site) -> None:
    code, other = next(site.unused), next(site.unused)
    browser = await staff_browser(site, {code: Role.EDITOR})
    page = await browser.open(f"/werk/{code}/vragenbank/eigen")
    assert "nog geen eigen vraag vastgesteld" in page.text
    published = await publish_extension(site.database, extension_of(code, stem="Onze wijkbus rijdt vaak genoeg."))
    page = await browser.open(f"/werk/{code}/vragenbank/eigen")
    page = await browser.press("Deel deze vraag: Buurtteam makkelijk te bereiken")
    assert "De vraag is gedeeld." in page.text

    visitor = await staff_browser(site, {other: Role.EDITOR})
    page = await visitor.open(f"/werk/{other}/vragenbank?q=wijkbus")
    page = await visitor.open(page.link("Onze wijkbus rijdt vaak genoeg."))
    assert f"gm{code[2:]}.voorbeeld@1" in page.text
    link = page.link("Neem deze vraag over in mijn vragenlijst")
    assert (
        link
        == f"/werk/{other}/vragenlijsten/overnemen?hash={published.content_hash.replace(':', '%3A')}&vraag={code.lower()}.BUU01%401"
    )
    await visitor.open(f"/werk/{other}/vragenbank/eigen")
    assert "Buurtteam" not in visitor.page.text

    await browser.open(f"/werk/{code}/vragenbank/eigen")
    page = await browser.press("Stop met delen: Buurtteam makkelijk te bereiken")
    assert "U deelt de vraag niet meer." in page.text
    await visitor.open(f"/werk/{other}/vragenbank/{code.lower()}.BUU01")
    assert visitor.answer.status_code == 404


async def test_what_was_not_published_cannot_be_shared(site: Site) -> None:
    code = next(site.unused)
    await publish_extension(site.database, extension_of(code))
    browser = await staff_browser(site, {code: Role.EDITOR})
    page = await browser.open(f"/werk/{code}/vragenbank/eigen")
    form = page.forms[-1]
    fields = [(field.name, "TOE02@2" if field.name == "vraag" else field.value) for field in form.fields]
    await browser.post(form.action, fields)
    assert browser.answer.status_code == 409


async def test_an_analyst_sees_the_bank_and_shares_nothing(site: Site) -> None:
    code = next(site.unused)
    await publish_extension(site.database, extension_of(code))
    browser = await staff_browser(site, {code: Role.ANALYST})
    page = await browser.open(f"/werk/{code}/vragenbank/eigen")
    assert "Niet gedeeld" in page.text
    assert [form.action for form in page.forms if "delen" in form.action] == []


async def test_the_nation_sees_the_same_bank_without_a_way_to_copy(site: Site) -> None:
    browser = await staff_browser(site, {NATIONAL: Role.NATIONAL_RESEARCHER})
    page = await browser.open("/werk/landelijk/vragenbank?q=TOE02")
    page = await browser.open(page.link("Ik kreeg de hulp op het moment dat ik die nodig had."))
    assert "Versie 2" in page.headings
    assert "Neem deze vraag over" not in page.text


async def test_the_bank_reads_in_english_too(site: Site) -> None:
    code = next(site.unused)
    browser = await staff_browser(site, {code: Role.EDITOR}, language="en")
    page = await browser.open(f"/werk/{code}/vragenbank")
    assert browser.answer.status_code == 200
    assert page.headings
