"""The running demonstration, and clients of our own in it who stand where a test needs them.

They are put there through the workflows, in a thread beside the browser's: one save instead of fourteen pages of clicking.
"""

from __future__ import annotations

import asyncio
import random
import uuid
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from arrangements import OpenedRound, arrange_round
from playwright.sync_api import Page
from web.trial import trial

from ceo import clock
from ceo.clock import dutch_day
from ceo.settings import Settings
from ceo.storage import clients
from ceo.storage.commit_group import CommitGroup
from ceo.storage.contacts import Invitation
from ceo.storage.database import Database, connect
from ceo.storage.letters import LetterKind, MailState, OutgoingMail
from ceo.storage.rounds import Promise
from ceo.storage.tenancy import tenant_transaction
from ceo.web.held_keys import COOKIE
from ceo.workflows.answering import answer, arriving, consent, sending
from ceo.workflows.answering.access_codes import AccessKey, access_key, read_code
from ceo.workflows.answering.guessing import source_of, take_turn
from ceo.workflows.answering.reader import Reader
from ceo.workflows.inviting.codes import letter_link
from ceo.workflows.inviting.unsubscribing import unsubscribe_link
from ceo.workflows.publish import PublishedVersions
from questionnaires.answers import Answer
from questionnaires.consents import StoryConsent, stories
from questionnaires.loading import load_shipped
from questionnaires.questionnaire import Questionnaire
from questionnaires.routing import route
from questionnaires.simulation import simulate_answers

T = TypeVar("T")

# In milliseconds, for whatever is waited for on a page: a machine that does other things too is slow.
PAGE_TIMEOUT: Final = 90_000

# The languages that pages are looked at in: one of each direction.
LANGUAGES: Final = {"nl": "ltr", "ar": "rtl"}

STORY = "De hulp past goed bij mij.\nAlleen de wachttijd was lang."
_INVITED = 200
_STORY_ITEM = "VER01"


@dataclass(frozen=True)
class Demonstration:
    """The running product. `codes` are those of simulated clients who did not answer, by measurement and municipality."""

    address: str
    codes: dict[str, dict[str, list[str]]]
    printed: str
    folder: Path

    def link(self, municipality: str, number: int = 0, *, measurement: str = "wmo-2026") -> str:
        """Return the way in of a simulated client."""
        return f"{self.address}/{municipality}/code/{self.codes[measurement][municipality][number]}"

    @property
    def settings(self) -> Settings:
        """The settings that the server runs on."""
        return Settings(self.folder, f"sqlite+aiosqlite:///{self.folder / 'ceo.sqlite3'}", self.address)


@dataclass(frozen=True)
class Fielded:
    """A round that is not in the demonstration: where, what is asked, what is promised, when it is open, and who answers."""

    municipality: str
    asked: Callable[[], Questionnaire] = lambda: load_shipped("nl.ceo.wmo@2")
    promise: Promise = Promise.ANONYMOUS
    opens: int = -7  # days from today
    closes: int = 30
    answers_of: int = 0  # which simulated client; this one had no conversation with the municipality


class In(Enum):
    """The rounds of our own; each has a municipality to itself."""

    ANONYMOUS = Fielded("GM0363")
    PSEUDONYMOUS = Fielded(
        "GM0599", lambda: load_shipped("nl.ceo.participatie@1"), Promise.PSEUDONYMOUS, answers_of=6
    )  # had one
    EVERY_KIND = Fielded("GM0518", lambda: trial(together=True))
    NOT_OPEN_YET = Fielded("GM0014", opens=3)
    CLOSED = Fielded("GM0855", opens=-30, closes=-3)


class Standing(Enum):
    """How far a client has come."""

    INVITED = "invited"
    GUESSING = "guessing"  # came in, and then typed one wrong code after the other
    REFUSED = "refused"
    BEGUN = "begun"
    TOLD = "told"  # every question is answered; what the story may be used for is not decided
    DECIDED = "decided"
    SENT = "sent"
    MAILED = "mailed"  # comes with the link in a mail for getting no more of them


@dataclass(frozen=True)
class Client:
    """Who comes in: in which round, and how far that person has come."""

    round: In
    standing: Standing = Standing.INVITED


@dataclass(frozen=True)
class Letter:
    """What a client got: the link, and the key that a browser holds after following it."""

    link: str
    key: AccessKey


@dataclass
class Stage:
    """Brings clients to where they stand. Every client is another one, so that no test meets what another test did."""

    demonstration: Demonstration
    _run: Callable[[Coroutine[Any, Any, Any]], Any]
    _database: Database
    _rounds: dict[In, OpenedRound] = field(default_factory=dict)
    _used: dict[In, int] = field(default_factory=dict)

    def bring(self, client: Client, language: str) -> Letter:
        """Return the letter of a new client who reads in a language, and who stands there."""
        letter: Letter = self._run(self._bring(client, Reader(language, "standard")))
        return letter

    def hand_over(self, letter: Letter, page: Page) -> None:
        """Let a browser hold the key of a client, as after following the link."""
        host = urlsplit(self.demonstration.address).hostname
        assert host
        path = f"/{letter.key.municipality}"
        page.context.add_cookies([{"name": COOKIE, "value": letter.key.secret, "domain": host, "path": path}])

    def municipality(self, where: In) -> str:
        """Return the municipality that fields a round."""
        return str(self._run(self._open(where)).municipality)

    async def _bring(self, client: Client, reader: Reader) -> Letter:
        opened = await self._open(client.round)
        number = self._used[client.round] = self._used.get(client.round, -1) + 1
        key = access_key(opened.settings.secret_key, opened.municipality, read_code(opened.codes[number]) or "")
        match client.standing:
            case Standing.GUESSING:
                await self._guess(key)
            case Standing.REFUSED:
                await arriving.refuse(self._database, key, today=dutch_day())
            case Standing.BEGUN | Standing.TOLD | Standing.DECIDED | Standing.SENT:
                await self._fill_in(key, client, reader)
            case Standing.MAILED:
                return Letter(await self._mail(opened, key), key)
        settings = self.demonstration.settings
        return Letter(letter_link(settings, opened.municipality, opened.codes[number]), key)

    async def _open(self, where: In) -> OpenedRound:
        if where not in self._rounds:
            fielded, today = where.value, dutch_day()
            self._rounds[where] = await arrange_round(
                self._database,
                self.demonstration.settings,
                municipality=fielded.municipality,
                measurement=f"proef-{where.name.lower()}",
                invited={"Begeleiding": _INVITED},
                opens_on=today + timedelta(days=fielded.opens),
                closes_on=today + timedelta(days=fielded.closes),
                questionnaire=fielded.asked(),
                promise=fielded.promise,
                results_shown=False,
            )
        return self._rounds[where]

    async def _mail(self, opened: OpenedRound, key: AccessKey) -> str:
        client, mail, code = uuid.uuid4().hex, uuid.uuid4().hex, opened.municipality
        row = clients.Client(municipality=code, id=client, round_id=opened.round_id, person_hash=client * 2, traits={})
        sent = OutgoingMail(
            municipality=code,
            id=mail,
            round_id=opened.round_id,
            invitation_hash=key.access_hash,
            kind=LetterKind.INVITATION.value,
            language="nl",
            state=MailState.SENT.value,
            send_after=clock.now(),
        )
        async with tenant_transaction(self._database, code) as session:
            session.add_all((row, sent))
            (await session.get_one(Invitation, key.access_hash)).client_id = client
        return unsubscribe_link(self.demonstration.settings, code, mail)

    async def _guess(self, key: AccessKey) -> None:
        now = clock.now()
        source = source_of(self.demonstration.settings.secret_key, f"browser {key.secret}", day=now.date())
        while await take_turn(self._database, source, now=now):
            pass

    async def _fill_in(self, key: AccessKey, client: Client, reader: Reader) -> None:
        await arriving.start(self._database, key, today=dutch_day(), reader=reader)
        if client.standing is Standing.BEGUN:
            return
        draft = await self._draft(key)
        group = CommitGroup(self._database)
        page, told = draft.path.steps[0].page, _told(draft, client.round.value.answers_of)
        saved = await answer.save_page(group, draft, page, told, row_version=draft.row_version)
        assert saved is answer.SaveOutcome.SAVED
        await group.close()
        if client.standing is Standing.TOLD:
            return
        draft = await self._draft(key)
        for story in stories(draft.questionnaire, draft.path):
            await consent.decide(self._database, draft, story.id, StoryConsent(("leren_intern", "delen_anoniem")))
        if client.standing is Standing.SENT:
            await sending.send(self._database, await self._draft(key), today=dutch_day())

    async def _draft(self, key: AccessKey) -> answer.OpenDraft:
        versions = PublishedVersions(self._database)
        draft = await answer.open_draft(self._database, versions, key, today=dutch_day())
        assert isinstance(draft, answer.OpenDraft)
        return draft


@contextmanager
def staging(demonstration: Demonstration) -> Iterator[Stage]:
    """Open the stage. The browser's own event loop may run in this thread, so ours has another."""
    with ThreadPoolExecutor(max_workers=1) as beside:
        runner = asyncio.Runner()

        def run(work: Coroutine[Any, Any, T]) -> T:
            return beside.submit(runner.run, work).result()

        database = connect(demonstration.settings.database_url)
        try:
            yield Stage(demonstration, run, database)
        finally:
            run(database.close())
            beside.submit(runner.close).result()


def days_of(today: date) -> list[date]:
    """Return the days that a page can name."""
    return [today + timedelta(days=number) for number in range(-40, 70)]


def _told(draft: answer.OpenDraft, number: int) -> dict[str, Answer]:
    """Return the answers of a simulated client, with a story that is always the same."""
    answers = simulate_answers(draft.questionnaire, random.Random(number))
    if _STORY_ITEM in answers:
        answers[_STORY_ITEM] = Answer(_STORY_ITEM, answers[_STORY_ITEM].item_version, value=STORY)
    path = route(draft.questionnaire, answers, draft.circumstances)
    return {item: answers[item] for step in path.steps for item in step.page.items}
