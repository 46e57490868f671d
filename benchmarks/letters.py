"""How long a worker takes for 5,000 letters, how much memory, and how long others wait meanwhile before they can write.

Run: python benchmarks/letters.py [--people 5000] [--url postgresql://...]. Without an address in SQLite, in a folder that is removed
afterwards. With one the database must be empty; it is filled, and left.

The job is the one of `ceo worker`, all of it: codes, opening addresses, PDF in files of 500, and sealing those in the database. Time is
processor time of this process, and beside it the time on the clock. Beside it stands a floor: making the QR codes alone, without which
there is no letter.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import resource
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from sqlmodel import insert, select, update

from ceo.clock import dutch_day, now
from ceo.settings import Settings, read_settings
from ceo.storage.clients import Client, ClientStatus, Contact
from ceo.storage.database import Database, open_database
from ceo.storage.kept_files import KeptFile
from ceo.storage.letters import LetterKind
from ceo.storage.rounds import Round, RoundStage
from ceo.storage.tenancy import tenant_reading, tenant_transaction
from ceo.workflows.frames.contacts import seal_contact
from ceo.workflows.frames.listed import ContactDetails
from ceo.workflows.installation.installing import install
from ceo.workflows.inviting.letter_desk import order_letters
from ceo.workflows.inviting.orders import Order
from ceo.workflows.jobs.kinds import JobKind
from ceo.workflows.jobs.worker import work_off
from ceo.workflows.publish import publish_questionnaire
from ceo.workflows.rounds.opening import RoundPlan, open_round
from exports.letters.qr_codes import qr_path
from questionnaires.loading import load_shipped

PLACE = "GM0344"
BATCH = 1000


async def fill(database: Database, settings: Settings, people: int) -> int:
    """Draw people with addresses for a round in the field; return its id."""
    published = await publish_questionnaire(database, load_shipped("wmo@2"), now=now())
    today = dutch_day()
    plan = RoundPlan(
        municipality=PLACE,
        measurement="wmo",
        title="Ervaringen met hulp",
        questionnaire_hash=published.content_hash,
        opens_on=today,
        closes_on=today + timedelta(days=60),
        phone="14 030",
        populations={"Begeleiding": people},
    )
    round_id = await open_round(database, plan)
    keys = settings.encryption_keys
    for start in range(0, people, BATCH):
        numbers = range(start, min(start + BATCH, people))
        clients = [client(round_id, number) for number in numbers]
        contacts = [contact(keys, number) for number in numbers]
        async with tenant_transaction(database, PLACE) as session:
            await session.exec(update(Round).values(stage=RoundStage.FIELD.value))
            await session.exec(insert(Client), params=clients)
            await session.exec(insert(Contact), params=contacts)
    return round_id


def client(round_id: int, number: int) -> dict[str, Any]:
    """Somebody who was drawn."""
    return {
        "municipality": PLACE,
        "id": f"{number:032x}",
        "round_id": round_id,
        "person_hash": f"{number:064x}",
        "stratum": "Begeleiding",
        "traits": {},
        "status": ClientStatus.DRAWN.value,
        "draw_order": number + 1,
    }


def contact(keys: tuple[bytes, ...], number: int) -> dict[str, Any]:
    """How to reach them."""
    details = ContactDetails(f"Mevrouw A. de Vries-{number}", "", f"Oudegracht {number}", "3511 AB", "Utrecht")
    sealed = seal_contact(keys, f"{number:032x}", details, "nl")
    return {"municipality": PLACE, "id": f"{number:032x}", "by_post": True, "by_mail": False, "sealed": sealed}


def longest_wait(file: str, stopping: Event, told: Connection) -> None:
    """Take the write lock of a SQLite file again and again, in a process of its own; tell the longest that it took, in seconds."""
    longest = 0.0
    connection = sqlite3.connect(file, isolation_level=None, timeout=60)
    while not stopping.wait(0.2):
        began = perf_counter()
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("COMMIT")
        longest = max(longest, perf_counter() - began)
    told.send(longest)


@contextmanager
def waiting_beside(settings: Settings) -> Iterator[None]:
    """Print how long somebody else had to wait; on PostgreSQL nobody waits."""
    file = settings.database_url.partition(":///")[2]
    if "sqlite" not in settings.database_url:
        yield
        return
    spawning = multiprocessing.get_context("spawn")
    stopping, (here, there) = spawning.Event(), spawning.Pipe()
    other = spawning.Process(target=longest_wait, args=(file, stopping, there))
    other.start()
    yield
    stopping.set()
    print(f"somebody else waited {here.recv():.2f} s at most to write")
    other.join()


def floor(people: int) -> float:
    """Return how long the QR codes alone take."""
    began = process_time()
    for number in range(people):
        qr_path(f"https://ceo.utrecht.nl/GM0344/code/BCDF-GHJK-3467-LMNP-QRTV-{number:04}", 0, 0, 90)
    return process_time() - began


async def measure(url: str, folder: Path, people: int) -> None:
    """Make the letters, and tell."""
    settings = read_settings(
        {"CEO_DATA": str(folder), "CEO_DATABASE_URL": url, "CEO_BASE_URL": "https://ceo.utrecht.nl"}
    )
    await install(settings)
    async with open_database(settings.database_url) as database:
        round_id = await fill(database, settings, people)
        order = Order(LetterKind.INVITATION)
        await order_letters(database, PLACE, round_id, order, kind=JobKind.MAKE_LETTERS, actor="benchmark", now=now())
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        with waiting_beside(settings):
            began, clock = process_time(), perf_counter()
            await work_off(database, settings, clock=now)
            used, passed = process_time() - began, perf_counter() - clock
        async with tenant_reading(database, PLACE) as session:
            files = [row for row in await session.exec(select(KeptFile)) if row.name.endswith(".pdf")]
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{people} letters in {len(files)} files of {sum(row.size for row in files) / 1e6:.1f} MB together")
        print(
            f"{used:.1f} s of processor, {passed:.1f} s on the clock: {people / used:.0f} pages a second of processor"
        )
        print(f"peak memory {peak:.0f} MB, of which {memory:.0f} MB before")
        print(f"QR codes alone: {floor(people):.1f} s")


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=5000)
    parser.add_argument("--url", default="")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(given.url or f"sqlite:///{folder}/ceo.sqlite3", Path(folder), given.people))


if __name__ == "__main__":
    sys.exit(main())
