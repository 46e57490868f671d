"""What changed in persons from one wave of a series to a later one, as pages show it. No figure about fewer persons than the floor.

A change is no effect: nobody knows what would have happened to the same people otherwise. Only sealed waves count, so that a figure
that was shown never moves by the answers of one more person.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

# The group of all activities together.
TOGETHER: Final = ""
# Why a figure is not shown, besides the reasons of `analysis.results.NotEstimable`.
FEW: Final = "fewer_than_floor"
GIVES_AWAY: Final = "complement"
# What goes with intervals of 95 %.
_LEVEL: Final = 0.05


@dataclass(frozen=True, slots=True)
class Reliable:
    """Persons who changed by more than the error of measurement, upwards or downwards, and the others."""

    risen: int
    unchanged: int
    fallen: int


@dataclass(frozen=True, slots=True)
class Switched:
    """Persons who went from another answer to a positive one (`gained`) and back (`lost`); `p_value` of McNemar's test."""

    gained: int
    lost: int
    p_value: float

    @property
    def differs(self) -> bool:
        """Whether more went one way than the other than chance explains (5 %)."""
        return self.p_value < _LEVEL


@dataclass(frozen=True, slots=True)
class LeftByScore:
    """Persons with a low, middle or high score at the start: how many there were, and which share (0-1) has no later score."""

    started: int
    share: float


@dataclass(frozen=True, slots=True)
class Line:
    """The change of one score or question: later minus earlier, in points of 0-100, over `pairs` persons with both, with its 95 % interval.

    `p_adjusted`: of no change, for all lines of the group together. `reason`: why there is no figure. `size`: the change in standard
    deviations (Hedges' g), without a unit. `chosen_by_score`: the group began so high or low that part of the change may be regression to
    the mean. `left` by start score, and whether who left differed (`selective`); only where enough persons left and stayed.
    """

    indicator: str
    title: str
    is_theme: bool
    pairs: int = 0
    value: float = 0.0
    low: float = 0.0
    high: float = 0.0
    p_adjusted: float = 1.0
    reason: str = ""
    size: float | None = None
    reliable: Reliable | None = None
    switched: Switched | None = None
    chosen_by_score: bool = False
    left: tuple[LeftByScore, ...] = ()
    selective: bool = False

    @property
    def differs(self) -> bool:
        """Whether this is called a change: the interval carries it, also after the correction for many lines (5 %)."""
        return not self.reason and not self.low <= 0 <= self.high and self.p_adjusted < _LEVEL


@dataclass(frozen=True, slots=True)
class Group:
    """The persons of one activity (`TOGETHER`: of all). Of the `started` who answered and could be linked, `linked` answered later too.

    Both are None where fewer than the floor are linked, or where the number would give away another.
    """

    activity: str
    started: int | None
    linked: int | None
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """From one wave to a later one."""

    earlier: int
    later: int
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Wave:
    """A sealed wave of a series."""

    number: int
    round_id: int
    title: str
    opens_on: date
    closes_on: date


@dataclass(frozen=True, slots=True)
class RefusedByPolicy:
    """The disclosure policy forbids figures by who gives the support, under this law ("" for a questionnaire that names none)."""

    law: str


@dataclass(frozen=True, slots=True)
class SeriesChanges:
    """What changed in the persons of a series. `partners`: who carries out an activity. `waiting`: waves that are not sealed yet.

    `closed_to_partners`: the policy forbids figures by who gives the support under a law of this series. For who carries an activity out
    its group is such a figure, also where the municipality made the groups of something else.
    """

    name: str
    floor: int
    waves: tuple[Wave, ...]
    waiting: tuple[int, ...]
    partners: Mapping[str, str]
    steps: tuple[Step, ...]
    closed_to_partners: RefusedByPolicy | None = None

    def only(self, activities: Collection[str]) -> SeriesChanges | RefusedByPolicy:
        """Return what somebody may see who carries out these activities: nothing of others, and nothing of all together."""
        if self.closed_to_partners is not None:
            return self.closed_to_partners
        steps = (
            replace(step, groups=tuple(one for one in step.groups if one.activity in activities)) for step in self.steps
        )
        partners = {name: partner for name, partner in self.partners.items() if name in activities}
        return replace(self, partners=partners, steps=tuple(steps))
