"""Every page of the workplace that a link leads to, in a real browser: built well, accessible, and fit for a telephone.

A person of the demonstration follows every link and looks at each kind of page once. A page that is added and linked to is looked at too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pytest
from browser.staging import Demonstration
from browser.validity import invalid_html, require_java
from browser.visiting import PICTURES
from looking import NARROW, WIDE, OpenPage, axe_problems, build_problems, fit_problems, follow, keyboard_problems, ready
from playwright.sync_api import Page
from web.reading import Served

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PEOPLE: Final = ("Eva Eigenaar", "Rita Regio", "Lars Landelijk", "Pia Partner")
# Not pages: files, and leaving.
_FILES: Final = re.compile(
    r"[/.](csv|xlsx|pdf|yaml|eml)(\?|$)|/(brieven|papier)/(voorbeeld|plaatsen)|als=bestand|\.css(\?|$)|/afmelden"
)
# What differs from page to page of one kind.
_NAMES: Final = re.compile(
    r"(?<=/)(\d+|[0-9a-f]{32}|GM\d{4}|[a-z-]+-2026|demo-[a-z]+|gm\d{4}[.\w]*|[A-Z]{3}\d\d)(?=/|$)"
    r"|(?<=/volgen/)nl\.[a-z.-]+|(?<=/spiegelen/)nl\.[a-z.-]+|(?<=/)(month|quarter|round|[a-z]+_[a-z_]+)(?=/|$)"
)
# The inside of a report is looked at among the pages of residents, and a preview is one of those.
_LOOKED_AT_ELSEWHERE: Final = re.compile(r"/voorbeeld/")


@dataclass
class Round:
    """The way of one person through the workplace: what each kind of page had wrong, and its source."""

    problems: dict[str, list[str]] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)


def kind_of(path: str) -> str:
    """Return the address of a page without what differs within its kind."""
    return _NAMES.sub("*", path.partition("?")[0].partition("#")[0])


def links(source: str) -> Iterator[str]:
    """Yield the paths to which a page leads within the workplace."""
    for href in (attributes.get("href", "") for tag, attributes in Served(source).elements if tag == "a"):
        if href.startswith("/werk") and not _FILES.search(href) and not _LOOKED_AT_ELSEWHERE.search(href):
            yield href.partition("#")[0]


def look(page: Page) -> list[str]:
    """Return what is wrong with the page that is shown, on a telephone."""
    ready(page)
    return build_problems(page, "nl", "ltr") + fit_problems(page) + axe_problems(page) + keyboard_problems(page)


def test_every_page_that_a_link_leads_to_is_valid_accessible_and_fits(
    demonstration: Demonstration, open_page: OpenPage, tmp_path: Path
) -> None:
    # Most people see the same kinds of page: each is looked at once.
    seen: set[str] = set()
    found, sources = [], {}
    for person in PEOPLE:
        page = open_page(NARROW, script=True)
        page.goto(f"{demonstration.address}/werk/rondkijken")
        follow(page.get_by_role("button", name=f"Kijk rond als {person}"))
        way = walk_through(page, demonstration.address, seen)
        found += [f"{person} at {kind}: {problem}" for kind, problems in way.problems.items() for problem in problems]
        sources |= {kind.strip("/").replace("/", "-"): text for kind, text in way.sources.items()}
    assert not found, "\n".join(found)
    require_java()
    invalid = invalid_html(sources, tmp_path)
    assert not invalid, "\n".join(invalid)


def walk_through(page: Page, address: str, seen: set[str]) -> Round:
    """Follow every link to a kind of page that nobody has seen yet, and look at it."""
    way, waiting = Round(), [page.url.removeprefix(address), "/werk/account"]
    met: set[str] = set()
    while waiting:
        path = waiting.pop(0)
        kind = kind_of(path)
        if kind in met:
            continue
        met.add(kind)
        # What was looked at as another person is asked for and not drawn: it is there for where it leads.
        answer = page.request.get(address + path) if kind in seen else page.goto(address + path)
        assert answer is not None
        assert answer.ok, f"a link leads to {path}, which answers {answer.status}"
        if kind not in seen:
            seen.add(kind)
            way.problems[kind] = look(page)
            way.sources[kind] = answer.text()
            _keep_picture(page, kind)
        waiting += links(answer.text())
    return way


def _keep_picture(page: Page, kind: str) -> None:
    if not PICTURES:
        return
    Path(PICTURES).mkdir(parents=True, exist_ok=True)
    for width in (WIDE, NARROW):
        page.set_viewport_size({"width": width, "height": 900})
        page.screenshot(path=Path(PICTURES) / f"work{kind.replace('/', '-')}.{width}.png", full_page=True)
