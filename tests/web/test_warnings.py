"""Personal data in a story: asked about once, before it is saved, and never a reason to refuse it."""

from __future__ import annotations

import pytest
from arrangements import OpenedRound
from web.reading import Resident, Served
from web.running import Site
from web.walking import NEXT, SKIP, come_in

from ceo.storage.submissions import Draft
from ceo.storage.tenancy import tenant_reading
from ceo.web.resident.examining import Posted
from ceo.web.resident.trace_words import trace_words
from questionnaires.loading import load_shipped
from questionnaires.personal_data import Trace, TraceKind

pytestmark = pytest.mark.anyio

PHONED = "De hulp is goed. Bel mij op 06-12345678 als er iets is."
PHONED_AND_WRITTEN = "Bel 06-12345678 of schrijf naar piet@example.nl."
TOLD = "In dit verhaal lijkt te staan: een telefoonnummer."
ADVICE = "Weghalen mag, laten staan mag ook."


async def at_the_story(site: Site, browser: Resident) -> OpenedRound:
    """A resident who has skipped every question before the story."""
    opened = await site.round()
    await come_in(site, browser, opened)
    while browser.page.form.asked != {"VER01"}:
        await browser.press(SKIP)
    return opened


async def kept(site: Site, opened: OpenedRound) -> object:
    """Return the story in the draft, None when there is none."""
    async with tenant_reading(site.database, opened.municipality) as session:
        draft = await session.get_one(Draft, opened.key().draft_id)
    return draft.answers.get("VER01", {}).get("value")


def is_asked_about(page: Served) -> bool:
    return page.title.startswith("Klopt dit?") and "In dit verhaal lijkt te staan" in page.text


async def test_a_story_with_a_telephone_number_is_asked_about_and_stays_on_the_screen(
    site: Site, browser: Resident
) -> None:
    opened = await at_the_story(site, browser)
    page = await browser.press(NEXT, {"VER01": [PHONED]})
    assert browser.answer.status_code == 422
    assert is_asked_about(page)
    assert [words for href, words in page.links if href == "#VER01-1"] == [TOLD]
    assert ADVICE in page.text
    assert [control.value for control in page.form.fields if control.name == "VER01"] == [PHONED]
    assert not [found for _, found in page.elements if "aria-invalid" in found], "nothing is wrong with it"
    assert await kept(site, opened) is None


async def test_the_same_story_is_taken_the_second_time(site: Site, browser: Resident) -> None:
    opened = await at_the_story(site, browser)
    await browser.press(NEXT, {"VER01": [PHONED]})
    await browser.press(NEXT)
    assert browser.answers[-1].status_code != 422
    assert await kept(site, opened) == PHONED


async def test_after_the_question_another_story_is_taken_too(site: Site, browser: Resident) -> None:
    opened = await at_the_story(site, browser)
    await browser.press(NEXT, {"VER01": [PHONED]})
    await browser.press(NEXT, {"VER01": [PHONED_AND_WRITTEN]})
    assert await kept(site, opened) == PHONED_AND_WRITTEN


async def test_a_story_that_was_asked_about_can_be_skipped(site: Site, browser: Resident) -> None:
    opened = await at_the_story(site, browser)
    await browser.press(NEXT, {"VER01": [PHONED]})
    await browser.press(SKIP)
    assert browser.place.endswith("/controle")
    assert await kept(site, opened) is None


async def test_a_story_without_traces_is_taken_at_once(site: Site, browser: Resident) -> None:
    opened = await at_the_story(site, browser)
    await browser.press(NEXT, {"VER01": ["De hulp kwam in 2024 en kostte 120 euro."]})
    assert "/vraag/" not in browser.place
    assert await kept(site, opened) == "De hulp kwam in 2024 en kostte 120 euro."


async def test_a_story_that_was_saved_is_not_asked_about_again(site: Site, browser: Resident) -> None:
    opened = await at_the_story(site, browser)
    await browser.press(NEXT, {"VER01": [PHONED]})
    await browser.press(NEXT)
    await browser.open(f"/{opened.municipality}/vraag/verhaal")
    await browser.press(NEXT)
    assert "/vraag/" not in browser.place


async def test_the_question_is_not_asked_again_after_a_change_of_register(site: Site, browser: Resident) -> None:
    opened = await at_the_story(site, browser)
    await browser.press(NEXT, {"VER01": [PHONED]})
    page = await browser.press("Makkelijk lezen")
    assert not is_asked_about(page), "what was read is not repeated"
    await browser.press(NEXT)
    assert await kept(site, opened) == PHONED


async def test_stopping_with_such_a_story_asks_once_and_then_stops(site: Site, browser: Resident) -> None:
    opened = await at_the_story(site, browser)
    page = await browser.press("Stop en ga later verder", {"VER01": [PHONED]})
    assert is_asked_about(page)
    await browser.press("Stop en ga later verder")
    assert browser.place.endswith("/stoppen")
    assert await kept(site, opened) == PHONED


def test_each_kind_is_named_once_in_the_order_of_the_story() -> None:
    kinds = (TraceKind.PHONE, TraceKind.NAME, TraceKind.PHONE)
    traces = [Trace(kind, (number, number + 1)) for number, kind in enumerate(kinds)]
    assert trace_words(traces, "nl") == "In dit verhaal lijkt te staan: een telefoonnummer en een naam."
    assert trace_words([], "nl") == ""


@pytest.mark.parametrize("kind", TraceKind)
def test_every_kind_has_words(kind: TraceKind) -> None:
    assert trace_words([Trace(kind, (0, 1))], "nl").startswith("In dit verhaal lijkt te staan: een ")


def test_a_form_says_only_of_its_own_questions_what_was_told() -> None:
    page = load_shipped("wmo@1").page("verhaal")
    posted = Posted({"klopt": ["VER01.TRACES", "LEV01.laag", "VER01", "", "<b>.x"]})
    assert posted.told(page) == ("VER01.TRACES",)
