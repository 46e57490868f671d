"""Closing the months of a round that goes on: what came in becomes a snapshot that never changes, while others go on answering.

A month is sealed from the 8th of the next one: an answer counts on the Monday of its week, and by then the week of the last day is over.
A month with few answers waits, and is sealed together with the one after it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.database import Database
from ceo.storage.endings import Snapshot
from ceo.storage.kept_files import FilePurpose
from ceo.storage.rounds import Round, RoundDesign, RoundStage, Stratum
from ceo.storage.submissions import Submission
from ceo.storage.tenancy import reading_across, tenant_reading, tenant_transaction
from ceo.workflows.audit.recording import record
from ceo.workflows.ending.sealing import (
    MEDIA_TYPE,
    WHOLE,
    its_answers,
    make_file,
    read_codebooks,
    sealed_rows,
    seen_in,
)
from ceo.workflows.ending.tails import FEWEST, last_day, last_sealed
from ceo.workflows.jobs.kinds import JobKind
from ceo.workflows.jobs.queueing import queue_job
from ceo.workflows.jobs.working import JobFailedError, Working
from ceo.workflows.kept_files.keeping import FileFacts, add_file
from ceo.workflows.rounds.design import GOES_ON, Design

# The day of a month from which the month before it can be sealed.
SEALED_FROM: Final = 8
_UPKEEP: Final = "ceo upkeep"


@dataclass(frozen=True, slots=True)
class _Month:
    """What a snapshot of a month holds: answers that count after `since` (None: from the beginning), up to and including `until`."""

    period: str
    since: date | None
    until: date

    def among(self, round_id: int) -> ColumnElement[bool]:
        """Return the condition that a submission is in it."""
        within = its_answers(round_id) & (col(Submission.received_on) <= self.until)
        return within if self.since is None else within & (col(Submission.received_on) > self.since)


async def queue_months(database: Database, *, today: date, now: datetime) -> int:
    """Ask for the month that is over to be sealed in every round that goes on; return how many are asked for."""
    if today.day < SEALED_FROM:
        return 0
    until = today.replace(day=1) - timedelta(days=1)
    asked = 0
    for municipality, round_id in await rounds_that_go_on(database):
        async with tenant_transaction(database, municipality) as session:
            month = await _month(session, round_id, until)
            if month is None or await _count(session, month.among(round_id)) < FEWEST:
                continue
            await queue_job(
                session,
                JobKind.SEAL_MONTH,
                actor=_UPKEEP,
                now=now,
                round_id=round_id,
                payload={"period": month.period},
                once=f"{round_id} {month.period}",
            )
            asked += 1
    return asked


async def rounds_that_go_on(database: Database) -> list[tuple[str, int]]:
    """Return municipality and id of every round in the field into which new people come."""
    statement = (
        select(Round.municipality, Round.id, RoundDesign.document)
        .join(RoundDesign, col(RoundDesign.round_id) == col(Round.id))
        .where(col(Round.stage) == RoundStage.FIELD.value)
        .order_by(Round.municipality, col(Round.id))
    )
    async with reading_across(database) as session:
        rows = (await session.exec(statement)).all()
    return [
        (municipality, round_id)
        for municipality, round_id, document in rows
        if round_id is not None and Design.model_validate(document).moment in GOES_ON
    ]


async def seal_month(working: Working) -> Mapping[str, Any]:
    """Seal the month of a job, once; return its digest and the number of submissions. Sealed already is done."""
    round_id, period = working.round_id, str(working.payload["period"])
    assert round_id is not None, "sealing is about a round"
    until = last_day(period)
    async with tenant_reading(working.database, working.municipality) as session:
        its_round = await session.get_one(Round, round_id)
        month = await _month(session, round_id, until)
        if month is None:
            return {}
        among = month.among(round_id)
        rows, seen = [one async for one in sealed_rows(session, among)], await seen_in(session, among)
        strata = select(Stratum.name, Stratum.population).where(col(Stratum.round_id) == round_id)
        populations = dict((await session.exec(strata.order_by(Stratum.name))).all())
    if len(rows) < FEWEST:
        return {"submissions": 0}
    facts = _facts(its_round, month, populations)
    codebooks = await read_codebooks(working.database, {row.version for row in rows})
    made = await asyncio.to_thread(make_file, facts, rows, codebooks)
    async with working.effect() as session:
        row = await session.get_one(Round, round_id, with_for_update=True)
        if row.stage != RoundStage.FIELD:
            raise JobFailedError("round-not-in-field")
        if await seen_in(session, among) != seen or await _month(session, round_id, until) != month:
            raise JobFailedError("changed-while-sealing")
        await _keep(session, working, row, period, made)
    return {"digest": made[1], "submissions": made[2]}


async def list_months(database: Database, municipality: str, round_id: int) -> Sequence[Snapshot]:
    """Return the months of a round that were sealed, in order."""
    statement = select(Snapshot).where(col(Snapshot.round_id) == round_id, col(Snapshot.period) != WHOLE)
    async with tenant_reading(database, municipality) as session:
        return (await session.exec(statement.order_by(Snapshot.period))).all()


async def _month(session: AsyncSession, round_id: int, until: date) -> _Month | None:
    """Return what there is to seal up to a day; None when that was done."""
    sealed = await last_sealed(session, round_id)
    period = until.strftime("%Y-%m")
    if sealed is not None and sealed >= period:
        return None
    return _Month(period, last_day(sealed) if sealed else None, until)


async def _count(session: AsyncSession, among: ColumnElement[bool]) -> int:
    return (await session.exec(select(func.count()).select_from(Submission).where(among))).one()


def _facts(its_round: Round, month: _Month, strata: Mapping[str, int]) -> Any:
    from analysis.snapshots import SealedFacts

    return SealedFacts(
        its_round.municipality,
        its_round.measurement,
        its_round.title,
        its_round.opens_on if month.since is None else month.since + timedelta(days=1),
        month.until,
        its_round.promise,
        strata,
    )


async def _keep(
    session: AsyncSession, working: Working, its_round: Round, period: str, made: tuple[bytes, str, int]
) -> None:
    assert its_round.id is not None
    content, digest, number = made
    name = f"{its_round.measurement}-{period}.parquet"
    facts = FileFacts(its_round.id, FilePurpose.SNAPSHOT, name, MEDIA_TYPE, working.made_by)
    file_id = await add_file(session, working.settings.encryption_keys, facts, content, now=working.clock())
    session.add(
        Snapshot(
            municipality=working.municipality,
            round_id=its_round.id,
            period=period,
            file_id=file_id,
            digest=digest,
            submissions=number,
            # Of a month nothing is counted: the same invitations bring answers in the next one.
            fieldwork={},
            sealed_by=working.made_by,
            sealed_at=working.clock(),
        )
    )
    await session.flush()
    why = f"{its_round.id} {period}"
    await queue_job(session, JobKind.MAKE_SERIES, actor=working.made_by, now=working.clock(), once=why)
    await record(
        session,
        working.municipality,
        actor=working.made_by,
        action="round.month-sealed",
        object_kind="round",
        object_id=str(its_round.id),
        after={"period": period, "digest": digest, "submissions": number},
        now=working.clock(),
    )
