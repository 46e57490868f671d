"""What programs read of a published release: the figures of its cube in every form, and what became of the edition."""

from __future__ import annotations

import asyncio
import hashlib
import io
from collections.abc import AsyncIterator

import pyarrow.parquet as pq
import pytest
from litestar import Litestar
from sqlmodel import col, update
from web.programs import EDITION, START, Program, problem, program_on, released, serving, settings_of_release
from web.running import running

from ceo.settings import Settings
from ceo.storage.releases import Release
from ceo.storage.tenancy import shared_transaction
from ceo.web.api.figures import cursor_of
from ceo.workflows.demonstration.national import MEASUREMENT
from exports.release.cube import COLUMNS, read_cube
from exports.release.formats import RELEASE_FORMATS
from exports.release.selecting import Selection, select_figures

pytestmark = pytest.mark.anyio


@pytest.fixture(
    scope="module",
    params=[
        pytest.param("sqlite", marks=pytest.mark.xdist_group("site on sqlite")),
        pytest.param("postgresql", marks=pytest.mark.xdist_group("site on postgresql")),
    ],
)
def settings(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return settings_of_release(request, tmp_path_factory.mktemp("program"))


@pytest.fixture(scope="module")
async def app(settings: Settings) -> AsyncIterator[Litestar]:
    async with serving(settings) as reading:
        yield reading.app


@pytest.fixture
def program(app: Litestar) -> Program:
    """A program at an address of its own: how much it may ask goes by address."""
    return program_on(app)


async def test_the_start_leads_to_everything(program: Program) -> None:
    links = (await program.get(START)).json()["links"]
    assert {(await program.get(address)).status_code for address in links.values()} == {200}
    [listed] = (await program.get(links["releases"])).json()["releases"]
    edition = (await program.get(listed["links"]["self"])).json()
    assert (edition["state"], edition["newest_edition"], edition["digest"]) == ("published", 1, listed["digest"])
    assert edition["digest"][:19] in edition["citation"]
    assert edition["notices"] == ["GESIMULEERD: deze cijfers komen niet van echte mensen."]
    _, cube = await released(program)
    assert edition["figures"] == cube.cube.table.num_rows
    areas = (await program.ask("areas")).json()["areas"]
    assert {one["area"]: one["name"] for one in areas} == {one.area: one.name for one in cube.facts.areas}
    indicators = (await program.ask("indicators")).json()
    assert indicators["indicators"] == [one.model_dump(mode="json") for one in cube.facts.indicators]
    assert [one["breakdown"] for one in indicators["breakdowns"]] == [one.breakdown for one in cube.facts.breakdowns]


async def test_figures_are_those_of_the_cube_page_after_page_in_its_order(program: Program) -> None:
    _, cube = await released(program)
    selections = (
        Selection(indicator=("wmo_toegang",)),
        Selection(area=("NL", "GM0344"), breakdown=("",), measure=("score", "share")),
        Selection(area_type=("province",)),
        Selection(breakdown=("HUL01", ""), level=("", "anders"), category=("",)),
    )
    for selection in selections:
        expected = select_figures(cube.cube, selection).table.to_pylist()
        asked = {name: getattr(selection, name) for name in selection.__slots__ if getattr(selection, name)}
        assert await program.figures(**asked, limit=max(len(expected) // 3, 1)) == expected
        assert await program.figures(**asked) == expected
        read = (await program.ask("figures", **asked, format="parquet")).content
        assert pq.read_table(io.BytesIO(read)).to_pylist() == expected
        assert read_cube(read).facts.release == MEASUREMENT
        lines = (await program.ask("figures", **asked, format="csv")).text.splitlines()
        assert (lines[0], len(lines) - 1) == (",".join(COLUMNS), len(expected))


async def test_the_form_is_the_one_that_is_wanted_most(program: Program) -> None:
    path = f"{EDITION}/figures?limit=1"
    wanted = {
        "*/*": "application/json",
        "text/html, */*;q=0.8": "application/json",
        "text/csv": "text/csv; charset=utf-8",
        "application/json;q=0.1, application/vnd.apache.parquet": "application/vnd.apache.parquet",
    }
    for accept, media_type in wanted.items():
        assert (await program.get(path, accept=accept)).headers["content-type"] == media_type
    assert "text/csv" in problem(await program.get(path, accept="application/xml"), 406)["detail"]
    assert problem(await program.get(f"{EDITION}/areas", accept="text/csv"), 406)
    link = await program.get(f"{path}&format=csv", accept="text/html")
    assert link.headers["content-disposition"] == f'attachment; filename="{MEASUREMENT}-1-selectie.csv"'
    assert "Accept" in link.headers["vary"]


async def test_everything_that_is_wrong_with_a_question_is_told_at_once_with_what_there_is(program: Program) -> None:
    answer = await program.ask("figures", area=["GM9999", "NL"], indicator="nee", gemeente="x", limit="0", cursor="x")
    faults = problem(answer, 400)["fouten"]
    assert [(one["parameter"], one["code"]) for one in faults] == [("gemeente", "unknown-parameter")]
    answer = await program.ask("figures", area=["GM9999", "NL"], indicator="nee", limit="0", cursor="x")
    faults = {one["parameter"]: one for one in problem(answer, 400)["fouten"]}
    assert {name: one["code"] for name, one in faults.items()} == {
        "area": "unknown-value",
        "indicator": "unknown-value",
        "limit": "out-of-range",
        "cursor": "malformed",
    }
    assert faults["area"]["waarde"] == "GM9999"
    assert {"NL", "GM0344"} <= set(faults["area"]["bestaat"])
    assert problem(await program.ask("figures", area="GM9999"), 404)
    assert problem(await program.ask("areas", area="NL"), 400)
    assert problem(await program.ask("figures", limit=["1", "2"]), 400)["fouten"][0]["code"] == "given-twice"


async def test_a_cursor_of_another_edition_is_refused(program: Program) -> None:
    foreign = cursor_of(f"sha256:{'ab' * 32}", 3)
    assert "cursor" in problem(await program.ask("figures", cursor=foreign), 409)["title"]
    row, _ = await released(program)
    own = await program.ask("figures", cursor=cursor_of(row.digest, 10**12))
    assert (own.json()["figures"], own.json()["next"]) == ([], None)


async def test_what_did_not_change_is_told_without_touching_the_cube(program: Program, settings: Settings) -> None:
    # Not the list of files: what a process knows of their sizes differs.
    paths = ("", "/areas", "/indicators", "/figures?limit=3&area=NL", "/files/csv")
    first = {path: await program.get(EDITION + path) for path in paths}
    same_question = await program.get(f"{EDITION}/figures?area=NL&limit=3")
    assert same_question.headers["etag"] == first["/figures?limit=3&area=NL"].headers["etag"]
    assert len({answer.headers["etag"] for answer in first.values()}) == len(paths)
    async with running(settings) as other:
        again = program_on(other)
        for path, answer in first.items():
            tag, day = answer.headers["etag"], answer.headers["last-modified"]
            for header in ({"if_none_match": f'"x", {tag}'}, {"if_none_match": f"W/{tag}"}, {"if_modified_since": day}):
                same = await again.get(EDITION + path, **header)
                assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", tag), path
                assert same.headers["cache-control"] == "public, max-age=60, must-revalidate"
        assert not again.installation.cubes._open
        csv = await again.get(f"{EDITION}/figures?limit=3&area=NL", accept="text/csv", if_none_match=tag)
        assert (csv.status_code, csv.headers["etag"] != tag) == (200, True)


async def test_an_edition_that_is_corrected_or_withdrawn_says_so_everywhere(program: Program) -> None:
    paths = ("", "/areas", "/figures?limit=1", "/files")
    before = {path: await program.get(EDITION + path) for path in paths}
    row, _ = await released(program)
    for state in ("corrected", "withdrawn"):
        async with shared_transaction(program.database) as session:
            ended = update(Release).where(col(Release.name) == MEASUREMENT)
            await session.exec(ended.values(state=state, ended_because="Fout in de weging", ended_on=row.published_on))
        for path, earlier in before.items():
            answer = await program.get(EDITION + path, if_none_match=earlier.headers["etag"])
            told = answer.json()
            assert (told["state"], told["state_reason"]) == (state, "Fout in de weging")
            assert answer.headers["ceo-state"] == state
            assert answer.headers["deprecation"].startswith("@")
        assert any("Fout in de weging" in notice for notice in (await program.get(EDITION)).json()["notices"])
        assert problem(await program.ask("selections", indicator="wmo_toegang", area=["GM0034", "GM0344"]), 409)
    async with shared_transaction(program.database) as session:
        again = update(Release).where(col(Release.name) == MEASUREMENT)
        await session.exec(again.values(state="published", ended_because="", ended_on=None))


async def test_a_file_is_written_once_for_everybody_and_is_what_its_writer_makes(program: Program) -> None:
    _, cube = await released(program)
    expected = b"".join(RELEASE_FORMATS["csv"].write(cube))
    answers = await asyncio.gather(*(program.get(f"{EDITION}/files/csv") for _ in range(4)))
    assert {answer.content for answer in answers} == {expected}
    listed = {one["extension"]: one for one in (await program.ask("files")).json()["files"]}
    assert set(listed) == set(RELEASE_FORMATS)
    assert (listed["csv"]["size"], listed["csv"]["sha256"]) == (len(expected), hashlib.sha256(expected).hexdigest())
    assert (listed["json"]["size"], listed["json"]["sha256"]) == (None, None)
    again = await program.get(listed["csv"]["address"])
    assert (again.content, again.headers["content-length"]) == (expected, str(len(expected)))
    assert again.headers["content-disposition"] == f'attachment; filename="{MEASUREMENT}-1.csv"'
    assert problem(await program.ask("files/exe"), 404)
    assert problem(await program.get(f"{EDITION}/files/csv", accept="text/html"), 406)


async def test_other_sites_may_read_what_is_public_and_nothing_else(program: Program) -> None:
    answer = await program.get(EDITION, origin="https://elders.nl")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers
    before = await program.client.options(
        EDITION, headers={"origin": "https://elders.nl", "access-control-request-method": "GET"}
    )
    assert (before.status_code, before.headers["allow"]) == (204, "GET, HEAD, OPTIONS")
    assert "authorization" not in before.headers["access-control-allow-headers"].lower()
    with_key = await program.with_new_key("GM0344")
    assert "access-control-allow-origin" not in (await with_key.get(EDITION)).headers
    assert "access-control-allow-origin" not in (await program.client.get("/gezond")).headers


async def test_head_tells_what_get_would_and_sends_nothing(program: Program) -> None:
    for path in ("", "/figures?limit=1", "/files", "/files/xlsx"):
        head = await program.client.head(EDITION + path)
        assert (head.status_code, head.content) == (200, b"")
        assert {"etag", "ceo-state", "ratelimit-limit"} <= set(head.headers)
    assert (await program.ask("files")).json()["files"][4]["size"] is None, "no file is written for a head"


async def test_below_the_api_every_refusal_is_a_problem(program: Program) -> None:
    assert problem(await program.get("/api/v1/nergens"), 404)
    assert problem(await program.get("/api"), 404)
    assert problem(await program.get(f"{START}/releases/bestaat-niet/1"), 404)
    assert problem(await program.get(f"{START}/releases/{MEASUREMENT}/2"), 404)
    assert problem(await program.get(f"{START}/releases/{MEASUREMENT}/{10**30}"), 404)
    assert problem(await program.get(f"{START}/releases/%00/1"), 404)
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        answer = await program.client.request(method, EDITION)
        assert problem(answer, 405)
        assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}
    assert (await program.get("/nergens")).headers["content-type"].startswith("text/html")


async def test_a_fault_of_ours_is_a_problem_without_what_went_wrong(program: Program) -> None:
    app: Litestar = program.app
    installation, app.state.installation = app.state.installation, None
    answer = await program.get(EDITION)
    app.state.installation = installation
    assert problem(answer, 500)["title"] == "Er ging iets mis bij CEO."
    assert "NoneType" not in answer.text
