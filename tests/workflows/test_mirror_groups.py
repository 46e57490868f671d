"""With whom a municipality can be compared, and why; and lists of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from area_tables import table
from arrangements import UTRECHT, ZWOLLE
from sqlmodel import col, select

from ceo.storage.audit import AuditRecord
from ceo.storage.database import Database, open_database
from ceo.storage.tenancy import reading_across
from ceo.workflows.areas.divisions import municipalities_on
from ceo.workflows.areas.importing import AreaFile, import_areas
from ceo.workflows.areas.mirror_groups import (
    MirrorGroup,
    Mirroring,
    NoMirrorGroup,
    alike_municipalities,
    alike_within,
    group_by_area,
    group_by_likeness,
    group_of_list,
    mirror_groups,
    mirroring_of,
    reference_of,
)
from ceo.workflows.areas.own_lists import (
    MOST_LISTS,
    ListOfOwn,
    OwnListFault,
    find_own_lists,
    keep_own_list,
    remove_own_list,
)

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TODAY = NOW.date()
ZEIST = "GM0355"
FIVE = ("GM0307", "GM0310", "GM0312", "GM0313", "GM0317")


@pytest.fixture(scope="module")
def given(sqlite_template: Path) -> Mirroring:
    """All municipalities take part, each with 100 clients."""

    async def find() -> Mirroring:
        async with open_database(f"sqlite+aiosqlite:///{sqlite_template}") as opened:
            found = await mirroring_of(opened, ZEIST, day=TODAY, clients={})
        everyone = {place.code: 100.0 for place in municipalities_on(found.areas, TODAY)}
        return replace(found, clients=everyone)

    return asyncio.run(find())


def group(found: MirrorGroup | NoMirrorGroup) -> MirrorGroup:
    assert isinstance(found, MirrorGroup), found
    return found


def refused(found: MirrorGroup | NoMirrorGroup) -> str:
    assert isinstance(found, NoMirrorGroup)
    assert found.cause
    assert found.cure
    return found.reason


def listed(given: Mirroring, members: tuple[str, ...], clients: Mapping[str, float]) -> MirrorGroup | NoMirrorGroup:
    return group_of_list(replace(given, lists={"Buren": members}, clients=clients), ZEIST, "Buren")


def test_a_group_is_explained_and_never_holds_the_municipality_itself(given: Mirroring) -> None:
    size, province, urbanity, alike = mirror_groups(given, ZEIST)
    assert group(size).explanation == "Gemeenten in dezelfde grootteklasse als Zeist: 50.000 tot 100.000 inwoners."
    assert group(province).explanation == "Gemeenten in dezelfde provincie als Zeist: Utrecht."
    assert refused(urbanity) == "not_known"
    assert group(alike).explanation.startswith(
        "De 15 gemeenten die meedoen en het meest op Zeist lijken, naar inwoners. Het meest lijkt "
    )
    assert all(ZEIST not in group(one).members for one in (size, province, alike))
    assert len(group(province).members) == 25


def test_of_a_group_only_those_who_take_part_count(given: Mirroring) -> None:
    found = group(group_by_area(replace(given, clients=dict.fromkeys((*FIVE, ZEIST, ZWOLLE), 10.0)), ZEIST, "PV"))
    assert found.members == FIVE
    assert found.explanation.endswith("Van deze 25 doen er 5 mee.")


def test_fewer_than_five_others_are_no_group(given: Mirroring) -> None:
    assert refused(listed(given, FIVE[:4], dict.fromkeys(FIVE, 10.0))) == "too_few_units"
    assert refused(listed(given, FIVE, dict.fromkeys(FIVE[:4], 10.0))) == "too_few_units"
    assert refused(listed(given, (*FIVE[:4], ZEIST), dict.fromkeys((*FIVE, ZEIST), 10.0))) == "too_few_units"
    assert group(listed(given, FIVE, dict.fromkeys(FIVE, 10.0))).members == FIVE


def test_a_group_of_which_one_has_more_than_half_of_the_clients_is_none(given: Mirroring) -> None:
    clients = {**dict.fromkeys(FIVE, 10.0), "GM0317": 40.0}
    assert group(listed(given, FIVE, clients)).members == FIVE
    assert refused(listed(given, FIVE, {**clients, "GM0317": 41.0})) == "dominant_unit"


def test_a_list_of_before_a_redivision_stands_for_what_is_there_now(given: Mirroring) -> None:
    found = group(listed(given, ("GM0501", "GM0530", *FIVE), given.clients))
    assert found.members == (*FIVE, "GM1992")


def test_a_group_is_a_reference_without_the_own_municipality(given: Mirroring) -> None:
    reference = reference_of(group(listed(given, FIVE, given.clients)))
    assert (reference.units, reference.own, reference.average) == (FIVE, "without", "client")


def test_the_most_alike_are_those_with_about_as_many_people_and_who_take_part(given: Mirroring) -> None:
    people = given.figures["population"]
    nearest = [one.unit for one in alike_municipalities(given, ZEIST, nearest=5)]
    ratios = sorted(people, key=lambda code: max(people[code] / people[ZEIST], people[ZEIST] / people[code]))
    assert nearest == ratios[1:6]
    without = replace(given, clients={code: 1.0 for code in given.clients if code not in nearest})
    assert not set(nearest) & set(group(group_by_likeness(without, ZEIST)).members)


def test_without_figures_nothing_is_alike(given: Mirroring) -> None:
    assert refused(group_by_likeness(replace(given, figures={}), ZEIST)) == "not_known"
    gone = replace(given, day=date(2020, 1, 1), figures={})
    assert refused(group_by_area(gone, ZEIST, "GK")) == "not_known"


def test_nobody_is_alike_beyond_the_bound_and_fewer_than_five_are_no_group(given: Mirroring) -> None:
    """Utrecht has 378,121 inhabitants: of all municipalities Almere, Groningen, Rotterdam and a few more are within 1.88 times that."""
    people = given.figures["population"]
    ratios = [
        max(people[one.unit], people[UTRECHT]) / min(people[one.unit], people[UTRECHT])
        for one in alike_municipalities(given, UTRECHT)
    ]
    assert len(ratios) == 6
    assert max(ratios) < alike_within(given, UTRECHT)["population"] == pytest.approx(1.88, abs=5e-3)
    assert len(group(group_by_likeness(given, UTRECHT)).members) == 6
    towns = replace(given, clients={code: 100.0 for code in given.clients if people[code] < 200_000})
    assert alike_municipalities(towns, UTRECHT) == ()
    found = group_by_likeness(towns, UTRECHT)
    assert refused(found) == "too_few_units"
    assert isinstance(found, NoMirrorGroup)
    assert (found.cause, found.cure) == (
        "Er zijn te weinig gemeenten die op de uwe lijken.",
        "Kies provincie of een eigen lijst.",
    )


def test_why_there_is_no_group_is_told_in_words_and_not_in_numbers_of_a_machine(given: Mirroring) -> None:
    urbanity = mirror_groups(given, ZEIST)[2]
    assert isinstance(urbanity, NoMirrorGroup)
    assert urbanity.cause == "In welke stedelijkheid uw gemeente op 22 november 2026 lag, is niet bekend."
    nobody = listed(given, FIVE, {})
    assert isinstance(nobody, NoMirrorGroup)
    assert nobody.cause == "Uit deze groep doet geen andere gemeente mee, en er zijn er minstens 5 nodig."
    four = listed(given, FIVE, dict.fromkeys(FIVE[:4], 10.0))
    assert isinstance(four, NoMirrorGroup)
    assert four.cause == "Uit deze groep doen 4 andere gemeenten mee, en er zijn er minstens 5 nodig."


async def test_groups_follow_what_is_taken_in_and_the_day(database: Database) -> None:
    await import_areas(database, AreaFile("2026.csv", table()), actor="x", now=NOW)
    now = await mirroring_of(database, UTRECHT, day=TODAY, clients={})
    assert set(now.figures) == {"population", "address_density"}
    everyone = dict.fromkeys(now.figures["population"], 1.0)
    assert group(group_by_area(replace(now, clients=everyone), UTRECHT, "ST")).explanation.endswith("niet stedelijk.")
    alike = group(group_by_likeness(replace(now, clients=everyone), ZEIST))
    assert "naar adressen per vierkante kilometer en inwoners" in alike.explanation
    before = await mirroring_of(database, UTRECHT, day=date(2025, 1, 1), clients={})
    assert before.figures == {}


# Own lists


async def keep(database: Database, *members: str, name: str = "Buren") -> ListOfOwn | tuple[OwnListFault, ...]:
    return await keep_own_list(database, ZEIST, ListOfOwn(name, members), actor="7f", today=TODAY, now=NOW)


async def test_an_own_list_comes_back_and_is_nothing_to_another_municipality(database: Database) -> None:
    kept = await keep(database, *reversed(FIVE), FIVE[0], name="  Onze   buren ")
    assert kept == ListOfOwn("Onze buren", FIVE)
    assert await find_own_lists(database, ZEIST) == (kept,)
    assert await find_own_lists(database, UTRECHT) == ()
    found = await mirroring_of(database, ZEIST, day=TODAY, clients=dict.fromkeys(FIVE, 10.0))
    assert group(mirror_groups(found, ZEIST)[-1]).name == "Onze buren"
    assert (await mirroring_of(database, UTRECHT, day=TODAY, clients={})).lists == {}


async def test_a_list_is_changed_by_its_name_and_removed_and_all_of_it_is_recorded(database: Database) -> None:
    await keep(database, *FIVE)
    await keep(database, *FIVE, ZWOLLE)
    assert await find_own_lists(database, ZEIST) == (ListOfOwn("Buren", (ZWOLLE, *FIVE)),)
    assert await remove_own_list(database, ZEIST, "Buren", actor="7f", now=NOW)
    assert not await remove_own_list(database, ZEIST, "Buren", actor="7f", now=NOW)
    async with reading_across(database) as session:
        rows = (await session.exec(select(AuditRecord).where(col(AuditRecord.place) == ZEIST))).all()
    assert [row.action for row in rows] == ["own-list.kept", "own-list.kept", "own-list.removed"]
    assert rows[1].before == {"members": list(FIVE)}
    assert rows[1].after == rows[2].before == {"members": [ZWOLLE, *FIVE]}


async def test_everything_wrong_with_a_list_is_told_at_once_and_nothing_is_kept(database: Database) -> None:
    found = await keep(database, ZEIST, "GM0501", "GM9999", name=" ")
    assert isinstance(found, tuple)
    assert [(fault.place, fault.cause) for fault in found] == [
        ("name", "De naam is leeg, of langer dan 80 tekens."),
        ("members", "Uw eigen gemeente staat in de lijst."),
        ("members", "Brielle (GM0501) is nu geen gemeente."),
        ("members", "GM9999 (GM9999) is nu geen gemeente."),
        ("members", "Er staan minder dan 5 andere gemeenten in de lijst."),
    ]
    assert found[2].cure == "Kies in plaats daarvan: Voorne aan Zee."
    assert await find_own_lists(database, ZEIST) == ()


async def test_there_are_no_more_lists_than_can_be_overseen(database: Database) -> None:
    for number in range(MOST_LISTS):
        assert isinstance(await keep(database, *FIVE, name=f"Lijst {number}"), ListOfOwn)
    assert isinstance(await keep(database, *FIVE, name="Lijst 0"), ListOfOwn)
    found = await keep(database, *FIVE, name="Nog een")
    assert isinstance(found, tuple)
    assert [fault.cause for fault in found] == [f"U hebt al {MOST_LISTS} lijsten."]
