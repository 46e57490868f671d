"""Which stories of a round may be read, and what their tellers said about them: looked up anew at each reading.

A story is read when its teller lets the municipality learn from it and an edition of the results counts its submission: then at least
nine others came in with it, so that the moment of its coming says nothing. Of the other answers only those are shown that are about
the story itself, such as its subject: the tags of the teller.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, String, cast, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.story_reading import StoryReading
from ceo.storage.submissions import Submission
from ceo.workflows.publish import PublishedVersions
from questionnaires.answers import Answers, answers_from_json
from questionnaires.consents import StoryConsent, consents_from_json, told_stories
from questionnaires.definition import ConsentScope
from questionnaires.questionnaire import Questionnaire

MAY_LEARN: Final[ConsentScope] = "leren_intern"
# What a story can be shown for; a request to be called back is about the person and not about the words.
SHOWN_FOR: Final[tuple[ConsentScope, ...]] = (MAY_LEARN, "delen_anoniem", "landelijk_delen")
_DOMAIN: Final = "verhaal"
_EMPTY: Final = len("{}")
_ID: Final = 32


@dataclass(frozen=True, slots=True)
class Permission:
    """A story that may be read, and the uses that its teller allows now."""

    submission_id: str
    item: str
    uses: tuple[ConsentScope, ...]

    @property
    def story_id(self) -> str:
        """Return the name of the story in addresses. It follows from the submission, and does not lead back to it."""
        return story_id_of(self.submission_id, self.item)


@dataclass(frozen=True, slots=True)
class Tag:
    """What a teller chose about the own story: a question, with the codes and the Dutch texts of the answer."""

    item: str
    question: str
    codes: tuple[str, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ToldStory:
    """A story in the words of its teller, with the question that it answers and what it may be used for."""

    id: str
    question: str
    told: str
    language: str
    uses: tuple[ConsentScope, ...]
    tags: tuple[Tag, ...]


def story_id_of(submission_id: str, item: str) -> str:
    """Return 32 hexadecimal digits that name the story of an item in a submission.

    >>> story_id_of("0" * 32, "VER03")
    'c76f717a283dadc1f96f2d56da2404ef'
    """
    return hashlib.sha256(f"story {submission_id} {item}".encode()).hexdigest()[:_ID]


async def permissions_in(session: AsyncSession, round_id: int) -> dict[str, Permission]:
    """Return the stories of a round that may be read now, by their id, in an order that says nothing."""
    statement = select(Submission.id, Submission.consents).where(*_with_stories(round_id))
    found = [
        permission
        for submission_id, consents in await session.exec(statement)
        for permission in _permissions(submission_id, consents_from_json(dict(consents)))
    ]
    return {one.story_id: one for one in sorted(found, key=lambda one: one.story_id)}


async def permitted(session: AsyncSession, readings: Sequence[StoryReading]) -> dict[str, Permission]:
    """Return which of these stories may still be read, of any round, by their id."""
    wanted = {row.submission_id for row in readings}
    statement = select(Submission.id, Submission.consents).where(
        col(Submission.id).in_(wanted), col(Submission.edition).is_not(None)
    )
    rows = dict((await session.exec(statement)).all()) if wanted else {}
    consents = {submission_id: consents_from_json(dict(kept)) for submission_id, kept in rows.items()}
    found = {
        row.id: Permission(row.submission_id, row.item, _uses(consents.get(row.submission_id, {}).get(row.item)))
        for row in readings
    }
    return {story_id: one for story_id, one in found.items() if MAY_LEARN in one.uses}


async def told_in(
    session: AsyncSession, versions: PublishedVersions, permissions: Collection[Permission]
) -> dict[str, ToldStory]:
    """Return stories as they were told, by their id. One that was removed meanwhile is not among them."""
    wanted = {one.submission_id for one in permissions}
    statement = select(Submission).where(col(Submission.id).in_(wanted))
    rows = (await session.exec(statement)).all() if wanted else ()
    return {one.id: one for one in await _all_told(versions, rows, permissions)}


async def told_of_round(
    session: AsyncSession, versions: PublishedVersions, round_id: int, permissions: Mapping[str, Permission]
) -> list[ToldStory]:
    """Return all stories of a round that may be read, however many there are."""
    rows = (await session.exec(select(Submission).where(*_with_stories(round_id)))).all() if permissions else ()
    return await _all_told(versions, rows, permissions.values())


def tags_of(questionnaire: Questionnaire, answers: Answers) -> tuple[Tag, ...]:
    """Return what a teller chose about the story, in the order of the questions; words of the own, such as a title, are no tags."""
    about = {concept.id for concept in questionnaire.concepts if concept.domain == _DOMAIN}
    found = []
    for item in questionnaire.items:
        texts = _texts(questionnaire, item.id) if item.concept in about else {}
        codes = tuple(code for code in _codes(answers, item.id) if code in texts)
        if codes:
            found.append(Tag(item.id, item.title, codes, tuple(texts[code] for code in codes)))
    return tuple(found)


async def _all_told(
    versions: PublishedVersions, submissions: Sequence[Submission], permissions: Collection[Permission]
) -> list[ToldStory]:
    rows = {row.id: row for row in submissions}
    found = [await _told(versions, rows[one.submission_id], one) for one in permissions if one.submission_id in rows]
    return [one for one in found if one is not None]


def _with_stories(round_id: int) -> tuple[ColumnElement[bool], ...]:
    decided = func.length(cast(col(Submission.consents), String)) > _EMPTY
    return (col(Submission.round_id) == round_id, col(Submission.edition).is_not(None), decided)


def _texts(questionnaire: Questionnaire, item_id: str) -> Mapping[str, str]:
    scale = questionnaire.scale_of(questionnaire.item(item_id))
    return {option.code: option.text for option in scale.options} if scale is not None else {}


def _codes(answers: Answers, item_id: str) -> tuple[str, ...]:
    value = answers[item_id].value if item_id in answers else None
    if isinstance(value, tuple):
        return value
    return (value,) if isinstance(value, str) else ()


def _permissions(submission_id: str, consents: Mapping[str, StoryConsent]) -> list[Permission]:
    found = [Permission(submission_id, item, _uses(consent)) for item, consent in consents.items()]
    return [one for one in found if MAY_LEARN in one.uses]


def _uses(consent: StoryConsent | None) -> tuple[ConsentScope, ...]:
    return () if consent is None else tuple(scope for scope in consent.given if scope in SHOWN_FOR)


async def _told(versions: PublishedVersions, row: Submission, one: Permission) -> ToldStory | None:
    questionnaire = (await versions.open(row.questionnaire_hash)).questionnaire
    answers = answers_from_json(row.answers)
    item = next((it for it in told_stories(questionnaire, answers) if it.id == one.item), None)
    if item is None:
        return None
    tags = tags_of(questionnaire, answers)
    return ToldStory(one.story_id, item.title, str(answers[item.id].value), row.language, one.uses, tags)
