"""What a connection reaches, over a pool and at hand, with several municipalities at once; and what saying so costs."""

import asyncio
from typing import Any

import pytest
from arrangements import TODAY, UTRECHT, ZWOLLE, arrange_round
from sqlalchemy import event
from sqlmodel import col, select
from walls import TOWNS, of, owners_of

from ceo.settings import Settings
from ceo.storage.audit import AuditRecord
from ceo.storage.commit_group import CommitGroup, Save
from ceo.storage.database import Database, open_database
from ceo.storage.people import NATIONAL
from ceo.storage.reach import EVERYWHERE, reach_in_transaction
from ceo.storage.submissions import Draft
from ceo.storage.tenancy import (
    reading_across,
    shared_transaction,
    tenant_reading,
    tenant_transaction,
)
from ceo.workflows.answering.arriving import start

pytestmark = pytest.mark.anyio

only_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@only_postgresql
async def test_hundreds_of_interleaved_transactions_over_a_pool_never_see_or_touch_a_foreign_row(
    towns: Database,
) -> None:
    async def transact(number: int) -> list[str]:
        town = TOWNS[number % len(TOWNS)]
        async with towns.writer.connect() as connection:
            async with connection.begin() as transaction:
                reach_in_transaction(connection.sync_connection, town)
                seen = await owners_of(connection)
                await asyncio.sleep(0)
                seen += await owners_of(connection, "UPDATE invitation SET state = state RETURNING municipality")
                if number % 3 == 0:
                    await transaction.rollback()
            assert seen == of(town) * 2
            return await owners_of(connection)  # without saying anything, in the transaction after

    assert await asyncio.gather(*(transact(number) for number in range(320))) == [[]] * 320


@only_postgresql
async def test_a_session_that_asked_nothing_leaves_nothing_behind(towns: Database) -> None:
    async with tenant_reading(towns, UTRECHT) as session:
        await session.connection()
    async with tenant_reading(towns, UTRECHT) as session, towns.reader.connect() as bare:
        await session.connection()
        assert await owners_of(bare) == []
    async with towns.reader.connect() as bare:
        assert await owners_of(bare) == []


@only_postgresql
async def test_statements_at_hand_of_several_municipalities_in_between_each_other_show_no_foreign_row(
    towns: Database,
) -> None:
    async def read(number: int) -> bool:
        several = {TOWNS[number % 4], TOWNS[number % 3]} if number % 5 == 0 else {TOWNS[number % 4]}
        run = towns.at_hand.write if number % 2 else towns.at_hand.read
        rows = await run("SELECT municipality FROM invitation", [], several)
        return sorted(town for (town,) in rows) == of(*several)

    assert all(await asyncio.gather(*(read(number) for number in range(400))))
    assert await towns.at_hand.read("SELECT municipality FROM invitation", []) == []


@only_postgresql
async def test_what_a_connection_at_hand_reaches_is_reached_by_nobody_after_it(
    database_url: str, towns: Database
) -> None:
    async with open_database(database_url) as other:
        await asyncio.gather(*(other.at_hand.read("SELECT 1", [], [town]) for town in TOWNS * 2))
        await other.at_hand.close()
        bare = [await other.reader.connect() for _ in range(20)]  # all that the pool can lend
        assert [await owners_of(connection) for connection in bare] == [[]] * 20
        for connection in bare:
            await connection.close()


@only_postgresql
async def test_a_batch_of_saves_of_several_municipalities_is_stored(
    towns: Database, installation_settings: Settings
) -> None:
    drafts = {}
    for town in (UTRECHT, ZWOLLE):
        opened = await arrange_round(towns, installation_settings, municipality=town, measurement="twee")
        await start(towns, opened.key(), today=TODAY)
        drafts[town] = opened.key().draft_id
    group = CommitGroup(towns)
    saves = (group.save(Save(draft, town, {"X": 1}, 0, "save")) for town, draft in drafts.items())
    assert await asyncio.gather(*saves) == [True, True]
    assert not await group.save(Save(drafts[UTRECHT], ZWOLLE, {"X": 2}, 1, "foreign"))
    await group.close()
    async with reading_across(towns) as session:
        stored = await session.exec(select(Draft.answers).where(col(Draft.id).in_(drafts.values())))
        assert list(stored) == [{"X": 1}] * 2


class Line:
    """What goes to PostgreSQL over the connections that are opened from now on."""

    def __init__(self, database: Database) -> None:
        self.said: list[str] = []
        self._drivers: list[Any] = []
        event.listen(database.reader.sync_engine, "connect", self._listen)

    @property
    def asked(self) -> int:
        """How often an answer of the server was waited for; preparing a statement is not counted."""
        return sum(driver._protocol.queries_count for driver in self._drivers)

    def _listen(self, connection: Any, _record: object) -> None:
        self._drivers.append(connection.driver_connection)
        connection.driver_connection.add_query_logger(lambda logged: self.said.append(logged.query))


@pytest.fixture
def line(database: Database) -> Line:
    return Line(database)


@only_postgresql
async def test_a_transaction_says_what_it_reaches_in_the_message_with_which_it_begins(
    database: Database, line: Line
) -> None:
    question = select(AuditRecord).where(col(AuditRecord.number) == 0)
    for _ in range(2):  # the first one also asks what SQLAlchemy wants to know of a server
        before = line.asked
        async with database.reader.connect() as bare:
            await bare.execute(question)
        without = line.asked - before
    for reach, opening in {
        UTRECHT: tenant_reading(database, UTRECHT),
        ZWOLLE: tenant_transaction(database, ZWOLLE),
        EVERYWHERE: reading_across(database),
        NATIONAL: shared_transaction(database),
    }.items():
        before = line.asked
        async with opening as session:
            await session.exec(question)
        assert line.said[-2] == f"BEGIN;SET LOCAL app.municipality = '{reach}';"
        assert line.said[-1] in {"COMMIT;", "ROLLBACK;"}
        assert line.asked - before == without, reach


@only_postgresql
async def test_at_hand_the_setting_is_sent_only_when_it_becomes_another_one(database: Database, line: Line) -> None:
    for town in (UTRECHT, UTRECHT, UTRECHT):
        await database.at_hand.read("SELECT 1", [], [town])
    assert [words for words in line.said if words.startswith("SET")] == [f"SET app.municipality = '{UTRECHT}'"]
    for _ in range(5):  # a connection for each
        await asyncio.gather(*(database.at_hand.read("SELECT pg_sleep(0.05)", [], [town]) for town in TOWNS))
    assert sum(words.startswith("SET") for words in line.said) == len(TOWNS)


NO_CODES = (
    "",
    "*",
    "NL",
    "GM03444",
    "GM0344'; DROP TABLE draft; --",
    "GM0344,GM0193",
    "gm0344",
    "GM０３４４",
    "GM0344\n",
)


async def test_only_the_code_of_a_municipality_opens_its_session(database: Database) -> None:
    for code in NO_CODES:
        for opening in (tenant_reading, tenant_transaction):
            with pytest.raises(ValueError, match="not the code of a municipality"):
                async with opening(database, code):
                    pass
        if database.writer.dialect.name == "postgresql":
            with pytest.raises(ValueError, match="not the code of a municipality"):
                await database.at_hand.read("SELECT 1", [], [code])
