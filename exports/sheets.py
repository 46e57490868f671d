"""What sheets of all workbooks share: names that every program allows, widths of columns, and how high a line of text is."""

from __future__ import annotations

from itertools import count
from textwrap import wrap
from typing import Final

FRONT: Final = "Voorblad"
FIGURES: Final = "Alle cijfers"
FRONT_WIDTHS: Final = (34, 90)
NARROWEST: Final = 9  # columns, in characters
WIDEST: Final = 60
LINE: Final = 15  # height of a line, in points
WARNING_COLOUR: Final = "#b34700"
_FORBIDDEN: Final = str.maketrans("", "", "[]:*?/\\'")
_LONGEST_NAME: Final = 31


class SheetNames:
    """The names of the sheets of one workbook."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, title: str) -> str:
        """Return a name for a sheet, fit for a spreadsheet and unique without regard to capitals.

        >>> names = SheetNames()
        >>> names.take("Wat vindt u: a/b?"), names.take("wat vindt u ab")
        ('Wat vindt u ab', 'wat vindt u ab 2')
        """
        name = title.translate(_FORBIDDEN).strip()[:_LONGEST_NAME] or "Blad"
        numbers = count(2)
        unique = name
        while unique.lower() in self._taken:
            suffix = f" {next(numbers)}"
            unique = name[: _LONGEST_NAME - len(suffix)] + suffix
        self._taken.add(unique.lower())
        return unique


def lines_of(text: str, width: int) -> int:
    """Return how many lines a text takes in a column; spreadsheets do not all find out by themselves.

    >>> lines_of("een tekst van vijf woorden", 20)
    2
    """
    return max(len(wrap(text, width - 2)), 1)
