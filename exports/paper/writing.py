"""A printed form as tagged PDF, one file for any number of copies: built for and machine-checked against PDF/UA-1."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from typing import Any, Final

from reportlab.lib.colors import black
from reportlab.pdfbase.pdfdoc import PDFArray, PDFName

from exports.paper.codes import Bar, bars, square_code
from exports.paper.form import (
    BARS,
    BOX,
    LEFT,
    PAGE_CODE,
    PAGE_HEIGHT,
    PITCH,
    RIGHT,
    SQUARE,
    Box,
    Copy,
    LinkCode,
    Mark,
    PaperForm,
    PaperPage,
    Shape,
    Stroke,
    Tag,
    Words,
    bar_code,
    corner_squares,
    page_code,
    plain_code,
)
from exports.pdf.metadata import Identity
from exports.pdf.structure import Element, attributes, text_entry
from exports.pdf.tagging import TaggedCanvas, open_canvas
from exports.typeface import BOLD, FONT_FILES, REGULAR, face, printable, wrap_text

_MM: Final = 72 / 25.4
_THIN: Final = 0.3  # the lines of boxes, in millimetres
_FOOT: Final = 11.0  # size of what repeats on pages
_BAR_UNIT: Final = 0.38
_SIGN: Final = 12.0


def write_paper_form(form: PaperForm, copies: Sequence[Copy]) -> bytes:
    """Return one PDF with all copies behind each other; the same copies give the same bytes.

    A form with problems is drawn as far as it goes: whether it may go out is for who asks for it.
    """
    assert form.pages, "a form without pages cannot be drawn"
    assert copies, "at least one copy is drawn"
    for font in FONT_FILES:
        face(font)
    output, root = BytesIO(), Element("Document")
    sender = f"Gemeente {form.context.municipality}"
    identity = Identity(printable(form.title), sender, sender, form.language, form.context.made_on)
    canvas = open_canvas(output, root, identity)
    for copy in copies:
        _Printer(form, copy, canvas, {_root_of(form): root.child("Sect")}).draw()
    canvas.save()
    return output.getvalue()


def _root_of(form: PaperForm) -> Tag:
    """Return the part that holds all others."""
    tag = next(tag for page in form.pages for mark in page.marks if (tag := _tag_of(mark)) is not None)
    while tag.parent is not None:
        tag = tag.parent
    return tag


def _tag_of(mark: Mark) -> Tag | None:
    return None if isinstance(mark, Stroke) else mark.tag


class _Printer:
    """Draws one copy. `elements`: the parts of the structure tree that stand for those of the form, for this copy."""

    def __init__(self, form: PaperForm, copy: Copy, canvas: TaggedCanvas, elements: dict[Any, Element]) -> None:
        self.form = form
        self.copy = copy
        self.canvas = canvas
        self.elements = elements

    def draw(self) -> None:
        """Draw all pages."""
        for number, page in enumerate(self.form.pages, start=1):
            boxes = _extents(page)
            self._draw_frame(number)
            for mark in page.marks:
                self._draw_mark(mark, boxes)
            self.canvas.showPage()

    def _draw_mark(self, mark: Mark, boxes: Mapping[Tag, tuple[float, float, float, float]]) -> None:
        tag = _tag_of(mark)
        if tag is None:
            with self.canvas.artifact():
                self._draw(mark)
            return
        with self.canvas.tagged(self._element(tag, boxes)):
            self._draw(mark)

    def _draw(self, mark: Mark) -> None:
        match mark:
            case Words():
                self._text(mark)
            case Box():
                self._box(mark)
            case Stroke():
                self.canvas.setLineWidth(mark.weight * _MM)
                self.canvas.line(mark.x * _MM, _up(mark.y), mark.to_x * _MM, _up(mark.to_y))
            case Shape():
                self._shape(mark)
            case LinkCode():
                self._rectangles(
                    square_code(self.copy.link or f"https://{self.form.context.website}", mark.size), mark.x, mark.y
                )

    def _element(self, tag: Tag, boxes: Mapping[Tag, tuple[float, float, float, float]]) -> Element:
        found = self.elements.get(tag)
        if found is None:
            assert tag.parent is not None, "the part that holds all others is there from the beginning"
            found = self.elements[tag] = self._element(tag.parent, boxes).child(tag.role, **self._entries(tag, boxes))
        return found

    def _entries(self, tag: Tag, boxes: Mapping[Tag, tuple[float, float, float, float]]) -> dict[str, Any]:
        entries: dict[str, Any] = {}
        if tag.alternative:
            entries["Alt"] = text_entry(tag.alternative)
        if tag.actual:
            entries["ActualText"] = text_entry(tag.actual)
        if tag.role == "Figure":
            left, top, right, bottom = boxes[tag]
            box = PDFArray([left * _MM, _up(bottom), right * _MM, _up(top)])
            entries["A"] = attributes("Layout", {"BBox": box, "Placement": PDFName("Block")})
        return entries

    def _text(self, words: Words) -> None:
        text: Any = self.canvas.beginText(words.x * _MM, _up(words.y))
        for run in words.runs:
            text.setFont(run.font, words.size)
            text.textOut(run.text)
        # The space at the end keeps the last word of a line apart from the first of the next when read aloud.
        text.textOut(" ")
        self.canvas.drawText(text)

    def _box(self, box: Box) -> None:
        self.canvas.setLineWidth(_THIN * _MM)
        self.canvas.rect(box.x * _MM, _up(box.y + box.height), box.width * _MM, box.height * _MM)
        signs = plain_code(self.copy)
        if box.kind == "sign" and box.place <= len(signs):
            self.canvas.setFont(BOLD, _SIGN)
            middle = (box.x + box.width / 2) * _MM
            self.canvas.drawCentredString(middle, _up(box.y + box.height - 0.85), signs[box.place - 1])

    def _shape(self, shape: Shape) -> None:
        if shape.kind == "arrow":
            self._arrow(shape.x, shape.y)
            return
        self.canvas.setLineWidth(_THIN * _MM)
        if shape.kind == "corrected":
            self._rectangles([Bar(0, 0, BOX, BOX)], shape.x, shape.y)
        self._crossed(shape.x + (PITCH if shape.kind == "corrected" else 0), shape.y)

    def _crossed(self, x: float, y: float) -> None:
        self.canvas.rect(x * _MM, _up(y + BOX), BOX * _MM, BOX * _MM)
        self.canvas.setLineWidth(0.5 * _MM)
        near, far = 0.7, BOX - 0.7
        self.canvas.line((x + near) * _MM, _up(y + near), (x + far) * _MM, _up(y + far))
        self.canvas.line((x + near) * _MM, _up(y + far), (x + far) * _MM, _up(y + near))

    def _arrow(self, x: float, y: float) -> None:
        path = self.canvas.beginPath()
        for step, (right, down) in enumerate(((0, 0.2), (3, 1.9), (0, 3.6))):
            (path.lineTo if step else path.moveTo)((x + right) * _MM, _up(y + down))
        path.close()
        self.canvas.drawPath(path, stroke=0, fill=1)

    def _rectangles(self, rectangles: Iterable[Bar], x: float, y: float) -> None:
        """Draw black rectangles as one path."""
        path = self.canvas.beginPath()
        for bar in rectangles:
            path.rect((x + bar.x) * _MM, _up(y + bar.y + bar.height), bar.width * _MM, bar.height * _MM)
        self.canvas.drawPath(path, stroke=0, fill=1)

    def _draw_frame(self, number: int) -> None:
        """Draw what repeats: the corners, both codes, the title and the number of the page."""
        with self.canvas.artifact("Pagination"):
            self.canvas.setFillColor(black)
            self._rectangles([Bar(x, y, SQUARE, SQUARE) for x, y in corner_squares()], 0, 0)
            self._rectangles(square_code(page_code(self.form, self.copy, number), PAGE_CODE[2]), *PAGE_CODE[:2])
            self._rectangles(bars(bar_code(self.copy, number), _BAR_UNIT, BARS[3]), *BARS[:2])
            self.canvas.setFont(REGULAR, _FOOT)
            title = wrap_text(printable(self.form.title), (PAGE_CODE[0] - LEFT - 6) * _MM, _FOOT)[0]
            self.canvas.drawString((LEFT + 4) * _MM, _up(15), f"Gemeente {self.form.context.municipality}")
            self.canvas.drawString((LEFT + 4) * _MM, _up(20.5), title)
            self.canvas.drawString((BARS[0] + BARS[2]) * _MM, _up(286), self.copy.code)
            label = self.form.page_label.format(number=number, total=len(self.form.pages))
            self.canvas.drawRightString((RIGHT - 4) * _MM, _up(286), label)
            if self.copy.note:
                self.canvas.setFont(BOLD, _FOOT)
                self.canvas.drawRightString((RIGHT - 4) * _MM, _up(281), self.copy.note)


def _extents(page: PaperPage) -> dict[Tag, tuple[float, float, float, float]]:
    """Return for each part that is a drawing the left, top, right and bottom of what is drawn for it on a page."""
    found: dict[Tag, tuple[float, float, float, float]] = {}
    for mark in page.marks:
        tag, box = _tag_of(mark), _extent(mark)
        if tag is not None and box is not None:
            known = found.get(tag, box)
            found[tag] = (min(known[0], box[0]), min(known[1], box[1]), max(known[2], box[2]), max(known[3], box[3]))
    return found


def _extent(mark: Mark) -> tuple[float, float, float, float] | None:
    match mark:
        case Box():
            return mark.x, mark.y, mark.x + mark.width, mark.y + mark.height
        case LinkCode():
            return mark.x, mark.y, mark.x + mark.size, mark.y + mark.size
        case Shape():
            return mark.x, mark.y, mark.x + PITCH + BOX, mark.y + BOX
        case _:
            return None


def _up(y: float) -> float:
    """Return how far a height stands from the bottom of the page, in points."""
    return (PAGE_HEIGHT - y) * _MM
