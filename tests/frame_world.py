"""A round, and what a fieldworker does with lists for it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from arrangements import UTRECHT, OpenedRound
from made_lists import Rows, pieces, written_csv
from sqlmodel import col, select

from ceo.settings import Settings
from ceo.storage.clients import Client, ClientStatus
from ceo.storage.database import Database
from ceo.storage.kept_files import FilePurpose
from ceo.storage.tenancy import tenant_reading, tenant_transaction
from ceo.workflows.frames.choices import FrameChoices
from ceo.workflows.frames.frame_state import FrameState, read_frame_state
from ceo.workflows.frames.listed import person_hash
from ceo.workflows.frames.mapping import Columns
from ceo.workflows.frames.receiving import Refused, look_at_list, order_list, receive_list
from ceo.workflows.jobs.worker import work_off
from ceo.workflows.kept_files.keeping import FileFacts

NOW = datetime(2026, 10, 20, 9, tzinfo=UTC)


class World:
    """A round, and what a fieldworker does with lists for it."""

    def __init__(self, database: Database, opened: OpenedRound) -> None:
        self.database = database
        self.settings: Settings = opened.settings
        self.round_id = opened.round_id
        self.minutes = 0

    def clock(self) -> datetime:
        """Return a moment; each is later than the one before."""
        self.minutes += 1
        return NOW + timedelta(minutes=self.minutes)

    async def upload(self, content: bytes, purpose: FilePurpose = FilePurpose.CLIENT_LIST) -> str | Refused:
        facts = FileFacts(self.round_id, purpose, "lijst", "application/octet-stream", "u1")
        keys = self.settings.encryption_keys
        return await receive_list(self.database, keys, facts, _stream(content), municipality=UTRECHT, now=self.clock())

    async def order(self, choices: FrameChoices | None = None, columns: Columns | None = None) -> str | Refused:
        state = await self.state()
        assert state.file is not None
        look = await look_at_list(self.database, self.settings.encryption_keys, UTRECHT, state.file.id)
        assert not isinstance(look, Refused), look
        return await order_list(
            self.database,
            UTRECHT,
            state.file,
            look,
            columns or look.columns,
            choices or FrameChoices(),
            opens_on=date(2026, 11, 1),
            today=NOW.date(),
            actor="u1",
            now=self.clock(),
        )

    async def load(self, rows: Rows, choices: FrameChoices | None = None) -> FrameState:
        await self.upload(written_csv(rows))
        ordered = await self.order(choices)
        assert isinstance(ordered, str), ordered
        await work_off(self.database, self.settings, clock=self.clock)
        return await self.state()

    async def state(self) -> FrameState:
        return await read_frame_state(self.database, UTRECHT, self.round_id)

    async def clients(self) -> list[Client]:
        async with tenant_reading(self.database, UTRECHT) as session:
            return list(await session.exec(select(Client).order_by(col(Client.person_hash))))

    def hash_of(self, number: str) -> str:
        return person_hash(self.settings.secret_key, UTRECHT, number)

    async def draw(self, *numbers: str) -> None:
        async with tenant_transaction(self.database, UTRECHT) as session:
            for client in await session.exec(select(Client)):
                if client.person_hash in {self.hash_of(number) for number in numbers}:
                    client.status, client.stratum, client.draw_order = ClientStatus.DRAWN.value, "Begeleiding", 1


async def _stream(content: bytes) -> AsyncIterator[bytes]:
    for piece in pieces(content, 100_000):
        yield piece


def small(*lines: list[Any]) -> Rows:
    return [
        ["nummer", "wet", "geboren", "einddatum", "naam", "straat", "plaats", "email"],
        *(list(line) for line in lines),
    ]


ANNA = ["1", "Wmo", "1-1-1960", "", "Anna Vos", "Plein 1", "Utrecht", ""]
BAS = ["2", "Wmo", "1-1-1950", "", "Bas Smit", "", "", "bas@voorbeeld.nl"]
