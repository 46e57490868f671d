"""What a plan asks to compare becomes comparisons: references, families, relevance, or the reason why there is none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from comparisons import CODES, EVERYTHING, UNITS, comparison, of_rows, of_tables, plan, score_of, six_units
from rowwise import simulated

from analysis.comparison.multiplicity import Adjustment, adjust_p
from analysis.dataset import FIRST_CODE, Dataset
from analysis.design import Lonely
from analysis.results import OTHERS, TOTAL, Adjusted, Cell, Comparison, Measure, NotEstimable, Pair


@pytest.mark.parametrize(("seed", "lonely"), list(enumerate(Lonely)))
def test_tables_and_rows_conclude_the_same(seed: int, lonely: Lonely) -> None:
    dataset, asked = six_units(seed, size=4), EVERYTHING.model_copy(update={"lonely": lonely})
    tables, rows = of_tables(dataset, asked), of_rows(dataset, asked)
    assert tables.keys() == rows.keys()
    for pair, expected in tables.items():
        found = rows[pair]
        if isinstance(expected, NotEstimable):
            assert found == expected, pair
            continue
        assert isinstance(found, Comparison), pair
        assert (found.respondents, found.reference_respondents) == (
            expected.respondents,
            expected.reference_respondents,
        )
        for name in ("difference", "se", "df", "p_value", "p_adjusted", "effect_size"):
            assert getattr(found, name) == pytest.approx(getattr(expected, name), rel=1e-7, abs=1e-9), (pair, name)


def test_every_unit_is_compared_with_the_total_and_with_each_reference_that_it_has() -> None:
    found = of_tables(six_units(), EVERYTHING)
    of_units = {pair for pair in found if not pair.cell.breakdown and pair.cell.measure is Measure.SCORE}
    names = {TOTAL, "rest", "gemiddelde", "regio", "soort"}
    expected = {Pair(score_of(unit), name) for unit in UNITS for name in names}
    assert of_units == expected | {Pair(score_of(unit), "buur") for unit in UNITS if unit != "GM3"}


def test_scores_shares_and_means_are_compared_and_distributions_and_totals_are_not() -> None:
    found = of_tables(six_units(), plan())
    measures = {(pair.cell.measure, pair.cell.item) for pair in found}
    assert measures == {(Measure.SCORE, "q1"), (Measure.SHARE, "q1"), (Measure.MEAN, "cost")}


def test_where_nothing_is_compared_there_are_no_comparisons() -> None:
    asked = plan(items={"q2": {"kind": "scale", "codes": {code: {} for code in CODES}}})
    dataset = six_units()
    only = replace(dataset, coded=dataset.coded[1:], codes=dataset.codes[1:], numbers=(), pilots=dataset.pilots[:0])
    only = replace(only, deviations=only.deviations[:0], status=only.status[:0])
    assert of_tables(only, asked) == of_rows(only, asked) == {}


def test_a_group_of_fewer_than_five_units_is_refused() -> None:
    asked = plan(references={"regio": {"kind": "group", "units": UNITS[:4]}})
    found = of_tables(six_units(), asked)
    assert {type(it) for pair, it in found.items() if pair.reference == "regio"} == {NotEstimable}
    refused = found[Pair(score_of(), "regio")]
    assert isinstance(refused, NotEstimable)
    assert refused.reason == "too_few_units"


def test_a_group_that_is_mostly_one_unit_is_refused_except_for_that_unit_itself() -> None:
    dataset = six_units()
    heavy = np.where(np.isin(dataset.stratum, [0, 1]), 40.0, 1.0)
    asked = plan(references={"rest": {"kind": "rest"}, "gelijk": {"kind": "all", "average": "unit"}})
    found = of_tables(replace(dataset, weights=heavy), asked)
    refused = found[Pair(score_of("GM1"), "rest")]
    assert isinstance(refused, NotEstimable)
    assert refused.reason == "dominant_unit"
    assert isinstance(found[Pair(score_of("GM0"), "rest")], Comparison)
    assert isinstance(found[Pair(score_of("GM1"), "gelijk")], Comparison)
    assert isinstance(found[Pair(score_of("GM1"))], Comparison)


def test_the_total_is_never_refused() -> None:
    found = of_tables(simulated(1, [12, 12, 12, 12], [40] * 4), plan())
    assert isinstance(found[Pair(score_of())], Comparison)


def test_a_reference_says_whether_the_unit_is_in_it() -> None:
    found = of_tables(six_units(), EVERYTHING)
    total, rest = comparison(found, Pair(score_of())), comparison(found, Pair(score_of(), "rest"))
    assert (total.includes_unit, rest.includes_unit) == (True, False)
    assert total.others == rest.others == rest.reference_respondents
    assert total.reference_respondents == total.respondents + rest.reference_respondents


def test_p_values_are_adjusted_over_units_and_over_the_report_and_the_strictest_counts() -> None:
    found = of_tables(six_units(), plan())
    of_item = [pair for pair in found if pair.cell.measure is Measure.SCORE]
    of_report = [pair for pair in found if pair.cell.unit == "GM0"]
    over_units, over_items = (
        dict(zip(pairs, adjust_p(np.array([comparison(found, pair).p_value for pair in pairs])), strict=True))
        for pairs in (of_item, of_report)
    )
    it = comparison(found, Pair(score_of()))
    assert it.families == (
        Adjusted("score:q1", over_units[Pair(score_of())], "bh"),
        Adjusted("report:GM0", over_items[Pair(score_of())], "bh"),
    )
    assert it.p_adjusted == max(family.p_value for family in it.families)
    assert it.family in {family.family for family in it.families if family.p_value == it.p_adjusted}


def test_references_do_not_share_families() -> None:
    found = of_tables(six_units(), EVERYTHING)
    families = {
        name: {it.family for it in comparison(found, Pair(score_of(), name)).families} for name in ("rest", "regio")
    }
    assert families["rest"] == {"score:q1:rest", "report:GM0:rest"}
    assert not families["rest"] & families["regio"]
    levels = comparison(found, Pair(score_of("GM0", "young"), OTHERS)).families
    assert [it.family for it in levels] == ["score:q1:others:age", "report:GM0:others"]


def test_preregistered_indicators_are_a_family_of_their_own_by_holm() -> None:
    found = of_tables(six_units(), plan(preregistered=["q1"]))
    pairs = [Pair(Cell(measure, "q1", "", "GM0")) for measure in (Measure.SCORE, Measure.SHARE)]
    p = np.array([comparison(found, pair).p_value for pair in pairs])
    for pair, expected in zip(pairs, adjust_p(p, Adjustment.HOLM), strict=True):
        it = comparison(found, pair)
        assert it.families == (Adjusted("preregistered:GM0", expected, "holm"),)
        assert (it.p_adjusted, it.family) == (expected, "preregistered:GM0")
    other = comparison(found, Pair(Cell(Measure.MEAN, "cost", "", "GM0")))
    assert {it.family for it in other.families} == {"mean:cost", "report:GM0"}


def with_answers(dataset: Dataset, codes: np.ndarray) -> Dataset:
    return replace(dataset, codes=np.stack([codes.astype(np.int8), dataset.codes[1]]), weights=np.ones(codes.size))


def test_a_clear_difference_matters_from_a_tenth_of_a_standard_deviation() -> None:
    dataset = simulated(1, [400] * 12, [4000] * 12)
    rng = np.random.default_rng(1)
    first = np.isin(dataset.stratum, [0, 1])
    chance = np.where(first, 0.56, 0.5)
    asked = plan(items={**plan().model_dump()["items"]})
    codes = np.where(rng.random(chance.size) < chance, FIRST_CODE + 3, FIRST_CODE)
    found = of_tables(with_answers(dataset, codes), asked)
    it = comparison(found, Pair(score_of()))
    assert it.difference > 3
    assert it.relevant
    share = comparison(found, Pair(Cell(Measure.SHARE, "q1", "", "GM0")))
    assert share.relevant
    assert share.difference == pytest.approx(it.difference / 100)


def test_a_difference_that_is_large_but_not_clear_is_not_relevant() -> None:
    found = of_tables(six_units(2, size=3), plan())
    it = [each for each in found.values() if isinstance(each, Comparison) and each.p_adjusted >= 0.05]
    assert it
    assert not any(each.relevant for each in it)


def test_effect_sizes_are_cohens_h_of_shares_and_d_of_scores() -> None:
    dataset = six_units()
    quarter, half = np.arange(144) % 4 == 0, np.arange(144) % 2 == 0
    first = np.isin(dataset.stratum, [0, 1])
    codes = np.where(np.where(first, half, quarter), FIRST_CODE + 3, FIRST_CODE)
    found = of_tables(with_answers(dataset, codes), plan())
    share, score = (comparison(found, Pair(Cell(it, "q1", "", "GM0"))) for it in (Measure.SHARE, Measure.SCORE))
    total = (12 + 30) / 144
    assert share.effect_size == pytest.approx(2 * np.arcsin(np.sqrt(0.5)) - 2 * np.arcsin(np.sqrt(total)))
    sd = 100 * np.sqrt(total * (1 - total) * 144 / 143)
    assert score.effect_size == pytest.approx((50 - 100 * total) / sd)


def test_units_without_answers_and_references_without_others_say_so() -> None:
    dataset = simulated(1, [0, 0, 12, 12, 1, 0], [9, 9, 30, 30, 30, 30])
    found = of_tables(dataset, plan(references={"buur": {"kind": "unit", "unit": "GM0"}}))
    means = {(pair.cell.unit, pair.reference): it for pair, it in found.items() if pair.cell.measure is Measure.MEAN}
    assert means["GM0", TOTAL] == NotEstimable("no_respondents", 0)
    of_neighbour = means["GM1", "buur"]
    assert isinstance(of_neighbour, NotEstimable)
    assert of_neighbour.reason == "no_respondents"
    assert of_neighbour.respondents > 10
    alone = means["GM2", TOTAL]
    assert isinstance(alone, NotEstimable)
    assert alone.reason == ("one_respondent" if alone.respondents else "no_respondents")
