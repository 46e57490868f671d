"""The public figures in a real browser: found, compared, taken away and cited, without script and with the keyboard only."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from browser.keyboard import Keyboard
from browser.validity import invalid_css, invalid_html, require_java
from browser.visiting import PICTURES
from looking import (
    NARROW,
    WIDE,
    OpenPage,
    axe_problems,
    build_problems,
    fit_problems,
    follow,
    forced_colour_problems,
    keyboard_problems,
    ready,
)
from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

START: Final = "/cijfers/wmo-landelijk-2026/1"
PAGES: Final = {
    "catalogue": "/cijfers",
    "found": "/cijfers?zoek=gesprek",
    "nothing-found": "/cijfers?zoek=xyzzy",
    "edition": START,
    "province": f"{START}?provincie=PV26",
    "score": f"{START}/wmo_kwaliteit",
    "question": f"{START}/TOE01?gemeente=GM0344&uitsplitsing=HUL01",
    "answers": f"{START}/GES01?toon=gemeenten&volgorde=provincie",
    "municipality": f"{START}/gemeente/GM0344",
    "nothing-compared": f"{START}/vergelijk",
    "compared": f"{START}/vergelijk?gemeente=Utrecht&gemeente=Almere&gemeente=Zeewolda",
    "method": f"{START}/methode",
}
# Seeds a small release on an empty installation. In a process of its own: while Playwright is there, it holds the event loop of this one.
_SEEDING: Final = """
import asyncio, sys
from pathlib import Path
from installation import settings_on
from ceo.clock import now
from ceo.storage.database import open_database
from ceo.workflows.installation.installing import install
from ceo.workflows.demonstration.national import NationalPlan, seed_national

async def seed(folder):
    settings = settings_on(f"sqlite+aiosqlite:///{folder / 'ceo.sqlite3'}", folder, sys.argv[2])
    await install(settings)
    towns = ("GM0034", "GM0050", "GM0171", "GM0184", "GM0303", "GM0307", "GM0344", "GM0363", "GM0402", "GM0518", "GM0995")
    async with open_database(settings.database_url) as database:
        plan = NationalPlan(respondents=600, municipalities=towns, processes=1)
        await seed_national(database, settings, plan, now=now(), told=lambda *_: None)

asyncio.run(seed(Path(sys.argv[1])))
"""


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server with a published release of twelve municipalities."""
    folder = tmp_path_factory.mktemp("figures")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    seeding = [sys.executable, "-c", _SEEDING, str(folder), address]
    subprocess.run(seeding, cwd=Path(__file__).parents[1], check=True)
    environment = {
        **os.environ,
        "CEO_DATA": str(folder),
        "CEO_DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'ceo.sqlite3'}",
        "CEO_BASE_URL": address,
    }
    with (folder / "printed.txt").open("w") as printed:
        command = [Path(sys.executable).with_name("ceo"), "serve", "--port", str(port)]
        server = subprocess.Popen(command, cwd=folder, env=environment, stdout=printed, stderr=subprocess.STDOUT)
    try:
        _wait_for(server, address, folder / "printed.txt")
        yield address
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait_for(server: subprocess.Popen[bytes], address: str, printed: Path) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            with urlopen(address, timeout=10):
                return
        except URLError:
            assert server.poll() is None, printed.read_text()
            assert time.monotonic() < deadline, printed.read_text()
            time.sleep(0.1)


def test_somebody_finds_an_indicator_compares_three_municipalities_downloads_and_cites_without_script_by_keyboard(
    figures: str, open_page: OpenPage
) -> None:
    for width in (WIDE, NARROW):
        page = open_page(width)
        keyboard = Keyboard(page)
        page.goto(figures)
        keyboard.follow("Bekijk en vergelijk de gepubliceerde cijfers")
        keyboard.type("Zoek een onderwerp, een vraag of een gemeente", "hulp effect")
        keyboard.press("Zoek")
        keyboard.follow("Effect van de hulp")
        assert "waarschijnlijk" in page.locator(".headline").inner_text()
        keyboard.follow("Wmo-meting 2026, landelijk (gesimuleerd)")
        keyboard.follow("Vergelijk gemeenten")
        for number, name in enumerate(("Utrecht", "Almere", "Lelystad"), 1):
            keyboard.type(f"Gemeente {number}", name)
        keyboard.press("Vergelijk")
        assert page.locator("table.beside thead").inner_text().split()[1:4] == ["Utrecht", "Almere", "Lelystad"]
        keyboard.follow("Wmo-meting 2026, landelijk (gesimuleerd)")
        assert page.locator(".citation").inner_text().startswith("CEO-demonstratie (")
        keyboard.reach(page.get_by_role("link", name="CSV", exact=True))
        with page.expect_download() as downloading:
            page.keyboard.press("Enter")
        content = Path(downloading.value.path()).read_text(encoding="utf-8-sig")
        assert content.startswith("release,edition,")


def test_every_page_is_accessible_and_fits_on_a_telephone(figures: str, open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page(NARROW, script=True)
    found, sources = [], {}
    for name, path in PAGES.items():
        answer = page.goto(figures + path)
        assert answer is not None
        assert answer.ok, path
        sources[name] = answer.text()
        found += [f"{name}: {problem}" for problem in look(page)]
        keep_picture(page, name)
    assert not found, "\n".join(found)
    style = page.request.get(figures + page.locator("link[rel=stylesheet]").last.get_attribute("href")).text()
    assert not invalid_css(style, page)
    require_java()
    invalid = invalid_html(sources, tmp_path)
    assert not invalid, "\n".join(invalid)


def test_in_english_the_page_is_english_and_says_what_is_dutch(figures: str, open_page: OpenPage) -> None:
    page = open_page(NARROW, script=True)
    page.goto(f"{figures}{START}/TOE01?taal=en")
    ready(page)
    assert not build_problems(page, "en", "ltr") + fit_problems(page) + axe_problems(page)
    assert page.locator("h1").get_attribute("lang") == "nl"
    follow(page.get_by_role("link", name="Nederlands"))
    assert page.locator("html").get_attribute("lang") == "nl"


def look(page: Page) -> list[str]:
    """Return what is wrong with the page that is shown, on a telephone."""
    ready(page)
    problems = build_problems(page, "nl", "ltr") + fit_problems(page) + axe_problems(page)
    return problems + keyboard_problems(page) + forced_colour_problems(page)


def keep_picture(page: Page, name: str) -> None:
    """Keep a picture of a page at both widths where somebody wants to look at it."""
    if not PICTURES:
        return
    Path(PICTURES).mkdir(parents=True, exist_ok=True)
    for width in (WIDE, NARROW):
        page.set_viewport_size({"width": width, "height": 900})
        page.screenshot(path=Path(PICTURES) / f"figures-{name}.{width}.png", full_page=True)
