"""The files of editions, written when they are first asked for: everybody after that gets a copy, also while it is being written.

A file follows from its edition, so it is written once for each digest and state, by one process at a time in a file without a name that
goes with the process. Memory does not go with the size of a release: what waits for a slow reader waits on disk.
What takes long a worker has mostly written before (`ready`).
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import tempfile
import weakref
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from exports.release.cube import SealedCube

# What a file follows from besides its form: digest, state and reason of the edition.
Key = tuple[str, str, str]
# In bytes.
_PART: Final = 256 * 1024
_ROOM: Final = 1024 * 1024 * 1024
# In seconds: how often a reader looks whether there is more of a file that is being written.
_LOOKS_EVERY: Final = 0.02


class WritingFailedError(Exception):
    """A file could not be written; what went wrong is its cause."""


class WrittenFile:
    """A file of an edition. `size` in bytes, and `digest` (64 hexadecimal digits of SHA-256), once it is whole."""

    def __init__(self) -> None:
        number, name = tempfile.mkstemp(prefix="ceo-release-")
        Path(name).unlink()  # it goes when it is closed, however this process ends
        self._file = number
        self._written = 0
        self._failure: BaseException | None = None
        self.size: int | None = None
        self.digest = ""
        # Readers keep it: it is closed when the last of them is done.
        weakref.finalize(self, os.close, number)

    async def begun(self) -> None:
        """Wait until there is something of it. Raises `WritingFailedError` when there will never be."""
        while not self._written and self.size is None:
            if self._failure is not None:
                raise WritingFailedError from self._failure
            await asyncio.sleep(_LOOKS_EVERY)

    async def parts(self) -> AsyncIterator[bytes]:
        """Yield the file in parts, as far as it is written, and wait for the rest."""
        place = 0
        while self.size is None or place < self.size:
            if self._failure is not None:
                raise WritingFailedError from self._failure
            if place == self._written:
                await asyncio.sleep(_LOOKS_EVERY)
                continue
            part = await asyncio.to_thread(os.pread, self._file, _PART, place)
            place += len(part)
            yield part

    def write(self, parts: Iterator[bytes]) -> None:
        """Write all of it; in a thread."""
        digest = hashlib.sha256()
        for part in parts:
            digest.update(part)
            rest = memoryview(part)
            while rest:
                rest = rest[os.write(self._file, rest) :]
            self._written += len(part)
        self.digest, self.size = digest.hexdigest(), self._written

    def fail(self, error: BaseException) -> None:
        """Tell who waits that there will be no more of it."""
        self._failure = error


class WrittenFiles:
    """The files of editions that were asked for lately. What does not fit any more is closed when its last reader has it."""

    def __init__(self, room: int = _ROOM) -> None:
        self._room = room
        self._files: OrderedDict[tuple[Key, str], WrittenFile] = OrderedDict()
        self._writing = asyncio.Semaphore(1)
        self._tasks: set[asyncio.Task[None]] = set()

    def find(self, edition: Key, extension: str) -> WrittenFile | None:
        """Return a file that was written whole here before."""
        kept = self._files.get((edition, extension))
        return kept if kept is not None and kept.size is not None else None

    async def open(
        self,
        edition: Key,
        extension: str,
        read: Callable[[], Awaitable[SealedCube]],
        write: Callable[[SealedCube], Iterator[bytes]],
    ) -> WrittenFile:
        """Return a file of an edition, of which there is something by now. Raises `WritingFailedError` when it cannot be written."""
        key = (edition, extension)
        kept = self._files.get(key)
        if kept is None:
            kept = self._files[key] = WrittenFile()
            task = asyncio.create_task(self._write(key, kept, read, write), name=f"write {extension}")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            task.add_done_callback(_looked_at)
        else:
            self._files.move_to_end(key)
        await kept.begun()
        return kept

    async def _write(
        self,
        key: tuple[Key, str],
        file: WrittenFile,
        read: Callable[[], Awaitable[SealedCube]],
        write: Callable[[SealedCube], Iterator[bytes]],
    ) -> None:
        try:
            async with self._writing:
                release = await read()
                await asyncio.to_thread(lambda: file.write(write(release)))
        except BaseException as error:
            file.fail(error)
            del self._files[key]  # the next one who asks tries again
            raise
        self._make_room()

    def _make_room(self) -> None:
        """Let go of what was asked for longest ago."""
        whole = [key for key, file in self._files.items() if file.size is not None]
        taken = sum(self._files[key].size or 0 for key in whole)
        for key in whole[:-1]:
            if taken <= self._room:
                return
            taken -= self._files.pop(key).size or 0


def _looked_at(task: asyncio.Task[None]) -> None:
    """Take note of what went wrong, so that it is not told again when nobody waits for it any more."""
    if not task.cancelled():
        task.exception()
