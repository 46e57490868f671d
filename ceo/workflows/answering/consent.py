"""What a story may be used for: deciding while it is a draft, and taking back afterwards with the code."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from ceo.storage.callbacks import known_callbacks, remove_callbacks
from ceo.storage.database import Database
from ceo.storage.submissions import keep_consent, lock_submission
from ceo.storage.tenancy import tenant_reading, tenant_transaction
from ceo.workflows.answering.access_codes import AccessKey
from ceo.workflows.answering.answer import OpenDraft
from ceo.workflows.answering.answered import Answered, find_sent
from ceo.workflows.answering.callbacks import traceable_id
from ceo.workflows.publish import PublishedVersions
from ceo.workflows.stories.withdrawing import limit_stories
from questionnaires.consents import (
    CALL_BACK,
    StoryConsent,
    consents_from_json,
    consents_to_json,
    take_back,
    told_stories,
)


@dataclass(frozen=True, slots=True)
class SentStory:
    """A story that was sent, with what its teller decided. A request to be called back is among the given uses."""

    item: str
    told: str
    consent: StoryConsent


@dataclass(frozen=True, slots=True)
class SentStories:
    """The stories that a code leads to after sending, and all that was sent with them; its consents too tell of requests to call."""

    answered: Answered
    stories: tuple[SentStory, ...]


async def decide(database: Database, draft: OpenDraft, item: str, consent: StoryConsent) -> None:
    """Keep what a teller decides about a story; the last decision counts, in whatever window it was taken."""
    decided = consents_to_json({item: consent})[item]
    async with tenant_transaction(database, draft.key.municipality) as session:
        await keep_consent(session, draft.key.draft_id, item, dict(decided))


async def find_sent_stories(database: Database, versions: PublishedVersions, key: AccessKey) -> SentStories | None:
    """Return the stories that were sent with a code; None when nothing leads from the code to them."""
    sent = await find_sent(database, versions, key)
    if sent is None:
        return None
    told = {item.id: str(sent.answers[item.id].value) for item in told_stories(sent.questionnaire, sent.answers)}
    async with tenant_reading(database, key.municipality) as session:
        known = await known_callbacks(session, [traceable_id(key, item) for item in told])
    decided = {item: sent.consents.get(item, StoryConsent()) for item in told}
    consents = {
        item: _with_call(consent) if traceable_id(key, item) in known else consent for item, consent in decided.items()
    }
    stories = tuple(SentStory(item, told[item], consent) for item, consent in consents.items())
    return SentStories(replace(sent, consents=consents), stories)


async def take_back_uses(
    database: Database, key: AccessKey, taken: Mapping[str, Collection[str]], *, now: datetime
) -> bool:
    """Take back uses of stories that were sent, by item; return whether the code leads to them. Twice is once.

    What readers of the municipality made of them goes in the same transaction, as far as it is not allowed any more.
    """
    async with tenant_transaction(database, key.municipality) as session:
        row = await lock_submission(session, key.pseudonym)
        if row is None:
            return False
        consents = consents_from_json(row.consents).items()
        left = {item: take_back(it, taken.get(item, ())) for item, it in consents}
        row.consents = dict(consents_to_json(left))
        no_calls = [traceable_id(key, item) for item, scopes in taken.items() if CALL_BACK in scopes]
        await remove_callbacks(session, no_calls)
        await limit_stories(session, row.id, row.round_id, left, now=now)
    return True


def _with_call(consent: StoryConsent) -> StoryConsent:
    return replace(consent, given=(*consent.given, CALL_BACK))
