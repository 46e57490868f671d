"""The sample that was drawn: looking at it, proving it, calling up the reserve, and undoing it while nobody was invited."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import case, delete, func, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.clients import Client, ClientStatus, Sample, SamplingFrame
from ceo.storage.database import Database
from ceo.storage.rounds import Round, RoundStage, Stratum
from ceo.storage.tenancy import tenant_of, tenant_reading, tenant_transaction
from ceo.workflows.audit.recording import record
from ceo.workflows.frames.drawing import status_of, was_somebody_invited
from ceo.workflows.frames.newcomers import newcomers_hold
from ceo.workflows.frames.redrawing import BATCH, DrawingRules, Tell, draw_again
from ceo.workflows.frames.sample_design import Refusal
from ceo.workflows.frames.stratifying import CAME_IN, came_in_since, was_in_draw

_EXCLUDED: Final = ClientStatus.EXCLUDED.value
_DRAWN: Final = ClientStatus.DRAWN.value
_RESERVE: Final = ClientStatus.RESERVE.value


@dataclass(frozen=True, slots=True)
class DrawnStratum:
    """A group of a sample: all clients when it was drawn, those who are drawn now, and those who are still in reserve."""

    name: str
    population: int
    drawn: int
    reserve: int

    @property
    def inclusion(self) -> float:
        """The share of its clients who are drawn, 0 to 1."""
        return self.drawn / self.population if self.population else 0.0


@dataclass(frozen=True, slots=True)
class SampleOverview:
    """How far the drawing of a round is. `is_half_drawn`: a draw was broken off. `withdrawn`: drawn, and excluded since then."""

    frame: SamplingFrame | None
    sample: Sample | None
    strata: Sequence[DrawnStratum]
    eligible: int
    withdrawn: int
    was_invited: bool
    is_half_drawn: bool

    @property
    def drawn(self) -> int:
        """The number of people who are drawn."""
        return sum(stratum.drawn for stratum in self.strata)

    @property
    def reserve(self) -> int:
        """The number of people in reserve."""
        return sum(stratum.reserve for stratum in self.strata)


async def read_sample(database: Database, municipality: str, round_id: int) -> SampleOverview:
    """Return how far the drawing of a round is, in a fixed number of queries."""
    async with tenant_reading(database, municipality) as session:
        frame, sample = await session.get(SamplingFrame, round_id), await session.get(Sample, round_id)
        states = await _states(session, round_id)
        invited = await was_somebody_invited(session, round_id)
    strata = tuple(
        DrawnStratum(name, number, states.get((name, _DRAWN), 0), states.get((name, _RESERVE), 0))
        for name, number in sorted(_populations(sample).items())
    )
    listed = sum(number for (_, status), number in states.items() if status != _EXCLUDED)
    excluded = sum(number for (name, status), number in states.items() if name and status == _EXCLUDED)
    half = sample is None and any(name for name, _ in states)
    return SampleOverview(frame, sample, strata, listed, excluded, invited, half)


async def verify_sample(database: Database, municipality: str, round_id: int, *, tell: Tell | None = None) -> bool:
    """Return whether the people who are drawn are those whom the stored list, design and seed give; False without a sample."""
    async with tenant_reading(database, municipality) as session:
        frame, sample = await session.get(SamplingFrame, round_id), await session.get(Sample, round_id)
    if frame is None or sample is None or frame.digest != sample.design.get("grown_digest", sample.frame_digest):
        return False
    rules = DrawingRules.read(sample.design, sample.seed)
    redrawn = await draw_again(database, municipality, rules, was_in_draw(round_id), tell=tell)
    if redrawn is None or redrawn.drawn_from != sample.design["drawn_from"] or not redrawn.as_stored:
        return False
    taken = {stratum: its[1] for stratum, its in rules.numbers.items()} | sample.design["until"]
    marked = col(Client.draw_order).is_not(None) | col(Client.status).in_((_DRAWN, _RESERVE))
    columns = select(Client.person_hash, Client.stratum, Client.status, Client.draw_order)
    async with tenant_reading(database, municipality) as session:
        if not await newcomers_hold(session, sample):
            return False
        rows = (await session.exec(columns.where(was_in_draw(round_id), marked))).all()
    as_marked = all(
        status in {status_of(order, taken.get(stratum, 0)), _EXCLUDED} for _, stratum, status, order in rows
    )
    return as_marked and {person: order for person, _, _, order in rows} == redrawn.order


async def undo_draw(
    database: Database, municipality: str, round_id: int, *, actor: str, now: datetime
) -> Refusal | None:
    """Let nobody be drawn any more, and give the round the groups back that it had before; return why that cannot be."""
    async with tenant_transaction(database, municipality) as session:
        sample = await session.get(Sample, round_id, with_for_update=True)
        if await was_somebody_invited(session, round_id):
            return Refusal.INVITED_BEFORE
        marked = select(Client.id).where(col(Client.round_id) == round_id, col(Client.stratum) != "").limit(1)
        if sample is None and (await session.exec(marked)).first() is None:
            return Refusal.NOT_DRAWN
        await _forget_coming_in(session, round_id)
        stays = case((col(Client.status) == _EXCLUDED, _EXCLUDED), else_=ClientStatus.ELIGIBLE.value)
        blank = update(Client).where(col(Client.round_id) == round_id)
        values = {"status": stays, "stratum": "", "draw_order": None}
        await session.exec(blank.values(**values).execution_options(synchronize_session=False))
        if sample is not None:
            await _restore_strata(session, round_id, sample.design["before"])
            await session.delete(sample)
        await session.flush()
        numbers = {name: its[1] for name, its in sample.design["strata"].items()} if sample is not None else {}
        before = {"drawn": numbers, "seed": sample.seed} if sample is not None else None
        await _record(session, round_id, "sample.undone", actor=actor, before=before, now=now)
    return None


async def call_reserve(session: AsyncSession, round_id: int, stratum: str, number: int) -> int:
    """Draw the next people of the reserve of a stratum as well, in order; return how many there were."""
    sample = await session.get(Sample, round_id, with_for_update=True)
    if sample is None:
        return 0
    next_ones = (
        select(Client.id, Client.draw_order)
        .where(
            col(Client.round_id) == round_id,
            col(Client.stratum) == stratum,
            col(Client.status) == _RESERVE,
        )
        .order_by(col(Client.draw_order))
        .limit(number)
    )
    called = (await session.exec(next_ones)).all()
    ids = [client_id for client_id, _ in called]
    for start in range(0, len(ids), BATCH):
        some = update(Client).where(col(Client.id).in_(ids[start : start + BATCH]))
        await session.exec(some.values(status=_DRAWN).execution_options(synchronize_session=False))
    if called:
        # Not how many: somebody in between may have been excluded.
        sample.design = {**sample.design, "until": {**sample.design["until"], stratum: called[-1][1]}}
    return len(ids)


async def call_reserves(
    database: Database, municipality: str, round_id: int, numbers: Mapping[str, int], *, actor: str, now: datetime
) -> Mapping[str, int] | Refusal:
    """Call up reserves in several strata, and record it; return how many there were in each, or why it cannot be."""
    async with tenant_transaction(database, municipality) as session:
        its_round = await session.get(Round, round_id)
        if its_round is None or its_round.stage not in {RoundStage.DRAFT, RoundStage.FIELD}:
            return Refusal.ROUND_OVER
        if await session.get(Sample, round_id) is None:
            return Refusal.NOT_DRAWN
        called = {
            stratum: await call_reserve(session, round_id, stratum, number) for stratum, number in numbers.items()
        }
        await session.flush()
        await _record(session, round_id, "sample.reserve-called", actor=actor, after={"drawn": called}, now=now)
    return called


def _populations(sample: Sample | None) -> Counter[str]:
    """Return how many clients each group has, with those who came in since it was drawn."""
    if sample is None:
        return Counter()
    populations = Counter({name: its[0] for name, its in sample.design["strata"].items()})
    for inflow in sample.design.get("inflows", ()):
        populations.update(inflow["added"])
    return populations


async def _forget_coming_in(session: AsyncSession, round_id: int) -> None:
    """Let who came in later be one of all clients: the next draw is from everybody."""
    for client in await session.exec(
        select(Client).where(col(Client.round_id) == round_id, came_in_since().is_not(None))
    ):
        client.traits = {name: value for name, value in client.traits.items() if name != CAME_IN}
    await session.flush()


async def _states(session: AsyncSession, round_id: int) -> dict[tuple[str, str], int]:
    """Return how many clients there are in each stratum and state."""
    counted = (
        select(Client.stratum, Client.status, func.count())
        .where(col(Client.round_id) == round_id)
        .group_by(Client.stratum, Client.status)
    )
    return {(stratum, status): number for stratum, status, number in await session.exec(counted)}


async def _restore_strata(session: AsyncSession, round_id: int, populations: Mapping[str, int]) -> None:
    await session.exec(delete(Stratum).where(col(Stratum.round_id) == round_id))
    session.add_all(
        Stratum(municipality=tenant_of(session), round_id=round_id, name=name, population=population)
        for name, population in populations.items()
    )


async def _record(
    session: AsyncSession,
    round_id: int,
    action: str,
    *,
    actor: str,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    now: datetime,
) -> None:
    await record(
        session,
        tenant_of(session),
        actor=actor,
        action=action,
        object_kind="round",
        object_id=str(round_id),
        before=before,
        after=after,
        now=now,
    )
