"""What a supervisor, a load balancer and Prometheus ask: does the process live, can it answer, and how much did it do?"""

from __future__ import annotations

import asyncio
import math
import time
from typing import Any, Final

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.enums import MediaType
from litestar.exceptions import NotFoundException
from litestar.status_codes import HTTP_200_OK, HTTP_503_SERVICE_UNAVAILABLE

from ceo.clock import now
from ceo.storage.database import Database
from ceo.storage.migrating import is_current
from ceo.web.installation import Installation
from ceo.web.measures import measure_jobs, written_measures
from ceo.web.networks import comes_from
from ceo.workflows.jobs.listing import COUNTED, count_jobs

# In seconds: whoever asks has given up by then.
_LONGEST: Final = 5.0
# In seconds: anybody may ask, so not every question reaches the database.
_STAYS_TRUE: Final = 1.0
_MEASURES: Final = "text/plain; version=0.0.4; charset=utf-8"


class Readiness:
    """Whether the database answers and has our tables, as it was a moment ago."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._is_ready = False
        self._looked_at = -_STAYS_TRUE
        self._looking = asyncio.Lock()

    async def is_ready(self) -> bool:
        """Return whether the database can be used."""
        async with self._looking:
            if time.monotonic() - self._looked_at >= _STAYS_TRUE:
                self._is_ready = await self._look()
                self._looked_at = time.monotonic()
        return self._is_ready

    async def _look(self) -> bool:
        try:
            return await asyncio.wait_for(is_current(self._database), _LONGEST)
        except Exception:  # noqa: BLE001 - whatever is wrong, it is not ready
            return False


@get("/gezond")
async def tell_health() -> Response[str]:
    """Say that the process lives; the database may be away."""
    return _said("gezond", HTTP_200_OK)


@get("/gereed")
async def tell_readiness(request: Request[Any, Any, Any]) -> Response[str]:
    """Say whether pages can be answered: the database answers, has our tables, and nobody works on the installation."""
    if request.app.state.closing.work is None and await request.app.state.readiness.is_ready():
        return _said("gereed", HTTP_200_OK)
    return _said("niet gereed", HTTP_503_SERVICE_UNAVAILABLE)


@get("/metingen")
async def tell_measures(
    request: Request[Any, Any, Any], installation: NamedDependency[Installation]
) -> Response[bytes]:
    """Tell all measures to the networks of the settings; for others this page does not exist."""
    settings = installation.settings
    if not comes_from(request, settings.metrics_networks, settings.trusted_proxies):
        raise NotFoundException
    await _count_jobs(installation.database)
    return Response(written_measures(), media_type=_MEASURES)


async def _count_jobs(database: Database) -> None:
    """Count the jobs of the whole installation. The measures of a server whose database is away are asked for most of all."""
    try:
        measure_jobs(await asyncio.wait_for(count_jobs(database, now=now()), _LONGEST))
    except Exception:  # noqa: BLE001 - whatever is wrong, the number is not known
        measure_jobs(dict.fromkeys(COUNTED, math.nan))


def _said(word: str, status: int) -> Response[str]:
    return Response(word, status_code=status, media_type=MediaType.TEXT)
