"""Jobs: each is done once, by one worker at a time, whatever happens to the workers; and people can stop them."""

from __future__ import annotations

import asyncio
import itertools
import threading
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from arrangements import UTRECHT, ZWOLLE
from counted_work import add_job, count, count_one, job_row, let_work_be, read_job, steps_of
from installation import as_owner

from ceo.settings import Settings
from ceo.storage.database import Database, open_database
from ceo.storage.jobs import JobState
from ceo.storage.tenancy import tenant_transaction
from ceo.workflows.jobs import worker as worker_module
from ceo.workflows.jobs.deciding import Decided, cancel_job, try_job_again
from ceo.workflows.jobs.ending import finish_job, try_job_later
from ceo.workflows.jobs.kinds import JobKind
from ceo.workflows.jobs.queueing import queue_job
from ceo.workflows.jobs.taking import MOST_TRIES, WORKER_LOST, Taken, keep_lease, take_job
from ceo.workflows.jobs.worker import Pace, work, work_off
from ceo.workflows.jobs.working import LEASE, JobFailedError, JobLostError, JobPostponedError, Working

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
AFTER_LEASE = LEASE + timedelta(seconds=1)
A_DAY = timedelta(days=1)
# In seconds: what takes a moment may take long on a machine that does other things too.
PATIENCE = 60


class Clock:
    """A clock that stands still until it is set forward."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(autouse=True)
def counting(monkeypatch: pytest.MonkeyPatch) -> None:
    let_work_be(monkeypatch, count)


def working_on(database: Database, settings: Settings, taken: Taken, clock: Clock) -> Working:
    return Working(
        database,
        settings,
        taken.municipality,
        taken.id,
        taken.lease,
        taken.round_id,
        taken.payload,
        taken.step,
        clock,
    )


async def take(database: Database, now: datetime) -> Taken:
    taken = await take_job(database, now=now)
    assert taken is not None
    return taken


async def test_a_job_is_done_once_and_its_result_is_kept(
    database: Database, installation_settings: Settings, clock: Clock
) -> None:
    job = await add_job(database, job_row(NOW))
    assert await work_off(database, installation_settings, clock=clock) == 1
    row = await read_job(database, job)
    assert (row.state, row.result, row.progress, row.size) == ("done", {"steps": 3}, 3, 3)
    assert (row.lease, row.leased_until, row.finished_at, row.tries) == (None, None, NOW, 1)
    assert await steps_of(database, job) == [(0, 1), (1, 1), (2, 1)]
    assert await work_off(database, installation_settings, clock=clock) == 0


async def test_the_job_that_is_due_longest_comes_first_whose_ever_it_is(database: Database) -> None:
    later = await add_job(database, job_row(NOW, after=timedelta(minutes=-1)))
    first = await add_job(database, job_row(NOW, municipality=ZWOLLE, after=timedelta(minutes=-2)))
    await add_job(database, job_row(NOW, after=timedelta(minutes=1)))
    assert [(await take(database, NOW)).id for _ in range(2)] == [first, later]
    assert await take_job(database, now=NOW) is None


async def test_workers_at_the_same_time_never_take_the_same_job(database: Database, database_url: str) -> None:
    jobs = {await add_job(database, job_row(NOW, municipality=place)) for place in (UTRECHT, ZWOLLE) for _ in range(3)}
    async with open_database(database_url) as other:
        found = await asyncio.gather(*(take_job(one, now=NOW) for one in (database, other) * 6))
    taken = [one.id for one in found if one is not None]
    # Who looks at a row while another has it goes without; it comes back for it.
    while (more := await take_job(database, now=NOW)) is not None:
        taken.append(more.id)
    assert sorted(taken) == sorted(jobs)


async def test_a_worker_that_lost_its_lease_commits_nothing_and_the_next_one_goes_on_at_the_step(
    database: Database, installation_settings: Settings, clock: Clock
) -> None:
    job = await add_job(database, job_row(NOW))
    first = await take(database, NOW)
    stalled = working_on(database, installation_settings, first, clock)
    await count_one(stalled)
    clock.now += AFTER_LEASE
    second = await take(database, clock.now)
    assert (second.id, second.step, second.tries) == (job, 1, 2)

    with pytest.raises(JobLostError):
        await count_one(stalled)
    with pytest.raises(JobLostError):
        await stalled.show(3, 3)
    assert not await keep_lease(database, first, until=clock.now + A_DAY)
    assert await finish_job(database, first, {}, now=clock.now) is None
    assert await try_job_later(database, first, "fault", now=clock.now) is None
    row = await read_job(database, job)
    assert (row.lease, row.state, row.progress, row.fault) == (second.lease, "running", 1, None)

    await count(working_on(database, installation_settings, second, clock))
    assert await finish_job(database, second, {}, now=clock.now) is JobState.DONE
    assert await steps_of(database, job) == [(0, 1), (1, 1), (2, 1)]


async def test_a_lease_ran_out_only_after_its_last_sign_of_life(
    database: Database, installation_settings: Settings, clock: Clock
) -> None:
    await add_job(database, job_row(NOW))
    taken = await take(database, NOW)
    clock.now += LEASE
    assert await take_job(database, now=clock.now) is None
    await count_one(working_on(database, installation_settings, taken, clock))
    clock.now += LEASE
    assert await take_job(database, now=clock.now) is None
    assert await keep_lease(database, taken, until=clock.now + LEASE)
    assert await take_job(database, now=clock.now + LEASE) is None
    assert await take_job(database, now=clock.now + AFTER_LEASE) is not None


async def test_a_long_step_in_a_thread_keeps_its_lease(
    database: Database, installation_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_end = threading.Event()

    async def think(_: Working) -> Mapping[str, Any]:
        assert await asyncio.to_thread(may_end.wait, PATIENCE)
        return {}

    let_work_be(monkeypatch, think)
    job = await add_job(database, job_row(NOW))
    pace, stopping = Pace(polls_every=0.01, lease=timedelta(seconds=0.3)), asyncio.Event()

    def clock() -> datetime:
        return datetime.now(UTC)

    worker = asyncio.create_task(work(database, installation_settings, clock=clock, stopping=stopping, pace=pace))
    leases: list[datetime] = []
    try:
        async with asyncio.timeout(PATIENCE):
            while len(leases) < 3:
                await asyncio.sleep(0.02)
                row = await read_job(database, job)
                if row.leased_until is not None and row.leased_until not in leases:
                    leases.append(row.leased_until)
    finally:
        may_end.set()
        stopping.set()
        await asyncio.wait_for(worker, PATIENCE)
    assert leases == sorted(leases)
    row = await read_job(database, job)
    assert (row.state, row.tries) == ("done", 1)


async def test_work_that_fails_is_tried_again_later_and_later_and_goes_on_at_its_step(
    database: Database, installation_settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun_at: list[int] = []

    async def stumble(working: Working) -> Mapping[str, Any]:
        begun_at.append(working.step)
        await count_one(working)
        if working.step < 3:
            raise ConnectionResetError("jan@voorbeeld.nl")
        return {}

    let_work_be(monkeypatch, stumble)
    job = await add_job(database, job_row(NOW))
    waits = []
    while (row := await read_job(database, job)).state != "done":
        clock.now = max(clock.now, row.run_after)
        assert await work_off(database, installation_settings, clock=clock) == 1
        row = await read_job(database, job)
        waits.append((row.run_after - clock.now).total_seconds())
        assert row.fault in {"connection-reset-error", None}
    assert 5 <= waits[0] <= 10
    assert 20 <= waits[1] <= 40
    assert begun_at == [0, 1, 2]
    assert await steps_of(database, job) == [(0, 1), (1, 1), (2, 1)]
    assert "jan@voorbeeld.nl" not in str(row.model_dump())


async def test_a_job_that_goes_wrong_each_time_ends_as_failed(
    database: Database, installation_settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fall(_: Working) -> Mapping[str, Any]:
        raise OSError

    let_work_be(monkeypatch, fall)
    job = await add_job(database, job_row(NOW))
    tries = 0
    while done := await work_off(database, installation_settings, clock=clock):
        tries += done
        clock.now += A_DAY
    row = await read_job(database, job)
    assert (tries, row.tries, row.state, row.fault) == (MOST_TRIES, MOST_TRIES, "failed", "os-error")
    assert row.finished_at is not None


async def test_a_job_that_kills_its_worker_each_time_ends_as_failed(database: Database) -> None:
    job, now = await add_job(database, job_row(NOW)), NOW
    for _ in range(MOST_TRIES):
        await take(database, now)
        now += AFTER_LEASE
    assert await take_job(database, now=now) is None
    row = await read_job(database, job)
    assert (row.state, row.fault, row.lease, row.finished_at) == ("failed", WORKER_LOST, None, now)


async def test_what_no_retry_cures_fails_at_once_with_its_code(
    database: Database, installation_settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(_: Working) -> Mapping[str, Any]:
        raise JobFailedError("not-in-field")

    let_work_be(monkeypatch, refuse)
    job = await add_job(database, job_row(NOW))
    await work_off(database, installation_settings, clock=clock)
    row = await read_job(database, job)
    assert (row.state, row.fault, row.tries) == ("failed", "not-in-field", 1)


async def test_a_job_that_is_put_off_uses_up_no_tries(
    database: Database, installation_settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def later(working: Working) -> Mapping[str, Any]:
        await count_one(working)
        if working.step == 2 * MOST_TRIES:
            return {}
        raise JobPostponedError(working.clock() + timedelta(minutes=5))

    let_work_be(monkeypatch, later)
    job = await add_job(database, job_row(NOW))
    for _ in range(2 * MOST_TRIES):
        assert await work_off(database, installation_settings, clock=clock) == 1
        assert await work_off(database, installation_settings, clock=clock) == 0
        clock.now += timedelta(minutes=5)
    assert (await read_job(database, job)).state == "done"
    assert await steps_of(database, job) == [(step, 1) for step in range(2 * MOST_TRIES)]


async def test_a_job_that_waits_is_stopped_at_once(
    database: Database, installation_settings: Settings, clock: Clock
) -> None:
    job = await add_job(database, job_row(NOW))
    assert await cancel_job(database, ZWOLLE, job, actor="7", now=NOW) is None
    assert await cancel_job(database, UTRECHT, job, actor="7", now=NOW) is Decided.STOPPED
    assert await cancel_job(database, UTRECHT, job, actor="7", now=NOW) is Decided.TOO_LATE
    assert await work_off(database, installation_settings, clock=clock) == 0
    assert (await read_job(database, job)).state == "cancelled"


async def test_a_job_that_runs_is_stopped_before_its_next_effect(
    database: Database, installation_settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def be_stopped(working: Working) -> Mapping[str, Any]:
        await count_one(working)
        decided = await cancel_job(database, UTRECHT, working.job_id, actor="7", now=NOW)
        assert decided is Decided.STOPS_SOON
        return await count(working)

    let_work_be(monkeypatch, be_stopped)
    job = await add_job(database, job_row(NOW))
    await work_off(database, installation_settings, clock=clock)
    row = await read_job(database, job)
    assert (row.state, row.lease, row.finished_at) == ("cancelled", None, NOW)
    assert await steps_of(database, job) == [(0, 1)]


async def test_a_job_whose_worker_is_gone_is_stopped_at_once(database: Database) -> None:
    job = await add_job(database, job_row(NOW))
    await take(database, NOW)
    assert await cancel_job(database, UTRECHT, job, actor="7", now=NOW + AFTER_LEASE) is Decided.STOPPED
    assert await take_job(database, now=NOW + AFTER_LEASE) is None


async def test_what_was_done_before_it_could_be_stopped_is_done(
    database: Database, installation_settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def be_too_quick(working: Working) -> Mapping[str, Any]:
        result = await count(working)
        await cancel_job(database, UTRECHT, working.job_id, actor="7", now=NOW)
        return result

    let_work_be(monkeypatch, be_too_quick)
    job = await add_job(database, job_row(NOW))
    await work_off(database, installation_settings, clock=clock)
    row = await read_job(database, job)
    assert (row.state, row.result, row.cancel_asked) == ("done", {"steps": 3}, False)


async def test_a_job_can_be_tried_again_from_where_it_was(
    database: Database, installation_settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def give_up(working: Working) -> Mapping[str, Any]:
        await count_one(working)
        raise JobFailedError("no-mail-server")

    let_work_be(monkeypatch, give_up)
    job = await add_job(database, job_row(NOW))
    await work_off(database, installation_settings, clock=clock)
    let_work_be(monkeypatch, count)
    assert await try_job_again(database, UTRECHT, job, actor="7", now=NOW) is Decided.WAITS_AGAIN
    assert await try_job_again(database, UTRECHT, job, actor="7", now=NOW) is Decided.TOO_LATE
    assert await try_job_again(database, ZWOLLE, job, actor="7", now=NOW) is None
    await work_off(database, installation_settings, clock=clock)
    row = await read_job(database, job)
    assert (row.state, row.fault, row.tries) == ("done", None, 1)
    assert await steps_of(database, job) == [(0, 1), (1, 1), (2, 1)]


async def test_one_job_of_a_name_at_a_time(database: Database) -> None:
    async def queue(name: str = "letters-7") -> str:
        async with tenant_transaction(database, UTRECHT) as session:
            return await queue_job(session, JobKind.MAKE_LETTERS, actor="7", now=NOW, once=name)

    first, *others = await asyncio.gather(*(queue() for _ in range(4)))
    assert {first} == set(others)
    taken = await take(database, NOW)
    assert await queue() == first
    assert await queue("letters-8") != first
    assert await cancel_job(database, UTRECHT, first, actor="7", now=NOW) is Decided.STOPS_SOON
    second = await queue()
    assert second != first
    assert await try_job_later(database, taken, "fault", now=NOW) is JobState.CANCELLED
    assert await try_job_again(database, UTRECHT, first, actor="7", now=NOW) is Decided.SAME_IS_BUSY


async def test_a_worker_that_stops_lets_a_short_job_end_and_gives_a_long_one_back(
    database: Database, installation_settings: Settings, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    begun, stopping = asyncio.Event(), asyncio.Event()

    async def go_on_for_ever(working: Working) -> Mapping[str, Any]:
        await count_one(working)
        begun.set()
        await asyncio.Event().wait()
        return {}

    async def end_soon(working: Working) -> Mapping[str, Any]:
        stopping.set()
        return await count(working)

    async def run(pace: Pace) -> None:
        await work(database, installation_settings, clock=clock, stopping=stopping, pace=pace)

    job = await add_job(database, job_row(NOW))
    let_work_be(monkeypatch, go_on_for_ever)
    worker = asyncio.create_task(run(Pace(grace=0)))
    async with asyncio.timeout(PATIENCE):
        await begun.wait()
        stopping.set()
        await worker
    row = await read_job(database, job)
    assert (row.state, row.lease, row.tries, row.steps_done) == ("waiting", None, 0, 1)

    stopping.clear()
    let_work_be(monkeypatch, end_soon)
    await asyncio.wait_for(run(Pace()), PATIENCE)
    assert (await read_job(database, job)).state == "done"
    assert await steps_of(database, job) == [(0, 1), (1, 1), (2, 1)]


async def test_a_worker_that_stops_tells_a_job_again_that_did_not_hear_it(
    database: Database, installation_settings: Settings, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    begun, stopping = asyncio.Event(), asyncio.Event()

    async def be_deaf_once(working: Working) -> Mapping[str, Any]:
        await count_one(working)
        begun.set()
        with suppress(
            asyncio.CancelledError
        ):  # as `asyncio.wait_for` of Python 3.11 does when its wait ends at that moment
            await asyncio.Event().wait()
        await asyncio.Event().wait()
        return {}

    job = await add_job(database, job_row(NOW))
    let_work_be(monkeypatch, be_deaf_once)
    monkeypatch.setattr(worker_module, "_TOLD_EVERY", 0.5)
    pace = Pace(grace=0)
    worker = asyncio.create_task(work(database, installation_settings, clock=clock, stopping=stopping, pace=pace))
    async with asyncio.timeout(PATIENCE):
        await begun.wait()
        stopping.set()
        await worker
    row = await read_job(database, job)
    assert (row.state, row.lease, row.steps_done) == ("waiting", None, 1)


async def test_a_worker_outlives_a_database_that_is_away(
    database: Database, installation_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_again, stopping = asyncio.Event(), asyncio.Event()
    looks = itertools.count()

    def clock() -> datetime:
        if next(looks) == 1:
            looked_again.set()
        return NOW

    async def end_soon(working: Working) -> Mapping[str, Any]:
        stopping.set()
        return await count(working)

    let_work_be(monkeypatch, end_soon)
    job = await add_job(database, job_row(NOW))
    async with as_owner(database) as connection:
        await connection.exec_driver_sql("ALTER TABLE job RENAME TO away")
    pace = Pace(polls_every=0.01, rests_after_fault=0.01)
    worker = asyncio.create_task(work(database, installation_settings, clock=clock, stopping=stopping, pace=pace))
    await asyncio.wait_for(looked_again.wait(), PATIENCE)
    async with as_owner(database) as connection:
        await connection.exec_driver_sql("ALTER TABLE away RENAME TO job")
    await asyncio.wait_for(worker, PATIENCE)
    assert (await read_job(database, job)).state == "done"


async def test_what_this_version_cannot_do_waits_for_one_that_can(
    database: Database, installation_settings: Settings, clock: Clock
) -> None:
    row = job_row(NOW)
    row.kind = "of-the-future"
    job = await add_job(database, row)
    assert await work_off(database, installation_settings, clock=clock) == 0
    assert (await read_job(database, job)).state == "waiting"
