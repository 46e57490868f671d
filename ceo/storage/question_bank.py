"""Local questions that a municipality lets others copy, and the published versions in which all questions stand."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Field, col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.rounds import PublishedQuestionnaire, Round, is_running
from ceo.storage.tenancy import TenantRow

# Contents are read so many at a time: each is a few ten thousand characters.
_AT_ONCE = 50


class SharedQuestion(TenantRow, table=True):
    """A published local question that is shared. `item` is its reference, such as gm0344.BUU01@1.

    The question itself is read from the published version that it stands in.
    """

    __tablename__ = "shared_question"

    item: str = Field(primary_key=True)
    content_hash: str = Field(foreign_key="published_questionnaire.content_hash")
    shared_on: date


@dataclass(frozen=True, slots=True)
class Published:
    """How many versions were published, how many of them were withdrawn, and which those are by content hash."""

    versions: int
    withdrawn: frozenset[str]


async def published_versions(session: AsyncSession) -> Published:
    """Return what tells whether something was published or withdrawn: versions are never removed."""
    number = (await session.exec(select(func.count()).select_from(PublishedQuestionnaire))).one()
    gone = select(PublishedQuestionnaire.content_hash).where(col(PublishedQuestionnaire.withdrawn_on).is_not(None))
    return Published(number, frozenset((await session.exec(gone)).all()))


async def unknown_versions(session: AsyncSession, known: Collection[str]) -> AsyncIterator[list[tuple[str, str]]]:
    """Yield the content hash and the canonical JSON of each published version that is not known, some at a time."""
    hashes = select(PublishedQuestionnaire.content_hash)
    missing = [found for found in (await session.exec(hashes)).all() if found not in known] if known else None
    rows = select(PublishedQuestionnaire.content_hash, PublishedQuestionnaire.content)
    if missing is not None:
        rows = rows.where(col(PublishedQuestionnaire.content_hash).in_(missing))
    found = await session.stream(rows.execution_options(yield_per=_AT_ONCE))
    async for part in found.partitions():
        yield [(content_hash, content) for content_hash, content in part]


async def shared_rows(session: AsyncSession) -> Sequence[SharedQuestion]:
    """Return every question that is shared; within a municipality's session its own."""
    return (await session.exec(select(SharedQuestion).order_by(SharedQuestion.item))).all()


async def running_rounds(session: AsyncSession, today: date) -> dict[str, int]:
    """Return the number of rounds that have not closed by content hash of what they ask; rehearsals are not counted."""
    count = (
        select(Round.questionnaire_hash, func.count())
        .where(is_running(today), col(Round.simulated).is_(False))
        .group_by(Round.questionnaire_hash)
    )
    return dict((await session.exec(count)).all())
