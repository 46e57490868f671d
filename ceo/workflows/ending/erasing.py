"""Erasing the contacts and keys of a round on the day that was promised, with a proof of it.

What goes: the list of clients with names and addresses, the invitations with their codes, mail that waited, letters and lists that were
kept, paper that was being keyed, answers that were not sent, requests to be called back, and the pseudonyms of what was sent. What stays:
the answers, the counts of fieldwork, the seed and digest of the draw, and for a time a keyed hash of who was drawn, so that nobody is asked
too often. A backup from before still holds what was erased since, sealed with keys that are not in it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, func, update
from sqlmodel import SQLModel, col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.callbacks import Callback
from ceo.storage.clients import Client, Contact, InflowKey
from ceo.storage.contacts import Invitation, SecondCode
from ceo.storage.database import Database
from ceo.storage.endings import Erasure, Snapshot
from ceo.storage.forgetting import forget_removed_rows, wait_for_rewriting
from ceo.storage.kept_files import FilePurpose, KeptFile, KeptFilePart
from ceo.storage.letters import OutgoingMail
from ceo.storage.paper import KeyedForm
from ceo.storage.rounds import Round, RoundStage
from ceo.storage.submissions import Draft, Submission
from ceo.storage.tenancy import reading_across, tenant_reading, tenant_transaction
from ceo.workflows.audit.recording import record
from ceo.workflows.ending.sealing import WHOLE, seal_answers
from ceo.workflows.jobs.kinds import JobKind
from ceo.workflows.jobs.queueing import queue_job
from ceo.workflows.jobs.working import Working

BATCH: Final = 2_000
_UPKEEP: Final = "ceo upkeep"


@dataclass(frozen=True, slots=True)
class ErasedKind:
    """One kind of rows that goes: which they are, by the name of each."""

    table: type[SQLModel]
    name: str  # the column that names a row
    of_round: Any  # a function of the id of the round: the condition of its rows

    @property
    def label(self) -> str:
        """Return the name of the table."""
        return str(self.table.__tablename__)


def _clients(round_id: int) -> Any:
    return select(Client.id).where(col(Client.round_id) == round_id)


def _invitations(round_id: int) -> Any:
    return select(Invitation.access_hash).where(col(Invitation.round_id) == round_id)


def _files(round_id: int) -> Any:
    kept = col(KeptFile.purpose) != FilePurpose.SNAPSHOT.value
    return select(KeptFile.id).where(col(KeptFile.round_id) == round_id, kept)


# In this order: what refers to a row goes before it.
ERASED: Final = (
    ErasedKind(Contact, "id", lambda one: col(Contact.id).in_(_clients(one))),
    ErasedKind(Client, "id", lambda one: col(Client.round_id) == one),
    ErasedKind(SecondCode, "access_hash", lambda one: col(SecondCode.invitation_hash).in_(_invitations(one))),
    ErasedKind(OutgoingMail, "id", lambda one: col(OutgoingMail.round_id) == one),
    ErasedKind(Invitation, "access_hash", lambda one: col(Invitation.round_id) == one),
    ErasedKind(KeptFilePart, "id", lambda one: col(KeptFilePart.file_id).in_(_files(one))),
    ErasedKind(KeptFile, "id", lambda one: col(KeptFile.id).in_(_files(one))),
    ErasedKind(KeyedForm, "id", lambda one: col(KeyedForm.round_id) == one),
    ErasedKind(Draft, "id", lambda one: col(Draft.round_id) == one),
    ErasedKind(Callback, "id", lambda one: col(Callback.round_id) == one),
    ErasedKind(InflowKey, "id", lambda one: col(InflowKey.round_id) == one),
)
PSEUDONYMS: Final = "pseudonym"


async def erase_round(working: Working) -> Mapping[str, Any]:
    """Erase what was promised of the round of a job, a number of rows in a transaction; seal it first when nobody did.

    The count and the digest of each batch are kept in the transaction that erases it. At the end the database gives back what was
    removed.
    """
    assert working.round_id is not None, "erasing is about a round"
    await _end_fieldwork(working)
    size = await _left(working)
    done = 0
    for kind in ERASED:
        while number := await _erase_batch(working, kind, done, size):
            done += number
    await _finish(working)
    await forget_removed_rows(working.database)
    return {"erased": await _counts(working)}


async def find_erasure(database: Database, municipality: str, round_id: int) -> Erasure | None:
    """Return the proof that a round was erased; None when it was not."""
    async with tenant_reading(database, municipality) as session:
        row = await session.get(Erasure, round_id)
        return row if row is not None and row.finished_at is not None else None


async def what_goes(database: Database, municipality: str, round_id: int) -> dict[str, int]:
    """Return how many rows of each kind would go now, by table."""
    async with tenant_reading(database, municipality) as session:
        return await _count_to_erase(session, round_id)


async def _count_to_erase(session: AsyncSession, round_id: int) -> dict[str, int]:
    counted = {kind.label: await _count(session, kind.table, kind.of_round(round_id)) for kind in ERASED}
    named = col(Submission.pseudonym).is_not(None)
    return {**counted, PSEUDONYMS: await _count(session, Submission, col(Submission.round_id) == round_id, named)}


async def due_erasures(database: Database, *, today: date) -> Sequence[tuple[str, int | None]]:
    """Return municipality and id of every round whose promised day has come."""
    due = (
        select(Round.municipality, Round.id)
        .where(col(Round.erase_on) <= today, col(Round.stage) != RoundStage.ERASED.value)
        .where(col(Round.stage) != RoundStage.DRAFT.value)
        .order_by(Round.municipality, col(Round.id))
    )
    async with reading_across(database) as session:
        return (await session.exec(due)).all()


async def queue_due_erasures(database: Database, *, today: date, now: datetime) -> int:
    """Ask for the erasure of every round whose promised day has come; return how many are asked for."""
    rounds = await due_erasures(database, today=today)
    for municipality, round_id in rounds:
        async with tenant_transaction(database, municipality) as session:
            await queue_job(
                session, JobKind.ERASE_ROUND, actor=_UPKEEP, now=now, round_id=round_id, once=f"round {round_id}"
            )
    return len(rounds)


async def _end_fieldwork(working: Working) -> None:
    """Close and seal the round when nobody did: the day of erasing was promised, and the answers are kept."""
    async with tenant_reading(working.database, working.municipality) as session:
        row = await session.get_one(Round, working.round_id)
        sealed = await session.get(Snapshot, (working.round_id, WHOLE))
    if row.stage == RoundStage.FIELD:
        async with working.effect() as session:
            (await session.get_one(Round, working.round_id, with_for_update=True)).stage = RoundStage.CLOSED.value
    if sealed is None:
        await seal_answers(working)


async def _left(working: Working) -> int:
    assert working.round_id is not None, "erasing is about a round"
    async with tenant_reading(working.database, working.municipality) as session:
        return sum((await _count_to_erase(session, working.round_id)).values())


async def _erase_batch(working: Working, kind: ErasedKind, done: int, size: int) -> int:
    """Erase the next rows of a kind; return how many there were."""
    names = getattr(kind.table, kind.name)
    async with working.effect(progress=done, size=size) as session:
        await wait_for_rewriting(session)
        which = select(names).where(kind.of_round(working.round_id)).order_by(names).limit(BATCH)
        erased: list[str] = sorted((await session.exec(which)).all())
        if erased:
            await session.exec(delete(kind.table).where(names.in_(erased)))
        await _prove(session, working, kind.label, erased)
    return len(erased)


async def _prove(session: AsyncSession, working: Working, label: str, erased: list[str]) -> None:
    row = await session.get(Erasure, working.round_id)
    if row is None:
        assert working.round_id is not None, "erasing is about a round"
        row = Erasure(
            municipality=working.municipality,
            round_id=working.round_id,
            counts={},
            digest="",
            erased_by=working.made_by,
        )
        session.add(row)
    row.counts = {**row.counts, label: row.counts.get(label, 0) + len(erased)}
    if erased:
        chained = "\n".join([row.digest, label, *erased])
        row.digest = f"sha256:{hashlib.sha256(chained.encode()).hexdigest()}"


async def _finish(working: Working) -> None:
    async with working.effect() as session:
        await wait_for_rewriting(session)
        named = (col(Submission.round_id) == working.round_id, col(Submission.pseudonym).is_not(None))
        forgotten = await session.exec(
            update(Submission).where(*named).values(pseudonym=None).returning(col(Submission.id))
        )
        await _prove(session, working, PSEUDONYMS, sorted(str(one[0]) for one in forgotten.all()))
        row, proof = await session.get_one(Round, working.round_id), await session.get_one(Erasure, working.round_id)
        row.stage, proof.finished_at = RoundStage.ERASED.value, working.clock()
        await session.flush()
        await record(
            session,
            working.municipality,
            actor=working.made_by,
            action="round.erased",
            object_kind="round",
            object_id=str(working.round_id),
            after={"counts": dict(proof.counts), "digest": proof.digest},
            now=working.clock(),
        )


async def _counts(working: Working) -> dict[str, int]:
    async with tenant_reading(working.database, working.municipality) as session:
        return dict((await session.get_one(Erasure, working.round_id)).counts)


async def _count(session: AsyncSession, table: type[SQLModel], *which: ColumnElement[bool]) -> int:
    return (await session.exec(select(func.count()).select_from(table).where(*which))).one()
