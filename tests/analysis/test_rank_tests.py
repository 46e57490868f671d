"""Rank tests: they see the order of answers only, and without a design they say what the classical ones say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from surveys import answers

from analysis.models.rank_tests import RankScore, RankTest, population_ranks, rank_test
from analysis.results import NotEstimable
from analysis.rows.sample import one_stage

SEEDS = st.integers(0, 2**32 - 1)
SCORES = st.sampled_from(list(RankScore))


@given(SEEDS, SCORES)
def test_only_the_order_of_answers_counts(seed: int, score: RankScore) -> None:
    data = answers(seed)
    assert rank_test(data.y, data.group, 3, data.sample, score=score) == rank_test(
        np.exp(data.y), data.group, 3, data.sample, score=score
    )


@given(SEEDS, SCORES, st.sampled_from([1e-6, 7.0, 1e6]))
def test_the_scale_of_weights_changes_nothing(seed: int, score: RankScore, factor: float) -> None:
    data = answers(seed)
    scaled = replace(data.sample, weights=factor * data.sample.weights)
    one, other = (rank_test(data.y, data.group, 3, it, score=score) for it in (data.sample, scaled))
    assert one.outcome.statistic == pytest.approx(other.outcome.statistic)


@given(SEEDS, SCORES, st.permutations(range(3)))
def test_the_numbers_of_groups_do_not_matter(seed: int, score: RankScore, order: list[int]) -> None:
    data = answers(seed)
    one, other = (
        rank_test(data.y, it, 3, data.sample, score=score) for it in (data.group, np.array(order)[data.group])
    )
    assert one.outcome.statistic == pytest.approx(other.outcome.statistic)
    assert one.outcome.p_value == pytest.approx(other.outcome.p_value)


@given(SEEDS, st.sampled_from([RankScore.WILCOXON, RankScore.VAN_DER_WAERDEN]))
def test_turning_the_scale_round_changes_the_sign_only(seed: int, score: RankScore) -> None:
    data = answers(seed)
    member = data.group % 2
    one, other = (rank_test(y, member, 2, data.sample, score=score) for y in (data.y, -data.y))
    assert one.differences[0] == pytest.approx(-other.differences[0])
    assert one.outcome.p_value == pytest.approx(other.outcome.p_value)


@given(st.lists(st.tuples(st.integers(1, 5), st.floats(0.5, 4)), min_size=1, max_size=30))
def test_places_in_the_population_lie_inside_it_and_their_mean_is_half(rows: list[tuple[int, float]]) -> None:
    y, weights = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    ranks = population_ranks(y, weights)
    assert ((ranks > 0) & (ranks < 1)).all()
    equal = population_ranks(y, np.ones(y.size))
    assert equal.mean() == pytest.approx(0.5)


def test_without_a_design_two_groups_compare_nearly_as_in_mann_and_whitney() -> None:
    from scipy.stats import mannwhitneyu

    rng = np.random.default_rng(3)
    y, member = rng.normal(size=900), np.arange(900) % 2
    y += 0.15 * member
    found = rank_test(y, member, 2, one_stage(np.ones(900)))
    classical = mannwhitneyu(y[member == 1], y[member == 0])
    assert found.differences[0] == pytest.approx(classical.statistic / 450**2 - 0.5)
    assert found.outcome.p_value == pytest.approx(classical.pvalue, rel=0.1)


def test_without_a_design_more_groups_compare_nearly_as_in_kruskal_and_wallis() -> None:
    from scipy.stats import kruskal

    rng = np.random.default_rng(4)
    y, member = rng.normal(size=1500), np.arange(1500) % 3
    y += 0.1 * member
    found = rank_test(y, member, 3, one_stage(np.ones(1500)))
    classical = kruskal(*(y[member == group] for group in range(3)))
    assert found.outcome.statistic * 2 == pytest.approx(classical.statistic, rel=0.05)
    assert found.outcome.p_value == pytest.approx(classical.pvalue, rel=0.2)


def test_answers_on_the_middle_are_not_above_it() -> None:
    y, member = np.array([1.0, 2.0, 2.0, 3.0, 1.0, 3.0]), np.array([0, 0, 0, 1, 1, 1])
    found = rank_test(y, member, 2, one_stage(np.ones(6)), score=RankScore.MEDIAN)
    assert isinstance(found, RankTest)
    assert found.differences == pytest.approx((2 / 3,))


@pytest.mark.parametrize(
    ("y", "member", "reason"),
    [
        ([np.nan, np.nan, np.nan, np.nan], [0, 0, 1, 1], "no_respondents"),
        ([1.0, 2.0, 3.0, 4.0], [0, 0, 0, -1], "one_group"),
        ([2.0, 2.0, 2.0, 2.0], [0, 0, 1, 1], "no_variation"),
        ([1.0, 2.0, np.nan, np.nan], [0, 1, 0, 0], "no_degrees_of_freedom"),
    ],
)
def test_groups_that_cannot_be_compared_say_why(y: list[float], member: list[int], reason: str) -> None:
    found = rank_test(np.array(y), np.array(member), 2, one_stage(np.ones(4)))
    assert isinstance(found, NotEstimable)
    assert found.reason == reason
