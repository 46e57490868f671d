"""Protected microdata: everybody is like enough others, nothing but what was declared leaves, and protecting twice is protecting once."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import practice_people as people
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from analysis.microdata.collecting import Collected
from analysis.microdata.protected import ProtectedMicrodata
from analysis.microdata.protecting import protect_microdata, protect_records
from analysis.microdata.records import (
    AREA,
    SUPPRESSED,
    WEIGHT,
    WEIGHT_VARIABLE,
    Category,
    MicrodataVariable,
    Records,
    Role,
)
from analysis.microdata.rule import AreaGiven, Group, Limits, MicrodataRule
from analysis.microdata.suppressing import suppress
from analysis.microdata.weighing import shared_weights
from questionnaires.codebook import VariableKind

Combination = tuple[Any, ...]


@st.composite
def keys(draw: st.DrawFn, most: int = 60) -> NDArray[np.int64]:
    """Draw identifiers of people: few values are common and some are rare."""
    identifiers = draw(st.integers(1, 4))
    value = st.sampled_from([0, 0, 0, 0, 1, 1, 2, 3])
    rows = draw(st.lists(st.tuples(*[value] * identifiers), min_size=6, max_size=most))
    return np.array(rows, dtype=np.int64)


@given(keys(), st.integers(2, 6))
def test_every_combination_occurs_k_times_when_suppressed_counts_as_a_value(found: NDArray[np.int64], k: int) -> None:
    hidden = suppress(found, k)
    shown = Counter(map(tuple, np.where(hidden, -1, found).tolist()))
    assert min(shown.values()) >= k


@given(keys(), st.integers(2, 6))
def test_who_knows_a_person_finds_k_records_that_may_be_that_person(found: NDArray[np.int64], k: int) -> None:
    hidden = suppress(found, k)
    for person in found:
        may_be = (hidden | (found == person)).all(axis=1)
        assert may_be.sum() >= k


@given(keys(), st.integers(2, 6))
def test_nothing_is_suppressed_where_nobody_stands_out_so_suppressing_twice_is_suppressing_once(
    found: NDArray[np.int64], k: int
) -> None:
    once = np.where(suppress(found, k), 9, found)
    assert not suppress(once, k).any()


def test_only_rare_people_lose_something_and_no_more_than_they_must() -> None:
    alone = np.array([[0, 0]] * 6 + [[0, 2]] * 3 + [[0, 3]] * 2)
    assert suppress(alone, 5).tolist() == [[False, False]] * 6 + [[False, True]] * 5
    across = np.array([[0, 0]] * 6 + [[1, 0]] * 6 + [[0, 3]] * 2 + [[1, 3]] * 3)
    assert suppress(across, 5).tolist() == [[False, False]] * 12 + [[True, False]] * 5


def test_two_rare_people_take_just_as_many_others_along_as_k_needs() -> None:
    found = np.array([[0]] * 9 + [[1], [2]])
    assert suppress(found, 5).ravel().tolist() == [True] * 3 + [False] * 6 + [True] * 2


def test_where_no_combination_can_lose_some_the_smallest_goes_as_a_whole() -> None:
    found = np.array([[0]] * 5 + [[1]] * 6 + [[2]])
    assert suppress(found, 6).ravel().tolist() == [True] * 5 + [False] * 6 + [True]
    exact = np.array([[0]] * 5 + [[1]] * 5 + [[2]])
    assert suppress(exact, 5).ravel().tolist() == [True] * 5 + [False] * 5 + [True]


ANSWER = MicrodataVariable("q1", "q1", Role.ANSWER, VariableKind.INTEGER, "Cijfer", minimum=0, maximum=10)
CODES = tuple(Category(number, code, code) for number, code in enumerate("abcd", start=1))
SCALE = MicrodataVariable("q2", "q2", Role.ANSWER, VariableKind.NOMINAL, "Soort", categories=CODES)
TOWN = MicrodataVariable(
    AREA,
    AREA,
    Role.AREA,
    VariableKind.NOMINAL,
    "Gemeente",
    categories=tuple(Category(n, f"GM{n}", f"GM{n}") for n in (1, 2)),
)
LOOSE = MicrodataRule(
    variables=("q1", "q2"),
    quasi_identifiers=("q1", "q2"),
    coarsenings={"q2": (Group(code="cd", label="c of d", codes=("c", "d")),)},
    limits={"q1": Limits(bottom=2, top=8)},
    largest_suppressed=1,
    area=AreaGiven.MUNICIPALITY,
)


@st.composite
def collections(draw: st.DrawFn) -> Collected:
    """Draw unprotected records of two municipalities with two strata each; a stratum has a weight of its own."""
    count = draw(st.integers(5, 50))
    rng = np.random.default_rng(draw(st.integers(0, 2**16)))
    town = rng.integers(1, 3, count).astype(np.int32)
    columns = {
        AREA: town,
        "q1": rng.choice([-5, 0, 2, 5, 8, 10], count, p=[0.1, 0.1, 0.2, 0.3, 0.2, 0.1]).astype(np.int32),
        "q2": rng.choice([-4, -6, 1, 2, 3, 4], count, p=[0.1, 0.1, 0.3, 0.3, 0.1, 0.1]).astype(np.int32),
        WEIGHT: rng.choice([1.5, 4.25], count) * town,
    }
    return Collected(Records((TOWN, ANSWER, SCALE, WEIGHT_VARIABLE), columns), ((AREA,), ("q1",), ("q2",)), town)


def combinations(found: ProtectedMicrodata, *more: str) -> Counter[Combination]:
    names = [*(name for names in found.identifiers for name in names), *more]
    return Counter(zip(*(found.records.columns[name].tolist() for name in names), strict=True))


@given(collections())
def test_every_combination_of_identifiers_and_weight_occurs_k_times(collected: Collected) -> None:
    found = protect_records(collected, LOOSE)
    assert isinstance(found, ProtectedMicrodata)
    assert min(combinations(found).values()) >= LOOSE.k
    assert min(combinations(found, WEIGHT).values()) >= LOOSE.k
    assert found.report.smallest_class_after == min(combinations(found).values())
    assert found.report.unique_after == 0


@given(collections())
def test_weights_add_up_to_the_same_number_of_clients_but_for_rounding(collected: Collected) -> None:
    found = protect_records(collected, LOOSE)
    assert isinstance(found, ProtectedMicrodata)
    assert abs(found.report.weight_after - found.report.weight_before) <= 0.05 * len(found.records) + 1e-6


@given(collections())
def test_protecting_twice_is_protecting_once(collected: Collected) -> None:
    once = protect_records(collected, LOOSE)
    assert isinstance(once, ProtectedMicrodata)
    twice = protect_records(Collected(once.records, once.identifiers, once.records.columns[AREA]), LOOSE)
    assert isinstance(twice, ProtectedMicrodata)
    assert {name: column.tolist() for name, column in twice.records.columns.items()} == {
        name: column.tolist() for name, column in once.records.columns.items()
    }


def test_answers_become_their_groups_and_numbers_their_limits() -> None:
    count = 20
    columns = {
        AREA: np.ones(count, dtype=np.int32),
        "q1": np.array([0] * 10 + [10] * 9 + [-5], dtype=np.int32),
        "q2": np.array([3, 4] * 10, dtype=np.int32),
        WEIGHT: np.full(count, 2.0),
    }
    records = Records((TOWN, ANSWER, SCALE, WEIGHT_VARIABLE), columns)
    found = protect_records(Collected(records, ((AREA,), ("q2",)), columns[AREA]), replace_identifiers(("q2",)))
    assert isinstance(found, ProtectedMicrodata)
    assert Counter(found.records.columns["q1"].tolist()) == {2: 10, 8: 9, -5: 1}
    assert set(found.records.columns["q2"].tolist()) == {3}
    number, scale = found.records.variables[1:3]
    assert dict(number.limits) == {2: "2 of minder", 8: "8 of meer"}
    assert [(one.number, one.code) for one in scale.categories] == [(1, "a"), (2, "b"), (3, "cd")]


def test_who_was_asked_a_question_does_not_tell_the_identifier_that_was_suppressed() -> None:
    columns = {
        AREA: np.ones(20, dtype=np.int32),
        # q1 is asked of those with d only, who are rare.
        "q1": np.array([-4] * 17 + [5, 6, 7], dtype=np.int32),
        "q2": np.array([1] * 10 + [2] * 7 + [4] * 3, dtype=np.int32),
        WEIGHT: np.full(20, 2.0),
    }
    records = Records((TOWN, ANSWER, SCALE, WEIGHT_VARIABLE), columns)
    rule = replace_identifiers(("q2",)).model_copy(update={"coarsenings": {}})
    found = protect_records(Collected(records, ((AREA,), ("q2",)), columns[AREA]), rule)
    assert isinstance(found, ProtectedMicrodata)
    asked, kind = (found.records.columns[name] for name in ("q1", "q2"))
    assert (kind == SUPPRESSED).sum() >= rule.k
    assert set(asked[kind == SUPPRESSED].tolist()) == {SUPPRESSED}
    assert set(asked[kind != SUPPRESSED].tolist()) == {-4}


def replace_identifiers(names: tuple[str, ...]) -> MicrodataRule:
    return LOOSE.model_copy(update={"quasi_identifiers": names})


def test_nothing_leaves_but_the_declared_questions_the_area_and_the_weight() -> None:
    found = people.protected()
    assert [one.name for one in found.records.variables] == [AREA, *people.RULE.variables, WEIGHT]
    assert set(found.records.columns) == {one.name for one in found.records.variables}


def test_a_real_release_is_protected_with_the_loss_of_a_few_answers() -> None:
    found = people.protected()
    assert min(combinations(found, WEIGHT).values()) >= 5
    assert found.report.records == 2681
    assert found.report.unique_before > 0
    assert found.report.unique_after == 0
    assert found.report.suppressed_share < 0.03
    lost = {one.name: one for one in found.report.variables}
    assert (lost["LFT01"].categories_before, lost["LFT01"].categories_after) == (5, 3)
    assert lost["GES01"].suppressed == 0


def test_people_of_too_few_municipalities_share_a_weight_with_others() -> None:
    one_class = np.zeros((12, 1), dtype=np.int64)
    weights = np.array([2.0] * 6 + [4.0] * 6)
    town = np.array([1] * 6 + [2] * 6, dtype=np.int32)
    apart = shared_weights(weights, one_class, town, k=5, municipalities=1)
    assert apart.tolist() == weights.tolist()
    # Each weight is that of one municipality, so it would tell which.
    assert set(shared_weights(weights, one_class, town, k=5, municipalities=2).tolist()) == {3.0}
    alone = np.repeat([[0], [1]], 6, axis=0)
    assert set(shared_weights(weights, alone, town, k=5, municipalities=2).tolist()) == {3.0}


def test_weights_of_a_real_release_have_one_decimal_and_many_owners() -> None:
    found = people.protected()
    by_weight = Counter(found.records.columns[WEIGHT].tolist())
    assert min(by_weight.values()) >= 5
    assert all(round(weight, 1) == weight for weight in by_weight)
    assert found.report.weight_after == pytest.approx(found.report.weight_before, rel=0.01)


def test_records_stand_in_order_of_what_they_hold() -> None:
    found = people.protected().records
    rows = list(zip(*(found.columns[one.name].tolist() for one in found.variables), strict=True))
    assert rows == sorted(rows)


def test_an_earlier_version_of_an_identifier_is_suppressed_together_with_the_newest() -> None:
    rule = MicrodataRule(
        variables=("HUL01", "GSL01"),
        quasi_identifiers=("GSL01", "HUL01"),
        area=AreaGiven.MUNICIPALITY,
        largest_suppressed=1,
    )
    found = protect_microdata(people.snapshots(), people.pooled(), rule, people.MUNICIPALITIES)
    assert isinstance(found, ProtectedMicrodata)
    assert found.identifiers == ((AREA,), ("GSL01",), ("HUL01", "HUL01_v1"))
    new, old = (found.records.columns[name] == SUPPRESSED for name in ("HUL01", "HUL01_v1"))
    assert new.any()
    assert (new == old).all()


def test_the_same_rounds_in_another_order_give_the_same_file() -> None:
    turned = protect_microdata(people.snapshots()[::-1], people.pooled(), people.RULE, people.PROVINCES)
    assert isinstance(turned, ProtectedMicrodata)
    for name, column in people.protected().records.columns.items():
        assert (turned.records.columns[name] == column).all()


def test_answers_of_a_question_stay_what_they_were_but_for_what_the_rule_says() -> None:
    found = people.protected()
    given = Counter(
        str(row.answers.get("GES01", {}).get("value", row.answers.get("GES01", {}).get("missing", "not_asked")))
        for snapshot in people.snapshots()
        for row in snapshot.rows
    )
    column = Counter(found.records.columns["GES01"].tolist())
    assert (column[1], column[2], column[-6]) == (given["ja"], given["nee"], given["dont_know"])


def test_the_report_counts_what_became_wider() -> None:
    found = people.protected()
    young = sum(
        row.answers.get("LFT01", {}).get("value") in {"tot_45", "van_45_tot_65", "van_75_tot_85", "vanaf_85"}
        for snapshot in people.snapshots()
        for row in snapshot.rows
    )
    assert {one.name: one.recoded for one in found.report.variables}["LFT01"] == young
