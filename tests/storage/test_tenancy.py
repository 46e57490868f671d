from collections.abc import Callable
from typing import Any

import pytest
from arrangements import TODAY, UTRECHT, ZWOLLE, OpenedRound, arrange_round
from sqlalchemy import CursorResult, exists, func, literal, text, union_all
from sqlalchemy.orm import aliased
from sqlmodel import col, delete, insert, select, update

from ceo.settings import Settings
from ceo.storage.contacts import Invitation, find_invitation
from ceo.storage.database import Database
from ceo.storage.municipalities import Municipality
from ceo.storage.rounds import Round, Stratum
from ceo.storage.submissions import Draft, Submission
from ceo.storage.tenancy import (
    ForeignTenantError,
    TenantRow,
    reading_across,
    shared_transaction,
    tenant_reading,
    tenant_transaction,
)
from ceo.workflows.answer import start

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
    "or": select(Invitation.municipality).where((col(Invitation.municipality) == ZWOLLE) | literal(True)),  # noqa: FBT003 - a value of SQL
    "alias": select(_other.municipality),
    "alias of a subquery": select(_inner.c.municipality),
    "join": select(Draft.municipality).join(Round, col(Round.id) == col(Draft.round_id)),
    "join without a condition": select(_other.municipality).select_from(Round).join(_other, literal(True)),  # noqa: FBT003 - a value of SQL
    "outer join": select(Invitation.municipality).join(Round, literal(True), full=True),  # noqa: FBT003 - a value of SQL
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


@pytest.mark.parametrize("way", READINGS)
async def test_no_way_of_reading_reaches_another_municipality(
    database: Database, zwolle: OpenedRound, way: str
) -> None:
    async with tenant_reading(database, UTRECHT) as session:
        found = {_municipality_of(row) for row in await session.exec(READINGS[way])}
    assert found <= {UTRECHT, None}


@pytest.mark.parametrize("way", READINGS)
async def test_without_a_municipality_no_tenant_table_is_read(
    database: Database, zwolle: OpenedRound, way: str
) -> None:
    with pytest.raises(ForeignTenantError):
        async with shared_transaction(database) as session:
            await session.exec(READINGS[way])


async def test_a_key_of_another_municipality_finds_nothing(database: Database, zwolle: OpenedRound) -> None:
    key = zwolle.key(0)
    async with tenant_reading(database, UTRECHT) as session:
        assert await session.get(Draft, key.draft_id) is None
        assert await session.get(Invitation, key.access_hash) is None
        assert await session.get(Round, zwolle.round_id) is None
        assert await find_invitation(session, key.access_hash) is None
    async with tenant_reading(database, ZWOLLE) as session:
        assert await session.get(Draft, key.draft_id) is not None


PLAIN_STATEMENTS: dict[str, Any] = {
    "text": text("SELECT municipality FROM invitation"),
    "table": select(Invitation.__table__),  # type: ignore[attr-defined]  # SQLModel's table classes have it
    "table in a join": select(Round.id).join(Draft.__table__, literal(True)),  # type: ignore[attr-defined]  # noqa: FBT003 - as above; a value of SQL
    "table in a subquery": select(select(Draft.__table__.c.id).subquery()),  # type: ignore[attr-defined]  # as above
    "update of a table": update(Invitation.__table__).values(state="open"),  # type: ignore[attr-defined]  # as above
    "delete from a table": delete(Draft.__table__),  # type: ignore[attr-defined]  # as above
}


@pytest.mark.parametrize("way", PLAIN_STATEMENTS)
async def test_a_statement_that_cannot_be_filtered_is_refused(
    database: Database, zwolle: OpenedRound, way: str
) -> None:
    with pytest.raises(ForeignTenantError):
        async with tenant_transaction(database, UTRECHT) as session:
            await session.exec(PLAIN_STATEMENTS[way])
    with pytest.raises(ForeignTenantError):
        async with shared_transaction(database) as session:
            await session.exec(PLAIN_STATEMENTS[way])


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


@pytest.mark.parametrize("way", FOREIGN_WRITES)
async def test_no_statement_writes_rows_of_another_municipality(
    database: Database, zwolle: OpenedRound, way: str
) -> None:
    statement, parameters = FOREIGN_WRITES[way](zwolle)
    with pytest.raises(ForeignTenantError):
        async with tenant_transaction(database, UTRECHT) as session:
            await session.exec(statement, params=parameters)


async def test_a_batch_of_own_rows_is_inserted(database: Database, zwolle: OpenedRound) -> None:
    async with tenant_transaction(database, ZWOLLE) as session:
        await session.exec(insert(Invitation), params=[_invitation(ZWOLLE, zwolle.round_id)])
    async with tenant_reading(database, ZWOLLE) as session:
        assert await session.get(Invitation, "ab" * 32) is not None


async def test_a_shared_table_is_written_with_or_without_a_municipality(
    database: Database, zwolle: OpenedRound
) -> None:
    row = {
        "name": "Proefdorp",
        "province_code": "PV26",
        "province": "Utrecht",
        "population": 1,
        "size_class": 1,
    }
    async with shared_transaction(database) as session:
        await session.exec(insert(Municipality), params=[{"code": "GM9998", **row}])
    async with tenant_transaction(database, UTRECHT) as session:
        await session.exec(insert(Municipality).values({"code": "GM9999", **row}))
    async with reading_across(database) as session:
        named = select(Municipality.code).where(col(Municipality.name) == "Proefdorp").order_by(Municipality.code)
        assert list(await session.exec(named)) == ["GM9998", "GM9999"]


async def test_adding_a_row_of_another_municipality_is_refused(database: Database, zwolle: OpenedRound) -> None:
    with pytest.raises(ForeignTenantError):
        async with tenant_transaction(database, UTRECHT) as session:
            session.add(Invitation(**_invitation(ZWOLLE, zwolle.round_id)))


async def test_a_row_that_was_read_across_is_not_changed_or_deleted_by_another_municipality(
    database: Database, zwolle: OpenedRound
) -> None:
    async with reading_across(database) as session:
        row = await session.get_one(Invitation, zwolle.key(1).access_hash)
    with pytest.raises(ForeignTenantError):
        async with tenant_transaction(database, UTRECHT) as session:
            session.add(row)
            row.state = "complete"
    with pytest.raises(ForeignTenantError):
        async with tenant_transaction(database, UTRECHT) as session:
            await session.delete(row)


async def test_moving_an_own_row_to_another_municipality_is_refused(database: Database, zwolle: OpenedRound) -> None:
    with pytest.raises(ForeignTenantError):
        async with tenant_transaction(database, ZWOLLE) as session:
            row = await session.get_one(Invitation, zwolle.key(1).access_hash)
            row.municipality = UTRECHT


async def test_a_shared_transaction_writes_no_tenant_row(database: Database, zwolle: OpenedRound) -> None:
    with pytest.raises(ForeignTenantError):
        async with shared_transaction(database) as session:
            session.add(Invitation(**_invitation(ZWOLLE, zwolle.round_id)))
    for statement, parameters in (
        (update(Invitation).values(state="complete"), None),
        (delete(Draft), None),
        (insert(Invitation), [_invitation(ZWOLLE, zwolle.round_id)]),
    ):
        with pytest.raises(ForeignTenantError):
            async with shared_transaction(database) as session:
                await session.exec(statement, params=parameters)


async def test_reading_across_writes_nothing(database: Database, zwolle: OpenedRound) -> None:
    for statement in (update(Invitation).values(state="complete"), delete(Draft)):
        with pytest.raises(ForeignTenantError):
            async with reading_across(database) as session:
                await session.exec(statement)
    with pytest.raises(ForeignTenantError):
        async with reading_across(database) as session:
            session.add(Invitation(**_invitation(ZWOLLE, zwolle.round_id)))
            await session.flush()


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
                    received_on=TODAY,
                )
            )


async def test_an_exception_rolls_a_transaction_back(database: Database, zwolle: OpenedRound) -> None:
    with pytest.raises(ZeroDivisionError):
        async with tenant_transaction(database, UTRECHT) as session:
            await session.exec(update(Invitation).values(state="complete"))
            raise ZeroDivisionError
    async with tenant_reading(database, UTRECHT) as session:
        assert list(await session.exec(select(Invitation.state))) == ["open"]
