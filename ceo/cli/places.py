"""What commands about places share: a municipality by its name or code, and work on the database of this installation."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final, TypeVar

from ceo.cli.inputs import given_settings
from ceo.terminal import fail, telling_database_faults

if TYPE_CHECKING:
    from ceo.settings import Settings
    from ceo.storage.database import Database

Result = TypeVar("Result")

PLACE_HELP: Final = "Naam of CBS-code van de gemeente (Utrecht of GM0344), of: landelijk."
_COUNTRY: Final = "landelijk"


@dataclass(frozen=True, slots=True)
class Place:
    """A municipality, or the whole country."""

    code: str
    name: str


def work_on(work: Callable[[Database, Settings], Coroutine[Any, Any, Result]]) -> Result:
    """Run something on the database of this installation; tell when it is not there or has other tables."""
    from ceo.storage.database import open_database
    from ceo.storage.migrating import require_current

    settings = given_settings()

    async def run() -> Result:
        await require_current(settings)
        async with open_database(settings.database_url) as database:
            return await work(database, settings)

    with telling_database_faults():
        return asyncio.run(run())


async def all_places(database: Database) -> tuple[Place, ...]:
    """Return the whole country and every municipality."""
    from sqlmodel import select

    from ceo.storage.municipalities import Municipality
    from ceo.storage.people import NATIONAL
    from ceo.storage.tenancy import reading_across

    async with reading_across(database) as session:
        rows = (await session.exec(select(Municipality))).all()
    return (Place(NATIONAL, _COUNTRY), *(Place(row.code, row.name) for row in rows))


async def require_place(database: Database, given: str) -> Place:
    """Return the place that is meant, or stop and tell what looks like it."""
    places = await all_places(database)
    found = [place for place in places if given.strip().casefold() in {place.code.casefold(), place.name.casefold()}]
    if len(found) != 1:
        fail(f"De gemeente {given} kennen wij niet. {_cure(given, places)}")
    return found[0]


def _cure(given: str, places: Iterable[Place]) -> str:
    names = [place.name for place in places]
    alike = [name for name in names if name.casefold().startswith(given.strip().casefold()) and given.strip()]
    alike = alike or get_close_matches(given.strip().title(), names, n=3)
    if alike:
        return f"Bedoelt u {' of '.join(alike[:3])}?"
    return "Gebruik de naam of de code van het CBS, zoals Utrecht of GM0344."
