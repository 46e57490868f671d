"""Letters as one tagged PDF: a page for each, in the order in which they were given.

What is the same in all letters is drawn once, as a form that each page shows; the structure of each page is its own. A form stands within
the marked content of its element, so that what is read aloud is the same as when it stood on the page itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from io import BytesIO
from typing import Any, Final

from exports.letters.laying_out import (
    CODE_SIZE,
    LOGO_HEIGHT,
    LOGO_LEFT,
    LOGO_TOP,
    LOGO_WIDTH,
    MM,
    Own,
    Placed,
    Sheet,
    Slot,
    lay_out,
    place_address,
)
from exports.letters.letter import FOLD, QR_SIZE, Letter, LetterLook, LetterProblem, LettersIdentity, LetterWords
from exports.letters.logos import draw_logo
from exports.letters.qr_codes import qr_path
from exports.pdf.lettering import can_print, set_lines
from exports.pdf.metadata import Identity
from exports.pdf.passages import passage_element
from exports.pdf.structure import Element, attributes, text_entry
from exports.pdf.tagging import open_canvas
from exports.typeface import FONT_FILES, face

LANGUAGE: Final = "nl"
# A file of more letters takes memory: all of its pages stay there until it is saved.
BATCH: Final = 500
_A4: Final = (210 * MM, 297 * MM)
_HEIGHT: Final = _A4[1]
_DECORATION: Final = "decoration"
_GREY: Final = 0.6


def find_problems(letters: Sequence[Letter], look: LetterLook) -> tuple[LetterProblem, ...]:
    """Return everything for which these letters cannot be written, with cause and cure."""
    found: list[LetterProblem] = []
    for words in dict.fromkeys(letter.words for letter in letters):
        laid_out = lay_out(words, look)
        found += laid_out if isinstance(laid_out, tuple) else ()
    for number, letter in enumerate(letters, 1):
        if place_address(letter.address, look) is None:
            cause = (
                "De naam en het adres passen niet in het venster van de envelop, of er staat een teken in dat niet kan."
            )
            found.append(LetterProblem(number, "adres", cause, "Maak de naam of het adres in de lijst korter."))
    return tuple(found)


def write_letters(letters: Sequence[Letter], look: LetterLook, identity: LettersIdentity) -> bytes:
    """Return the letters as tagged PDF; the same letters give the same bytes. They have no problems: see `find_problems`."""
    assert 0 < len(letters) <= BATCH, f"a file holds 1 to {BATCH} letters"
    for font in FONT_FILES:
        face(font)
    output = BytesIO()
    root = Element("Document")
    canvas = open_canvas(
        output, root, Identity(identity.title, identity.subject, look.sender, LANGUAGE, identity.made_on)
    )
    printers: dict[LetterWords, _Printer] = {}
    for letter in letters:
        if letter.words not in printers:
            printers[letter.words] = _Printer(canvas, letter.words, look, len(printers))
        printers[letter.words].draw(letter, root.child("Sect"))
        canvas.showPage()
    canvas.save()
    return output.getvalue()


class _Printer:
    """Draws letters with the same words and look."""

    def __init__(self, canvas: Any, words: LetterWords, look: LetterLook, number: int) -> None:
        laid_out = lay_out(words, look)
        assert isinstance(laid_out, Sheet), laid_out
        self._canvas, self._sheet, self._words, self._look = canvas, laid_out, words, look
        self._name = f"letter{number}"
        self._form(_DECORATION, self._decorate)
        for place, part in enumerate(laid_out.parts):
            if isinstance(part, Placed):
                self._form(str(place), partial(draw_lines, canvas, part))

    def draw(self, letter: Letter, section: Element) -> None:
        """Draw one letter on the current page, in the order of reading."""
        with self._canvas.artifact():
            self._canvas.doForm(f"{self._name}-{_DECORATION}")
            if self._look.logo:
                box = (LOGO_LEFT * MM, _HEIGHT - (LOGO_TOP + LOGO_HEIGHT) * MM, LOGO_WIDTH * MM, LOGO_HEIGHT * MM)
                draw_logo(self._canvas, self._look.logo, box)
        for place, part in enumerate(self._sheet.parts):
            if isinstance(part, Slot):
                self._own(part, letter, section)
            else:
                with self._canvas.tagged(_element(section, part)):
                    self._canvas.doForm(f"{self._name}-{place}")

    def _own(self, slot: Slot, letter: Letter, section: Element) -> None:
        if slot.own is Own.ADDRESS:
            placed = place_address(letter.address, self._look)
            assert placed is not None, "an address that does not fit was told before"
            for part in placed:
                self._tagged(section, part)
        elif slot.own is Own.CODE:
            lines = set_lines(letter.code, 1000, CODE_SIZE, bold=True, direction="ltr")
            self._tagged(
                section, Placed("P", letter.code, lines, slot.left, slot.top, CODE_SIZE, CODE_SIZE * 1.3, bold=True)
            )
        else:
            self._qr(slot, letter.link, section)

    def _qr(self, slot: Slot, link: str, section: Element) -> None:
        size = QR_SIZE * MM
        bottom = _HEIGHT - slot.top - size
        corners = [slot.left, bottom, slot.left + size, bottom + size]
        shape = attributes("Layout", {"BBox": _numbers(corners), "Placement": _name("Block")})
        figure = section.child("Figure", Alt=text_entry(self._words.qr_alternative), A=shape)
        with self._canvas.tagged(figure):
            self._canvas._code.append(qr_path(link, slot.left, bottom, size))  # noqa: SLF001 - as reportlab's own shapes do

    def _tagged(self, section: Element, part: Placed) -> None:
        with self._canvas.tagged(_element(section, part)):
            draw_lines(self._canvas, part)

    def _form(self, name: str, draw: Any) -> None:
        self._canvas.beginForm(f"{self._name}-{name}")
        draw()
        self._canvas.endForm()

    def _decorate(self) -> None:
        """Draw the frame, the line above the foot and the mark where the sheet is folded."""
        canvas, (left, top, width, height) = self._canvas, self._sheet.frame
        canvas.setStrokeColor(_colour(self._look.colour))
        canvas.setLineWidth(1.2)
        canvas.roundRect(left, _HEIGHT - top - height, width, height, 4)
        canvas.setStrokeGray(_GREY)
        canvas.setLineWidth(0.5)
        canvas.line(left, _HEIGHT - self._sheet.rule, left + width, _HEIGHT - self._sheet.rule)
        canvas.line(4 * MM, _HEIGHT - FOLD * MM, 9 * MM, _HEIGHT - FOLD * MM)


def draw_lines(canvas: Any, part: Placed) -> None:
    """Draw the lines of a part. A space at the end of each keeps words apart when they are read aloud."""
    base = _HEIGHT - part.top - part.leading + part.size * 0.3
    text = canvas.beginText(0, 0)
    text.setFillColor(_colour(part.colour))
    for number, line in enumerate(part.lines):
        text.setTextOrigin(part.left + line.left, base - number * part.leading)
        for run in line.runs:
            text.setFont(run.font, part.size)
            text.textOut(run.text)
        text.textOut(" ")
    canvas.drawText(text)


def _element(section: Element, part: Placed) -> Element:
    """Return a new element. Only what is not in the language of the document says so: a batch has many elements."""
    if part.language or not can_print(part.text):
        return passage_element(section, part.role, part.text, part.language or LANGUAGE)
    return section.child(part.role)


def _numbers(values: list[float]) -> Any:
    from reportlab.pdfbase.pdfdoc import PDFArray

    return PDFArray(values)


def _name(word: str) -> Any:
    from reportlab.pdfbase.pdfdoc import PDFName

    return PDFName(word)


def _colour(text: str) -> Any:
    from reportlab.lib.colors import HexColor

    return HexColor(text)
