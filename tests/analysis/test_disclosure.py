"""Nothing under the floor leaves, and nothing hidden follows by subtraction."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.disclosure import protect
from analysis.policy import DisclosurePolicy
from analysis.results import (
    Cell,
    Comparison,
    Estimate,
    Inference,
    Interval,
    Measure,
    Method,
    NotEstimable,
    Pair,
    ProtectedResults,
    Results,
    Suppressed,
)

FEW = Suppressed("fewer_than_floor")
COMPLEMENT = Suppressed("complement")


def estimate(respondents: int) -> Estimate:
    interval = Interval(60.0, 80.0)
    return Estimate(
        70.0,
        5.0,
        interval,
        respondents,
        respondents,
        5.0 * respondents,
        respondents - 1,
        None,
        Method.T,
        Inference.FINITE,
    )


def figure(respondents: int) -> Estimate | NotEstimable:
    return estimate(respondents) if respondents > 1 else NotEstimable("no_respondents", respondents)


def place(unit: str = "", breakdown: str = "", level: str = "", measure: Measure = Measure.SCORE) -> Cell:
    return Cell(measure, "TOE01", unit=unit, breakdown=breakdown, level=level)


def comparison(respondents: int, reference: int) -> Comparison:
    return Comparison(
        2.0, 1.0, Interval(0.0, 4.0), 20.0, 0.05, 0.06, "TOE01", True, respondents, reference, Inference.PROCESS
    )


def results(cells: dict[Cell, int], comparisons: dict[Pair, Comparison | NotEstimable] | None = None) -> Results:
    figures = {cell: figure(n) for cell, n in cells.items()}
    whole = {cell.unit: n for cell, n in cells.items() if not cell.breakdown}
    return Results(figures, comparisons or {}, whole, dict.fromkeys(whole, 1000.0))


def of_units(**counts: int) -> dict[Cell, int]:
    return {place(): sum(counts.values())} | {place(unit): n for unit, n in counts.items()}


def of_ages(*, unit: str = "", young: int, middle: int, old: int) -> dict[Cell, int]:
    counts = {"young": young, "middle": middle, "old": old}
    return {place(unit): sum(counts.values())} | {place(unit, "age", level): n for level, n in counts.items()}


def test_nine_respondents_are_hidden_and_ten_are_shown() -> None:
    protected = protect(results(of_units(nine=9, ten=10, many=100)))
    assert protected.figures[place("nine")] == FEW
    assert protected.figures[place("many")] == estimate(100)
    assert protect(results({place(): 10})).figures[place()] == estimate(10)


def test_one_hidden_unit_takes_the_smallest_other_unit_with_it() -> None:
    protected = protect(results(of_units(small=9, middle=40, large=100)))
    assert protected.figures[place("middle")] == COMPLEMENT
    assert protected.figures[place("large")] == estimate(100)
    assert protected.figures[place()] == estimate(149)


def test_hidden_units_together_hold_at_least_the_floor() -> None:
    protected = protect(results(of_units(a=3, b=4, c=50, d=100)))
    assert protected.figures[place("c")] == COMPLEMENT


def test_one_hidden_level_takes_the_smallest_other_level_with_it() -> None:
    protected = protect(results(of_ages(young=5, middle=30, old=60)))
    assert protected.figures[place(breakdown="age", level="young")] == FEW
    assert protected.figures[place(breakdown="age", level="middle")] == COMPLEMENT
    assert protected.figures[place(breakdown="age", level="old")] == estimate(60)


def test_respondents_without_a_level_count_as_a_hidden_level() -> None:
    cells = of_ages(young=20, middle=30, old=60) | {place(): 114}
    protected = protect(results(cells))
    assert protected.figures[place(breakdown="age", level="young")] == COMPLEMENT
    assert protected.figures[place(breakdown="age", level="old")] == estimate(60)


def test_a_level_hidden_in_one_unit_is_hidden_in_another_unit_too() -> None:
    cells = of_ages(unit="a", young=5, middle=30, old=60) | of_ages(unit="b", young=40, middle=50, old=60)
    cells |= of_ages(young=45, middle=80, old=120)
    protected = protect(results(cells))
    hidden = {(cell.unit, cell.level) for cell, figure in protected.figures.items() if isinstance(figure, Suppressed)}
    assert hidden == {("a", "young"), ("a", "middle"), ("b", "young"), ("b", "middle")}


def test_a_level_that_nearly_everyone_has_is_hidden_when_levels_overlap() -> None:
    cells = {place(): 100, place(breakdown="support", level="help"): 96, place(breakdown="support", level="trips"): 40}
    protected = protect(results(cells))
    assert protected.figures[place(breakdown="support", level="help")] == COMPLEMENT
    assert protected.figures[place(breakdown="support", level="trips")] == estimate(40)


def test_all_measures_of_an_item_share_their_fate() -> None:
    cells = {place(): 50, place(measure=Measure.SHARE): 50, Cell(Measure.CATEGORY, "TOE01", "eens"): 50}
    small = {place(): 8, place(measure=Measure.SHARE): 12, Cell(Measure.CATEGORY, "TOE01", "eens"): 12}
    assert not any(isinstance(it, Suppressed) for it in protect(results(cells)).figures.values())
    assert list(protect(results(small)).figures.values()) == [FEW, COMPLEMENT, COMPLEMENT]


def test_a_hidden_unit_is_hidden_in_every_breakdown_and_count() -> None:
    cells = of_ages(unit="small", young=3, middle=3, old=3) | of_ages(unit="middle", young=15, middle=15, old=15)
    cells |= of_ages(unit="large", young=40, middle=40, old=40) | of_ages(young=58, middle=58, old=58)
    protected = protect(results(cells))
    assert protected.respondents == {"small": FEW, "middle": COMPLEMENT, "large": 120, "": 174}
    assert {figure for cell, figure in protected.figures.items() if cell.unit == "middle"} == {COMPLEMENT}
    assert protected.populations["small"] == 1000.0


def test_comparisons_of_hidden_figures_are_hidden() -> None:
    cells = of_units(small=9, middle=40, large=100)
    compared = {Pair(place(unit)): comparison(n, 149) for unit, n in (("small", 9), ("middle", 40), ("large", 100))}
    protected = protect(results(cells, compared))
    assert protected.comparisons[Pair(place("small"))] == FEW
    assert protected.comparisons[Pair(place("middle"))] == COMPLEMENT
    assert protected.comparisons[Pair(place("large"))] == comparison(100, 149)


def test_a_comparison_with_fewer_others_than_the_floor_is_hidden() -> None:
    compared = {Pair(place("large")): comparison(100, 109)}
    assert protect(Results({}, compared, {}, {})).comparisons[Pair(place("large"))] == COMPLEMENT


def test_a_comparison_that_cannot_be_estimated_keeps_its_reason() -> None:
    reason = NotEstimable("no_degrees_of_freedom", 20)
    compared: dict[Cell, Comparison | NotEstimable] = {
        Pair(place("a")): reason,
        Pair(place("b")): NotEstimable("one_respondent", 1),
    }
    protected = protect(results(of_units(a=20, b=30), compared))
    assert protected.comparisons == {Pair(place("a")): reason, Pair(place("b")): FEW}


def test_an_analysis_without_units_is_protected_within_its_breakdown() -> None:
    protected = protect(
        results({place(): 30, place(breakdown="age", level="young"): 21, place(breakdown="age", level="old"): 9})
    )
    assert [type(it) for it in protected.figures.values()] == [Estimate, Suppressed, Suppressed]


def test_a_single_level_that_holds_everyone_is_shown() -> None:
    cells = {place(): 30, place(breakdown="age", level="young"): 30, place(breakdown="age", level="old"): 0}
    protected = protect(results(cells))
    assert protected.figures[place(breakdown="age", level="young")] == estimate(30)


@pytest.mark.parametrize("floor", [5, 20])
def test_the_floor_is_the_policy_s(floor: int) -> None:
    protected = protect(results({place(): 12}), DisclosurePolicy(floor=floor))
    assert isinstance(protected.figures[place()], Suppressed) == (floor > 12)


@st.composite
def tables(draw: st.DrawFn) -> Results:
    """Units with two breakdowns; respondents of some level or unit may be nobody at all, or have no level."""
    units = draw(st.integers(1, 4))
    shape = (units, draw(st.integers(2, 3)), draw(st.integers(2, 3)))
    sizes = st.one_of(st.just(0), st.integers(0, 12), st.integers(10, 40))
    people = np.array(draw(st.lists(sizes, min_size=int(np.prod(shape)), max_size=int(np.prod(shape))))).reshape(shape)
    without_level = draw(st.booleans())
    cells: dict[Cell, int] = {}
    for unit, rows in [("", people.sum(axis=0)), *((f"u{k}", people[k]) for k in range(units))]:
        cells[place(unit)] = int(rows.sum())
        for breakdown, sums in (("age", rows.sum(axis=1)), ("sex", rows.sum(axis=0))):
            shown = sums[: len(sums) - without_level]
            cells |= {place(unit, breakdown, str(k)): int(n) for k, n in enumerate(shown)}
    return results(cells)


@given(tables())
def test_no_figure_under_the_floor_survives(given_results: Results) -> None:
    protected = protect(given_results)
    for cell, shown in protected.figures.items():
        assert isinstance(shown, Suppressed) or shown.respondents >= 10
        assert shown != FEW or given_results.figures[cell].respondents < 10


@given(tables())
def test_the_hidden_parts_of_a_shown_total_hold_at_least_the_floor_together(given_results: Results) -> None:
    protected = protect(given_results)
    counts = {cell: it.respondents for cell, it in given_results.figures.items()}
    for whole, *parts in sums_of(counts):
        if isinstance(protected.figures[whole], Suppressed):
            continue
        shown = sum(counts[part] for part in parts if not isinstance(protected.figures[part], Suppressed))
        hidden = counts[whole] - shown
        assert hidden == 0 or hidden >= 10, whole


@given(tables())
def test_no_hidden_figure_with_respondents_can_be_computed_from_what_is_shown(given_results: Results) -> None:
    protected = protect(given_results)
    unknown, equations = unknown_counts(given_results, protected)
    for column, cell in enumerate(unknown):
        if cell is None or not given_results.figures[cell].respondents:
            continue
        determined = np.zeros(len(unknown))
        determined[column] = 1.0
        extended = np.vstack([equations, determined])
        assert np.linalg.matrix_rank(extended) > np.linalg.matrix_rank(equations), cell


def sums_of(counts: Mapping[Cell, int]) -> list[list[Cell]]:
    """Return every total with its parts: units of all together, and levels of everyone."""
    units = sorted({cell.unit for cell in counts} - {""})
    levels = sorted({(cell.breakdown, cell.level) for cell in counts if cell.breakdown})
    sums = [[place(), *(place(unit) for unit in units)]]
    sums += [[place("", *level), *(place(unit, *level) for unit in units)] for level in levels]
    for unit, (_, grouped) in itertools.product(["", *units], grouped_levels(levels)):
        sums.append([place(unit), *(place(unit, *level) for level in grouped)])
    return sums


def grouped_levels(levels: list[tuple[str, str]]) -> list[tuple[str, list[tuple[str, str]]]]:
    return [(breakdown, list(group)) for breakdown, group in itertools.groupby(levels, key=lambda it: it[0])]


def unknown_counts(given_results: Results, protected: ProtectedResults) -> tuple[list[Cell | None], np.ndarray]:
    """Return hidden cells (None: without a level) and the sums that link them; empty cells count as known."""
    counts = {cell: it.respondents for cell, it in given_results.figures.items()}
    hidden = [cell for cell, it in protected.figures.items() if isinstance(it, Suppressed) and counts[cell] > 0]
    column: dict[object, int] = {cell: number for number, cell in enumerate(hidden)}
    rows: list[dict[int, float]] = []
    for whole, *parts in sums_of(counts):
        row = {column[part]: 1.0 for part in parts if part in column}
        if whole in column:
            row[column[whole]] = -1.0
        if counts[whole] > sum(counts[part] for part in parts):
            # Respondents without a level are never shown.
            row[column.setdefault((whole, parts[0].breakdown), len(column))] = 1.0
        rows.append(row)
    matrix = np.zeros((len(rows), len(column)))
    for number, row in enumerate(rows):
        matrix[number, list(row)] = list(row.values())
    return [*hidden, *[None] * (len(column) - len(hidden))], matrix


@st.composite
def overlapping_tables(draw: st.DrawFn) -> Results:
    """Units with a breakdown in which a respondent may be in any number of levels."""
    sizes = draw(st.lists(st.sampled_from([0, 3, 10, 30, 60, 100]), min_size=1, max_size=4))
    levels = [[draw(st.integers(0, size)) for _ in range(3)] for size in sizes]
    cells = {place(): sum(sizes)} | {place(f"u{unit}"): size for unit, size in enumerate(sizes)}
    for level in range(3):
        cells[place("", "support", str(level))] = sum(of_unit[level] for of_unit in levels)
        cells |= {place(f"u{unit}", "support", str(level)): levels[unit][level] for unit in range(len(sizes))}
    return results(cells)


@given(overlapping_tables())
def test_overlapping_levels_hide_small_complements_and_single_cells(given_results: Results) -> None:
    protected = protect(given_results)
    hidden = {cell for cell, it in protected.figures.items() if isinstance(it, Suppressed)}
    counts = {cell: it.respondents for cell, it in given_results.figures.items()}
    for cell in given_results.figures.keys() - hidden:
        assert not (place(cell.unit) not in hidden and 0 < counts[place(cell.unit)] - counts[cell] < 10), cell
    for whole, *parts in sums_of(counts):
        unknown = [counts[part] for part in parts if part in hidden and counts[part]]
        if whole.unit == "" and whole.breakdown and whole not in hidden and unknown:
            assert len(unknown) > 1, whole
            assert sum(unknown) >= 10, whole
