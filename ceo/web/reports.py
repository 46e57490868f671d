"""Results in the web process: reports are made and written in a worker process, which holds the heavy libraries.

The worker starts when there is something for it: with the server where results are shown, so that the first visitor does not wait for
it, and else when the first edition can be made.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import date
from typing import Any, Final

from ceo.storage.database import Database
from ceo.storage.turns import in_turn
from ceo.web.made_once import MadeOnce
from ceo.web.report_workers import worker_of_process
from ceo.workflows.results.editions import enough_wait, make_editions
from ceo.workflows.results.reporting import Made, Measurement, make_reports, write_fragment, write_report

_LOG: Final = logging.getLogger(__name__)
# In bytes: what is kept in memory of results of rounds, in all formats of some dozens of municipalities, and of public releases.
_KEPT: Final = 16 * 1024 * 1024
_KEPT_PUBLIC: Final = 16 * 1024 * 1024
# So many reports of public releases may wait for each other: at about two seconds each, the last one takes a minute.
_MOST_WAITING: Final = 30
# Seconds after a fault before a visitor makes the server try again.
_REST: Final = 60.0


# The municipality or edition that something written is of, and its form.
Key = tuple[str, str]


class ReportsBusyError(Exception):
    """So many reports of public releases wait that another one cannot be written soon."""


class Reports:
    """Makes editions when enough submissions wait, and writes reports in their formats.

    Reports of public releases, which anybody may ask for, go to the worker one at a time and are kept apart: those of rounds wait for one
    of them at most, and are never pushed out by them.
    """

    def __init__(self, database: Database, today: Callable[[], date]) -> None:
        self._database = database
        self._today = today
        self._worker = worker_of_process()
        self._written: MadeOnce[bytes] = MadeOnce(_KEPT, len)
        self._public: MadeOnce[bytes] = MadeOnce(_KEPT_PUBLIC, len)
        self._one_public = asyncio.Lock()
        self._looking: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()
        self._failed_at: dict[str, float] = {}
        self._finished: set[str] = set()  # measurements of which no edition was left half-made

    def warm_up(self) -> None:
        """Let the worker import at once what it needs."""
        self._worker.warm_up()

    async def write(self, name: str, report: str, extension: str) -> bytes:
        """Return a report as a file. `name` identifies the edition, so that it is written once."""
        return await self._write_once((name, extension), write_report, report, extension)

    async def write_fragment(self, name: str, report: str) -> str:
        """Return a report as the inside of a page."""
        return (await self._write_once((name, "page"), write_fragment, report)).decode()

    def has_public(self, key: Key) -> bool:
        """Tell whether a report of a public release was written, or is being written for somebody else."""
        return key in self._public

    async def write_public(self, key: Key, prepare: Callable[[], Awaitable[Callable[[], bytes]]]) -> bytes:
        """Return a report of a public release. Raises `ReportsBusyError` when too many wait.

        `prepare` reads what it is made of and returns the plain function that the worker runs. It is called only where that is needed.
        """
        if key not in self._public and self._public.waiting >= _MOST_WAITING:
            raise ReportsBusyError
        return await self._public.find(key, lambda: self._write_public(prepare))

    async def _write_once(self, key: Key, write: Callable[..., bytes], *arguments: Any) -> bytes:
        """Return what a plain function writes in the worker process. What a key named before is not written again."""
        return await self._written.find(key, lambda: self._worker.run(write, *arguments))

    async def _write_public(self, prepare: Callable[[], Awaitable[Callable[[], bytes]]]) -> bytes:
        async with self._one_public:
            return await self._worker.run(await prepare())

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
        await self._public.stop()
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
