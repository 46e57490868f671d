"""What happened on a day that readers of a series should know: added, taken away, and put back."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from sqlmodel import col, select

from ceo.clock import DUTCH_TIME
from ceo.storage.database import Database
from ceo.storage.following import Annotation
from ceo.storage.tenancy import tenant_reading, tenant_transaction
from ceo.workflows.audit.recording import record

LONGEST_TEXT: Final = 200
# Nothing in this product is older.
FIRST_DAY: Final = date(2000, 1, 1)
LAST_DAY: Final = date(2099, 12, 31)


class Fault(StrEnum):
    """What is wrong with an annotation that somebody typed."""

    NO_DAY = "no-day"
    OTHER_CENTURY = "other-century"
    NO_TEXT = "no-text"
    LONG_TEXT = "long-text"


@dataclass(frozen=True, slots=True)
class Typed:
    """An annotation as it was typed: the day as 2026-03-01. `everywhere`: it goes for every series of the municipality."""

    day: str = ""
    text: str = ""
    everywhere: bool = False

    def faults(self) -> dict[str, Fault]:
        """Return what is wrong, by the name of the field."""
        found: dict[str, Fault] = {}
        try:
            day = date.fromisoformat(self.day.strip())
        except ValueError:
            found["day"] = Fault.NO_DAY
        else:
            if not FIRST_DAY <= day <= LAST_DAY:
                found["day"] = Fault.OTHER_CENTURY
        text = " ".join(self.text.split())
        if not text:
            found["text"] = Fault.NO_TEXT
        elif len(text) > LONGEST_TEXT:
            found["text"] = Fault.LONG_TEXT
        return found


async def annotations_of(database: Database, municipality: str, core: str) -> tuple[Annotation, ...]:
    """Return what happened on which day, as far as readers of this core should know, the oldest first; not what was taken away."""
    return tuple(one for one in await all_annotations(database, municipality, core) if one.removed_on is None)


async def all_annotations(database: Database, municipality: str, core: str) -> tuple[Annotation, ...]:
    """Return the annotations of a core, the oldest first, with those that were taken away."""
    its_own = col(Annotation.core).is_(None) | (col(Annotation.core) == core)
    statement = select(Annotation).where(its_own).order_by(col(Annotation.day), col(Annotation.made_at))
    async with tenant_reading(database, municipality) as session:
        return tuple(await session.exec(statement))


async def annotate(
    database: Database, municipality: str, core: str, typed: Typed, *, actor: str, now: datetime
) -> dict[str, Fault]:
    """Add an annotation, unless something is wrong with it: then everything that is, by the name of the field."""
    if faults := typed.faults():
        return faults
    row = Annotation(
        municipality=municipality,
        id=uuid.uuid4().hex,
        day=date.fromisoformat(typed.day.strip()),
        text=" ".join(typed.text.split()),
        core=None if typed.everywhere else core,
        made_by=actor,
        made_at=now,
    )
    async with tenant_transaction(database, municipality) as session:
        session.add(row)
        await session.flush()
        await record(
            session,
            municipality,
            actor=actor,
            action="series.annotated",
            object_kind="annotation",
            object_id=row.id,
            after={"day": row.day, "text": row.text, "core": row.core},
            now=now,
        )
    return {}


async def take_away(database: Database, municipality: str, annotation_id: str, *, actor: str, now: datetime) -> bool:
    """Take an annotation away; return whether there is such an annotation. Taken away already is done."""
    return await _remove(database, municipality, annotation_id, now.astimezone(DUTCH_TIME).date(), actor=actor, now=now)


async def put_back(database: Database, municipality: str, annotation_id: str, *, actor: str, now: datetime) -> bool:
    """Put an annotation back that was taken away; return whether there is such an annotation."""
    return await _remove(database, municipality, annotation_id, None, actor=actor, now=now)


async def _remove(
    database: Database, municipality: str, annotation_id: str, day: date | None, *, actor: str, now: datetime
) -> bool:
    async with tenant_transaction(database, municipality) as session:
        row = await session.get(Annotation, annotation_id, with_for_update=True)
        if row is None:
            return False
        if (row.removed_on is None) == (day is None):
            return True
        row.removed_on = day
        await session.flush()
        await record(
            session,
            municipality,
            actor=actor,
            action="series.annotation-put-back" if day is None else "series.annotation-taken-away",
            object_kind="annotation",
            object_id=row.id,
            after={"day": row.day, "text": row.text},
            now=now,
        )
    return True
