"""Passages: text in any script and direction that knows its place in the structure tree."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from reportlab.lib.colors import HexColor
from reportlab.platypus import Flowable

from exports.pdf.flowables import FEWEST_LINES, Look
from exports.pdf.lettering import Direction, Line, can_print, direction_of_text, set_lines
from exports.pdf.structure import Element, text_entry

# Of the size of the letters: Arabic ones reach higher and lower.
_LEADING: Final = 1.6


@dataclass(frozen=True, slots=True)
class Passage:
    """A text in a document that runs in a `direction`. `outline` is its level in the list of bookmarks, if any."""

    element: Element
    text: str
    look: Look
    direction: Direction
    outline: int | None = None


def passage_element(parent: Element, role: str, text: str, language: str) -> Element:
    """Return a new element for a text in a language.

    What is drawn are shapes of letters in the order of drawing; where that is not the text itself, the element also holds the text.
    """
    entries = {"Lang": text_entry(language)}
    if direction_of_text(text) == "rtl" or not can_print(text):
        entries["ActualText"] = text_entry(text)
    return parent.child(role, **entries)


class PassageBlock(Flowable):  # type: ignore[misc]  # reportlab has no types
    """The lines of a passage. It may break over pages, with two lines at least on either side."""

    def __init__(self, passage: Passage, lines: tuple[Line, ...] = ()) -> None:
        super().__init__()
        self.passage = passage
        self.lines = lines
        self.leading = passage.look.size * _LEADING
        self.keepWithNext = passage.look.with_next
        self.spaceBefore = passage.look.before
        self.spaceAfter = passage.look.after

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """Return the size that the text takes; lines that were set before stay as they are."""
        passage, look = self.passage, self.passage.look
        self.width = width
        self.lines = self.lines or set_lines(
            passage.text, width, look.size, bold=look.bold, direction=passage.direction
        )
        self.height = len(self.lines) * self.leading
        return self.width, self.height

    def split(self, width: float, height: float) -> list[PassageBlock]:
        """Return two parts, of which the first fits in the height; nothing when that would leave a lone line."""
        self.wrap(width, height)
        room = min(int(height / self.leading), len(self.lines) - FEWEST_LINES)
        if room < FEWEST_LINES:
            return []
        rest = replace(self.passage, outline=None)
        return [PassageBlock(self.passage, self.lines[:room]), PassageBlock(rest, self.lines[room:])]

    def draw(self) -> None:
        """Draw the lines as content of their element."""
        passage = self.passage
        if passage.outline is not None:
            key = f"heading-{next(self.canv.bookmark_numbers)}"
            self.canv.bookmarkHorizontal(key, 0, self.height)
            self.canv.addOutlineEntry(passage.text, key, passage.outline)
        with self.canv.tagged(passage.element):
            for number, line in enumerate(self.lines, 1):
                self._draw(line, self.height - number * self.leading + passage.look.size * 0.4)

    def _draw(self, line: Line, base: float) -> None:
        look = self.passage.look
        text: Any = self.canv.beginText(line.left, base)
        text.setFillColor(HexColor(look.colour))
        for run in line.runs:
            text.setFont(run.font, look.size)
            text.textOut(run.text)
        # The space at the end keeps the last word of a line apart from the first of the next when read aloud.
        text.textOut(" ")
        self.canv.drawText(text)
