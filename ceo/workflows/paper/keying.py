"""Keying forms on paper: kept until it is sure what stands on the paper, then sent as if it had been filled in on the website.

A share of the forms is keyed by two people, of whom the second does not see what the first keyed. Where they differ, somebody who has the
paper decides. What was keyed leads to no invitation and leaves nothing behind once it is sent: see `KeyedForm`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.contacts import find_invitation
from ceo.storage.database import Database
from ceo.storage.paper import KeyedForm
from ceo.storage.rounds import Round, RoundStage
from ceo.storage.submissions import Draft
from ceo.storage.tenancy import tenant_transaction
from ceo.workflows.answering.access_codes import AccessKey
from ceo.workflows.answering.answer import OpenDraft, SaveOutcome
from ceo.workflows.answering.sending import send
from ceo.workflows.audit.recording import record
from ceo.workflows.inviting.brought_codes import CodeFault, find_brought
from ceo.workflows.paper.agreement import count_agreement
from ceo.workflows.paper.forms import (
    DOUBLE_KEYED,
    PAPER,
    PaperForm,
    Step,
    as_draft,
    lock_form,
    needs_second,
    next_step,
    version_of,
)
from ceo.workflows.paper.keyed import Keyed, compare, keyed_from_json, keyed_to_json, settle
from questionnaires.consents import consents_to_json

KEYED, KEYED_AGAIN, DISCARDED = "paper.keyed", "paper.keyed-again", "paper.discarded"


class Outcome(StrEnum):
    """What became of a keying."""

    KEPT = "kept"  # what has to be done next follows from the form
    SENT = "sent"
    TAKEN = "taken"  # meanwhile somebody else keyed this form, or threw it away: nothing was changed


@dataclass(frozen=True, slots=True)
class Keying:
    """Who keys, and when. `secret_key` of the installation and `share` (0 to 1) decide which forms are keyed twice."""

    by: str
    now: datetime
    today: date
    secret_key: bytes
    share: float = DOUBLE_KEYED


async def key_form(
    database: Database, form: PaperForm, keyed: Keyed, keying: Keying, *, version: str = ""
) -> Outcome | CodeFault:
    """Keep what somebody keyed. A second keying that agrees with the first is sent at once.

    `version` is that of the first keying which is changed, "" for a keying from the paper alone. The same keying twice is kept once.
    """
    async with tenant_transaction(database, form.key.municipality) as session:
        found = await find_brought(session, form.key.access_hash, form.round.id or 0)
        if isinstance(found, CodeFault):
            return found
        kept = await _keep(session, form, keyed, keying, version=version)
        if kept is None:
            return Outcome.TAKEN
        # Others may have sent this very form between the look and the keeping: then nothing of it may stay behind.
        await session.flush()
        session.expire_all()
        found = await find_brought(session, form.key.access_hash, form.round.id or 0)
        if isinstance(found, CodeFault):
            await session.rollback()
            return found
        await session.refresh(kept)
    if next_step(form.questionnaire, kept, keying.by) is not Step.SEND:
        return Outcome.KEPT
    return await _send(database, form, kept, keyed_from_json(kept.first), today=keying.today)


async def send_form(database: Database, form: PaperForm, *, today: date) -> Outcome:
    """Send a form as it was keyed, after a look at it or after two keyings that agree."""
    if form.stored is None or form.first is None or form.step not in {Step.CHECK, Step.SEND}:
        return Outcome.TAKEN
    return await _send(database, form, form.stored, form.first, today=today)


async def reconcile(database: Database, form: PaperForm, chosen: Keyed, *, today: date) -> Outcome:
    """Send a form of which somebody decided, with the paper in hand, where the two keyings differed."""
    if form.stored is None or form.first is None or form.step is not Step.RECONCILE:
        return Outcome.TAKEN
    return await _send(database, form, form.stored, settle(form.first, chosen, form.compared.differing), today=today)


async def discard_form(database: Database, key: AccessKey, round_id: int, *, actor: str, now: datetime) -> bool:
    """Throw away what was keyed of a form that was not sent; return whether there was something."""
    own = delete(KeyedForm).where(col(KeyedForm.id) == key.keyed_form, col(KeyedForm.round_id) == round_id)
    async with tenant_transaction(database, key.municipality) as session:
        thrown = bool((await session.exec(own.returning(col(KeyedForm.id)))).all())
        if thrown:
            await _record(session, key.municipality, round_id, DISCARDED, actor=actor, now=now)
    return thrown


async def _keep(session: AsyncSession, form: PaperForm, keyed: Keyed, keying: Keying, version: str) -> KeyedForm | None:
    """Keep a keying as the first, as a change of the first, or as the second; return the row, None when none of them fits."""
    document = keyed_to_json(keyed)
    if await _begin(session, form, document, keying):
        await _record(session, form.key.municipality, form.round.id or 0, KEYED, actor=keying.by, now=keying.now)
    # Two people who key the same form at once come here one after the other.
    row = await lock_form(session, form.key.keyed_form)
    if row is None:
        return None
    if (document, keying.by) in ((row.first, row.first_by), (row.second, row.second_by)):
        return row
    if row.second is not None:
        return None
    if version:
        return _changed(row, document, keying, version)
    if not row.needs_second or keying.by == row.first_by:
        return None
    row.second, row.second_by = document, keying.by
    await count_agreement(session, row, compare(form.questionnaire, keyed_from_json(row.first), keyed))
    await _record(session, form.key.municipality, row.round_id, KEYED_AGAIN, actor=keying.by, now=keying.now)
    return row


def _changed(row: KeyedForm, document: dict[str, Any], keying: Keying, version: str) -> KeyedForm | None:
    """Change the first keying; None when it is not the one that was on the screen, or not for this person to see."""
    if version_of(row.first) != version or (row.needs_second and keying.by != row.first_by):
        return None
    row.first, row.first_by = document, keying.by
    return row


async def _begin(session: AsyncSession, form: PaperForm, document: dict[str, Any], keying: Keying) -> bool:
    """Keep a first keying if nobody keyed this form yet; tell whether it was kept."""
    insert: Any = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    row = {
        "municipality": form.key.municipality,
        "id": form.key.keyed_form,
        "round_id": form.round.id,
        "language": document["language"],
        "first": document,
        "first_by": keying.by,
        "needs_second": needs_second(keying.secret_key, form.key.keyed_form, share=keying.share),
    }
    kept = insert(KeyedForm).on_conflict_do_nothing().returning(KeyedForm.id)
    return bool((await session.exec(kept, params=[row])).all())


async def _send(database: Database, form: PaperForm, stored: KeyedForm, keyed: Keyed, *, today: date) -> Outcome:
    async def take(session: AsyncSession, draft: OpenDraft) -> Draft | None:
        return await _take(session, draft, stored)

    outcome = await send(database, as_draft(form, keyed), today=today, take=take)
    return Outcome.SENT if outcome is SaveOutcome.SAVED else Outcome.TAKEN


async def _take(session: AsyncSession, draft: OpenDraft, stored: KeyedForm) -> Draft | None:
    """Remove a form that stands as it was read, and what was begun on the website with its code; return it as a draft."""
    stage = select(Round.stage).where(col(Round.id) == stored.round_id).with_for_update(read=True)
    row = await lock_form(session, stored.id)
    found = await find_invitation(session, draft.key.access_hash)
    if row is None or found is None or (await session.exec(stage)).one() != RoundStage.FIELD:
        return None
    if (row.first, row.second) != (stored.first, stored.second):
        return None
    assert draft.circumstances.started_on is not None, "a keying has a day"
    await session.delete(row)
    await session.exec(delete(Draft).where(col(Draft.id) == draft.key.draft_id))
    return Draft(
        municipality=row.municipality,
        id=row.id,
        round_id=row.round_id,
        stratum=found[0].stratum,
        questionnaire_hash=draft.round.questionnaire_hash,
        answers={},
        language=draft.circumstances.language,
        text_register=draft.circumstances.register,
        mode=PAPER,
        consents=dict(consents_to_json(draft.consents)),
        started_on=draft.circumstances.started_on,
    )


async def _record(
    session: AsyncSession, municipality: str, round_id: int, action: str, *, actor: str, now: datetime
) -> None:
    await record(
        session, municipality, actor=actor, action=action, object_kind="round", object_id=str(round_id), now=now
    )
