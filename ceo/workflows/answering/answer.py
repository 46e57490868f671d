"""Filling in: the draft of a code, with the path that follows from it, and saving a page."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from ceo.storage.commit_group import CommitGroup, Save
from ceo.storage.database import Database
from ceo.storage.draft_rows import find_draft
from ceo.storage.rounds import Round, takes_answers
from ceo.storage.submissions import choose_reading
from ceo.storage.tenancy import tenant_transaction
from ceo.workflows.answering.access_codes import AccessKey
from ceo.workflows.answering.arriving import Arrival, arrive
from ceo.workflows.answering.reader import Reader
from ceo.workflows.answering.recent_walks import RecentWalks, Walk
from ceo.workflows.publish import PublishedVersions
from questionnaires.answers import Answer, Answers, answers_to_json
from questionnaires.consents import Consents, consents_from_json
from questionnaires.expressions.facts import Circumstances
from questionnaires.questionnaire import Page, Questionnaire
from questionnaires.routing import Path
from questionnaires.wording import Wording

_WALKS: Final = RecentWalks()


@dataclass(frozen=True, slots=True)
class OpenDraft:
    """A draft ready to be shown or changed: the questionnaire it started on, its answers, and the path that follows."""

    key: AccessKey
    round: Round
    questionnaire: Questionnaire
    circumstances: Circumstances
    answers: dict[str, Answer]
    consents: Consents
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


async def open_draft(
    database: Database, versions: PublishedVersions, key: AccessKey, *, today: date
) -> OpenDraft | Arrival:
    """Return the draft of a code, or where its client stands when there is nothing to fill in now."""
    draft_id = key.draft_id
    found = await find_draft(database, key.municipality, draft_id)
    if found is None or not takes_answers(found[1], today):
        return await arrive(database, key, today=today)
    draft, its_round = found
    questionnaire = await versions.asked_in(its_round, draft.questionnaire_hash)
    circumstances = Circumstances(draft.language, draft.mode, draft.text_register, draft.started_on)
    walk = _WALKS.walk(draft_id, questionnaire, circumstances, draft.answers)
    return OpenDraft(
        key=key,
        round=its_round,
        questionnaire=questionnaire,
        circumstances=circumstances,
        answers=walk.answers,
        consents=consents_from_json(draft.consents),
        path=walk.path,
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
    document: dict[str, Any] = dict(_walk_after(draft, answers).stored)
    save = Save(draft.key.draft_id, draft.key.municipality, document, row_version, name)
    return SaveOutcome.SAVED if await group.save(save) else SaveOutcome.STALE


def path_after(draft: OpenDraft, answers: Answers) -> Path:
    """Return the path that a draft leads to once it has these answers too."""
    return _walk_after(draft, answers).path


def _walk_after(draft: OpenDraft, answers: Answers) -> Walk:
    """Return what the page after this one needs as well: both find it among the recent walks."""
    stored = answers_to_json({**draft.answers, **answers})
    return _WALKS.walk(draft.key.draft_id, draft.questionnaire, draft.circumstances, stored)


def _save_name(page: Page, answers: dict[str, Answer], row_version: int) -> str:
    content = json.dumps([page.id, row_version, answers_to_json(answers)], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:16]
