"""The letters of every drawing and of the PDF: Noto Sans, shipped with the package and measured here.

Reports are set in Noto Sans, which has Latin and Cyrillic letters. What people wrote themselves may also need its Arabic companion.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

REGULAR = "CEONotoSans-Regular"
BOLD = "CEONotoSans-Bold"
ARABIC_REGULAR = "CEONotoSansArabic-Regular"
ARABIC_BOLD = "CEONotoSansArabic-Bold"
FONT_FILES = {
    REGULAR: Path(__file__).parent / "fonts" / "NotoSans-Regular.ttf",
    BOLD: Path(__file__).parent / "fonts" / "NotoSans-Bold.ttf",
    ARABIC_REGULAR: Path(__file__).parent / "fonts" / "NotoSansArabic-Regular.ttf",
    ARABIC_BOLD: Path(__file__).parent / "fonts" / "NotoSansArabic-Bold.ttf",
}
# Signs that people paste and Noto Sans lacks, with the nearest that it has.
LOOKALIKES = str.maketrans({"−": "-", "‑": "-", "→": ">", "≥": ">=", "≤": "<=", "\t": " ", "\u202f": "\u00a0"})
UNKNOWN = "\N{REPLACEMENT CHARACTER}"


@cache
def face(name: str = REGULAR) -> Any:
    """Return a font of reportlab, registered on first use."""
    from reportlab.pdfbase import pdfmetrics

    from exports.pdf.metadata import ReadableFont

    font = ReadableFont(name, str(FONT_FILES[name]))
    pdfmetrics.registerFont(font)
    return font


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Return the width of a line of text, in the unit of `size`.

    >>> round(text_width("Zeist", 10), 1)
    22.3
    """
    return float(face(BOLD if bold else REGULAR).stringWidth(text, size))


def printable(text: str) -> str:
    """Return the text with signs that the font lacks replaced: an empty box would say nothing and break the PDF rules.

    >>> printable("n ≥ 10 测")
    'n >= 10 \N{REPLACEMENT CHARACTER}'
    """
    known = face().face.charToGlyph
    return "".join(sign if ord(sign) in known or sign == "\n" else UNKNOWN for sign in text.translate(LOOKALIKES))


def wrap_text(text: str, width: float, size: float, *, bold: bool = False) -> list[str]:
    """Return the lines of a text, none wider than `width`: a word that is wider by itself is broken.

    >>> wrap_text("Ik kreeg snel hulp", 50, 10)
    ['Ik kreeg', 'snel hulp']
    >>> wrap_text("Ik kreeg hulpmiddelen", 40, 10)
    ['Ik kreeg', 'hulpmid', 'delen']
    """
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size, bold=bold) <= width:
            lines[-1] = longer
        else:
            lines += _broken(word, width, size, bold=bold)
    return lines or [""]


def _broken(word: str, width: float, size: float, *, bold: bool) -> list[str]:
    """Return a word in as many parts as it takes to fit, one sign each at the least."""
    if text_width(word, size, bold=bold) <= width:
        return [word]
    parts = [""]
    for sign in word:
        if parts[-1] and text_width(parts[-1] + sign, size, bold=bold) > width:
            parts.append("")
        parts[-1] += sign
    return parts
