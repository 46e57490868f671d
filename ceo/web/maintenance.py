"""Pages and the API while somebody works on the installation: closed, with a word about when to come back.

Each process looks every two seconds whether that is so, beside the requests: none of them asks the database for it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from math import ceil
from typing import Any, Final

from litestar import Request, Response
from litestar.status_codes import HTTP_503_SERVICE_UNAVAILABLE

from ceo.clock import DUTCH_TIME, now
from ceo.storage.database import Database
from ceo.web.api.problems import problem
from ceo.web.api.refusing import START
from ceo.web.pages import page
from ceo.web.readers import reader_of
from ceo.web.security import READING_METHODS
from ceo.workflows.installation.maintenance import Work, find_maintenance

_LOG: Final = logging.getLogger(__name__)
# In seconds: how often a process looks, and when to come back when nobody knows.
LOOKS_EVERY: Final = 2.0
_COME_BACK_AFTER: Final = 300
_SOONEST: Final = 30
# What stays open: the health of the server, and how its pages look.
_OPEN: Final = ("/gezond", "/gereed", "/metingen", "/static/")
_STYLE: Final = "/stijl.css"
_AGAIN: Final = "Probeer het opnieuw na het aantal seconden in Retry-After."


class Closing:
    """Whether the pages are closed now, as this process saw it last."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.work: Work | None = None

    async def look(self) -> None:
        """See how things are now."""
        self.work = await find_maintenance(self._database)

    def keeps_out(self, path: str) -> bool:
        """Return whether a page is closed."""
        return self.work is not None and not path.startswith(_OPEN) and not path.endswith(_STYLE)


@asynccontextmanager
async def open_closing(database: Database) -> AsyncIterator[Closing]:
    """Look now, and then every two seconds until the end."""
    closing = Closing(database)
    await closing.look()
    stopping = asyncio.Event()
    task = asyncio.create_task(_look_often(closing, stopping), name="maintenance")
    try:
        yield closing
    finally:
        stopping.set()
        await task


def closed_page(request: Request[Any, Any, Any], work: Work) -> Response[Any]:
    """Tell that the website will be back: on a page, and to a program as a problem (RFC 9457).

    A form that was sent is not saved, and the browser still has it.
    """
    until = work.until if work.until is not None and work.until > now() else None
    local = until.astimezone(DUTCH_TIME) if until is not None else None
    headers = {"retry-after": str(_seconds_until(until))}
    if f"{request.scope['path']}/".startswith(f"{START}/"):
        detail = f"Dat duurt tot ongeveer {local:%d-%m-%Y %H:%M}. {_AGAIN}" if local is not None else _AGAIN
        return problem(
            HTTP_503_SERVICE_UNAVAILABLE,
            "Er wordt aan CEO gewerkt.",
            detail,
            headers={**headers, "cache-control": "no-store"},
        )
    return page(
        "maintenance.html",
        language=reader_of(request, None).language,
        status=HTTP_503_SERVICE_UNAVAILABLE,
        headers=headers,
        unsaved=request.method not in READING_METHODS,
        day=local.date() if local is not None else None,
        time=f"{local:%H:%M}" if local is not None else "",
    )


def _seconds_until(until: datetime | None) -> int:
    return _COME_BACK_AFTER if until is None else max(_SOONEST, ceil((until - now()).total_seconds()))


async def _look_often(closing: Closing, stopping: asyncio.Event) -> None:
    while not stopping.is_set():
        with suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), LOOKS_EVERY)
            return
        try:
            await closing.look()
        except Exception as error:  # noqa: BLE001 - the database may be away while somebody works on it: as it was
            _LOG.warning("whether there is maintenance could not be read: %s", type(error).__name__)
