"""Filling in: from the code on the letter to a sealed submission.

Only this module sees invitations and submissions together, and only through the code that a client brings.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from sqlmodel import col, select

from ceo.storage.commit_group import CommitGroup, Save
from ceo.storage.contacts import Invitation, InvitationState, find_invitation, mark_invitation
from ceo.storage.database import Database
from ceo.storage.rounds import Round
from ceo.storage.submissions import Draft, Submission, choose_reading, find_draft, remove_draft
from ceo.storage.tenancy import tenant_reading, tenant_transaction
from ceo.workflows.access_codes import AccessKey
from ceo.workflows.publish import PublishedVersions
from questionnaires.answering import seal
from questionnaires.answers import Answer, answers_from_json, answers_to_json
from questionnaires.expressions.facts import Circumstances
from questionnaires.questionnaire import Page, Questionnaire
from questionnaires.routing import Path, route
from questionnaires.wording import Wording

# Answers that come in through this module are given on the web.
MODE: Final = "web"


class Standing(StrEnum):
    """Where a client stands who brings a code."""

    UNKNOWN = "unknown"  # no such code in this municipality
    EARLY = "early"
    CLOSED = "closed"
    INVITED = "invited"  # nothing was started
    STARTED = "started"
    COMPLETE = "complete"


@dataclass(frozen=True, slots=True)
class Reader:
    """How a client reads: the language, and the register of its texts (standard or easy)."""

    language: str = "nl"
    register: str = "standard"


USUAL_READER: Final = Reader()


@dataclass(frozen=True, slots=True)
class Arrival:
    """What a code leads to. `round` is None only when the code is unknown."""

    standing: Standing
    round: Round | None = None


@dataclass(frozen=True, slots=True)
class OpenDraft:
    """A draft ready to be shown or changed: the questionnaire it started on, its answers, and the path that follows."""

    key: AccessKey
    round: Round
    questionnaire: Questionnaire
    circumstances: Circumstances
    answers: dict[str, Answer]
    path: Path
    row_version: int
    last_save: str

    @property
    def reader(self) -> Reader:
        """Return how the client reads."""
        return Reader(self.circumstances.language, self.circumstances.register)

    @property
    def wording(self) -> Wording:
        """Return the texts as the client reads them."""
        return self.questionnaire.wording(self.circumstances.language, self.circumstances.register)


class SaveOutcome(StrEnum):
    """What became of a save."""

    SAVED = "saved"
    STALE = "stale"  # another window saved something since this page was shown; nothing was overwritten


async def newest_round(database: Database, municipality: str) -> Round | None:
    """Return the round of a municipality that closes last: its telephone number helps who cannot come in."""
    async with tenant_reading(database, municipality) as session:
        return (await session.exec(select(Round).order_by(col(Round.closes_on).desc()).limit(1))).first()


async def arrive(database: Database, key: AccessKey, *, today: date) -> Arrival:
    """Tell where the client of a code stands."""
    async with tenant_reading(database, key.municipality) as session:
        invitation = await find_invitation(session, key.access_hash)
        if invitation is None:
            return Arrival(Standing.UNKNOWN)
        invited_to = await session.get_one(Round, invitation.round_id)
    return Arrival(_standing(invitation, invited_to, today), invited_to)


def _standing(invitation: Invitation, invited_to: Round, today: date) -> Standing:
    if invitation.state == InvitationState.COMPLETE:
        return Standing.COMPLETE
    if today > invited_to.closes_on:
        return Standing.CLOSED
    if today < invited_to.opens_on:
        return Standing.EARLY
    return Standing.STARTED if invitation.state == InvitationState.STARTED else Standing.INVITED


async def start(database: Database, key: AccessKey, *, today: date, reader: Reader = USUAL_READER) -> Arrival:
    """Begin a draft, or find the one that was begun. Starting twice is starting once: who has begun reads on as before."""
    async with tenant_transaction(database, key.municipality) as session:
        invitation = await find_invitation(session, key.access_hash)
        if invitation is None:
            return Arrival(Standing.UNKNOWN)
        invited_to = await session.get_one(Round, invitation.round_id)
        standing = _standing(invitation, invited_to, today)
        if standing not in {Standing.INVITED, Standing.STARTED}:
            return Arrival(standing, invited_to)
        # Marked first, so that several windows begin one after the other.
        if not await mark_invitation(session, key.access_hash, InvitationState.STARTED):
            return Arrival(Standing.COMPLETE, invited_to)  # another window has just sent the answers
        if await session.get(Draft, key.draft_id) is None:
            session.add(
                Draft(
                    municipality=key.municipality,
                    id=key.draft_id,
                    round_id=invitation.round_id,
                    stratum=invitation.stratum,
                    questionnaire_hash=invited_to.questionnaire_hash,
                    answers={},
                    language=reader.language,
                    text_register=reader.register,
                    started_on=today,
                )
            )
    return Arrival(Standing.STARTED, invited_to)


async def open_draft(
    database: Database, versions: PublishedVersions, key: AccessKey, *, today: date
) -> OpenDraft | Arrival:
    """Return the draft of a code, or where its client stands when there is nothing to fill in now."""
    found = await find_draft(database, key.municipality, key.draft_id)
    if found is None or not found[1].opens_on <= today <= found[1].closes_on:
        return await arrive(database, key, today=today)
    draft, its_round = found
    questionnaire = (await versions.open(draft.questionnaire_hash)).questionnaire
    circumstances = Circumstances(draft.language, MODE, draft.text_register, draft.started_on)
    answers = answers_from_json(draft.answers)
    return OpenDraft(
        key=key,
        round=its_round,
        questionnaire=questionnaire,
        circumstances=circumstances,
        answers=answers,
        path=route(questionnaire, answers, circumstances),
        row_version=draft.row_version,
        last_save=draft.last_save,
    )


async def read_on_as(database: Database, draft: OpenDraft, reader: Reader) -> None:
    """Keep how the client of a draft reads from now on, on every device."""
    async with tenant_transaction(database, draft.key.municipality) as session:
        await choose_reading(session, draft.key.draft_id, reader.language, reader.register)


async def save_page(
    group: CommitGroup, draft: OpenDraft, page: Page, answers: dict[str, Answer], *, row_version: int
) -> SaveOutcome:
    """Store the answers of one page; return after they are on disk.

    `row_version` is the one that the page was shown with. The same save sent twice (a double click, a retry after a lost
    connection) is stored once and acknowledged twice.
    """
    name = _save_name(page, answers, row_version)
    if draft.last_save == name and draft.row_version == row_version + 1:
        return SaveOutcome.SAVED
    if draft.row_version != row_version:
        return SaveOutcome.STALE
    document: dict[str, Any] = dict(answers_to_json({**draft.answers, **answers}))
    save = Save(draft.key.draft_id, draft.key.municipality, document, row_version, name)
    return SaveOutcome.SAVED if await group.save(save) else SaveOutcome.STALE


def _save_name(page: Page, answers: dict[str, Answer], row_version: int) -> str:
    content = json.dumps([page.id, row_version, answers_to_json(answers)], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:16]


async def send(database: Database, draft: OpenDraft, *, today: date) -> SaveOutcome:
    """Seal the draft into a submission. From here on nothing leads from the code to the answers.

    Either all of it happens or nothing: the submission is there, the draft is gone, the invitation is complete.
    """
    sealed = seal(draft.questionnaire, draft.answers, draft.circumstances)
    async with tenant_transaction(database, draft.key.municipality) as session:
        row = await session.get(Draft, draft.key.draft_id)
        if row is None or not await remove_draft(session, draft.key.draft_id, draft.row_version):
            return SaveOutcome.STALE
        session.add(
            Submission(
                municipality=draft.key.municipality,
                id=uuid.uuid4().hex,
                round_id=row.round_id,
                stratum=row.stratum,
                questionnaire_hash=row.questionnaire_hash,
                answers=dict(answers_to_json(sealed.answers)),
                language=draft.circumstances.language,
                text_register=draft.circumstances.register,
                mode=draft.circumstances.mode,
                dropped=sealed.dropped,
                received_on=today,
            )
        )
        session.expunge(row)
        await mark_invitation(session, draft.key.access_hash, InvitationState.COMPLETE)
    return SaveOutcome.SAVED
