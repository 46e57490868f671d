"""The key of the municipality at a list for a round of a series: typed by people, told at once when it is another one, and let go.

What a job holds is not what people typed, but the key of this one series that follows from it, sealed, and only until the job ends.
"""

from __future__ import annotations

import asyncio
from enum import StrEnum

from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.settings import Settings
from ceo.storage.database import Database
from ceo.storage.rounds import Round, RoundDesign
from ceo.storage.tenancy import tenant_reading
from ceo.workflows.frames.choices import ListOrder
from ceo.workflows.frames.person_keys import (
    COST,
    is_strong,
    open_series_key,
    seal_series_key,
    series_check,
    series_key,
)
from ceo.workflows.jobs.working import JobFailedError, Working
from ceo.workflows.rounds.design import Design, Step
from ceo.workflows.rounds.series import series_checks


class PassphraseFault(StrEnum):
    """What is wrong with the key that people typed."""

    MISSING = "missing"
    WEAK = "weak"  # a first wave with a key that can be guessed
    OTHER = "other"  # not the key of the earlier waves


async def is_first_key(database: Database, row: Round) -> bool:
    """Return whether no other wave of the series of a round has a key yet: then a new one can be made."""
    async with tenant_reading(database, row.municipality) as session:
        return not await series_checks(session, row)


async def prove_passphrase(
    database: Database, settings: Settings, row: Round, file_id: str, passphrase: str, *, cost: int = COST
) -> tuple[str, PassphraseFault | None]:
    """Return the key of the series of a round, sealed for the job that loads a list; or "" and what is wrong with what was typed."""
    assert row.series is not None, "only rounds of a series have a key"
    if not passphrase.strip():
        return "", PassphraseFault.MISSING
    async with tenant_reading(database, row.municipality) as session:
        checks = await series_checks(session, row)
    if not checks and not is_strong(passphrase):
        return "", PassphraseFault.WEAK
    key = await asyncio.to_thread(series_key, passphrase, row.municipality, row.series, cost=cost)
    if checks and series_check(key) not in checks:
        return "", PassphraseFault.OTHER
    return seal_series_key(settings.encryption_keys, file_id, row.series, key), None


async def key_of_order(working: Working, order: ListOrder) -> bytes | None:
    """Return the key of the series with which a list is loaded; None when the round is in no series.

    Raises `JobFailedError`: "no-series-key" when the job has none (any more), "other-series-key" when another wave has another key.
    """
    async with tenant_reading(working.database, working.municipality) as session:
        row = await session.get_one(Round, working.round_id)
        checks = await series_checks(session, row) if row.series is not None else frozenset()
    if row.series is None:
        return None
    key = open_series_key(working.settings.encryption_keys, order.file_id, row.series, order.series_key)
    if key is None:
        raise JobFailedError("no-series-key")
    if checks and series_check(key) not in checks:
        raise JobFailedError("other-series-key")
    return key


async def keep_check(session: AsyncSession, order: ListOrder, working: Working, key: bytes | None) -> None:
    """Keep by what the key of a round is known, with the frame that was made with it.

    Raises `JobFailedError` "no-series-key" when the round went into another series, or out of it, while the list was loaded.
    """
    row = await session.get_one(Round, working.round_id, with_for_update=True)
    if key is None and row.series is None:
        return
    keys = working.settings.encryption_keys
    if key is None or open_series_key(keys, order.file_id, row.series or "", order.series_key) != key:
        raise JobFailedError("no-series-key")
    kept = await session.get(RoundDesign, row.id)
    if kept is None:
        assert row.id is not None
        kept = RoundDesign(municipality=row.municipality, round_id=row.id, document={})
        session.add(kept)
    design = Design.model_validate(kept.document) if kept.document else Design(done=tuple(Step))
    kept.document = design.model_copy(update={"series_check": series_check(key)}).model_dump(mode="json")
