"""Looking at a page with the eyes of a test: what axe finds, what is too small, what sticks out, and where the keyboard comes.

Every function returns what is wrong, a line each. What happens inside the page stands in `looking.js`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import axe_playwright_python
from playwright.sync_api import BrowserContext, Locator, Page

# From the telephone that reflow is measured on (WCAG 1.4.10) to a desk.
NARROW, WIDE = 320, 1280
OpenPage = Callable[..., Page]

_TAGS: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_MANY_STOPS: Final = 400


def follow(there: Locator) -> None:
    """Press a link or a button and wait until the page behind it stands: a press alone does not wait for it."""
    with there.page.expect_navigation():
        there.click()


def ready(page: Page) -> None:
    """Bring the eyes into the page that is shown. Needed again after each load."""
    page.evaluate(_eyes())


def keep_axe(context: BrowserContext) -> None:
    """Let the browser keep axe for the pages of a context: it is large, and bringing it to each of them takes longer than its work."""
    context.add_init_script(f"globalThis.wakeAxe = () => {{{_axe()}\n}};")


def axe_problems(page: Page) -> list[str]:
    """Return what axe finds against WCAG 2.2 AA and its best practices. It needs a context that keeps axe."""
    return [f"axe {found}" for found in page.evaluate("tags => looking.axeProblems(tags)", _TAGS)]


def build_problems(page: Page, language: str, direction: str) -> list[str]:
    """Return what is wrong with the frame of a page: language, direction, title and main heading."""
    facts = page.evaluate("looking.facts()")
    wanted = {"language": language, "direction": direction, "headings": 1}
    wrong = [f"{name} is {facts[name]!r}, not {value!r}" for name, value in wanted.items() if facts[name] != value]
    return [*wrong, *(["there is no title"] if not facts["title"].strip() else [])]


def fit_problems(page: Page) -> list[str]:
    """Return what does not fit (WCAG 1.4.10, 2.5.8): as it is, with wider text (1.4.12) and with letters twice as large (1.4.4)."""
    found: list[str] = page.evaluate("looking.fitProblems()")
    return found


def keyboard_problems(page: Page) -> list[str]:
    """Return what is wrong on the way from the top to the end with Tab (WCAG 2.1.1, 2.4.3, 2.4.7, 2.4.11). It needs script."""
    walk = page.evaluate("looking.startWalk()")
    pressed = 0
    while not walk["isOver"] and pressed < _MANY_STOPS:
        presses = max(1, walk["expected"] - len(walk["stops"]) + 1)  # the last leads off the page
        for _ in range(presses):
            page.keyboard.down("Tab")  # and not up: that would only cost time
        pressed += presses
        walk = page.evaluate("looking.walked()")
    page.keyboard.up("Tab")
    stops = walk["stops"]
    problems = [f"focus cannot be seen: {name}" for name in walk["unseen"]]
    if len(stops) != walk["expected"]:
        problems.append(f"Tab stops {len(stops)} times, not {walk['expected']}: {[stop['name'] for stop in stops]}")
    problems += [f"focus is out of view: {stop['name']}" for stop in stops if not stop["inView"]]
    problems += [f"focus is covered: {stop['name']}" for stop in stops if not stop["uncovered"]]
    return problems + _order_problems(stops, direction=walk["direction"])


def forced_colour_problems(page: Page) -> list[str]:
    """Return the choices that cannot be told from what was not chosen, and the stops without a mark, in forced colours.

    The keyboard must have been used on the page before.
    """
    page.emulate_media(forced_colors="active")
    problems: list[str] = page.evaluate("looking.forcedColourProblems()")
    page.emulate_media(forced_colors="none")
    return [f"in forced colours, {problem}" for problem in problems]


def _order_problems(stops: list[dict[str, Any]], *, direction: str) -> list[str]:
    """Return the steps that go back up, or back within a line."""
    problems = []
    for one, other in pairwise(stops[1:]):  # the first leads past the others, and shows only when it is reached
        a, b = one["box"], other["box"]
        above = b["bottom"] <= a["top"]
        beside = min(a["bottom"], b["bottom"]) - max(a["top"], b["top"]) > (a["bottom"] - a["top"]) / 2
        back = beside and (b["left"] >= a["right"] if direction == "rtl" else b["right"] <= a["left"])
        if above or back:
            problems.append(f"the keyboard goes back from {one['name']} to {other['name']}")
    return problems


@cache
def _eyes() -> str:
    return Path(__file__).with_suffix(".js").read_text(encoding="utf-8")


@cache
def _axe() -> str:
    return Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
