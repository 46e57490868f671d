"""Personal data in a told story: what looks like a citizen number, a telephone number, an address or a name.

It serves a warning before the story is sent, never a decision: the teller looks and may leave it. So a find says that there seems
to be something, and a few misses are better than a warning that people learn to ignore. Numbers and e-mail addresses are found in any
language; addresses are Dutch ones; names follow a word that introduces them, or are two words with a capital side by side.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from questionnaires.person_names import Span, find_names


class TraceKind(StrEnum):
    """What a part of a story seems to be. The words for it belong to the pages."""

    EMAIL = "email"
    PHONE = "phone"
    BSN = "bsn"
    ADDRESS = "address"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Trace:
    """A part of a text that seems to tell who somebody is; `span` is its first position and the one after its last."""

    kind: TraceKind
    span: Span


def find_traces(text: str) -> tuple[Trace, ...]:
    """Return what seems to be personal data in a text, in its order and without overlap, in time linear in its length.

    >>> [(trace.kind.value, trace.span) for trace in find_traces("Bel mevrouw Jansen op 06-12345678.")]
    [('name', (12, 18)), ('phone', (22, 33))]
    """
    left = _NO_NUMBER.sub(_blank, "".join(map(_plain_digit, text)))
    found: list[Trace] = []
    for kind, spans_in in _FINDERS:
        spans = list(spans_in(left))
        left = _without(left, spans)  # what is known already is found once
        found += (Trace(kind, span) for span in spans)
    return tuple(sorted(found, key=lambda trace: trace.span))


def passes_eleven_test(digits: str) -> bool:
    """Return whether 8 or 9 digits can be a citizen number (burgerservicenummer); with 8 a zero stands before them.

    (9a + 8b + 7c + 6d + 5e + 4f + 3g + 2h − i) mod 11 = 0, for the digits a to i, which are not all zero.

    For 111222333: 9 + 8 + 7 + 12 + 10 + 8 + 9 + 6 − 3 = 66 = 6 · 11. The last digit weighs −1, so a number in which one digit is
    wrong never passes, and of all numbers one in eleven does.

    >>> passes_eleven_test("111222333"), passes_eleven_test("111222334"), passes_eleven_test("00000000")
    (True, False, False)
    """
    padded = digits.zfill(len(_WEIGHTS))
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, padded, strict=True))
    return total % 11 == 0 and int(digits) > 0


_WEIGHTS: Final = (9, 8, 7, 6, 5, 4, 3, 2, -1)
_HIDDEN: Final = "·"  # a sign that belongs to nothing that is looked for

# Days and pairs of years, which are no telephone or citizen number.
_NO_NUMBER: Final = re.compile(
    r"(?<!\d)(?:(?:0?[1-9]|[12]\d|3[01])[-./](?:0?[1-9]|1[0-2])[-./](?:19|20)\d\d"
    r"|(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
    r"|(?:19|20)\d\d ?[-–/ ] ?(?:19|20)\d\d)(?![-./]?\d)"
)

# `++` takes all that fits and gives nothing back, so that a long text is read once.
_EMAIL: Final = re.compile(r"(?<![\w.+-])[\w.+-]++@[\w-]++(?:\.[\w-]++)++")
_BETWEEN: Final = r"[ \u00a0.\-–/()]{0,3}"
# Ten digits after one zero; abroad, after a plus or two zeros, nine to fourteen.
_PHONE: Final = re.compile(
    rf"(?<![\w+])(?:0{_BETWEEN}[1-9](?:{_BETWEEN}\d){{8}}|(?:\+|00){_BETWEEN}[1-9](?:{_BETWEEN}\d){{8,13}})(?!\d)"
)
# Digits with signs between them stand alone; nine or eight in one piece may follow another number. Neither is an amount.
_CITIZEN: Final = re.compile(
    r"(?<!€)(?<!€ )(?:(?<!\d)(?<!\d[ .\-])\d(?:[ .\-]?\d){7,8}(?![ .\-]?\d)|(?<!\d)\d{8,9}(?!\d))(?!,\d)(?! ?euro)"
)

# The post has never used the first three pairs of letters; the others are units, and words of people who write in capitals.
_NO_POSTCODE: Final = (
    "SA|SD|SS|KG|MG|ML|KM|CM|MM|GB|MB|AF|AL|BE|DE|EN|ER|HE|IK|IN|IS|JE|ME|NA|NU|OF|OM|OP|TE|TO|UW|WE|ZE|ZO"
)
_POSTCODE: Final = rf"(?<![\w.,])[1-9]\d{{3}}(?! ?(?i:{_NO_POSTCODE}))(?: [A-Z]{{2}}|[A-Za-z]{{2}})(?![\w'’])"
_ENDING: Final = (
    r"(?i:straat|weg|laan|plein|gracht|kade|dijk|singel|dreef|steeg|hof|plantsoen|pad|park|markt|wal|str\.)"
)
_NO_STREET: Final = (
    r"(?i:(?:onder|terug|heen|snel|om|uit|voorrangs)weg|(?:fiets|voet|loop|wandel)pad|(?:school|speel)plein|kerkhof|gerechtshof"
    r"|(?:super|arbeids|rommel|kerst)markt|(?:pret|dieren)park)"
)
_COUNTED: Final = r"keer|maal|x\b|uur|uren|dag|week|weken|maand|jaar|minu|euro|kilo|km|meter|mensen|personen|kinderen"
_STREET: Final = (
    rf"(?<!\w)(?!{_NO_STREET})"
    rf"(?:[A-Z]\w{{0,30}} {_ENDING}|\w{{2,30}}{_ENDING}|[Ll]aan van (?:de |den |het )?[A-Z]\w{{1,30}})"
    rf" {{1,2}}(?:nr\.? |nummer )?[1-9]\d{{0,3}}(?: ?[a-zA-Z](?!\w))?(?!\d)(?! ?(?:{_COUNTED}))"
)
_ADDRESS: Final = re.compile(f"{_POSTCODE}|{_STREET}")


def _plain_digit(sign: str) -> str:
    """Return a digit of any script as one of 0 to 9: who writes in Arabic may type a number in Arabic digits."""
    return str(unicodedata.decimal(sign)) if not sign.isascii() and sign.isdecimal() else sign


def _blank(match: re.Match[str]) -> str:
    return _HIDDEN * len(match[0])


def _without(text: str, spans: Iterable[Span]) -> str:
    pieces, reached = [], 0
    for start, end in spans:
        pieces += [text[reached:start], _HIDDEN * (end - start)]
        reached = end
    return "".join([*pieces, text[reached:]])


def _citizen_numbers(text: str) -> Iterator[Span]:
    for match in _CITIZEN.finditer(text):
        if passes_eleven_test("".join(filter(str.isdecimal, match[0]))):
            yield match.span()


def _spans(pattern: re.Pattern[str]) -> Callable[[str], Iterator[Span]]:
    return lambda text: (match.span() for match in pattern.finditer(text))


# In this order: a telephone number may pass the test of a citizen number, an e-mail address may hold either.
_FINDERS: Final[tuple[tuple[TraceKind, Callable[[str], Iterator[Span]]], ...]] = (
    (TraceKind.EMAIL, _spans(_EMAIL)),
    (TraceKind.PHONE, _spans(_PHONE)),
    (TraceKind.BSN, _citizen_numbers),
    (TraceKind.ADDRESS, _spans(_ADDRESS)),
    (TraceKind.NAME, find_names),
)
