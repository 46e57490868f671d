"""Drawing the sample of a round: asking for it, and the work of it.

The list is read once, in order of the hashes of people, and only who is drawn is kept in memory. Then everybody gets a stratum, a
thousand people an effect; the sample itself is written last, so that half a draw is no draw. Taken up again after a crash the work reads
the same list, with the same seed, and goes on where it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import case, delete, func, null, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.clients import Client, ClientStatus, Sample, SamplingFrame
from ceo.storage.contacts import Invitation
from ceo.storage.database import Database
from ceo.storage.jobs import Job, JobState
from ceo.storage.rounds import Round, RoundStage, Stratum
from ceo.storage.tenancy import tenant_of, tenant_transaction
from ceo.workflows.audit.recording import record
from ceo.workflows.frames.redrawing import BATCH, DrawingRules, Redrawn, draw_again
from ceo.workflows.frames.sample_design import Refusal, SampleDesign, plan_drawing
from ceo.workflows.frames.stratifying import can_be_drawn
from ceo.workflows.jobs.kinds import JobKind
from ceo.workflows.jobs.queueing import queue_job
from ceo.workflows.jobs.working import JobFailedError, Working


async def ask_for_draw(  # noqa: PLR0913 - what was shown, and who wants it
    database: Database,
    municipality: str,
    round_id: int,
    design: SampleDesign,
    *,
    seed: str,
    frame_digest: str,
    actor: str,
    now: datetime,
) -> str | Refusal:
    """Let a worker draw a sample by the plan that was shown, of the list with this digest; return the id of the job, or why not."""
    plan = await plan_drawing(database, municipality, round_id, design)
    if isinstance(plan, Refusal):
        return plan
    payload = {
        "design": design.model_dump(mode="json"),
        "seed": seed,
        "frame_digest": frame_digest,
        "strata": plan.numbers(),
        "merged": list(plan.merged),
    }
    async with tenant_transaction(database, municipality) as session:
        refusal = await why_not_to_draw(session, round_id, frame_digest)
        if refusal is not None:
            return refusal
        return str(
            await queue_job(
                session,
                JobKind.DRAW_SAMPLE,
                actor=actor,
                now=now,
                round_id=round_id,
                payload=payload,
                once=f"draw-{round_id}",
            )
        )


async def draw_sample(working: Working) -> Mapping[str, Any]:
    """Draw the sample that a job asks for; return how many people are drawn and in reserve."""
    assert working.round_id is not None
    rules = DrawingRules.read(working.payload, working.payload["seed"])
    size = sum(population for population, _, _ in rules.numbers.values())
    redrawn = await draw_again(working.database, working.municipality, rules, can_be_drawn(working.round_id))
    if redrawn is None:
        raise JobFailedError(Refusal.FRAME_CHANGED.value)
    while working.step < len(redrawn.batches):
        done = min(size, (working.step + 1) * BATCH)
        async with working.effect(progress=done, size=size) as session:
            await _require_drawable(session, working)
            await _mark(session, working.round_id, redrawn, rules.numbers, batch=working.step)
    if working.step == len(redrawn.batches):
        async with working.effect(progress=size, size=size) as session:
            await _require_drawable(session, working)
            await _keep(session, working, redrawn)
    _, drawn, reserve = (sum(column) for column in zip(*rules.numbers.values(), strict=True))
    return {"drawn": drawn, "reserve": reserve, "strata": len(rules.numbers)}


async def why_not_to_draw(session: AsyncSession, round_id: int, frame_digest: str) -> Refusal | None:
    """Return why no sample can be drawn of the list with this digest; None when it can. The list stays until the transaction ends."""
    its_round = await session.get(Round, round_id)
    if its_round is None or its_round.stage not in {RoundStage.DRAFT, RoundStage.FIELD}:
        return Refusal.ROUND_OVER
    frame = await session.get(SamplingFrame, round_id, with_for_update=True)
    if frame is None:
        return Refusal.NO_FRAME
    if frame.digest != frame_digest:
        return Refusal.FRAME_CHANGED
    if await _is_loading(session, round_id):
        return Refusal.LIST_IS_LOADING
    if await session.get(Sample, round_id) is not None:
        return Refusal.DRAWN_BEFORE
    return Refusal.INVITED_BEFORE if await was_somebody_invited(session, round_id) else None


async def _is_loading(session: AsyncSession, round_id: int) -> bool:
    """Return whether a worker is about to put another list in the place of this one."""
    busy = select(Job.id).where(
        col(Job.round_id) == round_id,
        col(Job.kind) == JobKind.LOAD_CLIENTS.value,
        col(Job.state).in_((JobState.WAITING.value, JobState.RUNNING.value)),
    )
    return (await session.exec(busy.limit(1))).first() is not None


async def was_somebody_invited(session: AsyncSession, round_id: int) -> bool:
    """Return whether there is an invitation in a round, with a letter or handed out."""
    first = select(Invitation.access_hash).where(col(Invitation.round_id) == round_id).limit(1)
    return (await session.exec(first)).first() is not None


async def _require_drawable(session: AsyncSession, working: Working) -> None:
    assert working.round_id is not None
    refusal = await why_not_to_draw(session, working.round_id, working.payload["frame_digest"])
    if refusal is not None:
        raise JobFailedError(refusal.value)


async def _mark(
    session: AsyncSession, round_id: int, redrawn: Redrawn, numbers: Mapping[str, Sequence[int]], *, batch: int
) -> None:
    """Give the people of one batch their stratum, and those who are drawn their place. What a broken-off draw left is overwritten."""
    person, states = col(Client.person_hash), dict[tuple[str, ClientStatus], list[str]]()
    people = select(Client.person_hash, Client.traits).where(can_be_drawn(round_id), person <= redrawn.batches[batch])
    if batch:
        people = people.where(person > redrawn.batches[batch - 1])
    else:
        await _clear_excluded(session, round_id)
    for its_hash, traits in await session.exec(people):
        stratum = redrawn.strata.stratum_of(traits)
        if stratum is None:
            raise JobFailedError(Refusal.FRAME_CHANGED.value)
        status = status_of(redrawn.order.get(its_hash), numbers[stratum][1])
        states.setdefault((stratum, status), []).append(its_hash)
    for (stratum, status), hashes in states.items():
        orders = {its_hash: redrawn.order[its_hash] for its_hash in hashes if its_hash in redrawn.order}
        order = case(orders, value=person) if orders else null()
        those = update(Client).where(col(Client.round_id) == round_id, person.in_(hashes))
        marking = those.values(stratum=stratum, status=status.value, draw_order=order)
        await session.exec(marking.execution_options(synchronize_session=False))


async def _clear_excluded(session: AsyncSession, round_id: int) -> None:
    """Let those who were excluded after a broken-off draw stand in no stratum."""
    excluded = (col(Client.round_id) == round_id) & (col(Client.status) == ClientStatus.EXCLUDED.value)
    clearing = update(Client).where(excluded, col(Client.stratum) != "").values(stratum="", draw_order=None)
    await session.exec(clearing.execution_options(synchronize_session=False))


def status_of(order: int | None, drawn: int) -> ClientStatus:
    """Return what somebody is with a place in a stratum of which so many are drawn.

    >>> status_of(3, 3).value, status_of(4, 3).value, status_of(None, 3).value
    ('drawn', 'reserve', 'eligible')
    """
    if order is None:
        return ClientStatus.ELIGIBLE
    return ClientStatus.DRAWN if order <= drawn else ClientStatus.RESERVE


async def _keep(session: AsyncSession, working: Working, redrawn: Redrawn) -> None:
    """Write the sample, and the numbers of clients by which results are weighted."""
    assert working.round_id is not None
    payload, round_id, municipality = working.payload, working.round_id, tenant_of(session)
    numbers: Mapping[str, list[int]] = payload["strata"]
    if await _marked(session, round_id) != {name: its[1] + its[2] for name, its in numbers.items() if its[1] + its[2]}:
        raise JobFailedError(Refusal.FRAME_CHANGED.value)
    known = select(Stratum.name, Stratum.population).where(col(Stratum.round_id) == round_id)
    before = dict((await session.exec(known)).all())
    await session.exec(delete(Stratum).where(col(Stratum.round_id) == round_id))
    session.add_all(
        Stratum(municipality=municipality, round_id=round_id, name=name, population=its[0])
        for name, its in numbers.items()
    )
    facts = {"strata": numbers, "merged": payload["merged"], "drawn_from": redrawn.drawn_from}
    session.add(
        Sample(
            municipality=municipality,
            round_id=round_id,
            seed=payload["seed"],
            frame_digest=payload["frame_digest"],
            design={"design": payload["design"], **facts, "until": {}, "before": before},
            drawn_by=working.made_by,
            drawn_at=working.clock(),
        )
    )
    await session.flush()
    await record(
        session,
        municipality,
        actor=working.made_by,
        action="sample.drawn",
        object_kind="round",
        object_id=str(round_id),
        after={
            "strata": {name: its[0] for name, its in numbers.items()},
            "drawn": {name: its[1] for name, its in numbers.items()},
            "reserve": {name: its[2] for name, its in numbers.items()},
            "seed": payload["seed"],
            "frame_digest": payload["frame_digest"],
        },
        now=working.clock(),
    )


async def _marked(session: AsyncSession, round_id: int) -> dict[str, int]:
    counted = (
        select(Client.stratum, func.count())
        .where(col(Client.round_id) == round_id, col(Client.draw_order).is_not(None))
        .group_by(Client.stratum)
    )
    return dict((await session.exec(counted)).all())
