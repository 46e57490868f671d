"""Change of persons: with the design, in pairs by themselves, and the traps of drop-out and selection."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis.design import Lonely
from analysis.persons.attrition import (
    DropOut,
    RegressionToTheMean,
    drop_out,
    regression_to_the_mean,
    start_difference,
)
from analysis.persons.change import (
    Basis,
    Change,
    ControlledChange,
    change_against_control,
    change_of,
    change_of_groups,
    paired_change,
)
from analysis.persons.paired import (
    ChangeSizes,
    Discordance,
    ReliableChange,
    SignedRanks,
    change_sizes,
    discordance,
    reliable_change,
    signed_ranks,
)
from analysis.results import Inference, NotEstimable
from analysis.rows.sample import Sample, one_stage

GRADES = st.lists(st.tuples(st.integers(1, 10), st.integers(1, 10)), min_size=3, max_size=60)
SEEDS = st.integers(0, 2**32 - 1)
NOBODY = np.full(4, np.nan)


def columns(pairs: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    before, after = np.array(pairs, dtype=float).T
    return before, after


def everyone(size: int) -> Sample:
    return one_stage(np.ones(size))


def panel(seed: int) -> tuple[np.ndarray, np.ndarray, Sample]:
    """Grades of persons in three strata, with gaps after and unequal weights."""
    rng = np.random.default_rng(seed)
    before = rng.integers(1, 11, 60).astype(float)
    after = np.where(rng.random(60) < 0.3, np.nan, np.clip(before + rng.integers(-2, 4, 60), 1, 10))
    return before, after, one_stage(rng.uniform(0.5, 3, 60), rng.integers(0, 3, 60), np.full(3, 400.0))


# The design-based change


def test_the_change_of_a_simple_sample_is_the_paired_t_test() -> None:
    before, after = np.array([4.0, 6, 5, 7, 3]), np.array([5.0, 6, 7, 9, 2])
    found, judge = paired_change(before, after, everyone(5)), stats.ttest_rel(after, before)
    assert isinstance(found, Change)
    assert found.t == pytest.approx(judge.statistic)
    assert found.p_value == pytest.approx(judge.pvalue)
    interval = judge.confidence_interval()
    assert (found.interval.low, found.interval.high) == pytest.approx((interval.low, interval.high))


@given(SEEDS)
def test_who_is_missing_afterwards_stays_in_the_design(seed: int) -> None:
    before, after, sample = panel(seed)
    found = paired_change(before, after, sample)
    there = ~np.isnan(after)
    strata = sample.stages[0].stratum
    deleted = paired_change(
        before[there], after[there], one_stage(sample.weights[there], strata[there], np.full(3, 400))
    )
    assert isinstance(found, Change)
    assert isinstance(deleted, Change)
    assert found.value == pytest.approx(deleted.value)
    assert found.df == deleted.df
    assert found.se != deleted.se


@given(SEEDS)
def test_the_order_of_persons_does_not_matter(seed: int) -> None:
    before, after, sample = panel(seed)
    order = np.random.default_rng(seed + 1).permutation(60)
    shuffled = one_stage(sample.weights[order], sample.stages[0].stratum[order], np.full(3, 400.0))
    one, other = paired_change(before, after, sample), paired_change(before[order], after[order], shuffled)
    assert isinstance(one, Change)
    assert isinstance(other, Change)
    assert (one.value, one.se, one.p_value) == pytest.approx((other.value, other.se, other.p_value))


@given(SEEDS)
def test_before_and_after_exchanged_turns_the_sign_only(seed: int) -> None:
    before, after, sample = panel(seed)
    forth, back = paired_change(before, after, sample), paired_change(after, before, sample)
    assert isinstance(forth, Change)
    assert isinstance(back, Change)
    assert (forth.value, forth.se, forth.p_value) == pytest.approx((-back.value, back.se, back.p_value))


def test_answers_of_0_and_1_give_the_change_of_a_share() -> None:
    before, after = np.array([0.0, 0, 1, 1]), np.array([1.0, 1, 1, 0])
    found = paired_change(before, after, everyone(4))
    assert isinstance(found, Change)
    assert found.value == pytest.approx(after.mean() - before.mean())


@pytest.mark.parametrize(
    ("after", "reason"),
    [
        (NOBODY, "no_respondents"),
        (np.array([3.0, np.nan, np.nan, np.nan]), "one_respondent"),
        (np.array([1.1, 2.1, 3.1, 4.1]), "no_variation"),
    ],
)
def test_a_change_that_cannot_be_tested_is_told_with_the_reason(after: np.ndarray, reason: str) -> None:
    found = paired_change(np.array([1.0, 2, 3, 4]), after, everyone(4))
    assert isinstance(found, NotEstimable)
    assert found.reason == reason


def test_rounding_of_equal_changes_is_no_variation() -> None:
    before = np.array([0.1, 0.2, 0.3, 0.7])
    found = paired_change(before, before + 0.1, everyone(4))
    assert found == NotEstimable("no_variation", 4)


def test_a_census_of_this_year_s_clients_leaves_no_variation_but_their_process_does() -> None:
    before, after = np.array([4.0, 6, 5]), np.array([5.0, 6, 7])
    census = one_stage(np.ones(3), population=np.array([3.0]))
    assert paired_change(before, after, census, Inference.FINITE) == NotEstimable("no_variation", 3)
    assert isinstance(paired_change(before, after, census), Change)


def test_a_lonely_stratum_that_is_forbidden_gives_no_change() -> None:
    sample = one_stage(np.ones(3), np.array([0, 0, 1]), np.array([9.0, 9.0]), lonely=Lonely.FAIL)
    found = paired_change(np.array([1.0, 2, 3]), np.array([2.0, 5, 3]), sample)
    assert found == NotEstimable("lonely_stratum", 3)


def test_without_degrees_of_freedom_there_is_no_test() -> None:
    assert change_of(1.0, 1.0, Basis(0, 2, Inference.PROCESS)) == NotEstimable("no_degrees_of_freedom", 2)


# Groups together


def test_groups_together_count_for_their_size_and_not_for_how_many_stayed() -> None:
    rng = np.random.default_rng(2)
    before, group = rng.normal(60, 10, 100), np.repeat([0, 1], 50)
    after = before + np.where(group == 0, 10, -10) + rng.normal(0, 3, 100)
    after[np.r_[45:50, 62:100]] = np.nan  # 45 of the one stayed, and 12 of the other
    found = change_of_groups(before, after, group, np.array([300.0, 100.0]))
    ends = [(after - before)[:45], (after - before)[50:62]]
    parts = np.array([0.75**2 * ends[0].var(ddof=1) / 45, 0.25**2 * ends[1].var(ddof=1) / 12])
    assert isinstance(found, Change)
    assert found.value == pytest.approx(0.75 * ends[0].mean() + 0.25 * ends[1].mean())
    assert found.se == pytest.approx(np.sqrt(parts.sum()))
    assert found.df == pytest.approx(parts.sum() ** 2 / (parts**2 / np.array([44, 11])).sum())
    assert (found.respondents, found.inference) == (57, Inference.PROCESS)


def test_a_lone_pair_has_its_distance_to_all_as_spread_and_a_group_without_pairs_counts_for_nothing() -> None:
    after = np.array([3.0, 5.0, 0.0, np.nan])
    found = change_of_groups(np.zeros(4), after, np.array([0, 0, 1, 2]), np.array([10.0, 10.0, 90.0]))
    assert isinstance(found, Change)
    assert found.value == 2.0
    assert found.se**2 == pytest.approx(0.25 * (2 / 2) + 0.25 * (0 - 2) ** 2)
    sizes = np.array([10.0, 10.0])
    assert change_of_groups(NOBODY, NOBODY, np.array([0, 0, 1, 1]), sizes) == NotEstimable("no_respondents", 0)
    moved = np.array([0.1, 0.2, 0.3, 0.7])
    assert change_of_groups(moved, moved + 0.1, np.array([0, 0, 1, 1]), sizes) == NotEstimable("no_variation", 4)


# With a control group


def test_the_difference_in_change_is_welch_s_test_of_two_strata() -> None:
    took_part, control = np.array([2.0, 3, 5, 4]), np.array([0.0, 1, 2, -1, 0])
    group = np.repeat([True, False], [4, 5])
    sample = one_stage(np.ones(9), (~group).astype(np.int64), np.full(2, np.inf))
    found = change_against_control(np.concatenate([took_part, control]), group, sample)
    judge = stats.ttest_ind(took_part, control, equal_var=False)
    assert isinstance(found, ControlledChange)
    assert found.difference.t == pytest.approx(judge.statistic)
    assert found.difference.df == pytest.approx(judge.df)
    assert found.difference.p_value == pytest.approx(judge.pvalue)
    assert found.participants.value - found.control.value == pytest.approx(found.difference.value)


def test_what_clusters_share_leaves_the_difference_in_change() -> None:
    """Both groups lie in the same households, whose common change says nothing of taking part."""
    rng = np.random.default_rng(3)
    home = np.repeat(np.arange(30), 2)
    difference = rng.normal(0, 3, 30)[home] + rng.normal(0, 0.5, 60)
    takes_part = np.tile([True, False], 30)
    apart = one_stage(np.ones(60))
    homes = Sample(
        apart.weights, (type(apart.stages[0])(home, np.zeros(60, dtype=np.int64), np.array([np.inf])),), apart.inside
    )
    shared = change_against_control(difference, takes_part, homes)
    alone = change_against_control(difference, takes_part, apart)
    assert isinstance(shared, ControlledChange)
    assert isinstance(alone, ControlledChange)
    assert shared.difference.se < alone.difference.se / 2


def test_a_control_group_without_pairs_gives_no_difference() -> None:
    found = change_against_control(np.array([1.0, 2, np.nan, np.nan]), np.arange(4) < 2, everyone(4))
    assert found == NotEstimable("no_respondents", 0)


def test_groups_that_do_not_vary_have_no_test() -> None:
    found = change_against_control(np.array([1.0, 1, 2, 2]), np.arange(4) < 2, everyone(4))
    assert found == NotEstimable("no_variation", 2)


# Pairs by themselves


@given(st.integers(0, 40), st.integers(0, 40))
def test_mcnemar_exact_is_the_binomial_test(gained: int, lost: int) -> None:
    before, after = np.repeat([0.0, 1.0, 1.0], [gained, lost, 5]), np.repeat([1.0, 0.0, 1.0], [gained, lost, 5])
    found = discordance(before, after)
    if gained + lost == 0:
        assert found == NotEstimable("no_variation", 5)
        return
    assert isinstance(found, Discordance)
    assert found.p_exact == pytest.approx(stats.binomtest(gained, gained + lost).pvalue)
    assert found.p_value == (found.p_exact if gained + lost < 25 else found.p_asymptotic)
    assert (found.pairs, found.gained, found.lost) == (gained + lost + 5, gained, lost)


def test_mcnemar_without_pairs_says_so() -> None:
    assert discordance(NOBODY, NOBODY) == NotEstimable("no_respondents", 0)


def test_as_many_gained_as_lost_is_no_change_at_all() -> None:
    found = discordance(np.array([0.0, 1.0]), np.array([1.0, 0.0]))
    assert isinstance(found, Discordance)
    assert (found.statistic, found.p_asymptotic, found.p_exact) == (0.0, 1.0, 1.0)


@given(st.lists(st.integers(-4, 4), min_size=1, max_size=9))
def test_signed_ranks_of_few_persons_count_all_signs(change: list[int]) -> None:
    found = signed_ranks(np.zeros(len(change)), np.array(change, dtype=float))
    size = np.abs([one for one in change if one])
    if not size.size:
        assert found == NotEstimable("no_variation", len(change))
        return
    assert isinstance(found, SignedRanks)
    rank = stats.rankdata(size)
    sums = np.array([rank @ signs for signs in product((0, 1), repeat=size.size)])
    tail = min((sums <= found.statistic + 1e-9).mean(), (sums >= found.statistic - 1e-9).mean())
    assert found.exact
    assert found.p_value == pytest.approx(min(1.0, 2 * tail))


@given(SEEDS)
def test_signed_ranks_of_many_persons_equal_scipy(seed: int) -> None:
    change = np.random.default_rng(seed).integers(-3, 6, 80).astype(float)
    found = signed_ranks(np.zeros(80), change)
    judge = stats.wilcoxon(change, zero_method="wilcox", correction=True, method="asymptotic")
    assert isinstance(found, SignedRanks)
    assert not found.exact
    assert found.p_value == pytest.approx(judge.pvalue)


def test_signed_ranks_without_pairs_say_so() -> None:
    assert signed_ranks(NOBODY, NOBODY) == NotEstimable("no_respondents", 0)


@given(GRADES, st.integers(-5, 5), st.integers(1, 9))
def test_sizes_of_change_do_not_depend_on_the_scale(pairs: list[tuple[int, int]], shift: int, factor: int) -> None:
    before, after = columns(pairs)
    one, other = change_sizes(before, after), change_sizes(shift + factor * before, shift + factor * after)
    if isinstance(one, NotEstimable):
        assert other == one
        return
    assert isinstance(other, ChangeSizes)
    same = ((one.d_z, other.d_z), (one.d_av, other.d_av), (one.g_av, other.g_av), (one.correlation, other.correlation))
    assert all(left == pytest.approx(right, abs=1e-12) for left, right in same)
    assert other.mean == pytest.approx(factor * one.mean)


@given(GRADES)
def test_sizes_of_change_hang_together(pairs: list[tuple[int, int]]) -> None:
    before, after = columns(pairs)
    found = change_sizes(before, after)
    if isinstance(found, NotEstimable):
        assert found.reason == "no_variation"
        return
    assert found.correlation == pytest.approx(np.corrcoef(before, after)[0, 1])
    assert found.d_z == pytest.approx(stats.ttest_rel(after, before).statistic / np.sqrt(len(pairs)))
    assert abs(found.g_av) <= abs(found.d_av)


@pytest.mark.parametrize(("size", "reason"), [(2, "too_few_pairs"), (0, "no_respondents")])
def test_sizes_of_change_need_three_pairs(size: int, reason: str) -> None:
    assert change_sizes(np.arange(size, dtype=float), np.ones(size)) == NotEstimable(reason, size)


@given(GRADES, st.floats(0, 0.99))
def test_everyone_rises_falls_or_has_no_reliable_change(pairs: list[tuple[int, int]], reliability: float) -> None:
    before, after = columns(pairs)
    found = reliable_change(before, after, reliability, before)
    if isinstance(found, NotEstimable):
        assert found == NotEstimable("no_variation", len(pairs))
        return
    assert found.risen + found.unchanged + found.fallen == len(pairs)
    better = reliable_change(before, after, reliability + 0.5 * (1 - reliability), before)
    assert isinstance(better, ReliableChange)
    assert better.threshold < found.threshold
    assert better.unchanged <= found.unchanged


@pytest.mark.parametrize(("size", "reason"), [(1, "one_respondent"), (0, "no_respondents")])
def test_reliable_change_needs_the_spread_of_a_group(size: int, reason: str) -> None:
    assert reliable_change(np.ones(size), np.ones(size), 0.8, np.ones(size)) == NotEstimable(reason, size)


def test_the_error_of_measurement_is_that_of_the_people_whose_reliability_is_known() -> None:
    alike, everybody = np.array([60.0, 61, 62, 63]), np.array([20.0, 40, 60, 61, 62, 63, 80, 100, np.nan])
    found = reliable_change(alike, alike + 5, 0.8, everybody)
    assert isinstance(found, ReliableChange)
    assert found.threshold == pytest.approx(1.96 * np.sqrt(2 * 0.2) * np.nanstd(everybody, ddof=1))
    assert (found.risen, found.unchanged) == (0, 4)


# Drop-out and selection


def test_drop_out_of_the_low_scores_is_told() -> None:
    before = np.arange(1.0, 11.0)
    after = np.where(before <= 4, np.nan, before)
    found = drop_out(before, after, everyone(10), groups=2)
    assert isinstance(found, DropOut)
    assert (found.started, found.missing) == (10, 4)
    assert found.share == pytest.approx(0.4)
    assert [(group.low, group.high, group.started, group.missing) for group in found.by_score] == [
        (1.0, 5.0, 5, 4),
        (6.0, 10.0, 5, 0),
    ]
    assert isinstance(found.difference, Change)
    assert found.difference.value == pytest.approx(2.5 - 7.5)
    assert found.difference.interval.high < 0


def test_a_difference_at_the_start_is_welch_s_test_and_a_third_of_a_deviation_may_be_chance() -> None:
    score = np.random.default_rng(8).normal(60, 20, 40)
    left = np.arange(40) < 12
    score[left] += 0.3 * 20
    found, judge = (
        start_difference(score, left, everyone(40)),
        stats.ttest_ind(score[left], score[~left], equal_var=False),
    )
    assert isinstance(found, Change)
    # A domain of the design has n/(n - 1) of all 40 and not of its own.
    assert found.t == pytest.approx(judge.statistic, rel=0.05)
    assert found.interval.low < 0 < found.interval.high
    assert start_difference(score, np.ones(40, dtype=np.bool_), everyone(40)) == NotEstimable("no_respondents", 0)


@given(SEEDS, st.integers(1, 6))
def test_groups_of_start_scores_hold_everyone_who_started_once(seed: int, groups: int) -> None:
    before, after, sample = panel(seed)
    before = np.where(np.random.default_rng(seed).random(60) < 0.1, np.nan, before)
    found = drop_out(before, after, sample, groups=groups)
    assert isinstance(found, DropOut)
    assert sum(group.started for group in found.by_score) == found.started == (~np.isnan(before)).sum()
    assert sum(group.missing for group in found.by_score) == found.missing
    assert all(one.high < other.low for one, other in zip(found.by_score, found.by_score[1:], strict=False))
    assert min(group.share for group in found.by_score) <= found.share <= max(group.share for group in found.by_score)


@pytest.mark.parametrize(
    ("after", "reason"),
    [
        ([1.0, 2, 3, 4], "no_respondents"),
        ([np.nan, 2, 3, 4], "one_respondent"),
    ],
)
def test_too_few_missing_cannot_be_compared(after: list[float], reason: str) -> None:
    found = drop_out(np.array([1.0, 2, 3, 4]), np.array(after), everyone(4))
    assert isinstance(found, DropOut)
    assert isinstance(found.standardised_difference, NotEstimable)
    assert found.standardised_difference.reason == reason
    assert isinstance(found.difference, NotEstimable)


def test_equal_start_scores_have_no_standardised_difference() -> None:
    found = drop_out(np.full(4, 5.0), np.array([np.nan, np.nan, 4, 4]), everyone(4))
    assert isinstance(found, DropOut)
    assert found.standardised_difference == NotEstimable("no_variation", 2)
    assert len(found.by_score) == 1


def test_drop_out_of_nobody_says_so() -> None:
    assert drop_out(NOBODY, NOBODY, everyone(4)) == NotEstimable("no_respondents", 0)


def test_a_group_chosen_for_low_scores_rises_by_itself_as_expected() -> None:
    """Nobody changes; only the error of measurement is drawn anew."""
    rng = np.random.default_rng(5)
    truth = rng.normal(60, 12, 200_000)
    before, after = (truth + rng.normal(0, 9, truth.size) for _ in range(2))
    low = before < 50
    found = regression_to_the_mean(before[low], before, reliability=144 / 225)
    assert isinstance(found, RegressionToTheMean)
    assert found.expected_change == pytest.approx((after - before)[low].mean(), abs=0.15)


def test_of_a_group_like_its_reference_nothing_is_expected() -> None:
    scores = np.array([4.0, 5, 6, 7])
    found = regression_to_the_mean(scores, scores, reliability=0.5)
    assert found == RegressionToTheMean(0.0, 0.0)


@pytest.mark.parametrize(
    ("selected", "reference", "expected"),
    [
        ([], [1.0, 2.0], NotEstimable("no_respondents", 0)),
        ([1.0], [1.0], NotEstimable("no_respondents", 1)),
        ([5.0], [5.0, 5.0], NotEstimable("no_variation", 1)),
    ],
)
def test_without_a_reference_nothing_is_expected(
    selected: list[float], reference: list[float], expected: NotEstimable
) -> None:
    assert regression_to_the_mean(np.array(selected), np.array(reference), reliability=0.8) == expected
