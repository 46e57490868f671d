"""Walking through the questionnaire in a browser."""

from __future__ import annotations

from collections.abc import Sequence

from arrangements import OpenedRound, wmo_core
from web.reading import Resident, Served
from web.running import Site

from questionnaires.answering import form_values
from questionnaires.answers import Answer, Missing

SKIP, NEXT, KEEP = "Vraag overslaan", "Volgende vraag", "Bewaar dit antwoord"
DECIDE = "Bewaar en ga verder"


async def come_in(site: Site, browser: Resident, opened: OpenedRound, number: int = 0) -> Served:
    """Follow the link of the letter and begin."""
    await browser.open(f"/{opened.municipality}/code/{opened.codes[number]}")
    return await browser.press("Begin met de eerste vraag")


async def give(browser: Resident, answers: dict[str, Answer]) -> Served:
    """Answer the page on the screen as a simulated client would."""
    [item] = browser.page.form.asked
    answer = answers[item]
    values = form_values(answer, wmo_core().scale_of(wmo_core().item(item)))
    if answer.missing is Missing.SKIPPED or not values:
        return await browser.press(SKIP)
    return await browser.press(NEXT, {item: values})


async def walk(browser: Resident, answers: dict[str, Answer], *, pages: int = 100) -> Sequence[str]:
    """Answer pages until the review, or as many as asked; return their titles. A story that was told may be used for nothing."""
    titles = []
    while "/vraag/" in browser.place and len(titles) < pages:
        titles.append(browser.page.title)
        await give(browser, answers)
    if "/toestemming/" in browser.place:
        await browser.press(DECIDE)
    return titles


async def to_review(
    site: Site, browser: Resident, opened: OpenedRound, *, story: str = "", uses: Sequence[str] = ()
) -> Served:
    """Come in, skip everything but the story, decide about its uses, and arrive at the review."""
    await come_in(site, browser, opened)
    while "/vraag/" in browser.place:
        if story and browser.page.form.asked == {"VER01"}:
            await browser.press(NEXT, {"VER01": [story]})
        else:
            await browser.press(SKIP)
    if "/toestemming/" in browser.place:
        await browser.press(DECIDE, {"mag": uses})
    return browser.page
