"""Agreement of readers on codes: published examples, and what holds for any readings."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.results import Interval, NotEstimable
from analysis.scales.kappa import Agreement, cohen_kappa, nominal_alpha

Pairs = list[tuple[int, int]]
readings = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=10, max_size=60)
# Diagnoses of two raters in Fleiss (1981), Statistical Methods for Rates and Proportions, 2nd edition, section 13.1.
FLEISS = np.array([[75, 1, 4], [5, 4, 1], [0, 0, 10]])


def read(table: Sequence[Sequence[int]] | np.ndarray) -> Pairs:
    return [(a, b) for a, row in enumerate(table) for b, count in enumerate(row) for _ in range(count)]


def kappa(pairs: Pairs) -> Agreement[int]:
    found = cohen_kappa(*zip(*pairs, strict=True))
    assert isinstance(found, Agreement)
    return found


def alpha(pairs: Pairs) -> Agreement[int]:
    found = nominal_alpha(pairs)
    assert isinstance(found, Agreement)
    return found


def error_of(found: Agreement[int]) -> float:
    return (found.interval.high - found.interval.low) / 2 / 1.959964


def test_kappa_equals_the_published_example() -> None:
    found = kappa(read(FLEISS))
    assert (found.value, found.observed, found.expected) == pytest.approx((0.6765, 0.89, 0.66), abs=1e-4)
    assert found.given == pytest.approx({0: 0.8, 1: 0.075, 2: 0.125})


def test_the_standard_error_is_that_of_the_delta_method() -> None:
    """An independent judge: derivatives of kappa by the cells, taken by small steps, with the covariance of shares."""

    def value(p: np.ndarray) -> float:
        p = p.reshape(3, 3) / p.sum()
        expected = p.sum(axis=1) @ p.sum(axis=0)
        return float((np.trace(p) - expected) / (1 - expected))

    p = FLEISS.ravel() / 100
    slope = np.array([(value(p + step) - value(p - step)) / 2e-6 for step in 1e-6 * np.eye(9)])
    variance = (slope**2 @ p - (slope @ p) ** 2) / 100
    assert error_of(kappa(read(FLEISS))) == pytest.approx(np.sqrt(variance), rel=1e-4)


def test_the_interval_holds_the_true_kappa_as_often_as_it_says_from_64_stories_on() -> None:
    rng = np.random.default_rng(3)
    p = np.array([[0.35, 0.1], [0.1, 0.45]])
    truth = kappa(read((1000 * p).round().astype(int))).value
    drawn = [kappa(read(rng.multinomial(64, p.ravel()).reshape(2, 2))) for _ in range(1500)]
    held = np.mean([it.interval.low <= truth <= it.interval.high for it in drawn])
    assert held == pytest.approx(0.95, abs=0.025)
    assert not any(it.rough for it in drawn)


@given(readings)
def test_kappa_is_the_same_for_readers_in_the_other_order_and_for_other_names_of_codes(pairs: Pairs) -> None:
    there = cohen_kappa(*zip(*pairs, strict=True))
    back = cohen_kappa(*zip(*((b, a) for a, b in pairs), strict=True))
    named = cohen_kappa(*zip(*(("xyz"[a], "xyz"[b]) for a, b in reversed(pairs)), strict=True))
    if isinstance(there, NotEstimable):
        assert (back, named) == (there, there)
        return
    for other in (back, named):
        assert isinstance(other, Agreement)
        assert (other.value, other.observed) == pytest.approx((there.value, there.observed))
        assert error_of(other) == pytest.approx(error_of(there), abs=1e-7)


@given(readings)
def test_agreement_lies_in_its_interval_and_no_further_than_complete(pairs: Pairs) -> None:
    for found in (cohen_kappa(*zip(*pairs, strict=True)), nominal_alpha(pairs)):
        if isinstance(found, Agreement):
            assert -1 <= found.interval.low <= found.value + 1e-12
            assert found.value - 1e-12 <= found.interval.high <= 1
            assert sum(found.given.values()) == pytest.approx(1)


def test_a_rare_code_that_readers_agree_on_by_chance_has_a_low_kappa_and_that_is_to_be_seen() -> None:
    found = kappa(read([[94, 3], [3, 0]]))
    assert found.value == pytest.approx(-0.031, abs=1e-3)
    assert (found.observed, found.given[1]) == pytest.approx((0.94, 0.03))


def test_a_code_that_was_seldom_given_has_a_rough_interval_however_many_stories_were_read() -> None:
    """True kappa 0.8, a code in one of ten stories: of 30 stories 61 % of the intervals hold it, of 64 about 86 %, of 200 about 93 %."""
    few, many = read([[56, 1], [1, 6]]), read([[176, 4], [4, 16]])
    for of in (kappa, alpha):
        assert of(few).rough
        assert not of(many).rough
    assert kappa(read([[40, 0], [0, 40]])).rough, "the point 1 says nothing of how often they would differ"
    assert alpha(read([[40, 0], [0, 40]])).rough


def test_a_reader_who_gave_all_stories_one_code_tells_nothing_and_it_is_said_why() -> None:
    """Kappa would be 0 with an interval from 0 to 0, with five differences of twenty as with ten."""
    for pairs in (read([[15, 5]]), read([[10, 10]]), read([[70, 0, 0], [20, 0, 0]])):
        for order in (pairs, [(b, a) for a, b in pairs]):
            assert cohen_kappa(*zip(*order, strict=True)) == NotEstimable("one_code_by_reader", len(pairs))


def test_complete_agreement_is_one_and_of_few_stories_a_rough_interval() -> None:
    found = kappa(read([[5, 0], [0, 5]]))
    assert (found.value, found.interval, found.rough) == (1.0, Interval(1.0, 1.0), True)


@pytest.mark.parametrize(
    ("pairs", "reason"), [(read([[5, 1], [1, 2]]), "too_few_stories"), (read([[12]]), "same_code")]
)
def test_few_stories_or_one_code_tell_nothing_of_agreement(pairs: Pairs, reason: str) -> None:
    assert cohen_kappa(*zip(*pairs, strict=True)) == NotEstimable(reason, len(pairs))
    assert nominal_alpha(pairs) == NotEstimable(reason, len(pairs))


@given(readings)
def test_for_two_readers_alpha_is_kappa_with_common_margins_but_for_its_correction(pairs: Pairs) -> None:
    """Krippendorff: α = 1 − (1 − π)(2n − 1)/(2n), π being Scott's pi."""
    found = nominal_alpha(pairs)
    if isinstance(found, Agreement):
        n = len(pairs)
        common = np.bincount(np.ravel(pairs)) / (2 * n)
        scott = 1 - np.mean([a != b for a, b in pairs]) / (1 - common @ common)
        assert found.value == pytest.approx(1 - (1 - scott) * (2 * n - 1) / (2 * n))


def test_a_story_that_alone_has_another_code_does_not_stop_the_interval() -> None:
    found = nominal_alpha([*["aa"] * 11, "ab"])
    assert isinstance(found, Agreement)
    assert found.interval.low < found.value < found.interval.high == 1.0
