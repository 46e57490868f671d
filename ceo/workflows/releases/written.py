"""The files of editions, written when they are first asked for: everybody after that gets a copy, also while it is being written.

A file follows from its edition, so it is written once for each digest and state, by one process at a time in a file without a name that
goes with the process. Memory does not go with the size of a release: what waits for a slow reader waits on disk.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import tempfile
from collections import OrderedDict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Final

if TYPE_CHECKING:
    from exports.release.cube import SealedCube
    from exports.release.formats import ReleaseFormat

# In bytes.
_PART: Final = 256 * 1024
_ROOM: Final = 1024 * 1024 * 1024
# In seconds: how often a reader looks whether there is more of a file that is being written.
_LOOKS_EVERY: Final = 0.02


class WritingFailedError(Exception):
    """A file could not be written; its cause was told to who asked for it first."""


@dataclass(slots=True)
class WrittenFile:
    """A file of an edition. `size` in bytes, and `digest` (64 hexadecimal digits of SHA-256), once it is whole."""

    _file: IO[bytes] = field(default_factory=lambda: tempfile.TemporaryFile(prefix="ceo-release-"))
    _written: int = 0
    _failed: bool = False
    size: int | None = None
    digest: str = ""

    async def parts(self) -> AsyncIterator[bytes]:
        """Yield the file in parts, as far as it is written, and wait for the rest."""
        place = 0
        while self.size is None or place < self.size:
            if self._failed:
                raise WritingFailedError
            if place == self._written:
                await asyncio.sleep(_LOOKS_EVERY)
                continue
            part = await asyncio.to_thread(os.pread, self._file.fileno(), _PART, place)
            place += len(part)
            yield part

    def write(self, release: SealedCube, form: ReleaseFormat) -> None:
        """Write all of it; in a thread."""
        digest = hashlib.sha256()
        try:
            for part in form.write(release):
                digest.update(part)
                self._file.write(part)
                self._file.flush()
                self._written += len(part)
        except BaseException:
            self._failed = True
            raise
        self.digest, self.size = digest.hexdigest(), self._written


class WrittenFiles:
    """The files of editions that were asked for lately. What does not fit any more is closed when its last reader has it."""

    def __init__(self, room: int = _ROOM) -> None:
        self._room = room
        self._files: OrderedDict[tuple[str, str, str, str], WrittenFile] = OrderedDict()
        self._writing = asyncio.Semaphore(1)
        self._tasks: set[asyncio.Task[None]] = set()

    def find(self, release: SealedCube, extension: str) -> WrittenFile | None:
        """Return a file that was written whole here before."""
        kept = self._files.get(_key(release, extension))
        return kept if kept is not None and kept.size is not None else None

    async def open(self, release: SealedCube, form: ReleaseFormat) -> WrittenFile:
        """Return a file of an edition; it may still be on its way. Raises what its writer raises before the first part."""
        key = _key(release, form.extension)
        kept = self._files.get(key)
        if kept is None:
            kept = self._files[key] = WrittenFile()
            task = asyncio.create_task(self._write(key, kept, release, form), name=f"write {form.extension}")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            task.add_done_callback(_looked_at)
            while not kept._written and not task.done():
                await asyncio.sleep(_LOOKS_EVERY)
            if task.done():
                task.result()
        self._files.move_to_end(key)
        return kept

    async def _write(
        self, key: tuple[str, str, str, str], file: WrittenFile, release: SealedCube, form: ReleaseFormat
    ) -> None:
        try:
            async with self._writing:
                await asyncio.to_thread(file.write, release, form)
        except BaseException:
            del self._files[key]
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


def _key(release: SealedCube, extension: str) -> tuple[str, str, str, str]:
    seal = release.seal
    return seal.digest, seal.state, seal.reason, extension


def _looked_at(task: asyncio.Task[None]) -> None:
    """Take note of what went wrong, so that it is not told again when nobody waits for it any more."""
    if not task.cancelled():
        task.exception()
