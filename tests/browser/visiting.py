"""Visiting a kind of page once in a language, and looking at it with all eyes: without script, and with script and a voice."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from browser.catalogue import PageKind
from browser.staging import LANGUAGES, PAGE_TIMEOUT, Client, Letter, Stage, days_of
from looking import (
    NARROW,
    WIDE,
    axe_problems,
    build_problems,
    fit_problems,
    forced_colour_problems,
    keep_axe,
    keyboard_problems,
    ready,
)
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response

from ceo.clock import dutch_day
from ceo.web.languages import format_day
from ceo.workflows.answering.access_codes import ALPHABET

# Where people who look want the pictures; without it none are made.
PICTURES: Final = os.environ.get("CEO_PICTURES")
_WINDOW: Final = {"width": NARROW, "height": 640}
_LONGEST_WAIT: Final = 10_000
# What a telephone has and this browser has not: a voice for each language, so that a page shows all that it can.
_VOICES: Final = """Object.defineProperty(speechSynthesis, "getVoices", {value: () =>
    ["nl-NL", "ar-SA"].map(lang => ({lang, name: lang, localService: true, default: false, voiceURI: lang}))});"""


@dataclass(frozen=True, slots=True)
class Visit:
    """What was seen on a page: its title, its source, its tree as a screen reader gets it, and everything that is wrong."""

    title: str
    source: str
    tree: str
    problems: tuple[str, ...]


@dataclass
class Visitor:
    """Somebody who visits pages in one language. A page that was visited is remembered."""

    stage: Stage
    language: str
    _plain: Page  # without script
    _scripted: Page
    _heard: list[str] = field(default_factory=list)
    _answers: list[Response] = field(default_factory=list)  # of the server, to whatever the browser asked as a page
    _seen: dict[str, Visit] = field(default_factory=dict)
    _readers: dict[Client, Letter] = field(default_factory=dict)  # who only read, and so stand where they stood
    _sheets: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        for page in (self._plain, self._scripted):
            page.set_default_timeout(_LONGEST_WAIT)
            page.on("console", lambda message, page=page: self._heard.extend(_complaint(message, page)))
            page.on("pageerror", lambda error: self._heard.append(f"script failed: {error}"))
            page.on("request", lambda request: self._heard.extend(self._foreign(request)))
            page.on("response", self._note)

    def visit(self, kind: PageKind) -> Visit:
        """Return what there is to see on a page."""
        if kind.name not in self._seen:
            self._seen[kind.name] = self._look(kind)
        return self._seen[kind.name]

    def style_sheets(self) -> set[str]:
        """Return the different style sheets that came with the pages so far."""
        return {self._plain.request.get(address).text() for address in self._sheets}

    def _look(self, kind: PageKind) -> Visit:
        self._heard.clear()
        self._answers.clear()
        page = self._opened(kind, self._scripted)
        self._sheets |= {each.url for each in self._answers if each.request.resource_type == "stylesheet"}
        source = next(each for each in reversed(self._answers) if each.request.is_navigation_request()).text()
        title, tree = page.title(), page.locator("body").aria_snapshot()
        problems = build_problems(page, self.language, LANGUAGES[self.language]) + fit_problems(page)
        self._picture(page, kind)
        if not kind.like:
            problems += axe_problems(page) + keyboard_problems(page) + forced_colour_problems(page)
        # A page without script is the same where script is off, and script does the same to other words.
        if "<script" in source and not kind.like:
            page = self._opened(kind, self._plain)
            problems += _lost(page.locator("body").aria_snapshot(), tree) + fit_problems(page)
        return Visit(title, source, self._lasting(tree), tuple(dict.fromkeys([*self._heard, *problems])))

    def _opened(self, kind: PageKind, page: Page) -> Page:
        """Bring a client to the page: a new one, where something is done there."""
        page.context.clear_cookies()
        address = self._home + kind.path.format(here=self.stage.municipality(kind.place))
        if kind.client:
            letter = self._letter(kind.client, reads=not kind.steps)
            if kind.path:
                self.stage.hand_over(letter, page)
            else:
                address = letter.link
        page.goto(address)
        for step in kind.steps:
            step(page)
        page.wait_for_load_state()
        ready(page)
        return page

    def _letter(self, client: Client, *, reads: bool) -> Letter:
        letter = self._readers.get(client) if reads else None
        letter = letter or self.stage.bring(client, self.language)
        if reads:
            self._readers[client] = letter
        return letter

    @property
    def _home(self) -> str:
        return self.stage.demonstration.address

    def _note(self, answer: Response) -> None:
        self._answers.append(answer)

    def _foreign(self, request: Request) -> list[str]:
        ours = urlsplit(self._home).netloc
        asked = urlsplit(request.url)
        return [] if asked.scheme == "data" or asked.netloc == ours else [f"asks another host: {request.url}"]

    def _picture(self, page: Page, kind: PageKind) -> None:
        if not PICTURES:
            return
        folder = Path(PICTURES)
        folder.mkdir(parents=True, exist_ok=True)
        for width in (WIDE, NARROW):
            page.set_viewport_size({**_WINDOW, "width": width})
            page.screenshot(path=folder / f"{kind.name}.{self.language}.{width}.png", full_page=True)

    def _lasting(self, tree: str) -> str:
        """Return a tree without what is different tomorrow."""
        days = sorted((format_day(day, self.language) for day in days_of(dutch_day())), key=len, reverse=True)
        tree = re.sub("|".join(map(re.escape, days)), "DAY", tree)
        return re.sub(rf"[{ALPHABET}]{{4}}(-[{ALPHABET}]{{4}}){{2,}}", "CODE", tree) + "\n"


@contextmanager
def visiting(browser: Browser, stage: Stage, language: str) -> Iterator[Visitor]:
    """Open two browsers of somebody who reads a language: one without script, and one with script and a voice."""
    without, with_script = (
        browser.new_context(java_script_enabled=script, viewport=_WINDOW, locale=language) for script in (False, True)
    )
    for context in (without, with_script):
        context.set_default_timeout(PAGE_TIMEOUT)
    with_script.add_init_script(_VOICES)
    keep_axe(with_script)
    try:
        yield Visitor(stage, language, without.new_page(), with_script.new_page())
    finally:
        without.close()
        with_script.close()


def _complaint(message: ConsoleMessage, page: Page) -> list[str]:
    """Return an error of the console. That the page itself came with an error status is what some pages are for."""
    is_own_status = message.location["url"] == page.url and "status of" in message.text
    return [f"console: {message.text}"] if message.type in {"error", "warning"} and not is_own_status else []


def _lost(plain: str, scripted: str) -> list[str]:
    """Return the lines of a tree that are gone where script may run: it may add, and nothing else."""
    lines = difflib.ndiff(plain.splitlines(), scripted.splitlines())
    return [f"gone with script: {line[2:].strip()}" for line in lines if line.startswith("- ")]
