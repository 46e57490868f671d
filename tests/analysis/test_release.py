"""What a release publishes: areas and all together for each question by itself, and never as hidden what was never asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import cubes
import numpy as np
import practice_people as people

from analysis.dataset import FIRST_CODE, NOT_ASKED, CodedColumn, Columns, Grouping, assemble
from analysis.design import Stratum
from analysis.disclosure.ledger import Ledger
from analysis.plan import AnalysisPlan, CodePlan, ScaleItem
from analysis.policy import DisclosurePolicy
from analysis.release.areas import Division
from analysis.release.making import ReleasePlan, ReleaseResults, make_release
from analysis.release.parts import Round, TabulatedRounds, release_plan_of, tabulate_rounds
from analysis.results import Cell, Comparison, Estimate, Measure, NotEstimable, Pair, Suppressed
from analysis.snapshots import write_snapshot
from analysis.tabulation.tables import tabulate_all
from questionnaires.sources import shipped_sources

SCALE = ScaleItem(
    kind="scale",
    codes={"nee": CodePlan(score=0, value=1), "ja": CodePlan(score=100, value=10, positive=True)},
)
UNITS = ("GM1", "GM2", "GM3", "GM4", "GM5", "GM6")
WEST = Division("province", {"PV1": UNITS[:5]})
MIXED = "nnjjjjjjjjjjjjjjjjjjjjjj"  # two of 24 said no


def released(
    answers: Mapping[str, Mapping[str, str]],
    *,
    clients: Mapping[str, float] | None = None,
    not_asked: Mapping[str, frozenset[str]] | None = None,
    levels: str = "",
) -> ReleaseResults:
    """Release answers by question and municipality: a letter a respondent, j for yes and n for no, a dot for not asked."""
    codes = {".": NOT_ASKED, "n": FIRST_CODE, "j": FIRST_CODE + 1}
    units = [unit for unit in UNITS for _ in next(iter(answers.values()))[unit]]
    columns = Columns(
        tuple(CodedColumn(item, tuple(SCALE.codes)) for item in answers),
        np.array([[codes[one] for unit in UNITS for one in by_unit[unit]] for by_unit in answers.values()], np.int8),
        (),
        np.empty((0, len(units))),
        np.empty((0, len(units)), np.int8),
        (Grouping("groep", ("a", "b"), np.array(["ab".index(one) for one in levels], np.int16)),) if levels else (),
    )
    sizes = dict.fromkeys(UNITS, 500.0) | dict(clients or {})
    strata = [Stratum(unit, unit, sizes[unit]) for unit in UNITS]
    dataset = assemble(columns, strata, np.array([UNITS.index(unit) for unit in units], np.int32))
    plan = AnalysisPlan(items=dict.fromkeys(answers, SCALE), subgroups=("groep",) if levels else ())
    tabulated = TabulatedRounds(tabulate_all(dataset), ("sha256:0",), {}, needs_rows=False, not_asked=not_asked or {})
    return make_release(tabulated, ReleasePlan(plan, DisclosurePolicy(), (WEST,), series="s"), Ledger())


def everywhere(letters: str = MIXED) -> dict[str, str]:
    return dict.fromkeys(UNITS, letters)


def only_in(*units: str) -> dict[str, str]:
    return {unit: MIXED if unit in units else "." * len(MIXED) for unit in UNITS}


def score(item: str, unit: str = "", breakdown: str = "", level: str = "") -> Cell:
    return Cell(Measure.SCORE, item, "", unit, breakdown, level)


def test_an_area_is_of_those_who_answered_the_question_and_not_of_all_who_took_part() -> None:
    found = released({"q": everywhere(), "old": only_in("GM1", "GM2", "GM6")})
    assert isinstance(found.areas.figures[score("q", "PV1")], Estimate)
    assert found.areas.figures[score("old", "PV1")] == NotEstimable("too_few_units", 48)


def test_one_unit_that_is_most_of_the_clients_behind_the_answers_is_no_area() -> None:
    large = {
        "GM1": 1900.0
    }  # of 3900 clients, but half of those in the other municipalities were led past the second question
    fewer = everywhere("............njjjjjjjjjjj") | {"GM1": MIXED}
    found = released({"q": everywhere(), "part": fewer}, clients=large)
    assert isinstance(found.areas.figures[score("q", "PV1")], Estimate)
    assert found.areas.figures[score("part", "PV1")] == NotEstimable("dominant_unit", 72)


def test_an_area_of_few_people_is_hidden_and_one_of_few_municipalities_says_so_without_a_number() -> None:
    one_each = everywhere("j" + "." * 23)
    found = released({"q": everywhere(), "rare": one_each, "rarer": one_each | {"GM1": "." * 24}}).areas.figures
    assert found[score("rare", "PV1")] == Suppressed("fewer_than_floor")
    assert found[score("rarer", "PV1")] == NotEstimable("too_few_units", 0)


def test_a_few_municipalities_are_not_the_nation_and_nobody_is_compared_with_them() -> None:
    found = released({"q": everywhere(), "old": only_in("GM1", "GM2", "GM6")}).protected
    assert isinstance(found.figures[score("q")], Estimate)
    assert isinstance(found.comparisons[Pair(score("q", "GM1"))], Comparison)
    assert found.figures[score("old")] == NotEstimable("too_few_units", 72)
    assert isinstance(found.figures[score("old", "GM1")], Estimate)
    assert found.comparisons[Pair(score("old", "GM1"))] == NotEstimable("too_few_units", 24)


def test_a_group_of_clients_that_lives_in_a_few_municipalities_is_not_that_group_of_the_nation() -> None:
    levels = ("a" * 12 + "b" * 12) * 4 + "b" * 48
    found = released({"q": everywhere("njjjjjjjjjjj" * 2)}, levels=levels).protected
    assert found.figures[score("q", "", "groep", "a")] == NotEstimable("too_few_units", 48)
    assert isinstance(found.figures[score("q", "", "groep", "b")], Estimate)
    assert isinstance(found.figures[score("q")], Estimate)


def test_a_question_that_was_never_asked_is_told_as_such_and_one_that_nobody_answered_is_not() -> None:
    never = frozenset({"old"})
    asked = only_in("GM6")
    found = released({"q": everywhere(), "old": asked}, not_asked={"GM1": never, "GM2": never})
    assert found.protected.figures[score("old", "GM1")] == NotEstimable("not_asked", 0)
    assert found.protected.comparisons[Pair(score("old", "GM1"))] == NotEstimable("not_asked", 0)
    # GM3 asked it; that its own answers led everybody past it is nobody's business.
    assert isinstance(found.protected.figures[score("old", "GM3")], Suppressed)
    assert found.areas.figures[score("old", "PV1")] == NotEstimable("too_few_units", 0)
    nowhere = released({"q": everywhere(), "old": asked}, not_asked=dict.fromkeys(UNITS[:5], never))
    assert nowhere.areas.figures[score("old", "PV1")] == NotEstimable("not_asked", 0)


def test_groups_by_a_question_that_was_never_asked_were_never_asked() -> None:
    found = released({"q": everywhere()}, levels="ab" * 72, not_asked={"GM1": frozenset({"groep"})}).protected
    assert found.figures[score("q", "GM1", "groep", "a")] == NotEstimable("not_asked", 0)
    assert isinstance(found.figures[score("q", "GM1")], Estimate)
    assert isinstance(found.figures[score("q", "GM2", "groep", "a")], Estimate)


def test_what_is_told_as_never_asked_does_not_help_to_work_out_what_is_hidden() -> None:
    few = only_in("GM5", "GM6") | {"GM4": "." * 20 + "njjj"}
    never = {unit: frozenset({"old"}) for unit in ("GM1", "GM2", "GM3")}
    found = released({"q": everywhere(), "old": few}, not_asked=never).protected
    hidden = [unit for unit in UNITS if isinstance(found.figures[score("old", unit)], Suppressed)]
    assert "GM4" in hidden
    assert len(hidden) > 1 or not isinstance(found.figures[score("old")], Estimate)


def test_no_interval_reaches_beyond_what_its_measure_can_be() -> None:
    found = released({"q": everywhere("n" + "j" * 15)})
    own, area = found.protected.figures[score("q", "GM1")], found.areas.figures[score("q", "PV1")]
    mean = found.protected.figures[replace(score("q", "GM1"), measure=Measure.MEAN)]
    assert isinstance(own, Estimate)
    assert isinstance(area, Estimate)
    assert isinstance(mean, Estimate)
    assert own.value + 2 * own.se > 100 > own.interval.low
    assert (own.interval.high, mean.interval.high) == (100.0, 10.0)
    assert area.interval.high <= 100


def test_what_was_asked_follows_from_the_questionnaires_that_were_filled_in() -> None:
    plan = release_plan_of(people.pooled().codebook, with_local=False)
    rounds = [Round(cubes.snapshots()[code]) for code in ("GM0060", "GM0303")]
    found = tabulate_rounds(rounds, cubes.versions(), shipped_sources().all_crosswalks(), plan)
    assert isinstance(found, TabulatedRounds)
    assert {"TOE02@1", "wmo_toegang@1"} <= found.not_asked["GM0060"]
    assert {"TOE02", "wmo_toegang"} <= found.not_asked["GM0303"]
    assert not {"TOE01"} & (found.not_asked["GM0060"] | found.not_asked["GM0303"])


def test_what_a_round_asked_that_nobody_answered_is_not_known() -> None:
    pooled, one = people.pooled(), Round(cubes.snapshots()["GM0060"]).snapshot()
    named = [replace(one, facts=replace(one.facts, municipality=f"GM{number}")) for number in range(18)]
    named[1] = replace(named[1], rows=())
    rounds = [Round(write_snapshot(it, tuple(pooled.codebooks.values()))) for it in named]
    plan = release_plan_of(pooled.codebook, with_local=False)
    found = tabulate_rounds(rounds, cubes.versions(), shipped_sources().all_crosswalks(), plan)
    assert isinstance(found, TabulatedRounds)
    assert "TOE02@1" in found.not_asked["GM0"]
    assert "GM1" not in found.not_asked
