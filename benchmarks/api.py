"""What reading a national release costs: one indicator over all areas, the whole release as CSV, and asking whether it changed.

    python benchmarks/api.py [--respondents 100000] [--requests 100] [--keep FOLDER]

Real `ceo serve` on SQLite, one client, one request at a time. CPU of the serving process in requests of a bare Litestar hello; a whole
file also in units of copying the same bytes from file to file. What the writers take is measured apart, in units of writing CSV. `--keep`
makes the release in a folder that stays, and takes it from there the next time. Memory is that of the serving process, at its peak.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import resource
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import httpx
from servers import Server, serving_ceo, serving_hello, settings_on

from ceo.clock import now
from ceo.settings import Settings
from ceo.storage.database import open_database
from ceo.workflows.demonstration.national import MEASUREMENT, NationalPlan, seed_national
from ceo.workflows.installation.installing import install
from ceo.workflows.releases.reading import Cubes, find_release
from ceo.workflows.releases.ready import make_files_ready
from exports.release.cube import SealedCube
from exports.release.formats import RELEASE_FORMATS

EDITION = f"/api/v1/releases/{MEASUREMENT}/1"
ONE_INDICATOR = f"{EDITION}/figures?indicator=wmo_toegang&breakdown="
QUESTIONS = {
    "one indicator, all areas, JSON": (ONE_INDICATOR, {}),
    "the same, CSV": (ONE_INDICATOR, {"accept": "text/csv"}),
    "a thousand figures of all, JSON": (f"{EDITION}/figures", {}),
    "one municipality, everything, CSV": (f"{EDITION}/figures?area=GM0344&format=csv", {}),
    "areas": (f"{EDITION}/areas", {}),
}
WORKBOOKS = ("xlsx", "ods")
_SMALL = 5  # what the CPU clock cannot tell apart is repeated this many times more often
_addresses = count()


@dataclass(frozen=True)
class Taken:
    """What a whole file took: seconds of the clock and of the processor, bytes, and the peak of memory after it in MB."""

    seconds: float
    cpu: float
    size: int
    memory: float


def prepare(folder: Path, respondents: int) -> Settings:
    """Return an installation with a national release, made when it is not there yet."""
    settings = settings_on(f"sqlite+aiosqlite:///{folder / 'ceo.sqlite3'}", folder, "http://127.0.0.1")
    if (folder / "made").exists():
        return settings

    async def make() -> None:
        await install(settings)
        async with open_database(settings.database_url) as database:
            plan = NationalPlan(respondents=respondents)
            await seed_national(database, settings, plan, now=now(), told=lambda *_: None)

    asyncio.run(make())
    (folder / "made").touch()
    return settings


async def open_release(settings: Settings) -> SealedCube:
    """Return the release as its files are written of it."""
    async with open_database(settings.database_url) as database:
        row = await find_release(database, MEASUREMENT, 1, public=True)
        assert row is not None
        return await Cubes(settings.base_url).open(database, row)


async def make_ready(settings: Settings) -> None:
    """Write what a worker writes before anybody asks."""
    async with open_database(settings.database_url) as database:
        await make_files_ready(database, settings)


def writing(release: SealedCube) -> None:
    """Print what writing the workbooks takes, as the least of two times, and what it adds to the memory of this process."""
    reference = 0.0
    for extension in ("csv", *WORKBOOKS):
        before, taken, size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, [], 0
        for _ in range(2):
            began = time.process_time()
            size = sum(map(len, RELEASE_FORMATS[extension].write(release)))
            taken.append(time.process_time() - began)
        reference = reference or min(taken)
        more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        name = f"writing {extension.upper()}, {size / 1e6:.0f} MB"
        print(f"{name:<36}{min(taken):8.2f} s  {min(taken) / reference:8.1f} times CSV, {more:+.0f} MB of memory")


def fresh() -> dict[str, str]:
    """Return the head of a request from an address that did not ask yet: how much one may ask is not measured here."""
    number = next(_addresses)
    return {"x-forwarded-for": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"}


def measure(server: Server, ask: Callable[[httpx.Client, dict[str, str]], None], requests: int) -> float:
    """Return the processor time of a request in milliseconds."""
    with httpx.Client(base_url=f"http://127.0.0.1:{server.port}", timeout=600) as client:
        for _ in range(3):
            ask(client, fresh())
        # As programs do: some ten requests from one address.
        heads = [fresh() for _ in range(requests // 10 + 1)]
        before = server.cpu()
        for number in range(requests):
            ask(client, heads[number // 10])
        return 1000 * (server.cpu() - before) / requests


def asking(path: str, headers: dict[str, str], status: int = 200) -> Callable[[httpx.Client, dict[str, str]], None]:
    """Return what asks one question."""

    def ask(client: httpx.Client, head: dict[str, str]) -> None:
        answer = client.get(path, headers={**head, **headers})
        assert answer.status_code == status, (path, answer.status_code, answer.text[:300])

    return ask


def fetch(server: Server, path: str, target: Path) -> Taken:
    """Fetch a file as a stream, into a file."""
    began, cpu = time.perf_counter(), server.cpu()
    url = f"http://127.0.0.1:{server.port}{path}"
    with httpx.stream("GET", url, headers=fresh(), timeout=600) as answer, target.open("wb") as file:
        assert answer.status_code == 200, answer.status_code
        for part in answer.iter_raw():
            file.write(part)
    seconds = time.perf_counter() - began
    return Taken(seconds, server.cpu() - cpu, target.stat().st_size, peak_of(server))


def peak_of(server: Server) -> float:
    """Return the most memory that the serving process has used, in MB."""
    status = Path(f"/proc/{server.process}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def copying(source: Path, target: Path) -> float:
    """Return the seconds of processor that a raw copy takes: read and written, a part at a time."""
    taken = []
    for _ in range(5):
        before = time.process_time()
        with source.open("rb") as read, target.open("wb") as written:
            while part := read.read(256 * 1024):
                written.write(part)
        taken.append(time.process_time() - before)
    return min(taken)


def report(server: Server, hello: float, requests: int, folder: Path) -> None:
    """Print what everything costs."""
    for name, (path, headers) in QUESTIONS.items():
        cost = measure(server, asking(path, headers), requests)
        print(f"{name:<36}{cost:8.2f} ms {cost / hello:8.0f} hellos")
    tag = httpx.get(f"http://127.0.0.1:{server.port}{ONE_INDICATOR}", headers=fresh()).headers["etag"]
    known = measure(server, asking(ONE_INDICATOR, {"if-none-match": tag}, 304), _SMALL * requests)
    print(f"{'the same indicator, unchanged (304)':<36}{known:8.2f} ms {known / hello:8.0f} hellos")
    before = peak_of(server)
    target, copy = folder / "fetched.csv", folder / "copied.csv"
    names = ("whole release, CSV, the first time", "again", "and again")
    found = [fetch(server, f"{EDITION}/files/csv", target) for _ in names]
    raw = copying(target, copy)
    size = found[0].size / 1e6
    print(
        f"{'raw copy of the same ' + format(size, '.0f') + ' MB':<36}{raw * 1000:8.0f} ms {1000 * raw / hello:8.0f} hellos"
    )
    for name, one in zip(names, found, strict=True):
        print(
            f"{name:<36}{one.cpu * 1000:8.0f} ms {1000 * one.cpu / hello:8.0f} hellos {one.cpu / raw:8.1f} copies "
            f"{one.size / 1e6 / one.seconds:8.0f} MB/s, {one.memory - before:+.0f} MB of memory (from {before:.0f})"
        )


def ready(server: Server, folder: Path) -> None:
    """Print what it costs to send the workbooks that a worker wrote before."""
    for extension in WORKBOOKS:
        target, copy = folder / f"fetched.{extension}", folder / f"copied.{extension}"
        before = peak_of(server)
        one = fetch(server, f"{EDITION}/files/{extension}", target)
        name = f"whole release, {extension.upper()}, {one.size / 1e6:.0f} MB, ready"
        print(
            f"{name:<36}{one.cpu * 1000:8.0f} ms {one.cpu / copying(target, copy):8.1f} copies "
            f"{one.size / 1e6 / one.seconds:8.0f} MB/s, {one.memory - before:+.0f} MB of memory (from {before:.0f})"
        )


def cold(settings: Settings) -> None:
    """Print what the memory of a server that has read no figure yet does while it sends the whole release."""
    with serving_ceo(settings) as server, tempfile.TemporaryDirectory() as name:
        httpx.get(f"http://127.0.0.1:{server.port}/api/v1", headers=fresh())
        start = peak_of(server)
        httpx.get(f"http://127.0.0.1:{server.port}{EDITION}/areas", headers=fresh(), timeout=600)
        opened = peak_of(server)
        one = fetch(server, f"{EDITION}/files/csv", Path(name) / "fetched.csv")
        print(f"memory: {start:.0f} MB at the start, {opened:.0f} with the cube open, {one.memory:.0f} after the file")


@contextmanager
def folder_of(kept: str) -> Iterator[Path]:
    """Yield the folder of the release."""
    if kept:
        Path(kept).mkdir(parents=True, exist_ok=True)
        yield Path(kept)
        return
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def main() -> None:
    """Print a table: a line a question."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--respondents", type=int, default=100_000)
    parser.add_argument("--requests", type=int, default=100)
    parser.add_argument("--keep", default="", help="folder of the release; made when it is not there")
    options = parser.parse_args()
    # So that requests can come from many addresses.
    os.environ["CEO_TRUSTED_PROXIES"] = "127.0.0.1/32"
    with serving_hello() as server:
        hello = measure(server, asking("/", {}), 20 * options.requests)
    print(f"hello: {hello:.3f} ms of CPU")
    with folder_of(options.keep) as folder, tempfile.TemporaryDirectory() as beside:
        settings = prepare(folder, options.respondents)
        writing(asyncio.run(open_release(settings)))
        asyncio.run(make_ready(settings))
        cold(settings)
        with serving_ceo(settings) as server:
            ready(server, Path(beside))
        with serving_ceo(settings) as server:
            report(server, hello, options.requests, Path(beside))
        shutil.rmtree(beside, ignore_errors=True)


if __name__ == "__main__":
    main()
