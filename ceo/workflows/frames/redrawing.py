"""Drawing from the list that is stored, as often as anybody likes: the same list, numbers and seed give the same people."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from analysis.drawing import Drawn, Quota, SampleDrawing
from ceo.storage.clients import Client
from ceo.storage.database import Database
from ceo.storage.tenancy import tenant_reading
from ceo.workflows.frames.sample_design import SampleDesign
from ceo.workflows.frames.stratifying import Stratification, count_names, stratify

# Hears how many of how many people were read.
Tell = Callable[[int, int], Awaitable[None]]
# People who are read or changed at once.
BATCH: Final = 1000


@dataclass(frozen=True, slots=True)
class DrawingRules:
    """What a draw follows. `numbers`: for each stratum how many clients there are, are drawn, and are in reserve."""

    design: SampleDesign
    numbers: Mapping[str, Sequence[int]]
    seed: str

    @classmethod
    def read(cls, document: Mapping[str, Any], seed: str) -> DrawingRules:
        """Return the rules as a job or a sample keeps them."""
        return cls(SampleDesign.model_validate(document["design"]), document["strata"], seed)


@dataclass(frozen=True, slots=True)
class Redrawn:
    """Who is drawn. `order`: by hash of the person, the place in the stratum from 1, those in reserve behind the others.

    `batches`: the last hash of each thousand people, in order. `drawn_from`: SHA-256 of everybody who could be drawn, with the stratum;
    `as_stored`: they stand in these strata.
    """

    strata: Stratification
    order: Mapping[str, int]
    batches: Sequence[str]
    drawn_from: str
    as_stored: bool


async def draw_again(
    database: Database,
    municipality: str,
    rules: DrawingRules,
    among: ColumnElement[bool],
    *,
    tell: Tell | None = None,
) -> Redrawn | None:
    """Return who is drawn among some clients; None when they are not those for whom the rules were made."""
    size = sum(population for population, _, _ in rules.numbers.values())
    quotas = {stratum: Quota(drawn, reserve) for stratum, (_, drawn, reserve) in rules.numbers.items()}
    drawing, digest, batches = SampleDrawing(quotas, seed=rules.seed), hashlib.sha256(), []
    by, as_stored = rules.design.stratify_by, True
    async with tenant_reading(database, municipality) as session:
        strata = stratify(by, await count_names(session, by, among))
        if strata.populations != {stratum: population for stratum, (population, _, _) in rules.numbers.items()}:
            return None
        async for people in _people(session, among):
            for person, traits, stored in people:
                stratum = strata.stratum_of(traits)
                if stratum is None:
                    return None  # somebody came in since the strata were counted
                drawing.add(person, stratum)
                digest.update(f"{person} {stratum}\n".encode())
                as_stored = as_stored and stored == stratum
            batches.append(people[-1][0])
            if tell is not None:
                await tell(min(size, len(batches) * BATCH), size)
    return Redrawn(strata, _order(drawing.drawn), batches, f"sha256:{digest.hexdigest()}", as_stored)


def _order(drawn: Mapping[str, Drawn]) -> dict[str, int]:
    return {
        person: place for its in drawn.values() for place, person in enumerate((*its.sample, *its.reserve), start=1)
    }


async def _people(
    session: AsyncSession, among: ColumnElement[bool]
) -> AsyncIterator[Sequence[tuple[str, Mapping[str, Any], str]]]:
    """Yield hash, traits and stratum of people in order of hash, a thousand at a time."""
    person = col(Client.person_hash)
    statement = select(Client.person_hash, Client.traits, Client.stratum).where(among).order_by(person).limit(BATCH)
    rows = (await session.exec(statement)).all()
    while rows:
        yield rows
        rows = (await session.exec(statement.where(person > rows[-1][0]))).all()
