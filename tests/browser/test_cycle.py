"""The cycle in a real browser: a signal, the mirror, a conversation, an action, the next measurement, and the page for the council.

Without script and with the keyboard only. In between time passes: clients answer, and months are sealed by the same jobs as everywhere.
"""

from __future__ import annotations

import asyncio
import re
import subprocess
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest
from browser.keyboard import Keyboard
from browser.staging import Demonstration
from browser.visiting import PICTURES
from looking import NARROW, WIDE, OpenPage, axe_problems, build_problems, fit_problems, follow, keyboard_problems, ready
from picturing import require_poppler
from playwright.sync_api import Page
from sqlmodel import select

from ceo import clock
from ceo.storage.database import Database, open_database
from ceo.storage.rounds import Round
from ceo.storage.submissions import Submission
from ceo.storage.tenancy import tenant_reading, tenant_transaction
from ceo.workflows.demonstration.continuous import last_sealed
from ceo.workflows.demonstration.continuous_answers import simulate_months
from ceo.workflows.demonstration.plan import FOLLOWED, UTRECHT
from ceo.workflows.ending.months import queue_months
from ceo.workflows.jobs.worker import work_off
from questionnaires.loading import load_shipped
from questionnaires.publishing import publish

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

HOME: Final = f"/werk/{UTRECHT}"
ACTION: Final = "Mensen binnen een week terugbellen"
SAID: Final = "Wij herkennen dit: de wijkteams hadden het druk."


@dataclass
class Cycle:
    """Somebody who goes through the cycle, and remembers every page that was met on the way."""

    demonstration: Demonstration
    page: Page
    seen: dict[str, str] = field(default_factory=dict)

    @property
    def keyboard(self) -> Keyboard:
        """The keyboard."""
        return Keyboard(self.page)

    def at(self, path: str) -> None:
        """Open a page."""
        self.page.goto(f"{self.demonstration.address}{HOME}{path}")

    def words(self) -> str:
        """What the page says."""
        return re.sub(r"\s+", " ", self.page.locator("main").inner_text())

    def look(self, name: str) -> None:
        """Remember a page under a name; see that it is built well and fits, also on a telephone."""
        self.seen[name] = self.page.url.partition("#")[0]
        for width in (WIDE, NARROW) if PICTURES else ():
            self.page.set_viewport_size({"width": width, "height": 900})
            Path(PICTURES or "").mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=Path(PICTURES or "") / f"cycle-{name}.{width}.png", full_page=True)
        self.page.set_viewport_size({"width": NARROW, "height": 900})
        ready(self.page)
        problems = build_problems(self.page, "nl", "ltr") + fit_problems(self.page)
        assert not problems, f"{name}: {problems}"
        self.page.set_viewport_size({"width": WIDE, "height": 900})


@pytest.fixture
def cycle(demonstration: Demonstration, open_page: OpenPage) -> Cycle:
    page = open_page(WIDE)
    page.goto(f"{demonstration.address}/werk/rondkijken")
    follow(page.get_by_role("button", name="Kijk rond als Eva Eigenaar"))
    return Cycle(demonstration, page)


@pytest.mark.timeout(600)  # half a minute on a machine that does nothing else
def test_from_a_signal_to_the_council_and_back_with_the_keyboard_and_without_script(
    cycle: Cycle, open_page: OpenPage, tmp_path: Path
) -> None:
    require_poppler()
    indicator = follow_a_signal(cycle)
    look_in_the_mirror(cycle, indicator)
    hold_a_conversation(cycle, indicator)
    action = agree_on_an_action(cycle)
    let_time_pass(cycle)
    see_what_moved(cycle, action)
    tell_the_council(cycle, tmp_path)
    look_with_script(cycle, open_page)


def follow_a_signal(cycle: Cycle) -> str:
    """Go from the signal on the page of what is followed to the series behind it; return the address of that."""
    cycle.at("")
    cycle.keyboard.follow("Volgen")
    cycle.look("follow")
    assert "Een signaal is geen oordeel, maar een reden om erover te praten." in cycle.words()
    [signal] = cycle.page.locator(".attention a").all()  # one planted change, and seven antennas without
    cycle.keyboard.reach(signal)
    with cycle.page.expect_navigation():
        cycle.page.keyboard.press("Enter")
    assert f"/{FOLLOWED.shifted}" in cycle.page.url
    cycle.look("indicator")
    return cycle.page.url


def look_in_the_mirror(cycle: Cycle, indicator: str) -> None:
    """See the same indicator beside others, and come back."""
    cycle.keyboard.follow("Spiegel dit cijfer aan andere gemeenten")
    assert "Utrecht" in cycle.words()
    cycle.look("mirror")
    cycle.page.goto(indicator)


def hold_a_conversation(cycle: Cycle, indicator: str) -> None:
    """Open a record about the signal, write down what two sides said, and keep it."""
    assert cycle.page.url == indicator
    cycle.keyboard.follow("Begin een gesprek over dit cijfer")
    cycle.look("begin")
    cycle.keyboard.press("Open het gesprek")
    cycle.look("write")
    cycle.keyboard.day("Dag van het gesprek", clock.dutch_day())
    cycle.keyboard.reach(cycle.page.locator("#rollen-1"))
    cycle.page.keyboard.press("Space")
    cycle.keyboard.reach(cycle.page.locator("[name=recognise-professionals]"))
    cycle.page.keyboard.insert_text(SAID)
    cycle.keyboard.reach(cycle.page.locator("[name=act-policy]"))
    cycle.page.keyboard.insert_text("We spreken af hoe snel mensen worden teruggebeld.")
    cycle.keyboard.press("Bewaar")
    assert SAID in cycle.words()
    cycle.look("dialogue")


def agree_on_an_action(cycle: Cycle) -> str:
    """Agree on who does what before when, and close the conversation; return the address of the action."""
    dialogue = cycle.page.url.partition("?")[0]
    cycle.keyboard.follow("Spreek een actie af")
    cycle.look("action-form")
    cycle.keyboard.type("Wat gaat u doen?", ACTION)
    cycle.keyboard.type("Wie doet het?", "Wijkteams")
    cycle.keyboard.day("Op welke dag moet het klaar zijn?", clock.dutch_day() + timedelta(days=60))
    cycle.keyboard.press("Bewaar")
    assert "De actie is afgesproken." in cycle.words()
    cycle.look("action")
    action = cycle.page.url.partition("?")[0]
    cycle.page.goto(dialogue)
    assert ACTION in cycle.words()
    cycle.keyboard.press("Sluit het gesprek")
    assert "Het gesprek is gesloten." in cycle.words()
    return action


def let_time_pass(cycle: Cycle) -> None:
    """Let clients answer until the end of next month, and let each month be sealed as the upkeep does on the ninth of the one after it."""
    first, last = following(last_sealed(clock.dutch_day())), following(clock.dutch_day())
    months = [first]
    while months[-1] < last:
        months.append(following(months[-1]))

    async def pass_by() -> None:
        settings = cycle.demonstration.settings
        async with open_database(settings.database_url) as database:
            for number, month in enumerate(months):
                await answer_in(database, number, month)
                sealing = datetime.combine(following(month).replace(day=9), datetime.min.time(), UTC)
                assert await queue_months(database, today=sealing.date(), now=sealing)
                await work_off(database, settings, clock=partial(_same, sealing))

    aside(pass_by)


def following(day: date) -> date:
    """Return the first day of the month after that of a day."""
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1)


def _same(moment: datetime) -> datetime:
    return moment


async def answer_in(database: Database, number: int, month: date) -> None:
    """Let simulated clients of the round that goes on have sent their answers in a month."""
    planned = FOLLOWED.rounds[-1]
    published = publish(load_shipped(planned.questionnaire))
    rows = simulate_months(FOLLOWED, published, [(FOLLOWED.months + number, month)])[month]
    async with tenant_reading(database, UTRECHT) as session:
        [its_round] = await session.exec(select(Round).where(Round.measurement == planned.measurement))
    async with tenant_transaction(database, UTRECHT) as session:
        session.add_all(
            Submission(
                id=f"{number:016x}{place:016x}",
                municipality=UTRECHT,
                round_id=its_round.id,
                stratum=row.stratum,
                questionnaire_hash=row.version,
                answers=row.answers,
                language=row.language,
                text_register=row.register,
                mode=row.mode,
                received_on=row.received_on,
            )
            for place, row in enumerate(rows)
        )


def see_what_moved(cycle: Cycle, action: str) -> None:
    """Come back to the action: the newest figure beside what is usual, because it began with a striking month; and no cause."""
    cycle.page.goto(action)
    words = cycle.words()
    assert "waarschijnlijk tussen" in words
    assert "Gewoon is ongeveer" in words
    side = re.search(r"ligt de laatste tijd (onder|boven|binnen) wat gewoon is\.", words)
    assert side is not None
    assert ("Of dat door de actie komt, is hiermee niet te zeggen." in words) == (side[1] != "binnen")
    assert "We vergelijken niet met" in words
    cycle.look("moved")
    cycle.at("/leren")
    assert ACTION in cycle.words()
    cycle.look("learn")


def tell_the_council(cycle: Cycle, folder: Path) -> None:
    """Read what the council gets, on a page and in two pages of PDF: what was discussed and decided is in both."""
    cycle.at("/spiegelen")
    cycle.look("mirrors")
    cycle.keyboard.follow("Pagina voor de raad")
    assert ACTION in cycle.words()
    cycle.look("council")
    with cycle.page.expect_download() as download:
        cycle.keyboard.reach(cycle.page.get_by_role("link", name="Download als PDF van twee pagina's"))
        cycle.page.keyboard.press("Enter")
    file = folder / "raad.pdf"
    download.value.save_as(file)
    facts = subprocess.run(["pdfinfo", file], check=True, capture_output=True, text=True, timeout=60).stdout
    assert re.search(r"Pages:\s+2\n", facts)
    text = subprocess.run(["pdftotext", file, "-"], check=True, capture_output=True, text=True, timeout=60).stdout
    assert ACTION in re.sub(r"\s+", " ", text)


def look_with_script(cycle: Cycle, open_page: OpenPage) -> None:
    """Look at every page once more with script: what axe finds, and where the keyboard leads."""
    page = open_page(NARROW, script=True)
    page.context.add_cookies(cycle.page.context.cookies())  # type: ignore[arg-type]  # what it gives it also takes
    found = []
    for name, address in cycle.seen.items():
        if name != "write":  # its address without what was typed is that of the form that follows
            page.goto(address)
            ready(page)
            found += [f"{name}: {problem}" for problem in axe_problems(page) + keyboard_problems(page)]
    assert not found, "\n".join(found)


def aside(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run asynchronous work beside the browser, which holds the event loop of this thread."""
    with ThreadPoolExecutor(1) as threads:
        threads.submit(lambda: asyncio.run(work())).result()
