"""Parts of a country give the results of the whole, wherever they are tabulated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rowwise import datasets, simulated

from analysis.dataset import Dataset, Grouping
from analysis.engine import analyse
from analysis.partitions import Engine, EngineKind, analyse_parts, read_engine
from analysis.plan import AnalysisPlan
from analysis.results import Estimate, Results
from analysis.rows.sample import Stage
from analysis.tabulation.merging import expanded, merged
from analysis.tabulation.tables import StratumLevels, Tables, tabulate_all
from analysis.tabulation.tabulating import CellTable, tabulate
from questionnaires.problems import Problem

CODES = {"a": {"score": 0}, "b": {"score": 25}, "c": {"score": 50}, "d": {"score": 100, "positive": True}}
ITEMS = {
    "q1": {"kind": "scale", "codes": CODES},
    "q2": {"kind": "scale", "codes": {code: {} for code in CODES}},
    "cost": {"kind": "number", "total": True},
}
PLAN = AnalysisPlan.model_validate({"items": ITEMS, "subgroups": ["age"]})


@dataclass(frozen=True)
class Simulated:
    """Some units of a simulated country; one can be sent to another process."""

    unit: int

    def __call__(self) -> Dataset:
        dataset = simulated(self.unit, [12, 9], [30, 4], weighted=True)
        strata = tuple(replace(it, unit=f"GM{self.unit}", name=f"{self.unit}{it.name}") for it in dataset.strata)
        return replace(dataset, strata=strata)


PARTS = [Simulated(unit) for unit in range(3)]


def by_unit(dataset: Dataset) -> list[Dataset]:
    """One part a unit, with its own strata only."""
    unit = dataset.design().unit_of_stratum()
    return [of_strata(dataset, np.flatnonzero(unit == place)) for place in range(unit.max() + 1)]


def of_strata(dataset: Dataset, strata: np.ndarray) -> Dataset:
    part = dataset.rows(np.isin(dataset.stratum, strata))
    return replace(
        part,
        strata=tuple(dataset.strata[place] for place in strata),
        stratum=(part.stratum - strata[0]).astype(np.int32),
        respondents=dataset.respondents[strata],
        pilots=dataset.pilots[:, strata],
    )


def same(found: Results | tuple[Problem, ...], expected: Results) -> None:
    assert isinstance(found, Results), found
    assert found.respondents == expected.respondents
    assert found.figures.keys() == expected.figures.keys()
    for cell, figure in expected.figures.items():
        ours = found.figures[cell]
        if isinstance(figure, Estimate):
            assert isinstance(ours, Estimate), cell
            assert (ours.respondents, ours.df, ours.flags) == (figure.respondents, figure.df, figure.flags)
            assert (ours.value, ours.se) == pytest.approx((figure.value, figure.se), rel=1e-9)
        else:
            assert ours == figure
    assert found.comparisons.keys() == expected.comparisons.keys()


# A case of these laws is two whole analyses.
law = settings(max_examples=settings().max_examples // 2)


@law
@given(datasets())
def test_parts_of_whole_units_give_the_results_of_the_whole(dataset: Dataset) -> None:
    found, expected = analyse_parts(by_unit(dataset), PLAN), analyse(dataset, PLAN)
    same(found, expected)
    assert isinstance(found, Results)
    assert found.origin == expected.origin


@law
@given(datasets(), st.permutations(range(3)))
def test_the_order_of_parts_does_not_matter(dataset: Dataset, order: list[int]) -> None:
    parts = by_unit(dataset)
    moved = [parts[place] for place in order if place < len(parts)]
    assert analyse_parts(moved, PLAN) == analyse_parts(parts, PLAN)


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """A Dask cluster of two worker processes on this machine."""
    from distributed import LocalCluster

    options = {"n_workers": 2, "threads_per_worker": 1, "processes": True, "dashboard_address": None}
    with LocalCluster(host="127.0.0.1", **options) as running:
        yield running.scheduler_address.removeprefix("tcp://")


def test_processes_give_the_results_of_one_process() -> None:
    same(analyse_parts(PARTS, PLAN, Engine(EngineKind.PROCESSES, 2)), analyse_inline())


def test_a_dask_cluster_gives_the_results_of_one_process(cluster: str) -> None:
    engine = read_engine(f"dask://{cluster}")
    assert isinstance(engine, Engine)
    same(analyse_parts(PARTS, PLAN, engine), analyse_inline())


def analyse_inline() -> Results:
    found = analyse_parts(PARTS, PLAN)
    assert isinstance(found, Results)
    return found


def test_progress_is_told_after_each_part() -> None:
    told: list[tuple[int, int]] = []
    analyse_parts(PARTS, PLAN, progress=lambda done, all_parts: told.append((done, all_parts)))
    assert told == [(1, 3), (2, 3), (3, 3)]


@pytest.mark.parametrize("text", ["", "proces", "processes:0", "processes:x", "dask://"])
def test_an_engine_that_does_not_exist_is_told(text: str) -> None:
    found = read_engine(text)
    assert isinstance(found, Problem)
    assert found.code == "A95"


def test_an_engine_has_a_name() -> None:
    assert read_engine("inline") == Engine()
    assert read_engine("processes:4") == Engine(EngineKind.PROCESSES, 4)


def codes(found: Results | tuple[Problem, ...]) -> list[tuple[str, int]]:
    assert not isinstance(found, Results)
    return [(problem.code, problem.line) for problem in found]


def test_no_parts_are_told() -> None:
    assert codes(analyse_parts([], PLAN)) == [("A96", 1)]


def test_parts_with_other_questions_or_another_population_are_told_all_at_once() -> None:
    part = PARTS[0]()
    fewer = replace(part, numbers=(), deviations=part.deviations[:0], status=part.status[:0], pilots=part.pilots[:0])
    larger = replace(part, strata=(replace(part.strata[0], population=99.0), part.strata[1]))
    found = analyse_parts([part, fewer, larger], PLAN.model_copy(update={"items": PLAN.items}))
    assert codes(found) == [("A96", 2), ("A96", 3)]


def test_an_analysis_that_needs_all_rows_at_once_is_told() -> None:
    part = PARTS[0]()
    stage = Stage(np.arange(part.weights.size), part.stratum.astype(np.int64), np.full(2, np.inf))
    assert codes(analyse_parts([replace(part, stages=(stage,))], PLAN)) == [("A97", 1)]
    medians = AnalysisPlan.model_validate({"items": {**ITEMS, "cost": {"kind": "number", "quantiles": [0.5]}}})
    assert codes(analyse_parts([part], medians)) == [("A97", 1)]


def test_levels_that_occur_in_one_part_only_are_joined_in_the_order_of_text() -> None:
    first, second = (PARTS[place]() for place in range(2))
    renamed = replace(second, groupings=(replace(second.groupings[0], levels=("old", "middle")),))
    found = merged([tabulate_all(first), tabulate_all(renamed)]).breakdowns[0]
    assert isinstance(found, CellTable)
    assert found.levels == ("middle", "old", "young")
    assert found.rows[:2, 1].tolist() == tabulate(first, first.groupings[0]).rows[:, 1].tolist()
    assert found.rows[2:, 1].tolist() == tabulate(renamed, renamed.groupings[0]).rows[:, 0].tolist()


def of_region(dataset: Dataset, *level: int) -> Dataset:
    """Every stratum lies in one region as a whole."""
    member = np.array(level, dtype=np.int16)[dataset.stratum]
    return replace(dataset, groupings=(Grouping("region", ("north", "south"), member),))


def test_a_breakdown_of_whole_strata_has_the_figures_of_any_other() -> None:
    dataset = of_region(simulated(5, [12, 9, 7, 8, 6], [30, 4, 3, 5, 20], weighted=True), 0, 1, 1, 0, -1)
    tables = tabulate_all(dataset)
    assert isinstance(tables.breakdowns[0], StratumLevels)
    plan = AnalysisPlan.model_validate({"items": ITEMS, "subgroups": ["region"]})
    found = analyse(dataset, plan)
    assert expanded(tables, tables.breakdowns[0]).rows.tolist() == tabulate(dataset, dataset.groupings[0]).rows.tolist()
    one_cut = replace(dataset, groupings=(cut_one(dataset.groupings[0]),))
    for cell, figure in analyse(one_cut, plan).figures.items():
        if cell.level == "north" and cell.unit == "GM0" and isinstance(figure, Estimate):
            ours = found.figures[cell]
            assert isinstance(ours, Estimate)
            assert (ours.value, ours.se, ours.deff) == pytest.approx((figure.value, figure.se, figure.deff), rel=1e-9)


def cut_one(grouping: Grouping) -> Grouping:
    """The last row has another level than its stratum, so that the breakdown cuts through it."""
    member = grouping.member.copy()
    member[-1] = 1
    return replace(grouping, member=member)


def test_levels_of_whole_strata_stay_so_when_parts_are_merged_unless_they_differ() -> None:
    first = of_region(PARTS[0](), 0, 1)
    second = of_region(PARTS[1](), 1, 1)
    found = merged([tabulate_all(first), tabulate_all(second)]).breakdowns[0]
    assert isinstance(found, StratumLevels)
    assert found.level.tolist() == [0, 1, 1, 1]
    other = merged([tabulate_all(first), tabulate_all(of_region(PARTS[0](), 1, 1))]).breakdowns[0]
    assert isinstance(other, CellTable)
    assert other.rows.tolist() == [[12, 12], [0, 18]]


def test_a_table_that_has_all_levels_is_its_own_expansion() -> None:
    tables: Tables = tabulate_all(PARTS[0]())
    assert expanded(tables, tables.everyone) is tables.everyone
