"""Marks in a story: the words that seem to tell who somebody is, and the text in which something else stands for them.

Marks are suggestions. A person looks at each, adds what was missed, and decides; only then the text is kept. A mark holds a place in the
text and no words, so that what was taken out is kept nowhere but in the story itself.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import pairwise
from typing import Final

from ceo.storage.municipalities import shipped_municipalities
from questionnaires.personal_data import TraceKind, find_traces


class MarkKind(StrEnum):
    """What marked words seem to be."""

    NAME = "name"
    ADDRESS = "address"
    PLACE = "place"
    PHONE = "phone"
    EMAIL = "email"
    BSN = "bsn"
    DATE = "date"
    NUMBER = "number"
    OTHER = "other"  # what a reader found


# What stands in the text instead. Dutch, whatever the language of the story: the readers are.
REPLACED_BY: Final = {
    MarkKind.NAME: "[naam]",
    MarkKind.ADDRESS: "[adres]",
    MarkKind.PLACE: "[plaats]",
    MarkKind.PHONE: "[telefoonnummer]",
    MarkKind.EMAIL: "[e-mailadres]",
    MarkKind.BSN: "[burgerservicenummer]",
    MarkKind.DATE: "[datum]",
    MarkKind.NUMBER: "[getal]",
    MarkKind.OTHER: "[weggelaten]",
}
_TRACES: Final = {
    TraceKind.NAME: MarkKind.NAME,
    TraceKind.ADDRESS: MarkKind.ADDRESS,
    TraceKind.PHONE: MarkKind.PHONE,
    TraceKind.EMAIL: MarkKind.EMAIL,
    TraceKind.BSN: MarkKind.BSN,
}
_MONTHS: Final = "januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december"
_DATE: Final = re.compile(
    r"(?<![\d.,])(?:\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})|\d{4}-\d{2}-\d{2}"
    rf"|(?:\d{{1,2}} (?:{_MONTHS})|(?:{_MONTHS})(?= \d{{4}}))(?: \d{{4}})?)(?!\w)",
    re.IGNORECASE,
)
# Of one figure there are too many ("twee keer", "3 keer"), and it says little.
_NUMBER: Final = re.compile(r"(?<!\w)\d[\d.,]*\d(?!\w)")
# A word with a capital after these is mostly a place, in a story about help.
_SOMEWHERE: Final = re.compile(
    r"(?<!\w)(?:in|uit|naar|te) (?:de |het )?(?P<place>[A-Z]\w{2,30}(?:[- ][A-Z]\w{2,30}){0,2})"
)
_NO_PLACE: Final = frozenset({"Wmo", "Nederland", "Het", "De", "Een"})
# Names of municipalities that are words too, and what people call two of them.
_WORDS: Final = frozenset({"Best"})
_CALLED: Final = ("Den Haag", "Den Bosch")


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """Words from `start` up to `end` in a story."""

    start: int
    end: int
    kind: MarkKind

    @property
    def written(self) -> str:
        """Return the mark as a form sends it.

        >>> Mark(12, 18, MarkKind.NAME).written
        '12-18-name'
        """
        return f"{self.start}-{self.end}-{self.kind.value}"


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a story, and the mark that it stands under, if any."""

    text: str
    mark: Mark | None = None

    @property
    def instead(self) -> str:
        """Return what stands in its place when the mark counts."""
        return REPLACED_BY[self.mark.kind] if self.mark is not None else ""


def suggest_marks(text: str) -> tuple[Mark, ...]:
    """Return what seems to tell who somebody is, in its order and without overlap.

    >>> text = "Mevrouw Jansen uit Zwolle belde 3 keer, op 12 maart."
    >>> [(text[mark.start : mark.end], mark.kind.value) for mark in suggest_marks(text)]
    [('Jansen', 'name'), ('Zwolle', 'place'), ('12 maart', 'date')]
    """
    traces = [Mark(*trace.span, _TRACES[trace.kind]) for trace in find_traces(text)]
    found = list(traces)
    for kind, spans in (
        (MarkKind.DATE, _spans(_DATE, text)),
        (MarkKind.PLACE, _places(text)),
        (MarkKind.NUMBER, _spans(_NUMBER, text)),
    ):
        taken = tuple(found)
        found += [Mark(start, end, kind) for start, end in spans if not _overlaps(taken, start, end)]
    return joined(found)


def find_words(text: str, words: str) -> tuple[Mark, ...]:
    """Return every place where exact words stand, as words of their own, in capitals or not; none when they are not in the text."""
    exact = r"\s+".join(re.escape(part) for part in words.split())
    if not exact:
        return ()
    pattern = re.compile(rf"(?<!\w){exact}(?!\w)", re.IGNORECASE)
    return tuple(Mark(start, end, MarkKind.OTHER) for start, end in _spans(pattern, text))


def read_marks(written: Iterable[str], text: str) -> tuple[Mark, ...]:
    """Return the marks that a form sent; what is no mark in this text is left out."""
    found = (re.fullmatch(r"(\d{1,6})-(\d{1,6})-([a-z]+)", one, re.ASCII) for one in written)
    kinds = {kind.value: kind for kind in MarkKind}
    marks = [Mark(int(one[1]), int(one[2]), kinds[one[3]]) for one in found if one is not None and one[3] in kinds]
    return joined(mark for mark in marks if mark.start < mark.end <= len(text))


def joined(marks: Iterable[Mark]) -> tuple[Mark, ...]:
    """Return marks in their order; those that overlap become one, of the kind of the longest."""
    found: list[Mark] = []
    for mark in sorted(set(marks)):
        if found and mark.start < found[-1].end:
            last = found.pop()
            longest = max(last, mark, key=lambda one: one.end - one.start)
            mark = Mark(last.start, max(last.end, mark.end), longest.kind)  # noqa: PLW2901 - the two became one
        found.append(mark)
    return tuple(found)


def without(text: str, marks: Collection[Mark]) -> str:
    """Return a text with something else for the words that are marked.

    >>> without("Bel mevrouw Jansen.", [Mark(12, 18, MarkKind.NAME)])
    'Bel mevrouw [naam].'
    """
    return "".join(piece.instead or piece.text for piece in pieces_of(text, joined(marks)))


def pieces_of(text: str, marks: Sequence[Mark]) -> tuple[Piece, ...]:
    """Return a text in pieces, marked and not; together they are the text. The marks do not overlap."""
    cuts = sorted({0, len(text), *(mark.start for mark in marks), *(mark.end for mark in marks)})
    by_start = {mark.start: mark for mark in marks}
    return tuple(Piece(text[start:end], by_start.get(start)) for start, end in pairwise(cuts))


def marks_to_json(marks: Iterable[Mark]) -> list[list[int | str]]:
    """Return the stored form: places in the story and kinds, no words."""
    return [[mark.start, mark.end, mark.kind.value] for mark in marks]


def marks_from_json(stored: Iterable[Sequence[int | str]]) -> tuple[Mark, ...]:
    """Return the marks of their stored form; the inverse of `marks_to_json`."""
    return tuple(Mark(int(start), int(end), MarkKind(str(kind))) for start, end, kind in stored)


def _spans(pattern: re.Pattern[str], text: str) -> list[tuple[int, int]]:
    return [match.span() for match in pattern.finditer(text)]


def _overlaps(marks: Iterable[Mark], start: int, end: int) -> bool:
    return any(mark.start < end and start < mark.end for mark in marks)


def _places(text: str) -> Iterator[tuple[int, int]]:
    taken: list[tuple[int, int]] = []
    for match in _municipalities().finditer(text):
        taken.append(match.span())
        yield match.span()
    for match in _SOMEWHERE.finditer(text):
        start, end = match.span("place")
        if match["place"] not in _NO_PLACE and not any(first < end and start < last for first, last in taken):
            yield start, end


@cache
def _municipalities() -> re.Pattern[str]:
    """Return a pattern for the names of all municipalities, the longest first; without the province that tells two apart."""
    named = {row.name.partition(" (")[0] for row in shipped_municipalities()} - _WORDS
    longest_first = sorted({*named, *_CALLED}, key=lambda name: (-len(name), name))
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")
