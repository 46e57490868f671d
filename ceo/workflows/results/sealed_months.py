"""Reading which months of rounds were sealed, and what the series of these months shows."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import func, tuple_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.endings import Snapshot
from ceo.storage.following import SeriesEdition
from ceo.storage.rounds import Round
from ceo.workflows.ending.sealing import WHOLE
from ceo.workflows.results.months import SealedMonths
from questionnaires.names import id_of

# The grain of a series of months (`ceo.workflows.following.series`).
_BY_MONTH: Final = "month"


async def read_months(
    session: AsyncSession, rounds: Sequence[Round], contents: Mapping[str, str]
) -> tuple[SealedMonths, ...]:
    """Return of the rounds of which months were sealed what the newest series of these months shows.

    `contents`: of the questionnaires of these rounds by their digest.
    """
    its = {one.id: one for one in rounds}
    months = await months_of(session, [one.id for one in rounds if one.id is not None])
    if not months:
        return ()
    newest = select(SeriesEdition.municipality, SeriesEdition.core, func.max(SeriesEdition.number)).where(
        col(SeriesEdition.municipality).in_({its[one].municipality for one in months}),
        col(SeriesEdition.grain) == _BY_MONTH,
    )
    last = newest.group_by(col(SeriesEdition.municipality), col(SeriesEdition.core)).subquery()
    row = SeriesEdition
    own = tuple_(row.municipality, row.core, row.number).in_(select(*last.c))
    found = await session.exec(select(row.municipality, row.core, row.ledger).where(col(row.grain) == _BY_MONTH, own))
    ledgers = {(municipality, core): ledger for municipality, core, ledger in found}
    return tuple(
        SealedMonths(its[one].municipality, periods, ledgers[key])
        for one, periods in months.items()
        if (key := (its[one].municipality, id_of(json.loads(contents[its[one].questionnaire_hash])["parts"][0])))
        in ledgers
    )


async def months_of(session: AsyncSession, rounds: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """Return the sealed months of the rounds that have any, in order of round and time."""
    sealed = select(Snapshot.round_id, Snapshot.period).where(
        col(Snapshot.round_id).in_(rounds), col(Snapshot.period) != WHOLE
    )
    found: dict[int, tuple[str, ...]] = {}
    for round_id, period in await session.exec(sealed.order_by(col(Snapshot.round_id), col(Snapshot.period))):
        found[round_id] = (*found.get(round_id, ()), period)
    return found
