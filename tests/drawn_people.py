"""People who were drawn for a round, with addresses, and jobs that write to them."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final

from arrangements import OpenedRound

from ceo.settings import Settings
from ceo.storage.clients import Client, ClientStatus, Contact
from ceo.storage.database import Database
from ceo.storage.jobs import Job, JobState
from ceo.storage.tenancy import tenant_transaction
from ceo.workflows.frames.contacts import seal_contact
from ceo.workflows.frames.listed import ContactDetails, person_hash
from ceo.workflows.inviting.orders import Order
from ceo.workflows.jobs.kinds import JobKind
from ceo.workflows.jobs.queueing import queue_job
from ceo.workflows.jobs.working import Working

NOW: Final = datetime(2026, 11, 21, 9, tzinfo=UTC)


def somebody(number: int) -> ContactDetails:
    """How to reach a made-up person; the number is in the name and in the street."""
    return ContactDetails(
        name=f"Mevrouw N. Nummer{number:03}",
        street=f"Proefstraat {number}",
        postcode="1234 AB",
        place="Utrecht",
        email=f"n{number}@voorbeeld.nl",
    )


async def draw_people(
    database: Database, opened: OpenedRound, people: Sequence[ContactDetails], *, by_post: bool = True
) -> list[str]:
    """Let people be drawn for a round, with contact details; return their client ids, in order."""
    keys = opened.settings.encryption_keys
    ids = [uuid.uuid4().hex for _ in people]
    async with tenant_transaction(database, opened.municipality) as session:
        for order, client_id in enumerate(ids, 1):
            session.add(
                Client(
                    municipality=opened.municipality,
                    id=client_id,
                    round_id=opened.round_id,
                    person_hash=person_hash(opened.settings.secret_key, opened.municipality, f"P{client_id}"),
                    stratum="Begeleiding",
                    traits={},
                    status=ClientStatus.DRAWN.value,
                    draw_order=order,
                )
            )
        await session.flush()
        for client_id, details in zip(ids, people, strict=True):
            session.add(
                Contact(
                    municipality=opened.municipality,
                    id=client_id,
                    by_post=by_post,
                    by_mail=True,
                    sealed=seal_contact(keys, client_id, details, ""),
                )
            )
    return ids


async def working_on(
    database: Database,
    opened: OpenedRound,
    order: Order,
    *,
    kind: JobKind = JobKind.MAKE_LETTERS,
    clock: Callable[[], datetime] = lambda: NOW,
) -> Working:
    """Return a job that a worker has just taken."""
    async with tenant_transaction(database, opened.municipality) as session:
        job_id = await queue_job(session, kind, actor="proef", now=NOW, round_id=opened.round_id, payload=order.payload)
    return await taken_up(database, opened.settings, opened.municipality, job_id, clock=clock)


async def taken_up(
    database: Database,
    settings: Settings,
    municipality: str,
    job_id: str,
    *,
    clock: Callable[[], datetime] = lambda: NOW,
) -> Working:
    """Return a job as a worker takes it up, again if need be: where the one before it stopped."""
    lease = uuid.uuid4().hex
    async with tenant_transaction(database, municipality) as session:
        row = await session.get_one(Job, job_id)
        row.state, row.lease = JobState.RUNNING.value, lease
        step, round_id, payload = row.steps_done, row.round_id, row.payload
    return Working(database, settings, municipality, job_id, lease, round_id, payload, step, clock, made_by="proef")
