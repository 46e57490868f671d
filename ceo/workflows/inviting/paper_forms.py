"""Questionnaires on paper to hand out, in files of copies.

Each copy has a code of its own, which stands nowhere else: it is made in the transaction that keeps the file.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.contacts import Invitation
from ceo.storage.database import Database
from ceo.storage.kept_files import FilePurpose
from ceo.storage.rounds import PublishedQuestionnaire, Round, RoundStage
from ceo.storage.tenancy import tenant_reading, tenant_transaction
from ceo.workflows.answering.access_codes import access_key, draw_code, read_code
from ceo.workflows.audit.recording import record
from ceo.workflows.inviting.batches import CLOSED, NOT_IN_FIELD, today_of
from ceo.workflows.inviting.paper_editions import Edition, form_of, read_edition, write_copies
from ceo.workflows.jobs.kinds import JobKind
from ceo.workflows.jobs.queueing import queue_job
from ceo.workflows.jobs.working import JobFailedError, Working
from ceo.workflows.kept_files.keeping import FileFacts, add_file
from questionnaires.publishing import open_published

# In one file: what a printer takes in one go, and what fits in memory many times.
BATCH: Final = 100
NOT_ON_PAPER: Final = "not-on-paper"


@dataclass(frozen=True, slots=True)
class PaperOrder:
    """Which forms are wanted for a round: in which language and register, and how many by stratum."""

    round_id: int
    language: str
    register: str
    numbers: Mapping[str, int]


async def order_paper_forms(
    database: Database, municipality: str, order: PaperOrder, *, actor: str, now: datetime
) -> str:
    """Let a worker make forms; return the id of the job. While one of this round waits or runs, that is the one."""
    payload = {"language": order.language, "register": order.register, "numbers": dict(order.numbers)}
    async with tenant_transaction(database, municipality) as session:
        return await queue_job(
            session,
            JobKind.MAKE_PAPER_FORMS,
            actor=actor,
            now=now,
            round_id=order.round_id,
            payload=payload,
            once=f"{order.round_id}",
        )


async def make_paper_forms(working: Working) -> Mapping[str, Any]:
    """Make copies with codes to hand out, in files of at most `BATCH`; an effect for each file, with the codes that are in it.

    `payload`: `language`, `register`, and `numbers` of copies by stratum. Returns the numbers of copies and files.
    """
    assert working.round_id is not None, "forms belong to a round"
    numbers: dict[str, int] = working.payload["numbers"]
    batches, total = list(_batches(numbers)), sum(numbers.values())
    edition, measurement = await _edition_of_job(working)
    form = await asyncio.to_thread(form_of, edition)
    if form.problems:
        raise JobFailedError(NOT_ON_PAPER)
    for place in range(working.step, len(batches)):
        stratum, number = batches[place]
        codes = [draw_code() for _ in range(number)]
        content = await asyncio.to_thread(write_copies, form, working.settings, edition.municipality, codes)
        name = f"vragenlijsten-{measurement}-{_plain(stratum)}-{place + 1:03}-{edition.language}.pdf"
        done = sum(copies for _, copies in batches[: place + 1])
        async with working.effect(progress=done, size=total) as session:
            await _require_open(session, working)
            facts = FileFacts(working.round_id, FilePurpose.PAPER_FORMS, name, "application/pdf", working.made_by)
            await add_file(session, working.settings.encryption_keys, facts, content, now=working.clock())
            await _keep(session, working, stratum, codes)
    return {"copies": total, "files": len(batches)}


async def _edition_of_job(working: Working) -> tuple[Edition, str]:
    """Return what the forms of a job follow from, and the name of its measurement."""
    async with tenant_reading(working.database, working.municipality) as session:
        its_round = await _require_open(session, working)
        stored = select(PublishedQuestionnaire).where(
            col(PublishedQuestionnaire.content_hash) == its_round.questionnaire_hash
        )
        row = (await session.exec(stored)).one()
        edition = await read_edition(
            session,
            working.settings,
            its_round,
            open_published(row.content, row.content_hash),
            language=working.payload["language"],
            register=working.payload["register"],
            today=today_of(working),
        )
        return edition, its_round.measurement


async def _require_open(session: AsyncSession, working: Working) -> Round:
    """Return the round; fail where a code would not work any more, or not yet."""
    its_round = await session.get_one(Round, working.round_id)
    if its_round.stage != RoundStage.FIELD:
        raise JobFailedError(NOT_IN_FIELD)
    if its_round.closes_on < today_of(working):
        raise JobFailedError(CLOSED)
    return its_round


async def _keep(session: AsyncSession, working: Working, stratum: str, codes: Sequence[str]) -> None:
    """Invite whoever will get these codes, and record how many."""
    assert working.round_id is not None, "forms belong to a round"
    for code in codes:
        key = access_key(working.settings.secret_key, working.municipality, read_code(code) or "")
        session.add(
            Invitation(
                municipality=working.municipality,
                access_hash=key.access_hash,
                round_id=working.round_id,
                stratum=stratum,
            )
        )
    await session.flush()
    await record(
        session,
        working.municipality,
        actor=working.made_by,
        action="round.paper-forms-made",
        object_kind="round",
        object_id=str(working.round_id),
        after={"numbers": {stratum: len(codes)}, "language": working.payload["language"]},
        now=working.clock(),
    )


def _batches(numbers: Mapping[str, int]) -> Iterator[tuple[str, int]]:
    """Yield a stratum and a number of copies for each file.

    >>> list(_batches({"Vervoer": 120, "Begeleiding": 30}))
    [('Begeleiding', 30), ('Vervoer', 100), ('Vervoer', 20)]
    """
    for stratum, number in sorted(numbers.items()):
        for start in range(0, number, BATCH):
            yield stratum, min(BATCH, number - start)


def _plain(name: str) -> str:
    """Return a name as it can stand in the name of a file.

    >>> _plain("Hulp bij het huishouden (Wmo)")
    'hulp-bij-het-huishouden-wmo'
    """
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "groep"
