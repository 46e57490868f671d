"""What changed in persons from one wave of a series to a later one, as pages show it. No figure about fewer persons than the floor.

A change is no effect: nobody knows what would have happened to the same people otherwise. Only sealed waves count, so that a figure
that was shown never moves by the answers of one more person.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from questionnaires.scales import Polarity

# The group of all activities together.
TOGETHER: Final = ""
# Why a figure is not shown, besides the reasons of `analysis.results.NotEstimable`.
FEW: Final = "fewer_than_floor"
GIVES_AWAY: Final = "complement"
# The results page shows no such figure of just as many people: with both, a reader would know what the few in between answered.
NOT_ON_PAGE: Final = "not_on_page"
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
    """Persons who went from another answer to a positive one (`gained`) and back (`lost`)."""

    gained: int
    lost: int


@dataclass(frozen=True, slots=True)
class LeftByScore:
    """Persons with a low, middle or high score at the start: how many there were, and which share (0-1) has no later score."""

    started: int
    share: float


@dataclass(frozen=True, slots=True)
class Line:
    """The change of one score or question: later minus earlier, in points of 0-100, over `pairs` persons with both, with its 95 % interval.

    `p_adjusted`: of no change, for all lines of the group together. `reason`: why there is no figure. `size`: the change in standard
    deviations (Hedges' g), without a unit; None for all activities together, where persons do not count alike. `polarity`: which way is
    better, as far as that is known. Of themes only: who `left` by start score, and two p-values for all themes of the group together,
    that these persons began as all others (`start_p`) and that who left began as who stayed (`left_p`). Only where enough persons are on
    either side, otherwise None.
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
    left: tuple[LeftByScore, ...] = ()
    start_p: float | None = None
    left_p: float | None = None
    polarity: Polarity = Polarity.NONE

    @property
    def differs(self) -> bool:
        """Whether this is called a change: the interval carries it, also after the correction for many lines (5 %)."""
        return not self.reason and not self.low <= 0 <= self.high and self.p_adjusted < _LEVEL

    @property
    def began_elsewhere(self) -> bool:
        """Whether these persons began higher or lower than all others: then a part of the change comes by itself (5 %)."""
        return self.start_p is not None and self.start_p < _LEVEL

    @property
    def selective(self) -> bool:
        """Whether who left began higher or lower than who stayed (5 %)."""
        return self.left_p is not None and self.left_p < _LEVEL


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
    """The disclosure policy forbids figures by who gives the support, under this law ("": neither questionnaire nor plan names one)."""

    law: str


@dataclass(frozen=True, slots=True)
class SeriesChanges:
    """What changed in the persons of a series. `partners`: who carries out an activity. `waiting`: waves that are not sealed yet.

    `closed_to_partners`: the policy forbids figures by who gives the support under a law of this series. For who carries an activity out
    its group is such a figure, also where the municipality made the groups of something else. `simulated`: in some wave no real person
    answered.
    """

    name: str
    floor: int
    waves: tuple[Wave, ...]
    waiting: tuple[int, ...]
    partners: Mapping[str, str]
    steps: tuple[Step, ...]
    closed_to_partners: RefusedByPolicy | None
    simulated: bool = False

    @property
    def has_total(self) -> bool:
        """Whether there is a change of all activities together."""
        return any(group.activity == TOGETHER for step in self.steps for group in step.groups)

    def only(self, activities: Collection[str]) -> SeriesChanges | RefusedByPolicy:
        """Return what somebody may see who carries out these activities: nothing of others, and nothing of all together."""
        if self.closed_to_partners is not None:
            return self.closed_to_partners
        steps = (
            replace(step, groups=tuple(one for one in step.groups if one.activity in activities)) for step in self.steps
        )
        partners = {name: partner for name, partner in self.partners.items() if name in activities}
        return replace(self, partners=partners, steps=tuple(steps))
