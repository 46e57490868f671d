"""Polls of the knowledge agenda: a municipality has one ballot, changes it until closing, and reads the results afterwards.

Nobody sees the ballot of another municipality: only together, from five ballots on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Final, TypeGuard

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.database import Database
from ceo.storage.tenancy import reading_across, tenant_reading, tenant_transaction
from ceo.storage.together import Ballot, Poll, Theme
from ceo.workflows.audit.recording import wait_for_turn
from ceo.workflows.releases.deciding import By
from ceo.workflows.together.typed import Fault, Gone, Wrong, tell

# With fewer, the result would nearly say who voted what.
FEWEST_BALLOTS: Final = 5


class Method(StrEnum):
    """How municipalities vote: for every theme that matters to them, or by putting themes in their order."""

    APPROVAL = "approval"
    RANKED = "ranked"


class PollState(StrEnum):
    """Where a poll stands on a day."""

    TO_COME = "to-come"
    OPEN = "open"
    CLOSED = "closed"


def state_of(poll: Poll, today: date) -> PollState:
    """Return where a poll stands; its first and last day belong to it."""
    if today < poll.opens_on:
        return PollState.TO_COME
    return PollState.OPEN if today <= poll.closes_on else PollState.CLOSED


async def list_polls(database: Database) -> Sequence[Poll]:
    """Return every poll, the one that closes last first."""
    statement = select(Poll).order_by(col(Poll.closes_on).desc(), col(Poll.question), col(Poll.id))
    async with reading_across(database) as session:
        return (await session.exec(statement)).all()


async def find_poll(database: Database, poll_id: str) -> Poll | None:
    """Return a poll; None when there is none."""
    async with reading_across(database) as session:
        return await session.get(Poll, poll_id)


async def own_ballots(database: Database, municipality: str) -> Mapping[str, Ballot]:
    """Return the ballots of a municipality by poll, without those that it took back."""
    async with tenant_reading(database, municipality) as session:
        return {row.poll_id: row for row in await session.exec(select(Ballot)) if row.themes}


async def ballots_of(database: Database, poll: Poll, today: date) -> tuple[tuple[str, ...], ...] | None:
    """Return what was voted in a poll that is closed, without who did, in no order of theirs; None while it can change."""
    if state_of(poll, today) is not PollState.CLOSED:
        return None
    statement = select(Ballot.themes).where(col(Ballot.poll_id) == poll.id)
    async with reading_across(database) as session:
        return tuple(sorted(tuple(themes) for themes in await session.exec(statement) if themes))


def read_approval(poll: Poll, chosen: Sequence[str]) -> tuple[str, ...] | tuple[Wrong, ...]:
    """Return the themes that a municipality approves of, in the order of the poll; or what is wrong."""
    if any(one not in poll.themes for one in chosen):
        return (Wrong("themes", Fault.UNKNOWN),)
    if not chosen:
        return (Wrong("themes", Fault.TOO_FEW),)
    return tuple(one for one in poll.themes if one in chosen)


def read_ranking(poll: Poll, numbers: Mapping[str, str]) -> tuple[str, ...] | tuple[Wrong, ...]:
    """Return themes in the order of the numbers that were typed at them; or everything that is wrong, at the theme (`about`).

    A theme without a number is left out. Numbers may be skipped: only their order counts.
    """
    faults, placed = list[Wrong](), dict[int, list[str]]()
    for theme in poll.themes:
        typed = numbers.get(theme, "").strip()
        if not typed:
            continue
        if typed.isascii() and typed.isdecimal() and len(typed) <= len(str(len(poll.themes))):
            place = int(typed)
            if 1 <= place <= len(poll.themes):
                placed.setdefault(place, []).append(theme)
                continue
        faults.append(Wrong("themes", Fault.NO_NUMBER, theme))
    faults += (Wrong("themes", Fault.TWICE, theme) for same in placed.values() if len(same) > 1 for theme in same)
    if not placed and not faults:
        faults.append(Wrong("themes", Fault.TOO_FEW))
    return tuple(faults) if faults else tuple(placed[place][0] for place in sorted(placed))


async def cast_ballot(
    database: Database, poll_id: str, themes: Sequence[str], by: By, *, row_version: int
) -> tuple[Wrong, ...] | Gone:
    """Keep the ballot of a municipality, in place of the one before it. `row_version` is of what stood on the page, 0 for none."""
    async with tenant_transaction(database, by.place) as session:
        await wait_for_turn(session, by.place)
        # A national editor who changes the poll at this moment waits, or was first.
        poll = await session.get(Poll, poll_id, with_for_update=True)
        if poll is None:
            return Gone()
        row = (await session.exec(select(Ballot).where(col(Ballot.poll_id) == poll_id))).first()
        faults = _refusals(poll, themes, row, by, row_version)
        if faults:
            return faults
        before = await _recorded(session, row.themes) if _stands(row) else None
        if row is None:
            row = Ballot(municipality=by.place, poll_id=poll_id, themes=[], cast_by="", cast_at=by.now)
        row.themes, row.cast_by, row.cast_at = [*themes], by.actor, by.now
        row.row_version += 1
        poll.voted = True
        session.add(row)
        await tell(session, by, "poll.voted", poll_id, before=before, after=await _recorded(session, row.themes))
    return ()


async def withdraw_ballot(database: Database, poll_id: str, by: By, *, row_version: int) -> tuple[Wrong, ...] | Gone:
    """Take the ballot of a municipality back, while the poll is open. Done twice is done once.

    `row_version` is of what stood on the page.
    """
    async with tenant_transaction(database, by.place) as session:
        await wait_for_turn(session, by.place)
        poll = await session.get(Poll, poll_id)
        row = (await session.exec(select(Ballot).where(col(Ballot.poll_id) == poll_id))).first()
        if poll is None or row is None:
            return Gone()
        if state_of(poll, by.today) is not PollState.OPEN:
            return (Wrong("", Fault.CLOSED),)
        if not _stands(row):
            return ()
        if row_version != row.row_version:
            return (Wrong("shown", Fault.CHANGED),)
        before = await _recorded(session, row.themes)
        row.themes, row.cast_by, row.cast_at = [], by.actor, by.now
        row.row_version += 1
        await tell(session, by, "poll.vote-withdrawn", poll_id, before=before)
    return ()


def _stands(row: Ballot | None) -> TypeGuard[Ballot]:
    """Return whether there is a ballot that was not taken back."""
    return row is not None and bool(row.themes)


async def _recorded(session: AsyncSession, themes: Sequence[str]) -> dict[str, object]:
    """Return a ballot for the municipality's own record: themes by name, in their order."""
    names = dict((await session.exec(select(Theme.id, Theme.name).where(col(Theme.id).in_(themes)))).all())
    return {"themes": [names[one] for one in themes]}


def _refusals(poll: Poll, themes: Sequence[str], row: Ballot | None, by: By, row_version: int) -> tuple[Wrong, ...]:
    if state_of(poll, by.today) is not PollState.OPEN:
        return (Wrong("", Fault.CLOSED),)
    if not themes:  # a ballot without any is one that was taken back
        return (Wrong("themes", Fault.TOO_FEW),)
    if row_version != (row.row_version if _stands(row) else 0) or not {*themes} <= {*poll.themes}:
        return (Wrong("", Fault.CHANGED),)
    return ()
