"""What people type on the pages of learning, and what of it seems to tell who somebody is."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from ceo.web.languages import N_
from ceo.web.staff.rounds.typed import read_day
from questionnaires.personal_data import find_traces

Form = Mapping[str, Sequence[str]]
LONGEST_LINE: Final = 200
LONGEST_TEXT: Final = 4000
# No text of a database holds these, and nobody can see them.
_UNFIT: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_NUMBER: Final = re.compile(r"\d{1,6}(?:[.,]\d{1,4})?", re.ASCII)
_FIRST_YEAR: Final = 2000
_LAST_YEAR: Final = 2100

NO_TITLE: Final = N_("Typ een titel, in hoogstens 200 tekens.")
TOO_LONG: Final = N_("Deze tekst is te lang. Gebruik hoogstens 4.000 tekens.")
NO_DAY: Final = N_("Kies een dag van 2000 tot en met 2100, zoals 2027-03-01.")


@dataclass(frozen=True, slots=True)
class Doubt:
    """What is possible but unlikely, in a sentence about `%(words)s`, and what somebody can do about it."""

    sentence: str
    cure: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a warning names: in which field, the words, and a code of `questionnaires.personal_data.TraceKind`.

    With a `doubt` it is about something else than personal data, and `kind` is any code for it.
    """

    field: str
    words: str
    kind: str
    doubt: Doubt | None = None


def line(form: Form, name: str) -> str:
    """Return the first value of a field as one line; "" when it is not there."""
    return " ".join(_UNFIT.sub("", next(iter(form.get(name, ())), "")).split())


def lines(form: Form, name: str) -> str:
    """Return the first value of a field with its line ends, without space around it; "" when it is not there."""
    return _UNFIT.sub("", next(iter(form.get(name, ())), "")).replace("\r\n", "\n").replace("\r", "\n").strip()


def version(form: Form) -> int:
    """Return how a row was when it was looked at; -1 when a form does not tell, which is never so."""
    written = line(form, "versie")
    return int(written) if re.fullmatch(r"\d{1,9}", written, re.ASCII) else -1


def day_of(text: str) -> date | None:
    """Return the day of a text as browsers send it, in a year that makes sense; None when it is none.

    >>> day_of("2027-03-01"), day_of("0027-03-01")
    (datetime.date(2027, 3, 1), None)
    """
    day = read_day(text)
    return day if day is not None and _FIRST_YEAR <= day.year <= _LAST_YEAR else None


def number_of(text: str) -> float | None:
    """Return a number that is not below zero, with a comma or a point; None when it is none.

    >>> number_of("72,5"), number_of("72.5"), number_of("-1"), number_of("veel")
    (72.5, 72.5, None, None)
    """
    return float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None


def personal_data(texts: Mapping[str, str]) -> tuple[Found, ...]:
    """Return what in texts, by field, seems to be personal data.

    >>> personal_data({"tekst": "Mevrouw Jansen belde niet terug."})
    (Found(field='tekst', words='Jansen', kind='name', doubt=None),)
    """
    return tuple(
        Found(field, text[slice(*trace.span)], trace.kind.value)
        for field, text in texts.items()
        for trace in find_traces(text)
    )


def digest_of(found: Sequence[Found]) -> str:
    """Return what names a warning: who keeps a text in spite of it did so for these words, and for no others."""
    told = sorted({(one.kind, one.words) for one in found})
    return hashlib.sha256(repr(told).encode()).hexdigest()[:32] if told else ""


def unwarned(form: Form, texts: Mapping[str, str], doubts: Iterable[Found] = ()) -> tuple[Found, ...]:
    """Return what a warning has to name: nothing when there is nothing, or when somebody saw this very warning and keeps the text."""
    found = (*personal_data(texts), *doubts)
    return () if digest_of(found) == line(form, "toch") else found
