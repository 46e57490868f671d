"""Who answered beside who was on the list: counted from what is sealed, made safe, and told in the reports of a release."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from released import ALMERE

from analysis.response_composition import compare_composition
from analysis.snapshots import read_snapshot
from ceo.settings import Settings
from ceo.storage.database import open_database
from ceo.workflows.demonstration.national import MEASUREMENT
from ceo.workflows.releases.compositions import compose_all, composition_digest, count_strata
from ceo.workflows.releases.computing import ReleaseInput, compute_release
from ceo.workflows.releases.making import gather_input
from ceo.workflows.releases.proposing import sealed_rounds
from ceo.workflows.releases.reading import find_release
from ceo.workflows.releases.reports import ReportKind, compose, read_report_source
from exports.municipal_report.additions import ShareDifference
from exports.municipal_report.composition import (
    TraitWords,
    protect_composition,
    read_compositions,
    write_compositions,
)
from exports.release.cube import open_cube, write_cube
from exports.report import Block, Report, Table

pytestmark = pytest.mark.anyio


async def test_who_answered_is_set_beside_who_was_on_the_list(released_settings: Settings) -> None:
    async with open_database(released_settings.database_url) as database:
        row = await find_release(database, MEASUREMENT, public=True)
        assert row is not None
        source = await read_report_source(database, row, released_settings.base_url)
        given = await gather_input(database, released_settings, row, await sealed_rounds(database, MEASUREMENT))
    invited = {code: invited_in(content) for code, content in snapshots_of(given).items()}
    made = compute_release(replace(given, invited=invited))
    assert made.manifest["composition"] == composition_digest(made.composition)
    found = read_compositions(made.composition)
    assert ALMERE in found
    for code, composition in found.items():
        snapshot = read_snapshot(snapshots_of(given)[code])
        answered = Counter(row.stratum for row in snapshot.rows)
        clients = snapshot.facts.strata
        weights = {name: clients[name] / invited[code][name] * number for name, number in answered.items()}
        (trait,) = composition.traits
        for group in trait.groups:
            if isinstance(group.difference, ShareDifference):
                assert answered[group.label] >= 10
                assert group.in_list == round(clients[group.label] / sum(clients.values()), 2)
                assert group.in_answers == pytest.approx(weights[group.label] / sum(weights.values()), abs=0.005001)
    facts = open_cube(made.cube).facts
    secret = tuple(one.model_copy(update={"submissions": None}) for one in facts.sources)
    assert compose_all(replace(given, invited=invited), facts.model_copy(update={"sources": secret})) == b""
    report = compose(replace(source, composition=made.composition), ALMERE, ReportKind.WHOLE)
    tables = [one for one in who_took_part(report) if isinstance(one, Table)]
    assert [one.title for one in tables][1:] == ["Groep op de lijst: deel van de lijst en deel van de antwoorden"]
    council = compose(replace(source, composition=made.composition), ALMERE, ReportKind.COUNCIL)
    assert "Uit één groep antwoordden mensen minder vaak (groep op de lijst: Begeleiding)" in council.model_dump_json()


async def test_nothing_is_told_of_who_answered_where_the_release_does_not_show_how_many_did(
    released_settings: Settings,
) -> None:
    async with open_database(released_settings.database_url) as database:
        row = await find_release(database, MEASUREMENT, public=True)
        assert row is not None
        source = await read_report_source(database, row, released_settings.base_url)
    cube = open_cube(source.cube)
    hidden = tuple(one.model_copy(update={"submissions": None}) for one in cube.facts.sources)
    facts = cube.facts.model_copy(update={"sources": hidden})
    counts = count_strata({"a": 900, "b": 800}, {"a": 300, "b": 300}, {"a": 60, "b": 150})
    kept = protect_composition(compare_composition({"stratum": counts}), {"stratum": TraitWords("Groep")}, floor=10)
    assert kept.traits
    composition = write_compositions({ALMERE: kept})
    closed = replace(source, cube=write_cube(replace(cube, facts=facts)), composition=composition)
    assert len(who_took_part(compose(closed, ALMERE, ReportKind.WHOLE))) == 1


@pytest.mark.parametrize(
    ("invited", "answered"),
    [
        ({}, {"a": 5}),  # nobody was invited by name
        ({"a": 20}, {"a": 5}),  # a whole stratum was not asked
        ({"a": 20, "b": 20}, {"a": 25}),  # more answered than were invited
        ({"a": 60, "b": 20}, {"a": 25}),  # more were invited than there are
        ({"a": 20, "b": 20}, {"a": 5, "c": 5}),  # of a stratum that is not on the list
    ],
)
def test_who_answered_is_not_told_where_counts_do_not_fit(invited: dict[str, int], answered: dict[str, int]) -> None:
    assert count_strata({"a": 50, "b": 80}, invited, answered) == []


def snapshots_of(given: ReleaseInput) -> dict[str, bytes]:
    return {read_snapshot(content).facts.municipality: content for content in given.snapshots}


def invited_in(content: bytes) -> dict[str, int]:
    """Twice as many were invited as answered, and of one stratum many more."""
    snapshot = read_snapshot(content)
    answered = Counter(row.stratum for row in snapshot.rows)
    factors = {"Begeleiding": 4}
    strata = snapshot.facts.strata
    return {name: min(clients, factors.get(name, 2) * max(answered[name], 1)) for name, clients in strata.items()}


def who_took_part(report: Report) -> tuple[Block, ...]:
    return next(it.blocks for it in report.sections if it.title == "Wie deden er mee?")
