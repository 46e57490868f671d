"""Laws that hold for every survey: the engine against plain row-wise formulas, and against itself."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rowwise import LEVELS, SCORES, datasets, mean_and_influence, number, of_unit, score, simulated, variance

from analysis.comparison.differences import compare_units, contrast
from analysis.dataset import FIRST_CODE, VALID, Columns, Dataset, assemble
from analysis.plan import AnalysisPlan
from analysis.quantities import moments_of, quantities
from analysis.results import Inference, Measure
from analysis.tabulation import tabulating
from analysis.tabulation.estimates import estimate_means, estimate_totals
from analysis.tabulation.merging import expanded, merged
from analysis.tabulation.moments import Moments, Recode, join, numbers, recode
from analysis.tabulation.tables import tabulate_all
from analysis.tabulation.tabulating import CellTable, tabulate

SCORE = Recode(0, SCORES)
NUMBERS = AnalysisPlan.model_validate(
    {
        "items": {
            "q1": {"kind": "scale", "codes": {code: {} for code in "abcd"}},
            "q2": {"kind": "scale", "codes": {code: {} for code in "abcd"}},
            "cost": {"kind": "number"},
        }
    }
)
# With an offset of a million an answer keeps ten digits, and the row-wise variance of nearly equal answers fewer.
DIGITS_LEFT = 1e-6


def moments(table: CellTable) -> Moments:
    return join(recode(table, (SCORE,)), numbers(table, (0,)))


def close(found: float, expected: float, size: float = 1.0, *, tolerance: float = 1e-9) -> bool:
    return abs(found - expected) <= tolerance * max(abs(expected), size)


@given(datasets(), st.sampled_from(list(Inference)))
def test_means_equal_the_formula_over_rows(dataset: Dataset, inference: Inference) -> None:
    estimates = estimate_means(moments(tabulate(dataset, dataset.groupings[0])), dataset.design(), inference)
    member = dataset.groupings[0].member
    for row, (y, valid) in enumerate((score(dataset), number(dataset))):
        for place, unit in enumerate(dataset.design().units):
            for level in range(len(LEVELS)):
                domain = valid & of_unit(dataset, unit) & (member == level)
                assert estimates.n[row, place, level] == domain.sum()
                if not domain.any():
                    continue
                mean, z = mean_and_influence(dataset, y, domain)
                assert close(estimates.value[row, place, level], mean)
                finite = inference is Inference.FINITE
                expected = variance(dataset, z, domain, finite=finite)
                assert close(estimates.variance[row, place, level], expected, 1e-3, tolerance=DIGITS_LEFT)


@given(datasets())
def test_totals_equal_the_formula_over_rows(dataset: Dataset) -> None:
    estimates = estimate_totals(moments(tabulate(dataset)), dataset.design().together())
    for row, (y, valid) in enumerate((score(dataset), number(dataset))):
        if not valid.any():
            continue
        z = np.where(valid, dataset.weights * y, 0.0)
        assert close(estimates.value[row, 0, 0], z.sum())
        expected = variance(dataset, z, valid, finite=True)
        assert close(estimates.variance[row, 0, 0], expected, 1e-6 * float((z**2).sum()))


@given(datasets(), st.sampled_from(list(Inference)))
def test_a_unit_against_all_equals_the_formula_over_rows(dataset: Dataset, inference: Inference) -> None:
    design = dataset.design()
    found = compare_units(moments(tabulate(dataset)), design, inference)
    for row, (y, valid) in enumerate((score(dataset), number(dataset))):
        for place, unit in enumerate(design.units):
            own = valid & of_unit(dataset, unit)
            if not own.any():
                continue
            (mean, z), (total, whole) = (mean_and_influence(dataset, y, domain) for domain in (own, valid))
            assert close(found.difference[row, place, 0], mean - total, abs(total))
            expected = variance(dataset, z - whole, valid, finite=inference is Inference.FINITE)
            assert close(found.variance[row, place, 0], expected, 1e-3, tolerance=DIGITS_LEFT)


@given(datasets())
def test_the_difference_with_the_total_is_the_rest_s_part_of_the_difference_with_the_rest(dataset: Dataset) -> None:
    design = dataset.design()
    whole = moments(tabulate(dataset))
    found = compare_units(whole, design)
    own, together = estimate_means(whole, design), estimate_means(whole, design.together())
    for row, (y, valid) in enumerate((score(dataset), number(dataset))):
        for place, unit in enumerate(design.units):
            rest = valid & ~of_unit(dataset, unit)
            if not rest.any() or not own.n[row, place, 0]:
                continue
            part = own.population[row, place, 0] / together.population[row, 0, 0]
            against_rest = own.value[row, place, 0] - mean_and_influence(dataset, y, rest)[0]
            scale = abs(together.value[row, 0, 0])
            assert close(found.difference[row, place, 0], (1 - part) * against_rest, scale)


def repiloted(dataset: Dataset, by: float) -> Dataset:
    """The same numbers, written as deviations from other pilots."""
    deviations = np.where(dataset.status == VALID, dataset.deviations - by, 0.0)
    return replace(dataset, deviations=deviations, pilots=dataset.pilots + by)


@given(datasets(), st.integers(0, 2**32 - 1), st.integers(1, 4))
def test_tables_of_any_parts_add_up_to_those_of_the_whole(dataset: Dataset, seed: int, parts: int) -> None:
    part = np.random.default_rng(seed).integers(0, parts, dataset.stratum.size)
    found = merged([tabulate_all(repiloted(dataset.rows(part == chosen), 3.0 * chosen)) for chosen in range(parts)])
    whole = tabulate_all(dataset)
    assert found.strata == whole.strata
    np.testing.assert_array_equal(found.respondents, whole.respondents)
    design = dataset.design()
    for pair in zip(found.breakdowns, whole.breakdowns, strict=True):
        ours, expected = (expanded(tables, it) for tables, it in zip((found, whole), pair, strict=True))
        np.testing.assert_array_equal(ours.n, expected.n)
        np.testing.assert_array_equal(ours.rows, expected.rows)
        for own, of_whole in ((moments(ours), moments(expected)), (moments(found.everyone), moments(whole.everyone))):
            for name in ("value", "variance", "population", "kish_n"):
                first, second = (getattr(estimate_means(it, design), name) for it in (own, of_whole))
                np.testing.assert_allclose(first, second, rtol=1e-9, atol=1e-6 if name == "variance" else 1e-9)


@given(datasets(), st.integers(0, 2**32 - 1))
def test_the_order_of_rows_and_the_names_of_strata_change_nothing(dataset: Dataset, seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows, names = rng.permutation(dataset.stratum.size), rng.permutation(len(dataset.strata))
    columns = Columns(
        coded=dataset.coded,
        codes=dataset.codes[:, rows],
        numbers=dataset.numbers,
        values=(dataset.deviations + dataset.pilots[:, dataset.stratum])[:, rows],
        status=dataset.status[:, rows],
        groupings=tuple(replace(it, member=it.member[rows]) for it in dataset.groupings),
    )
    strata = [replace(it, name=f"{name}") for it, name in zip(dataset.strata, names.tolist(), strict=True)]
    moved = assemble(columns, strata, dataset.stratum[rows], dataset.weights[rows])
    found, expected = (
        estimate_means(moments(tabulate(it, it.groupings[0])), it.design(), Inference.FINITE) for it in (moved, dataset)
    )
    np.testing.assert_array_equal(found.n, expected.n)
    np.testing.assert_allclose(found.value, expected.value, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(found.variance, expected.variance, rtol=1e-6, atol=1e-6)


@given(datasets())
def test_levels_that_divide_everyone_add_up_to_everyone(dataset: Dataset) -> None:
    member = dataset.groupings[0].member
    everyone = replace(dataset.groupings[0], levels=(*LEVELS, "none"), member=np.where(member < 0, 2, member))
    design = dataset.design()
    levels, whole = moments(tabulate(dataset, everyone)), moments(tabulate(dataset))
    of_levels, of_whole = estimate_totals(levels, design), estimate_totals(whole, design)
    size = 1e-9 * np.abs(of_whole.value).max()
    np.testing.assert_allclose(of_levels.value.sum(axis=-1), of_whole.value[..., 0], rtol=1e-9, atol=size)
    means, mean = estimate_means(levels, design), estimate_means(whole, design)
    weighted = (means.value * means.population).sum(axis=-1)
    np.testing.assert_allclose(weighted, (mean.value * mean.population)[..., 0], rtol=1e-9, atol=size)


@given(datasets(), st.sampled_from([1e-3, 7.0, 1e4]))
def test_scores_times_a_number_give_everything_times_that_number(dataset: Dataset, scale: float) -> None:
    table, design = tabulate(dataset, dataset.groupings[0]), dataset.design()
    scaled = Recode(0, tuple(score * scale for score in SCORES))
    found, expected = (estimate_means(recode(table, (it,)), design) for it in (scaled, SCORE))
    np.testing.assert_allclose(found.value, expected.value * scale, rtol=1e-9, atol=1e-12 * scale)
    np.testing.assert_allclose(found.variance, expected.variance * scale**2, rtol=1e-9, atol=1e-12 * scale**2)
    np.testing.assert_allclose(found.spread, expected.spread * scale**2, rtol=1e-9, atol=1e-9 * scale**2)


@given(datasets(), st.sampled_from([1e-6, 0.5, 1e6]))
def test_means_do_not_depend_on_the_scale_of_the_weights(dataset: Dataset, scale: float) -> None:
    scaled = replace(dataset, weights=dataset.weights * scale)
    found, expected = (
        estimate_means(moments(tabulate(it)), it.design(), Inference.PROCESS) for it in (scaled, dataset)
    )
    np.testing.assert_allclose(found.value, expected.value, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(found.variance, expected.variance, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(found.kish_n, expected.kish_n, rtol=1e-9)


@given(st.integers(0, 2**32 - 1))
def test_an_offset_moves_the_mean_and_nothing_else(seed: int) -> None:
    plain, moved = (simulated(seed, [12, 9, 7], [30, 4, 0], offset=offset) for offset in (0.0, 1e9))
    found, expected = (estimate_means(numbers(tabulate(it), (0,)), it.design().together()) for it in (moved, plain))
    np.testing.assert_allclose(found.value, expected.value + 1e9, rtol=1e-12)
    np.testing.assert_allclose(found.variance, expected.variance, rtol=1e-5)


@given(datasets())
def test_a_distribution_adds_up_to_one(dataset: Dataset) -> None:
    each = tuple(
        Recode(0, tuple(float(code == chosen) for code in range(len(SCORES)))) for chosen in range(len(SCORES))
    )
    estimates = estimate_means(recode(tabulate(dataset), each), dataset.design())
    total = estimates.value.sum(axis=0)
    np.testing.assert_allclose(total[estimates.n[0] > 0], 1.0, rtol=1e-12)


@given(datasets())
def test_the_mean_is_the_distribution_times_the_scores(dataset: Dataset) -> None:
    each = tuple(
        Recode(0, tuple(float(code == chosen) for code in range(len(SCORES)))) for chosen in range(len(SCORES))
    )
    table, design = tabulate(dataset), dataset.design()
    shares = estimate_means(recode(table, each), design).value
    mean = estimate_means(recode(table, (SCORE,)), design).value
    np.testing.assert_allclose(np.tensordot(np.array(SCORES), shares, axes=1), mean[0], rtol=1e-9, atol=1e-9)


@given(datasets())
def test_a_contrast_of_levels_has_their_covariance(dataset: Dataset) -> None:
    table, design = tabulate(dataset, dataset.groupings[0]), dataset.design().together()
    difference, spread = contrast(numbers(table, (0,)), design, np.array([-1.0, 1.0]), Inference.FINITE)
    y, valid = number(dataset)
    young, old = (valid & (dataset.groupings[0].member == level) for level in range(2))
    if young.any() and old.any():
        (first, z1), (second, z2) = (mean_and_influence(dataset, y, domain) for domain in (young, old))
        assert close(difference[0, 0], second - first, abs(first))
        expected = variance(dataset, z2 - z1, young | old, finite=True)
        assert close(spread[0, 0], expected, 1e-3, tolerance=DIGITS_LEFT)


def test_rows_without_weight_count_in_the_stratum_only() -> None:
    dataset = simulated(5, [12], [30])
    weights = np.where(np.arange(12) < 2, 0.0, dataset.weights)
    found = estimate_means(numbers(tabulate(replace(dataset, weights=weights)), (0,)), dataset.design())
    y, valid = number(dataset)
    inside = valid & (weights > 0)
    mean, z = mean_and_influence(replace(dataset, weights=weights), y, inside)
    assert found.n.item() == inside.sum()
    assert found.value.item() == pytest.approx(mean)
    assert found.variance.item() == pytest.approx(variance(dataset, z, inside, finite=True))


def test_the_total_of_a_constant_is_the_population_without_uncertainty() -> None:
    dataset = simulated(1, [12, 9, 7], [30, 4, 0])
    everyone = replace(dataset, codes=np.maximum(dataset.codes, FIRST_CODE))
    found = estimate_totals(recode(tabulate(everyone), (Recode(0, (1.0,) * 4),)), dataset.design().together())
    assert found.value.item() == pytest.approx(28 + 34)
    assert found.variance.item() == 0.0


@given(datasets(), st.integers(0, len(SCORES) - 1))
def test_a_share_is_exactly_zero_or_one_when_nobody_or_everybody_chose_the_answer(
    dataset: Dataset, chosen: int
) -> None:
    share = Recode(0, tuple(float(code == chosen) for code in range(len(SCORES))))
    found = estimate_means(recode(tabulate(dataset, dataset.groupings[0]), (share,)), dataset.design())
    valid, member = dataset.codes[0] >= FIRST_CODE, dataset.groupings[0].member
    for place, unit in enumerate(dataset.design().units):
        for level in range(len(LEVELS)):
            answers = dataset.codes[0, valid & of_unit(dataset, unit) & (member == level)] == FIRST_CODE + chosen
            if answers.size:
                value = found.value[0, place, level]
                assert (value == 0) == (not answers.any())
                assert (value == 1) == answers.all()


def test_blocks_of_rows_give_the_tables_of_one_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = simulated(8, [12, 9, 7, 11], [30, 4, 0, 2], weighted=True)
    whole = tabulate(dataset, dataset.groupings[0])
    monkeypatch.setattr(tabulating, "_ROWS_AT_A_TIME", 15)
    blocks = tabulate(dataset, dataset.groupings[0])
    for name in ("n", "s1", "s2", "rows", "w1", "w2", "top", "sums", "missing"):
        np.testing.assert_array_equal(getattr(blocks, name), getattr(whole, name))


def test_numbers_alone_and_answers_alone_have_moments() -> None:
    dataset = simulated(8, [12, 9], [30, 4])
    (asked,) = (it for it in quantities(dataset, NUMBERS) if it.measure is Measure.MEAN)
    found = moments_of(tabulate(dataset), (asked,))
    assert found.n.sum() == number(dataset)[1].sum()
    codes = tuple(it for it in quantities(dataset, NUMBERS) if it.measure is Measure.CATEGORY)
    assert moments_of(tabulate(dataset), codes).n.shape[0] == len(codes)
