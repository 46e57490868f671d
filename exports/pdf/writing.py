"""A report as PDF: the order of reading is the order of drawing, and every part has its tag."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4

from exports.palette import ACCENT, MUTED
from exports.pdf.metadata import Identity
from exports.pdf.printing import FOOT, MARGIN, SMALL, WIDTH, draw_page_total, print_document
from exports.pdf.story import Story
from exports.pdf.structure import Element
from exports.report import SIMULATED_MARK, Report
from exports.typeface import BOLD, REGULAR, printable, text_width, wrap_text
from exports.wording import date_words


def write_pdf(report: Report) -> bytes:
    """Return the report as tagged PDF; the same report gives the same bytes."""
    return _print(report, lambda _number: None)


def count_pages(report: Report) -> int:
    """Return how many pages the report takes as PDF."""
    numbers = [0]
    _print(report, numbers.append)
    return max(numbers)


def _print(report: Report, begin_page: Callable[[int], None]) -> bytes:
    root = Element("Document")
    story = Story(root)
    story.write(report)
    identity = Identity(report.title, report.subtitle, report.author, report.language, report.made_on)

    def draw_furniture(canvas: Any) -> None:
        begin_page(canvas.getPageNumber())
        _furniture(report, canvas)

    return print_document(identity, root, story.flowables, draw_furniture)


def _furniture(report: Report, canvas: Any) -> None:
    """Draw what repeats on every page: name, mark and page number."""
    with canvas.artifact("Pagination"):
        canvas.saveState()
        canvas.setFillColor(HexColor(MUTED))
        canvas.setFont(REGULAR, SMALL)
        label = f"Pagina {canvas.getPageNumber()} van "
        left = A4[0] - MARGIN - text_width(f"{label}000", SMALL)
        name = ", ".join(filter(None, (report.author, date_words(report.made_on))))
        canvas.drawString(MARGIN, FOOT, wrap_text(printable(name), left - MARGIN - 10, SMALL)[0])
        canvas.drawString(left, FOOT, label)
        draw_page_total(canvas, left + text_width(label, SMALL))
        _head(report, canvas)
        canvas.restoreState()


def _head(report: Report, canvas: Any) -> None:
    top = A4[1] - FOOT
    room = WIDTH
    if report.simulated:
        room -= text_width(SIMULATED_MARK, SMALL, bold=True) + 10
        canvas.setFont(BOLD, SMALL)
        canvas.setFillColor(HexColor(ACCENT))
        canvas.drawRightString(A4[0] - MARGIN, top, SIMULATED_MARK)
    if canvas.getPageNumber() > 1:
        canvas.setFont(REGULAR, SMALL)
        canvas.setFillColor(HexColor(MUTED))
        canvas.drawString(MARGIN, top, wrap_text(printable(report.title), room, SMALL)[0])
