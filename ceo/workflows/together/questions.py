"""Open questions of municipalities: everybody reads and answers them, and who asked says whether it was answered."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.database import Database
from ceo.storage.people import NATIONAL
from ceo.storage.tenancy import reading_across, tenant_transaction
from ceo.storage.together import AnswerToQuestion, OpenQuestion, Theme
from ceo.workflows.audit.recording import place_transaction, wait_for_turn
from ceo.workflows.releases.deciding import By
from ceo.workflows.stories.copying import copied_in, copied_story
from ceo.workflows.together.typed import (
    LONGEST_TEXT,
    LONGEST_TITLE,
    Fault,
    Gone,
    Wrong,
    check_texts,
    find_persons,
    new_id,
    one_line,
    paragraphs,
    tell,
)

# Questions on a page.
PAGE_SIZE: Final = 20
_LONGEST: Final = {"title": LONGEST_TITLE, "text": LONGEST_TEXT}


class QuestionState(StrEnum):
    """Whether who asked still looks for an answer."""

    OPEN = "open"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class TypedQuestion:
    """A question as somebody typed it. `looked`: who typed it was told what looks like a person, and keeps it."""

    theme: str = ""
    title: str = ""
    text: str = ""
    looked: bool = False


@dataclass(frozen=True, slots=True)
class FoundQuestions:
    """A page of questions with the number of answers of each, and how many questions there are."""

    rows: tuple[tuple[OpenQuestion, int], ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question with its answers, the oldest first."""

    row: OpenQuestion
    answers: tuple[AnswerToQuestion, ...]

    def answer(self, answer_id: str, place: str) -> AnswerToQuestion | None:
        """Return an answer that a place gave; None when it gave no such answer."""
        return next((one for one in self.answers if (one.id, one.place) == (answer_id, place)), None)


async def list_questions(database: Database, *, theme: str = "", state: str = "", page: int = 1) -> FoundQuestions:
    """Return questions, the newest first, of a theme and in a state when these are given."""
    conditions = [
        *([col(OpenQuestion.theme) == theme] if theme else []),
        *([col(OpenQuestion.state) == state] if state else []),
    ]
    order = (col(OpenQuestion.asked_on).desc(), col(OpenQuestion.title), col(OpenQuestion.id))
    async with reading_across(database) as session:
        total = (await session.exec(select(func.count()).select_from(OpenQuestion).where(*conditions))).one()
        pages = max(1, -(-total // PAGE_SIZE))
        page = min(max(1, page), pages)
        statement = select(OpenQuestion).where(*conditions).order_by(*order)
        rows = (await session.exec(statement.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE))).all()
        answers = await _answers(session, [row.id for row in rows])
    return FoundQuestions(tuple((row, answers.get(row.id, 0)) for row in rows), total, page, pages)


async def find_question(database: Database, asked_id: str) -> AskedQuestion | None:
    """Return a question with its answers; None when there is none."""
    async with reading_across(database) as session:
        row = await session.get(OpenQuestion, asked_id)
        statement = select(AnswerToQuestion).where(col(AnswerToQuestion.question_id) == asked_id)
        order = (col(AnswerToQuestion.given_on), col(AnswerToQuestion.place), col(AnswerToQuestion.id))
        answers = (await session.exec(statement.order_by(*order))).all()
    return None if row is None else AskedQuestion(row, tuple(answers))


def digest_of(row: OpenQuestion) -> str:
    """Return what tells whether a question was changed meanwhile: 64 hexadecimal digits."""
    return hashlib.sha256(json.dumps([row.theme, row.title, row.text]).encode()).hexdigest()


async def ask(database: Database, typed: TypedQuestion, by: By) -> OpenQuestion | tuple[Wrong, ...]:
    """Ask a question, or return everything that is wrong with it."""
    async with tenant_transaction(database, by.place) as session:
        await wait_for_turn(session, by.place)
        row = OpenQuestion(
            municipality=by.place,
            id=new_id(),
            theme="",
            title="",
            text="",
            state=QuestionState.OPEN.value,
            asked_by=by.actor,
            asked_on=by.today,
        )
        faults = await _fill(session, row, typed)
        if faults:
            return faults
        session.add(row)
        await tell(session, by, "open-question.asked", row.id, after={"title": row.title})
    return row


async def change_question(
    database: Database, asked_id: str, typed: TypedQuestion, by: By, *, seen: str
) -> tuple[Wrong, ...] | Gone:
    """Change what a question of one's own says. `seen`: the `digest_of` what stood on the page."""
    async with tenant_transaction(database, by.place) as session:
        await wait_for_turn(session, by.place)
        row = await _own(session, asked_id)
        if row is None:
            return Gone()
        before, digest = row.title, digest_of(row)
        faults = await _fill(session, row, typed)
        if seen != digest:
            faults = (*faults, Wrong("", Fault.CHANGED))
        if faults:
            session.expunge(row)  # what is wrong is not kept
            return faults
        await tell(session, by, "open-question.changed", row.id, before={"title": before}, after={"title": row.title})
    return ()


async def set_state(database: Database, asked_id: str, state: QuestionState, by: By) -> Gone | None:
    """Say that a question of one's own was answered, or is open again."""
    async with tenant_transaction(database, by.place) as session:
        await wait_for_turn(session, by.place)
        row = await _own(session, asked_id)
        if row is None:
            return Gone()
        if row.state != state.value:
            row.state = state.value
            done = "answered" if state is QuestionState.ANSWERED else "reopened"
            await tell(session, by, f"open-question.{done}", row.id, after={"title": row.title})
    return None


async def answer(
    database: Database, asked_id: str, text: str, by: By, *, looked: bool = False
) -> tuple[Wrong, ...] | Gone:
    """Answer a question of whomever, for a municipality or the national body. `looked`: as of a `TypedQuestion`."""
    if await find_question(database, asked_id) is None:
        return Gone()
    text = paragraphs(text)
    faults = check_texts({"answer": text}, {"answer": LONGEST_TEXT}, required=["answer"])
    faults = faults if looked else (*faults, *find_persons({"answer": text}))
    if by.place != NATIONAL:  # which has no stories
        copied = await copied_story(database, by.place, {"answer": text})
        faults = (*faults, *(Wrong(field, Fault.COPIED, words) for field, words in copied.items()))
    if faults:
        return faults
    async with place_transaction(database, by.place) as session:
        row = AnswerToQuestion(
            place=by.place, id=new_id(), question_id=asked_id, text=text, given_by=by.actor, given_on=by.today
        )
        session.add(row)
        await tell(session, by, "open-question.answer-given", asked_id)
    return ()


async def remove_answer(database: Database, asked_id: str, answer_id: str, by: By) -> Gone | None:
    """Take an answer of one's own away."""
    async with place_transaction(database, by.place) as session:
        statement = select(AnswerToQuestion).where(
            col(AnswerToQuestion.id) == answer_id, col(AnswerToQuestion.question_id) == asked_id
        )
        row = (await session.exec(statement)).first()
        if row is None:
            return Gone()
        await session.delete(row)
        await tell(session, by, "open-question.answer-removed", asked_id)
    return None


async def _own(session: AsyncSession, asked_id: str) -> OpenQuestion | None:
    return (await session.exec(select(OpenQuestion).where(col(OpenQuestion.id) == asked_id))).first()


async def _answers(session: AsyncSession, questions: Sequence[str]) -> Mapping[str, int]:
    """Return how many answers each of some questions has."""
    if not questions:
        return {}
    statement = select(AnswerToQuestion.question_id, func.count()).where(
        col(AnswerToQuestion.question_id).in_(questions)
    )
    return dict((await session.exec(statement.group_by(col(AnswerToQuestion.question_id)))).all())


async def _fill(session: AsyncSession, row: OpenQuestion, typed: TypedQuestion) -> tuple[Wrong, ...]:
    """Put what was typed in a row; return everything that is wrong with it. A theme that ended stays where it stood."""
    theme = await session.get(Theme, typed.theme)
    unknown = theme is None or (theme.ended and theme.id != row.theme)
    row.theme, row.title, row.text = typed.theme, one_line(typed.title), paragraphs(typed.text)
    texts = {"title": row.title, "text": row.text}
    faults = list(check_texts(texts, _LONGEST, required=["title", "text"]))
    if unknown:
        faults.append(Wrong("theme", Fault.UNKNOWN))
    faults += [Wrong(field, Fault.COPIED, words) for field, words in (await copied_in(session, texts)).items()]
    return (*faults, *(() if typed.looked else find_persons(texts)))
