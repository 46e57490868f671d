"""Stories that tellers let their municipality read, and requests to be called back about one.

A story is shown without any other answer of its teller, and only when an edition of the results counts its submission: then at least
nine others came in with it, so that the moment of its coming says nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import String, cast, func
from sqlmodel import col, select

from ceo.storage.callbacks import Callback, remove_callbacks
from ceo.storage.database import Database
from ceo.storage.forgetting import wait_for_rewriting
from ceo.storage.rounds import Round
from ceo.storage.submissions import Submission
from ceo.storage.tenancy import tenant_reading, tenant_transaction
from ceo.workflows.answering.callbacks import Call, open_callback
from ceo.workflows.audit.recording import record
from ceo.workflows.publish import PublishedVersions
from questionnaires.answers import answers_from_json
from questionnaires.consents import StoryConsent, consents_from_json, told_stories
from questionnaires.definition import ConsentScope

# Submissions with a story on a page.
PAGE: Final = 25
_MAY_READ: Final[ConsentScope] = "leren_intern"
_EMPTY: Final = len("{}")


@dataclass(frozen=True, slots=True)
class Story:
    """What somebody told, with the question that it answers and what it may be used for."""

    question: str
    told: str
    language: str
    uses: tuple[ConsentScope, ...]


@dataclass(frozen=True, slots=True)
class StoryPage:
    """Stories of a round, in an order that says nothing. `number` counts from 1."""

    round: Round
    stories: tuple[Story, ...]
    number: int
    is_last: bool


@dataclass(frozen=True, slots=True)
class OpenCall:
    """A request to be called back that nobody has dealt with yet."""

    id: str
    round_title: str
    call: Call


async def read_stories(
    database: Database, versions: PublishedVersions, municipality: str, round_id: int, *, number: int = 1
) -> StoryPage | None:
    """Return the stories of a round that its municipality may read; None when it has no such round."""
    async with tenant_reading(database, municipality) as session:
        its_round = await session.get(Round, round_id)
        if its_round is None:
            return None
        decided = func.length(cast(col(Submission.consents), String)) > _EMPTY
        statement = (
            select(Submission)
            .where(col(Submission.round_id) == round_id, col(Submission.edition).is_not(None))
            .where(decided)
            .order_by(col(Submission.id))
            .offset((number - 1) * PAGE)
            .limit(PAGE + 1)
        )
        rows = (await session.exec(statement)).all()
    stories = [story for row in rows[:PAGE] for story in await _stories(versions, row)]
    return StoryPage(its_round, tuple(stories), number, is_last=len(rows) <= PAGE)


async def open_calls(database: Database, keys: Sequence[bytes], municipality: str) -> list[OpenCall]:
    """Return the requests to be called back, in an order that says nothing. `keys` are those of the installation."""
    async with tenant_reading(database, municipality) as session:
        statement = select(Callback, Round.title).join(Round).order_by(col(Callback.id))
        rows = (await session.exec(statement)).all()
    return [OpenCall(row.id, title, open_callback(keys, row)) for row, title in rows]


async def finish_call(database: Database, municipality: str, call_id: str, *, actor: str, now: datetime) -> bool:
    """Remove a request that somebody has dealt with, and record it; return whether it was still there."""
    async with tenant_transaction(database, municipality) as session:
        await wait_for_rewriting(session)
        # Locked: who else says so at this moment finds it gone.
        row = await session.get(Callback, call_id, with_for_update=True)
        if row is None:
            return False
        round_id = row.round_id
        await remove_callbacks(session, [call_id])
        # Of the round and not of the request: its id could lead a teller's code to what was done.
        await record(
            session,
            municipality,
            actor=actor,
            action="callback.finished",
            object_kind="round",
            object_id=str(round_id),
            now=now,
        )
    return True


async def _stories(versions: PublishedVersions, row: Submission) -> list[Story]:
    questionnaire = (await versions.open(row.questionnaire_hash)).questionnaire
    answers, consents = answers_from_json(row.answers), consents_from_json(row.consents)
    return [
        Story(item.title, str(answers[item.id].value), row.language, consents[item.id].given)
        for item in told_stories(questionnaire, answers)
        if _MAY_READ in consents.get(item.id, StoryConsent()).given
    ]
