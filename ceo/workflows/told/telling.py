"""Deciding which actions residents may read, and in which words. Nothing of an action is public but these words and how far it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlmodel import col, select

from ceo.storage.database import Database
from ceo.storage.dialogues import Action
from ceo.storage.tenancy import tenant_reading
from ceo.workflows.answering.reader import Reader
from ceo.workflows.learning.actions import ActionState
from ceo.workflows.learning.rows import By, Kept, change_row

DUTCH: Final = "nl"
EASY_DUTCH: Final = "nl-easy"
_EASY: Final = "easy"


@dataclass(frozen=True, slots=True)
class ToldAction:
    """What residents read of an action: words, in which language those are, and how far it is."""

    text: str
    language: str
    state: ActionState
    ended_on: date | None


async def actions_to_tell(database: Database, municipality: str) -> tuple[Action, ...]:
    """Return all actions of a municipality, the newest first."""
    statement = select(Action).order_by(col(Action.made_at).desc(), col(Action.id))
    async with tenant_reading(database, municipality) as session:
        return tuple(await session.exec(statement))


async def told_actions(database: Database, municipality: str, reader: Reader) -> tuple[ToldAction, ...]:
    """Return the actions of which staff decided that residents may read, the newest first, in words for a reader."""
    statement = select(Action).where(col(Action.told).is_(True)).order_by(col(Action.made_at).desc(), col(Action.id))
    async with tenant_reading(database, municipality) as session:
        rows = (await session.exec(statement)).all()
    found = ((row, words_for(row.told_text, reader)) for row in rows)
    return tuple(
        ToldAction(words[0], words[1], ActionState(row.state), row.ended_on) for row, words in found if words[0]
    )


async def tells_residents(database: Database, municipality: str) -> bool:
    """Return whether there is anything to read for residents."""
    statement = select(Action.id).where(col(Action.told).is_(True)).limit(1)
    async with tenant_reading(database, municipality) as session:
        return (await session.exec(statement)).first() is not None


async def keep_telling(
    database: Database, action_id: str, by: By, *, told: bool, texts: Mapping[str, str], seen: int
) -> Kept:
    """Keep what residents may read of an action, unless somebody else changed the action meanwhile. Empty texts are not kept."""
    values = {"told": told, "told_text": {language: text for language, text in texts.items() if text}}
    return await change_row(
        database, Action, action_id, by, seen=seen, values=values, what="told" if told else "not-told"
    )


def words_for(texts: Mapping[str, str], reader: Reader) -> tuple[str, str]:
    """Return the words for a reader and their language: what is not there in a language is there in Dutch.

    >>> words_for({"nl": "Wij bellen.", "nl-easy": "Wij bellen u.", "tr": "Ararız."}, Reader("nl", "easy"))
    ('Wij bellen u.', 'nl')
    >>> words_for({"nl": "Wij bellen.", "tr": "Ararız."}, Reader("tr")), words_for({"nl": "Wij bellen."}, Reader("ar", "easy"))
    (('Ararız.', 'tr'), ('Wij bellen.', 'nl'))
    """
    if reader.language != DUTCH:
        own = texts.get(reader.language, "")
        return (own, reader.language) if own else (texts.get(DUTCH, ""), DUTCH)
    easy = texts.get(EASY_DUTCH, "") if reader.register == _EASY else ""
    return easy or texts.get(DUTCH, ""), DUTCH
