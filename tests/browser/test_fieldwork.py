"""A whole measurement in a real browser: from a plan and a list with mistakes to a sealed and erased round. The counts agree at each step.

People answer with the code of their own printed letter, as a telephone reads it from the picture of the page.
"""

from __future__ import annotations

import asyncio
import re
import subprocess
import time
import uuid
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

import httpx
import made_lists
import pytest
import zxingcpp
from browser.staging import Demonstration
from browser.visiting import PICTURES
from looking import NARROW, WIDE, OpenPage, axe_problems, build_problems, fit_problems, follow, keyboard_problems, ready
from picturing import require_poppler
from PIL import Image
from playwright.sync_api import Page
from sqlmodel import select
from web.reading import Resident
from web.walking import SKIP

from ceo import clock
from ceo.storage.audit import AuditRecord
from ceo.storage.clients import Client, ClientStatus
from ceo.storage.contacts import Invitation
from ceo.storage.database import Database, open_database
from ceo.storage.people import Membership, User
from ceo.storage.tenancy import reading_across, shared_transaction, tenant_transaction
from ceo.web.staff.access import COOKIE
from ceo.workflows.answering.access_codes import access_key, read_code
from ceo.workflows.paper.forms import needs_second
from ceo.workflows.rights import Role
from ceo.workflows.staff.signed_in import begin_sign_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

T = TypeVar("T")

# Velsen: in no other test, and without rounds of the demonstration.
HERE: Final = "GM0453"
LISTED, MISTAKES, DRAWN, ON_WEB, ON_PAPER = 1200, 37, 400, 10, 5
# Seconds in which the worker of the demonstration does one thing.
LONGEST: Final = 150
FOLLOWING: Final = "Bewaar en ga naar de volgende stap"
_DOTS: Final = 110


@dataclass
class Fieldworker:
    """Somebody of the municipality at a browser, in the demonstration."""

    demonstration: Demonstration
    page: Page
    folder: Path
    round_id: int = 0

    def at(self, path: str) -> None:
        """Open a page of this round's fieldwork."""
        self.page.goto(f"{self.demonstration.address}/werk/{HERE}/veldwerk/{self.round_id}{path}")

    def words(self) -> str:
        """What the page says."""
        return re.sub(r"\s+", " ", self.page.locator("main").inner_text())

    def press(self, button: str) -> None:
        """Press a button by its words."""
        follow(self.page.get_by_role("button", name=button, exact=True))

    def look(self, name: str) -> None:
        """See that a page is built well and fits on a telephone too."""
        self.page.set_viewport_size({"width": NARROW, "height": 900})
        ready(self.page)
        problems = build_problems(self.page, "nl", "ltr") + fit_problems(self.page)
        if PICTURES:
            Path(PICTURES).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=Path(PICTURES) / f"fieldwork-{name}.{NARROW}.png", full_page=True)
        self.page.set_viewport_size({"width": WIDE, "height": 900})
        if PICTURES:
            self.page.screenshot(path=Path(PICTURES) / f"fieldwork-{name}.{WIDE}.png", full_page=True)
        assert problems == [], name

    def wait_for(self, path: str, said: str) -> None:
        """Open a page again until a worker has done what it should."""
        deadline = time.monotonic() + LONGEST
        while time.monotonic() < deadline:
            self.at(path)
            if said in self.words():
                return
            self.page.wait_for_timeout(400)
        raise AssertionError(f"{said!r} is not on {path}: {self.words()}")

    def counted(self) -> tuple[int, int]:
        """How many were invited and have answered, as the page of response says."""
        self.at("/respons")
        said = re.search(r"Uitgenodigd ([\d.]+) Ingevuld ([\d.]+)", self.words())
        assert said is not None, self.words()
        return int(said[1].replace(".", "")), int(said[2].replace(".", ""))


def aside(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run asynchronous work beside the browser, which holds the event loop of this thread."""
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(lambda: asyncio.run(work())).result()


@pytest.fixture
def fieldworker(demonstration: Demonstration, open_page: OpenPage, tmp_path: Path) -> Fieldworker:
    page = open_page(WIDE)
    sign_in(demonstration, page, "Wim Werker")
    return Fieldworker(demonstration, page, tmp_path)


def sign_in(demonstration: Demonstration, page: Page, name: str) -> None:
    """Put somebody who runs fieldwork here in front of a browser."""

    async def begin() -> str:
        async with open_database(demonstration.settings.database_url) as database:
            user = User(id=uuid.uuid4().hex, email=f"{uuid.uuid4().hex[:8]}@voorbeeld.nl", name=name)
            async with shared_transaction(database) as session:
                session.add(user)
                await session.flush()
                session.add(Membership(user_id=user.id, place=HERE, role=Role.FIELDWORKER.value))
            return await begin_sign_in(database, user.id, complete=True, device="Proef", now=datetime.now(UTC))

    host = urlsplit(demonstration.address).hostname or ""
    page.context.add_cookies([{"name": COOKIE, "value": aside(begin), "domain": host, "path": "/werk"}])


@pytest.mark.timeout(900)  # the whole way of a measurement: a minute on a machine that does nothing else
def test_a_measurement_from_plan_to_erasure(fieldworker: Fieldworker, open_page: OpenPage) -> None:
    require_poppler()
    plan(fieldworker)
    load_a_list_with_mistakes_and_a_better_one(fieldworker)
    draw(fieldworker)
    letters = print_letters(fieldworker)
    answer_on_the_web(fieldworker, letters)
    key_on_paper(fieldworker, open_page, letters)
    remind(fieldworker)
    look_with_script(fieldworker, open_page)
    end(fieldworker)


def plan(worker: Fieldworker) -> None:
    """Plan a round in five steps."""
    page, today = worker.page, clock.dutch_day()
    page.goto(f"{worker.demonstration.address}/werk/{HERE}/metingen/nieuw")
    page.get_by_label("Wat wilt u weten?").fill("Of de hulp genoeg is.")
    page.get_by_label("Wie gaat de uitkomsten gebruiken, en waarvoor?").fill("Het team Wmo.")
    versions = page.get_by_label("Welke vragenlijst past daarbij?")
    wanted = versions.locator("option", has_text="nl.ceo.wmo@2").first.get_attribute("value")
    versions.select_option(wanted)
    page.get_by_label("Titel voor cliënten").fill("Uw ervaringen met hulp")
    page.get_by_label("Naam van de meting").fill("velsen-proef")
    worker.press(FOLLOWING)
    page.get_by_label("Eerste dag waarop mensen kunnen invullen").fill(today.isoformat())
    page.get_by_label("Laatste dag").fill((today + timedelta(days=40)).isoformat())
    worker.press(FOLLOWING)
    page.get_by_label("Over wie gaat de meting?").fill("Iedereen die dit jaar hulp kreeg.")
    worker.press(FOLLOWING)
    worker.press(FOLLOWING)
    page.get_by_label("Telefoonnummer voor hulp bij het invullen").fill("14 0255")
    worker.press("Bewaar dit plan")
    assert "Er is nog geen lijst met cliënten." in worker.words()
    worker.round_id = int(re.findall(r"/metingen/(\d+)/plan", page.url)[0])
    worker.look("plan")


def load_a_list_with_mistakes_and_a_better_one(worker: Fieldworker) -> None:
    """Upload a list: every mistake is told by its cell, and nothing is used. Upload a better one over it."""
    right = made_lists.made_list(LISTED, seed=8)
    wrong, expected = made_lists.with_mistakes(right, MISTAKES, seed=8)
    upload(worker, "lijst.xlsx", made_lists.written_xlsx(wrong))
    worker.wait_for("/lijst", f"De lijst is niet ingelezen: {MISTAKES} keer klopt iets niet")
    rows = worker.page.locator("table tbody tr").all_inner_texts()
    told = {(int(cells[0].replace(".", "")), cells[1].split()[0]) for row in rows if (cells := row.split("\t"))}
    assert told == set(expected)
    worker.look("list-faults")
    upload(worker, "lijst.xlsx", made_lists.written_xlsx(right))
    worker.wait_for("/lijst", "Upload een nieuwe lijst")
    worker.look("list")


def upload(worker: Fieldworker, name: str, content: bytes) -> None:
    """Upload a list and take the columns as they were recognised."""
    file = worker.folder / name
    file.write_bytes(content)
    worker.at("/lijst")
    worker.page.get_by_label("Bestand").set_input_files(file)
    follow(worker.page.get_by_role("button", name=re.compile("^Upload de lijst$")))
    follow(worker.page.get_by_role("button", name="Controleer de lijst en lees hem in"))


def draw(worker: Fieldworker) -> None:
    """Draw 400 people in strata, and begin the fieldwork."""
    page = worker.page
    worker.at("/steekproef")
    page.get_by_label("Hoeveel mensen?").fill(str(DRAWN))
    page.get_by_role("radio", name=re.compile("aantal", re.IGNORECASE)).check()
    worker.press("Bekijk het plan")
    assert "Trek deze steekproef" in worker.words()
    worker.look("draw-plan")
    worker.press("Trek deze steekproef")
    worker.wait_for("/steekproef", "Trek opnieuw ter controle")
    worker.look("sample")
    assert len(of_status(worker, ClientStatus.DRAWN)) == DRAWN
    page.goto(f"{worker.demonstration.address}/werk/{HERE}/metingen/{worker.round_id}/plan")
    follow(page.get_by_role("link", name="Begin het veldwerk"))
    worker.look("begin")
    worker.press("Begin het veldwerk")
    assert "Het veldwerk is begonnen." in worker.words()


def of_status(worker: Fieldworker, status: ClientStatus) -> list[Client]:
    async def read() -> list[Client]:
        async with (
            open_database(worker.demonstration.settings.database_url) as database,
            reading_across(database) as one,
        ):
            rows = await one.exec(select(Client).where(Client.round_id == worker.round_id))
            return [row for row in rows if row.status == status]

    return aside(read)


def print_letters(worker: Fieldworker) -> Path:
    """Let the letters be made, and fetch them, once."""
    worker.at("/brieven")
    worker.press(f"Maak {DRAWN} uitnodigingen")
    # The words of the button: those of reminders come as soon as people are invited, and the file comes after.
    worker.wait_for("/brieven", "Haal op")
    worker.look("letters")
    with worker.page.expect_download() as download:
        worker.page.get_by_role("button", name=re.compile("^Haal op")).click()
    file = worker.folder / "brieven.pdf"
    download.value.save_as(file)
    told = subprocess.run(["pdfinfo", str(file)], check=True, capture_output=True, text=True, timeout=60).stdout
    assert re.search(rf"Pages:\s+{DRAWN}\n", told)
    assert worker.counted() == (DRAWN, 0)
    return file


def link_on(letters: Path, number: int) -> str:
    """Return what a telephone reads from the picture of a printed letter."""
    picture = letters.with_suffix("")
    where = ["-f", str(number), "-l", str(number), "-r", str(_DOTS), "-gray", "-singlefile", "-png"]
    subprocess.run(["pdftoppm", *where, str(letters), str(picture)], check=True, timeout=60)
    [code] = [one.text for one in zxingcpp.read_barcodes(Image.open(picture.with_suffix(".png")))]
    return str(code)


def answer_on_the_web(worker: Fieldworker, letters: Path) -> None:
    """Ten people scan their letter and send their answers: the first at a browser, the others as a browser without script."""
    links = [link_on(letters, number + 1) for number in range(ON_WEB)]
    assert len(set(links)) == ON_WEB
    page = worker.page.context.new_page()
    page.goto(worker.demonstration.address + urlsplit(links[0]).path)
    follow(page.get_by_role("button", name="Begin met de eerste vraag"))
    while "/vraag/" in page.url:
        follow(page.get_by_role("button", name=SKIP))
    follow(page.get_by_role("button", name="Verstuur mijn antwoorden"))
    assert page.url.endswith("/klaar")
    page.close()

    async def answer() -> None:
        for link in links[1:]:
            async with httpx.AsyncClient(base_url=worker.demonstration.address, timeout=60) as client:
                browser = Resident(client)
                await browser.open(urlsplit(link).path)
                await browser.press("Begin met de eerste vraag")
                while "/vraag/" in browser.place:
                    await browser.press(SKIP)
                await browser.press("Verstuur mijn antwoorden")
                assert browser.place.endswith("/klaar")

    aside(answer)
    assert worker.counted() == (DRAWN, ON_WEB)


def key_on_paper(worker: Fieldworker, open_page: OpenPage, letters: Path) -> None:
    """Key five forms, one of them twice and differently by two people, who then look at the paper."""
    twice, once = codes_on_paper(worker, letters)
    for code in once:
        assert key_form(worker, code, option=0)
        worker.press("Verstuur deze lijst")
    key_form(worker, twice, option=0)
    assert "Een collega moet hem los van u ook invoeren." in worker.words()
    worker.look("keyed-once")
    colleague = Fieldworker(worker.demonstration, open_page(WIDE), worker.folder, worker.round_id)
    sign_in(worker.demonstration, colleague.page, "Coby Collega")
    key_form(colleague, twice, option=1)
    assert "is twee keer ingevoerd, en 1 antwoord is verschillend." in colleague.words()
    colleague.look("keyed-differently")
    assert worker.counted() == (DRAWN, ON_WEB + ON_PAPER - 1)
    colleague.page.get_by_role("group").first.get_by_role("radio").first.check()
    colleague.press("Zo staat het op papier: verstuur de lijst")
    assert "De lijst is verstuurd en telt mee." in colleague.words()
    assert worker.counted() == (DRAWN, ON_WEB + ON_PAPER)


def codes_on_paper(worker: Fieldworker, letters: Path) -> tuple[str, list[str]]:
    """Return the code of somebody whose form is keyed twice, and of four whose is not; none of them answered on the web."""
    text = subprocess.run(
        ["pdftotext", "-f", str(ON_WEB + 1), str(letters), "-"], check=True, capture_output=True, text=True, timeout=60
    )
    codes = list(dict.fromkeys(re.findall(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}\b", text.stdout)))
    secret = worker.demonstration.settings.secret_key
    twice: list[str] = []
    once: list[str] = []
    for code in codes:
        key = access_key(secret, HERE, read_code(code) or "")
        (twice if needs_second(secret, key.keyed_form) else once).append(code)
    return twice[0], once[: ON_PAPER - 1]


def key_form(worker: Fieldworker, code: str, *, option: int) -> bool:
    """Key a form of which only the first question was answered; tell whether it can be looked over."""
    worker.at("/invoeren")
    worker.page.get_by_label("Code van de lijst").fill(code)
    worker.press("Open deze lijst")
    worker.page.get_by_role("group").first.get_by_role("radio").nth(option).check()
    worker.press("Wat hier leeg is, is op papier ook leeg")
    return "Kijk de lijst na" in worker.words()


def remind(worker: Fieldworker) -> None:
    """Three weeks later, remind exactly those who did not answer."""

    async def let_three_weeks_pass(database: Database) -> set[str]:
        async with tenant_transaction(database, HERE) as session:
            rows = (await session.exec(select(Invitation).where(Invitation.round_id == worker.round_id))).all()
            for row in rows:
                assert row.sent_on is not None
                row.sent_on -= timedelta(days=21)
            return {row.access_hash for row in rows if row.state != "complete"}

    async def reminded(database: Database) -> set[str]:
        async with reading_across(database) as session:
            rows = await session.exec(select(Invitation).where(Invitation.round_id == worker.round_id))
            return {row.access_hash for row in rows if row.reminders == 1}

    right = aside(lambda: with_database(worker, let_three_weeks_pass))
    assert len(right) == DRAWN - ON_WEB - ON_PAPER == 385
    worker.at("/brieven")
    worker.press("Maak herinneringen")
    deadline = time.monotonic() + LONGEST
    while aside(lambda: with_database(worker, reminded)) != right and time.monotonic() < deadline:
        worker.page.wait_for_timeout(400)
    assert aside(lambda: with_database(worker, reminded)) == right
    assert worker.counted() == (DRAWN, ON_WEB + ON_PAPER)


def look_with_script(worker: Fieldworker, open_page: OpenPage) -> None:
    """Look once more at the pages of fieldwork, full as they are now: what axe finds, and where the keyboard leads."""
    page = open_page(NARROW, script=True)
    page.context.add_cookies(worker.page.context.cookies())  # type: ignore[arg-type]  # what it gives it also takes
    for path in ("/lijst", "/steekproef", "/brieven", "/invoeren", "/respons", "/papier", "/mail"):
        page.goto(f"{worker.demonstration.address}/werk/{HERE}/veldwerk/{worker.round_id}{path}")
        ready(page)
        assert axe_problems(page) + keyboard_problems(page) == [], path


async def with_database(worker: Fieldworker, work: Callable[[Database], Coroutine[Any, Any, T]]) -> T:
    async with open_database(worker.demonstration.settings.database_url) as database:
        return await work(database)


def end(worker: Fieldworker) -> None:
    """Close, seal and erase; the counts stay."""
    place = f"{worker.demonstration.address}/werk/{HERE}/metingen/{worker.round_id}"
    for stage, button, said in (
        ("closed", "Sluit de meting", "De meting is gesloten."),
        ("sealed", "Verzegel de meting", "De meting wordt verzegeld."),
        ("erased", "Wis namen, adressen en codes", "Het wissen is begonnen."),
    ):
        worker.page.goto(f"{place}/naar/{stage}")
        worker.look(f"to-{stage}")
        worker.press(button)
        assert said in worker.words()
        worker.wait_for("/respons", {"closed": "Gesloten", "sealed": "Verzegeld", "erased": "Gewist"}[stage])
        assert worker.counted() == (DRAWN, ON_WEB + ON_PAPER)
    worker.page.goto(place)
    worker.look("erased")
    assert "400 × uitnodiging met code" in worker.words()
    assert of_status(worker, ClientStatus.DRAWN) == []

    async def proof(database: Database) -> list[dict[str, Any]]:
        async with reading_across(database) as session:
            rows = await session.exec(select(AuditRecord).where(AuditRecord.action == "round.erased"))
            return [dict(row.after or {}) for row in rows if row.place == HERE]

    [proved] = aside(lambda: with_database(worker, proof))
    assert proved["counts"]["invitation"] == DRAWN
    assert proved["counts"]["second_code"] == 385
