"""Looking at a page with the eyes of a test: what axe finds, what is too small, what is too wide."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

WIDTHS = (1280, 320)
_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}

OpenPage = Callable[..., Page]


@dataclass(frozen=True)
class Demonstration:
    """The running product. `codes` are those of simulated clients who did not answer, by measurement and municipality."""

    address: str
    codes: dict[str, dict[str, list[str]]]
    printed: str

    def link(self, municipality: str, number: int = 0, *, measurement: str = "wmo-2026") -> str:
        """Return the way in of a simulated client."""
        return f"{self.address}/{municipality}/code/{self.codes[measurement][municipality][number]}"


def axe_problems(page: Page) -> list[str]:
    """Return what axe finds against WCAG 2.2 AA and its best practices, a line each."""
    found = Axe().run(page, options=_RULES).response["violations"]
    return [
        f"{page.url} {rule['id']}: {node['target']} {node['html'][:120]}" for rule in found for node in rule["nodes"]
    ]


def small_targets(page: Page) -> list[str]:
    """Return the controls that are smaller than 24 by 24 px and stand outside running text (WCAG 2.5.8)."""
    script = """() => [...document.querySelectorAll('a, button, input:not([type=hidden]), summary, textarea')]
        .filter(e => !e.ariaHidden)
        .filter(e => !(e.tagName === 'A' && getComputedStyle(e).display === 'inline') && !e.classList.contains('skip'))
        .map(e => [e.outerHTML.slice(0, 80), (e.labels && e.labels[0] || e).getBoundingClientRect()])
        .filter(([_, box]) => box.width && (box.width < 24 || box.height < 24)).map(([html, box]) =>
            `${html} ${Math.round(box.width)}x${Math.round(box.height)}`)"""
    return [f"{page.url} {found}" for found in page.evaluate(script)]


def overflow(page: Page) -> int:
    """Return how many pixels the page is wider than the window (WCAG 1.4.10 reflow asks for none at 320 px)."""
    wider: int = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return wider
