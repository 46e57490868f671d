import asyncio

import pytest

from ceo.storage.database import Database, open_database
from ceo.storage.turns import Turn, in_turn

pytestmark = pytest.mark.anyio


async def test_one_of_two_has_the_turn_and_keeps_it(database: Database, database_url: str) -> None:
    async with open_database(database_url) as other:
        first, second = Turn(database, "upkeep"), Turn(other, "upkeep")
        assert await first.take()
        assert not await second.take()
        assert await first.take()
        assert not await second.take()
        await first.give_back()
        assert await second.take()
        await second.give_back()


async def test_turns_of_different_names_have_nothing_to_do_with_each_other(database: Database) -> None:
    upkeep, editions = Turn(database, "upkeep"), Turn(database, "editions")
    assert await upkeep.take()
    assert await editions.take()
    await upkeep.give_back()
    await editions.give_back()


async def test_giving_back_twice_or_what_was_not_taken_is_no_mistake(database: Database) -> None:
    turn = Turn(database, "upkeep")
    await turn.give_back()
    assert await turn.take()
    await turn.give_back()
    await turn.give_back()


async def test_who_closes_the_database_has_no_turn_any_more(database: Database, database_url: str) -> None:
    async with open_database(database_url) as other:
        first = Turn(other, "upkeep")
        assert await first.take()
        await first.give_back()
    second = Turn(database, "upkeep")
    assert await second.take()
    await second.give_back()


async def test_a_turn_ends_with_its_connection(database: Database) -> None:
    if database.writer.dialect.name == "sqlite":
        pytest.skip("has no connections that can be cut")
    first, second = Turn(database, "upkeep"), Turn(database, "upkeep")
    assert await first.take()
    async with database.writer.begin() as connection:
        await connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND database = "
            "(SELECT oid FROM pg_database WHERE datname = current_database())"
        )
    async with asyncio.timeout(60):
        while not await second.take():  # noqa: ASYNC110 - the server ends a connection in its own time
            await asyncio.sleep(0.01)
    assert not await first.take()
    await second.give_back()
    await first.give_back()


async def test_what_is_done_in_turn_is_done_one_after_the_other(database: Database, database_url: str) -> None:
    steps: list[str] = []

    async def work(on: Database) -> None:
        async with in_turn(on, "editions"):
            steps.append("begins")
            await asyncio.sleep(0)
            steps.append("ends")

    async with open_database(database_url) as other:
        await asyncio.gather(work(database), work(other))
    assert steps == ["begins", "ends"] * 2
