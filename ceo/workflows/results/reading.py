"""Reading what a municipality shows of a round."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select

from ceo.storage.contacts import count_invitations
from ceo.storage.database import Database
from ceo.storage.editions import Edition, latest_edition
from ceo.storage.rounds import Round, is_open
from ceo.storage.submissions import count_submissions
from ceo.storage.tenancy import reading_across, tenant_reading


@dataclass(frozen=True, slots=True)
class ShownResults:
    """The newest edition of a round, and how many people were invited and have answered by now."""

    round: Round
    edition: Edition | None
    invited: int
    submitted: int
    counted: int

    @property
    def waiting(self) -> int:
        """Return the number of submissions that no edition counts yet."""
        return self.submitted - self.counted

    @property
    def name(self) -> str:
        """Return what identifies this edition among all."""
        return f"{self.round.id}/{self.edition.number}" if self.edition is not None else ""


async def read_shown_results(database: Database, municipality: str, measurement: str) -> ShownResults | None:
    """Return the results of a round that are open to all; None when there are no such results."""
    results = await read_results(database, municipality, measurement)
    return results if results is not None and results.round.results_shown else None


async def read_results(database: Database, municipality: str, measurement: str) -> ShownResults | None:
    """Return the results of a round, for those who work there; None when there is no such round."""
    if "\x00" in measurement:  # PostgreSQL has no such text, so nothing has this name
        return None
    async with tenant_reading(database, municipality) as session:
        its_round = (await session.exec(select(Round).where(col(Round.measurement) == measurement))).one_or_none()
        if its_round is None or its_round.id is None:
            return None
        submitted, counted = await count_submissions(session, its_round.id)
        return ShownResults(
            round=its_round,
            edition=await latest_edition(session, its_round.id),
            invited=sum((await count_invitations(session, its_round.id)).values()),
            submitted=submitted,
            counted=counted,
        )


async def shown_rounds(database: Database) -> list[Round]:
    """Return the rounds whose results are open to all, in order of municipality."""
    async with reading_across(database) as session:
        shown = select(Round).where(col(Round.results_shown).is_(True)).order_by(col(Round.municipality))
        return list(await session.exec(shown))


async def open_municipalities(database: Database, *, today: date) -> set[str]:
    """Return the municipalities in which people can fill in today."""
    async with reading_across(database) as session:
        asking = select(Round.municipality).where(is_open(today))
        return set(await session.exec(asking))


async def newest_report(database: Database, municipality: str, measurement: str) -> str | None:
    """Return the report of the newest edition as JSON, shown or not; None when there is none."""
    async with tenant_reading(database, municipality) as session:
        round_id = (await session.exec(select(Round.id).where(col(Round.measurement) == measurement))).one_or_none()
        edition = await latest_edition(session, round_id) if round_id is not None else None
    return edition.report if edition is not None else None
