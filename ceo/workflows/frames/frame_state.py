"""How far the frame of a round is, for its page; and letting it go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import col, select

from ceo.storage.clients import Client, Contact, OptOut, SamplingFrame
from ceo.storage.database import Database
from ceo.storage.jobs import Job
from ceo.storage.kept_files import KeptFile
from ceo.storage.tenancy import tenant_reading, tenant_transaction
from ceo.workflows.audit.recording import record
from ceo.workflows.frames.composition import Composition, read_composition
from ceo.workflows.frames.faults import ListFaults, read_faults
from ceo.workflows.frames.frame_rows import DRAWN, forget_frame, is_drawn
from ceo.workflows.frames.newcomers import why_nobody_comes_in
from ceo.workflows.frames.receiving import LISTS
from ceo.workflows.jobs.kinds import JobKind
from ceo.workflows.kept_files.keeping import remove_file

_KINDS = (JobKind.LOAD_CLIENTS.value, JobKind.LOAD_CONTACTS.value, JobKind.LOAD_INFLOW.value)


@dataclass(frozen=True, slots=True)
class FrameState:
    """What is there of a round's frame. `job`: the last time that a list was loaded; `faults`: what was wrong with it.

    `file`: a list that waits. `drawn`: how many people were drawn; `reachable`: how many of them can be reached.
    `goes_on`: people of another list come in beside those who are there.
    """

    frame: SamplingFrame | None
    composition: Composition | None
    job: Job | None
    faults: ListFaults | None
    file: KeptFile | None
    drawn: int
    reachable: int
    opted_out: int
    goes_on: bool = False


async def read_frame_state(database: Database, municipality: str, round_id: int) -> FrameState:
    """Return how far the frame of a round is. As many queries, however many people."""
    of_round = col(Client.round_id) == round_id
    drawn = select(func.count(col(Client.id)), func.count(col(Contact.id))).outerjoin(
        Contact, col(Contact.id) == col(Client.id)
    )
    jobs = select(Job).where(col(Job.round_id) == round_id, col(Job.kind).in_(_KINDS))
    files = select(KeptFile).where(
        col(KeptFile.round_id) == round_id,
        col(KeptFile.complete).is_(True),
        col(KeptFile.purpose).in_([purpose.value for purpose in LISTS]),
    )
    async with tenant_reading(database, municipality) as session:
        frame = await session.get(SamplingFrame, round_id)
        job = (await session.exec(jobs.order_by(col(Job.made_at).desc(), col(Job.id)).limit(1))).first()
        file = (await session.exec(files.order_by(col(KeptFile.made_at).desc(), col(KeptFile.id)).limit(1))).first()
        number, reachable = (await session.exec(drawn.where(of_round, col(Client.status).in_(DRAWN)))).one()
        goes_on = not await why_nobody_comes_in(session, round_id)
        opted_out = (await session.exec(select(func.count()).select_from(OptOut))).one()
    composition = read_composition(frame.summary) if frame is not None else None
    # The faults of a list count until another one was uploaded or it is gone.
    same = job is not None and file is not None and job.payload.get("file") == file.id
    faults = read_faults(job.result) if job is not None and same else None
    return FrameState(frame, composition, job, faults, file, number, reachable, opted_out, goes_on)


async def remove_frame(database: Database, municipality: str, round_id: int, *, actor: str, now: datetime) -> bool:
    """Remove the frame of a round and the lists that wait; return False when people were drawn from it."""
    async with tenant_transaction(database, municipality) as session:
        if await is_drawn(session, round_id):
            return False
        frame = await session.get(SamplingFrame, round_id)
        before: Mapping[str, object] | None = {"people": frame.clients} if frame is not None else None
        await forget_frame(session, round_id)
        purposes = [purpose.value for purpose in LISTS]
        lists = select(KeptFile.id).where(col(KeptFile.round_id) == round_id, col(KeptFile.purpose).in_(purposes))
        for file_id in (await session.exec(lists)).all():
            await remove_file(session, file_id)
        await record(
            session,
            municipality,
            actor=actor,
            action="frame.removed",
            object_kind="round",
            object_id=str(round_id),
            before=before,
            now=now,
        )
    return True
