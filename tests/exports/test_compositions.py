"""Who answered beside who was on the list, as it is kept with a release: nothing exact, and nothing that another release takes away."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from municipal_reports import WORDS, counted

from analysis.response_composition import compare_composition
from analysis.results import NotEstimable, Suppressed
from exports.municipal_report.additions import Composition, ShareDifference, TraitShares
from exports.municipal_report.composition import protect_composition, read_compositions, write_compositions


def protected(respondents: list[int], floor: int) -> Composition:
    groups = counted(**{f"g{place}": (500, 200, number) for place, number in enumerate(respondents)})
    return protect_composition(compare_composition({"age_group": groups}), WORDS, floor=floor)


def hidden(composition: Composition) -> set[str]:
    return {
        group.label for trait in composition.traits for group in trait.groups if isinstance(group.in_list, Suppressed)
    }


ANSWERED = st.lists(st.integers(0, 60), min_size=2, max_size=8)


@given(ANSWERED, st.integers(2, 40), st.integers(0, 20))
def test_a_higher_floor_hides_the_same_groups_and_more(respondents: list[int], floor: int, more: int) -> None:
    low, high = protected(respondents, floor), protected(respondents, floor + more)
    if high.traits:
        assert hidden(low) <= hidden(high)


@given(ANSWERED, st.integers(2, 40))
def test_hidden_groups_are_never_alone_and_never_few_people(respondents: list[int], floor: int) -> None:
    found = protected(respondents, floor)
    names = hidden(found)
    if found.traits and names:
        assert len(names) > 1
        assert sum(number for place, number in enumerate(respondents) if f"g{place}" in names) >= floor
    if found.traits:
        assert all(number >= floor for place, number in enumerate(respondents) if f"g{place}" not in names)


@given(ANSWERED)
def test_shown_shares_are_whole_percents_and_the_difference_is_theirs(respondents: list[int]) -> None:
    for trait in protected(respondents, 5).traits:
        for group in trait.groups:
            if isinstance(group.difference, ShareDifference):
                assert isinstance(group.in_list, float)
                assert isinstance(group.in_answers, float)
                told = (group.in_list, group.in_answers, group.difference.low, group.difference.high)
                assert all(share == round(share, 2) for share in told)
                assert group.difference.value == round(group.in_answers - group.in_list, 2)
                assert group.difference.low <= group.difference.value <= group.difference.high


@given(ANSWERED)
def test_what_is_written_is_read_back(respondents: list[int]) -> None:
    found = {"GM0344": protected(respondents, 5)}
    assert read_compositions(write_compositions(found)) == found


def test_reasons_are_read_back_as_what_they_were() -> None:
    nobody = counted(m=(500, 100, 0), v=(500, 100, 0))
    found = protect_composition(compare_composition({"sex": nobody}), WORDS, floor=0)
    (trait,) = found.traits
    assert isinstance(trait, TraitShares)
    assert {type(group.in_answers) for group in trait.groups} == {NotEstimable}
    assert read_compositions(write_compositions({"GM0344": found})) == {"GM0344": found}
