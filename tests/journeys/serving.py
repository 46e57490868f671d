"""The real server in a process of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ceo.settings import Settings


@contextmanager
def serving(settings: Settings, log: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Run `ceo serve` on a free port; yield the process and its address. What it logs is added to a file."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ,
        "CEO_DATA": str(settings.data_folder),
        "CEO_DATABASE_URL": settings.database_url,
        "CEO_BASE_URL": f"http://127.0.0.1:{port}",
        "CEO_SECRET_KEY": settings.secret_key.hex(),
    }
    command = [sys.executable, "-c", "from ceo.cli import main; main()", "serve", "--port", str(port)]
    with log.open("ab") as stream:
        server = subprocess.Popen(command, env=environment, stdout=stream, stderr=stream)
    try:
        _wait_for(port, server, log)
        yield server, f"http://127.0.0.1:{port}"
    finally:
        if server.poll() is None:
            server.send_signal(signal.SIGTERM)
        server.wait(timeout=30)


def _wait_for(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 30
    while True:
        assert server.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
