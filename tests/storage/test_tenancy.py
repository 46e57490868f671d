from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from arrangements import TODAY, UTRECHT, ZWOLLE, OpenedRound, arrange_round
from sqlalchemy import CursorResult, exists, func, literal, text, union_all
from sqlalchemy import select as plain_select
from sqlalchemy.orm import aliased
from sqlmodel import col, delete, insert, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.settings import Settings
from ceo.storage.attempts import WrongCodes
from ceo.storage.contacts import Invitation, find_invitation
from ceo.storage.database import Database
from ceo.storage.draft_rows import find_draft
from ceo.storage.municipalities import Municipality
from ceo.storage.rounds import Round, Stratum
from ceo.storage.submissions import Draft, Submission
from ceo.storage.tenancy import (
    ForeignTenantError,
    TenantRow,
    prepare_reading,
    read_prepared,
    reading_across,
    shared_transaction,
    tenant_reading,
    tenant_transaction,
)
from ceo.workflows.answering.arriving import start

pytestmark = pytest.mark.anyio


@pytest.fixture
async def zwolle(database: Database, installation_settings: Settings) -> OpenedRound:
    """Three invited clients in Zwolle, of whom one has begun, beside one in Utrecht."""
    await arrange_round(database, installation_settings, municipality=UTRECHT, invited={"Begeleiding": 1})
    opened = await arrange_round(database, installation_settings, municipality=ZWOLLE, invited={"Begeleiding": 3})
    await start(database, opened.key(0), today=TODAY)
    return opened


# Each statement asks for rows of every municipality; a session of Utrecht may see none of Zwolle's.
_inner = select(Invitation.municipality).subquery()
_other = aliased(Invitation)
READINGS: dict[str, Any] = {
    "select": select(Invitation.municipality),
    "select of the whole row": select(Invitation),
    "where on the other municipality": select(Invitation.municipality).where(col(Invitation.municipality) == ZWOLLE),
    "or": select(Invitation.municipality).where((col(Invitation.municipality) == ZWOLLE) | literal(True)),
    "alias": select(_other.municipality),
    "alias of a subquery": select(_inner.c.municipality),
    "join": select(Draft.municipality).join(Round, col(Round.id) == col(Draft.round_id)),
    "join without a condition": select(_other.municipality).select_from(Round).join(_other, literal(True)),
    "outer join": select(Invitation.municipality).join(Round, literal(True), full=True),
    "common table expression": select(select(Invitation.municipality).cte().c.municipality),
    "union": select(union_all(select(Round.municipality), select(Draft.municipality)).subquery().c.municipality),
    "scalar subquery": select(
        select(func.max(Draft.municipality)).where(col(Draft.municipality) == ZWOLLE).scalar_subquery()
    ),
    "exists": select(literal(ZWOLLE)).where(exists(select(Draft.id))),
    "in a subquery of a shared table": select(Municipality.code).where(
        col(Municipality.code).in_(select(Draft.municipality))
    ),
}


def _municipality_of(found: object) -> object:
    return found.municipality if isinstance(found, TenantRow) else found


async def test_no_way_of_reading_reaches_another_municipality(database: Database, zwolle: OpenedRound) -> None:
    seen = {}
    for way, statement in READINGS.items():
        async with tenant_reading(database, UTRECHT) as session:
            seen[way] = {_municipality_of(row) for row in await session.exec(statement)}
    assert {way: found for way, found in seen.items() if not found <= {UTRECHT, None}} == {}


async def test_every_way_of_reading_finds_the_own_rows(database: Database, zwolle: OpenedRound) -> None:
    async with tenant_reading(database, ZWOLLE) as session:
        for way, statement in READINGS.items():
            assert {_municipality_of(row) for row in await session.exec(statement)} == {ZWOLLE}, way


async def test_without_a_municipality_no_tenant_table_is_read(database: Database, zwolle: OpenedRound) -> None:
    for way, statement in READINGS.items():
        assert await is_refused(shared_transaction(database), statement), way


async def is_refused(
    opening: AbstractAsyncContextManager[AsyncSession], statement: Any, parameters: Any = None
) -> bool:
    try:
        async with opening as session:
            await session.exec(statement, params=parameters)
    except ForeignTenantError:
        return True
    return False


async def test_a_key_of_another_municipality_finds_nothing(database: Database, zwolle: OpenedRound) -> None:
    key = zwolle.key(0)
    async with tenant_reading(database, UTRECHT) as session:
        assert await session.get(Draft, key.draft_id) is None
        assert await session.get(Invitation, key.access_hash) is None
        assert await session.get(Round, zwolle.round_id) is None
        assert await find_invitation(session, key.access_hash) is None
    async with tenant_reading(database, ZWOLLE) as session:
        assert await session.get(Draft, key.draft_id) is not None


async def test_a_prepared_reading_reaches_only_the_own_municipality(database: Database, zwolle: OpenedRound) -> None:
    drafts, rounds = Draft.__table__, Round.__table__  # type: ignore[attr-defined]  # SQLModel's table classes have it
    every_pair = prepare_reading(
        plain_select(drafts.c.municipality, rounds.c.municipality).where(
            rounds.c.id - rounds.c.id == drafts.c.round_id - drafts.c.round_id
        )
    )
    assert await read_prepared(database, UTRECHT, every_pair) == []
    assert await read_prepared(database, ZWOLLE, every_pair) == [(ZWOLLE, ZWOLLE)]
    draft_id = zwolle.key(0).draft_id
    assert await find_draft(database, UTRECHT, draft_id) is None
    assert await find_draft(database, ZWOLLE, draft_id) is not None


def test_what_cannot_be_filtered_cannot_be_prepared() -> None:
    drafts = Draft.__table__  # type: ignore[attr-defined]  # SQLModel's table classes have it
    for statement in (
        plain_select(drafts.alias().c.id),
        plain_select(plain_select(drafts.c.id).subquery()),
        plain_select(drafts.c.id).join(Round.__table__, literal(True)),  # type: ignore[attr-defined]
        plain_select(Municipality.code),
    ):
        with pytest.raises(AssertionError, match="prepared"):
            prepare_reading(statement)


PLAIN_STATEMENTS: dict[str, Any] = {
    "text": text("SELECT municipality FROM invitation"),
    "table": select(Invitation.__table__),  # type: ignore[attr-defined]  # SQLModel's table classes have it
    "table in a join": select(Round.id).join(Draft.__table__, literal(True)),  # type: ignore[attr-defined]
    "table in a subquery": select(select(Draft.__table__.c.id).subquery()),  # type: ignore[attr-defined]  # as above
    "update of a table": update(Invitation.__table__).values(state="open"),  # type: ignore[attr-defined]  # as above
    "delete from a table": delete(Draft.__table__),  # type: ignore[attr-defined]  # as above
}


async def test_a_statement_that_cannot_be_filtered_is_refused(database: Database, zwolle: OpenedRound) -> None:
    for way, statement in PLAIN_STATEMENTS.items():
        assert await is_refused(tenant_transaction(database, UTRECHT), statement), way
        assert await is_refused(shared_transaction(database), statement), way


async def test_reading_across_sees_every_municipality(database: Database, zwolle: OpenedRound) -> None:
    async with reading_across(database) as session:
        assert set(await session.exec(select(Invitation.municipality))) == {UTRECHT, ZWOLLE}


async def test_updating_everything_changes_only_the_own_municipality(database: Database, zwolle: OpenedRound) -> None:
    async with tenant_transaction(database, UTRECHT) as session:
        changed: CursorResult[Any] = await session.exec(update(Invitation).values(state="complete"))
        assert changed.rowcount == 1
    async with reading_across(database) as session:
        rows = set(await session.exec(select(Invitation.municipality, Invitation.state)))
    assert rows == {(UTRECHT, "complete"), (ZWOLLE, "open"), (ZWOLLE, "started")}


async def test_deleting_everything_removes_only_the_own_municipality(database: Database, zwolle: OpenedRound) -> None:
    async with tenant_transaction(database, UTRECHT) as session:
        await session.exec(delete(Draft))
        await session.exec(delete(Invitation))
    async with reading_across(database) as session:
        assert set(await session.exec(select(Invitation.municipality))) == {ZWOLLE}
        assert (await session.exec(select(func.count(col(Draft.id))))).one() == 1


def _invitation(municipality: str, round_id: int, access_hash: str = "ab" * 32) -> dict[str, Any]:
    return {
        "access_hash": access_hash,
        "municipality": municipality,
        "round_id": round_id,
        "stratum": "Begeleiding",
        "state": "open",
    }


FOREIGN_WRITES: dict[str, Callable[[OpenedRound], tuple[Any, Any]]] = {
    "insert": lambda zwolle: (insert(Invitation), [_invitation(ZWOLLE, zwolle.round_id)]),
    "insert of one row": lambda zwolle: (insert(Invitation), _invitation(ZWOLLE, zwolle.round_id)),
    "insert of values": lambda zwolle: (insert(Invitation).values(_invitation(ZWOLLE, zwolle.round_id)), None),
    "insert of a mixed batch": lambda zwolle: (
        insert(Invitation),
        [_invitation(UTRECHT, zwolle.round_id - 1), _invitation(ZWOLLE, zwolle.round_id, "cd" * 32)],
    ),
    "insert of what is selected": lambda _: (
        insert(Stratum).from_select(["municipality"], select(Stratum.municipality)),
        None,
    ),
    "move to another municipality": lambda _: (update(Stratum).values(municipality=ZWOLLE), None),
    "move by column": lambda _: (update(Stratum).values({col(Stratum.municipality): ZWOLLE}), None),
    "move in order": lambda _: (update(Stratum).ordered_values((col(Stratum.municipality), ZWOLLE)), None),
    "update by primary key": lambda zwolle: (
        update(Round),
        [{"id": zwolle.round_id, "title": "Overgenomen", "municipality": UTRECHT}],
    ),
}


async def test_no_statement_writes_rows_of_another_municipality(database: Database, zwolle: OpenedRound) -> None:
    for way, write in FOREIGN_WRITES.items():
        assert await is_refused(tenant_transaction(database, UTRECHT), *write(zwolle)), way


async def test_a_batch_of_own_rows_is_inserted(database: Database, zwolle: OpenedRound) -> None:
    async with tenant_transaction(database, ZWOLLE) as session:
        await session.exec(insert(Invitation), params=[_invitation(ZWOLLE, zwolle.round_id)])
    async with tenant_reading(database, ZWOLLE) as session:
        assert await session.get(Invitation, "ab" * 32) is not None


async def test_a_shared_table_is_written_with_or_without_a_municipality(
    database: Database, zwolle: OpenedRound
) -> None:
    row = {"empty_at": 0.0, "counted_at": datetime(2026, 11, 21, tzinfo=UTC)}
    async with shared_transaction(database) as session:
        await session.exec(insert(WrongCodes), params=[{"source": "een", **row}])
    async with tenant_transaction(database, UTRECHT) as session:
        await session.exec(insert(WrongCodes).values({"source": "twee", **row}))
    async with reading_across(database) as session:
        assert list(await session.exec(select(WrongCodes.source).order_by(WrongCodes.source))) == ["een", "twee"]


async def test_adding_a_row_of_another_municipality_is_refused(database: Database, zwolle: OpenedRound) -> None:
    with pytest.raises(ForeignTenantError):
        async with tenant_transaction(database, UTRECHT) as session:
            session.add(Invitation(**_invitation(ZWOLLE, zwolle.round_id)))


async def test_a_row_that_was_read_across_is_not_changed_or_deleted_by_another_municipality(
    database: Database, zwolle: OpenedRound
) -> None:
    async def change(session: AsyncSession, row: Invitation) -> None:
        session.add(row)
        row.state = "complete"

    async def remove(session: AsyncSession, row: Invitation) -> None:
        await session.delete(row)

    for harm in (change, remove):
        async with reading_across(database) as session:
            row = await session.get_one(Invitation, zwolle.key(1).access_hash)
        with pytest.raises(ForeignTenantError):
            await in_transaction(tenant_transaction(database, UTRECHT), partial(harm, row=row))


async def in_transaction(
    opening: AbstractAsyncContextManager[AsyncSession], action: Callable[[AsyncSession], Awaitable[None]]
) -> None:
    async with opening as session:
        await action(session)


async def test_moving_an_own_row_to_another_municipality_is_refused(database: Database, zwolle: OpenedRound) -> None:
    async def move(session: AsyncSession) -> None:
        row = await session.get_one(Invitation, zwolle.key(1).access_hash)
        row.municipality = UTRECHT

    with pytest.raises(ForeignTenantError):
        await in_transaction(tenant_transaction(database, ZWOLLE), move)


async def test_a_shared_transaction_writes_no_tenant_row(database: Database, zwolle: OpenedRound) -> None:
    with pytest.raises(ForeignTenantError):
        async with shared_transaction(database) as session:
            session.add(Invitation(**_invitation(ZWOLLE, zwolle.round_id)))
    assert await is_refused(shared_transaction(database), update(Invitation).values(state="complete"))
    assert await is_refused(shared_transaction(database), delete(Draft))
    assert await is_refused(shared_transaction(database), insert(Invitation), [_invitation(ZWOLLE, zwolle.round_id)])


async def test_reading_across_writes_nothing(database: Database, zwolle: OpenedRound) -> None:
    assert await is_refused(reading_across(database), update(Invitation).values(state="complete"))
    assert await is_refused(reading_across(database), delete(Draft))

    async def add(session: AsyncSession) -> None:
        session.add(Invitation(**_invitation(ZWOLLE, zwolle.round_id)))
        await session.flush()

    with pytest.raises(ForeignTenantError):
        await in_transaction(reading_across(database), add)


async def test_a_draft_cannot_belong_to_a_round_of_another_municipality(
    database: Database, zwolle: OpenedRound
) -> None:
    async with reading_across(database) as session:
        questionnaire_hash = (await session.get_one(Round, zwolle.round_id)).questionnaire_hash
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        async with tenant_transaction(database, UTRECHT) as session:
            session.add(
                Submission(
                    id="1" * 32,
                    municipality=UTRECHT,
                    round_id=zwolle.round_id,
                    stratum="Begeleiding",
                    questionnaire_hash=questionnaire_hash,
                    answers={},
                    language="nl",
                    text_register="standard",
                    mode="web",
                    received_on=TODAY,
                )
            )


async def test_an_exception_rolls_a_transaction_back(database: Database, zwolle: OpenedRound) -> None:
    async def fail_half_way(session: AsyncSession) -> None:
        await session.exec(update(Invitation).values(state="complete"))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await in_transaction(tenant_transaction(database, UTRECHT), fail_half_way)
    async with tenant_reading(database, UTRECHT) as session:
        assert list(await session.exec(select(Invitation.state))) == ["open"]
