"""Lines of text in Latin, Cyrillic and Arabic letters: where they break, and in which order their signs stand from left to right.

A PDF holds letters in the order in which they stand on paper. Arabic letters change shape with their neighbours, and lines run from
right to left while numbers and Latin words in them do not. So a text is shaped first, then broken into lines, and then each line is
put in the order of drawing (Unicode Standard Annex 9).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any, Final, Literal, TypeAlias

from exports.typeface import ARABIC_BOLD, ARABIC_REGULAR, BOLD, LOOKALIKES, REGULAR, UNKNOWN, face

Direction: TypeAlias = Literal["ltr", "rtl"]

_UNKNOWN_SIGNS: Final = re.compile(f"{UNKNOWN}+")
# Classes of signs that say in which direction a text runs; all other signs go along.
_FROM_LEFT: Final = frozenset({"L"})
_FROM_RIGHT: Final = frozenset({"R", "AL"})


@dataclass(frozen=True, slots=True)
class Run:
    """Signs of one font, in the order in which they are drawn."""

    font: str
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it is drawn, from left to right: where it begins, in the unit of the size of its letters, and what stands in it."""

    left: float
    runs: tuple[Run, ...]


def set_lines(text: str, width: float, size: float, *, bold: bool, direction: Direction) -> tuple[Line, ...]:
    """Return the lines of a text within `width`; a line end in the text stays one.

    `direction` is that of the document. The words of a text run as its own letters do. A lone line stands at the margin where the
    document's lines begin, several lines where their own letters begin.
    """
    own = direction_of_text(text) or direction
    shaped = _shape(text)
    broken = [line for paragraph in shaped.split("\n") for line in _break(paragraph, width, size, bold=bold)]
    drawn = [_order(line, own) for line in broken]
    from_right = (own if len(drawn) > 1 else direction) == "rtl"
    lefts = [width - _width(line, size, bold=bold) if from_right else 0.0 for line in drawn]
    return tuple(Line(left, _runs(line, bold=bold)) for left, line in zip(lefts, drawn, strict=True))


def direction_of_text(text: str) -> Direction | None:
    """Return the direction in which a text runs by its first letter; None when it has no letter.

    >>> direction_of_text("Dank u"), direction_of_text("12 شكرا"), direction_of_text("12")
    ('ltr', 'rtl', None)
    """
    for sign in text:
        kind = unicodedata.bidirectional(sign)
        if kind in _FROM_LEFT | _FROM_RIGHT:
            return "ltr" if kind in _FROM_LEFT else "rtl"
    return None


def can_print(text: str) -> bool:
    """Tell whether every sign of a text can be drawn as it is.

    >>> can_print("Dank u"), can_print("Дякую, شكرا"), can_print("Dank u 😀")
    (True, True, False)
    """
    return _printable(text) == text


def _shape(text: str) -> str:
    """Return the text in signs that can be drawn, the letters of Arabic words in the shapes that join them."""
    if any(_is_arabic(sign) for sign in text):
        from arabic_reshaper import reshape

        text = reshape(text)
    return _printable(text)


def _printable(text: str) -> str:
    """Return the text without signs that are never seen, and with one mark in place of signs that no font here has."""
    seen = (sign for sign in text.translate(LOOKALIKES) if not _is_unseen(sign))
    known = "".join(sign if sign == "\n" or _has(REGULAR, sign) or _is_arabic(sign) else UNKNOWN for sign in seen)
    return _UNKNOWN_SIGNS.sub(UNKNOWN, known)


def _is_unseen(sign: str) -> bool:
    """Tell whether a sign only steers its neighbours: joiners and marks of direction, and variants of pictures."""
    return unicodedata.category(sign) == "Cf" or "\ufe00" <= sign <= "\ufe0f"


def _break(paragraph: str, width: float, size: float, *, bold: bool) -> Iterator[str]:
    line = ""
    for word in paragraph.split():
        longer = f"{line} {word}" if line else word
        if line and _width(longer, size, bold=bold) > width:
            yield line
            longer = word
        while _width(longer, size, bold=bold) > width:
            fits = _fitting(longer, width, size, bold=bold)
            yield longer[:fits]
            longer = longer[fits:]
        line = longer
    yield line


def _fitting(word: str, width: float, size: float, *, bold: bool) -> int:
    """Return how many signs of a word fit in a line, at least one."""
    total = 0.0
    for number, sign in enumerate(word):
        total += _width(sign, size, bold=bold)
        if total > width:
            return max(number, 1)
    return len(word)


def _order(line: str, direction: Direction) -> str:
    """Return the signs of a line in the order in which they are drawn."""
    if direction == "ltr" and not any(_is_arabic(sign) for sign in line):
        return line
    # The library's faster function does not mirror brackets.
    from bidi.algorithm import get_display

    return str(get_display(line, base_dir="R" if direction == "rtl" else "L"))


def _width(text: str, size: float, *, bold: bool) -> float:
    return float(sum(face(run.font).stringWidth(run.text, size) for run in _runs(text, bold=bold)))


def _runs(text: str, *, bold: bool) -> tuple[Run, ...]:
    fonts = (ARABIC_BOLD, BOLD) if bold else (ARABIC_REGULAR, REGULAR)
    parts = groupby(text, key=lambda sign: fonts[0] if _is_arabic(sign) else fonts[1])
    return tuple(Run(font, "".join(signs)) for font, signs in parts)


@cache
def _signs(font: str) -> Any:
    return face(font).face.charToGlyph


def _has(font: str, sign: str) -> bool:
    return ord(sign) in _signs(font)


def _is_arabic(sign: str) -> bool:
    return _has(ARABIC_REGULAR, sign) and not _has(REGULAR, sign)
