"""Cells for case-mix adjustment give what rows give, in parts and in any order, and a unit is told no more than it may know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import practice_people as people
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from analysis.dataset import FIRST_CODE, SKIPPED, VALID, CodedColumn, Columns, Dataset, assemble
from analysis.design import Stratum
from analysis.partitions import Tabulated, by_units, tabulate_parts
from analysis.plan import AnalysisPlan, CodePlan, CompositePlan, NumberItem, ScaleItem
from analysis.pooling import Series
from analysis.release.adjusting import (
    ADJUSTERS,
    FEWEST_ANSWERS,
    AdjustedScore,
    AdjustedScores,
    NotAdjusted,
    adjust_release,
    adjusters_of,
)
from analysis.release.parts import release_plan_of
from analysis.results import Cell, Estimate, Inference, Interval, Measure, Method, ProtectedFigure, Suppressed
from analysis.units.casemix import Answers, CaseMix, adjust_cells, adjust_means
from analysis.units.mix_cells import ClientMix, client_mix, put_together

SCALE = ScaleItem(
    kind="scale", codes={code: CodePlan(score=score) for code, score in zip("abcd", (0, 25, 50, 100), strict=True)}
)
AGE = ScaleItem(kind="scale", codes={code: CodePlan() for code in ("young", "middle", "old", "rare")})
SEX = ScaleItem(kind="scale", codes={code: CodePlan() for code in ("woman", "man")})
PLAN = AnalysisPlan(
    items={"q": SCALE, "age": AGE, "sex": SEX, "hours": NumberItem(kind="number")},
    composites={"theme": CompositePlan(items=("q",), minimum_valid=1)},
)
BY = ("age", "sex")
UNITS = tuple(f"GM{number}" for number in range(8))


def country(seed: int, *, size: int = 60, gaps: float = 0.1, weight: float = 1.0) -> Dataset:
    """Eight units in which older people, of whom some have more, answer 15 points higher; of everything something is missing."""
    rng = np.random.default_rng(seed)
    unit = np.repeat(np.arange(len(UNITS)), size)
    age = np.where(rng.random(unit.size) < 0.2 + unit / 10, 2, rng.integers(0, 2, unit.size))
    age[0] = 3
    sex = rng.integers(0, 2, unit.size)
    theme = 50 + 7.5 * age + 3 * (unit % 2) + rng.normal(0, 12, unit.size)
    codes = np.array([rng.integers(0, 4, unit.size), age, sex]) + FIRST_CODE
    codes[rng.random(codes.shape) < gaps] = SKIPPED
    values = np.array([rng.normal(0, 1, unit.size), theme])
    columns = Columns(
        coded=tuple(CodedColumn(name, tuple(item.codes)) for name, item in (("q", SCALE), ("age", AGE), ("sex", SEX))),
        codes=codes.astype(np.int8),
        numbers=("hours", "theme"),
        values=values,
        status=np.where(rng.random(values.shape) < gaps, SKIPPED, VALID).astype(np.int8),
    )
    strata = [Stratum(name, name, 10.0 * size) for name in UNITS]
    return assemble(columns, strata, unit.astype(np.int32), weight * rng.uniform(0.5, 3, unit.size))


def by_rows(dataset: Dataset) -> CaseMix:
    """The theme adjusted over rows: a number for each level but the usual one, and the rare one is as good as no answer."""
    age, sex = (dataset.codes[place].astype(np.float64) - FIRST_CODE for place in (1, 2))
    age[(age < 0) | (age == 3)] = np.nan
    sex[sex < 0] = np.nan
    y = np.where(dataset.status[1] == VALID, dataset.deviations[1] + dataset.pilots[1][dataset.stratum], np.nan)
    columns = [
        np.where(np.isnan(trait), np.nan, trait == level)
        for trait in (age, sex)
        for level in np.unique(trait[~np.isnan(trait) & ~np.isnan(y)])
        if level != np.bincount(trait[~np.isnan(trait) & ~np.isnan(y)].astype(int)).argmax()
    ]
    found = adjust_means(Answers(y, np.array(columns).T, dataset.stratum.astype(np.int64), dataset.weights))
    assert isinstance(found, CaseMix)
    return found


def of_cells(mix: ClientMix | None, outcome: str = "theme") -> CaseMix:
    assert mix is not None
    found = adjust_cells(mix.cells(outcome))
    assert isinstance(found, CaseMix)
    return found


def assert_same(found: CaseMix, expected: CaseMix) -> None:
    assert found.n.tolist() == expected.n.tolist()
    for name in ("raw", "adjusted", "variance", "slopes"):
        np.testing.assert_allclose(getattr(found, name), getattr(expected, name), rtol=1e-9, atol=1e-9)
    assert found.test.df == expected.test.df


@settings(max_examples=settings().max_examples // 2)
@given(st.integers(0, 10_000), st.permutations(range(3)), st.floats(0.01, 100))
def test_cells_of_parts_in_any_order_give_what_rows_give(seed: int, order: list[int], weight: float) -> None:
    dataset = country(seed)
    mixes = [client_mix(part, PLAN, BY) for part in by_units(dataset, 3)]
    assert_same(of_cells(put_together(mixes)), expected := by_rows(dataset))
    assert_same(of_cells(put_together([mixes[place] for place in order])), expected)
    assert_same(of_cells(client_mix(country(seed, weight=weight), PLAN, BY)), expected)


def test_a_level_that_hardly_anybody_has_gets_no_slope_and_an_adjuster_of_one_level_adjusts_nothing() -> None:
    dataset = country(1, gaps=0.0)
    assert client_mix(dataset, PLAN, BY).cells("theme").x.shape[1] == 3  # two ages beside the usual one, and one sex
    women = replace(dataset, codes=np.vstack([dataset.codes[:2], np.full_like(dataset.codes[2], FIRST_CODE)]))
    assert client_mix(women, PLAN, ["sex"]).cells("theme").x.shape[1] == 0
    assert of_cells(client_mix(women, PLAN, ["sex"])).agreement == 1


def test_the_mix_is_kept_where_it_is_asked_for() -> None:
    parts = by_units(country(3), 2)
    asked, plain = tabulate_parts(parts, PLAN, adjusters=BY), tabulate_parts(parts, PLAN)
    assert isinstance(asked, Tabulated)
    assert isinstance(plain, Tabulated)
    assert_same(of_cells(asked.mix), by_rows(country(3)))
    assert plain.mix is None


def estimate(value: float = 50.0) -> Estimate:
    return Estimate(value, 1.0, Interval(48, 52), 60, 60.0, 600.0, 59.0, 1.0, Method.T, Inference.FINITE)


def everything() -> dict[Cell, ProtectedFigure]:
    """A release that shows the theme of every unit, and who answered there."""
    mixes = [
        Cell(Measure.CATEGORY, name, code, unit)
        for name, item in (("age", AGE), ("sex", SEX))
        for code in item.codes
        for unit in UNITS
    ]
    return dict.fromkeys([*mixes, *(Cell(Measure.SCORE, "theme", "", unit) for unit in UNITS)], estimate())


def told(mix: ClientMix, shown: Mapping[Cell, ProtectedFigure]) -> AdjustedScores:
    found = adjust_release(mix, PLAN, shown)
    assert found is not None
    return found


def test_adjusted_scores_are_told_in_whole_points_with_intervals_that_are_not_too_narrow() -> None:
    mix = client_mix(country(5, size=200), PLAN, BY)
    exact, found = of_cells(mix), told(mix, everything())
    outcome, t = found.outcomes["theme"], 1.972
    assert outcome.average == round(exact.average)
    assert (outcome.units, outcome.agreement) == (len(UNITS), round(exact.agreement, 2))
    assert exact.shift[5] < -1 < 1 < exact.shift[0]
    for number, unit in enumerate(UNITS):
        one = found.scores[unit]["theme"]
        assert isinstance(one, AdjustedScore)
        assert one.value == round(exact.adjusted[number])
        assert t * exact.variance[number] ** 0.5 <= one.margin + 0.01
        assert one.difference == one.value - outcome.average
        assert t * exact.against_average.variance[number] ** 0.5 <= one.difference_margin + 0.01
        assert one.side == 0 or (one.side > 0) == (one.difference > one.difference_margin)
        # Nothing is told of what the release does not show.
        assert found.scores[unit].keys() == {"theme"}
    assert {
        one.side for scores in found.scores.values() for one in scores.values() if isinstance(one, AdjustedScore)
    } > {0}


def test_nothing_is_told_where_it_would_tell_more_of_who_answered_than_the_release() -> None:
    mix, shown = client_mix(country(5), PLAN, BY), everything()
    shown[Cell(Measure.CATEGORY, "age", "old", "GM0")] = Suppressed("complement")
    shown[Cell(Measure.SCORE, "theme", "", "GM1")] = Suppressed("fewer_than_floor")
    found = told(mix, shown).scores
    assert found["GM0"] == {"theme": NotAdjusted.MIX_HIDDEN}
    assert "GM1" not in found
    assert isinstance(found["GM2"]["theme"], AdjustedScore)
    dataset = country(5)
    fewer = (dataset.stratum != 2) | (np.cumsum(dataset.stratum == 2) < FEWEST_ANSWERS)
    assert told(client_mix(dataset.rows(fewer), PLAN, BY), everything()).scores["GM2"] == {
        "theme": NotAdjusted.FEW_ANSWERS
    }
    assert adjust_release(client_mix(dataset.rows(dataset.stratum < 4), PLAN, BY), PLAN, everything()) is None


def test_who_is_not_told_of_changes_nothing_that_others_are_told() -> None:
    dataset, shown = country(5), everything()
    shown[Cell(Measure.SCORE, "theme", "", "GM1")] = Suppressed("fewer_than_floor")
    shown[Cell(Measure.CATEGORY, "sex", "man", "GM2")] = Suppressed("complement")
    hidden = np.isin(dataset.stratum, (1, 2))
    others = replace(dataset, deviations=dataset.deviations + 40.0 * hidden)
    found = [told(client_mix(it, PLAN, BY), shown) for it in (dataset, others)]
    assert found[0] == found[1]
    assert found[0].outcomes["theme"].units == len(UNITS) - 2


def width(seed: int, step: float) -> float:
    """How closely the number of people of an age follows from 15 scores of 100 people, for who knows all slopes and raw scores."""
    rng = np.random.default_rng(seed)
    ages = rng.multinomial(100, rng.dirichlet([3.0] * 6))[1:] / 100
    slopes, raw = rng.uniform(-10, 10, (15, 5)), rng.uniform(40, 90, 15)
    # Whoever reckons knows the mix of all units, in which each age is a sixth.
    seen = np.floor((raw - slopes @ (ages - 1 / 6)) / step + 0.5) * step
    middle = raw + slopes.sum(axis=1) / 6 - seen
    left = np.vstack([slopes, -slopes, np.ones(5)])
    right = np.concatenate([middle + step / 2, step / 2 - middle, [1.0]]) + 1e-9
    low, high = (linprog([sign, 0, 0, 0, 0], left, right, bounds=[(0, 1)] * 5) for sign in (1, -1))
    return 100 * float(-high.fun - low.fun)


def test_whole_points_hide_how_many_people_have_an_age_and_a_decimal_would_not() -> None:
    assert np.median([width(seed, 1) for seed in range(20)]) > 5
    assert np.median([width(seed, 0.1) for seed in range(20)]) < 2


def test_scores_are_adjusted_for_what_no_municipality_can_influence_and_every_questionnaire_asked() -> None:
    pooled = people.pooled()
    plan = release_plan_of(pooled.codebook, with_local=False)
    found = adjusters_of(pooled, plan)
    assert found is not None
    assert found.adjusters == ("LFT01", "GSL01")
    assert set(found.allowed.values()) <= set(ADJUSTERS.values())
    older = next(iter(pooled.codebooks))
    without = [replace_versions(one, {older}) if one.name == "LFT01" else one for one in pooled.items]
    fewer = adjusters_of(replace(pooled, items=tuple(without)), plan)
    assert fewer is not None
    assert fewer.adjusters == ("GSL01",)
    assert adjusters_of(replace(pooled, items=()), plan) is None


def replace_versions(series: Series, versions: set[str]) -> Series:
    return Series(series.name, series.id, series.newest, versions)
