"""The codes of a municipality: its own words for what stories are about. A code that ends stays with the stories that have it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.database import Database
from ceo.storage.forgetting import wait_for_rewriting
from ceo.storage.story_reading import StoryCode
from ceo.storage.tenancy import tenant_reading, tenant_transaction
from ceo.workflows.audit.recording import record

LONGEST_NAME: Final = 80
LONGEST_MEANING: Final = 500


@dataclass(frozen=True, slots=True)
class Code:
    """A code and what it means; one that ended is not given any more."""

    id: str
    name: str
    meaning: str
    ended: bool


class CodeFault(StrEnum):
    """What is wrong with a code that was typed."""

    NO_NAME = "no-name"
    NAME_TOO_LONG = "name-too-long"
    MEANING_TOO_LONG = "meaning-too-long"
    NAME_TAKEN = "name-taken"


# The field of the form that each fault is about.
FIELD_OF: Final[Mapping[CodeFault, str]] = {
    CodeFault.NO_NAME: "naam",
    CodeFault.NAME_TOO_LONG: "naam",
    CodeFault.NAME_TAKEN: "naam",
    CodeFault.MEANING_TOO_LONG: "betekenis",
}


async def list_codes(database: Database, municipality: str) -> tuple[Code, ...]:
    """Return the codes of a municipality: those in use first, each part in order of name."""
    async with tenant_reading(database, municipality) as session:
        return await codes_in(session)


async def codes_in(session: AsyncSession) -> tuple[Code, ...]:
    """Return the codes of the municipality of a session; see `list_codes`."""
    rows = await session.exec(select(StoryCode))
    found = [Code(row.id, row.name, row.meaning, row.ended) for row in rows]
    return tuple(sorted(found, key=lambda code: (code.ended, code.name.casefold(), code.id)))


async def keep_code(
    database: Database, municipality: str, code_id: str, name: str, meaning: str, *, actor: str, now: datetime
) -> tuple[CodeFault, ...] | None:
    """Change a code, or add one when `code_id` is ""; return what is wrong with it, or None when there is no such code."""
    plain, explained = " ".join(name.split()), meaning.strip()
    async with tenant_transaction(database, municipality) as session:
        # Two who add the same name at once: the second is told.
        await wait_for_rewriting(session)
        row = await session.get(StoryCode, code_id) if code_id else None
        if code_id and row is None:
            return None
        others = select(StoryCode.name).where(col(StoryCode.id) != code_id, col(StoryCode.ended).is_(False))
        taken = {other.casefold() for other in await session.exec(others)}
        faults = _faults(plain, explained, taken)
        if faults:
            return faults
        before = {"name": row.name, "meaning": row.meaning} if row is not None else None
        row = row or StoryCode(id=uuid.uuid4().hex, municipality=municipality, name=plain)
        row.name, row.meaning = plain, explained
        session.add(row)
        await session.flush()
        await record(
            session,
            municipality,
            actor=actor,
            action="story-code.changed" if before else "story-code.added",
            object_kind="story-code",
            object_id=row.id,
            before=before,
            after={"name": plain, "meaning": explained},
            now=now,
        )
    return ()


async def end_code(
    database: Database, municipality: str, code_id: str, *, ended: bool, actor: str, now: datetime
) -> CodeFault | bool:
    """Let a code be given no more, or again; return whether there is such a code, or why it cannot come back."""
    async with tenant_transaction(database, municipality) as session:
        await wait_for_rewriting(session)
        row = await session.get(StoryCode, code_id)
        if row is None:
            return False
        if row.ended == ended:
            return True
        in_use = select(StoryCode.name).where(col(StoryCode.ended).is_(False))
        if not ended and row.name.casefold() in {other.casefold() for other in await session.exec(in_use)}:
            return CodeFault.NAME_TAKEN
        row.ended = ended
        await session.flush()
        await record(
            session,
            municipality,
            actor=actor,
            action="story-code.ended" if ended else "story-code.resumed",
            object_kind="story-code",
            object_id=row.id,
            now=now,
        )
    return True


def _faults(name: str, meaning: str, taken: set[str]) -> tuple[CodeFault, ...]:
    found = {
        CodeFault.NO_NAME: not name,
        CodeFault.NAME_TOO_LONG: len(name) > LONGEST_NAME,
        CodeFault.MEANING_TOO_LONG: len(meaning) > LONGEST_MEANING,
        CodeFault.NAME_TAKEN: name.casefold() in taken,
    }
    return tuple(fault for fault, wrong in found.items() if wrong)
