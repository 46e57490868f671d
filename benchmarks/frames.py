"""How long loading a client list takes, and how much memory: 100,000 rows beside 10,000 in one run.

Run: python benchmarks/frames.py [--format csv|xlsx|ods] [--url postgresql://...]. Without an address in SQLite, in a folder that is removed
afterwards. With one the database must be empty; it is filled, and left.

Each list is kept as an upload is, and loaded by the job itself: read, checked, merged, written in batches, counted, and its digest taken,
with names and addresses sealed. The ratios are what counts: about ten means linear. Time is processor time of this process, which on
PostgreSQL leaves out the server's own. Memory is that of the process above what it was before, at its peak while the job runs, each length
in a process of its own: what Python holds and what its libraries do.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import sys
import tempfile
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path
from time import process_time

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from arrangements import UTRECHT, arrange_round
from installation import settings_on
from made_lists import HEAD, made_list, with_mistakes, written_csv, written_ods, written_xlsx

from ceo.settings import Settings
from ceo.storage.database import Database, open_database
from ceo.storage.kept_files import FilePurpose
from ceo.workflows.frames.choices import FrameChoices
from ceo.workflows.frames.frame_state import read_frame_state
from ceo.workflows.frames.mapping import columns_of, suggest_columns
from ceo.workflows.frames.receiving import ListLook, look_at_list, order_list, receive_list
from ceo.workflows.installation.installing import install
from ceo.workflows.jobs.worker import work_off
from ceo.workflows.kept_files.keeping import FileFacts

FEW, MANY = 10_000, 100_000
WRITERS = {"csv": written_csv, "xlsx": written_xlsx, "ods": written_ods}
NOW = datetime(2026, 11, 1, 9, tzinfo=UTC)


async def _stream(file: Path) -> AsyncIterator[bytes]:
    with file.open("rb") as opened:
        while piece := opened.read(65_536):
            yield piece


async def keep(database: Database, settings: Settings, file: Path, *, round_id: int) -> None:
    """Keep a list as an upload is, and ask for it to be loaded."""
    facts = FileFacts(round_id, FilePurpose.CLIENT_LIST, "lijst", "", "bench")
    keys = settings.encryption_keys
    file_id = await receive_list(database, keys, facts, _stream(file), municipality=UTRECHT, now=NOW)
    assert isinstance(file_id, str), file_id
    look = await look_at_list(database, keys, UTRECHT, file_id)
    assert isinstance(look, ListLook), look
    kept = (await read_frame_state(database, UTRECHT, round_id)).file
    assert kept is not None
    columns = columns_of(suggest_columns(HEAD))
    await order_list(
        database, UTRECHT, kept, look, columns, FrameChoices(), opens_on=date(2026, 11, 1), today=NOW.date(), actor="bench", now=NOW
    )  # fmt: skip


async def load(url: str, folder: Path, file: Path, measurement: str) -> tuple[float, int, int]:
    """Load a list; return the processor time in seconds, the memory in kB, and how many people or faults there were."""
    settings = settings_on(url, folder)
    async with open_database(url) as database:
        opened = await arrange_round(database, settings, measurement=measurement)
        await keep(database, settings, file, round_id=opened.round_id)
        # The peak begins anew; `ru_maxrss` would be that of the process which started this one.
        reset_peak()
        held, began = memory_of("VmRSS"), process_time()
        await work_off(database, settings, clock=lambda: NOW)
        took = process_time() - began
        state = await read_frame_state(database, UTRECHT, opened.round_id)
        assert state.job is not None
        assert state.job.state == "done", state.job.fault
        found = state.faults.total if state.faults else (state.job.result or {})["people"]
        return took, memory_of("VmHWM") - held, found


def reset_peak() -> None:
    """Let Linux count the peak of this process's memory from now on."""
    Path("/proc/self/clear_refs").write_text("5")


def memory_of(name: str) -> int:
    """Return what Linux says of the memory of this process, in kB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


def measured(
    url: str, folder: str, file: str, measurement: str, told: multiprocessing.Queue[tuple[float, int, int]]
) -> None:
    """Load a list in this process, and tell what it took."""
    told.put(asyncio.run(load(url, Path(folder), Path(file), measurement)))


def main() -> None:
    """Print a line for each length, without mistakes and with, and the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--format", choices=WRITERS, default="csv")
    parser.add_argument("--url")
    options = parser.parse_args()
    spawning = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as name:
        url = options.url or f"sqlite+aiosqlite:///{Path(name) / 'ceo.sqlite3'}"
        asyncio.run(install(settings_on(url, Path(name))))
        for what in ("right", "37 mistakes"):
            taken = {}
            for rows in (FEW, MANY):
                made = made_list(rows, seed=1)
                if what != "right":
                    made, _ = with_mistakes(made, 37, seed=1)
                file = Path(name) / f"{rows}.{options.format}"
                file.write_bytes(WRITERS[options.format](made))
                told = spawning.Queue()
                measurement = f"m-{rows}-{what[:2].strip()}"
                process = spawning.Process(target=measured, args=(url, name, str(file), measurement, told))
                process.start()
                seconds, memory, found = taken[rows] = told.get(timeout=1800)
                process.join()
                each = f"{rows / seconds:8,.0f} rows/s {memory / 1024:7.1f} MB more"
                size = file.stat().st_size / 1e6
                print(
                    f"{options.format} {what:<12}{rows:>8,} rows {size:6.1f} MB {seconds:7.2f} s {each}  found {found:,}"
                )
            ratios = [taken[MANY][place] / max(taken[FEW][place], 1e-9) for place in (0, 1)]
            print(f"    ratio: time {ratios[0]:.1f}, memory {ratios[1]:.1f}")


if __name__ == "__main__":
    main()
