"""Periods of keeping: nothing goes early, a dry run changes nothing, and what is due goes once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from arrangements import UTRECHT, OpenedRound, arrange_round, hand_in
from sqlmodel import select

from ceo.settings import Settings
from ceo.storage.clients import LastSurveyed
from ceo.storage.database import Database
from ceo.storage.endings import Erasure
from ceo.storage.jobs import Job
from ceo.storage.rounds import Round, RoundStage
from ceo.storage.submissions import Submission
from ceo.storage.tenancy import reading_across, tenant_transaction
from ceo.workflows.ending.retention import PERIODS, Due, Kind, let_go, what_is_due

pytestmark = pytest.mark.anyio

CLOSED = date(2026, 12, 31)
NOON = datetime(2029, 6, 1, 12, tzinfo=UTC)
TOLD = {"version": 1, "value": "Mijn hond heet Bello."}


@pytest.fixture
async def erased(database: Database, installation_settings: Settings) -> OpenedRound:
    """An erased round in which somebody told a story, and somebody who was drawn for it."""
    opened = await arrange_round(database, installation_settings, closes_on=CLOSED)
    await hand_in(database, opened, 3)
    async with tenant_transaction(database, UTRECHT) as session:
        (await session.get_one(Round, opened.round_id)).stage = RoundStage.ERASED.value
        row = next(iter(await session.exec(select(Submission))))
        row.answers, row.consents = {**row.answers, "VER01": TOLD}, {"VER01": {"scopes": ["leren_intern"]}}
        own = {"municipality": UTRECHT, "round_id": opened.round_id, "counts": {}, "digest": "", "erased_by": "7f"}
        session.add(Erasure(**own, finished_at=NOON))
        session.add(LastSurveyed(municipality=UTRECHT, person_hash="p", drawn_on=CLOSED))
    return opened


async def words(database: Database) -> list[str]:
    async with reading_across(database) as session:
        rows = (await session.exec(select(Submission))).all()
    return [item for row in rows for item in (*row.answers, *row.consents) if item == "VER01"]


async def test_until_the_period_has_passed_nothing_is_due(database: Database, erased: OpenedRound) -> None:
    assert await what_is_due(database, today=CLOSED + PERIODS[Kind.OWN_WORDS]) == []


async def test_a_dry_run_tells_what_is_due_and_changes_nothing(database: Database, erased: OpenedRound) -> None:
    later = CLOSED + PERIODS[Kind.OWN_WORDS] + timedelta(days=1)
    before = await words(database)
    for _ in range(2):
        assert await what_is_due(database, today=later) == [
            Due(Kind.DRAWN, UTRECHT, 1),
            Due(Kind.OWN_WORDS, UTRECHT, 1),
        ]
    assert await words(database) == before != []


async def test_what_is_due_goes_once_and_the_other_answers_stay(database: Database, erased: OpenedRound) -> None:
    later = CLOSED + PERIODS[Kind.OWN_WORDS] + timedelta(days=1)
    assert len(await let_go(database, today=later, now=NOON)) == 2
    assert await words(database) == []
    assert await let_go(database, today=later, now=NOON) == []
    async with reading_across(database) as session:
        assert (await session.exec(select(LastSurveyed))).all() == []
        rows = (await session.exec(select(Submission))).all()
        assert (await session.get_one(Erasure, erased.round_id)).words_removed_on == later
    assert all(len(row.answers) > 5 for row in rows)


async def test_contacts_are_asked_for_as_a_job_on_the_promised_day(
    database: Database, installation_settings: Settings
) -> None:
    opened = await arrange_round(database, installation_settings)
    async with tenant_transaction(database, UTRECHT) as session:
        (await session.get_one(Round, opened.round_id)).erase_on = CLOSED
    assert await what_is_due(database, today=CLOSED - timedelta(days=1)) == []
    assert await let_go(database, today=CLOSED, now=NOON) == [Due(Kind.CONTACTS, UTRECHT, 1)]
    async with reading_across(database) as session:
        assert [(job.kind, job.round_id) for job in await session.exec(select(Job))] == [
            ("erase-round", opened.round_id)
        ]
