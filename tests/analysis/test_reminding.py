"""Reminders: how the first letter dies away, and where another one is needed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.reminding import Decay, FollowedStratum, advise_reminders, fit_decay
from analysis.results import NotEstimable


@pytest.mark.parametrize("daily", [0.5, 0.8, 0.9])
@pytest.mark.parametrize("days", [7, 14])
def test_the_decay_of_simulated_answers_is_found(daily: float, days: int) -> None:
    rng = np.random.default_rng(days)
    arrived = rng.geometric(1 - daily, 20_000) - 1
    decay = fit_decay([30, *np.bincount(arrived, minlength=days)[:days].tolist()])
    assert isinstance(decay, Decay)
    assert decay.busiest == 1
    assert decay.daily == pytest.approx(daily, abs=0.015)
    assert decay.to_come == pytest.approx((arrived >= days).sum(), rel=0.2, abs=30)


@given(st.lists(st.integers(0, 500), max_size=30))
def test_the_answers_that_are_to_come_are_a_number_or_a_reason(by_day: list[int]) -> None:
    decay = fit_decay(by_day)
    if isinstance(decay, NotEstimable):
        assert decay.reason in {"too_few_answers", "no_decay"}
        return
    assert 0 <= decay.daily < 1
    assert decay.to_come >= 0
    assert decay.half_life >= 0


def test_what_shows_no_pattern_is_told() -> None:
    assert fit_decay([]) == NotEstimable("too_few_answers", 0)
    assert fit_decay([4, 2, 1, 1]) == NotEstimable("too_few_answers", 8)
    assert fit_decay([1, 2, 5, 80]) == NotEstimable("too_few_answers", 80)
    assert fit_decay([20, 20, 20, 20, 20]) == NotEstimable("no_decay", 100)
    assert fit_decay([50, 0, 0, 0]) == Decay(0, pytest.approx(0.0, abs=1e-9), pytest.approx(0.0, abs=1e-9))


def test_a_stratum_that_lags_is_named_and_one_that_does_not_is_left_alone() -> None:
    strata = [
        FollowedStratum("Hulp", invited=400, respondents=150, reachable=240, wanted=140),
        FollowedStratum("Vervoer", invited=100, respondents=20, reachable=78, wanted=28),
        FollowedStratum("Wonen", invited=60, respondents=5, reachable=50, wanted=30),
    ]
    hulp, vervoer, wonen = advise_reminders(strata, Decay(0, 0.8, to_come=17.5))
    assert (hulp.lags, vervoer.lags, wonen.lags) == (False, True, True)
    assert vervoer.without == pytest.approx(22)
    assert vervoer.gain == pytest.approx(0.5 * 0.22 * 76)
    assert (vervoer.suffices, wonen.suffices) == (True, False)


def test_without_a_pattern_nothing_more_is_expected() -> None:
    [advice] = advise_reminders([FollowedStratum("a", 10, 3, 6, 5)], NotEstimable("no_decay", 3))
    assert advice.without == 3
    assert advice.gain == pytest.approx(0.5 * 0.3 * 6)


@given(st.integers(0, 500), st.data())
def test_nobody_answers_twice(invited: int, data: st.DataObject) -> None:
    respondents = data.draw(st.integers(0, invited))
    reachable = data.draw(st.integers(0, invited - respondents))
    to_come = data.draw(st.floats(0, 1000))
    [advice] = advise_reminders([FollowedStratum("a", invited, respondents, reachable, 30)], Decay(0, 0.5, to_come))
    assert respondents <= advice.without <= respondents + reachable
    assert advice.without + advice.gain <= respondents + reachable + 1e-9
