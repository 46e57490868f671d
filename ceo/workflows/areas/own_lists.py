"""Lists of one's own: the municipalities that a municipality likes to compare itself with, by a name that it chose."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlmodel.ext.asyncio.session import AsyncSession

from analysis.units.groups import FEWEST_UNITS
from ceo.storage.areas import OwnList, own_lists
from ceo.storage.database import Database
from ceo.storage.tenancy import tenant_reading, tenant_transaction
from ceo.workflows.areas.divisions import Areas, municipalities_on, read_areas, successors
from ceo.workflows.audit.recording import record, wait_for_turn

LONGEST_NAME: Final = 80
MOST_LISTS: Final = 20


@dataclass(frozen=True, slots=True)
class ListOfOwn:
    """A list: its name, and the codes of others in it."""

    name: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OwnListFault:
    """What is wrong with a list: in which field, why, and what to do."""

    place: str
    cause: str
    cure: str


async def find_own_lists(database: Database, municipality: str) -> tuple[ListOfOwn, ...]:
    """Return the lists of a municipality, by name."""
    async with tenant_reading(database, municipality) as session:
        return tuple(ListOfOwn(row.name, tuple(row.members)) for row in await own_lists(session))


async def keep_own_list(
    database: Database, municipality: str, wanted: ListOfOwn, *, actor: str, today: date, now: datetime
) -> ListOfOwn | tuple[OwnListFault, ...]:
    """Keep a list, in the place of one of the same name, and record it; or return everything that is wrong with it."""
    areas = await read_areas(database)
    name, members = " ".join(wanted.name.split()), tuple(sorted(set(wanted.members)))
    faults = list(_faults(areas, municipality, ListOfOwn(name, members), today))
    async with tenant_transaction(database, municipality) as session:
        await wait_for_turn(session, municipality)
        present = {row.name: row for row in await own_lists(session)}
        if name not in present and len(present) >= MOST_LISTS:
            cause = f"U hebt al {MOST_LISTS} lijsten."
            faults.append(OwnListFault("name", cause, "Haal eerst een lijst weg, of verander er een."))
        if faults:
            return tuple(faults)
        row = present.get(name) or OwnList(municipality=municipality, name=name, members=[])
        before = {"members": row.members} if name in present else None
        row.members = list(members)
        session.add(row)
        await _record(session, municipality, name, before, {"members": members}, actor=actor, now=now)
    return ListOfOwn(name, members)


async def remove_own_list(database: Database, municipality: str, name: str, *, actor: str, now: datetime) -> bool:
    """Remove a list, and record it; tell whether it was there."""
    async with tenant_transaction(database, municipality) as session:
        row = await session.get(OwnList, (municipality, name))
        if row is None:
            return False
        await session.delete(row)
        await _record(session, municipality, name, {"members": row.members}, None, actor=actor, now=now)
    return True


def _faults(areas: Areas, municipality: str, wanted: ListOfOwn, today: date) -> Iterator[OwnListFault]:
    if not wanted.name or len(wanted.name) > LONGEST_NAME:
        cause = f"De naam is leeg, of langer dan {LONGEST_NAME} tekens."
        yield OwnListFault("name", cause, "Geef de lijst een korte naam.")
    present = {place.code for place in municipalities_on(areas, today)}
    for code in wanted.members:
        if code == municipality:
            cure = "Haal uw gemeente uit de lijst: u vergelijkt haar met de andere."
            yield OwnListFault("members", "Uw eigen gemeente staat in de lijst.", cure)
        elif code not in present:
            yield OwnListFault(
                "members", f"{areas.name(code)} ({code}) is nu geen gemeente.", _cure(areas, code, today)
            )
    if len(set(wanted.members) - {municipality}) < FEWEST_UNITS:
        cause = f"Er staan minder dan {FEWEST_UNITS} andere gemeenten in de lijst."
        yield OwnListFault("members", cause, f"Kies er minstens {FEWEST_UNITS}.")


def _cure(areas: Areas, code: str, today: date) -> str:
    into = [areas.name(one) for one in successors(areas, code, today)]
    return f"Kies in plaats daarvan: {' en '.join(into)}." if into else "Kies een gemeente van nu."


async def _record(
    session: AsyncSession,
    municipality: str,
    name: str,
    before: Mapping[str, Sequence[str]] | None,
    after: Mapping[str, Sequence[str]] | None,
    *,
    actor: str,
    now: datetime,
) -> None:
    action = "own-list.removed" if after is None else "own-list.kept"
    await record(
        session,
        municipality,
        actor=actor,
        action=action,
        object_kind="own-list",
        object_id=name,
        before=before,
        after=after,
        now=now,
    )
