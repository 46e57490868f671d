"""Requests to be called back about a story: reading what is open, and finishing one after the call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from ceo.storage.callbacks import Callback, remove_callbacks
from ceo.storage.database import Database
from ceo.storage.forgetting import wait_for_rewriting
from ceo.storage.rounds import Round
from ceo.storage.tenancy import tenant_reading, tenant_transaction
from ceo.workflows.answering.callbacks import Call, open_callback
from ceo.workflows.audit.recording import record


@dataclass(frozen=True, slots=True)
class OpenCall:
    """A request to be called back that nobody has dealt with yet."""

    id: str
    round_title: str
    call: Call


async def open_calls(database: Database, keys: Sequence[bytes], municipality: str) -> list[OpenCall]:
    """Return the requests to be called back, in an order that says nothing. `keys` are those of the installation."""
    async with tenant_reading(database, municipality) as session:
        statement = select(Callback, Round.title).join(Round).order_by(col(Callback.id))
        rows = (await session.exec(statement)).all()
    return [OpenCall(row.id, title, open_callback(keys, row)) for row, title in rows]


async def finish_call(database: Database, municipality: str, call_id: str, *, actor: str, now: datetime) -> bool:
    """Remove a request that somebody has dealt with, and record it; return whether it was still there."""
    async with tenant_transaction(database, municipality) as session:
        await wait_for_rewriting(session)
        # Locked: who else says so at this moment finds it gone.
        row = await session.get(Callback, call_id, with_for_update=True)
        if row is None:
            return False
        round_id = row.round_id
        await remove_callbacks(session, [call_id])
        # Of the round and not of the request: its id could lead a teller's code to what was done.
        await record(
            session,
            municipality,
            actor=actor,
            action="callback.finished",
            object_kind="round",
            object_id=str(round_id),
            now=now,
        )
    return True
