"""What the server measures of itself, for Prometheus: requests by route, saves, and connections. Nothing about who did what.

With several processes each of them keeps its numbers in files of a shared folder (`PROMETHEUS_MULTIPROC_DIR`, which `ceo serve --workers`
sets before this module is imported), and whichever process is asked adds them up.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Final

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from sqlalchemy import event

from ceo.storage.database import Database

FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"
# In seconds. A page takes milliseconds; what takes longer than ten seconds was given up.
_TIMES: Final = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)
_SIZES: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500)
# For requests that belong to no route: their addresses could be anything.
_NO_ROUTE: Final = "-"
_OTHER_METHOD: Final = "-"
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"})

_REQUESTS: Final = Counter("ceo_requests", "Requests that were answered", ("method", "route", "status"))
_SECONDS: Final = Histogram("ceo_request_seconds", "Time until an answer began", ("method", "route"), buckets=_TIMES)
_BATCHES: Final = Histogram("ceo_save_batch_size", "Saves of answers in one commit", buckets=_SIZES)
_WAITING: Final = Histogram("ceo_save_seconds", "Time until a save of answers was committed", buckets=_TIMES)
_QUEUED: Final = Gauge("ceo_saves_waiting", "Saves of answers that wait for their commit", multiprocess_mode="livesum")
_CONNECTIONS: Final = Gauge(
    "ceo_database_connections_used", "Database connections in use", ("use",), multiprocess_mode="livesum"
)
_JOBS: Final = Gauge(
    "ceo_jobs",
    "Jobs by state: due (a worker could take them), running, failed",
    ("state",),
    multiprocess_mode="mostrecent",
)
_PROCESSES: Final = Gauge("ceo_processes", "Processes that answer requests", multiprocess_mode="livesum")


def count_request(method: str, route: str, status: int, seconds: float) -> None:
    """Count a request that was answered, and the time that it took. `route` is "" when there was none."""
    known = method if method in _METHODS else _OTHER_METHOD
    count, time = _of_route(known, route or _NO_ROUTE, f"{status // 100}xx")
    count.inc()
    time.observe(seconds)


class SaveMeasures:
    """Measures what a commit group does."""

    def queued(self) -> None:
        """A save begins to wait."""
        _QUEUED.inc()

    def written(self, saves: int) -> None:
        """A batch is committed."""
        _BATCHES.observe(saves)

    def answered(self, seconds: float) -> None:
        """A save is done, or has failed, after waiting this long."""
        _QUEUED.dec()
        _WAITING.observe(seconds)


def measure_process(database: Database) -> None:
    """Count this process, and from here on the connections that it uses."""
    _PROCESSES.set(1)
    engines = {"writing": database.writer, "reading": database.reader}
    if database.writer is database.reader:
        engines = {"both": database.writer}
    for use, engine in engines.items():
        gauge = _CONNECTIONS.labels(use)
        gauge.set(0)
        event.listen(engine.sync_engine, "checkout", lambda *_, gauge=gauge: gauge.inc())
        event.listen(engine.sync_engine, "checkin", lambda *_, gauge=gauge: gauge.dec())


def measure_jobs(counts: Mapping[str, float]) -> None:
    """Keep how many jobs there are in each state, as they were just counted."""
    for state, number in counts.items():
        _JOBS.labels(state).set(number)


def written_measures() -> bytes:
    """Return all measures of all processes, as Prometheus reads them."""
    return generate_latest(_registry())


def _registry() -> CollectorRegistry:
    folder = os.environ.get(FOLDER)
    if folder is None:
        return REGISTRY
    _forget_dead(Path(folder))
    registry = CollectorRegistry()
    MultiProcessCollector(registry, folder)  # type: ignore[no-untyped-call]  # the library has no types here
    return registry


def _forget_dead(folder: Path) -> None:
    """Take away what processes that were killed use no more; what they counted stays."""
    for file in folder.glob("gauge_live*_*.db"):
        process = int(file.stem.rpartition("_")[2])
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            with suppress(FileNotFoundError):  # another process was first
                mark_process_dead(process, str(folder))  # type: ignore[no-untyped-call]  # nor here


@lru_cache(maxsize=4096)
def _of_route(method: str, route: str, status: str) -> tuple[Counter, Histogram]:
    return _REQUESTS.labels(method, route, status), _SECONDS.labels(method, route)
