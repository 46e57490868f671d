"""Microdata by key: the agreement that a key belongs to and its files; never another one's, and never after its end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from io import BytesIO

import pyarrow.parquet as pq
import pytest
from released import UTRECHT
from web.agreeing import RULE, USER, agreed, nation, recorded
from web.programs import START, Program, problem, serving

from ceo.clock import dutch_day, now
from ceo.settings import Settings
from ceo.storage.agreements import Agreement
from ceo.storage.people import NATIONAL
from ceo.storage.releases import Release, ReleaseState
from ceo.storage.tenancy import shared_transaction
from ceo.workflows.api_keys.finding import list_keys
from ceo.workflows.api_keys.making import KeyFault, MadeKey, Scope, rotate_key
from ceo.workflows.demonstration.national import MEASUREMENT
from ceo.workflows.microdata.agreeing import end_agreement
from ceo.workflows.microdata.keys import make_agreement_key
from ceo.workflows.releases.deciding import By

pytestmark = pytest.mark.anyio

LIST = f"{START}/agreements"


@pytest.fixture
async def program(released_settings: Settings) -> AsyncIterator[Program]:
    async with serving(released_settings) as reading:
        yield reading


async def key_of(program: Program, row: Agreement) -> MadeKey:
    made = await make_agreement_key(program.database, row.id, "R-script", row.ends_on, nation())
    assert isinstance(made, MadeKey), made
    return made


def file(row: Agreement, form: str = "parquet") -> str:
    return f"{LIST}/{row.id}/files/{form}"


async def test_a_key_reads_its_agreement_and_fetches_its_files_each_recorded(program: Program) -> None:
    row = await agreed(program.database)
    made = await key_of(program, row)
    own = program.with_key(made.key)
    answer = await own.get(LIST)
    [told] = answer.json()["agreements"]
    assert (told["agreement"], told["user"], told["state"], told["ends_on"]) == (
        *(row.id, USER, "active"),
        row.ends_on.isoformat(),
    )
    assert answer.headers["cache-control"] == "private, no-store"
    assert [one["form"] for one in told["files"]] == ["sav", "dta", "parquet", "ddi.xml", "txt"]
    for one in told["files"]:
        answer = await own.get(one["address"].removeprefix(program.installation.settings.base_url))
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"].partition(";")[0] == one["media_type"]
        assert answer.headers["cache-control"] == "private, no-store"
        assert "access-control-allow-origin" not in answer.headers
    table = pq.read_table(BytesIO((await own.get(file(row))).content))
    classes = table.group_by(["LFT01", "GSL01"]).aggregate([([], "count_all")])["count_all"].to_pylist()
    assert min(classes) >= RULE.k
    fetched = await recorded(program.database, "microdata.handed_out")
    assert {(one.place, one.actor, one.object_id) for one in fetched} == {(NATIONAL, f"api-key {made.id}", row.id)}
    assert len(fetched) == 6


async def test_asking_for_the_head_hands_nothing_out(program: Program) -> None:
    row = await agreed(program.database)
    own = program.with_key((await key_of(program, row)).key)
    answer = await own.client.head(file(row))
    assert (answer.status_code, answer.content) == (200, b"")
    assert await recorded(program.database, "microdata.handed_out") == []
    await end_agreement(program.database, row.id, nation(), reason="Klaar.")
    assert (await own.client.head(file(row))).status_code == 403


async def test_nobody_else_reaches_an_agreement(program: Program) -> None:
    row, other = await agreed(program.database), await agreed(program.database)
    theirs = program.with_key((await key_of(program, other)).key)
    assert problem(await theirs.get(file(row)), 404)["title"] == "Deze overeenkomst is er niet."
    assert [one["agreement"] for one in (await theirs.get(LIST)).json()["agreements"]] == [other.id]
    for path in (LIST, file(row)):
        assert problem(await program.get(path), 401)["title"] == "Hiervoor is een sleutel nodig."
        for place, scope in ((NATIONAL, Scope.DRAFTS), (NATIONAL, Scope.MICRODATA), (UTRECHT, Scope.MICRODATA)):
            unbound = await program.with_new_key(place, scope)
            assert problem(await unbound.get(path), 403)["title"] == "Deze sleutel hoort bij geen overeenkomst."
    assert problem(await theirs.get(file(other, "xlsx")), 404)["title"] == "Dit bestand is er niet."
    assert problem(await theirs.get(f"{LIST}?a=b"), 400)
    assert await recorded(program.database, "microdata.handed_out") == []


async def test_an_agreement_that_was_ended_tells_why_and_gives_nothing(program: Program) -> None:
    row = await agreed(program.database)
    own = program.with_key((await key_of(program, row)).key)
    assert await end_agreement(program.database, row.id, nation(), reason="Het onderzoek is klaar.") == ()
    refused = problem(await own.get(file(row)), 403)
    assert "is beëindigd op" in refused["title"]
    assert "De reden: Het onderzoek is klaar." in refused["title"]
    assert [one["plaats"] for one in refused["fouten"]] == ["number"]
    [told] = (await own.get(LIST)).json()["agreements"]
    assert (told["state"], told["ended_because"]) == ("ended", "Het onderzoek is klaar.")


async def test_after_the_last_day_and_of_a_withdrawn_edition_nothing_leaves(program: Program) -> None:
    row = await agreed(program.database)
    own = program.with_key((await key_of(program, row)).key)
    async with shared_transaction(program.database) as session:
        (await session.get_one(Release, (MEASUREMENT, 1))).state = ReleaseState.WITHDRAWN.value
    assert "is ingetrokken" in problem(await own.get(file(row)), 403)["title"]
    async with shared_transaction(program.database) as session:
        (await session.get_one(Agreement, row.id)).ends_on = dutch_day() - timedelta(days=1)
    assert "liep tot en met" in problem(await own.get(file(row)), 403)["title"]
    assert (await own.get(LIST)).json()["agreements"][0]["state"] == "expired"


async def test_a_key_lives_no_longer_than_its_agreement_and_its_successor_belongs_to_the_same(program: Program) -> None:
    row = await agreed(program.database)
    late = await make_agreement_key(program.database, row.id, "", row.ends_on + timedelta(days=1), nation())
    assert late == (KeyFault.LABEL, KeyFault.EXPIRES)
    elsewhere = await make_agreement_key(
        program.database, row.id, "R-script", row.ends_on, By(UTRECHT, "eigenaar", now())
    )
    assert isinstance(elsewhere, tuple)
    old = await key_of(program, row)
    new = await rotate_key(program.database, NATIONAL, old.id, expires_on=row.ends_on, actor="u", now=now())
    assert isinstance(new, MadeKey)
    assert {key.agreement for key in await list_keys(program.database, NATIONAL)} == {row.id}
    assert (await program.with_key(new.key).get(file(row, "txt"))).status_code == 200
    told = await recorded(program.database, "api-key.")
    assert [(one.after or {})["agreement"] for one in told] == [row.id, row.id]
