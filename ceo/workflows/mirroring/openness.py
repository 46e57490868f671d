"""Which municipalities agreed that others find them by name as one that is alike and has clearly better scores. Anybody may stop."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import col, select

from ceo.storage.database import Database
from ceo.storage.tenancy import reading_across, tenant_reading, tenant_transaction
from ceo.storage.together import OpenToOthers
from ceo.workflows.audit.recording import record, wait_for_turn


async def open_municipalities(database: Database) -> frozenset[str]:
    """Return the codes of the municipalities that agreed."""
    async with reading_across(database) as session:
        return frozenset(await session.exec(select(col(OpenToOthers.municipality))))


async def open_since(database: Database, municipality: str) -> date | None:
    """Return the day since which a municipality can be found; None when it cannot."""
    async with tenant_reading(database, municipality) as session:
        row = await session.get(OpenToOthers, municipality)
        return row.since if row is not None else None


async def agree_to_be_found(database: Database, municipality: str, *, actor: str, now: datetime, today: date) -> None:
    """Let others find a municipality, and record it; nothing changes when they could already."""
    async with tenant_transaction(database, municipality) as session:
        await wait_for_turn(session, municipality)
        if await session.get(OpenToOthers, municipality) is not None:
            return
        session.add(OpenToOthers(municipality=municipality, since=today, agreed_by=actor))
        await record(
            session,
            municipality,
            actor=actor,
            action="openness.agreed",
            object_kind="openness",
            object_id=municipality,
            now=now,
        )


async def stop_being_found(database: Database, municipality: str, *, actor: str, now: datetime) -> None:
    """Let nobody find a municipality any more, and record it; nothing changes when nobody could."""
    async with tenant_transaction(database, municipality) as session:
        await wait_for_turn(session, municipality)
        row = await session.get(OpenToOthers, municipality)
        if row is None:
            return
        await session.delete(row)
        await record(
            session,
            municipality,
            actor=actor,
            action="openness.stopped",
            object_kind="openness",
            object_id=municipality,
            now=now,
        )
