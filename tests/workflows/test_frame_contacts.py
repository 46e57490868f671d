"""How to reach people comes for those who were drawn only; and who wants no more questions is left out at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from arrangements import UTRECHT, arrange_round
from frame_world import ANNA, BAS, NOW, World, small
from made_lists import Rows, written_csv
from sqlmodel import select

from ceo.settings import Settings
from ceo.storage.clients import Contact
from ceo.storage.database import Database
from ceo.storage.kept_files import FilePurpose
from ceo.storage.tenancy import tenant_reading
from ceo.workflows.frames.contacts import open_contact
from ceo.workflows.frames.opting_out import count_opt_outs, opt_in, opt_out
from ceo.workflows.frames.receiving import Refused
from ceo.workflows.jobs.worker import work_off

pytestmark = pytest.mark.anyio


@pytest.fixture
async def world(database: Database, installation_settings: Settings) -> World:
    return World(database, await arrange_round(database, installation_settings))


async def test_who_wants_no_more_questions_is_left_out_at_once_and_by_hash_only(world: World) -> None:
    await world.load(small(ANNA, BAS))
    key = world.settings.secret_key
    assert await opt_out(world.database, key, UTRECHT, "0001", actor="u1", now=NOW)
    assert not await opt_out(world.database, key, UTRECHT, "1", actor="u1", now=NOW)
    because = {client.person_hash: (client.status, client.excluded_because) for client in await world.clients()}
    assert because[world.hash_of("1")] == ("excluded", "opted-out")
    assert because[world.hash_of("2")] == ("eligible", None)
    assert await opt_in(world.database, key, UTRECHT, "1", actor="u1", now=NOW)
    assert not await opt_in(world.database, key, UTRECHT, "1", actor="u1", now=NOW)
    assert await count_opt_outs(world.database, UTRECHT) == 0


async def load_second_file(world: World, rows: Rows) -> Mapping[str, Any]:
    await world.upload(written_csv(rows), FilePurpose.CONTACT_LIST)
    ordered = await world.order()
    assert isinstance(ordered, str), ordered
    await work_off(world.database, world.settings, clock=world.clock)
    job = (await world.state()).job
    assert job is not None
    assert job.state == "done", job.fault
    return job.result or {}


async def test_contacts_are_kept_for_those_who_were_drawn_only(world: World) -> None:
    bare: Rows = [["nummer", "wet"], ["1", "Wmo"], ["2", "Wmo"]]
    await world.load(bare)
    second: Rows = [
        ["nummer", "naam", "straat", "plaats"],
        ["001", "Anna Vos", "Plein 1", "Utrecht"],
        ["2", "Bas", "", ""],
    ]
    await world.upload(written_csv(second), FilePurpose.CONTACT_LIST)
    assert await world.order() == Refused("not-drawn")
    await world.draw("1")
    assert await load_second_file(world, second) == {"contacts": 1, "ignored": 1, "without": 0}
    async with tenant_reading(world.database, UTRECHT) as session:
        [row] = (await session.exec(select(Contact))).all()
    details, _ = open_contact(world.settings.encryption_keys, row.id, row.sealed)
    assert (details.name, row.by_post) == ("Anna Vos", True)
    assert (await world.state()).reachable == 1


async def test_numbers_that_are_not_in_the_frame_are_faults(world: World) -> None:
    await world.load(small(ANNA))
    await world.draw("1")
    result = await load_second_file(world, [["nummer", "naam"], ["1", "Anna"], ["9", "Wie"]])
    assert result["faults"] == [[3, "A", "client-number", "unknown-number"]]
