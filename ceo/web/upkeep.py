"""Upkeep in the background of the server: at its start, and then once a day."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Final

from ceo.clock import dutch_day
from ceo.storage.database import Database
from ceo.workflows.upkeep import tidy

_LOG: Final = logging.getLogger(__name__)
_DAY: Final = 24 * 60 * 60.0  # seconds


@asynccontextmanager
async def daily_upkeep(database: Database) -> AsyncIterator[None]:
    """Tidy the database while the server runs. On the way out what has begun is finished."""
    stopping = asyncio.Event()
    task = asyncio.create_task(_tidy_daily(database, stopping), name="upkeep")
    try:
        yield
    finally:
        stopping.set()
        await task


async def _tidy_daily(database: Database, stopping: asyncio.Event) -> None:
    while not stopping.is_set():
        await _tidy(database)
        with suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), _DAY)


async def _tidy(database: Database) -> None:
    try:
        removed = await tidy(database, today=dutch_day(), now=datetime.now(UTC))
    except Exception:  # noqa: BLE001 - whatever went wrong here, answering goes on; tomorrow is another day
        _LOG.exception("upkeep failed")
        return
    if removed.total:
        _LOG.info(
            "upkeep removed %d drafts, %d attempts, %d markers", removed.drafts, removed.attempts, removed.markers
        )
