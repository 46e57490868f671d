"""Answering: from a posted form to answers or faults, and back to what a page shows."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from questionnaires.answers import Answer, Answers, Missing, Value
from questionnaires.definition import (
    DateAnswer,
    DateRange,
    IntegerAnswer,
    IntegerRange,
    Item,
    NarrativeAnswer,
    TextAnswer,
)
from questionnaires.expressions.facts import Circumstances, Facts
from questionnaires.expressions.tree import items_read
from questionnaires.questionnaire import Page, Questionnaire
from questionnaires.routing import USUAL, Path, route
from questionnaires.scales import AnswerScale, MissingOption, ScaleType
from questionnaires.wording import Wording

Form = Mapping[str, Sequence[str]]

# Longer input can be no sensible number; it is refused before it is read, because reading huge numbers is slow.
_MAX_DIGITS = 10
# Marks that turn the direction of text; they could make a story show something else than was written.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_DATE_PARTS = ("dag", "maand", "jaar")


class Fault(StrEnum):
    """What is wrong with an answer in a form. The words for it belong to the pages, in the language of the client."""

    NO_CHOICE = "no_choice"
    NO_NUMBER_GIVEN = "no_number_given"
    NO_DATE_GIVEN = "no_date_given"
    UNKNOWN_CODE = "unknown_code"
    SEVERAL = "several"
    EXCLUSIVE = "exclusive"
    NO_NUMBER = "no_number"
    OUT_OF_RANGE = "out_of_range"
    NO_DATE = "no_date"
    TOO_EARLY = "too_early"
    TOO_LATE = "too_late"
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True)
class AnswerError:
    """A mistake of a client in one answer. `values` are what a sentence about it needs: limits, lengths, a code."""

    item: str
    fault: Fault
    values: Mapping[str, str | int | date] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a posted page holds: the answers that are right, and every error. Save only when there is no error."""

    answers: dict[str, Answer]
    errors: tuple[AnswerError, ...]


@dataclass(frozen=True, slots=True)
class Doubt:
    """A soft check that an answer does not pass: ask once whether it is right, and take it when it is."""

    item: str
    check: str


@dataclass(frozen=True, slots=True)
class Option:
    """One option to draw; `missing` ones, such as "weet ik niet", stand apart."""

    code: str
    label: str
    missing: bool


@dataclass(frozen=True, slots=True)
class Sealed:
    """The answers as they are handed in, one for every item. `dropped` counts values that were off the path."""

    answers: dict[str, Answer]
    dropped: int


def read_page(questionnaire: Questionnaire, page: Page, form: Form) -> Reading:
    """Return the answers of a posted page, and all errors at once.

    A form field carries the id of its item (a day: `id-dag`, `id-maand`, `id-jaar`); other fields are ignored. A question
    that is left empty is an error that tells how to skip it; words that are left empty are simply skipped.
    """
    answers: dict[str, Answer] = {}
    errors: list[AnswerError] = []
    for item in map(questionnaire.item, page.items):
        found = _read_item(questionnaire, item, form)
        if isinstance(found, AnswerError):
            errors.append(found)
        else:
            answers[item.id] = found
    return Reading(answers, tuple(errors))


def find_doubts(
    questionnaire: Questionnaire, path: Path, answers: Answers, circumstances: Circumstances = USUAL
) -> tuple[Doubt, ...]:
    """Return the soft checks that new answers to a page do not pass; `path` is the path before them."""
    checks = questionnaire.routes.soft_checks
    facts = Facts({**path.environment, **answers}, circumstances)
    return tuple(
        Doubt(item, name) for item in answers for name, doubtful in checks.get(item, ()) if doubtful(facts) is True
    )


def skip_page(questionnaire: Questionnaire, page: Page) -> dict[str, Answer]:
    """Return the answers of a page that the client skips."""
    return {item.id: _without_value(item, Missing.SKIPPED) for item in map(questionnaire.item, page.items)}


def seal(questionnaire: Questionnaire, answers: Answers, circumstances: Circumstances = USUAL) -> Sealed:
    """Return the answers to hand in: those on the path, and for every other item the reason why it has none.

    Handing in says that the client is done: what is still open on the path becomes "skipped", and the path is that of
    someone who skipped it. An item off the path becomes "not asked", whatever was answered before; `dropped` counts the
    values lost so.

    A day becomes the first of its month (or the earliest day that the item allows, when that is later): the day on which something
    happened to somebody points at a person, and no figure needs it. An item that a condition or a calculation looks at keeps its day,
    because the same answers must lead to the same path again.
    """
    path = route(questionnaire, answers, circumstances)
    while (page := path.next_page) is not None:
        skipped = skip_page(questionnaire, page)
        answers = {**answers, **{item: skipped[item] for item in page.items if item not in path.environment}}
        path = route(questionnaire, answers, circumstances)
    sealed = {
        item.id: path.environment.get(item.id) or _without_value(item, Missing.NOT_ASKED)
        for item in questionnaire.items
    }
    return Sealed(_by_month(questionnaire, sealed), sum(answers[item].value is not None for item in path.off_path))


def options(scale: AnswerScale, wording: Wording) -> tuple[Option, ...]:
    """Return the options of a scale to draw, in order."""
    return tuple(
        Option(one.code, wording.label(scale, one.code), missing=isinstance(one, MissingOption))
        for one in scale.options
    )


def form_values(answer: Answer | None, scale: AnswerScale | None) -> tuple[str, ...]:
    """Return the form values that show an answer again: the codes to check, or the text to fill in.

    >>> form_values(Answer("LEV01", 1, value=8), None)
    ('8',)
    """
    if answer is None:
        return ()
    if answer.missing is not None:
        return tuple(option.code for option in (scale.missing if scale else ()) if option.reason is answer.missing)
    return answer.value if isinstance(answer.value, tuple) else (str(answer.value),)


def answer_label(questionnaire: Questionnaire, answer: Answer, wording: Wording) -> str:
    """Return an answer in words; "" for a reason that was not chosen from the options, such as a skipped question."""
    scale = questionnaire.scale_of(questionnaire.item(answer.item))
    values = form_values(answer, scale)
    return ", ".join(values if scale is None else (wording.label(scale, value) for value in values))


def _read_item(questionnaire: Questionnaire, item: Item, form: Form) -> Answer | AnswerError:
    values = form.get(item.id, ())
    scale = questionnaire.scale_of(item)
    if scale is not None:
        return _read_codes(item, scale, values)
    written = "".join(values[:1])
    if isinstance(item.type, IntegerAnswer):
        return _read_integer(item, item.type.integer, written)
    if isinstance(item.type, DateAnswer):
        return _read_date(item, item.type.date, form)
    if isinstance(item.type, TextAnswer):
        return _read_words(item, item.type.text.max_chars, " ".join(written.split()))
    assert isinstance(item.type, NarrativeAnswer), "an item is a choice, a number, a day or words"
    return _read_words(item, item.type.narrative.max_chars, written)


def _read_codes(item: Item, scale: AnswerScale, values: Sequence[str]) -> Answer | AnswerError:
    chosen = {value.strip() for value in values} - {""}
    codes = tuple(code.code for code in (*scale.codes, *scale.exclusive) if code.code in chosen)
    reasons = tuple(option.reason for option in scale.missing if option.code in chosen)
    if not chosen:
        return AnswerError(item.id, Fault.NO_CHOICE)
    if len(codes) + len(reasons) < len(chosen):
        return AnswerError(item.id, Fault.UNKNOWN_CODE)
    if len(chosen) > 1 and scale.type is not ScaleType.MULTI:
        return AnswerError(item.id, Fault.SEVERAL)
    alone = [option.code for option in scale.options[len(scale.codes) :] if option.code in chosen]
    if len(chosen) > 1 and alone:
        return AnswerError(item.id, Fault.EXCLUSIVE, {"code": alone[0]})
    if reasons:
        return _without_value(item, reasons[0])
    return _with_value(item, codes if scale.type is ScaleType.MULTI else codes[0])


def _read_integer(item: Item, limits: IntegerRange, written: str) -> Answer | AnswerError:
    digits = re.sub(r"\s", "", written)
    span = {"min": limits.min, "max": limits.max}
    if not digits:
        return AnswerError(item.id, Fault.NO_NUMBER_GIVEN, span)
    if not digits.removeprefix("-").isdecimal():
        return AnswerError(item.id, Fault.NO_NUMBER, span)
    if len(digits) > _MAX_DIGITS or not limits.min <= int(digits) <= limits.max:
        return AnswerError(item.id, Fault.OUT_OF_RANGE, span)
    return _with_value(item, int(digits))


def _read_date(item: Item, limits: DateRange, form: Form) -> Answer | AnswerError:
    parts = ["".join(form.get(f"{item.id}-{part}", ())[:1]).strip() for part in _DATE_PARTS]
    if not any(parts):
        return AnswerError(item.id, Fault.NO_DATE_GIVEN)
    day = _read_day(parts)
    if day is None:
        return AnswerError(item.id, Fault.NO_DATE)
    if limits.earliest is not None and day < limits.earliest:
        return AnswerError(item.id, Fault.TOO_EARLY, {"day": limits.earliest})
    if limits.latest is not None and day > limits.latest:
        return AnswerError(item.id, Fault.TOO_LATE, {"day": limits.latest})
    return _with_value(item, day)


def _read_day(parts: Sequence[str]) -> date | None:
    if not all(part.isdecimal() and len(part) <= len("2026") for part in parts):
        return None
    day, month, year = map(int, parts)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _read_words(item: Item, max_chars: int, written: str) -> Answer | AnswerError:
    text = clean_text(written)
    if len(text) > max_chars:
        return AnswerError(item.id, Fault.TOO_LONG, {"length": len(text), "max": max_chars})
    return _with_value(item, text) if text else _without_value(item, Missing.SKIPPED)


def clean_text(written: str) -> str:
    r"""Return text as it is kept: one kind of line end, composed letters, no control characters, no outer space.

    >>> clean_text("Goede\x00 hulp.\r\nCafe\u0301 ")
    'Goede hulp.\nCafé'
    """
    lines = re.sub(r"\r\n|[\r\x0b\x0c\x85\u2028\u2029]", "\n", written).replace("\t", " ")
    kept = (sign for sign in lines if sign == "\n" or not _is_stripped(sign))
    return unicodedata.normalize("NFC", "".join(kept)).strip()


def _is_stripped(sign: str) -> bool:
    return sign in _TURNING or unicodedata.category(sign) in {"Cc", "Cs"}


def _by_month(questionnaire: Questionnaire, sealed: Answers) -> dict[str, Answer]:
    days = {item.id: item for item in questionnaire.items if isinstance(item.type, DateAnswer)}
    needed = _looked_at(questionnaire) if days else frozenset()
    coarse = {name: _first_of_month(item, sealed[name]) for name, item in days.items() if name not in needed}
    return {**sealed, **coarse}


def _looked_at(questionnaire: Questionnaire) -> frozenset[str]:
    """Return the items that a condition of a page or a calculation looks at."""
    calculations = questionnaire.routes.scope.calculations
    by_pages = (page.reads for page in questionnaire.routes.pages)
    return frozenset().union(*by_pages, *(items_read(expr, calculations) for expr in calculations.values()))


def _first_of_month(item: Item, answer: Answer) -> Answer:
    assert isinstance(item.type, DateAnswer), "only days are made coarser"
    if not isinstance(answer.value, date):
        return answer
    first, earliest = answer.value.replace(day=1), item.type.date.earliest
    return _with_value(item, first if earliest is None else max(first, earliest))


def _with_value(item: Item, value: Value) -> Answer:
    return Answer(item.id, item.version, value=value)


def _without_value(item: Item, reason: Missing) -> Answer:
    return Answer(item.id, item.version, missing=reason)
