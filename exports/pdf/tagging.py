"""A canvas that marks what it draws: content of a structure element, or an artifact that readers may skip."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from itertools import count
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFString
from reportlab.pdfgen.canvas import Canvas

from exports.palette import MUTED
from exports.pdf.metadata import PRODUCER, Identity, pdf_date, xmp_metadata
from exports.pdf.structure import Annotation, Content, Element, write_tree
from exports.typeface import REGULAR

PAGE_TOTAL = "page-total"  # a form: every page shows it, its content is known at the end
PAGE_TOTAL_SIZE = 8.5
_FIRST_LINK = 1_000_000  # keys of links; pages take the keys that are their number


def open_canvas(output: BytesIO, root: Element, identity: Identity) -> TaggedCanvas:
    """Return a canvas of A4 pages in which everything has its place beforehand; the same drawing gives the same bytes."""
    canvas = TaggedCanvas(
        output,
        root=root,
        metadata=xmp_metadata(identity),
        pagesize=A4,
        invariant=1,
        pageCompression=1,
        initialFontName=REGULAR,
        lang=identity.language,
    )
    canvas.setTitle(identity.title)
    canvas.setAuthor(identity.author)
    canvas.setSubject(identity.subject)
    canvas.setCreator(PRODUCER)
    canvas.setProducer(PRODUCER)
    canvas.setViewerPreference("DisplayDocTitle", "true")
    canvas.setDateFormatter(lambda *_: pdf_date(identity.made_on))
    return canvas


class TaggedCanvas(Canvas):  # type: ignore[misc]  # reportlab has no types
    """A reportlab canvas with a structure tree. Everything that is drawn stands inside `tagged` or `artifact`."""

    def __init__(self, *arguments: Any, root: Element, metadata: Any, **options: Any) -> None:
        super().__init__(*arguments, pdfVersion=(1, 7), **options)
        self.bookmark_numbers = count(1)
        self._root = root
        self._parents: dict[int, Element | list[Element]] = {}
        self._page_content: list[Element] = []
        self._doc.Catalog.MarkInfo = PDFDictionary({"Marked": "true"})
        self._doc.Catalog.Metadata = metadata

    @contextmanager
    def tagged(self, element: Element) -> Iterator[None]:
        """Mark what is drawn inside as content of the element."""
        self.start_tag(element)
        yield
        self.end_tag()

    @contextmanager
    def artifact(self, kind: str = "Layout") -> Iterator[None]:
        """Mark what is drawn inside as decoration (Layout) or as repeated on pages (Pagination)."""
        self.start_artifact(kind)
        yield
        self.end_artifact()

    def start_artifact(self, kind: str = "Layout") -> None:
        """Begin decoration; for callbacks that know start and end apart."""
        self._code.append(f"/Artifact <</Type /{kind}>> BDC")

    def end_artifact(self) -> None:
        """End decoration."""
        self._code.append("EMC")

    def start_tag(self, element: Element) -> None:
        """Begin content of an element; for callbacks that know start and end apart."""
        number = len(self._page_content)
        self._page_content.append(element)
        element.kids.append(Content(self._doc.thisPageRef(), number))
        self._code.append(f"/{element.role} <</MCID {number}>> BDC")

    def end_tag(self) -> None:
        """End content of an element."""
        self._code.append("EMC")

    def link(self, element: Element, address: str, box: tuple[float, float, float, float]) -> None:
        """Make a box of the current drawing a link to an address on the web; `element` is its Link."""
        left, bottom = self.absolutePosition(*box[:2])
        right, top = self.absolutePosition(*box[2:])
        key = _FIRST_LINK + sum(key >= _FIRST_LINK for key in self._parents)
        annotation = PDFDictionary(
            {
                "Type": PDFName("Annot"),
                "Subtype": PDFName("Link"),
                "Rect": PDFArray([left, bottom, right, top]),
                "Border": PDFArray([0, 0, 0]),
                "F": 4,
                "Contents": PDFString(address),
                "StructParent": key,
                "A": PDFDictionary({"S": PDFName("URI"), "URI": PDFString(address)}),
            }
        )
        self._parents[key] = element
        self._addAnnotation(annotation)
        element.kids.append(Annotation(self._doc.thisPageRef(), self._annotationrefs[-1]))

    def showPage(self) -> None:  # noqa: N802 -- reportlab's name
        """End the page and tie its marked content to the tree."""
        number = self._doc.pageCounter - 1
        super().showPage()
        page = self._doc.Pages.pages[-1]
        # Without their names in this list the two entries would be dropped in silence.
        page.__NoDefault__ = [*page.__NoDefault__, "StructParents", "Tabs"]
        page.StructParents = number
        page.Tabs = PDFName("S")
        self._parents[number] = self._page_content
        self._page_content = []

    def save(self) -> None:
        """Write the file, its total number of pages and its structure tree included."""
        assert not self._code, "the last page is ended before the document is saved"
        self.beginForm(PAGE_TOTAL, lowery=-PAGE_TOTAL_SIZE, uppery=PAGE_TOTAL_SIZE)
        self.setFont(REGULAR, PAGE_TOTAL_SIZE)
        self.setFillColor(HexColor(MUTED))
        self.drawString(0, 0, str(len(self._doc.Pages.pages)))
        self.endForm()
        self._doc.Catalog.StructTreeRoot = write_tree(self._doc, self._root, self._parents)
        super().save()
