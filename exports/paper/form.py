"""A printed form as values: where everything stands on its pages, and what could not be put on paper.

All places and sizes are in millimetres, from the top left corner of an A4 page; sizes of letters are in points.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal, TypeAlias

from exports.pdf.lettering import Run

# Raised when the same questionnaire comes to stand elsewhere on the page, or the file of coordinates changes its form.
LAYOUT: Final = 1

PAGE_WIDTH: Final = 210.0
PAGE_HEIGHT: Final = 297.0
SQUARE: Final = 8.0  # the black squares in the corners
INSET: Final = 10.0  # from the edges of the page to the squares
LEFT: Final = 20.0
RIGHT: Final = 190.0
TOP: Final = 31.0
BOTTOM: Final = 275.0
BOX: Final = 4.5  # a box for a cross or one sign
PITCH: Final = 6.2  # from one box to the next
PAGE_CODE: Final = (166.0, 10.0, 17.0)  # the square code of each page: place and size
BARS: Final = (25.0, 279.0, 80.0, 8.0)  # the room for the bars of each page
CODE_SIGNS: Final = 12
CODE_GROUP: Final = 4

# choice: to be crossed; digit and sign: one sign is written in it; text: a frame to write in; consent: a use of a story to be crossed.
BoxKind: TypeAlias = Literal["choice", "digit", "text", "consent", "sign"]


@dataclass(frozen=True, slots=True, eq=False)
class Tag:
    """A part of the document as it is read aloud: its role in PDF, and what is said in place of what is drawn."""

    role: str
    parent: Tag | None = None
    alternative: str = ""  # of a drawing
    actual: str = ""  # of text that is drawn in other signs

    def child(self, role: str, *, alternative: str = "", actual: str = "") -> Tag:
        """Return a new part within this one."""
        return Tag(role, self, alternative, actual)


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text: where it begins, and the line on which its letters stand."""

    tag: Tag
    x: float
    y: float
    runs: tuple[Run, ...]
    size: float


@dataclass(frozen=True, slots=True)
class Box:
    """A box to be filled in. `code`: what a cross in it means, or which part of the answer is written there.

    `place` counts the boxes of one part from 1. `item` is "" for the boxes of the code.
    """

    tag: Tag
    item: str
    kind: BoxKind
    code: str
    x: float
    y: float
    width: float = BOX
    height: float = BOX
    place: int = 1


@dataclass(frozen=True, slots=True)
class Stroke:
    """A straight line that means nothing when read aloud; `weight` in millimetres."""

    x: float
    y: float
    to_x: float
    to_y: float
    weight: float = 0.15


@dataclass(frozen=True, slots=True)
class Shape:
    """A drawing of boxes that nobody fills in, or a small arrow: the examples, and the way to another question."""

    tag: Tag | None
    x: float
    y: float
    kind: Literal["crossed", "corrected", "arrow"]


@dataclass(frozen=True, slots=True)
class LinkCode:
    """The place of the square code that leads to the questionnaire on the web: each copy has its own."""

    tag: Tag
    x: float
    y: float
    size: float


Mark: TypeAlias = Words | Box | Stroke | Shape | LinkCode


@dataclass(frozen=True, slots=True)
class PaperPage:
    """What stands on a page, in the order of reading."""

    marks: tuple[Mark, ...]

    @property
    def boxes(self) -> Iterator[Box]:
        """Yield the boxes to be filled in."""
        return (mark for mark in self.marks if isinstance(mark, Box))


@dataclass(frozen=True, slots=True)
class PaperProblem:
    """What cannot stand on paper: where, why, and what helps. Forms with problems are not printed."""

    place: str
    cause: str
    cure: str


@dataclass(frozen=True, slots=True)
class PaperContext:
    """What a form says beside its questions.

    `address`: where people can bring it, "" without one; `website`: where a code is typed, without https:// in front.
    """

    municipality: str
    anonymous: bool
    closes_on: date
    phone: str
    website: str
    made_on: date
    address: str = ""


@dataclass(frozen=True, slots=True)
class Copy:
    """One printed copy. Without a `code` its boxes stay empty, to be written in. `note` stands at the foot of every page."""

    code: str = ""
    link: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class PaperForm:
    """A form, ready to be drawn. `version` names its layout: forms with the same one have the same boxes in the same places."""

    questionnaire: str
    content_hash: str
    title: str
    language: str
    register: str
    context: PaperContext
    pages: tuple[PaperPage, ...] = ()
    problems: tuple[PaperProblem, ...] = ()
    version: str = ""
    page_label: str = ""  # with gaps for the number of a page and of all pages


def corner_squares() -> Sequence[tuple[float, float]]:
    """Return the top left corners of the four squares, row by row."""
    rights, bottoms = PAGE_WIDTH - INSET - SQUARE, PAGE_HEIGHT - INSET - SQUARE
    return [(x, y) for y in (INSET, bottoms) for x in (INSET, rights)]


def page_code(form: PaperForm, copy: Copy, number: int) -> str:
    """Return what the square code of a page says: the code of the copy, the page, and the version of the layout.

    Whoever types or scans it where a code is asked for is understood: what comes behind the code is left alone there.
    """
    return f"{plain_code(copy)}/{number}/{form.version}"


def bar_code(copy: Copy, number: int) -> str:
    """Return what the bars of a page say: the code of the copy, and the page."""
    return f"{plain_code(copy)}/{number}"


def plain_code(copy: Copy) -> str:
    """Return the signs of the code of a copy.

    >>> plain_code(Copy("BCDF-GHJK-3467"))
    'BCDFGHJK3467'
    """
    return copy.code.replace("-", "").replace(" ", "")


def box_row(box: Box) -> dict[str, Any]:
    """Return a box as the file of coordinates holds it: from the top left corner of the top left square."""
    return {
        "item": box.item,
        "kind": box.kind,
        "code": box.code,
        "place": box.place,
        **placed(box.x, box.y, box.width, box.height),
    }


def placed(x: float, y: float, width: float, height: float) -> dict[str, float]:
    """Return a place and a size, from the top left corner of the top left square, to a hundredth of a millimetre."""
    return {
        "x": round(x - INSET, 2),
        "y": round(y - INSET, 2),
        "width": round(width, 2),
        "height": round(height, 2),
    }
