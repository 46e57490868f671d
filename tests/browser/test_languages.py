"""The pages in Arabic and the kinds of questions that the demonstration does not ask, with a real browser."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from arrangements import OpenedRound, arrange_round
from journeys.serving import serving
from looking import WIDTHS, Demonstration, OpenPage, axe_problems, overflow, small_targets
from playwright.sync_api import Page
from web.trial import trial

from ceo.clock import dutch_day
from ceo.settings import Settings
from ceo.storage.database import open_database
from ceo.workflows.installing import install

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


async def _arrange(settings: Settings) -> OpenedRound:
    await install(settings)
    async with open_database(settings.database_url) as database:
        return await arrange_round(
            database,
            settings,
            invited={"Begeleiding": 10},
            opens_on=dutch_day(),
            closes_on=dutch_day() + timedelta(days=2),
            questionnaire=trial(together=True),
        )


@pytest.fixture(scope="module")
def ways_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Iterator[str]]:
    """The links of clients who are asked every kind of question."""
    folder = tmp_path_factory.mktemp("trial")
    settings = Settings(folder, f"sqlite+aiosqlite:///{folder / 'ceo.sqlite3'}", "http://127.0.0.1", "5e" * 32)
    with ThreadPoolExecutor(max_workers=1) as apart:  # the browser's own event loop may run in this thread
        opened = apart.submit(lambda: asyncio.run(_arrange(settings))).result()
    with serving(settings, folder / "log") as (_, address):
        yield (f"{address}/{opened.municipality}/code/{code}" for code in opened.codes)


def problems_of(page: Page) -> list[str]:
    """Return everything that is wrong with how a page is built or fits."""
    page.wait_for_load_state()
    wider = overflow(page)
    return axe_problems(page) + small_targets(page) + ([f"{page.url} is {wider} px too wide"] if wider > 0 else [])


def choose(page: Page, language: str) -> None:
    if page.locator(f".switch button[value={language}]").count():
        page.locator(f".switch button[value={language}]").click()
    assert page.locator("html").get_attribute("lang") == language


def begin(page: Page) -> None:
    page.locator("main form button").click()
    page.wait_for_url("**/vraag/*")


def go_on(page: Page) -> None:
    page.locator("button.primary").click()


def skip(page: Page) -> None:
    page.locator("button.secondary").click()


@pytest.mark.parametrize("language", ["nl", "ar"])
def test_every_kind_of_question_is_accessible_on_a_phone_also_with_its_mistakes(
    language: str, ways_in: Iterator[str], open_page: OpenPage
) -> None:
    page = open_page(320, script=True)
    page.goto(next(ways_in))
    choose(page, language)
    problems = problems_of(page)
    begin(page)
    while "/vraag/" in page.url:
        problems += problems_of(page)
        go_on(page)
        if page.locator(".errors").count():
            problems += problems_of(page)
            if page.url.endswith("wachten"):
                page.fill("input.short", "60")
                go_on(page)
                assert page.locator(".doubts").count() == 1
                problems += problems_of(page)
            skip(page)
    problems += problems_of(page)
    assert problems == []


def test_enter_in_a_field_answers_the_question_and_does_not_change_the_language(
    ways_in: Iterator[str], open_page: OpenPage
) -> None:
    page = open_page(320)
    page.goto(next(ways_in))
    begin(page)
    while not page.url.endswith("wachten"):
        skip(page)
    page.fill("input.short", "8")
    page.press("input.short", "Enter")
    page.wait_for_url("**/begin")
    assert page.locator("html").get_attribute("lang") == "nl"


def test_a_day_is_filled_in_with_the_keyboard_alone(ways_in: Iterator[str], open_page: OpenPage) -> None:
    page = open_page(320)
    page.goto(next(ways_in))
    begin(page)
    while not page.url.endswith("begin"):
        skip(page)
    page.get_by_label("Dag").focus()
    for part in ("3", "2", "2024"):
        page.keyboard.type(part)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/woord")
    page.get_by_role("link", name="Vorige pagina").click()
    assert [page.get_by_label(part).input_value() for part in ("Dag", "Maand", "Jaar")] == ["3", "2", "2024"]


def test_a_story_survives_a_change_of_language_without_script(
    demonstration: Demonstration, open_page: OpenPage
) -> None:
    page = open_page(320)
    page.goto(demonstration.link("GM0175", 1))
    begin(page)
    while not page.locator("textarea").count():
        skip(page)
    place = page.url
    page.fill("textarea", "Een lang verhaal.\nMet twee regels.")
    page.locator(".switch button[name=taal]").last.click()
    assert page.url == place
    assert page.locator("html").get_attribute("lang") != "nl"
    assert page.locator("textarea").input_value() == "Een lang verhaal.\nMet twee regels."


def test_an_arabic_page_runs_from_right_to_left_and_a_dutch_one_from_left_to_right(
    ways_in: Iterator[str], open_page: OpenPage
) -> None:
    page = open_page(320, script=True)
    page.goto(next(ways_in))
    begin(page)
    for language, side in (("ar", "right"), ("nl", "left")):
        choose(page, language)
        option = page.locator(".option").first.bounding_box()
        button = page.locator(".option input").first.bounding_box()
        assert option is not None
        assert button is not None
        in_the_middle = option["x"] + option["width"] / 2
        assert ("right" if button["x"] > in_the_middle else "left") == side


@pytest.mark.parametrize("width", WIDTHS)
def test_the_start_page_and_the_results_are_accessible_in_arabic(
    width: int, demonstration: Demonstration, open_page: OpenPage
) -> None:
    page = open_page(width, script=True)
    page.goto(f"{demonstration.address}/GM0193")
    choose(page, "ar")
    problems = problems_of(page)
    for path in ("/", "/GM0193/resultaten/wmo-2026", "/bestaat/niet"):
        page.goto(demonstration.address + path)
        assert page.locator("html").get_attribute("dir") == "rtl"
        problems += problems_of(page)
    assert problems == []
