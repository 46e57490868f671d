"""Loading a list: a whole frame or none, whatever happens on the way; and who is left out, and why."""

from __future__ import annotations

import io
import zipfile
from datetime import date, timedelta
from typing import Any

import pytest
from arrangements import UTRECHT, arrange_round
from frame_world import ANNA, BAS, NOW, World, small
from made_lists import HEAD, made_list, with_mistakes, written_csv
from made_messages import made_delivery
from sqlmodel import select

from ceo.settings import Settings
from ceo.storage.audit import AuditRecord
from ceo.storage.clients import Client, Contact, LastSurveyed, SamplingFrame
from ceo.storage.database import Database
from ceo.storage.jobs import Job
from ceo.storage.kept_files import KeptFile, KeptFilePart
from ceo.storage.tenancy import reading_across, tenant_reading, tenant_transaction
from ceo.workflows.frames import loading
from ceo.workflows.frames.choices import FrameChoices
from ceo.workflows.frames.contacts import open_contact
from ceo.workflows.frames.frame_state import remove_frame
from ceo.workflows.frames.mapping import columns_of, suggest_columns
from ceo.workflows.frames.opting_out import opt_out
from ceo.workflows.frames.receiving import Refused, look_at_list
from ceo.workflows.jobs.worker import work_off
from ceo.workflows.jobs.working import Working

pytestmark = pytest.mark.anyio


@pytest.fixture
async def world(database: Database, installation_settings: Settings) -> World:
    return World(database, await arrange_round(database, installation_settings))


async def test_a_list_becomes_a_frame_and_the_file_goes(world: World) -> None:
    state = await world.load(made_list(300, seed=4))
    assert state.job is not None
    assert state.job.state == "done", state.job.fault
    assert state.frame is not None
    assert state.composition is not None
    clients = await world.clients()
    assert state.job.result == {"people": len(clients), "lines": 300}
    assert state.frame.clients == len(clients) == state.composition.people
    assert state.frame.summary["lines"] == 300
    assert sum(count for _, count in state.composition.by["age_group"]) == state.composition.eligible
    assert world.hash_of("C000100") in {client.person_hash for client in clients}
    async with reading_across(world.database) as session:
        assert not (await session.exec(select(KeptFile))).all()
        assert not (await session.exec(select(KeptFilePart))).all()
        actions = (await session.exec(select(AuditRecord.action))).all()
    assert "frame.loaded" in actions


async def test_with_one_fault_nothing_is_loaded_and_the_frame_before_it_stays(world: World) -> None:
    first = await world.load(small(ANNA))
    state = await world.load(with_mistakes(made_list(50), 1)[0])
    assert state.faults is not None
    assert (state.faults.total, state.faults.told[0].code) == (1, "required")
    assert state.frame is not None
    assert first.frame is not None
    assert state.frame.digest == first.frame.digest
    assert len(await world.clients()) == 1
    assert state.file is not None


async def test_the_same_list_in_another_order_has_the_same_digest_and_replaces_the_frame(world: World) -> None:
    first, again = await world.load(small(ANNA, BAS)), await world.load(small(BAS, ANNA))
    assert first.frame is not None
    assert again.frame is not None
    assert first.frame.digest == again.frame.digest
    assert len(await world.clients()) == 2


async def test_names_and_addresses_are_sealed_and_what_suffices_is_known(world: World) -> None:
    await world.load(small(ANNA, BAS))
    async with tenant_reading(world.database, UTRECHT) as session:
        rows = {row.id: row for row in await session.exec(select(Contact))}
    found = {}
    for client in await world.clients():
        row = rows[client.id]
        details, _ = open_contact(world.settings.encryption_keys, client.id, row.sealed)
        found[details.name] = (row.by_post, row.by_mail)
        assert details.name not in str(client.model_dump()) + row.sealed
    assert found == {"Anna Vos": (True, False), "Bas Smit": (False, True)}


async def test_people_are_left_out_for_the_first_reason_that_holds(world: World) -> None:
    async with tenant_transaction(world.database, UTRECHT) as session:
        recently = {"3": date(2026, 1, 1), "4": date(2025, 1, 1)}
        session.add_all(
            LastSurveyed(municipality=UTRECHT, person_hash=world.hash_of(number), drawn_on=day)
            for number, day in recently.items()
        )
    assert await opt_out(world.database, world.settings.secret_key, UTRECHT, "02", actor="u1", now=NOW)
    lines = [
        ["1", "Wmo", "1960", ""], ["2", "Wmo", "1960", ""], ["3", "Wmo", "1960", ""], ["4", "Wmo", "1960", ""],
        ["5", "Wmo", "2015", ""], ["6", "Wmo", "1920", ""], ["7", "Wmo", "1960", "31-12-2024"],
    ]  # fmt: skip
    choices = FrameChoices(youngest=18, oldest=100, from_day=date(2026, 1, 1))
    state = await world.load(small(*(line + [""] * 4 for line in lines)), choices)
    because = {client.person_hash: client.excluded_because for client in await world.clients()}
    assert {number: because[world.hash_of(number)] for number in "1234567"} == {
        "1": None,
        "2": "opted-out",
        "3": "surveyed-recently",
        "4": None,
        "5": "too-young",
        "6": "too-old",
        "7": "not-in-period",
    }
    assert state.composition is not None
    assert state.composition.eligible == 2


class _CrashError(Exception):
    pass


@pytest.mark.parametrize("crashes_at", [1, 3, 6])
async def test_a_load_that_is_broken_off_leaves_no_half_frame_and_goes_on_where_it_stopped(
    world: World, monkeypatch: pytest.MonkeyPatch, crashes_at: int
) -> None:
    monkeypatch.setattr(loading, "BATCH", 10)
    rows = made_list(40, seed=9)
    await world.upload(written_csv(rows))
    job_id = await world.order()
    assert isinstance(job_id, str)
    effect, began = Working.effect, 0

    def crashing(self: Working, **how: int) -> Any:
        nonlocal began
        began += 1
        if began == crashes_at:
            raise _CrashError
        return effect(self, **how)

    monkeypatch.setattr(Working, "effect", crashing)
    moment = world.clock()  # stands still: a job that failed is not due again
    await work_off(world.database, world.settings, clock=lambda: moment)
    assert (await world.state()).frame is None
    monkeypatch.setattr(Working, "effect", effect)
    await work_off(world.database, world.settings, clock=lambda: NOW + timedelta(hours=2))
    state = await world.state()
    assert state.frame is not None
    people = {row[0] for row in rows[1:]}
    hashes = [client.person_hash for client in await world.clients()]
    assert sorted(hashes) == sorted(world.hash_of(str(number)) for number in people)


async def test_a_job_that_was_done_but_not_told_so_is_not_done_again(world: World) -> None:
    state = await world.load(small(ANNA))
    assert state.job is not None
    async with tenant_transaction(world.database, UTRECHT) as session:
        job = await session.get_one(Job, state.job.id)
        job.state, job.finished_at, job.result = "waiting", None, None
    await work_off(world.database, world.settings, clock=world.clock)
    again = await world.state()
    assert again.job is not None
    assert (again.job.state, again.job.result) == ("done", {"people": 1, "lines": 1})


async def test_nothing_replaces_a_frame_from_which_people_were_drawn(world: World) -> None:
    await world.load(small(ANNA, BAS))
    await world.draw("1")
    await world.upload(written_csv(small(BAS)))
    assert await world.order() == Refused("already-drawn")
    assert not await remove_frame(world.database, UTRECHT, world.round_id, actor="u1", now=NOW)
    assert len(await world.clients()) == 2


async def test_removing_a_list_removes_everybody_in_it(world: World) -> None:
    await world.load(small(ANNA, BAS))
    await world.upload(written_csv(small(BAS)))
    assert await remove_frame(world.database, UTRECHT, world.round_id, actor="u1", now=NOW)
    async with reading_across(world.database) as session:
        for table in (Client, Contact, SamplingFrame, KeptFile, KeptFilePart):
            assert not (await session.exec(select(table))).all()


async def test_a_new_upload_takes_the_place_of_the_one_before_and_columns_are_remembered(world: World) -> None:
    await world.upload(written_csv(small(ANNA)))
    file_id = await world.upload(written_csv(small(BAS)))
    async with reading_across(world.database) as session:
        assert [row.id for row in await session.exec(select(KeptFile))] == [file_id]
    chosen = columns_of([*suggest_columns(small()[0])[:-1], None])
    await world.order(columns=chosen)
    assert isinstance(file_id, str)
    look = await look_at_list(world.database, world.settings.encryption_keys, UTRECHT, file_id)
    assert not isinstance(look, Refused)
    assert (look.is_remembered, look.columns) == (True, chosen)
    assert await world.order() == Refused("busy")


@pytest.mark.parametrize(
    ("content", "code"), [(b"%PDF-1.7", "no-list"), (b"", "empty"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "locked")]
)
async def test_what_is_no_list_is_not_kept(world: World, content: bytes, code: str) -> None:
    assert await world.upload(content) == Refused(code)
    async with reading_across(world.database) as session:
        assert not (await session.exec(select(KeptFile))).all()


def test_every_column_of_a_made_list_is_recognised() -> None:
    assert None not in suggest_columns(HEAD)


async def test_messages_become_a_frame_with_names_of_products_and_addresses(world: World) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number, message in enumerate(made_delivery(12)):
            archive.writestr(f"{number}.xml", b"".join(message))
    await world.upload(packed.getvalue())
    ordered = await world.order()
    assert isinstance(ordered, str), ordered
    await work_off(world.database, world.settings, clock=world.clock)
    clients = await world.clients()
    assert clients, (await world.state()).faults
    products = {product for client in clients for product in client.traits["products"]}
    assert products
    assert not [product for product in products if product.startswith("code ")], "the public names of categories hold"
    async with reading_across(world.database) as session:
        assert len((await session.exec(select(Contact))).all()) == len(clients)
