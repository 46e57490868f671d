"""The process in which reports are made: it holds the heavy libraries, so that the processes that answer requests need not.

A server of one process has a worker of its own. A server of several has one together: its supervisor keeps it (`sharing_worker`), and the
others ask it over a socket that only they can use (`SharedWorker`).
"""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import signal
import threading
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing.connection import Client, Connection, Listener, answer_challenge, deliver_challenge
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

from ceo.workflows.results.reporting import NEEDED, warm_up

_LOG: Final = logging.getLogger(__name__)
# The variable in which a supervisor tells the processes of a server where its worker is.
SOCKET: Final = "_CEO_REPORT_WORKER"
# How many pages of one process wait for the shared worker at once.
_WAITING: Final = 8
_BACKLOG: Final = 64
# Seconds that a worker, and the thread that takes work for it, get to end by themselves.
_ENDING: Final = 5
# Seconds after nobody could be let in, such as when too many files are open.
_REST: Final = 0.2

Result = TypeVar("Result")


class Worker(Protocol):
    """Runs functions of `ceo.workflows.results.reporting` in another process."""

    def warm_up(self) -> None:
        """Let the worker import at once what it needs."""

    async def run(self, work: Callable[..., Result], *arguments: Any) -> Result:
        """Return what a function returns there."""

    def close(self) -> None:
        """Stop."""


class WorkerDiedError(Exception):
    """The worker ended in the midst of a piece of work, and so did the one that took its place."""


class OwnWorker:
    """A worker process of this process. It starts when there is something for it.

    One thread here gives it one piece of work after the other over a pipe, which ends when the worker dies. A pool of the standard
    library cannot be used: when a worker of it dies after somebody stopped waiting, everybody else waits for ever (Python 3.11).
    """

    def __init__(self) -> None:
        self._asking = ThreadPoolExecutor(max_workers=1, thread_name_prefix="results")
        self._process: BaseProcess | None = None
        self._line: Connection | None = None

    def warm_up(self) -> None:
        """Start the worker, if it does not run yet."""
        self._asking.submit(self._running)

    async def run(self, work: Callable[..., Result], *arguments: Any) -> Result:
        """Return what a function returns there. A worker that died (out of memory, killed) is replaced, and the work done once more."""
        return await asyncio.get_running_loop().run_in_executor(self._asking, self._do, work, arguments)

    def run_and_wait(self, work: Callable[..., Result], *arguments: Any) -> Result:
        """Do the same in a thread."""
        return self._asking.submit(self._do, work, arguments).result()

    def close(self) -> None:
        """Stop the worker after what it is doing."""
        self._asking.shutdown(cancel_futures=True)
        self._end()

    def _do(self, work: Callable[..., Result], arguments: tuple[Any, ...]) -> Result:
        try:
            succeeded, result = self._ask(work, arguments)
        except (EOFError, OSError):
            _LOG.warning("the worker for results died; a new one takes over")
            self._end()
            try:
                succeeded, result = self._ask(work, arguments)
            except (EOFError, OSError) as error:
                self._end()
                raise WorkerDiedError from error
        if not succeeded:
            raise result
        kept: Result = result
        return kept

    def _ask(self, work: Callable[..., Any], arguments: tuple[Any, ...]) -> tuple[bool, Any]:
        line = self._running()
        line.send((work, arguments))
        answer: tuple[bool, Any] = line.recv()
        return answer

    def _running(self) -> Connection:
        if self._line is None:
            # From a process that has imported everything and nothing else: a fork of this one would copy its database connections.
            context = multiprocessing.get_context("forkserver")
            context.set_forkserver_preload([__name__, *NEEDED])
            self._line, theirs = context.Pipe()
            self._process = context.Process(target=_serve, args=(theirs,), daemon=True)
            self._process.start()
            theirs.close()  # theirs alone now: when it is gone, nothing is waited for
        return self._line

    def _end(self) -> None:
        if self._line is not None:
            self._line.close()
        if self._process is not None and self._process.pid is not None:
            self._process.join(_ENDING)
            self._process.kill()
            self._process.join()
        self._line = self._process = None


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
    with Listener(address, "AF_UNIX", backlog=_BACKLOG) as listener:
        taking = threading.Thread(target=_take_work, args=(listener, worker, key, ending), daemon=True)
        taking.start()
        os.environ[SOCKET] = address
        try:
            yield
        finally:
            ending.set()
            del os.environ[SOCKET]
            with suppress(OSError), Client(address, "AF_UNIX"):
                taking.join(_ENDING)  # it waits for somebody to come in, which this just did
            worker.close()


def _take_work(listener: Listener, worker: OwnWorker, key: bytes, ending: threading.Event) -> None:
    while not ending.is_set():
        try:
            connection = listener.accept()
        except OSError:
            ending.wait(_REST)
            continue
        threading.Thread(target=_do_work, args=(connection, worker, key), daemon=True).start()


def _do_work(connection: Connection, worker: OwnWorker, key: bytes) -> None:
    # Whoever asked may be gone, or is none of ours. That is found out here: who says nothing keeps nobody else waiting.
    with suppress(EOFError, OSError, multiprocessing.AuthenticationError), connection:
        deliver_challenge(connection, key)
        answer_challenge(connection, key)
        work, arguments = connection.recv()
        try:
            answer = (True, worker.run_and_wait(work, *arguments))
        except Exception as error:  # noqa: BLE001 - it is raised where it was asked for
            answer = (False, error)
        connection.send(answer)


def _serve(line: Connection) -> None:
    """Do what is asked over a line, in the worker, until nobody is at its other end."""
    _end_with_parent()
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # Ctrl+C reaches all processes at once; the server decides what is finished
    warm_up()
    with line, suppress(EOFError, OSError):
        while True:
            work, arguments = line.recv()
            line.send(_done(work, arguments))


def _done(work: Callable[..., Any], arguments: tuple[Any, ...]) -> tuple[bool, Any]:
    try:
        return True, work(*arguments)
    except Exception as error:  # noqa: BLE001 - it is raised where it was asked for
        error.add_note("".join(traceback.format_tb(error.__traceback__)))
        return False, error


def _end_with_parent() -> None:
    """End this worker when the server is killed: a pool alone would wait for ever."""
    parent = multiprocessing.parent_process()
    assert parent is not None

    def wait() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()
