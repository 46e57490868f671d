"""What asks for attention in a municipality: what is open, what ends soon, and what waits for somebody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import func
from sqlmodel import col, select

from ceo.storage.callbacks import Callback
from ceo.storage.configurations import Configuration
from ceo.storage.database import Database
from ceo.storage.rounds import Round, is_open
from ceo.storage.tenancy import reading_across, tenant_reading
from ceo.workflows.releases.standing import Standing, list_waiting
from ceo.workflows.rounds.listing import RoundOverview, RoundState, current_and_past_rounds

# In days: a round that ends so soon is mentioned.
SOON: Final = 14
# Of the rounds that are over, the newest few.
_MOST_PAST: Final = 3


@dataclass(frozen=True, slots=True)
class Attention:
    """What a municipality's home page tells. `calls`: people who want to be called back."""

    current: tuple[RoundOverview, ...]
    past: tuple[RoundOverview, ...]
    ends_soon: tuple[RoundOverview, ...]
    nobody_invited: tuple[RoundOverview, ...]
    calls: int
    in_the_making: tuple[tuple[str, str], ...]  # id and title of questionnaires that are not published yet
    releases: tuple[Standing, ...]  # drafts in which nothing happens before this municipality does something


async def what_asks_attention(
    database: Database, municipality: str, *, today: date, decides_on_releases: bool
) -> Attention:
    """Return what asks for attention in a municipality today, in a number of queries that does not depend on how much there is.

    `decides_on_releases`: also tell of releases that wait for it. Who decides nothing about them need not hear it, and costs no query.
    """
    current, past = await current_and_past_rounds(database, municipality, today=today, past=_MOST_PAST)
    async with tenant_reading(database, municipality) as session:
        calls = (await session.exec(select(func.count()).select_from(Callback))).one()
        making = select(Configuration.id, Configuration.title).where(
            col(Configuration.published_hash).is_(None), col(Configuration.removed).is_(False)
        )
        in_the_making = (await session.exec(making.order_by(Configuration.title))).all()
    releases = await list_waiting(database, municipality) if decides_on_releases else []
    open_now = [one for one in current if one.state == RoundState.OPEN]
    return Attention(
        current=tuple(current),
        past=tuple(past),
        ends_soon=tuple(one for one in open_now if one.days_left(today) <= SOON),
        nobody_invited=tuple(one for one in open_now if not one.invited),
        calls=calls,
        in_the_making=tuple((row[0], row[1]) for row in in_the_making),
        releases=tuple(releases),
    )


async def open_rounds_by_municipality(database: Database, *, today: date) -> Mapping[str, int]:
    """Return for each municipality how many rounds are open today; one that has none is not in it."""
    async with reading_across(database) as session:
        counted = select(Round.municipality, func.count()).where(is_open(today)).group_by(Round.municipality)
        return dict((await session.exec(counted)).all())
