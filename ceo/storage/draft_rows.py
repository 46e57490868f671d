"""Reading a draft together with its round: the one statement of every page of questions."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final

from sqlalchemy import bindparam, select
from sqlmodel import SQLModel

from ceo.storage.database import Database
from ceo.storage.round_rows import ROUND, round_of
from ceo.storage.rounds import Round
from ceo.storage.submissions import Draft
from ceo.storage.tenancy import prepare_reading, read_prepared


@dataclass(frozen=True, slots=True)
class DraftRow:
    """What a page needs of a `Draft`. Making the table's own class costs twice as much as reading the row."""

    questionnaire_hash: str
    answers: dict[str, Any]
    consents: dict[str, Any]
    language: str
    text_register: str
    respondent: str
    mode: str
    started_on: date
    row_version: int
    last_save: str


_DRAFT: Final = SQLModel.metadata.tables[str(Draft.__tablename__)]
_NAMES: Final = tuple(field.name for field in fields(DraftRow))
_DRAFT_WITH_ROUND: Final = prepare_reading(
    select(*(_DRAFT.c[name] for name in _NAMES), *ROUND.c).where(
        _DRAFT.c.id == bindparam("draft_id"), ROUND.c.id == _DRAFT.c.round_id
    )
)


async def find_draft(database: Database, municipality: str, draft_id: str) -> tuple[DraftRow, Round] | None:
    """Return a draft with its round, within a municipality."""
    rows = await read_prepared(database, municipality, _DRAFT_WITH_ROUND, draft_id=draft_id)
    if not rows:
        return None
    (row,) = rows
    return DraftRow(*row[: len(_NAMES)]), round_of(row[len(_NAMES) :])
