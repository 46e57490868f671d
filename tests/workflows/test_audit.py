"""The record of what staff did: added to with the change itself, read back, and every change of it found."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from installation import as_owner
from postgresql import owner_url
from sqlalchemy import Engine, Table, event, text
from sqlalchemy import delete as sql_delete
from sqlalchemy import insert as sql_insert
from sqlalchemy import update as sql_update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col, select

from ceo.storage.audit import AuditRecord
from ceo.storage.database import Database, connect, open_database
from ceo.storage.people import NATIONAL, User
from ceo.storage.row_security import lift
from ceo.storage.tenancy import reading_across, shared_transaction
from ceo.workflows.audit import verifying as audit_verifying
from ceo.workflows.audit.reading import Chosen, differences, read_record, whole_record
from ceo.workflows.audit.recording import BEGINNING, Head, digest_of, place_transaction, plain, record
from ceo.workflows.audit.verifying import Break, BreakKind, Chain, verify_chains

pytestmark = pytest.mark.anyio

UTRECHT, AMSTERDAM = "GM0344", "GM0363"
NOON = datetime(2026, 11, 22, 11, 0, tzinfo=UTC)
TABLE: Table = AuditRecord.__table__  # type: ignore[attr-defined]
CONFIGURED = {"mode": "web", "reminders": [7, 14], "share": 0.25, "on": date(2026, 11, 22)}
ROWS = 5


async def write(database: Database, place: str = UTRECHT, **others: Any) -> None:
    """Record that a round was opened."""
    given_fields = {"actor": "7f", "action": "round.opened", "object_kind": "round", "object_id": "12", "now": NOON}
    async with place_transaction(database, place) as session:
        await record(session, place, **{"after": CONFIGURED, **given_fields, **others})


async def write_some(database: Database) -> None:
    """Record five things in Utrecht, and two in Amsterdam around them."""
    await write(database, AMSTERDAM)
    for number in range(1, ROWS + 1):
        before = {"mode": "paper"} if number % 2 else None
        await write(database, object_id=str(number), before=before, now=NOON + timedelta(minutes=number))
    await write(database, AMSTERDAM)


async def rows_of(database: Database, place: str = UTRECHT) -> list[AuditRecord]:
    async with reading_across(database) as session:
        its_rows = select(AuditRecord).where(col(AuditRecord.place) == place).order_by(col(AuditRecord.number))
        return list(await session.exec(its_rows))


async def breaks_of(database: Database, place: str = UTRECHT, noted: Head | None = None) -> tuple[Break, ...]:
    (chain,) = await verify_chains(database, place=place, noted=noted)
    return chain.breaks


@asynccontextmanager
async def tampering(database: Database) -> AsyncIterator[AsyncConnection]:
    """Change rows of the record as only whoever keeps the server can."""
    async with as_owner(database) as connection:
        await lift(connection)
        yield connection


def its_row(number: int, place: str = UTRECHT) -> Any:
    return (TABLE.c.place == place) & (TABLE.c.number == number)


async def test_each_place_has_its_own_chain_from_one_upwards(database: Database) -> None:
    await write_some(database)
    await write(database, NATIONAL)
    kept = await rows_of(database)
    assert [row.number for row in kept] == [1, 2, 3, 4, 5]
    assert [row.previous for row in kept] == [BEGINNING, *(row.digest for row in kept[:-1])]
    found = await verify_chains(database)
    assert [(chain.place, chain.records, chain.breaks) for chain in found] == [
        (UTRECHT, 5, ()),
        (AMSTERDAM, 2, ()),
        (NATIONAL, 1, ()),
    ]
    assert found[0].head == Head(5, kept[-1].digest)


async def test_what_was_configured_is_kept_as_it_is_digested(database: Database) -> None:
    strange = {
        "whole": 2.0,
        "large": 1e20,
        "minus": -0.0,
        "small": 1e-7,
        "third": 1 / 3,
        "words": "é\u202e\n\"'",
        "none": None,
    }
    await write(database, before=strange, after={"inside": [{"roles": {"reader", "editor"}}, True, []]})
    (row,) = await rows_of(database)
    assert row.after == {"inside": [{"roles": ["editor", "reader"]}, True, []]}
    assert row.before == plain(strange)
    fields = row.model_dump()
    assert digest_of({name: value for name, value in fields.items() if name != "digest"}) == row.digest
    assert await breaks_of(database) == ()


async def test_a_change_that_does_not_happen_is_not_recorded(database: Database) -> None:
    async def fail() -> None:
        async with place_transaction(database, UTRECHT) as session:
            await record(session, UTRECHT, actor="7f", action="a", object_kind="b", object_id="c", now=NOON)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    assert await rows_of(database) == []


@pytest.mark.parametrize(("own", "other"), [(UTRECHT, AMSTERDAM), (UTRECHT, NATIONAL), (NATIONAL, UTRECHT)])
async def test_the_record_of_another_place_is_out_of_reach(database: Database, own: str, other: str) -> None:
    with pytest.raises(AssertionError, match=other):
        async with place_transaction(database, own) as session:
            await record(session, other, actor="7f", action="a", object_kind="b", object_id="c", now=NOON)
    assert await rows_of(database, other) == []


async def test_many_at_the_same_moment_stand_one_after_the_other(database: Database) -> None:
    await asyncio.gather(*(write(database, object_id=str(number)) for number in range(12)))
    kept = await rows_of(database)
    assert [row.number for row in kept] == list(range(1, 13))
    assert {row.object_id for row in kept} == {str(number) for number in range(12)}
    assert await breaks_of(database) == ()


def changed(field: str) -> st.SearchStrategy[Any]:
    """Other values for a field of a row."""
    words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
    documents = st.none() | st.dictionaries(words, st.none() | st.booleans() | st.integers(-9, 9) | words, max_size=3)
    moments = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds it
    digests = st.text("0123456789abcdef", min_size=64, max_size=64)
    return {
        "place": st.sampled_from([NATIONAL, "GM0014", "GM0193"]),
        "number": st.integers(-3, 0) | st.integers(ROWS + 1, 99),
        "at": moments,
        "before": documents,
        "after": documents,
        "previous": digests,
        "digest": digests,
    }.get(field, words)


@st.composite
def one_change(draw: st.DrawFn) -> tuple[int, str, Any]:
    """A number, a field, and another value for it."""
    field = draw(st.sampled_from(sorted(AuditRecord.model_fields)))
    return draw(st.integers(1, ROWS)), field, draw(changed(field))


def test_a_change_of_any_field_of_any_row_is_found(database_url: str) -> None:
    with asyncio.Runner() as runner:
        database, owned = connect(database_url), connect(owner_url(database_url))

        async def begin() -> list[AuditRecord]:
            await write_some(database)
            async with tampering(database):
                pass  # the guards stay lifted
            return await rows_of(database)

        kept = runner.run(begin())

        async def change_and_look(number: int, field: str, value: Any) -> tuple[Chain, ...]:
            original = getattr(kept[number - 1], field)
            new = {**kept[number - 1].model_dump(), field: value}
            async with owned.writer.begin() as connection:
                await connection.execute(sql_update(TABLE).where(its_row(number)).values({field: value}))
            found = await verify_chains(database)
            async with owned.writer.begin() as connection:
                back = its_row(new["number"], new["place"])
                await connection.execute(sql_update(TABLE).where(back).values({field: original}))
            return found

        @given(one_change())
        def look(change: tuple[int, str, Any]) -> None:
            number, field, value = change
            assume(value != getattr(kept[number - 1], field))
            found = runner.run(change_and_look(*change))
            places = {(chain.place, one.number) for chain in found for one in chain.breaks}
            assert places, change
            if field not in {"place", "number"}:
                assert (UTRECHT, number) in places

        try:
            look()
        finally:
            runner.run(database.close())
            runner.run(owned.close())


@pytest.mark.parametrize("field", ["at", "before", "number"])
async def test_what_cannot_be_read_any_more_is_a_change_too(field: str, tmp_path: Path, sqlite_template: Path) -> None:
    """PostgreSQL keeps nothing else in such a column."""
    url = f"sqlite+aiosqlite:///{shutil.copy(sqlite_template, tmp_path / 'ceo.sqlite3')}"
    async with open_database(url) as database:
        await write_some(database)
        async with tampering(database) as connection:
            its_field = f"UPDATE audit_record SET \"{field}\" = '{{' WHERE place = 'GM0344' AND number = 5"
            await connection.execute(text(its_field))
        assert Break(5, BreakKind.CHANGED) in await breaks_of(database)


async def test_a_row_that_was_removed_is_missed(database: Database) -> None:
    await write_some(database)
    async with tampering(database) as connection:
        await connection.execute(sql_delete(TABLE).where(its_row(3)))
    assert await breaks_of(database) == (Break(3, BreakKind.MISSING),)
    async with tampering(database) as connection:
        await connection.execute(sql_delete(TABLE).where(its_row(1)))
    assert await breaks_of(database) == (Break(1, BreakKind.MISSING), Break(3, BreakKind.MISSING))


async def test_rows_that_were_exchanged_are_found(database: Database) -> None:
    await write_some(database)
    async with tampering(database) as connection:
        for old, new in ((2, 99), (3, 2), (99, 3)):
            await connection.execute(sql_update(TABLE).where(its_row(old)).values(number=new))
    found = await breaks_of(database)
    assert {one.number for one in found} == {2, 3, 4}


async def test_a_row_that_was_put_in_between_is_found_also_with_a_right_digest(database: Database) -> None:
    await write_some(database)
    kept = await rows_of(database)
    async with tampering(database) as connection:
        for old in (5, 4, 3):
            await connection.execute(sql_update(TABLE).where(its_row(old)).values(number=old + 1))
        false = kept[2].model_dump() | {"number": 3, "object_id": "x", "previous": kept[1].digest}
        false["digest"] = digest_of({name: value for name, value in false.items() if name != "digest"})
        await connection.execute(sql_insert(TABLE).values(**false))
    found = await breaks_of(database)
    assert Break(4, BreakKind.DETACHED) in found
    assert Break(3, BreakKind.CHANGED) not in found


async def test_a_tail_that_was_cut_off_is_found_with_a_head_that_was_noted(database: Database) -> None:
    await write_some(database)
    (noted,) = [chain.head for chain in await verify_chains(database, place=UTRECHT)]
    await write(database)
    assert await breaks_of(database, noted=noted) == ()
    async with tampering(database) as connection:
        await connection.execute(sql_delete(TABLE).where((TABLE.c.place == UTRECHT) & (TABLE.c.number > 3)))
    assert await breaks_of(database) == ()
    assert await breaks_of(database, noted=noted) == (Break(4, BreakKind.CUT),)
    async with tampering(database) as connection:
        await connection.execute(sql_delete(TABLE).where(TABLE.c.place == UTRECHT))
    assert await breaks_of(database, noted=noted) == (Break(1, BreakKind.CUT),)


async def test_a_chain_that_was_written_anew_is_found_with_a_head_that_was_noted(database: Database) -> None:
    await write_some(database)
    kept = await rows_of(database)
    noted = Head(4, kept[3].digest)
    async with tampering(database) as connection:
        previous = BEGINNING
        for row in kept:
            fields = row.model_dump(exclude={"digest"}) | {"actor": "somebody else", "previous": previous}
            previous = digest_of(fields)
            await connection.execute(sql_update(TABLE).where(its_row(row.number)).values(**fields, digest=previous))
    assert await breaks_of(database) == ()
    assert await breaks_of(database, noted=noted) == (Break(4, BreakKind.OTHER_HEAD),)


@contextmanager
def counted_statements(database: Database) -> Iterator[list[str]]:
    """Collect the statements that are sent."""
    sent: list[str] = []

    def keep(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement)

    engine: Engine = database.reader.sync_engine
    event.listen(engine, "before_cursor_execute", keep)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", keep)


async def add_chain(database: Database, length: int) -> None:
    """Write a long chain at once."""
    rows, previous = [], BEGINNING
    for number in range(1, length + 1):
        fields: dict[str, Any] = {
            "place": NATIONAL,
            "number": number,
            "at": NOON,
            "actor": f"actor {number % 3}",
            "action": "a.b" if number % 2 else "c.d",
            "object_kind": "thing",
            "object_id": str(number),
            "before": None,
            "after": {"number": number},
            "previous": previous,
        }
        previous = digest_of(fields)
        rows.append({**fields, "digest": previous})
    async with shared_transaction(database) as session:
        await session.exec(sql_insert(AuditRecord), params=rows)


async def test_every_row_is_read_once_and_few_are_in_memory(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_verifying, "BATCH", 50)
    await add_chain(database, 220)
    told: list[tuple[int, int]] = []
    with counted_statements(database) as sent:
        (chain,) = await verify_chains(database, report_progress=lambda *parts: told.append(parts))
    assert (chain.records, chain.breaks) == (220, ())
    assert len([one for one in sent if "audit_record" in one]) == 1 + 220 // 50 + 2
    assert told == [(50, 220), (100, 220), (150, 220), (200, 220)]


async def test_of_a_chain_that_is_broken_everywhere_the_first_breaks_are_listed(database: Database) -> None:
    await add_chain(database, 30)
    async with tampering(database) as connection:
        await connection.execute(sql_update(TABLE).values(actor="x"))
    (chain,) = await verify_chains(database)
    assert [one.number for one in chain.breaks] == list(range(1, 11))
    assert chain.more == 20


async def test_the_record_is_read_from_the_newest_in_pages_that_begin_after_a_number(database: Database) -> None:
    await add_chain(database, 7)
    with counted_statements(database) as sent:
        page = await read_record(database, NATIONAL, Chosen(), size=3)
    assert [row.number for row in page.rows] == [7, 6, 5]
    assert (page.older, page.head.number) == (5, 7)
    assert len([one for one in sent if "audit_record" in one]) == 3
    page = await read_record(database, NATIONAL, Chosen(), older_than=page.older, size=3)
    page = await read_record(database, NATIONAL, Chosen(), older_than=page.older, size=3)
    assert ([row.number for row in page.rows], page.older) == ([1], None)
    assert page.actors == (("actor 0", "actor 0"), ("actor 1", "actor 1"), ("actor 2", "actor 2"))


async def test_rows_are_chosen_by_action_person_and_day(database: Database) -> None:
    late = datetime(2026, 11, 22, 22, 59, tzinfo=UTC)  # a minute before midnight in the Netherlands
    async with shared_transaction(database) as session:
        session.add(User(id="7f", email="a@b.nl", name="Ank de Wit"))
        session.add(User(id="8e", email="c@d.nl", name="Bo Zwart"))
    await write(database, now=late)
    await write(
        database, action="person.invited", object_kind="person", object_id="8e", now=late + timedelta(minutes=1)
    )
    await write(database, actor="ceo user", now=late + timedelta(days=1))

    async def numbers(**chosen: Any) -> list[int]:
        return [row.number for row in (await read_record(database, UTRECHT, Chosen(**chosen))).rows]

    assert await numbers() == [3, 2, 1]
    assert await numbers(action="round.opened") == [3, 1]
    assert await numbers(actor="7f") == [2, 1]
    assert await numbers(day=date(2026, 11, 22)) == [1]
    assert await numbers(day=date(2026, 11, 23), actor="7f") == [2]
    assert await numbers(day=date(2020, 1, 1)) == []
    page = await read_record(database, UTRECHT, Chosen())
    assert page.actors == (("7f", "Ank de Wit"), ("ceo user", "ceo user"))
    assert [(row.actor_name, row.object_name) for row in page.rows] == [
        ("", ""),
        ("Ank de Wit", "c@d.nl"),  # who has done nothing here yet
        ("Ank de Wit", ""),
    ]
    assert (await read_record(database, AMSTERDAM, Chosen())).rows == ()


async def test_the_whole_record_comes_from_the_oldest(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ceo.workflows.audit.reading._IN_A_BATCH", 3)
    await add_chain(database, 8)
    assert [row.number async for row in whole_record(database, NATIONAL, Chosen())] == list(range(1, 9))
    assert [row.number async for row in whole_record(database, NATIONAL, Chosen("a.b"))] == [1, 3, 5, 7]


def test_a_difference_names_what_stands_inside_something_else() -> None:
    before = {"logo": {"width": 3, "colour": "red"}, "steps": [{"day": 7}], "same": 1}
    after = {"logo": {"width": 4}, "steps": [{"day": 7}, {"day": 9}], "same": 1, "new": None}
    assert [(one.what, one.before, one.after) for one in differences(before, after)] == [
        ("logo.colour", "red", None),
        ("logo.width", 3, 4),
        ("steps.2.day", None, 9),
    ]
    assert differences(None, {"a": 1})[0].after == 1
    assert differences(None, None) == ()
