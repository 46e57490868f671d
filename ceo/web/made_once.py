"""What takes long to make, made once for everybody who asks for it, and kept in memory as long as there is room.

Who comes while something is being made waits for that; when who asked first goes away, the others still get it. What is kept is bounded
in bytes; what was asked for longest ago goes first.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

Made = TypeVar("Made")


class MadeOnce(Generic[Made]):
    """What one process made lately, by a key that names all that it follows from. `size_of` tells how many bytes something takes."""

    def __init__(self, most: int, size_of: Callable[[Made], int]) -> None:
        self._most = most
        self._size_of = size_of
        self._kept: OrderedDict[Hashable, Made] = OrderedDict()
        self._making: dict[Hashable, asyncio.Task[Made]] = {}
        self.size = 0

    def __contains__(self, key: Hashable) -> bool:
        """Return whether something is kept or being made, so that it costs nothing to ask for it."""
        return key in self._kept or key in self._making

    @property
    def waiting(self) -> int:
        """Return how many things are being made, or wait until they are."""
        return len(self._making)

    async def find(self, key: Hashable, make: Callable[[], Awaitable[Made]], *, keep: bool = True) -> Made:
        """Return what a key names; make it when it is not kept. What goes wrong is told to everybody who waits, and then tried anew.

        `keep`: somebody may ask for the same again.
        """
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        task = self._making.get(key)
        if task is None:
            task = self._making[key] = asyncio.create_task(self._make(key, make, keep=keep))
            task.add_done_callback(_looked_at)
        return await asyncio.shield(task)

    async def stop(self) -> None:
        """Give up what is being made."""
        making = list(self._making.values())
        for task in making:
            task.cancel()
        await asyncio.gather(*making, return_exceptions=True)

    async def _make(self, key: Hashable, make: Callable[[], Awaitable[Made]], *, keep: bool) -> Made:
        try:
            made = await make()
            if keep:
                self._keep(key, made)
            return made
        finally:
            del self._making[key]

    def _keep(self, key: Hashable, made: Made) -> None:
        self._kept[key] = made
        self.size += self._size_of(made)
        while self.size > self._most and len(self._kept) > 1:
            self.size -= self._size_of(self._kept.popitem(last=False)[1])


def _looked_at(task: asyncio.Task[Made]) -> None:
    """Take note of what went wrong, so that it is not told again when nobody waits for it any more."""
    if not task.cancelled():
        task.exception()
