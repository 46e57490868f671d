"""What people type about rounds: days, numbers and groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

_LONGEST_STRATUM: Final = 80
_LARGEST_POPULATION: Final = 10_000_000
_MOST_STRATA: Final = 50

Form = Mapping[str, Sequence[str]]


def first(form: Form, name: str) -> str:
    """Return the first value of a field, without spaces around it; "" when it is not there."""
    return next(iter(form.get(name, ())), "").strip()


def read_strata(text: str) -> dict[str, int] | None:
    r"""Return the number of clients by stratum; None when a line cannot be read, is there twice, or there is none.

    >>> read_strata("Begeleiding; 1.200\nHulp bij het huishouden;850")
    {'Begeleiding': 1200, 'Hulp bij het huishouden': 850}
    """
    strata: dict[str, int] = {}
    lines = [line for line in text.splitlines() if line.strip()]
    for line in lines:
        name, _, number = (part.strip() for part in line.rpartition(";"))
        digits = number.replace(".", "").replace(" ", "")
        readable = digits.isascii() and digits.isdecimal() and 0 < int(digits) <= _LARGEST_POPULATION
        if not readable or not 0 < len(name) <= _LONGEST_STRATUM or name in strata or "\x00" in name:
            return None
        strata[name] = int(digits)
    return strata if 0 < len(strata) <= _MOST_STRATA else None


def read_day(text: str) -> date | None:
    """Return the day of a text such as 2027-03-01, as browsers send it; None when it is none.

    >>> read_day("2027-03-01"), read_day("1 maart")
    (datetime.date(2027, 3, 1), None)
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def read_number(text: str, least: int, most: int) -> int | None:
    """Return a whole number within limits; None when it is none.

    >>> read_number("14", 5, 60), read_number("4", 5, 60), read_number("veel", 5, 60)
    (14, None, None)
    """
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(most))):
        return None
    return int(text) if least <= int(text) <= most else None
