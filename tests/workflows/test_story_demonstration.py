"""The stories of the demonstration that were read already."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from arrangements import UTRECHT, arrange_round, hand_in
from sqlmodel import select

from ceo.settings import Settings
from ceo.storage.database import Database
from ceo.storage.submissions import Submission
from ceo.storage.tenancy import tenant_transaction
from ceo.workflows.demonstration.stories import seed_readings
from ceo.workflows.publish import PublishedVersions
from ceo.workflows.stories.cases import list_cases
from ceo.workflows.stories.patterns import read_pattern
from ceo.workflows.stories.rooms import Room

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


async def test_the_demonstration_holds_stories_that_two_readers_read(
    database: Database, installation_settings: Settings
) -> None:
    opened = await arrange_round(database, installation_settings, measurement="wmo-2026")
    await hand_in(database, opened, 40)
    async with tenant_transaction(database, UTRECHT) as session:
        rows = [row for row in await session.exec(select(Submission)) if "value" in row.answers.get("VER01", {})]
        for row in rows:
            row.consents, row.edition = {"VER01": {"given": ["leren_intern", "delen_anoniem"], "withdrawn": []}}, 1
    await seed_readings(database, now=NOW)
    pattern = await read_pattern(database, PublishedVersions(database), Room(UTRECHT, opened.round_id, "eva"))
    assert pattern is not None
    assert (pattern.stories, pattern.decided, pattern.coded, len(pattern.quotes)) == (
        len(rows),
        len(rows),
        len(rows),
        2,
    )
    assert len(await list_cases(database, UTRECHT)) == 1
