import asyncio

import pytest
from arrangements import OpenedRound
from web.reading import Resident
from web.running import Site
from web.walking import to_review

from ceo.storage.impressions import count_impressions
from ceo.storage.rounds import Promise
from ceo.storage.tenancy import tenant_reading
from ceo.web.held_keys import COOKIE
from ceo.web.resident.thanking import MARKER

pytestmark = pytest.mark.anyio

SEND, GIVE = "Verstuur mijn antwoorden", "Geef dit antwoord"
QUESTION = "Hoe vond u het invullen?"


@pytest.fixture
async def opened(site: Site) -> OpenedRound:
    return await site.round()


async def impressions(site: Site, opened: OpenedRound) -> dict[str, int]:
    async with tenant_reading(site.database, opened.municipality) as session:
        return await count_impressions(session, opened.round_id)


async def test_who_has_sent_is_asked_once_how_filling_in_was(
    site: Site, browser: Resident, opened: OpenedRound
) -> None:
    await to_review(site, browser, opened)
    page = await browser.press(SEND)
    assert page.headings == ["Dank u wel", QUESTION, "Wat gebeurt er nu?"]
    offered = [control.value for control in page.form.fields if control.kind == "radio"]
    assert offered == ["heel_makkelijk", "makkelijk", "tussenin", "moeilijk", "heel_moeilijk"]
    assert not [control for control in page.form.fields if control.on], "nothing is chosen beforehand"
    page = await browser.press(GIVE, {"invullen": ["makkelijk"]})
    assert browser.place == f"/{opened.municipality}/klaar"
    assert page.headings == ["Dank u wel", "Wat gebeurt er nu?"]
    assert "Dank u wel voor uw antwoord op deze vraag." in page.text
    assert await impressions(site, opened) == {"makkelijk": 1}


async def test_a_double_click_counts_once(site: Site, browser: Resident, opened: OpenedRound) -> None:
    await to_review(site, browser, opened)
    form = (await browser.press(SEND)).form
    fields = {"invullen": "moeilijk"}
    both = await asyncio.gather(*(browser.client.post(form.action, data=fields) for _ in range(2)))
    assert {answer.status_code for answer in both} == {303}
    await browser.post(form.action, [("invullen", "heel_makkelijk")])
    assert await impressions(site, opened) == {"moeilijk": 1}


async def test_without_a_choice_the_question_is_asked_again_and_nothing_is_counted(
    site: Site, browser: Resident, opened: OpenedRound
) -> None:
    await to_review(site, browser, opened)
    await browser.press(SEND)
    for field, value in (("invullen", ""), ("invullen", "geweldig"), ("anders", "makkelijk")):
        page = await browser.post(f"/{opened.municipality}/klaar", [(field, value)])
        assert browser.answer.status_code == 422
        assert page.title.startswith("Fout:")
        assert page.link("Kies een antwoord, of sluit deze pagina.") == "#invullen-1"
        assert "invullen-1" in page.ids
    assert await impressions(site, opened) == {}


async def test_who_has_not_sent_is_asked_nothing_and_counts_nothing(
    site: Site, browser: Resident, opened: OpenedRound
) -> None:
    address = f"/{opened.municipality}/klaar"
    for cookie in ("", "onzin", f"{opened.round_id}.2026-11-21.aa.bb", "é", "....", "9" * 5000):
        headers = {"cookie": f"{MARKER}={cookie}".encode()}
        answer = await browser.client.post(address, data={"invullen": "makkelijk"}, headers=headers)
        assert (answer.status_code, answer.headers["location"]) == (303, address)
        answer = await browser.client.get(address, headers=headers)
        assert answer.status_code == 200
        assert QUESTION not in answer.text
    assert await impressions(site, opened) == {}


async def test_the_question_stays_after_a_change_of_language(
    site: Site, browser: Resident, opened: OpenedRound
) -> None:
    await to_review(site, browser, opened)
    await browser.press(SEND)
    await browser.post(f"/{opened.municipality}/weergave", [("taal", "en"), ("terug", "klaar")])
    assert 'lang="en"' in browser.answer.text
    assert [control.name for control in browser.page.form.fields] == ["invullen"] * 5


async def test_after_sending_an_anonymous_browser_holds_no_key_and_the_marker_leads_to_no_answers(
    site: Site, browser: Resident, opened: OpenedRound
) -> None:
    await to_review(site, browser, opened)
    await browser.press(SEND)
    held = {cookie.name: cookie for cookie in browser.client.cookies.jar}
    assert set(held) == {MARKER}
    assert held[MARKER].path == f"/{opened.municipality}/klaar"
    key = opened.key()
    for name in (key.secret, key.access_hash, key.draft_id, key.pseudonym):
        assert name not in str(held[MARKER].value)
    assert "Niemand kan uw antwoorden nog vinden, ook wij niet." in browser.page.text


async def test_in_a_pseudonymous_round_the_thanks_lead_to_the_copy_and_can_be_left(
    site: Site, browser: Resident
) -> None:
    opened = await site.round(promise=Promise.PSEUDONYMOUS)
    await to_review(site, browser, opened)
    page = await browser.press(SEND)
    assert "Met de code van uw brief kunt u uw antwoorden nog bekijken" in page.text
    await browser.open(page.link("Maak een kopie van uw antwoorden"))
    assert browser.page.headings == ["Uw antwoorden"]
    await browser.open(f"/{opened.municipality}/klaar")
    await browser.press("Sluit af op dit apparaat")
    assert COOKIE not in dict(browser.client.cookies)


@pytest.mark.parametrize("shown", [True, False])
async def test_the_thanks_lead_to_the_results_when_they_are_open_to_all(
    site: Site, browser: Resident, *, shown: bool
) -> None:
    opened = await site.round(results_shown=shown)
    await to_review(site, browser, opened)
    page = await browser.press(SEND)
    assert ("Bekijk de uitkomsten tot nu toe" in [words for _, words in page.links]) is shown


async def test_a_municipality_that_never_asked_anything_has_a_page_of_thanks_without_more(
    site: Site, browser: Resident
) -> None:
    page = await browser.open(f"/{next(site.unused)}/klaar")
    assert browser.answer.status_code == 200
    assert page.headings == ["Dank u wel", "Wat gebeurt er nu?"]
