"""Likeness of units on figures of registers."""

from __future__ import annotations

import csv
from dataclasses import replace
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.units.likeness import ALIKE_WITHIN, Neighbour, UnitFigure, likeness, reach_of, robust_z

UNITS = ("GM1", "GM2", "GM3", "GM4", "GM5", "GM6")
PEOPLE = UnitFigure("population", np.array([20e3, 21e3, 40e3, 80e3, 300e3, 900e3]), size=True)
OLD = UnitFigure("old", np.array([24.0, 14.0, 23.5, 20.0, 16.0, 13.0]))

numbers = st.floats(1, 1e6).map(lambda value: round(value, 2))
columns = st.lists(numbers, min_size=len(UNITS), max_size=len(UNITS)).map(np.array)


def order(found: tuple[Neighbour, ...]) -> list[str]:
    return [one.unit for one in found]


@given(columns, columns, st.floats(1e-3, 1e3), st.floats(-1e3, 1e3), st.sampled_from(UNITS))
def test_another_unit_of_measurement_changes_nothing(
    sizes: np.ndarray, others: np.ndarray, factor: float, shift: float, unit: str
) -> None:
    figures = UnitFigure("size", sizes, size=True), UnitFigure("other", others)
    changed = replace(figures[0], values=sizes * factor), replace(figures[1], values=others * factor + shift)
    before, after = likeness(UNITS, figures, unit), likeness(UNITS, changed, unit)
    distances = {one.unit: one.distance for one in after}
    # What lies at the same distance may change places by rounding.
    assert distances == pytest.approx({one.unit: one.distance for one in before}, rel=1e-5, abs=1e-5)
    for one in before:
        [same] = [other for other in after if other.unit == one.unit]
        gaps = {gap.figure: gap.gap for gap in one.gaps}
        assert {gap.figure: gap.gap for gap in same.gaps} == pytest.approx(gaps, rel=1e-5, abs=1e-5)


@given(columns, columns, st.sampled_from([0.001, 0.5, 2.0, 1024.0]), st.sampled_from(UNITS))
def test_the_order_is_the_same_in_another_unit_of_measurement(
    sizes: np.ndarray, others: np.ndarray, factor: float, unit: str
) -> None:
    figures = UnitFigure("size", sizes, size=True), UnitFigure("other", others)
    changed = tuple(replace(one, values=one.values * factor) for one in figures)
    assert order(likeness(UNITS, figures, unit)) == order(likeness(UNITS, changed, unit))


@given(columns, columns, st.permutations(range(len(UNITS))))
def test_the_order_in_which_units_and_figures_come_does_not_matter(
    sizes: np.ndarray, others: np.ndarray, places: list[int]
) -> None:
    figures = UnitFigure("size", sizes, size=True), UnitFigure("other", others)
    shuffled = tuple(replace(one, values=one.values[places]) for one in reversed(figures))
    units = tuple(UNITS[place] for place in places)
    assert order(likeness(UNITS, figures, "GM1")) == order(likeness(units, shuffled, "GM1"))


@given(columns, columns)
def test_distance_is_the_same_both_ways_and_none_to_oneself(sizes: np.ndarray, others: np.ndarray) -> None:
    figures = UnitFigure("size", sizes, size=True), UnitFigure("other", others)
    there = {one.unit: one.distance for one in likeness(UNITS, figures, "GM1")}
    back = {one.unit: one.distance for one in likeness(UNITS, figures, "GM2")}
    assert there["GM2"] == pytest.approx(back["GM1"])
    assert "GM1" not in there


def test_the_nearest_come_first_and_weights_decide_what_counts() -> None:
    assert order(likeness(UNITS, (PEOPLE, OLD), "GM1", nearest=2)) == ["GM3", "GM4"]
    assert order(likeness(UNITS, (PEOPLE, replace(OLD, weight=0.01)), "GM1", nearest=2)) == ["GM2", "GM3"]
    assert order(likeness(UNITS, (replace(PEOPLE, weight=0), OLD), "GM1", nearest=1)) == ["GM3"]


def inhabitants() -> dict[str, float]:
    text = files("ceo.storage").joinpath("data", "gemeenten_2026.csv").read_text("utf-8")
    return {row["gm_naam"]: float(row["inwoners_20260101"]) for row in csv.DictReader(text.splitlines())}


def test_an_outlier_has_nearest_ones_and_only_those_within_the_bound_resemble_it() -> None:
    """The bound over all 342 municipalities of 2026 is a ratio of inhabitants of 1.88: Utrecht resembles cities, and no town."""
    people = inhabitants()
    figure = UnitFigure("population", np.array([*people.values()]), size=True)
    assert reach_of(figure) == pytest.approx(1.880, abs=5e-4)
    found = likeness(tuple(people), (figure,), "Utrecht", nearest=400)
    assert len(found) == 341
    assert {one.unit for one in found if one.resembles} == {
        unit for unit, number in people.items() if unit != "Utrecht" and 1 / 1.88 < number / people["Utrecht"] < 1.88
    }
    assert {"Almere", "Rotterdam"} < {one.unit for one in found if one.resembles}
    assert not {"Coevorden", "Hoogeveen"} & {one.unit for one in found if one.resembles}
    assert not [
        one for one in likeness(tuple(people), (figure,), "Vlieland") if one.resembles and one.unit == "Ameland"
    ]


def test_one_figure_that_differs_is_not_made_up_for_by_another() -> None:
    found = {one.unit: one for one in likeness(UNITS, (PEOPLE, OLD), "GM1")}
    assert [unit for unit, one in sorted(found.items()) if one.resembles] == ["GM3", "GM4"]
    assert found["GM2"].alike
    assert not found["GM2"].resembles


@given(columns, columns)
def test_who_resembles_one_is_resembled_by_it(sizes: np.ndarray, others: np.ndarray) -> None:
    figures = UnitFigure("size", sizes, size=True), UnitFigure("other", others)
    pairs = {(unit, one.unit) for unit in UNITS for one in likeness(UNITS, figures, unit) if one.resembles}
    assert pairs == {(other, unit) for unit, other in pairs}


@given(columns, columns, st.floats(1e-3, 1e3), st.floats(-1e3, 1e3), st.sampled_from(UNITS))
def test_who_is_alike_is_the_same_in_another_unit_of_measurement(
    sizes: np.ndarray, others: np.ndarray, factor: float, shift: float, unit: str
) -> None:
    figures = UnitFigure("size", sizes, size=True), UnitFigure("other", others)
    changed = replace(figures[0], values=sizes * factor), replace(figures[1], values=others * factor + shift)
    before, after = ({one.unit: one for one in likeness(UNITS, it, unit)} for it in (figures, changed))
    for other, one in before.items():
        # On the bound itself rounding decides.
        if all(abs(gap.gap - ALIKE_WITHIN) > 1e-4 for gap in one.gaps):
            assert after[other].resembles == one.resembles
            assert {gap.figure for gap in after[other].alike} == {gap.figure for gap in one.alike}


def test_it_is_told_what_made_units_alike_and_what_did_not() -> None:
    found = {one.unit: one for one in likeness(UNITS, (PEOPLE, OLD), "GM1")}
    assert [gap.figure for gap in found["GM2"].alike] == ["population"]
    assert [gap.figure for gap in found["GM2"].different] == ["old"]
    assert [(gap.own, gap.other) for gap in found["GM2"].alike] == [(20e3, 21e3)]
    assert [gap.figure for gap in found["GM3"].alike] == ["old", "population"]


@given(columns, columns, st.sampled_from(UNITS), st.floats(0.1, 5))
def test_what_each_figure_adds_to_the_distance_adds_up_to_all_of_it(
    sizes: np.ndarray, others: np.ndarray, unit: str, weight: float
) -> None:
    figures = UnitFigure("size", sizes, size=True), UnitFigure("other", others, weight=weight)
    for one in likeness(UNITS, figures, unit):
        parts = {gap.figure: gap.part for gap in one.gaps}
        assert sum(parts.values()) == pytest.approx(1.0 if one.distance else 0.0)
        squares = {gap.figure: gap.gap**2 * (weight if gap.figure == "other" else 1.0) for gap in one.gaps}
        assert {name: part * (1 + weight) * one.distance**2 for name, part in parts.items()} == pytest.approx(squares)


@given(columns, columns, st.floats(1e-3, 1e3), st.floats(-1e3, 1e3), st.sampled_from(UNITS))
def test_what_made_units_alike_is_the_same_in_another_unit_of_measurement(
    sizes: np.ndarray, others: np.ndarray, factor: float, shift: float, unit: str
) -> None:
    figures = UnitFigure("size", sizes, size=True), UnitFigure("other", others)
    changed = replace(figures[0], values=sizes * factor), replace(figures[1], values=others * factor + shift)
    before, after = (
        {
            (one.unit, gap.figure): gap.part
            for one in likeness(UNITS, it, unit)
            if one.distance > 1e-3
            for gap in one.gaps
        }
        for it in (figures, changed)
    )
    for place in before.keys() & after.keys():  # a distance of 0 has no parts
        assert after[place] == pytest.approx(before[place], abs=1e-3)


def test_twice_as_many_people_is_as_far_for_a_village_as_for_a_city() -> None:
    size = UnitFigure("size", np.array([10e3, 20e3, 100e3, 200e3, 50e3, 60e3]), size=True)
    from_village, from_city = (
        {one.unit: one.distance for one in likeness(UNITS, (size,), unit)} for unit in ("GM1", "GM3")
    )
    assert from_village["GM2"] == pytest.approx(from_city["GM4"])


def test_one_very_large_unit_does_not_set_the_scale() -> None:
    values = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    far = np.array([1.0, 2.0, 3.0, 4.0, 5e6])
    assert robust_z(values)[:4] == pytest.approx(robust_z(far)[:4])


def test_a_figure_that_is_nearly_always_the_same_is_measured_by_its_mean_deviation() -> None:
    assert robust_z(np.array([1.0, 1.0, 1.0, 1.0, 2.0])).round(3).tolist() == [0, 0, 0, 0, round(1 / (1.2533 * 0.2), 3)]
    assert robust_z(np.full(5, 0.1)).tolist() == [0] * 5


def test_a_unit_of_which_half_is_known_or_less_is_left_out_and_so_is_what_is_not_known_of_the_unit_itself() -> None:
    unknown = np.array([24.0, np.nan, 23.5, 20.0, 16.0, 13.0])
    assert "GM2" not in order(likeness(UNITS, (PEOPLE, replace(OLD, values=unknown)), "GM1")), "one of two"
    light = likeness(UNITS, (PEOPLE, replace(OLD, values=unknown, weight=0.9)), "GM1")
    assert [gap.figure for one in light if one.unit == "GM2" for gap in one.gaps] == ["population"]
    assert likeness(UNITS, (replace(OLD, values=unknown),), "GM2") == ()
    assert order(likeness(UNITS, (PEOPLE, replace(OLD, values=np.full(6, np.nan))), "GM1", nearest=1)) == ["GM2"]
    lonely = np.array([24.0, *[np.nan] * 5])
    assert likeness(UNITS, (replace(OLD, values=lonely),), "GM1") == ()


def test_a_figure_that_is_not_known_counts_with_the_typical_gap() -> None:
    """GM2 has the population and the income of GM1; its old people are not known, and lie as far as those of half of the others."""
    income = UnitFigure("income", np.array([30.0, 30.0, 34.0, 28.0, 36.0, 40.0]))
    gone = replace(OLD, values=np.array([24.0, np.nan, 23.5, 20.0, 16.0, 13.0]))
    people = replace(PEOPLE, values=np.array([20e3, 20e3, 40e3, 80e3, 300e3, 900e3]))
    found = {one.unit: one for one in likeness(UNITS, (people, gone, income), "GM1")}
    (typical,) = {gap.typical for gap in found["GM3"].gaps if gap.figure == "old"}
    assert found["GM2"].distance == pytest.approx(typical / 3**0.5)
    assert [(gap.figure, gap.gap, gap.part) for gap in found["GM2"].gaps] == [("income", 0, 0), ("population", 0, 0)]


def test_units_of_which_a_figure_is_not_known_are_no_nearer_for_that() -> None:
    """Three figures, one of them unknown in one of four of 300 units, whatever their other figures are."""
    rng = np.random.default_rng(5)
    values = rng.normal(size=(3, 300))
    lacks = rng.random(300) < 0.25
    values[2, lacks] = np.nan
    figures = [UnitFigure(f"{number}", row) for number, row in enumerate(values)]
    units = [f"{number}" for number in range(300)]
    chosen = [unit for unit in range(300) if not lacks[unit]][:40]
    near = [int(one.unit) for unit in chosen for one in likeness(units, figures, f"{unit}", nearest=15)]
    assert lacks[near].mean() < 0.25


def test_a_size_of_nothing_is_not_known() -> None:
    assert np.isnan(robust_z(np.array([0.0, 1.0, 2.0]), size=True)).tolist() == [True, False, False]
