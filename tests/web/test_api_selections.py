"""Groups that programs put together: what they are told, what is refused, and that nobody can work out who hides behind it."""

from __future__ import annotations

import io
import json
import random
from collections.abc import AsyncIterator, Mapping, Sequence
from itertools import combinations
from typing import Any

import pyarrow.parquet as pq
import pytest
from installation import settings_of_copy
from released import ALMERE, NOW, UTRECHT
from web.programs import EDITION, Program, problem, program_on, released, serving
from web.release_attack import Attacker

from analysis.disclosure.ledger import Granted, Ledger
from analysis.policy import DisclosurePolicy, shipped_policy
from ceo.settings import Settings
from ceo.storage.database import open_database
from ceo.workflows.demonstration.national import MEASUREMENT, NationalPlan, seed_national
from ceo.workflows.releases.asking import refusal_of
from ceo.workflows.releases.files import LEDGER_AFTER, read_release_file
from ceo.workflows.releases.making import make_asked
from ceo.workflows.releases.proposal import Proposal
from ceo.workflows.releases.proposing import Proposed, propose

pytestmark = pytest.mark.anyio

# A province with islands where few answer, and two large towns elsewhere.
ISLANDS = ("GM0060", "GM0088", "GM0096")
FRYSLAN = (*ISLANDS, "GM0085", "GM0737", "GM1900", "GM1949")
TOWNS = (*FRYSLAN, ALMERE, UTRECHT)
# Each database is asked about its own part: together they are all that was attacked on one of them.
ITEMS = {"sqlite": ("wmo_toegang", "HUL01"), "postgresql": ("TOE01",)}
ATTACKED = 15  # small places of an item, of several hundreds


@pytest.fixture
async def program(released_settings: Settings) -> AsyncIterator[Program]:
    async with serving(released_settings) as reading:
        yield reading


async def test_a_group_is_the_mean_of_its_members_by_clients(
    program: Program,
) -> None:
    group = {"indicator": "TOE01", "area": [UTRECHT, ALMERE]}
    answer = await program.ask("selections", **group)
    document = answer.json()
    assert (answer.status_code, document["areas"], document["method"]) == (200, [ALMERE, UTRECHT], "weighted_areas")
    rows = await program.figures(indicator="TOE01", area=[UTRECHT, ALMERE], breakdown="")
    for figure in document["figures"]:
        members = [row for row in rows if (row["measure"], row["category"]) == (figure["measure"], figure["category"])]
        value = sum(row["value"] * row["population_size"] for row in members) / sum(
            row["population_size"] for row in members
        )
        step = 0.0 if figure["measure"] == "score" else 0.005 + 1e-9
        assert abs(figure["value"] - value) <= step + 1e-9
        assert figure["n"] == sum(row["n"] for row in members)
        assert figure["lower"] < figure["value"] < figure["upper"]
        assert (
            min(row["value"] for row in members) - step
            <= figure["value"]
            <= max(row["value"] for row in members) + step
        )
    again = await program.ask("selections", indicator="TOE01", area=[ALMERE, UTRECHT, ALMERE], measure="share")
    assert [one["measure"] for one in again.json()["figures"]] == ["share"]
    same = await program.get(str(answer.url), if_none_match=answer.headers["etag"])
    assert same.status_code == 304


async def test_a_group_of_all_municipalities_is_about_the_figure_of_all_together(program: Program) -> None:
    [together] = await program.figures(indicator="wmo_toegang", area="NL", breakdown="")
    _, cube = await released(program)
    answer = await program.ask("selections", indicator="wmo_toegang", area=list(cube.facts.area("NL").members))
    [figure] = answer.json()["figures"]
    assert abs(figure["value"] - together["value"]) < 0.1
    assert 0.9 < (figure["upper"] - figure["lower"]) / (together["upper"] - together["lower"]) < 1.2


async def test_a_question_that_cannot_be_answered_is_refused_with_all_that_is_wrong(program: Program) -> None:
    answer = await program.ask("selections", area=["GM0034"], leeftijd="65+")
    faults = {one["parameter"]: one["code"] for one in problem(answer, 400)["fouten"]}
    assert faults == {"leeftijd": "unknown-parameter", "indicator": "too-few", "area": "too-few"}
    answer = await program.ask("selections", indicator="nee", area=["NL", "GM9999", UTRECHT])
    faults = problem(answer, 404)["fouten"]
    assert [(one["parameter"], one["waarde"]) for one in faults] == [
        ("indicator", "nee"),
        ("area", "NL"),
        ("area", "GM9999"),
    ]
    answer = await program.ask("selections", indicator="TOE01", area=[ALMERE, UTRECHT], measure="mean", category="x")
    assert [one["parameter"] for one in problem(answer, 404)["fouten"]] == ["measure", "category"]


async def test_what_somebody_asked_changes_nothing_for_who_asks_next(program: Program) -> None:
    _, cube = await released(program)
    towns = cube.facts.area("NL").members
    groups = [*combinations(towns[:4], 2), *(tuple(set(towns) - {one}) for one in towns[:2]), towns]

    async def answers(asked: Sequence[Sequence[str]]) -> dict[frozenset[str], int]:
        found = {}
        for group in asked:
            own = program_on(program.app)  # how much one may ask is no part of this
            answer = await own.ask("selections", indicator="TOE01", area=list(group))
            found[frozenset(group)] = answer.status_code
        return found

    first = await answers(groups)
    assert list(first.values()).count(200) > len(groups) / 2
    assert await answers(groups[::-1]) == first


async def test_a_draft_of_somebody_keeps_nobody_from_asking(program: Program) -> None:
    own = Proposal(
        name="wmo-eigen", measurement=MEASUREMENT, title="Eigen", population="Cliënten", publisher="CEO", divisions=()
    )
    assert isinstance(await propose(program.database, own, place=UTRECHT, actor="7", now=NOW), Proposed)
    await make_asked(program.database, program.installation.settings, clock=lambda: NOW)
    answer = await program.ask("selections", indicator="TOE01", area=[UTRECHT, ALMERE])
    assert answer.status_code == 200


def test_a_group_that_lies_near_what_the_edition_shows_is_refused_in_whatever_order_groups_are_asked() -> None:
    counts = {"": 126, "GM1": 50, "GM2": 40, "GM3": 6, "GM4": 30}
    places = {(unit, "", ""): (float(n),) for unit, n in counts.items()}
    hidden = frozenset({("GM3", "", ""), ("GM4", "", "")})
    ledger = Ledger().with_release("r/1", "r", ("r",), {"q": ((places,), hidden)})
    shown = Granted(item="q", series="r", waves=("r",), units=("GM1", "GM2"), breakdown="", levels=())
    near = shown.model_copy(update={"units": ("GM1", "GM2", "GM3")})
    policy = DisclosurePolicy()
    known = ledger.with_group(shown)  # as an edition holds a province that it shows
    assert [refusal_of(known, one, policy) for one in (shown, near, shown, near)] == [
        "",
        "near_published",
        "",
        "near_published",
    ]


@pytest.fixture(
    scope="module",
    params=[
        pytest.param("sqlite", marks=pytest.mark.xdist_group("small release on sqlite")),
        pytest.param("postgresql", marks=pytest.mark.xdist_group("small release on postgresql")),
    ],
)
def small_settings(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return settings_of_copy(request, tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="module")
async def small(small_settings: Settings) -> AsyncIterator[Program]:
    """A program on a site with a release in which municipalities are hidden."""
    async with open_database(small_settings.database_url) as database:
        plan = NationalPlan(respondents=400, municipalities=TOWNS, processes=1)
        await seed_national(database, small_settings, plan, now=NOW, told=lambda *_: None)
    async with serving(small_settings) as reading:
        yield reading


async def test_a_group_with_a_hidden_municipality_is_refused_and_names_it(small: Program) -> None:
    rows = await small.figures(indicator="wmo_toegang", area_type="municipality", breakdown="")
    hidden = [row["area"] for row in rows if row["suppression"]]
    assert hidden, "the world of this test hides somebody"
    refused = problem(await small.ask("selections", indicator="wmo_toegang", area=[UTRECHT, *hidden]), 403)
    assert [(one["waarde"], one["code"]) for one in refused["fouten"]] == [
        (area, "member_without_figure") for area in hidden
    ]
    assert "mensen" not in refused["title"] + refused["detail"]


async def test_who_asks_everything_cannot_pin_a_small_number(small: Program) -> None:
    row, _ = await released(small)
    items = ITEMS[small.database.writer.dialect.name]
    figures = await everything(small)
    groups = await every_tracker(small, items, figures)
    content = await read_release_file(small.database, MEASUREMENT, 1, LEDGER_AFTER)
    truth = {one["item"]: one["ways"][0] for one in json.loads(content or b"")["releases"][-1]["items"]}
    edition = (await small.get(EDITION)).json()
    assert row.manifest is not None
    policy = shipped_policy("national").with_floor(row.manifest["floor"])
    areas = {one["area"]: tuple(one["members"]) for one in (await small.ask("areas")).json()["areas"]}
    rng, attacked = random.Random(8), 0
    for item in items:
        attacker = attacker_on(item, figures, areas)
        for areas_of_group, n in groups[item]:
            attacker.learn_group(areas_of_group, n)
        for source in edition["sources"]:
            if source["submissions"] is not None:
                attacker.learn_most(source["municipality"], source["submissions"])
        known = next(area for area in TOWNS if figures[_place_of_everyone(item, figures, area)]["n"])
        assert attacker.width((known, "", "")) <= 4, "what is told is known as closely as it was rounded"
        small_places = [
            place["place"]
            for place in truth[item]
            if 0 < round(sum(place["answers"])) < policy.floor and place["place"][0]
        ]
        for place in rng.sample(small_places, min(ATTACKED, len(small_places))):
            assert attacker.width(tuple(place)) >= policy.width, f"{item} {place}"
            attacked += 1
    assert attacked >= ATTACKED


async def everything(program: Program) -> dict[tuple[str, ...], dict[str, Any]]:
    """Ask for all figures by every filter and in every form; return them by their place. A figure is the same however it is asked."""
    found: dict[tuple[str, ...], dict[str, Any]] = {}

    def learn(rows: list[Mapping[str, Any]]) -> None:
        for row in rows:
            place = tuple(row[name] for name in ("indicator", "measure", "category", "breakdown", "level", "area"))
            assert found.setdefault(place, dict(row)) == row, place

    patient = await program.with_new_key("NL")
    whole = await patient.figures(limit=10_000)
    learn(whole)
    for column in ("area", "area_type", "measure", "breakdown"):
        parts = [
            await patient.figures(**{column: value}, limit=10_000) for value in sorted({row[column] for row in whole})
        ]
        for part in parts:
            learn(part)
        assert sum(map(len, parts)) == len(whole), column
    for path in ("figures?format=parquet", "files/parquet"):
        learn(pq.read_table(io.BytesIO((await patient.get(f"{EDITION}/{path}")).content)).to_pylist())
    document = json.loads((await patient.get(f"{EDITION}/files/json")).content)
    names = [one["name"] for one in document["columns"]]
    learn([dict(zip(names, values, strict=True)) for values in document["rows"]])
    assert len(found) == len(whole)
    return found


async def every_tracker(
    program: Program, items: Sequence[str], figures: Mapping[tuple[str, ...], Mapping[str, Any]]
) -> dict[str, list[tuple[tuple[str, ...], int]]]:
    """Ask for groups as who looks for a difference does: A, B, A and B, all minus one, chains; return what was granted.

    What is granted says nothing but what follows from its members, and what is refused has a hidden member or lies near something known.
    """
    rng = random.Random(3)
    found: dict[str, list[tuple[tuple[str, ...], int]]] = {}
    for item in items:
        shown = {area: row for (one, *_, breakdown, _, area), row in figures.items() if (one, breakdown) == (item, "")}
        groups = [*combinations(rng.sample(TOWNS, 5), 2), *(tuple(set(TOWNS) - {one}) for one in TOWNS), TOWNS, FRYSLAN]
        order = rng.sample(TOWNS, len(TOWNS))
        groups += [tuple(order[:size]) for size in range(2, len(order))]
        visible = tuple(area for area in TOWNS if shown[area]["suppression"] == "")
        groups += [visible, *(tuple(set(visible) - {one}) for one in visible)]
        rng.shuffle(groups)
        for group in dict.fromkeys(groups):
            # At an address of its own: how much one may ask is no part of what keeps people safe.
            answer = await program_on(program.app).ask("selections", indicator=item, area=list(group))
            if answer.status_code == 200:
                assert set(group) <= set(visible)
                first = answer.json()["figures"][0]
                members = [figures[(item, first["measure"], first["category"], "", "", area)] for area in group]
                assert first["n"] == sum(row["n"] for row in members)
                found.setdefault(item, []).append((group, first["n"]))
            else:
                codes = {one["code"] for one in problem(answer, 403)["fouten"]}
                assert codes == {"near_published"} or not set(group) <= set(visible), (group, answer.text)
    return found


def _place_of_everyone(item: str, figures: Mapping[tuple[str, ...], Any], area: str) -> tuple[str, ...]:
    return next(
        place for place in figures if (place[0], place[3], place[5]) == (item, "", area) and place[1] != "missing"
    )


def attacker_on(
    item: str, figures: Mapping[tuple[str, ...], Mapping[str, Any]], areas: Mapping[str, tuple[str, ...]]
) -> Attacker:
    """Return an attacker who knows every number of respondents that was told about an indicator."""
    rows = [row for row in figures.values() if row["indicator"] == item]
    measure = "category" if any(row["measure"] == "category" for row in rows) else "score"
    levels: dict[str, dict[str, None]] = {}
    for row in rows:
        if row["breakdown"]:
            levels.setdefault(row["breakdown"], {})[row["level"]] = None
    divisions = {name: tuple(found) for name, found in levels.items()} or {"geen": ("allen",)}
    attacker = Attacker(TOWNS, {area: members for area, members in areas.items() if members}, divisions)
    attacker.learn_structure()
    told = {(row["area"], row["breakdown"], row["level"]): row for row in rows if row["measure"] == measure}
    for row in told.values():
        attacker.learn(row)
    assert len(attacker.known) > 3, "something was told"
    return attacker
