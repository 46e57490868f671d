"""Sending: from a draft to a sealed submission, with the promise of its round kept.

Only this module and `arriving` see invitations and submissions together, and only through the code that a client brings.
"""

from __future__ import annotations

import uuid
from datetime import date

from ceo.storage.contacts import InvitationState, mark_invitation
from ceo.storage.database import Database
from ceo.storage.submissions import Draft, Submission, remove_draft
from ceo.storage.tenancy import tenant_transaction
from ceo.workflows.answer import OpenDraft, SaveOutcome
from questionnaires.answering import seal
from questionnaires.answers import answers_to_json


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
