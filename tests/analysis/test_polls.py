"""Polls: laws of approval voting and of the method of Schulze."""

from __future__ import annotations

from itertools import combinations, permutations
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from analysis.polls.approval import approval_result
from analysis.polls.ranked import RankedResult, pairwise_votes, ranked_result, strongest_paths

OPTIONS = "ABCDE"
approvals = st.lists(st.sets(st.sampled_from(OPTIONS)), max_size=20)
# Incomplete orders: a part of the options, in some order.
ballots = st.lists(
    st.permutations(OPTIONS).flatmap(lambda order: st.integers(0, len(OPTIONS)).map(lambda size: order[:size])),
    max_size=20,
)
orders = st.permutations(OPTIONS)


def renamed(votes: list[list[str]], order: list[str]) -> list[list[str]]:
    names = dict(zip(OPTIONS, order, strict=True))
    return [[names[option] for option in ballot] for ballot in votes]


def sets(found: RankedResult) -> list[set[str]]:
    return [set(place) for place in found.places]


# Approval


@given(approvals, st.randoms(use_true_random=False))
def test_approval_does_not_depend_on_the_order_of_ballots(votes: list[set[str]], random: Random) -> None:
    shuffled = sorted(votes, key=lambda _: random.random())
    assert approval_result(shuffled, OPTIONS) == approval_result(votes, OPTIONS)


@given(approvals)
def test_options_with_as_many_approvals_share_a_place_and_more_approvals_come_first(votes: list[set[str]]) -> None:
    found = approval_result(votes, OPTIONS)
    counts = [{it.count for it in place} for place in found.places]
    assert all(len(count) == 1 for count in counts)
    assert [min(it) for it in counts] == sorted({min(it) for it in counts}, reverse=True)
    assert sorted(it.option for place in found.places for it in place) == list(OPTIONS)
    for place in found.places:
        for it in place:
            assert it.count == sum(it.option in ballot for ballot in votes)


@given(approvals, st.sampled_from(OPTIONS))
def test_one_more_approval_never_moves_an_option_back(votes: list[set[str]], option: str) -> None:
    def ahead(of: list[set[str]]) -> set[str]:
        places = approval_result(of, OPTIONS).places
        own = next(number for number, place in enumerate(places) if any(it.option == option for it in place))
        return {it.option for place in places[:own] for it in place}

    assert ahead([*votes, {option}]) <= ahead(votes)


def test_without_ballots_nothing_is_approved() -> None:
    (place,) = approval_result([], "AB").places
    assert [(it.count, it.share) for it in place] == [(0, 0.0), (0, 0.0)]


# Ranked


@given(ballots, st.randoms(use_true_random=False), orders)
def test_the_order_depends_on_neither_the_order_of_ballots_nor_the_names_of_options(
    votes: list[list[str]], random: Random, order: list[str]
) -> None:
    found = ranked_result(votes, OPTIONS)
    shuffled = sorted(votes, key=lambda _: random.random())
    assert ranked_result(shuffled, OPTIONS) == found
    other = ranked_result(renamed(votes, order), order)
    assert [set(*renamed([list(place)], order)) for place in found.places] == sets(other)


@given(ballots)
def test_an_option_that_beats_every_other_comes_first_alone(votes: list[list[str]]) -> None:
    found = ranked_result(votes, OPTIONS)
    assume(found.winner)
    assert found.places[0] == (found.winner,)


@given(ballots, st.sampled_from(list(permutations(OPTIONS, 2))))
def test_what_every_voter_puts_before_another_option_comes_before_it(
    votes: list[list[str]], pair: tuple[str, str]
) -> None:
    first, second = pair
    assume(votes)
    agreed = [[first, *(it for it in ballot if it != first)] for ballot in votes]
    found = sets(ranked_result(agreed, OPTIONS))
    places = [next(number for number, place in enumerate(found) if option in place) for option in (first, second)]
    # They may share a place that others tie together; then their duel tells it.
    assert places[0] <= places[1]


@given(ballots)
def test_the_strength_of_paths_makes_an_order_without_circles_and_places_are_as_far_as_it_is_complete(
    votes: list[list[str]],
) -> None:
    paths = strongest_paths(pairwise_votes(votes, OPTIONS), OPTIONS)
    wins = {pair for pair in paths if paths[pair] > paths[pair[::-1]]}
    assert all((a, c) in wins for a, b in wins for other, c in wins if other == b)
    found = sets(ranked_result(votes, OPTIONS))
    assert sorted(option for place in found for option in place) == list(OPTIONS)
    # Everybody above wins from everybody below, and no place could be parted so that this holds.
    for number, place in enumerate(found):
        assert all((a, b) in wins for a in place for later in found[number + 1 :] for b in later)
        parts = [set(part) for size in range(1, len(place)) for part in combinations(place, size)]
        assert not any(all((a, b) in wins for a in part for b in place - part) for part in parts)


def test_nobody_stands_below_an_option_that_did_not_win_from_it() -> None:
    """A with C is 1 to 1: with A and B before C, C would stand below A."""
    assert ranked_result(["ABC", "BCA"], "ABC").places == (("A", "B", "C"),)
    assert ranked_result(["ABC", "BCA", "ABC"], "ABC").places == (("A",), ("B",), ("C",))


@given(ballots, orders)
def test_the_best_turned_around_is_not_the_best_alone(votes: list[list[str]], order: list[str]) -> None:
    """Reversal symmetry: who wins alone does not win alone when every complete ballot is turned around."""
    complete = [[*ballot, *(it for it in order if it not in ballot)] for ballot in votes]
    first = ranked_result(complete, OPTIONS).places[0]
    last = ranked_result([ballot[::-1] for ballot in complete], OPTIONS).places[0]
    assume(len(first) == 1)
    assert last != first


def test_majorities_that_go_round_are_settled_by_the_weakest_win() -> None:
    votes = ["ABC"] * 6 + ["BCA"] * 5 + ["CAB"] * 4
    assert ranked_result(votes, "ABC").places == (("A",), ("B",), ("C",))
    assert ranked_result(["ABC", "BCA", "CAB"], "ABC").places == (("A", "B", "C"),)


def test_an_option_named_twice_counts_once_and_an_unknown_one_not_at_all() -> None:
    assert ranked_result([["B", "X", "A", "B"]], "ABC") == ranked_result([["B", "A"]], "ABC")


@pytest.mark.parametrize(("votes", "places"), [([], (("A", "B"),)), ([[]], (("A", "B"),)), ([["B"]], (("B",), ("A",)))])
def test_blank_ballots_prefer_nothing(votes: list[list[str]], places: tuple[tuple[str, ...], ...]) -> None:
    found = ranked_result(votes, "AB")
    assert (found.places, found.ballots) == (places, len(votes))
    assert [(it.before + it.after) for it in found.duels] == [sum(map(bool, votes))]
