"""Upkeep in the background of the server: at its start, and then once a day.

Of all processes of an installation one has this duty; when it ends, another one takes over within a minute.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Final

from ceo.clock import dutch_day
from ceo.settings import Settings
from ceo.storage.database import Database
from ceo.storage.turns import Turn
from ceo.workflows.installation.upkeep import tidy
from ceo.workflows.notices.digests import mail_digests

_LOG: Final = logging.getLogger(__name__)
# In seconds.
_DAY: Final = 24 * 60 * 60.0
_LOOKS_EVERY: Final = 60.0


@asynccontextmanager
async def daily_upkeep(database: Database, settings: Settings) -> AsyncIterator[None]:
    """Tidy the database and mail staff while the server runs, unless another process does. On the way out what has begun is finished."""
    stopping = asyncio.Event()
    task = asyncio.create_task(_tidy_daily(database, settings, stopping), name="upkeep")
    try:
        yield
    finally:
        stopping.set()
        await task


async def _tidy_daily(database: Database, settings: Settings, stopping: asyncio.Event) -> None:
    duty, tidied_at = Turn(database, "upkeep"), -_DAY
    while not stopping.is_set():
        if time.monotonic() - tidied_at >= _DAY and await _has(duty):
            await _tidy(database, settings)
            tidied_at = time.monotonic()
        with suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), _LOOKS_EVERY)
    await duty.give_back()


async def _has(duty: Turn) -> bool:
    try:
        return await duty.take()
    except Exception as error:  # noqa: BLE001 - the database may be away; it is asked again
        _LOG.warning("whose turn upkeep is could not be read: %s", type(error).__name__)
        return False


async def _tidy(database: Database, settings: Settings) -> None:
    try:
        removed = await tidy(database, today=dutch_day(), now=datetime.now(UTC))
        await mail_digests(database, settings, today=dutch_day())
    except Exception:  # noqa: BLE001 - whatever went wrong here, answering goes on; tomorrow is another day
        _LOG.exception("upkeep failed")
        return
    if removed.total:
        _LOG.info(
            "upkeep removed %d drafts, %d attempts, %d markers", removed.drafts, removed.attempts, removed.markers
        )
