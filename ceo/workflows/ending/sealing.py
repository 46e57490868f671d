"""Sealing a round: its answers become a snapshot that never changes, with a digest by which everybody can check that."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ColumnElement
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.endings import Snapshot as SnapshotRow
from ceo.storage.kept_files import FilePurpose
from ceo.storage.rounds import PublishedQuestionnaire, Round, RoundStage, Stratum
from ceo.storage.submissions import Submission
from ceo.storage.tenancy import reading_across, tenant_reading
from ceo.workflows.audit.recording import record
from ceo.workflows.ending.counting import count_fieldwork
from ceo.workflows.ending.tails import Parted, last_sealed, part
from ceo.workflows.jobs.kinds import JobKind
from ceo.workflows.jobs.queueing import queue_job
from ceo.workflows.jobs.working import JobFailedError, Working
from ceo.workflows.kept_files.keeping import FileFacts, add_file, read_file
from ceo.workflows.rounds.waves import keep_asked_again

if TYPE_CHECKING:
    from analysis.snapshots import SealedFacts, SealedRow, Snapshot
    from ceo.settings import Settings
    from ceo.storage.database import Database
    from questionnaires.codebook import Codebook

# The period of a snapshot of a whole round.
WHOLE: Final = ""
MEDIA_TYPE: Final = "application/vnd.apache.parquet"


async def seal_round(working: Working) -> Mapping[str, Any]:
    """Seal the round of a job; sealed already is done."""
    return {} if working.step else await seal_answers(working)


async def seal_answers(working: Working) -> Mapping[str, Any]:
    """Seal a round that is closed: the snapshot, its row, and the stage of the round come together or not at all."""
    assert working.round_id is not None, "sealing is about a round"
    (facts, version), parted, seen = await _gather(working)
    codebooks = await read_codebooks(working.database, {row.version for row in parted.rows} | {version})
    whole = await asyncio.to_thread(make_file, facts, list(parted.rows), codebooks)
    tail = await asyncio.to_thread(make_file, parted.facts, list(parted.tail), codebooks) if parted.facts else None
    async with working.effect() as session:
        row = await session.get_one(Round, working.round_id, with_for_update=True)
        if row.stage != RoundStage.CLOSED or await seen_in(session, its_answers(working.round_id)) != seen:
            raise JobFailedError("changed-while-sealing")
        await _keep(session, working, row.measurement, WHOLE, whole)
        if tail is not None:
            await _keep(session, working, row.measurement, parted.period, tail)
        await keep_asked_again(session, working.settings.encryption_keys, row)
        row.stage = RoundStage.SEALED.value
        await session.flush()
        why = f"{working.round_id}"
        await queue_job(session, JobKind.MAKE_SERIES, actor=working.made_by, now=working.clock(), once=why)
        _, digest, number = whole
        await _record(session, working, digest, number, parted.left_out)
    return {"digest": digest, "submissions": number}


async def find_snapshot(database: Database, municipality: str, round_id: int) -> SnapshotRow | None:
    """Return what is known of the snapshot of a round; None when it was not sealed."""
    async with tenant_reading(database, municipality) as session:
        return await session.get(SnapshotRow, (round_id, WHOLE))


async def open_snapshot(database: Database, settings: Settings, municipality: str, round_id: int) -> Snapshot | None:
    """Return the sealed answers of a round; None when it was not sealed. Raises `DamagedSnapshotError` when they changed."""
    from analysis.snapshots import DamagedSnapshotError, digest_of, read_snapshot

    row = await find_snapshot(database, municipality, round_id)
    if row is None:
        return None
    parts = read_file(database, settings.encryption_keys, municipality, row.file_id)
    content = b"".join([part async for part in parts])
    found = await asyncio.to_thread(read_snapshot, content)
    if digest_of(found) != row.digest:
        raise DamagedSnapshotError("the file is another one than was sealed")
    return found


async def read_sealed(database: Database, settings: Settings, municipality: str, round_id: int) -> bytes:
    """Return the file of the snapshot of a sealed round, as it is kept. Whoever reads answers from it checks its digest."""
    row = await find_snapshot(database, municipality, round_id)
    assert row is not None, "a sealed round has a snapshot"
    parts = read_file(database, settings.encryption_keys, municipality, row.file_id)
    return b"".join([part async for part in parts])


def its_answers(round_id: int) -> ColumnElement[bool]:
    """Return the condition that a submission is of a round."""
    return col(Submission.round_id) == round_id


async def sealed_rows(session: AsyncSession, among: ColumnElement[bool]) -> AsyncIterator[SealedRow]:
    """Yield submissions as they go into a snapshot."""
    from analysis.snapshots import SealedRow

    statement = select(Submission).where(among).order_by(col(Submission.id))
    for row in await session.exec(statement):
        yield SealedRow(
            row.stratum,
            row.questionnaire_hash,
            row.mode,
            row.language,
            row.text_register,
            row.respondent,
            row.received_on,
            dict(row.answers),
            person_key=row.person_key,
        )


async def seen_in(session: AsyncSession, among: ColumnElement[bool]) -> str:
    """Return a digest of which submissions there are."""
    ids = select(Submission.id).where(among).order_by(col(Submission.id))
    return hashlib.sha256("\n".join(await session.exec(ids)).encode()).hexdigest()


async def read_codebooks(database: Database, hashes: set[str]) -> list[Codebook]:
    """Return the codebooks of published versions."""
    from questionnaires.codebook import build_codebook
    from questionnaires.publishing import open_published

    sealed = select(PublishedQuestionnaire).where(col(PublishedQuestionnaire.content_hash).in_(hashes))
    async with reading_across(database) as session:
        found = (await session.exec(sealed.order_by(PublishedQuestionnaire.content_hash))).all()
    return [build_codebook(open_published(one.content, one.content_hash)) for one in found]


def make_file(facts: SealedFacts, rows: list[SealedRow], codebooks: list[Codebook]) -> tuple[bytes, str, int]:
    """Return the file of a snapshot, the digest of its content, and how many submissions are in it. Takes long: for a thread."""
    from analysis.snapshots import digest_of, make_snapshot, write_snapshot

    snapshot = make_snapshot(facts, rows, codebooks)
    return write_snapshot(snapshot, codebooks), digest_of(snapshot), len(snapshot.rows)


async def _gather(working: Working) -> tuple[tuple[SealedFacts, str], Parted, str]:
    """Return what is to be sealed, and the digest of the names of the submissions that were seen."""
    from analysis.snapshots import SealedFacts

    assert working.round_id is not None, "sealing is about a round"
    async with tenant_reading(working.database, working.municipality) as session:
        row = await session.get_one(Round, working.round_id)
        if row.stage != RoundStage.CLOSED:
            raise JobFailedError("not-closed")
        strata = select(Stratum.name, Stratum.population).where(col(Stratum.round_id) == row.id)
        facts = SealedFacts(
            row.municipality,
            row.measurement,
            row.title,
            row.opens_on,
            row.closes_on,
            row.promise,
            dict((await session.exec(strata.order_by(Stratum.name))).all()),
        )
        rows = [one async for one in sealed_rows(session, its_answers(working.round_id))]
        parted = part(facts, rows, await last_sealed(session, working.round_id))
        return (facts, row.questionnaire_hash), parted, await seen_in(session, its_answers(working.round_id))


async def _keep(
    session: AsyncSession, working: Working, measurement: str, period: str, made: tuple[bytes, str, int]
) -> None:
    assert working.round_id is not None, "sealing is about a round"
    written, digest, number = made
    name = f"{measurement}-{period}.parquet" if period else f"{measurement}.parquet"
    facts = FileFacts(working.round_id, FilePurpose.SNAPSHOT, name, MEDIA_TYPE, working.made_by)
    file_id = await add_file(session, working.settings.encryption_keys, facts, written, now=working.clock())
    session.add(
        SnapshotRow(
            municipality=working.municipality,
            round_id=working.round_id,
            period=period,
            file_id=file_id,
            digest=digest,
            submissions=number,
            fieldwork=await count_fieldwork(session, working.round_id) if period == WHOLE else {},
            sealed_by=working.made_by,
            sealed_at=working.clock(),
        )
    )


async def _record(session: AsyncSession, working: Working, digest: str, number: int, left_out: int) -> None:
    now: datetime = working.clock()
    await record(
        session,
        working.municipality,
        actor=working.made_by,
        action="round.sealed",
        object_kind="round",
        object_id=str(working.round_id),
        after={"digest": digest, "submissions": number, **({"left_out": left_out} if left_out else {})},
        now=now,
    )
