"""Nobody who has everything that was published can work out a small group. `benchmarks/disclosure.py` does more of these."""

from __future__ import annotations

import numpy as np
import pytest
from disclosure_attack import (
    LEVELS,
    Attacker,
    attack,
    attack_together,
    people,
    publish_all,
    publish_in_turn,
    results_of,
)

from analysis.disclosure import protect
from analysis.policy import DisclosurePolicy
from analysis.results import Estimate

POLICY = DisclosurePolicy()


@pytest.mark.parametrize(("units", "size"), [(3, 22.0), (4, 60.0)])
def test_no_small_group_of_a_release_can_be_placed_closer_than_the_policy_allows(units: int, size: float) -> None:
    for seed in range(6):
        world = people(np.random.default_rng(seed), units=units, size=size)
        widths = attack([world], publish_all([world], POLICY))
        assert widths, "there is something to attack"
        assert min(widths.values()) >= POLICY.width - 1e-6, (seed, min(widths, key=widths.__getitem__))


def test_no_small_group_of_two_editions_or_in_between_can_be_placed_closer() -> None:
    for seed in range(3):
        world = people(np.random.default_rng(seed), units=4, size=70.0)
        worlds = [world.part(~world.late), world]
        widths = attack(worlds, publish_all(worlds, POLICY))
        assert {kind for kind, _ in widths} >= {"edition 0", "edition 1", "late"}
        assert min(widths.values()) >= POLICY.width - 1e-6, (seed, min(widths, key=widths.__getitem__))


@pytest.mark.parametrize("turns", [("", "u0", "u2", ""), ("u1", "", "u3", ""), ("u0", "u1", "", "u2")], ids="-".join)
def test_releases_of_all_units_and_of_one_tell_no_more_together(turns: tuple[str, ...]) -> None:
    for seed in (0, 13, 30):
        world = people(np.random.default_rng(seed), units=5, size=30.0)
        widths = attack_together(world, publish_in_turn(world, turns, POLICY))
        assert min(widths.values()) >= POLICY.width - 1e-6, (seed, min(widths, key=widths.__getitem__))


def test_a_unit_shows_by_itself_what_was_shown_of_it_among_all() -> None:
    world = people(np.random.default_rng(2), units=12, size=60.0)
    of_all, *of_one = publish_in_turn(world, ["", "u0", "u3", "u7"], POLICY)
    for results in of_one:
        shown = {cell for cell, it in results.figures.items() if isinstance(it, Estimate)}
        assert shown
        assert shown == {cell for cell in results.figures if isinstance(of_all.figures[cell], Estimate)}


def test_an_edition_after_releases_of_single_units_is_as_the_one_before_them() -> None:
    world = people(np.random.default_rng(3), units=12, size=60.0)
    first, *_, last = publish_in_turn(world, ["", "u7", "u3", ""], POLICY)
    assert last.figures == first.figures


def test_the_attacker_finds_what_only_a_threshold_hides() -> None:
    world = people(np.random.default_rng(0), size=60.0)
    open_to_all = protect(results_of(world), DisclosurePolicy(floor=0))
    hidden = protect(results_of(world), POLICY)
    threshold = {
        cell: hidden.figures[cell] if isinstance(it, Estimate) and it.respondents < 10 else it
        for cell, it in open_to_all.figures.items()
    }
    by_threshold = type(hidden)(threshold, {}, open_to_all.respondents, {}, POLICY)
    assert min(attack([world], [by_threshold]).values()) < 1e-6


def test_the_attacker_knows_nothing_of_a_group_before_anything_is_published() -> None:
    attacker = Attacker(["u0"], LEVELS, 1)
    attacker.learn_structure()
    assert np.isinf(attacker.width({0: 1.0}))


def test_larger_surveys_keep_most_of_their_cells() -> None:
    world = people(np.random.default_rng(1), size=400.0)
    figures = results_of(world).figures
    shown = [cell for cell, it in publish_all([world], POLICY)[0].figures.items() if isinstance(it, Estimate)]
    above = [cell for cell, it in figures.items() if it.respondents >= POLICY.floor]
    assert len(shown) > 0.7 * len(above)
