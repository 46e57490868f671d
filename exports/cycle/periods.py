"""Periods of a series in words: months, quarters and measurements, with the preposition that each takes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from babel.dates import format_date

from exports.wording import DUTCH

_MONTH: Final = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_QUARTER: Final = re.compile(r"(\d{4})-K([1-4])")
_YEAR: Final = re.compile(r"\d{4}")
_ORDINALS: Final[Mapping[int, str]] = dict(
    enumerate(("eerste", "tweede", "derde", "vierde", "vijfde", "zesde", "zevende", "achtste", "negende", "tiende"), 1)
)


@dataclass(frozen=True, slots=True)
class Period:
    """A period in words: with the preposition of what happened in it, and the nouns of one, more and one other of its kind."""

    preposition: str
    name: str
    one: str
    many: str
    another: str

    @property
    def within(self) -> str:
        """Return when something was: 'in maart 2026', 'bij de meting van 2026'."""
        return f"{self.preposition} {self.name}"


def period_of(name: str) -> Period:
    """Return the words of a point of a series by its name: a month, a quarter, or a measurement by its year or name.

    >>> period_of("2026-03").within, period_of("2026-K1").within
    ('in maart 2026', 'in het eerste kwartaal van 2026')
    >>> period_of("2026").within, period_of("wmo-2026").within
    ('bij de meting van 2026', 'bij de meting ‘wmo-2026’')
    """
    if found := _MONTH.fullmatch(name):
        month = date(int(found[1]), int(found[2]), 1)
        return Period("in", format_date(month, "MMMM y", locale=DUTCH), "maand", "maanden", "andere maand")
    if found := _QUARTER.fullmatch(name):
        quarter = f"het {ordinal_words(int(found[2]))} kwartaal van {found[1]}"
        return Period("in", quarter, "kwartaal", "kwartalen", "ander kwartaal")
    which = f"van {name}" if _YEAR.fullmatch(name) else f"‘{name}’"
    return Period("bij", f"de meting {which}", "meting", "metingen", "andere meting")


def ordinal_words(number: int) -> str:
    """Return the place of something in a row, from 1.

    >>> ordinal_words(2), ordinal_words(12)
    ('tweede', '12e')
    """
    return _ORDINALS.get(number, f"{number}e")
