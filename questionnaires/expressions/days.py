"""Whole months and years between two days."""

from __future__ import annotations

from datetime import date
from typing import Final

MONTHS_A_YEAR: Final = 12


def months_between(first: date, second: date) -> int:
    """Return the number of whole months from the first day to the second, below zero when the second comes first.

    >>> months_between(date(2026, 1, 31), date(2026, 3, 1)), months_between(date(2026, 3, 1), date(2026, 1, 31))
    (1, -1)
    """
    if second < first:
        return -months_between(second, first)
    months = (second.year - first.year) * MONTHS_A_YEAR + second.month - first.month
    return months - (second.day < first.day)


def years_between(first: date, second: date) -> int:
    """Return the number of whole years from the first day to the second, below zero when the second comes first.

    >>> years_between(date(2000, 2, 29), date(2026, 2, 28)), years_between(date(2026, 3, 1), date(2025, 1, 1))
    (25, -1)
    """
    months = months_between(first, second)
    return months // MONTHS_A_YEAR if months >= 0 else -(-months // MONTHS_A_YEAR)
