"""The months that a release is checked against: of rounds that went on month by month, as their municipality sees them in its series.

A release of such a round holds the sum of its months. Together with the months that are shown it would tell those that are hidden.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.exc import IntegrityError

from ceo.storage.tenancy import reading_across
from ceo.workflows.following.making import make_now
from ceo.workflows.results.sealed_months import months_of, read_months

if TYPE_CHECKING:
    from sqlmodel.ext.asyncio.session import AsyncSession

    from ceo.settings import Settings
    from ceo.storage.database import Database
    from ceo.storage.rounds import Round
    from ceo.workflows.releases.proposing import SealedRound
    from ceo.workflows.results.months import SealedMonths


async def bring_series_up_to_date(
    database: Database, settings: Settings, rounds: Sequence[SealedRound], *, clock: Callable[[], datetime]
) -> None:
    """Make the series in which a sealed month of these rounds is not yet: a release is checked against all that a series will show."""
    async with reading_across(database) as session:
        monthly = await months_of(session, [one.round_id for one in rounds])
    for municipality in sorted({one.municipality for one in rounds if one.round_id in monthly}):
        with suppress(IntegrityError):  # a worker made the same one meanwhile
            await make_now(database, settings, municipality, now=clock())


async def read_known_months(
    session: AsyncSession, rounds: Sequence[Round], versions: Sequence[tuple[str, str]]
) -> tuple[SealedMonths, ...]:
    """Return of these rounds what the newest series of their months shows. `versions`: content and digest of their questionnaires."""
    found = await read_months(session, rounds, {digest: content for content, digest in versions})
    return tuple(await asyncio.to_thread(lambda: [one.only_newest() for one in found]))
