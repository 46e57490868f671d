"""Files for people who are written to, some hundreds at a time: letters, and lists for a printer.

A code stands in its file and nowhere else, so both are committed in one effect: a worker that is killed loses no code and makes none twice.
Writing a file takes seconds, and nobody may wait for that with a transaction open: so the people and their codes are chosen first, in a
transaction that changes nothing, and looked at once more when the file is kept. When somebody was invited meanwhile, the batch begins anew.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.clock import DUTCH_TIME
from ceo.storage.clients import Client, LastSurveyed
from ceo.storage.jobs import Job
from ceo.storage.kept_files import FilePurpose
from ceo.storage.letters import LetterKind
from ceo.storage.rounds import Round, RoundStage
from ceo.storage.tenancy import tenant_of, tenant_reading
from ceo.workflows.audit.recording import record, wait_for_turn
from ceo.workflows.frames.contacts import open_contact
from ceo.workflows.frames.listed import ContactDetails
from ceo.workflows.inviting.batch_lists import keep_batch_list
from ceo.workflows.inviting.chosen import Chosen, MeanwhileError, choose, keep_chosen
from ceo.workflows.inviting.client_codes import Recipient, Recipients, count_recipients
from ceo.workflows.inviting.codes import letter_link
from ceo.workflows.inviting.orders import Order
from ceo.workflows.jobs.working import JobFailedError, Working
from ceo.workflows.kept_files.keeping import FileFacts, add_file

# Faults that no retry cures; the pages of jobs have words for them.
NOT_IN_FIELD: Final = "round-not-in-field"
CLOSED: Final = "round-is-over"


@dataclass(frozen=True, slots=True)
class Addressed:
    """Somebody who is written to: how to reach them, their code and its link."""

    contact: ContactDetails
    language: str
    code: str
    link: str


@dataclass(frozen=True, slots=True)
class BatchForm:
    """What kind of file is made. `size`: people in a file.

    `takes`: whether a file can hold somebody; who cannot be written to is set aside.
    `name` gets the number of the file and of the people in it.
    """

    purpose: FilePurpose
    media_type: str
    size: int
    name: Callable[[int, int], str]
    write: Callable[[Sequence[Addressed]], bytes]
    takes: Callable[[Addressed], bool] = lambda _: True


async def round_to_write_for(working: Working) -> Round:
    """Return the round of a job in which people are written to. Raises `JobFailedError` when nobody may be invited (any more)."""
    assert working.round_id is not None
    async with tenant_reading(working.database, working.municipality) as session:
        its_round = await session.get_one(Round, working.round_id)
    if its_round.stage != RoundStage.FIELD:
        raise JobFailedError(NOT_IN_FIELD)
    if its_round.closes_on < today_of(working):
        raise JobFailedError(CLOSED)
    return its_round


async def make_batches(working: Working, order: Order, form: BatchForm, *, action: str) -> Mapping[str, Any]:
    """Write to everybody who is left, a file after the other; record it once, as `action`. Return counts, and the ids of the files.

    `people`: how many were written to. `set_aside`: whose address does not fit, and who has none any more.
    """
    assert working.round_id is not None
    recipients = order.recipients(working.round_id, due_on=today_of(working))
    while not (tally := await _tally(working)).get("recorded"):
        chosen = await _choose(working, recipients, form.size)
        if not chosen:
            await _record(working, order, action)
            continue
        everybody = await asyncio.to_thread(_opened, working, chosen)
        fits = [form.takes(one) for one in everybody]
        taken = [one for one, fit in zip(everybody, fits, strict=True) if fit]
        content = await asyncio.to_thread(form.write, taken) if taken else b""
        aside = frozenset(one.client_id for one, fit in zip(chosen, fits, strict=True) if not fit)
        with suppress(MeanwhileError):
            await _keep(working, recipients, Chosen(chosen, aside), form, content)
    return {name: tally[name] for name in ("people", "set_aside", "files")}


def today_of(working: Working) -> date:
    """Return the day in the Netherlands by the clock of a job."""
    return working.clock().astimezone(DUTCH_TIME).date()


async def _tally(working: Working) -> dict[str, Any]:
    """Return what this job did until now: also what was done by a worker that is no more."""
    async with tenant_reading(working.database, working.municipality) as session:
        job = await session.get_one(Job, working.job_id)
        return _tally_of(job)


def _tally_of(job: Job) -> dict[str, Any]:
    return {"people": 0, "set_aside": 0, "files": [], **(job.result or {})}


async def _choose(working: Working, recipients: Recipients, number: int) -> Sequence[Recipient]:
    async with tenant_reading(working.database, working.municipality) as session:
        return await choose(session, working.settings, recipients, number=number, today=today_of(working))


def _opened(working: Working, chosen: Sequence[Recipient]) -> list[Addressed]:
    settings = working.settings
    keys = settings.encryption_keys
    found = []
    for one in chosen:
        contact, language = open_contact(keys, one.client_id, one.sealed)
        link = letter_link(settings, working.municipality, one.code)
        found.append(Addressed(contact, language, one.code, link))
    return found


async def _keep(working: Working, recipients: Recipients, chosen: Chosen, form: BatchForm, content: bytes) -> None:
    """Keep the codes and the file together. Raises `MeanwhileError` when somebody was written to meanwhile."""
    async with working.effect() as session:
        # Letters, mails and reminders that are made at the same time look at the same people.
        await wait_for_turn(session, working.municipality)
        job = await session.get_one(Job, working.job_id)
        kept = await keep_chosen(session, working.settings, recipients, chosen, today=today_of(working))
        tally = _tally_of(job)
        if content:
            name = form.name(len(tally["files"]) + 1, len(kept))
            facts = FileFacts(recipients.round_id, form.purpose, name, form.media_type, working.made_by)
            file_id = await add_file(session, working.settings.encryption_keys, facts, content, now=working.clock())
            await keep_batch_list(
                session, working.settings.encryption_keys, facts, (file_id, recipients.kind, kept), now=working.clock()
            )
            tally["files"] = [*tally["files"], file_id]
        if recipients.kind is LetterKind.INVITATION:
            await _mark_surveyed(session, [one.client_id for one in kept], today_of(working))
        tally["people"] += len(kept)
        tally["set_aside"] += len(chosen.aside)
        job.result = tally
        job.progress = tally["people"] + tally["set_aside"]
        # Counted once: it is for people, and nobody else can write while this transaction lasts.
        job.size = max(job.progress, job.size or job.progress + await count_recipients(session, recipients))


async def _mark_surveyed(session: AsyncSession, clients: Sequence[str], today: date) -> None:
    """Remember when these people were last drawn, so that nobody is asked too often."""
    persons = set(await session.exec(select(Client.person_hash).where(col(Client.id).in_(clients))))
    known = (await session.exec(select(LastSurveyed).where(col(LastSurveyed.person_hash).in_(persons)))).all()
    for row in known:
        row.drawn_on = max(row.drawn_on, today)
    new = persons.difference(row.person_hash for row in known)
    municipality = tenant_of(session)
    session.add_all(LastSurveyed(municipality=municipality, person_hash=person, drawn_on=today) for person in new)


async def _record(working: Working, order: Order, action: str) -> None:
    async with working.effect() as session:
        job = await session.get_one(Job, working.job_id)
        tally = _tally_of(job)
        if tally["people"] or tally["set_aside"]:
            await record(
                session,
                working.municipality,
                actor=working.made_by,
                action=action,
                object_kind="round",
                object_id=str(working.round_id),
                after={
                    "kind": order.kind.value,
                    "people": tally["people"],
                    "set_aside": tally["set_aside"],
                    "files": len(tally["files"]),
                },
                now=working.clock(),
            )
        job.result = {**tally, "recorded": True}
