"""QR codes (ISO/IEC 18004) as runs of dark squares: those that touch in a row are one rectangle, so files are small and have no seams."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Literal


@dataclass(frozen=True, slots=True)
class DarkRun:
    """Dark squares beside each other: the row from above and the column of the first one, from 0, and how many there are."""

    row: int
    column: int
    length: int


@dataclass(frozen=True, slots=True)
class QrCode:
    """A code of `side` by `side` squares, without the white border that has to stay free around it: four squares wide."""

    side: int
    runs: tuple[DarkRun, ...]


def qr_code(text: str, *, error: Literal["m", "q"] = "m") -> QrCode:
    """Return the code of a text. It can still be read when 15 % ("m") or 25 % ("q") of its area is lost, such as in a fold."""
    import segno

    rows = segno.make_qr(text, error=error, boost_error=False).matrix
    return QrCode(len(rows), tuple(_dark_runs(rows)))


def _dark_runs(rows: Iterable[Iterable[int]]) -> Iterator[DarkRun]:
    """Yield the runs of dark squares, row by row.

    >>> [(run.row, run.column, run.length) for run in _dark_runs([[1, 1, 0, 1], [0, 0, 0, 0]])]
    [(0, 0, 2), (0, 3, 1)]
    """
    for number, row in enumerate(rows):
        column = 0
        for dark, run in groupby(row):
            length = sum(1 for _ in run)
            if dark:
                yield DarkRun(number, column, length)
            column += length
