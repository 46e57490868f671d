"""An attacker on the pages of the cycle: every table that somebody was shown, and linear programming over what these numbers are sums of.

Written apart from the code under test, on purpose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

import numpy as np
from scipy.optimize import linprog

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
# How many people: a number with a word behind it that stands for them.
_PEOPLE = re.compile(r"\b(\d+) (?:mensen|mens|cliënten|cliënt|antwoorden|antwoord|inzendingen|inzending)\b")
# About what is told in general: nobody is counted there.
_IN_GENERAL = re.compile(r"(?:[Mm]inder dan|[Tt]en minste|[Mm]instens|[Vv]anaf) \d+ \w+")


@dataclass
class Table:
    """A table of a page, with what it is about: the headings above it and its caption."""

    about: str
    rows: list[list[str]] = field(default_factory=list)

    def told(self, column: str) -> Iterator[tuple[Mapping[str, str], int]]:
        """Yield each row by the name of its columns, with the whole number in one of them; rows without one are left out."""
        names = self.rows[0] if self.rows else []
        for row in self.rows[1:]:
            cells = dict(zip(names, row, strict=False))
            if cells.get(column, "").replace(".", "").isdigit():
                yield cells, int(cells[column].replace(".", ""))


class Shown(HTMLParser):
    """What somebody was shown: tables, and the words of the page."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[Table] = []
        self.heading: dict[str, str] = {}
        self._words: list[str] = []
        self._open: list[list[str]] = []
        self.feed(html.partition("<main")[2] or html)

    @property
    def text(self) -> str:
        """The words, without what is told in general."""
        return _IN_GENERAL.sub("", " ".join(" ".join(self._words).split()))

    @property
    def numbers(self) -> frozenset[str]:
        """Every number on the page."""
        return frozenset(_NUMBER.findall(self.text))

    @property
    def people(self) -> set[int]:
        """Every number of people in words."""
        return {int(number) for number in _PEOPLE.findall(self.text)}

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        """Begin a cell, a row or a table."""
        if tag == "table":
            self.tables.append(Table(" ".join(self.heading.values())))
        elif tag == "tr":
            self.tables[-1].rows.append([])
        elif tag in {"td", "th", "caption", "h1", "h2", "h3"}:
            self._open.append([])

    def handle_data(self, data: str) -> None:
        """Keep words."""
        self._words.append(data)
        for words in self._open:
            words.append(data)

    def handle_endtag(self, tag: str) -> None:
        """Keep a cell, a caption or a heading."""
        if tag not in {"td", "th", "caption", "h1", "h2", "h3"} or not self._open:
            return
        words = " ".join("".join(self._open.pop()).split())
        if tag == "caption":
            self.tables[-1].about += f" {words}"
        elif tag in {"td", "th"}:
            self.tables[-1].rows[-1].append(words)
        else:
            self.heading = {name: told for name, told in self.heading.items() if name < tag} | {tag: words}


@dataclass
class Attacker:
    """What was learned: between which numbers sums of cells lie. A cell is of people, so it is never below zero."""

    known: list[tuple[Mapping[str, float], float, float]] = field(default_factory=list)

    def learn(self, cells: Sequence[str] | Mapping[str, float], told: float, *, off: float = 0.0) -> None:
        """Learn the sum of cells, each as often as it counts; what is told may be `off` by so much."""
        parts = dict.fromkeys(cells, 1.0) if not isinstance(cells, Mapping) else cells
        self.known.append((parts, told - off, told + off))

    def width(self, cell: str) -> float:
        """Return how far the smallest and the largest number of a cell lie from each other."""
        names = sorted({name for parts, _, _ in self.known for name in parts} | {cell})
        rows = np.array([[parts.get(name, 0.0) for name in names] for parts, _, _ in self.known])
        limits = np.array([(low, high) for _, low, high in self.known])
        cost = np.array([float(name == cell) for name in names])
        table = {"A_ub": np.vstack([rows, -rows]), "b_ub": np.concatenate([limits[:, 1], -limits[:, 0]])}
        ends = [linprog(sign * cost, **(table if self.known else {}), method="highs") for sign in (1, -1)]
        if any(end.status == 3 for end in ends):
            return float("inf")
        assert all(end.success for end in ends), [end.message for end in ends]
        return float(-ends[1].fun - ends[0].fun)
