"""Whether a reminder is needed, where, and what it may bring: from how the first letter is dying away.

A plan for people, no estimate of a result: it rests on the days that were seen and on one rule of thumb (`FADING`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.results import NotEstimable

# What a reminder brings among those who are left, as a part of what the first letter brought. A rule of thumb.
FADING = 0.5
# Fewer show no pattern over the days.
_FEWEST = 10
_SHORTEST = 4
_HALVINGS = 200


@dataclass(frozen=True, slots=True)
class Decay:
    """How answers die away from the busiest day on: each day brings `daily` (0-1) of the day before.

    `busiest`: its place among the days, from 0. `to_come`: answers that are still to be expected without a reminder.
    `half_life`: days in which the number of answers a day halves.
    """

    busiest: int
    daily: float
    to_come: float

    @property
    def half_life(self) -> float:
        """Days in which the number of answers a day halves."""
        return math.log(0.5) / math.log(self.daily) if self.daily else 0.0


@dataclass(frozen=True, slots=True)
class FollowedStratum:
    """How far a stratum is. `reachable`: those who did not answer or refuse, and can get a reminder. `wanted`: respondents."""

    name: str
    invited: int
    respondents: int
    reachable: int
    wanted: float


@dataclass(frozen=True, slots=True)
class ReminderAdvice:
    """What to expect of a stratum: respondents in the end `without` a reminder, and how many more `gain` a reminder brings."""

    name: str
    wanted: float
    without: float
    gain: float

    @property
    def lags(self) -> bool:
        """Whether fewer people will answer than are needed, when nothing is done."""
        return self.without < self.wanted

    @property
    def suffices(self) -> bool:
        """Whether a reminder brings enough."""
        return self.without + self.gain >= self.wanted


def fit_decay(by_day: Sequence[int]) -> Decay | NotEstimable:
    """Return how answers die away, from the numbers of answers by day since the letter; the last day must be whole.

    From the busiest day on, over T days, the number of answers is taken to fall by the factor q a day. q is the maximum
    likelihood estimate of a geometric distribution cut off at T: the mean day is q/(1 − q) − T·q^T/(1 − q^T). Still to come:
    r·q^T/(1 − q^T) for r answers since. Not estimable with fewer than 10 answers or 4 days since the busiest one, or when
    answers do not become fewer.
    Source: Johnson, Kemp & Kotz (2005), Univariate Discrete Distributions, section 5.2 (geometric, truncated).

    >>> decay = fit_decay([2, 80, 40, 20, 10])
    >>> decay.busiest, round(decay.daily, 3), round(decay.to_come, 1), round(decay.half_life, 2)
    (1, 0.5, 10.0, 1.0)
    """
    busiest = max(range(len(by_day)), key=by_day.__getitem__, default=0)
    since = by_day[busiest:]
    answers, days = sum(since), len(since)
    if answers < _FEWEST or days < _SHORTEST:
        return NotEstimable("too_few_answers", answers)
    mean = sum(day * number for day, number in enumerate(since)) / answers
    if mean >= (days - 1) / 2:
        return NotEstimable("no_decay", answers)
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if _mean_day(middle, days) > mean else (middle, high)
    left: float = high**days
    return Decay(busiest, high, answers * left / (1 - left))


def advise_reminders(
    strata: Sequence[FollowedStratum], decay: Decay | NotEstimable, *, fading: float = FADING
) -> tuple[ReminderAdvice, ...]:
    """Return for each stratum what to expect without a reminder and what a reminder may bring, in the order given.

    What is still to come is divided over the strata as the answers until now were: without = r_h·(1 + to come/r). A reminder
    brings `fading` times what the first letter brought, of those who are left: gain = fading·without/n_h·(reachable − what
    is still to come there). When nothing is known of what is to come, it is taken to be nothing.
    Source: Dillman, Smyth & Christian (2014), Internet, Phone, Mail, and Mixed-Mode Surveys, 4th edition, chapters 9 and
    10, for falling returns of each contact; the factor ½ is our rule of thumb.

    >>> left_behind = FollowedStratum("Vervoer", invited=100, respondents=18, reachable=80, wanted=30)
    >>> [advice] = advise_reminders([left_behind], Decay(busiest=1, daily=0.5, to_come=2.0))
    >>> advice.without, round(advice.gain, 1), advice.lags, advice.suffices
    (20.0, 7.8, True, False)
    """
    answers = sum(it.respondents for it in strata)
    more = 0.0 if isinstance(decay, NotEstimable) or not answers else decay.to_come / answers
    return tuple(_advised(it, min(it.respondents * more, it.reachable), fading) for it in strata)


def _advised(stratum: FollowedStratum, to_come: float, fading: float) -> ReminderAdvice:
    without = stratum.respondents + to_come
    brought = without / stratum.invited if stratum.invited else 0.0
    return ReminderAdvice(stratum.name, stratum.wanted, without, fading * brought * (stratum.reachable - to_come))


def _mean_day(daily: float, days: int) -> float:
    """Return the mean day of answers that fall by a factor between 0 and 1, over so many days."""
    weights = [daily**day for day in range(days)]
    return sum(day * weight for day, weight in enumerate(weights)) / sum(weights)
