"""Cells of a table as text: each different value once, so that reading costs as much as there are values, not rows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Cells:
    """A column: the `different` values as text, and the `place` among them of every row."""

    different: list[str]
    place: NDArray[np.int64]

    def rows(self, value: str) -> NDArray[np.int64]:
        """Return the rows with a value."""
        order, starts = self._sorted
        number = self._numbers[value]
        return order[starts[number] : starts[number + 1]]

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {value: number for number, value in enumerate(self.different)}

    @cached_property
    def _sorted(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Rows by value, and where each value starts: a file in which every cell is wrong costs no more than one sort."""
        order = np.argsort(self.place, kind="stable")
        return order, np.searchsorted(self.place[order], np.arange(len(self.different) + 1))


def cells_of(frame: pd.DataFrame, column: str) -> Cells:
    """Return a column as text: whole numbers without a fraction, nothing as an empty text, no blanks around it.

    >>> import pandas as pd
    >>> cells = cells_of(pd.DataFrame({"q": [1.0, None, 1.0, 2.5]}), "q")
    >>> cells.different, cells.place
    (['1', '', '2.5'], array([0, 1, 0, 2]))
    """
    import pandas as pd

    place, values = pd.factorize(frame[column].to_numpy(), use_na_sentinel=False)
    texts = [as_text(value) for value in values.tolist()]
    numbers = {text: number for number, text in enumerate(dict.fromkeys(texts))}
    same = np.array([numbers[text] for text in texts], dtype=np.int64)
    return Cells(list(numbers), same[place])


def as_text(value: object) -> str:
    """Return a cell as text.

    >>> as_text(3.0), as_text(2.5), as_text(" ja "), as_text(None)
    ('3', '2.5', 'ja', '')
    """
    if isinstance(value, float):
        return "" if np.isnan(value) else str(int(value)) if value.is_integer() else repr(value)
    return "" if value is None else str(value).strip()


def as_number(text: str) -> float | None:
    """Return the number in a cell, or None; a comma may stand for the point.

    >>> as_number("3,5"), as_number("1e3"), as_number("drie")
    (3.5, 1000.0, None)
    """
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return None
    return number if np.isfinite(number) else None
