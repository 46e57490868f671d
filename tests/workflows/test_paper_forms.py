"""Copies on paper to hand out: each code is in one file, and in the database as an invitation, whatever happens to the worker."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from arrangements import UTRECHT, ZWOLLE, OpenedRound, arrange_round
from pypdf import PdfReader
from sqlmodel import select

from ceo.settings import Settings
from ceo.storage.audit import AuditRecord
from ceo.storage.contacts import Invitation
from ceo.storage.database import Database
from ceo.storage.jobs import Job
from ceo.storage.kept_files import FilePurpose
from ceo.storage.rounds import Round, RoundStage
from ceo.storage.tenancy import reading_across, tenant_reading, tenant_transaction
from ceo.workflows.answering.access_codes import access_key, read_code
from ceo.workflows.inviting import paper_forms
from ceo.workflows.inviting.batches import CLOSED, NOT_IN_FIELD
from ceo.workflows.inviting.paper_forms import NOT_ON_PAPER, PaperOrder, order_paper_forms
from ceo.workflows.jobs.listing import find_job
from ceo.workflows.jobs.worker import work_off
from ceo.workflows.kept_files.handing_out import RoundFiles, hand_out, held_files, take_away
from ceo.workflows.kept_files.keeping import read_file
from questionnaires.loading import load_shipped

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
CODE = re.compile(r"\b\w{4}-\w{4}-\w{4}\b")
GROUPS = {"Begeleiding": 2, "Vervoer": 1}


@pytest.fixture(autouse=True)
def _few_in_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper_forms, "BATCH", 2)


async def arranged(database: Database, settings: Settings) -> OpenedRound:
    """A round on a short questionnaire, in which three people were invited otherwise."""
    return await arrange_round(database, settings, invited=GROUPS, questionnaire=load_shipped("mantelzorg@1"))


async def ordered(database: Database, opened: OpenedRound, *, register: str = "standard", language: str = "nl") -> str:
    order = PaperOrder(opened.round_id, language, register, {"Begeleiding": 3, "Vervoer": 1})
    return await order_paper_forms(database, UTRECHT, order, actor="demo", now=NOW)


async def job_of(database: Database, job_id: str) -> Job:
    job = await find_job(database, UTRECHT, job_id)
    assert job is not None
    return job


def files_of(opened: OpenedRound) -> RoundFiles:
    return RoundFiles(UTRECHT, opened.round_id, (FilePurpose.PAPER_FORMS,))


async def codes_in_files(database: Database, settings: Settings, opened: OpenedRound) -> list[list[str]]:
    """The codes that stand in the files, in order of their names."""
    found = []
    for held in sorted(await held_files(database, files_of(opened)), key=lambda one: one.file.name):
        parts = [part async for part in read_file(database, settings.encryption_keys, UTRECHT, held.file.id)]
        pages = PdfReader(BytesIO(b"".join(parts))).pages
        found.append(list(dict.fromkeys(code for one in pages for code in CODE.findall(one.extract_text()))))
    return found


async def invited(database: Database, opened: OpenedRound) -> Sequence[Invitation]:
    """The invitations that came with forms."""
    own = {opened.key(number).access_hash for number in range(len(opened.codes))}
    async with tenant_reading(database, UTRECHT) as session:
        return [row for row in await session.exec(select(Invitation)) if row.access_hash not in own]


async def test_each_copy_has_a_code_that_is_an_invitation_of_its_group(
    database: Database, installation_settings: Settings
) -> None:
    opened = await arranged(database, installation_settings)
    job_id = await ordered(database, opened, register="easy", language="uk")
    assert await work_off(database, installation_settings, clock=lambda: NOW) == 1
    job = await job_of(database, job_id)
    assert (job.state, job.result, job.progress, job.size) == ("done", {"copies": 4, "files": 3}, 4, 4)

    names = sorted(held.file.name for held in await held_files(database, files_of(opened)))
    assert names == [
        "vragenlijsten-wmo-2026-begeleiding-001-uk.pdf",
        "vragenlijsten-wmo-2026-begeleiding-002-uk.pdf",
        "vragenlijsten-wmo-2026-vervoer-003-uk.pdf",
    ]
    codes = await codes_in_files(database, installation_settings, opened)
    assert [len(some) for some in codes] == [2, 1, 1]
    groups = dict(zip((code for some in codes for code in some), [*["Begeleiding"] * 3, "Vervoer"], strict=True))
    key = installation_settings.secret_key
    assert {access_key(key, UTRECHT, read_code(code) or "").access_hash: group for code, group in groups.items()} == {
        row.access_hash: row.stratum for row in await invited(database, opened)
    }
    async with reading_across(database) as session:
        made = [row for row in await session.exec(select(AuditRecord)) if row.action == "round.paper-forms-made"]
    assert [row.after["numbers"] for row in sorted(made, key=lambda row: row.number) if row.after] == [
        {"Begeleiding": 2},
        {"Begeleiding": 1},
        {"Vervoer": 1},
    ]


async def test_a_worker_that_fails_half_way_goes_on_where_it_was_and_no_code_is_lost_or_doubled(
    database: Database, installation_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = await arranged(database, installation_settings)
    job_id = await ordered(database, opened)
    write, tries = paper_forms.write_copies, iter([True, False, True, True])

    def failing(*arguments: object) -> bytes:
        if not next(tries):
            raise MemoryError
        return write(*arguments)  # type: ignore[arg-type]  # as they came

    monkeypatch.setattr(paper_forms, "write_copies", failing)
    await work_off(database, installation_settings, clock=lambda: NOW)
    assert (await job_of(database, job_id)).steps_done == 1
    assert len(await invited(database, opened)) == 2
    await work_off(database, installation_settings, clock=lambda: NOW + timedelta(days=1))
    assert (await job_of(database, job_id)).state == "done"
    codes = [code for some in await codes_in_files(database, installation_settings, opened) for code in some]
    assert len(set(codes)) == len(codes) == 4
    assert {
        access_key(installation_settings.secret_key, UTRECHT, read_code(code) or "").access_hash for code in codes
    } == {row.access_hash for row in await invited(database, opened)}


async def test_no_forms_are_made_when_their_codes_would_not_work(
    database: Database, installation_settings: Settings
) -> None:
    opened = await arranged(database, installation_settings)
    for stage, now, fault in (
        (RoundStage.DRAFT, NOW, NOT_IN_FIELD),
        (RoundStage.CLOSED, NOW, NOT_IN_FIELD),
        (RoundStage.FIELD, NOW + timedelta(days=41), CLOSED),
    ):
        job_id = await ordered(database, opened)
        async with tenant_transaction(database, UTRECHT) as session:
            (await session.get_one(Round, opened.round_id)).stage = stage.value
        await work_off(database, installation_settings, clock=lambda now=now: now)  # type: ignore[misc]
        job = await job_of(database, job_id)
        assert (job.state, job.fault) == ("failed", fault), stage
        assert list(await invited(database, opened)) == []


async def test_a_form_with_problems_is_not_made(database: Database, installation_settings: Settings) -> None:
    opened = await arranged(database, installation_settings)
    job_id = await ordered(database, opened, language="ar")
    await work_off(database, installation_settings, clock=lambda: NOW)
    job = await job_of(database, job_id)
    assert (job.state, job.fault) == ("failed", NOT_ON_PAPER)


async def test_a_second_order_waits_for_the_first(database: Database, installation_settings: Settings) -> None:
    opened = await arranged(database, installation_settings)
    assert await ordered(database, opened) == await ordered(database, opened)


async def test_who_fetches_a_file_is_recorded_and_what_is_removed_cannot_be_fetched(
    database: Database, installation_settings: Settings
) -> None:
    opened = await arranged(database, installation_settings)
    await ordered(database, opened)
    await work_off(database, installation_settings, clock=lambda: NOW)
    files = files_of(opened)
    file_id = (await held_files(database, files))[0].file.id
    for others in (
        RoundFiles(UTRECHT, opened.round_id, (FilePurpose.LETTERS,)),
        RoundFiles(UTRECHT, opened.round_id + 1, files.purposes),
        RoundFiles(ZWOLLE, opened.round_id, files.purposes),
    ):
        assert await hand_out(database, others, file_id, actor="demo", now=NOW) is None
        assert not await take_away(database, others, file_id, actor="demo", now=NOW)

    for hours in (1, 2):  # again, when it came in damaged
        row = await hand_out(database, files, file_id, actor="demo", now=NOW + timedelta(hours=hours))
        assert row is not None
        assert row.fetched_at == NOW + timedelta(hours=1)
    assert await take_away(database, files, file_id, actor="demo", now=NOW)
    assert not await take_away(database, files, file_id, actor="demo", now=NOW)
    assert await hand_out(database, files, file_id, actor="demo", now=NOW) is None
    assert [held.there for held in await held_files(database, files)] == [False, True, True]
    async with reading_across(database) as session:
        records = sorted(await session.exec(select(AuditRecord)), key=lambda row: row.number)
    assert [row.action for row in records if row.object_kind == "file"] == [
        "file.fetched",
        "file.fetched",
        "file.emptied",
    ]
