"""Pages that were drawn from a cube, kept in memory: the same digest and the same choices give the same page.

Drawing takes a tenth of a second and sending what was kept takes nothing, so each page is drawn once and by one at a time. What is kept is
bounded in bytes; what was asked for longest ago goes first.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Final

from ceo.web.compressing import Packed, pack
from ceo.web.figures.catalogue_index import Index

# In bytes, of one process.
_MOST: Final = 24 * 1024 * 1024


class KeptPages:
    """The drawn pages of one process, packed as they are sent, and what the catalogue knows of each release by its digest."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._size = 0
        self._pages: OrderedDict[Hashable, Packed] = OrderedDict()
        self._drawing = asyncio.Lock()
        self.indexes: dict[str, Index] = {}

    @property
    def size(self) -> int:
        """How many bytes are kept."""
        return self._size

    async def find(self, key: Hashable, draw: Callable[[], Awaitable[str]]) -> Packed:
        """Return the page of a key; draw it when it is not kept."""
        if key not in self._pages:
            async with self._drawing:
                if key not in self._pages:
                    self._keep(key, pack((await draw()).encode(), "text/html; charset=utf-8"))
        page = self._pages[key]
        self._pages.move_to_end(key)
        return page

    def _keep(self, key: Hashable, page: Packed) -> None:
        self._pages[key] = page
        self._size += _size_of(page)
        while self._size > self._most and len(self._pages) > 1:
            self._size -= _size_of(self._pages.popitem(last=False)[1])


def _size_of(page: Packed) -> int:
    return len(page.plain) + len(page.packed)
