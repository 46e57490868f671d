"""What is decided about a sample, and the plan that follows from it and from the list: what people see before they draw."""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from ceo.storage.clients import SamplingFrame
from ceo.storage.database import Database
from ceo.storage.tenancy import tenant_reading
from ceo.workflows.frames.stratifying import (
    MOST_STRATA,
    Stratification,
    StratifyBy,
    can_be_drawn,
    count_names,
    is_about_youth,
    stratify,
)

# Below the first number of respondents nothing is shown of a group, below the second only with a reservation.
NEVER_SHOWN: Final = 10
HARDLY_SHOWN: Final = 30


class SampleDesign(BaseModel):
    """How to draw. Without `invited` and `margin` everybody is drawn (a census); at most one of them is given.

    `response`: the share 0-1 that is expected to answer. `minimum`: respondents to expect in each group at least. `reserve`: for each
    person who is drawn, as a share. `margin`: of a share of all clients, 0-1. `letter_price` in euros.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    stratify_by: StratifyBy = StratifyBy.NONE
    invited: int | None = Field(default=None, ge=1)
    margin: float | None = Field(default=None, gt=0, lt=1)
    allocation: Literal["proportional", "equal", "power"] = "proportional"
    response: float = Field(default=0.35, gt=0, le=1)
    minimum: int = Field(default=0, ge=0)
    reserve: float = Field(default=0.0, ge=0, le=1)
    letter_price: float = Field(default=0.0, ge=0)
    reminders: int = Field(default=0, ge=0)


class Refusal(StrEnum):
    """Why there is no plan, or no draw. The page has words for each; a job that fails has them as its fault."""

    NO_FRAME = "no-frame"
    NOBODY = "nobody-to-draw"
    TOO_MANY_STRATA = "too-many-strata"
    PROVIDER_OF_YOUTH = "provider-of-youth"  # never broken down so: families would be recognised
    MORE_THAN_THERE_ARE = "more-than-there-are"
    LESS_THAN_MINIMUM = "less-than-minimum"
    FRAME_CHANGED = "frame-changed"
    LIST_IS_LOADING = "list-is-loading"
    DRAWN_BEFORE = "drawn-before"
    INVITED_BEFORE = "invited-before"
    ROUND_OVER = "round-over"
    NOT_DRAWN = "not-drawn"


@dataclass(frozen=True, slots=True)
class PlannedPart:
    """One group: how many clients, whom to invite, and what to expect. `margin` 0-1; None when nobody is expected to answer."""

    name: str
    population: int
    invited: int
    reserve: int
    respondents: float
    margin: float | None

    @property
    def never_shown(self) -> bool:
        """Whether too few people will answer to show anything."""
        return self.respondents < NEVER_SHOWN

    @property
    def hardly_shown(self) -> bool:
        """Whether so few people will answer that figures need a reservation."""
        return NEVER_SHOWN <= self.respondents < HARDLY_SHOWN


@dataclass(frozen=True, slots=True)
class DrawingPlan:
    """What a design does with the list that is there now. `deff`: what dividing unevenly costs; 1 is nothing. `cost` in euros."""

    design: SampleDesign
    frame_digest: str
    parts: tuple[PlannedPart, ...]
    merged: tuple[str, ...]
    margin: float | None
    deff: float | None
    enough: bool
    letters: int
    cost: float

    @property
    def population(self) -> int:
        """The number of clients who can be drawn."""
        return sum(part.population for part in self.parts)

    @property
    def invited(self) -> int:
        """The number of clients to invite."""
        return sum(part.invited for part in self.parts)

    @property
    def reserve(self) -> int:
        """The number of clients in reserve."""
        return sum(part.reserve for part in self.parts)

    @property
    def respondents(self) -> float:
        """The number of respondents to expect."""
        return sum(part.respondents for part in self.parts)

    def numbers(self) -> dict[str, list[int]]:
        """Return for each group how many clients there are, are drawn, and are in reserve: what a draw keeps to."""
        return {part.name: [part.population, part.invited, part.reserve] for part in self.parts}


async def plan_drawing(
    database: Database, municipality: str, round_id: int, design: SampleDesign
) -> DrawingPlan | Refusal:
    """Return what a design does with the list of a round, or why it cannot be done. Nothing is drawn."""
    async with tenant_reading(database, municipality) as session:
        frame = await session.get(SamplingFrame, round_id)
        if frame is None:
            return Refusal.NO_FRAME
        if design.stratify_by is StratifyBy.PROVIDER and await is_about_youth(session, round_id):
            return Refusal.PROVIDER_OF_YOUTH
        counts = await count_names(session, design.stratify_by, can_be_drawn(round_id))
    if not counts:
        return Refusal.NOBODY
    strata = stratify(design.stratify_by, counts)
    if len(strata.populations) > MOST_STRATA:
        return Refusal.TOO_MANY_STRATA
    return await asyncio.to_thread(_plan, design, strata, frame.digest)


def _plan(design: SampleDesign, strata: Stratification, frame_digest: str) -> DrawingPlan | Refusal:
    # Not at the top: the web process starts without numpy.
    from analysis.results import NotEstimable
    from analysis.sample_planning import Allocation, PlannedStratum, Prices, SamplePlan, plan_sample, weighting_effect

    plan = plan_sample(
        [PlannedStratum(name, number, design.response) for name, number in strata.populations.items()],
        invited=design.invited,
        margin=design.margin,
        allocation=Allocation(design.allocation),
        minimum=design.minimum,
        prices=Prices(design.letter_price, design.reminders),
    )
    if not isinstance(plan, SamplePlan):
        too_many = any(problem.code == "A87" for problem in plan)
        return Refusal.MORE_THAN_THERE_ARE if too_many else Refusal.LESS_THAN_MINIMUM

    def known(figure: float | NotEstimable) -> float | None:
        return None if isinstance(figure, NotEstimable) else figure

    parts = (
        PlannedPart(
            it.stratum.name,
            it.stratum.population,
            it.invited,
            min(math.ceil(it.invited * design.reserve), it.stratum.population - it.invited),
            it.respondents,
            known(it.margin),
        )
        for it in plan.strata
    )
    return DrawingPlan(
        design=design,
        frame_digest=frame_digest,
        parts=tuple(parts),
        merged=strata.merged,
        margin=known(plan.margin),
        deff=known(weighting_effect(plan.strata)),
        enough=plan.enough,
        letters=plan.letters,
        cost=plan.cost,
    )
