"""Laws of comparisons: from tables and from rows, against the linearised difference written out over all rows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from rowwise import SCORES, number, score, simulated

from analysis.comparison.differences import (
    Differences,
    compare_units,
    compare_with,
    satterthwaite,
)
from analysis.comparison.references import (
    EveryoneReference,
    GroupReference,
    NeighbourReference,
    PeersReference,
    ReferencePlan,
    UnitReference,
    all_units,
    resolve,
)
from analysis.comparison.unit_means import UnitMeans, unit_means
from analysis.dataset import FIRST_CODE, VALID, Dataset
from analysis.design import Lonely
from analysis.results import Inference
from analysis.rows.linearising import Linearised, means
from analysis.rows.sample import Sample, Stage
from analysis.rows.unit_rows import by_unit, unit_means_of_rows
from analysis.tabulation.moments import Moments, Recode, join, numbers, recode
from analysis.tabulation.tabulating import tabulate
from analysis.weighting.raking import Margin
from analysis.weighting.residuals import fitted_to_margins

SCORE = Recode(0, SCORES)
UNITS = tuple(f"GM{place}" for place in range(6))
REFERENCES: tuple[ReferencePlan, ...] = (
    EveryoneReference(kind="all"),
    EveryoneReference(kind="rest"),
    EveryoneReference(kind="all", average="unit"),
    GroupReference(kind="group", units=("GM0", "GM2", "GM3")),
    GroupReference(kind="group", units=("GM0", "GM2", "GM3"), own="without"),
    GroupReference(kind="group", units=("GM0", "GM2", "GM3"), own="without", average="unit"),
    PeersReference(kind="peers", groups={"noord": ("GM0", "GM1"), "zuid": ("GM2", "GM3", "GM4")}),
    PeersReference(kind="peers", groups={"noord": ("GM0", "GM1"), "zuid": ("GM2", "GM3", "GM4")}, own="without"),
    NeighbourReference(kind="unit", unit="GM1"),
)


@st.composite
def six_units(draw: st.DrawFn, *, most: int = 12) -> Dataset:
    """Six units of two strata; some are empty, alone or a census."""
    sizes = draw(st.lists(st.sampled_from([0, 1, 2, 5, most]), min_size=12, max_size=12).filter(lambda it: sum(it) > 1))
    extra = draw(st.lists(st.sampled_from([0, 1, 30]), min_size=12, max_size=12))
    offset = draw(st.sampled_from([0.0, 1e6]))
    return simulated(draw(st.integers(0, 2**32 - 1)), sizes, extra, offset=offset, weighted=draw(st.booleans()))


def moments(dataset: Dataset) -> Moments:
    table = tabulate(dataset)
    return join(recode(table, (SCORE,)), numbers(table, (0,)))


def values(dataset: Dataset) -> NDArray[np.float64]:
    return np.stack([np.where(valid, y, np.nan) for y, valid in (score(dataset), number(dataset))], axis=1)


def unit_of_row(dataset: Dataset) -> NDArray[np.int64]:
    return dataset.design().unit_of_stratum()[dataset.stratum]


def of_rows(dataset: Dataset, sample: Sample, inference: Inference) -> UnitMeans:
    split = by_unit(sample, unit_of_row(dataset), len(dataset.design().units))
    return unit_means_of_rows(values(dataset), split, inference)


def written_out(dataset: Dataset, sample: Sample, reference: ReferencePlan, unit: int) -> tuple[Linearised, Sample]:
    """Return the difference of one unit by the estimators of rows, and the sample of the rows that take part in it."""
    own, y = unit_of_row(dataset) == unit, values(dataset)
    names = np.array(dataset.design().units)
    resolved = resolve(reference, dataset.design().units)
    group = [names[k] for k in np.flatnonzero(resolved.member == resolved.against[unit])]
    group = [name for name in group if resolved.with_own or name != names[unit]]
    sides = [own, *(names[unit_of_row(dataset)] == name for name in group)]
    if not resolved.equal:
        sides = [own, np.any(sides[1:], axis=0)] if group else [own]
    columns = [np.where(side[:, None], y, np.nan) for side in sides]
    found = [means(column, sample) for column in columns]
    present = [np.array(it.n > 0) for it in found[1:]]
    count = np.sum(present, axis=0) if present else np.zeros(2)
    value, influence = found[0].value.copy(), found[0].influence.copy()
    for it, there in zip(found[1:], present, strict=True):
        value -= np.where(there, it.value / np.maximum(count, 1), 0.0)
        influence -= np.where(there, it.influence / np.maximum(count, 1), 0.0)
    n = np.minimum(found[0].n, np.sum([it.n for it in found[1:]], axis=0) if present else 0)
    return Linearised(value, influence, n), sample.within(np.any(sides, axis=0))


def assert_same(found: Differences, expected: Linearised, variance: NDArray[np.float64], unit: int) -> None:
    known = expected.n > 0
    size = np.maximum(np.abs(found.mean[:, unit, 0]), 1.0)
    assert np.all(np.abs(found.difference[:, unit, 0] - expected.value)[known] <= 1e-9 * size[known])
    # A number with an offset of a million keeps ten digits, and its variance fewer.
    assert found.variance[known, unit, 0] == pytest.approx(variance[known], rel=1e-6, abs=1e-6)


@given(six_units(), st.sampled_from(REFERENCES), st.sampled_from(Inference))
def test_a_unit_against_its_reference_equals_the_difference_written_out_over_rows(
    dataset: Dataset, reference: ReferencePlan, inference: Inference
) -> None:
    design, sample = dataset.design(), dataset.sample()
    resolved = resolve(reference, design.units)
    found = compare_with(unit_means(moments(dataset), design, inference), resolved)
    for unit in np.flatnonzero(resolved.against >= 0).tolist():
        expected, part = written_out(dataset, sample, reference, unit)
        assert_same(found, expected, expected.covariance(part, inference).variance, unit)


@given(six_units(), st.sampled_from(REFERENCES), st.sampled_from(Lonely), st.sampled_from(Inference))
def test_tables_and_rows_give_the_same_differences(
    dataset: Dataset, reference: ReferencePlan, lonely: Lonely, inference: Inference
) -> None:
    design = dataset.design(lonely)
    resolved = resolve(reference, design.units)
    table = compare_with(unit_means(moments(dataset), design, inference), resolved)
    rows = compare_with(of_rows(dataset, dataset.sample(lonely), inference), resolved)
    compared = resolved.against >= 0
    size = 1 + np.abs(table.mean)
    for name in ("mean", "difference", "largest"):
        gap = np.abs(getattr(table, name) - getattr(rows, name)) / size
        assert np.all(gap[:, compared] <= 1e-9), name
    for name in ("n", "reference_n", "units"):
        assert np.array_equal(getattr(table, name)[:, compared], getattr(rows, name)[:, compared]), name
    known = compared[:, None] & (np.minimum(table.n, table.reference_n) > 0)
    assert np.array_equal(table.failed[known], rows.failed[known])
    assert rows.variance[known] == pytest.approx(table.variance[known], rel=1e-9, abs=1e-8)
    clear = known & (table.variance > 1e-6)
    assert rows.df[clear] == pytest.approx(table.df[clear], rel=1e-6)


def clustered(dataset: Dataset, seed: int) -> Sample:
    """Return the rows in households within strata, drawn out of twice as many, and persons within households."""
    rng = np.random.default_rng(seed)
    household = np.unique(dataset.stratum * 1000 + rng.integers(0, 4, dataset.stratum.size), return_inverse=True)[1]
    strata = np.unique(dataset.stratum, return_inverse=True)[1].astype(np.int64)
    drawn = np.array([np.unique(household[strata == place]).size for place in range(int(strata.max()) + 1)])
    first = Stage(household.astype(np.int64), strata, 2.0 * drawn)
    persons = np.bincount(household)
    second = Stage(
        np.arange(household.size, dtype=np.int64), household.astype(np.int64), (persons + 3.0).astype(np.float64)
    )
    everyone = np.ones(household.size, dtype=np.bool_)
    return Sample(dataset.weights, (first, second), everyone)


@given(six_units(), st.integers(0, 2**32 - 1), st.sampled_from(REFERENCES), st.sampled_from(Inference))
def test_clusters_and_stages_are_counted_in_every_reference(
    dataset: Dataset, seed: int, reference: ReferencePlan, inference: Inference
) -> None:
    sample = clustered(dataset, seed)
    resolved = resolve(reference, dataset.design().units)
    found = compare_with(of_rows(dataset, sample, inference), resolved)
    for unit in np.flatnonzero(resolved.against >= 0).tolist():
        expected, part = written_out(dataset, sample, reference, unit)
        assert_same(found, expected, expected.covariance(part, inference).variance, unit)


@given(six_units(), st.integers(0, 2**32 - 1), st.sampled_from(REFERENCES), st.sampled_from(Inference))
def test_weights_that_were_fitted_within_units_leave_the_variance_of_residuals(
    dataset: Dataset, seed: int, reference: ReferencePlan, inference: Inference
) -> None:
    sex = np.random.default_rng(seed).integers(0, 2, dataset.stratum.size)
    unit = unit_of_row(dataset)
    margin = Margin(unit * 2 + sex, np.ones(2 * len(dataset.strata)))
    fitted = fitted_to_margins(dataset.weights, dataset.weights * 1.5, [margin], unit)
    sample = replace(dataset.sample(), calibrations=(fitted,))
    resolved = resolve(reference, dataset.design().units)
    found = compare_with(of_rows(dataset, sample, inference), resolved)
    for place in np.flatnonzero(resolved.against >= 0).tolist():
        expected, part = written_out(dataset, sample, reference, place)
        assert_same(found, expected, expected.covariance(part, inference).variance, place)


@given(six_units())
def test_a_group_of_all_units_is_the_total_and_without_the_unit_it_is_the_rest(dataset: Dataset) -> None:
    units = unit_means(moments(dataset), dataset.design(), Inference.PROCESS)
    names = dataset.design().units
    pairs = (
        (GroupReference(kind="group", units=names), EveryoneReference(kind="all")),
        (GroupReference(kind="group", units=names, own="without"), EveryoneReference(kind="rest")),
    )
    for group, everyone in pairs:
        first, second = (compare_with(units, resolve(it, names)) for it in (group, everyone))
        for name in ("difference", "variance", "df", "reference_n", "units"):
            assert np.array_equal(getattr(first, name), getattr(second, name))
    total = compare_units(moments(dataset), dataset.design())
    assert np.array_equal(compare_with(units, all_units(len(names))).variance, total.variance)


def all_answer(dataset: Dataset) -> Dataset:
    """Return the data set in which everyone answered, with one weight in a stratum: sizes are known."""
    codes = np.maximum(dataset.codes, FIRST_CODE)
    weights = np.arange(1.0, len(dataset.strata) + 1)[dataset.stratum]
    return replace(dataset, codes=codes, status=np.full_like(dataset.status, VALID), weights=weights)


@given(six_units())
def test_with_fixed_sizes_total_and_rest_are_the_same_test(dataset: Dataset) -> None:
    fixed = all_answer(dataset)
    # Elsewhere than with `remove` a lonely stratum counts around zero, which is not the same for both.
    units = unit_means(moments(fixed), fixed.design(Lonely.REMOVE), Inference.PROCESS)
    names = fixed.design().units
    total, rest = (compare_with(units, resolve(EveryoneReference(kind=kind), names)) for kind in ("all", "rest"))
    known = (total.n > 0) & (rest.reference_n > 0)
    left = 1 - units.size / units.size.sum(axis=-2, keepdims=True)
    scale = 1e-9 * np.maximum(np.abs(total.mean), 1)
    assert np.all(np.abs(total.difference - left * rest.difference)[known] <= scale[known])
    assert total.variance[known] == pytest.approx((left**2 * rest.variance)[known], rel=1e-9, abs=1e-9)


@given(six_units(), st.sampled_from(Inference))
def test_two_units_differ_as_much_one_way_as_the_other(dataset: Dataset, inference: Inference) -> None:
    units = unit_means(moments(dataset), dataset.design(), inference)
    names = dataset.design().units
    first, second = (compare_with(units, resolve(NeighbourReference(kind="unit", unit=it), names)) for it in names[:2])
    np.testing.assert_allclose(first.difference[:, 1], -second.difference[:, 0], rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(first.variance[:, 1], second.variance[:, 0], rtol=1e-12)
    np.testing.assert_allclose(first.df[:, 1], second.df[:, 0], rtol=1e-12)


@given(st.integers(0, 2**32 - 1), st.sampled_from(REFERENCES))
def test_adding_a_constant_changes_no_difference(seed: int, reference: ReferencePlan) -> None:
    sizes, extra = [12, 9] * 6, [30, 4] * 6
    plain, moved = (simulated(seed, sizes, extra, offset=offset, weighted=True) for offset in (0.0, 500.0))
    first, second = (
        compare_with(unit_means(numbers(tabulate(it), (0,)), it.design(), Inference.PROCESS), resolve(reference, UNITS))
        for it in (plain, moved)
    )
    np.testing.assert_allclose(second.difference, first.difference, atol=1e-9)
    np.testing.assert_allclose(second.variance, first.variance, rtol=1e-9)
    np.testing.assert_allclose(second.df, first.df, rtol=1e-9)


def test_the_largest_unit_and_the_number_of_units_of_a_reference_are_told() -> None:
    of_size = np.array([6.0, 1.0, 3.0, 0.0])[None, :, None]
    ones, some = np.ones((1, 4, 1)), np.array([9, 9, 9, 0])[None, :, None]
    units = UnitMeans(ones, of_size, ones, ones * 0, ones * 0, some, some, some, some * 0, Lonely.ADJUST)
    names = ("a", "b", "c", "d")
    with_own = compare_with(units, resolve(GroupReference(kind="group", units=names), names))
    assert with_own.largest.ravel() == pytest.approx([0.6, 0.6, 0.6, 0.6])
    assert with_own.units.ravel().tolist() == [3, 3, 3, 3]
    without = compare_with(units, resolve(GroupReference(kind="group", units=names, own="without"), names))
    assert without.largest.ravel() == pytest.approx([0.75, 6 / 9, 6 / 7, 0.6])
    assert without.units.ravel().tolist() == [2, 2, 2, 3]
    equal = compare_with(units, resolve(GroupReference(kind="group", units=names, average="unit"), names))
    assert equal.largest.ravel() == pytest.approx([1 / 3] * 4)


def test_a_reference_of_which_no_unit_is_in_the_data_is_empty() -> None:
    dataset = simulated(1, [5, 5, 5, 5], [9, 9, 9, 9])
    units = unit_means(moments(dataset), dataset.design(), Inference.PROCESS)
    none = np.full(2, -1)
    found = compare_with(units, UnitReference(none, np.zeros(2, dtype=np.int64)))
    assert not found.reference_n.any()
    of_one = resolve(NeighbourReference(kind="unit", unit="elsewhere"), dataset.design().units)
    assert not compare_with(units, of_one).reference_n.any()


def test_there_are_no_degrees_of_freedom_where_one_side_has_none() -> None:
    v = np.array([1.0]), np.array([1.0])
    assert satterthwaite(v, (np.array([0]), np.array([30]))).item() == 0
    assert satterthwaite((np.array([0.0]), np.array([1.0])), (np.array([0]), np.array([30]))).item() == 30
