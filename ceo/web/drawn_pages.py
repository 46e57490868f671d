"""Pages that many people get alike, such as a question before it is answered: drawn once, and then sent again.

A page follows from its template, its language, its house and its values alone, so whoever has the same values gets the same page.
Only pages that show nobody's answers are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any, Final

from sqlmodel import SQLModel

# Of some kilobytes each; then all are drawn anew.
_MOST: Final = 2000


class DrawnPages:
    """The pages that one process has drawn for more than one person."""

    def __init__(self) -> None:
        # With the values, so that no row that a key names can make place for another one.
        self._pages: dict[Hashable, tuple[str, Mapping[str, Any]]] = {}

    def find(self, whose: Hashable, values: Mapping[str, Any], draw: Callable[[], str]) -> str:
        """Return the page of these values; `whose` is what it depends on besides."""
        key = (whose, *(id(value) if isinstance(value, SQLModel) else value for value in values.values()))
        if key not in self._pages:
            if len(self._pages) >= _MOST:
                self._pages.clear()
            self._pages[key] = draw(), values
        return self._pages[key][0]
