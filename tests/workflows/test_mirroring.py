"""A municipality beside others, from what was released: its results, groups that may be asked for, and who is alike and clearly better."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from math import hypot, sqrt
from typing import TYPE_CHECKING, Any

import pytest
from released import ALMERE, NOW, TOWNS, UTRECHT
from sqlmodel import col, select, update
from web.counting import counted_statements

from analysis.results import Measure, NotEstimable
from analysis.series.released_changes import ReleasedChange
from ceo.settings import Settings
from ceo.storage.audit import AuditRecord
from ceo.storage.database import Database, open_database
from ceo.storage.releases import Release, ReleaseState
from ceo.storage.tenancy import reading_across, shared_transaction, tenant_transaction
from ceo.storage.together import Practice, Theme
from ceo.workflows.areas.mirror_groups import MirrorGroup, Mirroring, group_by_likeness, group_of_list, mirroring_of
from ceo.workflows.demonstration.national import MEASUREMENT
from ceo.workflows.following.reading import SeriesHead
from ceo.workflows.following.series import Grain
from ceo.workflows.learning.results import Source
from ceo.workflows.mirroring.beside import BesideGroup, NotBeside, clients_of, stand_beside
from ceo.workflows.mirroring.better import find_better
from ceo.workflows.mirroring.openness import agree_to_be_found, open_municipalities, open_since, stop_being_found
from ceo.workflows.mirroring.reading import (
    OwnEdition,
    figure_of_row,
    is_in_series,
    newest_by_core,
    open_edition,
    own_editions,
    read_result,
    rows_of,
    taking_part,
)
from ceo.workflows.releases.asking import Ledgers
from ceo.workflows.releases.reading import Cubes, find_release
from questionnaires.scales import Polarity

if TYPE_CHECKING:
    from exports.release.cube import SealedCube

pytestmark = pytest.mark.anyio

TODAY = NOW.date()
CORE = "nl.ceo.wmo"
FIRST = f"{MEASUREMENT}/1"
ASKED = "TOE01"
SMALL_TOWNS = tuple(code for code in TOWNS if code not in (ALMERE, UTRECHT))
DRONTEN, URK, ZEEWOLDE, NOORDOOSTPOLDER = "GM0303", "GM0184", "GM0050", "GM0171"


@dataclass(frozen=True)
class World:
    """A published release of seven municipalities, of which Utrecht has the lowest figures, and what its groups are made from."""

    database: Database
    cubes: Cubes
    edition: OwnEdition
    cube: SealedCube
    given: Mirroring


@pytest.fixture
async def world(released_settings: Settings) -> AsyncIterator[World]:
    async with open_database(released_settings.database_url) as database:
        cubes = Cubes("http://testserver.local")
        [edition] = await own_editions(database, UTRECHT)
        cube = await open_edition(database, cubes, edition)
        day = cube.facts.period_end
        given = await mirroring_of(database, UTRECHT, day=day, clients=clients_of(cube))
        yield World(database, cubes, edition, cube, given)


def listed(world: World, *members: str) -> MirrorGroup:
    group = group_of_list(replace(world.given, lists={"Eigen": members}), UTRECHT, "Eigen")
    assert isinstance(group, MirrorGroup), group
    return group


async def test_a_result_is_what_a_published_edition_shows_of_ones_own_municipality(world: World) -> None:
    database, cubes = world.database, world.cubes
    assert (world.edition.name, world.edition.core, world.edition.alone) == (FIRST, CORE, False)
    assert await own_editions(database, "GM0363") == ()
    with counted_statements(database) as statements:
        await own_editions(database, UTRECHT)
    assert len(statements) == 2
    found = await read_result(database, cubes, UTRECHT, FIRST, "wmo_toegang")
    assert found is not None
    rows = rows_of(world.cube, (UTRECHT, "NL"), "wmo_toegang", Measure.SCORE)
    assert found.figure == figure_of_row(rows[UTRECHT])
    assert found.beside == figure_of_row(rows["NL"])
    # The difference is the one that the release tells, and nobody computes another from the two figures.
    own = rows[UTRECHT]
    assert found.apart is not None
    assert (found.apart.value, found.apart.low, found.apart.high, found.apart.p_adjusted) == tuple(
        own[name] for name in ("difference", "difference_lower", "difference_upper", "p_adjusted")
    )
    assert found.open_part == pytest.approx(1 - own["n"] / own["population_size"]), (
        "of its clients, and not of its service"
    )
    beside_a_town = await read_result(database, cubes, UTRECHT, FIRST, "wmo_toegang", beside=ALMERE)
    assert beside_a_town is not None
    assert (beside_a_town.beside_name, beside_a_town.apart) == ("Almere", None), "the release does not compare these"
    assert (found.source, found.name, found.measure, found.polarity) == (
        Source.RELEASE,
        FIRST,
        Measure.SCORE,
        Polarity.POSITIVE,
    )
    # What is not in the edition, of another municipality, or has no one figure is no result.
    asked = ((UTRECHT, FIRST, "XXX01"), (UTRECHT, f"{MEASUREMENT}/2", ASKED), ("GM0363", FIRST, ASKED))
    for code, name, indicator in (*asked, (UTRECHT, FIRST, "GES01"), (UTRECHT, "../1", ASKED), (UTRECHT, "", ASKED)):
        assert await read_result(database, cubes, code, name, indicator) is None, (code, name, indicator)
    # A withdrawn edition is cited, and nobody mirrors themselves in it.
    async with shared_transaction(database) as session:
        await session.exec(update(Release).values(state=ReleaseState.CORRECTED.value))
    assert newest_by_core(await own_editions(database, UTRECHT)) == {}
    assert await read_result(database, cubes, UTRECHT, FIRST, ASKED) is not None
    async with shared_transaction(database) as session:
        await session.exec(update(Release).values(state=ReleaseState.WITHDRAWN.value))
    assert await own_editions(database, UTRECHT) == ()
    assert await read_result(database, cubes, UTRECHT, FIRST, ASKED) is None


async def test_a_group_stands_beside_the_own_figure_or_is_refused_with_its_reason(world: World) -> None:
    row = await find_release(world.database, MEASUREMENT, public=True)
    assert row is not None
    rows = rows_of(world.cube, (UTRECHT, *SMALL_TOWNS), ASKED, Measure.SCORE)
    own = rows[UTRECHT]
    alike = group_by_likeness(world.given, UTRECHT)  # of these only Almere is about as large
    groups = (listed(world, *SMALL_TOWNS), alike)
    about = (ASKED, Measure.SCORE)
    with counted_statements(world.database) as statements:
        beside, refused = await stand_beside(
            world.database, Ledgers(), (row, world.cube), world.given, groups, about=about, own=own
        )
    assert len(statements) == 1  # the ledger, once for all groups
    assert isinstance(beside, BesideGroup)
    assert beside.members == tuple(sorted(SMALL_TOWNS))
    figures = {code: rows[code]["value"] for code in SMALL_TOWNS}
    clients = clients_of(world.cube)
    mean = sum(figures[code] * clients[code] for code in SMALL_TOWNS) / sum(clients[code] for code in SMALL_TOWNS)
    assert beside.figure.value == pytest.approx(mean, abs=0.5)  # every client counts as one
    assert isinstance(beside.difference, ReleasedChange)
    assert beside.difference.value == pytest.approx(own["value"] - beside.figure.value)
    # A difference is one of services: the margins of each municipality are those without what was asked of its clients (1 − n/N).
    share = {code: rows[code]["population_size"] for code in SMALL_TOWNS}
    up = [margin(rows[code], "upper") * share[code] / sum(share.values()) for code in SMALL_TOWNS]
    down = beside.difference.value - beside.difference.interval.low
    assert down == pytest.approx(hypot(margin(own, "lower"), *up))
    assert down > (own["value"] - own["lower"]) * 1.02
    assert beside.difference.interval.low < beside.difference.value < beside.difference.interval.high < 0
    assert isinstance(refused, NotBeside)
    assert refused.cause == "Er zijn te weinig gemeenten die op de uwe lijken."
    # Told together, differences have wider joint intervals than told alone.
    twice = await stand_beside(
        world.database, Ledgers(), (row, world.cube), world.given, (groups[0], groups[0]), about=about, own=own
    )
    assert isinstance(twice[0], BesideGroup)
    assert isinstance(twice[0].difference, ReleasedChange)
    assert twice[0].difference.interval == beside.difference.interval
    assert twice[0].difference.joint.low < beside.difference.joint.low
    # Where everybody answered, chance cannot be read from the figure: there is no difference, and the reason is told.
    everybody = {**own, "population_size": float(own["n"])}
    [census] = await stand_beside(
        world.database, Ledgers(), (row, world.cube), world.given, groups[:1], about=about, own=everybody
    )
    assert isinstance(census, BesideGroup)
    assert census.difference == NotEstimable("census", 0)
    # Nobody asks for a group of an edition that was replaced.
    gone = Release.model_validate(row.model_dump() | {"state": ReleaseState.CORRECTED.value})
    [old] = await stand_beside(
        world.database, Ledgers(), (gone, world.cube), world.given, groups[:1], about=about, own=own
    )
    assert isinstance(old, NotBeside)


def margin(row: Mapping[str, Any], side: str) -> float:
    """The margin of a figure as one of the service: that of its clients over √(1 − n/N)."""
    return float(abs(row["value"] - row[side]) / sqrt(1 - row["n"] / row["population_size"]))


async def test_who_is_clearly_better_is_found_among_those_who_agreed_and_never_in_a_rank(world: World) -> None:
    database, indicator = world.database, world.cube.facts.indicator(ASKED)
    # As it is, Utrecht has no town that is alike; so it is told as one of 40,000 people, of which it has four.
    people = {**world.given.figures["population"], UTRECHT: 40_000.0}
    given = replace(world.given, figures={"population": people})

    async def find() -> tuple[tuple[str, ...], int]:
        found = await find_better(database, world.cube, given, UTRECHT, CORE, indicator)
        assert found.alike == len((ZEEWOLDE, NOORDOOSTPOLDER, URK, DRONTEN))
        return tuple(one.name for one in found.others), found.considered

    assert await find() == ((), 0)
    for code in (ZEEWOLDE, URK, DRONTEN, DRONTEN):
        await agree_to_be_found(database, code, actor="eigenaar", now=NOW, today=TODAY)
    await _share_practices(database)
    assert await find() == (("Dronten", "Zeewolde"), 3)  # Urk is considered, and not clearly better
    found = await find_better(database, world.cube, given, UTRECHT, CORE, indicator)
    dronten = found.others[0]
    own = rows_of(world.cube, (UTRECHT,), ASKED, Measure.SCORE)[UTRECHT]["value"]
    assert dronten.difference.value == pytest.approx(dronten.figure.value - own)
    assert dronten.difference.interval.low > 0
    assert [(one.title, one.close) for one in dronten.practices] == [("Dicht bij", True), ("Andere vraag", False)]
    assert await open_since(database, DRONTEN) == TODAY
    await stop_being_found(database, DRONTEN, actor="eigenaar", now=NOW)
    await stop_being_found(database, DRONTEN, actor="eigenaar", now=NOW)
    assert await open_municipalities(database) == {ZEEWOLDE, URK}
    assert await find() == (("Zeewolde",), 2)
    async with reading_across(database) as session:
        told = select(AuditRecord.action).where(
            col(AuditRecord.place) == DRONTEN, col(AuditRecord.object_kind) == "openness"
        )
        # What changes nothing is not told.
        assert list(await session.exec(told.order_by(col(AuditRecord.number)))) == [
            "openness.agreed",
            "openness.stopped",
        ]


async def test_it_is_told_why_nobody_is_found_where_nobody_is_alike_or_nothing_is_registered(world: World) -> None:
    indicator = world.cube.facts.indicator(ASKED)
    for clients, figures, reason in (
        (dict.fromkeys(SMALL_TOWNS, 10.0), world.given.figures, "nobody_alike"),
        (world.given.clients, {}, "nothing_registered"),
    ):
        given = replace(world.given, clients=clients, figures=figures)
        found = await find_better(world.database, world.cube, given, UTRECHT, CORE, indicator)
        assert (found.reason, found.others) == (reason, ())


async def test_a_series_is_of_the_measurement_of_an_edition_or_of_another_one(world: World) -> None:
    """The release of these towns was sealed as a whole: no series by month holds it, nor one that ends in another measurement."""

    def head(grain: Grain, until: str) -> SeriesHead:
        return SeriesHead(CORE, grain, 1, "Wmo", TODAY, until, simulated=True)

    for grain, until, expected in (
        (Grain.ROUND, MEASUREMENT, True),
        (Grain.ROUND, "wmo-2031", False),
        (Grain.MONTH, "2026-10", False),
        (Grain.QUARTER, "2026-K3", False),
    ):
        found = await is_in_series(world.database, UTRECHT, world.edition, head(grain, until))
        assert found is expected, (grain, until)
    assert await taking_part(world.database, world.edition) == set(TOWNS)


async def _share_practices(database: Database) -> None:
    """Dronten shares two practices about this questionnaire, has one that it does not share, and one about another questionnaire."""
    async with shared_transaction(database) as session:
        session.add(Theme(id="toegang", name="Toegang"))
    about = {"core": CORE, "indicator": ASKED}
    made = (
        ("1", "Dicht bij", about, True),
        ("2", "Andere vraag", about | {"indicator": "TOE02"}, True),
        ("3", "Niet gedeeld", about, False),
        ("4", "Andere lijst", about | {"core": "nl.ceo.participatie"}, True),
    )
    async with tenant_transaction(database, DRONTEN) as session:
        for number, title, result, shared in made:
            session.add(
                Practice(
                    municipality=DRONTEN,
                    id=number * 32,
                    theme="toegang",
                    title=title,
                    text="",
                    about=[result],
                    shared=shared,
                    made_by="iemand",
                    made_on=TODAY,
                )
            )
