"""Areas through the years: what comes with the software, and what a table of Statistics Netherlands changes."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from area_tables import (
    CODE,
    PEOPLE,
    PROVINCE,
    REGION,
    SIZE,
    URBANITY,
    before_voorne,
    changed,
    rows_of_2026,
    table,
)
from sqlmodel import col, select

from ceo.storage.areas import Area, AreaMember, RegisterFigure, shipped_outlines
from ceo.storage.audit import AuditRecord
from ceo.storage.database import Database, open_database
from ceo.storage.tenancy import reading_across
from ceo.workflows.areas.divisions import (
    Areas,
    Place,
    Redivision,
    Stay,
    areas_on,
    members_on,
    municipalities_on,
    predecessors,
    read_areas,
    successors,
)
from ceo.workflows.areas.importing import AreaFile, Imported, import_areas, preview_areas
from ceo.workflows.areas.laying import Laid, What, lay, put
from ceo.workflows.areas.reading import AreaTable, read_table
from questionnaires.problems import Problem

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TODAY = NOW.date()
VOORNE = ("GM0501", "GM0530", "GM0614")
# Of 1 January, and of the day after Weesp: numbers that CBS published.
NUMBERS = {
    date(2015, 6, 1): 393,
    date(2016, 1, 1): 390,
    date(2017, 1, 1): 388,
    date(2018, 1, 1): 380,
    date(2019, 1, 1): 355,
    date(2020, 1, 1): 355,
    date(2021, 1, 1): 352,
    date(2022, 1, 1): 345,
    date(2022, 3, 24): 344,
    date(2023, 1, 1): 342,
    date(2026, 1, 1): 342,
}


async def taken(database: Database, content: bytes, name: str = "Gebieden_in_Nederland_2026.csv") -> Imported:
    found = await import_areas(database, AreaFile(name, content), actor="ceo areas", now=NOW)
    assert isinstance(found, Imported), found
    return found


@pytest.fixture(scope="module")
def known(sqlite_template: Path) -> Areas:
    """What an installed database knows."""

    async def find() -> Areas:
        async with open_database(f"sqlite+aiosqlite:///{sqlite_template}") as opened:
            return await read_areas(opened)

    return asyncio.run(find())


def laid(known: Areas, content: bytes, name: str) -> Laid:
    found = lay(known, read(content, name))
    assert isinstance(found, Laid), found
    return found


def read(content: bytes, name: str = "Gebieden_in_Nederland_2026.csv", year: int | None = None) -> AreaTable:
    found = read_table(content, name, year)
    assert isinstance(found, AreaTable), found
    return found


def faults(content: bytes, name: str = "Gebieden_in_Nederland_2026.csv") -> list[tuple[int, str, str]]:
    found = read_table(content, name)
    assert isinstance(found, tuple)
    assert all(problem.cause and problem.cure for problem in found)
    return [(problem.line, problem.place, problem.code) for problem in found]


# What comes with the software


async def test_there_were_as_many_municipalities_as_were_published_on_every_day(database: Database) -> None:
    known = await read_areas(database)
    assert {day: len(municipalities_on(known, day)) for day in NUMBERS} == NUMBERS


def test_every_municipality_lies_in_one_province_and_part_of_the_country_as_long_as_it_is_there(
    known: Areas,
) -> None:
    for day in (*NUMBERS, date(2022, 3, 23), date(2022, 3, 25)):
        for division, number in (("PV", 12), ("LD", 4)):
            lying = [
                (code, one) for code in known.places if code[:2] == division for one in members_on(known, code, day)
            ]
            assert len({code for code, _ in lying}) == number
            assert sorted(one for _, one in lying) == [place.code for place in municipalities_on(known, day)]


async def test_on_the_first_of_2026_everyone_has_a_safety_region_and_a_size_class_and_a_population(
    database: Database,
) -> None:
    known = await read_areas(database)
    day = date(2026, 1, 1)
    assert areas_on(known, "GM0344", day) == {"LD": "LD03", "PV": "PV26", "VR": "VR09", "GK": "GK8"}
    assert all(areas_on(known, one.code, day).keys() >= {"VR", "GK"} for one in municipalities_on(known, day))
    assert members_on(known, "GK8", date(2025, 12, 31)) == ()
    async with reading_across(database) as session:
        people = (
            await session.exec(select(RegisterFigure.value).where(col(RegisterFigure.figure) == "population"))
        ).all()
    assert (len(people), sum(people)) == (342, sum(int(row[PEOPLE]) for row in rows_of_2026()))


def test_what_went_up_in_another_leads_to_what_is_there_on_a_day(known: Areas) -> None:
    assert successors(known, "GM0501", TODAY) == ("GM1992",)
    assert successors(known, "GM0501", date(2022, 12, 31)) == ("GM0501",)
    assert successors(known, "GM0788", TODAY) == ("GM0757", "GM0824", "GM0855", "GM0865")
    assert successors(known, "GM0344", TODAY) == ("GM0344",)
    assert successors(known, "GM9999", TODAY) == ()
    assert {one.code for one in predecessors(known, "GM1992")} == set(VOORNE)


def test_a_province_boundary_moved_with_vijfheerenlanden(known: Areas) -> None:
    before, after = date(2018, 12, 31), date(2019, 1, 1)
    assert "GM0545" in members_on(known, "PV28", before)
    assert "GM1961" in members_on(known, "PV26", after)
    assert not {"GM0545", "GM0620", "GM0707"} & {
        one for code in ("PV26", "PV28") for one in members_on(known, code, after)
    }


def test_a_redivision_after_a_redivision_is_followed() -> None:
    day = date(2020, 1, 1)
    places = {
        code: Place(code, code, date(2000, 1, 1), until) for code, until in (("GM1", date(2010, 1, 1)), ("GM2", day))
    }
    places["GM3"] = Place("GM3", "GM3", day)
    known = Areas(places, (), (Redivision("GM1", "GM2", date(2010, 1, 1)), Redivision("GM2", "GM3", day)), {})
    assert [successors(known, "GM1", date(year, 6, 1)) for year in (2005, 2015, 2025)] == [("GM1",), ("GM2",), ("GM3",)]


def test_every_municipality_of_2026_has_an_outline(known: Areas) -> None:
    outlines = shipped_outlines()
    assert set(outlines) == {one.code for one in municipalities_on(known, TODAY)}
    assert all(len(ring) > 2 for rings in outlines.values() for ring in rings)


# Reading


@pytest.mark.parametrize(
    "written",
    [
        str,
        str.upper,
        lambda name: name.replace("/", " "),
        lambda name: name.replace("gemeenten/", "gemeenten/Landelijk dekkende gebieden/") if "Lokal" in name else name,
        lambda name: name.replace("'", "’").replace("/Inwonertal", "/Inwonertal 1 januari 2023"),
        lambda name: name.replace(" (", "\u00a0("),
    ],
)
def test_columns_are_known_by_their_stem_whatever_the_year(written: object) -> None:
    assert callable(written)
    found = read(table(name_column=written))
    assert (len(found.rows), found.divisions) == (342, ["PV", "LD", "VR", "GK", "ST"])
    [utrecht] = [row for row in found.rows if row.code == "GM0344"]
    assert (utrecht.name, utrecht.areas) == (
        "Utrecht",
        {"PV": "PV26", "LD": "LD03", "VR": "VR09", "GK": "GK8", "ST": "ST5"},
    )
    assert utrecht.figures["address_density"] == 544
    assert found.names["VR09"] == "Utrecht"


def test_the_year_is_that_of_the_file_or_of_the_columns_or_given() -> None:
    assert read(table(), "Gebieden_in_Nederland_2023_25032025_175459.csv").day == date(2023, 1, 1)
    assert read(table(), "tabel.csv", 2024).day == date(2024, 1, 1)
    assert faults(table(), "tabel.csv") == [(1, "", "G05")]


def test_a_figure_may_have_dots_between_its_thousands_and_may_be_missing() -> None:
    rows = changed("GM0344", PEOPLE, "378.123")
    rows[0][PEOPLE] = "."
    found = {row.code: row.figures.get("population") for row in read(table(rows)).rows}
    assert found["GM0344"] == 378_123
    assert found[rows[0][CODE].strip()] is None


def test_a_division_of_which_the_table_tells_nothing_yet_is_left_alone() -> None:
    rows = [[*row[:SIZE], ".", "", ".", "", *row[PEOPLE:]] for row in rows_of_2026()]
    assert read(table(rows)).divisions == ["PV", "LD", "VR"]


def test_everything_wrong_in_a_table_is_told_at_once_with_its_place() -> None:
    rows = rows_of_2026()
    rows[0][PROVINCE], rows[1][SIZE], rows[2][PEOPLE], rows[3][CODE] = "Utrecht", "9", "veel", ""
    rows[4][REGION], rows[6] = "", rows[5]
    assert faults(table(rows)) == [
        (2, "kolom G", "G04"),
        (3, "kolom K", "G04"),
        (4, "kolom O", "G07"),
        (5, "kolom B", "G03"),
        (6, "", "G09"),
        (8, "", "G06"),
    ]


def test_a_file_that_is_no_such_table_is_told_how_to_get_one() -> None:
    for content in (b"", b"a;b\r\n1;2\r\n", b"Regio's;Provincies/Code\r\nUtrecht;PV26\r\n", b"\x00\x01\x02"):
        [problem] = read_table(content, "2026.csv") or ()
        assert isinstance(problem, Problem)
        assert "StatLine" in problem.cure


# What a table changes


async def test_the_table_of_2026_changes_nothing_but_urbanity_which_was_not_known(database: Database) -> None:
    found = await taken(database, table())
    assert [(one.what, one.code, one.after) for one in found.changes] == [(What.FILLED, "ST", "342")]
    assert found.warnings == ()
    known = await read_areas(database)
    assert len(members_on(known, "ST1", TODAY)) == sum(row[URBANITY] == "1" for row in rows_of_2026())
    assert known == found.areas


async def test_the_same_table_again_changes_nothing_and_a_preview_keeps_nothing(database: Database) -> None:
    before = await read_areas(database)
    preview = await preview_areas(database, AreaFile("2026.csv", table()))
    assert isinstance(preview, Imported)
    assert await read_areas(database) == before
    first = await taken(database, table())
    again = await taken(database, table())
    assert (first.changes, again.changes) == (preview.changes, ())
    assert first.areas == again.areas == await read_areas(database)


async def test_taking_a_table_in_is_recorded_with_what_changed(database: Database) -> None:
    await taken(database, table())
    async with reading_across(database) as session:
        [row] = await session.exec(select(AuditRecord).where(col(AuditRecord.action) == "areas.imported"))
    assert (row.place, row.actor, row.object_kind) == ("NL", "ceo areas", "areas")
    assert row.after == {
        "source": "CBS, Gebieden in Nederland 2026 (Gebieden_in_Nederland_2026.csv)",
        "figures": 684,
        "filled": 1,
    }


async def test_figures_of_a_year_are_those_of_the_newest_table(database: Database) -> None:
    await taken(database, table(changed("GM0344", PEOPLE, "400000")))
    async with reading_across(database) as session:
        rows = (await session.exec(select(RegisterFigure).where(col(RegisterFigure.area) == "GM0344"))).all()
    assert {row.figure: (row.year, row.value) for row in rows} == {
        "population": (2026, 400_000),
        "address_density": (2026, 200 + 344),
    }


def test_a_municipality_that_grew_lies_in_another_class_from_that_year_on(known: Areas) -> None:
    found = laid(known, table(changed("GM0344", SIZE, "7")), "Gebieden 2027.csv")
    assert (What.MOVED, "GM0344", "GK8", "GK7") in [
        (one.what, one.code, one.before, one.after) for one in found.changes
    ]
    years = [areas_on(found.areas, "GM0344", date(year, 6, 1))["GK"] for year in (2026, 2027, 2028)]
    assert years == ["GK8", "GK7", "GK7"]


def test_tables_may_come_in_any_order_and_an_earlier_one_does_not_reach_past_a_later_one(known: Areas) -> None:
    tables = {"2027.csv": table(changed("GM0344", SIZE, "7")), "2028.csv": table(changed("GM0344", SIZE, "6"))}
    for order in (("2027.csv", "2028.csv"), ("2028.csv", "2027.csv")):
        after = known
        for name in order:
            after = laid(after, tables[name], name).areas
        years = [areas_on(after, "GM0344", date(year, 6, 1))["GK"] for year in (2026, 2027, 2028, 2029)]
        assert years == ["GK8", "GK7", "GK6", "GK6"]


def test_a_table_of_before_a_redivision_fills_in_the_years_before_it(known: Areas) -> None:
    found = laid(known, table(weesp_as_well(before_voorne())), "2022.csv")
    assert [(one.what, one.code, one.after) for one in found.changes] == [
        (What.FILLED, division, "345") for division in ("GK", "ST", "VR")
    ]
    days = [date(2022, 1, 1), date(2022, 3, 24), date(2022, 12, 31), date(2023, 1, 1)]
    assert ["GM0457" in members_on(found.areas, "VR14", day) for day in days] == [True, False, False, False]
    assert ["GM0501" in members_on(found.areas, "VR17", day) for day in days] == [True, True, True, False]
    assert len(municipalities_on(found.areas, days[0])) == 345


def weesp_as_well(rows: list[list[str]]) -> list[list[str]]:
    [near] = [row for row in rows if row[CODE].strip() == "GM0402"]
    return [*rows, ["Weesp", "GM0457", "Weesp", "Weesp", *near[4:]]]


def test_a_municipality_that_is_gone_or_new_without_a_redivision_is_warned_of(known: Areas) -> None:
    rows = [row for row in rows_of_2026() if row[CODE].strip() != "GM0355"]
    new = ["Nieuwstad", "GM2001", "Nieuwstad", "Nieuwstad", *rows[0][4:]]
    found = laid(known, table([*rows, new]), "2027.csv")
    day = date(2027, 1, 1)
    assert [(one.code, one.warning) for one in found.warnings] == [("G20", True), ("G21", True)]
    assert not found.areas.places["GM0355"].on(day)
    assert found.areas.places["GM2001"].since == day
    assert "GM0355" not in members_on(found.areas, "PV26", day)
    assert successors(found.areas, "GM0355", day) == ()


def test_a_part_of_a_table_and_a_table_of_another_year_are_refused(known: Areas) -> None:
    def refused(content: bytes, name: str) -> list[str]:
        problems = lay(known, read(content, name))
        assert isinstance(problems, tuple)
        return [problem.code for problem in problems]

    assert refused(table(rows_of_2026()[:200]), "2027.csv") == ["G10"]
    assert refused(table(before_voorne()), "2026.csv") == ["G11"] * 3
    assert refused(table(rows_of_2026()[1:]), "2025.csv") == ["G12"]


def test_an_area_gets_the_name_of_the_newest_table(known: Areas) -> None:
    rows = rows_of_2026()
    for row in rows:
        if row[REGION].strip() == "VR09":
            row[REGION + 1] = "Midden-Nederland"
    assert laid(known, table(rows), "2025.csv").areas.name("VR09") == "Utrecht", "an earlier year does not rename"
    found = laid(known, table(rows), "2027.csv")
    assert (What.RENAMED, "VR09") in [(one.what, one.code) for one in found.changes]
    assert found.areas.name("VR09") == "Midden-Nederland"


async def test_rows_of_the_database_are_what_was_computed(database: Database) -> None:
    found = await taken(database, table(weesp_as_well(before_voorne())), "2022.csv")
    assert found.areas == await read_areas(database)
    async with reading_across(database) as session:
        own = (await session.exec(select(AreaMember).where(col(AreaMember.member) == "GM0501"))).all()
        kinds = (await session.exec(select(Area.kind).where(col(Area.code).in_(("GM0344", "ST1", "VR09"))))).all()
    kept = {Stay(row.member, row.area, row.valid_from, row.valid_to) for row in own}
    assert kept == {stay for stay in found.areas.stays if stay.member == "GM0501"}
    assert sorted(kinds) == ["municipality", "region", "urbanity"]


async def test_a_table_that_is_refused_changes_nothing(database: Database) -> None:
    before = await read_areas(database)
    found = await import_areas(database, AreaFile("2026.csv", table(before_voorne())), actor="x", now=NOW)
    assert isinstance(found, tuple)
    assert await read_areas(database) == before
    async with reading_across(database) as session:
        assert (await session.exec(select(AuditRecord))).all() == []


# Redivisions from a file


REDIVISION = "ingangsdatum,oude_code,oude_naam,nieuwe_code,nieuwe_naam\n2027-01-01,GM0355,Zeist,GM2001,Nieuwstad\n"


async def test_a_redivision_from_a_file_connects_what_was_with_what_comes(database: Database) -> None:
    found = await taken(database, REDIVISION.encode(), "herindelingen.csv")
    assert [(one.what, one.code) for one in found.changes] == [(What.ENDED, "GM0355")]
    known = await read_areas(database)
    assert successors(known, "GM0355", date(2027, 1, 1)) == ("GM2001",)
    assert members_on(known, "PV26", date(2027, 1, 1)) == tuple(
        one for one in members_on(known, "PV26", date(2026, 12, 31)) if one != "GM0355"
    )
    rows = [row for row in rows_of_2026() if row[CODE].strip() != "GM0355"]
    table_of_2027 = table([*rows, ["Nieuwstad", "GM2001", "Nieuwstad", "Nieuwstad", *rows[0][4:]]])
    assert (await taken(database, table_of_2027, "2027.csv")).warnings == ()
    assert (await taken(database, REDIVISION.encode(), "herindelingen.csv")).changes == []


async def test_a_redivision_that_cannot_be_is_told_with_its_line(database: Database) -> None:
    lines = (
        "gisteren,GM0355,Zeist,GM2001,Nieuwstad\n"
        "2027-01-01,Zeist,Zeist,GM2001,Nieuwstad\n"
        "2027-01-01,GM0355,Zeist,GM0355,Zeist\n"
    )
    head = REDIVISION.splitlines(keepends=True)[0]
    found = await preview_areas(database, AreaFile("h.csv", (head + lines).encode()))
    assert isinstance(found, tuple)
    assert [(one.line, one.code) for one in found] == [(2, "G13"), (3, "G04"), (4, "G14")]
    late = "2025-01-01,GM0355,Zeist,GM2001,Nieuwstad\n2024-01-01,GM0501,Brielle,GM1992,Voorne aan Zee\n"
    refused = await preview_areas(database, AreaFile("h.csv", (head + late).encode()))
    assert isinstance(refused, tuple)
    assert [(one.line, one.code) for one in refused] == [(2, "G16"), (3, "G15")]


# The days of stays


def test_what_is_put_over_a_stay_leaves_what_is_before_and_after_it() -> None:
    def year(number: int) -> date:
        return date(number, 1, 1)

    old = [Stay("GM1", "PV1", year(2020))]
    assert put(old, Stay("GM1", "PV1", year(2022), year(2023))) == tuple(old)
    assert put(old, Stay("GM1", "PV2", year(2019), year(2021))) == (
        Stay("GM1", "PV2", year(2019), year(2021)),
        Stay("GM1", "PV1", year(2021)),
    )
    assert put(old, Stay("GM1", "PV2", year(2018))) == (Stay("GM1", "PV2", year(2018)),)


def test_laying_a_table_twice_is_laying_it_once(known: Areas) -> None:
    for name, rows in (("2027.csv", rows_of_2026()), ("2022.csv", weesp_as_well(before_voorne()))):
        once = laid(known, table(rows), name)
        twice = laid(once.areas, table(rows), name)
        assert (twice.areas, twice.changes) == (once.areas, ())
