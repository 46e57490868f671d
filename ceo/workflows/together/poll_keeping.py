"""Making polls, and changing them until the first municipality votes: for national editors."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import CursorResult, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.database import Database
from ceo.storage.tenancy import shared_transaction
from ceo.storage.together import Poll, Theme
from ceo.workflows.audit.recording import wait_for_turn
from ceo.workflows.releases.deciding import By
from ceo.workflows.together.polls import Method
from ceo.workflows.together.typed import LONGEST_TITLE, Fault, Gone, Wrong, check_texts, new_id, one_line, tell

_FEWEST_THEMES: Final = 2


@dataclass(frozen=True, slots=True)
class TypedPoll:
    """A poll as somebody typed it; None for a day that is none. `row_version` is of what stood on the page."""

    question: str = ""
    method: str = ""
    themes: tuple[str, ...] = ()
    opens_on: date | None = None
    closes_on: date | None = None
    row_version: int = 0


async def make_poll(database: Database, typed: TypedPoll, by: By) -> Poll | tuple[Wrong, ...]:
    """Make a poll, or return everything that is wrong with it."""
    async with shared_transaction(database) as session:
        await wait_for_turn(session, by.place)
        faults = _faults(typed, await _names(session), frozenset(), by)
        if faults:
            return faults
        row = Poll(id=new_id(), made_by=by.actor, **_values(typed))
        session.add(row)
        await tell(session, by, "poll.made", row.id, after={"title": row.question})
    return row


async def change_poll(database: Database, poll_id: str, typed: TypedPoll, by: By) -> tuple[Wrong, ...] | Gone:
    """Change a poll for which nobody voted yet, or return everything that is wrong."""
    async with shared_transaction(database) as session:
        await wait_for_turn(session, by.place)
        row = await session.get(Poll, poll_id)
        if row is None:
            return Gone()
        before = row.question
        faults = _faults(typed, await _names(session), frozenset(row.themes), by)
        if row.voted:
            faults = (*faults, Wrong("", Fault.VOTED))
        elif row.row_version != typed.row_version:
            faults = (*faults, Wrong("", Fault.CHANGED))
        if faults:
            return faults
        # A ballot that is cast at this moment waits, or was first: then the row has it.
        unvoted = update(Poll).where(col(Poll.id) == poll_id, col(Poll.voted).is_(False))
        done = await session.exec(unvoted.values(row_version=Poll.row_version + 1, **_values(typed)))
        assert isinstance(done, CursorResult)
        if not done.rowcount:
            return (Wrong("", Fault.VOTED),)
        await tell(
            session, by, "poll.changed", poll_id, before={"title": before}, after={"title": one_line(typed.question)}
        )
    return ()


def _values(typed: TypedPoll) -> dict[str, Any]:
    return {
        "question": one_line(typed.question),
        "method": typed.method,
        "themes": [*dict.fromkeys(typed.themes)],
        "opens_on": typed.opens_on,
        "closes_on": typed.closes_on,
    }


async def _names(session: AsyncSession) -> frozenset[str]:
    """Return the themes about which a poll can be: those that have not ended."""
    return frozenset(await session.exec(select(Theme.id).where(col(Theme.ended).is_(False))))


def _faults(typed: TypedPoll, known: Collection[str], kept: Collection[str], by: By) -> tuple[Wrong, ...]:
    faults = list(
        check_texts({"question": one_line(typed.question)}, {"question": LONGEST_TITLE}, required=["question"])
    )
    if typed.method not in {one.value for one in Method}:
        faults.append(Wrong("method", Fault.UNKNOWN))
    if not {*typed.themes} <= {*known, *kept}:
        faults.append(Wrong("themes", Fault.UNKNOWN))
    elif len({*typed.themes}) < _FEWEST_THEMES:
        faults.append(Wrong("themes", Fault.FEWER_THAN_TWO))
    if typed.opens_on is None:
        faults.append(Wrong("opens_on", Fault.NO_DAY))
    if typed.closes_on is None:
        faults.append(Wrong("closes_on", Fault.NO_DAY))
    elif typed.closes_on < max(by.today, typed.opens_on or by.today):
        faults.append(Wrong("closes_on", Fault.TOO_EARLY))
    return tuple(faults)
