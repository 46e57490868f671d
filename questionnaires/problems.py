"""A mistake of an author: where it stands, what is wrong, and how to repair it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake in a text file. `line` counts from 1; `place` is the path in the file, such as `pages[2].show_if`.

    `cause` and `cure` are Dutch sentences for the author. `code` is stable, so that people can look it up. A warning does
    not stop publication once the editors have written down why they accept it.

    >>> str(Problem("kern.yaml", 12, "pages[2]", "D01", "Vraag TOE09 bestaat niet.", "Bedoelt u TOE01?"))
    'kern.yaml:12: D01 bij pages[2]: Vraag TOE09 bestaat niet. Bedoelt u TOE01?'
    """

    file: str
    line: int
    place: str
    code: str
    cause: str
    cure: str
    warning: bool = False

    def __str__(self) -> str:
        where = f" bij {self.place}" if self.place else ""
        weight = " (waarschuwing)" if self.warning else ""
        return f"{self.file}:{self.line}: {self.code}{weight}{where}: {self.cause} {self.cure}"
