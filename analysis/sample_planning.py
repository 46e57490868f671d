"""Planning a stratified sample before it is drawn: whom to invite, what to expect of them, and what it costs.

What is expected rests on an assumed response. It says nothing about who does not answer: a margin is what chance alone
leaves, and no margin shows how different the others would have been.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from analysis.results import NotEstimable
from analysis.sampling import SIMPLE, allocate
from questionnaires.problems import Problem

# What sums of floats may differ.
_FUZZ = 1e-9


class Allocation(StrEnum):
    """How invitations are divided over strata."""

    PROPORTIONAL = "proportional"  # as many of each hundred clients everywhere: the best for the whole
    EQUAL = "equal"  # as many everywhere: the best for comparing strata
    POWER = "power"  # in between, by the root of the number of clients
    NEYMAN = "neyman"  # more where answers are expected to differ more: the best for the whole when that is known


@dataclass(frozen=True, slots=True)
class PlannedStratum:
    """A stratum before the draw: how many clients, the `response` to expect (above 0, to 1), and the `share` to measure (0-1)."""

    name: str
    population: int
    response: float
    share: float = 0.5


@dataclass(frozen=True, slots=True)
class Prices:
    """What fieldwork costs: `letter` in euros, with paper and post, and how many `reminders` those get who do not answer."""

    letter: float = 0.0
    reminders: int = 0


NOTHING = Prices()


@dataclass(frozen=True, slots=True)
class StratumPlan:
    """How many to invite in a stratum, and what to expect of them."""

    stratum: PlannedStratum
    invited: int

    @property
    def respondents(self) -> float:
        """The number of respondents to expect."""
        return self.invited * self.stratum.response

    @property
    def margin(self) -> float | NotEstimable:
        """The margin of a share of the clients of this stratum, a fraction 0-1."""
        return margin_of_strata((self,))


@dataclass(frozen=True, slots=True)
class SamplePlan:
    """How many to invite in each stratum, and what to expect of all together. `wanted`: the margin that was asked for."""

    strata: tuple[StratumPlan, ...]
    wanted: float | None = None
    prices: Prices = NOTHING

    @property
    def population(self) -> int:
        """The number of clients."""
        return sum(it.stratum.population for it in self.strata)

    @property
    def invited(self) -> int:
        """The number of clients to invite."""
        return sum(it.invited for it in self.strata)

    @property
    def respondents(self) -> float:
        """The number of respondents to expect."""
        return sum(it.respondents for it in self.strata)

    @property
    def margin(self) -> float | NotEstimable:
        """The margin of a share of all clients, a fraction 0-1."""
        return margin_of_strata(self.strata)

    @property
    def enough(self) -> bool:
        """Whether the margin that was asked for is reached."""
        return self.wanted is None or _within(self.margin, self.wanted)

    @property
    def letters(self) -> int:
        """The number of letters, as if all who answer did so after the first one: no fewer will do, and no more are needed."""
        return self.invited + self.prices.reminders * math.ceil(self.invited - self.respondents - _FUZZ)

    @property
    def cost(self) -> float:
        """What the letters cost, in euros."""
        return self.letters * self.prices.letter


def plan_sample(
    strata: Sequence[PlannedStratum],
    *,
    invited: int | None = None,
    margin: float | None = None,
    allocation: Allocation = Allocation.PROPORTIONAL,
    minimum: int = 0,
    prices: Prices = NOTHING,
) -> SamplePlan | tuple[Problem, ...]:
    """Return a plan that invites `invited` clients, or as few as give the `margin` for all together; without both everybody.

    `minimum`: so many respondents are to be expected in each stratum, which takes ⌈minimum/response⌉ invitations there, or
    everybody. Of n_h invitations r_h = n_h·response_h respondents come. Invitations are divided in proportion to N_h, 1,
    √N_h (power) or N_h·√(p_h(1 − p_h)) (Neyman); see `allocate`. When everybody together does not give the margin, everybody
    is invited, and the plan is not `enough`. What cannot be planned comes back as problems.
    Source: Cochran (1977), Sampling Techniques, sections 5.5, 5.9 and 13.6; power allocation: Bankier (1988), The American
    Statistician 42, 174-177, with exponent ½.

    >>> strata = [PlannedStratum("Hulp", 900, 0.4), PlannedStratum("Vervoer", 100, 0.4)]
    >>> plan = plan_sample(strata, invited=500, minimum=30)
    >>> [(it.invited, it.respondents, round(it.margin, 3)) for it in plan.strata], round(plan.margin, 3)
    ([(425, 170.0, 0.068), (75, 30.0, 0.15)], 0.063)
    """
    assert invited is None or margin is None, "either the invitations or the margin decides"
    least = tuple(min(math.ceil(minimum / it.response - _FUZZ), it.population) for it in strata)
    everybody = sum(it.population for it in strata)
    if margin is None:
        return _planned(strata, everybody if invited is None else invited, allocation, least, prices=prices)
    low, high = sum(least), everybody
    while low < high:
        middle = (low + high) // 2
        tried = _planned(strata, middle, allocation, least)
        enough = isinstance(tried, SamplePlan) and _within(tried.margin, margin)
        low, high = (low, middle) if enough else (middle + 1, high)
    return _planned(strata, high, allocation, least, wanted=margin, prices=prices)


def margin_of_strata(strata: Sequence[StratumPlan]) -> float | NotEstimable:
    """Return the margin d (a fraction 0-1) of a share of all clients of these strata, weighted to their numbers N_h.

    z·√(Σ (N_h/N)²·p_h(1 − p_h)/r_h·(N_h − r_h)/(N_h − 1)), r_h the respondents to expect, z = 1.96. In one stratum this is
    `margin_of_share`. Not estimable when a stratum with clients has no respondents to expect.
    Source: Cochran (1977), Sampling Techniques, section 5.10; respondents instead of invitations as if those who answer
    were drawn at random within their stratum: Särndal, Swensson & Wretman (1992), section 15.6.

    >>> margin_of_strata([StratumPlan(PlannedStratum("Hulp", 600, 0.5), 470)]).__round__(4)
    0.0499
    """
    peopled = [it for it in strata if it.stratum.population]
    if not peopled or not all(it.respondents for it in peopled):
        return NotEstimable("no_respondents", 0)
    everybody = sum(it.stratum.population for it in peopled)
    variance = sum(
        (it.stratum.population / everybody * _standard_error(it.stratum, it.respondents)) ** 2 for it in peopled
    )
    return SIMPLE.z * math.sqrt(variance)


def weighting_effect(strata: Sequence[StratumPlan]) -> float | NotEstimable:
    """Return how much larger the variance of a share becomes by not answering in proportion to the clients: r·Σ (N_h/N)²/r_h.

    The design effect of weights N_h/r_h, 1 when all weights are equal; √deff is what the margin is multiplied by. Without
    fpc, and with the same spread in each stratum. Source: Kish (1965), Survey Sampling, section 11.7.

    >>> strata = [StratumPlan(PlannedStratum("Hulp", 900, 0.4), 250), StratumPlan(PlannedStratum("Vervoer", 100, 0.4), 250)]
    >>> round(weighting_effect(strata), 2)
    1.64
    """
    peopled = [it for it in strata if it.stratum.population]
    if not peopled or not all(it.respondents for it in peopled):
        return NotEstimable("no_respondents", 0)
    everybody = sum(it.stratum.population for it in peopled)
    respondents = sum(it.respondents for it in peopled)
    return respondents * sum((it.stratum.population / everybody) ** 2 / it.respondents for it in peopled)


def _planned(
    strata: Sequence[PlannedStratum],
    n: int,
    allocation: Allocation,
    least: Sequence[int],
    *,
    wanted: float | None = None,
    prices: Prices = NOTHING,
) -> SamplePlan | tuple[Problem, ...]:
    populations = np.array([it.population for it in strata], dtype=np.int64)
    spreads = np.array([_spread(it, allocation) for it in strata], dtype=np.float64)
    parts = allocate(n, populations, spreads=spreads, minimum=np.array(least, dtype=np.int64))
    problems = tuple(it for it in parts if isinstance(it, Problem))
    if problems:
        return problems
    numbers = (int(it) for it in parts if not isinstance(it, Problem))
    plans = tuple(StratumPlan(stratum, number) for stratum, number in zip(strata, numbers, strict=True))
    return SamplePlan(plans, wanted, prices)


def _spread(stratum: PlannedStratum, allocation: Allocation) -> float:
    """Return what the number of clients is multiplied by."""
    return {
        Allocation.PROPORTIONAL: 1.0,
        Allocation.EQUAL: 1 / max(stratum.population, 1),
        Allocation.POWER: 1 / math.sqrt(max(stratum.population, 1)),
        Allocation.NEYMAN: math.sqrt(stratum.share * (1 - stratum.share)),
    }[allocation]


def _standard_error(stratum: PlannedStratum, respondents: float) -> float:
    population = stratum.population
    left = (population - respondents) / max(population - 1, 1)
    return math.sqrt(stratum.share * (1 - stratum.share) / respondents * left)


def _within(margin: float | NotEstimable, wanted: float) -> bool:
    return not isinstance(margin, NotEstimable) and margin <= wanted + _FUZZ
