"""Running the server: one process that answers, or several under a supervisor that starts a new one for each that dies.

Processes of several share nothing but the database, a folder with measures, and the worker that makes reports.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import tempfile
import threading
from pathlib import Path
from typing import Any, Final

import uvicorn
from litestar import Litestar

from ceo.logs import set_up_logs
from ceo.settings import Settings, read_settings
from ceo.web.measures import FOLDER
from ceo.web.report_workers import sharing_worker

_LOG: Final = logging.getLogger(__name__)
# No access log: addresses of letters hold codes. Where a request came from is read in `networks`, with our own setting. The log is set up
# by `logs`. Whoever has not read an answer after so many seconds does not keep the server from stopping.
_OPTIONS: Final[dict[str, Any]] = {
    "access_log": False,
    "log_config": None,
    "server_header": False,
    "proxy_headers": False,
    "timeout_graceful_shutdown": 20,
    "timeout_worker_healthcheck": 15,
}


def serve_alone(settings: Settings, host: str, port: int) -> None:
    """Answer requests in this process until it is told to stop."""
    from ceo.web.app import create_app

    set_up_logs(settings)
    _LOG.info("serving on %s:%d in one process", host, port)
    uvicorn.run(create_app(settings), host=host, port=port, **_OPTIONS)


def serve_demonstration(settings: Settings, host: str, port: int) -> None:
    """Answer requests in this process, and do long work in it too, until it is told to stop."""
    from ceo.web.app import create_app
    from ceo.web.working import working_beside

    set_up_logs(settings)
    uvicorn.run(create_app(settings, working_beside), host=host, port=port, **_OPTIONS)


def serve_together(settings: Settings, host: str, port: int, *, workers: int) -> None:
    """Answer requests in several processes, which read the settings of the environment themselves."""
    set_up_logs(settings)
    _LOG.info("serving on %s:%d in %d processes", host, port, workers)
    with tempfile.TemporaryDirectory(prefix="ceo-") as name:
        folder = Path(name)
        (folder / "measures").mkdir()
        os.environ[FOLDER] = str(folder / "measures")
        with sharing_worker(folder):
            uvicorn.run(
                "ceo.web.serving:create_worker", factory=True, workers=workers, host=host, port=port, **_OPTIONS
            )


def create_worker() -> Litestar:
    """Return the application of one of several processes; it stops when its supervisor is gone."""
    from ceo.web.app import create_app

    settings = read_settings()
    set_up_logs(settings)
    threading.Thread(target=_stop_after, args=(multiprocessing.parent_process(),), daemon=True).start()
    return create_app(settings)


def _stop_after(supervisor: Any) -> None:
    supervisor.join()
    os.kill(os.getpid(), signal.SIGTERM)
