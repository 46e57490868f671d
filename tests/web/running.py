"""A started application, and what tests do with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
from ceo.web.installation import Installation
from questionnaires.questionnaire import Questionnaire

_browsers = count()


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
