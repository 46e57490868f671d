"""What the results page of a measurement counts and shows: a point of the series of measurements is of the same answers, and of no others.

A page counts answers ten or more at a time, so a few that came last are in no edition of it. A point of everybody that was sealed would
give these few away: it is the page and those few. Nor does a point show what the page hides, because of an earlier edition, for instance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import func
from sqlmodel import col, select

from analysis.results import Estimate
from ceo.storage.editions import PublishedCounts
from ceo.storage.submissions import Submission
from ceo.storage.tenancy import reading_across, tenant_reading
from ceo.workflows.ending.sealing import its_answers, sealed_rows

if TYPE_CHECKING:
    from analysis.snapshots import Snapshot
    from ceo.storage.database import Database
    from ceo.workflows.following.computing import Computed


@dataclass(frozen=True, slots=True)
class Page:
    """The newest edition of a measurement, whoever made it: its `number`, and how many answers of the round are counted. 0: none."""

    number: int = 0
    counted: int = 0


async def find_pages(database: Database, municipality: str, rounds: Mapping[int, str]) -> dict[int, Page]:
    """Return by round what its page counts. `rounds`: their measurements."""
    if not rounds:
        return {}
    counted = select(Submission.round_id, func.count()).where(
        col(Submission.round_id).in_(rounds), col(Submission.edition).is_not(None)
    )
    async with tenant_reading(database, municipality) as session:
        counts = dict((await session.exec(counted.group_by(col(Submission.round_id)))).all())
    newest = select(PublishedCounts.measurement, func.max(PublishedCounts.edition)).where(
        col(PublishedCounts.measurement).in_(set(rounds.values()))
    )
    async with reading_across(database) as session:
        numbers = dict((await session.exec(newest.group_by(col(PublishedCounts.measurement)))).all())
    return {one: Page(numbers.get(name) or 0, counts.get(one, 0)) for one, name in rounds.items()}


async def only_counted(
    database: Database, municipality: str, snapshot: Snapshot, round_id: int, page: Page
) -> Snapshot:
    """Return a snapshot with the answers that the page counts; with all while it counts none, because then it will count all at once."""
    if not 0 < page.counted < len(snapshot.rows):
        return snapshot
    among = its_answers(round_id) & col(Submission.edition).is_not(None)
    async with tenant_reading(database, municipality) as session:
        return replace(snapshot, rows=tuple([row async for row in sealed_rows(session, among)]))


async def read_ledgers(database: Database, pages: Mapping[str, Page]) -> dict[str, str]:
    """Return by measurement what its editions and releases have shown, as JSON; those of which nothing was published are not in it."""
    statement: Any = select(PublishedCounts).where(
        col(PublishedCounts.measurement).in_(pages),
        col(PublishedCounts.edition).in_({one.number for one in pages.values()}),
    )
    async with reading_across(database) as session:
        rows: Sequence[PublishedCounts] = (await session.exec(statement)).all()
    return {row.measurement: row.content for row in rows if row.edition == pages[row.measurement].number}


def not_on_pages(computed: Computed, ledgers: Mapping[str, str], municipality: str) -> dict[str, frozenset[str]]:
    """Return by indicator the measurements of which the page shows no figure of just as many respondents. Takes long: for a thread."""
    shown = {name: shown_on_page(content, municipality) for name, content in ledgers.items()}
    hidden: dict[str, set[str]] = {}
    for one in computed.followed:
        for measurement, figure in one.figures.items():
            its = shown.get(measurement)
            if (
                its is not None
                and isinstance(figure, Estimate)
                and figure.respondents not in its.get(one.indicator, ())
            ):
                hidden.setdefault(one.indicator, set()).add(measurement)
    return {indicator: frozenset(names) for indicator, names in hidden.items()}


def shown_on_page(content: str, municipality: str) -> dict[str, set[int]] | None:
    """Return by item of how many respondents a figure was shown; None when nothing of the municipality was ever counted."""
    from analysis.disclosure.ledger import Ledger
    from analysis.pooling import EARLIER

    place = (municipality, "", "")
    found: dict[str, set[int]] = {}
    counted = False
    for release in Ledger.model_validate_json(content).releases:
        for record in release.items:
            own = [it for way in record.ways for it in way if it.place == place and it.respondents]
            counted = counted or bool(own)
            found.setdefault(record.item.split(EARLIER)[0], set()).update(it.respondents for it in own if it.shown)
    return found if counted else None
