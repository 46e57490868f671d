"""Waves of a series: covariance by persons who stay, contrasts, windows, trends and breaks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis.design import Lonely
from analysis.persons.change import Change, paired_change
from analysis.results import DfRule, Estimate, Inference, Interval, Mark, Method, NotEstimable
from analysis.rows.sample import Sample, Stage, one_stage
from analysis.series.timeline import Break, Timeline, Wave
from analysis.series.trends import (
    Level,
    WindowWeights,
    cautious_levels,
    change_between,
    contrast,
    linear_trend,
    rolling_changes,
    rolling_levels,
)
from analysis.series.waves import WaveMeans, independent_waves, separate_waves, wave_means
from questionnaires.comparability.reasons import Verdict

SEEDS = st.integers(0, 2**32 - 1)
NAMES = ("2021", "2022", "2023", "2024", "2025")


def years(count: int, *variables: str) -> Timeline:
    return Timeline(tuple(Wave(NAMES[at], 2021 + at, (variables or ("TOE01",) * count)[at]) for at in range(count)))


def clustered(person: np.ndarray, stratum: np.ndarray, weights: np.ndarray) -> Sample:
    stage = Stage(person, stratum, np.full(int(stratum.max()) + 1, np.inf))
    return Sample(weights, (stage,), np.ones(person.size, dtype=np.bool_))


def rotating(seed: int, waves: int = 4, persons: int = 40) -> tuple[np.ndarray, np.ndarray, Sample]:
    """Persons of two units, each asked in every wave with probability 0.6, with a level of their own and weights."""
    rng = np.random.default_rng(seed)
    there = rng.random((persons, waves)) < 0.6
    there[:6] = True
    person, wave = np.nonzero(there)
    level = rng.normal(60, 12, persons)
    y = level[person] + rng.normal(0, 4, person.size) + 2 * wave
    _, known = np.unique(person, return_inverse=True)
    return y, wave.astype(np.int64), clustered(known.astype(np.int64), person % 2, rng.uniform(1, 4, person.size))


def rotating_means(seed: int, waves: int = 4) -> WaveMeans:
    y, wave, sample = rotating(seed, waves)
    return wave_means(y, wave, years(waves), sample)


def published(*means: float, se: float = 2.0, respondents: int = 50, df: float = 49) -> WaveMeans:
    each = (se, Interval(0, 0), respondents, 50.0, 900.0, df, None, Method.T, Inference.PROCESS)
    return separate_waves(years(len(means)), [Estimate(mean, *each) for mean in means])


def changed(found: object) -> Change:
    assert isinstance(found, Change)
    return found


# Means and their covariance


@given(SEEDS)
def test_the_order_of_rows_does_not_matter(seed: int) -> None:
    y, wave, sample = rotating(seed)
    order = np.random.default_rng(seed + 1).permutation(y.size)
    first = sample.stages[0]
    shuffled = clustered(first.cluster[order], first.stratum[order], sample.weights[order])
    one, other = rotating_means(seed), wave_means(y[order], wave[order], years(4), shuffled)
    assert one.value == pytest.approx(other.value)
    assert one.covariance == pytest.approx(other.covariance)


@given(SEEDS)
def test_other_numbers_for_the_same_persons_do_not_matter(seed: int) -> None:
    y, wave, sample = rotating(seed)
    first = sample.stages[0]
    renamed = clustered(first.cluster.max() - first.cluster, first.stratum, sample.weights)
    one, other = rotating_means(seed), wave_means(y, wave, years(4), renamed)
    assert one.covariance == pytest.approx(other.covariance)
    assert one.basis(np.ones(4)) == other.basis(np.ones(4))


def test_waves_without_common_persons_in_units_of_their_own_have_no_covariance() -> None:
    rng = np.random.default_rng(1)
    wave = np.repeat([0, 1], 30)
    found = wave_means(rng.normal(size=60), wave, years(2), one_stage(np.ones(60), wave))
    assert found.covariance[0, 1] == 0.0


@given(SEEDS)
def test_waves_of_other_persons_have_no_covariance_worth_mentioning(seed: int) -> None:
    """In one stratum the two means are exactly uncorrelated: z sums to 0 in each wave."""
    rng = np.random.default_rng(seed)
    found = wave_means(rng.normal(50, 9, 60), np.repeat([0, 1], 30), years(2), one_stage(rng.uniform(1, 3, 60)))
    assert abs(found.covariance[0, 1]) < 1e-12


@given(SEEDS)
def test_ignoring_a_positive_overlap_overstates_the_standard_error(seed: int) -> None:
    y, wave, panel = rotating(seed)
    ignored = clustered(np.arange(y.size), panel.stages[0].stratum, panel.weights)
    known = wave_means(y, wave, years(4), panel)
    apart = wave_means(y, wave, years(4), ignored)
    honest, naive = (changed(change_between(it, "2021", "2022")) for it in (known, apart))
    assert known.covariance[0, 1] > 0
    assert honest.value == pytest.approx(naive.value)
    assert honest.se < naive.se


@given(SEEDS)
def test_a_full_panel_gives_the_change_of_persons(seed: int) -> None:
    rng = np.random.default_rng(seed)
    before, weights, stratum = rng.normal(60, 9, 30), rng.uniform(1, 3, 30), rng.integers(0, 2, 30)
    after = before + rng.normal(2, 4, 30)
    twice = clustered(np.tile(np.arange(30), 2), np.tile(stratum, 2), np.tile(weights, 2))
    series = wave_means(np.concatenate([before, after]), np.repeat([0, 1], 30), years(2), twice)
    between, of_persons = (
        changed(change_between(series, "2021", "2022")),
        changed(paired_change(before, after, one_stage(weights, stratum), Inference.PROCESS)),
    )
    assert (between.value, between.se, between.df) == pytest.approx((of_persons.value, of_persons.se, of_persons.df))


def test_rows_of_no_wave_and_without_a_weight_do_not_count() -> None:
    y, wave = np.array([1.0, 3, 8, 9, np.nan, 2]), np.array([0, 0, 0, -1, 0, 1])
    found = wave_means(y, wave, years(2), one_stage(np.array([1.0, 1, 0, 1, 1, 1])))
    assert found.n.tolist() == [2, 1]
    assert found.population.tolist() == [2.0, 1.0]
    assert found.value.tolist() == [2.0, 2.0]
    assert found.present.sum() == 3


# Samples of their own


def test_independent_waves_are_welch_s_test() -> None:
    one, other = np.array([4.0, 6, 5, 9]), np.array([7.0, 8, 12, 9, 9, 10])
    parts = [
        wave_means(y, np.zeros(y.size, dtype=np.int64), Timeline((Wave(name, year),)), one_stage(np.ones(y.size)))
        for y, name, year in ((one, "2021", 2021), (other, "2022", 2022))
    ]
    found = changed(change_between(independent_waves(*parts), "2021", "2022"))
    judge = stats.ttest_ind(other, one, equal_var=False)
    assert found.t == pytest.approx(judge.statistic)
    assert found.df == pytest.approx(judge.df)
    assert found.df_rule is DfRule.SATTERTHWAITE
    assert found.respondents == 4


@given(SEEDS, SEEDS)
def test_independent_series_keep_their_own_covariance(first: int, second: int) -> None:
    earlier, later = rotating_means(first, 2), rotating_means(second, 2)
    moved = Timeline(tuple(Wave(name, time) for name, time in (("2031", 2031), ("2032", 2032))))
    y, wave, sample = rotating(second, 2)
    joined = independent_waves(earlier, wave_means(y, wave, moved, sample))
    assert joined.covariance[:2, :2] == pytest.approx(earlier.covariance)
    assert joined.covariance[2:, 2:] == pytest.approx(later.covariance)
    assert not joined.covariance[:2, 2:].any()
    within = changed(change_between(joined, "2031", "2032"))
    assert within.df == changed(change_between(later, "2021", "2022")).df
    assert within.df_rule is DfRule.DESIGN


def test_figures_alone_make_a_series_of_separate_samples() -> None:
    found = changed(change_between(published(60.0, 64.0, 71.0), "2021", "2023"))
    assert found.value == 11.0
    assert found.se == pytest.approx(np.sqrt(8.0))
    assert found.df == pytest.approx(98.0)


def test_a_wave_without_degrees_of_freedom_has_no_test() -> None:
    assert change_between(published(60.0, 64.0, df=0), "2021", "2022") == NotEstimable("no_degrees_of_freedom", 50)


# Windows and trends


def test_one_wave_is_a_window_of_one() -> None:
    found = rolling_levels(published(60.0, 64.0), 1)["2022"]
    assert isinstance(found, Level)
    assert (found.waves, found.value, found.se, found.respondents) == (("2022",), 64.0, 2.0, 50)
    half = stats.t.ppf(0.975, 49) * 2
    assert (found.interval.low, found.interval.high) == pytest.approx((64 - half, 64 + half))


@given(SEEDS, st.sampled_from(list(WindowWeights)))
def test_windows_side_by_side_partition_the_series(seed: int, weights: WindowWeights) -> None:
    series = rotating_means(seed)
    found = rolling_levels(series, 2, weights)
    whole = rolling_levels(series, 4, weights)["2024"]
    first, second = found["2022"], found["2024"]
    assert isinstance(first, Level)
    assert isinstance(second, Level)
    assert isinstance(whole, Level)
    counts = series.population if weights is WindowWeights.POPULATION else np.ones(4)
    part = counts[:2].sum() / counts.sum()
    assert part * first.value + (1 - part) * second.value == pytest.approx(whole.value)
    assert first.waves + second.waves == whole.waves


@given(SEEDS, st.integers(1, 3))
def test_a_step_of_equal_windows_is_the_test_of_the_outer_waves(seed: int, size: int) -> None:
    series = rotating_means(seed)
    for end in range(size, 4):
        step = changed(rolling_changes(series, size)[NAMES[end]])
        outer = changed(change_between(series, NAMES[end - size], NAMES[end]))
        assert step.value == pytest.approx(outer.value / size)
        assert step.p_value == pytest.approx(outer.p_value)


@given(SEEDS, st.sampled_from(list(WindowWeights)))
def test_a_step_of_windows_is_the_difference_of_their_levels(seed: int, weights: WindowWeights) -> None:
    series = rotating_means(seed)
    levels, steps = rolling_levels(series, 3, weights), rolling_changes(series, 3, weights)
    last, previous = levels["2024"], levels["2023"]
    assert isinstance(last, Level)
    assert isinstance(previous, Level)
    assert list(steps) == ["2024"]
    assert changed(steps["2024"]).value == pytest.approx(last.value - previous.value)


@given(SEEDS)
def test_a_window_of_figures_alone_is_never_surer_than_the_persons_behind_them_allow(seed: int) -> None:
    """Who answered in several waves is not known any more: as if all of them went together as much as they can."""
    persons = rotating_means(seed)
    figures = separate_waves(
        persons.timeline,
        [
            Estimate(
                float(value), float(var) ** 0.5, Interval(0, 0), int(n), 1.0, 1.0, 30, None, Method.T, Inference.PROCESS
            )
            for value, var, n in zip(persons.value, persons.covariance.diagonal(), persons.n, strict=True)
        ],
    )
    known, apart, together, cautious = (
        rolling_levels(persons, 3),
        rolling_levels(figures, 3),
        cautious_levels(figures, 3, "aaaa"),
        cautious_levels(figures, 3, "abcd"),
    )
    for name, level in cautious.items():
        assert isinstance(level, Level)
        for other in (known[name], apart[name]):
            assert isinstance(other, Level)
            assert level.value == pytest.approx(other.value)
            assert level.se >= other.se * (1 - 1e-9)
        assert level.df == 30
        same = together[name]
        assert isinstance(same, Level)
        assert same.se == pytest.approx(apart[name].se)  # type: ignore[union-attr]  # a level, as above


def test_there_is_no_window_longer_than_the_series() -> None:
    assert rolling_levels(published(60.0, 64.0), 3) == {}
    assert rolling_changes(published(60.0, 64.0), 3) == {}


@pytest.mark.parametrize("weights", list(WindowWeights))
def test_a_window_with_an_empty_wave_has_no_figure(weights: WindowWeights) -> None:
    y, wave = np.array([1.0, 2, 4, 7, 9, 9, 8]), np.array([0, 0, 2, 2, 3, 3, 3])
    series = wave_means(y, wave, years(4), one_stage(np.ones(7)))
    levels, steps = rolling_levels(series, 3, weights), rolling_changes(series, 3, weights)
    assert levels["2023"] == levels["2024"] == NotEstimable("no_respondents", 0)
    assert steps == {"2024": NotEstimable("no_respondents", 0)}
    assert changed(change_between(series, "2021", "2023")).value == 4.0


@given(SEEDS)
def test_the_linear_trend_is_the_slope_of_the_line_through_the_means(seed: int) -> None:
    series = rotating_means(seed)
    slope = np.polyfit([2021, 2022, 2023, 2024], series.value, 1)[0]
    assert changed(linear_trend(series)).value == pytest.approx(slope)


@given(SEEDS)
def test_a_trend_in_another_unit_of_time_tells_the_same(seed: int) -> None:
    y, wave, sample = rotating(seed)
    months = Timeline(tuple(Wave(name, 12.0 * at) for at, name in enumerate(NAMES[:4])))
    by_year, by_month = (
        changed(linear_trend(rotating_means(seed))),
        changed(linear_trend(wave_means(y, wave, months, sample))),
    )
    assert by_year.value == pytest.approx(12 * by_month.value)
    assert by_year.p_value == pytest.approx(by_month.p_value)


def test_a_trend_takes_three_waves() -> None:
    assert linear_trend(published(60.0, 64.0)) == NotEstimable("fewer_than_three_waves", 50)


def test_rounding_in_the_middle_of_a_trend_adds_no_degrees_of_freedom() -> None:
    series = rotating_means(3, 3)
    exact, rounded = (series.basis(np.array([-0.5, middle, 0.5])) for middle in (0.0, 1e-17))
    assert exact == rounded


def test_equal_answers_have_no_test_and_no_interval() -> None:
    y = np.array([0.1 + 0.2, 0.3, 0.3, 0.1 + 0.2])
    series = wave_means(y, np.array([0, 0, 1, 1]), years(2), one_stage(np.ones(4)))
    assert change_between(series, "2021", "2022") == NotEstimable("no_variation", 2)
    assert rolling_levels(series, 1)["2021"] == NotEstimable("no_variation", 2)


def test_a_forbidden_lonely_stratum_gives_no_test() -> None:
    sample = one_stage(np.ones(5), np.array([0, 0, 0, 0, 1]), lonely=Lonely.FAIL)
    series = wave_means(np.array([1.0, 2, 3, 5, 4]), np.array([0, 0, 1, 1, 1]), years(2), sample)
    assert change_between(series, "2021", "2022") == NotEstimable("lonely_stratum", 2)


# Breaks


def mark(earlier: str, variable: str) -> Mark:
    return Mark(variable, earlier, "nl.proef@1", "nl.proef@2", Verdict.E, ())


def broken(*marks: Mark) -> WaveMeans:
    """Two waves under an earlier variable, then three under today's."""
    waves = years(5, "TOE01@1", "TOE01@1", "TOE01", "TOE01", "TOE01").waves
    y, wave, sample = rotating(7, 5)
    return wave_means(y, wave, Timeline(waves, marks), sample)


def test_no_test_is_made_over_a_break() -> None:
    change = mark("TOE01@1", "TOE01")
    expected = Break("2022", "2023", (change,))
    series = broken(change)
    assert change_between(series, "2021", "2025") == expected
    assert linear_trend(series) == expected
    assert contrast(series, np.array([0, -1.0, 0, 0, 1.0])) == expected
    assert rolling_levels(series, 2)["2023"] == expected
    assert rolling_changes(series, 1)["2023"] == expected
    assert rolling_changes(series, 2)["2024"] == expected


def test_within_a_piece_everything_goes_on() -> None:
    series = broken(mark("TOE01@1", "TOE01"))
    assert isinstance(change_between(series, "2021", "2022"), Change)
    assert isinstance(contrast(series, np.array([0, 0, -0.5, -0.5, 1.0])), Change)
    assert isinstance(rolling_levels(series, 2)["2024"], Level)


def test_pieces_are_series_named_by_their_variable() -> None:
    earlier, today = broken(mark("TOE01@1", "TOE01")).pieces()
    assert [wave.variable for wave in earlier.timeline.waves] == ["TOE01@1", "TOE01@1"]
    assert [wave.name for wave in today.timeline.waves] == ["2023", "2024", "2025"]
    whole = broken()
    assert today.covariance == pytest.approx(whole.covariance[2:, 2:])
    assert isinstance(linear_trend(today), Change)
    assert changed(linear_trend(today)).df == changed(change_between(whole, "2023", "2025")).df


def test_a_break_without_a_mark_is_a_break() -> None:
    assert change_between(broken(), "2022", "2023") == Break("2022", "2023")


def test_marks_of_versions_that_no_wave_used_lead_over_the_break() -> None:
    first, second, noted = mark("TOE01@1", "TOE01@2"), mark("TOE01@2", "TOE01"), mark("TOE01", "TOE01")
    assert change_between(broken(second, noted, first), "2022", "2023") == Break("2022", "2023", (first, second))


def test_a_series_without_breaks_is_one_piece() -> None:
    (piece,) = published(60.0, 64.0).pieces()
    assert piece.timeline.waves == years(2).waves
    assert years(3).first_break(slice(None)) is None


def test_waves_that_do_not_go_on_in_time_are_a_mistake_of_ours() -> None:
    with pytest.raises(AssertionError, match="go on in time"):
        Timeline((Wave("2022", 2022), Wave("2021", 2021)))


def test_an_empty_contrast_rests_on_nobody() -> None:
    assert published(60.0, 64.0).basis(np.zeros(2)).df == 0
