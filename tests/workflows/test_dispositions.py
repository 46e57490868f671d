"""What the municipality hears about people who will not answer."""

from __future__ import annotations

import pytest
from arrangements import TODAY, ZWOLLE, OpenedRound, arrange_round, fill_in
from sqlmodel import col, select, update

from ceo.settings import Settings
from ceo.storage.contacts import Disposition, Invitation, SecondCode
from ceo.storage.database import Database
from ceo.storage.rounds import Round, RoundStage
from ceo.storage.submissions import Draft
from ceo.storage.tenancy import reading_across, tenant_transaction
from ceo.workflows.answering.access_codes import AccessKey, access_key, draw_code, read_code
from ceo.workflows.answering.reader import USUAL_READER
from ceo.workflows.inviting.brought_codes import CodeFault
from ceo.workflows.inviting.dispositions import note_disposition, record_disposition
from ceo.workflows.inviting.interviewing import begin_for, find_person

pytestmark = pytest.mark.anyio


@pytest.fixture
async def opened(database: Database, installation_settings: Settings) -> OpenedRound:
    return await arrange_round(database, installation_settings)


async def note(
    database: Database, opened: OpenedRound, key: AccessKey, disposition: Disposition | None
) -> CodeFault | None:
    from ceo.clock import now

    return await note_disposition(database, key, opened.round_id, disposition, actor="noor", now=now())


async def dispositions(database: Database) -> list[str | None]:
    async with reading_across(database) as session:
        rows = await session.exec(select(Invitation))
        return sorted((row.disposition for row in rows), key=str)


async def test_a_disposition_stays_with_the_invitation_and_can_be_taken_back(
    database: Database, opened: OpenedRound
) -> None:
    for disposition in Disposition:
        assert await note(database, opened, opened.key(), disposition) is None
        assert await dispositions(database) == sorted([None, None, disposition.value], key=str)
        assert await note(database, opened, opened.key(), None) is None
        assert await dispositions(database) == [None, None, None]


async def test_the_code_of_a_reminder_leads_to_the_same_invitation(database: Database, opened: OpenedRound) -> None:
    second = access_key(opened.settings.secret_key, opened.municipality, read_code(draw_code()) or "")
    async with tenant_transaction(database, opened.municipality) as session:
        first = opened.key().access_hash
        session.add(SecondCode(municipality=opened.municipality, access_hash=second.access_hash, invitation_hash=first))
        await session.flush()
        assert await record_disposition(session, second.access_hash, Disposition.UNDELIVERABLE)
    assert await dispositions(database) == [None, None, "undeliverable"]


async def test_who_has_answered_keeps_no_disposition(database: Database, opened: OpenedRound) -> None:
    await fill_in(database, opened, 0, send=True)
    assert await note(database, opened, opened.key(), Disposition.REFUSED_OTHERWISE) is CodeFault.ANSWERED
    assert await dispositions(database) == [None, None, None]


async def test_only_who_refuses_loses_what_was_filled_in(database: Database, opened: OpenedRound) -> None:
    for number, disposition in enumerate((Disposition.NOT_ABLE, Disposition.REFUSED_OTHERWISE)):
        await fill_in(database, opened, number, send=False)
        await note(database, opened, opened.key(number), disposition)
    async with reading_across(database) as session:
        left = [row.id for row in await session.exec(select(Draft))]
    assert left == [opened.key(0).draft_id]


async def test_dispositions_are_kept_until_a_round_is_sealed(database: Database, opened: OpenedRound) -> None:
    faults = {
        RoundStage.FIELD: None,
        RoundStage.CLOSED: None,  # letters still come back
        RoundStage.SEALED: CodeFault.NOT_IN_FIELD,
        RoundStage.ERASED: CodeFault.NOT_IN_FIELD,
    }
    for stage, fault in faults.items():
        async with tenant_transaction(database, opened.municipality) as session:
            await session.exec(update(Round).where(col(Round.id) == opened.round_id).values(stage=stage.value))
        assert await note(database, opened, opened.key(), Disposition.UNDELIVERABLE) is fault, stage


async def test_a_code_of_elsewhere_changes_nothing(
    database: Database, opened: OpenedRound, installation_settings: Settings
) -> None:
    later = await arrange_round(database, installation_settings, measurement="later")
    assert await note(database, opened, later.key(), Disposition.DECEASED) is CodeFault.OTHER_ROUND
    elsewhere = AccessKey(ZWOLLE, opened.key().secret)
    assert await note(database, opened, elsewhere, Disposition.DECEASED) is CodeFault.UNKNOWN
    assert await find_person(database, later.key(), opened.round_id, today=TODAY) is CodeFault.OTHER_ROUND
    assert await dispositions(database) == [None] * 6


async def test_filling_in_by_phone_is_begun_once_and_told_in_the_draft(database: Database, opened: OpenedRound) -> None:
    for _ in range(2):
        assert await begin_for(database, opened.key(), today=TODAY, reader=USUAL_READER)
    async with reading_across(database) as session:
        [draft] = await session.exec(select(Draft))
    assert (draft.mode, draft.respondent) == ("phone", "helped")
    await fill_in(database, opened, 1, send=True)
    assert not await begin_for(database, opened.key(1), today=TODAY, reader=USUAL_READER)
