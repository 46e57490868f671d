"""Clients that fill in at once on a real server, and what they were told: with it the promise of every saved page is checked."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

import httpx
from arrangements import OpenedRound, arrange_round, simulated, wmo_core
from sqlmodel import select
from web.reading import Form, Served

from ceo.clock import dutch_day
from ceo.settings import Settings
from ceo.storage.contacts import Invitation
from ceo.storage.database import Database
from ceo.storage.submissions import Draft, Submission
from ceo.storage.tenancy import tenant_reading
from questionnaires.answering import form_values, seal
from questionnaires.answers import Answer, answers_from_json

CLIENTS = 8
# Seconds in which all of them are done; most of it is for machines that do other things too.
LONGEST = 200


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
    """Eight clients that fill in at once, until all is sent or the server is gone.

    Patient ones keep the page when the server cannot save, and press again a moment later. What they were told is in `refusals`.
    """

    def __init__(self, opened: OpenedRound, *, patient: bool = False) -> None:
        self.opened = opened
        self.witnesses = [Witness(number) for number in range(len(opened.codes))]
        self.patient = patient
        self.refusals: list[httpx.Response] = []
        self.acknowledged = 0
        self.enough = asyncio.Event()
        self.limit = 0

    def stop_at(self, limit: int) -> None:
        """Count from here to a number of acknowledged pages; `enough` is set then."""
        self.acknowledged, self.limit = 0, limit
        self.enough.clear()

    async def run(self, address: str) -> None:
        """Let every client fill in its drafts, one after the other."""
        async with asyncio.timeout(LONGEST), asyncio.TaskGroup() as clients:
            for number in range(CLIENTS):
                clients.create_task(self._client(address, number))

    async def until_enough(self, running: asyncio.Task[None]) -> None:
        """Wait until so many pages are acknowledged, or all clients have ended; raise what ended them when that was a fault."""
        enough = asyncio.create_task(self.enough.wait())
        await asyncio.wait((running, enough), return_when=asyncio.FIRST_COMPLETED)
        enough.cancel()
        if running.done():
            running.result()

    async def _client(self, address: str, number: int) -> None:
        for witness in self.witnesses[number::CLIENTS]:
            async with httpx.AsyncClient(base_url=address, timeout=30) as client:
                try:
                    await _Filling(self, client, witness).fill_in()
                except httpx.TransportError:
                    return  # the server is gone

    def count(self) -> None:
        """Note that a page was acknowledged."""
        self.acknowledged += 1
        if self.acknowledged >= self.limit:
            self.enough.set()


class _Filling:
    """One client who fills in one draft."""

    def __init__(self, load: Load, client: httpx.AsyncClient, witness: Witness) -> None:
        self.load = load
        self.client = client
        self.witness = witness
        self.place = ""
        self.forms: list[Form] = []

    async def fill_in(self) -> None:
        if self.witness.thanked:
            return
        await self._open(f"/{self.load.opened.municipality}/code/{self.load.opened.codes[self.witness.number]}")
        if not self.place.endswith("/welkom") or not self.forms:
            assert self.witness.asked == "send"  # it was sent, and the thanks were lost
            return
        answers = answers_of(self.witness.number)
        while not self.witness.thanked:
            if "/vraag/" in self.place:
                await self._answer(answers)
            elif self.place.endswith("/controle"):
                await self._send()
            else:
                await self._go_on()

    async def _answer(self, answers: dict[str, Answer]) -> None:
        form = self.forms[0]
        [item] = form.asked
        self.witness.asked = item
        self.witness.tried.add(item)
        values = form_values(answers[item], wmo_core().scale_of(wmo_core().item(item)))
        fields = form.filled({item: values} if values else {}, "Volgende vraag" if values else "Vraag overslaan")
        answer = await self._post(form.action, fields)
        assert answer.status_code == 303, answer.text
        self.witness.acknowledged[item] = answers[item]
        self.load.count()
        await self._open(answer.headers["location"])

    async def _send(self) -> None:
        self.witness.asked = "send"
        form = self.forms[0]
        told_to_wait = len(self.load.refusals)
        answer = await self._post(form.action, form.filled({}, form.buttons[0][2]))
        # Who had to press twice may hear that the first time had arrived.
        assert answer.status_code == 303 or len(self.load.refusals) > told_to_wait, answer.text
        self.witness.thanked = True
        self.load.count()

    async def _go_on(self) -> None:
        """Press the first button of a page that asks no question of the list, as it stands."""
        form = self.forms[0]
        answer = await self._post(form.action, form.filled({}, form.buttons[0][2]))
        assert answer.status_code == 303, answer.text
        await self._open(answer.headers["location"])

    async def _open(self, address: str) -> None:
        answer = await self._patiently(lambda: self.client.get(address))
        while answer.is_redirect:
            following = answer.headers["location"]
            answer = await self._patiently(lambda following=following: self.client.get(following))  # type: ignore[misc]
        self.place = answer.url.path
        self.forms = Served(answer.text).forms

    async def _post(self, address: str, fields: list[tuple[str, str]]) -> httpx.Response:
        return await self._patiently(lambda: self.client.post(address, data=dict(fields)))

    async def _patiently(self, ask: Callable[[], Awaitable[httpx.Response]]) -> httpx.Response:
        while (answer := await ask()).status_code >= 500 and self.load.patient:
            self.load.refusals.append(answer)
            await asyncio.sleep(0.1)
        return answer


async def open_for_load(
    database: Database, settings: Settings, *, drafts_each: int = 1, results_shown: bool = True
) -> OpenedRound:
    """Open a round for everybody of a load; each of them fills in a number of drafts, one after the other."""
    today = dutch_day()
    return await arrange_round(
        database,
        settings,
        invited={"Begeleiding": CLIENTS * drafts_each},
        opens_on=today,
        closes_on=today + timedelta(days=2),
        results_shown=results_shown,
    )


async def assert_everything_acknowledged_is_stored(database: Database, load: Load, *, kills: int) -> None:
    """Nothing that was acknowledged is gone, nothing is there twice; each kill may have taken an acknowledgement of each client."""
    opened = load.opened
    async with tenant_reading(database, opened.municipality) as session:
        drafts = {row.id: answers_from_json(row.answers) for row in await session.exec(select(Draft))}
        states = {row.access_hash: row.state for row in await session.exec(select(Invitation))}
        sent = [answers_from_json(row.answers) for row in await session.exec(select(Submission))]
    stories = Counter(str(answers["VER01"].value) for answers in sent)
    assert [told for told, times in stories.items() if times > 1] == []
    for witness in load.witnesses:
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


async def assert_everything_was_sent_once(database: Database, load: Load) -> None:
    """Every client is done, and each is there once."""
    await assert_everything_acknowledged_is_stored(database, load, kills=0)
    async with tenant_reading(database, load.opened.municipality) as session:
        assert list(await session.exec(select(Draft))) == []
        assert len(list(await session.exec(select(Submission)))) == len(load.witnesses)
