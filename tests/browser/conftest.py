"""A real browser on the real product: `ceo demo` in a process of its own, the Chromium without windows of Debian in front of it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from browser.staging import PAGE_TIMEOUT, Demonstration, Stage, staging
from journeys.serving import stop
from looking import OpenPage, keep_axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

# Seconds in which the demonstration is made: ten here, more where the disk is slow.
_LONGEST = 200
CHROMIUM = Path("/usr/bin/chromium-headless-shell")
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--in-process-gpu",
    "--disable-extensions",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--process-per-site",
    "--font-render-hinting=none",
]


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    """Start `ceo demo` in an empty folder, as the README says, and wait until it answers."""
    folder = tmp_path_factory.mktemp("demo")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with (folder / "printed.txt").open("w") as printed:
        command = [Path(sys.executable).with_name("ceo"), "demo", "--port", str(port)]
        server = subprocess.Popen(command, cwd=folder, stdout=printed, stderr=subprocess.STDOUT)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(server, address, folder / "printed.txt")
        data = folder / "ceo-demo"
        codes = json.loads((data / "demo-codes.json").read_text())
        yield Demonstration(address, codes, (folder / "printed.txt").read_text(), data)
    finally:
        stop(server)


def _wait_for(server: subprocess.Popen[bytes], address: str, printed: Path) -> None:
    deadline = time.monotonic() + _LONGEST
    while True:
        try:
            with urlopen(address, timeout=10):
                return
        except OSError:
            assert server.poll() is None, printed.read_text()
            assert time.monotonic() < deadline, printed.read_text()
            time.sleep(0.1)


# Of one module at most: while Playwright is there it holds the event loop, and other tests need one of their own.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium without windows, which costs less. On a desk without it these tests are skipped; in CI its absence is a failure."""
    if not CHROMIUM.exists():
        reason = f"{CHROMIUM} is not there: apt-get install chromium-headless-shell fonts-noto-core"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def stage(demonstration: Demonstration) -> Iterator[Stage]:
    """Where clients of our own are brought to where a test needs them."""
    with staging(demonstration) as opened:
        yield opened


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Return what opens a page of its own, like another person's browser. Script is off unless it is asked for."""
    contexts: list[BrowserContext] = []

    def open_one(width: int = 1280, *, script: bool = False) -> Page:
        viewport = {"width": width, "height": 900}
        context = browser.new_context(java_script_enabled=script, viewport=viewport, locale="nl-NL")
        context.set_default_timeout(PAGE_TIMEOUT)
        if script:
            keep_axe(context)
        contexts.append(context)
        return context.new_page()

    yield open_one
    for context in contexts:
        context.close()
