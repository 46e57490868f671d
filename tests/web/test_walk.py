import re

import pytest
from arrangements import OpenedRound, simulated, wmo_core
from sqlmodel import col, select
from web.reading import Resident, Served
from web.running import Site
from web.walking import KEEP, NEXT, SKIP, come_in, give, walk

from ceo.storage.contacts import Invitation
from ceo.storage.submissions import Draft, Submission
from ceo.storage.tenancy import tenant_reading
from ceo.web.held_keys import COOKIE
from questionnaires.answering import seal
from questionnaires.answers import answers_from_json

pytestmark = pytest.mark.anyio


async def stored(site: Site, opened: OpenedRound) -> list[Submission]:
    async with tenant_reading(site.database, opened.municipality) as session:
        return list(await session.exec(select(Submission)))


async def draft_of(site: Site, opened: OpenedRound, number: int = 0) -> Draft:
    async with tenant_reading(site.database, opened.municipality) as session:
        return await session.get_one(Draft, opened.key(number).draft_id)


@pytest.mark.parametrize("client", [0, 1, 2])
async def test_a_resident_fills_in_every_page_and_sends(site: Site, browser: Resident, client: int) -> None:
    opened, answers = await site.round(), simulated(client)
    page = await browser.open(f"/{opened.municipality}/code/{opened.codes[0]}")
    assert browser.place == f"/{opened.municipality}/welkom"
    assert page.headings[0] == wmo_core().title
    assert "14 030" in page.text
    await browser.press("Begin met de eerste vraag")
    titles = await walk(browser, answers)
    assert "Vraag 1 van 16" in titles[0]
    assert len(titles) in {14, 16}
    assert browser.place == f"/{opened.municipality}/controle"
    page = await browser.press("Verstuur mijn antwoorden")
    assert browser.place == f"/{opened.municipality}/klaar"
    assert page.headings[0] == "Dank u wel"
    [submission] = await stored(site, opened)
    assert answers_from_json(submission.answers) == seal(wmo_core(), answers).answers


async def test_each_saved_answer_is_answered_with_303_to_a_page(site: Site, browser: Resident) -> None:
    opened = await site.round()
    await come_in(site, browser, opened)
    await walk(browser, simulated(0))
    posted = [answer for answer in browser.answers if answer.request.method == "POST"]
    assert {answer.status_code for answer in posted} == {303}
    assert {answer.status_code for answer in browser.answers if answer.request.method == "GET"} == {200, 303}


async def test_every_page_has_one_heading_one_title_and_no_id_twice(site: Site, browser: Resident) -> None:
    opened = await site.round()
    await come_in(site, browser, opened)
    await walk(browser, simulated(0))
    await browser.open(f"/{opened.municipality}/stoppen")
    await browser.open("/")
    for answer in browser.answers:
        if answer.status_code == 200:
            page = Served(answer.text)
            assert len([tag for tag, _ in page.elements if tag == "h1"]) == 1
            assert page.title
            assert len(page.ids) == len(set(page.ids))
            labels = [attributes["for"] for tag, attributes in page.elements if tag == "label"]
            assert set(labels) <= set(page.ids)


async def test_previous_leads_back_to_a_page_with_the_answer_filled_in(site: Site, browser: Resident) -> None:
    opened = await site.round()
    await come_in(site, browser, opened)
    await browser.press(NEXT, {"GES01": ["nee"]})
    page = await browser.open(browser.page.link("Vorige vraag"))
    assert [control.value for control in page.form.fields if control.kind == "radio" and control.on] == ["nee"]
    assert "Vorige vraag" not in [words for _, words in page.links]


async def test_a_told_story_comes_back_as_it_was_told(site: Site, browser: Resident) -> None:
    opened = await site.round()
    await come_in(site, browser, opened)
    while browser.page.form.asked != {"VER01"}:
        await browser.press(SKIP)
    told = "\n  Regel één & <b>twee</b>\n\n\"Drie\" </textarea> 'vier' 😀"
    place = browser.place
    await browser.press(NEXT, {"VER01": [told]})
    page = await browser.open(place)
    assert page.form.filled({}, NEXT)[-2] == ("VER01", told.strip())


async def test_a_changed_answer_takes_pages_away_and_brings_them_back(site: Site, browser: Resident) -> None:
    opened = await site.round()
    await come_in(site, browser, opened)
    await browser.press(NEXT, {"GES01": ["ja"]})
    for _ in range(5):
        await browser.press(NEXT, {next(iter(browser.page.form.asked)): ["eens"]})
    assert "Vraag 7 van 16" in browser.page.title
    first = f"/{opened.municipality}/vraag/gesprek"
    await browser.open(first)
    await browser.press(NEXT, {"GES01": ["nee"]})
    page = await browser.open(f"/{opened.municipality}/verder")
    assert "Vraag 5 van 14" in page.title
    assert (await draft_of(site, opened)).answers["TOE03"]["value"] == "eens"
    assert (await browser.open(f"/{opened.municipality}/vraag/na-het-gesprek")).title == page.title
    await browser.open(first)
    await browser.press(NEXT, {"GES01": ["ja"]})
    page = await browser.open(f"/{opened.municipality}/vraag/na-het-gesprek")
    assert [control.value for control in page.form.fields if control.kind == "radio" and control.on] == ["eens"]


async def test_an_answer_changed_from_the_review_leads_back_to_the_review(site: Site, browser: Resident) -> None:
    opened, answers = await site.round(), simulated(0)
    await come_in(site, browser, opened)
    await walk(browser, answers)
    review = browser.place
    change = next(href for href, _ in browser.page.links if "/vraag/cijfer" in href)
    await browser.open(change)
    page = await browser.press(KEEP, {"LEV01": ["3"]})
    assert browser.place == review
    assert (await draft_of(site, opened)).answers["LEV01"]["value"] == 3
    assert "3" in page.text


async def test_a_change_that_asks_for_more_leads_from_the_review_to_what_is_asked(
    site: Site, browser: Resident
) -> None:
    opened = await site.round()
    await come_in(site, browser, opened)
    await browser.press(NEXT, {"GES01": ["nee"]})
    while "/vraag/" in browser.place:
        await browser.press(SKIP)
    assert browser.place.endswith("/controle")
    await browser.open(f"/{opened.municipality}/vraag/gesprek?vanaf=controle")
    await browser.press(KEEP, {"GES01": ["ja"]})
    assert browser.place.endswith("/vraag/na-het-gesprek")


async def test_stopping_keeps_the_answers_and_the_code_leads_back_to_the_next_question(
    site: Site, browser: Resident
) -> None:
    opened = await site.round()
    await come_in(site, browser, opened)
    await walk(browser, simulated(0), pages=3)
    expected = browser.place
    page = await browser.press("Stop en ga later verder")
    assert page.headings[0] == "Uw antwoorden zijn bewaard"
    elsewhere = site.browser()
    await elsewhere.open(f"/{opened.municipality}")
    page = await elsewhere.press("Ga naar de vragenlijst", {"code": [opened.codes[0].lower().replace("-", " ")]})
    assert page.headings[0] == "Welkom terug"
    await elsewhere.press("Ga verder")
    assert elsewhere.place == expected


async def test_stopping_with_an_answer_chosen_saves_it(site: Site, browser: Resident) -> None:
    opened = await site.round()
    await come_in(site, browser, opened)
    await browser.press("Stop en ga later verder", {"GES01": ["nee"]})
    assert browser.place.endswith("/stoppen")
    assert (await draft_of(site, opened)).answers["GES01"]["value"] == "nee"
    await browser.open(browser.page.link("Ga nu toch verder"))
    assert browser.place.endswith("/vraag/aanvragen")


async def test_stopping_at_an_empty_story_keeps_the_question_for_later(site: Site, browser: Resident) -> None:
    opened = await site.round()
    await come_in(site, browser, opened)
    while "vertellen" not in browser.page.text:
        await give(browser, simulated(0))
    story = browser.place
    await browser.press("Stop en ga later verder")
    assert browser.place.endswith("/stoppen")
    await browser.open(f"/{opened.municipality}/verder")
    assert browser.place == story


async def test_stopping_with_a_story_that_is_too_long_keeps_its_text_on_the_screen(
    site: Site, browser: Resident
) -> None:
    opened = await site.round()
    await come_in(site, browser, opened)
    while "vertellen" not in browser.page.text:
        await give(browser, simulated(0))
    await browser.press("Stop en ga later verder", {"VER01": ["lang " * 1000]})
    assert browser.answer.status_code == 422
    assert "lang lang" in browser.answer.text


async def test_leaving_the_device_forgets_the_key(site: Site, browser: Resident) -> None:
    opened = await site.round()
    await come_in(site, browser, opened)
    await browser.press("Stop en ga later verder")
    page = await browser.press("Sluit af op dit apparaat")
    assert page.headings == ["Vul de code van uw brief in"]
    await browser.open(f"/{opened.municipality}/vraag/gesprek")
    assert browser.place == f"/{opened.municipality}"


async def test_a_double_click_on_an_answer_is_acknowledged_twice_and_stored_once(site: Site, browser: Resident) -> None:
    opened = await site.round()
    page = await come_in(site, browser, opened)
    fields = page.form.filled({"GES01": ["nee"]}, NEXT)
    await browser.post(page.form.action, fields)
    first = browser.place
    await browser.post(page.form.action, fields)
    assert browser.place == first
    assert [answer.status_code for answer in browser.answers if answer.request.method == "POST"] == [303, 303, 303]
    assert (await draft_of(site, opened)).row_version == 1


async def test_a_double_click_on_send_thanks_twice_and_makes_one_submission(site: Site, browser: Resident) -> None:
    opened = await site.round()
    await come_in(site, browser, opened)
    await walk(browser, simulated(0))
    cookies = dict(browser.client.cookies)
    await browser.press("Verstuur mijn antwoorden")
    again = site.browser()
    again.client.cookies.update(cookies)
    page = await again.post(f"/{opened.municipality}/controle", [])
    assert again.answer.status_code == 200
    assert "ontvangen" in page.text
    assert len(await stored(site, opened)) == 1


async def test_after_sending_the_browser_holds_no_key(site: Site, browser: Resident) -> None:
    opened = await site.round()
    await come_in(site, browser, opened)
    await walk(browser, simulated(0))
    await browser.press("Verstuur mijn antwoorden")
    assert COOKIE not in dict(browser.client.cookies)
    async with tenant_reading(site.database, opened.municipality) as session:
        states = list(await session.exec(select(Invitation.state).order_by(col(Invitation.state))))
    assert states == ["complete", "open", "open"]


async def test_before_the_last_question_nothing_can_be_reviewed_or_sent(site: Site, browser: Resident) -> None:
    opened = await site.round()
    await come_in(site, browser, opened)
    await browser.open(f"/{opened.municipality}/controle")
    assert browser.place.endswith("/vraag/gesprek")
    await browser.post(f"/{opened.municipality}/controle", [])
    assert browser.place.endswith("/vraag/gesprek")
    assert await stored(site, opened) == []


async def test_the_start_page_leads_to_the_municipalities_that_ask(site: Site, browser: Resident) -> None:
    opened = await site.round()
    name = site.installation.municipalities[opened.municipality].name
    page = await browser.open("/")
    page = await browser.open(page.link(name))
    assert page.headings == ["Vul de code van uw brief in"]
    assert name in page.title


async def test_who_cannot_come_in_is_told_whom_to_call(site: Site, browser: Resident) -> None:
    opened = await site.round()
    page = await browser.open(f"/{opened.municipality}")
    assert "Bel 14 030" in page.text
    page = await browser.press("Ga naar de vragenlijst", {"code": ["BCDF-GHJK-3467"]})
    assert browser.answer.status_code == 422
    assert "Bel 14 030" in page.text


async def test_the_welcome_says_how_many_questions_there_are_and_how_long_they_take(
    site: Site, browser: Resident
) -> None:
    opened = await site.round()
    page = await browser.open(f"/{opened.municipality}/code/{opened.codes[0]}")
    assert "Het zijn hoogstens 16 vragen." in page.text
    minutes = re.search(r"Invullen duurt ongeveer (\d+) minuten\.", page.text)
    assert minutes is not None
    assert 2 <= int(minutes[1]) <= 6, "no more than its editors allow"
