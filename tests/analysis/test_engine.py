"""A data set and a plan in, every figure out: with its interval, its flags, or the reason why there is none."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rounds import PLAN, answers, estimate, plan, round_of, some_answers
from rowwise import LEVELS, SCORES, datasets, simulated

from analysis.dataset import VALID, Dataset
from analysis.design import Lonely, Stratum
from analysis.disclosure import protect
from analysis.engine import analyse
from analysis.gathering import Record, gather
from analysis.plan import plan_of
from analysis.results import Cell, Comparison, Estimate, Flag, Inference, Measure, Method, NotEstimable, Pair
from questionnaires.answers import JsonAnswers
from questionnaires.codebook import Codebook


def test_a_round_has_scores_shares_distributions_numbers_and_composites(codebook: Codebook) -> None:
    records = some_answers("a", *["eens", "eens", "neutraal", "oneens"] * 5) + some_answers("b", *["eens"] * 20)
    results = round_of(codebook, *records)
    measures = {(cell.measure, cell.item) for cell in results.figures}
    assert measures == {
        *((measure, item) for item in ("TOE01", "TOE02", "LEV01") for measure in (Measure.SCORE, Measure.SHARE)),
        *((Measure.CATEGORY, item) for item in ("TOE01", "TOE02", "LEV01", "SEX01", "SOO01")),
        *((Measure.MISSING, item) for item in ("TOE01", "TOE02")),
        (Measure.MEAN, "WEK01"),
        (Measure.MEAN, "LEV01"),
        (Measure.SCORE, "TOE"),
    }
    assert estimate(results, Cell(Measure.SCORE, "TOE01", unit="GM1")).value == pytest.approx(62.5)
    assert estimate(results, Cell(Measure.SHARE, "TOE01")).value == pytest.approx(0.75)
    assert estimate(results, Cell(Measure.CATEGORY, "TOE01", "neutraal", unit="GM1")).value == pytest.approx(0.25)
    assert estimate(results, Cell(Measure.CATEGORY, "SOO01", "vervoer")).value == 0.0


def test_a_grade_has_a_mean_a_score_and_a_share(codebook: Codebook) -> None:
    results = round_of(codebook, *[Record("a", answers(LEV01=grade)) for grade in (1, 10, 10, 7)])
    found = [
        estimate(results, Cell(measure, "LEV01")).value for measure in (Measure.MEAN, Measure.SCORE, Measure.SHARE)
    ]
    assert found == pytest.approx([7.0, 100 * (0 + 9 + 9 + 6) / 36, 0.5])


def test_every_figure_stands_by_unit_and_by_level(codebook: Codebook) -> None:
    results = round_of(codebook, *some_answers("a", *["eens", "neutraal"] * 6))
    of_score = {cell for cell in results.figures if (cell.measure, cell.item) == (Measure.SCORE, "TOE01")}
    places = [("", ""), ("SEX01", "man"), ("SEX01", "vrouw"), ("SOO01", "hulp"), ("SOO01", "vervoer")]
    expected = {
        Cell(Measure.SCORE, "TOE01", unit=unit, breakdown=breakdown, level=level)
        for unit in ("", "GM1", "GM2")
        for breakdown, level in places
    }
    assert of_score == expected


def test_a_breakdown_is_not_broken_down_by_itself(codebook: Codebook) -> None:
    results = round_of(codebook, *some_answers("a", "eens", "eens"))
    assert not [cell for cell in results.figures if cell.item == cell.breakdown]


def test_counts_and_populations_are_by_unit_and_together(codebook: Codebook) -> None:
    results = round_of(codebook, *some_answers("a", "eens", "eens"), *some_answers("b", "eens"))
    assert results.respondents == {"GM1": 2, "GM2": 1, "": 3}
    assert results.populations == {"GM1": 500.0, "GM2": 500.0, "": 1000.0}


def test_without_a_known_population_the_weights_say_how_many_there_are() -> None:
    dataset = simulated(1, [8], [0], weighted=True)
    unknown = replace(dataset, strata=(Stratum("0"),))
    results = analyse(unknown, plan())
    assert results.populations[""] == pytest.approx(dataset.weights.sum())
    assert estimate(results, Cell(Measure.SCORE, "q1")).inference is Inference.PROCESS


@pytest.mark.parametrize(
    ("codes", "reason"),
    [([], "no_respondents"), (["eens"], "one_respondent")],
)
def test_too_few_answers_give_a_reason_instead_of_a_figure(codes: list[str], reason: str, codebook: Codebook) -> None:
    results = round_of(codebook, *some_answers("a", *codes), *some_answers("b", "eens", "oneens"))
    assert results.figures[Cell(Measure.SCORE, "TOE01", unit="GM1")] == NotEstimable(reason, len(codes))
    assert results.comparisons[Pair(Cell(Measure.SCORE, "TOE01", unit="GM1"))] == NotEstimable(reason, len(codes))


def test_strata_of_one_respondent_each_leave_no_degrees_of_freedom(codebook: Codebook) -> None:
    results = round_of(codebook, *some_answers("a", "eens"), *some_answers("b", "oneens"))
    assert results.figures[Cell(Measure.SCORE, "TOE01")] == NotEstimable("no_degrees_of_freedom", 2)


def test_a_lonely_stratum_forbids_a_figure_when_the_plan_says_so(codebook: Codebook) -> None:
    records = some_answers("a", "eens") + some_answers("b", *["eens", "oneens"] * 6)
    dataset = gather(records, codebook, (Stratum("a", "GM1", 50.0), Stratum("b", "GM2", 50.0)))
    assert isinstance(dataset, Dataset)
    cell = Cell(Measure.SCORE, "TOE01")
    strict = plan_of(codebook).model_copy(update={"lonely": Lonely.FAIL})
    assert analyse(dataset, strict).figures[cell] == NotEstimable("lonely_stratum", 13)
    assert Flag.LONELY in estimate(analyse(dataset, plan_of(codebook)), cell).flags


def test_when_everyone_answered_there_is_no_uncertainty(codebook: Codebook) -> None:
    results = round_of(codebook, *some_answers("a", "eens", "oneens"), *some_answers("b", "eens"), population=2.0)
    for measure in (Measure.SCORE, Measure.SHARE):
        found = estimate(results, Cell(measure, "TOE01", unit="GM1"))
        assert (found.se, found.interval.low, found.interval.high) == (0.0, found.value, found.value)
        assert (found.method, found.deff) == (Method.CENSUS, None)
        assert Flag.CENSUS in found.flags


@pytest.mark.parametrize(
    ("positive", "n", "method"),
    [(20, 40, Method.LOGIT), (3, 40, Method.KORN_GRAUBARD), (0, 40, Method.CLOPPER_PEARSON)],
)
def test_the_method_of_an_interval_follows_the_number_of_events(
    positive: int, n: int, method: Method, codebook: Codebook
) -> None:
    codes = ["eens"] * positive + ["oneens"] * (n - positive)
    results = round_of(codebook, *some_answers("a", *codes), population=math.inf)
    found = estimate(results, Cell(Measure.SHARE, "TOE01"))
    assert found.method is method
    assert 0 <= found.interval.low <= found.value <= found.interval.high <= 1
    assert found.interval.low < found.interval.high
    assert (Flag.BOUNDARY in found.flags) == (positive == 0)


def test_a_reason_has_a_share_of_all_who_said_something(codebook: Codebook) -> None:
    reason: JsonAnswers = {"TOE01": {"version": 1, "missing": "dont_know"}}
    skipped: JsonAnswers = {"TOE01": {"version": 1, "missing": "skipped"}}
    records = [Record("a", reason)] * 6 + [Record("a", skipped)] * 9 + some_answers("a", *["eens", "oneens"] * 12)
    found = estimate(round_of(codebook, *records), Cell(Measure.MISSING, "TOE01", "dont_know", unit="GM1"))
    assert found.value == pytest.approx(6 / 30)
    assert found.respondents == 30
    nobody = round_of(codebook, *some_answers("a", *["eens", "oneens"] * 12))
    assert estimate(nobody, Cell(Measure.MISSING, "TOE01", "dont_know", unit="GM1")).value == 0.0


def test_quantiles_and_ratios_stand_beside_the_mean() -> None:
    items = {**PLAN["items"], "cost": {"kind": "number", "quantiles": [0.25, 0.5]}}
    asked = plan(items=items, ratios={"itself": {"numerator": "cost", "denominator": "cost"}})
    dataset = simulated(4, [30, 20, 25], [30, 10, 40])
    results = analyse(dataset, asked)
    median = estimate(results, Cell(Measure.QUANTILE, "cost", "0.5", unit="GM0"))
    values = dataset.deviations[0] + dataset.pilots[0, dataset.stratum]
    inside = (dataset.status[0] == VALID) & (dataset.stratum < 2)
    order = np.argsort(values[inside])
    reached = np.cumsum(dataset.weights[inside][order]) / dataset.weights[inside].sum()
    assert median.value == values[inside][order][np.searchsorted(reached, 0.5 - 1e-12)]
    assert median.method is Method.WOODRUFF
    assert median.interval.low < median.value < median.interval.high
    quarter = estimate(results, Cell(Measure.QUANTILE, "cost", "0.25", breakdown="age", level="old"))
    assert quarter.value < estimate(results, Cell(Measure.QUANTILE, "cost", "0.5", breakdown="age", level="old")).value
    assert results.figures[Cell(Measure.RATIO, "itself")] == NotEstimable("no_variation", inside_count(dataset))


def inside_count(dataset: Dataset) -> int:
    return int((dataset.status[0] == VALID).sum())


def test_quantiles_of_nobody_have_a_reason_and_an_unknown_population_is_a_process() -> None:
    items = {**PLAN["items"], "cost": {"kind": "number", "quantiles": [0.5]}}
    dataset = simulated(4, [30, 20], [30, 10])
    unknown = replace(dataset, strata=tuple(replace(it, population=math.inf) for it in dataset.strata))
    of_unknown = estimate(analyse(unknown, plan(items=items)), Cell(Measure.QUANTILE, "cost", "0.5"))
    assert of_unknown.inference is Inference.PROCESS
    nobody = replace(dataset, status=dataset.status * 0)
    assert analyse(nobody, plan(items=items)).figures[Cell(Measure.QUANTILE, "cost", "0.5")] == NotEstimable(
        "no_respondents", 0
    )


def test_results_say_which_data_and_which_plan_they_follow_from() -> None:
    dataset = simulated(1, [8, 9], [30, 30])
    first, again = analyse(dataset, plan()).origin, analyse(dataset, plan()).origin
    assert first is not None
    assert first == again
    other = analyse(replace(dataset, weights=dataset.weights * 2), plan()).origin
    stricter = analyse(dataset, plan(lonely=Lonely.FAIL)).origin
    assert other is not None
    assert stricter is not None
    assert (other.data != first.data, other.plan == first.plan) == (True, True)
    assert (stricter.data == first.data, stricter.plan != first.plan) == (True, True)


def test_a_total_has_the_precision_of_its_mean_in_a_single_stratum() -> None:
    results = analyse(simulated(4, [12], [30]), plan())
    total, mean = (estimate(results, Cell(measure, "cost")) for measure in (Measure.TOTAL, Measure.MEAN))
    assert total.method is Method.T
    assert total.value == pytest.approx(mean.value * mean.population)
    assert not {Flag.IMPRECISE, Flag.BOUNDARY} & total.flags


def test_units_are_compared_with_all_units_together(codebook: Codebook) -> None:
    records = some_answers("a", *["eens"] * 18, *["oneens"] * 2) + some_answers("b", *["eens"] * 4, *["oneens"] * 16)
    results = round_of(codebook, *records)
    found = results.comparisons[Pair(Cell(Measure.SCORE, "TOE01", unit="GM1"))]
    assert isinstance(found, Comparison)
    assert found.difference == pytest.approx(90 - 55)
    assert (found.respondents, found.reference_respondents) == (20, 40)
    assert (found.inference, found.relevant) == (Inference.PROCESS, True)
    assert {it.family for it in found.families} == {"score:TOE01", "report:GM1"}
    assert found.interval.low < found.difference < found.interval.high
    assert found.p_value <= found.p_adjusted < 0.05


def test_a_small_difference_is_not_relevant(codebook: Codebook) -> None:
    records = some_answers("a", *["eens", "oneens"] * 20, "eens") + some_answers("b", *["eens", "oneens"] * 20)
    found = round_of(codebook, *records).comparisons[Pair(Cell(Measure.SHARE, "TOE01", unit="GM1"))]
    assert isinstance(found, Comparison)
    assert not found.relevant


def test_units_in_which_all_answers_are_the_same_cannot_be_compared(codebook: Codebook) -> None:
    results = round_of(codebook, *some_answers("a", "eens", "eens"), *some_answers("b", "eens", "eens"))
    assert results.comparisons[Pair(Cell(Measure.SCORE, "TOE01", unit="GM1"))] == NotEstimable("no_variation", 2)


def test_where_all_gave_the_same_answer_the_share_has_an_interval_and_the_score_is_not_estimable(
    codebook: Codebook,
) -> None:
    results = round_of(codebook, *some_answers("a", *["eens"] * 20), *some_answers("b", "eens", "oneens"))
    assert results.figures[Cell(Measure.SCORE, "TOE01", unit="GM1")] == NotEstimable("no_variation", 20)
    share = estimate(results, Cell(Measure.SHARE, "TOE01", unit="GM1"))
    assert share.value == 1
    assert share.interval.low < 0.9


def test_one_unit_is_compared_with_nothing() -> None:
    assert analyse(simulated(1, [5, 5], [9, 9]), plan()).comparisons == {}


def test_comparisons_without_degrees_of_freedom_or_with_a_lonely_stratum_say_so() -> None:
    dataset = simulated(4, [1, 1, 12, 12], [9, 9, 30, 30])
    cell = Cell(Measure.SCORE, "q1", unit="GM0")
    assert analyse(dataset, plan()).comparisons[Pair(cell)] == NotEstimable("no_degrees_of_freedom", 2)
    assert analyse(dataset, plan(lonely=Lonely.FAIL)).comparisons[Pair(cell)] == NotEstimable("lonely_stratum", 2)


def numbers_in(value: object) -> Iterator[float]:
    if is_dataclass(value):
        for it in fields(value):
            yield from numbers_in(getattr(value, it.name))
    elif isinstance(value, int | float):
        yield float(value)


@given(datasets(), st.sampled_from(Lonely), st.sampled_from(Inference))
def test_every_number_that_leaves_is_finite(dataset: Dataset, lonely: Lonely, inference: Inference) -> None:
    results = analyse(dataset, plan(lonely=lonely, inference=inference, comparison_inference=inference))
    protected = protect(results)
    for figures in (results.figures, results.comparisons, protected.figures, protected.comparisons):
        for cell, figure in figures.items():
            assert all(math.isfinite(number) for number in numbers_in(figure)), cell
    assert len(results.figures) == (len(LEVELS) + 1) * (len({*results.respondents} | {""})) * (2 * len(SCORES) + 4)


@given(datasets())
def test_intervals_contain_their_figure(dataset: Dataset) -> None:
    for cell, figure in analyse(dataset, plan()).figures.items():
        if isinstance(figure, Estimate):
            slack = 1e-9 * max(abs(figure.value), 1.0)
            assert figure.interval.low - slack <= figure.value <= figure.interval.high + slack, cell
            if cell.measure in (Measure.SHARE, Measure.CATEGORY):
                assert 0 <= figure.interval.low <= figure.interval.high <= 1


def test_a_subgroup_without_any_level_has_no_figures_and_hurts_nobody() -> None:
    dataset = simulated(1, [8, 9], [30, 30])
    empty = replace(
        dataset, groupings=(replace(dataset.groupings[0], levels=(), member=dataset.groupings[0].member * 0 - 1),)
    )
    assert {cell.breakdown for cell in analyse(empty, plan()).figures} == {""}
