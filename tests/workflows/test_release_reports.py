"""The reports of a release are composed of its cube: the figures are the released ones."""

from __future__ import annotations

from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader
from released import ALMERE

from analysis.results import Cell, Estimate, Measure
from ceo.settings import Settings
from ceo.storage.database import open_database
from ceo.workflows.demonstration.national import MEASUREMENT
from ceo.workflows.releases.reading import find_release
from ceo.workflows.releases.reports import ReportKind, ReportSource, compose, read_report_source, write_all, write_pdf
from exports.release.cube import open_cube
from exports.release.reading_back import read_back

pytestmark = pytest.mark.anyio


@pytest.fixture
async def source(released_settings: Settings) -> AsyncIterator[ReportSource]:
    async with open_database(released_settings.database_url) as database:
        row = await find_release(database, MEASUREMENT, public=True)
        assert row is not None
        yield await read_report_source(database, row, released_settings.base_url)


async def test_a_report_has_the_figures_of_the_release_to_the_last_bit(source: ReportSource) -> None:
    cube = open_cube(source.cube)
    report = compose(source, ALMERE, ReportKind.WHOLE)
    found = {
        (row.item, row.measure, row.category, row.breakdown, row.level): (row.value, row.low, row.high, row.respondents)
        for row in report.figures
        if row.area == ALMERE and row.value is not None
    }
    released = {
        (row["indicator"], row["measure"], row["category"], row["breakdown"], row["level"]): (
            row["value"],
            row["lower"],
            row["upper"],
            row["n"],
        )
        for row in cube.rows()
        if row["area"] == ALMERE and row["value"] is not None
    }
    assert found == released
    assert len(found) > 100


async def test_what_was_hidden_stays_hidden(source: ReportSource) -> None:
    cube = open_cube(source.cube)
    figures = read_back(cube, ALMERE).results.figures
    hidden = [row for row in cube.rows() if row["area"] == ALMERE and row["suppression"]]
    assert hidden
    for row in hidden:
        place = (row["category"], ALMERE, row["breakdown"], row["level"])
        assert not isinstance(figures[Cell(Measure(row["measure"]), row["indicator"], *place)], Estimate)


async def test_the_council_gets_two_pages_and_a_report_for_every_municipality_is_written(
    source: ReportSource, tmp_path: Path
) -> None:
    assert len(PdfReader(BytesIO(write_pdf(source, ALMERE, ReportKind.COUNCIL))).pages) <= 2
    heard: list[tuple[int, int]] = []
    kinds = (ReportKind.COUNCIL,)
    number = write_all(source, tmp_path, kinds=kinds, told=lambda done, size: heard.append((done, size)))
    assert number == len(source.asked) == 7
    assert pdfs_in(tmp_path) == [f"{code}-raad.pdf" for code, _ in source.asked]
    assert heard[-1] == (7, 7)


def pdfs_in(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.glob("*.pdf"))
