"""What was answered, in words: on the review, and in the copy for the client."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from ceo.web.languages import format_day
from ceo.web.resident.consent_words import uses_words
from ceo.workflows.answering.answered import Answered
from ceo.workflows.answering.reader import Reader
from questionnaires.answering import form_values
from questionnaires.answers import Answer
from questionnaires.definition import IntegerAnswer, Item, NarrativeAnswer, TextAnswer
from questionnaires.wording import Wording


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """An answer with its question, and the page on which it can be changed.

    `words` has a line for each thing that was chosen, and is "" for a question that was skipped. A `text` or `story` is in the
    client's own words, in whatever language. `uses`: what a told story may be used for, in sentences; None where there is no story,
    or nothing was decided.
    """

    item_id: str
    page_id: str
    question: str
    words: str
    kind: Literal["choice", "text", "story"]
    uses: tuple[str, ...] | None


def given_answers(answered: Answered, reader: Reader) -> list[GivenAnswer]:
    """Return what was answered or skipped, in the order in which it was asked."""
    wording = answered.questionnaire.wording(reader.language, reader.register)
    return [
        _given(answered, answered.questionnaire.item(item), page.id, wording)
        for page in answered.questionnaire.pages
        for item in page.items
        if item in answered.answers
    ]


def _given(answered: Answered, item: Item, page_id: str, wording: Wording) -> GivenAnswer:
    answer = answered.answers[item.id]
    consent = answered.consents.get(item.id) if item.consent is not None and answer.value is not None else None
    return GivenAnswer(
        item_id=item.id,
        page_id=page_id,
        question=wording.stem(item, answered.answers),
        words=_words(answered, item, answer, wording),
        kind=_kind(item),
        uses=uses_words(consent.given, wording.language) if consent is not None else None,
    )


def _kind(item: Item) -> Literal["choice", "text", "story"]:
    if isinstance(item.type, NarrativeAnswer):
        return "story"
    return "text" if isinstance(item.type, TextAnswer) else "choice"


def _words(answered: Answered, item: Item, answer: Answer, wording: Wording) -> str:
    if isinstance(answer.value, date):
        return format_day(answer.value, wording.language)
    scale = answered.questionnaire.scale_of(item)
    values = form_values(answer, scale)
    if scale is not None:
        return "\n".join(wording.label(scale, value) for value in values)
    # Of a grade the question says what it means; other numbers count something.
    counts = isinstance(item.type, IntegerAnswer) and item.type.integer.score is None
    return " ".join((*values, wording.unit(item)) if counts and values else values)
