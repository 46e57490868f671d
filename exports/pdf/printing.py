"""From tagged parts to a file: the paper, its margins, and what every document says about itself."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from io import BytesIO
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate

from exports.pdf.metadata import PRODUCER, Identity, pdf_date, xmp_metadata
from exports.pdf.structure import Element
from exports.pdf.tagging import PAGE_TOTAL, PAGE_TOTAL_SIZE, TaggedCanvas
from exports.typeface import FONT_FILES, REGULAR, face

MARGIN = 56.0
WIDTH = A4[0] - 2 * MARGIN
FOOT = 30.0  # from the bottom of the page
SMALL = PAGE_TOTAL_SIZE


def print_document(
    identity: Identity, root: Element, flowables: list[Flowable], draw_furniture: Callable[[Any], None]
) -> bytes:
    """Return a tagged PDF on A4. `draw_furniture` gets the canvas of each page and draws what repeats, as an artifact."""
    for font in FONT_FILES:
        face(font)
    output = BytesIO()
    document = BaseDocTemplate(
        output,
        pagesize=A4,
        invariant=1,
        pageCompression=1,
        initialFontName=REGULAR,
        lang=identity.language,
        title=identity.title,
        author=identity.author,
        subject=identity.subject,
        creator=PRODUCER,
        producer=PRODUCER,
        displayDocTitle=True,
    )
    frame = Frame(MARGIN, MARGIN, WIDTH, A4[1] - 2 * MARGIN, 0, 0, 0, 0)
    begin_page = partial(_begin_page, identity, draw_furniture)
    document.addPageTemplates(PageTemplate(frames=[frame], onPage=begin_page))
    canvas = partial(TaggedCanvas, root=root, metadata=xmp_metadata(identity))
    document.build(flowables, canvasmaker=canvas)
    return output.getvalue()


def draw_page_total(canvas: Any, left: float) -> None:
    """Draw the number of pages, which is known when the last one is drawn."""
    canvas.saveState()
    canvas.translate(left, FOOT)
    canvas.doForm(PAGE_TOTAL)
    canvas.restoreState()


def _begin_page(identity: Identity, draw_furniture: Callable[[Any], None], canvas: Any, _document: Any) -> None:
    if canvas.getPageNumber() == 1:
        canvas.setDateFormatter(lambda *_: pdf_date(identity.made_on))
    draw_furniture(canvas)
