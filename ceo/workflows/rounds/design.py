"""What a municipality decides about a round before anybody is invited, in the order of the guidance for client-experience surveys.

First what it wants to know and who will use that, then the moment, the target group, the method, and how it is carried out.
Source of the order: VNG, handreiking cliëntervaringsonderzoek (five steps); the words here are our own.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from analysis.policy import DisclosurePolicy
from questionnaires.modules import Act

LEAST_FLOOR: Final = DisclosurePolicy().floor
LARGEST_FLOOR: Final = 100
# In days after the last day of answering: time for late paper, and for questions of clients. The contact data of a round live no longer.
ERASE_AFTER: Final = 60
ERASE_AT_LAST: Final = 365


class Step(StrEnum):
    """The steps of a plan, in their order."""

    AIM = "weten"
    MOMENT = "moment"
    TARGET = "doelgroep"
    METHOD = "methode"
    EXECUTION = "uitvoering"


class Moment(StrEnum):
    """When people are asked."""

    ONCE = "once"
    PERIODIC = "periodic"  # the same question every year, for instance
    CONTINUOUS = "continuous"  # new clients come in while the round goes on
    EVENT = "event"  # some time after something happened to each client


# In these, new people come in while others answer.
GOES_ON: Final = frozenset({Moment.CONTINUOUS, Moment.EVENT})


class Breakdown(StrEnum):
    """What the groups of a round are made of: the only thing about a client that goes along with the answers."""

    NONE = "none"
    ACT = "act"
    PRODUCT = "product"
    PROVIDER = "provider"
    NEIGHBOURHOOD = "neighbourhood"
    AGE_GROUP = "age-group"
    GRANTED = "granted"


class Design(BaseModel):
    """The plan of a round, as far as it was made. What stands in the round itself (days, promise, languages) is not repeated here.

    `every_months` of a periodic measurement; `delay_days` from the event, or from becoming a client, to the invitation. `by_list`: clients
    come from a list; otherwise codes are handed out. `floor`: no figure about fewer respondents. `done`: the steps that were kept.
    `partners`: who carries an activity out, by activity (a group of the round). `act`: the law under which that activity falls, as the
    municipality says it where the questionnaire names none. In a series of rounds, `series_check` tells a mistyped key of the municipality,
    and `asked_again` keeps how many of those who answered an earlier wave were asked again, by that round and group.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    aim: str = ""
    users: str = ""
    moment: Moment = Moment.ONCE
    every_months: Annotated[int, Field(ge=1, le=60)] = 12
    delay_days: Annotated[int, Field(ge=0, le=365)] = 42
    target: str = ""
    by_list: bool = True
    modes: tuple[str, ...] = ("web", "paper")
    breakdown: Breakdown = Breakdown.PRODUCT
    floor: Annotated[int, Field(ge=LEAST_FLOOR, le=LARGEST_FLOOR)] = LEAST_FLOOR
    reminders: Annotated[int, Field(ge=0, le=3)] = 1
    reminder_days: Annotated[int, Field(ge=5, le=60)] = 14
    partners: Mapping[str, str] = Field(default_factory=dict)
    act: Act | None = None
    series_check: str = ""
    asked_again: Mapping[str, Mapping[str, int]] = Field(default_factory=dict)
    done: tuple[Step, ...] = ()

    @property
    def left(self) -> tuple[Step, ...]:
        """Return the steps that nobody has kept yet, in their order."""
        return tuple(step for step in Step if step not in self.done)

    def with_step(self, step: Step) -> Design:
        """Return the plan with a step kept."""
        return self.model_copy(update={"done": tuple(one for one in Step if one in {*self.done, step})})


def law_of(act: Act | None, design: Design | None) -> Act | None:
    """Return the law of a round: that of its questionnaire (`act`), which always wins, or else that of its plan. None: nobody named one.

    >>> law_of("jeugdwet", Design(act="wmo")), law_of(None, Design(act="wmo")), law_of(None, Design()), law_of(None, None)
    ('jeugdwet', 'wmo', None, None)
    """
    return act or (design.act if design is not None else None)


def possible_breakdowns(act: Act | None) -> tuple[Breakdown, ...]:
    """Return what the groups of a round can be made of. Youth care is never broken down by provider: families would be recognised.

    While nobody named a law (None), what any law forbids cannot be chosen.

    >>> [Breakdown.PROVIDER in possible_breakdowns(act) for act in ("jeugdwet", "wmo", None)]
    [False, True, False]
    """
    from analysis.policy import shipped_policy

    rules = shipped_policy("municipality").forbidden
    forbidden = {rule.breakdown for rule in rules if act is None or rule.law in {act, None}}
    return tuple(one for one in Breakdown if one.value not in forbidden)
