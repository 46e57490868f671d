"""What a page of questions shows: each item with its texts, its options, what was filled in, and what is said about that."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

from ceo.web.languages import format_day, translations
from ceo.web.resident.examining import Returned
from ceo.web.resident.fault_words import fault_words
from ceo.web.resident.recordings import Recording, recording_of
from ceo.web.resident.trace_words import trace_advice, trace_words
from ceo.workflows.answering.answer import OpenDraft
from questionnaires.answering import AnswerError, Fault, Form, Option, answer_label, form_values, options
from questionnaires.definition import DateAnswer, IntegerAnswer, Item, NarrativeAnswer, TextAnswer
from questionnaires.questionnaire import Page

# A number with so few values is easier to choose than to type.
_LARGEST_CHOICE: Final = 11
# Kinds with a line that says how to fill them in.
_TOLD_HOW: Final = frozenset({"story", "text", "date", "checkbox"})
DATE_PARTS: Final = ("dag", "maand", "jaar")


@dataclass(frozen=True, slots=True)
class Remark:
    """What is said about the answer to one item: what is wrong with it, or what to look at once more, with advice about that."""

    error: str = ""
    doubts: tuple[str, ...] = ()
    advice: str = ""


NO_REMARK: Final = Remark()


@dataclass(frozen=True, slots=True)
class Question:
    """What a template needs to draw one item. `kind`: radio, checkbox, grade, number, date, text or story.

    `fields` are the names of its controls, `chosen` their values: for options the codes that are on. `max_chars` is 0 without limit.
    """

    id: str
    kind: str
    stem: str
    explanation: str
    options: tuple[Option, ...]
    fields: tuple[str, ...]
    chosen: tuple[str, ...]
    remark: Remark
    unit: str = ""
    max_chars: int = 0
    recording: Recording | None = None

    @property
    def described_by(self) -> str:
        """Return the ids of the texts that tell more about the question, for who does not see them beside it."""
        told = {
            "hint": self.explanation,
            "form": self.unit or self.kind in _TOLD_HOW,
            "remark": self.remark.error or self.remark.doubts,
        }
        return " ".join(f"{self.id}-{text}" for text, present in told.items() if present)


def draw_questions(draft: OpenDraft, page: Page, returned: Returned | None, data_folder: Path) -> list[Question]:
    """Return the questions of a page as the client reads them, filled in from a form that came back or else from the draft.

    Their recordings lie in the data folder.
    """
    form = returned.posted.form if returned is not None else None
    remarks = _remarks(draft, page, returned) if returned is not None else {}
    return [
        draw_question(
            draft, item, form, remark=remarks.get(item.id, NO_REMARK), recording=recording_of(data_folder, draft, item)
        )
        for item in map(draft.questionnaire.item, page.items)
    ]


def draw_question(
    draft: OpenDraft, item: Item, form: Form | None, *, remark: Remark = NO_REMARK, recording: Recording | None = None
) -> Question:
    """Return one question, filled in from a form or else from the draft. Earlier answers in its text are those on the path of the draft."""
    kind, choices = _kind(draft, item)
    environment = draft.path.environment
    return Question(
        id=item.id,
        kind=kind,
        stem=draft.wording.stem(item, environment),
        explanation=draft.wording.explanation(item, environment),
        options=choices,
        fields=fields_of(item),
        chosen=_chosen(draft, item, form),
        remark=remark,
        unit=draft.wording.unit(item) if kind == "number" else "",
        max_chars=_max_chars(item),
        recording=recording,
    )


def as_shown(draft: OpenDraft, error: AnswerError) -> AnswerError:
    """Return a mistake as it looks to the client: a grade is a number that is chosen."""
    is_grade = _kind(draft, draft.questionnaire.item(error.item))[0] == "grade"
    return replace(error, fault=Fault.NO_CHOICE) if is_grade and error.fault is Fault.NO_NUMBER_GIVEN else error


def skip_words(draft: OpenDraft, page: Page) -> str:
    """Return the name of the button that leaves questions out."""
    _ = translations(draft.wording.language).gettext
    return _("Vraag overslaan") if len(page.items) == 1 else _("Lege vragen overslaan")


def given_words(draft: OpenDraft, item_id: str) -> str:
    """Return an answer that was given in words, "" for a question that was skipped."""
    answer, item = draft.path.environment[item_id], draft.questionnaire.item(item_id)
    if isinstance(answer.value, date):
        return format_day(answer.value, draft.wording.language)
    label = answer_label(draft.questionnaire, answer, draft.wording)
    return f"{label} {draft.wording.unit(item)}" if label and _kind(draft, item)[0] == "number" else label


def is_filled_in(draft: OpenDraft, page: Page, form: Form) -> bool:
    """Tell whether a form holds anything that the draft does not."""
    items = (draft.questionnaire.item(item) for item in page.items)
    return any(_chosen(draft, item, form) != _chosen(draft, item, None) for item in items)


def fields_of(item: Item) -> tuple[str, ...]:
    """Return the names of the controls of an item."""
    if isinstance(item.type, DateAnswer):
        return tuple(f"{item.id}-{part}" for part in DATE_PARTS)
    return (item.id,)


def _remarks(draft: OpenDraft, page: Page, returned: Returned) -> dict[str, Remark]:
    """Return what is said about a form that came back, by item."""
    skip = skip_words(draft, page)
    environment = {**draft.path.environment, **returned.answers}
    said = {
        error.item: Remark(error=fault_words(draft.questionnaire, as_shown(draft, error), draft.wording, skip=skip))
        for error in returned.errors
    }
    for doubt in returned.doubts:
        words = draft.wording.question_about(draft.questionnaire.item(doubt.item), doubt.check, environment)
        said[doubt.item] = Remark(doubts=(*said.get(doubt.item, NO_REMARK).doubts, words))
    language = draft.wording.language
    for item, traces in returned.traces.items():
        doubts = (*said.get(item, NO_REMARK).doubts, trace_words(traces, language))
        said[item] = Remark(doubts=doubts, advice=trace_advice(language))
    return said


def _kind(draft: OpenDraft, item: Item) -> tuple[str, tuple[Option, ...]]:
    if isinstance(item.type, NarrativeAnswer):
        return "story", ()
    if isinstance(item.type, TextAnswer):
        return "text", ()
    if isinstance(item.type, DateAnswer):
        return "date", ()
    if isinstance(item.type, IntegerAnswer):
        limits = item.type.integer
        if limits.max - limits.min >= _LARGEST_CHOICE:
            return "number", ()
        return "grade", tuple(Option(str(n), str(n), missing=False) for n in range(limits.min, limits.max + 1))
    scale = draft.questionnaire.scale_of(item)
    assert scale is not None, f"{item.id} has no scale"
    return ("checkbox" if scale.type == "multi" else "radio"), options(scale, draft.wording)


def _chosen(draft: OpenDraft, item: Item, form: Form | None) -> tuple[str, ...]:
    """Return the codes that are on, or what stands in each control."""
    scale = draft.questionnaire.scale_of(item)
    if form is not None:
        written = tuple("".join(form.get(field, ())[:1]) for field in fields_of(item))
        return tuple(form.get(item.id, ())) if scale is not None else written
    answer = draft.answers.get(item.id)
    if answer is not None and isinstance(answer.value, date):
        return (str(answer.value.day), str(answer.value.month), str(answer.value.year))
    return form_values(answer, scale) or (() if scale is not None else ("",) * len(fields_of(item)))


def _max_chars(item: Item) -> int:
    if isinstance(item.type, NarrativeAnswer):
        return item.type.narrative.max_chars
    return item.type.text.max_chars if isinstance(item.type, TextAnswer) else 0
