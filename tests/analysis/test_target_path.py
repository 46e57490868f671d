"""Goals: targets by date and the probability that one is met."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.results import Interval
from analysis.series.released_changes import ReleasedFigure
from analysis.series.target_path import PathPoint, TargetPath, progress
from questionnaires.scales import Polarity

values = st.floats(0, 100)
margins = st.floats(0.1, 20)
START = date(2026, 1, 1)


def figure(value: float, down: float, up: float) -> ReleasedFigure:
    return ReleasedFigure(value, Interval(value - down, value + up))


# The path


@given(st.lists(values, min_size=1, max_size=5), st.integers(0, 600))
def test_a_path_stays_between_the_targets_around_a_day(targets: list[float], days: int) -> None:
    path = TargetPath(tuple(PathPoint(START + timedelta(100 * place), it) for place, it in enumerate(targets)))
    place = min(days // 100, len(targets) - 1)
    around = targets[place : place + 2]
    found = path.target_on(START + timedelta(days))
    assert found is not None
    assert min(around) - 1e-9 <= found <= max(around) + 1e-9
    assert [path.target_on(it.day) for it in path.points] == targets


def test_before_the_path_starts_there_is_no_target() -> None:
    assert TargetPath((PathPoint(START, 60.0),)).target_on(START - timedelta(1)) is None


# The probability


def test_the_share_of_times_that_a_high_probability_is_right_is_what_it_says() -> None:
    """Of figures that give 0.9 or more at a target that is just met, one in ten: the confidence distribution is uniform."""
    rng = np.random.default_rng(8)
    drawn = [
        progress(figure(value, 3.92, 3.92), 60.0, 0.0, Polarity.POSITIVE).probability
        for value in rng.normal(60, 2, 4000).tolist()
    ]
    assert np.quantile(drawn, [0.1, 0.5, 0.9]) == pytest.approx([0.1, 0.5, 0.9], abs=0.03)


@given(values, margins, margins, values, st.floats(0, 10))
def test_low_and_high_share_out_what_neither_takes(
    value: float, down: float, up: float, target: float, tolerance: float
) -> None:
    of = figure(value, down, up)
    high, low, none = (
        progress(of, target, tolerance, it).probability for it in (Polarity.POSITIVE, Polarity.NEGATIVE, Polarity.NONE)
    )
    assert high + low - 1 == pytest.approx(none, abs=1e-9)
    assert 0 <= none <= min(high, low) + 1e-12


@given(values, margins, margins, values, st.floats(0, 10))
def test_a_scale_turned_around_changes_nothing(
    value: float, down: float, up: float, target: float, tolerance: float
) -> None:
    one = progress(figure(value, down, up), target, tolerance, Polarity.POSITIVE)
    other = progress(figure(-value, up, down), -target, tolerance, Polarity.NEGATIVE)
    assert one.probability == pytest.approx(other.probability, abs=1e-9)
    assert one.met == other.met


@pytest.mark.parametrize(("target", "probability"), [(62.0, 0.975), (66.0, 0.5), (75.0, 0.025)])
def test_an_interval_that_is_not_symmetric_keeps_its_ends(target: float, probability: float) -> None:
    of = ReleasedFigure(66.0, Interval(62.0, 75.0))
    assert progress(of, target, 0.0, Polarity.POSITIVE).probability == pytest.approx(probability)


def test_of_a_figure_without_margin_it_is_certain_and_the_target_itself_is_met() -> None:
    of = figure(60.0, 0.0, 0.0)
    found = [progress(of, target, 0.0, polarity).probability for polarity in Polarity for target in (59.0, 60.0, 61.0)]
    assert found == [1, 1, 0, 0, 1, 1, 0, 1, 0]


@pytest.mark.parametrize("tolerance", [0.1, 0.5, 2.0])
def test_a_figure_on_its_target_is_never_missed_because_it_is_uncertain(tolerance: float) -> None:
    found = progress(figure(70.0, 10.0, 10.0), 70.0, tolerance, Polarity.NONE)
    assert found.probability < 0.4, "so small a room holds little of what the true value can be"
    assert found.missed < 0.5, "and yet it lies on neither side for sure"


@given(values, margins, margins, values, st.floats(0.1, 10))
def test_missed_is_on_one_side_and_around_a_target_the_three_places_share_out_everything(
    value: float, down: float, up: float, target: float, tolerance: float
) -> None:
    of = figure(value, down, up)
    high, low, none = (
        progress(of, target, tolerance, it) for it in (Polarity.POSITIVE, Polarity.NEGATIVE, Polarity.NONE)
    )
    assert (high.missed, low.missed) == pytest.approx((1 - high.probability, 1 - low.probability))
    assert none.missed == max(high.missed, low.missed)
    assert none.probability + high.missed + low.missed == pytest.approx(1)


def test_the_figure_itself_may_be_good_enough_where_the_probability_is_low() -> None:
    found = progress(figure(60.0, 8.0, 8.0), 60.0, 0.5, Polarity.NONE)
    assert (found.low, found.high, found.met) == (59.5, 60.5, True)
    assert found.probability < 0.1
