"""Who is clearly better and alike: the direction of good, and no more false ones than stated."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.results import Inference, Interval, NotEstimable
from analysis.series.released_changes import ReleasedFigure, of_service, open_part
from analysis.units.learning_from import LearningFrom, learning_from
from analysis.units.likeness import Neighbour
from questionnaires.scales import Polarity

figures = st.lists(st.tuples(st.floats(0, 100), st.floats(0.5, 15), st.floats(0.5, 15)), min_size=1, max_size=12)


def figure(value: float, down: float = 4.0, up: float = 4.0) -> ReleasedFigure:
    return ReleasedFigure(value, Interval(value - down, value + up))


def alike(size: int) -> list[Neighbour]:
    return [Neighbour(f"GM{place}", place / 10, ()) for place in range(size)]


def found(own: ReleasedFigure, of: list[ReleasedFigure], polarity: Polarity = Polarity.POSITIVE) -> LearningFrom:
    others = {f"GM{place}": one for place, one in enumerate(of)}
    result = learning_from(own, others, alike(len(of)), polarity)
    assert isinstance(result, LearningFrom)
    return result


@given(figures)
def test_every_interval_lies_beside_zero_on_the_good_side_and_the_most_alike_come_first(
    drawn: list[tuple[float, float, float]],
) -> None:
    own, *others = (figure(*one) for one in [(50.0, 4.0, 4.0), *drawn])
    for polarity, sign in ((Polarity.POSITIVE, 1), (Polarity.NEGATIVE, -1)):
        result = found(own, others, polarity)
        assert result.considered == len(others)
        for one in result.better:
            assert min(one.interval.low * sign, one.interval.high * sign) > 0
            assert one.interval.low <= one.difference <= one.interval.high
        assert [it.neighbour.distance for it in result.better] == sorted(it.neighbour.distance for it in result.better)


@given(figures)
def test_where_low_is_good_the_figures_turned_around_give_the_same(drawn: list[tuple[float, float, float]]) -> None:
    others = [figure(*one) for one in drawn]
    turned = [figure(-value, up, down) for value, down, up in drawn]
    one, other = found(figure(50.0), others), found(figure(-50.0), turned, Polarity.NEGATIVE)
    assert [it.neighbour.unit for it in one.better] == [it.neighbour.unit for it in other.better]


def test_who_looks_at_many_finds_one_by_chance_no_more_often_than_stated() -> None:
    rng = np.random.default_rng(9)
    times, single, together = 1500, 0, 0
    for row in rng.normal(60, 2, (times, 11)).tolist():
        own, *others = (figure(value, 3.92, 3.92) for value in row)
        together += bool(found(own, others).better)
        single += any(found(own, [one]).better for one in others)
    # Only the good direction is told: half of the 5 %, and an error of 0.4.
    assert together / times < 0.025 + 0.012
    assert single / times > 0.08


def test_where_most_clients_answered_who_is_better_is_a_claim_about_services_too() -> None:
    """Intervals of 70 % of all clients are so short that equal services seem to differ: their figures are widened first."""
    rng = np.random.default_rng(9)
    part = open_part(Inference.FINITE, 70, 100)
    times, clients, services = 600, 0, 0
    for row in rng.normal(60, 2, (times, 11)).tolist():
        own, *others = (figure(value, 3.92 * part**0.5, 3.92 * part**0.5) for value in row)
        clients += bool(found(own, others).better)
        widened = [of_service(one, part) for one in (own, *others)]
        one, *rest = (it for it in widened if isinstance(it, ReleasedFigure))
        services += bool(found(one, rest).better)
    # 0.025 is stated, and the standard error of 600 times is 0.0064.
    assert services / times < 0.025 + 3 * 0.0064
    assert clients / times > 0.2


def test_a_figure_of_all_clients_or_of_equal_answers_tells_nothing_of_the_service() -> None:
    assert open_part(Inference.FINITE, 13, 12.0) == 0, "more may answer than were clients when it began"
    assert of_service(figure(60.0), 0.0) == NotEstimable("census", 0)
    assert of_service(figure(60.0, 0.0, 0.0), 0.5) == NotEstimable("no_variation", 0)
    assert of_service(figure(60.0, 0.0, 2.0), 0.25) == figure(60.0, 0.0, 4.0), "as of a share near 0"
    assert of_service(figure(60.0), open_part(Inference.PROCESS, 12, 12.0)) == figure(60.0)


def test_who_is_worse_not_alike_or_not_known_is_not_named() -> None:
    others = {"GM0": figure(40.0), "GM1": figure(80.0), "GM9": figure(95.0)}
    result = learning_from(figure(60.0), others, alike(3), Polarity.POSITIVE)
    assert isinstance(result, LearningFrom)
    assert ([it.neighbour.unit for it in result.better], result.considered) == (["GM1"], 2)


def test_where_neither_high_nor_low_is_good_nobody_is_better() -> None:
    assert learning_from(figure(60.0), {"GM0": figure(90.0)}, alike(1), Polarity.NONE) == NotEstimable(
        "no_direction", 0
    )


def test_without_anybody_alike_nobody_is_considered() -> None:
    assert learning_from(figure(60.0), {}, alike(3), Polarity.POSITIVE) == LearningFrom((), 0)


@pytest.mark.parametrize(("value", "named"), [(60.0, 0), (60.1, 1)])
def test_figures_without_a_margin_are_beyond_doubt(value: float, named: int) -> None:
    assert len(found(figure(60.0, 0.0, 0.0), [figure(value, 0.0, 0.0)]).better) == named
