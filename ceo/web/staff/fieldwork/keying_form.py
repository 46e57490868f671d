"""Reading what was keyed from a form on paper: every item of it at once, or everything that is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final

from ceo.web.resident.fault_words import EMPTY
from ceo.workflows.answering.reader import Reader
from ceo.workflows.paper.forms import circumstances_of
from ceo.workflows.paper.keyed import Keyed, Mark
from questionnaires.answering import AnswerError, Fault, Form, read_page, skip_page
from questionnaires.answers import Answer
from questionnaires.consents import CALL_BACK, StoryConsent, chosen_scopes
from questionnaires.questionnaire import Page, Questionnaire
from questionnaires.routing import route

# The values with which a keyer says what stands on paper instead of an answer. No code of a scale has a colon.
MARK_VALUES: Final[Mapping[Mark, str]] = {
    Mark.EMPTY: "papier:leeg",
    Mark.UNCLEAR: "papier:onduidelijk",
    Mark.SEVERAL: "papier:meer",
}
_MARKS: Final = {value: mark for mark, value in MARK_VALUES.items()}
# Behind the id of a story: the control with what it may be used for.
USES: Final = "-mag"
# Behind the id of a question that is not answered with options: the control for what stands on paper instead.
MARKED: Final = "-papier"


class Blanks(Enum):
    """What becomes of questions that were left open on the page."""

    ASKED = "asked"  # each is asked about
    ASKED_ON_PATH = "asked-on-path"  # only where the path of the other answers comes
    TAKEN = "taken"  # the keyer said that they are open on paper too


@dataclass(frozen=True, slots=True)
class ReadKeying:
    """A keying as far as it could be read, and every mistake in it. Keep it only when there is none."""

    keyed: Keyed
    errors: tuple[AnswerError, ...]


def read_keying(
    questionnaire: Questionnaire,
    pages: Sequence[Page],
    form: Form,
    *,
    reader: Reader,
    started_on: date,
    blanks: Blanks = Blanks.ASKED_ON_PATH,
) -> ReadKeying:
    """Return what was keyed of some pages. What was left open may have been passed over: `blanks` says when that is asked about."""
    marks = _marks(pages, form)
    answers, errors = _read(questionnaire, pages, _without_marks(form))
    skipped = {item: answer for page in pages for item, answer in skip_page(questionnaire, page).items()}
    blank = {error.item for error in errors if error.fault in EMPTY}
    wrong = [error for error in errors if error.item not in blank]
    wrong += [AnswerError(item, Fault.SEVERAL) for item in marks if item in answers and answers[item].value is not None]
    answers |= {item: skipped[item] for item in (*blank, *marks)}
    asked = blank - marks.keys()
    path = route(questionnaire, answers, circumstances_of(reader.language, reader.register, started_on))
    told = {Blanks.ASKED: asked, Blanks.ASKED_ON_PATH: asked & path.environment.keys(), Blanks.TAKEN: set[str]()}[
        blanks
    ]
    left = [error for error in errors if error.item in told]
    keyed = Keyed(
        answers=answers,
        started_on=started_on,
        marks={**dict.fromkeys(sorted(asked), Mark.EMPTY), **marks},
        consents=_consents(questionnaire, pages, form, answers),
        reader=reader,
    )
    order = {item: place for place, item in enumerate(item for page in pages for item in page.items)}
    return ReadKeying(keyed, tuple(sorted((*wrong, *left), key=lambda error: order[error.item])))


def marks_of(kind: str) -> tuple[Mark, ...]:
    """Return what can stand on paper instead of an answer to a kind of question. Words that are not there need no mark."""
    if kind in {"story", "text"}:
        return (Mark.UNCLEAR,)
    return tuple(Mark) if kind in {"radio", "grade"} else (Mark.EMPTY, Mark.UNCLEAR)


def _read(
    questionnaire: Questionnaire, pages: Sequence[Page], form: Form
) -> tuple[dict[str, Answer], list[AnswerError]]:
    readings = [read_page(questionnaire, page, form) for page in pages]
    answers = {item: answer for reading in readings for item, answer in reading.answers.items()}
    return answers, [error for reading in readings for error in reading.errors]


def _marks(pages: Sequence[Page], form: Form) -> dict[str, Mark]:
    """Return what was said to stand on paper instead of an answer, by item."""
    said = {
        item: [_MARKS[value] for name in (item, item + MARKED) for value in form.get(name, ()) if value in _MARKS]
        for page in pages
        for item in page.items
    }
    return {item: marks[0] for item, marks in said.items() if marks}


def _without_marks(form: Form) -> Form:
    return {name: [value for value in values if value not in _MARKS] for name, values in form.items()}


def _consents(
    questionnaire: Questionnaire, pages: Sequence[Page], form: Form, answers: Mapping[str, Answer]
) -> dict[str, StoryConsent]:
    """Return what the stories that were told may be used for. Nobody is called back about paper: it holds no number."""
    told = [questionnaire.item(item) for page in pages for item in page.items if item in answers]
    return {
        item.id: StoryConsent(chosen_scopes(item, set(form.get(item.id + USES, ())) - {CALL_BACK}))
        for item in told
        if item.consent is not None and answers[item.id].value is not None
    }
