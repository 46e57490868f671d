"""The plan of the cycle in a council term: which step when, proposed once and then changed as it suits."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlmodel import col, select

from ceo.storage.database import Database
from ceo.storage.dialogues import PlannedStep, Term
from ceo.storage.tenancy import tenant_reading
from ceo.workflows.learning.rows import By, Kept, add_row, change_row


class StepKind(StrEnum):
    """A step of the cycle."""

    MEASURE = "measure"
    MIRROR = "mirror"
    DIALOGUE = "dialogue"
    DECIDE = "decide"
    TELL_RESIDENTS = "tell-residents"
    TELL_COUNCIL = "tell-council"


# Days from the beginning of a year of the term: time to ask people, to look at what they said, to talk, to decide, and to tell.
_PROPOSED: Final = {
    StepKind.MEASURE: 30,
    StepKind.MIRROR: 135,
    StepKind.DIALOGUE: 165,
    StepKind.DECIDE: 210,
    StepKind.TELL_RESIDENTS: 240,
    StepKind.TELL_COUNCIL: 255,
}
PROPOSED_REMINDER: Final = 14  # days before


@dataclass(frozen=True, slots=True)
class TermWanted:
    """What staff say about a council term."""

    title: str
    begins_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class StepWanted:
    """What staff say about a step. `remind_days`: how long before its day people are reminded; 0 is on the day."""

    kind: StepKind
    title: str
    day: date
    remind_days: int = PROPOSED_REMINDER


@dataclass(frozen=True, slots=True)
class PlannedTerm:
    """A term with its steps in the order of their days."""

    term: Term
    steps: tuple[PlannedStep, ...]


def proposed_steps(begins_on: date, ends_on: date) -> Iterator[tuple[StepKind, date]]:
    """Yield the steps that are proposed for a term, in the order of their days: one round of the cycle in each of its years.

    A year of the term begins on the day of the year on which the term began. A year in which nothing can be told any more gets no steps:
    a measurement of which nobody hears the end is not proposed.

    >>> steps = list(proposed_steps(date(2026, 3, 26), date(2027, 12, 1)))
    >>> [(kind.value, day.isoformat()) for kind, day in steps][:2], len(steps)
    ([('measure', '2026-04-25'), ('mirror', '2026-08-08')], 6)
    """
    for year in range(ends_on.year - begins_on.year + 1):
        first = _years_later(begins_on, year)
        if first + timedelta(days=max(_PROPOSED.values())) > ends_on:
            return
        for kind, days in _PROPOSED.items():
            yield kind, first + timedelta(days=days)


async def read_plan(database: Database, municipality: str) -> tuple[PlannedTerm, ...]:
    """Return the terms of a municipality with their steps, the newest term first."""
    async with tenant_reading(database, municipality) as session:
        terms = (await session.exec(select(Term).order_by(col(Term.begins_on).desc(), col(Term.id)))).all()
        found = await session.exec(select(PlannedStep).order_by(col(PlannedStep.day), col(PlannedStep.id)))
        steps: dict[str, list[PlannedStep]] = {}
        for step in found:
            steps.setdefault(step.term_id, []).append(step)
    return tuple(PlannedTerm(term, tuple(steps.get(term.id, ()))) for term in terms)


async def find_term(database: Database, municipality: str, term_id: str) -> Term | None:
    """Return a term of a municipality; None when it has no such term."""
    async with tenant_reading(database, municipality) as session:
        return await session.get(Term, term_id)


async def find_step(database: Database, municipality: str, step_id: str) -> PlannedStep | None:
    """Return a step of a municipality; None when it has no such step."""
    async with tenant_reading(database, municipality) as session:
        return await session.get(PlannedStep, step_id)


async def begin_term(
    database: Database, wanted: TermWanted, by: By, *, proposed: tuple[StepWanted, ...] = (), row_id: str = ""
) -> str:
    """Add a term with the steps that are proposed for it; return its id: `row_id` when that is given."""
    term = Term(municipality=by.municipality, id=row_id or uuid.uuid4().hex, **_term_values(wanted))
    return await add_row(database, term, by, parts=[_step(one, term.id, by) for one in proposed])


async def keep_term(database: Database, term_id: str, wanted: TermWanted, by: By, *, seen: int) -> Kept:
    """Change a term, unless somebody else did meanwhile. Its steps stay where they are."""
    return await change_row(database, Term, term_id, by, seen=seen, values=_term_values(wanted), what="changed")


async def add_step(database: Database, term_id: str, wanted: StepWanted, by: By, *, row_id: str = "") -> str:
    """Add a step to a term of this municipality; return its id: `row_id` when that is given."""
    return await add_row(database, _step(wanted, term_id, by, row_id), by)


async def keep_step(database: Database, step_id: str, wanted: StepWanted, by: By, *, seen: int) -> Kept:
    """Change a step, unless somebody else did meanwhile."""
    return await change_row(database, PlannedStep, step_id, by, seen=seen, values=_step_values(wanted), what="changed")


async def mark_step(database: Database, step_id: str, done_on: date | None, by: By, *, seen: int) -> Kept:
    """Say that a step is done, or with None that it is not."""
    what = "reopened" if done_on is None else "done"
    return await change_row(database, PlannedStep, step_id, by, seen=seen, values={"done_on": done_on}, what=what)


def _years_later(day: date, years: int) -> date:
    leap_day = (day.month, day.day) == (2, 29)
    return date(day.year + years, 3, 1) if leap_day else day.replace(year=day.year + years)


def _step(wanted: StepWanted, term_id: str, by: By, row_id: str = "") -> PlannedStep:
    step_id = row_id or uuid.uuid4().hex
    return PlannedStep(municipality=by.municipality, id=step_id, term_id=term_id, **_step_values(wanted))


def _term_values(wanted: TermWanted) -> dict[str, Any]:
    return {"title": wanted.title, "begins_on": wanted.begins_on, "ends_on": wanted.ends_on}


def _step_values(wanted: StepWanted) -> dict[str, Any]:
    return {
        "kind": wanted.kind.value,
        "title": wanted.title,
        "day": wanted.day,
        "remind_days": wanted.remind_days,
    }
