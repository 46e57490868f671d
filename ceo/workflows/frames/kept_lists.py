"""Reading a kept list in a thread: it takes long, and the parts come from the database one by one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TypeVar

from ceo.storage.database import Database
from ceo.workflows.kept_files.keeping import read_file

Result = TypeVar("Result")
Told = Callable[[int], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class KeptList:
    """A list that was uploaded, and what is needed to read it."""

    database: Database
    keys: tuple[bytes, ...]
    municipality: str
    file_id: str


async def read_in_thread(
    kept: KeptList, reading: Callable[[Iterator[bytes]], Result], *, told: Told | None = None
) -> Result:
    """Return what a function makes of the parts of a file, which it gets one by one in a thread of its own.

    `told` hears how many bytes were read, now and then; what it raises ends the reading.
    """
    parts = read_file(kept.database, kept.keys, kept.municipality, kept.file_id)
    pieces = _Pieces(asyncio.get_running_loop(), parts, told)
    try:
        return await asyncio.to_thread(reading, pieces)
    finally:
        pieces.stop()


class _Pieces(Iterator[bytes]):
    """The parts of a file, fetched by the event loop for a thread that waits for them."""

    _TOLD_EVERY = 8

    def __init__(self, loop: asyncio.AbstractEventLoop, parts: AsyncIterator[bytes], told: Told | None) -> None:
        self._loop, self._parts, self._told = loop, parts, told
        self._number = self._size = 0
        self._asked: Future[bytes] | None = None
        self._stopped = False

    def __next__(self) -> bytes:
        """Return the next part. When nobody waits for the reading any more, `CancelledError` ends it."""
        self._asked = asked = asyncio.run_coroutine_threadsafe(self._fetch(), self._loop)
        if self._stopped:
            asked.cancel()
        piece = asked.result()
        if not piece:
            raise StopIteration
        return piece

    def stop(self) -> None:
        """Let a thread that still reads end at its next part, and at once when it waits for one: the event loop may end before it."""
        self._stopped = True
        if self._asked is not None:
            self._asked.cancel()

    async def _fetch(self) -> bytes:
        piece = await anext(self._parts, b"")
        self._number += 1
        self._size += len(piece)
        if self._told is not None and self._number % self._TOLD_EVERY == 0:
            await self._told(self._size)
        return piece
