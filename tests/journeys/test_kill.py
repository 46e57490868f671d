"""The promise of every saved page: what the server acknowledged is on disk, whatever happens to the server."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from arrangements import OpenedRound, arrange_round, simulated, wmo_core
from journeys.serving import serving
from sqlmodel import select
from web.reading import Resident

from ceo.clock import dutch_day
from ceo.settings import Settings
from ceo.storage.contacts import Invitation
from ceo.storage.database import Database
from ceo.storage.submissions import Draft, Submission
from ceo.storage.tenancy import tenant_reading
from questionnaires.answering import form_values, seal
from questionnaires.answers import Answer, answers_from_json

pytestmark = pytest.mark.anyio

CLIENTS, DRAFTS_EACH = 8, 2


def story(number: int) -> str:
    """What tells one client from all others, also after sending."""
    return f"Dit is het verhaal van cliënt {number}."


def answers_of(number: int) -> dict[str, Answer]:
    """The answers that a client will give, each page with a value."""
    return {**simulated(number), "VER01": Answer("VER01", 1, value=story(number))}


@dataclass
class Witness:
    """What a client tried to answer, what the server acknowledged of it, and what it was asked last."""

    number: int
    tried: set[str] = field(default_factory=set)
    acknowledged: dict[str, Answer] = field(default_factory=dict)
    asked: str = ""  # an item, or "send"
    thanked: bool = False


class Load:
    """Eight clients that fill in at once, until all is sent or the server is gone."""

    def __init__(self, opened: OpenedRound, witnesses: list[Witness]) -> None:
        self.opened = opened
        self.witnesses = witnesses
        self.acknowledged = 0
        self.enough = asyncio.Event()
        self.limit = 0

    async def run(self, address: str) -> None:
        """Let every client fill in its drafts, one after the other."""
        await asyncio.gather(*(self._client(address, number) for number in range(CLIENTS)))

    async def _client(self, address: str, number: int) -> None:
        for witness in self.witnesses[number::CLIENTS]:
            async with httpx.AsyncClient(base_url=address, timeout=30) as client:
                try:
                    await self._fill_in(Resident(client), witness)
                except httpx.TransportError:
                    return  # the server is gone

    async def _fill_in(self, browser: Resident, witness: Witness) -> None:
        if witness.thanked:
            return
        page = await browser.open(f"/{self.opened.municipality}/code/{self.opened.codes[witness.number]}")
        if not page.forms:
            assert witness.asked == "send"  # it was sent, and the thanks were lost
            return
        await browser.press(page.form.buttons[0][2])
        answers = answers_of(witness.number)
        while "/vraag/" in browser.place:
            await self._answer(browser, witness, answers)
        witness.asked = "send"
        answer = await browser.client.post(browser.page.form.action)
        assert answer.status_code == 303
        witness.thanked = True
        self._count()

    async def _answer(self, browser: Resident, witness: Witness, answers: dict[str, Answer]) -> None:
        form = browser.page.form
        [item] = form.asked
        witness.asked = item
        witness.tried.add(item)
        values = form_values(answers[item], wmo_core().scale_of(wmo_core().item(item)))
        fields = form.filled({item: values} if values else {}, "Volgende vraag" if values else "Vraag overslaan")
        answer = await browser.client.post(form.action, data=dict(fields))
        assert answer.status_code == 303, answer.text
        witness.acknowledged[item] = answers[item]
        self._count()
        await browser.open(answer.headers["location"])

    def _count(self) -> None:
        self.acknowledged += 1
        if self.acknowledged >= self.limit:
            self.enough.set()

    async def run_until_killed(self, settings: Settings, log: Path, limit: int) -> None:
        """Run on a server that is killed without warning after a number of acknowledged pages."""
        self.acknowledged, self.limit = 0, limit
        self.enough.clear()
        with serving(settings, log) as (server, address):
            running = asyncio.create_task(self.run(address))
            await self.enough.wait()
            worker = _children(server.pid)
            server.kill()
            await running
        _wait_until_gone(worker)


def _children(process: int) -> list[int]:
    """Return the processes that a process started."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(status.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue  # it ended while we looked
        if parent == process:
            found.append(int(status.parent.name))
    return found


def _wait_until_gone(processes: list[int]) -> None:
    """Wait until processes have ended; a server that was killed leaves none behind."""
    deadline = time.monotonic() + 10
    while left := [process for process in processes if Path(f"/proc/{process}").exists()]:
        assert time.monotonic() < deadline, left
        time.sleep(0.05)


async def assert_everything_acknowledged_is_stored(
    database: Database, opened: OpenedRound, witnesses: list[Witness], *, kills: int
) -> None:
    async with tenant_reading(database, opened.municipality) as session:
        drafts = {row.id: answers_from_json(row.answers) for row in await session.exec(select(Draft))}
        states = {row.access_hash: row.state for row in await session.exec(select(Invitation))}
        sent = [answers_from_json(row.answers) for row in await session.exec(select(Submission))]
    stories = Counter(str(answers["VER01"].value) for answers in sent)
    assert [story for story, times in stories.items() if times > 1] == []
    for witness in witnesses:
        key = opened.key(witness.number)
        if witness.thanked or story(witness.number) in stories:
            assert witness.asked == "send"
            assert seal(wmo_core(), answers_of(witness.number)).answers in sent
            assert (key.draft_id in drafts, states[key.access_hash]) == (False, "complete")
        elif witness.acknowledged:
            draft = drafts[key.draft_id]
            assert {item: draft[item] for item in witness.acknowledged} == witness.acknowledged
            unheard = set(draft) - set(witness.acknowledged)
            assert unheard <= witness.tried
            assert len(unheard) <= kills  # a kill can take the acknowledgement of one answer of a client
            assert states[key.access_hash] == "started"


@pytest.fixture
def moments() -> Iterator[int]:
    """After how many acknowledged pages the server is killed: in the middle of filling in, and among the first to send."""
    chance = random.Random()
    return iter([chance.randint(20, 100), chance.randint(60, 120)])


async def test_a_server_that_is_killed_loses_nothing_and_doubles_nothing(
    database: Database, installation_settings: Settings, tmp_path: Path, moments: Iterator[int]
) -> None:
    today = dutch_day()
    opened = await arrange_round(
        database,
        installation_settings,
        invited={"Begeleiding": CLIENTS * DRAFTS_EACH},
        opens_on=today,
        closes_on=today + timedelta(days=2),
    )
    witnesses = [Witness(number) for number in range(CLIENTS * DRAFTS_EACH)]
    load = Load(opened, witnesses)
    for kills, limit in enumerate(moments, start=1):
        await load.run_until_killed(installation_settings, tmp_path / "log", limit)
        await assert_everything_acknowledged_is_stored(database, opened, witnesses, kills=kills)

    with serving(installation_settings, tmp_path / "log") as (_, address):
        await load.run(address)
    await assert_everything_acknowledged_is_stored(database, opened, witnesses, kills=2)
    async with tenant_reading(database, opened.municipality) as session:
        assert list(await session.exec(select(Draft))) == []
        assert len(list(await session.exec(select(Submission)))) == len(witnesses)
    assert "Traceback" not in (tmp_path / "log").read_text()
