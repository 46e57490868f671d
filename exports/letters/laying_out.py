"""Where everything of a letter stands. Points from the upper left corner of an A4, unless millimetres are said.

What all letters of a batch say is placed once. Text never gets smaller than 10 points, and never is cut: what does not fit is a problem.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import zip_longest
from typing import Final

from exports.letters.letter import QR_SIZE, WINDOW, WINDOW_MARGIN, ForeignLine, LetterLook, LetterProblem, LetterWords
from exports.palette import INK, MUTED
from exports.pdf.lettering import Line, can_print, set_lines

MM: Final = 72 / 25.4
# In millimetres: the side margins of the text, where it may begin below the window, and where it must end.
_LEFT: Final = 20.0
_WIDTH: Final = 170.0
_BELOW_WINDOW: Final = 93.0
_END: Final = 287.0
_DAY_TOP: Final = 80.0  # at the right of the window
_HEAD_TOP: Final = 12.0
LOGO_LEFT, LOGO_TOP, LOGO_WIDTH, LOGO_HEIGHT = 20.0, 12.0, 80.0, 24.0
_SENDER_LEFT: Final = 122.0
_BETWEEN: Final = 6.0  # of two columns
_INSIDE: Final = 4.0  # of the frame around the ways to take part; the quiet zone of the QR code too

_SIZES: Final = (11.0, 10.5, 10.0)
_LEADING: Final = 1.29
_ADDRESS_SIZES: Final = (11.0, 10.0, 9.0, 8.0)
_ADDRESS_LEADING: Final = 1.25
_RETURN_SIZE: Final = 6.5
CODE_SIZE: Final = 16.0


@dataclass(frozen=True, slots=True)
class Placed:
    """Lines of one element of the structure, with the upper left corner of its first line. `language` is "" for that of the letter."""

    role: str
    text: str
    lines: tuple[Line, ...]
    left: float
    top: float
    size: float
    leading: float
    bold: bool = False
    colour: str = INK
    language: str = ""

    @property
    def height(self) -> float:
        """Return the height of all lines."""
        return len(self.lines) * self.leading


class Own(StrEnum):
    """What differs from letter to letter."""

    ADDRESS = "address"
    QR = "qr"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Slot:
    """Where something stands that differs from letter to letter."""

    own: Own
    left: float
    top: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """The places of a batch, in the order of reading. `frame` is left, top, width and height; `rule` the height of a line."""

    parts: tuple[Placed | Slot, ...]
    frame: tuple[float, float, float, float]
    rule: float


def lay_out(words: LetterWords, look: LetterLook) -> Sheet | tuple[LetterProblem, ...]:
    """Return where everything stands, in the largest letters that fit on one page; or why it cannot."""
    head = _head(look)
    problems = _unprintable(words, look)
    if head and head[-1].top + head[-1].height > WINDOW.top * MM:
        cure = "Maak de naam of het adres in de huisstijl korter."
        problems.append(LetterProblem(0, "afzender", "De afzender loopt tot in het venster.", cure))
    over = 0
    for size in _SIZES:
        page = _Page(size)
        page.write(words, look)
        over = page.lines_over
        if over <= 0:
            break
    if over > 0:
        cause = f"De tekst past niet op één bladzijde: er zijn ongeveer {over} regels te veel."
        problems.append(LetterProblem(0, "tekst", cause, "Maak een of meer stukken tekst korter."))
    if problems:
        return tuple(problems)
    return Sheet((*head, Slot(Own.ADDRESS, 0, 0), *page.parts), page.frame, page.rule)


def place_address(address: Iterable[str], look: LetterLook) -> tuple[Placed, ...] | None:
    """Return the return address and the address within the window; None when it does not fit, or has signs that no letter here has."""
    lines = [line for line in address if line.strip()]
    if not lines or not all(can_print(line) for line in lines):
        return None
    left, width = (WINDOW.left + WINDOW_MARGIN) * MM, (WINDOW.width - 2 * WINDOW_MARGIN) * MM
    top, bottom = (WINDOW.top + WINDOW_MARGIN) * MM, (WINDOW.bottom - WINDOW_MARGIN) * MM
    back = place_return(look)
    top += back.height + 3 if back is not None else 0
    for size in _ADDRESS_SIZES:
        leading = size * _ADDRESS_LEADING
        set_in = tuple(one for line in lines for one in set_lines(line, width, size, bold=False, direction="ltr"))
        placed = Placed("P", "\n".join(lines), set_in, left, top, size, leading)
        if top + placed.height <= bottom:
            return (back, placed) if back is not None else (placed,)
    return None


def place_return(look: LetterLook) -> Placed | None:
    """Return the line above the address, for who has to bring the letter back; None when the house has no address."""
    if not look.return_address:
        return None
    left, width = (WINDOW.left + WINDOW_MARGIN) * MM, (WINDOW.width - 2 * WINDOW_MARGIN) * MM
    text = f"Retour: {look.return_address}"
    lines = set_lines(text, width, _RETURN_SIZE, bold=False, direction="ltr")[:2]
    return Placed("P", text, lines, left, (WINDOW.top + WINDOW_MARGIN) * MM, _RETURN_SIZE, 8, colour=MUTED)


def _head(look: LetterLook) -> list[Placed]:
    left, width, top = _SENDER_LEFT * MM, (_LEFT + _WIDTH - _SENDER_LEFT) * MM, _HEAD_TOP * MM
    parts = [_place("P", look.sender, (left, top, width), 11, bold=True)]
    for line in look.sender_lines:
        parts.append(_place("P", line, (left, parts[-1].top + parts[-1].height, width), 9, colour=MUTED))
    return parts


@dataclass(slots=True)
class _Page:
    """The text below the window, from top to bottom, in letters of one size."""

    size: float
    parts: list[Placed | Slot] = field(default_factory=list)
    frame: tuple[float, float, float, float] = (0, 0, 0, 0)
    rule: float = 0
    _y: float = _BELOW_WINDOW * MM

    def write(self, words: LetterWords, look: LetterLook) -> None:
        """Place everything; `lines_over` tells afterwards whether it fitted."""
        right = (_SENDER_LEFT * MM, _DAY_TOP * MM, (_LEFT + _WIDTH - _SENDER_LEFT) * MM)
        self.parts.append(_place("P", words.day, right, self.size))
        self._text("H1", words.subject, size=self.size + 2, bold=True, after=0.4, colour=look.colour)
        for text in words.before:
            self._text("P", text)
        self._ways(words, look)
        for text in words.after:
            self._text("P", text)
        self._sign(words)
        self._foot(words)

    @property
    def lines_over(self) -> int:
        """Return how many lines stand below the end of the page; 0 or less when all fits."""
        over = self._y - _END * MM
        return 0 if over <= 0 else int(over / (self.size * _LEADING)) + 1

    def _text(
        self, role: str, text: str, *, size: float = 0, after: float = 0.45, bold: bool = False, colour: str = INK
    ) -> None:
        self._put(
            _place(role, text, (_LEFT * MM, self._y, _WIDTH * MM), size or self.size, bold=bold, colour=colour), after
        )

    def _put(self, placed: Placed, after: float) -> None:
        self.parts.append(placed)
        self._y = placed.top + placed.height + after * self.size

    def _ways(self, words: LetterWords, look: LetterLook) -> None:
        """Place the ways to take part within their frame: words at the left, the QR code at the right."""
        top = self._y + 0.2 * self.size
        left, room = (_LEFT + _INSIDE) * MM, (_WIDTH - 4 * _INSIDE - QR_SIZE) * MM
        self._y = top + _INSIDE * MM - 2
        self._put(_place("H2", words.how, (left, self._y, room), self.size + 1, bold=True, colour=look.colour), 0.3)
        self._put(_place("P", words.scan, (left, self._y, room), self.size), 0.4)
        self.parts.append(Slot(Own.QR, (_LEFT + _WIDTH - _INSIDE - QR_SIZE) * MM, top + _INSIDE * MM))
        self._put(_place("P", words.by_code, (left, self._y, room), self.size), 0.1)
        self.parts.append(Slot(Own.CODE, left, self._y))
        self._y += CODE_SIZE * _LEADING + 0.35 * self.size
        self._put(_place("P", words.by_phone, (left, self._y, room), self.size), 0.4)
        self._put(_place("P", words.until, (left, self._y, room), self.size), 0)
        bottom = max(self._y + _INSIDE * MM - 2, top + (QR_SIZE + 2 * _INSIDE) * MM)
        self.frame = (_LEFT * MM, top, _WIDTH * MM, bottom - top)
        self._y = bottom + 0.75 * self.size

    def _sign(self, words: LetterWords) -> None:
        for text in words.signature:
            self._text("P", text, after=0)
        self._y += 0.6 * self.size

    def _foot(self, words: LetterWords) -> None:
        self.rule = self._y
        self._y += 0.4 * self.size
        size = self.size - 1.5
        for pair in zip_longest(words.foreign[::2], words.foreign[1::2]):
            row = [self._foreign(line, column, size) for column, line in enumerate(pair) if line is not None]
            self.parts += row
            self._y += max(placed.height for placed in row) + 0.1 * self.size
        self._put(_place("P", words.privacy, (_LEFT * MM, self._y, _WIDTH * MM), size), 0)

    def _foreign(self, line: ForeignLine, column: int, size: float) -> Placed:
        """Place a line in one of two columns."""
        width = (_WIDTH - _BETWEEN) / 2
        box = ((_LEFT + column * (width + _BETWEEN)) * MM, self._y, width * MM)
        return _place("P", line.text, box, size, language=line.language)


def _place(
    role: str,
    text: str,
    box: tuple[float, float, float],
    size: float,
    *,
    bold: bool = False,
    colour: str = INK,
    language: str = "",
) -> Placed:
    """Return a text within a box of left, top and width."""
    left, top, width = box
    lines = set_lines(text, width, size, bold=bold, direction="ltr")
    return Placed(role, text, lines, left, top, size, size * _LEADING, bold, colour, language)


def _unprintable(words: LetterWords, look: LetterLook) -> list[LetterProblem]:
    """Return a problem for each text with signs that no letter here has: a mark in their place would puzzle people."""
    cure = "Haal tekens weg die geen letter, cijfer of leesteken zijn, zoals plaatjes."
    own = (words.subject, *words.before, *words.after, *words.signature, words.by_phone)
    house = (look.sender, *look.sender_lines, look.return_address)
    return [
        LetterProblem(0, place, f"Dit kan niet worden gedrukt: {text}", cure)
        for place, texts in (("tekst", own), ("afzender", house))
        for text in texts
        if not can_print(text)
    ]
