"""The months that a release is checked against: of rounds that went on month by month, as their municipality sees them in its series.

A release of such a round holds the sum of its months. Together with the months that are shown it would tell those that are hidden.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlmodel import col, select

from ceo.storage.rounds import PublishedQuestionnaire, Round
from ceo.storage.tenancy import reading_across
from ceo.workflows.following.making import make_all_now
from ceo.workflows.results.months import SealedMonths
from ceo.workflows.results.sealed_months import months_of, read_months

if TYPE_CHECKING:
    from sqlmodel.ext.asyncio.session import AsyncSession

    from ceo.settings import Settings
    from ceo.storage.database import Database
    from ceo.workflows.releases.proposing import SealedRound


async def bring_series_up_to_date(
    database: Database, settings: Settings, rounds: Sequence[SealedRound], *, clock: Callable[[], datetime]
) -> None:
    """Make the series in which a sealed month of these rounds is not yet: a release is checked against all that a series will show."""
    async with reading_across(database) as session:
        monthly = await months_of(session, [one.round_id for one in rounds])
    if municipalities := sorted({one.municipality for one in rounds if one.round_id in monthly}):
        await make_all_now(database, settings, municipalities, now=clock())


async def read_known_months(
    session: AsyncSession, rounds: Sequence[Round], versions: Sequence[tuple[str, str]]
) -> tuple[SealedMonths, ...]:
    """Return of these rounds what readers know of their months. `versions`: content and digest of their questionnaires."""
    found = await read_months(session, rounds, {digest: content for content, digest in versions})
    return tuple(await asyncio.to_thread(lambda: [one.as_known() for one in found]))


async def same_months_known(database: Database, rounds: Sequence[int], beside: bytes) -> bool:
    """Return whether readers know of the months of these rounds what an edition was checked against.

    `beside`: what was kept with the edition (`ReleaseInput.beside`). One short query where no round has months.
    """
    async with reading_across(database) as session:
        monthly = await months_of(session, rounds)
        if not monthly:
            return True
        its_rounds = (await session.exec(select(Round).where(col(Round.id).in_(monthly)))).all()
        sealed = select(PublishedQuestionnaire.content, PublishedQuestionnaire.content_hash)
        asked = col(PublishedQuestionnaire.content_hash).in_({one.questionnaire_hash for one in its_rounds})
        now = await read_known_months(session, its_rounds, (await session.exec(sealed.where(asked))).all())
    return frozenset(now) == await asyncio.to_thread(_known_then, beside)


def _known_then(beside: bytes) -> frozenset[SealedMonths]:
    kept = json.loads(beside or b"{}").get("months", ())
    return frozenset(SealedMonths(one["municipality"], tuple(one["months"]), one["ledger"]).as_known() for one in kept)
