"""The process in which reports are made: it holds the heavy libraries, so that the processes that answer requests need not.

A server of one process has a worker of its own. A server of several has one together: its supervisor keeps it (`sharing_worker`), and the
others ask it over a socket that only they can use (`SharedWorker`).
"""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

from ceo.workflows.reporting import warm_up

_LOG: Final = logging.getLogger(__name__)
# The variable in which a supervisor tells the processes of a server where its worker is.
SOCKET: Final = "_CEO_REPORT_WORKER"
# How many pages of one process wait for the shared worker at once.
_WAITING: Final = 8
_BACKLOG: Final = 64

Result = TypeVar("Result")


class Worker(Protocol):
    """Runs functions of `ceo.workflows.reporting` in another process."""

    def warm_up(self) -> None:
        """Let the worker import at once what it needs."""

    async def run(self, work: Callable[..., Result], *arguments: Any) -> Result:
        """Return what a function returns there."""

    def close(self) -> None:
        """Stop."""


class OwnWorker:
    """A worker process of this process. It starts when there is something for it."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None
        self._starting = threading.Lock()

    def warm_up(self) -> None:
        """Start the worker, if it does not run yet."""
        self._running()

    async def run(self, work: Callable[..., Result], *arguments: Any) -> Result:
        """Return what a function returns there. A worker that died (out of memory, killed) is replaced, and the work done once more."""
        pool = self._running()
        try:
            return await asyncio.wrap_future(pool.submit(work, *arguments))
        except BrokenProcessPool:
            self._replace(pool)
            return await asyncio.wrap_future(self._running().submit(work, *arguments))

    def run_and_wait(self, work: Callable[..., Result], *arguments: Any) -> Result:
        """Do the same in a thread."""
        pool = self._running()
        try:
            return pool.submit(work, *arguments).result()
        except BrokenProcessPool:
            self._replace(pool)
            return self._running().submit(work, *arguments).result()

    def close(self) -> None:
        """Stop the worker after what it is doing."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def _replace(self, pool: ProcessPoolExecutor) -> None:
        _LOG.warning("the worker for results died; a new one takes over")
        with self._starting:
            if self._pool is pool:
                self._pool = None

    def _running(self) -> ProcessPoolExecutor:
        with self._starting:
            if self._pool is None:
                context = multiprocessing.get_context("spawn")  # a fork would copy the database connections
                self._pool = ProcessPoolExecutor(max_workers=1, mp_context=context, initializer=_end_with_parent)
                self._pool.submit(warm_up)
            return self._pool


class SharedWorker:
    """The worker of the supervisor of this process."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._waiting = ThreadPoolExecutor(max_workers=_WAITING)

    def warm_up(self) -> None:
        """Let the worker import what it needs, if it does not have it yet."""
        self._waiting.submit(self._ask, warm_up, ())

    async def run(self, work: Callable[..., Result], *arguments: Any) -> Result:
        """Return what a function returns there."""
        loop = asyncio.get_running_loop()
        succeeded, result = await loop.run_in_executor(self._waiting, self._ask, work, arguments)
        if not succeeded:
            raise result
        kept: Result = result
        return kept

    def close(self) -> None:
        """Stop waiting; others may need the worker."""
        self._waiting.shutdown(cancel_futures=True)

    def _ask(self, work: Callable[..., Any], arguments: tuple[Any, ...]) -> tuple[bool, Any]:
        with Client(self._address, "AF_UNIX", authkey=multiprocessing.current_process().authkey) as connection:
            connection.send((work, arguments))
            answer: tuple[bool, Any] = connection.recv()
            return answer


def worker_of_process() -> Worker:
    """Return the worker for this process: that of its supervisor when it has one."""
    address = os.environ.get(SOCKET)
    return SharedWorker(address) if address else OwnWorker()


@contextmanager
def sharing_worker(folder: Path) -> Iterator[None]:
    """Share one worker with the processes that are started from here. `folder` is closed to others."""
    address, worker, ending = str(folder / "reports"), OwnWorker(), threading.Event()
    # Processes that this one spawns have its key for such sockets.
    key = multiprocessing.current_process().authkey
    with Listener(address, "AF_UNIX", backlog=_BACKLOG, authkey=key) as listener:
        threading.Thread(target=_take_work, args=(listener, worker, ending), daemon=True).start()
        os.environ[SOCKET] = address
        try:
            yield
        finally:
            ending.set()
            del os.environ[SOCKET]
            worker.close()


def _take_work(listener: Listener, worker: OwnWorker, ending: threading.Event) -> None:
    while not ending.is_set():
        try:
            connection = listener.accept()
        except (EOFError, OSError, multiprocessing.AuthenticationError):
            continue  # whoever asked is gone, or is not one of ours
        threading.Thread(target=_do_work, args=(connection, worker), daemon=True).start()


def _do_work(connection: Connection, worker: OwnWorker) -> None:
    with suppress(EOFError, OSError), connection:  # whoever asked may be gone
        work, arguments = connection.recv()
        try:
            answer = (True, worker.run_and_wait(work, *arguments))
        except Exception as error:  # noqa: BLE001 - it is raised where it was asked for
            answer = (False, error)
        connection.send(answer)


def _end_with_parent() -> None:
    """End this worker when the server is killed: a pool alone would wait for ever."""
    parent = multiprocessing.parent_process()
    assert parent is not None

    def wait() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()
