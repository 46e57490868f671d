"""Parts of a page that know their place in the structure tree: lines of text and drawings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from reportlab.graphics import renderPDF
from reportlab.lib.colors import HexColor
from reportlab.pdfbase.pdfdoc import PDFArray, PDFName
from reportlab.platypus import Flowable

from exports.palette import INK
from exports.pdf.structure import Element, attributes
from exports.typeface import BOLD, REGULAR, printable, wrap_text

FEWEST_LINES = 2  # of a paragraph at the foot or the head of a page


@dataclass(frozen=True, slots=True)
class Look:
    """How text is set; sizes in points."""

    size: float
    bold: bool = False
    colour: str = INK
    before: float = 0
    after: float = 6
    indent: float = 0
    with_next: bool = False

    @property
    def leading(self) -> float:
        """Return the distance between lines."""
        return self.size * 1.4


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph. `bullet` is the element of its bullet, `outline` its level in the list of bookmarks, if any."""

    element: Element
    text: str
    look: Look
    bullet: Element | None = None
    outline: int | None = None
    address: str = ""


class TextBlock(Flowable):  # type: ignore[misc]  # reportlab has no types
    """Lines of plain text in one look. It may break over pages, with two lines at least on either side."""

    def __init__(self, content: Text) -> None:
        super().__init__()
        self.content = content
        self.keepWithNext = content.look.with_next
        self.spaceBefore = content.look.before
        self.spaceAfter = content.look.after

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """Return the size that the text takes."""
        look = self.content.look
        self.width = width
        self.lines = wrap_text(printable(self.content.text), width - look.indent, look.size, bold=look.bold)
        self.height = len(self.lines) * look.leading
        return self.width, self.height

    def split(self, width: float, height: float) -> list[TextBlock]:
        """Return two parts, of which the first fits in the height; nothing when that would leave a lone line."""
        self.wrap(width, height)
        room = min(int(height / self.content.look.leading), len(self.lines) - FEWEST_LINES)
        if room < FEWEST_LINES:
            return []
        first = replace(self.content, text=" ".join(self.lines[:room]))
        rest = replace(self.content, text=" ".join(self.lines[room:]), bullet=None, outline=None)
        return [TextBlock(first), TextBlock(rest)]

    def draw(self) -> None:
        """Draw the bullet and the lines, each as content of its element."""
        content, look = self.content, self.content.look
        top = self.height - look.size * 1.1
        if content.outline is not None:
            self._bookmark(content.outline)
        if content.bullet is not None:
            with self.canv.tagged(content.bullet):
                self._lines(["•"], look.indent / 3, top)
        with self.canv.tagged(content.element):
            self._lines(self.lines, look.indent, top)
        if content.address:
            self.canv.link(content.element, content.address, (look.indent, 0, self.width, self.height))

    def _bookmark(self, level: int) -> None:
        key = f"heading-{next(self.canv.bookmark_numbers)}"
        self.canv.bookmarkHorizontal(key, 0, self.height)
        self.canv.addOutlineEntry(printable(self.content.text), key, level)

    def _lines(self, lines: list[str], x: float, y: float) -> None:
        look = self.content.look
        text = self.canv.beginText(x, y)
        text.setFont(BOLD if look.bold else REGULAR, look.size, look.leading)
        text.setFillColor(HexColor(look.colour))
        for line in lines:
            # The space at the end keeps the last word of a line apart from the first of the next when read aloud.
            text.textLine(f"{line} ")
        self.canv.drawText(text)


class FigureBlock(Flowable):  # type: ignore[misc]  # reportlab has no types
    """A drawing with its text alternative; it never breaks."""

    def __init__(self, element: Element, drawing: Any) -> None:
        super().__init__()
        self.element = element
        self.drawing = drawing
        self.width, self.height = drawing.width, drawing.height
        self.spaceAfter = 8

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        """Return the size of the drawing."""
        return self.width, self.height

    def draw(self) -> None:
        """Draw, and say where: a Figure has the box that it fills on its page."""
        left, bottom = self.canv.absolutePosition(0, 0)
        box = PDFArray([left, bottom, left + self.width, bottom + self.height])
        self.element.entries["A"] = attributes("Layout", {"BBox": box, "Placement": PDFName("Block")})
        with self.canv.tagged(self.element):
            renderPDF.draw(self.drawing, self.canv, 0, 0)
