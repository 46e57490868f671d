import asyncio

import pytest
from sqlmodel import select
from web.reading import Resident
from web.running import Site
from web.trial import trial
from web.walking import KEEP, NEXT, SKIP, come_in, to_review

from ceo.storage.rounds import Promise
from ceo.storage.submissions import Submission
from ceo.storage.tenancy import tenant_reading

pytestmark = pytest.mark.anyio

STORY = "De hulp komt elke week."
SEND = "Verstuur mijn antwoorden"


def given_answers(html: str) -> list[str]:
    """What stands behind each question on a review, as it was served."""
    return [part.split("</dd>")[0].split(">", 1)[1] for part in html.split('<dd class="given"')[1:]]


async def test_every_answer_stands_on_the_review_in_words_with_a_link_to_change_it(
    site: Site, browser: Resident
) -> None:
    opened = await site.round(questionnaire=trial())
    await come_in(site, browser, opened)
    for given in (
        {"PRA01": ["ja"]},
        {"PRB01": ["vervoer"]},
        {"PRC01": ["12"]},
        {"PRD01-dag": ["3"], "PRD01-maand": ["2"], "PRD01-jaar": ["2024"]},
        {"PRE01": ["thuiszorg"]},
        {"PRF01": ["weet_niet"]},
        {"PRF02": ["8"]},
    ):
        await browser.press(NEXT, given)
    for answer in ("Ja", "Vervoer", "12 weken", "3 februari 2024", "thuiszorg", "Weet ik niet", "8"):
        assert answer in browser.answer.text
    assert "Wanneer begon het vervoer?" in browser.page.text, "an earlier answer stands in the question"
    changes = [words for href, words in browser.page.links if "vanaf=controle" in href]
    assert len(changes) == 7
    assert changes[0] == "Verander Had u een gesprek met het loket?"


async def test_a_skipped_question_says_so_and_can_still_be_answered(site: Site, browser: Resident) -> None:
    opened = await site.round()
    page = await to_review(site, browser, opened)
    assert set(given_answers(browser.answer.text)) == {"Overgeslagen"}
    where = next(href for href, words in page.links if words.startswith("Beantwoord alsnog"))
    await browser.open(where)
    await browser.press(KEEP, {"GES01": ["nee"]})
    assert browser.place.endswith("/controle")
    assert given_answers(browser.answer.text)[0] == "Nee"


async def test_what_a_story_may_be_used_for_stands_below_it_and_can_be_changed(site: Site, browser: Resident) -> None:
    opened = await site.round()
    page = await to_review(site, browser, opened, story=STORY, uses=["leren_intern"])
    assert STORY in page.text
    assert "De gemeente mag ervan leren." in page.text
    await browser.open(next(href for href, words in page.links if words.startswith("Verander waar het verhaal")))
    page = await browser.press("Bewaar en ga verder", {"mag": []})
    assert browser.place.endswith("/controle")
    assert "Wij gebruiken het verhaal nergens voor." in page.text


async def test_a_story_that_was_not_decided_about_leads_to_its_uses_first(site: Site, browser: Resident) -> None:
    opened = await site.round()
    await come_in(site, browser, opened)
    while "/vraag/" in browser.place:
        asked = browser.page.form.asked
        await (browser.press(NEXT, {"VER01": [STORY]}) if asked == {"VER01"} else browser.press(SKIP))
    for act in (browser.open(f"/{opened.municipality}/controle"), browser.post(f"/{opened.municipality}/controle", [])):
        await act
        assert browser.place == f"/{opened.municipality}/toestemming/VER01"
    assert await submissions(site, opened.municipality) == []


async def test_an_anonymous_round_says_that_nothing_can_be_taken_back(site: Site, browser: Resident) -> None:
    page = await to_review(site, browser, await site.round())
    assert "Na het versturen kunt u niets meer veranderen of terugnemen." in page.text
    assert "Wilt u uw antwoorden zelf bewaren? Doe dat dan nu." in page.text


async def test_a_pseudonymous_round_says_what_the_code_can_still_do(site: Site, browser: Resident) -> None:
    opened = await site.round(promise=Promise.PSEUDONYMOUS)
    page = await to_review(site, browser, opened, story=STORY)
    assert "Na het versturen kunt u uw antwoorden niet meer veranderen." in page.text
    assert "uw toestemming voor een verhaal terugnemen" in page.text
    assert "niets meer veranderen of terugnemen" not in page.text


async def test_without_a_story_nothing_is_said_about_consent(site: Site, browser: Resident) -> None:
    page = await to_review(site, browser, await site.round(promise=Promise.PSEUDONYMOUS))
    assert "toestemming" not in page.text


async def test_a_change_that_takes_questions_away_is_told(site: Site, browser: Resident) -> None:
    opened = await site.round()
    await come_in(site, browser, opened)
    await browser.press(NEXT, {"GES01": ["ja"]})
    while "/vraag/" in browser.place:
        await browser.press(SKIP)
    await browser.open(f"/{opened.municipality}/vraag/gesprek?vanaf=controle")
    page = await browser.press(KEEP, {"GES01": ["nee"]})
    assert browser.place.endswith("/controle")
    assert "Door deze verandering vervallen 2 vragen." in page.text


async def test_what_somebody_wrote_runs_in_its_own_direction_on_an_arabic_page(site: Site, browser: Resident) -> None:
    opened = await site.round(questionnaire=trial())
    await come_in(site, browser, opened)
    while browser.page.form.asked != {"PRE01"}:
        await browser.press(SKIP)
    await browser.press(NEXT, {"PRE01": ["thuiszorg (oud)"]})
    while "/vraag/" in browser.place:
        await browser.press(SKIP)
    await browser.post(f"/{opened.municipality}/weergave", [("taal", "ar"), ("terug", "controle")])
    assert '<html lang="ar" dir="rtl">' in browser.answer.text
    assert '<dd class="given"><span dir="auto">thuiszorg (oud)</span></dd>' in browser.answer.text
    assert "<bdi" not in browser.answer.text.split("<main")[1].split("</main>")[0]


async def test_two_clicks_on_send_at_the_same_instant_make_one_submission(site: Site, browser: Resident) -> None:
    opened = await site.round()
    await to_review(site, browser, opened)
    address = f"/{opened.municipality}/controle"
    both = await asyncio.gather(browser.client.post(address), browser.client.post(address))
    assert {answer.status_code for answer in both} == {303}
    assert len(await submissions(site, opened.municipality)) == 1
    page = await browser.open(f"/{opened.municipality}/klaar")
    assert page.headings[0] == "Dank u wel"


async def test_the_stop_page_says_until_when_how_and_whom_to_call(site: Site, browser: Resident) -> None:
    opened = await site.round()
    await come_in(site, browser, opened)
    await browser.press(NEXT, {"GES01": ["nee"]})
    page = await browser.press("Stop en ga later verder")
    assert page.headings[0] == "Uw antwoorden zijn bewaard"
    assert "U heeft 1 vraag beantwoord." in page.text
    assert "Gebruik de link of de code van uw brief." in page.text
    assert "Bel 14 030" in page.text
    assert "U kunt verder gaan tot en met" in page.text
    assert opened.codes[0] not in browser.answer.text


async def submissions(site: Site, municipality: str) -> list[Submission]:
    async with tenant_reading(site.database, municipality) as session:
        return list(await session.exec(select(Submission)))
