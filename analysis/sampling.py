"""Planning a sample: how many respondents, how they are divided over strata, and which change they can show.

Before fieldwork all of this rests on assumptions: a share of 0.5 is the most careful one, a spread comes from an earlier
measurement. Sizes are respondents, not letters: the expected response turns one into the other.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from questionnaires.problems import Problem

_FILE = "steekproefplan"
# What rounding may do to a size that is a whole number by its formula.
_FUZZ = 1e-9


@dataclass(frozen=True, slots=True)
class Conditions:
    """Under which a sample is drawn: the size of the `population` (infinite: endless), and the expected design effect."""

    population: float = math.inf
    deff: float = 1.0
    confidence: float = 0.95

    @property
    def z(self) -> float:
        """The two-sided quantile of the normal distribution."""
        return NormalDist().inv_cdf((1 + self.confidence) / 2)


SIMPLE = Conditions()


def respondents_for_share(margin: float, *, share: float = 0.5, conditions: Conditions = SIMPLE) -> int:
    """Return the respondents needed to know a share within ∓ `margin`; margin and share are fractions 0-1.

    n₀ = z²·p(1 − p)·deff/d²; n = n₀/(1 + (n₀ − 1)/N), rounded up and never above N.
    Source: Cochran (1977), Sampling Techniques, section 4.4; design effect: Kish (1965), Survey Sampling, section 8.2.

    >>> respondents_for_share(0.05), respondents_for_share(0.05, conditions=Conditions(population=600))
    (385, 235)
    """
    endless = conditions.z**2 * share * (1 - share) * conditions.deff / margin**2
    return _whole(endless / (1 + (endless - 1) / conditions.population), conditions.population)


def respondents_for_mean(margin: float, spread: float, *, conditions: Conditions = SIMPLE) -> int:
    """Return the respondents needed to know a mean within ∓ `margin`; `spread` is the expected variance s².

    n₀ = z²·s²·deff/d²; n = n₀/(1 + n₀/N), rounded up and never above N. The margin has the unit of the mean.
    Source: Cochran (1977), Sampling Techniques, section 4.6.

    >>> respondents_for_mean(2.0, 400.0), respondents_for_mean(2.0, 400.0, conditions=Conditions(population=600))
    (385, 235)
    """
    endless = conditions.z**2 * spread * conditions.deff / margin**2
    return _whole(endless / (1 + endless / conditions.population), conditions.population)


def margin_of_share(n: int, *, share: float = 0.5, conditions: Conditions = SIMPLE) -> float:
    """Return the margin d (a fraction 0-1) that n respondents give: z·√(p(1 − p)·deff/n·(N − n)/(N − 1)).

    Source: Cochran (1977), Sampling Techniques, section 3.2.

    >>> round(margin_of_share(385), 4), round(margin_of_share(235, conditions=Conditions(population=600)), 4)
    (0.0499, 0.0499)
    """
    population = conditions.population
    left = 1.0 if math.isinf(population) else (population - n) / max(population - 1, 1)
    return conditions.z * math.sqrt(share * (1 - share) * conditions.deff / n * left)


def margin_of_mean(n: int, spread: float, *, conditions: Conditions = SIMPLE) -> float:
    """Return the margin d (in the unit of the mean) that n respondents give: z·√(s²·deff/n·(1 − n/N)).

    Source: Cochran (1977), Sampling Techniques, section 2.6.

    >>> round(margin_of_mean(100, 400.0), 2)
    3.92
    """
    return conditions.z * math.sqrt(spread * conditions.deff / n * (1 - n / conditions.population))


@dataclass(frozen=True, slots=True)
class Fieldwork:
    """Whom to invite: `invited` clients, and the `respondents` to expect of them. Not `enough` when all are invited."""

    invited: int
    respondents: float
    enough: bool


def invitations_for(respondents: int, response: float, *, population: float = math.inf) -> Fieldwork:
    """Return how many clients to invite for a number of respondents, at an expected `response` above 0 and up to 1.

    respondents/response, rounded up and never above the population. Source: Cochran (1977), section 13.6 (planning for
    non-response); response as in AAPOR (2023), Standard Definitions, RR1.

    >>> invitations_for(235, 0.3, population=600)
    Fieldwork(invited=600, respondents=180.0, enough=False)
    """
    invited = _whole(respondents / response, population)
    expected = invited * response
    return Fieldwork(invited, expected, enough=expected >= respondents - _FUZZ)


def allocate(
    n: int,
    populations: NDArray[np.int64],
    *,
    spreads: NDArray[np.float64] | None = None,
    minimum: int | NDArray[np.int64] = 0,
) -> tuple[int, ...] | tuple[Problem, ...]:
    """Return how many of n to draw in each stratum: whole numbers that add up to n, none above its population.

    Proportional to N_h, or with `spreads` (the expected standard deviations S_h) to N_h·S_h, which gives the whole the
    smallest variance. A stratum gets at least `minimum` (one for all, or one each), or everyone when it has fewer clients.
    Parts go to the largest remainders. What is impossible comes back as problems.
    Source: Neyman (1934), JRSS 97, 558-625; Cochran (1977), Sampling Techniques, sections 5.5 and 5.9.

    >>> allocate(50, np.array([100, 300, 600]))
    (5, 15, 30)
    >>> allocate(50, np.array([100, 300, 600]), spreads=np.array([3.0, 1.0, 1.0]), minimum=10)
    (13, 12, 25)
    """
    least = np.minimum(minimum, populations)
    problems = tuple(_allocation_problems(n, int(populations.sum()), int(least.sum())))
    if problems:
        return problems
    size = populations * (np.ones(populations.shape) if spreads is None else spreads)
    if not (size > 0).any():
        size = populations.astype(np.float64)
    # A stratum in which all are expected to answer alike is only drawn from once the others are full.
    size = np.maximum(size, populations * size.max() * _FUZZ)
    return tuple(_rounded(_filled(n, size, least, populations), n, populations).tolist())


@dataclass(frozen=True, slots=True)
class Repetition:
    """How two measurements hang together.

    `part` 0-1 of the smaller one takes part in both (0: separate samples, 1: a panel), with this `correlation` between
    the two answers of one person; `deff` is the design effect of each measurement.
    """

    part: float = 0.0
    correlation: float = 0.0
    deff: float = 1.0


SEPARATE = Repetition()


@dataclass(frozen=True, slots=True)
class TwoWaves:
    """Respondents of two measurements."""

    first: int
    second: int
    repetition: Repetition = SEPARATE

    def standard_error(self, spread: float) -> float:
        """Return the standard error of the change of a mean: √(deff·s²·(1/n₁ + 1/n₂ − 2·ρ·n₁₂/(n₁n₂))).

        `spread` is the variance s² within each measurement, p(1 − p) for a share. Without a finite population: it is
        the service that changes. Source: Kish (1965), Survey Sampling, section 12.4.

        >>> TwoWaves(100, 100).standard_error(400.0).__round__(3)
        2.828
        >>> TwoWaves(100, 100, Repetition(part=1.0, correlation=0.75)).standard_error(400.0).__round__(3)
        1.414
        """
        both = self.repetition.part * min(self.first, self.second)
        overlap = 2 * self.repetition.correlation * both / (self.first * self.second)
        return math.sqrt(self.repetition.deff * spread * (1 / self.first + 1 / self.second - overlap))


def power_to_detect(change: float, spread: float, waves: TwoWaves, *, confidence: float = 0.95) -> float:
    """Return the chance 0-1 that a true `change` shows as significant, two-sided.

    Φ(|δ|/SE − z) + Φ(−|δ|/SE − z). Source: Cohen (1988), Statistical Power Analysis, chapter 2, with normal quantiles.

    >>> round(power_to_detect(5.0, 400.0, TwoWaves(251, 251)), 3)
    0.8
    """
    z, distance = NormalDist().inv_cdf((1 + confidence) / 2), abs(change) / waves.standard_error(spread)
    normal = NormalDist()
    return normal.cdf(distance - z) + normal.cdf(-distance - z)


def detectable_change(spread: float, waves: TwoWaves, *, power: float = 0.8, confidence: float = 0.95) -> float:
    """Return the smallest true change that shows as significant with a chance of `power`: (z_α + z_β)·SE.

    In the unit of the mean. The chance of significance in the wrong direction, below 1 in 10,000 for powers from 0.5, is left out.
    Source: Bloom (1995), Evaluation Review 19, 547-556 (minimum detectable effect).

    >>> round(detectable_change(400.0, TwoWaves(251, 251)), 2)
    5.0
    """
    normal = NormalDist()
    factor = normal.inv_cdf((1 + confidence) / 2) + normal.inv_cdf(power)
    return factor * waves.standard_error(spread)


def respondents_for_change(
    change: float, spread: float, *, repetition: Repetition = SEPARATE, power: float = 0.8, confidence: float = 0.95
) -> int:
    """Return the respondents needed in each of two equally large measurements to show a true `change`.

    n = 2·deff·s²·(1 − ρ·π)·((z_α + z_β)/δ)², π the part that takes part in both.
    Source: Kish (1965), Survey Sampling, section 12.4; Cohen (1988), Statistical Power Analysis, chapter 2.

    >>> respondents_for_change(5.0, 400.0)
    252
    >>> respondents_for_change(5.0, 400.0, repetition=Repetition(part=0.5, correlation=0.6))
    176
    """
    of_one = detectable_change(spread, TwoWaves(1, 1, repetition), power=power, confidence=confidence)
    return _whole((of_one / change) ** 2, math.inf)


def _whole(size: float, population: float) -> int:
    return int(min(max(math.ceil(size - _FUZZ), 1), population))


def _allocation_problems(n: int, population: int, least: int) -> list[Problem]:
    problems = []
    if n > population:
        cause = f"De steekproef van {n} is groter dan de {population} cliënten van alle strata samen."
        problems.append(Problem(_FILE, 1, "n", "A87", cause, f"Kies hoogstens {population}, of nodig iedereen uit."))
    if n < least:
        cause = f"Met het minimum per stratum zijn er samen {least} nodig, maar de steekproef is {n}."
        cure = "Maak de steekproef groter of het minimum kleiner."
        problems.append(Problem(_FILE, 1, "minimum", "A88", cause, cure))
    return problems


def _filled(
    n: int, size: NDArray[np.float64], least: NDArray[np.int64], most: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return parts of n in proportion to `size`, but between `least` and `most`: λ·size, with λ found by halving."""
    low, high = 0.0, float(np.divide(most, size, out=np.zeros(size.shape), where=size > 0).max(initial=0.0))
    middle = (low + high) / 2
    while low < middle < high:
        enough = np.clip(middle * size, least, most).sum() >= n
        low, high = (low, middle) if enough else (middle, high)
        middle = (low + high) / 2
    parts: NDArray[np.float64] = np.clip(high * size, least, most)
    return parts


def _rounded(parts: NDArray[np.float64], n: int, most: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return whole numbers that add up to n: each part rounded down, and one more for the largest remainders."""
    down = np.floor(parts + _FUZZ).astype(np.int64)
    remainder = np.where(down < most, parts - down, -1.0)
    order = np.argsort(-remainder, kind="stable")
    down[order[: n - int(down.sum())]] += 1
    return down
