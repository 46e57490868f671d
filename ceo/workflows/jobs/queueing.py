"""Asking for long work, within the transaction that needs it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.jobs import Job, JobState
from ceo.storage.tenancy import tenant_of
from ceo.workflows.jobs.kinds import JobKind


async def queue_job(
    session: AsyncSession,
    kind: JobKind,
    *,
    actor: str,
    now: datetime,
    round_id: int | None = None,
    payload: Mapping[str, Any] | None = None,
    once: str = "",
) -> str:
    """Let a worker do something for the municipality of this transaction, as soon as it commits; return the id of the job.

    `payload`: numbers, dates and ids, never anything about a person. `once`: while a job of this kind with this name waits or runs,
    that one is returned; one that was cancelled and is about to end does not count.
    """
    if once and (present := await find_busy(session, kind.value, once)) is not None:
        return present
    row = Job(
        municipality=tenant_of(session),
        id=uuid.uuid4().hex,
        kind=kind.value,
        round_id=round_id,
        once=once,
        payload=dict(payload or {}),
        run_after=now,
        made_by=actor,
        made_at=now,
    )
    session.add(row)
    await session.flush()
    return row.id


async def find_busy(session: AsyncSession, kind: str, once: str) -> str | None:
    """Return the id of the job of this kind with this name that waits or runs. Until the transaction ends, nobody else adds one."""
    await _wait_for_turn(session, f"{kind} {once}")
    same = select(Job.id).where(
        col(Job.kind) == kind,
        col(Job.once) == once,
        col(Job.state).in_((JobState.WAITING.value, JobState.RUNNING.value)),
        col(Job.cancel_asked).is_(False),
    )
    return (await session.exec(same)).first()


async def _wait_for_turn(session: AsyncSession, name: str) -> None:
    """Let one transaction at a time look for a job of this name and add it. SQLite has one writer anyhow."""
    if session.get_bind().dialect.name == "postgresql":
        turn = f"one job of its name: {tenant_of(session)} {name}"
        await session.exec(select(func.pg_advisory_xact_lock(func.hashtext(turn))))
