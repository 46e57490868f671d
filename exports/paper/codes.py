"""Codes that machines read, as black rectangles: QR (ISO/IEC 18004) and Code 128 (ISO/IEC 15417)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from exports.qr_codes import qr_code


@dataclass(frozen=True, slots=True)
class Bar:
    """A black rectangle, from the top left corner of its code; in the unit of the size that was asked for."""

    x: float
    y: float
    width: float
    height: float


def square_code(text: str, size: float, *, error: Literal["m", "q"] = "m") -> list[Bar]:
    """Return a QR code of a size, without the white border that has to stay free around it: four of its smallest squares."""
    code = qr_code(text, error=error)
    unit = size / code.side
    return [Bar(run.column * unit, run.row * unit, run.length * unit, unit) for run in code.runs]


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
