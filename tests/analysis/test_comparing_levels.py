"""Levels and waves of a plan become comparisons within each unit and for all units together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from comparisons import EVERYTHING, UNITS, Found, comparison, of_rows, of_tables, plan, score_of, six_units
from rowwise import simulated

from analysis.comparison.comparing import has_contrasts
from analysis.dataset import FIRST_CODE, Dataset, Grouping
from analysis.plan import AnalysisPlan
from analysis.results import OTHERS, TOTAL, Cell, Measure, Pair


def test_one_unit_has_levels_to_compare_and_no_units() -> None:
    one = simulated(1, [20, 20], [40, 40])
    for compare in (of_tables, of_rows):
        assert {pair.cell.unit for pair in compare(one, EVERYTHING)} == {"", "GM0"}
        assert {pair.reference for pair in compare(one, EVERYTHING)} == {OTHERS}


def test_without_units_levels_are_compared_for_everyone() -> None:
    dataset = simulated(1, [20, 20], [40, 40])
    nameless = replace(dataset, strata=tuple(replace(it, unit="") for it in dataset.strata))
    for compare in (of_tables, of_rows):
        found = compare(nameless, EVERYTHING)
        assert {pair.cell for pair in found if pair.cell.measure is Measure.SCORE} == {
            score_of("", level) for level in ("young", "old")
        }


def waves(dataset: Dataset, *names: str) -> Dataset:
    """Return the data set in which one stratum of every unit after another is of a later wave."""
    member = (dataset.stratum % len(names)).astype(np.int16)
    return replace(dataset, groupings=(*dataset.groupings, Grouping("jaar", names, member)))


PAST = plan(
    design={"wave": "jaar"},
    subgroups=["age", "jaar"],
    references={"eerder": {"kind": "past", "wave": "2025"}},
    subgroup_contrasts=True,
)


@pytest.mark.parametrize("compare", [of_tables, of_rows])
def test_a_later_wave_is_compared_with_the_earlier_one_in_every_unit(
    compare: Callable[[Dataset, AnalysisPlan], Found],
) -> None:
    found = compare(waves(six_units(), "2025", "2026"), PAST)
    of_past = {pair for pair in found if pair.reference == "eerder" and pair.cell.measure is Measure.SCORE}
    assert of_past == {Pair(Cell(Measure.SCORE, "q1", "", unit, "jaar", "2026"), "eerder") for unit in ("", *UNITS)}
    assert {pair.cell.breakdown for pair in found if pair.reference == OTHERS} == {"age"}
    it = comparison(found, Pair(Cell(Measure.SCORE, "q1", "", "GM0", "jaar", "2026"), "eerder"))
    assert not it.includes_unit
    assert it.others == it.reference_respondents


def test_waves_before_the_chosen_one_are_not_compared_with_it() -> None:
    asked = PAST.model_copy(update={"subgroup_contrasts": False})
    dataset = waves(six_units(), "2024", "2025")
    assert {pair.reference for pair in of_tables(dataset, asked)} == {TOTAL}
    unknown = waves(six_units(), "2022", "2023")
    assert {pair.reference for pair in of_tables(unknown, asked)} == {TOTAL}


def test_a_level_is_compared_with_the_other_levels_of_its_breakdown() -> None:
    found = of_tables(six_units(), EVERYTHING)
    young, old = (comparison(found, Pair(score_of("GM2", level), OTHERS)) for level in ("young", "old"))
    assert young.difference == pytest.approx(-old.difference)
    assert young.se == pytest.approx(old.se)
    assert (young.respondents, young.reference_respondents) == (old.reference_respondents, old.respondents)


def test_an_item_is_not_compared_over_its_own_answers() -> None:
    dataset = six_units()
    own = Grouping("q1", ("a", "b", "c", "d"), np.maximum(dataset.codes[0].astype(np.int16) - FIRST_CODE, -1))
    asked = EVERYTHING.model_copy(update={"subgroups": ("q1",)})
    for compare in (of_tables, of_rows):
        found = compare(replace(dataset, groupings=(own,)), asked)
        assert {pair.cell.item for pair in found if pair.reference == OTHERS} == {"cost"}
    only = asked.model_copy(update={"items": {"q1": asked.items["q1"]}})
    alone = replace(dataset, coded=dataset.coded[:1], codes=dataset.codes[:1], groupings=(own,))
    empty = replace(alone, numbers=(), pilots=dataset.pilots[:0], deviations=dataset.deviations[:0])
    for compare in (of_tables, of_rows):
        assert OTHERS not in {pair.reference for pair in compare(replace(empty, status=dataset.status[:0]), only)}


def test_only_breakdowns_with_something_to_compare_are_asked_for() -> None:
    assert has_contrasts("age", ("young", "old"), PAST)
    assert not has_contrasts("age", ("young",), PAST)
    assert not has_contrasts("age", ("young", "old"), plan())
    assert has_contrasts("jaar", ("2025", "2026"), PAST)
    assert not has_contrasts("jaar", ("2024", "2025"), PAST)
