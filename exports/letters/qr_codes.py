"""A QR code as one path of a PDF: about 2 KB, and no seams when it is drawn."""

from __future__ import annotations

from exports.qr_codes import qr_code


def qr_path(text: str, left: float, bottom: float, size: float) -> str:
    """Return PDF operators that fill the code of a text in a square, in points; without the quiet zone around it."""
    code = qr_code(text)
    scale = size / code.side
    rectangles = " ".join(f"{run.column} {run.row} {run.length} 1 re" for run in code.runs)
    # The first row is the upper one: the picture is drawn downwards.
    return f"q {scale:.5f} 0 0 {-scale:.5f} {left:.3f} {bottom + size:.3f} cm 0 g {rectangles} f Q"
