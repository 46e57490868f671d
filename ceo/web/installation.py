"""What the handlers of one process share."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date

from sqlmodel import select

from ceo.clock import dutch_day
from ceo.settings import Settings
from ceo.storage.commit_group import CommitGroup
from ceo.storage.database import Database, open_database
from ceo.storage.municipalities import Municipality
from ceo.storage.tenancy import reading_across
from ceo.web.house import HouseStyles, open_house_styles
from ceo.web.measures import SaveMeasures, measure_process
from ceo.web.reports import Reports, open_reports
from ceo.workflows.publish import PublishedVersions
from ceo.workflows.releases.reading import Cubes
from ceo.workflows.results.reading import shown_rounds


@dataclass(frozen=True, slots=True)
class Installation:
    """The open database and everything that is kept in memory beside it."""

    settings: Settings
    database: Database
    group: CommitGroup
    versions: PublishedVersions
    reports: Reports
    municipalities: dict[str, Municipality]
    houses: HouseStyles
    cubes: Cubes

    @property
    def today(self) -> date:
        """Return the day in the Netherlands."""
        return dutch_day()


@asynccontextmanager
async def open_installation(settings: Settings) -> AsyncIterator[Installation]:
    """Open what the handlers need; on the way out, write every save that waits before the database closes."""
    async with open_database(settings.database_url) as database, open_reports(database, dutch_day) as reports:
        measure_process(database)
        async with reading_across(database) as session:
            municipalities = {row.code: row for row in await session.exec(select(Municipality))}
        shown = {its_round.measurement for its_round in await shown_rounds(database)}
        if shown:
            reports.warm_up()
        for measurement in shown:
            reports.look_at(measurement)
        async with open_house_styles(database, municipalities) as houses, _open_commit_group(database) as group:
            versions = PublishedVersions(database)
            cubes = Cubes(settings.base_url)
            yield Installation(settings, database, group, versions, reports, municipalities, houses, cubes)


@asynccontextmanager
async def _open_commit_group(database: Database) -> AsyncIterator[CommitGroup]:
    """Take saves, and write every one that waits on the way out."""
    group = CommitGroup(database, SaveMeasures())
    try:
        yield group
    finally:
        await group.close()
