"""Drawing: the laws of a stratified random sample, and 5,000 draws against the design."""

from __future__ import annotations

import itertools
import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2

from analysis.drawing import Drawn, Quota, draw_sample, inclusion_probability, random_number

DRAWS = 5_000
# A right design fails such a test once in a thousand choices of seeds; the seeds here never change.
ERROR_RATE = 0.001
POPULATIONS = {"Begeleiding": 12, "Vervoer": 20, "Hulp bij het huishouden": 30}
QUOTAS = {"Begeleiding": Quota(3, reserve=2), "Vervoer": Quota(8), "Hulp bij het huishouden": Quota(12, reserve=18)}
FRAME = [(f"{stratum} {number}", stratum) for stratum, size in POPULATIONS.items() for number in range(size)]

names = st.text(max_size=8)
frames = st.dictionaries(names, st.sampled_from(["a", "b", "c"]), max_size=60)
quotas = st.fixed_dictionaries({name: st.builds(Quota, st.integers(0, 25), st.integers(0, 10)) for name in "abc"})


def test_in_5000_draws_each_client_is_drawn_as_often_as_the_design_says() -> None:
    counts: Counter[str] = Counter()
    reserves: Counter[str] = Counter()
    for seed in range(DRAWS):
        for drawn in draw_sample(FRAME, QUOTAS, seed=f"seed {seed}").values():
            counts.update(drawn.sample)
            reserves.update(drawn.reserve)
    deviation = 0.0
    for stratum, size in POPULATIONS.items():
        share = inclusion_probability(QUOTAS[stratum].number, size)
        squares = sum((counts[client] - DRAWS * share) ** 2 for client, its in FRAME if its == stratum)
        # Counts of one stratum add up to a fixed number: the factor makes this a chi-square with size - 1 degrees of freedom.
        deviation += (size - 1) / size * squares / (DRAWS * share * (1 - share))
    degrees = sum(size - 1 for size in POPULATIONS.values())
    assert chi2.ppf(ERROR_RATE / 2, degrees) < deviation < chi2.ppf(1 - ERROR_RATE / 2, degrees)
    assert sum(reserves.values()) == DRAWS * 20


def test_in_5000_draws_every_possible_sample_comes_as_often() -> None:
    clients = [(f"client {number}", "a") for number in range(6)]
    samples = Counter(
        frozenset(draw_sample(clients, {"a": Quota(3)}, seed=f"{seed}")["a"].sample) for seed in range(DRAWS)
    )
    expected = DRAWS / 20
    deviation = sum(
        (samples[frozenset(some)] - expected) ** 2 / expected for some in itertools.combinations(dict(clients), 3)
    )
    assert deviation < chi2.ppf(1 - ERROR_RATE, 19)


def test_strata_are_drawn_independently() -> None:
    frame = [("one", "a"), ("other", "a"), ("one", "b"), ("other", "b")]
    drawn = [draw_sample(frame, {"a": Quota(1), "b": Quota(1)}, seed=f"{seed}") for seed in range(DRAWS)]
    both = sum(it["a"].sample == it["b"].sample for it in drawn)
    assert abs(both - DRAWS / 2) < 3.3 * (DRAWS / 4) ** 0.5  # once in a thousand


def test_the_sample_of_a_seed_is_the_same_on_every_machine_for_ever() -> None:
    # Worked out apart from this module, with `openssl dgst -sha256 -hmac`.
    assert (
        random_number("2027", "Wmo", "client 1").hex()
        == "c882d811e5a252d334c9a63ed21557d9dc6bd3394dccf446ff309650e74573af"
    )
    assert draw_sample(FRAME, QUOTAS, seed="2027")["Begeleiding"].sample == (
        "Begeleiding 10",
        "Begeleiding 5",
        "Begeleiding 9",
    )


@given(frames, quotas, st.randoms(use_true_random=False))
def test_the_order_of_the_list_does_not_matter(
    clients: dict[str, str], wanted: dict[str, Quota], chance: random.Random
) -> None:
    frame = list(clients.items())
    shuffled = frame.copy()
    chance.shuffle(shuffled)
    assert draw_sample(frame, wanted, seed="s") == draw_sample(shuffled, wanted, seed="s")


@given(frames, quotas)
def test_a_sample_holds_what_was_asked_of_its_own_stratum_and_nobody_twice(
    clients: dict[str, str], wanted: dict[str, Quota]
) -> None:
    drawn = draw_sample(clients.items(), wanted, seed="s")
    for stratum, quota in wanted.items():
        its = {client for client, name in clients.items() if name == stratum}
        everybody = [*drawn[stratum].sample, *drawn[stratum].reserve]
        assert len(drawn[stratum].sample) == min(quota.number, len(its))
        assert len(everybody) == min(quota.number + quota.reserve, len(its)) == len(set(everybody))
        assert set(everybody) <= its


@given(frames, st.integers(0, 20), st.integers(0, 20))
def test_a_larger_sample_begins_with_the_smaller_one(clients: dict[str, str], number: int, more: int) -> None:
    few, many = (
        draw_sample(clients.items(), dict.fromkeys("abc", Quota(size)), seed="s") for size in (number, number + more)
    )
    assert all(many[name].sample[:number] == few[name].sample for name in "abc")


@given(frames)
def test_the_reserve_is_who_a_larger_sample_would_have_taken(clients: dict[str, str]) -> None:
    held = draw_sample(clients.items(), dict.fromkeys("abc", Quota(4, reserve=3)), seed="s")
    taken = draw_sample(clients.items(), dict.fromkeys("abc", Quota(7)), seed="s")
    assert {name: (*its.sample, *its.reserve) for name, its in held.items()} == {
        n: it.sample for n, it in taken.items()
    }


@given(frames)
def test_a_census_takes_everybody(clients: dict[str, str]) -> None:
    drawn = draw_sample(clients.items(), dict.fromkeys("abc", Quota(len(clients))), seed="s")
    assert sorted(client for its in drawn.values() for client in its.sample) == sorted(clients)


def test_who_leaves_the_list_moves_nobody_else_out() -> None:
    before = draw_sample(FRAME, QUOTAS, seed="2027")["Vervoer"]
    left = before.sample[0]
    after = draw_sample([it for it in FRAME if it[0] != left], QUOTAS, seed="2027")["Vervoer"]
    assert after.sample[:-1] == before.sample[1:]


def test_names_that_run_together_are_different_clients() -> None:
    assert random_number("s", "ab", "c") != random_number("s", "a", "bc")
    assert random_number("s", "1:a", "b") != random_number("s", "a", "b")


def test_nobody_is_drawn_of_nobody() -> None:
    assert draw_sample([], {"a": Quota(3)}, seed="s") == {"a": Drawn((), ())}
    assert inclusion_probability(0, 0) == 0.0


def test_a_draw_needs_a_seed() -> None:
    with pytest.raises(AssertionError):
        random_number("", "a", "b")
