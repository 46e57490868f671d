"""Drawing from a stored list: what was planned is drawn, once, by groups, and anybody can draw it again."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import fields
from datetime import datetime
from typing import Any

import pytest
from arrangements import UTRECHT, ZWOLLE
from frames_made import NOON, clients_of, person_with, round_to_draw_for, stand_in_frame
from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from analysis.drawing import Quota
from analysis.drawing import draw_sample as draw_of_list
from ceo.settings import Settings
from ceo.storage.audit import AuditRecord
from ceo.storage.clients import Client, ClientStatus, Sample, SamplingFrame
from ceo.storage.database import Database
from ceo.storage.jobs import Job
from ceo.storage.rounds import Round, Stratum
from ceo.storage.tenancy import reading_across, tenant_reading, tenant_transaction
from ceo.workflows.frames import drawing, redrawing
from ceo.workflows.frames.drawing import ask_for_draw
from ceo.workflows.frames.drawn import call_reserves, read_sample, undo_draw, verify_sample
from ceo.workflows.frames.sample_design import DrawingPlan, Refusal, SampleDesign, plan_drawing
from ceo.workflows.frames.stratifying import StratifyBy, stratify
from ceo.workflows.frames.verifying import ask_to_verify, prove_sample
from ceo.workflows.inviting.codes import invite
from ceo.workflows.jobs.kinds import JobKind
from ceo.workflows.jobs.listing import find_job
from ceo.workflows.jobs.queueing import queue_job
from ceo.workflows.jobs.taking import take_job
from ceo.workflows.jobs.worker import work_off
from ceo.workflows.jobs.working import LEASE, JobFailedError, JobPostponedError, Working

pytestmark = pytest.mark.anyio

PEOPLE = {
    **{f"hulp {number}": person_with("Hulp") for number in range(60)},
    **{f"vervoer {number}": person_with("Vervoer") for number in range(20)},
    **{f"beide {number}": person_with(["Hulp", "Vervoer"]) for number in range(10)},
    **{f"niets {number}": person_with("Hulp", granted=False) for number in range(12)},
}
DESIGN = SampleDesign(stratify_by=StratifyBy.PRODUCT, invited=40, response=0.5, minimum=5, reserve=0.5)


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redrawing, "BATCH", 25)
    monkeypatch.setattr(drawing, "BATCH", 25)


async def framed(
    database: Database, people: Mapping[str, Mapping[str, Any]] = PEOPLE, **options: Any
) -> tuple[int, str]:
    round_id = await round_to_draw_for(database)
    return round_id, await stand_in_frame(database, round_id, people, **options)


async def draw(
    database: Database,
    settings: Settings,
    round_id: int,
    digest: str,
    *,
    design: SampleDesign = DESIGN,
    seed: str = "2027",
) -> Job:
    """Ask for a draw and let it be done; return the job."""
    job = await ask_for_draw(
        database, UTRECHT, round_id, design, seed=seed, frame_digest=digest, actor="noor", now=NOON
    )
    assert not isinstance(job, Refusal), job
    await work_off(database, settings, clock=lambda: NOON)
    async with tenant_reading(database, UTRECHT) as session:
        return await session.get_one(Job, job)


async def rows_of(database: Database, table: type[Any]) -> list[Any]:
    async with tenant_reading(database, UTRECHT) as session:
        return list(await session.exec(select(table)))


def numbers_drawn(clients: list[Client]) -> dict[str, tuple[int, int]]:
    states = Counter((client.stratum, client.status) for client in clients)
    return {name: (states[name, "drawn"], states[name, "reserve"]) for name, _ in states}


async def test_what_was_planned_is_drawn_and_the_groups_of_the_round_are_those_of_the_list(
    database: Database, installation_settings: Settings
) -> None:
    round_id, digest = await framed(database, excluded=["hulp 0", "niets 0"])
    plan = await plan_drawing(database, UTRECHT, round_id, DESIGN)
    assert isinstance(plan, DrawingPlan)
    assert [(part.name, part.population, part.invited, part.reserve) for part in plan.parts] == [
        ("Gevraagd, niet gekregen", 11, 10, 1),  # five respondents at 50 %
        ("Hulp", 59, 20, 10),
        ("Vervoer", 30, 10, 5),  # and those who have both: Vervoer is the rarest
    ]
    job = await draw(database, installation_settings, round_id, digest)
    assert (job.state, job.result) == ("done", {"drawn": 40, "reserve": 16, "strata": 3})
    clients = await clients_of(database, round_id)
    assert numbers_drawn(clients) == {
        "Gevraagd, niet gekregen": (10, 1),
        "Hulp": (20, 10),
        "Vervoer": (10, 5),
        "": (0, 0),  # the excluded
    }
    for name, (drawn, reserve) in numbers_drawn(clients).items():
        orders = sorted(it.draw_order for it in clients if it.stratum == name and it.draw_order)
        assert orders == list(range(1, drawn + reserve + 1))
    assert {row.name: row.population for row in await rows_of(database, Stratum)} == {
        part.name: part.population for part in plan.parts
    }
    [sample] = await rows_of(database, Sample)
    assert (sample.seed, sample.frame_digest, sample.drawn_by) == ("2027", digest, "noor")
    assert await verify_sample(database, UTRECHT, round_id)


async def test_the_people_are_those_whom_the_seed_gives(database: Database, installation_settings: Settings) -> None:
    round_id, digest = await framed(database)
    await draw(database, installation_settings, round_id, digest)
    clients = await clients_of(database, round_id)
    expected = draw_of_list(
        ((client.person_hash, client.stratum) for client in reversed(clients)),
        {name: Quota(*its) for name, its in numbers_drawn(clients).items()},
        seed="2027",
    )
    for name, its in expected.items():
        ordered = sorted(
            (it for it in clients if it.stratum == name and it.draw_order), key=lambda it: it.draw_order or 0
        )
        assert [it.person_hash for it in ordered] == [*its.sample, *its.reserve]
        assert {it.person_hash for it in ordered if it.status == "drawn"} == set(its.sample)


async def test_a_census_draws_everybody_who_is_not_excluded(
    database: Database, installation_settings: Settings
) -> None:
    round_id, digest = await framed(database, excluded=["hulp 3"])
    job = await draw(database, installation_settings, round_id, digest, design=SampleDesign(reserve=1.0))
    assert job.result == {"drawn": 101, "reserve": 0, "strata": 1}
    assert numbers_drawn(await clients_of(database, round_id)) == {"Alle cliënten": (101, 0), "": (0, 0)}


async def test_a_draw_that_is_killed_between_effects_goes_on_and_draws_the_same(
    database: Database, installation_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_id, digest = await framed(database)
    whole, die_at, steps = Working.effect, iter([2, 5]), []

    @asynccontextmanager
    async def mortal(working: Working, **shown: int) -> AsyncIterator[AsyncSession]:
        steps.append(working.step)
        async with whole(working, **shown) as session:
            yield session
            if working.step == dying.get("at"):
                dying["at"] = next(die_at, None)
                raise RuntimeError("killed")

    dying: dict[str, int | None] = {"at": 0}
    monkeypatch.setattr(Working, "effect", mortal)
    later: list[datetime] = []
    job = await ask_for_draw(
        database, UTRECHT, round_id, DESIGN, seed="2027", frame_digest=digest, actor="noor", now=NOON
    )
    for day in range(4):
        later.append(NOON.replace(day=22 + day))
        await work_off(database, installation_settings, clock=lambda: later[-1])
        if day == 0:
            overview = await read_sample(database, UTRECHT, round_id)
            assert (overview.sample, overview.is_half_drawn) == (None, False)
    async with tenant_reading(database, UTRECHT) as session:
        assert (await session.get_one(Job, job)).state == "done"
    assert steps == [0, 0, 1, 2, 2, 3, 4, 5, 5]  # 102 people in batches of 25, and the sample
    assert await verify_sample(database, UTRECHT, round_id)
    assert len(await rows_of(database, AuditRecord)) == 1


async def test_who_is_excluded_after_a_draw_that_was_broken_off_is_not_drawn_by_the_next_one(
    database: Database, installation_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_id, digest = await framed(database)

    async def refuse(*_: Any) -> None:
        raise JobFailedError("frame-changed")

    with monkeypatch.context() as patch:
        patch.setattr(drawing, "_keep", refuse)
        job = await draw(database, installation_settings, round_id, digest)
    assert job.state == "failed"
    overview = await read_sample(database, UTRECHT, round_id)
    assert (overview.sample, overview.is_half_drawn, overview.eligible) == (None, True, 102)
    out = next(client for client in await clients_of(database, round_id) if client.status == "drawn")
    async with tenant_transaction(database, UTRECHT) as session:
        (await session.get_one(Client, out.id)).status = ClientStatus.EXCLUDED.value
    job = await draw(database, installation_settings, round_id, digest)
    assert job.state == "done"
    found = next(client for client in await clients_of(database, round_id) if client.id == out.id)
    assert (found.status, found.stratum, found.draw_order) == ("excluded", "", None)
    assert await verify_sample(database, UTRECHT, round_id)
    assert (await read_sample(database, UTRECHT, round_id)).drawn == 40


async def test_nothing_is_drawn_of_a_list_that_is_not_the_one_that_was_shown(
    database: Database, installation_settings: Settings
) -> None:
    round_id, digest = await framed(database)
    asking = {"seed": "1", "actor": "noor", "now": NOON}
    shown = await ask_for_draw(database, UTRECHT, round_id, DESIGN, frame_digest="sha256:other", **asking)
    assert shown is Refusal.FRAME_CHANGED
    await ask_for_draw(database, UTRECHT, round_id, DESIGN, frame_digest=digest, **asking)
    async with tenant_transaction(database, UTRECHT) as session:  # somebody opts out before the worker comes
        first = (await session.exec(select(Client).order_by(col(Client.id)).limit(1))).one()
        first.status = ClientStatus.EXCLUDED.value
    await work_off(database, installation_settings, clock=lambda: NOON)
    [job] = await rows_of(database, Job)
    assert (job.state, job.fault) == ("failed", "frame-changed")
    assert await rows_of(database, Sample) == []


async def test_nothing_is_drawn_twice_nor_after_somebody_was_invited_nor_in_a_closed_round(
    database: Database, installation_settings: Settings
) -> None:
    round_id, digest = await framed(database)
    asking: dict[str, Any] = {"seed": "1", "frame_digest": digest, "actor": "noor", "now": NOON}
    await draw(database, installation_settings, round_id, digest)
    assert await ask_for_draw(database, UTRECHT, round_id, DESIGN, **asking) is Refusal.DRAWN_BEFORE
    await undo_draw(database, UTRECHT, round_id, actor="noor", now=NOON)
    key = installation_settings.secret_key
    await invite(database, key, municipality=UTRECHT, round_id=round_id, numbers={"Allen": 1})
    assert await ask_for_draw(database, UTRECHT, round_id, DESIGN, **asking) is Refusal.INVITED_BEFORE
    async with tenant_transaction(database, UTRECHT) as session:
        (await session.get_one(Round, round_id)).stage = "closed"
    assert await ask_for_draw(database, UTRECHT, round_id, DESIGN, **asking) is Refusal.ROUND_OVER
    assert await call_reserves(database, UTRECHT, round_id, {"Hulp": 1}, actor="noor", now=NOON) is Refusal.ROUND_OVER


async def test_undoing_gives_back_what_was_there_before(database: Database, installation_settings: Settings) -> None:
    round_id, digest = await framed(database, excluded=["hulp 1"])
    before = [client.model_dump() for client in await clients_of(database, round_id)]
    assert await undo_draw(database, UTRECHT, round_id, actor="noor", now=NOON) is Refusal.NOT_DRAWN
    await draw(database, installation_settings, round_id, digest)
    assert await undo_draw(database, UTRECHT, round_id, actor="noor", now=NOON) is None
    assert [client.model_dump() for client in await clients_of(database, round_id)] == before
    assert {row.name: row.population for row in await rows_of(database, Stratum)} == {"Allen": 7}
    assert await rows_of(database, Sample) == []
    job = await draw(database, installation_settings, round_id, digest, seed="another")
    assert job.state == "done"


async def test_a_draw_is_not_undone_when_somebody_was_invited(
    database: Database, installation_settings: Settings
) -> None:
    round_id, digest = await framed(database)
    await draw(database, installation_settings, round_id, digest)
    key = installation_settings.secret_key
    await invite(database, key, municipality=UTRECHT, round_id=round_id, numbers={"Hulp": 1})
    assert await undo_draw(database, UTRECHT, round_id, actor="noor", now=NOON) is Refusal.INVITED_BEFORE
    assert await verify_sample(database, UTRECHT, round_id)


async def test_the_reserve_is_called_up_in_order_and_no_further_than_it_goes(
    database: Database, installation_settings: Settings
) -> None:
    round_id, digest = await framed(database)
    await draw(database, installation_settings, round_id, digest)
    called = await call_reserves(database, UTRECHT, round_id, {"Hulp": 4, "Vervoer": 99}, actor="noor", now=NOON)
    assert called == {"Hulp": 4, "Vervoer": 5}
    clients = await clients_of(database, round_id)
    assert numbers_drawn(clients)["Hulp"] == (24, 6)
    assert numbers_drawn(clients)["Vervoer"] == (15, 0)
    drawn = {client.draw_order for client in clients if client.stratum == "Hulp" and client.status == "drawn"}
    assert drawn == set(range(1, 25))
    assert await verify_sample(database, UTRECHT, round_id)
    overview = await read_sample(database, UTRECHT, round_id)
    assert [(it.name, it.drawn, it.reserve) for it in overview.strata] == [
        ("Gevraagd, niet gekregen", 10, 2),
        ("Hulp", 24, 6),
        ("Vervoer", 15, 0),
    ]
    assert overview.strata[1].inclusion == pytest.approx(24 / 60)


async def test_who_left_the_reserve_is_passed_over(database: Database, installation_settings: Settings) -> None:
    round_id, digest = await framed(database)
    await draw(database, installation_settings, round_id, digest)
    reserve = [it for it in await clients_of(database, round_id) if (it.stratum, it.status) == ("Hulp", "reserve")]
    first, second, *_ = sorted(reserve, key=lambda client: client.draw_order or 0)
    async with tenant_transaction(database, UTRECHT) as session:
        (await session.get_one(Client, first.id)).status = ClientStatus.EXCLUDED.value
    await call_reserves(database, UTRECHT, round_id, {"Hulp": 1}, actor="noor", now=NOON)
    states = {client.id: client.status for client in await clients_of(database, round_id)}
    assert (states[first.id], states[second.id]) == ("excluded", "drawn")
    assert await verify_sample(database, UTRECHT, round_id)
    overview = await read_sample(database, UTRECHT, round_id)
    assert (overview.drawn, overview.reserve, overview.withdrawn) == (41, 15, 1)


async def test_a_sample_that_somebody_changed_is_found(database: Database, installation_settings: Settings) -> None:
    round_id, digest = await framed(database)
    assert not await verify_sample(database, UTRECHT, round_id)
    await draw(database, installation_settings, round_id, digest)
    clients = await clients_of(database, round_id)
    out = next(client for client in clients if client.status == "drawn")
    other = next(client for client in clients if client.status == "eligible" and client.stratum == out.stratum)

    async def change(person: Client, **values: Any) -> bool:
        async with tenant_transaction(database, UTRECHT) as session:
            await session.exec(update(Client).where(col(Client.id) == person.id).values(**values))
        return await verify_sample(database, UTRECHT, round_id)

    assert not await change(out, status="eligible", draw_order=None)
    assert not await change(other, status="drawn", draw_order=out.draw_order)
    assert not await change(out, status="drawn", draw_order=out.draw_order)
    assert await change(other, status="eligible", draw_order=None)
    assert not await change(other, traits=person_with("Wonen"))
    assert await change(other, traits=other.traits)
    assert await change(out, status="excluded"), "who opts out after the draw was drawn all the same"
    async with tenant_transaction(database, UTRECHT) as session:
        (await session.get_one(SamplingFrame, round_id)).digest = "sha256:new"
    assert not await verify_sample(database, UTRECHT, round_id)


async def test_a_worker_proves_a_draw_and_shows_how_far_it_is(
    database: Database, installation_settings: Settings
) -> None:
    round_id, digest = await framed(database)
    await draw(database, installation_settings, round_id, digest)
    size = sum(client.stratum != "" for client in await clients_of(database, round_id))
    asked = [await ask_to_verify(database, UTRECHT, round_id, actor="noor", now=NOON) for _ in range(2)]
    assert asked[0] == asked[1], "once is enough"
    await work_off(database, installation_settings, clock=lambda: NOON)
    job = await find_job(database, UTRECHT, asked[0])
    assert job is not None
    assert (job.state, job.result, job.progress, job.size) == ("done", {"same": True}, size, size)

    await undo_draw(database, UTRECHT, round_id, actor="noor", now=NOON)
    asked[0] = await ask_to_verify(database, UTRECHT, round_id, actor="noor", now=NOON)
    await work_off(database, installation_settings, clock=lambda: NOON)
    job = await find_job(database, UTRECHT, asked[0])
    assert job is not None
    assert (job.state, job.fault) == ("failed", "not-drawn")


async def test_a_list_that_changes_during_the_proof_is_looked_at_again(
    database: Database, installation_settings: Settings
) -> None:
    round_id, digest = await framed(database)
    await draw(database, installation_settings, round_id, digest)
    job_id = await ask_to_verify(database, UTRECHT, round_id, actor="noor", now=NOON)
    taken = await take_job(database, now=NOON, lease_time=LEASE)
    assert taken is not None
    working = Working(database, installation_settings, UTRECHT, job_id, taken.lease, round_id, {}, 0, lambda: NOON)

    class Meanwhile(Working):
        async def show(self, progress: int, size: int) -> None:
            """Call up the reserve while the list is being read."""
            await super().show(progress, size)
            await call_reserves(database, UTRECHT, round_id, {"Hulp": 1}, actor="noor", now=NOON)

    disturbed = Meanwhile(**{field.name: getattr(working, field.name) for field in fields(working)})
    with pytest.raises(JobPostponedError):
        await prove_sample(disturbed)
    assert await prove_sample(working) == {"same": True}


async def test_a_draw_leaves_the_clients_of_others_alone(database: Database, installation_settings: Settings) -> None:
    other = await round_to_draw_for(database, municipality=ZWOLLE)
    await stand_in_frame(database, other, PEOPLE, municipality=ZWOLLE)
    round_id, digest = await framed(database)
    await draw(database, installation_settings, round_id, digest)
    clients = await clients_of(database, other, municipality=ZWOLLE)
    assert {(client.status, client.stratum) for client in clients} == {("eligible", "")}
    plan = await plan_drawing(database, UTRECHT, round_id, DESIGN)
    assert isinstance(plan, DrawingPlan)
    assert plan.population == len(PEOPLE)


async def test_each_draw_and_undoing_stands_in_the_record(database: Database, installation_settings: Settings) -> None:
    round_id, digest = await framed(database)
    await draw(database, installation_settings, round_id, digest)
    await call_reserves(database, UTRECHT, round_id, {"Hulp": 1}, actor="noor", now=NOON)
    await undo_draw(database, UTRECHT, round_id, actor="noor", now=NOON)
    async with reading_across(database) as session:
        records = sorted(await session.exec(select(AuditRecord)), key=lambda row: row.number)
    assert [(row.action, row.actor) for row in records] == [
        ("sample.drawn", "noor"),
        ("sample.reserve-called", "noor"),
        ("sample.undone", "noor"),
    ]


async def test_why_there_is_no_plan(database: Database) -> None:
    round_id = await round_to_draw_for(database)

    async def refusal(**design: Any) -> object:
        return await plan_drawing(database, UTRECHT, round_id, SampleDesign(**design))

    assert await refusal() is Refusal.NO_FRAME
    people = {f"{number}": person_with("Hulp", neighbourhood=f"{1000 + number // 10}") for number in range(1020)}
    await stand_in_frame(database, round_id, people, excluded=[])
    assert await refusal(invited=1021) is Refusal.MORE_THAN_THERE_ARE
    assert await refusal(invited=10, minimum=20) is Refusal.LESS_THAN_MINIMUM
    assert await refusal(stratify_by="neighbourhood") is Refusal.TOO_MANY_STRATA
    async with tenant_transaction(database, UTRECHT) as session:
        await session.exec(update(Client).where(col(Client.round_id) == round_id).values(status="excluded"))
    assert await refusal() is Refusal.NOBODY


async def test_groups_of_every_kind(database: Database) -> None:
    round_id, _ = await framed(
        database,
        {
            **{
                f"a{it}": person_with("x", acts=["jeugd", "wmo"], age_group="12-17", neighbourhood="3511")
                for it in range(12)
            },
            **{f"b{it}": person_with("x", acts=["wmo"], age_group="", neighbourhood="") for it in range(15)},
            **{f"c{it}": person_with("x", granted=False, age_group="85+", neighbourhood="3512") for it in range(11)},
        },
    )
    found = {}
    for by in set(StratifyBy) - {StratifyBy.PROVIDER}:  # of youth care never
        plan = await plan_drawing(database, UTRECHT, round_id, SampleDesign(stratify_by=by))
        assert isinstance(plan, DrawingPlan)
        found[by.value] = {part.name: part.population for part in plan.parts}
    assert found == {
        "none": {"Alle cliënten": 38},
        "act": {"Jeugdwet": 12, "Wmo": 15, "Gevraagd, niet gekregen": 11},
        "product": {"x": 27, "Gevraagd, niet gekregen": 11},
        "neighbourhood": {"3511": 12, "Onbekend": 15, "3512": 11},
        "age-group": {"12-17 jaar": 12, "Onbekend": 15, "85+ jaar": 11},
        "granted": {"Met hulp": 27, "Gevraagd, niet gekregen": 11},
    }


def test_groups_that_would_tell_who_answered_are_taken_together() -> None:
    sizes = {("a",): 40, ("b",): 6, ("c",): 5}
    together = stratify(StratifyBy.PRODUCT, sizes)
    assert dict(together.populations) == {"Kleine groepen samen": 11, "a": 40}
    assert together.stratum_of({"products": ["b"]}) == "Kleine groepen samen"
    assert together.stratum_of({"products": ["z"]}) is None
    alone = stratify(StratifyBy.PRODUCT, {("a",): 40, ("b",): 12, ("c",): 5})
    assert dict(alone.populations) == {"b en kleine groepen": 17, "a": 40}
    assert stratify(StratifyBy.PRODUCT, {("a",): 4}).populations == {"a": 4}
    apart = stratify(StratifyBy.PRODUCT, {("a",): 40, ("b",): 5, ("Gevraagd, niet gekregen",): 12})
    assert dict(apart.populations) == {"Gevraagd, niet gekregen": 12, "a en kleine groepen": 45}


@pytest.mark.parametrize(("act", "allowed"), [("jeugd", False), ("wmo", True)])
async def test_youth_care_is_never_divided_by_provider_and_other_care_is(
    database: Database, act: str, *, allowed: bool
) -> None:
    people = {f"{number}": {"acts": [act], "providers": ["Stichting A"], "granted": True} for number in range(12)}
    round_id, _ = await framed(database, people)
    plan = await plan_drawing(database, UTRECHT, round_id, SampleDesign(stratify_by=StratifyBy.PROVIDER))
    if allowed:
        assert isinstance(plan, DrawingPlan)
        assert [part.name for part in plan.parts] == ["Stichting A"]
    else:
        assert plan is Refusal.PROVIDER_OF_YOUTH


async def test_no_sample_is_drawn_while_another_list_is_about_to_come(database: Database) -> None:
    round_id, digest = await framed(database)
    async with tenant_transaction(database, UTRECHT) as session:
        await queue_job(session, JobKind.LOAD_CLIENTS, actor="noor", now=NOON, round_id=round_id)
    asked = await ask_for_draw(
        database, UTRECHT, round_id, DESIGN, seed="1", frame_digest=digest, actor="noor", now=NOON
    )
    assert asked is Refusal.LIST_IS_LOADING
