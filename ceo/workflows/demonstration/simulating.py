"""Simulating the clients of a municipality who answered, as a sealed round of them."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from multiprocessing import get_context
from typing import Final

from ceo.storage.contacts import InvitationState

QUESTIONNAIRE: Final = "nl.ceo.wmo@2"
# Of those who were asked.
RESPONSE: Final = 0.4


@dataclass(frozen=True, slots=True)
class Simulation:
    """A municipality whose clients answer: how many there are (`populations`, by stratum), and how many of them answer."""

    code: str
    measurement: str
    title: str
    populations: Mapping[str, int]
    respondents: int
    today: date


@dataclass(frozen=True, slots=True)
class Simulated:
    """The snapshot of a municipality as a file, and what became of the invitations, by stratum."""

    content: bytes
    digest: str
    submissions: int
    fieldwork: dict[str, dict[str, int]]


def _simulate(given: Simulation) -> Simulated:
    """Return the snapshot of one municipality; in another process, so it loads what it needs itself."""
    from analysis.snapshots import SealedFacts, SealedRow, digest_of, make_snapshot, write_snapshot
    from questionnaires.answering import seal
    from questionnaires.answers import answers_to_json
    from questionnaires.codebook import build_codebook
    from questionnaires.loading import load_shipped
    from questionnaires.publishing import publish
    from questionnaires.simulation import simulate_answers

    questionnaire = load_shipped(QUESTIONNAIRE)
    published = publish(questionnaire)
    rng = random.Random(f"national {given.code}")  # noqa: S311 - a simulation, not a secret
    tendency = rng.gauss(0, 0.22)
    names, shares = list(given.populations), list(given.populations.values())
    rows = [
        SealedRow(
            stratum=rng.choices(names, shares)[0],
            version=published.content_hash,
            mode="web",
            language="nl",
            register="plain",
            respondent="client",
            received_on=given.today - timedelta(days=40),
            answers=answers_to_json(
                seal(questionnaire, simulate_answers(questionnaire, rng, tendency=tendency)).answers
            ),
        )
        for _ in range(given.respondents)
    ]
    opens, closes = fieldwork_days(given.today)
    facts = SealedFacts(given.code, given.measurement, given.title, opens, closes, "anonymous", dict(given.populations))
    codebooks = [build_codebook(published)]
    snapshot = make_snapshot(facts, rows, codebooks)
    fieldwork = _fieldwork(given, Counter(row.stratum for row in rows))
    return Simulated(write_snapshot(snapshot, codebooks), digest_of(snapshot), len(snapshot.rows), fieldwork)


def _fieldwork(given: Simulation, answered: Mapping[str, int]) -> dict[str, dict[str, int]]:
    """Return the invitations of each stratum by state, as if everywhere the same share of those who were asked had answered."""
    part = given.respondents / RESPONSE / sum(given.populations.values())
    found: dict[str, dict[str, int]] = {}
    for stratum, clients in given.populations.items():
        complete = answered.get(stratum, 0)
        invited = min(clients, max(complete, round(part * clients)))
        found[stratum] = {
            InvitationState.COMPLETE.value: complete,
            InvitationState.OPEN.value: max(invited - complete, 0),
        }
    return found


def fieldwork_days(today: date) -> tuple[date, date]:
    """Return the first and the last day of fieldwork."""
    return today - timedelta(days=70), today - timedelta(days=35)


@asynccontextmanager
async def simulating(processes: int) -> AsyncIterator[Callable[[Simulation], asyncio.Future[Simulated]]]:
    """Simulate municipalities in other processes, or in a thread when there is to be one only."""
    loop = asyncio.get_running_loop()
    if processes <= 1:
        yield lambda given: loop.run_in_executor(None, _simulate, given)
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        yield lambda given: loop.run_in_executor(pool, _simulate, given)
