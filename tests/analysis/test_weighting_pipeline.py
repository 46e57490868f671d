"""The weighting pipeline: weights add up to the people of every unit, meet the register where they can, and tell the rest."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from numpy.typing import NDArray
from towns import grouping, register, respondents, towns

from analysis.dataset import Dataset
from analysis.rows.linearising import totals
from analysis.weighting.diagnostics import Collapse
from analysis.weighting.register import Register
from analysis.weighting.scheme import Trimming, WeightingScheme
from analysis.weighting.weighing import Weighted, weigh

MARGINS = (("district",), ("age",), ("sex",))
PLAIN = WeightingScheme(version="1")
FULL = WeightingScheme(version="1", cells=("age", "sex"), smallest_cell=5, margins=MARGINS, trimming=Trimming())
FOUR = tuple(("A", "a1", age, sex) for age in ("18", "80") for sex in ("m", "v"))


def weighed(dataset: Dataset, scheme: WeightingScheme, of: Register) -> Weighted:
    found = weigh(dataset, scheme, of)
    assert isinstance(found, Weighted), found
    return found


def by_unit(dataset: Dataset) -> NDArray[np.str_]:
    return np.array([stratum.unit for stratum in dataset.strata])[dataset.stratum]


# Laws


@settings(max_examples=25)  # a case is a whole pipeline
@given(towns())
def test_weights_add_up_to_the_people_of_every_unit_and_are_positive(town: tuple[Dataset, Register]) -> None:
    dataset, of = town
    found = weighed(dataset, FULL, of)
    assert (found.dataset.weights > 0).all()
    for unit, diagnostics in found.units.items():
        people = sum(stratum.population for stratum in of.strata if stratum.unit == unit)
        assert found.dataset.weights[by_unit(found.dataset) == unit].sum() == pytest.approx(people)
        assert diagnostics.population == pytest.approx(people)


@settings(max_examples=25)  # a case is a whole pipeline
@given(towns())
def test_margins_are_met_unless_they_are_left_out(town: tuple[Dataset, Register]) -> None:
    for diagnostics in weighed(*_with(town, FULL)).units.values():
        kept = [fit for fit in diagnostics.margins if fit.margin not in diagnostics.left_out]
        for fit in kept:
            assert fit.after == pytest.approx(fit.people, rel=max(1e-6, 1.001 * diagnostics.misfit))
        assert diagnostics.misfit < 0.5


@settings(max_examples=25)  # a case is a whole pipeline
@given(towns())
def test_a_unit_has_the_same_weights_alone_as_among_all(town: tuple[Dataset, Register]) -> None:
    dataset, of = town
    together = weighed(dataset, FULL, of).dataset
    units = by_unit(dataset)
    for unit in dict.fromkeys(units):
        alone = _only(dataset, units == unit)
        assert weighed(alone, FULL, of).dataset.weights == pytest.approx(together.weights[units == unit], rel=1e-12)


@settings(max_examples=25)  # a case is a whole pipeline
@given(towns())
def test_what_weights_were_fitted_to_has_no_variance(town: tuple[Dataset, Register]) -> None:
    found = weighed(*_with(town, FULL))
    sample = found.dataset.sample()
    everyone = np.ones((sample.weights.size, 1))
    assert totals(everyone, sample).covariance(sample).variance == pytest.approx(
        0.0, abs=1e-14 * sample.weights.sum() ** 2
    )


def _with(town: tuple[Dataset, Register], scheme: WeightingScheme) -> tuple[Dataset, WeightingScheme, Register]:
    return town[0], scheme, town[1]


def _only(dataset: Dataset, chosen: NDArray[np.bool_]) -> Dataset:
    strata = np.bincount(dataset.stratum[chosen], minlength=len(dataset.strata))
    return replace(
        dataset.rows(chosen),
        auxiliaries=tuple(replace(it, member=it.member[chosen]) for it in dataset.auxiliaries),
        respondents=strata.astype(np.int64),
    )


# Design weights and non-response


def test_without_cells_and_margins_a_respondent_speaks_for_people_over_respondents_of_the_stratum() -> None:
    dataset = respondents(("A", "a1", "18", "m", 4), ("A", "a2", "18", "m", 5))
    found = weighed(dataset, PLAIN, register(("A", "a1", "18", "m", 40), ("A", "a2", "18", "m", 10)))
    assert found.dataset.weights.tolist() == [10.0] * 4 + [2.0] * 5
    assert [stratum.population for stratum in found.dataset.strata] == [40.0, 10.0]
    assert found.version == "1"


def test_other_strata_of_a_unit_speak_for_a_stratum_in_which_nobody_answered() -> None:
    dataset = respondents(("A", "a1", "18", "m", 4), ("B", "b1", "18", "m", 1))
    of = register(
        ("A", "a1", "18", "m", 40), ("A", "a2", "18", "m", 20), ("B", "b1", "18", "m", 3), ("C", "c1", "18", "m", 9)
    )
    found = weighed(dataset, PLAIN, of)
    assert found.dataset.weights.tolist() == [15.0] * 4 + [3.0]
    assert found.units["A"].collapsed == (Collapse("", "a2", ""),)
    assert "C" not in found.units  # nobody speaks for a unit without respondents


def test_a_cell_of_those_who_answered_less_gets_a_larger_weight() -> None:
    dataset = respondents(("A", "a1", "18", "m", 5), ("A", "a1", "80", "m", 20))
    of = register(("A", "a1", "18", "m", 50), ("A", "a1", "80", "m", 50))
    scheme = WeightingScheme(version="1", cells=("age",), smallest_cell=5, largest_factor=4.0)
    found = weighed(dataset, scheme, of)
    assert found.dataset.weights.tolist() == [10.0] * 5 + [2.5] * 20
    assert found.units["A"].cells == 2
    assert found.units["A"].cells_collapsed == 0


def test_a_cell_of_few_respondents_is_taken_with_the_other_of_its_pair() -> None:
    dataset = respondents(("A", "a1", "18", "m", 2), ("A", "a1", "45", "m", 10), ("A", "a1", "65", "m", 10))
    of = register(("A", "a1", "18", "m", 20), ("A", "a1", "45", "m", 40), ("A", "a1", "65", "m", 30))
    found = weighed(dataset, WeightingScheme(version="1", cells=("age",), smallest_cell=5), of)
    assert found.dataset.weights == pytest.approx([5.0] * 12 + [3.0] * 10)
    assert found.units["A"].cells_collapsed == 2


def test_a_cell_that_needs_too_large_a_factor_is_taken_with_others() -> None:
    dataset = respondents(("A", "a1", "18", "m", 5), ("A", "a1", "45", "m", 95))
    of = register(("A", "a1", "18", "m", 100), ("A", "a1", "45", "m", 100))
    found = weighed(dataset, WeightingScheme(version="1", cells=("age",), smallest_cell=5), of)
    assert found.dataset.weights.tolist() == [2.0] * 100  # a factor of 10 for the young is too large


def test_the_first_variable_is_given_up_before_the_next() -> None:
    dataset = respondents(*[(*group, 4) for group in FOUR])
    of = register(*[(*group, people) for group, people in zip(FOUR, (40, 20, 20, 10), strict=True)])
    found = weighed(dataset, WeightingScheme(version="1", cells=("age", "sex"), smallest_cell=8), of)
    by_sex = {60 / 8, 30 / 8}
    assert set(found.dataset.weights.tolist()) == by_sex


def test_a_respondent_of_unknown_age_keeps_the_weight_of_the_stratum() -> None:
    dataset = respondents(("A", "a1", "18", "m", 5), ("A", "a1", "80", "m", 14), ("A", "a1", "", "m", 1))
    of = register(("A", "a1", "18", "m", 50), ("A", "a1", "80", "m", 50))
    scheme = WeightingScheme(version="1", cells=("age",), smallest_cell=5)
    weights = weighed(dataset, scheme, of).dataset.weights
    assert weights[-1] == 5.0
    assert [weights[:5].sum(), weights[5:19].sum()] == pytest.approx([47.5, 47.5])


# Margins


def test_a_level_in_which_nobody_answered_is_taken_with_its_neighbour_and_told() -> None:
    dataset = respondents(("A", "a1", "18", "m", 4), ("A", "a1", "45", "m", 4), ("A", "a1", "80", "m", 2))
    of = register(*[("A", "a1", age, "m", people) for age, people in (("18", 10), ("45", 20), ("65", 30), ("80", 40))])
    found = weighed(dataset, WeightingScheme(version="1", margins=(("age",),)), of)
    assert found.dataset.weights.tolist() == [2.5] * 4 + [12.5] * 4 + [20.0] * 2
    assert found.units["A"].collapsed == (Collapse("age", "65", "45"),)
    assert [(it.level, it.people) for it in found.units["A"].margins] == [("18", 10), ("45 + 65", 50), ("80", 40)]


def test_a_level_of_which_the_register_has_nobody_is_taken_with_its_neighbour() -> None:
    dataset = respondents(("A", "a1", "18", "m", 4), ("A", "a1", "80", "m", 4), ("B", "b1", "80", "m", 1))
    of = register(("A", "a1", "80", "m", 40), ("B", "b1", "18", "m", 3), ("B", "b1", "80", "m", 3))
    found = weighed(dataset, WeightingScheme(version="1", margins=(("age",),)), of)
    assert found.dataset.weights.tolist() == [5.0] * 8 + [6.0]
    assert found.units["A"].collapsed == (Collapse("age", "18", "80"),)


def test_where_no_level_has_both_people_and_respondents_the_unit_is_one_part() -> None:
    dataset = respondents(("A", "a1", "18", "m", 4), ("B", "b1", "80", "m", 1))
    of = register(("A", "a1", "80", "m", 40), ("B", "b1", "18", "m", 3))
    found = weighed(dataset, WeightingScheme(version="1", margins=(("age",),)), of)
    assert found.dataset.weights.tolist() == [10.0] * 4 + [3.0]


def test_respondents_of_unknown_age_keep_their_share() -> None:
    dataset = respondents(("A", "a1", "18", "m", 4), ("A", "a1", "80", "m", 4), ("A", "a1", "", "m", 2))
    of = register(("A", "a1", "18", "m", 30), ("A", "a1", "80", "m", 70))
    found = weighed(dataset, WeightingScheme(version="1", margins=(("age",),)), of)
    assert found.dataset.weights == pytest.approx([6.0] * 4 + [14.0] * 4 + [10.0] * 2)
    assert [it.level for it in found.units["A"].margins] == ["18", "80", ""]


def test_a_register_that_knows_no_level_of_a_unit_says_nothing_about_it() -> None:
    dataset = respondents(
        ("A", "a1", "18", "m", 4), ("A", "a1", "80", "m", 1), ("B", "b1", "18", "m", 1), ("B", "b1", "80", "m", 1)
    )
    of = register(("A", "a1", "", "m", 50), ("B", "b1", "18", "m", 1), ("B", "b1", "80", "m", 3))
    found = weighed(dataset, WeightingScheme(version="1", margins=(("age",),)), of)
    assert found.dataset.weights == pytest.approx([10.0] * 5 + [1.0, 3.0])


def test_the_last_margin_is_left_out_where_margins_cannot_be_met_together() -> None:
    dataset = respondents(("A", "a1", "18", "m", 5), ("A", "a1", "80", "v", 5))  # no young women, no old men
    of = register(*[(*group, people) for group, people in zip(FOUR, (10, 20, 10, 60), strict=True)])
    found = weighed(dataset, WeightingScheme(version="1", margins=(("age",), ("sex",))), of)
    assert found.units["A"].left_out == ("sex",)
    assert found.dataset.weights == pytest.approx([6.0] * 5 + [14.0] * 5)
    assert found.units["A"].misfit < 1e-6


def test_a_margin_may_be_a_combination_of_columns() -> None:
    dataset = respondents(*[(*group, 5) for group in FOUR])
    of = register(*[(*group, people) for group, people in zip(FOUR, (10, 20, 10, 60), strict=True)])
    found = weighed(dataset, WeightingScheme(version="1", margins=(("age", "sex"),)), of)
    assert found.dataset.weights == pytest.approx([2.0] * 5 + [4.0] * 5 + [2.0] * 5 + [12.0] * 5)
    assert found.units["A"].margins[0].level == "18 · m"


# Trimming


def test_a_weight_far_above_the_others_is_cut_off_and_the_margins_are_still_met() -> None:
    groups = [("A", "a1", age, sex, 10) for age in ("18", "80") for sex in ("m", "v")]
    few = ("A", "a2", "18", "m", 1)
    of = register(*[(*group[:4], 100) for group in groups], ("A", "a2", "18", "m", 100))
    scheme = WeightingScheme(version="1", margins=(("age",), ("sex",)), trimming=Trimming(medians=2.0))
    loose = weighed(respondents(*groups, few), scheme.model_copy(update={"trimming": None}), of)
    found = weighed(respondents(*groups, few), scheme, of)
    assert found.units["A"].trimmed == 1
    assert found.units["A"].spread.largest < loose.units["A"].spread.largest / 3
    assert found.units["A"].misfit < 1e-6


def test_trimming_one_unit_leaves_another_as_it_was() -> None:
    groups = [("B", "b1", age, "m", 10) for age in ("18", "80")]
    far = [("A", "a1", "18", "m", 20), ("A", "a2", "18", "m", 1)]
    of = register(*[(*group[:4], 40) for group in groups], ("A", "a1", "18", "m", 20), ("A", "a2", "18", "m", 50))
    scheme = WeightingScheme(version="1", margins=(("age",),), trimming=Trimming())
    found = weighed(respondents(*groups, *far), scheme, of)
    assert [found.units[unit].trimmed for unit in "AB"] == [1, 0]
    assert found.units["B"].cycles < found.units["A"].cycles


def test_columns_of_the_register_that_nobody_asks_for_are_passed_over() -> None:
    of = register(("A", "a1", "18", "m", 4))
    more = replace(of, variables=(*of.variables, grouping("work", ("ja", "nee"), ["ja"])))
    assert weighed(respondents(("A", "a1", "18", "m", 2)), PLAIN, more).dataset.weights.tolist() == [2.0, 2.0]
