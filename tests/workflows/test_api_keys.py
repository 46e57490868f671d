"""Keys of programs: shown once, kept as a hash, replaced without a gap, and of no use after their end."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import select

from ceo.storage.api_keys import ApiKey
from ceo.storage.audit import AuditRecord
from ceo.storage.database import Database
from ceo.storage.people import NATIONAL
from ceo.storage.tenancy import reading_across
from ceo.workflows.api_keys.finding import find_by_id, find_key, list_keys
from ceo.workflows.api_keys.making import KeyFault, MadeKey, Scope, WantedKey, make_key, revoke_key, rotate_key
from ceo.workflows.api_keys.writing import is_key, new_key

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TODAY = date(2026, 11, 22)
UTRECHT = "GM0344"
WANTED = WantedKey("Cijferapp", (Scope.DRAFTS,), TODAY + timedelta(days=30))


async def made(database: Database, place: str = UTRECHT, wanted: WantedKey = WANTED) -> MadeKey:
    found = await make_key(database, place, wanted, actor="u1", now=NOW)
    assert isinstance(found, MadeKey), found
    return found


async def test_a_key_is_kept_as_a_hash_only_and_opens_until_its_last_day(database: Database) -> None:
    key = await made(database)
    [row] = await list_keys(database, UTRECHT)
    assert key.key not in repr(row.model_dump())
    assert (row.label, row.scopes, row.used_on) == ("Cijferapp", ["releases:draft"], None)
    found = await find_key(database, key.key, today=key.expires_on)
    assert found is not None
    assert (found.id, found.place) == (key.id, UTRECHT)
    assert (await list_keys(database, UTRECHT))[0].used_on == key.expires_on
    assert await find_key(database, key.key, today=key.expires_on + timedelta(days=1)) is None
    assert await find_key(database, key.key[:-1] + ("A" if key.key[-1] != "A" else "B"), today=TODAY) is None
    assert await find_key(database, new_key(), today=TODAY) is None


async def test_a_key_that_replaces_another_leaves_it_its_own_end(database: Database) -> None:
    old = await made(database)
    new = await rotate_key(database, UTRECHT, old.id, expires_on=TODAY + timedelta(days=300), actor="u2", now=NOW)
    assert isinstance(new, MadeKey), new
    assert new.key != old.key
    rows = {row.id: row for row in await list_keys(database, UTRECHT)}
    assert (rows[new.id].replaces, rows[new.id].label, rows[new.id].scopes) == (old.id, "Cijferapp", ["releases:draft"])
    for key, last in ((old, old.expires_on), (new, new.expires_on)):
        assert await find_key(database, key.key, today=last) is not None
        assert await find_key(database, key.key, today=last + timedelta(days=1)) is None


async def test_a_revoked_key_opens_nothing_and_cannot_be_replaced(database: Database) -> None:
    key = await made(database)
    assert not await revoke_key(database, "GM0034", key.id, actor="u1", now=NOW), "of another place"
    assert await find_key(database, key.key, today=TODAY) is not None
    assert await revoke_key(database, UTRECHT, key.id, actor="u1", now=NOW)
    assert await find_key(database, key.key, today=TODAY) is None
    assert not await revoke_key(database, UTRECHT, key.id, actor="u1", now=NOW)
    later = TODAY + timedelta(days=9)
    assert await rotate_key(database, UTRECHT, key.id, expires_on=later, actor="u1", now=NOW) is None


async def test_everything_that_is_wrong_with_a_key_is_told(database: Database) -> None:
    for label, scopes, expires_on, faults in (
        (" ", (), TODAY - timedelta(days=1), (KeyFault.LABEL, KeyFault.SCOPES, KeyFault.EXPIRES)),
        ("a\x00", ("alles",), TODAY + timedelta(days=366), (KeyFault.LABEL, KeyFault.SCOPES, KeyFault.EXPIRES)),
        ("a" * 81, ("microdata",), TODAY, (KeyFault.LABEL,)),
    ):
        wanted = WantedKey(label, scopes, expires_on)
        assert await make_key(database, UTRECHT, wanted, actor="u1", now=NOW) == faults
    assert not await list_keys(database, UTRECHT)


async def test_what_was_done_with_keys_is_recorded_without_them(database: Database) -> None:
    key = await made(database, NATIONAL)
    new = await rotate_key(database, NATIONAL, key.id, expires_on=TODAY, actor="u2", now=NOW)
    assert isinstance(new, MadeKey), new
    await revoke_key(database, NATIONAL, key.id, actor="u3", now=NOW)
    async with reading_across(database) as session:
        rows = (await session.exec(select(AuditRecord).order_by(AuditRecord.number))).all()
        kept = (await session.exec(select(ApiKey))).all()
    assert [(row.actor, row.action, row.object_id) for row in rows] == [
        ("u1", "api-key.made", key.id),
        ("u2", "api-key.rotated", new.id),
        ("u3", "api-key.revoked", key.id),
    ]
    told = repr([row.model_dump() for row in rows])
    assert not [one for one in kept if one.key_hash in told]
    assert key.key not in told
    assert new.key not in told


async def test_a_key_is_found_by_the_beginning_of_its_id_when_that_names_one(database: Database) -> None:
    key = await made(database)
    found = await find_by_id(database, key.id[:8])
    assert found is not None
    assert found.id == key.id
    for other in ("", key.id[:3], "%" * 8, "zzzzzzzz"):
        assert await find_by_id(database, other) is None


def test_keys_are_recognised_and_none_is_like_another() -> None:
    keys = {new_key() for _ in range(200)}
    assert len(keys) == 200
    assert all(is_key(key) and key.startswith("ceo_") and len(key) == 50 for key in keys)
    wrong = [key[:10] + ("b" if key[10] == "a" else "a") + key[11:] for key in keys]
    assert not any(map(is_key, wrong))
