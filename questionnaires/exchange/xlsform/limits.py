"""Constraints of XLSForm on numbers and days: the bounds that our answers have too."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, floor
from typing import Final

# Where a form says nothing; a number here always has a lowest and a highest.
LOWEST: Final = 0
HIGHEST: Final = 999_999
_LARGEST: Final = 999_999_999

_DATE: Final = re.compile(r"date\(\s*['\"]([0-9]{4}-[0-9]{2}-[0-9]{2})['\"]\s*\)")
_VALUE: Final = r"-?[0-9]{1,9}(?:\.[0-9]{1,6})?|D[0-9-]{10}"
_PART: Final = re.compile(rf"\.\s*(<=|>=|=|<|>)\s*({_VALUE})|({_VALUE})\s*(<=|>=|=|<|>)\s*\.")
_TURNED: Final[Mapping[str, str]] = {"=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


@dataclass(frozen=True, slots=True)
class NumberBounds:
    """The lowest and highest number, and whether the form said both."""

    lowest: int
    highest: int
    said: bool


@dataclass(frozen=True, slots=True)
class DayBounds:
    """The first and the last day, None where there is none."""

    earliest: date | None
    latest: date | None


def number_bounds(constraint: str) -> NumberBounds | None:
    """Return the bounds that a constraint on a whole number sets; None when it says something else.

    >>> number_bounds("(. >= 0) and (. < 121)")
    NumberBounds(lowest=0, highest=120, said=True)
    >>> number_bounds("")
    NumberBounds(lowest=0, highest=999999, said=False)
    >>> number_bounds(". mod 2 = 0") is None
    True
    """
    parts = _parts(constraint)
    if parts is None or any(value.startswith("D") for _, value in parts):
        return None
    numbers = [(sign, float(value)) for sign, value in parts]
    lows = [floor(number) + 1 if sign == ">" else ceil(number) for sign, number in numbers if sign in {">", ">=", "="}]
    highs = [ceil(number) - 1 if sign == "<" else floor(number) for sign, number in numbers if sign in {"<", "<=", "="}]
    highest = min(highs, default=max([HIGHEST, *(low + 1 for low in lows)]))
    lowest = max(lows, default=min(LOWEST, highest - 1))
    if not -_LARGEST <= lowest < highest <= _LARGEST:
        return None
    return NumberBounds(lowest, highest, said=bool(lows and highs))


def day_bounds(constraint: str) -> DayBounds | None:
    """Return the bounds that a constraint on a day sets; None when it says something else.

    >>> day_bounds(". > date('2025-12-31')")
    DayBounds(earliest=datetime.date(2026, 1, 1), latest=None)
    >>> day_bounds(". <= today()") is None
    True
    """
    parts = _parts(constraint)
    try:
        days = [(sign, date.fromisoformat(value.removeprefix("D"))) for sign, value in parts or ()]
    except ValueError:  # a number, or a day that does not exist
        return None
    if parts is None:
        return None
    one = timedelta(days=1)
    firsts = [day + one if sign == ">" else day for sign, day in days if sign in {">", ">=", "="}]
    lasts = [day - one if sign == "<" else day for sign, day in days if sign in {"<", "<=", "="}]
    return DayBounds(max(firsts, default=None), min(lasts, default=None))


def _parts(constraint: str) -> list[tuple[str, str]] | None:
    """Return the comparisons of the answer that must all hold, as sign and value; None when there is anything else."""
    # Between comparisons that all must hold, brackets mean nothing.
    flat = _DATE.sub(r"D\1", constraint).replace("(", " ").replace(")", " ").strip()
    found = [_PART.fullmatch(part.strip()) for part in re.split(r"\band\b", flat)] if flat else []
    if not all(found):
        return None
    return [(one[1], one[2]) if one[1] else (_TURNED[one[4]], one[3]) for one in found if one is not None]
