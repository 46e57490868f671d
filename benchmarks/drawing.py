"""What does drawing cost? Lists of 10,000 and of 100,000 people, drawn by a worker, proved and undone, each in a process of its own.

Run: python benchmarks/drawing.py [--people 10000,100000] [--databases sqlite,postgresql].

Ratios in one run: people a second of processor time of the large list to those of the small one (1 is linear), peak memory of the one to
the other, and the draw beside its floor, which is one keyed hash a person in a loop of the same process. The processor time is that of the
worker; what a PostgreSQL server does is in the seconds beside it only.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import resource
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

PLACE = "GM0344"
PRODUCTS = ("Hulp bij het huishouden", "Begeleiding", "Vervoer", "Wonen", "Dagbesteding")


def main() -> None:
    """Print what each size costs on each database."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", default="10000,100000")
    parser.add_argument("--databases", default="sqlite,postgresql")
    parser.add_argument("--measure", nargs=2, metavar=("URL", "PEOPLE"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.measure:
        print(*asyncio.run(measure(asked.measure[0], int(asked.measure[1]))))
        return
    print(
        "database    people   plan s   draw s (CPU)   people/s of CPU   in hashes   prove s   undo s   peak MB (before)"
    )
    for kind in asked.databases.split(","):
        rates, peaks = [], []
        for people in map(int, asked.people.split(",")):
            with address(kind) as url:
                command = [sys.executable, __file__, "--measure", url, str(people)]
                shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
            plan, draw, busy, floor, prove, undo, before, peak = map(float, shown)
            rates.append(people / busy)
            peaks.append(peak)
            print(
                f"{kind:<10}{people:>8}{plan:>9.2f}{draw:>9.2f}{busy:>7.2f}{people / busy:>15.0f}{busy / floor:>12.0f}"
                f"{prove:>10.2f}{undo:>9.2f}{peak:>10.0f} ({before:.0f})"
            )
        print(f"{kind:<10} pace of the last to the first {rates[-1] / rates[0]:.2f}, memory {peaks[-1] / peaks[0]:.2f}")


async def measure(url: str, people: int) -> list[float]:
    """Return seconds of plan, draw (also of the processor), its floor, proof and undoing, and megabytes before and at the peak."""
    from frames_made import NOON, round_to_draw_for
    from installation import settings_on

    from analysis.drawing import random_number
    from ceo.storage.database import open_database
    from ceo.workflows.frames.drawing import ask_for_draw
    from ceo.workflows.frames.drawn import undo_draw, verify_sample
    from ceo.workflows.frames.sample_design import DrawingPlan, Refusal, SampleDesign, plan_drawing
    from ceo.workflows.frames.stratifying import StratifyBy
    from ceo.workflows.installation.installing import install
    from ceo.workflows.jobs.worker import work_off

    settings = settings_on(url, Path(tempfile.gettempdir()))
    design = SampleDesign(stratify_by=StratifyBy.PRODUCT, invited=people // 10, response=0.35, reserve=0.2)
    await install(settings)
    seconds = []
    async with open_database(url) as database:
        round_id = await round_to_draw_for(database)
        await fill(database, round_id, people)
        await plan_drawing(database, PLACE, round_id, design)  # numpy is loaded
        before = peak_megabytes()
        begun = time.perf_counter()
        plan = await plan_drawing(database, PLACE, round_id, design)
        assert isinstance(plan, DrawingPlan), plan
        seconds.append(time.perf_counter() - begun)
        begun, busy = time.perf_counter(), time.process_time()
        job = await ask_for_draw(
            database, PLACE, round_id, design, seed="1", frame_digest=plan.frame_digest, actor="benchmark", now=NOON
        )
        assert not isinstance(job, Refusal), job
        assert await work_off(database, settings, clock=lambda: NOON) == 1
        seconds += [time.perf_counter() - begun, time.process_time() - busy]
        busy = time.process_time()
        for number in range(people):
            random_number("1", PRODUCTS[0], f"{number:064}")
        seconds.append(time.process_time() - busy)
        begun = time.perf_counter()
        assert await verify_sample(database, PLACE, round_id)
        seconds.append(time.perf_counter() - begun)
        begun = time.perf_counter()
        assert await undo_draw(database, PLACE, round_id, actor="benchmark", now=NOON) is None
        seconds.append(time.perf_counter() - begun)
    return [*seconds, before, peak_megabytes()]


async def fill(database: object, round_id: int, people: int) -> None:
    """Let people stand in the frame, a thousand at a time; every seventh has two products."""
    from frames_made import person_with, stand_in_frame
    from sqlmodel import insert

    from ceo.storage.clients import Client
    from ceo.storage.tenancy import tenant_transaction

    await stand_in_frame(database, round_id, {"first": person_with(PRODUCTS[0])})  # type: ignore[arg-type]
    for first in range(1, people, 1000):
        rows = [
            {
                "municipality": PLACE,
                "id": uuid.UUID(int=number).hex,
                "round_id": round_id,
                "person_hash": f"{uuid.uuid5(uuid.NAMESPACE_OID, str(number)).hex:0<64}",
                "traits": person_with(
                    [PRODUCTS[number % 5], PRODUCTS[number % 3]] if number % 7 == 0 else PRODUCTS[number % 5]
                ),
            }
            for number in range(first, min(first + 1000, people))
        ]
        async with tenant_transaction(database, PLACE) as session:  # type: ignore[arg-type]
            await session.exec(insert(Client), params=rows)


def peak_megabytes() -> float:
    """Return the most memory that this process had until now."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@contextlib.contextmanager
def address(kind: str) -> Iterator[str]:
    """Yield the address of an empty database."""
    from postgresql import create_database, running_postgresql

    with tempfile.TemporaryDirectory(prefix="ceo-drawing-") as folder:
        if kind == "sqlite":
            yield f"sqlite+aiosqlite:///{folder}/ceo.sqlite3"
            return
        Path(folder).chmod(0o755)
        with running_postgresql(Path(folder)) as server:
            create_database(server, "drawing")
            yield server.format(name="drawing")


if __name__ == "__main__":
    main()
