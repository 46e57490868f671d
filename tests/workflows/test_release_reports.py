"""The reports of a release are composed of its cube: the figures are the released ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import pytest
from lending import Prepared, released_on
from pypdf import PdfReader
from released import ALMERE, NOW, TOWNS, UTRECHT

from analysis.results import Cell, Estimate, Measure
from ceo.settings import Settings
from ceo.storage.database import Database, open_database
from ceo.storage.people import NATIONAL
from ceo.storage.releases import Release
from ceo.workflows.demonstration import national
from ceo.workflows.demonstration.national import MEASUREMENT, NationalPlan, seed_national
from ceo.workflows.releases.deciding import (
    By,
    Looked,
    ReleaseDecided,
    publish_release,
    read_rounds,
    sign_round,
    withdraw_release,
)
from ceo.workflows.releases.earlier import choose_earlier
from ceo.workflows.releases.making import make_asked
from ceo.workflows.releases.proposing import Proposed, propose_again
from ceo.workflows.releases.reading import find_release
from ceo.workflows.releases.reports import ReportKind, ReportSource, compose, read_report_source, write_all, write_pdf
from exports.release.cube import open_cube, write_cube
from exports.release.reading_back import read_back
from exports.report import Paragraph, Report, Subheading, TrendChart

pytestmark = pytest.mark.anyio

LAST_YEAR: Final = "wmo-landelijk-2025"
A_YEAR: Final = timedelta(days=365)


@pytest.fixture
async def source(released_settings: Settings) -> AsyncIterator[ReportSource]:
    async with open_database(released_settings.database_url) as database:
        row = await find_release(database, MEASUREMENT, public=True)
        assert row is not None
        yield await read_report_source(database, row, released_settings.base_url)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def with_last_year(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """An installation with a release of this year and one of the year before; tests copy it."""

    async def seed(settings: Settings) -> None:
        async with open_database(settings.database_url) as database:
            await seed_last_year(database, settings)

    return released_on(request).with_more(tmp_path_factory.mktemp("last-year"), seed)


@pytest.fixture
def after_a_year(with_last_year: Prepared, tmp_path: Path) -> Iterator[Settings]:
    """Settings of an installation of this test's own with both releases."""
    with with_last_year.lent(tmp_path) as settings:
        yield settings


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


async def test_a_report_looks_back_on_what_was_released_before(released_settings: Settings) -> None:
    async with open_database(released_settings.database_url) as database:
        await seed_last_year(database, released_settings, respondents=150)
        source = await source_of(database, released_settings)
    (earlier,) = source.earlier.editions
    released = {
        (row["area"], row["indicator"]): (row["value"], row["lower"], row["upper"])
        for row in open_cube(earlier.cube).rows()
        if (row["area_type"], row["measure"], row["breakdown"]) == ("municipality", "score", "")
    }
    assert {value for value, _, _ in released.values()} > {None}  # some are shown, and some are not
    shown = Counter[bool]()
    for town in TOWNS:
        titles = titles_of(source, town)
        for title, chart in charts_of(compose(source, town, ReportKind.WHOLE)).items():
            before, now = chart.points
            assert (before.label, now.label, now.after_break) == ("2025", "2026", False)
            value = released[town, titles[title]][0]
            shown[value is not None] += 1
            assert (before.range.value if before.range else None) == value
    assert shown[True] > 10


async def test_the_change_since_the_last_release_is_told_as_far_as_intervals_carry_it(after_a_year: Settings) -> None:
    async with open_database(after_a_year.database_url) as database:
        source = await source_of(database, after_a_year)
    told = sentences_of(compose(source, ALMERE, ReportKind.WHOLE))
    assert told
    assert all("dan bij de meting van 2025" in one or "verschil met de meting van 2025" in one for one in told)
    assert "Door de tijd" not in [it.title for it in compose(source, ALMERE, ReportKind.COUNCIL).sections]
    assert len(PdfReader(BytesIO(write_pdf(source, ALMERE, ReportKind.COUNCIL))).pages) <= 2


async def test_no_comparison_is_made_where_the_questions_changed(
    released_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(national, "QUESTIONNAIRE", "nl.ceo.wmo@1")
    async with open_database(released_settings.database_url) as database:
        await seed_last_year(database, released_settings)
        source = await source_of(database, released_settings)
    report, titles = compose(source, UTRECHT, ReportKind.WHOLE), titles_of(source, UTRECHT)
    broken = {titles[title]: chart.points[-1].after_break for title, chart in charts_of(report).items()}
    assert {name for name, is_broken in broken.items() if is_broken} == {"wmo_toegang", "TOE02"}
    assert {"wmo_kwaliteit", "wmo_effect"} <= broken.keys()
    assert sentences_of(report)[0] == (
        "De vragen of de manier van meten zijn anders dan bij de meting van 2025. "
        "Daarom vergelijken we deze twee metingen niet."
    )


async def test_other_people_than_before_are_compared_with_nobody(after_a_year: Settings) -> None:
    async with open_database(after_a_year.database_url) as database:
        source = await source_of(database, after_a_year)
    cube = open_cube(source.cube)
    facts = cube.facts.model_copy(update={"population": "Mantelzorgers in de deelnemende gemeenten"})
    others = replace(source, cube=write_cube(replace(cube, facts=facts)))
    charts = charts_of(compose(others, ALMERE, ReportKind.WHOLE))
    assert charts
    assert all(chart.points[-1].after_break for chart in charts.values())


async def test_what_was_withdrawn_is_looked_back_on_by_nobody(after_a_year: Settings) -> None:
    async with open_database(after_a_year.database_url) as database:
        row = await last_year(database)
        by = By(NATIONAL, "7", NOW + A_YEAR)
        decided = await withdraw_release(database, Looked(row.name, 1, row.digest), by, reason="Fout in de weging.")
        assert decided is ReleaseDecided.DONE
        source = await source_of(database, after_a_year)
    assert source.earlier.editions == ()
    assert "Door de tijd" not in [it.title for it in compose(source, ALMERE, ReportKind.WHOLE).sections]


async def test_what_is_published_later_changes_no_report_that_was_made(after_a_year: Settings) -> None:
    async with open_database(after_a_year.database_url) as database:
        row = await last_year(database)
        newest = await find_release(database, MEASUREMENT, public=True)
        assert newest is not None
        before = await choose_earlier(database, newest)
        assert [(one.name, one.edition) for one in before] == [(LAST_YEAR, 1)]
        # Neither does the earlier release look back on the later one.
        assert await choose_earlier(database, row) == ()
        await correct(database, after_a_year, row)
        assert await choose_earlier(database, newest) == before


async def seed_last_year(database: Database, settings: Settings, *, respondents: int = 1400) -> Release:
    plan = NationalPlan(respondents=respondents, municipalities=TOWNS, processes=1, name=LAST_YEAR)
    return await seed_national(database, settings, plan, now=NOW - A_YEAR, told=lambda *_: None)


async def last_year(database: Database) -> Release:
    row = await find_release(database, LAST_YEAR, public=True)
    assert row is not None
    return row


async def source_of(database: Database, settings: Settings) -> ReportSource:
    row = await find_release(database, MEASUREMENT, public=True)
    assert row is not None
    return await read_report_source(database, row, settings.base_url)


async def correct(database: Database, settings: Settings, row: Release) -> None:
    """Publish a later edition of a release, after everything that there is."""
    later = NOW + timedelta(days=3)
    proposed = await propose_again(
        database, row.name, place=NATIONAL, reason="Eén gemeente telde dubbel.", actor="7", now=later
    )
    assert isinstance(proposed, Proposed)
    await make_asked(database, settings, clock=lambda: later)
    made = await find_release(database, row.name, 2, public=False)
    assert made is not None
    looked = Looked(made.name, 2, made.digest)
    for one in await read_rounds(database, made.name, 2):
        await sign_round(database, looked, By(one.municipality, "7", later))
    assert await publish_release(database, looked, By(NATIONAL, "7", later)) is ReleaseDecided.DONE


def titles_of(source: ReportSource, municipality: str) -> dict[str, str]:
    """The indicators by what they are called."""
    facts = open_cube(source.cube).facts
    assert municipality in {one.municipality for one in facts.sources}
    return {one.label: one.indicator for one in facts.indicators}


def blocks_of(report: Report) -> Sequence[Any]:
    return next((it.blocks for it in report.sections if it.title == "Door de tijd"), ())


def charts_of(report: Report) -> dict[str, TrendChart]:
    """The charts of the section about time, under the heading of each."""
    headings = [one.text for one in blocks_of(report) if isinstance(one, Subheading)]
    charts = [one for one in blocks_of(report) if isinstance(one, TrendChart)]
    return dict(zip(headings, charts, strict=True))


def sentences_of(report: Report) -> list[str]:
    """What is told of each change, without how to read it."""
    return [one.text for one in blocks_of(report) if isinstance(one, Paragraph)][1:]
