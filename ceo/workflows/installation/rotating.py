"""Another key for what stands sealed in the database: which values need which key, and sealing them anew with the current one.

Values under the old and the new key can both be read meanwhile, and every batch is a transaction of its own: what is broken off goes
on where it was. A value that somebody changes at the same moment is left to them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Text, cast, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.callbacks import Callback
from ceo.storage.clients import Client, Contact
from ceo.storage.database import Database
from ceo.storage.forgetting import wait_for_rewriting
from ceo.storage.kept_files import KeptFilePart
from ceo.storage.letters import OutgoingMail
from ceo.storage.people import IdentityProvider, User
from ceo.storage.sealed import count_by_key, replace_sealed, sealed_otherwise
from ceo.storage.submissions import Draft
from ceo.storage.tenancy import TenantRow, reading_across, shared_transaction, tenant_transaction
from ceo.workflows.answering import callbacks
from ceo.workflows.frames.person_keys import SERIES_KEY
from ceo.workflows.installation.keyring import (
    CONTACT,
    IDENTITY_PROVIDER,
    KEPT_FILE,
    OUTGOING_MAIL,
    PERSON_KEY,
    SECOND_FACTOR,
    DamagedSealError,
    UnknownKeyError,
    key_name,
    seal,
    unseal,
)


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """A column with sealed values: for which purpose they are sealed, and at which place the value of a row stands.

    What stands behind `behind` in a value is not under a key of the installation, and stays as it is.
    """

    table: type[Any]
    column: str
    purpose: str
    place: Callable[[Any], str]
    behind: str = ""

    @property
    def name(self) -> str:
        """Return the name that people know it by: table and column."""
        return f"{self.table.__tablename__}.{self.column}"


# All of them: a test compares these with the tables.
SEALED_COLUMNS: Final = (
    SealedColumn(User, "totp", SECOND_FACTOR, lambda user: str(user.id)),
    SealedColumn(IdentityProvider, "client_secret", IDENTITY_PROVIDER, lambda provider: str(provider.id)),
    SealedColumn(Client, "sealed_person_key", PERSON_KEY, lambda client: str(client.id)),
    SealedColumn(Contact, "sealed", CONTACT, lambda contact: str(contact.id)),
    SealedColumn(KeptFilePart, "sealed", KEPT_FILE, lambda part: str(part.id)),
    SealedColumn(OutgoingMail, "sealed", OUTGOING_MAIL, lambda mail: str(mail.id)),
    SealedColumn(
        Callback, "sealed", callbacks.ENVELOPE, lambda call: str(call.municipality), behind=callbacks.BEHIND_ENVELOPE
    ),
)
# Purposes of what a browser keeps for a few minutes: nothing to seal anew. Whoever is half-way just begins again.
IN_BROWSERS: Final = frozenset({"second factor that is being set up", "signing in at an identity provider"})
# Purposes of what a job holds until it ends, which is minutes. A job whose key has gone says so, and people type their own key again.
IN_JOBS: Final = frozenset({SERIES_KEY})
# Not a column that can be sealed anew: only clients open what they wrote.
IN_DRAFTS: Final = "draft"


@dataclass(frozen=True, slots=True)
class KeyUse:
    """How many values need a key, by where they stand; `known` when the installation has it, `current` when it seals with it."""

    key: str
    known: bool
    current: bool
    values: Mapping[str, int]

    @property
    def total(self) -> int:
        """Return the number of values that could not be read without this key."""
        return sum(self.values.values())


@dataclass(frozen=True, slots=True)
class SealedAnew:
    """What came of sealing anew. `unreadable`: values that no key of the installation opens; they were left as they are."""

    done: int
    unreadable: int


async def key_uses(database: Database, keys: Sequence[bytes]) -> tuple[KeyUse, ...]:
    """Return what needs each key: those of the installation in their order, then those that it does not have."""
    counted = {column.name: Counter[str]() for column in SEALED_COLUMNS} | {IN_DRAFTS: Counter[str]()}
    async with reading_across(database) as session:
        for column in SEALED_COLUMNS:
            counted[column.name].update(await count_by_key(session, column.table, column.column))
        for key in map(key_name, keys):
            counted[IN_DRAFTS][key] = await _count_drafts(session, key)
    known = list(map(key_name, keys))
    found = sorted({key for counts in counted.values() for key in counts} - set(known))
    return tuple(
        KeyUse(key, key in known, key == known[0], {name: counts[key] for name, counts in counted.items()})
        for key in (*known, *found)
    )


async def seal_anew(
    database: Database, keys: Sequence[bytes], *, report: Callable[[int], None] = lambda _: None, number: int = 200
) -> SealedAnew:
    """Seal everything with the current key, a number of values in a transaction; `report` hears after each how many are done."""
    done = unreadable = 0
    for column in SEALED_COLUMNS:
        for municipality in await _municipalities(database, column):
            after: str | None = ""
            while after is not None:
                async with _writing(database, municipality) as session:
                    batch = await _seal_batch(session, keys, column, after=after, number=number)
                done += batch.done
                unreadable += batch.unreadable
                after = batch.last
                report(done)
    return SealedAnew(done, unreadable)


@dataclass(frozen=True, slots=True)
class _Batch:
    """What was done; `last` is the id that it ended with, None when there was nothing left."""

    done: int
    unreadable: int
    last: str | None


async def _seal_batch(
    session: AsyncSession, keys: Sequence[bytes], column: SealedColumn, *, after: str, number: int
) -> _Batch:
    current = key_name(keys[0])
    rows = await sealed_otherwise(session, column.table, column.column, current, after=after, number=number)
    done = unreadable = 0
    for row in rows:
        value = _sealed_anew(keys, column, row)
        if value is None:
            unreadable += 1
        else:
            done += await replace_sealed(session, row, column.column, value)
    return _Batch(done, unreadable, str(rows[-1].id) if len(rows) == number else None)


def _sealed_anew(keys: Sequence[bytes], column: SealedColumn, row: Any) -> str | None:
    """Return the value of a row under the current key; None when no key opens it."""
    value, place = getattr(row, column.column), column.place(row)
    own, behind, rest = value.partition(column.behind) if column.behind else (value, "", "")
    try:
        return seal(keys, column.purpose, place, unseal(keys, column.purpose, place, own)) + behind + rest
    except (UnknownKeyError, DamagedSealError):
        return None


@asynccontextmanager
async def _writing(database: Database, municipality: str | None) -> AsyncIterator[AsyncSession]:
    if municipality is None:
        async with shared_transaction(database) as session:
            yield session
    else:
        async with tenant_transaction(database, municipality) as session:
            # The daily upkeep writes requests to be called anew: a row that it takes away meanwhile would be missed.
            await wait_for_rewriting(session)
            yield session


async def _municipalities(database: Database, column: SealedColumn) -> Sequence[str | None]:
    """Return whose rows a column has; None stands for a table that belongs to no municipality."""
    if not issubclass(column.table, TenantRow):
        return (None,)
    async with reading_across(database) as session:
        return sorted((await session.exec(select(col(column.table.municipality)).distinct())).all())


async def _count_drafts(session: AsyncSession, key: str) -> int:
    """Return in how many drafts somebody asks to be called with an envelope that needs a key."""
    holding = cast(col(Draft.consents), Text).contains(f'"{key}{callbacks.BEHIND_KEY_NAME}', autoescape=True)
    return (await session.exec(select(func.count()).select_from(Draft).where(holding))).one()


def keys_that_can_go(uses: Sequence[KeyUse]) -> Iterator[str]:
    """Return the names of the keys of the installation that nothing needs any more."""
    return (use.key for use in uses if use.known and not use.current and not use.total)
