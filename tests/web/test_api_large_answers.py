"""Answers that could grow without end: what they cost, what is kept of them, and where they stop."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator
from typing import Any

import pyarrow.parquet as pq
import pytest
from web.programs import EDITION, START, Program, problem, released, serving

from ceo.settings import Settings
from ceo.web.api import figures as figures_module
from ceo.web.api.figures import COLUMNS_ASKED
from ceo.web.api.files import key_of
from ceo.workflows.releases.written import WrittenFiles

pytestmark = pytest.mark.anyio


@pytest.fixture
async def program(released_settings: Settings) -> AsyncIterator[Program]:
    async with serving(released_settings) as program:
        yield program


async def left(program: Program) -> int:
    """How much the program may ask still."""
    return int((await program.get(START)).headers["ratelimit-remaining"])


async def test_an_answer_about_faults_does_not_grow_with_them(program: Program) -> None:
    answer = await program.ask("figures", area=[f"x{number}" for number in range(2000)], indicator="nee", limit="0")
    document = problem(answer, 400)
    assert len(answer.content) < 10_000
    assert len(document["fouten"]) == 20
    assert document["detail"].endswith("Dit zijn er 20; er zijn er nog 1982.")
    assert {one["parameter"] for one in document["fouten"]} == {"area", "indicator", "limit"}
    assert ["bestaat" in one for one in document["fouten"] if one["parameter"] == "area"] == [True] + [False] * 17
    made_up: dict[str, Any] = {f"x{number}": "1" for number in range(2000)}
    unknown = problem(await program.ask("figures", **made_up), 400)
    assert (len(unknown["fouten"]), len(json.dumps(unknown)) < 10_000) == (20, True)


async def test_all_figures_are_the_file_that_is_kept_and_count_as_one(program: Program) -> None:
    for form in ("csv", "parquet"):
        before = await left(program)
        answer = await program.ask("figures", format=form)
        assert before - int(answer.headers["ratelimit-remaining"]) == 10
        file = await program.get(f"{EDITION}/files/{form}")
        assert answer.content == file.content
        assert answer.headers["etag"] == file.headers["etag"]
        files: WrittenFiles = program.app.state.written_files
        assert files.find(key_of((await released(program))[0]), form) is not None
        same = await program.get(f"{EDITION}/figures?format={form}", if_none_match=answer.headers["etag"])
        assert (same.status_code, same.content) == (304, b"")


async def test_a_large_selection_counts_by_its_rows_and_is_not_written_for_a_head(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures_module, "ROWS_A_TOKEN", 100)
    before = await left(program)
    answer = await program.ask("figures", area_type="nation", format="parquet")
    rows = pq.read_table(io.BytesIO(answer.content)).num_rows
    assert rows > 300
    assert before - int(answer.headers["ratelimit-remaining"]) == -(-rows // 100)

    def unwritten(_: object) -> None:
        raise AssertionError("a file is written")

    for form, writer in (("parquet", "parquet.write_parquet"), ("csv", "tidy.write_csv")):
        monkeypatch.setattr(f"exports.release.{writer}", unwritten)
        for path in (f"figures?area_type=nation&format={form}", f"figures?format={form}&limit=1"):
            head = await program.client.head(f"{EDITION}/{path}")
            assert (head.status_code, head.content) == (200, b"")
            assert form in head.headers["content-disposition"]


async def test_a_selection_that_costs_more_than_there_is_left_is_refused(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures_module, "ROWS_A_TOKEN", 1)
    answers = [await program.ask("figures", area_type="municipality", format="csv") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 429]
    assert "Wacht" in problem(answers[1], 429)["detail"]
    assert 0 < int(answers[1].headers["retry-after"]) <= 60


async def test_a_link_that_is_too_long_for_a_header_stands_in_the_answer_only(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures_module, "_LONGEST_LINK", 1_000)  # this release is too small for more
    _, cube = await released(program)
    asked = {name: sorted(set(cube.cube.table.column(name).to_pylist())) for name in COLUMNS_ASKED}
    short = await program.ask("figures", area=asked["area"], limit=1)
    assert 'rel="next"' in short.headers["link"]
    long = await program.ask("figures", **asked, limit=1)
    assert len(long.json()["next"]) > 1_000
    link = long.headers["link"]
    assert "next" not in link
    assert 'rel="cite-as"' in link
    assert (await program.client.get(long.json()["next"])).status_code == 200
