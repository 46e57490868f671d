"""How long verifying the record of what staff did takes, and how much memory: 100,000 rows beside 10,000 in one run.

Run: python benchmarks/audit.py [--url postgresql://...]. Without an address in SQLite, in a folder that is removed afterwards. With one the
database must be empty; it is filled, and left.

The ratio of the times is what counts: about ten means linear time. Time is processor time of this process, the least of some rounds: a
neighbour can only add to it. Memory is the peak of what Python holds while it verifies, above what
it held before.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import tracemalloc
from datetime import UTC, datetime, timedelta
from time import process_time
from typing import Any

from sqlmodel import insert

from ceo.settings import Settings, read_settings
from ceo.storage.audit import AuditRecord
from ceo.storage.database import Database, open_database
from ceo.storage.tenancy import tenant_transaction
from ceo.workflows.audit.recording import BEGINNING, digest_of, plain
from ceo.workflows.audit.verifying import verify_chains
from ceo.workflows.installation.installing import install

FEW, MANY = 10_000, 100_000
# Each length in a municipality of its own.
PLACES = {FEW: "GM0193", MANY: "GM0344"}
BATCH = 2_000
ROUNDS = 3


async def fill(database: Database, place: str, length: int) -> None:
    """Write a chain of a length, as it would be after years of changes."""
    previous, began = BEGINNING, datetime(2026, 1, 1, tzinfo=UTC)
    for start in range(1, length + 1, BATCH):
        rows = []
        for number in range(start, min(start + BATCH, length + 1)):
            fields: dict[str, Any] = {
                "place": place,
                "number": number,
                "at": began + timedelta(minutes=number),
                "actor": f"{number % 40:032x}",
                "action": "round.changed",
                "object_kind": "round",
                "object_id": str(number % 300),
                "before": plain({"title": "Uw ervaringen", "closes_on": "2026-12-31", "results_shown": False}),
                "after": plain({"title": "Uw ervaringen", "closes_on": "2027-01-31", "results_shown": True}),
                "previous": previous,
            }
            previous = digest_of(fields)
            rows.append({**fields, "digest": previous})
        async with tenant_transaction(database, place) as session:
            await session.exec(insert(AuditRecord), params=rows)


async def seconds(database: Database, length: int) -> float:
    """Return the shortest time of some rounds."""
    times = []
    for _ in range(ROUNDS):
        began = process_time()
        (chain,) = await verify_chains(database, place=PLACES[length])
        times.append(process_time() - began)
        assert (chain.records, chain.breaks) == (length, ())
    return min(times)


async def peak(database: Database, length: int) -> float:
    """Return the peak of memory in MB, above what was held before."""
    tracemalloc.start()
    await verify_chains(database, place=PLACES[length])
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most / 1e6


async def measure(settings: Settings) -> None:
    """Fill a database, and print what verifying takes."""
    await install(settings)
    async with open_database(settings.database_url) as database:
        for length, place in PLACES.items():
            await fill(database, place, length)
        few, many = [await seconds(database, length) for length in PLACES]
        print(f"{'rows':>8} {'seconds':>8} {'peak MB':>8}")
        for length, took in ((FEW, few), (MANY, many)):
            print(f"{length:>8} {took:>8.2f} {await peak(database, length):>8.1f}")
        print(f"time of {MANY:,} / time of {FEW:,}: {many / few:.1f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="")
    given = parser.parse_args().url
    with tempfile.TemporaryDirectory() as folder:
        environment = {"CEO_DATA": folder, "CEO_SECRET_KEY": "5e" * 32}
        asyncio.run(measure(read_settings(environment | ({"CEO_DATABASE_URL": given} if given else {}))))
