"""Figures that were changed after they were sealed are given to nobody, and everybody is told why."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from released import UTRECHT
from web.programs import EDITION, Program, problem, serving

from ceo.settings import Settings
from ceo.storage.tenancy import shared_transaction
from ceo.workflows.demonstration.national import MEASUREMENT
from ceo.workflows.releases.files import CUBE, write_release_file

pytestmark = pytest.mark.anyio


@pytest.fixture
async def program(released_settings: Settings) -> AsyncIterator[Program]:
    async with serving(released_settings) as reading:
        async with shared_transaction(reading.database) as session:
            await write_release_file(session, MEASUREMENT, 1, CUBE, b"something else")
        yield reading


async def test_a_program_is_told_that_figures_are_damaged(program: Program) -> None:
    answer = await program.get(f"{EDITION}/figures")
    assert problem(answer, 503)["title"] == "Deze cijfers zijn beschadigd en worden daarom niet gegeven."
    assert answer.headers["retry-after"] == "3600"


@pytest.mark.parametrize("page", ["", f"/gemeente/{UTRECHT}"])
async def test_a_reader_is_told_that_figures_are_damaged(program: Program, page: str) -> None:
    answer = await program.get(f"/cijfers/{MEASUREMENT}/1{page}")
    assert (answer.status_code, "Deze cijfers zijn beschadigd" in answer.text) == (503, True)
