"""The form of a local question: what stands in its fields for a question, and the question that a form describes.

A form is drawn from its fields, whether they come from a question that was kept or from a form that was sent. So whatever somebody
typed stands there again when it cannot be kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import zip_longest
from typing import Final

from ceo.web.languages import N_
from ceo.web.staff.questionnaire.fields import Form, first, lines_of, whole_number
from ceo.web.staff.questionnaire.question_words import REASONS, Sort
from questionnaires.configuring.questions import (
    Answering,
    ChosenScale,
    Day,
    MissingChoice,
    Number,
    Option,
    OwnScale,
    Question,
    Story,
    Words,
)
from questionnaires.consents import SCOPES

# Between the words of an option and its easy words, where both stand on one line.
_EASY: Final = "|"
# The place of an option without a number: after all others.
_LAST: Final = 10_000


# The control of each part of a question that something can be wrong with, in the order of the form.
FIELDS: Final[Mapping[str, str]] = {
    "stem": "vraag",
    "stem_easy": "vraag-makkelijk",
    "help": "uitleg",
    "help_easy": "uitleg-makkelijk",
    "page_title": "kop",
    "scale": "schaal",
    "options": "opties",
    "missing": "ontbreekt",
    "exclusive": "alleen",
    "lowest": "laagste",
    "highest": "hoogste",
    "unit": "eenheid",
    "earliest": "vroegste",
    "latest": "laatste",
    "max_chars": "tekens",
    "scopes": "gebruik",
    "title": "titel",
    "reference_period": "periode",
    "quasi_identifier": "kenmerk",
}
# Whether the answer could point at a person: nothing is chosen beforehand.
_TRAIT: Final = "kenmerk"
_NO_NUMBER: Final = N_("Vul een heel getal in, met cijfers.")
_NO_DAY: Final = N_("Vul een datum in, zoals 2026-12-31.")
_NO_SCALE: Final = N_("Kies een schaal.")
_NO_TRAIT: Final = N_("Kies of het antwoord kan laten zien wie iemand is.")
_USUAL: Final[Mapping[Sort, Mapping[str, str]]] = {
    Sort.NUMBER: {"laagste": "0", "hoogste": "10"},
    Sort.WORDS: {"tekens": "100"},
    Sort.STORY: {"tekens": "4000"},
}


# The first control of an answer, for what is wrong with it as a whole.
_ANSWERS: Final[Mapping[Sort, str]] = {
    Sort.CHOICE: "schaal",
    Sort.OWN: "opties",
    Sort.NUMBER: "laagste",
    Sort.DAY: "vroegste",
    Sort.WORDS: "tekens",
    Sort.STORY: "tekens",
}


def controls_of(sort: Sort) -> dict[str, str]:
    """Return the control of each part of a question that a remark can be about."""
    return {**FIELDS, "answer": _ANSWERS[sort], "type": _ANSWERS[sort]}


def empty_form(sort: Sort) -> Form:
    """Return the fields of a question that is not there yet, with what is usual."""
    usual = {name: [value] for name, value in _USUAL.get(sort, {}).items()}
    words = {f"ontbreekt-{reason}": [text] for reason, text in REASONS.items()}
    fixed = {"ontbreekt": ["dont_know"], "lijst": ["nominal"]} if sort is Sort.OWN else {}
    return {"periode": ["now"], "gebruik": list(SCOPES), **words, **usual, **fixed}


def form_of(question: Question) -> Form:
    """Return the fields of a question that was kept."""
    texts = {
        "vraag": question.stem,
        "vraag-makkelijk": question.stem_easy,
        "uitleg": question.help,
        "uitleg-makkelijk": question.help_easy,
        "titel": question.title,
        "kop": question.page_title,
        "periode": question.reference_period,
        _TRAIT: "ja" if question.quasi_identifier else "nee",
    }
    return {
        **empty_form(sort_of(question)),
        **{name: [text] for name, text in texts.items()},
        **_answer_fields(question),
    }


def sort_of(question: Question) -> Sort:
    """Return how a question is answered."""
    sorts = {
        ChosenScale: Sort.CHOICE,
        OwnScale: Sort.OWN,
        Number: Sort.NUMBER,
        Day: Sort.DAY,
        Words: Sort.WORDS,
        Story: Sort.STORY,
    }
    return sorts[type(question.answer)]


def read_question(form: Form, sort: Sort) -> Question | None:
    """Return the question that a form describes; None when something in it cannot be read at all."""
    if _unreadable(form, sort):
        return None
    return Question(
        title=first(form, "titel"),
        stem=first(form, "vraag"),
        stem_easy=first(form, "vraag-makkelijk"),
        answer=_read_answer(form, sort),
        help=first(form, "uitleg"),
        help_easy=first(form, "uitleg-makkelijk"),
        reference_period=first(form, "periode"),
        quasi_identifier=first(form, _TRAIT) == "ja",
        page_title=first(form, "kop"),
    )


def unread(form: Form, sort: Sort) -> dict[str, str]:
    """Return what cannot be read in a form or was not chosen, by the name of the field, as sentences to translate."""
    return _unreadable(form, sort) | _unchosen(form, sort)


def rows_of(form: Form) -> list[tuple[str, ...]]:
    """Return the options that were there before: of each its words, easy words, code and place."""
    columns = (form.get(name, ()) for name in ("optie", "optie-makkelijk", "optie-code", "optie-plaats"))
    return [tuple(value.strip() for value in row) for row in zip_longest(*columns, fillvalue="")]


def in_order(faults: Mapping[str, str]) -> dict[str, str]:
    """Return what is wrong in the order of the form."""
    known = list(FIELDS.values())
    return dict(sorted(faults.items(), key=lambda fault: known.index(fault[0]) if fault[0] in known else 0))


def _answer_fields(question: Question) -> dict[str, Sequence[str]]:
    answer = question.answer
    match answer:
        case ChosenScale():
            return {"schaal": [answer.reference]}
        case OwnScale():
            return _list_fields(answer)
        case Number():
            return {"laagste": [str(answer.lowest)], "hoogste": [str(answer.highest)], "eenheid": [answer.unit]}
        case Day():
            days = {"vroegste": answer.earliest, "laatste": answer.latest}
            return {name: [day.isoformat() if day is not None else ""] for name, day in days.items()}
        case Words():
            return {"tekens": [str(answer.max_chars)]}
        case Story():
            return {"tekens": [str(answer.max_chars)], "gebruik": list(answer.scopes)}


def _list_fields(answer: OwnScale) -> dict[str, Sequence[str]]:
    fields: dict[str, Sequence[str]] = {
        "lijst": [answer.kind],
        "optie": [option.text for option in answer.options],
        "optie-makkelijk": [option.text_easy for option in answer.options],
        "optie-code": [option.code or "" for option in answer.options],
        "optie-plaats": [str(number) for number in range(1, len(answer.options) + 1)],
        "alleen": ["\n".join(_line(option) for option in answer.exclusive)],
        "alleen-code": [option.code or "" for option in answer.exclusive],
        "ontbreekt": [choice.reason for choice in answer.missing],
    }
    for choice in answer.missing:
        fields[f"ontbreekt-{choice.reason}"] = [choice.text]
        fields[f"ontbreekt-{choice.reason}-makkelijk"] = [choice.text_easy]
    return fields


def _line(option: Option) -> str:
    return f"{option.text} {_EASY} {option.text_easy}" if option.text_easy else option.text


def _unreadable(form: Form, sort: Sort) -> dict[str, str]:
    numbers = {Sort.NUMBER: ("laagste", "hoogste"), Sort.WORDS: ("tekens",), Sort.STORY: ("tekens",)}.get(sort, ())
    found = {name: _NO_NUMBER for name in numbers if whole_number(first(form, name)) is None}
    days = ("vroegste", "laatste") if sort is Sort.DAY else ()
    return found | {name: _NO_DAY for name in days if first(form, name) and _day(first(form, name)) is None}


def _unchosen(form: Form, sort: Sort) -> dict[str, str]:
    scale = {"schaal": _NO_SCALE} if sort is Sort.CHOICE and not first(form, "schaal") else {}
    return scale | ({} if first(form, _TRAIT) in {"ja", "nee"} else {_TRAIT: _NO_TRAIT})


def _read_answer(form: Form, sort: Sort) -> Answering:
    match sort:
        case Sort.CHOICE:
            return ChosenScale(first(form, "schaal"))
        case Sort.OWN:
            return _read_list(form)
        case Sort.NUMBER:
            return Number(_number(form, "laagste"), _number(form, "hoogste"), first(form, "eenheid"))
        case Sort.DAY:
            return Day(_day(first(form, "vroegste")), _day(first(form, "laatste")))
        case Sort.WORDS:
            return Words(_number(form, "tekens"))
        case Sort.STORY:
            asked = form.get("gebruik", ())
            return Story(_number(form, "tekens"), tuple(scope for scope in SCOPES if scope in asked))


def _read_list(form: Form) -> OwnScale:
    kind = first(form, "lijst")
    missing = tuple(
        MissingChoice(reason, first(form, f"ontbreekt-{reason}") or words, first(form, f"ontbreekt-{reason}-makkelijk"))
        for reason, words in REASONS.items()
        if reason in form.get("ontbreekt", ())
    )
    exclusive = _read_exclusive(form) if kind == "multi" else ()
    return OwnScale(kind, (*_read_rows(form), *map(_option, lines_of(form, "opties"))), missing, exclusive)  # type: ignore[arg-type]  # told by `apply` when it is none


def _read_rows(form: Form) -> tuple[Option, ...]:
    """Return the options that were there before, in the order of their numbers; one without words is taken away."""
    placed = sorted(enumerate(rows_of(form)), key=lambda row: (_place(row[1][3]), row[0]))
    return tuple(Option(text, easy, code or None) for _, (text, easy, code, _) in placed if text)


def _read_exclusive(form: Form) -> tuple[Option, ...]:
    """Return what stands by itself, each line with the code that the line in its place had."""
    lines = lines_of(form, "alleen")
    codes = form.get("alleen-code", ())
    return tuple(
        Option(option.text, option.text_easy, code or None)
        for option, code in zip_longest(map(_option, lines), codes[: len(lines)], fillvalue="")
        if isinstance(option, Option)
    )


def _option(line: str) -> Option:
    text, _, easy = line.partition(_EASY)
    return Option(text.strip(), easy.strip())


def _place(text: str) -> int:
    number = whole_number(text)
    return _LAST if number is None else number


def _number(form: Form, name: str) -> int:
    number = whole_number(first(form, name))
    assert number is not None, "the faults of the form have been told"
    return number


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
