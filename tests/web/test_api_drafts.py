"""Drafts: who has no key of the place does not know of them, and a municipality sees its own rows only."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from released import ALMERE, UTRECHT
from web.programs import START, Program, problem, released, serving

from ceo.clock import dutch_day, now
from ceo.settings import Settings
from ceo.storage.people import NATIONAL
from ceo.workflows.api_keys.making import MadeKey, Scope, WantedKey, make_key, revoke_key
from ceo.workflows.demonstration.national import MEASUREMENT
from ceo.workflows.releases.deciding import By, Looked, ReleaseDecided, refuse_round
from ceo.workflows.releases.making import make_asked
from ceo.workflows.releases.proposing import Proposed, propose_again

pytestmark = pytest.mark.anyio

DRAFT = f"{START}/releases/{MEASUREMENT}/2"
BELOW = (
    "",
    "/areas",
    "/indicators",
    "/figures",
    "/files",
    "/files/csv",
    "/selections?indicator=wmo_toegang&area=GM0034&area=GM0344",
)
ELSEWHERE = "GM0363"  # has no round in the release


@pytest.fixture
async def program(released_settings: Settings) -> AsyncIterator[Program]:
    """A program on a site where a second edition is being prepared."""
    async with serving(released_settings) as reading:
        proposed = await propose_again(
            reading.database, MEASUREMENT, place=NATIONAL, reason="Een fout", actor="u1", now=now()
        )
        assert isinstance(proposed, Proposed), proposed
        yield reading


async def test_a_draft_is_seen_with_the_key_of_its_place_only(program: Program, released_settings: Settings) -> None:
    national = await program.with_new_key(NATIONAL)
    assert problem(await national.get(DRAFT), 409)["title"] == "Deze editie is nog niet gemaakt."
    await make_asked(program.database, released_settings, clock=now)
    strangers = [
        program,
        await program.with_new_key(ELSEWHERE),
        await program.with_new_key(UTRECHT, Scope.MICRODATA),
        await program.with_new_key(NATIONAL, Scope.MICRODATA),
    ]
    for stranger in strangers:
        for path in BELOW:
            answer = await stranger.get(DRAFT + path)
            assert problem(answer, 404)["title"] == "Deze editie is er niet."
        [listed] = (await stranger.get(f"{START}/releases")).json()["releases"]
        assert listed["edition"] == 1
    await _a_municipality_sees_its_own_rows(program)
    await _the_country_sees_the_whole(national)


async def _a_municipality_sees_its_own_rows(program: Program) -> None:
    own = await program.with_new_key(UTRECHT)
    listed = (await own.get(f"{START}/releases")).json()["releases"]
    assert [(one["edition"], one["state"]) for one in listed] == [(2, "draft"), (1, "published")]
    answer = await own.get(f"{DRAFT}/figures?limit=10000")
    document = answer.json()
    assert {row["area"] for row in document["figures"]} == {UTRECHT}
    assert (answer.headers["cache-control"], answer.headers["ceo-state"]) == ("private, no-store", "draft")
    assert any(notice.startswith("CONCEPT") for notice in document["notices"])
    edition = (await own.get(DRAFT)).json()
    assert [one["municipality"] for one in edition["sources"]] == [UTRECHT]
    assert [one["area"] for one in (await own.get(f"{DRAFT}/areas")).json()["areas"]] == [UTRECHT]
    assert problem(await own.get(f"{DRAFT}/figures?area=NL"), 404)["fouten"][0]["bestaat"] == [UTRECHT]
    for path in ("/files", "/files/csv"):
        assert "eigen gemeente" in problem(await own.get(DRAFT + path), 403)["title"]
    other = await program.with_new_key(ALMERE)
    tag = (await own.get(f"{DRAFT}/areas")).headers["etag"]
    assert (await other.get(f"{DRAFT}/areas", if_none_match=tag)).status_code == 200


async def _the_country_sees_the_whole(national: Program) -> None:
    _, cube = await released(national, edition=2)
    assert (await national.get(DRAFT)).json()["figures"] == cube.cube.table.num_rows
    assert (await national.get(f"{DRAFT}/files/csv-metadata.json")).status_code == 200
    refused = await national.get(f"{DRAFT}/selections?indicator=wmo_toegang&area=GM0034&area=GM0344")
    assert problem(refused, 409)["fouten"][0]["code"] == "not_current"


async def test_a_municipality_without_figures_in_a_draft_sees_that_there_are_none(
    program: Program, released_settings: Settings
) -> None:
    await make_asked(program.database, released_settings, clock=now)
    row, _ = await released(program, edition=2)
    looked, by = Looked(MEASUREMENT, 2, row.digest), By(UTRECHT, "u1", now())
    assert await refuse_round(program.database, looked, by, reason="Nee") is ReleaseDecided.DONE
    await make_asked(program.database, released_settings, clock=now)
    own = await program.with_new_key(UTRECHT)
    for path in ("figures", "figures?limit=1", "figures?format=csv", "figures?format=parquet", "areas", "indicators"):
        assert (await own.get(f"{DRAFT}/{path}")).status_code == 200, path
    assert (await own.get(f"{DRAFT}/figures")).json()["figures"] == []
    assert problem(await own.get(f"{DRAFT}/figures?area={ALMERE}"), 404)


async def test_a_key_that_was_revoked_or_is_made_up_opens_nothing(program: Program) -> None:
    wanted = WantedKey("Proef", (Scope.DRAFTS,), dutch_day() + timedelta(days=1))
    made = await make_key(program.database, UTRECHT, wanted, actor="u1", now=now())
    assert isinstance(made, MadeKey), made
    reading = program.with_key(made.key)
    assert (await reading.get(START)).status_code == 200
    assert await revoke_key(program.database, UTRECHT, made.id, actor="u1", now=now())
    for key in (made.key, "x", made.key[:-1], "ceo_" + "A" * 46):
        answer = await program.with_key(key).get(START)
        assert "Bearer" in problem(answer, 401)["detail"]
        assert answer.headers["www-authenticate"] == 'Bearer realm="ceo"'
        assert key not in answer.text
