"""How much programs may ask: as much as the bucket holds, for all processes together, and again as time passes."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from ceo.storage.api_keys import ApiAllowance
from ceo.storage.database import Database
from ceo.storage.tenancy import reading_across
from ceo.workflows.api_allowances import Allowances, Limit, forget_allowances

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LIMIT = Limit(capacity=50, per_second=2.0)


async def taken(
    database: Database, held: Allowances, source: str = "a", *, times: int = 200, now: datetime = NOW
) -> int:
    """How many of these requests are let through."""
    return sum([not (await held.take(database, source, LIMIT, now=now)).refused for _ in range(times)])


async def test_processes_together_let_through_what_the_bucket_holds(database: Database) -> None:
    first, second = Allowances(), Allowances()
    together = await asyncio.gather(taken(database, first), taken(database, second))
    assert sum(together) == 50
    assert await taken(database, first, "b") == 50, "another source has its own"


async def test_many_that_come_at_once_are_let_through_as_far_as_the_bucket_goes(database: Database) -> None:
    for source, cost, times in (("a", 1, 50), ("b", 10, 5)):
        held = Allowances()
        asked = (held.take(database, source, LIMIT, cost=cost, now=NOW) for _ in range(60))
        assert sum(not one.refused for one in await asyncio.gather(*asked)) == times


async def test_tokens_come_back_with_time_and_no_more_than_the_bucket_holds(database: Database) -> None:
    held = Allowances()
    assert await taken(database, held) == 50
    refused = await held.take(database, "a", LIMIT, cost=7, now=NOW)
    assert (refused.refused, refused.left, refused.wait) == (True, 0, 4)
    assert await taken(database, held, now=NOW + timedelta(seconds=5)) == 10
    assert await taken(database, held, now=NOW + timedelta(days=1)) == 50
    assert await taken(database, held, now=NOW) == 0, "a clock that is set back gives nothing"


async def test_most_requests_write_nothing_and_tell_what_is_left(database: Database) -> None:
    held = Allowances()
    left = [(await held.take(database, "a", LIMIT, now=NOW)).left for _ in range(3)]
    assert left == [49, 48, 47]
    async with reading_across(database) as session:
        row = (await session.exec(select(ApiAllowance))).one()
    assert row.tokens == 30, "twenty were taken at once"
    assert (await held.take(database, "a", LIMIT, cost=40, now=NOW)).left == 7


async def test_what_a_request_costs_is_taken_whole_or_not_at_all(database: Database) -> None:
    held = Allowances()
    assert not (await held.take(database, "a", LIMIT, cost=45, now=NOW)).refused
    assert (await held.take(database, "a", LIMIT, cost=10, now=NOW)).refused
    assert not (await held.take(database, "a", LIMIT, cost=5, now=NOW)).refused


async def test_buckets_that_are_full_again_are_removed(database: Database) -> None:
    held = Allowances()
    await taken(database, held, "old", times=1)
    await taken(database, held, "new", times=1, now=NOW + timedelta(minutes=59))
    assert await forget_allowances(database, now=NOW + timedelta(minutes=61)) == 1
    async with reading_across(database) as session:
        assert [row.source for row in await session.exec(select(ApiAllowance))] == ["new"]
