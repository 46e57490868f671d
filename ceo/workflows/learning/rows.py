"""Adding, changing and removing a row of the cycle: one transaction with its line in the record of what was done.

The record tells which fields changed and what was decided about days and states. What people wrote stays out of it: a row of the record
can never be removed, and a name that somebody typed by mistake has to be.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, TypeAlias, TypeVar

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.database import Database
from ceo.storage.dialogues import Action, Dialogue, PlannedStep, Term
from ceo.storage.goals import Goal
from ceo.storage.tenancy import tenant_reading, tenant_transaction
from ceo.workflows.audit.recording import record

Row: TypeAlias = Dialogue | Action | Goal | Term | PlannedStep
_Table = TypeVar("_Table", Dialogue, Action, Goal, Term, PlannedStep)

KINDS: Final[Mapping[type[Row], str]] = {
    Dialogue: "dialogue",
    Action: "action",
    Goal: "goal",
    Term: "term",
    PlannedStep: "planned-step",
}
# Fields of which the record holds the values.
_TOLD: Final = frozenset(
    {"core", "indicator", "kind", "state", "held_on", "due_on", "begins_on", "ends_on", "day", "remind_days", "done_on"}
)


@dataclass(frozen=True, slots=True)
class By:
    """Who changes something, of which municipality, and when."""

    municipality: str
    actor: str
    now: datetime


class Kept(StrEnum):
    """What became of a change."""

    DONE = "done"
    UNKNOWN = "unknown"  # there is no such row here
    CHANGED = "changed"  # somebody else changed it since it was looked at
    IN_USE = "in-use"  # something hangs on it


async def add_row(database: Database, row: Row, by: By, *, parts: Iterable[Row] = ()) -> str:
    """Add a row with its parts and record it; return its id. A row with this id that is there already stays as it is."""
    table, row_id = type(row), row.id
    try:
        async with tenant_transaction(database, by.municipality) as session:
            if await session.get(table, row_id) is None:
                await _add(session, row, by, parts)
    except IntegrityError:
        # The same form came twice at once. Whatever else is refused is a fault of ours.
        async with tenant_reading(database, by.municipality) as session:
            if await session.get(table, row_id) is None:
                raise
    return row_id


async def _add(session: AsyncSession, row: Row, by: By, parts: Iterable[Row]) -> None:
    session.add(row)
    await session.flush()
    session.add_all(parts)
    await session.flush()
    told = {name: value for name in sorted(_TOLD) if (value := getattr(row, name, None)) is not None}
    await _record(session, type(row), row.id, by, what="made", after=told)


async def change_row(
    database: Database, table: type[_Table], row_id: str, by: By, *, seen: int, values: Mapping[str, Any], what: str
) -> Kept:
    """Give a row other values, when it is still as it was `seen`, and record which. `what` is the last part of the action, as "closed".

    Saving what is there already changes nothing and records nothing.
    """
    async with tenant_transaction(database, by.municipality) as session:
        row = await session.get(table, row_id, with_for_update=True)
        if row is None:
            return Kept.UNKNOWN
        if row.row_version != seen:
            return Kept.CHANGED
        different = {name: value for name, value in values.items() if getattr(row, name) != value}
        if not different:
            return Kept.DONE
        before = {name: getattr(row, name) for name in sorted(different.keys() & _TOLD)}
        for name, value in different.items():
            setattr(row, name, value)
        row.row_version += 1
        session.add(row)
        await session.flush()
        after = {name: different[name] for name in before} | {"changed": sorted(different)}
        await _record(session, table, row_id, by, what=what, before=before or None, after=after)
    return Kept.DONE


async def remove_row(database: Database, table: type[_Table], row_id: str, by: By, *, seen: int) -> Kept:
    """Remove a row for good and record that; not when something hangs on it. With a term its steps go."""
    async with tenant_transaction(database, by.municipality) as session:
        row = await session.get(table, row_id, with_for_update=True)
        if row is None:
            return Kept.UNKNOWN
        if row.row_version != seen:
            return Kept.CHANGED
        if await hanging_on(session, table, row_id):
            return Kept.IN_USE
        if isinstance(row, Term):
            for step in await session.exec(select(PlannedStep).where(col(PlannedStep.term_id) == row_id)):
                await session.delete(step)
            await session.flush()
        await session.delete(row)
        await session.flush()
        await _record(session, table, row_id, by, what="removed")
    return Kept.DONE


async def hanging_on(session: AsyncSession, table: type[Row], row_id: str) -> int:
    """Return how many rows name this one, so that it has to stay: actions of a dialogue, and goals and actions below a goal."""
    columns = {
        Dialogue: (col(Action.dialogue_id),),
        Goal: (col(Action.goal_id), col(Goal.parent_id)),
    }.get(table, ())
    counted = 0
    for column in columns:  # two at most
        counted += (await session.exec(select(func.count()).where(column == row_id))).one()
    return counted


async def _record(
    session: AsyncSession,
    table: type[Row],
    row_id: str,
    by: By,
    *,
    what: str,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    kind = KINDS[table]
    await record(
        session,
        by.municipality,
        actor=by.actor,
        action=f"{kind}.{what}",
        object_kind=kind,
        object_id=row_id,
        before=before,
        after=after,
        now=by.now,
    )
