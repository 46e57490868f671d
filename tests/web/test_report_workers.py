"""One worker that makes reports for several processes."""

import asyncio
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client
from pathlib import Path

import pytest
from journeys.serving import PATIENCE

from ceo.web.report_workers import (
    SOCKET,
    OwnWorker,
    SharedWorker,
    WorkerDiedError,
    sharing_worker,
    worker_of_process,
)

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def socket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with sharing_worker(tmp_path_factory.mktemp("shared")):
        yield os.environ[SOCKET]
    assert SOCKET not in os.environ


async def test_a_process_with_a_supervisor_uses_its_worker_and_another_has_its_own(socket: str) -> None:
    workers = [SharedWorker(socket), worker_of_process()]
    assert isinstance(workers[1], SharedWorker)
    there = {await worker.run(os.getpid) for worker in workers}
    assert len(there) == 1
    assert os.getpid() not in there
    for worker in workers:
        worker.close()


async def test_without_a_supervisor_a_process_has_a_worker_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SOCKET, raising=False)
    assert isinstance(worker_of_process(), OwnWorker)


async def test_what_goes_wrong_in_the_worker_is_raised_where_it_was_asked(socket: str) -> None:
    worker = SharedWorker(socket)
    with pytest.raises(ValueError, match="invalid literal"):
        await worker.run(int, "geen getal")
    assert await worker.run(int, "12") == 12
    worker.close()


async def test_a_shared_worker_that_dies_is_replaced(socket: str) -> None:
    worker = SharedWorker(socket)
    first = await worker.run(os.getpid)
    for child in multiprocessing.active_children():
        if child.pid == first:
            child.kill()
            child.join(timeout=60)
    assert await worker.run(os.getpid) != first
    worker.close()


async def test_a_worker_that_dies_leaves_nobody_waiting_also_when_somebody_went_away_before() -> None:
    worker = OwnWorker()
    died = await worker.run(os.getpid)
    waiting = [asyncio.ensure_future(worker.run(time.sleep, 0.1)) for _ in range(6)]
    await asyncio.sleep(0.05)
    for one in waiting[3:5]:
        one.cancel()
    os.kill(died, signal.SIGKILL)
    async with asyncio.timeout(PATIENCE):
        assert await asyncio.gather(*waiting[:3], waiting[5]) == [None] * 4
        assert await worker.run(os.getpid) != died
    worker.close()


async def test_work_that_kills_its_worker_is_tried_twice_and_others_go_on() -> None:
    worker = OwnWorker()
    async with asyncio.timeout(PATIENCE):
        with pytest.raises(WorkerDiedError):
            await worker.run(os._exit, 1)
        assert await worker.run(int, "12") == 12
    worker.close()


async def test_who_comes_in_and_says_nothing_keeps_nobody_else_waiting(socket: str) -> None:
    worker = SharedWorker(socket)
    with Client(socket, "AF_UNIX"):
        async with asyncio.timeout(PATIENCE):
            assert await worker.run(int, "12") == 12
    worker.close()


def test_sharing_a_worker_ends_with_all_that_waits_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SOCKET, "")  # what the other tests share is put back afterwards
    before = set(threading.enumerate())
    with sharing_worker(tmp_path):
        assert len(set(threading.enumerate()) - before) == 1
    deadline = time.monotonic() + PATIENCE
    while set(threading.enumerate()) - before and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not set(threading.enumerate()) - before


async def test_who_does_not_have_the_key_of_the_server_is_refused_and_others_go_on(socket: str) -> None:
    with pytest.raises((AuthenticationError, EOFError, OSError)):
        Client(socket, "AF_UNIX", authkey=b"geraden")
    worker = SharedWorker(socket)
    assert await worker.run(int, "12") == 12
    worker.close()
