"""Pages that were drawn from a cube, kept in memory: the same digest and the same choices give the same page.

Drawing takes a tenth of a second and sending what was kept takes nothing, so each page is drawn once, and one page at a time. Who asks for
many pages waits for their own before they take a place between others: nobody else waits for more than one of them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Final
from weakref import WeakValueDictionary

from ceo.web.compressing import Packed, pack
from ceo.web.figures.catalogue_index import Index
from ceo.web.made_once import MadeOnce

# In bytes, of one process.
_MOST: Final = 24 * 1024 * 1024
# Reads what a page is drawn from, and returns what draws it: a plain function that is run in a thread.
Prepare = Callable[[], Awaitable[Callable[[], str]]]


class KeptPages:
    """The drawn pages of one process, packed as they are sent, and what the catalogue knows of each release by its digest."""

    def __init__(self, most: int = _MOST) -> None:
        self._pages: MadeOnce[Packed] = MadeOnce(most, lambda page: len(page.plain) + len(page.packed))
        self._drawing = asyncio.Lock()
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self.indexes: dict[str, Index] = {}

    @property
    def size(self) -> int:
        """How many bytes are kept."""
        return self._pages.size

    def __contains__(self, key: Hashable) -> bool:
        """Return whether a page is kept, or being drawn for somebody."""
        return key in self._pages

    async def find(self, key: Hashable, prepare: Prepare, *, reader: str, keep: bool = True) -> Packed:
        """Return the page of a key; draw it when it is not kept. `reader`: for whom; `keep`: others may ask for it."""
        return await self._pages.find(key, lambda: self._draw(prepare, reader), keep=keep)

    async def _draw(self, prepare: Prepare, reader: str) -> Packed:
        draw = await prepare()
        turn = self._turns.setdefault(reader, asyncio.Lock())
        async with turn, self._drawing:
            return await asyncio.to_thread(lambda: pack(draw().encode(), "text/html; charset=utf-8"))
