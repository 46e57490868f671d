"""Following fieldwork: who answered and who did not, against the plan and against the list, and whether a reminder is needed.

In an anonymous round this knows who answered and never what. Everything is counted in the database, in the same few statements however
many people there are. Estimates come from `analysis`, which is imported when somebody looks.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from ceo.storage.contacts import Disposition, InvitationState
from ceo.storage.database import Database
from ceo.storage.tenancy import tenant_reading
from ceo.workflows.rounds.counting import TRAITS, Cell, Counted, Outcome, count_round

if TYPE_CHECKING:
    from analysis.reminding import Decay, ReminderAdvice
    from analysis.representativity import Representativity
    from analysis.response_composition import CategoryComparison
    from analysis.response_rates import Dispositions, Rate
    from analysis.results import NotEstimable

_CLOSED_TO_REMINDERS: Final = frozenset({InvitationState.COMPLETE.value, InvitationState.REFUSED.value})


@dataclass(frozen=True, slots=True)
class FollowedStratum:
    """One stratum: how many clients, how many are drawn, invited and have answered, and how many were expected to answer."""

    name: str
    population: int
    drawn: int
    invited: int
    answered: int
    expected: float
    cases: Dispositions
    advice: ReminderAdvice | None = None


@dataclass(frozen=True, slots=True)
class Following:
    """How the fieldwork of a round goes. What needs a list of clients is empty without one."""

    strata: tuple[FollowedStratum, ...]
    cases: Dispositions
    rates: Mapping[Rate, float | NotEstimable]
    modes: Mapping[str, int]
    languages: Mapping[str, int]
    days: tuple[tuple[date, int], ...]
    decay: Decay | NotEstimable
    composition: Mapping[str, tuple[CategoryComparison, ...]] = field(default_factory=dict)
    representativity: Representativity | NotEstimable | None = None

    @property
    def invited(self) -> int:
        """Return the number of people who were invited."""
        return sum(stratum.invited for stratum in self.strata)

    @property
    def answered(self) -> int:
        """Return the number of people who sent their answers."""
        return sum(stratum.answered for stratum in self.strata)

    @property
    def expected(self) -> float:
        """Return the number of people of whom an answer was expected by the plan."""
        return sum(stratum.expected for stratum in self.strata)


async def follow(database: Database, municipality: str, round_id: int, *, today: date) -> Following:
    """Return how the fieldwork of a round goes today."""
    async with tenant_reading(database, municipality) as session:
        counted = await count_round(session, round_id)
    return await asyncio.to_thread(reckon, counted, today=today)


def reckon(counted: Counted, *, today: date) -> Following:
    """Return what follows from what was counted; today itself is not over, so it shows in no pattern."""
    from analysis.reminding import FollowedStratum as Reminded
    from analysis.reminding import advise_reminders, fit_decay
    from analysis.response_rates import outcome_rates

    by_stratum: dict[str, list[Outcome]] = {name: [] for name in counted.populations}
    for outcome in counted.outcomes:
        by_stratum.setdefault(outcome.stratum, []).append(outcome)
    strata = [_stratum(name, outcomes, counted) for name, outcomes in sorted(by_stratum.items())]
    days = _without_gaps(counted.days)
    decay = fit_decay([number for day, number in days if day < today])
    advice = advise_reminders(
        [Reminded(it.name, it.invited, it.answered, _reachable(by_stratum[it.name]), it.expected) for it in strata],
        decay,
    )
    cases = cases_of(counted.outcomes)
    return Following(
        strata=tuple(_advised(stratum, one) for stratum, one in zip(strata, advice, strict=True)),
        cases=cases,
        rates=outcome_rates(cases),
        modes=counted.modes,
        languages=counted.languages,
        days=days,
        decay=decay,
        composition=_composition(counted.cells),
        representativity=_representativity(counted.cells),
    )


def cases_of(outcomes: Iterable[Outcome]) -> Dispositions:
    """Return the final dispositions in the terms of AAPOR, as they would be when fieldwork ended now.

    For people who were invited by name. Who began and did not send has broken off (R): such answers count nowhere. Of whom nothing came
    back it is unknown whether the letter was read by them (UH); a letter or mail that came back leaves open whether they still belong
    (UO). Who is not able, and who died after the draw, was reached (O).
    Source: AAPOR (2023), Standard Definitions, 10th edition, mail and internet surveys of specifically named persons.

    >>> found = cases_of([Outcome("", "complete", None, 30), Outcome("", "open", None, 60), Outcome("", "open", "undeliverable", 10)])
    >>> found.complete, found.unknown_household, found.unknown_other
    (30, 60, 10)
    """
    from analysis.response_rates import Dispositions

    numbers = Counter[str]()
    for outcome in outcomes:
        numbers[_case(outcome)] += outcome.number
    return Dispositions(**numbers)


_BY_DISPOSITION: Final[Mapping[str, str]] = {
    Disposition.UNDELIVERABLE: "unknown_other",
    Disposition.NOT_ABLE: "other",
    Disposition.DECEASED: "other",
    Disposition.NOT_ELIGIBLE: "not_eligible",
    Disposition.REFUSED_OTHERWISE: "refused",
}
_BY_STATE: Final[Mapping[str, str]] = {
    InvitationState.COMPLETE: "complete",
    InvitationState.REFUSED: "refused",
    InvitationState.STARTED: "refused",
    InvitationState.OPEN: "unknown_household",
}


def _case(outcome: Outcome) -> str:
    if outcome.state == InvitationState.COMPLETE or outcome.disposition is None:
        return _BY_STATE[outcome.state]
    return _BY_DISPOSITION[outcome.disposition]


def _stratum(name: str, outcomes: Sequence[Outcome], counted: Counted) -> FollowedStratum:
    invited = sum(it.number for it in outcomes)
    return FollowedStratum(
        name=name,
        population=counted.populations.get(name, 0),
        drawn=counted.drawn.get(name, 0),
        invited=invited,
        answered=sum(it.number for it in outcomes if it.state == InvitationState.COMPLETE),
        expected=max(counted.drawn.get(name, 0), invited) * counted.response,
        cases=cases_of(outcomes),
    )


def _advised(stratum: FollowedStratum, advice: ReminderAdvice) -> FollowedStratum:
    return FollowedStratum(
        stratum.name,
        stratum.population,
        stratum.drawn,
        stratum.invited,
        stratum.answered,
        stratum.expected,
        stratum.cases,
        advice,
    )


def _reachable(outcomes: Sequence[Outcome]) -> int:
    return sum(it.number for it in outcomes if it.state not in _CLOSED_TO_REMINDERS and it.disposition is None)


def _without_gaps(days: Mapping[date, int]) -> tuple[tuple[date, int], ...]:
    """Return every day from the first to the last on which somebody answered; on days between, nobody did."""
    if not days:
        return ()
    first, last = min(days), max(days)
    every = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return tuple((day, days.get(day, 0)) for day in every)


def _composition(cells: Sequence[Cell]) -> dict[str, tuple[CategoryComparison, ...]]:
    from analysis.response_composition import CategoryCount, compare_composition

    counts = {
        trait: [
            CategoryCount(cell.stratum, cell.traits[place], cell.population, cell.invited, cell.respondents)
            for cell in cells
            if cell.traits[place]
        ]
        for place, trait in enumerate(TRAITS)
    }
    return compare_composition({trait: found for trait, found in counts.items() if found})


def _representativity(cells: Sequence[Cell]) -> Representativity | NotEstimable | None:
    from analysis.representativity import AnsweringCell, r_indicator

    if not cells:
        return None
    return r_indicator(
        AnsweringCell((cell.stratum, *cell.traits), cell.population, cell.invited, cell.respondents) for cell in cells
    )
