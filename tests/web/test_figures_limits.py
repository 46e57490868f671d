"""How much a reader may let us draw and write: told on a page of their language, with the time to wait, and nobody waits for another's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
from released import ALMERE, TOWNS, UTRECHT
from web.counting import counted_statements
from web.programs import Program, program_on, serving

from ceo.settings import Settings
from ceo.web.figures.kept_pages import KeptPages
from ceo.web.reports import Reports
from ceo.workflows.api_allowances import Allowances, Limit
from ceo.workflows.demonstration.national import MEASUREMENT

pytestmark = pytest.mark.anyio

START = f"/cijfers/{MEASUREMENT}/1"


@pytest.fixture
async def program(released_settings: Settings) -> AsyncIterator[Program]:
    async with serving(released_settings) as program:
        yield program


def limit(program: Program, tokens: int) -> None:
    """Let every reader ask so much from now on, and no more."""
    program.app.state.reader_allowances = Allowances(Limit(tokens, 0.1))


async def test_who_lets_us_draw_too_much_gets_a_page_that_says_how_long_to_wait(program: Program) -> None:
    limit(program, 3)
    assert [(await program.get(f"{START}/{one}")).status_code for one in ("TOE01", "TOE02", "methode")] == [200] * 3
    refused = await program.get(f"{START}/KWA01?taal=en")
    assert (refused.status_code, refused.headers["cache-control"]) == (429, "no-store")
    assert 0 < int(refused.headers["retry-after"]) <= 10
    assert '<html lang="en"' in refused.text
    told = await program.get(f"{START}/KWA01")
    assert "<h1>Wacht even en probeer het dan opnieuw</h1>" in told.text
    assert f"Laad deze pagina over {told.headers['retry-after']} seconden opnieuw." in told.text
    assert f'href="{START}/KWA01?taal=en"' in told.text
    assert (await program.get(f"{START}/TOE01")).status_code == 200, "what is kept costs nothing"
    assert (await program_on(program.app).get(f"{START}/KWA01")).status_code == 200, "another reader has their own"


async def test_a_page_with_choices_costs_twice_as_much(program: Program) -> None:
    limit(program, 4)
    chosen = (f"{START}/vergelijk?gemeente={ALMERE}", f"{START}/TOE01?gemeente={UTRECHT}", f"{START}/TOE01")
    assert [(await program.get(one)).status_code for one in chosen] == [200, 200, 429]


async def test_what_was_made_up_is_drawn_for_one_reader_and_not_kept(program: Program) -> None:
    limit(program, 2)
    for address, again in (
        (f"{START}/vergelijk?gemeente=Utrecht&gemeente=almere", 200),
        (f"{START}/vergelijk?gemeente=Utrecht&gemeente=Verzonnen", 429),
        ("/cijfers?zoek=verzonnen", 429),
    ):
        reader = program_on(program.app)
        assert [(await reader.get(address)).status_code for _ in range(2)] == [200, again], address


async def test_who_asks_for_many_pages_keeps_another_reader_waiting_for_one() -> None:
    kept, drawn, may_draw = KeptPages(), list[str](), asyncio.Event()

    async def find(reader: str, name: str) -> None:
        async def prepare() -> Callable[[], str]:
            await may_draw.wait()

            def draw() -> str:
                drawn.append(name)
                return name

            return draw

        await kept.find(name, prepare, reader=reader)

    many = [asyncio.create_task(find("a", f"a{number}")) for number in range(20)]
    await asyncio.sleep(0)
    one = asyncio.create_task(find("b", "b"))
    await asyncio.sleep(0)
    may_draw.set()
    await asyncio.gather(*many, one)
    assert "b" in drawn[:3]
    assert len(drawn) == 21


async def test_a_report_is_written_once_for_all_who_ask_at_the_same_time_and_kept_without_reading_files(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, written = f"{START}/gemeente/{ALMERE}/raad.pdf", list[object]()
    write = Reports._write_public

    async def counting(*arguments: object) -> bytes:
        written.append(arguments)
        return await write(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Reports, "_write_public", counting)
    answers = await asyncio.gather(*(program.get(address) for _ in range(8)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == len(written) == 1
    with counted_statements(program.database) as statements:
        assert (await program.get(address)).content == answers[0].content
    assert statements
    assert not [statement for statement in statements if "release_file" in statement]


async def test_a_report_counts_for_ten_and_one_that_cannot_be_there_for_nothing(program: Program) -> None:
    limit(program, 10)
    for _ in range(3):
        assert (await program.get(f"{START}/gemeente/GM0363/raad.pdf")).status_code == 404
    assert (await program.get(f"{START}/gemeente/{TOWNS[1]}/raad.pdf")).status_code == 200
    assert (await program.get(f"{START}/gemeente/{UTRECHT}/raad.pdf")).status_code == 429
