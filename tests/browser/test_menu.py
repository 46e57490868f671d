"""The menu of the workplace on a telephone: one button that names where one is, and works with the keyboard and without script."""

from __future__ import annotations

import pytest
from browser.staging import Demonstration
from looking import NARROW, WIDE, OpenPage, axe_problems, build_problems, fit_problems, follow, keyboard_problems, ready
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def opened(demonstration: Demonstration, open_page: OpenPage, *, script: bool) -> Page:
    page: Page = open_page(NARROW, script=script)
    page.goto(f"{demonstration.address}/werk/rondkijken")
    follow(page.get_by_role("button", name="Kijk rond als Eva Eigenaar"))
    page.goto(f"{demonstration.address}/werk/GM0344/volgen/nl.ceo.wmo/month")
    return page


def test_a_telephone_has_one_button_for_all_doors_and_a_wide_page_shows_them(
    demonstration: Demonstration, open_page: OpenPage
) -> None:
    page = opened(demonstration, open_page, script=False)
    heading, door = page.get_by_role("heading", level=1), page.get_by_role("link", name="Spiegelen", exact=True)
    assert (heading.bounding_box() or {"y": 999})["y"] < 150, "the page begins in the first screen"
    expect(door).to_be_hidden()
    button = page.get_by_role("button", name="Menu: Volgen", exact=True)
    button.focus()
    page.keyboard.press("Enter")
    expect(door).to_be_visible()
    expect(page.get_by_role("list", name="Volgen, spiegelen, leren").get_by_role("link")).to_have_count(5)
    ready(page)
    assert fit_problems(page) == []
    page.keyboard.press("Tab")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.press("Escape")
    expect(door).to_be_hidden()
    expect(button).to_be_focused()
    page.keyboard.press("Space")
    follow(door)
    expect(page.get_by_role("button", name="Menu: Spiegelen", exact=True)).to_be_visible()
    page.set_viewport_size({"width": WIDE, "height": 900})
    expect(door).to_have_attribute("aria-current", "page")
    expect(page.locator(".menu-button")).to_be_hidden()
    ready(page)
    assert fit_problems(page) == []


def test_the_open_menu_and_the_doors_of_a_wide_page_are_accessible(
    demonstration: Demonstration, open_page: OpenPage
) -> None:
    page = opened(demonstration, open_page, script=True)
    page.get_by_role("button", name="Menu: Volgen", exact=True).press("Enter")
    ready(page)
    problems = build_problems(page, "nl", "ltr") + axe_problems(page)
    page.set_viewport_size({"width": WIDE, "height": 900})
    page.reload()
    ready(page)
    problems += keyboard_problems(page)
    assert not problems, problems
