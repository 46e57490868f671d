"""Goals as a tree: an aim of the council, the indicators that tell whether it comes nearer, and what is done for each."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from sqlmodel import col, select

from ceo.storage.database import Database
from ceo.storage.goals import Goal
from ceo.storage.tenancy import tenant_reading
from ceo.workflows.learning.results import Result
from ceo.workflows.learning.rows import By, Kept, add_row, change_row
from questionnaires.scales import Polarity


class GoalKind(StrEnum):
    """What a node of the tree is. Each hangs on the one above it, so that a tree is three deep and never goes round."""

    AIM = "aim"
    INDICATOR = "indicator"
    MEASURE = "measure"


PARENTS: Final[Mapping[GoalKind, GoalKind | None]] = {
    GoalKind.AIM: None,
    GoalKind.INDICATOR: GoalKind.AIM,
    GoalKind.MEASURE: GoalKind.INDICATOR,
}
BELOW: Final = {parent: kind for kind, parent in PARENTS.items() if parent is not None}


class GoalState(StrEnum):
    """A goal counts until it is ended, and can be taken up again."""

    OPEN = "open"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Target:
    """What the figure should be on a day, in the unit of its indicator."""

    day: date
    value: float


@dataclass(frozen=True, slots=True)
class Wanted:
    """What staff write about a goal. Only of an indicator: `baseline`, `polarity`, `path` in the order of its days, and `tolerance`."""

    kind: GoalKind
    title: str
    parent_id: str | None = None
    text: str = ""
    owner: str = ""
    means: str = ""
    baseline: Result | None = None
    polarity: Polarity | None = None
    path: tuple[Target, ...] = ()
    tolerance: float = 0.0


@dataclass(frozen=True, slots=True)
class Node:
    """A goal with what hangs on it."""

    goal: Goal
    children: tuple[Node, ...]


async def read_goals(database: Database, municipality: str) -> tuple[Goal, ...]:
    """Return all goals of a municipality, in the order in which they were made."""
    async with tenant_reading(database, municipality) as session:
        return tuple(await session.exec(select(Goal).order_by(col(Goal.made_at), col(Goal.id))))


async def find_goal(database: Database, municipality: str, goal_id: str) -> Goal | None:
    """Return a goal of a municipality; None when it has no such goal."""
    async with tenant_reading(database, municipality) as session:
        return await session.get(Goal, goal_id)


async def add_goal(database: Database, wanted: Wanted, by: By, *, row_id: str = "") -> str:
    """Add a goal; return its id: `row_id` when that is given. Its parent is of the kind above it, and of this municipality."""
    row = Goal(
        municipality=by.municipality,
        id=row_id or uuid.uuid4().hex,
        kind=wanted.kind.value,
        state=GoalState.OPEN.value,
        made_by=by.actor,
        made_at=by.now,
        **_values(wanted),
    )
    return await add_row(database, row, by)


async def keep_goal(database: Database, goal_id: str, wanted: Wanted, by: By, *, seen: int) -> Kept:
    """Change a goal, unless somebody else did meanwhile. Its kind stays."""
    return await change_row(database, Goal, goal_id, by, seen=seen, values=_values(wanted), what="changed")


async def end_goal(database: Database, goal_id: str, because: str, by: By, *, seen: int, today: date) -> Kept:
    """Let a goal no longer count, and say why."""
    values = {"state": GoalState.ENDED.value, "ended_on": today, "ended_because": because}
    return await change_row(database, Goal, goal_id, by, seen=seen, values=values, what="ended")


async def reopen_goal(database: Database, goal_id: str, by: By, *, seen: int) -> Kept:
    """Take an ended goal up again."""
    values = {"state": GoalState.OPEN.value, "ended_on": None, "ended_because": ""}
    return await change_row(database, Goal, goal_id, by, seen=seen, values=values, what="reopened")


def possible_parents(goals: Iterable[Goal], kind: GoalKind) -> tuple[Goal, ...]:
    """Return the goals on which one of a kind may hang."""
    return tuple(goal for goal in goals if goal.kind == PARENTS[kind])


def tree_of(goals: Iterable[Goal]) -> tuple[Node, ...]:
    """Return goals as trees, each in the order in which they came."""
    below: dict[str | None, list[Goal]] = {}
    for goal in goals:
        below.setdefault(goal.parent_id, []).append(goal)

    def nodes(parent: str | None) -> tuple[Node, ...]:
        return tuple(Node(goal, nodes(goal.id)) for goal in below.get(parent, ()))

    return nodes(None)


def path_of(goal: Goal) -> tuple[Target, ...]:
    """Return the targets of a goal in the order of their days."""
    return tuple(Target(date.fromisoformat(one["day"]), float(one["value"])) for one in goal.path)


def _values(wanted: Wanted) -> dict[str, Any]:
    baseline = wanted.baseline
    return {
        "parent_id": wanted.parent_id,
        "title": wanted.title,
        "text": wanted.text,
        "owner": wanted.owner,
        "means": wanted.means,
        "core": None if baseline is None else baseline.core,
        "indicator": None if baseline is None else baseline.indicator,
        "polarity": wanted.polarity.value if wanted.polarity is not None else "",
        "baseline": None if baseline is None else baseline.model_dump(mode="json"),
        "path": [{"day": one.day.isoformat(), "value": one.value} for one in wanted.path],
        "tolerance": wanted.tolerance,
    }
