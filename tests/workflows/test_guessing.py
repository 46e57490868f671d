"""The limit on guessing. The clock of these tests is an argument; nothing sleeps."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event
from sqlmodel import select

from ceo.storage.attempts import WrongCodes
from ceo.storage.database import Database, open_database
from ceo.storage.tenancy import reading_across
from ceo.workflows.answering.guessing import LONGEST_WAIT, forget_attempts, give_back, source_of, take_turn

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
FREE = [0.0] * 20
QUEUE = [2.0, 4.0, 6.0, 8.0, 10.0, 12.0, 14.0]
KEY = bytes(range(32))


async def waits(database: Database, number: int, *, after: float = 0, source: str = "library") -> list[float | None]:
    """The turns of a number of codes at one instant, `after` seconds; None for those that are refused."""
    turns = [await take_turn(database, source, now=NOW + timedelta(seconds=after)) for _ in range(number)]
    return [turn and turn.wait for turn in turns]


async def test_twenty_wrong_codes_pass_and_the_next_ones_wait_two_seconds_apart_up_to_fifteen(
    database: Database,
) -> None:
    assert await waits(database, 30) == [*FREE, *QUEUE, None, None, None]
    assert max(QUEUE) + 2 > LONGEST_WAIT


async def test_the_bucket_leaks_one_code_each_twenty_seconds(database: Database) -> None:
    await waits(database, 20)
    assert await waits(database, 2, after=20) == [0, 2]
    assert await waits(database, 4, after=20 + 2 + 60) == [0, 0, 0, 2]
    assert await waits(database, 21, after=3600) == [*FREE, 2]


async def test_who_waits_a_little_between_codes_is_let_through_each_two_seconds(database: Database) -> None:
    await waits(database, 20)
    assert [await waits(database, 1, after=2 * number) for number in range(1, 10)] == [[0]] * 9


async def test_what_is_refused_makes_the_queue_no_longer(database: Database) -> None:
    await waits(database, 27)
    assert await waits(database, 50) == [None] * 50
    assert await waits(database, 2, after=2) == [14, None]


async def test_one_source_never_slows_another(database: Database) -> None:
    await waits(database, 40)
    assert await waits(database, 1, source="home") == [0]


async def test_right_codes_count_nothing(database: Database) -> None:
    for _ in range(50):
        turn = await take_turn(database, "library", now=NOW)
        assert turn is not None
        assert turn.wait == 0
        await give_back(database, turn)
    assert await waits(database, 21) == [*FREE, 2]


async def test_a_right_code_that_waited_frees_nobody_elses_place(database: Database) -> None:
    await waits(database, 20)
    turn = await take_turn(database, "library", now=NOW)
    assert turn is not None
    await give_back(database, turn)
    assert await waits(database, 1) == [4]


async def test_alternating_right_and_wrong_codes_brings_no_more_than_one_wrong_code_in_two_seconds(
    database: Database,
) -> None:
    await waits(database, 20)
    wrong = 0
    for second in range(1, 61):
        right = await take_turn(database, "library", now=NOW + timedelta(seconds=second))
        if right is not None:
            await give_back(database, right)
        wrong += await waits(database, 1, after=second) == [0.0]
    assert wrong <= 60 / 2 + 1


async def test_no_more_pass_than_the_limit_says_however_often_somebody_tries(database: Database) -> None:
    tried = [await waits(database, 1, after=tenth / 2) for tenth in range(120)]
    passed = [wait for [wait] in tried if wait is not None]
    assert 20 + 60 / 2 <= len(passed) <= 20 + 60 / 2 + LONGEST_WAIT / 2 + 60 / 20


async def test_two_processes_count_together_also_at_the_same_instant(database: Database, database_url: str) -> None:
    async with open_database(database_url) as other:
        turns = await asyncio.gather(
            *(take_turn(process, "library", now=NOW) for _ in range(20) for process in (database, other))
        )
    passed = sorted(turn.wait for turn in turns if turn is not None)
    assert passed == [*FREE, *QUEUE]


async def test_a_restart_forgets_nothing(database_url: str) -> None:
    async with open_database(database_url) as before:
        await waits(before, 21)
    async with open_database(database_url) as after:
        assert await waits(after, 1) == [4]


@pytest.mark.parametrize("back", [16, 60, 3600, 86_400 * 365])
async def test_a_clock_that_is_set_back_locks_nobody_out(database: Database, back: int) -> None:
    await waits(database, 40)
    assert await waits(database, 1, after=-back) == [0]


async def test_a_clock_that_is_set_back_a_little_makes_nobody_wait_longer_than_the_queue(database: Database) -> None:
    await waits(database, 25)
    [wait] = await waits(database, 1, after=-1)
    assert wait == 13
    await waits(database, 5)
    assert await waits(database, 1, after=-1) == [None]
    assert await waits(database, 1, after=3) == [13]


async def test_an_attempt_takes_one_statement(database: Database) -> None:
    statements: list[str] = []
    engine = database.writer.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *given: statements.append(str(given[2]).split()[0]))
    for _ in range(2):
        await take_turn(database, "library", now=NOW)
    assert [name for name in statements if name != "BEGIN"] == ["INSERT", "INSERT"]


async def test_buckets_that_have_run_empty_are_removed(database: Database) -> None:
    await waits(database, 1, source="yesterday", after=-86_400)
    await waits(database, 1, source="tomorrow", after=86_400)
    await waits(database, 1, source="now")
    assert await forget_attempts(database, now=NOW + timedelta(minutes=20)) == 2
    async with reading_across(database) as session:
        assert [row.source for row in await session.exec(select(WrongCodes))] == ["now"]


def test_a_source_is_a_hash_that_changes_with_the_day_the_network_and_the_installation() -> None:
    day = date(2026, 11, 21)
    names = {
        source_of(KEY, "network 192.0.2.7", day=day),
        source_of(KEY, "network 192.0.2.7", day=day + timedelta(days=1)),
        source_of(KEY, "network 192.0.2.8", day=day),
        source_of(bytes(32), "network 192.0.2.7", day=day),
    }
    assert len(names) == 4
    assert all(len(name) == 64 and int(name, 16) for name in names)
