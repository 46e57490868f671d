"""What a letter says and where on the paper it may stand. Millimetres from the upper left corner of the page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final


@dataclass(frozen=True, slots=True)
class Box:
    """A place on the page in millimetres: its upper left corner and its size."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Return the right side."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Return the lower side, counted from the top of the page."""
        return self.top + self.height


# The window of a C5 envelope in which an A4 that is folded once lies: at the left, 20 mm in, 52 mm down. Windows are 40 mm high and
# 100 to 110 mm wide; the letter can slide some millimetres, so what is smaller stays in sight.
WINDOW: Final = Box(20, 52, 90, 36)
# The address keeps so far from the sides of the window.
WINDOW_MARGIN: Final = 2.0
# Of the sheet, when it is folded once.
FOLD: Final = 297 / 2
QR_SIZE: Final = 32.0


@dataclass(frozen=True, slots=True)
class LetterLook:
    """The house that writes. `logo` is a `data:` URI of a PNG or of a plain drawing (SVG), "" without one; `colour` is #rrggbb.

    `sender_lines` stand below the name at the top. `return_address` stands on one line above the address, in the window.
    """

    sender: str
    sender_lines: tuple[str, ...] = ()
    return_address: str = ""
    logo: str = ""
    colour: str = "#1a1a1a"


@dataclass(frozen=True, slots=True)
class ForeignLine:
    """A line in another language than the letter (ISO 639-1)."""

    language: str
    text: str


@dataclass(frozen=True, slots=True)
class LetterWords:
    """What all letters of a batch say, in the order of reading. Line ends within a paragraph stay.

    `how` is the heading of the ways to take part: `scan` the QR code, type the code (behind `by_code`), call (`by_phone`), `until` when.
    """

    day: str
    subject: str
    before: tuple[str, ...]
    how: str
    scan: str
    by_code: str
    by_phone: str
    until: str
    after: tuple[str, ...]
    signature: tuple[str, ...]
    foreign: tuple[ForeignLine, ...]
    privacy: str
    qr_alternative: str = "QR-code met de link naar de vragenlijst"


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter: to whom, with which code (in groups of four), and the link in its QR code."""

    address: tuple[str, ...]
    code: str
    link: str
    words: LetterWords


@dataclass(frozen=True, slots=True)
class LettersIdentity:
    """What the file says about itself. Only the day of making is told."""

    title: str
    subject: str
    made_on: date


@dataclass(frozen=True, slots=True)
class LetterProblem:
    """Why letters cannot be written. `letter`: the number of the letter, from 1; 0 is all of them."""

    letter: int
    place: str
    cause: str
    cure: str
