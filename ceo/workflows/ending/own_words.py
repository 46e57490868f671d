"""Taking from answers what people wrote in their own words, with what they allowed it to be used for. The chosen answers stay."""

from __future__ import annotations

from collections.abc import Collection

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.rounds import PublishedQuestionnaire
from ceo.storage.submissions import Submission
from questionnaires.definition import NarrativeAnswer, TextAnswer
from questionnaires.publishing import open_published


async def open_items(session: AsyncSession, hashes: Collection[str]) -> frozenset[str]:
    """Return the items of published versions that are answered in own words."""
    sealed = select(PublishedQuestionnaire).where(col(PublishedQuestionnaire.content_hash).in_(hashes))
    versions = [open_published(row.content, row.content_hash) for row in await session.exec(sealed)]
    return frozenset(
        item.id
        for version in versions
        for item in version.questionnaire.items
        if isinstance(item.type, (TextAnswer, NarrativeAnswer))
    )


def strip_words(row: Submission, items: frozenset[str]) -> bool:
    """Take the answers to these items and all consents from a submission; return whether there were any."""
    if not items & row.answers.keys() and not row.consents:
        return False
    row.answers = {item: entry for item, entry in row.answers.items() if item not in items}
    row.consents = {}
    return True
