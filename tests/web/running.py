"""A started application, and what tests do with it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

import httpx
from arrangements import OpenedRound, arrange_round
from litestar import Litestar
from web.reading import Resident

from ceo.clock import dutch_day
from ceo.settings import Settings
from ceo.storage.database import Database
from ceo.storage.rounds import Promise
from ceo.web.app import Companion, assemble, settled
from ceo.web.installation import Installation
from questionnaires.questionnaire import Questionnaire

_browsers = count()


@asynccontextmanager
async def started(app: Litestar) -> AsyncIterator[None]:
    """Start an application, and stop it at the end.

    It lives in a task of its own: the fixtures of a session do not stop in the order in which they started, and what is open within
    one task must be closed inside out.
    """
    is_started, may_stop = asyncio.Event(), asyncio.Event()

    async def live() -> None:
        async with app.lifespan():
            is_started.set()
            await may_stop.wait()

    living, starting = asyncio.create_task(live()), asyncio.create_task(is_started.wait())
    await asyncio.wait([living, starting], return_when=asyncio.FIRST_COMPLETED)
    starting.cancel()
    try:
        if not living.done():
            yield
    finally:
        may_stop.set()
        await living


# Applications that no test uses now: to put all routes together takes longer than most tests.
_idle: list[Litestar] = []


@contextmanager
def lent(settings: Settings, *beside: Companion) -> Iterator[Litestar]:
    """Lend an application that does not run; it is as new, with these settings and with what else runs as long as it does."""
    app = _idle.pop() if _idle else assemble()
    yield settled(app, settings, *beside)
    _idle.append(app)  # not after a failure: who knows what still runs in it


@asynccontextmanager
async def running(settings: Settings, *beside: Companion) -> AsyncIterator[Litestar]:
    """Lend an application, and let it run in this task until it is given back."""
    with lent(settings, *beside) as app:
        async with app.lifespan():
            yield app


@dataclass(frozen=True)
class Site:
    """A started application, and municipalities that no test has used yet."""

    app: Litestar
    settings: Settings
    unused: Iterator[str]

    @property
    def installation(self) -> Installation:
        """What the handlers share."""
        installation: Installation = self.app.state.installation
        return installation

    @property
    def database(self) -> Database:
        """The open database."""
        return self.installation.database

    def browser(self, address: str = "") -> Resident:
        """Return a browser without cookies, at an address of its own unless one is given: wrong codes are limited by address."""
        number = next(_browsers)
        own = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        transport = httpx.ASGITransport(app=self.app, client=(address or own, 4711))
        return Resident(httpx.AsyncClient(transport=transport, base_url="http://testserver.local"))

    async def round(
        self,
        *,
        opens: int = -7,
        closes: int = 30,
        invited: Mapping[str, int] | None = None,
        results_shown: bool = True,
        municipality: str | None = None,
        questionnaire: Questionnaire | None = None,
        promise: Promise = Promise.ANONYMOUS,
    ) -> OpenedRound:
        """Open a round of its own measurement in a municipality that no other test uses; days are counted from today."""
        code = municipality or next(self.unused)
        today: date = dutch_day()
        return await arrange_round(
            self.database,
            self.settings,
            municipality=code,
            measurement=f"wmo-{code.lower()}",
            invited=invited,
            opens_on=today + timedelta(days=opens),
            closes_on=today + timedelta(days=closes),
            results_shown=results_shown,
            questionnaire=questionnaire,
            promise=promise,
        )
