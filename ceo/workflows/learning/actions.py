"""What a municipality does about a result: who, before when, and which figure should move."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlmodel import col, select

from ceo.storage.database import Database
from ceo.storage.dialogues import Action, Dialogue
from ceo.storage.goals import Goal
from ceo.storage.tenancy import tenant_reading
from ceo.workflows.learning.results import Result
from ceo.workflows.learning.rows import By, Kept, add_row, change_row


class ActionState(StrEnum):
    """How far an action is."""

    OPEN = "open"
    DONE = "done"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Planned:
    """What staff decide about an action. `baseline` is the figure of the indicator that should move, as it is now; None without one."""

    title: str
    text: str
    owner: str
    due_on: date
    baseline: Result | None
    dialogue_id: str | None = None
    goal_id: str | None = None


async def add_action(database: Database, planned: Planned, by: By, *, row_id: str = "") -> str:
    """Add an action; return its id: `row_id` when that is given. The dialogue and the goal are of this municipality."""
    row = Action(
        municipality=by.municipality,
        id=row_id or uuid.uuid4().hex,
        state=ActionState.OPEN.value,
        made_by=by.actor,
        made_at=by.now,
        **_values(planned),
    )
    return await add_row(database, row, by)


async def find_action(database: Database, municipality: str, action_id: str) -> Action | None:
    """Return an action of a municipality; None when it has no such action."""
    async with tenant_reading(database, municipality) as session:
        return await session.get(Action, action_id)


async def keep_action(database: Database, action_id: str, planned: Planned, by: By, *, seen: int) -> Kept:
    """Change an action, unless somebody else did meanwhile."""
    return await change_row(database, Action, action_id, by, seen=seen, values=_values(planned), what="changed")


async def end_action(
    database: Database, action_id: str, state: ActionState, because: str, by: By, *, seen: int, today: date
) -> Kept:
    """Say that an action is done, or stopped and why."""
    values = {"state": state.value, "ended_on": today, "ended_because": because}
    return await change_row(database, Action, action_id, by, seen=seen, values=values, what=state.value)


async def reopen_action(database: Database, action_id: str, by: By, *, seen: int) -> Kept:
    """Take an action up again: it is neither done nor stopped."""
    values = {"state": ActionState.OPEN.value, "ended_on": None, "ended_because": ""}
    return await change_row(database, Action, action_id, by, seen=seen, values=values, what="reopened")


async def actions_on(
    database: Database, municipality: str, *, dialogue_id: str | None = None, goal_id: str | None = None
) -> tuple[Action, ...]:
    """Return the actions that came from a dialogue, or that serve a goal, in the order of their days."""
    hung = col(Action.dialogue_id) == dialogue_id if dialogue_id is not None else col(Action.goal_id) == goal_id
    async with tenant_reading(database, municipality) as session:
        rows = await session.exec(select(Action).where(hung).order_by(col(Action.due_on), col(Action.id)))
        return tuple(rows)


async def where_from(
    database: Database, municipality: str, dialogue_id: str | None, goal_id: str | None
) -> tuple[Dialogue | None, Goal | None]:
    """Return the dialogue and the goal of a municipality that an action names; None for each that is not there."""
    async with tenant_reading(database, municipality) as session:
        dialogue = await session.get(Dialogue, dialogue_id) if dialogue_id else None
        goal = await session.get(Goal, goal_id) if goal_id else None
    return dialogue, goal


def baseline_of(row: Action | Goal) -> Result | None:
    """Return the figure that an action or a goal started from."""
    return None if row.baseline is None else Result.model_validate(row.baseline)


def _values(planned: Planned) -> dict[str, Any]:
    baseline = planned.baseline
    return {
        "title": planned.title,
        "text": planned.text,
        "owner": planned.owner,
        "due_on": planned.due_on,
        "core": None if baseline is None else baseline.core,
        "indicator": None if baseline is None else baseline.indicator,
        "baseline": None if baseline is None else baseline.model_dump(mode="json"),
        "dialogue_id": planned.dialogue_id,
        "goal_id": planned.goal_id,
    }
