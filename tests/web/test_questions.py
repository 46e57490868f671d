"""The page of a question: what a changed answer brings and takes away, the way back, and words that fit every questionnaire."""

import re
from pathlib import Path

import pytest
from arrangements import OpenedRound, wmo_core
from web.reading import Resident
from web.running import Site
from web.walking import KEEP, NEXT, SKIP, come_in

from ceo.web.resident import fault_words, trace_words
from ceo.web.resident.changes import NO_CHANGE, Change, find_change, read_change
from questionnaires.answering import skip_page
from questionnaires.answers import Answer
from questionnaires.routing import Path as Route
from questionnaires.routing import route

pytestmark = pytest.mark.anyio

TWO_NEW = "Door deze verandering zijn er 2 nieuwe vragen."
TWO_GONE = "Door deze verandering vervallen 2 vragen. De antwoorden daarop tellen niet mee."
# Only who had a conversation is asked about it, on two pages.
CONVERSATION = ("na-het-gesprek", "tijd-in-het-gesprek")


async def at_the_review(site: Site, browser: Resident, *, conversation: str) -> OpenedRound:
    """A resident who answered the first question, skipped the others, and sees the review."""
    opened = await site.round()
    await come_in(site, browser, opened)
    await browser.press(NEXT, {"GES01": [conversation]})
    while "/vraag/" in browser.place:
        await browser.press(SKIP)
    assert browser.place.endswith("/controle")
    return opened


async def change_first(browser: Resident, opened: OpenedRound, conversation: str) -> None:
    await browser.open(f"/{opened.municipality}/vraag/gesprek?vanaf=controle")
    await browser.press(KEEP, {"GES01": [conversation]})


async def test_new_questions_are_told_on_the_first_of_them_and_lead_back_to_the_review(
    site: Site, browser: Resident
) -> None:
    opened = await at_the_review(site, browser, conversation="nee")
    await change_first(browser, opened, "ja")
    assert browser.place.endswith(CONVERSATION[0])
    assert TWO_NEW in browser.page.text
    await browser.press(SKIP)
    assert browser.place.endswith(CONVERSATION[1])
    assert "nieuwe vragen" not in browser.page.text
    await browser.press(SKIP)
    assert browser.place.endswith("/controle")


async def test_questions_that_a_change_takes_away_are_told_at_the_review(site: Site, browser: Resident) -> None:
    opened = await at_the_review(site, browser, conversation="ja")
    await change_first(browser, opened, "nee")
    assert str(browser.answer.request.url).endswith("/controle?vervallen=2")
    assert TWO_GONE in browser.page.text


async def test_questions_that_a_change_takes_away_are_told_on_the_next_page(site: Site, browser: Resident) -> None:
    opened = await site.round()
    await come_in(site, browser, opened)
    await browser.press(NEXT, {"GES01": ["ja"]})
    for _ in range(5):
        await browser.press(NEXT, {next(iter(browser.page.form.asked)): ["eens"]})
    await browser.open(f"/{opened.municipality}/vraag/gesprek")
    page = await browser.press(NEXT, {"GES01": ["nee"]})
    assert TWO_GONE in page.text


async def test_a_first_answer_takes_questions_away_without_a_word(site: Site, browser: Resident) -> None:
    opened = await site.round()
    await come_in(site, browser, opened)
    page = await browser.press(NEXT, {"GES01": ["nee"]})
    assert "verandering" not in page.text
    assert browser.answer.request.url.query == b""


async def test_what_a_change_brought_is_still_told_after_a_mistake_and_in_another_register(
    site: Site, browser: Resident
) -> None:
    opened = await at_the_review(site, browser, conversation="nee")
    await change_first(browser, opened, "ja")
    page = await browser.press(KEEP)
    assert browser.answer.status_code == 422
    assert TWO_NEW in page.text
    page = await browser.press("Makkelijk lezen")
    assert TWO_NEW in page.text
    await browser.press(SKIP)
    await browser.press(SKIP)
    assert browser.place.endswith("/controle")


@pytest.mark.parametrize("number", ["0", "17", "-2", "2.0", "٢", "<b>2</b>", "9" * 400, ""])
async def test_a_number_in_an_address_that_cannot_be_is_not_told(site: Site, browser: Resident, number: str) -> None:
    opened = await site.round()
    await come_in(site, browser, opened)
    answer = await browser.client.get(
        f"/{opened.municipality}/vraag/gesprek", params={"nieuw": number, "vervallen": number}
    )
    assert answer.status_code == 200
    assert "verandering" not in answer.text


async def test_from_the_review_the_way_back_leads_to_the_review(site: Site, browser: Resident) -> None:
    opened = await at_the_review(site, browser, conversation="nee")
    address = f"/{opened.municipality}/vraag/aanvragen"
    page = await browser.open(f"{address}?vanaf=controle")
    assert page.link("Terug naar alle antwoorden") == f"/{opened.municipality}/controle"
    page = await browser.open(address)
    assert page.link("Vorige vraag") == f"/{opened.municipality}/vraag/gesprek"


def taken(conversation: str | None) -> Route:
    """The path of a client who had a conversation or not and skipped the rest; with None, of one who has answered nothing."""
    questionnaire = wmo_core()
    answers: dict[str, Answer] = {}
    if conversation is not None:
        for page in questionnaire.pages:
            answers |= skip_page(questionnaire, page)
        answers["GES01"] = Answer("GES01", 1, value=conversation)
        if conversation == "nee":
            answers = {name: answer for name, answer in answers.items() if name not in {"TOE03", "KWA01"}}
    return route(questionnaire, answers)


def test_a_change_counts_the_questions_that_it_brings_when_the_first_of_them_follows() -> None:
    questionnaire = wmo_core()
    after = route(questionnaire, {**taken("nee").environment, "GES01": Answer("GES01", 1, value="ja")})
    change = find_change(taken("nee"), after, questionnaire.page("gesprek"), questionnaire.page(CONVERSATION[0]))
    assert change == Change(added=2)
    assert find_change(taken("nee"), after, questionnaire.page("gesprek"), None) == NO_CHANGE


def test_a_page_that_was_not_answered_before_changes_nothing() -> None:
    page = wmo_core().page("gesprek")
    assert find_change(taken(None), taken("nee"), page, wmo_core().page("aanvragen")) == NO_CHANGE


def test_a_change_is_read_from_the_address_that_it_was_written_in() -> None:
    query = {name: str(number) for name, number in Change(added=16).fields}
    assert read_change(query, taken(None)) == Change(added=16)
    assert read_change(query, taken("nee")) == NO_CHANGE


def test_the_words_around_a_question_say_neither_u_nor_je(templates: list[Path]) -> None:
    ours = {"question.html", "item.html", "item_texts.html", "switch.html", "changes.html"}
    texts = [
        re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.DOTALL)
        for path in templates
        if path.name in ours and path.parent.name == "templates"
    ]
    texts += re.findall(
        r'N?_\("([^"]*)"\)', "".join(Path(str(module.__file__)).read_text() for module in (fault_words, trace_words))
    )
    assert len(texts) > len(ours) + 10
    assert [text for text in texts if re.search(r"\b(u|uw|je|jij|jou|jouw)\b", text, re.IGNORECASE)] == []


async def test_a_page_of_questions_brings_its_script_from_this_site_and_the_words_for_it(
    site: Site, browser: Resident
) -> None:
    opened = await site.round()
    page = await come_in(site, browser, opened)
    [script] = [found for tag, found in page.elements if tag == "script"]
    assert set(script) == {"src", "defer"}
    sent = await browser.client.get(script["src"])
    assert (sent.status_code, sent.headers["content-type"].partition(";")[0]) == (200, "text/javascript")
    [form] = [found for tag, found in page.elements if found.get("id") == "vragen"]
    assert form["data-read-aloud"] == "Lees voor"


async def test_only_pages_of_questions_may_run_our_script_and_play_our_recordings(
    site: Site, browser: Resident
) -> None:
    opened = await site.round()
    await come_in(site, browser, opened)
    policies = [(answer.request.url.path, answer.headers["content-security-policy"]) for answer in browser.answers]
    assert {
        path.rpartition("/")[2] for path, policy in policies if "script-src 'self'; media-src 'self'" in policy
    } == {"gesprek"}
    await browser.press(NEXT)
    assert browser.answer.status_code == 422
    assert "script-src 'self'" in browser.answer.headers["content-security-policy"]
