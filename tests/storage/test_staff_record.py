"""The record of what staff did: each place has its own, and rows are added and never changed."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from arrangements import UTRECHT, ZWOLLE
from installation import as_owner
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import delete, insert, select, update
from walls import in_one

from ceo.storage.audit import AuditRecord
from ceo.storage.database import Database
from ceo.storage.people import NATIONAL
from ceo.storage.reach import EVERYWHERE, NOTHING
from ceo.storage.tenancy import (
    ForeignTenantError,
    reading_across,
    shared_transaction,
    tenant_reading,
    tenant_transaction,
)

pytestmark = pytest.mark.anyio

only_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def recorded(place: str, number: int = 1) -> dict[str, Any]:
    return {
        "place": place,
        "number": number,
        "at": datetime(2026, 11, 22, tzinfo=UTC),
        "actor": "7f",
        "action": "round.opened",
        "object_kind": "round",
        "object_id": "12",
        "previous": "0" * 64,
        "digest": "1" * 64,
    }


@pytest.fixture
async def record(database: Database) -> Database:
    """A database in which something was recorded in two municipalities and nationally."""
    for place, opening in (
        (UTRECHT, tenant_transaction(database, UTRECHT)),
        (ZWOLLE, tenant_transaction(database, ZWOLLE)),
        (NATIONAL, shared_transaction(database)),
    ):
        async with opening as session:
            await session.exec(insert(AuditRecord), params=[recorded(place)])
    return database


async def test_each_session_sees_the_record_of_its_own_place(record: Database) -> None:
    seen = {}
    for name, opening in {
        "utrecht": tenant_reading(record, UTRECHT),
        "writing": tenant_transaction(record, ZWOLLE),
        "national": shared_transaction(record),
        "across": reading_across(record),
    }.items():
        async with opening as session:
            seen[name] = set(await session.exec(select(AuditRecord.place)))
            assert (await session.get(AuditRecord, (ZWOLLE, 1)) is not None) == (ZWOLLE in seen[name])
    assert seen == {
        "utrecht": {UTRECHT},
        "writing": {ZWOLLE},
        "national": {NATIONAL},
        "across": {UTRECHT, ZWOLLE, NATIONAL},
    }


@only_postgresql
async def test_the_database_itself_keeps_the_record_of_each_place_apart(record: Database) -> None:
    places = "SELECT place FROM audit_record"
    assert await in_one(record, UTRECHT, places) == [UTRECHT]
    assert await in_one(record, NATIONAL, places) == [NATIONAL]
    assert await in_one(record, NOTHING, places) == []
    assert await in_one(record, EVERYWHERE, places) == [ZWOLLE, UTRECHT, NATIONAL]
    added = f"""INSERT INTO audit_record SELECT '{ZWOLLE}', 2, at, actor, action, object_kind, object_id, NULL, NULL, previous, digest
                FROM audit_record LIMIT 1"""
    for reach in (UTRECHT, NATIONAL, EVERYWHERE):
        with pytest.raises(DBAPIError, match="row-level security policy"):
            await in_one(record, reach, f"{added} RETURNING place")


async def test_no_session_adds_to_the_record_of_another_place(record: Database) -> None:
    async def add(session: Any, place: str) -> None:
        session.add(AuditRecord(**recorded(place, 2)))

    async def insert_list(session: Any, place: str) -> None:
        await session.exec(insert(AuditRecord), params=[recorded(place, 2)])

    async def insert_values(session: Any, place: str) -> None:
        await session.exec(insert(AuditRecord).values(**recorded(place, 2)))

    ways: tuple[Callable[[Any, str], Awaitable[None]], ...] = (add, insert_list, insert_values)
    for way in ways:
        for opening, place in (
            (tenant_transaction(record, UTRECHT), ZWOLLE),
            (tenant_transaction(record, UTRECHT), NATIONAL),
            (shared_transaction(record), UTRECHT),
        ):
            with pytest.raises(ForeignTenantError):
                async with opening as session:
                    await way(session, place)
    async with tenant_transaction(record, UTRECHT) as session:
        await insert_values(session, UTRECHT)


async def test_the_record_cannot_be_changed_or_removed(record: Database) -> None:
    harms = (update(AuditRecord).values(actor="niemand"), delete(AuditRecord))
    for opening in (lambda: tenant_transaction(record, UTRECHT), lambda: shared_transaction(record)):
        for harm in harms:
            with pytest.raises(DBAPIError, match=r"only added to|permission denied"):
                async with opening() as session:
                    await session.exec(harm)
    async with reading_across(record) as session:
        assert {row.actor for row in await session.exec(select(AuditRecord))} == {"7f"}


@only_sqlite
async def test_nothing_on_sqlite_changes_removes_or_replaces_a_row_of_the_record(record: Database) -> None:
    row = "SELECT place, number, at, 'niemand', action, object_kind, object_id, NULL, NULL, previous, digest FROM audit_record"
    for statement in (
        "UPDATE audit_record SET actor = 'niemand'",
        "DELETE FROM audit_record",
        f"REPLACE INTO audit_record {row}",
        f"INSERT INTO audit_record {row} WHERE true ON CONFLICT DO UPDATE SET actor = 'niemand'",
    ):
        with pytest.raises(IntegrityError, match="only added to"):
            async with record.writer.begin() as connection:
                await connection.exec_driver_sql(statement)


@only_postgresql
async def test_the_owner_changes_nothing_of_the_record_as_long_as_the_wall_stands(record: Database) -> None:
    async with as_owner(record) as connection:
        assert (await connection.exec_driver_sql("UPDATE audit_record SET actor = 'niemand'")).rowcount == 0
        assert (await connection.exec_driver_sql("DELETE FROM audit_record")).rowcount == 0
