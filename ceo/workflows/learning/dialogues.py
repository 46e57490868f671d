"""The record of a conversation about one result: four questions, points of view kept apart, and roles instead of names."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ceo.storage.database import Database
from ceo.storage.dialogues import Dialogue
from ceo.storage.tenancy import tenant_reading
from ceo.workflows.learning.results import Result
from ceo.workflows.learning.rows import By, Kept, add_row, change_row


class DialogueState(StrEnum):
    """A dialogue is written in until it is closed, and can be opened again."""

    OPEN = "open"
    CLOSED = "closed"


class Because(StrEnum):
    """What led to a dialogue."""

    SIGNAL = "signal"  # a control chart
    COMPARISON = "comparison"  # with others
    CHANGE = "change"  # since an earlier measurement, or of an action
    FIGURE = "figure"  # the figure itself


class Question(StrEnum):
    """The four questions to a result, in this order."""

    RECOGNISE = "recognise"
    EXPLAIN = "explain"
    JUDGE = "judge"
    ACT = "act"


class PointOfView(StrEnum):
    """From where somebody speaks. Each is written down apart: they need not agree."""

    CLIENTS = "clients"
    PROFESSIONALS = "professionals"
    POLICY = "policy"
    COUNCIL = "council"
    PROVIDER = "provider"


class TakingPart(StrEnum):
    """Roles of who took part, to choose from; others are written in words."""

    CLIENTS = "clients"
    RELATIVES = "relatives"
    CLIENT_COUNCIL = "client-council"
    PROFESSIONALS = "professionals"
    POLICY = "policy"
    MANAGEMENT = "management"
    COUNCIL = "council"
    PROVIDER = "provider"


Said = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class DialogueText:
    """What staff write in a record. `taking_part` are codes of `TakingPart` and other roles in words; `said` has no empty texts."""

    title: str
    held_on: date | None
    taking_part: tuple[str, ...]
    said: Said


async def open_dialogue(database: Database, about: Result, because: Because, by: By, *, row_id: str = "") -> str:
    """Open the record of a dialogue about a result as it is now; return its id: `row_id` when that is given."""
    row = Dialogue(
        municipality=by.municipality,
        id=row_id or uuid.uuid4().hex,
        title=about.title,
        opened_because=because.value,
        about=about.model_dump(mode="json"),
        state=DialogueState.OPEN.value,
        made_by=by.actor,
        made_at=by.now,
    )
    return await add_row(database, row, by)


async def find_dialogue(database: Database, municipality: str, dialogue_id: str) -> Dialogue | None:
    """Return a record of a municipality; None when it has no such record."""
    async with tenant_reading(database, municipality) as session:
        return await session.get(Dialogue, dialogue_id)


async def keep_dialogue(database: Database, dialogue_id: str, text: DialogueText, by: By, *, seen: int) -> Kept:
    """Keep what was written, unless somebody else wrote meanwhile."""
    values = {
        "title": text.title,
        "held_on": text.held_on,
        "taking_part": list(text.taking_part),
        "said": {question: dict(views) for question, views in text.said.items() if views},
    }
    return await change_row(database, Dialogue, dialogue_id, by, seen=seen, values=values, what="written")


async def close_dialogue(database: Database, dialogue_id: str, by: By, *, seen: int, today: date) -> Kept:
    """Close a record: it shows in what was discussed."""
    values = {"state": DialogueState.CLOSED.value, "closed_on": today}
    return await change_row(database, Dialogue, dialogue_id, by, seen=seen, values=values, what="closed")


async def reopen_dialogue(database: Database, dialogue_id: str, by: By, *, seen: int) -> Kept:
    """Open a closed record again."""
    values = {"state": DialogueState.OPEN.value, "closed_on": None}
    return await change_row(database, Dialogue, dialogue_id, by, seen=seen, values=values, what="reopened")


def about_of(row: Dialogue) -> Result:
    """Return the result that a dialogue is about."""
    return Result.model_validate(row.about)
