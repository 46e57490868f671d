"""A QR code as one path: the dark modules of a row that touch are one rectangle. About 2 KB, and no seams when it is drawn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby


def qr_path(text: str, left: float, bottom: float, size: float) -> str:
    """Return PDF operators that fill the code of a text in a square, in points; without the quiet zone around it."""
    import segno

    # "m": a code that lost 15 % of its area, such as in a fold, can still be read.
    rows = segno.make(text, error="m", micro=False, boost_error=False).matrix
    scale = size / len(rows)
    rectangles = " ".join(f"{start} {row} {length} 1 re" for row, start, length in _runs(rows))
    # The first row is the upper one: the picture is drawn downwards.
    return f"q {scale:.5f} 0 0 {-scale:.5f} {left:.3f} {bottom + size:.3f} cm 0 g {rectangles} f Q"


def _runs(rows: Iterable[Iterable[int]]) -> Iterator[tuple[int, int, int]]:
    """Yield row, first column and length of each run of dark modules.

    >>> list(_runs([[1, 1, 0, 1], [0, 0, 0, 0]]))
    [(0, 0, 2), (0, 3, 1)]
    """
    for number, row in enumerate(rows):
        column = 0
        for dark, run in groupby(row):
            length = sum(1 for _ in run)
            if dark:
                yield number, column, length
            column += length
