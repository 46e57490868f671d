"""Counting what a page asks of the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sqlalchemy import event

from ceo.storage.database import Database

# What the server does in the background meanwhile is not counted: its tasks have a context of their own.
_COUNTING: ContextVar[bool] = ContextVar("counting", default=False)


@contextmanager
def counted_statements(database: Database) -> Iterator[list[str]]:
    """Yield the statements that sessions send to a database."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if _COUNTING.get() and not statement.startswith("BEGIN"):
            statements.append(statement)

    engines = {database.reader.sync_engine, database.writer.sync_engine}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    token = _COUNTING.set(True)
    try:
        yield statements
    finally:
        _COUNTING.reset(token)
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)
