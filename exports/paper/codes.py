"""Codes that machines read, as black rectangles: QR (ISO/IEC 18004) and Code 128 (ISO/IEC 15417)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Literal


@dataclass(frozen=True, slots=True)
class Bar:
    """A black rectangle, from the top left corner of its code; in the unit of the size that was asked for."""

    x: float
    y: float
    width: float
    height: float


def square_code(text: str, size: float, *, error: Literal["m", "q"] = "m") -> list[Bar]:
    """Return a QR code of a size, without the white border that has to stay free around it: four of its smallest squares.

    Squares beside each other are one rectangle, which keeps a file small.
    """
    import segno

    rows = [list(row) for row in segno.make_qr(text, error=error, boost_error=False).matrix]
    unit = size / len(rows)
    return [
        Bar(start * unit, down * unit, length * unit, unit)
        for down, row in enumerate(rows)
        for start, length in _runs(row)
    ]


def bars(text: str, unit: float, height: float) -> list[Bar]:
    """Return the bars of a Code 128, without the white room at its ends: ten times `unit`, the width of the smallest bar."""
    from reportlab.graphics.barcode.code128 import Code128

    code = Code128(text)
    code.validate()
    code.encode()
    x, found = 0.0, []
    # Bars and spaces take turns: a capital is a bar, a small letter a space, and A is the narrowest.
    for sign in code.decompose():
        width = (ord(sign.lower()) - ord("a") + 1) * unit
        if sign.isupper():
            found.append(Bar(x, 0, width, height))
        x += width
    return found


def _runs(row: list[int]) -> Iterator[tuple[int, int]]:
    """Yield where dark squares begin in a row, and how many stand beside each other."""
    start = 0
    for dark, group in groupby(row):
        length = len(list(group))
        if dark:
            yield start, length
        start += length
