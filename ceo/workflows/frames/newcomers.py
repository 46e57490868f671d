"""New people of a round that goes on: they join the frame, fall in a stratum, and are drawn by a number that is theirs for good.

A newcomer is drawn when their permanent random number, as a fraction of the largest one, is below the share of the stratum that the draw
took. So everybody of a stratum has the same chance, whenever they came in, and anybody with the seed finds the same people. What is new
about somebody makes no stratum of a few: who has only what nobody had before waits until ten such people are there.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from sqlalchemy import update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from analysis.drawing import random_number
from ceo.settings import Settings
from ceo.storage.clients import Client, ClientStatus, Sample, SamplingFrame
from ceo.storage.rounds import Round, RoundDesign, RoundStage, Stratum
from ceo.storage.tenancy import tenant_of
from ceo.workflows.frames.choices import FrameChoices
from ceo.workflows.frames.composition import joined, preview, read_composition
from ceo.workflows.frames.loading import BATCH, add_people
from ceo.workflows.frames.merging import FramePerson
from ceo.workflows.frames.sample_design import SampleDesign
from ceo.workflows.frames.stratifying import (
    SMALLEST,
    TOGETHER,
    Stratification,
    came_in_since,
    count_names,
    names_of,
    stratify,
    was_in_draw,
)
from ceo.workflows.rounds.design import GOES_ON, Design

_LARGEST: Final = 2**256


@dataclass(slots=True)
class TakenIn:
    """What came of people who were sent in. `known`: were there already; `added` and `drawn` of the others by stratum.

    `waiting`: who is in no stratum yet, of these and of earlier ones.
    """

    people: int = 0
    added: Counter[str] = field(default_factory=Counter)
    drawn: Counter[str] = field(default_factory=Counter)
    excluded: int = 0
    known: int = 0
    waiting: int = 0

    def document(self) -> dict[str, Any]:
        """Return it as JSON: numbers only."""
        return {
            "added": dict(sorted(self.added.items())),
            "drawn": dict(sorted(self.drawn.items())),
            "excluded": self.excluded,
            "known": self.known,
            "waiting": self.waiting,
        }


@dataclass(frozen=True, slots=True)
class Intake:
    """How people come in. `name`: of the list or the day, under which it is counted; `way` is "file" or "api"."""

    round_id: int
    choices: FrameChoices
    today: date
    way: str
    name: str


async def why_nobody_comes_in(session: AsyncSession, round_id: int) -> str:
    """Return why new people cannot come into a round: "not-continuous", "round-not-in-field" or "not-drawn"; "" when they can."""
    its_round, planned = await session.get(Round, round_id), await session.get(RoundDesign, round_id)
    if its_round is None or planned is None or Design.model_validate(planned.document).moment not in GOES_ON:
        return "not-continuous"
    if its_round.stage != RoundStage.FIELD:
        return "round-not-in-field"
    return "" if await session.get(Sample, round_id) is not None else "not-drawn"


async def take_in(session: AsyncSession, settings: Settings, intake: Intake, people: Sequence[FramePerson]) -> TakenIn:
    """Let people join the frame and the sample of a round, within its transaction. Who is there already stays as they are."""
    sample = await session.get_one(Sample, intake.round_id, with_for_update=True)
    known = await _known(session, intake.round_id, [person.person_hash for person in people])
    new = [person for person in people if person.person_hash not in known]
    taken = TakenIn(people=len(people), known=len(people) - len(new))
    for start in range(0, len(new), BATCH):
        batch = new[start : start + BATCH]
        left_out = await add_people(
            session, settings, intake.round_id, batch, choices=intake.choices, today=intake.today, came_in=intake.today
        )
        taken.excluded += left_out.total()
    if new:
        await _place(session, sample, intake, taken)
        await _grow_frame(session, sample, intake.round_id, new)
    _count(sample, intake, taken)
    await session.flush()
    return taken


def is_included(person: str, stratum: str, *, seed: str, drawn: int, population: int) -> bool:
    """Return whether somebody who came in later is drawn: u / 2^256 < n_h / N_h, with u the permanent random number.

    n_h of the N_h clients of the stratum were drawn. Each newcomer is drawn with probability n_h/N_h, apart from all others: Bernoulli
    sampling. Source: Ohlsson (1995), as at `analysis.drawing.random_number`.

    >>> [is_included(f"client {n}", "Vervoer", seed="2027", drawn=1, population=2) for n in range(5)]
    [False, False, False, True, False]
    """
    return int.from_bytes(random_number(seed, stratum, person), "big") * population < drawn * _LARGEST


async def newcomers_hold(session: AsyncSession, sample: Sample) -> bool:
    """Return whether those who came in later are drawn exactly when their numbers say so."""
    statement = select(Client.person_hash, Client.stratum, Client.status).where(
        col(Client.round_id) == sample.round_id, came_in_since().is_not(None), col(Client.stratum) != ""
    )
    drawn, states = ClientStatus.DRAWN.value, {ClientStatus.DRAWN.value, ClientStatus.ELIGIBLE.value}
    return all(
        status == ClientStatus.EXCLUDED.value
        or (status in states and (status == drawn) == _is_drawn(sample, person, stratum))
        for person, stratum, status in await session.exec(statement)
    )


async def _known(session: AsyncSession, round_id: int, hashes: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(hashes), BATCH):
        some = col(Client.person_hash).in_(hashes[start : start + BATCH])
        found.update(await session.exec(select(Client.person_hash).where(col(Client.round_id) == round_id, some)))
    return found


async def _place(session: AsyncSession, sample: Sample, intake: Intake, taken: TakenIn) -> None:
    """Give newcomers, and those who waited, a stratum; draw them; raise the numbers of clients."""
    by = SampleDesign.model_validate(sample.design["design"]).stratify_by
    strata = stratify(by, await count_names(session, by, was_in_draw(intake.round_id)))
    unplaced = select(Client.id, Client.person_hash, Client.traits).where(
        col(Client.round_id) == intake.round_id,
        col(Client.status) == ClientStatus.ELIGIBLE.value,
        col(Client.stratum) == "",
        came_in_since().is_not(None),
    )
    people = {row[0]: (row[1], row[2]) for row in await session.exec(unplaced)}
    placed = _strata_of(strata, {known: traits for known, (_, traits) in people.items()}, sample)
    states: dict[tuple[str, ClientStatus], list[str]] = {}
    for client_id, stratum in placed.items():
        status = ClientStatus.DRAWN if _is_drawn(sample, people[client_id][0], stratum) else ClientStatus.ELIGIBLE
        states.setdefault((stratum, status), []).append(client_id)
    for (stratum, status), ids in states.items():
        await _mark(session, ids, stratum, status)
        taken.added[stratum] += len(ids)
        taken.drawn[stratum] += len(ids) if status is ClientStatus.DRAWN else 0
    taken.drawn = +taken.drawn
    taken.waiting = len(people) - len(placed)
    await _raise_populations(session, intake.round_id, taken.added)


async def _mark(session: AsyncSession, ids: Sequence[str], stratum: str, status: ClientStatus) -> None:
    for start in range(0, len(ids), BATCH):
        marking = update(Client).where(col(Client.id).in_(ids[start : start + BATCH]))
        values = {"stratum": stratum, "status": status.value}
        await session.exec(marking.values(**values).execution_options(synchronize_session=False))


async def _raise_populations(session: AsyncSession, round_id: int, added: Mapping[str, int]) -> None:
    for name, number in added.items():
        row = await session.get(Stratum, (round_id, name))
        if row is None:
            session.add(Stratum(municipality=tenant_of(session), round_id=round_id, name=name, population=number))
        else:
            row.population += number


def _strata_of(strata: Stratification, people: Mapping[str, Mapping[str, Any]], sample: Sample) -> dict[str, str]:
    """Return the stratum of each of some people; who waits is not in it."""
    later = _later_strata(sample)
    placed: dict[str, str] = {}
    others: dict[str, list[str]] = {}
    for client_id, traits in people.items():
        names = names_of(strata.by, traits)
        stratum = strata.nearest(traits) or next((name for name in (*sorted(names), TOGETHER) if name in later), None)
        if stratum is not None:
            placed[client_id] = stratum
        else:
            others.setdefault(min(names), []).append(client_id)
    small = [ids for ids in others.values() if len(ids) < SMALLEST]
    placed.update({one: name for name, ids in others.items() if len(ids) >= SMALLEST for one in ids})
    if sum(map(len, small)) >= SMALLEST:
        placed.update({one: TOGETHER for ids in small for one in ids})
    return placed


def _later_strata(sample: Sample) -> frozenset[str]:
    """Return the strata that came after the draw: everybody in them is drawn."""
    added = {name for one in sample.design.get("inflows", ()) for name in one["added"]}
    return frozenset(added - set(sample.design["strata"]))


def _is_drawn(sample: Sample, person: str, stratum: str) -> bool:
    population, drawn, _ = sample.design["strata"].get(stratum, (1, 1, 0))
    return is_included(person, stratum, seed=sample.seed, drawn=drawn, population=population)


async def _grow_frame(session: AsyncSession, sample: Sample, round_id: int, new: Sequence[FramePerson]) -> None:
    """Let the row of the frame tell of newcomers; its digest runs on over them."""
    frame = await session.get_one(SamplingFrame, round_id, with_for_update=True)
    digest = hashlib.sha256(f"{frame.digest}\n".encode())
    for person in sorted(new, key=lambda one: one.person_hash):
        traits = json.dumps(person.traits, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        digest.update(f"{person.person_hash} {traits}\n".encode())
    frame.digest, frame.clients = f"sha256:{digest.hexdigest()}", frame.clients + len(new)
    sample.design = {**sample.design, "grown_digest": frame.digest}
    hashes = [person.person_hash for person in new]
    if "by" in frame.summary:
        found: list[tuple[Mapping[str, Any], str | None]] = []
        for start in range(0, len(hashes), BATCH):
            some = col(Client.person_hash).in_(hashes[start : start + BATCH])
            rows = select(Client.traits, Client.excluded_because).where(col(Client.round_id) == round_id, some)
            found.extend((traits, because) for traits, because in await session.exec(rows))
        composition = joined(read_composition(frame.summary), preview(found))
        frame.summary = {**frame.summary, **composition.document()}


def _count(sample: Sample, intake: Intake, taken: TakenIn) -> None:
    """Add what came of people to the inflow of this list, or of this day."""
    entry = {"on": intake.today.isoformat(), "way": intake.way, "name": intake.name, **taken.document()}
    inflows = list(sample.design.get("inflows", ()))
    same = next((place for place, one in enumerate(inflows) if one["name"] == intake.name), None)
    if same is None:
        inflows.append(entry)
    else:
        before = inflows[same]
        for key in ("added", "drawn"):
            entry[key] = dict(sorted((Counter(before[key]) + Counter(entry[key])).items()))
        for key in ("excluded", "known"):
            entry[key] += before[key]
        inflows[same] = entry
    sample.design = {**sample.design, "inflows": inflows}
