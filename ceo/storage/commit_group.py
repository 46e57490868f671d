"""Saving answers, many clients in one durable commit.

A save is acknowledged only after its commit. While one batch commits, the next one gathers, so a lone save never waits and a busy
hour shares its commits. Batches are made by the load; there is no timer.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Final, Protocol

from ceo.storage.at_hand import DatabaseAwayError
from ceo.storage.database import Database

__all__ = ["ClosedError", "CommitGroup", "DatabaseAwayError", "QueueFullError", "Save"]

_LARGEST_BATCH: Final = 500
_LONGEST_QUEUE: Final = 2000

# One statement for a whole batch; the batch is one JSON parameter, which both databases can read as a table.
_SAVE_SQLITE: Final = """
    UPDATE draft SET answers = save.answers, row_version = save.row_version + 1, last_save = save.name
    FROM (SELECT json_extract(value, '$.id') AS id, json_extract(value, '$.municipality') AS municipality,
                 json_extract(value, '$.answers') AS answers, json_extract(value, '$.row_version') AS row_version,
                 json_extract(value, '$.name') AS name
          FROM json_each(?1)) AS save
    WHERE draft.id = save.id AND draft.municipality = save.municipality AND draft.row_version = save.row_version
    RETURNING draft.id"""
_SAVE_POSTGRESQL: Final = """
    UPDATE draft SET answers = save.answers, row_version = save.row_version + 1, last_save = save.name
    FROM jsonb_to_recordset(CAST(CAST($1 AS text) AS jsonb))
         AS save(id text, municipality text, answers jsonb, row_version integer, name text)
    WHERE draft.id = save.id AND draft.municipality = save.municipality AND draft.row_version = save.row_version
    RETURNING draft.id"""


class QueueFullError(Exception):
    """More saves are waiting than the database can take; the client should try again in a moment."""


class ClosedError(Exception):
    """The server is stopping and takes no new saves."""


@dataclass(frozen=True, slots=True)
class Save:
    """The whole document of a draft, to be stored when its row version is still `row_version`. `name` identifies this save."""

    draft_id: str
    municipality: str
    answers: dict[str, Any]
    row_version: int
    name: str


class Measures(Protocol):
    """Hears what a commit group does."""

    def queued(self) -> None:
        """A save begins to wait."""

    def written(self, saves: int) -> None:
        """A batch is committed."""

    def answered(self, seconds: float) -> None:
        """A save is done, or has failed, after waiting this long."""


class CommitGroup:
    """The queue of saves of one process, and the one task that writes them."""

    def __init__(self, database: Database, measures: Measures | None = None) -> None:
        self._database = database
        self._measures = measures
        self._statement = _SAVE_SQLITE if database.writer.dialect.name == "sqlite" else _SAVE_POSTGRESQL
        self._queue: deque[tuple[Save, asyncio.Future[bool]]] = deque()
        self._work = asyncio.Event()
        self._closing = False
        self._task = asyncio.create_task(self._write_batches(), name="commit group")

    async def save(self, save: Save) -> bool:
        """Store a save; return after its commit. False: the draft has another row version by now, and nothing was stored.

        A caller that is cancelled only stops waiting: its save stays in the queue.
        """
        if self._closing:
            raise ClosedError
        if len(self._queue) >= _LONGEST_QUEUE:
            raise QueueFullError
        stored: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._queue.append((save, stored))
        self._work.set()
        return await (stored if self._measures is None else _measured(stored, self._measures))

    async def close(self) -> None:
        """Take no more saves, write those that wait, and stop."""
        self._closing = True
        self._work.set()
        await self._task

    async def _write_batches(self) -> None:
        while self._queue or not self._closing:
            if not self._queue:
                self._work.clear()
                await self._work.wait()
                continue
            await self._write(self._next_batch())

    def _next_batch(self) -> list[tuple[Save, asyncio.Future[bool]]]:
        """Take what waits, at most one save a draft: a second one must see the row version that the first one made."""
        batch: dict[str, tuple[Save, asyncio.Future[bool]]] = {}
        kept: deque[tuple[Save, asyncio.Future[bool]]] = deque()
        while self._queue and len(batch) < _LARGEST_BATCH:
            entry = self._queue.popleft()
            if entry[0].draft_id in batch:
                kept.append(entry)
            else:
                batch[entry[0].draft_id] = entry
        self._queue.extendleft(reversed(kept))
        return list(batch.values())

    async def _write(self, batch: list[tuple[Save, asyncio.Future[bool]]]) -> None:
        try:
            stored = await self._commit([save for save, _ in batch])
        except DatabaseAwayError as error:  # every other save would wait for it just as vainly
            for _, future in batch:
                _fail(future, error)
            return
        except Exception as error:  # noqa: BLE001 - whatever went wrong, one bad save must not fail its neighbours
            if len(batch) == 1:
                _fail(batch[0][1], error)
            else:
                for entry in batch:
                    await self._write([entry])
            return
        if self._measures is not None:
            self._measures.written(len(batch))
        for save, future in batch:
            with suppress(asyncio.InvalidStateError):
                future.set_result(save.draft_id in stored)

    async def _commit(self, saves: list[Save]) -> set[str]:
        rows = [
            {
                "id": save.draft_id,
                "municipality": save.municipality,
                "answers": save.answers,
                "row_version": save.row_version,
                "name": save.name,
            }
            # One order of locks, so that two processes never wait for each other.
            for save in sorted(saves, key=lambda save: save.draft_id)
        ]
        document = json.dumps(rows, ensure_ascii=False)
        document.encode()  # a driver that cannot write a sign would quote the batch in its error
        stored = await self._database.at_hand.write(self._statement, [document], {save.municipality for save in saves})
        return {draft_id for (draft_id,) in stored}


async def _measured(stored: asyncio.Future[bool], measures: Measures) -> bool:
    began = perf_counter()
    measures.queued()
    try:
        return await stored
    finally:
        measures.answered(perf_counter() - began)


def _fail(future: asyncio.Future[bool], error: Exception) -> None:
    with suppress(asyncio.InvalidStateError):
        future.set_exception(error)
