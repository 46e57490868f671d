"""What a worker does about releases as long as it runs: it makes editions as they are asked for, and writes the files that take long."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Final

from sqlmodel import col, select

from ceo.settings import Settings
from ceo.storage.database import Database
from ceo.storage.releases import Release, ReleaseState
from ceo.storage.tenancy import reading_across
from ceo.workflows.releases.ready import make_next_file_ready

_OPEN: Final = (ReleaseState.DRAFT.value, ReleaseState.SIGNED.value)
_LOG: Final = logging.getLogger(__name__)
# In seconds.
_LOOKS_EVERY: Final = 2.0
_RESTS_AFTER_FAULT: Final = 30.0


async def make_when_asked(
    database: Database, settings: Settings, *, clock: Callable[[], datetime], stopping: asyncio.Event
) -> None:
    """Make editions as they are asked for, until `stopping` is set. A fault of ours is logged, and the next look tries again.

    In between, the files of published editions that take long are written, one at a time.
    """
    broken: set[str] = set()
    while not stopping.is_set():
        try:
            if await next_asked(database) is not None:
                # Most workers never make an edition: they start without what that takes.
                from ceo.workflows.releases.making import make_asked

                await make_asked(database, settings, clock=clock)
            if await make_next_file_ready(database, settings, broken):
                continue  # there may be another one
        except Exception:  # noqa: BLE001 - the database may be away; whatever it was, it is tried again
            _LOG.exception("an edition could not be made")
            await rest(stopping, _RESTS_AFTER_FAULT)
        await rest(stopping, _LOOKS_EVERY)


async def next_asked(database: Database) -> Release | None:
    """Return the edition that was asked for first and is not made yet."""
    asked = select(Release).where(
        col(Release.asked_at).is_not(None), col(Release.fault).is_(None), col(Release.state).in_(_OPEN)
    )
    async with reading_across(database) as session:
        return (await session.exec(asked.order_by(col(Release.asked_at)).limit(1))).one_or_none()


async def rest(stopping: asyncio.Event, seconds: float) -> None:
    """Wait for some seconds, or until it is time to stop."""
    with suppress(TimeoutError):
        await asyncio.wait_for(stopping.wait(), seconds)
