"""A copy of one's own answers as tagged PDF: a heading for each question, the answer below it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfdoc import PDFName
from reportlab.platypus import CondPageBreak, Flowable

from exports.answers_copy import AnswersCopy
from exports.palette import MUTED
from exports.pdf.flowables import Look
from exports.pdf.lettering import Direction, direction_of_text
from exports.pdf.metadata import Identity
from exports.pdf.passages import Passage, PassageBlock, passage_element
from exports.pdf.printing import FOOT, SMALL, draw_page_total, print_document
from exports.pdf.structure import Element, attributes
from exports.typeface import REGULAR, text_width

_TITLE: Final = Look(20, bold=True, after=4)
_SENDER: Final = Look(12, colour=MUTED, after=10)
_INTRODUCTION: Final = Look(11, after=6)
_QUESTION: Final = Look(12, bold=True, before=14, after=3)
_ANSWER: Final = Look(12, after=3)
_REMARK: Final = Look(10.5, colour=MUTED, after=3)
# A question and the first lines of its answer stay on one page; a long answer may break.
_TOGETHER: Final = 110.0
# What is written in other letters than those of the document's language is most likely in the language of these letters.
_USUAL_LANGUAGES: Final[dict[Direction, str]] = {"rtl": "ar", "ltr": "nl"}


def write_answers_copy(copy: AnswersCopy) -> bytes:
    """Return the copy as tagged PDF; the same copy gives the same bytes."""
    root = Element("Document")
    if copy.direction == "rtl":
        root.entries["A"] = attributes("Layout", {"WritingMode": PDFName("RlTb")})
    story = _Story(copy, root)
    story.write()
    identity = Identity(copy.title, copy.sender, copy.sender, copy.language, copy.made_on)
    return print_document(identity, root, story.flowables, partial(_number_page, copy.direction))


@dataclass(slots=True)
class _Story:
    """The flowing parts of a copy, tagged in the order in which they are added."""

    copy: AnswersCopy
    root: Element
    flowables: list[Flowable] = field(default_factory=list)

    def write(self) -> None:
        self._add(self.root, "H1", self.copy.title, _TITLE, outline=0)
        self._add(self.root, "P", self.copy.sender, _SENDER)
        for sentence in self.copy.introduction:
            self._add(self.root, "P", sentence, _INTRODUCTION)
        for copied in self.copy.answers:
            element = self.root.child("Sect")
            self.flowables.append(CondPageBreak(_TOGETHER))
            self._add(element, "H2", copied.question, _QUESTION, outline=1)
            self._add(element, "P", copied.answer, _ANSWER)
            for remark in copied.remarks:
                self._add(element, "P", remark, _REMARK)

    def _add(self, parent: Element, role: str, text: str, look: Look, *, outline: int | None = None) -> None:
        element = passage_element(parent, role, text, self._language(text))
        self.flowables.append(PassageBlock(Passage(element, text, look, self.copy.direction, outline)))

    def _language(self, text: str) -> str:
        found = direction_of_text(text) or self.copy.direction
        return self.copy.language if found == self.copy.direction else _USUAL_LANGUAGES[found]


def _number_page(direction: Direction, canvas: Any) -> None:
    """Draw the number of the page and of all pages: in figures alone, which need no language."""
    canvas.setViewerPreference("Direction", "R2L" if direction == "rtl" else "L2R")
    with canvas.artifact("Pagination"):
        canvas.saveState()
        canvas.setFillColor(HexColor(MUTED))
        canvas.setFont(REGULAR, SMALL)
        label = f"{canvas.getPageNumber()} / "
        left = (A4[0] - text_width(f"{label}0", SMALL)) / 2
        canvas.drawString(left, FOOT, label)
        draw_page_total(canvas, left + text_width(label, SMALL))
        canvas.restoreState()
