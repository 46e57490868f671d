"""Ending a round: answers sealed once and for all, contacts and keys erased with proof, and nothing of them left anywhere."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from arrangements import TODAY, UTRECHT, OpenedRound, arrange_round, fill_in, hand_in
from installation import as_owner
from sqlalchemy import inspect
from sqlmodel import SQLModel, col, select

from analysis.snapshots import DamagedSnapshotError
from ceo.settings import Settings
from ceo.storage.audit import AuditRecord
from ceo.storage.clients import Client, ClientStatus, Contact, LastSurveyed
from ceo.storage.contacts import Invitation, SecondCode
from ceo.storage.database import Database
from ceo.storage.endings import Erasure, Snapshot
from ceo.storage.jobs import Job, JobState
from ceo.storage.kept_files import FilePurpose, KeptFilePart
from ceo.storage.letters import OutgoingMail
from ceo.storage.rounds import Promise, Round, RoundStage
from ceo.storage.submissions import Draft, Submission
from ceo.storage.tenancy import reading_across, tenant_transaction
from ceo.workflows.ending import erasing
from ceo.workflows.ending.erasing import find_erasure, queue_due_erasures, what_goes
from ceo.workflows.ending.sealing import find_snapshot, open_snapshot
from ceo.workflows.frames.contacts import seal_contact
from ceo.workflows.frames.listed import ContactDetails, person_hash
from ceo.workflows.installation.keyring import OUTGOING_MAIL, seal
from ceo.workflows.jobs.kinds import JobKind
from ceo.workflows.jobs.queueing import queue_job
from ceo.workflows.jobs.worker import work_off
from ceo.workflows.jobs.working import JobFailedError
from ceo.workflows.kept_files.keeping import FileFacts, add_file
from ceo.workflows.rounds.listing import read_round, read_strata

pytestmark = pytest.mark.anyio

NOON = datetime(2026, 12, 31, 12, tzinfo=UTC)
FATMA = ContactDetails(
    "Fatma de Zeeuw", "", "Singelstraat 12", "3511 AB", "Utrecht", "fatma@zeeuw.example", "0698765432"
)
NUMBER = "CLNT-77120-X"
SECRETS = ("Fatma", "Zeeuw", "Singelstraat", "3511 AB", "fatma@zeeuw.example", "0698765432", NUMBER, "CLNT77120X")


@pytest.fixture
async def closed(database: Database, installation_settings: Settings) -> OpenedRound:
    """A closed round: three invited clients of whom one sent and one is half-way, and twelve others who sent."""
    opened = await arrange_round(database, installation_settings, promise=Promise.PSEUDONYMOUS)
    await fill_in(database, opened, 0, send=True)
    await fill_in(database, opened, 1, send=False)
    await hand_in(database, opened, 12, first=100)
    await know_people(database, opened)
    async with tenant_transaction(database, UTRECHT) as session:
        (await session.get_one(Round, opened.round_id)).stage = RoundStage.CLOSED.value
    return opened


async def know_people(database: Database, opened: OpenedRound) -> None:
    """Everything of a person that fieldwork keeps: a client with contact, a second code, mail, a letter, who was drawn."""
    settings, own = opened.settings, {"municipality": UTRECHT, "round_id": opened.round_id}
    keys, who = settings.encryption_keys, person_hash(settings.secret_key, UTRECHT, NUMBER)
    async with tenant_transaction(database, UTRECHT) as session:
        session.add(Client(**own, id="c1", person_hash=who, traits={"sex": "woman"}, status=ClientStatus.DRAWN.value))
        await session.flush()
        sealed = seal_contact(keys, "c1", FATMA, "nl")
        session.add(Contact(municipality=UTRECHT, id="c1", by_post=True, by_mail=True, sealed=sealed))
        first = await session.get_one(Invitation, opened.key(2).access_hash)
        first.client_id = "c1"
        session.add(SecondCode(municipality=UTRECHT, access_hash="s1", invitation_hash=first.access_hash))
        mail = seal(keys, OUTGOING_MAIL, "m1", FATMA.email.encode())
        session.add(
            OutgoingMail(
                **own,
                id="m1",
                invitation_hash=first.access_hash,
                kind="invitation",
                language="nl",
                send_after=NOON,
                sealed=mail,
            )
        )
        session.add(LastSurveyed(municipality=UTRECHT, person_hash=who, drawn_on=date(2026, 11, 1)))
        letter = FileFacts(opened.round_id, FilePurpose.LETTERS, "brieven.pdf", "application/pdf", "7f")
        await add_file(session, keys, letter, f"{FATMA.name}, {FATMA.street}".encode() * 1000, now=NOON)


async def let_work(database: Database, opened: OpenedRound, kind: JobKind) -> Job:
    """Let a worker do one job of the round; return what became of it."""
    async with tenant_transaction(database, UTRECHT) as session:
        job_id = await queue_job(session, kind, actor="7f", now=NOON, round_id=opened.round_id)
    await work_off(database, opened.settings, clock=lambda: NOON)
    async with reading_across(database) as session:
        return await session.get_one(Job, job_id)


async def stage(database: Database, opened: OpenedRound) -> str:
    async with reading_across(database) as session:
        return (await session.get_one(Round, opened.round_id)).stage


async def count(database: Database, table: type[SQLModel]) -> int:
    async with reading_across(database) as session:
        return len((await session.exec(select(table))).all())


async def test_a_sealed_round_has_a_snapshot_of_what_was_sent_that_opens_and_a_digest(
    database: Database, closed: OpenedRound
) -> None:
    job = await let_work(database, closed, JobKind.SEAL_ROUND)
    assert (job.state, await stage(database, closed)) == (JobState.DONE, RoundStage.SEALED)
    row = await find_snapshot(database, UTRECHT, closed.round_id)
    found = await open_snapshot(database, closed.settings, UTRECHT, closed.round_id)
    assert row is not None
    assert found is not None
    assert (row.submissions, len(found.rows)) == (13, 13)
    assert row.fieldwork == {"Begeleiding": {"complete": 1, "started": 1, "open": 1}}
    assert job.result == {"digest": row.digest, "submissions": 13}
    assert {one.person_key for one in found.rows} == {None}


async def test_a_round_that_is_not_closed_is_not_sealed(database: Database, closed: OpenedRound) -> None:
    async with tenant_transaction(database, UTRECHT) as session:
        (await session.get_one(Round, closed.round_id)).stage = RoundStage.FIELD.value
    job = await let_work(database, closed, JobKind.SEAL_ROUND)
    assert (job.state, job.fault) == (JobState.FAILED, "not-closed")
    assert await find_snapshot(database, UTRECHT, closed.round_id) is None


async def test_a_snapshot_whose_file_was_swapped_does_not_open(database: Database, closed: OpenedRound) -> None:
    await let_work(database, closed, JobKind.SEAL_ROUND)
    async with as_owner(database) as connection:
        await connection.exec_driver_sql("UPDATE snapshot SET digest = 'sha256:0'")
    with pytest.raises(DamagedSnapshotError):
        await open_snapshot(database, closed.settings, UTRECHT, closed.round_id)


GONE: Mapping[str, int] = {
    "contact": 1, "client": 1, "second_code": 1, "outgoing_mail": 1, "invitation": 3, "kept_file_part": 1, "kept_file": 1,
    "keyed_form": 0, "draft": 1, "callback": 0, "inflow_key": 0, "pseudonym": 1,
}  # fmt: skip


async def test_erasing_proves_what_went_and_keeps_answers_and_counts(database: Database, closed: OpenedRound) -> None:
    assert await what_goes(database, UTRECHT, closed.round_id) == GONE
    job = await let_work(database, closed, JobKind.ERASE_ROUND)
    assert (job.state, await stage(database, closed)) == (JobState.DONE, RoundStage.ERASED)
    proof = await find_erasure(database, UTRECHT, closed.round_id)
    assert proof is not None
    assert (proof.counts, proof.erased_by, proof.finished_at) == (GONE, "7f", NOON)
    assert proof.digest.startswith("sha256:")
    async with reading_across(database) as session:
        told = (await session.exec(select(AuditRecord).where(col(AuditRecord.action) == "round.erased"))).one()
        assert {row.pseudonym for row in await session.exec(select(Submission))} == {None}
    assert told.after == {"counts": GONE, "digest": proof.digest}
    assert [await count(database, table) for table in (Contact, Client, Invitation, Draft, Submission)] == [
        0,
        0,
        0,
        0,
        13,
    ]
    overview = await read_round(database, UTRECHT, closed.round_id, today=TODAY)
    assert overview is not None
    assert (overview.invited, overview.submitted) == (3, 13)
    [stratum] = await read_strata(database, UTRECHT, closed.round_id)
    assert (stratum.invited, stratum.complete) == (3, 1)


async def test_the_snapshot_survives_erasing(database: Database, closed: OpenedRound) -> None:
    await let_work(database, closed, JobKind.SEAL_ROUND)
    before = await find_snapshot(database, UTRECHT, closed.round_id)
    await let_work(database, closed, JobKind.ERASE_ROUND)
    assert await find_snapshot(database, UTRECHT, closed.round_id) == before
    assert await open_snapshot(database, closed.settings, UTRECHT, closed.round_id) is not None
    assert await count(database, KeptFilePart) == 1


async def test_erasing_that_was_broken_off_goes_on_and_counts_every_row_once(
    database: Database, closed: OpenedRound, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasing, "BATCH", 2)
    whole, broken = erasing._erase_batch, iter([False, False, False, True])

    async def break_off(working: Any, kind: Any, done: int, size: int) -> int:
        erased = await whole(working, kind, done, size)
        if next(broken, False):
            raise JobFailedError("power")
        return erased

    monkeypatch.setattr(erasing, "_erase_batch", break_off)
    assert (await let_work(database, closed, JobKind.ERASE_ROUND)).fault == "power"
    assert await find_erasure(database, UTRECHT, closed.round_id) is None
    await let_work(database, closed, JobKind.ERASE_ROUND)
    proof = await find_erasure(database, UTRECHT, closed.round_id)
    assert proof is not None
    assert proof.counts == GONE


async def test_the_promised_day_closes_seals_and_erases_and_asks_once(database: Database, closed: OpenedRound) -> None:
    async with tenant_transaction(database, UTRECHT) as session:
        row = await session.get_one(Round, closed.round_id)
        row.stage, row.erase_on = RoundStage.FIELD.value, date(2026, 12, 31)
    assert await queue_due_erasures(database, today=date(2026, 12, 30), now=NOON) == 0
    for _ in range(2):
        assert await queue_due_erasures(database, today=date(2026, 12, 31), now=NOON) == 1
    assert await count(database, Job) == 1
    await work_off(database, closed.settings, clock=lambda: NOON)
    assert await stage(database, closed) == RoundStage.ERASED
    assert await count(database, Snapshot) == await count(database, Erasure) == 1
    assert await queue_due_erasures(database, today=date(2027, 1, 5), now=NOON) == 0


async def test_after_erasing_no_contact_is_in_any_table_file_or_journal(
    database: Database, closed: OpenedRound
) -> None:
    async with reading_across(database) as session:
        sealed = (await session.exec(select(Contact.sealed))).one()
    assert sealed.encode() in await everything(database), "the search finds what is there"
    await let_work(database, closed, JobKind.ERASE_ROUND)
    content = await everything(database)
    hidden = [*SECRETS, sealed, closed.key(2).access_hash, closed.key(0).pseudonym]
    assert [words for words in hidden if words.encode() in content] == []
    assert person_hash(closed.settings.secret_key, UTRECHT, NUMBER).encode() in content, (
        "who was drawn stays, as a keyed hash"
    )


async def everything(database: Database) -> bytes:
    """Return all bytes of the files of SQLite with its journal, or of every row of every table of PostgreSQL."""
    if database.writer.dialect.name == "sqlite":
        file = Path(str(database.writer.url.database))
        return b"".join(path.read_bytes() for path in sorted(file.parent.glob(f"{file.name}*")))
    found: list[Any] = []
    async with as_owner(database) as connection:
        for table in await connection.run_sync(lambda sync: inspect(sync).get_table_names()):
            found += (await connection.exec_driver_sql(f'SELECT x::text FROM "{table}" AS x')).all()
    return json.dumps([str(row) for row in found]).encode()
