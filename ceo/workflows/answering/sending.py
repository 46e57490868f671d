"""Sending: from a draft to a sealed submission, with the promise of its round kept.

Only this module, `arriving`, `consent` and the keying of paper see invitations, callbacks and submissions together, and only through the
code that a client brings.
"""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Iterator
from datetime import date, timedelta
from typing import Final, TypeAlias

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.answer_days import count_day
from ceo.storage.callbacks import Callback
from ceo.storage.contacts import Invitation, InvitationState, find_masked_person_key, mark_invitation
from ceo.storage.database import Database
from ceo.storage.rounds import Promise
from ceo.storage.submissions import Draft, Submission, take_draft
from ceo.storage.tenancy import tenant_transaction
from ceo.workflows.answering.answer import OpenDraft, SaveOutcome
from ceo.workflows.answering.callbacks import callback_of, traceable_id, untraceable_id
from questionnaires.answering import Sealed, seal
from questionnaires.answers import answers_to_json
from questionnaires.consents import Consents, consents_from_json, consents_to_json, handed_in, requests_to_call
from questionnaires.definition import NarrativeAnswer

# Removes within the transaction what is sent, and returns it as a draft; None when it is not there any more as it was read.
Taking: TypeAlias = Callable[[AsyncSession, OpenDraft], Awaitable[Draft | None]]

_FEW_INVITATIONS: Final = 50


class _SentOtherwiseError(Exception):
    """With the other code of this invitation answers were sent already: this transaction leaves no trace."""


async def take_own_draft(session: AsyncSession, draft: OpenDraft) -> Draft | None:
    """Take the draft that a client filled in on the website."""
    return await take_draft(session, draft.key.draft_id, draft.row_version)


async def send(database: Database, draft: OpenDraft, *, today: date, take: Taking = take_own_draft) -> SaveOutcome:
    """Seal the draft into a submission. In an anonymous round nothing leads from the code to the answers from here on.

    Either all of it happens or nothing: the submission is there with the requests to be called back, the draft is gone, the
    invitation is complete. Nothing happens either when answers were sent with the other code of the same invitation. `take` removes
    what is sent: the draft of the website, unless it is a form on paper that was keyed.
    """
    try:
        return await _send(database, draft, today=today, take=take)
    except _SentOtherwiseError:
        return SaveOutcome.STALE


async def _send(database: Database, draft: OpenDraft, *, today: date, take: Taking) -> SaveOutcome:
    sealed = seal(draft.questionnaire, draft.answers, draft.circumstances)
    async with tenant_transaction(database, draft.key.municipality) as session:
        # Another window may have decided about a story a moment ago: what it decided comes with the draft that is taken.
        taken = await take(session, draft)
        if taken is None:
            return SaveOutcome.STALE
        consents = consents_from_json(taken.consents)
        small = await _is_small(session, taken.round_id)
        received_on = _received_on(today, small=small)
        if not small:
            await count_day(session, taken.round_id, today)
        submission = _submission(draft, taken, sealed, consents, received_on)
        submission.person_key = await _person_key(session, draft)
        session.add(submission)
        session.add_all(_callbacks(draft, taken.round_id, sealed, consents))
        if not await mark_invitation(session, draft.key.access_hash, InvitationState.COMPLETE):
            raise _SentOtherwiseError
    return SaveOutcome.SAVED


def _submission(draft: OpenDraft, taken: Draft, sealed: Sealed, consents: Consents, received_on: date) -> Submission:
    return Submission(
        municipality=draft.key.municipality,
        id=uuid.uuid4().hex,
        round_id=taken.round_id,
        stratum=taken.stratum,
        questionnaire_hash=taken.questionnaire_hash,
        answers=dict(answers_to_json(sealed.answers)),
        language=draft.circumstances.language,
        text_register=draft.circumstances.register,
        mode=draft.circumstances.mode,
        respondent=taken.respondent,
        consents=dict(consents_to_json(handed_in(draft.questionnaire, sealed.answers, consents))),
        pseudonym=draft.key.pseudonym if _is_pseudonymous(draft) else None,
        dropped=sealed.dropped,
        received_on=received_on,
    )


async def _person_key(session: AsyncSession, draft: OpenDraft) -> str | None:
    """Return the name of a person within a series; None in every other round, and in an anonymous one whatever stands there.

    With the invitation it is masked: only the code that somebody brings, on the website, by phone or on paper, takes the mask off.
    """
    if draft.round.series is None or not _is_pseudonymous(draft):
        return None
    masked = await find_masked_person_key(session, draft.key.access_hash)
    return draft.key.masked(masked) if masked is not None else None


def _callbacks(draft: OpenDraft, round_id: int, sealed: Sealed, consents: Consents) -> Iterator[Callback]:
    for item_id, request in requests_to_call(draft.questionnaire, sealed.answers, consents).items():
        item, story = draft.questionnaire.item(item_id), sealed.answers[item_id].value
        assert isinstance(item.type, NarrativeAnswer), "only about a story can somebody be called back"
        assert isinstance(story, str), "a told story is a text"
        yield callback_of(
            draft.key,
            item_id,
            request,
            call_id=traceable_id(draft.key, item_id) if _is_pseudonymous(draft) else untraceable_id(),
            round_id=round_id,
            story=story,
            size=item.type.narrative.max_chars,
        )


def _is_pseudonymous(draft: OpenDraft) -> bool:
    return draft.round.promise == Promise.PSEUDONYMOUS


def _received_on(today: date, *, small: bool) -> date:
    """Return the day that is kept instead of the day of sending: the Monday before it, or in a small round the first of its month.

    Somebody may know on which day a neighbour answered. In a week enough others answer, in a small round only in a month. Nothing
    is reckoned with this day: reports tell the dates of the round.
    """
    return today.replace(day=1) if small else today - timedelta(days=today.weekday())


async def _is_small(session: AsyncSession, round_id: int) -> bool:
    """Tell whether so few people were invited that a day or a week would be as good as a name."""
    invited = select(Invitation.round_id).where(col(Invitation.round_id) == round_id)
    return (await session.exec(invited.offset(_FEW_INVITATIONS - 1).limit(1))).one_or_none() is None
