"""Results in the web process: reports are made and written in a worker process, which holds the heavy libraries.

The worker starts when there is something for it: with the server where results are shown, so that the first visitor does not wait for
it, and else when the first edition can be made.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date
from typing import Any, Final

from ceo.storage.database import Database
from ceo.storage.turns import in_turn
from ceo.web.report_workers import worker_of_process
from ceo.workflows.results.editions import enough_wait, make_editions
from ceo.workflows.results.reporting import Made, Measurement, make_reports, write_fragment, write_report

_LOG: Final = logging.getLogger(__name__)
# Written reports kept in memory: all formats of a dozen municipalities.
_KEPT: Final = 48
# Seconds after a fault before a visitor makes the server try again.
_REST: Final = 60.0


class Reports:
    """Makes editions when enough submissions wait, and writes reports in their formats."""

    def __init__(self, database: Database, today: Callable[[], date]) -> None:
        self._database = database
        self._today = today
        self._worker = worker_of_process()
        self._written: dict[tuple[str, str], bytes] = {}
        self._looking: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()
        self._failed_at: dict[str, float] = {}
        self._finished: set[str] = set()  # measurements of which no edition was left half-made

    def warm_up(self) -> None:
        """Let the worker import at once what it needs."""
        self._worker.warm_up()

    async def write(self, name: str, report: str, extension: str) -> bytes:
        """Return a report as a file. `name` identifies the edition, so that it is written once."""
        return await self.write_once((name, extension), write_report, report, extension)

    async def write_fragment(self, name: str, report: str) -> str:
        """Return a report as the inside of a page."""
        return (await self.write_once((name, "page"), write_fragment, report)).decode()

    async def write_once(self, key: tuple[str, str], write: Callable[..., bytes], *arguments: Any) -> bytes:
        """Return what a plain function writes in the worker process. What a key named before is not written again."""
        if key not in self._written:
            content = await self._worker.run(write, *arguments)
            if len(self._written) >= _KEPT:
                self._written.pop(next(iter(self._written)))
            self._written[key] = content
        return self._written[key]

    def failed(self, measurement: str) -> bool:
        """Tell whether the last try to make an edition ended in a fault of ours, a moment ago."""
        return time.monotonic() - self._failed_at.get(measurement, -_REST) < _REST

    def look_at(self, measurement: str) -> None:
        """See in the background whether a new edition can be made; asked again while it looks, it looks once more."""
        if measurement in self._looking:
            self._again.add(measurement)
            return
        self._looking[measurement] = asyncio.create_task(self._look(measurement))

    async def _look(self, measurement: str) -> None:
        try:
            # The first time, and after a fault, also for an edition that was begun and not finished.
            if measurement not in self._finished or await enough_wait(self._database, measurement):
                self._finished.discard(measurement)
                async with in_turn(self._database, "editions"):  # two processes would each make half of one
                    await make_editions(self._database, measurement, self._make, today=self._today())
                self._finished.add(measurement)
            self._failed_at.pop(measurement, None)
        except Exception:  # noqa: BLE001 - whatever went wrong with results, answering goes on
            # Results can be made again at any time; the server goes on taking answers.
            self._failed_at[measurement] = time.monotonic()
            _LOG.exception("no edition could be made of %s", measurement)
        finally:
            del self._looking[measurement]
            if measurement in self._again:
                self._again.discard(measurement)
                self.look_at(measurement)

    async def _make(self, measurement: Measurement) -> Made:
        return await self._worker.run(make_reports, measurement)

    async def settle(self) -> None:
        """Wait until nothing is being looked at."""
        while self._looking:
            await asyncio.gather(*self._looking.values())

    async def close(self) -> None:
        """Finish what is being looked at, and stop the worker."""
        await self.settle()
        await asyncio.to_thread(self._worker.close)


@asynccontextmanager
async def open_reports(database: Database, today: Callable[[], date]) -> AsyncIterator[Reports]:
    """Open the results, and stop the worker process afterwards."""
    reports = Reports(database, today)
    try:
        yield reports
    finally:
        await reports.close()
