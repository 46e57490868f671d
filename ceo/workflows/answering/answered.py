"""What a client has answered, to be shown to that same client: from the draft, or from what was sent.

After sending only a round that promised to be pseudonymous still knows which answers belong to a code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import col, select

from ceo.storage.database import Database
from ceo.storage.rounds import Round
from ceo.storage.submissions import Submission
from ceo.storage.tenancy import tenant_reading
from ceo.workflows.answering.access_codes import AccessKey
from ceo.workflows.answering.answer import OpenDraft
from ceo.workflows.publish import PublishedVersions
from questionnaires.answers import Answer, Missing, answers_from_json
from questionnaires.consents import Consents, consents_from_json
from questionnaires.questionnaire import Questionnaire


@dataclass(frozen=True, slots=True)
class Answered:
    """The answers that count, by item; an item that is not in `answers` was not asked or has not been answered yet."""

    round: Round
    questionnaire: Questionnaire
    answers: Mapping[str, Answer]
    consents: Consents


def answered_so_far(draft: OpenDraft) -> Answered:
    """Return what counts of a draft now."""
    return Answered(draft.round, draft.questionnaire, draft.path.environment, draft.consents)


async def find_sent(database: Database, versions: PublishedVersions, key: AccessKey) -> Answered | None:
    """Return what was sent with a code; None when nothing was, or when nothing leads from the code to the answers."""
    statement = select(Submission, Round).where(
        col(Submission.pseudonym) == key.pseudonym, col(Round.id) == col(Submission.round_id)
    )
    async with tenant_reading(database, key.municipality) as session:
        found = (await session.exec(statement)).one_or_none()
    if found is None:
        return None
    submission, its_round = found
    answers = answers_from_json(submission.answers)
    return Answered(
        round=its_round,
        questionnaire=(await versions.open(submission.questionnaire_hash)).questionnaire,
        answers={item: answer for item, answer in answers.items() if answer.missing is not Missing.NOT_ASKED},
        consents=consents_from_json(submission.consents),
    )
