"""What the pages of keying show: the questions in the order and with the numbers of the paper, and what was keyed of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from litestar import Request

from ceo.web.languages import LANGUAGE_NAMES, N_
from ceo.web.readers import EASY, STANDARD, offered_languages
from ceo.web.resident.consent_words import use_words
from ceo.web.resident.drawing import NO_REMARK, Question, Remark, as_shown, draw_question
from ceo.web.resident.fault_words import fault_words
from ceo.web.resident.given_answers import given_answers
from ceo.web.resident.trace_words import trace_words
from ceo.web.staff.fieldwork.keying_form import MARK_VALUES, MARKED, USES, marks_of
from ceo.web.staff.pages import staff_words
from ceo.workflows.answering.answer import OpenDraft
from ceo.workflows.answering.answered import Answered
from ceo.workflows.answering.reader import USUAL_READER
from ceo.workflows.paper.forms import PaperForm, as_draft
from ceo.workflows.paper.keyed import Keyed, Mark
from questionnaires.answering import AnswerError, Form, find_doubts
from questionnaires.consents import CALL_BACK, chosen_scopes
from questionnaires.definition import Item, NarrativeAnswer, TextAnswer
from questionnaires.personal_data import find_traces
from questionnaires.questionnaire import Page, Questionnaire

_MARK_WORDS: Final = {
    Mark.EMPTY: N_("Niets ingevuld"),
    Mark.UNCLEAR: N_("Onduidelijk of niet te lezen"),
    Mark.SEVERAL: N_("Twee of meer kruisjes"),
}
# The keys that choose them; options have digits.
_MARK_KEYS: Final = {Mark.EMPTY: "n", Mark.UNCLEAR: "o", Mark.SEVERAL: "t"}
_REGISTERS: Final = {STANDARD: N_("Gewone tekst"), EASY: N_("Makkelijke tekst")}
_NAMES_IN_STORY: Final = N_("Typ XXX in plaats van namen, adressen en nummers.")


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose: its value, its words, the key that chooses it, and whether it is chosen."""

    value: str
    words: str
    key: str = ""
    on: bool = False


@dataclass(frozen=True, slots=True)
class KeyedAnswer:
    """One answer as it was keyed. `words` is "" for none, and `mark` then says what stands on paper; `notes` are to be looked at.

    `counts` is False off the path. `uses`: what a story may be used for, in sentences; None where there is no story.
    """

    number: int
    item: str
    question: str
    words: str
    mark: str
    uses: tuple[str, ...] | None
    counts: bool
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PaperQuestion:
    """One question to key. `marks` and `uses` are controls of their own; `seen` are earlier keyings of it, side by side."""

    number: int
    question: Question
    options: tuple[Choice, ...]
    mark_name: str
    marks: tuple[Choice, ...]
    uses_name: str
    uses: tuple[Choice, ...]
    seen: tuple[KeyedAnswer, ...] = ()


def printed_pages(questionnaire: Questionnaire) -> tuple[tuple[Page, ...], Mapping[str, int]]:
    """Return the pages of questions that stand on paper, in order, and the number of each question there."""
    from exports.paper.routing import pages_on_paper
    from questionnaires.checks.paper import question_numbers

    printed = pages_on_paper(questionnaire, questionnaire.wording(USUAL_READER.language, USUAL_READER.register))
    return printed.pages, question_numbers(printed)


def draw_form(
    request: Request[Any, Any, Any],
    form: PaperForm,
    *,
    today: date,
    given: Form | None = None,
    errors: Sequence[AnswerError] = (),
    keyed: Keyed | None = None,
    only: Collection[str] | None = None,
) -> list[PaperQuestion]:
    """Return the questions to key, filled in from a form that came back or else from an earlier keying; perhaps only some of them."""
    draft = _as_on_paper(form, keyed or Keyed({}, today))
    wrong = {error.item: Remark(error=_fault_words(request, draft, error)) for error in errors}
    pages, numbers = printed_pages(form.questionnaire)
    items = [item for page in pages for item in page.items if only is None or item in only]
    seen = {item: list[KeyedAnswer]() for item in items} if only is None else _seen(request, form, only)
    drawn = []
    for item in map(form.questionnaire.item, items):
        question = draw_question(draft, item, given, remark=wrong.get(item.id, NO_REMARK))
        marks = _marks(request, item, question.kind, given=given, keyed=keyed)
        drawn.append(
            PaperQuestion(
                number=numbers[item.id],
                question=question,
                options=_options(question),
                mark_name=item.id if question.kind in {"radio", "checkbox", "grade"} else item.id + MARKED,
                marks=marks,
                uses_name=item.id + USES,
                uses=_uses(item, given, keyed),
                seen=tuple(seen[item.id]),
            )
        )
    return drawn


def draw_answers(request: Request[Any, Any, Any], form: PaperForm, keyed: Keyed) -> list[KeyedAnswer]:
    """Return what was keyed, in words, with what somebody should look at before it is sent."""
    draft = as_draft(form, replace(keyed, reader=USUAL_READER))
    pages, numbers = printed_pages(form.questionnaire)
    printed = {item for page in pages for item in page.items}
    kept = {item: answer for item, answer in keyed.answers.items() if item in printed}
    notes = _notes(request, draft)
    return [
        KeyedAnswer(
            number=numbers[one.item_id],
            item=one.item_id,
            question=one.question,
            words=one.words,
            mark=staff_words(request, _MARK_WORDS[keyed.marks.get(one.item_id, Mark.EMPTY)]),
            uses=one.uses,
            counts=not one.words or one.item_id not in draft.path.off_path,
            notes=tuple(notes.get(one.item_id, ())),
        )
        for one in given_answers(Answered(form.round, form.questionnaire, kept, keyed.consents), USUAL_READER)
    ]


def words_of(form: PaperForm) -> Keyed | None:
    """Return the words of the first keying: of two versions one is changed, and not typed anew. What is chosen, is chosen anew."""
    if form.first is None:
        return None
    written = {item.id for item in form.questionnaire.items if isinstance(item.type, TextAnswer | NarrativeAnswer)}
    answers = {item: answer for item, answer in form.first.answers.items() if item in written}
    return Keyed(answers, form.first.started_on)


def readings(request: Request[Any, Any, Any], form: PaperForm) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return the languages and the registers in which a form can be printed, each with its name."""
    from exports.paper.words import words_in

    offered = [one for one in offered_languages(form.questionnaire) if words_in(one) is not None]
    in_round = form.round.languages.split() if form.round.languages else offered
    languages = [(one, LANGUAGE_NAMES[one]) for one in offered if one in in_round or one == USUAL_READER.language]
    registers = [(str(one), staff_words(request, _REGISTERS[one])) for one in form.questionnaire.registers]
    return languages, registers


def _as_on_paper(form: PaperForm, keyed: Keyed) -> OpenDraft:
    """Return a keying as it is drawn: in Dutch, with every question, and with earlier answers in the texts left out as on paper."""
    empty = as_draft(form, Keyed({}, keyed.started_on))
    return replace(empty, answers=dict(keyed.answers))


def _fault_words(request: Request[Any, Any, Any], draft: OpenDraft, error: AnswerError) -> str:
    skip = staff_words(request, _MARK_WORDS[Mark.EMPTY])
    return fault_words(draft.questionnaire, as_shown(draft, error), draft.wording, skip=skip)


def _options(question: Question) -> tuple[Choice, ...]:
    """Return the options with the key that chooses each: its place, or of a grade the grade itself."""
    return tuple(
        Choice(
            option.code,
            option.label,
            option.code if question.kind == "grade" else str(place),
            option.code in question.chosen,
        )
        for place, option in enumerate(question.options, start=1)
    )


def _marks(
    request: Request[Any, Any, Any], item: Item, kind: str, *, given: Form | None, keyed: Keyed | None
) -> tuple[Choice, ...]:
    chosen = {value for name in (item.id, item.id + MARKED) for value in (given or {}).get(name, ())}
    if given is None and keyed is not None and item.id in keyed.marks:
        chosen = {MARK_VALUES[keyed.marks[item.id]]}
    return tuple(
        Choice(
            MARK_VALUES[mark], staff_words(request, _MARK_WORDS[mark]), _MARK_KEYS[mark], MARK_VALUES[mark] in chosen
        )
        for mark in marks_of(kind)
    )


def _uses(item: Item, given: Form | None, keyed: Keyed | None) -> tuple[Choice, ...]:
    if item.consent is None:
        return ()
    chosen: Collection[str] = (given or {}).get(item.id + USES, ())
    if given is None and keyed is not None and item.id in keyed.consents:
        chosen = keyed.consents[item.id].given
    asked = chosen_scopes(item, set(item.consent.scopes) - {CALL_BACK})
    return tuple(Choice(scope, use_words(scope, USUAL_READER.language), on=scope in chosen) for scope in asked)


def _seen(request: Request[Any, Any, Any], form: PaperForm, items: Collection[str]) -> dict[str, list[KeyedAnswer]]:
    """Return what each of two people keyed, by item."""
    seen: dict[str, list[KeyedAnswer]] = {item: [] for item in items}
    for keyed in (form.first, form.second):
        for one in draw_answers(request, form, keyed) if keyed is not None else ():
            if one.item in seen:
                seen[one.item].append(one)
    return seen


def _notes(request: Request[Any, Any, Any], draft: OpenDraft) -> dict[str, list[str]]:
    """Return what should be looked at: answers that are unlikely, and stories in which personal data seem to stand."""
    environment, notes = draft.path.environment, dict[str, list[str]]()
    for doubt in find_doubts(draft.questionnaire, draft.path, environment, draft.circumstances):
        words = draft.wording.question_about(draft.questionnaire.item(doubt.item), doubt.check, environment)
        notes.setdefault(doubt.item, []).append(words)
    for item, answer in environment.items():
        is_story = isinstance(draft.questionnaire.item(item).type, NarrativeAnswer)
        found = find_traces(answer.value) if is_story and isinstance(answer.value, str) else ()
        if found:
            told = trace_words(found, draft.wording.language), staff_words(request, _NAMES_IN_STORY)
            notes.setdefault(item, []).append(" ".join(told))
    return notes
