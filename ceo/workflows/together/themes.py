"""The themes of the knowledge agenda: added, changed and ended by national editors, and read by everybody."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlmodel import col, select

from ceo.storage.database import Database
from ceo.storage.tenancy import reading_across, shared_transaction
from ceo.storage.together import Theme
from ceo.workflows.audit.recording import wait_for_turn
from ceo.workflows.releases.deciding import By
from ceo.workflows.together.typed import (
    LONGEST_TEXT,
    LONGEST_TITLE,
    Fault,
    Gone,
    Wrong,
    check_texts,
    new_id,
    one_line,
    paragraphs,
    tell,
)

_LONGEST: Final = {"name": LONGEST_TITLE, "text": LONGEST_TEXT}
# A core questionnaire and a question or score of it, such as nl.ceo.wmo:toegang.
_INDICATOR: Final = re.compile(r"[a-z][a-z0-9.-]{2,60}:[A-Za-z][A-Za-z0-9_.-]{0,60}")


@dataclass(frozen=True, slots=True)
class TypedTheme:
    """A theme as somebody typed it. `indicators` has one on a line; `row_version` is of what stood on the page."""

    name: str = ""
    text: str = ""
    indicators: str = ""
    row_version: int = 0


async def list_themes(database: Database, *, ended: bool = True) -> Sequence[Theme]:
    """Return the themes by name; without those that ended when `ended` is False."""
    statement = select(Theme).order_by(col(Theme.name), col(Theme.id))
    if not ended:
        statement = statement.where(col(Theme.ended).is_(False))
    async with reading_across(database) as session:
        return (await session.exec(statement)).all()


async def find_theme(database: Database, theme_id: str) -> Theme | None:
    """Return a theme; None when there is none."""
    async with reading_across(database) as session:
        return await session.get(Theme, theme_id)


async def add_theme(database: Database, typed: TypedTheme, by: By) -> Theme | tuple[Wrong, ...]:
    """Add a theme, or return everything that is wrong with it."""
    async with shared_transaction(database) as session:
        await wait_for_turn(session, by.place)
        known = (await session.exec(select(Theme))).all()
        row = Theme(id=new_id(), name="")
        faults = _fill(row, typed, known)
        if faults:
            return faults
        session.add(row)
        await tell(session, by, "theme.added", row.id, after={"title": row.name})
    return row


async def change_theme(database: Database, theme_id: str, typed: TypedTheme, by: By) -> tuple[Wrong, ...] | Gone:
    """Change a theme, or return everything that is wrong."""
    async with shared_transaction(database) as session:
        await wait_for_turn(session, by.place)
        known = (await session.exec(select(Theme))).all()
        row = next((one for one in known if one.id == theme_id), None)
        if row is None:
            return Gone()
        before = row.name
        faults = _fill(row, typed, known)
        if row.row_version != typed.row_version:
            faults = (*faults, Wrong("", Fault.CHANGED))
        if faults:
            session.expunge(row)  # what is wrong is not kept
            return faults
        row.row_version += 1
        await tell(session, by, "theme.changed", row.id, before={"title": before}, after={"title": row.name})
    return ()


async def end_theme(database: Database, theme_id: str, by: By, *, ended: bool) -> Gone | None:
    """End a theme, so that nothing new belongs to it, or begin it again. What belongs to it stays."""
    async with shared_transaction(database) as session:
        await wait_for_turn(session, by.place)
        row = await session.get(Theme, theme_id)
        if row is None:
            return Gone()
        if row.ended != ended:
            row.ended = ended
            row.row_version += 1
            await tell(session, by, "theme.ended" if ended else "theme.begun-again", row.id, after={"title": row.name})
    return None


def _fill(row: Theme, typed: TypedTheme, known: Sequence[Theme]) -> tuple[Wrong, ...]:
    """Put what was typed in a row; return everything that is wrong with it."""
    row.name, row.text = one_line(typed.name), paragraphs(typed.text)
    row.indicators = list(dict.fromkeys(line.strip() for line in typed.indicators.splitlines() if line.strip()))
    faults = list(check_texts({"name": row.name, "text": row.text}, _LONGEST, required=["name"]))
    if any(one.name.casefold() == row.name.casefold() for one in known if one.id != row.id):
        faults.append(Wrong("name", Fault.TAKEN))
    unknown = [one for one in row.indicators if not _INDICATOR.fullmatch(one)]
    if unknown:
        faults.append(Wrong("indicators", Fault.UNKNOWN, ", ".join(unknown[:3])))
    return tuple(faults)
