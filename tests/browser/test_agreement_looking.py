"""The pages of agreements and deliveries with something on them, in a real browser: accessible, and fit for a telephone and a desk.

The demonstration has no national release, so these look at a release of the tests.
"""

from __future__ import annotations

import asyncio
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import uvicorn
from browser.validity import invalid_html, require_java
from installation import settings_on
from journeys.serving import PATIENCE
from looking import NARROW, WIDE, OpenPage, axe_problems, build_problems, fit_problems, follow, keyboard_problems, ready
from playwright.sync_api import Page
from web.agreeing import agreed, nation
from web.staffing import add_staff

from ceo.settings import Settings
from ceo.storage.database import open_database
from ceo.storage.people import NATIONAL
from ceo.web.app import create_app
from ceo.web.staff.access import COOKIE
from ceo.workflows.demonstration.national import MEASUREMENT
from ceo.workflows.microdata.agreeing import end_agreement
from ceo.workflows.microdata.delivering import WantedDelivery, make_delivery, shipped_profiles
from ceo.workflows.rights import Role
from ceo.workflows.staff.signed_in import begin_sign_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

AGREEMENTS = "/werk/landelijk/overeenkomsten"
DELIVERIES = "/werk/landelijk/leveringen"


@dataclass(frozen=True)
class Served:
    """A running site: its address, the cookie of an editor, and an agreement that works and ends soon."""

    address: str
    cookie: str
    agreement: str


@pytest.fixture(scope="module")
def served(released_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("agreements")
    shutil.copytree(released_sqlite.parent, folder, dirs_exist_ok=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    settings = settings_on(f"sqlite+aiosqlite:///{folder / released_sqlite.name}", folder, address)
    cookie, agreement = asyncio.run(fill(settings))
    server = uvicorn.Server(uvicorn.Config(create_app(settings), port=port, log_config=None))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        deadline = time.monotonic() + PATIENCE
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            assert time.monotonic() < deadline, "the server did not start"
            time.sleep(0.05)
        yield Served(address, cookie, agreement)
    finally:
        server.should_exit = True
        thread.join(PATIENCE)


async def fill(settings: Settings) -> tuple[str, str]:
    """Make an agreement that was ended and one that ends soon, and a delivery; return an editor's cookie and the second one's number."""
    async with open_database(settings.database_url) as database:
        ended = await agreed(database)
        await end_agreement(database, ended.id, nation(), reason="Het onderzoek is klaar.")
        soon = await agreed(database, days=5)
        wanted = WantedDelivery(MEASUREMENT, 1, shipped_profiles()["voorbeeld"])
        await make_delivery(database, settings, wanted, nation())
        user = await add_staff(database, {NATIONAL: Role.NATIONAL_EDITOR}, name="Lars Landelijk")
        return await begin_sign_in(database, user, complete=True, device="Proef", now=datetime.now(UTC)), soon.id


def test_the_pages_of_agreements_and_deliveries_are_accessible_and_fit(
    served: Served, open_page: OpenPage, tmp_path: Path
) -> None:
    own = f"{AGREEMENTS}/{served.agreement}"
    new = f"{AGREEMENTS}/nieuw?uitgave={MEASUREMENT}/1"
    pages = (AGREEMENTS, f"{AGREEMENTS}/nieuw", new, f"{AGREEMENTS}/oefenen", own, f"{own}/bescherming")
    found, sources = list[str](), dict[str, str]()
    page = open_page(NARROW, script=True)
    page.context.add_cookies([{"name": COOKIE, "value": served.cookie, "url": f"{served.address}/werk"}])
    for path in (*pages, f"{own}/beeindigen", DELIVERIES):
        page.goto(served.address + path)
        found += seen(page, path, sources)
    follow(page.get_by_role("button", name="Bekijk wat dit geeft"))
    found += seen(page, "bekijken", sources)
    page.goto(served.address + new)
    follow(page.get_by_role("button", name="Maak de overeenkomst"))
    found += seen(page, "fouten", sources)
    assert not found, "\n".join(found)
    require_java()
    invalid = invalid_html(sources, tmp_path)
    assert not invalid, "\n".join(invalid)


def seen(page: Page, name: str, sources: dict[str, str]) -> list[str]:
    """Return what is wrong with a page at 320 and at 1280 wide, and keep its source."""
    problems = list[str]()
    for width in (NARROW, WIDE):
        page.set_viewport_size({"width": width, "height": 900})
        ready(page)
        problems += build_problems(page, "nl", "ltr") + fit_problems(page) + axe_problems(page)
    page.set_viewport_size({"width": NARROW, "height": 900})
    problems += keyboard_problems(page)
    sources[name.strip("/").replace("/", "-").replace("?", "-")] = page.content()
    return [f"{name}: {problem}" for problem in problems]
