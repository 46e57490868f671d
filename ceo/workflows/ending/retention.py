"""How long each kind of data about people is kept, what is due to go, and letting it go.

The periods are choices of this program; the day of erasing contacts is promised by the municipality itself. What is removed after
minutes or days (sign-ins, unfinished answers, jobs, files) stands in `ceo.workflows.installation.upkeep`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, func
from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.clients import LastSurveyed
from ceo.storage.database import Database
from ceo.storage.endings import Erasure
from ceo.storage.forgetting import wait_for_rewriting
from ceo.storage.rounds import Round
from ceo.storage.submissions import Submission
from ceo.storage.tenancy import reading_across, tenant_transaction
from ceo.workflows.audit.recording import record
from ceo.workflows.ending.erasing import due_erasures, queue_due_erasures
from ceo.workflows.ending.own_words import open_items, strip_words
from ceo.workflows.stories.withdrawing import forget_stories

_ACTOR: Final = "ceo upkeep"
_BATCH: Final = 500


class Kind(StrEnum):
    """The kinds of data about people that have a period of their own."""

    CONTACTS = "contacts"  # names, addresses, codes: until the day that the round promised
    DRAWN = "drawn"  # keyed hashes of who was drawn when
    OWN_WORDS = "own-words"  # what people wrote, of rounds that were erased


# From the draw, and from the last day of the round. Contacts go on the promised day, whatever stands here.
PERIODS: Final[Mapping[Kind, timedelta]] = {
    Kind.CONTACTS: timedelta(0),
    Kind.DRAWN: timedelta(days=2 * 365),
    Kind.OWN_WORDS: timedelta(days=2 * 365),
}


@dataclass(frozen=True, slots=True)
class Due:
    """What has to go now: a number of rounds for contacts and own words, of hashes for who was drawn."""

    kind: Kind
    municipality: str
    number: int


async def what_is_due(database: Database, *, today: date) -> list[Due]:
    """Return everything that has to go now, and change nothing."""
    rounds = await due_erasures(database, today=today)
    found = [Due(Kind.CONTACTS, code, 1) for code, _ in rounds]
    async with reading_across(database) as session:
        drawn = select(LastSurveyed.municipality, func.count()).where(_drawn_before(today))
        counted = await session.exec(drawn.group_by(LastSurveyed.municipality).order_by(LastSurveyed.municipality))
        found += [Due(Kind.DRAWN, code, number) for code, number in counted]
    found += [Due(Kind.OWN_WORDS, code, 1) for code, _ in await _rounds_with_words(database, today)]
    return found


async def let_go(database: Database, *, today: date, now: datetime) -> list[Due]:
    """Let go of everything that is due, and return what that was; contacts are asked for as a job."""
    due = await what_is_due(database, today=today)
    await queue_due_erasures(database, today=today, now=now)
    for municipality in sorted({one.municipality for one in due if one.kind is Kind.DRAWN}):
        async with tenant_transaction(database, municipality) as session:
            await session.exec(delete(LastSurveyed).where(_drawn_before(today)))
    for municipality, round_id in await _rounds_with_words(database, today):
        await _remove_words(database, municipality, round_id, today=today, now=now)
    return due


def _drawn_before(today: date) -> ColumnElement[bool]:
    return col(LastSurveyed.drawn_on) < today - PERIODS[Kind.DRAWN]


async def _rounds_with_words(database: Database, today: date) -> Sequence[tuple[str, int]]:
    statement = (
        select(Erasure.municipality, Erasure.round_id)
        .join(Round, col(Round.id) == col(Erasure.round_id))
        .where(col(Erasure.words_removed_on).is_(None), col(Erasure.finished_at).is_not(None))
        .where(col(Round.closes_on) < today - PERIODS[Kind.OWN_WORDS])
        .order_by(Erasure.municipality, col(Erasure.round_id))
    )
    async with reading_across(database) as session:
        return (await session.exec(statement)).all()


async def _remove_words(database: Database, municipality: str, round_id: int, *, today: date, now: datetime) -> None:
    """Remove what people wrote in their own words from the answers of a round, with what they allowed it to be used for."""
    items = await _open_items(database, round_id)
    changed, after = 0, ""
    while True:
        async with tenant_transaction(database, municipality) as session:
            await wait_for_rewriting(session)
            rows = await _next_rows(session, round_id, after)
            changed += sum(strip_words(row, items) for row in rows)
            await forget_stories(session, [row.id for row in rows])
            if len(rows) < _BATCH:
                (await session.get_one(Erasure, round_id)).words_removed_on = today
                await record(
                    session,
                    municipality,
                    actor=_ACTOR,
                    action="round.words-removed",
                    object_kind="round",
                    object_id=str(round_id),
                    after={"submissions": changed},
                    now=now,
                )
                return
        after = rows[-1].id


async def _next_rows(session: AsyncSession, round_id: int, after: str) -> Sequence[Submission]:
    own = select(Submission).where(col(Submission.round_id) == round_id, col(Submission.id) > after)
    return (await session.exec(own.order_by(col(Submission.id)).limit(_BATCH))).all()


async def _open_items(database: Database, round_id: int) -> frozenset[str]:
    """Return the items of a round that are answered in own words, in any version that was filled in."""
    answered = select(Submission.questionnaire_hash).where(col(Submission.round_id) == round_id).distinct()
    async with reading_across(database) as session:
        return await open_items(session, (await session.exec(answered)).all())
