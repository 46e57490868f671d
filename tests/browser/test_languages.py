"""Changing the language, and filling in with the keyboard alone, with a real browser and without script."""

from __future__ import annotations

import pytest
from browser.staging import Client, In, Stage, Standing
from looking import NARROW, OpenPage, follow
from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

EVERY_KIND = Client(In.EVERY_KIND, Standing.TOLD)
TOLD = Client(In.ANONYMOUS, Standing.TOLD)


def open_question(stage: Stage, page: Page, client: Client, name: str) -> None:
    """Open a question as somebody who reads Dutch and has answered everything."""
    letter = stage.bring(client, "nl")
    stage.hand_over(letter, page)
    page.goto(f"{stage.demonstration.address}/{letter.key.municipality}/vraag/{name}")


def choose(page: Page, language: str) -> None:
    page.evaluate("document.querySelectorAll('.switch details').forEach(each => each.open = true)")
    follow(page.locator(f".switch button[value={language}]"))
    assert page.locator("html").get_attribute("lang") == language


def test_enter_in_a_field_answers_the_question_and_does_not_change_the_language(
    stage: Stage, open_page: OpenPage
) -> None:
    page = open_page(NARROW)
    open_question(stage, page, EVERY_KIND, "wachten")
    page.fill("input.short", "8")
    page.press("input.short", "Enter")
    page.wait_for_url("**/begin")
    assert page.locator("html").get_attribute("lang") == "nl"


def test_a_day_is_filled_in_with_the_keyboard_alone(stage: Stage, open_page: OpenPage) -> None:
    page = open_page(NARROW)
    open_question(stage, page, EVERY_KIND, "begin")
    page.get_by_label("Dag").select_text()
    for part in ("3", "2", "2024"):
        page.keyboard.type(part)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/woord")
    follow(page.get_by_role("link", name="Vorige pagina"))
    assert [page.get_by_label(part).input_value() for part in ("Dag", "Maand", "Jaar")] == ["3", "2", "2024"]


def test_a_story_survives_a_change_of_language_without_script(stage: Stage, open_page: OpenPage) -> None:
    page = open_page(NARROW)
    open_question(stage, page, TOLD, "verhaal")
    place = page.url
    page.fill("textarea", "Een ander verhaal.\nMet twee regels.")
    choose(page, "uk")
    assert page.url == place
    assert page.locator("textarea").input_value() == "Een ander verhaal.\nMet twee regels."


def test_an_arabic_page_runs_from_right_to_left_and_a_dutch_one_from_left_to_right(
    stage: Stage, open_page: OpenPage
) -> None:
    page = open_page(NARROW)
    open_question(stage, page, EVERY_KIND, "gesprek")
    for language, side in (("ar", "right"), ("nl", "left")):
        choose(page, language)
        option = page.locator(".option").first.bounding_box()
        button = page.locator(".option input").first.bounding_box()
        assert option is not None
        assert button is not None
        in_the_middle = option["x"] + option["width"] / 2
        assert ("right" if button["x"] > in_the_middle else "left") == side
