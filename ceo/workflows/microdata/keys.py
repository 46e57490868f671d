"""Keys with which the user of an agreement fetches its files: each belongs to one agreement, and lives no longer than that."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from analysis.microdata.rule import MicrodataFault
from ceo.storage.agreements import Agreement
from ceo.storage.api_keys import ApiKey
from ceo.storage.database import Database
from ceo.storage.releases import Release
from ceo.storage.tenancy import reading_across
from ceo.workflows.api_keys.finding import list_keys
from ceo.workflows.api_keys.making import KeyFault, MadeKey, Scope, WantedKey, make_key
from ceo.workflows.microdata.agreeing import standing_faults
from ceo.workflows.releases.deciding import By


async def make_agreement_key(
    database: Database, number: str, label: str, expires_on: date | None, by: By
) -> MadeKey | tuple[KeyFault | MicrodataFault, ...]:
    """Make a key of an agreement, for the place that `by` works for, or return everything that is wrong."""
    async with reading_across(database) as session:
        row = await session.get(Agreement, number)
        edition = None if row is None else await session.get(Release, (row.release, row.edition))
    faults = standing_faults(row, edition, by)
    if row is None or faults:
        return faults
    # A day that cannot be read is wrong in the same way as one that has passed.
    last_day = date.min if expires_on is None or expires_on > row.ends_on else expires_on
    wanted = WantedKey(label, (Scope.MICRODATA,), last_day, agreement=row.id)
    return await make_key(database, by.place, wanted, actor=by.actor, now=by.now)


async def keys_of(database: Database, number: str, place: str) -> Sequence[ApiKey]:
    """Return the keys of an agreement in a place, the newest first, also those that work no more."""
    return [key for key in await list_keys(database, place) if key.agreement == number]
