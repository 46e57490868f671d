"""Statements that were compiled for the database of another test: most open one of their own, and would compile everything anew."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from unittest.mock import patch

from sqlalchemy.sql.elements import ClauseElement
from sqlalchemy.util import LRUCache

# Statements, of each kind of database: more than all tests have.
_MOST: Final = 10_000


@contextmanager
def compiled_once() -> Iterator[None]:
    """Let all engines of one kind of database keep what they compiled together."""
    compile_for_one = ClauseElement._compile_w_cache
    kept: dict[tuple[str, str], tuple[Any, LRUCache[Any, Any]]] = {}

    def compile_for_all(statement: ClauseElement, dialect: Any, *, compiled_cache: Any, **how: Any) -> Any:
        if compiled_cache is not None:
            kind = dialect.name, dialect.driver
            dialect, compiled_cache = kept.setdefault(kind, (dialect, LRUCache(_MOST)))
        return compile_for_one(statement, dialect, compiled_cache=compiled_cache, **how)

    with patch.object(ClauseElement, "_compile_w_cache", compile_for_all):
        yield
