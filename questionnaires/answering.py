"""Answering: from a posted form to answers or kind error messages, and back to what a page shows."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from questionnaires.answers import Answer, Answers, Missing, Value
from questionnaires.definition import (
    AnswerScale,
    IntegerAnswer,
    IntegerRange,
    Item,
    MissingOption,
    NarrativeAnswer,
    Page,
    Questionnaire,
    ScaleType,
)
from questionnaires.routing import route

Form = Mapping[str, Sequence[str]]

MISSING_LABELS: Mapping[Missing, str] = {
    Missing.NOT_ASKED: "Niet gevraagd",
    Missing.SKIPPED: "Overgeslagen",
    Missing.DONT_KNOW: "Weet ik niet",
    Missing.NOT_APPLICABLE: "Niet van toepassing",
    Missing.REFUSED: "Zeg ik liever niet",
}

# Longer input can be no sensible number; it is refused before it is read, because reading huge numbers is slow.
_MAX_DIGITS = 10
# Marks that turn the direction of text; they could make a story show something else than was written.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class Fault(StrEnum):
    """What is wrong with an answer in a form."""

    EMPTY = "empty"
    UNKNOWN_CODE = "unknown_code"
    SEVERAL = "several"
    EXCLUSIVE = "exclusive"
    NO_NUMBER = "no_number"
    OUT_OF_RANGE = "out_of_range"
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True)
class AnswerError:
    """A mistake of a client in one answer. `message` is a Dutch sentence that says how to go on."""

    item: str
    code: Fault
    message: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a posted page holds: the answers that are right, and every error. Save only when there is no error."""

    answers: dict[str, Answer]
    errors: tuple[AnswerError, ...]


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

    A form field carries the id of its item; other fields are ignored. A question of choice or a number that is left
    empty is an error that tells how to skip it; an empty story is simply skipped, because that is what it says.
    """
    answers: dict[str, Answer] = {}
    errors: list[AnswerError] = []
    for item in map(questionnaire.item, page.items):
        found = _read_item(questionnaire, item, form.get(item.id, ()))
        if isinstance(found, AnswerError):
            errors.append(found)
        else:
            answers[item.id] = found
    return Reading(answers, tuple(errors))


def skip_page(questionnaire: Questionnaire, page: Page) -> dict[str, Answer]:
    """Return the answers of a page that the client skips."""
    return {item.id: _without_value(item, Missing.SKIPPED) for item in map(questionnaire.item, page.items)}


def seal(questionnaire: Questionnaire, answers: Answers) -> Sealed:
    """Return the answers to hand in: those on the path, and for every other item the reason why it has none.

    An item on the path that was never answered becomes "skipped": handing in says that the client is done with it.
    An item off the path becomes "not asked", whatever was answered before; `dropped` counts the values lost so.
    """
    path = route(questionnaire, answers)
    asked = {item for step in path.steps for item in step.page.items}
    sealed = {
        item.id: path.environment.get(item.id)
        or _without_value(item, Missing.SKIPPED if item.id in asked else Missing.NOT_ASKED)
        for item in questionnaire.items
    }
    return Sealed(sealed, sum(answers[item].value is not None for item in path.off_path))


def options(questionnaire: Questionnaire, item: Item) -> tuple[Option, ...]:
    """Return the options to draw, in order; none for a number or a story."""
    scale = questionnaire.scale_of(item)
    if scale is None:
        return ()
    return tuple(Option(one.code, one.text, missing=isinstance(one, MissingOption)) for one in scale.options)


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


def answer_label(questionnaire: Questionnaire, answer: Answer) -> str:
    """Return an answer in words, for the page on which people check their answers."""
    scale = questionnaire.scale_of(questionnaire.item(answer.item))
    labels = {}
    if scale is not None:
        labels = {option.code: option.text for option in scale.options}
    shown = ", ".join(labels.get(value, value) for value in form_values(answer, scale))
    return shown if answer.missing is None or shown else MISSING_LABELS[answer.missing]


def _read_item(questionnaire: Questionnaire, item: Item, values: Sequence[str]) -> Answer | AnswerError:
    scale = questionnaire.scale_of(item)
    if scale is not None:
        return _read_codes(item, scale, values)
    if isinstance(item.type, IntegerAnswer):
        return _read_integer(item, item.type.integer, "".join(values[:1]))
    assert isinstance(item.type, NarrativeAnswer), "an item is a choice, a number or a story"
    return _read_narrative(item, item.type.narrative.max_chars, "".join(values[:1]))


def _read_codes(item: Item, scale: AnswerScale, values: Sequence[str]) -> Answer | AnswerError:
    chosen = {value.strip() for value in values} - {""}
    codes = tuple(code.code for code in (*scale.codes, *scale.exclusive) if code.code in chosen)
    reasons = tuple(option.reason for option in scale.missing if option.code in chosen)
    if not chosen:
        return AnswerError(item.id, Fault.EMPTY, "Kies een antwoord. Of kies ‘Vraag overslaan’.")
    if len(codes) + len(reasons) < len(chosen):
        return AnswerError(item.id, Fault.UNKNOWN_CODE, "Dit antwoord kennen wij niet. Kies een antwoord uit de lijst.")
    if len(chosen) > 1 and scale.type is not ScaleType.MULTI:
        return AnswerError(item.id, Fault.SEVERAL, "U koos meer dan één antwoord. Kies één antwoord.")
    alone = [option.text for option in scale.options[len(scale.codes) :] if option.code in chosen]
    if len(chosen) > 1 and alone:
        message = f"U koos ‘{alone[0]}’ en ook een ander antwoord. Dat past niet bij elkaar. Haal er een weg."
        return AnswerError(item.id, Fault.EXCLUSIVE, message)
    if reasons:
        return _without_value(item, reasons[0])
    return _with_value(item, codes if scale.type is ScaleType.MULTI else codes[0])


def _read_integer(item: Item, limits: IntegerRange, written: str) -> Answer | AnswerError:
    digits = re.sub(r"\s", "", written)
    span = f"van {limits.min} tot en met {limits.max}"
    if not digits:
        return AnswerError(item.id, Fault.EMPTY, f"Vul een getal in {span}. Of kies ‘Vraag overslaan’.")
    if not digits.removeprefix("-").isdecimal():
        message = f"Vul een heel getal in {span}. Gebruik alleen cijfers, zonder komma, punt of letters."
        return AnswerError(item.id, Fault.NO_NUMBER, message)
    if len(digits) > _MAX_DIGITS or not limits.min <= int(digits) <= limits.max:
        return AnswerError(item.id, Fault.OUT_OF_RANGE, f"Dit getal kan niet. Vul een getal in {span}.")
    return _with_value(item, int(digits))


def _read_narrative(item: Item, max_chars: int, written: str) -> Answer | AnswerError:
    text = clean_text(written)
    if len(text) > max_chars:
        message = (
            f"Uw tekst is te lang: {len(text)} tekens. Er passen {max_chars} tekens. "
            f"Maak uw tekst {len(text) - max_chars} tekens korter."
        )
        return AnswerError(item.id, Fault.TOO_LONG, message)
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


def _with_value(item: Item, value: Value) -> Answer:
    return Answer(item.id, item.version, value=value)


def _without_value(item: Item, reason: Missing) -> Answer:
    return Answer(item.id, item.version, missing=reason)
