"""Finding citizen service numbers (BSN) in a list. A list that holds them is refused: nothing here needs them."""

from __future__ import annotations

import re
from typing import Final

from ceo.workflows.frames.rows import Cell, Row

_LENGTHS: Final = frozenset({8, 9})
_WEIGHTS: Final = (9, 8, 7, 6, 5, 4, 3, 2, -1)
_NAMED: Final = re.compile(r"\bbsn\b|burger ?service ?n|\bsofi|citizen service", re.IGNORECASE)
# Of any nine digits one in eleven passes the test: three of a few are no accident any more.
_FEWEST: Final = 3


def passes_eleven_test(text: str) -> bool:
    """Return whether a number can be a citizen service number: 8 or 9 digits, with a weighted sum that 11 divides.

    9a + 8b + 7c + 6d + 5e + 4f + 3g + 2h − i ≡ 0 (mod 11), after a zero in front of 8 digits.
    Source: Besluit burgerservicenummer, toelichting.

    >>> passes_eleven_test("111222333"), passes_eleven_test("111222334")
    (True, False)
    """
    if len(text) not in _LENGTHS or not (text.isascii() and text.isdecimal()):
        return False
    digits = map(int, text.zfill(9))
    return sum(weight * digit for weight, digit in zip(_WEIGHTS, digits, strict=True)) % 11 == 0 and int(text) > 0


def is_named_so(name: str) -> bool:
    """Return whether the name of a column says that it holds citizen service numbers.

    >>> is_named_so("BSN cliënt"), is_named_so("Burgerservicenummer"), is_named_so("Clientnummer")
    (True, True, False)
    """
    return bool(_NAMED.search(name.replace("_", " ")))


class CitizenNumberWatch:
    """Counts, in each column of the rows that pass by, how many cells are filled and how many pass the test."""

    def __init__(self) -> None:
        self._filled: dict[int, int] = {}
        self._passed: dict[int, int] = {}

    def look(self, row: Row) -> None:
        """Count the cells of a row."""
        for column, cell in enumerate(row.cells):
            if cell != "":
                self._filled[column] = self._filled.get(column, 0) + 1
                if _may_be_number(cell):
                    self._passed[column] = self._passed.get(column, 0) + 1

    def columns(self) -> list[int]:
        """Return the columns that hold citizen service numbers in most of their filled cells."""
        return sorted(
            column for column, passed in self._passed.items() if passed >= _FEWEST and 2 * passed > self._filled[column]
        )


def _may_be_number(cell: Cell) -> bool:
    if not isinstance(cell, str) or not 8 <= len(cell) <= 13:  # noqa: PLR2004 - digits, and points or spaces between them
        return False
    return passes_eleven_test(cell.replace(".", "").replace(" ", "").replace("-", ""))
