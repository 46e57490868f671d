"""How well keyers agree, and how much paper waits: of a round, never of a form or a person."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any, Final

from sqlalchemy import case, func
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.clock import DUTCH_TIME
from ceo.storage.audit import AuditRecord
from ceo.storage.database import Database
from ceo.storage.paper import KeyedForm, KeyingTally
from ceo.storage.tenancy import tenant_reading
from ceo.workflows.paper.keyed import Compared

_KEYINGS: Final = ("paper.keyed", "paper.keyed-again")


@dataclass(frozen=True, slots=True)
class ErrorRate:
    """In how many of the answers that were keyed twice the two differed. `low` and `high` are shares, 0 to 1, at 95 %."""

    compared: int
    differed: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """Return the share that differed, 0 to 1."""
        return self.differed / self.compared


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many forms were keyed and not sent: to be looked over, to be keyed by somebody else, and with two keyings to settle."""

    to_check: int = 0
    to_key_again: int = 0
    to_reconcile: int = 0

    @property
    def forms(self) -> int:
        """Return how many there are in all."""
        return self.to_check + self.to_key_again + self.to_reconcile


@dataclass(frozen=True, slots=True)
class KeyingProgress:
    """Where the keying of a round stands. `own_today`: forms that who asks keyed today. `overall` is None before anything was compared."""

    waiting: Waiting
    own_today: int
    overall: ErrorRate | None = None
    by_item: dict[str, ErrorRate] = field(default_factory=dict)


async def read_progress(
    database: Database, municipality: str, round_id: int, *, by: str, now: datetime
) -> KeyingProgress:
    """Return where the keying of a round stands, for somebody (`by` is an id)."""
    async with tenant_reading(database, municipality) as session:
        waiting = await count_waiting(session, round_id)
        own_today = await _count_own(session, round_id, by, now)
        tallies = (await session.exec(select(KeyingTally).where(col(KeyingTally.round_id) == round_id))).all()
    if not tallies:
        return KeyingProgress(waiting, own_today)
    # It loads numpy, the first time: that takes longer than other requests may wait for.
    overall, *rates = await asyncio.to_thread(_rates, tallies)
    by_item = {tally.item: rate for tally, rate in zip(tallies, rates, strict=True)}
    return KeyingProgress(waiting, own_today, overall, by_item)


async def count_waiting(session: AsyncSession, round_id: int) -> Waiting:
    """Return how many forms of a round were keyed and not sent."""
    once = col(KeyedForm.second_by).is_(None)
    needed = col(KeyedForm.needs_second)
    kinds = (once & ~needed, once & needed, ~once)
    counted = select(*(func.coalesce(func.sum(case((kind, 1), else_=0)), 0) for kind in kinds))
    row = (await session.exec(counted.where(col(KeyedForm.round_id) == round_id))).one()
    return Waiting(*map(int, row))


async def count_agreement(session: AsyncSession, form: KeyedForm, compared: Compared) -> None:
    """Add to the tallies of a round what two keyings of one form agree on. In a transaction of its own, apart from sending it."""
    rows = [
        {
            "municipality": form.municipality,
            "round_id": form.round_id,
            "item": item,
            "compared": 1,
            "differed": int(item in compared.differing),
        }
        for item in sorted(compared.items)  # in one order, so that two keyers never wait for each other
    ]
    if not rows:
        return
    dialect = session.get_bind().dialect.name
    insert: Any = (sqlite.insert if dialect == "sqlite" else postgresql.insert)(KeyingTally)
    more = {
        "compared": col(KeyingTally.compared) + insert.excluded.compared,
        "differed": col(KeyingTally.differed) + insert.excluded.differed,
    }
    await session.exec(insert.on_conflict_do_update(index_elements=["round_id", "item"], set_=more), params=rows)


async def _count_own(session: AsyncSession, round_id: int, by: str, now: datetime) -> int:
    midnight = datetime.combine(now.astimezone(DUTCH_TIME).date(), time(), DUTCH_TIME)
    counted = select(func.count(col(AuditRecord.number))).where(
        col(AuditRecord.actor) == by,
        col(AuditRecord.action).in_(_KEYINGS),
        col(AuditRecord.object_id) == str(round_id),
        col(AuditRecord.at) >= midnight,
    )
    return (await session.exec(counted)).one()


def _rates(tallies: Sequence[KeyingTally]) -> list[ErrorRate]:
    """Return the error rate of all items together, and that of each.

    The interval is that of Wilson (1927). Of all together it takes answers for independent, though those of one form share a keyer: it is
    rather too narrow.
    """
    import numpy as np

    from analysis.intervals import wilson_interval

    compared = np.array([sum(one.compared for one in tallies), *(one.compared for one in tallies)], dtype=float)
    differed = np.array([sum(one.differed for one in tallies), *(one.differed for one in tallies)], dtype=float)
    low, high = wilson_interval(differed / compared, compared)
    return [
        ErrorRate(int(n), int(k), max(0.0, float(one)), float(other))
        for n, k, one, other in zip(compared, differed, low, high, strict=True)
    ]
