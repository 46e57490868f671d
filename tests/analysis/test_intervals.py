"""Intervals: what each one promises, and which one a share gets."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import rel_entr

from analysis.design import Stratum
from analysis.intervals import (
    METHODS,
    ShareIntervals,
    clopper_pearson_interval,
    hypergeometric_limit,
    korn_graubard_interval,
    likelihood_interval,
    logit_interval,
    share_intervals,
    t_interval,
    t_quantile,
    wilson_interval,
)
from analysis.results import Inference, Method


def load_coverage() -> ModuleType:
    """The benchmark beside the package."""
    spec = spec_from_file_location("coverage_of_intervals", Path(__file__).parents[2] / "benchmarks/coverage.py")
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


coverage = load_coverage()
shares = st.floats(0.01, 0.99)
sizes = st.integers(3, 500).map(float)
levels = st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99])

# As functions of share, effective number and confidence: the variance is p(1 − p)/n.
OF_SHARES: dict[str, Callable[[float, float, float], tuple[float, float]]] = {
    "logit": lambda p, n, level: logit_interval(*at(p, p * (1 - p) / n, n - 1), confidence=level),
    "korn_graubard": lambda p, n, level: korn_graubard_interval(*at(p, p * (1 - p) / n, n, n - 1), confidence=level),
    "likelihood": lambda p, n, level: likelihood_interval(*at(p, p * (1 - p) / n, n, n - 1), confidence=level),
    "wilson": lambda p, n, level: wilson_interval(*at(p, n), confidence=level),
    "clopper_pearson": lambda p, n, level: clopper_pearson_interval(*at(p, n), confidence=level),
}


def at(*numbers: float) -> list[np.ndarray]:
    return [np.array(number) for number in numbers]


@pytest.mark.parametrize("name", list(OF_SHARES))
@given(share=shares, n=sizes, level=levels)
def test_an_interval_of_a_share_holds_it_and_stays_between_0_and_1(
    name: str, share: float, n: float, level: float
) -> None:
    low, high = OF_SHARES[name](share, n, level)
    assert 0 <= low <= share + 1e-12
    assert share - 1e-12 <= high <= 1


@pytest.mark.parametrize("name", list(OF_SHARES))
@given(share=shares, n=sizes)
def test_more_confidence_is_a_wider_interval(name: str, share: float, n: float) -> None:
    inner, outer = (OF_SHARES[name](share, n, level) for level in (0.8, 0.95))
    assert outer[0] <= inner[0] + 1e-12
    assert inner[1] <= outer[1] + 1e-12


@given(share=shares, n=sizes, level=levels)
def test_at_the_ends_of_a_likelihood_interval_the_test_just_rejects(share: float, n: float, level: float) -> None:
    def deviance(other: float) -> float:
        return float(2 * (n - 1) * (rel_entr(share, other) + rel_entr(1 - share, 1 - other)))

    limit = float(t_quantile(np.array(n - 1), level)) ** 2
    for end in map(float, OF_SHARES["likelihood"](share, n, level)):
        step = 1e-6 * (end - share)
        beyond = min(max(end + step, 0.0), 1.0)
        assert deviance(end - step) <= limit
        assert deviance(beyond) >= limit or beyond in {0.0, 1.0}


@given(st.integers(1, 400), st.integers(1, 400), levels)
def test_a_hypergeometric_limit_is_the_last_number_that_may_be_missed(n: int, others: int, level: float) -> None:
    from scipy.stats import hypergeom

    population = n + others
    limit = hypergeometric_limit(*at(n, population), confidence=level)
    missed = round(float(limit) * population)
    assert hypergeom.pmf(0, population, missed, n) >= (1 - level) / 2 - 1e-9
    assert hypergeom.pmf(0, population, missed + 1, n) < (1 - level) / 2 + 1e-9


def test_a_hypergeometric_limit_comes_near_clopper_pearson_in_a_large_population() -> None:
    _, exact = clopper_pearson_interval(*at(0.0, 40.0))
    assert hypergeometric_limit(*at(40.0, 1e7)) == pytest.approx(float(exact), rel=1e-3)


@given(st.floats(-100, 100), st.floats(0, 100), st.floats(1, 1000))
def test_the_interval_of_a_mean_has_it_in_the_middle(value: float, variance: float, df: float) -> None:
    low, high = t_interval(*at(value, variance, df))
    assert (low + high) / 2 == pytest.approx(value, abs=1e-6)


def intervals_of(
    events: list[int], population: float = np.inf, inference: Inference = Inference.FINITE, confidence: float = 0.95
) -> ShareIntervals:
    """The interval of one sample, of which each stratum has ten respondents."""
    answers = np.concatenate([np.arange(10) < it for it in events]).astype(np.int8)[None]
    strata = tuple(Stratum(f"{place}", population=population) for place in range(len(events)))
    stratum = np.repeat(np.arange(len(events), dtype=np.int32), 10)
    estimates = coverage.estimates_of(coverage.Drawn(answers, strata, stratum, None, 0.0))
    return share_intervals(estimates, inference, confidence=confidence)


@pytest.mark.parametrize(
    ("events", "population", "method"),
    [
        ([10], 10.0, Method.CENSUS),
        ([4], 10.0, Method.CENSUS),
        ([0], 20.0, Method.HYPERGEOMETRIC),
        ([10], 20.0, Method.HYPERGEOMETRIC),
        ([0], np.inf, Method.CLOPPER_PEARSON),
        ([0, 0], 20.0, Method.CLOPPER_PEARSON),  # two strata are no simple random sample
        ([10, 0], 20.0, Method.CLOPPER_PEARSON),  # no variance within strata
        ([3], 20.0, Method.KORN_GRAUBARD),
        ([5], 20.0, Method.LOGIT),
    ],
)
def test_a_share_gets_the_interval_that_holds_for_it(events: list[int], population: float, method: Method) -> None:
    assert METHODS[intervals_of(events, population).method.item()] is method


def test_of_a_process_no_share_is_hypergeometric() -> None:
    found = intervals_of([0], 20.0, Inference.PROCESS)
    assert METHODS[found.method.item()] is Method.CLOPPER_PEARSON


def test_at_a_share_of_one_the_interval_is_that_at_zero_turned_round() -> None:
    none, all_of_them = intervals_of([0], 20.0), intervals_of([10], 20.0)
    assert (none.low.item(), all_of_them.high.item()) == (0, 1)
    assert all_of_them.low.item() == pytest.approx(1 - none.high.item())


@pytest.mark.parametrize("events", [[0], [10], [3], [5], [2, 9]])
def test_a_share_with_more_confidence_has_a_wider_interval(events: list[int]) -> None:
    narrow, wide = (intervals_of(events, 60.0, confidence=level) for level in (0.8, 0.99))
    assert wide.low.item() <= narrow.low.item()
    assert narrow.high.item() < wide.high.item() or narrow.high.item() == 1


def test_few_events_in_a_stratum_that_is_nearly_complete_do_not_make_an_interval_narrow() -> None:
    answers = np.zeros((1, 30), dtype=np.int8)
    answers[0, -1] = 1  # the only one, where 10 of 11 answered
    strata = (Stratum("a", population=80.0), Stratum("b", population=11.0))
    stratum = np.repeat(np.array([0, 1], dtype=np.int32), [20, 10])
    found = share_intervals(coverage.estimates_of(coverage.Drawn(answers, strata, stratum, None, 0.0)))
    assert METHODS[found.method.item()] is Method.KORN_GRAUBARD
    assert found.high.item() > 0.1  # without the limit on the effective number: 0.014


@pytest.mark.parametrize(
    ("population", "n", "share"),
    [
        ("Three strata with unequal response", 50, 0.02),
        ("Three strata with unequal response", 30, 0.9),
        ("Uneven weights", 50, 0.1),
        ("Small town: 60 % of all clients answered", 15, 0.1),
        ("Endless population, equal weights", 15, 0.02),
    ],
)
def test_the_engines_interval_holds_the_share_where_others_fail(population: str, n: int, share: float) -> None:
    row = coverage.measure(population, n, share, draws=2000)
    assert row.coverage[0] > 0.935
    assert min(row.coverage[1:]) < 0.9


def test_a_page_of_coverage_has_a_line_for_every_share_and_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coverage, "SHARES", (0.1,))
    monkeypatch.setattr(coverage, "SIZES", (15,))
    lines = [line for line in coverage.page(1) if line.startswith("| 0.")]
    assert len(lines) == len(coverage.POPULATIONS)
