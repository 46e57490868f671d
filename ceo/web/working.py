"""A worker within the server, for the demonstration: whoever tries it out need not start one. A real server has `ceo worker` beside it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from ceo.clock import now
from ceo.web.installation import Installation
from ceo.workflows.jobs.worker import Pace, work
from ceo.workflows.releases.when_asked import make_when_asked

# Whoever stops the demonstration does not want to wait; what was being done goes on the next time.
_PACE: Final = Pace(grace=2.0)


@asynccontextmanager
async def working_beside(installation: Installation) -> AsyncIterator[None]:
    """Do long work while the server runs."""
    stopping = asyncio.Event()
    database, settings = installation.database, installation.settings
    jobs = work(database, settings, clock=now, stopping=stopping, pace=_PACE)
    releases = make_when_asked(database, settings, clock=now, stopping=stopping)
    tasks = [asyncio.create_task(jobs, name="worker"), asyncio.create_task(releases, name="releases")]
    try:
        yield
    finally:
        stopping.set()
        await asyncio.gather(*tasks)
