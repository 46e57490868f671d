"""The eyes of the other tests see what is wrong: each fault on a page made for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from looking import (
    NARROW,
    axe_problems,
    build_problems,
    fit_problems,
    forced_colour_problems,
    keep_axe,
    keyboard_problems,
    ready,
)
from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

GOOD = """<!DOCTYPE html><html lang="nl" dir="ltr"><head><title>Proef</title><style>
    :focus-visible { outline: 3px solid black } button { min-height: 48px } {style} </style></head>
    <body><main><h1>Proef</h1> {body} </main></body></html>"""


def dutch_frame(page: Page) -> list[str]:
    return build_problems(page, "nl", "ltr")


def forced_colours(page: Page) -> list[str]:
    page.keyboard.press("Tab")
    return forced_colour_problems(page)


FAULTS = {
    "a picture without words": (axe_problems, "", "<img src='data:,'>", "axe image-alt"),
    "pale letters": (axe_problems, "p { color: #aaa }", "<p>Bleek</p>", "axe color-contrast"),
    "a second main heading": (dutch_frame, "", "<h1>Nog een</h1>", "headings is 2, not 1"),
    "a wide picture": (fit_problems, "div { width: 400px }", "<div>Breed</div>", "as it is, 88 px too wide"),
    "a small button": (
        fit_problems,
        "button { min-height: 0; height: 16px }",
        "<button>Ja</button>",
        "smaller than 24",
    ),
    "a small link alone": (fit_problems, "", "<p><a href='/'>Terug</a></p>", "smaller than 24 px: <a> Terug"),
    "cut off when spaced": (
        fit_problems,
        "p { height: 20px; width: 180px; overflow: hidden; white-space: nowrap }",
        "<p>Twaalf korte woorden</p>",
        "with wider text, does not fit its box: <p>",
    ),
    "too wide when large": (
        fit_problems,
        "p { font-size: 1rem }",
        "<p>Cliëntervaringsonderzoeken</p>",
        "with letters twice as large",
    ),
    "focus without a mark": (
        keyboard_problems,
        "button:focus-visible { outline: none }",
        "<button>Ja</button><button>Nee</button>",
        "focus cannot be seen: <button> Ja",
    ),
    "focus out of order": (
        keyboard_problems,
        "main { display: flex; flex-direction: column-reverse }",
        "<a href='/1'>Een</a><a href='/2'>Twee</a><a href='/3'>Drie</a>",
        "the keyboard goes back from <a> Twee to <a> Drie",
    ),
    "focus under something": (
        keyboard_problems,
        "div { position: fixed; inset: 0; background: white }",
        "<button>Ja</button><div></div>",
        "focus is covered: <button> Ja",
    ),
    "focus outside the window": (
        keyboard_problems,
        "button { position: fixed; left: -200px }",
        "<button>Ja</button>",
        "focus is out of view: <button> Ja",
    ),
    "a control that the keyboard misses": (
        keyboard_problems,
        "",
        "<button>Ja</button><div inert><button>Nee</button></div>",
        "Tab stops 1 times, not 2",
    ),
    "focus by shadow alone": (
        forced_colours,
        "button:focus-visible { outline: none; box-shadow: 0 0 0 4px black }",
        "<button>Ja</button>",
        "in forced colours, focus cannot be seen: <button> Ja",
    ),
    "chosen by colour alone": (
        forced_colours,
        "input { appearance: none } input:checked + label { background: blue }",
        "<form><input type='radio' id='a' name='a' checked><label for='a'>Ja</label></form>",
        "in forced colours, does not look chosen: <input> Ja",
    ),
}


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """One page for all faults: each test fills it anew."""
    context = browser.new_context(viewport={"width": NARROW, "height": 900})
    keep_axe(context)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_seen(fault: str, page: Page) -> None:
    look: Callable[[Page], list[str]]
    look, style, body, told = FAULTS[fault]
    page.set_content(GOOD.replace("{style}", style).replace("{body}", body))
    ready(page)
    problems = look(page)
    assert [problem for problem in problems if problem.startswith(told)], problems


def test_nothing_is_wrong_with_a_good_page(page: Page) -> None:
    page.set_content(
        GOOD.replace("{style}", "").replace("{body}", "<p>Lees <a href='/'>meer</a>.</p><button>Ja</button>")
    )
    ready(page)
    problems = dutch_frame(page) + axe_problems(page) + fit_problems(page) + keyboard_problems(page)
    assert problems + forced_colour_problems(page) == []
