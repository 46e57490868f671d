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

# In seconds, for what takes a moment on a machine that is not busy.
PATIENCE = 60


@contextmanager
def serving(
    settings: Settings, log: Path, *, port: int | None = None, workers: int = 1
) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Run `ceo serve`, on a free port unless one is given; yield the process and its address. What it logs is added to a file."""
    port = port or free_port()
    environment = {
        **os.environ,
        "CEO_DATA": str(settings.data_folder),
        "CEO_DATABASE_URL": settings.database_url,
        "CEO_BASE_URL": f"http://127.0.0.1:{port}",
        "CEO_SECRET_KEY": settings.secret_key.hex(),
    }
    command = [sys.executable, "-c", "from ceo.cli import main; main()", "serve", "--port", str(port)]
    command += ["--workers", str(workers)] if workers > 1 else []
    with log.open("ab") as stream:
        server = subprocess.Popen(command, env=environment, stdout=stream, stderr=stream)
    try:
        _wait_for(port, server, log)
        yield server, f"http://127.0.0.1:{port}"
    finally:
        stop(server)


def stop(process: subprocess.Popen[bytes]) -> int:
    """Tell a process to stop, as a service is told; return what it ended with. One that does not stop is killed, and that is a failure."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        return process.wait(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(timeout=PATIENCE)
        raise


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def children_of(process: int) -> list[int]:
    """Return the processes that a process started."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(status.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue  # it ended while we looked
        if parent == process:
            found.append(int(status.parent.name))
    return found


def wait_until_gone(processes: list[int]) -> None:
    """Wait until processes have ended; one that nobody has waited for yet has ended too."""
    deadline = time.monotonic() + PATIENCE
    while left := [process for process in processes if _runs(process)]:
        assert time.monotonic() < deadline, left
        time.sleep(0.05)


def _runs(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _wait_for(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        assert server.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
