"""Looking at a questionnaire as a resident gets it, walking through it with reasons, translating and checking it."""

from __future__ import annotations

import pytest
from sqlmodel import func, select
from web.running import Site
from web.test_staff_questionnaire import PARTS_OF_TOWN, QUESTION, editor, item_of, texts_of

from ceo.storage.submissions import Draft, Submission
from ceo.storage.tenancy import tenant_reading

pytestmark = pytest.mark.anyio


async def test_a_preview_shows_the_pages_of_residents_right_to_left_and_stores_nothing(site: Site) -> None:
    noor = await editor(site)
    await noor.begin()
    await noor.add("keuze", QUESTION)
    page = await noor.open("/voorbeeld")
    assert {"ar", "nl"} <= set(page.forms[-1].fields[0].options)
    await noor.open("/voorbeeld/begin?taal=ar&lezen=standard&breed=nee")
    page = await noor.press("ابدأ بالسؤال الأول")
    assert 'lang="ar" dir="rtl"' in noor.browser.answer.text
    assert 'class="telephone"' in noor.browser.answer.text
    assert "Dit is een voorbeeld. Er wordt niets bewaard." in page.text
    seen = set()
    while "/vraag/" in noor.browser.place:
        seen.add(noor.browser.place.rpartition("/")[2])
        skip = next(words for form in noor.page.forms for _, value, words in form.buttons if value == "overslaan")
        await noor.press(skip)
    assert len(seen) == 17, "16 pages of the core and an own one; who skips a question gets what depends on it"
    assert noor.browser.place.endswith("/controle")
    async with tenant_reading(site.database, noor.municipality) as session:
        for table in (Draft, Submission):
            assert (await session.exec(select(func.count()).select_from(table))).one() == 0


async def test_answers_in_a_preview_decide_what_comes_next_and_can_be_changed(site: Site) -> None:
    noor = await editor(site)
    await noor.begin()
    await noor.open("/voorbeeld/begin?taal=nl")
    await noor.press("Begin met de eerste vraag")
    page = await noor.press("Volgende vraag")
    assert noor.browser.answer.status_code == 422
    await noor.press("Volgende vraag", {"GES01": ["nee"]})
    await noor.press("Vraag overslaan")
    await noor.press("Vraag overslaan")
    assert noor.browser.place.endswith("/vraag/afspraken")
    page = await noor.browser.open(noor.home + "/voorbeeld/vraag/gesprek")
    assert [control.value for control in page.forms[-1].fields if control.name == "GES01" and control.on] == ["nee"]
    page = await noor.press("العربية")
    assert 'lang="ar"' in noor.browser.answer.text
    assert [control.value for control in page.forms[-1].fields if control.name == "GES01" and control.on] == ["nee"]


async def test_a_cookie_that_is_not_ours_or_too_old_begins_the_preview_anew(site: Site) -> None:
    noor = await editor(site)
    await noor.begin()
    for value in ("onzin", "eJyrVkrLz1eyUkpKLFKqBQAbYgQ7", "A" * 5000):
        noor.browser.client.cookies.set("ceo_voorbeeld", value, domain="testserver.local", path="/werk")
        assert (await noor.browser.client.get(noor.home + "/voorbeeld/welkom")).status_code == 200
        noor.browser.client.cookies.delete("ceo_voorbeeld", domain="testserver.local", path="/werk")


async def test_the_walk_tells_of_every_page_why_it_comes_or_not(site: Site) -> None:
    noor = await editor(site)
    await noor.begin()
    page = await noor.add("keuze", QUESTION)
    item = item_of(page, QUESTION["vraag"][0])
    await noor.open(f"/vraag/{item}/voorwaarde?lees=GES01")
    await noor.press("Bewaar de voorwaarde", {"antwoord": ["ja"]})
    page = await noor.open("/doorlopen")
    assert "als dat onbekend is, komt de pagina niet" in page.text
    page = await noor.open("/doorlopen?GES01=nee")
    assert page.text.count("Deze pagina komt niet, want ‘Gesprek met de gemeente’ is ‘Nee’.") == 3
    page = await noor.open("/doorlopen?GES01=ja")
    assert "Deze pagina komt niet" not in page.text


async def test_own_texts_are_translated_side_by_side_and_turn_stale_when_the_dutch_changes(site: Site) -> None:
    noor = await editor(site)
    await noor.begin()
    page = await noor.add("keuze", QUESTION)
    item = item_of(page, QUESTION["vraag"][0])
    await noor.offer("ar")
    page = await noor.open("/vertalingen/ar")
    assert "Ontbreekt (3)" in page.text
    names = texts_of(page)
    ticks = {name.replace("t-", "ok-", 1): ["ja"] for name in names}
    page = await noor.press("Bewaar alles op deze pagina", {name: ["نص"] for name in names} | ticks)
    assert "Goedgekeurd (3)" in page.text
    assert "Wij zien geen problemen." in (await noor.open("/controle")).text
    await noor.open(f"/vraag/{item}")
    await noor.press("Bewaar de vraag", {"vraag": ["Ik kan het wijkteam makkelijk bereiken."]})
    page = await noor.open("/vertalingen/ar?toon=stale")
    assert "Verouderd (1)" in page.text
    [name] = texts_of(page)
    page = await noor.press("Bewaar alles op deze pagina", {name.replace("t-", "klopt-", 1): ["ja"]})
    assert "Verouderd (0)" in page.text


async def test_a_warning_is_accepted_with_a_reason_only(site: Site) -> None:
    noor = await editor(site)
    await noor.begin()
    await noor.offer()
    await noor.add("keuze", QUESTION | {"vraag": ["Ik kan het buurtteam bereiken " + "en bellen " * 14]})
    page = await noor.open("/controle")
    accept = next(words for form in page.forms for _, _, words in form.buttons if words.startswith("Aanvaard"))
    page = await noor.press(accept)
    assert noor.browser.answer.status_code == 422
    assert "#reden-1" in {href for href, _ in page.links}
    assert "reden-1" in page.ids
    page = await noor.press(accept, {"reden": ["Korter kan niet."]})
    assert "Reden: Korter kan niet." in page.text
    assert accept not in [words for form in page.forms for _, _, words in form.buttons]
    back = next(words for form in page.forms for _, _, words in form.buttons if words.startswith("Niet meer"))
    page = await noor.press(back)
    assert accept in [words for form in page.forms for _, _, words in form.buttons]


async def test_conditions_are_added_joined_and_taken_away(site: Site) -> None:
    noor = await editor(site)
    await noor.begin()
    page = await noor.add("eigen", PARTS_OF_TOWN)
    item = item_of(page, PARTS_OF_TOWN["vraag"][0])
    address = f"/vraag/{item}/voorwaarde"
    await noor.open(f"{address}?lees=")
    assert noor.browser.answer.status_code == 422
    await noor.open(f"{address}?lees=GES01")
    page = await noor.press("Bewaar de voorwaarde", {"teken": ["in"]})
    assert "Kies ten minste één antwoord." in page.text
    await noor.press("Bewaar de voorwaarde", {"antwoord": ["ja"], "onbekend": ["show"]})
    await noor.open(f"{address}?lees=LEV01")
    page = await noor.press("Bewaar de voorwaarde", {"teken": ["lt"], "getal": ["zes"]})
    assert noor.browser.answer.status_code == 422
    page = await noor.press("Bewaar de voorwaarde", {"teken": ["lt"], "getal": ["6"], "samen": ["any"]})
    assert "‘Gesprek met de gemeente’ is ‘Ja’ of" in page.text
    assert "lager dan 6" in page.text
    page = await noor.press("Haal weg Gesprek met de gemeente")
    assert "‘Gesprek met de gemeente’ is ‘Ja’" not in page.text
    page = await noor.press("Stel de vraag aan iedereen")
    assert "Iedereen krijgt deze vraag." in page.text
